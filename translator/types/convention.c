/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calling convention: numbers and pointers take the next integer register each; a struct or union passed by value takes as many
 * as it fills, or lies in memory if it is too big, if too few registers are left, or if its members are not aligned; a struct
 * returned in memory takes the first register for its address. What lies in memory at a function's entry is not read.
 */
#include "types/convention.h"

#include "arch/arch.h"

#include <errno.h>

static bool is_aggregate(const struct type *t)
{
	return t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
}

#define MAX_MEMBERS 64 /* that are looked at: more than a value in registers has, unless the data is damaged and goes in circles */

static bool misaligned(struct type *t, uint64_t at, unsigned *left)
{
	struct member *m;
	size_t n = type_members(t, &m);

	for (size_t i = 0; i < n && *left; i++) {
		struct type *mt = type_strip(m[i].type);
		uint64_t off = at + m[i].bit_off;

		for (--*left; mt->kind == TYPE_ARRAY && *left; --*left)
			mt = type_strip(type_target(mt));
		if (is_aggregate(mt) ? misaligned(mt, off, left) : !m[i].bit_size && mt->size && off % (8 * mt->size))
			return true;
	}
	return false;
}

/* integer registers that a value of the type fills; 0: it goes to memory */
static unsigned words(const struct arch *a, struct type *t)
{
	unsigned left = MAX_MEMBERS;

	t = type_strip(t);
	if (t->kind == TYPE_FLOAT || t->size > a->max_reg_aggregate || (is_aggregate(t) && misaligned(t, 0, &left)))
		return 0;
	return (t->size + a->word - 1) / a->word;
}

struct oserr *convention_argument(const struct arch *a, struct type *fn, size_t i, unsigned *ret)
{
	struct type *result = type_strip(type_target(fn));
	unsigned next = is_aggregate(result) && result->size && !words(a, result), n = 0;
	struct member *p;
	size_t count = type_members(fn, &p);
	bool fits = false;

	BUG_IF(i >= count, "parameter %zu of %zu", i, count);
	for (size_t k = 0; k <= i; k++) {
		n = words(a, p[k].type);
		fits = n && next + n <= a->narg_regs;
		if (fits && k < i)
			next += n;
	}
	if (type_strip(p[i].type)->kind == TYPE_FLOAT)
		return oserr_new(ENOTSUP, "it is passed in a floating point register");
	if (!n)
		return oserr_new(ENOTSUP, "it is passed by value, in memory");
	if (!fits)
		return oserr_new(ENOTSUP, "it is argument %zu, passed on the stack", i + 1);
	if (n > 1)
		return oserr_new(ENOTSUP, "it is passed by value, in %u registers", n);
	*ret = next;
	return NULL;
}

struct oserr *convention_return(const struct arch *a, struct type *fn)
{
	struct type *t = type_strip(type_target(fn));

	if (t->kind == TYPE_VOID)
		return oserr_new(ENOENT, "the function returns nothing");
	if (t->kind == TYPE_FLOAT)
		return oserr_new(ENOTSUP, "it is returned in a floating point register");
	if (words(a, t) != 1)
		return oserr_new(ENOTSUP, "it is returned by value, in %s", words(a, t) ? "several registers" : "memory");
	return NULL;
}
