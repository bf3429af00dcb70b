// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Expressions → operands: the dispatch, and what has control flow inside (&& || ?:). in: typed expressions. out: an operand, and
 * before it the statements that it needs. Invariant: evaluation is left to right; an operand that something evaluated later would
 * change has been copied to a temporary (values_lower, num_keep, text_keep).
 */
#include "codegen/lower.h"

#include "base/error.h"

#include <string.h>

#define TEXT_LONG 72 /* longer operands become temporaries */

/* ---- operands ------------------------------------------------------------------------------------------------------ */

struct num num_make(const char *c, bool atom, unsigned deps)
{
	return (struct num){ c, atom, deps, false };
}

struct num num_truth(const char *c, bool atom, unsigned deps)
{
	return (struct num){ c, atom, deps, true };
}

struct num num_temp(struct unit *u, const char *c)
{
	const char *t = temp_num(u);

	emit(&u->e, "%s = %s;", t, c);
	return num_make(t, true, 0);
}

struct num num_keep(struct unit *u, struct num n, unsigned effects)
{
	return n.deps & effects ? num_temp(u, n.c) : n;
}

const char *num_atom(struct unit *u, struct num n)
{
	return n.atom ? n.c : arena_printf(u->arena, "(%s)", n.c);
}

const char *slot_addr(struct unit *u, const char *slot)
{
	return *slot == '*' ? slot + 1 : arena_printf(u->arena, "&%s", slot);
}

struct text text_of_slot(struct unit *u, const char *slot, unsigned deps)
{
	return (struct text){ arena_printf(u->arena, "stp_view(%s)", slot_addr(u, slot)), deps, slot, false, NULL };
}

struct text text_copy(struct unit *u, struct text t)
{
	const char *slot = temp_slot(u);
	struct text ret = text_of_slot(u, slot, 0);

	emit(&u->e, "stp_set(c, &%s, %s);", slot, t.c);
	ret.fresh = true;
	return ret;
}

struct text text_keep(struct unit *u, struct text t, unsigned effects)
{
	return t.deps & effects ? text_copy(u, t) : t;
}

static struct num shorten(struct unit *u, struct num n)
{
	return strlen(n.c) > TEXT_LONG ? num_temp(u, n.c) : n;
}

/* ---- control flow inside expressions ------------------------------------------------------------------------------- */

/* the point before a part that is evaluated only sometimes */
struct branch {
	size_t mark, merged, busy, temps;
	unsigned depth, numbers[TEMP_KINDS];
};

static struct branch branch_begin(const struct unit *u)
{
	struct branch b = { emit_mark(&u->e), u->merged.n, temps_mark(u), u->temps.n, u->e.depth, { 0 } };

	memcpy(b.numbers, u->numbers, sizeof(b.numbers));
	return b;
}

/* nothing of it was needed: no line, no temporary */
static void branch_undo(struct unit *u, const struct branch *b)
{
	emit_truncate(&u->e, b->mark, b->depth);
	temps_release(u, b->busy);
	u->temps.n = b->temps;
	memcpy(u->numbers, b->numbers, sizeof(b->numbers));
}

/*
 * a && b: one C operator, unless evaluating b takes statements:
 *	t1 = 0;
 *	if (a) {
 *		… statements of b
 *		t1 = b != 0;
 *	}
 */
static struct num logic_lower(struct unit *u, const struct expr *e)
{
	bool is_or = e->binary.op == OP_LOR;
	struct num l = num_lower(u, e->binary.l), r;
	struct branch b = branch_begin(u);
	const char *t = temp_num(u);
	size_t mark;

