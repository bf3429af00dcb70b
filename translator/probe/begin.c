/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * begin, end, error, each with an optional priority, and never. In: the point. Out: one probe; at run time a row of kind and
 * priority, for never none at all: its body is type-checked only. All of them run alone (reference/probes.md 1), so they take no
 * locks.
 */
#include "probe/point.h"

#include "sema/program.h"

#include <stdlib.h>
#include <string.h>

extern const struct provider provider_begin;

static const char *const points[] = { "begin", "begin(number)", "end", "end(number)", "error", "error(number)", "never", NULL };

enum kind { BEGIN, END, ERROR_PROBE, NEVER };

struct site {
	enum kind kind;
	int64_t priority;
};

static void resolve(struct resolve_ctx *rc)
{
	static const char *const names[] = { "begin", "end", "error", "never" };
	const struct point_comp *c = &rc->point->comps.v[0];
	struct derived_probe *p = point_probe(rc->arena, &provider_begin, point_copy(rc->arena, rc->point));
	struct site *s = arena_make(rc->arena, struct site);

	while (strcmp(names[s->kind], c->name))
		s->kind++;
	s->priority = c->has_arg ? point_number(c) : 0;
	p->site = s;
	p->quiet_phase = true;
	rc->add(rc, p);
}

static int by_order(const void *a, const void *b)
{
	const struct derived_probe *x = *(struct derived_probe *const *)a, *y = *(struct derived_probe *const *)b;
	const struct site *sx = x->site, *sy = y->site;

	if (sx->kind != sy->kind)
		return sx->kind < sy->kind ? -1 : 1;
	if (sx->priority != sy->priority)
		return sx->priority < sy->priority ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void rows(struct derived_probe *const *probes, size_t n, struct buf *defs, struct buf *out)
{
	static const char *const kinds[] = { "STP_BEGIN", "STP_END", "STP_ERROR_PROBE" };
	struct derived_probe **sorted = calloc(n ? n : 1, sizeof(*sorted));

	(void)defs;
	BUG_IF(!sorted, "out of memory");
	memcpy(sorted, probes, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_order);
	for (size_t i = 0; i < n; i++) {
		const struct site *s = sorted[i]->site;

		if (s->kind == NEVER)
			continue;
		/* the least number has no literal of its own in C */
		buf_printf(out, "{ .probe = %u, .kind = %s, .priority = ", sorted[i]->index, kinds[s->kind]);
		buf_printf(out, s->priority == INT64_MIN ? "(-9223372036854775807LL - 1) },\n" : "%lldLL },\n",
			   (long long)s->priority);
	}
	free(sorted);
}

const struct provider provider_begin = {
	.family = "begin",
	.points = points,
	.resolve = resolve,
	.rows = rows,
};
