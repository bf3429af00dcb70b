// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probe conditions, `probe P if (expr)` (reference/language.md 8.6): checked, ANDed over aliases, then put in front of the handler as
 * `if (!(cond)) next`. They see globals only, so that they mean the same wherever they are evaluated.
 *
 * The runtime also detaches a probe whose condition does not hold. locks.c finds the handlers that evaluate it anew. A condition with
 * embedded C may change without any handler's doing: it is only tested at each hit.
 */
#include "sema/sema.h"

struct check {
	struct owner *o;
	bool bad;
};

static bool visit_expr(void *cookie, struct expr **ep)
{
	struct check *c = cookie;
	struct expr *e = *ep;
	struct diag *d = c->o->sm->diag;
	size_t before = diag_errors(d);

	switch (e->kind) {
	case EX_CALL:
		diag(d, E_COND_FUNCTION, e->tok);
		break;
	case EX_ASSIGN:
	case EX_CREMENT:
		diag(d, E_COND_WRITES, e->tok);
		break;
	case EX_EMBEDDED:
		if (!(e->embedded->pragmas & PRAGMA_PURE))
			diag(d, E_COND_EMBEDDED, e->tok);
		break;
	case EX_VAR:
		if (!scope_global(c->o->sm, e->var.name, c->o->file))
			diag(d, E_COND_GLOBAL, e->tok);
		break;
	case EX_TARGET:
	case EX_ENTRY:
		diag(d, E_COND_TARGET, e->tok);
		break;
	default:
		break;
	}
	if (diag_errors(d) > before)
		c->bad = true;
	return !c->bad;
}

static struct expr *and_of(struct arena *a, struct expr *l, struct expr *r)
{
	struct expr *e;

	if (!l)
		return r;
	e = expr_make(a, EX_BINARY, r->tok);
	e->binary.op = OP_LAND;
	e->binary.l = l;
	e->binary.r = r;
	return e;
}

void condition_prepare(struct sema *sm, struct work *w)
{
	for (size_t i = 0; i < w->conds.n; i++) {
		struct owner o = { .sm = sm, .work = w, .file = w->conds.v[i].file };
		struct check c = { &o, false };
		struct ast_visitor v = { .expr = visit_expr, .cookie = &c };
		struct expr *e = w->conds.v[i].expr;

		walk_expr(&v, &e);
		if (c.bad)
			continue;
		target_expand_expr(&o, &e); /* @defined and its like */
		resolve_expr(&o, &e);
		w->p->condition = and_of(sm->a, w->p->condition, e);
	}
}

void condition_wrap(struct sema *sm)
{
	for (size_t i = 0; i < sm->works.n; i++) {
		struct derived_probe *p = sm->works.v[i]->p;
		struct block *body;
		struct stmt *test;
		struct expr *not;

		if (!p->condition)
			continue;
		not = expr_make(sm->a, EX_UNARY, p->condition->tok);
		not->unary.op = OP_NOT;
		not->unary.arg = p->condition;
		not->type = VT_LONG;
		test = stmt_make(sm->a, ST_IF, p->condition->tok);
		test->if_.cond = not;
		test->if_.yes = stmt_make(sm->a, ST_NEXT, p->condition->tok);
		body = arena_make(sm->a, struct block);
		body->tok = p->body->tok;
		vec_push(sm->a, &body->stmts, test);
		for (size_t j = 0; j < p->body->stmts.n; j++)
			vec_push(sm->a, &body->stmts, p->body->stmts.v[j]);
		p->body = body;
	}
}

static bool visit_fixed(void *cookie, struct expr **ep)
{
	if ((*ep)->kind == EX_EMBEDDED)
		*(bool *)cookie = false;
	return true;
}

bool condition_arms(const struct derived_probe *p)
{
	struct expr *e = p->condition;
	bool fixed = true;
	struct ast_visitor v = { .expr = visit_fixed, .cookie = &fixed };

	if (!e || p->quiet_phase)
		return false;
	walk_expr(&v, &e);
	return fixed;
}
