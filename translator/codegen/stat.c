// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Aggregates. `<<<` goes to the cell of this (CPU, level), or to the shared value of a locked variable. What is read of an
 * aggregate in cells is first merged into a temporary, once per statement when the statement changes nothing in between:
 *	stp_cells_merge(c, STP_CELL(g_s), &d_s, &m1.stat);
 *	t1 = stp_stat_get(c, &m1.stat, &d_s, STP_STAT_AVG, "operator '@avg' at x.stp:3:9");
 */
#include "codegen/lower.h"

#include "base/error.h"

#include <string.h>

static const char *const op_name[] = {
	[STAT_COUNT] = "STP_STAT_COUNT", [STAT_SUM] = "STP_STAT_SUM", [STAT_MIN] = "STP_STAT_MIN",
	[STAT_MAX] = "STP_STAT_MAX",	 [STAT_AVG] = "STP_STAT_AVG", [STAT_VARIANCE] = "STP_STAT_VARIANCE",
};

int64_t hist_rows(const struct stat_params *s)
{
	__int128 rows = ((__int128)s->stop - s->start) / s->interval + 1;

	return rows > INT64_MAX ? INT64_MAX : rows < INT64_MIN ? INT64_MIN : (int64_t)rows;
}

unsigned stat_buckets(const struct vardecl *v)
{
	if (v->stat.hist == HIST_LOG)
		return 128;
	return v->stat.hist == HIST_LINEAR ? (unsigned)hist_rows(&v->stat) + 2 : 0;
}

const char *desc_ref(struct arena *a, const struct vardecl *v)
{
	return arena_printf(a, "d_%s", v->cname + 2);
}

void stat_add(struct unit *u, const struct expr *stat, const struct expr *value, const struct token *where, struct num *ret)
{
	const struct vardecl *v;
	struct map_key k;
	const char *to;

	if (stat->kind == EX_VAR) {
		v = stat->var.decl;
		*ret = num_lower(u, value);
		to = arena_printf(u->arena, "&%s.stat", in_cells(v) ? cells_ref(u, v) : v->cname);
	} else {
		k = key_lower(u, stat, effects_of(value));
		v = k.map;
		*ret = num_lower(u, value);
		where = stat->index.base->tok;
		to = in_cells(v) ? cell_get(u, &k, where, true)
				 : arena_printf(u->arena, "stp_node_stat(%s, %s)", v->cname, node_get(u, &k, where));
	}
	emit(&u->e, "stp_stat_add(%s, &%s, %s);", to, desc_ref(u->arena, v), ret->c);
}

static const char *recall(const struct unit *u, const char *what)
{
	for vec_each (i, &u->merged)
		if (strcmp(u->merged.v[i].what, what) == 0)
			return u->merged.v[i].view;
	return NULL;
}

static const char *view_scalar(struct unit *u, const struct vardecl *v)
{
	const char *m;

	if (!in_cells(v))
		return arena_printf(u->arena, "&%s.stat", v->cname);
	m = temp_get(u, TEMP_STAT, stat_buckets(v), 0);
	emit(&u->e, "stp_cells_merge(c, %s, &%s, &%s.stat);", cells_offset(u, v), desc_ref(u->arena, v), m);
	return arena_printf(u->arena, "&%s.stat", m);
}

static const char *view_element(struct unit *u, const struct map_key *k)
{
	const char *n = node_find(u, k), *m;

	if (!in_cells(k->map))
		return arena_printf(u->arena, "%s ? stp_node_stat(%s, %s) : 0", n, k->map->cname, n);
	m = temp_get(u, TEMP_STAT, stat_buckets(k->map), 0);
	emit(&u->e, "if (%s)", n);
	emit(&u->e, "\tstp_node_merge(c, %s, %s, &%s.stat);", k->map->cname, n, m);
	return arena_printf(u->arena, "%s ? &%s.stat : 0", n, m);
}

const char *stat_view(struct unit *u, const struct expr *stat)
{
	struct map_key k = { 0 };
	const char *what, *view = NULL;

	if (stat->kind == EX_VAR) {
		what = stat->var.decl->cname;
		view = recall(u, what);
		if (!view)
			view = view_scalar(u, stat->var.decl);
	} else {
		size_t before = emit_mark(&u->e), busy = temps_mark(u);

		k = key_lower(u, stat, 0);
		what = k.memo;
		view = recall(u, what);
		if (view && busy == temps_mark(u) - (k.one ? 0 : 1))
			emit_truncate(&u->e, before, u->e.depth); /* the key is not needed again */
		if (!view)
			view = view_element(u, &k);
	}
	if (u->merge_ok && !recall(u, what))
		vec_push(u->arena, &u->merged, ((struct merged){ what, view }));
	return view;
}

static const struct vardecl *decl_of(const struct expr *stat)
{
	return stat->kind == EX_VAR ? stat->var.decl : stat->index.base->var.decl;
}

struct num stat_lower(struct unit *u, const struct expr *e)
{
	const char *view = stat_view(u, e->stat.stat), *desc = desc_ref(u->arena, decl_of(e->stat.stat));
	const char *op = op_name[e->stat.op];
	struct num t;

	if (e->stat.never_empty) { /* an average is what fails of nothing */
		emit(&u->e, "(void)stp_stat_get(c, %s, &%s, STP_STAT_AVG, %s);", view, desc, where_of(u, e->tok));
		fail_check_quiet(u);
	}
	if (e->stat.op == STAT_VARIANCE && in_cells(decl_of(e->stat.stat)))
		op = "STP_STAT_MERGED_VARIANCE";
	t = num_temp(u, arena_printf(u->arena, "stp_stat_get(c, %s, &%s, %s, %s)", view, desc, op,
				     where_of(u, e->tok)));
	if (e->stat.op != STAT_COUNT && e->stat.op != STAT_SUM)
		fail_check_quiet(u);
	return t;
}

struct num bucket_lower(struct unit *u, const struct expr *hist, const struct expr *index, const struct token *where)
{
	const char *desc = desc_ref(u->arena, decl_of(hist->hist.stat));
	struct num i = num_lower(u, index), t;

	i = num_keep(u, i, effects_of(hist->hist.stat));
	t = num_temp(u, arena_printf(u->arena, "stp_stat_bucket(c, %s, &%s, %s, %s)", stat_view(u, hist->hist.stat), desc, i.c,
				     where_of(u, where)));
	fail_check_quiet(u);
	return t;
}
