// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strings (value/string.c, copy.h) and aggregates (value/stat.c).
 * link: testsuite/unit/hostcore.c runtime/value/*.c runtime/print/*.c
 * flags: -Iruntime -fno-strict-aliasing -fwrapv
 */
#define STP_MAXSTRINGLEN 16
#include "runtime_test.h"

#include "value/copy.h"
#include "value/stat.h"

struct g_cells {
	stp_i64 n;
	STP_STAT(s, 0);
};

const struct stp_script stp_script = {
	.values = &stp_values, .cells_bytes = sizeof(struct g_cells), .frame_bytes = 64, .tun = { TEST_DEFAULTS },
};
static struct stp_ctx *c;

static void test_strings(void)
{
	struct stp_slot s, t;

	stp_slot_clear(&s);
	stp_set(c, &s, S("hello"));
	TEXT(s.b, "hello", "assignment");
	stp_append(c, &s, S(", world"));
	TEXT(s.b, "hello, world", "concatenation");
	stp_append(c, &s, stp_view(&s));
	OK(s.len == 15 && !strcmp(s.b, "hello, worldhel"), "with itself, cut to MAXSTRINGLEN - 1");
	stp_set(c, &s, stp_view(&s));
	TEXT(s.b, "hello, worldhel", "assignment of itself");
	stp_set(c, &s, (struct stp_str){ s.b + 7, 5 });
	TEXT(s.b, "world", "assignment of a part of itself");
	stp_set(c, &s, S("0123456789abcdef"));
	TEXT(s.b, "0123456789abcde", "assignment is cut");
	stp_append(c, &s, S("x"));
	TEXT(s.b, "0123456789abcde", "nothing fits behind a full string");
	stp_set(c, &t, (struct stp_str){ NULL, 0 });
	OK(t.len == 0 && t.b[0] == 0, "an empty view without an address");
	OK(stp_cmp(S("abc"), S("abd")) < 0 && stp_cmp(S("b"), S("abd")) > 0, "order by bytes");
	OK(stp_cmp(S("ab"), S("abc")) < 0 && stp_cmp(S("abc"), S("ab")) > 0, "a prefix comes first");
	OK(stp_cmp(S("\xff"), S("a")) > 0 && stp_cmp(S(""), S("")) == 0, "bytes are unsigned; empty ones are equal");
	OK(stp_eq(S("abc"), S("abc")) && !stp_eq(S("abc"), S("abcd")), "equality");
}

static void test_copy(void)
{
	char from[256], to[258];
	unsigned int n, i, bad = 0;

	for (i = 0; i < sizeof(from); i++)
		from[i] = (char)(i * 7 + 1);
	for (n = 0; n <= 200; n++) {
		memset(to, 0, sizeof(to));
		stp_copy(to + 1, from + 3, n);
		bad += to[0] || to[n + 1] || memcmp(to + 1, from + 3, n);
	}
	OK(!bad, "copies of 0 to 200 bytes touch no others");
}

static void test_length(void)
{
	char text[16];
	stp_u32 n, bad = 0;

	for (n = 0; n < 16; n++) {
		memset(text, n % 2 ? 0x80 : 1, sizeof(text)); /* what borrows could mistake for a NUL */
		text[n] = 0;
		bad += stp_length16(text) != n;
		memset(text + n, 0, sizeof(text) - n);
		bad += stp_length16(text) != n;
	}
	OK(!bad, "length of a short text");
}

static const struct stp_stat_desc all = { .ops = 63, .hist = STP_HIST_NONE, .buckets = 0, .shift = 10 };
static const struct stp_stat_desc lin = { .ops = 1, .hist = STP_HIST_LINEAR, .start = -10, .stop = 10, .interval = 5, .buckets = 7 };
static const struct stp_stat_desc log2_ = { .ops = 1, .hist = STP_HIST_LOG, .buckets = 128 };

static stp_i64 get(const struct stp_stat *s, stp_u32 op) { return stp_stat_get(c, s, &all, op, "here"); }

