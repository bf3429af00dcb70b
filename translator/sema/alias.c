// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Aliases (reference/language.md 8.4, 8.5): an alias in a probe stands for its locations; its prologue comes before the body, its epilogue
 * after it, its conditions are ANDed, extra components of the use go to every location. Also: the `?` and `!` of a comma list.
 *
 * in: the match tree's aliases. out: derivations one level deeper. Invariant: the chain of derive.up never holds an alias twice, so
 * expansion ends; its length is bounded as well.
 */
#include "sema/sema.h"

#include <string.h>

#define MAX_ALIAS_DEPTH 64

static struct probe_point *with_suffix(struct arena *a, const struct probe_point *loc, const struct probe_point *use, size_t at)
{
	struct probe_point *q;

	if (at == use->comps.n)
		return (struct probe_point *)loc;
	q = arena_make(a, struct probe_point);
	*q = *loc;
	memset(&q->comps, 0, sizeof(q->comps));
	for (size_t i = 0; i < loc->comps.n; i++)
		vec_push(a, &q->comps, loc->comps.v[i]);
	for (size_t i = at; i < use->comps.n; i++)
		vec_push(a, &q->comps, use->comps.v[i]);
	return q;
}

static void wrap_parts(struct derive *d, const struct derive *from, const struct alias_decl *al)
{
	struct part prologue = { al->prologue, al->file }, epilogue = { al->epilogue, al->file };
	struct arena *a = d->sm->a;

	memset(&d->parts, 0, sizeof(d->parts));
	if (al->prologue)
		vec_push(a, &d->parts, prologue);
	for (size_t i = 0; i < from->parts.n; i++)
		vec_push(a, &d->parts, from->parts.v[i]);
	if (al->epilogue)
		vec_push(a, &d->parts, epilogue);
}

static bool is_open(const struct derive *d, const struct alias_decl *al)
{
	for (; d; d = d->up)
		if (d->alias == al)
			return true;
	return false;
}

static bool expand_one(struct derive *d, struct alias_decl *al, const struct probe_point *pt, size_t suffix_at)
{
	struct arena *a = d->sm->a;
	struct derive sub = *d;
	VEC(struct probe_point *) points = { 0 };
	size_t before = d->sm->works.n;
	bool ok;

	if (d->depth >= MAX_ALIAS_DEPTH) {
		diag(d->sm->diag, E_ALIAS_DEEP, pt->tok, MAX_ALIAS_DEPTH);
		return false;
	}
	if (is_open(d, al)) {
		struct buf b = BUF_INIT;

		print_point(&b, pt);
		diag(d->sm->diag, E_ALIAS_RECURSIVE, pt->tok, b.data);
		buf_fini(&b);
		return false;
	}
	sub.up = d;
	sub.alias = al;
	sub.file = al->file;
	sub.depth = d->depth + 1;
	wrap_parts(&sub, d, al);
	for (size_t i = 0; i < al->points.n; i++)
		vec_push(a, &points, with_suffix(a, al->points.v[i], pt, suffix_at));
	ok = points_derive(&sub, points.v, points.n);
	if (d->sm->works.n > before)
		scope_select(d->sm, al->file);
	return ok;
}

bool alias_expand(struct match *m, struct derive *d, struct alias_decl *const *aliases, size_t n, const struct probe_point *pt, size_t suffix_at)
{
	struct sema *sm = d->sm;
	size_t mark = diag_mark(sm->diag), before = sm->works.n;
	bool ok = true;

	(void)m;
	for (size_t i = 0; i < n; i++)
		ok &= expand_one(d, aliases[i], pt, suffix_at);
	if (!ok && suffix_at < pt->comps.n && sm->works.n == before && suffix_at > 0) {
		/* the caller's extra components are more likely wrong than the alias */
		const struct point_comp *c = &pt->comps.v[suffix_at];

		diag_drop(sm->diag, mark);
		diag(sm->diag, E_ALIAS_SUFFIX, c->tok);
	} else if (ok && sm->works.n == before && !d->optional && !sm->too_many) {
		diag(sm->diag, E_NO_MATCH, pt->tok);
		ok = false;
	}
	return ok;
}

static bool derive_point(struct derive *base, struct probe_point *pt, bool optional)
{
	struct derive d = *base;

	if (!derive_count(base->sm, base->decl->tok))
		return true;
	d.written = d.point = pt;
	d.optional = optional;
	if (pt->condition) {
		struct cond_part c = { pt->condition, base->file };

		/* the innermost location's comes first in the result, as its text does */
		memset(&d.conds, 0, sizeof(d.conds));
		vec_push(d.sm->a, &d.conds, c);
		for (size_t i = 0; i < base->conds.n; i++)
			vec_push(d.sm->a, &d.conds, base->conds.v[i]);
	}
	return match_find(d.sm->match, &d, pt);
}

/* the first error since MARK becomes the cause of "while resolving probe point" */
static void wrap_error(struct sema *sm, size_t mark, const struct token *tok)
{
	const struct diag_record *first = diag_first_error_since(sm->diag, mark);
	struct diag_record *cause = NULL, *outer;

	if (first)
		cause = arena_memdup(sm->a, first, sizeof(*first));
	diag_drop(sm->diag, mark);
	outer = diag(sm->diag, E_POINT_RESOLVING, tok);
	if (cause)
		cause->next = NULL;
	outer->cause = cause;
}

static void report_failed(struct derive *base, struct probe_point *const *points, const bool *failed, size_t upto)
{
	for (size_t i = 0; i < upto; i++) {
		size_t mark = diag_mark(base->sm->diag);

		if (!failed[i])
			continue;
		derive_point(base, points[i], false);
		wrap_error(base->sm, mark, points[i]->tok);
	}
}

bool points_derive(struct derive *base, struct probe_point *const *points, size_t n)
{
	struct sema *sm = base->sm;
	bool *failed = arena_array(sm->a, bool, n + 1);
	bool ok = true;

	for (size_t i = 0; i < n && !sm->too_many; i++) {
		bool optional = base->optional || points[i]->optional || points[i]->sufficient;
		size_t mark = diag_mark(sm->diag), before = sm->works.n;

		if (!derive_point(base, points[i], optional)) {
			if (optional) {
				diag_drop(sm->diag, mark);
				failed[i] = true;
				continue;
			}
			wrap_error(sm, mark, points[i]->tok);
			report_failed(base, points, failed, i); /* of what was optional before it, too */
			ok = false;
		}
		if (points[i]->sufficient && sm->works.n > before)
			break;
	}
	return ok;
}
