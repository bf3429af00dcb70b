// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making what the script's globals need: cells for every context, and the arrays. Process context, before the first probe; nothing is
 * allocated later.
 *
 * A context's cells are one block: struct g_cells of the script, the table ctx->map_cells, then each array's cells. Contexts that no
 * hit ever uses have theirs too: which level a hit will come at is not known before.
 */
#include "value/map.h"
#include "value/value.h"

#include "value/stat.h"

static struct stp_map **values_map; /* by number of the global; NULL = no array */
static size_t values_cells;	    /* bytes of a context's block */

static stp_u32 round8(stp_u64 n) { return (stp_u32)((n + 7) & ~7ull); }

static stp_u64 map_capacity(const struct stp_global *g)
{
	return g->maxentries ? g->maxentries : (stp_u64)stp_script.tun.maxmapentries;
}

static stp_u32 map_cell_bytes(const struct stp_global *g)
{
	if (!(g->flags & (STP_G_CELLS | STP_G_QUIET)))
		return 0;
	return g->type == STP_STATS ? STP_STAT_BYTES(g->stat->buckets) : sizeof(stp_i64);
}

static stp_u32 map_value_bytes(const struct stp_global *g)
{
	switch (g->type) {
	case STP_STRING:
		return round8(sizeof(struct stp_slot) + (stp_u32)stp_script.tun.maxstringlen);
	case STP_STATS:
		return map_cell_bytes(g) ? 0 : STP_STAT_BYTES(g->stat->buckets);
	}
	return sizeof(stp_i64);
}

static stp_u32 map_key_words(const struct stp_global *g)
{
	stp_u32 i, words = 0;

	for (i = 0; i < g->nkeys; i++)
		words += g->key[i] == STP_LONG ? 1 : stp_str_words((stp_u32)stp_script.tun.maxstringlen - 1);
	return words;
}

/* log2 of the number of buckets: about one for each node, times 2^MAPHASHBIAS */
static stp_u32 map_log_buckets(stp_u64 capacity)
{
	stp_i64 log = stp_script.tun.maphashbias;
	stp_u32 size = 0;

	while (size < 31 && 1ull << size < capacity)
		size++;
	log += size;
	return log < 1 ? 1 : log > 31 ? 31 : (stp_u32)log;
}

/* text = before, n in decimal, after; the platform has no snprintf() */
static void text_with_number(char *text, const char *before, stp_u64 n, const char *after)
{
	char digits[20];
	int i = 0;

	while (*before)
		*text++ = *before++;
	do
		digits[i++] = (char)('0' + n % 10);
	while (n /= 10);
	while (i)
		*text++ = digits[--i];
	while ((*text++ = *after++))
		;
}

static void map_overflow_text(struct stp_map *m)
{
	if (m->global->maxentries)
		text_with_number(m->overflow, "Array overflow, check size limit (", m->capacity, ")");
	else
		strcpy(m->overflow, "Array overflow, check MAXMAPENTRIES");
}

static void map_free(struct stp_map *m)
{
	if (!m)
		return;
	stp_free(m->nodes);
	stp_free(m->bucket);
	stp_free(m);
}

static struct stp_map *map_make(stp_u32 number, stp_u32 id)
{
	const struct stp_global *g = &stp_script.globals[number];
	stp_u64 capacity = map_capacity(g);
	stp_u32 log = map_log_buckets(capacity);
	struct stp_map *m = stp_alloc(sizeof(*m));
	stp_u32 i;

	if (!m)
		return NULL;
	m->global = g;
	m->number = number;
	m->id = id;
	m->capacity = m->unused = (stp_u32)capacity;
	m->cell_bytes = map_cell_bytes(g);
	m->key_words = map_key_words(g);
	m->shared = g->flags & (STP_G_CELLS | STP_G_QUIET);
	m->value_offset = sizeof(struct stp_node) + 8 * m->key_words;
	m->level_offset = m->value_offset + map_value_bytes(g);
	m->node_bytes = m->level_offset + g->levels * sizeof(struct stp_node *);
	m->nbuckets = 1u << log;
	m->shift = 64 - log;
	map_overflow_text(m);
	m->bucket = stp_alloc((size_t)m->nbuckets * sizeof(m->bucket[0]));
	m->nodes = stp_alloc((size_t)capacity * m->node_bytes);
	if (!m->bucket || !m->nodes) {
		map_free(m);
		return NULL;
	}
	for (i = 0; i < m->capacity; i++)
		((struct stp_node *)(m->nodes + (size_t)i * m->node_bytes))->index = i;
	return m;
}

static int maps_make(void)
{
	stp_u32 i, id = 0;

	if (!stp_script.nglobals)
		return 0;
	values_map = stp_alloc(stp_script.nglobals * sizeof(values_map[0]));
	if (!values_map)
		return -ENOMEM;
	for (i = 0; i < stp_script.nglobals; i++) {
		const struct stp_global *g = &stp_script.globals[i];

		if (!g->nkeys)
			continue;
		values_map[i] = map_make(i, id++);
		if (!values_map[i]) {
			stp_say_error("global variable '%s' allocation failed", g->name);
			return -ENOMEM;
		}
		*(struct stp_map **)g->where = values_map[i];
	}
	return 0;
}

static size_t cells_bytes(void)
{
	size_t bytes = round8(stp_script.cells_bytes) + stp_script.nmaps * sizeof(void *);
	stp_u32 i;

	for (i = 0; i < stp_script.nglobals; i++)
		if (values_map[i])
			bytes += (size_t)values_map[i]->capacity * values_map[i]->cell_bytes;
	return bytes;
}

static int cells_make(struct stp_ctx *c)
{
	char *block = values_cells ? stp_alloc(values_cells) : NULL;
	stp_u32 i;

	if (!values_cells)
		return 0;
	if (!block)
		return -ENOMEM;
	c->cells = block;
	block += round8(stp_script.cells_bytes);
	c->map_cells = (void **)block;
	block += stp_script.nmaps * sizeof(void *);
	for (i = 0; i < stp_script.nglobals; i++) {
		struct stp_map *m = values_map[i];

		if (!m || !m->cell_bytes)
			continue;
		c->map_cells[m->id] = block;
		block += (size_t)m->capacity * m->cell_bytes;
	}
	return 0;
}

static void cells_free(struct stp_ctx *c)
{
	stp_free(c->cells);
	c->cells = NULL;
	c->map_cells = NULL;
}

static void values_exit(void)
{
	stp_u32 i, count = stp_ctx_all();

	for (i = 0; i < count; i++) {
		struct stp_ctx *c = stp_ctx_any(i);

		if (c)
			cells_free(c);
	}
	for (i = 0; values_map && i < stp_script.nglobals; i++)
		map_free(values_map[i]);
	stp_free(values_map);
	values_map = NULL;
}

static int values_init(void)
{
	stp_u32 i, count = stp_ctx_all();
	int rc;

	rc = maps_make();
	if (rc)
		goto fail;
	values_cells = cells_bytes();
	for (i = 0; i < count; i++) {
		struct stp_ctx *c = stp_ctx_any(i);

		if (!c) /* that CPU is not there */
			continue;
		rc = cells_make(c);
		if (rc) {
			stp_say_error("context cells (size %llu per context) allocation failed", (stp_u64)values_cells);
			goto fail;
		}
	}
	return 0;
fail:
	values_exit();
	return rc;
}

const struct stp_values stp_values = { .init = values_init, .join = cells_make, .leave = cells_free, .exit = values_exit };
