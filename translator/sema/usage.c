// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who is read, who is written: vardecl.read and .written over all code that can run; and what is extracted of each aggregate.
 *
 * What goes back into the variable alone (`x++`, `x |= 3`, `s .= "y"` as a statement) reads a local: nobody writes that for nothing. It
 * does not read a global, which is displayed at the end. `<<<` reads neither. usage_reads() is the one place that says so.
 */
#include "sema/uses.h"
#include "syntax/ast_tools.h"

#include <string.h>

bool usage_reads(const struct vardecl *v, unsigned how)
{
	return how & USE_UPDATE ? !v->global : how & USE_READ;
}

static bool see_in_index(void *cookie, struct expr **ep)
{
	(void)cookie;
	if ((*ep)->kind == EX_VAR && (*ep)->var.decl)
		(*ep)->var.decl->indexes_written = true;
	return true;
}

/* all that stands in them, as in SystemTap */
static void see_indices(struct expr **v, size_t n)
{
	struct ast_visitor visitor = { .expr = see_in_index };

	for (size_t i = 0; i < n; i++)
		if (v[i])
			walk_expr(&visitor, &v[i]);
}

static void see_var(void *cookie, struct vardecl *v, unsigned how, struct expr *whole)
{
	(void)cookie;
	v->read += usage_reads(v, how);
	if (!(how & (USE_WRITE | USE_COMMUTE)))
		return;
	v->written = true;
	if (whole->kind == EX_INDEX)
		see_indices(whole->index.idx.v, whole->index.idx.n);
}

static void clear_locals(struct vardecls *l)
{
	for (size_t i = 0; i < l->n; i++)
		l->v[i]->read = l->v[i]->written = l->v[i]->indexes_written = 0;
}

static void collect_one(struct owner *o, struct block *b, void *cookie)
{
	struct use_walk *w = cookie;
	struct derived_probe *p = o->fn ? NULL : o->work->p;

	uses_block(w, b);
	if (p && p->condition)
		uses_expr(w, p->condition, true);
	for (size_t i = 0; p && i < p->saved.n; i++)
		uses_expr(w, p->saved.v[i], true);
}

static void embedded_globals(struct sema *sm)
{
	for (size_t i = 0; i < sm->functions.n; i++) {
		const struct embedded *em = sm->functions.v[i]->embedded;

		if (fn_info(sm, sm->functions.v[i])->dead)
			continue;
		for (size_t j = 0; em && j < em->rvars.n; j++)
			em->rvars.v[j]->read++;
		for (size_t j = 0; em && j < em->wvars.n; j++)
			em->wvars.v[j]->written = true;
	}
}

void usage_collect(struct sema *sm)
{
	struct use_walk w = { .var = see_var };

	for (size_t i = 0; i < sm->globals.n; i++)
		sm->globals.v[i]->read = sm->globals.v[i]->written = 0;
	for (size_t i = 0; i < sm->works.n; i++)
		clear_locals(&sm->works.v[i]->p->locals);
	for (size_t i = 0; i < sm->functions.n; i++) {
		struct funcdecl *f = sm->functions.v[i];

		clear_locals(&f->locals);
		clear_locals(&f->formals);
	}
	each_code(sm, collect_one, &w);
	embedded_globals(sm);
}

/* ---- what can still run ------------------------------------------------------------------------------------------------------------- */

static void ignore_var(void *cookie, struct vardecl *v, unsigned how, struct expr *whole)
{
	(void)cookie;
	(void)v;
	(void)how;
	(void)whole;
}

struct live {
	struct sema *sm;
	VEC(struct funcdecl *) todo;
};

static void see_call(void *cookie, struct expr *call)
{
	struct live *l = cookie;

	for (size_t i = 0; i < call->call.callees.n; i++) {
		struct fninfo *info = fn_info(l->sm, call->call.callees.v[i]);

		if (!info->dead)
			continue;
		info->dead = false;
		vec_push(l->sm->a, &l->todo, info->fn);
	}
}

void usage_live(struct sema *sm)
{
	struct live l = { .sm = sm };
	struct use_walk w = { .var = ignore_var, .call = see_call, .cookie = &l };

	for (size_t i = 0; i < sm->functions.n; i++)
		fn_info(sm, sm->functions.v[i])->dead = true;
	for (size_t i = 0; i < sm->works.n; i++) {
		struct derived_probe *p = sm->works.v[i]->p;

		if (sm->works.v[i]->dropped)
			continue;
		uses_block(&w, p->body);
		for (size_t j = 0; j < p->saved.n; j++)
			uses_expr(&w, p->saved.v[j], true);
	}
	for (size_t i = 0; i < l.todo.n; i++)
		if (l.todo.v[i]->body)
			uses_block(&w, l.todo.v[i]->body);
}

/* ---- statistics ------------------------------------------------------------------------------------------------------------------- */

static struct vardecl *stat_var(const struct expr *e)
{
	if (e->kind == EX_INDEX)
		e = e->index.base;
	return e->kind == EX_VAR ? e->var.decl : NULL;
}

static void add_variance(struct sema *sm, struct vardecl *v, const struct expr *e)
{
	int shift = e->stat.shift < 0 ? 0 : e->stat.shift;

	if (v->stat.shift && v->stat.shift != shift)
		diag(sm->diag, E_VARIANCE_CONFLICT, e->tok, v->stat.shift);
	else
		v->stat.shift = shift;
}

static void add_histogram(struct sema *sm, struct vardecl *v, const struct expr *e)
{
	struct stat_params *s = &v->stat;
	bool same = s->hist == e->hist.kind && (s->hist == HIST_LOG ||
		    (s->start == e->hist.start && s->stop == e->hist.stop && s->interval == e->hist.interval));

	if (s->hist != HIST_NONE && !same) {
		diag(sm->diag, E_HIST_CONFLICT, e->tok, v->name);
		return;
	}
	s->hist = e->hist.kind;
	s->start = e->hist.start;
	s->stop = e->hist.stop;
	s->interval = e->hist.interval;
	s->hist_tok = e->tok;
}

static void see_stat(void *cookie, struct expr *e)
{
	struct sema *sm = cookie;
	struct vardecl *v = e->kind == EX_STAT ? stat_var(e->stat.stat) : e->kind == EX_HIST ? stat_var(e->hist.stat) : NULL;

	if (!v)
		return;
	if (e->kind == EX_STAT) {
		v->stat.ops |= 1u << e->stat.op;
		if (e->stat.op == STAT_VARIANCE)
			add_variance(sm, v, e);
	} else {
		add_histogram(sm, v, e);
	}
}

static void see_foreach(void *cookie, struct stmt *s, bool enter)
{
	struct vardecl *v;

	(void)cookie;
	if (!enter || s->kind != ST_FOREACH || s->foreach_.base->kind != EX_VAR)
		return;
	v = s->foreach_.base->var.decl;
	if (v && v->type == VT_STATS && s->foreach_.sort_column == 0 && s->foreach_.sort_dir)
		v->stat.ops |= 1u << (s->foreach_.sort_op_given ? s->foreach_.sort_op : STAT_COUNT);
}

void usage_stats(struct sema *sm)
{
	struct use_walk w = { .var = ignore_var, .expr = see_stat, .stmt = see_foreach, .cookie = sm };

	for (size_t i = 0; i < sm->globals.n; i++)
		memset(&sm->globals.v[i]->stat, 0, sizeof(sm->globals.v[i]->stat));
	each_code(sm, collect_one, &w);
}
