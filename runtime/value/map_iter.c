// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays: reading a node, slices, order. Contexts: any, with the variable's lock or exclusion; so nothing here changes under its feet.
 *
 * A sort reorders the list itself, as the reference says. It is a merge sort of runs on the linked list: in place, bounded, stable. What is
 * compared first is a number, computed once for each node (a value is a sum over all cells): the value or key itself, or the first eight
 * bytes of a text. With a small limit only that many nodes are brought to the front. A loop in whose body a sort may happen keeps its place.
 */
#include "value/map.h"

/* ---- reading a node ---------------------------------------------------------------------------------------------------------------- */

static const stp_u64 *node_part(const struct stp_map *m, const struct stp_node *n, stp_u32 i)
{
	const stp_u64 *w = n->key;
	stp_u32 part;

	for (part = 0; part < i; part++)
		w += stp_part_words(m, part, w);
	return w;
}

static struct stp_str node_text(const stp_u64 *w)
{
	struct stp_str v;

	v.p = (const char *)w + sizeof(stp_u32);
	__builtin_memcpy(&v.len, w, sizeof(v.len));
	return v;
}

STP_PROBE_CODE stp_i64 stp_node_key_long(const struct stp_map *m, const struct stp_node *n, stp_u32 i)
{
	return (stp_i64)*node_part(m, n, i);
}

STP_PROBE_CODE struct stp_str stp_node_key_str(const struct stp_map *m, const struct stp_node *n, stp_u32 i)
{
	return node_text(node_part(m, n, i));
}

STP_PROBE_CODE stp_i64 *stp_node_long(struct stp_map *m, struct stp_node *n) { return stp_map_value(m, n); }
STP_PROBE_CODE struct stp_slot *stp_node_str(struct stp_map *m, struct stp_node *n) { return stp_map_value(m, n); }
STP_PROBE_CODE struct stp_stat *stp_node_stat(struct stp_map *m, struct stp_node *n) { return stp_map_value(m, n); }

static stp_i64 node_sum(struct stp_map *m, struct stp_node *n)
{
	stp_u64 sum = (stp_u64)*stp_node_long(m, n);
	stp_u32 i, count = stp_ctx_count();

	for (i = 0; i < count; i++) {
		struct stp_ctx *c = stp_ctx_nth(i);

		if (c)
			sum += (stp_u64)STP_READ_ONCE(*(stp_i64 *)stp_map_cell_of(m, c, n));
	}
	return (stp_i64)sum;
}

#define NODE_MANY 64 /* contexts: to add up that many cells is long work */

STP_PROBE_CODE stp_i64 stp_node_sum(struct stp_ctx *c, struct stp_map *m, struct stp_node *n)
{
	stp_u32 count = stp_ctx_count();

	if (STP_UNLIKELY(count >= NODE_MANY))
		(void)stp_long(c, count / NODE_MANY);
	return node_sum(m, n);
}

STP_PROBE_CODE void stp_node_assign(struct stp_map *m, struct stp_node *n, stp_i64 v)
{
	stp_map_zero_cells(m, n);
	*stp_node_long(m, n) = v;
}

/* ---- slices ------------------------------------------------------------------------------------------------------------------------ */

STP_PROBE_CODE int stp_node_matches(const struct stp_map *m, const struct stp_node *n, const struct stp_key *k, stp_u32 any)
{
	const stp_u64 *have = n->key, *want = k->w;
	stp_u32 i, j;

	for (i = 0; i < m->global->nkeys; i++) {
		stp_u32 words = stp_part_words(m, i, have);

		if (!(any & 1u << i)) {
			if (words != stp_part_words(m, i, want))
				return 0;
			for (j = 0; j < words; j++)
				if (have[j] != want[j])
					return 0;
			want += words;
		}
		have += words;
	}
	return 1;
}

STP_PROBE_CODE int stp_map_in_slice(struct stp_ctx *c, struct stp_map *m, const struct stp_key *k, stp_u32 any)
{
	const struct stp_node *n;

	if (stp_act(c, m->count / 16) || stp_long(c, m->count / 16))
		return 0;
	for (n = m->first; n; n = n->next)
		if (stp_node_matches(m, n, k, any))
			return 1;
	return 0;
}

