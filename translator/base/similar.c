/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suggestions: which names look like the one that is not there. Names of the kernel are words between underscores, and what a script calls
 * wrongly has most often got an underscore before it, or a word more or another word: that comes before what is only spelt alike. Within
 * each, and for all else, plain Levenshtein distance; a name is near if it keeps at least half of the wanted one.
 */
#include "base/text.h"
#include "base/buf.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#define SLIP 2 /* of the finger: "tcp_v6_conect" is as good as another word */

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

static bool same_but_underscores(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, "_");
		b += strspn(b, "_");
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}

/* the word at *p, which is moved behind it; 0 at the end */
static size_t word(const char **p, const char **ret)
{
	size_t n;

	*ret = *p += strspn(*p, "_");
	n = strcspn(*p, "_");
	*p += n;
	return n;
}

/* LONGER is SHORTER and a word */
static bool has_word_more(const char *longer, const char *shorter)
{
	const char *a, *b;
	bool extra = false;
	size_t na, nb;

	if (!*shorter)
		return false;
	nb = word(&shorter, &b);
	while ((na = word(&longer, &a)) > 0) {
		if (na == nb && !memcmp(a, b, na))
			nb = word(&shorter, &b);
		else if (extra)
			return false;
		else
			extra = true;
	}
	return extra && !nb;
}

static bool has_other_word(const char *x, const char *y)
{
	unsigned same = 0, other = 0;
	const char *a, *b;
	size_t na, nb;

	do {
		na = word(&x, &a);
		nb = word(&y, &b);
		if (na == nb && !memcmp(a, b, na))
			same += na > 0;
		else if (!na || !nb)
			return false;
		else
			other++;
	} while (na && other < 2);
	return same && other == 1;
}

unsigned text_apart(const char *want, const char *name)
{
	unsigned d = text_distance(want, name);

	if (d >= TEXT_APART)
		return 3 * TEXT_APART + TEXT_APART - 1;
	if (same_but_underscores(want, name))
		return d;
	if (has_word_more(want, name) || has_word_more(name, want))
		return TEXT_APART + d;
	return d + (d <= SLIP || has_other_word(want, name) ? 2 : 3) * TEXT_APART;
}

struct candidate {
	const char *name;
	unsigned apart;
};

static int by_nearness(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;

	if (a->apart != b->apart)
		return a->apart < b->apart ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* most names are far: whether they are is quicker to say than how far */
static bool is_near(const char *want, size_t len, const char *name, unsigned *ret)
{
	size_t limit = len / 2 > 2 ? len / 2 : 2, other = strlen(name);

	if ((other > len ? other - len : len - other) > limit && !has_word_more(want, name) && !has_word_more(name, want))
		return false;
	*ret = text_apart(want, name);
	return *ret < TEXT_LIKE || (*ret % TEXT_APART <= limit && *ret % TEXT_APART < len);
}

char *text_similar(const char *want, const char *const *names, size_t n, unsigned count)
{
	size_t len = strlen(want), kept = 0;
	struct candidate *c;
	struct buf out = BUF_INIT;

	if (!n)
		return NULL;
	c = calloc(n, sizeof(*c));
	if (!c)
		stp_die_nomem();
	for (size_t i = 0; i < n; i++) {
		c[kept].name = names[i];
		kept += is_near(want, len, names[i], &c[kept].apart);
	}
	qsort(c, kept, sizeof(*c), by_nearness);
	for (size_t i = 0, printed = 0; i < kept && printed < count; i++) {
		if (i && !strcmp(c[i].name, c[i - 1].name))
			continue;
		buf_printf(&out, "%s%s", printed++ ? ", " : "", c[i].name);
	}
	free(c);
	return kept ? buf_take(&out) : NULL;
}
