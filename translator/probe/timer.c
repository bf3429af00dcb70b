/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * timer.UNIT(N) and timer.UNIT(N).randomize(M), timer.hz(N). In: the point. Out: one probe whose row holds nanoseconds, or jiffies
 * for timer.jiffies. The limits are those of reference/probes.md 2, named in the unit that the script used.
 */
#include "probe/point.h"

#include "sema/program.h"

#include <string.h>

#define NS_MIN 100000LL
#define NS_MAX (24 * 3600 * 1000000000LL)
#define JIFFIES_MAX 1000000

extern const struct provider provider_timer;

#define UNIT(name) "timer." name "(number)", "timer." name "(number).randomize(number)"
static const char *const points[] = {
	UNIT("s"),  UNIT("sec"),  UNIT("ms"),	   UNIT("msec"),       UNIT("us"), UNIT("usec"),
	UNIT("ns"), UNIT("nsec"), UNIT("jiffies"), "timer.hz(number)", NULL,
};
static const char *const not_yet[] = { "timer.profile", NULL };

struct unit {
	const char *name;
	int64_t ns; /* 0: jiffies */
};

static const struct unit units[] = {
	{ "s", 1000000000 }, { "sec", 1000000000 }, { "ms", 1000000 }, { "msec", 1000000 }, { "us", 1000 },
	{ "usec", 1000 },    { "ns", 1 },	    { "nsec", 1 },     { "jiffies", 0 },
};

struct site {
	bool jiffies;
	int64_t interval, random;
};

static bool check_interval(struct resolve_ctx *rc, const struct token *tok, int64_t n, int64_t ns)
{
	int64_t min = (NS_MIN + ns - 1) / ns, max = NS_MAX / ns;

	if (n >= min && n <= max)
		return true;
	diag(rc->diag, E_TIMER_INTERVAL, tok, (long long)min, (long long)max);
	return false;
}

static bool set_hz(struct resolve_ctx *rc, const struct point_comp *c, struct site *s)
{
	int64_t hz = point_number(c);

	if (hz <= 0) {
		diag(rc->diag, E_TIMER_HZ, c->arg->tok);
		return false;
	}
	s->interval = 1000000000 / hz + (1000000000 % hz != 0);
	return check_interval(rc, c->arg->tok, s->interval, 1);
}

static bool set_jiffies(struct resolve_ctx *rc, const struct point_comp *c, const struct point_comp *random, struct site *s)
{
	s->jiffies = true;
	s->interval = point_number(c);
	s->random = random ? point_number(random) : 0;
	if (s->interval < 1 || s->interval > JIFFIES_MAX)
		diag(rc->diag, E_TIMER_JIFFIES, c->arg->tok);
	else if (s->random < 0 || s->random > s->interval)
		diag(rc->diag, E_TIMER_JIFFIES_RANDOM, random->arg->tok);
	else
		return true;
	return false;
}

static bool set_time(struct resolve_ctx *rc, const struct point_comp *c, const struct point_comp *random, struct site *s)
{
	const struct unit *u = units;
	int64_t n = point_number(c), m = random ? point_number(random) : 0;

	while (strcmp(u->name, c->name))
		u++;
	if (!u->ns)
		return set_jiffies(rc, c, random, s);
	if (!check_interval(rc, c->arg->tok, n, u->ns))
		return false;
	if (m < 0 || m > n) {
		diag(rc->diag, E_TIMER_RANDOM, random->arg->tok);
		return false;
	}
	s->interval = n * u->ns;
	s->random = m * u->ns;
	return true;
}

static void resolve(struct resolve_ctx *rc)
{
	const struct point_comp *c = &rc->point->comps.v[1];
	struct site *s = arena_make(rc->arena, struct site);
	struct derived_probe *p;
	bool ok;

	ok = strcmp(c->name, "hz") ? set_time(rc, c, point_find(rc->point, "randomize"), s) : set_hz(rc, c, s);
	if (!ok)
		return;
	p = point_probe(rc->arena, &provider_timer, point_copy(rc->arena, rc->point));
	p->site = s;
	rc->add(rc, p);
}

static void rows(struct derived_probe *const *probes, size_t n, struct buf *defs, struct buf *out)
{
	(void)defs;
	for (size_t i = 0; i < n; i++) {
		const struct site *s = probes[i]->site;

		buf_printf(out, "{ .probe = %u, .in_jiffies = %d, .interval = %lldULL, .random = %lldULL },\n", probes[i]->index,
			   s->jiffies, (long long)s->interval, (long long)s->random);
	}
}

const struct provider provider_timer = {
	.family = "timer",
	.points = points,
	.not_yet = not_yet,
	.resolve = resolve,
	.rows = rows,
};
