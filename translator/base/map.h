/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hash map from text to pointer. Keys are borrowed (arena or interned). Iteration is in insertion order. */
#ifndef STP_BASE_MAP_H
#define STP_BASE_MAP_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct map_entry {
	const char *key;
	void *value;
	unsigned hash;
};

struct map {
	struct arena *arena;
	struct map_entry *entries; /* insertion order; n of them */
	size_t n, cap;
	unsigned *slots; /* index + 1 into entries, 0 = free */
	size_t nslots;
};

void map_init(struct map *m, struct arena *a);
void *map_get(const struct map *m, const char *key); /* NULL if absent */
bool map_has(const struct map *m, const char *key);
void map_set(struct map *m, const char *key, void *value); /* insert or replace */

#endif
