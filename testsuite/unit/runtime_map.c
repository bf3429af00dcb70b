// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays: lookup, order, overflow, wrap, deletion, slices, sorting, cells; against a simple model where there is much to try.
 * link: testsuite/unit/hostcore.c runtime/value/*.c runtime/print/*.c
 * flags: -Iruntime -fno-strict-aliasing -fwrapv
 */
#define STP_MAXSTRINGLEN 64
#include "runtime_test.h"

#include "value/map.h"
#include "value/value.h"

#define CAP 50
#define MANY 3000

static struct stp_map *g_long, *g_wrap, *g_mix, *g_text, *g_cell, *g_stat, *g_cstat, *g_many, *g_kept;
static const struct stp_stat_desc desc = { .ops = 63, .hist = STP_HIST_LINEAR, .start = 0, .stop = 100, .interval = 10, .buckets = 13 };
static const struct stp_global globals[] = {
	{ "long", STP_LONG, 1, { STP_LONG }, 0, CAP, &g_long, NULL, 0 },
	{ "wrap", STP_LONG, 1, { STP_LONG }, STP_G_WRAP, 3, &g_wrap, NULL, 0 },
	{ "mix", STP_STRING, 3, { STP_STRING, STP_LONG, STP_STRING }, 0, CAP, &g_mix, NULL, 0 },
	{ "text", STP_LONG, 1, { STP_STRING }, 0, 0, &g_text, NULL, 0 },
	{ "cell", STP_LONG, 1, { STP_LONG }, STP_G_CELLS, CAP, &g_cell, NULL, 0 },
	{ "stat", STP_STATS, 1, { STP_LONG }, 0, CAP, &g_stat, &desc, 0 },
	{ "cstat", STP_STATS, 1, { STP_STRING }, STP_G_CELLS, CAP, &g_cstat, &desc, 0 },
	{ "many", STP_LONG, 1, { STP_LONG }, 0, MANY, &g_many, NULL, 0 },
	{ "kept", STP_STRING, 1, { STP_LONG }, 0, MANY, &g_kept, NULL, 0, .levels = 3 },
};
const struct stp_script stp_script = {
	.globals = globals, .nglobals = STP_COUNT(globals), .nmaps = STP_COUNT(globals), .values = &stp_values, .frame_bytes = 64,
	.tun = { TEST_DEFAULTS, .maxmapentries = 10 },
};
static struct stp_ctx *c;

static STP_KEY(key, 1, 2);

static const struct stp_key *key1(const char *s)
{
	stp_key_begin(&key.key);
	stp_key_str(c, &key.key, S(s));
	return &key.key;
}

static const struct stp_key *key3(const char *a, stp_i64 b, const char *d)
{
	stp_key_begin(&key.key);
	if (a)
		stp_key_str(c, &key.key, S(a));
	if (b >= 0)
		stp_key_long(&key.key, b);
	if (d)
		stp_key_str(c, &key.key, S(d));
	return &key.key;
}

/* the keys of m in its order, as text */
static const char *order_of(struct stp_map *m, int column, int dir, int op, stp_i64 limit)
{
	static char text[4096];
	struct stp_iter it;
	struct stp_node *n;
	struct stp_str s;
	size_t len = 0;

	text[0] = 0;
	stp_iter_begin(c, &it, m, column, dir, op, limit);
	while ((n = stp_iter_next(c, &it))) {
		if (m == g_text || m == g_mix || m == g_cstat) {
			s = stp_node_key_str(m, n, 0);
			len += (size_t)sprintf(text + len, "%.*s ", (int)s.len, s.p);
		} else {
			len += (size_t)sprintf(text + len, "%lld ", stp_node_key_long(m, n, 0));
		}
	}
	return text;
}

static void put1(struct stp_map *m, stp_i64 k, stp_i64 v)
{
	struct stp_node *n = stp_map_get1(c, m, k);

	if (n)
		*stp_node_long(m, n) = v;
}

