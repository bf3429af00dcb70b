/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operators that are words: @count … @variance, @hist_log, @hist_linear, @cast, @var, @defined and so on. One row each: name, the
 * language version that brought it, whether it needs -g, and the rule for what stands in its parentheses.
 */
#include "syntax/parser.h"

#include "base/text.h"

#include <string.h>

struct at_op {
	const char *name, *since;
	bool guru;
	struct expr *(*parse)(struct parser *p, const struct token *t, const struct at_op *op); /* behind the "(" */
	int arg;										/* for rules that serve several */
};

static const char *parse_text(struct parser *p, const char *what)
{
	const struct token *t = parse_string(p, what);

	return t ? t->text : "";
}

/* expr ")"; @variance: expr [ "," number ] ")" */
static struct expr *parse_stat(struct parser *p, const struct token *t, const struct at_op *op)
{
	struct expr *e = expr_make(p->arena, EX_STAT, t);
	const struct token *comma, *at;
	int64_t shift = 0;

	e->stat.op = (enum stat_op)op->arg;
	e->stat.never_empty = e->stat.op == STAT_SUM && !lex_compat(&p->pp.lx, "1.5");
	e->stat.shift = -1;
	e->stat.stat = parse_expr(p);
	comma = accept_op(p, ",");
	if (comma && e->stat.op != STAT_VARIANCE) {
		fail_at(p, E_STAT_PARAMS, comma, 1, "");
		return error_expr(p);
	}
	at = peek(p);
	if (comma && parse_number(p, "number", &shift) && (shift < 0 || shift > 62))
		fail_saw(p, E_SHIFT_RANGE, at, (long long)shift);
	if (comma)
		e->stat.shift = (int)shift;
	comma = accept_op(p, ",");
	if (comma)
		fail_at(p, E_STAT_PARAMS, comma, 2, "s");
	expect_op(p, ")");
	return built(p, e);
}

/* hist := ( "@hist_log" "(" expr | "@hist_linear" "(" expr "," number "," number "," number ) ")" */
struct expr *parse_hist(struct parser *p, const struct token *t)
{
	struct expr *e = expr_make(p->arena, EX_HIST, t);
	int64_t *const params[] = { &e->hist.start, &e->hist.stop, &e->hist.interval };

	e->hist.kind = strcmp(t->text, "@hist_log") ? HIST_LINEAR : HIST_LOG;
	expect_op(p, "(");
	e->hist.stat = parse_expr(p);
	for (int i = 0; e->hist.kind == HIST_LINEAR && i < 3; i++) {
		expect_op(p, ",");
		parse_number(p, "number", params[i]);
	}
	expect_op(p, ")");
	return built(p, e);
}

static void expect_some(struct parser *p, const char *text)
{
	if (!p->panic && !*text)
		expected(p, "non-empty string");
}

/* string [ "," string ] ")" */
static struct expr *parse_atvar(struct parser *p, const struct token *t, const struct at_op *op)
{
	struct expr *e = expr_make(p->arena, EX_TARGET, t);

	(void)op;
	e->target.base = TARGET_ATVAR;
	e->target.name = parse_text(p, "string");
	e->target.module = accept_op(p, ",") ? parse_text(p, "string") : "";
	expect_op(p, ")");
	return e;
}

/* expr "," string [ "," string ] ")" */
static struct expr *parse_cast(struct parser *p, const struct token *t, const struct at_op *op)
{
	struct expr *e = expr_make(p->arena, EX_TARGET, t);

	(void)op;
	e->target.base = TARGET_CAST;
	e->target.name = t->text;
	e->target.operand = parse_expr(p);
	expect_op(p, ",");
	e->target.cast_type = parse_text(p, "string");
	expect_some(p, e->target.cast_type);
	e->target.module = accept_op(p, ",") ? parse_text(p, "string") : "";
	expect_op(p, ")");
	return built(p, e);
}

/* expr ")" */
static struct expr *parse_wrapped(struct parser *p, const struct token *t, const struct at_op *op)
{
	struct expr *e = expr_make(p->arena, (enum expr_kind)op->arg, t);

	e->wrap.arg = parse_expr(p);
	expect_op(p, ")");
	return built(p, e);
}

/* IDENT ")": a script variable or a plain target variable */
static struct expr *parse_probewrite(struct parser *p, const struct token *t, const struct at_op *op)
{
	struct expr *e = expr_make(p->arena, EX_PROBEWRITE, t), *var;
	const struct token *name = expect_ident(p);

	(void)op;
	if (!name)
		return error_expr(p);
	if (name->text[0] == '$') {
		var = parse_target(p, name);
	} else {
		var = expr_make(p->arena, EX_VAR, name);
		var->var.name = name->text;
	}
	e->wrap.arg = var;
	expect_op(p, ")");
	return built(p, e);
}

