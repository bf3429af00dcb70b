// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Aggregates: variance, histograms, merging of cells, extraction. Contexts: any; the caller owns the aggregate or has exclusion.
 *
 * count, sum, min and max are maintained inline (abi.h), and only those that the script extracts. min and max mean nothing while count is 0.
 * Variance is Welford's method on integers scaled by 2^shift, in each cell. On reading, cells of count n, mean m and variance v give, as
 * SystemTap has it, with M the average of all: (sum of n (m - M)^2 + sum of (n - 1) v) / (count - 1). M is known when all cells are: a merge
 * adds up n m in avg_s and n m^2 + (n - 1) v in m2, which modulo 2^64 is as good.
 */
#include "value/stat.h"

#include "value/map.h"

/* ---- adding a value ---------------------------------------------------------------------------------------------------------------- */

static stp_u32 bits_of(stp_u64 v) { return v ? 64 - (stp_u32)__builtin_clzll(v) : 0; }

static stp_u32 hist_log_bucket(stp_i64 v)
{
	if (v >= 0)
		return STP_HIST_ZERO + bits_of((stp_u64)v);
	return STP_HIST_ZERO - bits_of(0 - (stp_u64)v);
}

static stp_u32 hist_linear_bucket(const struct stp_stat_desc *d, stp_i64 v)
{
	stp_u64 i;

	if (v < d->start)
		return 0;
	i = ((stp_u64)v - (stp_u64)d->start) / (stp_u64)d->interval + 1;
	return i < d->buckets - 1 ? (stp_u32)i : d->buckets - 1;
}

STP_PROBE_CODE void stp_stat_hist_add(struct stp_stat *s, const struct stp_stat_desc *d, stp_i64 v)
{
	s->hist[d->hist == STP_HIST_LOG ? hist_log_bucket(v) : hist_linear_bucket(d, v)]++;
}

/* count already includes v */
STP_PROBE_CODE void stp_stat_var_add(struct stp_stat *s, const struct stp_stat_desc *d, stp_i64 v)
{
	stp_i64 scaled = (stp_i64)((stp_u64)v << d->shift), delta;

	if (s->count == 1) {
		s->avg_s = scaled;
		s->m2 = 0;
		return;
	}
	delta = STP_WRAP(scaled, -, s->avg_s);
	s->avg_s = STP_WRAP(s->avg_s, +, delta / s->count);
	s->m2 = STP_WRAP(s->m2, +, STP_WRAP(delta, *, STP_WRAP(scaled, -, s->avg_s)));
}

/* ---- merging ----------------------------------------------------------------------------------------------------------------------- */

/* what one cell adds to the sums of a merged one */
static void var_terms(const struct stp_stat *s, const struct stp_stat_desc *d, stp_i64 *first, stp_i64 *second)
{
	stp_i64 mean = s->avg_s >> (d->shift & 63), v = s->count < 2 ? 0 : (s->m2 / (s->count - 1)) >> (2 * d->shift & 63);

	*first = STP_WRAP(s->count, *, mean);
	*second = STP_WRAP(STP_WRAP(*first, *, mean), +, STP_WRAP(s->count - 1, *, v));
}

static void var_merge(struct stp_stat *dst, const struct stp_stat *src, const struct stp_stat_desc *d)
{
	stp_i64 first, second;

	var_terms(src, d, &first, &second);
	dst->avg_s = STP_WRAP(dst->avg_s, +, first);
	dst->m2 = STP_WRAP(dst->m2, +, second);
}

STP_PROBE_CODE void stp_stat_merge(struct stp_stat *dst, const struct stp_stat *src, const struct stp_stat_desc *d)
{
	stp_u32 i;

	if (!src->count)
		return;
	if (!dst->count) {
		memcpy(dst, src, STP_STAT_BYTES(d->buckets));
		if (d->ops & STP_STAT_VARIANCE)
			var_terms(src, d, &dst->avg_s, &dst->m2);
		return;
	}
	if (d->ops & STP_STAT_VARIANCE)
		var_merge(dst, src, d);
	if (src->min < dst->min)
		dst->min = src->min;
	if (src->max > dst->max)
		dst->max = src->max;
	dst->count += src->count;
	dst->sum = STP_WRAP(dst->sum, +, src->sum);
	for (i = 0; i < d->buckets; i++)
		dst->hist[i] += src->hist[i];
}

STP_PROBE_CODE void stp_stat_clear(struct stp_stat *s, const struct stp_stat_desc *d) { memset(s, 0, STP_STAT_BYTES(d->buckets)); }

/* ---- extraction -------------------------------------------------------------------------------------------------------------------- */

static int stat_is_empty(struct stp_ctx *c, const struct stp_stat *s, const char *where)
{
	if (s && s->count)
		return 0;
	stp_error(c, "empty aggregate", where);
	return 1;
}

