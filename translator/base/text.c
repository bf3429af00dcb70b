/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text helpers. The one integer parser of the translator stands here; all numbers from users pass through it.
 * Suggestions: plain Levenshtein distance; a name is near if it keeps at least half of the wanted one.
 */
#include "base/text.h"
#include "base/buf.h"
#include "base/error.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

/* digits of a C integer literal, nothing before or behind */
static bool parse_magnitude(const char *s, size_t n, uint64_t *ret)
{
	uint64_t v = 0;
	int base = 10;

	if (n > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
		n -= 2;
	} else if (n > 1 && s[0] == '0') {
		base = 8;
		s++;
		n--;
	}
	if (!n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int d = digit_value(s[i]);

		if (d >= base || __builtin_mul_overflow(v, (uint64_t)base, &v) || __builtin_add_overflow(v, (uint64_t)d, &v))
			return false;
	}
	*ret = v;
	return true;
}

bool text_int(const char *s, int64_t min, int64_t max, int64_t *ret)
{
	bool negative = *s == '-';
	uint64_t mag;
	int64_t v;

	s += negative || *s == '+';
	if (!parse_magnitude(s, strlen(s), &mag) || mag > (uint64_t)INT64_MAX + negative)
		return false;
	v = (int64_t)(negative ? -mag : mag);
	if (v < min || v > max)
		return false;
	*ret = v;
	return true;
}

bool text_script_number(const char *s, size_t n, int64_t *ret)
{
	uint64_t v;

	if (!parse_magnitude(s, n, &v))
		return false;
	*ret = (int64_t)v;
	return true;
}

unsigned text_distance(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);
	unsigned *row, result;

	row = malloc((nb + 1) * sizeof(*row));
	if (!row)
		stp_die_nomem();
	for (size_t j = 0; j <= nb; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned up = row[j], best = diagonal + (a[i - 1] != b[j - 1]);

			if (up + 1 < best)
				best = up + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = up;
			row[j] = best;
		}
	}
	result = row[nb];
	free(row);
	return result;
}

bool text_is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

bool text_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

bool text_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && !memcmp(s + n - m, suffix, m);
}

struct candidate {
	const char *name;
	unsigned distance;
};

static int by_distance(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;

	if (a->distance != b->distance)
		return a->distance < b->distance ? -1 : 1;
	return strcmp(a->name, b->name);
}

char *text_similar(const char *want, const char *const *names, size_t n, unsigned count)
{
	size_t len = strlen(want), limit = len / 2 > 2 ? len / 2 : 2, kept = 0;
	struct candidate *c;
	struct buf out = BUF_INIT;

	if (!n)
		return NULL;
	c = calloc(n, sizeof(*c));
	if (!c)
		stp_die_nomem();
	for (size_t i = 0; i < n; i++) {
		size_t other = strlen(names[i]);
		unsigned d;

		if ((other > len ? other - len : len - other) > limit)
			continue;
		d = text_distance(want, names[i]);
		if (d <= limit && d < len)
			c[kept++] = (struct candidate){ names[i], d };
	}
	qsort(c, kept, sizeof(*c), by_distance);
	for (size_t i = 0, printed = 0; i < kept && printed < count; i++) {
		if (i && !strcmp(c[i].name, c[i - 1].name))
			continue;
		buf_printf(&out, "%s%s", printed++ ? ", " : "", c[i].name);
	}
	free(c);
	return kept ? buf_take(&out) : NULL;
}
