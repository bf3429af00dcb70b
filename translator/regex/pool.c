// SPDX-License-Identifier: GPL-2.0-or-later
/* Sequences of numbers by content: states of the automaton, lists of moves. A hash table over a list in the order of first use. */
#include "regex/private.h"

static unsigned hash_of(const uint16_t *v, size_t n)
{
	unsigned h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ v[i]) * 16777619u;
	return h ^ h >> 15;
}

static void grow(struct pool *p)
{
	size_t n = p->nslots ? 2 * p->nslots : 64;

	p->slots = arena_array(p->arena, unsigned, n);
	p->nslots = n;
	for vec_each (i, &p->items) {
		size_t at = p->items.v[i].hash & (n - 1);

		while (p->slots[at])
			at = (at + 1) & (n - 1);
		p->slots[at] = (unsigned)i + 1;
	}
}

unsigned pool_add(struct pool *p, const uint16_t *v, size_t n)
{
	struct pool_item item = { v, n, hash_of(v, n) };
	size_t at;

	if (2 * p->items.n >= p->nslots)
		grow(p);
	for (at = item.hash & (p->nslots - 1); p->slots[at]; at = (at + 1) & (p->nslots - 1)) {
		const struct pool_item *old = &p->items.v[p->slots[at] - 1];

		if (old->hash == item.hash && old->n == n && (n == 0 || !memcmp(old->v, v, n * sizeof(*v))))
			return p->slots[at] - 1;
	}
	item.v = n ? arena_memdup(p->arena, v, n * sizeof(*v)) : NULL;
	vec_push(p->arena, &p->items, item);
	p->slots[at] = (unsigned)p->items.n;
	return (unsigned)p->items.n - 1;
}
