// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Histograms as text: print(@hist_log(x)) and @hist_linear. Contexts: any.
 *
 *   value |-------------------------------------------------- count
 *      <0 |@@                                                  2
 *       0 |@@@@@@                                              6
 *         ~
 *      90 |@                                                   1
 *
 * Labels and counts are right-aligned; a row's bar and count together are as wide as HIST_WIDTH, one blank and the widest count.
 */
#include "print/print.h"

#include "value/stat.h"

struct hist {
	const struct stp_stat *s;
	const struct stp_stat_desc *d;
	stp_u32 low, high; /* buckets shown */
	stp_u32 label_width, count_width;
	stp_u64 scale; /* counts of one '@' */
	stp_i64 bar;   /* HIST_WIDTH */
};

static stp_u32 number_width(stp_i64 v)
{
	stp_u64 left = v < 0 ? 0 - (stp_u64)v : (stp_u64)v;
	stp_u32 n = v < 0;

	do
		n++;
	while (left /= 10);
	return n;
}

/* the sign of the rows that collect what lies outside a linear histogram, and the border */
static char row_outside(const struct hist *h, stp_u32 i, stp_i64 *border)
{
	if (h->d->hist == STP_HIST_LINEAR && i == 0) {
		*border = h->d->start;
		return '<';
	}
	if (h->d->hist == STP_HIST_LINEAR && i == h->d->buckets - 1) {
		*border = stp_hist_label(h->d, i - 1);
		return '>';
	}
	return 0;
}

static stp_u32 row_label_width(const struct hist *h, stp_u32 i)
{
	stp_i64 border;

	if (row_outside(h, i, &border))
		return number_width(border) + 1;
	return number_width(stp_hist_label(h->d, i));
}

/* buckets with something in them, then two more on each side as far as there are any */
static void hist_range(struct hist *h)
{
	stp_u32 margin = 2, last = h->d->buckets - 1;

	for (h->low = 0; h->low < last && !h->s->hist[h->low];)
		h->low++;
	for (h->high = last; h->high > h->low && !h->s->hist[h->high];)
		h->high--;
	for (; margin; margin--) {
		if (h->low > 0 && !(h->d->hist == STP_HIST_LOG && h->low == STP_HIST_ZERO))
			h->low--;
		if (h->high < last)
			h->high++;
	}
	if (h->d->hist != STP_HIST_LINEAR)
		return;
	if (h->low == 0 && !h->s->hist[0])
		h->low++;
	if (h->high == last && !h->s->hist[last])
		h->high--;
}

static void hist_measure(struct hist *h)
{
	stp_i64 most = 0;
	stp_u32 i, w;

	hist_range(h);
	h->bar = stp_script.tun.hist_width;
	h->label_width = 5; /* "value" */
	for (i = h->low; i <= h->high; i++) {
		w = row_label_width(h, i);
		if (w > h->label_width)
			h->label_width = w;
		if (h->s->hist[i] > most)
			most = h->s->hist[i];
	}
	h->count_width = number_width(most);
	h->scale = most <= h->bar ? 1 : ((stp_u64)most + (stp_u64)h->bar - 1) / (stp_u64)h->bar;
}

/* this row and its neighbours within HIST_ELISION are all zero */
static int row_is_elided(const struct hist *h, stp_u32 i)
{
	stp_i64 near = stp_script.tun.hist_elision, k, from, to;

	if (near < 0)
		return 0;
	from = (stp_i64)i - near > h->low ? (stp_i64)i - near : h->low;
	to = (stp_i64)i + near < h->high ? (stp_i64)i + near : h->high;
	for (k = from; k <= to; k++)
		if (h->s->hist[k])
			return 0;
	return 1;
}

static void put_right(struct stp_out *o, char sign, stp_i64 v, stp_u32 width)
{
	stp_u32 n = number_width(v) + !!sign;

	stp_put_fill(o, ' ', width > n ? width - n : 0);
	if (sign)
		stp_put(o, &sign, 1);
	stp_put_d(o, v);
}

static void row_put(const struct hist *h, struct stp_out *o, stp_u32 i)
{
	stp_u32 marks = (stp_u32)((stp_u64)h->s->hist[i] / h->scale);
	stp_i64 border;
	char sign = row_outside(h, i, &border);

	put_right(o, sign, sign ? border : stp_hist_label(h->d, i), h->label_width);
	stp_put(o, " |", 2);
	stp_put_fill(o, '@', marks);
	put_right(o, 0, h->s->hist[i], (stp_u32)h->bar - marks + 1 + h->count_width);
	stp_put(o, "\n", 1);
}

static void hist_header(const struct hist *h, struct stp_out *o)
{
	stp_put_fill(o, ' ', h->label_width - 5);
	stp_put(o, "value |", 7);
	stp_put_fill(o, '-', (stp_u32)h->bar);
	stp_put(o, " count\n", 7);
}

STP_PROBE_CODE void stp_stat_print_hist(struct stp_ctx *c, struct stp_out *o, const struct stp_stat *s, const struct stp_stat_desc *d,
					const char *where)
{
	struct hist h = { .s = s, .d = d };
	stp_u32 i, elided = 0;

	if (!s || !s->count) {
		stp_error(c, "empty aggregate", where);
		return;
	}
	hist_measure(&h);
	if (stp_long(c, (h.high - h.low) / 2))
		return;
	hist_header(&h, o);
	for (i = h.low; i <= h.high; i++) {
		if (row_is_elided(&h, i)) {
			elided = 1;
			continue;
		}
		if (elided) {
			stp_put_fill(o, ' ', h.label_width);
			stp_put(o, " ~\n", 3);
		}
		elided = 0;
		row_put(&h, o, i);
	}
	stp_put(o, "\n", 1);
}
