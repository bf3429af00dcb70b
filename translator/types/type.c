/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walking the type graph: through typedefs and forwards, to targets and members. Whatever is reached is loaded. Loops in damaged
 * data (a typedef of itself, a struct that holds itself) end at a depth no real program has.
 */
#include "types/btf.h"

#include <string.h>

#define MAX_DEPTH 32

struct type *type_strip(struct type *t)
{
	for (unsigned i = 0; i < MAX_DEPTH && t->kind == TYPE_TYPEDEF; i++) {
		btf_type_load(t);
		t = t->target;
	}
	if (t->kind == TYPE_FORWARD) {
		struct type *def = btf_type_definition(t);

		t = def ? def : t;
	}
	btf_type_load(t);
	return t;
}

struct type *type_target(struct type *t)
{
	btf_type_load(t);
	if (t->target)
		btf_type_load(t->target);
	return t->target;
}

size_t type_members(struct type *t, struct member **ret)
{
	btf_type_load(t);
	*ret = t->members;
	return t->nmembers;
}

static bool is_aggregate(const struct type *t)
{
	return t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
}

static bool find_member(struct type *t, const char *name, struct member *ret, uint64_t *ret_bit_off, unsigned depth)
{
	struct member *m;
	size_t n = type_members(t, &m);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(m[i].name, name)) {
			*ret = m[i];
			*ret_bit_off = m[i].bit_off;
			return true;
		}
	for (size_t i = 0; i < n && depth < MAX_DEPTH; i++) {
		if (*m[i].name || !is_aggregate(type_strip(m[i].type)))
			continue;
		if (find_member(type_strip(m[i].type), name, ret, ret_bit_off, depth + 1)) {
			*ret_bit_off += m[i].bit_off;
			return true;
		}
	}
	return false;
}

bool type_member(struct type *t, const char *name, struct member *ret, uint64_t *ret_bit_off)
{
	t = type_strip(t);
	return *name && is_aggregate(t) && find_member(t, name, ret, ret_bit_off, 0);
}

bool type_is_string_pointer(struct type *t)
{
	t = type_strip(t);
	if (t->kind != TYPE_PTR && t->kind != TYPE_ARRAY)
		return false;
	t = type_target(t);
	return t->kind == TYPE_CHAR && (!strcmp(t->name, "char") || !strcmp(t->name, "unsigned char"));
}

struct type *type_pointer_to(struct type *t)
{
	struct type *p = arena_make(btf_types_arena(t->owner), struct type);

	p->kind = TYPE_PTR;
	p->name = "";
	p->size = sizeof(uint64_t);
	p->target = t;
	p->owner = t->owner;
	p->loaded = true;
	return p;
}