static void delete1(struct stp_map *m, stp_i64 k)
{
	stp_key_begin(&key.key);
	stp_key_long(&key.key, k);
	stp_map_delete(c, m, &key.key);
}

static void test_basics(void)
{
	stp_i64 i;

	OK(!stp_map_find1(g_long, 1), "an empty array has nothing");
	put1(g_long, 7, 70);
	put1(g_long, -7, 71);
	put1(g_long, 0, 72);
	OK(*stp_node_long(g_long, stp_map_find1(g_long, -7)) == 71, "a value is found");
	stp_key_begin(&key.key);
	stp_key_long(&key.key, 7);
	OK(stp_map_find(g_long, &key.key) == stp_map_find1(g_long, 7), "both ways of looking up agree");
	put1(g_long, 7, 1);
	TEXT(order_of(g_long, STP_SORT_NONE, 0, 0, -1), "7 -7 0 ", "order of insertion; writing again does not move");
	delete1(g_long, -7);
	put1(g_long, -7, 5);
	TEXT(order_of(g_long, STP_SORT_NONE, 0, 0, -1), "7 0 -7 ", "deleted and inserted again: last");
	OK(stp_map_find1(g_long, 7) && !stp_map_find1(g_long, 8), "present and absent");
	stp_map_clear(c, g_long);
	OK(!stp_map_find1(g_long, 7), "cleared");
	for (i = 0; i < CAP; i++)
		put1(g_long, i * 1000003, i);
	OK(!c->error, "as many as fit");
	OK(!stp_map_get1(c, g_long, -1) && c->error == STP_SOFT, "one more is an error");
	TEXT(host_error_text(c), "Array overflow, check size limit (50)", "which names the size");
	host_clear_error(c);
	for (i = 0; i < CAP; i++)
		if (*stp_node_long(g_long, stp_map_find1(g_long, i * 1000003)) != i)
			break;
	OK(i == CAP, "all are found in a full table");
	put1(g_long, 0, 3);
	OK(!c->error, "writing what is there works in a full table");
	delete1(g_long, 0);
	put1(g_long, -1, 3);
	OK(!c->error, "a deleted node is used again");
	stp_map_clear(c, g_long);
}

static void test_wrap(void)
{
	put1(g_wrap, 1, 1);
	put1(g_wrap, 2, 2);
	put1(g_wrap, 3, 3);
	put1(g_wrap, 1, 9);
	put1(g_wrap, 4, 4);
	TEXT(order_of(g_wrap, STP_SORT_NONE, 0, 0, -1), "2 3 4 ", "wrapping drops the oldest, not the least recently written");
	OK(!c->error && !stp_map_find1(g_wrap, 1), "without an error");
	OK(*stp_node_long(g_wrap, stp_map_get1(c, g_wrap, 5)) == 0, "a recycled node starts at 0");
}

static void test_texts(void)
{
	char name[40];
	int i;

	for (i = 0; i < 10; i++) {
		sprintf(name, "name-%d", i);
		*stp_node_long(g_text, stp_map_get(c, g_text, key1(name))) = i;
	}
	OK(!stp_map_get(c, g_text, key1("x")), "MAXMAPENTRIES without a size of its own");
	TEXT(host_error_text(c), "Array overflow, check MAXMAPENTRIES", "and its message");
	host_clear_error(c);
	OK(*stp_node_long(g_text, stp_map_find(g_text, key1("name-4"))) == 4, "a text key is found");
	OK(!stp_map_find(g_text, key1("name-")) && !stp_map_find(g_text, key1("name-44")), "its prefix and extension are not");
	stp_map_clear(c, g_text);
	stp_map_get(c, g_text, key1(""));
	stp_map_get(c, g_text, key1("0123456789012345678901234567890123456789012345678901234567890123456789"));
	OK(stp_map_find(g_text, key1("012345678901234567890123456789012345678901234567890123456789012")), "keys are cut to MAXSTRINGLEN - 1");
	OK(stp_map_find(g_text, key1("")), "the empty text is a key");
	stp_map_clear(c, g_text);
}