static void test_extract(void)
{
	static const stp_i64 v[] = { 4, -7, 13, 16, 0 };
	STP_STAT(s, 0);
	unsigned int i;

	stp_stat_clear(&s.stat, &all);
	OK(get(&s.stat, STP_STAT_COUNT) == 0 && get(&s.stat, STP_STAT_SUM) == 0 && !c->error, "empty: count and sum are 0");
	OK(get(NULL, STP_STAT_COUNT) == 0 && get(NULL, STP_STAT_SUM) == 0 && !c->error, "no such element: likewise");
	get(&s.stat, STP_STAT_MIN);
	OK(c->error == STP_SOFT && !strcmp(host_error_text(c), "empty aggregate") && !strcmp(c->where, "here"), "min of an empty one");
	host_clear_error(c);
	get(NULL, STP_STAT_AVG);
	OK(c->error == STP_SOFT, "avg of none");
	host_clear_error(c);
	stp_stat_add(&s.stat, &all, 4);
	OK(get(&s.stat, STP_STAT_VARIANCE) == -1, "variance of one value");
	for (i = 1; i < STP_COUNT(v); i++)
		stp_stat_add(&s.stat, &all, v[i]);
	OK(get(&s.stat, STP_STAT_COUNT) == 5 && get(&s.stat, STP_STAT_SUM) == 26, "count and sum");
	OK(get(&s.stat, STP_STAT_MIN) == -7 && get(&s.stat, STP_STAT_MAX) == 16, "min and max");
	OK(get(&s.stat, STP_STAT_AVG) == 5, "avg");
	OK(get(&s.stat, STP_STAT_VARIANCE) == 88, "variance with a shift: 88.7");
}

static void test_variance(void)
{
	static const struct stp_stat_desc plain = { .ops = 63, .hist = STP_HIST_NONE };
	static const stp_i64 v[] = { 0, -5, 1000000 }, pair[][5] = { { 1, 2 }, { 10, 20, 40 } };
	struct stp_stat one = { .count = 0 }, cell = one, merged = one;
	unsigned int i;

	for (i = 0; i < 3; i++)
		stp_stat_add(&one, &plain, v[i]);
	OK(stp_stat_get(c, &one, &plain, STP_STAT_VARIANCE, "") == 333334666676, "L10: variance of one cell, about the average");
	stp_stat_merge(&merged, &one, &plain);
	OK(stp_stat_get(c, &merged, &plain, STP_STAT_MERGED_VARIANCE, "") == 333334666676, "L10: of one that was merged");
	stp_stat_clear(&merged, &plain);
	for (i = 0; i < 5; i++) {
		if (i == 2) {
			stp_stat_merge(&merged, &cell, &plain);
			stp_stat_clear(&cell, &plain);
		}
		stp_stat_add(&cell, &plain, i < 2 ? pair[0][i] : pair[1][i - 2]);
	}
	stp_stat_merge(&merged, &cell, &plain);
	OK(stp_stat_get(c, &merged, &plain, STP_STAT_MERGED_VARIANCE, "") == 264, "L10: of two cells: (2*13^2 + 3*9^2 + 1*1 + 2*237) / 4");
}

/* cells in several contexts give what one gives */
static void test_merge(void)
{
	STP_STAT(one, 0);
	STP_STAT(merged, 0);
	stp_i64 v, difference;
	int i;

	stp_stat_clear(&one.stat, &all);
	for (i = 0; i < 300; i++) {
		v = (stp_i64)i * 37 % 101 - 20;
		stp_stat_add(&one.stat, &all, v);
		stp_stat_add(&((struct g_cells *)host_context(i * i % 5)->cells)->s.stat, &all, v);
		((struct g_cells *)host_context(i % 7)->cells)->n += i;
	}
	stp_cells_merge(c, offsetof(struct g_cells, s), &all, &merged.stat);
	OK(merged.stat.count == 300 && merged.stat.sum == one.stat.sum, "merged count and sum");
	OK(merged.stat.min == -20 && merged.stat.max == 80, "merged min and max");
	difference = get(&merged.stat, STP_STAT_MERGED_VARIANCE) - get(&one.stat, STP_STAT_VARIANCE);
	OK(difference >= -2 && difference <= 2 && get(&one.stat, STP_STAT_VARIANCE) > 800, "merged variance");
	OK(stp_cells_sum(c, offsetof(struct g_cells, n)) == 300 * 299 / 2, "scalar cells add up");
	stp_cells_clear(c, offsetof(struct g_cells, s), sizeof(one));
	stp_cells_merge(c, offsetof(struct g_cells, s), &all, &merged.stat);
	OK(merged.stat.count == 0, "cleared");
	OK(stp_cells_sum(c, offsetof(struct g_cells, n)) == 300 * 299 / 2, "and nothing beside it");
}

