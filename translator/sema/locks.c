// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who touches which global how, and what that means for its storage and for each handler's locks (design.md 6).
 *
 * Storage of a global, by the handlers that use it, themselves or through functions and conditions:
 *   FREE    only begin/end/error handlers write it: nothing else runs then, so nobody locks;
 *   QUIET   all that other handlers do with it is commutative (uses.h): a cell per (CPU, level), read and reset in quiet phases only;
 *   CELLS   the same, but timer handlers also read, assign, delete or iterate it: those exclude everybody, the others only mark themselves;
 *   LOCKED  anything else, also when nobody only adds: a shared value under the variable's reader/writer lock. Strings, and arrays that
 *           recycle elements (%), always.
 *
 * A handler's needs, sorted by variable:
 *   begin/end/error: none, they run alone;
 *   FREE, QUIET: none;
 *   LOCKED: READ, or WRITE if it does more than read;
 *   CELLS: EXCLUSIVE if it does more than commutative updates, which then happen under it; else no lock but the inside-mark:
 *   derived_probe.commutes is set, and its rwset tells for which.
 *
 * A handler that changes what a condition reads evaluates that condition at its end, and so reads all of it too (p->rechecks).
 *
 * in: the program's lists, numbered. out: storage, rwsets, locks, commutes. What p->saved needs at function entry counts as the handler's.
 */
#include "sema/uses.h"

#include <string.h>

struct collect {
	struct sema *sm;
	struct rwset *rw;
};

static struct rwset *rw_new(struct sema *sm)
{
	return arena_make(sm->a, struct rwset);
}

/* the window becomes [first, end) and what it was; where it grows it gets room for as much again */
static void widen(struct sema *sm, struct rwset *rw, size_t first, size_t end)
{
	struct rwset old = *rw;

	if (old.n && first < old.first)
		first -= old.n < first ? old.n : first;
	if (old.n && end > old.first + old.n)
		end += old.n;
	if (old.n && first > old.first)
		first = old.first;
	if (old.n && end < old.first + old.n)
		end = old.first + old.n;
	if (end > sm->prog->globals.n)
		end = sm->prog->globals.n;
	rw->first = first;
	rw->n = end - first;
	rw->use = arena_array(sm->a, unsigned char, rw->n);
	if (old.n)
		memcpy(rw->use + (old.first - first), old.use, old.n);
}

/* true if that was not known */
static bool add_use(struct sema *sm, struct rwset *rw, size_t i, unsigned how)
{
	unsigned before = rwset_use(rw, i);

	if ((before | how) == before)
		return false;
	if (i < rw->first || i - rw->first >= rw->n)
		widen(sm, rw, i, i + 1);
	rw->use[i - rw->first] |= how;
	return true;
}

static void see_var(void *cookie, struct vardecl *v, unsigned how, struct expr *whole)
{
	struct collect *c = cookie;

	(void)whole;
	if (v->global && v->index < c->sm->prog->globals.n)
		add_use(c->sm, c->rw, v->index, how);
}

static bool add_all(struct sema *sm, struct rwset *to, const struct rwset *from)
{
	bool changed = false;

	for (size_t i = 0; i < from->n; i++)
		changed |= add_use(sm, to, from->first + i, from->use[i]);
	return changed;
}

static void see_call(void *cookie, struct expr *call)
{
	struct collect *c = cookie;

	for (size_t i = 0; i < call->call.callees.n; i++)
		add_all(c->sm, c->rw, call->call.callees.v[i]->rw);
}

static struct use_walk walk_of(struct collect *c, bool through_calls)
{
	return (struct use_walk){ .var = see_var, .call = through_calls ? see_call : NULL, .cookie = c };
}

/* ---- functions: own uses, then those of callees to a fixed point -------------------------------------------------------------------- */

struct merge {
	struct sema *sm;
	struct rwset *rw;
	bool changed;
};

static void merge_call(void *cookie, struct expr *call)
{
	struct merge *m = cookie;

	for (size_t i = 0; i < call->call.callees.n; i++)
		m->changed |= add_all(m->sm, m->rw, call->call.callees.v[i]->rw);
}

static void ignore_var(void *cookie, struct vardecl *v, unsigned how, struct expr *whole)
{
	(void)cookie;
	(void)v;
	(void)how;
	(void)whole;
}

static void own_uses(struct sema *sm, struct funcdecl *f)
{
	struct collect c = { sm, f->rw };
	struct use_walk w = walk_of(&c, false);
	const struct embedded *em = f->embedded;

	if (f->body)
		uses_block(&w, f->body);
	for (size_t i = 0; em && i < em->rvars.n; i++)
		see_var(&c, em->rvars.v[i], USE_READ, NULL);
	for (size_t i = 0; em && i < em->wvars.n; i++)
		see_var(&c, em->wvars.v[i], USE_WRITE, NULL);
}

static void functions(struct sema *sm)
{
	struct merge m = { .sm = sm };

	for (size_t i = 0; i < sm->prog->functions.n; i++)
		sm->prog->functions.v[i]->rw = rw_new(sm);
	for (size_t i = 0; i < sm->prog->functions.n; i++)
		own_uses(sm, sm->prog->functions.v[i]);
	if (sm->prog->globals.n == 0)
		return;
	do {
		m.changed = false;
		for (size_t i = 0; i < sm->prog->functions.n; i++) {
			struct funcdecl *f = sm->prog->functions.v[i];
			struct use_walk w = { .var = ignore_var, .call = merge_call, .cookie = &m };

			m.rw = f->rw;
			if (f->body)
				uses_block(&w, f->body);
		}
	} while (m.changed);
}

/* ---- conditions ------------------------------------------------------------------------------------------------------------------------- */