static void test_slices(void)
{
	static const struct { const char *a; stp_i64 b; const char *d; } keys[] = {
		{ "x", 1, "p" }, { "y", 1, "q" }, { "x", 2, "" }, { "", 1, "p" }, { "xx", 3, "longer than eight" },
	};
	struct stp_node *n;
	unsigned int i;

	for (i = 0; i < STP_COUNT(keys); i++) {
		n = stp_map_get(c, g_mix, key3(keys[i].a, keys[i].b, keys[i].d));
		stp_set(c, stp_node_str(g_mix, n), S(keys[i].a));
	}
	n = stp_map_find(g_mix, key3("xx", 3, "longer than eight"));
	OK(stp_node_key_long(g_mix, n, 1) == 3 && stp_node_key_str(g_mix, n, 2).len == 17, "the parts of a key");
	OK(stp_node_key_str(g_mix, n, 0).len == 2 && stp_node_str(g_mix, n)->len == 2, "first part and value");
	OK(stp_map_in_slice(c, g_mix, key3("x", -1, NULL), 6), "[\"x\", *, *] in");
	OK(!stp_map_in_slice(c, g_mix, key3("z", -1, NULL), 6), "[\"z\", *, *] not in");
	OK(stp_map_in_slice(c, g_mix, key3(NULL, 1, "q"), 1), "[*, 1, \"q\"] in");
	OK(!stp_map_in_slice(c, g_mix, key3(NULL, 2, "q"), 1), "[*, 2, \"q\"] not in");
	OK(stp_map_in_slice(c, g_mix, key3(NULL, -1, NULL), 7), "[*, *, *] in");
	stp_map_delete_slice(c, g_mix, key3(NULL, 1, NULL), 5);
	TEXT(order_of(g_mix, STP_SORT_NONE, 0, 0, -1), "x xx ", "delete [*, 1, *]");
	stp_map_delete(c, g_mix, key3("x", 2, ""));
	TEXT(order_of(g_mix, STP_SORT_NONE, 0, 0, -1), "xx ", "delete of one");
	stp_map_delete_slice(c, g_mix, key3(NULL, -1, NULL), 7);
	TEXT(order_of(g_mix, STP_SORT_NONE, 0, 0, -1), "", "delete [*, *, *]");
	n = stp_map_get(c, g_mix, key3("new", 1, "x"));
	OK(stp_node_str(g_mix, n)->len == 0 && stp_node_str(g_mix, n)->b[0] == 0, "a reused node's text is empty");
	stp_map_clear(c, g_mix);
}

/* "long" with 1 … 6, iterated; at 2 `what` is done. The keys that were visited */
static const char *visit(void (*what)(void))
{
	static char text[64];
	struct stp_iter it;
	struct stp_node *n;
	size_t len = 0;
	int i;

	for (i = 1; i <= 6; i++)
		put1(g_long, i, i);
	text[0] = 0;
	stp_iter_begin(c, &it, g_long, STP_SORT_NONE, 0, 0, -1);
	while ((n = stp_iter_next(c, &it))) {
		len += (size_t)sprintf(text + len, "%lld ", stp_node_key_long(g_long, n, 0));
		if (stp_node_key_long(g_long, n, 0) == 2)
			what();
	}
	stp_map_clear(c, g_long);
	return text;
}

static void nothing(void) { }
static void delete_this(void) { stp_map_delete1(c, g_long, 2); }
static void delete_next(void) { stp_map_delete1(c, g_long, 3); }
static void delete_three(void) { delete_this(); stp_map_delete1(c, g_long, 4); delete_next(); }
static void delete_rest(void) { stp_map_delete1(c, g_long, 5); stp_map_delete1(c, g_long, 6); stp_map_delete1(c, g_long, 4); delete_next(); }
static void delete_all(void) { stp_map_clear(c, g_long); }

