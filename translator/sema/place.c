// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a handler takes its locks and its inside-marks, and where it gives them back: around as few statements as possible, which
 * follow each other: of the handler's body, or in a branch of an `if` in it if nothing else needs them.
 *
 * They are taken before the first statement that needs them; earlier if something before it would show (output, a written global, memory):
 * a hit that does not get its locks is skipped, and then has done nothing. They are given back behind the last one.
 *
 * in: locks, commutes, rwsets. out: p->span. Under -u the whole body.
 */
#include "sema/uses.h"

#include "session.h"

struct place {
	struct sema *sm;
	const struct derived_probe *p;
	bool needed;
};

static bool is_held(const struct derived_probe *p, const struct vardecl *v)
{
	for vec_each (i, &p->locks)
		if (p->locks.v[i].var == v)
			return true;
	return p->commutes && v->storage == STORE_CELLS;
}

static void need_var(void *cookie, struct vardecl *v, unsigned how, struct expr *whole)
{
	struct place *pl = cookie;

	(void)how;
	(void)whole;
	pl->needed |= v->global && is_held(pl->p, v);
}

static void need_call(void *cookie, struct expr *call)
{
	struct place *pl = cookie;

	for vec_each (i, &call->call.callees) {
		const struct rwset *rw = call->call.callees.v[i]->rw;

		for (size_t k = 0; k < rw->n; k++)
			if (rw->use[k])
				need_var(cookie, pl->sm->prog->globals.v[rw->first + k], rw->use[k], NULL);
	}
}

static bool expr_needs(struct place *pl, struct expr *e)
{
	struct use_walk w = { .var = need_var, .call = need_call, .cookie = pl };

	pl->needed = false;
	uses_expr(&w, e, true);
	return pl->needed;
}

static bool stmt_needs(struct place *pl, struct stmt *s)
{
	struct use_walk w = { .var = need_var, .call = need_call, .cookie = pl };

	pl->needed = false;
	if (s)
		uses_stmt(&w, s);
	return pl->needed;
}

/* does nobody notice that it was done, if the hit is given up afterwards? */
static bool is_quiet(struct place *pl, const struct stmt *s)
{
	if (!s)
		return true;
	switch (s->kind) {
	case ST_NULL:
	case ST_NEXT: return true;
	case ST_EXPR: return !effect_shows(pl->sm, s->expr);
	case ST_IF: return !effect_shows(pl->sm, s->if_.cond) && is_quiet(pl, s->if_.yes) && is_quiet(pl, s->if_.no);
	case ST_BLOCK:
		for vec_each (i, &s->block->stmts)
			if (!is_quiet(pl, s->block->stmts.v[i]))
				return false;
		return true;
	default: return false;
	}
}

/* first NULL: none of them needs it */
static struct lock_span span_in(struct place *pl, const struct block *b)
{
	struct lock_span span = { 0 };
	const struct stmt *shows = NULL;

	for vec_each (i, &b->stmts) {
		struct stmt *s = b->stmts.v[i];

		if (!shows && !is_quiet(pl, s))
			shows = s;
		if (!stmt_needs(pl, s))
			continue;
		if (!span.first)
			span.first = shows ? shows : s;
		span.last = s;
	}
	return span;
}

/* the only branch that needs the locks, NULL if there is none such */
static struct stmt *inner(struct place *pl, const struct stmt *s)
{
	bool yes, no;

	if (s->kind != ST_IF || expr_needs(pl, s->if_.cond) || effect_shows(pl->sm, s->if_.cond))
		return NULL;
	yes = stmt_needs(pl, s->if_.yes);
	no = stmt_needs(pl, s->if_.no);
	return yes && no ? NULL : yes ? s->if_.yes : s->if_.no;
}

static struct lock_span whole(const struct block *body)
{
	return (struct lock_span){ body->stmts.v[0], body->stmts.v[body->stmts.n - 1] };
}

static struct lock_span span_of(struct place *pl, const struct block *body)
{
	struct lock_span span = span_in(pl, body);

	if (!span.first && pl->p->rechecks.n) /* what is evaluated anew at the end needs them */
		return whole(body);
	while (span.first && span.first == span.last) {
		struct stmt *s = span.first->kind == ST_BLOCK ? NULL : inner(pl, span.first);

		if (span.first->kind == ST_BLOCK)
			span = span_in(pl, span.first->block);
		else if (s)
			span = (struct lock_span){ s, s };
		else
			break;
	}
	return span;
}

static void place(struct sema *sm, struct derived_probe *p)
{
	struct place pl = { .sm = sm, .p = p };

	if (p->body->stmts.n)
		p->span = sm->s->opt.unoptimized ? whole(p->body) : span_of(&pl, p->body);
}

void locks_place(struct sema *sm)
{
	for vec_each (i, &sm->prog->probes)
		if (sm->prog->probes.v[i]->locks.n || sm->prog->probes.v[i]->commutes)
			place(sm, sm->prog->probes.v[i]);
}
