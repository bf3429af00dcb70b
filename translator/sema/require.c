// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * After inference and after unused code is gone: everything that is left must have a type, and aggregates may stand only where one is
 * wanted. Establishes the invariants of program.h about types; says "unresolved type" and its like once for each variable or function.
 */
#include "sema/sema.h"

#include "base/buf.h"

#include <string.h>

static void unresolved(struct sema *sm, struct expr *e)
{
	diag(sm->diag, E_TYPE_UNRESOLVED, e->tok);
	e->type = VT_ERROR;
}

static void require_var(struct sema *sm, struct expr *e, struct vardecl *v)
{
	if (v->type == VT_UNKNOWN) {
		unresolved(sm, e);
		v->type = VT_ERROR;
	}
	e->type = v->type;
	for (int i = 0; i < v->arity; i++)
		if (v->key[i] == VT_UNKNOWN) {
			diag(sm->diag, E_TYPE_UNRESOLVED, e->tok);
			v->key[i] = VT_ERROR;
		}
}

static void require_call(struct sema *sm, struct expr *e)
{
	if (e->type == VT_UNKNOWN) {
		unresolved(sm, e);
		for (size_t i = 0; i < e->call.callees.n; i++)
			if (e->call.callees.v[i]->type == VT_UNKNOWN)
				e->call.callees.v[i]->type = VT_ERROR;
	}
}

static void stat_as_value(struct sema *sm, struct expr *e)
{
	diag(sm->diag, E_STAT_RVALUE, e->tok, e->kind == EX_INDEX ? "array" : "variable");
	e->type = VT_ERROR;
}

static bool visit_expr(void *cookie, struct expr **ep);

static void list(struct sema *sm, struct expr **v, size_t n)
{
	struct ast_visitor vis = { .expr = visit_expr, .cookie = sm };

	for (size_t i = 0; i < n; i++)
		if (v[i])
			walk_expr(&vis, &v[i]);
}

/* an array or aggregate by itself: <<<'s left, @count's operand, what is deleted or iterated */
static void bare(struct sema *sm, struct expr *e)
{
	struct expr *base = e->kind == EX_INDEX ? e->index.base : e;

	if (e->kind == EX_INDEX)
		list(sm, e->index.idx.v, e->index.idx.n);
	if (base->kind != EX_VAR) {
		list(sm, &base, 1);
		return;
	}
	if (base->var.decl && e->type != VT_ERROR) {
		require_var(sm, e, base->var.decl);
		base->type = base->var.decl->type;
	}
}

/* a name that stands in `delete` alone was meant to be an array's */
static void require_delete(struct sema *sm, struct expr *e)
{
	struct vardecl *v = e->kind == EX_VAR ? e->var.decl : NULL;

	if (v && !v->global && v->type == VT_UNKNOWN) {
		diag(sm->diag, E_DELETE_UNRESOLVED, e->tok);
		v->type = e->type = VT_ERROR;
		return;
	}
	bare(sm, e);
}

/* as it was written, if it is short: what was optimised reads otherwise */
static void put_key(struct buf *b, const char *before, const struct expr *key)
{
	buf_puts(b, before);
	if (key->kind == EX_NUMBER || key->kind == EX_STRING || (key->kind == EX_VAR && !(key->var.decl && key->var.decl->synthetic)))
		print_expr(b, key);
	else
		buf_puts(b, "...");
}

/* a[1]["x"] of an array was meant to be a[1, "x"] */
static const char *keys_hint(struct sema *sm, const struct expr *e)
{
	const struct expr *array = e->target.operand;
	struct buf b = BUF_INIT;
	const char *text;

	if (array->kind != EX_INDEX || array->index.base->kind != EX_VAR || !e->target.comps.n || e->target.comps.v[0].kind != COMP_INDEX)
		return "";
	buf_printf(&b, ", try %s[", array->index.base->var.name);
	for (size_t i = 0; i < array->index.idx.n; i++)
		put_key(&b, i ? ", " : "", array->index.idx.v[i]);
	for (size_t i = 0; i < e->target.comps.n && e->target.comps.v[i].kind == COMP_INDEX; i++)
		put_key(&b, ", ", e->target.comps.v[i].index);
	buf_puts(&b, "] instead");
	text = arena_strdup(sm->a, b.data);
	buf_fini(&b);
	return text;
}

