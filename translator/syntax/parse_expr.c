/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expressions, from the loosest operator to the tightest; binary levels are climbed by the precedences of op.def. Each tree knows
 * its height, which is bounded, so that everybody may walk it by recursion. Operators are found by their text among the rows of
 * op.def.
 */
#include "syntax/parser.h"

#include <string.h>

const struct op_info op_info[] = {
#define OP(id, text, kind, prec, assign_of) { text, kind, prec, assign_of },
#include "syntax/op.def"
#undef OP
};

enum { PREC_LOWEST_BINARY = 3, PREC_IN = 8, PREC_COMPARE = 9, PREC_SHIFT = 10, PREC_UNARY = 14 };

struct expr *error_expr(struct parser *p)
{
	struct expr *e = expr_make(p->arena, EX_ERROR, p->eof);

	e->type = VT_ERROR;
	return e;
}

/* ---- height ------------------------------------------------------------------------------------------------------ */

struct measure {
	struct parser *p;
	struct expr *parent;
	unsigned height;
};

/* a histogram is no value: it may be printed, indexed and searched */
static bool may_be_hist(const struct expr *parent, const struct expr *child)
{
	if (parent->kind == EX_PRINT)
		return child == parent->print.hist;
	return parent->kind == EX_INDEX && child == parent->index.base;
}

static void measure_child(void *cookie, struct expr **child)
{
	struct measure *m = cookie;

	if ((*child)->height > m->height)
		m->height = (*child)->height;
	if ((*child)->kind == EX_HIST && !may_be_hist(m->parent, *child))
		fail_at(m->p, E_HIST_BARE, (*child)->tok);
}

struct expr *built(struct parser *p, struct expr *e)
{
	struct measure m = { p, e, 0 };

	expr_operands(e, measure_child, &m);
	e->height = m.height + 1;
	if (e->height <= MAX_HEIGHT)
		return e;
	fail_at(p, E_NESTING, e->tok, MAX_HEIGHT);
	return error_expr(p);
}

/* ---- operators --------------------------------------------------------------------------------------------------- */

/* the row of op.def with this text among the kinds wanted (bits 1 << enum op_kind), or OP_NOPS */
static enum op find_op(const struct token *t, unsigned kinds)
{
	if (t->cls != TOK_OP || !strchr("=<>|&^.+-*/%!~", t->text[0]))
		return OP_NOPS;
	for (int i = 0; i < OP_NOPS; i++)
		if (kinds & 1u << op_info[i].kind && !strcmp(op_info[i].text, t->text))
			return (enum op)i;
	return OP_NOPS;
}

#define BINARY_KINDS (1u << OPK_ARITH | 1u << OPK_BITS | 1u << OPK_SHIFT | 1u << OPK_COMPARE | 1u << OPK_LOGIC | 1u << OPK_CONCAT)

static struct expr *make_binary(struct parser *p, enum op op, const struct token *t, struct expr *l, struct expr *r)
{
	enum expr_kind kind = op_info[op].kind == OPK_ASSIGN ? EX_ASSIGN : op_info[op].kind == OPK_CONCAT ? EX_CONCAT : EX_BINARY;
	struct expr *e = expr_make(p->arena, kind, t);

	e->binary.op = op;
	e->binary.l = l;
	e->binary.r = r;
	return built(p, e);
}

/* ---- the levels -------------------------------------------------------------------------------------------------- */

/* level 15: [ "++" | "--" ] level 17, and 16: level 17 [ "++" | "--" ] */
static struct expr *parse_crement(struct parser *p)
{
	enum op op = find_op(peek(p), 1u << OPK_CREMENT);
	const struct token *t = op == OP_NOPS ? NULL : next(p);
	bool prefix = op != OP_NOPS;
	struct expr *arg = parse_primary(p), *e;

	if (!prefix) {
		op = find_op(peek(p), 1u << OPK_CREMENT);
		if (op == OP_NOPS)
			return arg;
		t = next(p);
	}
	e = expr_make(p->arena, EX_CREMENT, t);
	e->crement.op = op;
	e->crement.prefix = prefix;
	e->crement.arg = arg;
	return built(p, e);
}

/* level 14: { "+" | "-" | "!" | "~" } level 15 */
static struct expr *parse_unary(struct parser *p)
{
	enum op op = find_op(peek(p), 1u << OPK_UNARY);
	struct expr *e;

	if (op == OP_NOPS)
		return parse_crement(p);
	e = expr_make(p->arena, EX_UNARY, next(p));
	e->unary.op = op;
	e->unary.arg = enter(p) ? parse_unary(p) : error_expr(p);
	leave(p);
	return built(p, e);
}

static struct expr *parse_in(struct parser *p);

/* operands of the levels below and including `top`, which is 7 or 13 */
static struct expr *parse_operand(struct parser *p, int top)
{
	return top < PREC_IN ? parse_in(p) : parse_unary(p);
}

/*
 * levels 3…7 and 9…13, each left-associative: operand { op operand }. One call serves all levels from `prec` to `top`, so that
 * parentheses cost few frames; l is the first operand.
 */
