// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Assignments. in: = op= ++ -- on a scalar, an array element or a target variable (<<< goes to stat.c). The right side is evaluated
 * after the keys of the left and before the element is looked up. A variable in cells (STORE_CELLS, STORE_QUIET) is
 *   - updated in this (CPU, level)'s own cell by ++ -- += -= whose value nobody wants;
 *   - otherwise read as the sum and assigned as a whole: sema has given this handler exclusion.
 */
#include "codegen/lower.h"

#include "base/error.h"

static bool commutes(enum op op, bool wanted)
{
	return !wanted && (op == OP_ADD || op == OP_SUB);
}

static struct value of_num(struct num n)
{
	return (struct value){ .type = VT_LONG, .num = n };
}

static void put(struct unit *u, const char *to, struct num from)
{
	emit(&u->e, "%s = %s;", to, from.c);
}

/* ---- scalars ------------------------------------------------------------------------------------------------------- */

/* x op= r, or x = r when op is OP_NOPS */
static struct num assign_scalar(struct unit *u, const struct vardecl *v, enum op op, struct num r, const struct token *where,
				bool wanted)
{
	bool cells = v->global && in_cells(v);
	const char *ref = var_ref(u, v);
	struct value new;

	if (cells && commutes(op, wanted)) {
		ref = cells_ref(u, v);
		put(u, ref, arith_binary(u, op, num_make(ref, true, 0), r, where));
		return num_make("0", true, 0);
	}
	new = of_num(op == OP_NOPS ? r : arith_binary(u, op, var_num(u, v), r, where));
	if (cells && wanted)
		new.num = num_keep(u, new.num, DEP_LOCALS | DEP_GLOBALS);
	store_var(u, v, &new);
	return cells ? new.num : wanted ? var_num(u, v) : r;
}

/* ---- array elements ------------------------------------------------------------------------------------------------ */

static struct num assign_cells_element(struct unit *u, const struct map_key *k, enum op op, struct num r, const struct expr *e,
				       bool wanted)
{
	const struct token *at = e->binary.l->index.base->tok;
	const char *n;

	if (commutes(op, wanted)) {
		const char *v = arena_printf(u->arena, "*%s", cell_get(u, k, at, false));

		put(u, v, arith_binary(u, op, num_make(v, true, 0), r, e->tok));
		return r;
	}
	if (op != OP_NOPS)
		r = arith_binary(u, op, node_value(u, k->map, node_find(u, k), true).num, r, e->binary.r->tok);
	r = num_keep(u, r, wanted ? DEP_LOCALS | DEP_GLOBALS : DEP_GLOBALS);
	n = node_get(u, k, at);
	emit(&u->e, "stp_node_assign(%s, %s, %s);", k->map->cname, n, r.c);
	return r;
}

static struct num assign_element(struct unit *u, const struct expr *e, enum op op, bool wanted)
{
	struct map_key k = key_lower(u, e->binary.l, effects_of(e->binary.r));
	struct num r = num_lower(u, e->binary.r);
	const struct token *at = e->binary.l->index.base->tok;
	const char *v, *n;

	if (in_cells(k.map))
		return assign_cells_element(u, &k, op, r, e, wanted);
	if (op == OP_DIV || op == OP_MOD) { /* fails before it makes an element */
		r = arith_binary(u, op, node_value(u, k.map, node_find(u, &k), true).num, r, e->binary.r->tok);
		op = OP_NOPS;
	}
	n = node_get(u, &k, at);
	if (op == OP_NOPS && !wanted) {
		emit(&u->e, "*stp_node_long(%s, %s) = %s;", k.map->cname, n, r.c);
		return r;
	}
	v = temp_get(u, TEMP_LONGP, 0, 0);
	emit(&u->e, "%s = stp_node_long(%s, %s);", v, k.map->cname, n);
	v = arena_printf(u->arena, "*%s", v);
	put(u, v, op == OP_NOPS ? r : arith_binary(u, op, num_make(v, true, 0), r, e->tok));
	return num_make(v, false, DEP_GLOBALS);
}

/* ---- target variables ---------------------------------------------------------------------------------------------- */

static struct num assign_target(struct unit *u, const struct expr *e, enum op op)
{
	struct place p = access_place(u, e->binary.l, effects_of(e->binary.r));
	struct num r = num_lower(u, e->binary.r);

	if (op != OP_NOPS)
		r = arith_binary(u, op, place_load(u, &p), r, e->binary.r->tok);
	r = num_keep(u, r, DEP_LOCALS | DEP_GLOBALS);
	place_store(u, &p, r);
	return r;
}

/* ---- strings ------------------------------------------------------------------------------------------------------- */

static struct value of_text(struct text t)
{
	return (struct value){ .type = VT_STRING, .text = t };
}

static struct value assign_text_scalar(struct unit *u, const struct expr *e, bool append)
{
	const struct vardecl *v = e->binary.l->var.decl;
	const char *ref = var_ref(u, v);
	struct text t;

