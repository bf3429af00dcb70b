// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The program's lists and numbers: what can still run and be used after everything else, in a fixed order; recursion and call depth.
 *
 * Order: globals as they were met, functions by name (then as they were met), probes by family, within one as in the sources.
 * Until here vardecl.index and funcdecl.index were sema's own (scope.c); from here on they are places in the program's lists. Nothing may
 * ask fn_info() after this.
 */
#include "sema/uses.h"

#include "session.h"

#include <stdlib.h>
#include <string.h>

struct node { /* a function in the call graph */
	struct funcdecl *fn;
	VEC(struct funcdecl *) calls, callers;
	unsigned depth;	      /* calls below it, itself included */
	size_t open;	      /* callees (callers) not yet done */
	bool below, above;    /* all of what it calls (of what calls it) is free of cycles */
	bool live;
};

struct graph {
	struct sema *sm;
	struct node *nodes; /* by funcdecl.index - 1 */
	struct node *at;    /* whose body is walked; NULL: a handler's */
	VEC(struct funcdecl *) live;
};

/* ---- what can run ---------------------------------------------------------------------------------------------------------------- */

static void reach(struct graph *g, struct funcdecl *f)
{
	struct node *n = &g->nodes[f->index - 1];

	if (!n->live) {
		n->live = true;
		n->fn = f;
		vec_push(g->sm->a, &g->live, f);
	}
	if (!g->at)
		return;
	for (size_t i = 0; i < g->at->calls.n; i++)
		if (g->at->calls.v[i] == f)
			return;
	vec_push(g->sm->a, &g->at->calls, f);
	vec_push(g->sm->a, &n->callers, g->at->fn);
}

static void see_call(void *cookie, struct expr *call)
{
	for (size_t i = 0; i < call->call.callees.n; i++)
		reach(cookie, call->call.callees.v[i]);
}

static void ignore_var(void *cookie, struct vardecl *v, unsigned how, struct expr *whole)
{
	(void)cookie;
	(void)v;
	(void)how;
	(void)whole;
}

static void find_live(struct graph *g)
{
	struct use_walk w = { .var = ignore_var, .call = see_call, .cookie = g };

	for (size_t i = 0; i < g->sm->works.n; i++) {
		struct derived_probe *p = g->sm->works.v[i]->p;

		if (g->sm->works.v[i]->dropped)
			continue;
		uses_block(&w, p->body);
		for (size_t j = 0; j < p->saved.n; j++)
			uses_expr(&w, p->saved.v[j], true);
	}
	for (size_t i = 0; i < g->live.n; i++) {
		g->at = &g->nodes[g->live.v[i]->index - 1];
		if (g->live.v[i]->body)
			uses_block(&w, g->live.v[i]->body);
	}
}

/* ---- recursion and depth --------------------------------------------------------------------------------------------------------------- */

static unsigned depth_below(const struct graph *g, const struct node *n)
{
	unsigned most = 0;

	for (size_t i = 0; i < n->calls.n; i++) {
		const struct node *c = &g->nodes[n->calls.v[i]->index - 1];

		if (c->below && c->depth > most)
			most = c->depth;
	}
	return most + 1;
}

/* peels the graph: functions whose callees are all done get their depth; what stays calls into a cycle */
static void peel_below(struct graph *g)
{
	VEC(struct node *) ready = { 0 };

	for (size_t i = 0; i < g->live.n; i++) {
		struct node *n = &g->nodes[g->live.v[i]->index - 1];

		n->open = n->calls.n;
		if (!n->open)
			vec_push(g->sm->a, &ready, n);
	}
	for (size_t i = 0; i < ready.n; i++) {
		struct node *n = ready.v[i];

		n->depth = depth_below(g, n);
		n->below = true;
		for (size_t j = 0; j < n->callers.n; j++) {
			struct node *c = &g->nodes[n->callers.v[j]->index - 1];

			if (--c->open == 0)
				vec_push(g->sm->a, &ready, c);
		}
	}
}

/* the same from above: what stays of both lies in a cycle (or between two) */
static void peel_above(struct graph *g)
{
	VEC(struct node *) ready = { 0 };

	for (size_t i = 0; i < g->live.n; i++) {
		struct node *n = &g->nodes[g->live.v[i]->index - 1];

		n->open = n->callers.n;
		if (!n->open)
			vec_push(g->sm->a, &ready, n);
	}
	for (size_t i = 0; i < ready.n; i++) {
		struct node *n = ready.v[i];

		n->above = true;
		for (size_t j = 0; j < n->calls.n; j++) {
			struct node *c = &g->nodes[n->calls.v[j]->index - 1];

			if (--c->open == 0)
				vec_push(g->sm->a, &ready, c);
		}
	}
}

