// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays used by several CPUs at once: concurrent insertion is exact, lookups survive removal and wrapping.
 * link: testsuite/unit/hostcore.c runtime/value/*.c runtime/print/*.c -pthread
 * flags: -Iruntime -fno-strict-aliasing -fwrapv
 */
#define STP_MAXSTRINGLEN 64
#include "runtime_test.h"

#include "value/map.h"

#include <pthread.h>

#define THREADS 4
#define KEYS 500
#define ROUNDS 40

static struct stp_map *g_cell, *g_text, *g_wrap, *g_full;
static const struct stp_global globals[] = {
	{ "cell", STP_LONG, 1, { STP_LONG }, STP_G_CELLS, KEYS, &g_cell, NULL, 0 },
	{ "text", STP_LONG, 2, { STP_STRING, STP_LONG }, STP_G_CELLS, KEYS, &g_text, NULL, 0 },
	{ "wrap", STP_LONG, 1, { STP_STRING }, STP_G_WRAP | STP_G_CELLS, 8, &g_wrap, NULL, 0 },
	{ "full", STP_LONG, 1, { STP_LONG }, STP_G_CELLS, KEYS / 2, &g_full, NULL, 0 },
};
const struct stp_script stp_script = {
	.globals = globals, .nglobals = STP_COUNT(globals), .nmaps = STP_COUNT(globals), .values = &stp_values, .frame_bytes = 64,
	.tun = { TEST_DEFAULTS },
};

static void run(void *(*work)(void *))
{
	pthread_t t[THREADS];
	size_t i;

	for (i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, work, host_context((unsigned int)(2 * i))); /* a CPU each */
	for (i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
}

static unsigned int shuffled(unsigned int i, const struct stp_ctx *c)
{
	return (i * 7 + stp_ctx_cpu(c) * 131) % KEYS;
}

static void *count_longs(void *arg)
{
	struct stp_ctx *c = arg;
	unsigned int i;
	stp_i64 *cell;

	for (i = 0; i < KEYS * ROUNDS; i++) {
		cell = stp_map_cell1(c, g_cell, shuffled(i, c));
		if (cell)
			++*cell;
	}
	return NULL;
}

static void *count_texts(void *arg)
{
	struct stp_ctx *c = arg;
	STP_KEY(k, 1, 1);
	unsigned int i;
	char name[48];
	stp_i64 *cell;

	for (i = 0; i < KEYS * ROUNDS; i++) {
		sprintf(name, "name of key %u", shuffled(i, c));
		stp_key_begin(&k.key);
		stp_key_str(c, &k.key, S(name));
		stp_key_long(&k.key, shuffled(i, c));
		cell = stp_map_cell(c, g_text, &k.key);
		if (cell)
			++*cell;
	}
	return NULL;
}

/* every key counted exactly, once in the order, none lost */
static int all_counted(struct stp_map *m)
{
	struct stp_ctx *c = host_context(0);
	struct stp_iter it;
	struct stp_node *n;
	stp_i64 seen = 0;

	stp_iter_begin(c, &it, m, STP_SORT_NONE, 0, 0, -1);
	while ((n = stp_iter_next(c, &it))) {
		if (stp_node_sum(c, m, n) != THREADS * ROUNDS)
			return 0;
		seen++;
	}
	return seen == KEYS && m->count == KEYS;
}

static int failures;

/* more keys than fit: who finds no room gets the error, who finds its key a cell */
static void *overfill(void *arg)
{
	struct stp_ctx *c = arg;
	unsigned int i;
	stp_i64 *cell;

	for (i = 0; i < KEYS * ROUNDS; i++) {
		cell = stp_map_cell1(c, g_full, shuffled(i, c));
		if (cell)
			++*cell;
		if (!cell != (c->error == STP_SOFT))
			__atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
		host_clear_error(c);
	}
	return NULL;
}

/* half of the threads recycle nodes all the time, the others look up: what they find must have been asked for */
static void *recycle(void *arg)
{
	struct stp_ctx *c = arg;
	const struct stp_node *n;
	STP_KEY(k, 0, 1);
	unsigned int i;
	char name[48];

	for (i = 0; i < 100000; i++) {
		sprintf(name, "%040u", i % 16);
		stp_key_begin(&k.key);
		stp_key_str(c, &k.key, S(name));
		if (stp_ctx_cpu(c) % 2)
			stp_map_get(c, g_wrap, &k.key);
		else if ((n = stp_map_find(g_wrap, &k.key)) && ((const char *)n < g_wrap->nodes || n->index >= 8))
			__atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
		host_clear_error(c);
	}
	return NULL;
}

int main(void)
{
	const struct stp_node *n;
	unsigned int listed = 0;

	host_quiet_errors = 1;
	host_init();
	run(count_longs);
	OK(all_counted(g_cell), "counts by number are exact");
	run(count_texts);
	OK(all_counted(g_text), "counts by text and number are exact");
	run(overfill);
	OK(!failures && g_full->count == KEYS / 2, "a table fills exactly");
	run(recycle);
	for (n = g_wrap->first; n; n = n->next)
		listed++;
	OK(!failures && listed == 8 && g_wrap->count == 8, "lookups beside recycling end, and the order stays whole");
	host_exit();
	return test_done();
}