	emit(&u->e, "%s = %d;", t, is_or);
	emit_open(&u->e, is_or ? "if (!%s)" : "if (%s)", is_or ? num_atom(u, l) : l.c);
	mark = emit_mark(&u->e);
	r = num_lower(u, e->binary.r);
	if (emit_mark(&u->e) == mark) {
		branch_undo(u, &b);
		return shorten(u, num_truth(arena_printf(u->arena, "%s %s %s", num_atom(u, l), is_or ? "||" : "&&", num_atom(u, r)),
					    false, l.deps | r.deps));
	}
	emit(&u->e, r.truth ? "%s = %s;" : "%s = %s != 0;", t, r.truth ? r.c : num_atom(u, r));
	emit_close(&u->e);
	u->merged.n = b.merged;
	return num_truth(t, true, 0);
}

/* a ? b : c likewise; the result goes through `to`, a temporary of the right type */
static struct value ternary_lower(struct unit *u, const struct expr *e)
{
	bool is_text = e->type == VT_STRING;
	struct num cond = num_lower(u, e->ternary.cond);
	struct branch b = branch_begin(u);
	const char *to = temp_get(u, is_text ? TEMP_VIEW : TEMP_NUM, 0, 0), *c;
	struct value yes, no;
	size_t mark, lines;

	emit_open(&u->e, "if (%s)", cond.c);
	mark = emit_mark(&u->e);
	yes = value_lower(u, e->ternary.yes);
	lines = emit_mark(&u->e) - mark;
	emit(&u->e, "%s = %s;", to, is_text ? yes.text.c : yes.num.c);
	emit_else(&u->e);
	u->merged.n = b.merged;
	mark = emit_mark(&u->e);
	no = value_lower(u, e->ternary.no);
	lines += emit_mark(&u->e) - mark;
	emit(&u->e, "%s = %s;", to, is_text ? no.text.c : no.num.c);
	emit_close(&u->e);
	u->merged.n = b.merged;
	c = to;
	if (lines == 0) {
		branch_undo(u, &b);
		c = arena_printf(u->arena, is_text ? "(%s ? %s : %s)" : "%s ? %s : %s", num_atom(u, cond),
				 is_text ? yes.text.c : num_atom(u, yes.num), is_text ? no.text.c : num_atom(u, no.num));
	}
	if (is_text)
		return (struct value){ .type = VT_STRING,
				       .text = { c, yes.text.deps | no.text.deps | (lines ? 0 : cond.deps), NULL, false, NULL } };
	if (lines == 0)
		return (struct value){ .type = VT_LONG,
				       .num = shorten(u, num_make(c, false, cond.deps | yes.num.deps | no.num.deps)) };
	return (struct value){ .type = VT_LONG, .num = num_make(c, true, 0) };
}

/* ---- the dispatch -------------------------------------------------------------------------------------------------- */

void values_lower(struct unit *u, struct expr *const *v, size_t n, unsigned after, struct value *ret)
{
	unsigned *eff = arena_array(u->arena, unsigned, n + 1);

	eff[n] = after;
	for (size_t i = n; i > 0; i--)
		eff[i - 1] = eff[i] | effects_of(v[i - 1]);
	for (size_t i = 0; i < n; i++) {
		ret[i] = value_lower(u, v[i]);
		if (ret[i].type == VT_STRING)
			ret[i].text = text_keep(u, ret[i].text, eff[i + 1]);
		else
			ret[i].num = num_keep(u, ret[i].num, eff[i + 1]);
	}
}

static struct num binary_lower(struct unit *u, const struct expr *e)
{
	struct expr *const sides[] = { e->binary.l, e->binary.r };
	struct value v[2];

	if (e->binary.op == OP_LAND || e->binary.op == OP_LOR)
		return logic_lower(u, e);
	values_lower(u, sides, 2, 0, v);
	if (v[0].type == VT_STRING)
		return shorten(u, compare_texts(u, e->binary.op, v[0].text, v[1].text));
	return shorten(u, arith_binary(u, e->binary.op, v[0].num, v[1].num, e->tok));
}

/* long: dispatch */
struct value value_lower(struct unit *u, const struct expr *e)
{
	struct value v = { .type = e->type == VT_STRING ? VT_STRING : VT_LONG };

