/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arrays: layout and what map.c, map_iter.c and init.c share.
 *
 * One key table per array. Nodes are allocated once and never freed; a node is in the table (words > 0), on the free list, or still unused.
 * Keys are packed (abi.h), so that equality is equality of words and bytes, whatever the types.
 *
 * Who may do what when:
 *   find          any context, no lock: chains are published with release and read with acquire; a deleted node keeps its `chain`, so that
 *                 a walk that stands on it goes on (perhaps in another chain: the walk is bounded, and `epoch` tells that it must be redone)
 *   insert        any context, under m->lock: interrupts off, bounded wait for another CPU, none for this one or at level NMI
 *   delete, clear, sort, iterate, merge   only with the variable's lock or exclusion (generated code has it); the key table's lock as well
 *                 where chains change, because handlers that only read keys may run beside a quiet variable's
 * That is for arrays in cells (`shared`). All that is done with another one is done under its variable's lock, or when nobody else runs: the
 * key table needs no lock of its own.
 */
#ifndef STP_VALUE_MAP_H
#define STP_VALUE_MAP_H

#include "platform.h"

struct stp_node {
	struct stp_node *prev, *next; /* order of insertion (or of the last sort) */
	union {
		stp_i64 rank;	       /* while sorting: what to compare first */
		struct stp_node *free; /* the free list: `next` stays as it was, for an iteration that stands here */
	};
	struct stp_node *chain;	      /* of the bucket */
	stp_u32 words;		      /* of the key; 0 = not in the table */
	stp_u32 index;		      /* of the cells */
	stp_u32 slot;		      /* number of its bucket */
	stp_u32 unused;
	stp_u64 key[]; /* key_words; the value: number, struct stp_slot or struct stp_stat, in cells: a number, the base; the links of each level */
};

struct stp_map {
	/* read by every hit */
	struct stp_node **bucket;
	stp_u32 shift; /* 64 - log2(number of buckets) */
	stp_u32 id;    /* in ctx->map_cells */
	stp_u32 cell_bytes;
	stp_u32 capacity;
	stp_u32 epoch; /* changes around each removal */
	stp_u32 value_offset;
	stp_u32 level_offset; /* of the first level's link */
	stp_u32 shared; /* STP_G_CELLS, STP_G_QUIET: several handlers may be at it */
	/* written by insertions; lock: CPU number + 1 of the holder */
	stp_u32 lock;
	stp_u32 count;
	stp_u32 unused; /* nodes that were never in the table: the last ones */
	stp_u32 generation; /* counts clears: tells an iterator to stop */
	struct stp_node *first, *last, *free;
	/* never change */
	const struct stp_global *global;
	stp_u32 number;	    /* of the global */
	stp_u32 node_bytes;
	stp_u32 key_words;  /* room */
	stp_u32 nbuckets;
	char *nodes;
	char overflow[64]; /* the error's text */
};

/* the cell of n in context c, a map with cells */
static inline void *stp_map_cell_of(const struct stp_map *m, const struct stp_ctx *c, const struct stp_node *n)
{
	return (char *)c->map_cells[m->id] + (stp_u64)n->index * m->cell_bytes;
}

static inline void *stp_map_value(const struct stp_map *m, const struct stp_node *n)
{
	return (char *)n + m->value_offset;
}

static inline void stp_map_zero_cells(struct stp_map *m, const struct stp_node *n)
{
	stp_u32 i, count = stp_ctx_count();

	for (i = 0; i < count; i++) {
		struct stp_ctx *c = stp_ctx_nth(i);

		if (!c)
			continue;
		if (m->cell_bytes == sizeof(stp_i64))
			*(stp_i64 *)stp_map_cell_of(m, c, n) = 0;
		else
			memset(stp_map_cell_of(m, c, n), 0, m->cell_bytes);
	}
}

/* units of long work (stp_long()) for so many nodes whose cells are looked at or cleared, `per` units a thousand beside the cells */
static inline stp_u32 stp_map_units(const struct stp_map *m, stp_u32 nodes, stp_u32 per)
{
	stp_u32 cells = m->cell_bytes ? stp_ctx_count() * (m->cell_bytes + 8) : 0;

	return (stp_u32)((stp_u64)nodes * (per + cells) >> 10);
}

/* words of a packed string of len bytes */
static inline stp_u32 stp_str_words(stp_u32 len) { return (len + 4 + 7) / 8; }

/* words of the i-th part of a key of m that lies at w */
static inline stp_u32 stp_part_words(const struct stp_map *m, stp_u32 i, const stp_u64 *w)
{
	return m->global->key[i] == STP_LONG ? 1 : stp_str_words((stp_u32)*w);
}

#endif
