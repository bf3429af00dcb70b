// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Values that nobody wants, of expressions that are statements by themselves. What decides over the flow of control becomes a statement:
 *	a && b		if (a) b
 *	a || b		if (!a) b
 *	a ? b : c	if (a) b else c
 * so that what stands behind need not be a value: `found || leave()`. Other operators go, and of their operands those stay that do something:
 * f(1) + 2 is f(1). What an operator says about the type of a call's value is kept with the call (told), for functions of which nothing else
 * tells it: embedded C gives a value or not as it pleases.
 *
 * in: resolved bodies. out: the same effects in the same order.
 */
#include "sema/uses.h"

static struct stmt *statement(struct sema *sm, struct expr *e, discard_wanted *wanted)
{
	struct stmt *s;

	if (wanted && !wanted(sm, e))
		return NULL;
	s = stmt_make(sm->a, ST_EXPR, e->tok);
	s->expr = e;
	discard_value(sm, &s, wanted);
	return s;
}

static struct expr *negated(struct sema *sm, struct expr *e)
{
	struct expr *not = expr_make(sm->a, EX_UNARY, e->tok);

	not->unary.op = OP_NOT;
	not->unary.arg = e;
	not->type = VT_LONG;
	not->height = e->height + 1;
	return not;
}

static struct stmt *choice(struct sema *sm, const struct token *tok, struct expr *cond, struct expr *yes, struct expr *no,
			   discard_wanted *wanted)
{
	struct stmt *s = stmt_make(sm->a, ST_IF, tok);

	s->if_.cond = cond;
	s->if_.yes = statement(sm, yes, wanted);
	s->if_.no = no ? statement(sm, no, wanted) : NULL;
	if (!s->if_.yes)
		s->if_.yes = stmt_make(sm->a, ST_NULL, tok);
	return s;
}

void discard_tell(struct expr *e, enum value_type t)
{
	if (e->kind == EX_CALL && e->call.told == VT_UNKNOWN)
		e->call.told = t;
}

/* what operator E says about its operand's type; a comparison says only what the literal on the OTHER side is */
static enum value_type demand(const struct expr *e, const struct expr *other)
{
	if (e->kind == EX_CONCAT)
		return VT_STRING;
	if (e->kind == EX_UNARY || op_info[e->binary.op].kind != OPK_COMPARE)
		return VT_LONG;
	return other->kind == EX_STRING ? VT_STRING : other->kind == EX_NUMBER ? VT_LONG : VT_UNKNOWN;
}

static struct stmt *both(struct sema *sm, struct expr *e, discard_wanted *wanted)
{
	struct stmt *l, *r, *s;

	discard_tell(e->binary.l, demand(e, e->binary.r));
	discard_tell(e->binary.r, demand(e, e->binary.l));
	l = statement(sm, e->binary.l, wanted);
	r = statement(sm, e->binary.r, wanted);
	if (!l || !r)
		return l ? l : r;
	s = stmt_make(sm->a, ST_BLOCK, e->tok);
	s->block = arena_make(sm->a, struct block);
	s->block->tok = e->tok;
	vec_push(sm->a, &s->block->stmts, l);
	vec_push(sm->a, &s->block->stmts, r);
	return s;
}

/* wanted NULL: only what decides over the flow, all of whose parts stay */
static struct stmt *without_value(struct sema *sm, struct expr *e, discard_wanted *wanted)
{
	bool logic = e->kind == EX_BINARY && op_info[e->binary.op].kind == OPK_LOGIC;

	if (e->kind == EX_TERNARY)
		return choice(sm, e->tok, e->ternary.cond, e->ternary.yes, e->ternary.no, wanted);
	if (logic) {
		discard_tell(e->binary.r, VT_LONG);
		return choice(sm, e->tok, e->binary.op == OP_LOR ? negated(sm, e->binary.l) : e->binary.l, e->binary.r, NULL, wanted);
	}
	if (wanted && (e->kind == EX_BINARY || e->kind == EX_CONCAT))
		return both(sm, e, wanted);
	if (wanted && e->kind == EX_UNARY) {
		discard_tell(e->unary.arg, VT_LONG);
		return statement(sm, e->unary.arg, wanted);
	}
	return NULL;
}

bool discard_value(struct sema *sm, struct stmt **sp, discard_wanted *wanted)
{
	struct stmt *s = without_value(sm, (*sp)->expr, wanted);

	if (!s)
		return false;
	*sp = s;
	return true;
}

static void post_stmt(void *cookie, struct stmt **sp)
{
	if ((*sp)->kind == ST_EXPR)
		discard_value(cookie, sp, NULL);
}

static void one(struct owner *o, struct block *b, void *cookie)
{
	struct ast_visitor v = { .stmt_post = post_stmt, .cookie = o->sm };

	(void)cookie;
	walk_block(&v, b);
}

void discard_all(struct sema *sm) { each_code(sm, one, NULL); }