static void test_deleting_iteration(void)
{
	TEXT(visit(nothing), "1 2 3 4 5 6 ", "iteration");
	TEXT(visit(delete_this), "1 2 3 4 5 6 ", "R23: whose body deletes the element itself");
	TEXT(visit(delete_next), "1 2 4 5 6 ", "R23: whose body deletes the next element: goes on behind it");
	TEXT(visit(delete_three), "1 2 5 6 ", "R23: whose body deletes several");
	TEXT(visit(delete_rest), "1 2 ", "R23: whose body deletes all that would come");
	TEXT(visit(delete_all), "1 2 ", "R23: whose body deletes the array: ends");
}

/* ---- loops that keep their place ------------------------------------------------------------------------------------------------ */

/* the elements of "kept" in the order of a loop of this level, at most `limit`; at the element 30 `what` is done */
static const char *visit_kept(stp_u32 level, int dir, stp_i64 limit, void (*what)(void))
{
	static char texts[4][256];
	char *text = texts[level];
	struct stp_iter it;
	struct stp_node *n;
	size_t len = 0;

	text[0] = 0;
	stp_iter_begin(c, &it, g_kept, dir ? 1 : STP_SORT_NONE, dir, 0, limit);
	stp_iter_keep(c, &it, level);
	while ((n = stp_iter_next_kept(c, &it, level))) {
		len += (size_t)sprintf(text + len, "%lld%.*s ", stp_node_key_long(g_kept, n, 0), (int)stp_node_str(g_kept, n)->len,
				       stp_node_str(g_kept, n)->b);
		if (what && stp_node_key_long(g_kept, n, 0) == 30)
			what();
	}
	return text;
}

static const char *innermost, *inner;
static void sort_up(void) { innermost = visit_kept(3, 1, 3, NULL); }
static void sort_down(void) { inner = visit_kept(2, -1, -1, sort_up); }
static void fill_kept(void)
{
	static const int keys[] = { 50, 10, 30, 20, 40 };

	for (int i = 0; i < 5; i++) {
		struct stp_node *n = stp_map_get1(c, g_kept, keys[i]);

		stp_node_str(g_kept, n)->len = 1;
		stp_node_str(g_kept, n)->b[0] = (char)('a' + i);
	}
}
static void clear_kept(void) { stp_map_clear(c, g_kept); }

static void test_kept_places(void)
{
	TEXT(visit_kept(1, 0, -1, NULL), "", "a loop that keeps its place, over nothing");
	fill_kept();
	TEXT(visit_kept(1, 0, -1, sort_down), "50a 10b 30c 20d 40e ", "one in whose body the array is sorted");
	TEXT(inner, "50a 40e 30c 20d 10b ", "one in that one's body");
	TEXT(innermost, "10b 20d 30c ", "and one in both");
	TEXT(visit_kept(1, -1, 4, sort_up), "50a 40e 30c 20d ", "with a limit");
	TEXT(visit_kept(2, 1, 0, NULL), "", "of nothing");
	fill_kept();
	TEXT(visit_kept(3, 1, -1, clear_kept), "10b 20d 30c ", "the array is deleted meanwhile");
	TEXT(visit_kept(1, 0, -1, NULL), "", "and is empty");
	fill_kept();
	OK(stp_map_get1(c, g_kept, 1) && stp_node_str(g_kept, stp_map_find1(g_kept, 1))->len == 0, "what is made of used memory is empty");
	stp_map_clear(c, g_kept);
}

/* with so many actions left */
static int fails_with(stp_i64 actions, void (*what)(void))
{
	int failed;

	c->actions = actions;
	what();
	failed = c->error == STP_ACTION;
	host_clear_error(c);
	c->actions = 1ll << 62;
	return failed;
}

static void do_sort(void) { order_of(g_many, STP_SORT_VALUE, -1, 0, 3); }
static void do_slice(void) { stp_map_delete_slice(c, g_many, key1(""), 1); }
static void do_seek(void) { stp_key_begin(&key.key); stp_key_long(&key.key, -1); stp_map_in_slice(c, g_many, &key.key, 0); }
static void do_clear(void) { stp_map_clear(c, g_many); }

