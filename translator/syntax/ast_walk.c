/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Visiting trees. expr_operands() is the one place that knows where expressions keep their operands; slots that are NULL are left
 * out. */
#include "syntax/ast_tools.h"

typedef void operand_fn(void *cookie, struct expr **operand);

static void one(struct expr **slot, operand_fn *fn, void *cookie)
{
	if (*slot)
		fn(cookie, slot);
}

static void all(struct expr **v, size_t n, operand_fn *fn, void *cookie)
{
	for (size_t i = 0; i < n; i++)
		one(&v[i], fn, cookie);
}

static void target_operands(struct expr *e, operand_fn *fn, void *cookie)
{
	one(&e->target.operand, fn, cookie);
	for (size_t i = 0; i < e->target.comps.n; i++)
		one(&vec_at(&e->target.comps, i).index, fn, cookie);
}

/* long: dispatch */
void expr_operands(struct expr *e, void (*fn)(void *cookie, struct expr **operand), void *cookie)
{
	switch (e->kind) {
	case EX_NUMBER:
	case EX_STRING:
	case EX_EMBEDDED:
	case EX_VAR:
	case EX_CONST:
	case EX_PERF:
	case EX_ENUM:
	case EX_ERROR: break;
	case EX_INDEX:
		one(&e->index.base, fn, cookie);
		all(e->index.idx.v, e->index.idx.n, fn, cookie);
		break;
	case EX_CALL: all(e->call.args.v, e->call.args.n, fn, cookie); break;
	case EX_UNARY: one(&e->unary.arg, fn, cookie); break;
	case EX_BINARY:
	case EX_CONCAT:
	case EX_ASSIGN:
		one(&e->binary.l, fn, cookie);
		one(&e->binary.r, fn, cookie);
		break;
	case EX_REGEX: one(&e->regex.l, fn, cookie); break;
	case EX_IN: one(&e->in.array, fn, cookie); break;
	case EX_TERNARY:
		one(&e->ternary.cond, fn, cookie);
		one(&e->ternary.yes, fn, cookie);
		one(&e->ternary.no, fn, cookie);
		break;
	case EX_CREMENT: one(&e->crement.arg, fn, cookie); break;
	case EX_PRINT:
		one(&e->print.hist, fn, cookie);
		all(e->print.args.v, e->print.args.n, fn, cookie);
		break;
	case EX_STAT: one(&e->stat.stat, fn, cookie); break;
	case EX_HIST: one(&e->hist.stat, fn, cookie); break;
	case EX_TARGET: target_operands(e, fn, cookie); break;
	case EX_DEFINED:
	case EX_ENTRY:
	case EX_PROBEWRITE: one(&e->wrap.arg, fn, cookie); break;
	case EX_ENUMNAME: one(&e->at.arg, fn, cookie); break;
	case EX_REGISTER:
	case EX_DEREF: one(&e->deref.arg, fn, cookie); break;
	case EX_ACCESS: all(e->access.args.v, e->access.args.n, fn, cookie); break;
	case EX_SAVED: one(&e->saved.entry, fn, cookie); break;
	}
}

static void walk_operand(void *cookie, struct expr **ep)
{
	walk_expr(cookie, ep);
}

void walk_expr(const struct ast_visitor *v, struct expr **ep)
{
	if (!*ep)
		return;
	if (!v->expr || v->expr(v->cookie, ep))
		expr_operands(*ep, walk_operand, (void *)v);
	if (v->expr_post)
		v->expr_post(v->cookie, ep);
}

static void walk_foreach(const struct ast_visitor *v, struct stmt *s)
{
	for (size_t i = 0; i < s->foreach_.keys.n; i++)
		walk_expr(v, &vec_at(&s->foreach_.keys, i));
	walk_expr(v, &s->foreach_.value);
	walk_expr(v, &s->foreach_.base);
	for (size_t i = 0; i < s->foreach_.slice.n; i++)
		walk_expr(v, &vec_at(&s->foreach_.slice, i));
	walk_expr(v, &s->foreach_.limit);
	walk_stmt(v, &s->foreach_.body);
}

static void walk_parts(const struct ast_visitor *v, struct stmt *s)
{
	switch (s->kind) {
	case ST_NULL:
	case ST_BREAK:
	case ST_CONTINUE:
	case ST_NEXT: break;
	case ST_BLOCK: walk_block(v, s->block); break;
	case ST_EXPR:
	case ST_RETURN:
	case ST_DELETE: walk_expr(v, &s->expr); break;
	case ST_IF:
		walk_expr(v, &s->if_.cond);
		walk_stmt(v, &s->if_.yes);
		walk_stmt(v, &s->if_.no);
		break;
	case ST_FOR:
		walk_expr(v, &s->for_.init);
		walk_expr(v, &s->for_.cond);
		walk_expr(v, &s->for_.step);
		walk_stmt(v, &s->for_.body);
		break;
	case ST_FOREACH: walk_foreach(v, s); break;
	case ST_TRY:
		walk_block(v, s->try_.body);
		walk_expr(v, &s->try_.var);
		walk_block(v, s->try_.handler);
		break;
	}
}

void walk_stmt(const struct ast_visitor *v, struct stmt **sp)
{
	if (!*sp)
		return;
	if (!v->stmt || v->stmt(v->cookie, sp))
		walk_parts(v, *sp);
	if (v->stmt_post)
		v->stmt_post(v->cookie, sp);
}

void walk_block(const struct ast_visitor *v, struct block *b)
{
	for (size_t i = 0; b && i < b->stmts.n; i++)
		walk_stmt(v, &vec_at(&b->stmts, i));
}
