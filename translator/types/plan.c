/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building plans: each call adds the steps for one -> or [] and moves `type`; plan_value() or plan_address() ends it.
 *
 * State while building: either the running value is the address of an object of `type` (is_address), or it is the object itself, as
 * a register holds it. A narrow object in a register may have garbage above it: plan_value() cuts it. A small struct passed by
 * value is read with shifts. Adjacent additions are merged, so a path through nested structs costs one addition and one load.
 *
 * Errors are complete sentences for the user and leave the plan as it was.
 */
#include "types/plan.h"

#include "arch/arch.h"
#include "base/buf.h"
#include "base/scope.h"
#include "base/text.h"
#include "base/vec.h"
#include "types/renamed.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define MAX_POINTERS 8 /* followed in a row by one -> */
#define MAX_NAMES 20   /* alternatives in a message */

struct plan *plan_make(struct arena *a, enum plan_start start, unsigned n, struct type *type, const char *path)
{
	struct plan *p = arena_make(a, struct plan);

	p->start = start;
	p->n = n;
	p->nexprs = start == PLAN_EXPR ? n + 1 : 0;
	p->type = type;
	p->path = path;
	p->arena = a;
	return p;
}

struct oserr *plan_register(struct arena *a, const char *machine, int64_t dwarf, bool user, struct plan **ret)
{
	const struct arch *arch = arch_find(machine);
	const struct arch_reg *reg = arch && dwarf >= 0 && dwarf <= INT_MAX ? arch_reg(arch, (int)dwarf) : NULL;

	if (!reg)
		return oserr_new(ENOENT, "%s has no register with the DWARF number %lld", machine, (long long)dwarf);
	*ret = plan_make(a, PLAN_REGISTER, reg->pt_off, NULL, reg->name);
	(*ret)->user = user;
	return NULL;
}

struct plan *plan_clone(struct arena *a, const struct plan *p)
{
	struct plan *c = arena_memdup(a, p, sizeof(*p));

	c->arena = a;
	return c;
}

/* ---- steps ------------------------------------------------------------------------------------------------------- */

static struct oserr *push(struct plan *p, struct plan_step step) STP_MUST_CHECK;
static struct oserr *push(struct plan *p, struct plan_step step)
{
	if (p->nsteps == PLAN_MAX_STEPS)
		return oserr_new(E2BIG, "'%s' goes through too many pointers", p->path);
	p->steps[p->nsteps++] = step;
	return NULL;
}

static struct oserr *push_add(struct plan *p, int64_t n) STP_MUST_CHECK;
static struct oserr *push_add(struct plan *p, int64_t n)
{
	struct plan_step *last = p->nsteps ? &p->steps[p->nsteps - 1] : NULL;
	int64_t sum;

	if (!n)
		return NULL;
	if (last && last->op == STEP_ADD && !__builtin_add_overflow(last->value, n, &sum)) {
		last->value = sum;
		return NULL;
	}
	return push(p, (struct plan_step){ .op = STEP_ADD, .value = n });
}

static struct oserr *push_load(struct plan *p, unsigned size, bool is_signed) STP_MUST_CHECK;
static struct oserr *push_load(struct plan *p, unsigned size, bool is_signed)
{
	return push(p, (struct plan_step){ .op = STEP_LOAD, .size = size, .is_signed = is_signed });
}

static bool is_aggregate(const struct type *t)
{
	return t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
}

/* "struct sock", "long unsigned int": as messages show a type; arena text */
static const char *shown(struct plan *p, struct type *t)
{
	_cleanup_free_ char *s = type_spell(t);

	return arena_strdup(p->arena, s);
}

static struct oserr *bad_access(struct plan *p, const char *what, struct type *t)
{
	return oserr_new(EINVAL, is_aggregate(t) ? "invalid access '%s' for %s" : "invalid access '%s' vs. %s", what, shown(p, t));
}

/* from a pointer, in memory or in a register, to what it points to */
static struct oserr *follow(struct plan *p, struct type *pointer) STP_MUST_CHECK;
static struct oserr *follow(struct plan *p, struct type *pointer)
{
	struct oserr *e = p->is_address ? push_load(p, pointer->size, false) : NULL;

	if (e)
		return e;
	p->is_address = true;
	p->type = type_target(pointer);
	return NULL;
}

/* ---- -> ---------------------------------------------------------------------------------------------------------- */

struct name {
	const char *text;
	unsigned apart;
};

struct names {
	struct arena *arena;
	const char *wanted;
	VEC(struct name) v;
};

static void collect_names(struct names *l, struct type *t, unsigned depth)
{
	struct member *m;
	size_t n = type_members(t, &m);

	for (size_t i = 0; i < n; i++) {
		if (*m[i].name)
			vec_push(l->arena, &l->v, ((struct name){ m[i].name, text_apart(l->wanted, m[i].name) }));
		else if (depth < MAX_POINTERS && is_aggregate(type_strip(m[i].type)))
			collect_names(l, type_strip(m[i].type), depth + 1);
	}
}

