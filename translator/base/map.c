/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hash map from text to pointer that remembers insertion order: entries[] holds the pairs, slots[] finds them by hash.
 * Invariant: at most two thirds of the slots are used. Nothing is ever removed; map_set() of a known key replaces its value in
 * place.
 */
#include "base/map.h"

#include <string.h>

void map_init(struct map *m, struct arena *a)
{
	memset(m, 0, sizeof(*m));
	m->arena = a;
}

static unsigned hash_key(const char *s)
{
	unsigned h = 2166136261u; /* FNV-1a */

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h ^ (h >> 15);
}

/* the slot that holds KEY, or the free one where it belongs */
static unsigned *find_slot(const struct map *m, const char *key, unsigned hash)
{
	size_t i = hash & (m->nslots - 1);

	for (;; i = (i + 1) & (m->nslots - 1)) {
		const struct map_entry *e;

		if (!m->slots[i])
			return &m->slots[i];
		e = &m->entries[m->slots[i] - 1];
		if (e->key == key || (e->hash == hash && !strcmp(e->key, key)))
			return &m->slots[i];
	}
}

static void grow_slots(struct map *m)
{
	m->nslots = m->nslots ? m->nslots * 2 : 16;
	m->slots = arena_array(m->arena, unsigned, m->nslots);
	for (size_t i = 0; i < m->n; i++)
		*find_slot(m, m->entries[i].key, m->entries[i].hash) = (unsigned)i + 1;
}

static const struct map_entry *find(const struct map *m, const char *key)
{
	unsigned *slot;

	if (!m->n)
		return NULL;
	slot = find_slot(m, key, hash_key(key));
	return *slot ? &m->entries[*slot - 1] : NULL;
}

void *map_get(const struct map *m, const char *key)
{
	const struct map_entry *e = find(m, key);

	return e ? e->value : NULL;
}

bool map_has(const struct map *m, const char *key)
{
	return find(m, key) != NULL;
}

void map_set(struct map *m, const char *key, void *value)
{
	unsigned *slot, hash = hash_key(key);

	if ((m->n + 1) * 3 > m->nslots * 2)
		grow_slots(m);
	slot = find_slot(m, key, hash);
	if (*slot) {
		m->entries[*slot - 1].value = value;
		return;
	}
	if (m->n == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : 8;
		struct map_entry *e = arena_array(m->arena, struct map_entry, cap);

		if (m->n)
			memcpy(e, m->entries, m->n * sizeof(*e));
		m->entries = e;
		m->cap = cap;
	}
	m->entries[m->n++] = (struct map_entry){ key, value, hash };
	*slot = (unsigned)m->n;
}
