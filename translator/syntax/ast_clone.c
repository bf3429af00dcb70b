/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deep copies, for alias expansion and for functions that are cloned per probe. A node is copied whole, then its vectors get
 * storage of their own and its operands are replaced by copies. Declarations, tokens, types and plans are shared.
 */
#include "syntax/ast_tools.h"

#define clone_vec(a, vec)                                                                                                          \
	do {                                                                                                                       \
		(vec)->v = (vec)->n ? arena_memdup((a), (vec)->v, (vec)->n * sizeof(*(vec)->v)) : NULL;                            \
		(vec)->cap = (vec)->n;                                                                                             \
	} while (0)

static void clone_operand(void *cookie, struct expr **operand)
{
	*operand = clone_expr(cookie, *operand);
}

struct expr *clone_expr(struct arena *a, const struct expr *e)
{
	struct expr *c;

	if (!e)
		return NULL;
	c = arena_memdup(a, e, sizeof(*e));
	switch (e->kind) {
	case EX_INDEX: clone_vec(a, &c->index.idx); break;
	case EX_CALL:
		clone_vec(a, &c->call.args);
		clone_vec(a, &c->call.callees);
		break;
	case EX_PRINT:
		clone_vec(a, &c->print.pieces);
		clone_vec(a, &c->print.args);
		break;
	case EX_TARGET: clone_vec(a, &c->target.comps); break;
	case EX_ACCESS: clone_vec(a, &c->access.args); break;
	default: /* no vectors */ break;
	}
	expr_operands(c, clone_operand, a);
	return c;
}

static void clone_foreach(struct arena *a, struct stmt *c)
{
	clone_vec(a, &c->foreach_.keys);
	for (size_t i = 0; i < c->foreach_.keys.n; i++)
		clone_operand(a, &vec_at(&c->foreach_.keys, i));
	clone_operand(a, &c->foreach_.value);
	clone_operand(a, &c->foreach_.base);
	clone_vec(a, &c->foreach_.slice);
	for (size_t i = 0; i < c->foreach_.slice.n; i++)
		clone_operand(a, &vec_at(&c->foreach_.slice, i));
	clone_operand(a, &c->foreach_.limit);
	c->foreach_.body = clone_stmt(a, c->foreach_.body);
}

struct stmt *clone_stmt(struct arena *a, const struct stmt *s)
{
	struct stmt *c;

	if (!s)
		return NULL;
	c = arena_memdup(a, s, sizeof(*s));
	switch (s->kind) {
	case ST_NULL:
	case ST_BREAK:
	case ST_CONTINUE:
	case ST_NEXT: break;
	case ST_BLOCK: c->block = clone_block(a, s->block); break;
	case ST_EXPR:
	case ST_RETURN:
	case ST_DELETE: c->expr = clone_expr(a, s->expr); break;
	case ST_IF:
		c->if_.cond = clone_expr(a, s->if_.cond);
		c->if_.yes = clone_stmt(a, s->if_.yes);
		c->if_.no = clone_stmt(a, s->if_.no);
		break;
	case ST_FOR:
		c->for_.init = clone_expr(a, s->for_.init);
		c->for_.cond = clone_expr(a, s->for_.cond);
		c->for_.step = clone_expr(a, s->for_.step);
		c->for_.body = clone_stmt(a, s->for_.body);
		break;
	case ST_FOREACH: clone_foreach(a, c); break;
	case ST_TRY:
		c->try_.body = clone_block(a, s->try_.body);
		c->try_.var = clone_expr(a, s->try_.var);
		c->try_.handler = clone_block(a, s->try_.handler);
		break;
	}
	return c;
}

struct block *clone_block(struct arena *a, const struct block *b)
{
	struct block *c;

	if (!b)
		return NULL;
	c = arena_memdup(a, b, sizeof(*b));
	clone_vec(a, &c->stmts);
	for (size_t i = 0; i < c->stmts.n; i++)
		vec_at(&c->stmts, i) = clone_stmt(a, vec_at(&c->stmts, i));
	return c;
}
