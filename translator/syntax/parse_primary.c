/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tightest levels: suffixes and & of targets (17), and primaries (18). */
#include "syntax/parser.h"

#include <string.h>

/* "[" ( expr | "*" ) { "," … } "]" behind an array's name or a histogram */
static struct expr *parse_index(struct parser *p, struct expr *base)
{
	struct expr *e = expr_make(p->arena, EX_INDEX, base->tok);

	next(p);
	e->index.base = base;
	PARSE_INDEX_LIST(p, &e->index.idx);
	if (!accept_op(p, "]"))
		expected(p, "one of '] ,'");
	return built(p, e);
}

/* NAME "(" [ expr { "," expr } ] ")" with the name read */
static struct expr *parse_call(struct parser *p, const struct token *t)
{
	struct expr *e = expr_make(p->arena, EX_CALL, t);

	e->call.name = t->text;
	if (!accept_op(p, "("))
		expected_call(p);
	if (accept_op(p, ")"))
		return e;
	do
		vec_push(p->arena, &e->call.args, parse_expr(p));
	while (accept_op(p, ","));
	if (!accept_op(p, ")"))
		expected(p, "one of ') ,'");
	return built(p, e);
}

/* $target | print(…) | NAME "(" … ")" | NAME "[" … "]" | NAME */
static struct expr *parse_name(struct parser *p)
{
	const struct token *t = next(p);
	struct expr *e;

	if (t->text[0] == '$')
		return parse_target(p, t);
	if (is_print(t->text))
		return parse_print(p, t);
	if (peek_op(p, "("))
		return parse_call(p, t);
	e = expr_make(p->arena, EX_VAR, t);
	e->var.name = t->text;
	return peek_op(p, "[") ? parse_index(p, e) : e;
}

/* "%{" … "%}" as an expression */
static struct expr *parse_embedded_expr(struct parser *p)
{
	const struct token *t = next(p);
	struct expr *e = expr_make(p->arena, EX_EMBEDDED, t);

	if (!p->src->privileged) {
		complain(p, E_EMBEDDED_EXPR_GURU, t);
		return error_expr(p);
	}
	e->embedded = parse_embedded(p, t);
	return e;
}

/* "(" expr ")" */
static struct expr *parse_parens(struct parser *p)
{
	struct expr *e;

	next(p);
	e = parse_expr(p);
	expect_op(p, ")");
	return e;
}

/* @hist…(…) is complete only with an index behind it; what stands alone is for the caller to judge */
static struct expr *parse_at_value(struct parser *p)
{
	const struct token *t = next(p);
	struct expr *e;

	if (!is_hist_at(t->text))
		return parse_at(p, t);
	e = parse_hist(p, t);
	return peek_op(p, "[") ? parse_index(p, e) : e;
}

/* primary := "(" expr ")" | literal | name | @word | EMBEDDED */
static struct expr *parse_value(struct parser *p)
{
	const struct token *t = peek(p);
	int64_t v;

	switch (t->cls) {
	case TOK_IDENT: return parse_name(p);
	case TOK_NUMBER: next(p); return token_number(p, t, &v) ? expr_number(p->arena, t, v) : error_expr(p);
	case TOK_STRING: t = parse_string(p, "literal string"); return expr_string(p->arena, t, t->text);
	case TOK_EMBEDDED: return parse_embedded_expr(p);
	case TOK_KEYWORD: /* functions may have these two names */
		if (starts_expr(p))
			return parse_call(p, next(p));
		break;
	case TOK_OP:
		if (t->text[0] == '(')
			return parse_parens(p);
		if (t->text[0] == '@')
			return parse_at_value(p);
		break;
	case TOK_JUNK:
	case TOK_EOF: break;
	}
	expected(p, "literal string or number");
	return error_expr(p);
}

/* before 2.6 addresses are those of what is named in the program */
static bool has_address(struct parser *p)
{
	const struct token *t = peek(p);

	return t->text[0] == '$' || tok_is_op(t, "@cast") || tok_is_op(t, "@var") || lex_compat(&p->pp.lx, "2.6");
}

/* level 17: [ "&" ] primary { "->" … | "[" … "]" | "$" | "$$" } */
struct expr *parse_primary(struct parser *p)
{
	const struct token *address = accept_op(p, "&");
	struct expr *e;

	if (address && !has_address(p))
		expected(p, "@cast, @var or $var");
	e = parse_components(p, parse_value(p));

	if (!address || p->panic)
		return e;
	if (e->kind != EX_TARGET || e->target.addressof) { /* of anything else: an autocast */
		struct expr *target = expr_make(p->arena, EX_TARGET, e->tok);

		target->target.base = TARGET_EXPR;
		target->target.operand = e;
		e = built(p, target);
	}
	if (e->kind == EX_TARGET)
		e->target.addressof = true;
	return e;
}