static void test_charges(void)
{
	int i;

	for (i = 0; i < MANY; i++)
		put1(g_many, i, i);
	OK(fails_with(MANY / 16, do_sort) && !fails_with(MANY / 8, do_sort), "R13: a sort costs a sixteenth of what is sorted");
	OK(fails_with(MANY / 16 - 1, do_seek) && !fails_with(MANY / 8, do_seek), "R13: the search for a slice likewise");
	OK(fails_with(MANY / 16 - 1, do_slice) && g_many->count == MANY, "R13: the deletion of a slice is not begun without that");
	OK(fails_with(MANY / 16 - 1, do_clear) && g_many->count == MANY, "R13: nor that of an array");
	OK(fails_with(MANY / 16 + 1, do_clear) && g_many->count == MANY, "R13: which takes long, and costs that, too");
	OK(fails_with(MANY / 16 + 1, do_slice) && g_many->count == MANY, "R13: as does that of a slice");
	OK(!fails_with(MANY / 8, do_slice) && g_many->count == 0, "R13: the deletion of a slice, in portions");
}

static void test_sort(void)
{
	static const char *const names[] = { "pear", "fig", "figs", "apple", "\xe4pfel", "applesauces", "applesaucer" };
	struct stp_node *n;
	unsigned int i;

	for (i = 0; i < 7; i++)
		put1(g_long, (stp_i64)(i * 5 % 7) - 3, i / 2);
	TEXT(order_of(g_long, STP_SORT_NONE, 0, 0, -1), "-3 2 0 -2 3 1 -1 ", "before sorting");
	TEXT(order_of(g_long, 1, 1, 0, 2), "-3 -2 ", "the first two by key");
	TEXT(order_of(g_long, STP_SORT_NONE, 0, 0, -1), "-3 -2 2 0 3 1 -1 ", "with a small limit the rest keeps its order");
	TEXT(order_of(g_long, 1, 1, 0, -1), "-3 -2 -1 0 1 2 3 ", "by key, up");
	TEXT(order_of(g_long, STP_SORT_NONE, 0, 0, 4), "-3 -2 -1 0 ", "sorting reorders the array; limit");
	TEXT(order_of(g_long, 1, -1, 0, -1), "3 2 1 0 -1 -2 -3 ", "by key, down");
	TEXT(order_of(g_long, STP_SORT_VALUE, -1, 0, -1), "-1 3 1 0 -2 2 -3 ", "by value, down, equal ones stay");
	TEXT(order_of(g_long, STP_SORT_VALUE, 1, 0, 0), "", "limit 0");
	TEXT(order_of(g_long, STP_SORT_VALUE, 1, 0, 100), "2 -3 0 -2 3 1 -1 ", "by value, up");
	stp_map_clear(c, g_long);
	for (i = 0; i < STP_COUNT(names); i++) {
		n = stp_map_get(c, g_text, key1(names[i]));
		*stp_node_long(g_text, n) = 1;
		n = stp_map_get(c, g_mix, key3(names[i], i, ""));
		stp_set(c, stp_node_str(g_mix, n), S(names[STP_COUNT(names) - 1 - i]));
	}
	TEXT(order_of(g_text, 1, 1, 0, -1), "apple applesaucer applesauces fig figs pear \xe4pfel ", "texts by bytes, up");
	TEXT(order_of(g_text, 1, -1, 0, 3), "\xe4pfel pear figs ", "texts, down, first three");
	TEXT(order_of(g_mix, STP_SORT_VALUE, 1, 0, -1), "apple pear fig applesauces \xe4pfel applesaucer figs ", "by a text value");
	TEXT(order_of(g_mix, 2, -1, 0, -1), "applesaucer applesauces \xe4pfel apple figs fig pear ", "by the second key");
	stp_map_clear(c, g_text);
	stp_map_clear(c, g_mix);
}

static int by_value(const void *a, const void *b)
{
	stp_i64 x = *(const stp_i64 *)a, y = *(const stp_i64 *)b;

	return x < y ? -1 : x > y;
}

