// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules about statements that need resolved names (reference/language.md 9): break and continue outside of loops; changing the elements of
 * an array that a foreach around is iterating, also through a function. (Deleting it as a whole is allowed.) Pragmas that contradict.
 * How much one call may print. Which target variables can be written: what is loaded last from memory, as a whole or bits of it.
 */
#include "sema/uses.h"

#include "types/plan.h"

#include <string.h>

struct modified { /* by function: globals whose elements it changes, itself or through others */
	VEC(struct vardecl *) vars;
};

struct check {
	struct sema *sm;
	struct modified *by_fn;		   /* by funcdecl.index - 1 */
	VEC(const struct vardecl *) open;  /* arrays being iterated, innermost last */
	unsigned loops;
	struct modified *collect;	   /* first phase: what this function changes */
	bool changed;
};

static void add_modified(struct check *c, struct modified *m, struct vardecl *v)
{
	for (size_t i = 0; i < m->vars.n; i++)
		if (m->vars.v[i] == v)
			return;
	vec_push(c->sm->a, &m->vars, v);
	c->changed = true;
}

static bool is_open(const struct check *c, const struct vardecl *v)
{
	for (size_t i = 0; i < c->open.n; i++)
		if (c->open.v[i] == v)
			return true;
	return false;
}

static void see_var(void *cookie, struct vardecl *v, unsigned how, struct expr *whole)
{
	struct check *c = cookie;

	if (!(how & (USE_WRITE | USE_COMMUTE)) || whole->kind != EX_INDEX)
		return;
	if (c->collect)
		add_modified(c, c->collect, v);
	else if (is_open(c, v))
		diag(c->sm->diag, E_FOREACH_MODIFIED, whole->tok, v->name);
}

static void see_call(void *cookie, struct expr *call)
{
	struct check *c = cookie;

	for (size_t i = 0; i < call->call.callees.n; i++) {
		const struct modified *m = &c->by_fn[call->call.callees.v[i]->index - 1];

		for (size_t j = 0; j < m->vars.n; j++) {
			if (c->collect)
				add_modified(c, c->collect, m->vars.v[j]);
			else if (is_open(c, m->vars.v[j]))
				diag(c->sm->diag, E_FOREACH_CALL, call->tok, m->vars.v[j]->name);
		}
	}
}

static void see_expr(void *cookie, struct expr *e)
{
	enum { MAX_PRINT_ARGS = 32 };
	struct check *c = cookie;

	if (e->kind == EX_PRINT && e->print.args.n > MAX_PRINT_ARGS)
		diag(c->sm->diag, E_PRINT_MANY, e->tok, e->print.args.n);
}

static void see_stmt(void *cookie, struct stmt *s, bool enter)
{
	struct check *c = cookie;
	bool loop = s->kind == ST_FOR || s->kind == ST_FOREACH;

	if (loop)
		c->loops += enter ? 1 : -1u;
	if (s->kind == ST_FOREACH && s->foreach_.base->kind == EX_VAR && s->foreach_.base->var.decl) {
		if (enter)
			vec_push(c->sm->a, &c->open, s->foreach_.base->var.decl);
		else
			c->open.n--;
	}
	if (enter && !c->collect && !c->loops && (s->kind == ST_BREAK || s->kind == ST_CONTINUE))
		diag(c->sm->diag, E_OUTSIDE_LOOP, s->tok, s->kind == ST_BREAK ? "break" : "continue");
}

static void check_store(struct check *c, const struct expr *whole, const struct expr *to, const char *what)
{
	const struct plan *p = to->access.plan;
	bool loads = false;

	for (unsigned i = 0; i < p->nsteps; i++)
		loads |= p->steps[i].op == STEP_LOAD;
	if (p->nsteps && (p->steps[p->nsteps - 1].op == STEP_LOAD || p->steps[p->nsteps - 1].op == STEP_BITS) && loads)
		return;
	if (*to->access.text == '&')
		diag2(c->sm->diag, E_NOT_LVALUE, whole->tok, to->tok, what, "");
	else if (p->nsteps && p->steps[p->nsteps - 1].op != STEP_CAST)
		diag(c->sm->diag, E_TARGET_STORE_ARRAY, to->tok, to->access.text);
	else if (p->start == PLAN_TRACE_ARG)
		diag(c->sm->diag, E_TARGET_STORE_TRACE, to->tok, to->access.text);
	else if (p->start == PLAN_ARG || p->start == PLAN_RETVAL || p->start == PLAN_REGISTER)
		diag(c->sm->diag, E_TARGET_STORE_REGISTER, to->tok, to->access.text);
	else
		diag2(c->sm->diag, E_NOT_LVALUE, whole->tok, to->tok, what, "");
}

static bool see_store(void *cookie, struct expr **ep)
{
	const struct expr *e = *ep;

	if (e->kind == EX_ASSIGN && e->binary.l->kind == EX_ACCESS)
		check_store(cookie, e, e->binary.l, "assignment");
	else if (e->kind == EX_CREMENT && e->crement.arg->kind == EX_ACCESS)
		check_store(cookie, e, e->crement.arg, e->crement.op == OP_INC ? "increment" : "decrement");
	return true;
}

static void one(struct owner *o, struct block *b, void *cookie)
{
	struct ast_visitor stores = { .expr = see_store, .cookie = cookie };
	struct check *c = cookie;
	struct use_walk w = { .var = see_var, .call = see_call, .stmt = see_stmt, .expr = see_expr, .cookie = c };

	(void)o;
	c->loops = 0;
	c->open.n = 0;
	uses_block(&w, b);
	walk_block(&stores, b);
}

static void check_pragmas(struct sema *sm)
{
	for (size_t i = 0; i < sm->functions.n; i++) {
		const struct funcdecl *f = sm->functions.v[i];

		if (f->embedded && (f->embedded->pragmas & PRAGMA_STABLE) && !(f->embedded->pragmas & PRAGMA_PURE))
			diag(sm->diag, E_STABLE_IMPURE, f->tok);
	}
}

void check_all(struct sema *sm)
{
	struct check c = { .sm = sm };

	c.by_fn = arena_array(sm->a, struct modified, sm->fns.n + 1);
	do {
		c.changed = false;
		for (size_t i = 0; i < sm->functions.n; i++) {
			struct funcdecl *f = sm->functions.v[i];
			struct use_walk w = { .var = see_var, .call = see_call, .cookie = &c };

			c.collect = &c.by_fn[f->index - 1];
			if (f->body)
				uses_block(&w, f->body);
		}
	} while (c.changed);
	c.collect = NULL;
	each_code(sm, one, &c);
	check_pragmas(sm);
}