static struct rwset *condition_uses(struct sema *sm, struct expr *e)
{
	struct collect c = { sm, rw_new(sm) };
	struct use_walk w = walk_of(&c, true);

	uses_expr(&w, e, true);
	return c.rw;
}

/* the text, and which variables its names are */
static const char *condition_key(struct sema *sm, struct expr *e, const struct rwset *rw)
{
	struct buf b = BUF_INIT;
	const char *ret;

	print_expr(&b, e);
	for (size_t i = 0; i < rw->n; i++)
		if (rw->use[i])
			buf_printf(&b, " %zu", rw->first + i);
	ret = arena_strdup(sm->a, b.data);
	buf_fini(&b);
	return ret;
}

static void conditions_number(struct sema *sm)
{
	struct map numbers;

	map_init(&numbers, sm->a);
	for (size_t i = 0; i < sm->prog->probes.n; i++) {
		struct derived_probe *p = sm->prog->probes.v[i], *first;
		struct condition k = { p->condition, NULL };
		const char *key;

		if (!condition_arms(p))
			continue;
		k.rw = condition_uses(sm, k.expr);
		key = condition_key(sm, k.expr, k.rw);
		first = map_get(&numbers, key);
		if (!first) {
			vec_push(sm->a, &sm->prog->conditions, k);
			p->condition_no = (unsigned)sm->prog->conditions.n;
			map_set(&numbers, key, p);
		} else {
			p->condition_no = first->condition_no;
		}
	}
}

static bool changes_any(const struct rwset *by, const struct rwset *what)
{
	for (size_t i = 0; i < what->n; i++)
		if (what->use[i] && (rwset_use(by, what->first + i) & (USE_WRITE | USE_COMMUTE)))
			return true;
	return false;
}

static void conditions_writers(struct sema *sm, struct derived_probe *p)
{
	unsigned n = (unsigned)sm->prog->conditions.n;

	for (unsigned i = 0; i < n; i++)
		if (changes_any(p->rw, sm->prog->conditions.v[i].rw))
			vec_push(sm->a, &p->rechecks, i);
	for vec_each (i, &p->rechecks)
		add_all(sm, p->rw, sm->prog->conditions.v[p->rechecks.v[i]].rw);
}

/* ---- storage ---------------------------------------------------------------------------------------------------------------------------- */

#define COMMUTES_ONLY(use) (((use) & (USE_READ | USE_WRITE)) == 0)
#define CHANGES(use) ((use) & (USE_WRITE | USE_COMMUTE | USE_SORT))

/* those that run while others do */
struct probes { struct derived_probe **v; size_t n, cap; };

static enum storage storage_of(const struct probes *busy, const struct vardecl *v)
{
	bool changed = false, adds = false, shared = false, timer_reads = false;

	for (size_t i = 0; i < busy->n; i++) {
		const struct derived_probe *p = busy->v[i];
		unsigned use = rwset_use(p->rw, v->index);

		if (!use)
			continue;
		changed |= CHANGES(use) != 0;
		if (COMMUTES_ONLY(use)) {
			adds = true;
			continue;
		}
		if (strcmp(p->provider->family, "timer") == 0)
			timer_reads = true;
		else
			shared = true;
	}
	if (!changed)
		return STORE_FREE;
	if (shared || !adds || v->type == VT_STRING || v->wrap)
		return STORE_LOCKED;
	return timer_reads ? STORE_CELLS : STORE_QUIET;
}

/* ---- needs -------------------------------------------------------------------------------------------------------------------------------- */

static bool need_of(const struct vardecl *v, unsigned use, enum lock_mode *ret)
{
	if (!use || v->storage == STORE_FREE || v->storage == STORE_QUIET)
		return false;
	if (v->storage == STORE_CELLS)
		*ret = LOCK_EXCLUSIVE;
	else
		*ret = CHANGES(use) ? LOCK_WRITE : LOCK_READ;
	return true;
}

static bool is_inside(const struct vardecl *v, unsigned use) { return use && v->storage == STORE_CELLS && COMMUTES_ONLY(use); }

static void probe_needs(struct sema *sm, struct derived_probe *p)
{
	enum lock_mode mode;

	if (p->quiet_phase)
		return;
	for (size_t i = 0; i < p->rw->n; i++) {
		struct vardecl *v = sm->prog->globals.v[p->rw->first + i];

		if (is_inside(v, p->rw->use[i]))
			p->commutes = true;
		else if (need_of(v, p->rw->use[i], &mode))
			vec_push(sm->a, &p->locks, ((struct lock_need){ v, mode }));
	}
}

void locks_assign(struct sema *sm)
{
	struct probes busy = { 0 };

	functions(sm);
	for (size_t i = 0; i < sm->prog->probes.n; i++) {
		struct derived_probe *p = sm->prog->probes.v[i];
		struct collect c = { sm, rw_new(sm) };
		struct use_walk w = walk_of(&c, true);

		p->rw = c.rw;
		uses_block(&w, p->body);
		for (size_t j = 0; j < p->saved.n; j++)
			uses_expr(&w, p->saved.v[j], true);
		if (!p->quiet_phase)
			vec_push(sm->a, &busy, p);
	}
	conditions_number(sm);
	for (size_t i = 0; i < sm->prog->probes.n; i++)
		conditions_writers(sm, sm->prog->probes.v[i]);
	for (size_t i = 0; i < sm->prog->globals.n; i++)
		sm->prog->globals.v[i]->storage = storage_of(&busy, sm->prog->globals.v[i]);
	for (size_t i = 0; i < sm->prog->probes.n; i++)
		probe_needs(sm, sm->prog->probes.v[i]);
}