static stp_i64 bucket_of(const struct stp_stat_desc *d, stp_i64 v)
{
	STP_STAT(s, 128);
	stp_u32 i;

	stp_stat_clear(&s.stat, d);
	stp_stat_add(&s.stat, d, v);
	for (i = 0; i < d->buckets; i++)
		if (stp_stat_bucket(c, &s.stat, d, i, "x"))
			return i;
	return -1;
}

static void test_buckets(void)
{
	static const stp_i64 log_values[][2] = {
		{ 0, 64 }, { 1, 65 }, { 2, 66 }, { 3, 66 }, { 4, 67 }, { INT64_MAX, 127 }, { -1, 63 }, { -2, 62 }, { -3, 62 }, { -4, 61 },
		{ INT64_MIN, 0 }, { INT64_MIN + 1, 1 },
	};
	static const stp_i64 lin_values[][2] = {
		{ INT64_MIN, 0 }, { -11, 0 }, { -10, 1 }, { -6, 1 }, { -5, 2 }, { 9, 4 }, { 10, 5 }, { 14, 5 }, { 15, 6 }, { INT64_MAX, 6 },
	};
	STP_STAT(s, 128);
	unsigned int i, bad = 0;

	for (i = 0; i < STP_COUNT(log_values); i++)
		bad += bucket_of(&log2_, log_values[i][0]) != log_values[i][1];
	OK(!bad, "buckets of powers of two");
	for (i = 0; i < STP_COUNT(lin_values); i++)
		bad += bucket_of(&lin, lin_values[i][0]) != lin_values[i][1];
	OK(!bad, "linear buckets");
	OK(stp_hist_label(&log2_, 66) == 2 && stp_hist_label(&log2_, 63) == -1 && stp_hist_label(&log2_, 0) == INT64_MIN, "labels");
	stp_stat_clear(&s.stat, &lin);
	stp_stat_bucket(c, &s.stat, &lin, 0, "x");
	OK(!strcmp(host_error_text(c), "empty aggregate"), "a bucket of an empty aggregate");
	host_clear_error(c);
	stp_stat_add(&s.stat, &lin, 1);
	stp_stat_bucket(c, &s.stat, &lin, 7, "x");
	OK(!strcmp(host_error_text(c), "histogram index"), "a bucket too far");
	host_clear_error(c);
	stp_stat_bucket(c, &s.stat, &lin, -1, "x");
	OK(c->error == STP_SOFT, "a negative bucket");
	host_clear_error(c);
}

/* as many as pass 2 admits, and as a script with an entry and a return of every function has */
static void test_numbers(void)
{
	struct stp_probe p = { .index = 200000, .condition = 200000 };
	struct stp_row_function f = { .nentry = 200000, .nret = 200000, .request = 200000 };
	struct stp_lock_need n = { .global = 200000 };
	struct stp_script s = { .nprobes = 200000, .nglobals = 200000, .nmaps = 200000, .nconditions = 200000 };

	OK(p.index == 200000 && p.condition == 200000 && s.nprobes == 200000 && s.nconditions == 200000, "R25: the number of a probe, of a condition");
	OK(f.nentry == 200000 && f.nret == 200000 && f.request == 200000 && sizeof(*f.entry) == 4, "R25: the number of a request");
	OK(n.global == 200000 && s.nglobals == 200000 && s.nmaps == 200000, "R25: the number of a global");
}

int main(void)
{
	host_init();
	c = host_context(0);
	test_strings();
	test_copy();
	test_length();
	test_extract();
	test_variance();
	test_merge();
	test_buckets();
	host_exit();
	test_numbers();
	return test_done();
}