static int nearer(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	return x->apart != y->apart ? (x->apart < y->apart ? -1 : 1) : strcmp(x->text, y->text);
}

static bool has_member(void *cookie, const char *path)
{
	struct member m;
	uint64_t off;

	return type_member(cookie, path, &m, &off);
}

static struct oserr *no_member(struct plan *p, struct type *t, const char *name)
{
	struct names l = { .arena = p->arena, .wanted = name };
	const char *now = renamed_member(p->arena, t->name ? t->name : "", name, has_member, t);
	_cleanup_free_ char *text = NULL;
	struct buf b = BUF_INIT;

	collect_names(&l, t, 0);
	if (!l.v.n)
		return oserr_new(ENOENT, "unable to find member '%s' for %s%s", name, shown(p, t), now);
	qsort(l.v.v, l.v.n, sizeof(*l.v.v), nearer);
	for (size_t i = 0; i < l.v.n && i < MAX_NAMES; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", l.v.v[i].text);
	if (l.v.n > MAX_NAMES)
		buf_puts(&b, ", ...");
	text = buf_take(&b);
	return oserr_new(ENOENT, "unable to find member '%s' for %s%s (alternatives: %s)", name, shown(p, t), now, text);
}

/* to the member, in memory: by address; the window of a bit-field is its declared type's unit where that holds all of it */
static struct oserr *member_at(struct plan *p, const struct member *m, uint64_t bit_off) STP_MUST_CHECK;
static struct oserr *member_at(struct plan *p, const struct member *m, uint64_t bit_off)
{
	uint64_t unit = 8 * type_strip(m->type)->size, start = bit_off / 8 * 8;

	if (m->bit_size && unit && bit_off / unit == (bit_off + m->bit_size - 1) / unit)
		start = bit_off / unit * unit;
	p->bit_shift = m->bit_size ? bit_off - start : 0;
	p->bit_size = m->bit_size;
	p->type = m->type;
	return push_add(p, start / 8);
}

/* to the member of a small struct that a register holds */
static struct oserr *member_in(struct plan *p, const struct member *m, uint64_t bit_off) STP_MUST_CHECK;
static struct oserr *member_in(struct plan *p, const struct member *m, uint64_t bit_off)
{
	struct type *t = type_strip(m->type);
	unsigned bits = m->bit_size ? m->bit_size : 8 * t->size;

	p->type = m->type;
	if (!bit_off && (is_aggregate(t) || bits == 64))
		return NULL;
	return push(p, (struct plan_step){ .op = STEP_BITS, .shift = bit_off, .size = bits, .is_signed = t->is_signed });
}

struct oserr *plan_member(struct plan *p, const char *name)
{
	struct plan saved = *p;
	const char *what = arena_printf(p->arena, "->%s", name);
	struct type *t = type_strip(p->type);
	struct oserr *e = NULL;
	struct member m;
	uint64_t off;

	if (p->bit_size)
		return bad_access(p, what, p->type);
	for (unsigned i = 0; !e && t->kind == TYPE_PTR && i < MAX_POINTERS; i++) {
		e = follow(p, t);
		t = type_strip(p->type);
	}
	if (!e && t->kind == TYPE_FORWARD)
		e = oserr_new(ENOENT, "%s has no definition in the types of %s, so '->%s' is not known", shown(p, t),
			      types_name(t->owner), name);
	else if (!e && !is_aggregate(t))
		e = bad_access(p, what, p->type);
	else if (!e && !type_member(t, name, &m, &off))
		e = no_member(p, t, name);
	if (!e)
		e = p->is_address ? member_at(p, &m, off) : member_in(p, &m, off);
	if (e)
		*p = saved;
	else
		p->path = arena_printf(p->arena, "%s%s", p->path, what);
	return e;
}

/* ---- [] ---------------------------------------------------------------------------------------------------------- */

/* to element 0 of what can be indexed; gives the size of one */
static struct oserr *to_element(struct plan *p, const char *what, uint64_t *ret_size) STP_MUST_CHECK;
static struct oserr *to_element(struct plan *p, const char *what, uint64_t *ret_size)
{
	struct type *t = type_strip(p->type), *elem;
	struct oserr *e = NULL;

	if (p->bit_size || (t->kind != TYPE_PTR && !(t->kind == TYPE_ARRAY && p->is_address)))
		return bad_access(p, what, p->type);
	elem = type_strip(type_target(t));
	if (elem->kind == TYPE_VOID || elem->kind == TYPE_FUNC || elem->kind == TYPE_FORWARD)
		return bad_access(p, what, p->type);
	if (t->kind == TYPE_PTR)
		e = follow(p, t);
	else
		p->type = type_target(t);
	*ret_size = elem->size;
	return e;
}

struct oserr *plan_index(struct plan *p, int64_t index)
{
	struct plan saved = *p;
	const char *what = arena_printf(p->arena, "[%lld]", (long long)index);
	uint64_t size = 0;
	int64_t off = 0;
	struct oserr *e = to_element(p, what, &size);