static struct expr *climb(struct parser *p, struct expr *l, int prec, int top)
{
	for (;;) {
		const struct token *t = peek(p);
		enum op op = find_op(t, BINARY_KINDS);
		struct expr *r;

		if (op == OP_NOPS || op_info[op].prec < prec || op_info[op].prec > top)
			return l;
		next(p);
		r = climb(p, parse_operand(p, top), op_info[op].prec + 1, top); /* what binds tighter on the right */
		l = make_binary(p, op, t, l, r);
	}
}

static struct expr *parse_binary(struct parser *p, int prec)
{
	int top = prec < PREC_IN ? PREC_IN - 1 : PREC_UNARY - 1;

	return climb(p, parse_operand(p, top), prec, top);
}

/* level 9: shift { ( "<" | ">" | "<=" | ">=" | "==" | "!=" ) shift } | shift ( "=~" | "!~" ) string */
static struct expr *parse_comparison(struct parser *p)
{
	struct expr *l = parse_binary(p, PREC_SHIFT), *e;
	const struct token *t = peek(p);

	if (!tok_is_op(t, "=~") && !tok_is_op(t, "!~"))
		return climb(p, l, PREC_COMPARE, PREC_UNARY - 1);
	next(p);
	e = expr_make(p->arena, EX_REGEX, t);
	e->regex.l = l;
	e->regex.negate = t->text[0] == '!';
	e->regex.pattern = parse_string(p, "literal string");
	return p->panic ? error_expr(p) : built(p, e);
}

struct expr *parse_indexable(struct parser *p)
{
	const struct token *t = peek(p);
	struct expr *e;

	if (t->cls == TOK_IDENT) {
		e = expr_make(p->arena, EX_VAR, next(p));
		e->var.name = t->text;
		return e;
	}
	if (t->cls == TOK_OP && is_hist_at(t->text))
		return parse_hist(p, next(p));
	expected(p, "identifier or statistical operation");
	return error_expr(p);
}

static struct expr *make_in(struct parser *p, struct expr *index)
{
	struct expr *e = expr_make(p->arena, EX_IN, next(p));

	index->index.base = parse_indexable(p);
	index->tok = index->index.base->tok;
	e->in.array = built(p, index);
	return built(p, e);
}

/* level 8: comparison [ "in" indexable ] | "[" ( expr | "*" ) { "," … } "]" "in" indexable */
static struct expr *parse_in(struct parser *p)
{
	const struct token *open = accept_op(p, "[");
	struct expr *index, *only;

	if (!open) {
		struct expr *e = parse_comparison(p);

		if (!peek_kw(p, "in"))
			return e;
		index = expr_make(p->arena, EX_INDEX, e->tok);
		vec_push(p->arena, &index->index.idx, e);
		return make_in(p, index);
	}
	index = expr_make(p->arena, EX_INDEX, open);
	PARSE_INDEX_LIST(p, &index->index.idx);
	if (!accept_op(p, "]"))
		expected(p, "',' or ']'");
	if (peek_kw(p, "in"))
		return make_in(p, index);
	only = vec_at(&index->index.idx, 0);
	if (index->index.idx.n == 1 && only)
		return only; /* [x] alone is x */
	fail_saw(p, E_EXPR_LIST, peek(p));
	return error_expr(p);
}

/* level 2: level 3 [ "?" expr ":" level 2 ]; before language 4.0 the last part was any expression */
static struct expr *parse_ternary(struct parser *p)
{
	struct expr *cond = parse_binary(p, PREC_LOWEST_BINARY), *e;
	const struct token *t = accept_op(p, "?");

	if (!t)
		return cond;
	e = expr_make(p->arena, EX_TERNARY, t);
	e->ternary.cond = cond;
	e->ternary.yes = parse_expr(p);
	expect_op(p, ":");
	if (!enter(p))
		e->ternary.no = error_expr(p);
	else
		e->ternary.no = lex_compat(&p->pp.lx, "4.0") ? parse_ternary(p) : parse_expr(p);
	leave(p);
	return built(p, e);
}

/* level 1: level 2 [ assign-op level 1 ] */
static struct expr *parse_assign(struct parser *p)
{
	struct expr *l = parse_ternary(p);
	const struct token *t = peek(p);
	enum op op = find_op(t, 1u << OPK_ASSIGN);

	if (op == OP_NOPS)
		return l;
	next(p);
	return make_binary(p, op, t, l, parse_expr(p));
}

struct expr *parse_expr_or_hist(struct parser *p)
{
	struct expr *e = enter(p) ? parse_assign(p) : error_expr(p);

	leave(p);
	return e;
}

/* expr := level 1 */
struct expr *parse_expr(struct parser *p)
{
	struct expr *e = parse_expr_or_hist(p);

	if (e->kind == EX_HIST)
		fail_at(p, E_HIST_BARE, e->tok);
	return e;
}

bool starts_expr(struct parser *p)
{
	const struct token *t = peek(p);

	switch (t->cls) {
	case TOK_IDENT:
	case TOK_STRING:
	case TOK_NUMBER:
	case TOK_EMBEDDED: return true;
	case TOK_KEYWORD: return !strcmp(t->text, "string") || !strcmp(t->text, "long");
	case TOK_OP:
		return t->text[0] == '@' || t->text[0] == '(' || t->text[0] == '[' || !strcmp(t->text, "&") ||
		       find_op(t, 1u << OPK_UNARY | 1u << OPK_CREMENT) != OP_NOPS;
	case TOK_JUNK:
	case TOK_EOF: break;
	}
	return false;
}