/* random inserts, writes and deletes against a plain array; then the order of a sort against qsort() */
static void test_many(void)
{
	static stp_i64 model[2 * MANY], values[MANY];
	static char there[2 * MANY];
	stp_u32 seed = 12345, i, n = 0, at;
	struct stp_iter it;
	struct stp_node *node;
	int bad = 0;

	for (i = 0; i < 40000; i++) {
		seed = seed * 1664525 + 1013904223;
		at = (seed >> 8) % (2 * MANY);
		if (seed >> 29 == 0) {
			delete1(g_many, (stp_i64)at << 20);
			n -= there[at];
			there[at] = 0;
		} else if (there[at] || n < MANY) {
			put1(g_many, (stp_i64)at << 20, seed);
			n += !there[at];
			there[at] = 1;
			model[at] = seed;
		}
	}
	for (i = 0, n = 0; i < 2 * MANY; i++) {
		node = stp_map_find1(g_many, (stp_i64)i << 20);
		if (!node != !there[i] || (node && *stp_node_long(g_many, node) != model[i]))
			bad++;
		if (there[i])
			values[n++] = model[i];
	}
	OK(!bad && !c->error, "40,000 random changes leave what they should");
	qsort(values, n, sizeof(values[0]), by_value);
	stp_iter_begin(c, &it, g_many, STP_SORT_VALUE, 1, 0, -1);
	for (i = 0; (node = stp_iter_next(c, &it)); i++)
		bad += i >= n || *stp_node_long(g_many, node) != values[i];
	OK(!bad && i == n, "sorted like qsort()");
	stp_iter_begin(c, &it, g_many, STP_SORT_VALUE, -1, 0, 20);
	for (i = 0; (node = stp_iter_next(c, &it)); i++)
		bad += *stp_node_long(g_many, node) != values[n - 1 - i];
	OK(!bad && i == 20, "the greatest twenty");
	stp_iter_begin(c, &it, g_many, STP_SORT_NONE, 0, 0, -1);
	for (i = 0; stp_iter_next(c, &it); i++)
		if (i == 5)
			stp_map_clear(c, g_many);
	OK(i == 6, "a clear in the loop ends it");
	OK(!stp_iter_next(c, &it), "for good");
}

static void test_cells(void)
{
	struct stp_node *n;
	stp_i64 *cell;
	unsigned int i;

	for (i = 0; i < HOST_CONTEXTS; i += 3) {
		cell = stp_map_cell1(host_context(i), g_cell, 4);
		*cell += i + 1;
		cell = stp_map_cell1(host_context(i), g_cell, 5);
		*cell -= 1;
	}
	n = stp_map_find1(g_cell, 4);
	OK(stp_node_sum(c, g_cell, n) == 1 + 4 + 7, "cells of all contexts add up");
	TEXT(order_of(g_cell, STP_SORT_VALUE, 1, 0, -1), "5 4 ", "and sort by their sum");
	stp_node_assign(g_cell, n, 100);
	*(stp_i64 *)stp_map_cell1(host_context(3), g_cell, 4) += 11;
	OK(stp_node_sum(c, g_cell, n) == 111, "an assignment replaces them, then they go on");
	delete1(g_cell, 4);
	cell = stp_map_cell1(host_context(3), g_cell, 4);
	OK(*cell == 0 && stp_node_sum(c, g_cell, stp_map_find1(g_cell, 4)) == 0, "a deleted element starts at 0 again");
	stp_map_clear(c, g_cell);
	for (i = 0; i < CAP; i++)
		++*(stp_i64 *)stp_map_cell1(c, g_cell, i);
	OK(!stp_map_cell1(c, g_cell, CAP) && c->error == STP_SOFT, "no cell when the table is full");
	host_clear_error(c);
	stp_map_clear(c, g_cell);
}