static void measure_calls(struct graph *g)
{
	unsigned deepest = 0, cyclic = 0;
	bool recursive = false;

	peel_below(g);
	peel_above(g);
	for (size_t i = 0; i < g->live.n; i++) {
		struct node *n = &g->nodes[g->live.v[i]->index - 1];
		unsigned depth = n->below ? n->depth : depth_below(g, n);

		n->fn->recursive = !n->below && !n->above;
		recursive |= n->fn->recursive;
		cyclic += !n->below;
		if (depth > deepest)
			deepest = depth;
	}
	/* a path through functions that lead into cycles passes each of them once */
	g->sm->prog->max_nesting = deepest + cyclic + 1 + (recursive ? 10 : 0);
}

/* ---- the lists ---------------------------------------------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct funcdecl *x = *(struct funcdecl *const *)a, *y = *(struct funcdecl *const *)b;
	int c = strcmp(x->name, y->name);

	return c ? c : (x->index > y->index) - (x->index < y->index);
}

static void keep_locals(struct vardecls *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i]->read || l->v[i]->written)
			l->v[n++] = l->v[i];
	l->n = n;
	for (size_t i = 0; i < n; i++)
		l->v[i]->index = (unsigned)i;
}

static void list_functions(struct graph *g)
{
	struct program *prog = g->sm->prog;

	if (g->live.n)
		qsort(g->live.v, g->live.n, sizeof(*g->live.v), by_name);
	for (size_t i = 0; i < g->live.n; i++) {
		struct funcdecl *f = g->live.v[i];

		vec_push(g->sm->a, &prog->functions, f);
		prog->nembeds_calls += f->embedded != NULL;
		if (!g->sm->s->opt.unoptimized)
			keep_locals(&f->locals);
		for (size_t j = 0; j < f->formals.n; j++)
			f->formals.v[j]->index = (unsigned)j;
	}
	for (size_t i = 0; i < g->live.n; i++)
		prog->functions.v[i]->index = (unsigned)i;
}

static void check_shape(struct sema *sm, struct vardecl *v)
{
	if (v->arity < 0)
		v->arity = v->maxsize ? 1 : 0;
	if (v->arity == 0 && v->maxsize)
		diag(sm->diag, E_ARITY_SIZE, v->tok);
	else if (v->arity == 0 && v->wrap)
		diag(sm->diag, E_WRAP_SCALAR, v->tok);
	if (v->ctype == &type_conflict)
		v->ctype = NULL;
}

static void list_globals(struct sema *sm)
{
	for (size_t i = 0; i < sm->globals.n; i++) {
		struct vardecl *v = sm->globals.v[i];

		if (!v->read && !v->written && !sm->s->opt.unoptimized) {
			if (wants_warning(v->tok))
				diag(sm->diag, W_UNUSED_VARIABLE, v->tok, v->name);
			continue;
		}
		check_shape(sm, v);
		if (v->type == VT_UNKNOWN)
			diag(sm->diag, E_TYPE_UNRESOLVED, v->tok);
		vec_push(sm->a, &sm->prog->globals, v);
	}
	for (size_t i = 0; i < sm->prog->globals.n; i++)
		sm->prog->globals.v[i]->index = (unsigned)i;
}

static void sync_saved(void *cookie, struct expr *e)
{
	const struct derived_probe *p = cookie;

	if (e->kind == EX_SAVED && e->saved.slot < p->saved.n)
		e->saved.entry = p->saved.v[e->saved.slot];
}

static void list_probes(struct sema *sm)
{
	struct program *prog = sm->prog;
	unsigned order = 0;

	for (size_t k = 0; providers[k]; k++)
		for (size_t i = 0; i < sm->works.n; i++)
			if (!sm->works.v[i]->dropped && sm->works.v[i]->p->provider == providers[k])
				vec_push(sm->a, &prog->probes, sm->works.v[i]->p);
	for (size_t i = 0; i < sm->works.n; i++)
		sm->works.v[i]->p->order = order++;
	for (size_t i = 0; i < prog->probes.n; i++) {
		struct derived_probe *p = prog->probes.v[i];
		struct use_walk w = { .var = ignore_var, .expr = sync_saved, .cookie = p };

		p->index = (unsigned)i;
		if (!sm->s->opt.unoptimized)
			keep_locals(&p->locals);
		if (p->saved.n)
			uses_block(&w, p->body);
	}
}

static void warn_unused_functions(struct graph *g)
{
	for (size_t i = 0; i < g->sm->functions.n; i++) {
		struct funcdecl *f = g->sm->functions.v[i];

		if (!g->nodes[f->index - 1].live && !f->synthetic && !fn_info(g->sm, f)->warned && wants_warning(f->tok))
			diag(g->sm->diag, W_UNUSED_FUNCTION, f->tok, f->name);
	}
}

void finish_program(struct sema *sm)
{
	struct graph g = { .sm = sm };

	g.nodes = arena_array(sm->a, struct node, sm->fns.n + 1);
	find_live(&g);
	measure_calls(&g);
	warn_unused_functions(&g);
	list_globals(sm);
	list_functions(&g);
	list_probes(sm);
	for (size_t i = 0; i < sm->files.n; i++)
		for (size_t j = 0; j < sm->files.v[i]->embeds.n; j++)
			vec_push(sm->a, &sm->prog->embeds, sm->files.v[i]->embeds.v[j]);
}