/* string ")" */
static struct expr *parse_texted(struct parser *p, const struct token *t, const struct at_op *op)
{
	struct expr *e = expr_make(p->arena, (enum expr_kind)op->arg, t);

	e->at.text = parse_text(p, op->arg == EX_PERF ? "literal string" : "string");
	if (op->arg != EX_ENUM)
		expect_some(p, e->at.text);
	expect_op(p, ")");
	return e;
}

/* expr [ "," string [ "," string ] ] ")" */
static struct expr *parse_enumname(struct parser *p, const struct token *t, const struct at_op *op)
{
	struct expr *e = expr_make(p->arena, EX_ENUMNAME, t);

	(void)op;
	e->at.arg = parse_expr(p);
	if (accept_op(p, ","))
		e->at.type = parse_text(p, "string");
	if (e->at.type && accept_op(p, ","))
		e->at.module = parse_text(p, "string");
	expect_op(p, ")");
	return built(p, e);
}

/* number ")"; arg: of the user's registers */
static struct expr *parse_register(struct parser *p, const struct token *t, const struct at_op *op)
{
	struct expr *e = expr_make(p->arena, EX_REGISTER, t);
	const struct token *at = peek(p);
	int64_t n = 0;

	e->deref.user = op->arg;
	parse_number(p, "number", &n);
	e->deref.arg = expr_number(p->arena, at, n);
	expect_op(p, ")");
	return built(p, e);
}

/* number "," expr ")"; arg: of user memory */
static struct expr *parse_deref(struct parser *p, const struct token *t, const struct at_op *op)
{
	struct expr *e = expr_make(p->arena, EX_DEREF, t);

	e->deref.user = op->arg;
	parse_number(p, "number", &e->deref.size);
	expect_op(p, ",");
	e->deref.arg = parse_expr(p);
	expect_op(p, ")");
	return built(p, e);
}

static const struct at_op at_ops[] = {
	{ "@cast", NULL, false, parse_cast, 0 },
	{ "@var", NULL, false, parse_atvar, 0 },
	{ "@defined", NULL, false, parse_wrapped, EX_DEFINED },
	{ "@entry", NULL, false, parse_wrapped, EX_ENTRY },
	{ "@probewrite", NULL, false, parse_probewrite, 0 },
	{ "@perf", NULL, false, parse_texted, EX_PERF },
	{ "@const", "3.1", true, parse_texted, EX_CONST },
	{ "@enum", "5.5", false, parse_texted, EX_ENUM },
	{ "@enumname", "5.6", false, parse_enumname, 0 },
	{ "@kregister", "4.0", true, parse_register, false },
	{ "@uregister", "4.0", false, parse_register, true },
	{ "@kderef", "4.0", true, parse_deref, false },
	{ "@uderef", "4.0", false, parse_deref, true },
	{ "@count", NULL, false, parse_stat, STAT_COUNT },
	{ "@sum", NULL, false, parse_stat, STAT_SUM },
	{ "@min", NULL, false, parse_stat, STAT_MIN },
	{ "@max", NULL, false, parse_stat, STAT_MAX },
	{ "@avg", NULL, false, parse_stat, STAT_AVG },
	{ "@variance", "3.1", false, parse_stat, STAT_VARIANCE },
};

static const struct at_op *find_at(const char *name)
{
	for (size_t i = 0; i < sizeof(at_ops) / sizeof(*at_ops); i++)
		if (!strcmp(at_ops[i].name, name))
			return &at_ops[i];
	return NULL;
}

bool is_hist_at(const char *name)
{
	return !strcmp(name, "@hist_log") || !strcmp(name, "@hist_linear");
}

bool is_builtin_at(const char *name)
{
	return find_at(name) || is_hist_at(name);
}

bool find_stat_at(const char *name, enum stat_op *ret)
{
	const struct at_op *op = find_at(name);

	if (!op || op->parse != parse_stat)
		return false;
	*ret = (enum stat_op)op->arg;
	return true;
}

static bool is_later_macro(const char *name)
{
	static const char *const macros[] = {
#define LATER(name) "@" #name,
#include "syntax/later_macros.def"
		NULL
	};

	return text_among(name, macros);
}

/* at := WORD "(" … ")" with the word read */
struct expr *parse_at(struct parser *p, const struct token *t)
{
	const struct at_op *op = find_at(t->text);

	if (!op || (op->since && !lex_compat(&p->pp.lx, op->since))) {
		fail_saw(p, is_later_macro(t->text) ? E_MACRO_NOT_YET : E_OPERATOR_UNKNOWN, t, t->text);
		return error_expr(p);
	}
	if (op->guru && !p->src->privileged)
		complain(p, E_OPERATOR_GURU, t, t->text);
	expect_op(p, "(");
	return op->parse(p, t, op);
}
