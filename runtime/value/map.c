// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays: lookup, insertion, removal. Contexts: any (see map.h for what each needs).
 *
 * The hot path is stp_map_cell1(): hash, one bucket, one compare. Order of insertion, capacity and overflow are exact, because insertion
 * happens under the table's own lock; values are not touched here, except that a removed node's cells and value go back to zero.
 */
#include "value/map.h"

#include "value/copy.h"

#define MAP_MIX 0x9e3779b97f4a7c15ull
#define MAP_RETRIES 4	  /* of a lookup that met a removal */
#define MAP_PORTION 64	  /* nodes cleared in one go … */
#define MAP_BYTES 32768	  /* … and bytes of cells */
#define MAP_SPINS 100000u /* turns of waiting for another CPU's insertion, which runs with interrupts off */

/* ---- keys -------------------------------------------------------------------------------------------------------------------------- */

static inline void key_put(struct stp_key *k, const char *p, stp_u32 n)
{
	stp_u32 words = stp_str_words(n);
	stp_u64 *w = k->w + k->words;
	char *b = (char *)w + sizeof(n);

	w[words - 1] = 0; /* the zeros behind the text */
	__builtin_memcpy(w, &n, sizeof(n));
	stp_copy(b, p, n);
	k->words += words;
}

/* copied, hashed and compared, however often */
static __attribute__((__noinline__)) void key_put_long(struct stp_ctx *c, struct stp_key *k, const char *p, stp_u32 n)
{
	(void)stp_long(c, n / STP_LONG_TEXT);
	key_put(k, p, n);
}

STP_PROBE_CODE void stp_key_str(struct stp_ctx *c, struct stp_key *k, struct stp_str v)
{
	stp_u32 room = (stp_u32)stp_script.tun.maxstringlen - 1;
	stp_u32 n = v.len < room ? v.len : room;

	if (STP_UNLIKELY(n > STP_LONG_TEXT))
		key_put_long(c, k, v.p, n);
	else
		key_put(k, v.p, n);
}

static inline stp_u32 map_hash1(const struct stp_map *m, stp_i64 key)
{
	return (stp_u32)((stp_u64)key * MAP_MIX >> m->shift);
}

/* the same as map_hash1() for a key of one word */
static inline stp_u32 map_hash(const struct stp_map *m, const struct stp_key *k)
{
	stp_u32 i, last = k->words - 1;
	stp_u64 h = 0;

	for (i = 0; i < last; i++) {
		h = (h ^ k->w[i]) * MAP_MIX;
		h ^= h >> 32;
	}
	return (stp_u32)((h ^ k->w[last]) * MAP_MIX >> m->shift);
}

static inline int map_key_is(const struct stp_node *n, const struct stp_key *k)
{
	stp_u32 i;

	if (STP_READ_ONCE(n->words) != k->words)
		return 0;
	for (i = 0; i < k->words; i++)
		if (STP_READ_ONCE(n->key[i]) != k->w[i])
			return 0;
	return 1;
}

/* ---- lookup ------------------------------------------------------------------------------------------------------------------------ */

/* A walk is at most `capacity` nodes long: one that a removal led astray ends too. Pairs with the release in map_publish() */
static inline struct stp_node *map_walk1(const struct stp_map *m, stp_i64 key, stp_u32 slot)
{
	struct stp_node *n = stp_load_acquire(&m->bucket[slot]);
	stp_u32 left = m->capacity;

	for (; n && left; left--) {
		if (STP_LIKELY((stp_i64)STP_READ_ONCE(n->key[0]) == key && STP_READ_ONCE(n->words) == 1))
			return n;
		n = stp_load_acquire(&n->chain);
	}
	return NULL;
}

static inline struct stp_node *map_walk(const struct stp_map *m, const struct stp_key *k, stp_u32 slot)
{
	struct stp_node *n = stp_load_acquire(&m->bucket[slot]);
	stp_u32 left = m->capacity;

	for (; n && left; left--) {
		if (map_key_is(n, k))
			return n;
		n = stp_load_acquire(&n->chain);
	}
	return NULL;
}

