// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loops that must keep their place. A sorted foreach reorders the array itself (reference/language.md 13): inside a foreach over the same
 * array, also through a call, it would take the list from under the outer loop, which then missed elements or never ended. Such an outer
 * loop gets a level, and goes by links of that level, which the runtime makes as the loop begins (value/map_iter.c: stp_iter_keep()).
 *
 * in: resolved bodies. out: foreach_.level of each foreach (0: nothing inside sorts its array), vardecl.levels.
 * Invariant: of two loops over one array that may run inside each other the outer one has the greater level. With recursion there is none
 * for all: an error.
 */
#include "sema/uses.h"

#define MAX_LEVELS 16

struct sorting { /* what some code does to an array, itself or through others */
	struct vardecl *map;
	bool sorts;
	unsigned level; /* the greatest of its loops */
};
struct sortings { struct sorting *v; size_t n, cap; };

struct nested {
	struct sema *sm;
	struct sortings *by_fn; /* by funcdecl.index - 1 */
	struct sortings *own;	/* of the function that is walked; NULL: a handler, which nobody calls */
	struct sortings open;	/* a row for each foreach around: what its body does to its array; innermost last */
	bool changed, last;	/* last: levels are right now, and are told */
};

static void raise_to(struct sorting *to, const struct sorting *by, bool *changed)
{
	if ((to->sorts || !by->sorts) && to->level >= by->level)
		return;
	to->sorts = true; /* what has a level sorts */
	to->level = by->level > to->level ? by->level : to->level;
	*changed = true;
}

static void note_own(struct nested *n, const struct sorting *what)
{
	struct sorting none = { .map = what->map };

	if (!n->own || (!what->sorts && !what->level))
		return;
	for (size_t i = 0; i < n->own->n; i++) {
		if (n->own->v[i].map != what->map)
			continue;
		raise_to(&n->own->v[i], what, &n->changed);
		return;
	}
	raise_to(&none, what, &n->changed);
	vec_push(n->sm->a, n->own, none);
}

static void note(struct nested *n, const struct sorting *what)
{
	bool ignored;

	for (size_t i = 0; i < n->open.n; i++)
		if (n->open.v[i].map == what->map)
			raise_to(&n->open.v[i], what, &ignored);
	note_own(n, what);
}

static void loop_ends(struct nested *n, struct stmt *s)
{
	struct sorting body = n->open.v[--n->open.n], whole = { body.map, body.sorts || s->foreach_.sort_dir != 0, body.level };

	if (body.sorts) {
		whole.level = body.level < MAX_LEVELS ? body.level + 1 : MAX_LEVELS + 1;
		s->foreach_.level = whole.level;
		if (body.map->levels < whole.level)
			body.map->levels = whole.level;
		if (n->last && whole.level > MAX_LEVELS)
			diag(n->sm->diag, E_FOREACH_SORTS, s->tok, MAX_LEVELS, body.map->name);
	}
	note(n, &whole);
}

static void see_stmt(void *cookie, struct stmt *s, bool enter)
{
	struct nested *n = cookie;
	struct sorting none = { 0 };

	if (s->kind != ST_FOREACH || s->foreach_.base->kind != EX_VAR || !s->foreach_.base->var.decl)
		return;
	none.map = s->foreach_.base->var.decl;
	if (enter)
		vec_push(n->sm->a, &n->open, none);
	else
		loop_ends(n, s);
}

static void see_call(void *cookie, struct expr *call)
{
	struct nested *n = cookie;

	for (size_t i = 0; i < call->call.callees.n; i++) {
		const struct sortings *of = &n->by_fn[call->call.callees.v[i]->index - 1];

		/* by number: a function that calls itself adds to what is read here */
		for (size_t j = 0; j < of->n; j++) {
			struct sorting what = of->v[j];

			note(n, &what);
		}
	}
}

static void see_var(void *cookie, struct vardecl *v, unsigned how, struct expr *whole)
{
	(void)cookie;
	(void)v;
	(void)how;
	(void)whole;
}

static void one(struct owner *o, struct block *b, void *cookie)
{
	struct nested *n = cookie;
	struct use_walk w = { .var = see_var, .call = see_call, .stmt = see_stmt, .cookie = n };

	n->own = o->fn ? &n->by_fn[o->fn->index - 1] : NULL;
	n->open.n = 0;
	uses_block(&w, b);
}

void nested_sorts(struct sema *sm)
{
	struct nested n = { .sm = sm };

	n.by_fn = arena_array(sm->a, struct sortings, sm->fns.n + 1);
	do {
		n.changed = false;
		each_code(sm, one, &n);
	} while (n.changed);
	n.last = true;
	each_code(sm, one, &n);
}