/* ---- order ------------------------------------------------------------------------------------------------------------------------- */

struct sort {
	const struct stp_map *map;
	int column, dir;
	int text; /* the column holds texts: equal ranks are not yet equal */
};

static struct stp_str sort_text(const struct sort *s, const struct stp_node *n)
{
	if (s->column == STP_SORT_VALUE)
		return stp_view(stp_map_value(s->map, n));
	return stp_node_key_str(s->map, n, (stp_u32)s->column - 1);
}

/* the first eight bytes as a number that orders as they do, signed as ranks are */
static stp_i64 text_rank(struct stp_str v)
{
	stp_u64 r = 0;
	stp_u32 i;

	for (i = 0; i < 8; i++)
		r = r << 8 | (i < v.len ? (stp_u8)v.p[i] : 0);
	return (stp_i64)(r ^ 1ull << 63);
}

static void stat_take(struct stp_stat *sum, const struct stp_stat *s)
{
	if (!s->count)
		return;
	if (!sum->count || s->min < sum->min)
		sum->min = s->min;
	if (!sum->count || s->max > sum->max)
		sum->max = s->max;
	sum->count += s->count;
	sum->sum = (stp_i64)((stp_u64)sum->sum + (stp_u64)s->sum);
}

/* without histogram and variance, which do not sort and would not fit the stack */
static stp_i64 stat_rank(struct stp_map *m, struct stp_node *n, int op)
{
	stp_u32 i, count = stp_ctx_count();
	struct stp_stat sum;

	memset(&sum, 0, sizeof(sum));
	if (!m->cell_bytes)
		stat_take(&sum, stp_node_stat(m, n));
	for (i = 0; m->cell_bytes && i < count; i++) {
		struct stp_ctx *c = stp_ctx_nth(i);

		if (c)
			stat_take(&sum, stp_map_cell_of(m, c, n));
	}
	switch (op) {
	case STP_BY_SUM:
		return sum.sum;
	case STP_BY_MIN:
		return sum.min;
	case STP_BY_MAX:
		return sum.max;
	case STP_BY_AVG:
		return sum.count ? sum.sum / sum.count : 0;
	}
	return sum.count;
}

static stp_i64 node_rank(const struct sort *s, struct stp_map *m, struct stp_node *n, int op)
{
	if (s->text)
		return text_rank(sort_text(s, n));
	if (s->column != STP_SORT_VALUE)
		return stp_node_key_long(m, n, (stp_u32)s->column - 1);
	if (m->global->type == STP_STATS)
		return stat_rank(m, n, op);
	return m->cell_bytes ? node_sum(m, n) : *stp_node_long(m, n);
}

/* must b come before a, which stands before it now? */
static int sort_swapped(const struct sort *s, const struct stp_node *a, const struct stp_node *b)
{
	if (a->rank != b->rank)
		return s->dir > 0 ? a->rank > b->rank : a->rank < b->rank;
	if (!s->text)
		return 0;
	return (s->dir > 0 ? 1 : -1) * stp_cmp(sort_text(s, a), sort_text(s, b)) > 0;
}

/* merges two runs, linked by next; those of a came first */
static struct stp_node *sort_merge(const struct sort *s, struct stp_node *a, struct stp_node *b)
{
	struct stp_node *first = NULL, **end = &first;

	while (a && b) {
		struct stp_node **from = sort_swapped(s, a, b) ? &b : &a;

		*end = *from;
		end = &(*from)->next;
		*from = (*from)->next;
	}
	*end = a ? a : b;
	return first;
}

/* run[i] holds 2^i nodes or none, as the bits of a counter */
static void sort_all(const struct sort *s, struct stp_map *m)
{
	struct stp_node *run[32] = { NULL }, *n = m->first, *next, *prev = NULL;
	stp_u32 i, top = 0;

	for (; n; n = next) {
		next = n->next;
		n->next = NULL;
		for (i = 0; i < 31 && run[i]; i++) {
			n = sort_merge(s, run[i], n);
			run[i] = NULL;
		}
		run[i] = n;
		if (i > top)
			top = i;
	}
	for (n = NULL, i = 0; i <= top; i++)
		n = sort_merge(s, run[i], n);
	m->first = n;
	for (; n; prev = n, n = n->next)
		n->prev = prev;
	m->last = prev;
}

