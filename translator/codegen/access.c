// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Target variables: a plan (types/plan.h) becomes one operand or call per step.
 *	$sk->__sk_common.skc_dport:
 *	t1 = stp_arg(c, 0, "identifier '$sk' at x.stp:1:40");
 *	t2 = stp_load(c, (stp_u64)STP_WRAP(t1, +, 12), 2, 0, "identifier '$sk' at x.stp:1:40");
 * Only the runtime reads memory; a fault is an error that a script can catch.
 */
#include "codegen/lower.h"

#include "base/error.h"

static const char *narrow_type(unsigned size, bool is_signed)
{
	switch (size) {
	case 1: return is_signed ? "signed char" : "stp_u8";
	case 2: return is_signed ? "short" : "stp_u16";
	case 4: return is_signed ? "int" : "stp_u32";
	default: return "stp_i64";
	}
}

static const char *narrow_cast(struct unit *u, unsigned size, bool is_signed)
{
	return is_signed && size < 8 ? arena_printf(u->arena, "(%s)", narrow_type(size, true)) : "";
}

static struct num cast_to(struct unit *u, struct num n, unsigned size, bool is_signed)
{
	if (size >= 8)
		return n;
	return num_make(arena_printf(u->arena, "(stp_i64)(%s)%s", narrow_type(size, is_signed), num_atom(u, n)), false, n.deps);
}

static struct num load(struct unit *u, struct num addr, const struct plan_step *s, bool user, const struct token *where)
{
	const char *cast = narrow_cast(u, s->size, s->is_signed);
	struct num t = num_temp(u, arena_printf(u->arena, "(stp_i64)%sstp_load(c, (stp_u64)%s, %u, %d, %s)", cast,
						num_atom(u, addr), s->size, user, where_of(u, where)));

	fail_check_quiet(u);
	return t;
}

static struct num bits(struct unit *u, struct num n, const struct plan_step *s)
{
	uint64_t mask = s->size >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << s->size) - 1;

	if (s->is_signed)
		return num_make(arena_printf(u->arena, "stp_shr(stp_shl(%s, %u), %u)", n.c, 64 - s->shift - s->size, 64 - s->size),
				true, n.deps);
	return num_make(arena_printf(u->arena, "stp_ushr(%s, %u) & %#llxLL", n.c, s->shift, (unsigned long long)mask), false,
			n.deps);
}

static struct num start_of(struct unit *u, const struct expr *e, const struct value *args)
{
	const struct plan *p = e->access.plan;
	struct num t;

	switch (p->start) {
	case PLAN_ARG: t = num_temp(u, arena_printf(u->arena, "(stp_i64)stp_arg(c, %u, %s)", p->n, where_of(u, e->tok))); break;
	case PLAN_RETVAL: t = num_temp(u, arena_printf(u->arena, "(stp_i64)stp_retval(c, %s)", where_of(u, e->tok))); break;
	case PLAN_REGISTER:
		t = num_temp(u, arena_printf(u->arena, "(stp_i64)stp_register(c, %u, %d, %s)", p->n, p->user, where_of(u, e->tok)));
		break;
	case PLAN_TRACE_ARG: return num_make(arena_printf(u->arena, "(stp_i64)stp_trace_arg(c, %u)", p->n), false, 0);
	case PLAN_EXPR: return args[p->n].num;
	default: stp_bug(__FILE__, __LINE__, "a plan starts with %d", (int)p->start);
	}
	fail_check_quiet(u);
	return t;
}

static struct num add(struct unit *u, struct num a, const char *what, unsigned deps)
{
	return num_make(arena_printf(u->arena, "STP_WRAP(%s, +, %s)", a.c, what), true, a.deps | deps);
}

