/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suggestions: which names look like the one that is not there. Names of the kernel are words between underscores, and what a script calls
 * wrongly has most often got an underscore before it, or was mistyped, or has a word more or another word: that comes before what is only
 * spelt alike. Within each, and for all else, by letters that differ, two that changed places being one; a name is near if it keeps at
 * least half of the wanted one.
 */
#include "base/text.h"
#include "base/buf.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#define SLIP 2 /* letters that a finger gets wrong */
#define LONGEST 128 /* letters of a name that anybody has mistyped */

/* what the name differs in, nearest first; see text_apart() */
enum apart { APART_UNDERSCORES, APART_SLIP, APART_WORD, APART_OTHER_WORD, APART_SPELLING };

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

/* rows of the usual matrix: of a's letter before the last, of the last, of this one */
static unsigned distance_in(const char *a, size_t na, const char *b, size_t nb, unsigned *rows)
{
	size_t width = nb + 1;

	for (size_t j = 0; j <= nb; j++)
		rows[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		const unsigned *up = rows + (i - 1) % 3 * width, *up2 = rows + (i + 1) % 3 * width;
		unsigned *row = rows + i % 3 * width;

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			row[j] = least(least(up[j], row[j - 1]) + 1, up[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], up2[j - 2] + 1);
		}
	}
	return rows[na % 3 * width + nb];
}

unsigned text_distance(const char *a, const char *b)
{
	unsigned few[3 * 64], *rows = few, result;
	size_t na, nb;

	/* what both begin or end with costs nothing */
	for (; *a && *a == *b; a++)
		b++;
	na = strlen(a);
	nb = strlen(b);
	for (; na && nb && a[na - 1] == b[nb - 1]; na--)
		nb--;
	if (nb >= 64)
		rows = calloc(3 * (nb + 1), sizeof(*rows));
	if (!rows)
		stp_die_nomem();
	result = distance_in(a, na, b, nb, rows);
	if (rows != few)
		free(rows);
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

static enum apart apart_in(const char *want, const char *name, unsigned distance)
{
	bool underscores = same_but_underscores(want, name);

	if (underscores && distance <= SLIP)
		return APART_UNDERSCORES;
	/* two letters of three are no slip: any other name would do */
	if (distance <= SLIP && 2 * distance <= strlen(want))
		return APART_SLIP;
	if (underscores || has_word_more(want, name) || has_word_more(name, want))
		return APART_WORD;
	return has_other_word(want, name) ? APART_OTHER_WORD : APART_SPELLING;
}

static bool is_long(const char *name) { return strnlen(name, LONGEST + 1) > LONGEST; }

unsigned text_apart(const char *want, const char *name)
{
	unsigned d = is_long(want) || is_long(name) ? TEXT_APART : text_distance(want, name);

	if (d >= TEXT_APART)
		return APART_SPELLING * TEXT_APART + TEXT_APART - 1;
	return apart_in(want, name, d) * TEXT_APART + d;
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

struct letters { unsigned n[32]; }; /* how many there are of each, as far as five bits tell them apart */

static void count_letters(const char *s, struct letters *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (; *s; s++)
		ret->n[*s & 31]++;
}

/* at least so many letters differ: those of the longer one that the other has not */
static size_t differ_at_least(const struct letters *want, size_t len, const char *name)
{
	struct letters left = *want;
	size_t n = 0, same = 0;

	for (; name[n]; n++) {
		unsigned *l = &left.n[name[n] & 31];

		same += *l > 0;
		*l -= *l > 0;
	}
	return (n > len ? n : len) - same;
}

/* most names are far: whether they are is quicker to say than how far, which takes the product of their lengths */
static bool is_near(const char *want, size_t len, const struct letters *letters, const char *name, unsigned *ret)
{
	size_t limit = len / 2 > 2 ? len / 2 : 2;

	if (is_long(want) || is_long(name))
		return false;
	if (differ_at_least(letters, len, name) > limit && !has_word_more(want, name) && !has_word_more(name, want) &&
	    !same_but_underscores(want, name))
		return false;
	*ret = text_apart(want, name);
	return *ret < TEXT_LIKE || (*ret % TEXT_APART <= limit && *ret % TEXT_APART < len);
}

char *text_similar(const char *want, const char *const *names, size_t n, unsigned count)
{
	size_t len = strlen(want), kept = 0;
	struct letters letters;
	struct candidate *c;
	struct buf out = BUF_INIT;

	if (!n)
		return NULL;
	count_letters(want, &letters);
	c = calloc(n, sizeof(*c));
	if (!c)
		stp_die_nomem();
	for (size_t i = 0; i < n; i++) {
		c[kept].name = names[i];
		kept += is_near(want, len, &letters, names[i], &c[kept].apart);
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