/*
 * A node found by a one-word key was in the table at that instant: the word is read at once. A miss is only believed if no removal ran
 * meanwhile, and so is a longer key's hit, which may be half one key and half the next. After MAP_RETRIES it counts as missing.
 */
STP_PROBE_CODE struct stp_node *stp_map_find1(struct stp_map *m, stp_i64 key)
{
	stp_u32 slot = map_hash1(m, key), tries = MAP_RETRIES, epoch;
	struct stp_node *n;

	do {
		epoch = stp_load_acquire(&m->epoch);
		n = map_walk1(m, key, slot);
		if (STP_LIKELY(n != NULL))
			return n;
		stp_rmb();
	} while (STP_UNLIKELY((epoch & 1) || STP_READ_ONCE(m->epoch) != epoch) && --tries);
	return NULL;
}

static struct stp_node *map_find_in(struct stp_map *m, const struct stp_key *k, stp_u32 slot)
{
	stp_u32 tries = MAP_RETRIES, epoch;
	struct stp_node *n;

	do {
		epoch = stp_load_acquire(&m->epoch);
		n = map_walk(m, k, slot);
		stp_rmb();
		if (STP_LIKELY(!(epoch & 1) && STP_READ_ONCE(m->epoch) == epoch))
			return n;
	} while (--tries);
	return NULL;
}

STP_PROBE_CODE struct stp_node *stp_map_find(struct stp_map *m, const struct stp_key *k)
{
	return map_find_in(m, k, map_hash(m, k));
}

/* ---- the table's lock -------------------------------------------------------------------------------------------------------------- */

static int map_wait(struct stp_ctx *c, struct stp_map *m, unsigned long *flags)
{
	stp_u32 me = stp_ctx_cpu(c) + 1, turn, holder = 0;

	for (turn = 0; turn < MAP_SPINS && holder != me; turn++) {
		*flags = stp_irq_save();
		holder = STP_READ_ONCE(m->lock);
		if (!holder && stp_cmpxchg_acquire(&m->lock, 0, me))
			return 1;
		stp_irq_restore(*flags);
		stp_relax();
	}
	stp_hit_skipped(c, m->number, holder == me); /* our own CPU's: we are at level NMI, above the holder */
	return 0;
}

static inline int map_lock(struct stp_ctx *c, struct stp_map *m, unsigned long *flags)
{
	return STP_LIKELY(!m->shared) || map_wait(c, m, flags);
}

static inline void map_unlock(struct stp_map *m, unsigned long flags)
{
	if (STP_LIKELY(!m->shared))
		return;
	stp_store_release(&m->lock, 0);
	stp_irq_restore(flags);
}

/* ---- removal: all with the table's lock -------------------------------------------------------------------------------------------- */

static void map_zero_value(struct stp_map *m, struct stp_node *n)
{
	if (m->cell_bytes)
		stp_map_zero_cells(m, n);
	if (STP_LIKELY(m->global->type == STP_LONG))
		*(stp_i64 *)stp_map_value(m, n) = 0;
	else if (m->global->type == STP_STRING) /* of a text only the length and the NUL count */
		memset(stp_map_value(m, n), 0, sizeof(struct stp_slot) + 1);
	else
		memset(stp_map_value(m, n), 0, m->level_offset - m->value_offset);
}

/* pairs with the reads of epoch in the lookups: odd while chains lie */
static void map_removal_begin(struct stp_map *m)
{
	if (!m->shared)
		return; /* nobody looks */
	STP_WRITE_ONCE(m->epoch, m->epoch + 1);
	stp_wmb();
}

static void map_removal_end(struct stp_map *m)
{
	if (!m->shared)
		return;
	stp_store_release(&m->epoch, m->epoch + 1);
}