static struct num step(struct unit *u, struct num at, const struct plan_step *s, const struct expr *e, const struct value *args)
{
	switch (s->op) {
	case STEP_ADD: return s->value ? add(u, at, c_number(u->arena, s->value), 0) : at;
	case STEP_INDEX:
		return add(u, at, arena_printf(u->arena, "STP_WRAP(%s, *, %s)", args[s->n].num.c, c_number(u->arena, s->value)),
			   args[s->n].num.deps);
	case STEP_LOAD: return load(u, at, s, e->access.plan->user, e->tok);
	case STEP_BITS: return bits(u, at, s);
	case STEP_CAST: return cast_to(u, at, s->size, s->is_signed);
	}
	stp_bug(__FILE__, __LINE__, "a plan has a step %d", (int)s->op);
}

static struct num run(struct unit *u, const struct expr *e, unsigned nsteps, unsigned after)
{
	struct value *args = arena_array(u->arena, struct value, e->access.args.n + 1);
	struct num at;

	values_lower(u, e->access.args.v, e->access.args.n, after, args);
	at = start_of(u, e, args);
	for (unsigned i = 0; i < nsteps; i++)
		at = step(u, at, &e->access.plan->steps[i], e, args);
	return at;
}

struct num access_lower(struct unit *u, const struct expr *e)
{
	return run(u, e, e->access.plan->nsteps, 0);
}

unsigned saved_index(const struct derived_probe *p, size_t slot)
{
	return p->saved_base + p->saved_at[slot];
}

const char *saved_slot(struct unit *u, const struct derived_probe *p, size_t slot)
{
	return arena_printf(u->arena, "*(struct stp_slot *)&c->saved[%u]", saved_index(p, slot));
}

struct text saved_text(struct unit *u, const struct expr *e)
{
	BUG_IF(!u->probe, "a text saved at function entry is read where no probe is known");
	return text_of_slot(u, saved_slot(u, u->probe, e->saved.slot), 0);
}

struct num saved_lower(struct unit *u, const struct expr *e)
{
	BUG_IF(!u->probe, "a value saved at function entry is read where no probe is known");
	return num_make(arena_printf(u->arena, "(stp_i64)c->saved[%u]", saved_index(u->probe, e->saved.slot)), false, 0);
}

/* ---- writing: the address of what is loaded last, and which bits of it ------------------------------------------------- */

struct place access_place(struct unit *u, const struct expr *e, unsigned after)
{
	const struct plan *p = e->access.plan;
	const struct plan_step *last;
	struct place ret = { 0 };
	unsigned n;

	ret.where = e->tok;
	n = p->nsteps;
	last = &p->steps[n - 1];
	if (last->op == STEP_BITS) {
		ret.bits = last--;
		n--;
	}
	BUG_IF(last->op != STEP_LOAD, "a target that sema let through cannot be written");
	ret.load = *last;
	ret.user = p->user;
	ret.addr = num_temp(u, run(u, e, n - 1, after).c);
	return ret;
}

struct num place_load(struct unit *u, struct place *p)
{
	p->word = load(u, p->addr, &p->load, p->user, p->where);
	return p->bits ? num_temp(u, bits(u, p->word, p->bits).c) : p->word;
}

/* what the word holds when its bits are V and all others as they were */
static struct num with_bits(struct unit *u, struct num word, const struct plan_step *s, struct num v)
{
	uint64_t mask = (s->size >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << s->size) - 1) << s->shift;

	return num_make(arena_printf(u->arena, "((stp_u64)%s & ~%#llxULL) | (((stp_u64)%s << %u) & %#llxULL)", num_atom(u, word),
				     (unsigned long long)mask, num_atom(u, v), s->shift, (unsigned long long)mask),
			false, word.deps | v.deps);
}

void place_store(struct unit *u, struct place *p, struct num v)
{
	if (p->bits && !p->word.c)
		p->word = load(u, p->addr, &p->load, p->user, p->where);
	if (p->bits)
		v = with_bits(u, p->word, p->bits, v);
	emit(&u->e, "stp_store(c, (stp_u64)%s, %u, %d, (stp_u64)%s, %s);", p->addr.c, p->load.size, p->user, num_atom(u, v),
	     where_of(u, p->where));
	fail_check_quiet(u);
}