	if (!e && __builtin_mul_overflow(index, (int64_t)size, &off))
		e = oserr_new(ERANGE, "array index %lld is out of range", (long long)index);
	if (!e)
		e = push_add(p, off);
	if (e)
		*p = saved;
	else
		p->path = arena_printf(p->arena, "%s%s", p->path, what);
	return e;
}

struct oserr *plan_index_expr(struct plan *p, unsigned expr)
{
	struct plan saved = *p;
	uint64_t size = 0;
	struct oserr *e = to_element(p, "[...]", &size);

	if (!e)
		e = push(p, (struct plan_step){ .op = STEP_INDEX, .n = expr, .value = size });
	if (e) {
		*p = saved;
		return e;
	}
	if (p->nexprs <= expr)
		p->nexprs = expr + 1;
	p->path = arena_printf(p->arena, "%s[...]", p->path);
	return NULL;
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

static struct oserr *not_a_value(struct plan *p, struct type *t)
{
	struct member *m;

	if (is_aggregate(t)) {
		size_t n = type_members(t, &m);

		for (size_t i = 0; i < n; i++)
			if (*m[i].name)
				return oserr_new(EINVAL, "'%s' is being accessed instead of a member such as '->%s'", shown(p, t),
						 m[i].name);
		return oserr_new(EINVAL, "'%s' is being accessed instead of a member", shown(p, t));
	}
	if (t->kind == TYPE_FLOAT)
		return oserr_new(EINVAL, "'%s' is a floating point number (%s), which scripts cannot hold", p->path, shown(p, t));
	return oserr_new(EINVAL, "'%s' has type %s, which has no value", p->path, shown(p, t));
}

/* the bits of a bit-field, loaded as the least whole number of bytes that the machine can load */
static struct oserr *bits_value(struct plan *p, struct type *t) STP_MUST_CHECK;
static struct oserr *bits_value(struct plan *p, struct type *t)
{
	unsigned need = (p->bit_shift + p->bit_size + 7) / 8, size = 1;
	struct oserr *e;

	while (size < need)
		size *= 2;
	if (size > sizeof(uint64_t))
		return oserr_new(EINVAL, "'%s' is a bit-field across more than 8 bytes", p->path);
	e = push_load(p, size, false);
	if (e)
		return e;
	return push(p,
		    (struct plan_step){ .op = STEP_BITS, .shift = p->bit_shift, .size = p->bit_size, .is_signed = t->is_signed });
}

static struct oserr *scalar_value(struct plan *p, struct type *t) STP_MUST_CHECK;
static struct oserr *scalar_value(struct plan *p, struct type *t)
{
	if (p->bit_size)
		return bits_value(p, t);
	if (t->size != 1 && t->size != 2 && t->size != 4 && t->size != 8)
		return oserr_new(EINVAL, "'%s' has type %s of %llu bytes, more than a script's number holds", p->path, shown(p, t),
				 (unsigned long long)t->size);
	if (p->is_address)
		return push_load(p, t->size, t->is_signed);
	if (t->size == sizeof(uint64_t) || (p->nsteps && p->steps[p->nsteps - 1].op == STEP_BITS))
		return NULL;
	return push(p, (struct plan_step){ .op = STEP_CAST, .size = t->size, .is_signed = t->is_signed });
}

struct oserr *plan_value(struct plan *p)
{
	struct type *t = type_strip(p->type);
	struct plan saved = *p;
	struct oserr *e = NULL;

	switch (t->kind) {
	case TYPE_INT:
	case TYPE_BOOL:
	case TYPE_CHAR:
	case TYPE_ENUM:
	case TYPE_PTR: e = scalar_value(p, t); break;
	case TYPE_ARRAY:
		if (p->is_address)
			p->type = type_pointer_to(type_target(t));
		else
			e = not_a_value(p, t);
		break;
	case TYPE_FUNC:
	case TYPE_VOID:
	case TYPE_FLOAT:
	case TYPE_STRUCT:
	case TYPE_UNION:
	case TYPE_TYPEDEF:
	case TYPE_FORWARD: e = not_a_value(p, t); break;
	}
	if (e) {
		*p = saved;
		return e;
	}
	p->is_address = false;
	p->bit_size = p->bit_shift = 0;
	return NULL;
}

struct oserr *plan_address(struct plan *p)
{
	if (p->bit_size)
		return oserr_new(EINVAL, "cannot take the address of '%s': it is a bit-field", p->path);
	if (!p->is_address)
		return oserr_new(EINVAL, "cannot take the address of '%s': it is in a register, not in memory", p->path);
	p->type = type_pointer_to(p->type);
	p->is_address = false;
	return NULL;
}
