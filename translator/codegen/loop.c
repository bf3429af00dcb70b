// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loops. A condition that takes statements of its own is tested inside:
 *	for (;;) {
 *		n1 = …
 *		if (!(cond))
 *			break;
 * foreach goes by an iterator of the runtime, which survives a delete of the whole array; keys and value are copied to the script's
 * variables before the body. A limit counts visited elements, also those that a slice then leaves out, as the reference has it.
 */
#include "codegen/stmt.h"

#include "base/error.h"
#include "codegen/lower.h"

static void loop_body(struct unit *u, struct loop *l, const struct stmt *body)
{
	l->outer = u->loop;
	u->loop = l;
	stmt_gen(u, body);
	u->loop = l->outer;
}

/* opens the loop's block */
static void for_head(struct unit *u, const struct expr *cond)
{
	struct emit *e = &u->e;
	size_t mark = emit_mark(e), inside;
	unsigned depth = e->depth;
	struct num n;

	if (!cond || (cond->kind == EX_NUMBER && cond->num != 0)) {
		emit_open(e, "for (;;)");
		return;
	}
	emit_open(e, "for (;;)");
	inside = emit_mark(e);
	merge_begin(u, cond);
	n = num_lower(u, cond);
	merge_begin(u, NULL);
	if (emit_mark(e) == inside) {
		emit_truncate(e, mark, depth);
		emit_open(e, "while (%s)", n.c);
		return;
	}
	emit(e, "if (!%s)", num_atom(u, n));
	emit(e, "\tbreak;");
}

void for_gen(struct unit *u, const struct stmt *s)
{
	struct loop l = { NULL, false, NULL };
	size_t mark = temps_mark(u);

	if (s->for_.init)
		effect_lower(u, s->for_.init);
	temps_release(u, mark);
	for_head(u, s->for_.cond);
	temps_release(u, mark);
	actions_charge(u, 1 + actions_of_stmt(s->for_.body), ops_of_stmt(s->for_.body) + ops_of_expr(s->for_.cond) + ops_of_expr(s->for_.step),
		       s->tok);
	if (s->for_.step)
		l.next = new_label(u, "next");
	loop_body(u, &l, s->for_.body);
	if (l.next_used)
		emit_label(&u->e, l.next);
	merge_begin(u, NULL);
	if (s->for_.step)
		effect_lower(u, s->for_.step);
	temps_release(u, mark);
	emit_close(&u->e);
}

static const char *sort_by(enum stat_op op)
{
	switch (op) {
	case STAT_SUM: return "STP_BY_SUM";
	case STAT_MIN: return "STP_BY_MIN";
	case STAT_MAX: return "STP_BY_MAX";
	case STAT_AVG: return "STP_BY_AVG";
	default: return "STP_BY_COUNT"; /* also @variance, as the reference has it */
	}
}

/* at most so many; the expression is evaluated once, and less than none is none */
static const char *limit_lower(struct unit *u, const struct expr *limit)
{
	struct num n;

	if (!limit)
		return "-1";
	if (limit->kind == EX_NUMBER)
		return limit->num < 0 ? "0" : c_number(u->arena, limit->num);
	n = num_temp(u, num_lower(u, limit).c);
	return arena_printf(u->arena, "%s < 0 ? 0 : %s", n.c, n.c);
}

static void iter_begin(struct unit *u, const struct stmt *s, const char *it)
{
	const struct vardecl *map = s->foreach_.base->var.decl;
	const char *limit = limit_lower(u, s->foreach_.limit), *column = "STP_SORT_NONE";
	bool sorted = s->foreach_.sort_dir != 0 && s->foreach_.sort_column >= 0;

	if (sorted)
		column = s->foreach_.sort_column == 0 ? "STP_SORT_VALUE" : arena_printf(u->arena, "%d", s->foreach_.sort_column);
	emit(&u->e, "stp_iter_begin(c, &%s, %s, %s, %d, %s, %s);", it, map->cname, column, sorted ? s->foreach_.sort_dir : 0,
	     sort_by(s->foreach_.sort_op_given ? s->foreach_.sort_op : STAT_COUNT), limit);
	fail_check(u, s->tok);
}

static void copy_element(struct unit *u, const struct stmt *s, const char *node)
{
	const struct vardecl *map = s->foreach_.base->var.decl;
	struct value v;

	for vec_each (i, &s->foreach_.keys) {
		v = (struct value){ .type = map->key[i] == VT_STRING ? VT_STRING : VT_LONG };
		if (v.type == VT_STRING)
			v.text.c = arena_printf(u->arena, "stp_node_key_str(%s, %s, %zu)", map->cname, node, i);
		else
			v.num = num_make(arena_printf(u->arena, "stp_node_key_long(%s, %s, %zu)", map->cname, node, i), true, 0);
		store_var(u, s->foreach_.keys.v[i]->var.decl, &v);
	}
	if (s->foreach_.value) {
		v = node_value(u, map, node, false);
		store_var(u, s->foreach_.value->var.decl, &v);
	}
}

/* a slice of '*'s only is the whole array */
static bool is_sliced(const struct stmt *s)
{
	for vec_each (i, &s->foreach_.slice)
		if (s->foreach_.slice.v[i])
			return true;
	return false;
}

/* opens the block; the array may be sorted in it */
static void open_map_loop(struct unit *u, const struct stmt *s, const char *it, const char *node)
{
	if (!s->foreach_.level) {
		emit_open(&u->e, "while ((%s = stp_iter_next(c, &%s)))", node, it);
		return;
	}
	emit(&u->e, "stp_iter_keep(c, &%s, %u);", it, s->foreach_.level);
	fail_check(u, s->tok);
	emit_open(&u->e, "while ((%s = stp_iter_next_kept(c, &%s, %u)))", node, it, s->foreach_.level);
}

static void foreach_map(struct unit *u, const struct stmt *s)
{
	const struct vardecl *map = s->foreach_.base->var.decl;
	const char *it = temp_get(u, TEMP_ITER, 0, 0), *node = temp_get(u, TEMP_NODE, 0, 0);
	struct loop l = { NULL, false, NULL };
	struct map_key slice = { 0 };
	bool sliced = is_sliced(s);

	if (sliced)
		slice = key_slice(u, map, s->foreach_.slice.v, s->foreach_.slice.n);
	iter_begin(u, s, it);
	open_map_loop(u, s, it, node);
	actions_charge(u, 1 + actions_of_stmt(s->foreach_.body), ops_of_stmt(s->foreach_.body), s->tok);
	if (sliced) {
		emit(&u->e, "if (!stp_node_matches(%s, %s, %s, %#x))", map->cname, node, slice.c, slice.any);
		emit(&u->e, "\tcontinue;");
	}
	copy_element(u, s, node);
	loop_body(u, &l, s->foreach_.body);
	emit_close(&u->e);
}

static void foreach_hist(struct unit *u, const struct stmt *s)
{
	const struct expr *stat = s->foreach_.base->hist.stat;
	const struct vardecl *v = stat->kind == EX_VAR ? stat->var.decl : stat->index.base->var.decl;
	const char *i = temp_num(u), *q = temp_get(u, TEMP_STATP, 0, 0), *left = NULL, *only = NULL;
	struct loop l = { NULL, false, NULL };
	struct value val = { .type = VT_LONG };

	emit(&u->e, "%s = %s;", q, stat_view(u, stat));
	if (s->foreach_.limit)
		left = num_temp(u, num_lower(u, s->foreach_.limit).c).c;
	if (is_sliced(s))
		only = num_temp(u, num_lower(u, s->foreach_.slice.v[0]).c).c;
	emit_open(&u->e, "for (%s = 0; %s < %u; %s++)", i, i, stat_buckets(v), i);
	if (left) {
		emit(&u->e, "if (%s-- <= 0)", left);
		emit(&u->e, "\tbreak;");
	}
	actions_charge(u, 1 + actions_of_stmt(s->foreach_.body), ops_of_stmt(s->foreach_.body), s->tok);
	if (only) {
		emit(&u->e, "if (%s != %s)", i, only);
		emit(&u->e, "\tcontinue;");
	}
	val.num = num_make(i, true, 0);
	store_var(u, s->foreach_.keys.v[0]->var.decl, &val);
	if (s->foreach_.value) {
		val.num = num_temp(u, arena_printf(u->arena, "stp_stat_bucket(c, %s, &%s, %s, %s)", q, desc_ref(u->arena, v), i,
						   where_of(u, s->foreach_.base->tok)));
		fail_check_quiet(u);
		store_var(u, s->foreach_.value->var.decl, &val);
	} else {
		emit(&u->e, "(void)%s;", q);
	}
	loop_body(u, &l, s->foreach_.body);
	emit_close(&u->e);
}

void foreach_gen(struct unit *u, const struct stmt *s)
{
	if (s->foreach_.base->kind == EX_HIST)
		foreach_hist(u, s);
	else
		foreach_map(u, s);
}