	switch (e->kind) {
	case EX_NUMBER: v.num = num_make(c_number(u->arena, e->num), true, 0); break;
	case EX_STRING:
		v.text.c = c_lit(u, e->str, (size_t)u->g->tun.value[TUN_MAXSTRINGLEN] - 1);
		v.text.raw = e->str;
		break;
	case EX_VAR:
		if (v.type == VT_STRING)
			v.text = var_text(u, e->var.decl);
		else
			v.num = var_num(u, e->var.decl);
		break;
	case EX_INDEX: v = index_read(u, e); break;
	case EX_CALL: v = call_lower(u, e, true); break;
	case EX_EMBEDDED: v = embedded_lower(u, e); break;
	case EX_UNARY: v.num = arith_unary(u, e->unary.op, num_lower(u, e->unary.arg)); break;
	case EX_BINARY: v.num = binary_lower(u, e); break;
	case EX_CONCAT: v.text = concat_lower(u, e); break;
	case EX_IN: v.num = in_lower(u, e); break;
	case EX_REGEX: v.num = regex_lower(u, e); break;
	case EX_TERNARY: v = ternary_lower(u, e); break;
	case EX_ASSIGN: v = assign_lower(u, e, true); break;
	case EX_CREMENT: v.num = crement_lower(u, e, true); break;
	case EX_PRINT: v = print_lower(u, e); break;
	case EX_STAT: v.num = stat_lower(u, e); break;
	case EX_ACCESS: v.num = access_lower(u, e); break;
	case EX_SAVED:
		if (v.type == VT_STRING)
			v.text = saved_text(u, e);
		else
			v.num = saved_lower(u, e);
		break;
	default: stp_bug(__FILE__, __LINE__, "an expression of kind %d reached code generation", (int)e->kind);
	}
	return v;
}

struct num num_lower(struct unit *u, const struct expr *e)
{
	struct value v = value_lower(u, e);

	BUG_IF(v.type != VT_LONG, "a string where a number belongs");
	return v.num;
}

struct text text_lower(struct unit *u, const struct expr *e)
{
	struct value v = value_lower(u, e);

	BUG_IF(v.type != VT_STRING, "a number where a string belongs");
	return v.text;
}

const char *cond_lower(struct unit *u, const struct expr *e)
{
	return num_lower(u, e).c;
}

/* ---- values that nobody wants -------------------------------------------------------------------------------------- */

static void effect_branch(struct unit *u, const struct expr *e)
{
	size_t merged = u->merged.n;

	effect_lower(u, e);
	u->merged.n = merged;
}

static void effect_choice(struct unit *u, const struct expr *e)
{
	if (e->kind == EX_TERNARY) {
		emit_open(&u->e, "if (%s)", cond_lower(u, e->ternary.cond));
		effect_branch(u, e->ternary.yes);
		emit_else(&u->e);
		effect_branch(u, e->ternary.no);
	} else {
		struct num l = num_lower(u, e->binary.l);

		emit_open(&u->e, "if (%s%s)", e->binary.op == OP_LOR ? "!" : "", e->binary.op == OP_LOR ? num_atom(u, l) : l.c);
		effect_branch(u, e->binary.r);
	}
	emit_close(&u->e);
}

void effect_lower(struct unit *u, const struct expr *e)
{
	bool logic = e->kind == EX_BINARY && (e->binary.op == OP_LAND || e->binary.op == OP_LOR);
	struct value v;

	if (e->kind == EX_TERNARY || logic) {
		effect_choice(u, e);
	} else if (e->kind == EX_ASSIGN) {
		assign_lower(u, e, false);
	} else if (e->kind == EX_CREMENT) {
		crement_lower(u, e, false);
	} else if (e->kind == EX_CALL) {
		call_lower(u, e, false);
	} else if (e->kind == EX_PRINT && !e->print.to_string) {
		print_lower(u, e);
	} else if (e->kind != EX_NUMBER && e->kind != EX_STRING) {
		v = value_lower(u, e);
		emit(&u->e, "(void)%s;", v.type == VT_STRING ? v.text.c : num_atom(u, v.num));
	}
}