static bool visit_expr(void *cookie, struct expr **ep) /* long: dispatch */
{
	struct sema *sm = cookie;
	struct expr *e = *ep;

	if (e->type == VT_ERROR || e->type == VT_VOID /* a bare call, done */)
		return false;
	switch (e->kind) {
	case EX_VAR:
	case EX_INDEX:
		bare(sm, e);
		if (e->type == VT_STATS)
			stat_as_value(sm, e);
		return false;
	case EX_IN:
		bare(sm, e->in.array);
		return false;
	case EX_STAT:
		bare(sm, e->stat.stat);
		return false;
	case EX_HIST:
		bare(sm, e->hist.stat);
		return false;
	case EX_PRINT:
		list(sm, e->print.args.v, e->print.args.n);
		if (e->print.hist)
			bare(sm, e->print.hist->hist.stat);
		return false;
	case EX_ASSIGN:
		bare(sm, e->binary.l);
		list(sm, &e->binary.r, 1);
		if (e->type == VT_UNKNOWN)
			e->type = e->binary.l->type;
		return false;
	case EX_CALL:
		require_call(sm, e);
		list(sm, e->call.args.v, e->call.args.n);
		return false;
	case EX_ACCESS:
		list(sm, e->access.args.v, e->access.args.n);
		return false;
	case EX_SAVED:
		return false;
	case EX_TARGET:
		diag(sm->diag, E_AUTOCAST, e->target.comps.n ? e->target.comps.v[0].tok : e->tok, keys_hint(sm, e));
		e->type = VT_ERROR;
		return false;
	default:
		return true;
	}
}

static void visit_post(void *cookie, struct expr **ep)
{
	struct sema *sm = cookie;
	struct expr *e = *ep;

	/* only what takes its type from its parts can be without one, and then a part was reported */
	if (e->kind == EX_TERNARY && e->type == VT_UNKNOWN)
		e->type = e->ternary.yes->type;
	(void)sm;
}

/* a call by itself needs no value; so does what a function without a value returns, or its type would be known */
static bool is_bare_call(struct sema *sm, struct expr *e)
{
	if (!e || e->kind != EX_CALL || e->type != VT_UNKNOWN)
		return false;
	e->type = VT_VOID;
	list(sm, e->call.args.v, e->call.args.n);
	return true;
}

static bool visit_stmt(void *cookie, struct stmt **sp)
{
	struct sema *sm = cookie;
	struct stmt *s = *sp;
	struct ast_visitor vis = { .expr = visit_expr, .stmt = visit_stmt, .expr_post = visit_post, .cookie = sm };

	switch (s->kind) {
	case ST_EXPR:
	case ST_RETURN:
		return !is_bare_call(sm, s->expr);
	case ST_FOR:
		is_bare_call(sm, s->for_.init);
		is_bare_call(sm, s->for_.step);
		return true;
	case ST_FOREACH:
		bare(sm, s->foreach_.base);
		list(sm, s->foreach_.keys.v, s->foreach_.keys.n);
		list(sm, s->foreach_.slice.v, s->foreach_.slice.n);
		if (s->foreach_.value)
			list(sm, &s->foreach_.value, 1);
		if (s->foreach_.limit)
			list(sm, &s->foreach_.limit, 1);
		walk_stmt(&vis, &s->foreach_.body);
		return false;
	case ST_DELETE:
		require_delete(sm, s->expr);
		return false;
	default:
		return true;
	}
}

static void one(struct owner *o, struct block *b, void *cookie)
{
	struct ast_visitor vis = { .expr = visit_expr, .stmt = visit_stmt, .expr_post = visit_post, .cookie = o->sm };
	struct derived_probe *p = o->fn ? NULL : o->work->p;

	(void)cookie;
	walk_block(&vis, b);
	if (p && p->condition)
		walk_expr(&vis, &p->condition);
	for (size_t i = 0; p && i < p->saved.n; i++)
		walk_expr(&vis, &p->saved.v[i]);
}

static void require_formals(struct sema *sm, struct funcdecl *f)
{
	for (size_t i = 0; i < f->formals.n; i++) {
		struct vardecl *v = f->formals.v[i];

		if (v->type != VT_UNKNOWN)
			continue;
		diag(sm->diag, E_TYPE_UNRESOLVED, v->tok);
		v->type = VT_ERROR;
	}
}

void types_require(struct sema *sm)
{
	each_code(sm, one, NULL);
	for (size_t i = 0; i < sm->functions.n; i++) {
		struct funcdecl *f = sm->functions.v[i];

		if (f->type == VT_UNKNOWN)
			f->type = VT_VOID;
		if (!fn_info(sm, f)->dead)
			require_formals(sm, f);
	}
}