static void map_unchain(struct stp_map *m, struct stp_node *n)
{
	struct stp_node **at = &m->bucket[n->slot];

	while (*at != n)
		at = &(*at)->chain;
	STP_WRITE_ONCE(*at, n->chain);
	STP_WRITE_ONCE(n->words, 0);
}

static void map_unlist(struct stp_map *m, struct stp_node *n)
{
	if (n->prev)
		n->prev->next = n->next;
	else
		m->first = n->next;
	if (n->next)
		n->next->prev = n->prev;
	else
		m->last = n->prev;
	m->count--;
}

/* takes n out; the caller has begun the removal and frees or reuses n */
static void map_take_out(struct stp_map *m, struct stp_node *n)
{
	map_unchain(m, n);
	map_unlist(m, n);
	map_zero_value(m, n);
}

static void map_remove(struct stp_map *m, struct stp_node *n)
{
	map_removal_begin(m);
	map_take_out(m, n);
	map_removal_end(m);
	n->free = m->free;
	m->free = n;
}

STP_PROBE_CODE void stp_map_delete(struct stp_ctx *c, struct stp_map *m, const struct stp_key *k)
{
	unsigned long flags = 0;
	struct stp_node *n;

	if (!map_lock(c, m, &flags))
		return;
	n = map_walk(m, k, map_hash(m, k));
	if (n)
		map_remove(m, n);
	map_unlock(m, flags);
}

STP_PROBE_CODE void stp_map_delete1(struct stp_ctx *c, struct stp_map *m, stp_i64 key)
{
	unsigned long flags = 0;
	struct stp_node *n;

	if (!map_lock(c, m, &flags))
		return;
	n = map_walk1(m, key, map_hash1(m, key));
	if (n)
		map_remove(m, n);
	map_unlock(m, flags);
}

/* interrupts are off while so many are removed */
static stp_u32 map_portion(const struct stp_map *m)
{
	stp_u32 bytes = m->cell_bytes * stp_ctx_count(), most = bytes ? MAP_BYTES / bytes : MAP_PORTION;

	return most < 1 ? 1 : most < MAP_PORTION ? most : MAP_PORTION;
}

#define MAP_REMOVAL 150 /* stp_map_units(): of a removal */

STP_PROBE_CODE void stp_map_clear(struct stp_ctx *c, struct stp_map *m)
{
	stp_u32 i, portion = map_portion(m);
	unsigned long flags = 0;

	if (stp_act(c, m->count / 16) || stp_long(c, stp_map_units(m, m->count, MAP_REMOVAL)))
		return;
	do {
		if (!map_lock(c, m, &flags))
			return;
		for (i = 0; m->last && i < portion; i++)
			map_remove(m, m->last);
		STP_WRITE_ONCE(m->generation, m->generation + 1);
		map_unlock(m, flags);
	} while (m->last);
}

STP_PROBE_CODE void stp_map_delete_slice(struct stp_ctx *c, struct stp_map *m, const struct stp_key *k, stp_u32 any)
{
	stp_u32 i, portion = map_portion(m);
	struct stp_node *n, *next = m->first;
	unsigned long flags = 0;

	if (stp_act(c, m->count / 16) || stp_long(c, stp_map_units(m, m->count, MAP_REMOVAL)))
		return;
	while (next) {
		if (!map_lock(c, m, &flags))
			return;
		for (i = 0; next && i < portion; i++) {
			n = next;
			next = n->next;
			if (stp_node_matches(m, n, k, any))
				map_remove(m, n);
		}
		map_unlock(m, flags);
	}
}

/* ---- insertion: with the table's lock ---------------------------------------------------------------------------------------------- */

/* a node for a new key; NULL = full and not wrapping */
static struct stp_node *map_new_node(struct stp_map *m)
{
	struct stp_node *n = m->free;

	if (n) {
		m->free = n->free;
		return n;
	}
	if (m->unused) {
		n = (struct stp_node *)(m->nodes + (stp_u64)(m->capacity - m->unused) * m->node_bytes);
		m->unused--;
		return n;
	}
	if (!(m->global->flags & STP_G_WRAP))
		return NULL;
	n = m->first;
	map_removal_begin(m);
	map_take_out(m, n);
	map_removal_end(m);
	return n;
}

