// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Scalars: locals, arguments, globals. A long in cells (design.md 6) is its base plus the cells of all (CPU, level)s; whoever reads
 * or assigns it has excluded the others, or runs alone (sema/locks.c).
 */
#include "codegen/lower.h"

const char *var_ref(struct unit *u, const struct vardecl *v)
{
	return v->global ? v->cname : local_find(u, v)->ref;
}

const char *cells_ref(struct unit *u, const struct vardecl *v)
{
	u->cells_used = true;
	return arena_printf(u->arena, "cells->%s", v->cname);
}

const char *cells_offset(struct unit *u, const struct vardecl *v)
{
	return arena_printf(u->arena, "STP_CELL(%s)", v->cname);
}

struct num var_num(struct unit *u, const struct vardecl *v)
{
	struct local *l;

	if (v->global && in_cells(v))
		return num_temp(u, arena_printf(u->arena, "STP_WRAP(%s, +, stp_cells_sum(c, %s))", v->cname, cells_offset(u, v)));
	if (v->global)
		return num_make(v->cname, true, DEP_GLOBALS);
	l = local_find(u, v);
	l->used = true;
	return num_make(l->ref, true, DEP_LOCALS);
}

struct text var_text(struct unit *u, const struct vardecl *v)
{
	struct local *l;

	if (v->global)
		return text_of_slot(u, v->cname, DEP_GLOBALS);
	l = local_find(u, v);
	l->used = true;
	if (l->is_view)
		return (struct text){ l->ref, 0, NULL, false, NULL };
	return text_of_slot(u, l->ref, DEP_LOCALS);
}

void store_var(struct unit *u, const struct vardecl *v, const struct value *val)
{
	const char *ref = var_ref(u, v);

	if (val->type == VT_STRING) {
		emit(&u->e, "stp_set(c, &%s, %s);", ref, val->text.c);
		return;
	}
	emit(&u->e, "%s = %s;", ref, val->num.c);
	if (v->global && in_cells(v))
		emit(&u->e, "stp_cells_clear(c, %s, sizeof(stp_i64));", cells_offset(u, v));
}

void clear_var(struct unit *u, const struct vardecl *v)
{
	struct value zero = { .type = VT_LONG, .num = num_make("0", true, 0) };

	if (v->type == VT_STRING)
		emit(&u->e, "stp_slot_clear(&%s);", var_ref(u, v));
	else if (v->type != VT_STATS)
		store_var(u, v, &zero);
	else if (in_cells(v))
		emit(&u->e, "stp_cells_clear(c, %s, STP_STAT_BYTES(%u));", cells_offset(u, v), stat_buckets(v));
	else
		emit(&u->e, "stp_stat_clear(&%s.stat, &%s);", v->cname, desc_ref(u->arena, v));
}