	if (!append && concat_grows(u, v, e->binary.r))
		return of_text(text_of_slot(u, ref, v->global ? DEP_GLOBALS : DEP_LOCALS));
	/* right where it goes, if nobody can see it half done */
	if (!append && !v->global && !expr_mentions(e->binary.r, v) && !expr_may_fail(e->binary.r) &&
	    text_into(u, e->binary.r, ref))
		return of_text(text_of_slot(u, ref, DEP_LOCALS));
	t = text_lower(u, e->binary.r);
	emit(&u->e, "%s(c, &%s, %s);", append ? "stp_append" : "stp_set", ref, t.c);
	return of_text(text_of_slot(u, ref, v->global ? DEP_GLOBALS : DEP_LOCALS));
}

static struct value assign_text_element(struct unit *u, const struct expr *e, bool append)
{
	struct map_key k = key_lower(u, e->binary.l, effects_of(e->binary.r));
	struct text t = text_lower(u, e->binary.r);
	const char *n, *slot;

	if (k.map->wrap) /* a new element may take the place of the one that is looked at */
		t = text_keep(u, t, DEP_GLOBALS);
	n = node_get(u, &k, e->binary.l->index.base->tok);
	slot = arena_printf(u->arena, "stp_node_str(%s, %s)", k.map->cname, n);
	emit(&u->e, "%s(c, %s, %s);", append ? "stp_append" : "stp_set", slot, t.c);
	return of_text((struct text){ arena_printf(u->arena, "stp_view(%s)", slot), DEP_GLOBALS, NULL, false, NULL });
}

/* ---- entry points -------------------------------------------------------------------------------------------------- */

struct value assign_lower(struct unit *u, const struct expr *e, bool wanted)
{
	enum op op = op_info[e->binary.op].assign_of;
	const struct expr *l = e->binary.l;
	struct num r;

	if (e->binary.op == OP_AGG) {
		stat_add(u, l, e->binary.r, e->tok, &r);
		return of_num(r);
	}
	if (l->type == VT_STRING)
		return l->kind == EX_VAR ? assign_text_scalar(u, e, op == OP_CONCAT) : assign_text_element(u, e, op == OP_CONCAT);
	if (l->kind == EX_VAR) {
		r = num_lower(u, e->binary.r);
		return of_num(assign_scalar(u, l->var.decl, op, r, e->binary.r->tok, wanted));
	}
	if (l->kind == EX_INDEX)
		return of_num(assign_element(u, e, op, wanted));
	return of_num(assign_target(u, e, op));
}

static struct num crement_element(struct unit *u, const struct expr *e, enum op op, bool wanted)
{
	const struct expr *arg = e->crement.arg;
	struct map_key k = key_lower(u, arg, 0);
	struct num one = num_make("1", true, 0), old, new;
	const char *v, *n;

	if (in_cells(k.map) && wanted) {
		old = node_value(u, k.map, node_find(u, &k), true).num;
		new = num_temp(u, arith_binary(u, op, old, one, e->tok).c);
		n = node_get(u, &k, arg->index.base->tok);
		emit(&u->e, "stp_node_assign(%s, %s, %s);", k.map->cname, n, new.c);
		return e->crement.prefix ? new : old;
	}
	if (in_cells(k.map)) {
		v = cell_get(u, &k, arg->index.base->tok, false);
	} else {
		n = node_get(u, &k, arg->index.base->tok);
		v = temp_get(u, TEMP_LONGP, 0, 0);
		emit(&u->e, "%s = stp_node_long(%s, %s);", v, k.map->cname, n);
	}
	old = num_make(arena_printf(u->arena, "*%s", v), false, DEP_GLOBALS);
	v = old.c;
	if (wanted && !e->crement.prefix)
		old = num_temp(u, v);
	put(u, v, arith_binary(u, op, num_make(v, true, 0), one, e->tok));
	return old;
}

static struct num crement_scalar(struct unit *u, const struct expr *e, enum op op, bool wanted)
{
	const struct vardecl *d = e->crement.arg->var.decl;
	struct num one = num_make("1", true, 0), old;

	if (!wanted || e->crement.prefix)
		return assign_scalar(u, d, op, one, e->tok, wanted);
	old = num_temp(u, var_num(u, d).c);
	store_var(u, d, &(struct value){ .type = VT_LONG, .num = arith_binary(u, op, old, one, e->tok) });
	return old;
}

struct num crement_lower(struct unit *u, const struct expr *e, bool wanted)
{
	enum op op = e->crement.op == OP_INC ? OP_ADD : OP_SUB;
	struct place p;
	struct num old, new;

	if (e->crement.arg->kind == EX_VAR)
		return crement_scalar(u, e, op, wanted);
	if (e->crement.arg->kind == EX_INDEX)
		return crement_element(u, e, op, wanted);
	p = access_place(u, e->crement.arg, 0);
	old = place_load(u, &p);
	new = num_temp(u, arith_binary(u, op, old, num_make("1", true, 0), e->tok).c);
	place_store(u, &p, new);
	return e->crement.prefix ? new : old;
}