static void sort_move_behind(struct stp_map *m, struct stp_node *n, struct stp_node *after)
{
	if (n->prev == after)
		return;
	n->prev->next = n->next; /* n is not the first: after or the first stands before it */
	if (n->next)
		n->next->prev = n->prev;
	else
		m->last = n->prev;
	n->prev = after;
	n->next = after ? after->next : m->first;
	n->next->prev = n;
	if (after)
		after->next = n;
	else
		m->first = n;
}

/* brings the first `limit` of the order to the front; the others keep theirs */
static void sort_top(const struct sort *s, struct stp_map *m, stp_i64 limit)
{
	struct stp_node *done = NULL, *n, *best;

	for (; limit > 0; limit--) {
		best = done ? done->next : m->first;
		if (!best)
			return;
		for (n = best->next; n; n = n->next)
			if (sort_swapped(s, best, n))
				best = n;
		sort_move_behind(m, best, done);
		done = best;
	}
}

#define SORT_NODE 256 /* stp_map_units(): of a node that is sorted */
#define SORT_FEW 8 /* up to this many, selecting is cheaper than sorting some thousand */

static void map_sort(struct stp_map *m, int column, int dir, int stat_op, stp_i64 limit)
{
	const struct stp_global *g = m->global;
	struct stp_node *n;
	struct sort s;

	s.map = m;
	s.column = column;
	s.dir = dir;
	s.text = (column == STP_SORT_VALUE ? g->type : g->key[column - 1]) == STP_STRING;
	for (n = m->first; n; n = n->next)
		n->rank = node_rank(&s, m, n, stat_op);
	if (limit >= 0 && limit <= SORT_FEW && limit < m->count)
		sort_top(&s, m, limit);
	else
		sort_all(&s, m);
}

STP_PROBE_CODE void stp_iter_begin(struct stp_ctx *c, struct stp_iter *it, struct stp_map *m, int column, int dir, int stat_op,
				   stp_i64 limit)
{
	it->map = m;
	it->next = NULL;
	if (column != STP_SORT_NONE && dir && m->count > 1) {
		if (stp_act(c, m->count / 16 + 1) || stp_long(c, stp_map_units(m, m->count, SORT_NODE)))
			return;
		map_sort(m, column, dir, stat_op, limit);
	}
	it->next = m->first;
	it->generation = m->generation;
	it->left = limit < 0 ? -1 : limit;
}

STP_PROBE_CODE struct stp_node *stp_iter_next(struct stp_ctx *c, struct stp_iter *it)
{
	struct stp_node *n = it->next;

	(void)c;
	if (!it->left || it->generation != it->map->generation)
		return NULL;
	while (n && !n->words) /* removed since; what it leads to was removed later still, or is there */
		n = n->next;
	if (!n)
		return NULL;
	it->next = n->next;
	if (it->left > 0)
		it->left--;
	return n;
}

/* ---- loops that keep their place --------------------------------------------------------------------------------------------------------- */

#define KEEP_NODE 16 /* stp_map_units(): of a node that is linked */

static inline struct stp_node **kept_link(const struct stp_map *m, struct stp_node *n, stp_u32 level)
{
	return (struct stp_node **)((char *)n + m->level_offset) + (level - 1);
}

/* the list as it is now, apart from what a sort in the loop makes of it */
STP_PROBE_CODE void stp_iter_keep(struct stp_ctx *c, struct stp_iter *it, stp_u32 level)
{
	struct stp_map *m = it->map;
	struct stp_node *n = it->next;

	if (stp_act(c, m->count / 16) || stp_long(c, m->count * KEEP_NODE >> 10)) {
		it->next = NULL;
		return;
	}
	for (; n; n = n->next)
		*kept_link(m, n, level) = n->next;
}

STP_PROBE_CODE struct stp_node *stp_iter_next_kept(struct stp_ctx *c, struct stp_iter *it, stp_u32 level)
{
	struct stp_node *n = it->next;

	(void)c;
	if (!n || !it->left || it->generation != it->map->generation)
		return NULL;
	it->next = *kept_link(it->map, n, level);
	if (it->left > 0)
		it->left--;
	return n;
}