static void test_stats(void)
{
	STP_STAT(all, 13);
	static const char *const names[] = { "a", "b", "c" };
	struct stp_stat *s;
	unsigned int i;

	for (i = 0; i < 9; i++) {
		s = stp_map_cell(host_context(i % 4), g_cstat, key1(names[i % 3]));
		stp_stat_add(s, &desc, (stp_i64)i * (i % 3 == 2 ? -1 : 10));
		s = stp_node_stat(g_stat, stp_map_get1(c, g_stat, i % 2));
		stp_stat_add(s, &desc, i);
	}
	stp_node_merge(c, g_cstat, stp_map_find(g_cstat, key1("b")), &all.stat);
	OK(all.stat.count == 3 && all.stat.sum == 120 && all.stat.min == 10 && all.stat.max == 70, "an aggregate over contexts");
	OK(all.stat.hist[2] == 1 && all.stat.hist[5] == 1 && all.stat.hist[8] == 1, "and its buckets");
	TEXT(order_of(g_cstat, STP_SORT_VALUE, -1, STP_BY_SUM, -1), "b a c ", "aggregates by sum");
	TEXT(order_of(g_cstat, STP_SORT_VALUE, 1, STP_BY_MIN, -1), "c a b ", "by min");
	TEXT(order_of(g_cstat, STP_SORT_VALUE, -1, STP_BY_MAX, -1), "b a c ", "by max");
	TEXT(order_of(g_cstat, STP_SORT_VALUE, 1, STP_BY_AVG, 1), "c ", "by avg");
	TEXT(order_of(g_stat, STP_SORT_VALUE, -1, STP_BY_COUNT, -1), "0 1 ", "by count, in nodes");
	stp_node_clear_stat(g_cstat, stp_map_find(g_cstat, key1("b")));
	stp_node_merge(c, g_cstat, stp_map_find(g_cstat, key1("b")), &all.stat);
	OK(all.stat.count == 0 && all.stat.hist[2] == 0, "cleared");
	stp_map_clear(c, g_stat);
	s = stp_node_stat(g_stat, stp_map_get1(c, g_stat, 0));
	OK(s->count == 0 && s->hist[1] == 0, "a reused node's aggregate is empty");
}

/* one turn of waiting for a table: another CPU goes on meanwhile, and gives the table back at its time */
static unsigned int turns, give_back_at;

int sched_yield(void)
{
	if (++turns == give_back_at)
		g_cell->lock = 0;
	return 0;
}

/* a hit that interrupts an insertion on its own CPU must not wait for it; for another CPU it waits, at any level */
static void test_lock(void)
{
	host_skips = 0;
	g_cell->lock = 1;
	OK(!stp_map_get1(c, g_cell, 1) && host_skips == 1 && c->error == STP_ABORT, "gives up at once when this CPU holds the table");
	OK(host_skips_below == 1 && turns <= 1, "R2: that is the handler below, and no contention");
	host_clear_error(c);
	g_cell->lock = 3;
	turns = 0;
	give_back_at = 5;
	OK(stp_map_get1(host_context(1), g_cell, 1) && turns == 5 && host_skips == 1, "R16: level NMI waits for another CPU");
	g_cell->lock = 3;
	give_back_at = 0;
	stp_map_clear(c, g_cell);
	OK(host_skips == 2 && host_skips_below == 1, "not for ever, if it does not give back: that is contention");
	host_clear_error(c);
	g_cell->lock = 0;
	OK(stp_map_get1(c, g_cell, 1) != NULL, "and works when the table is free");
}

int main(void)
{
	int i;

	host_quiet_errors = 1;
	host_init();
	c = host_context(0);
	test_basics();
	test_wrap();
	test_texts();
	test_slices();
	test_deleting_iteration();
	test_kept_places();
	test_charges();
	test_sort();
	test_many();
	test_cells();
	test_stats();
	test_lock();
	host_exit();
	for (i = 0; i < 40; i++) { /* each allocation fails once */
		host_allocs_left = i;
		if (!stp_values.init())
			break;
		host_exit();
	}
	host_allocs_left = -1;
	OK(i == 2 * (int)STP_COUNT(globals) + (int)STP_COUNT(globals) + 1 + HOST_CONTEXTS, "every failed allocation is survived");
	return test_done();
}
