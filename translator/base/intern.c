/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interned text: an open-addressing table of (hash, length, text). Slots are the arena's; a table that grows leaves its old slots
 * there. Invariant: at most two thirds of the slots are used, so that a probe sequence always ends.
 */
#include "base/intern.h"
#include "base/arena.h"

#include <stdint.h>
#include <string.h>

struct slot {
	const char *text; /* NULL = free */
	uint32_t hash, len;
};

struct intern {
	struct arena *arena;
	struct slot *slots;
	size_t nslots, used;
};

#ifdef STP_SMALL_LIMITS
#define FIRST_SLOTS 2
#else
#define FIRST_SLOTS 1024
#endif

struct intern *intern_make(struct arena *a)
{
	struct intern *t = arena_make(a, struct intern);

	t->arena = a;
	t->nslots = FIRST_SLOTS;
	t->slots = arena_array(a, struct slot, t->nslots);
	return t;
}

static uint32_t hash_text(const char *s, size_t n)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h ^ (h >> 15);
}

static void grow(struct intern *t)
{
	size_t n = t->nslots * 2;
	struct slot *slots = arena_array(t->arena, struct slot, n);

	for (size_t i = 0; i < t->nslots; i++) {
		size_t j;

		if (!t->slots[i].text)
			continue;
		for (j = t->slots[i].hash & (n - 1); slots[j].text; j = (j + 1) & (n - 1))
			;
		slots[j] = t->slots[i];
	}
	t->slots = slots;
	t->nslots = n;
}

const char *intern_strn(struct intern *t, const char *s, size_t n)
{
	uint32_t h = hash_text(s, n);
	struct slot *e;

	for (size_t i = h & (t->nslots - 1);; i = (i + 1) & (t->nslots - 1)) {
		e = &t->slots[i];
		if (!e->text)
			break;
		if (e->hash == h && e->len == n && !memcmp(e->text, s, n))
			return e->text;
	}
	e->text = arena_strndup(t->arena, s, n);
	e->hash = h;
	e->len = (uint32_t)n;
	s = e->text;
	if (++t->used * 3 > t->nslots * 2)
		grow(t);
	return s;
}

const char *intern_str(struct intern *t, const char *s)
{
	return intern_strn(t, s, strlen(s));
}