/* the key is in the node: shows it to lookups, and appends it to the order */
static void map_publish(struct stp_map *m, struct stp_node *n, stp_u32 words, stp_u32 slot)
{
	STP_WRITE_ONCE(n->words, words);
	n->slot = slot;
	stp_store_release(&n->chain, m->bucket[slot]);
	stp_store_release(&m->bucket[slot], n);
	n->next = NULL;
	n->prev = m->last;
	if (m->last)
		m->last->next = n;
	else
		m->first = n;
	m->last = n;
	m->count++;
}

static __attribute__((__noinline__)) struct stp_node *map_insert(struct stp_ctx *c, struct stp_map *m, const struct stp_key *k, stp_u32 slot)
{
	unsigned long flags = 0;
	struct stp_node *n;
	stp_u32 i;

	if (!map_lock(c, m, &flags))
		return NULL;
	n = map_walk(m, k, slot);
	if (!n) {
		n = map_new_node(m);
		if (n) {
			for (i = 0; i < k->words; i++)
				STP_WRITE_ONCE(n->key[i], k->w[i]);
			map_publish(m, n, k->words, slot);
		} else {
			stp_error(c, m->overflow, NULL);
		}
	}
	map_unlock(m, flags);
	return n;
}

/* the same for one long key: as fast as deleting one, for scripts that insert at each entry and delete at each return */
static __attribute__((__noinline__)) struct stp_node *map_insert1(struct stp_ctx *c, struct stp_map *m, stp_i64 key)
{
	stp_u32 slot = map_hash1(m, key);
	unsigned long flags = 0;
	struct stp_node *n;

	if (!map_lock(c, m, &flags))
		return NULL;
	n = m->shared ? map_walk1(m, key, slot) : NULL;
	if (STP_LIKELY(!n)) {
		n = map_new_node(m);
		if (STP_LIKELY(n != NULL)) {
			STP_WRITE_ONCE(n->key[0], (stp_u64)key);
			map_publish(m, n, 1, slot);
		} else {
			stp_error(c, m->overflow, NULL);
		}
	}
	map_unlock(m, flags);
	return n;
}

/*
 * Who gets may insert, so the variable's lock or inside-mark keeps removals away and one walk is enough; a miss is looked up again under the
 * table's lock.
 */
static inline struct stp_node *map_get_in(struct stp_ctx *c, struct stp_map *m, const struct stp_key *k, stp_u32 slot)
{
	struct stp_node *n = map_walk(m, k, slot);

	return STP_LIKELY(n != NULL) ? n : map_insert(c, m, k, slot);
}

STP_PROBE_CODE struct stp_node *stp_map_get(struct stp_ctx *c, struct stp_map *m, const struct stp_key *k)
{
	return map_get_in(c, m, k, map_hash(m, k));
}

STP_PROBE_CODE struct stp_node *stp_map_get1(struct stp_ctx *c, struct stp_map *m, stp_i64 key)
{
	struct stp_node *n = map_walk1(m, key, map_hash1(m, key));

	return STP_LIKELY(n != NULL) ? n : map_insert1(c, m, key);
}

STP_PROBE_CODE void *stp_map_cell1(struct stp_ctx *c, struct stp_map *m, stp_i64 key)
{
	struct stp_node *n = map_walk1(m, key, map_hash1(m, key));

	if (STP_UNLIKELY(!n)) {
		n = map_insert1(c, m, key);
		if (!n)
			return NULL;
	}
	return stp_map_cell_of(m, c, n);
}

STP_PROBE_CODE void *stp_map_cell(struct stp_ctx *c, struct stp_map *m, const struct stp_key *k)
{
	struct stp_node *n = map_get_in(c, m, k, map_hash(m, k));

	return STP_LIKELY(n != NULL) ? stp_map_cell_of(m, c, n) : NULL;
}