static stp_i64 variance(const struct stp_stat *s, const struct stp_stat_desc *d, int merged)
{
	stp_i64 first = s->avg_s, second = s->m2, mean = s->sum / s->count, cross, square;

	if (s->count < 2)
		return -1;
	if (!merged)
		var_terms(s, d, &first, &second);
	cross = STP_WRAP(STP_WRAP(2, *, mean), *, first);
	square = STP_WRAP(STP_WRAP(mean, *, mean), *, s->count);
	return STP_WRAP(STP_WRAP(second, -, cross), +, square) / (s->count - 1);
}

STP_PROBE_CODE stp_i64 stp_stat_get(struct stp_ctx *c, const struct stp_stat *s, const struct stp_stat_desc *d, stp_u32 op,
				    const char *where)
{
	if (op == STP_STAT_COUNT)
		return s ? s->count : 0;
	if (op == STP_STAT_SUM)
		return s && s->count ? s->sum : 0;
	if (stat_is_empty(c, s, where))
		return 0;
	switch (op) {
	case STP_STAT_MIN:
		return s->min;
	case STP_STAT_MAX:
		return s->max;
	case STP_STAT_AVG:
		return s->sum / s->count;
	case STP_STAT_VARIANCE:
	case STP_STAT_MERGED_VARIANCE:
		return variance(s, d, op == STP_STAT_MERGED_VARIANCE);
	}
	return 0;
}

STP_PROBE_CODE stp_i64 stp_stat_bucket(struct stp_ctx *c, const struct stp_stat *s, const struct stp_stat_desc *d, stp_i64 i,
				       const char *where)
{
	if (stat_is_empty(c, s, where))
		return 0;
	if (i < 0 || i >= d->buckets) {
		stp_error(c, "histogram index out of range", where);
		return 0;
	}
	return s->hist[i];
}

STP_PROBE_CODE stp_i64 stp_hist_label(const struct stp_stat_desc *d, stp_u32 bucket)
{
	if (d->hist == STP_HIST_LINEAR)
		return STP_WRAP(d->start, +, STP_WRAP((stp_i64)bucket - 1, *, d->interval));
	if (bucket < STP_HIST_ZERO)
		return (stp_i64)(1ull << 63) >> bucket;
	return bucket == STP_HIST_ZERO ? 0 : (stp_i64)(1ull << (bucket - STP_HIST_ZERO - 1));
}

/* ---- scalars in cells -------------------------------------------------------------------------------------------------------------- */

STP_PROBE_CODE stp_i64 stp_cells_sum(struct stp_ctx *c, stp_u32 offset)
{
	stp_u32 i, count = stp_ctx_count();
	stp_u64 sum = 0;

	(void)c;
	for (i = 0; i < count; i++) {
		struct stp_ctx *other = stp_ctx_nth(i);

		if (other)
			sum += (stp_u64)STP_READ_ONCE(*(stp_i64 *)((char *)other->cells + offset));
	}
	return (stp_i64)sum;
}

STP_PROBE_CODE void stp_cells_clear(struct stp_ctx *c, stp_u32 offset, stp_u32 bytes)
{
	stp_u32 i, count = stp_ctx_count();

	(void)c;
	for (i = 0; i < count; i++) {
		struct stp_ctx *other = stp_ctx_nth(i);

		if (other)
			memset((char *)other->cells + offset, 0, bytes);
	}
}

/* many cells, or large ones */
static void merge_charge(struct stp_ctx *c, stp_u32 count, stp_u32 bytes)
{
	if (STP_UNLIKELY(count * bytes >= 1024))
		(void)stp_long(c, count * bytes / 1024);
}

STP_PROBE_CODE void stp_cells_merge(struct stp_ctx *c, stp_u32 offset, const struct stp_stat_desc *d, struct stp_stat *ret)
{
	stp_u32 i, count = stp_ctx_count();

	merge_charge(c, count, STP_STAT_BYTES(d->buckets));
	memset(ret, 0, STP_STAT_BYTES(d->buckets));
	for (i = 0; i < count; i++) {
		struct stp_ctx *other = stp_ctx_nth(i);

		if (other)
			stp_stat_merge(ret, (struct stp_stat *)((char *)other->cells + offset), d);
	}
}

/* ---- elements of arrays ------------------------------------------------------------------------------------------------------------ */

STP_PROBE_CODE void stp_node_merge(struct stp_ctx *c, struct stp_map *m, struct stp_node *n, struct stp_stat *ret)
{
	stp_u32 i, count = stp_ctx_count();

	merge_charge(c, count, m->cell_bytes);
	memset(ret, 0, m->cell_bytes);
	for (i = 0; i < count; i++) {
		struct stp_ctx *other = stp_ctx_nth(i);

		if (other)
			stp_stat_merge(ret, stp_map_cell_of(m, other, n), m->global->stat);
	}
}

STP_PROBE_CODE void stp_node_clear_stat(struct stp_map *m, struct stp_node *n)
{
	if (m->cell_bytes)
		stp_map_zero_cells(m, n);
	else
		memset(stp_map_value(m, n), 0, m->node_bytes - m->value_offset);
}
