/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding functions in a list of text symbols.
 *
 * A name may be there more than once (static functions of several files) and, split off or specialised by the compiler, as
 * NAME.isra.0, NAME.constprop.1, NAME.part.2. Matching is by the plain name; what is given to the caller is grouped by exact name.
 * Wildcards leave out .cold parts, labels inside assembly (any other dot) and what no source file defines (made.c): those are found by
 * their names, or by a pattern that speaks of their kind.
 * A plain pattern is looked for as text (memmem over a few MB: a quarter of a millisecond), wildcards walk all lines; after many searches
 * of either kind there is a sorted list.
 */
#define _GNU_SOURCE 1 /* memmem, memrchr */
#include "types/symbols.h"

#include "base/text.h"
#include "base/vec.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define NAME_ROOM 512 /* the kernel's KSYM_NAME_LEN */

struct symbol {
	const char *name, *variant;
	bool global_, part;
};

struct symbol_list {
	const struct symbol *v;
	size_t n;
};

struct matches {
	struct arena *arena;   /* names */
	struct arena *scratch; /* what lives as long as the search */
	const char *pattern;
	struct symbols *from;
	const struct made *kind; /* that the pattern speaks of: "__pfx_*"; NULL for functions */
	bool literal, whole;	 /* whole: it speaks of variants, "foo.isra.*" */
	VEC(struct symbol) v;
};

/* ".isra.0.constprop.1" and the like */
static bool is_variant(const char *suffix)
{
	static const char *const words[] = { "isra", "constprop", "part" };
	bool any = false;

	while (*suffix == '.') {
		const char *p = suffix + 1;
		size_t n = strcspn(p, ".");

		if (isdigit((unsigned char)*p)) {
			if (!any)
				return false;
		} else {
			bool known = false;

			for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
				known |= n == strlen(words[i]) && !strncmp(p, words[i], n);
			if (!known)
				return false;
			any = true;
		}
		suffix = p + n;
	}
	return any && !*suffix;
}

/* what is jumped to inside a function: "foo.cold" by its name, "*.cold" */
static bool wants_part(const struct matches *m)
{
	return m->whole && (m->literal || strstr(m->pattern, ".cold"));
}

static void match_line(struct matches *m, const char *line, size_t len)
{
	char name[NAME_ROOM], *dot;
	struct symbol s;

	if (len < 3 || len - 2 >= sizeof(name) || line[1] != ' ' || !strchr("tTwW", line[0]))
		return;
	memcpy(name, line + 2, len - 2);
	name[len - 2] = '\0';
	dot = strchr(name, '.');
	if ((dot && !is_variant(dot) && !wants_part(m)) || (m->whole && fnmatch(m->pattern, name, 0)))
		return;
	s.part = dot && !is_variant(dot);
	s.variant = dot ? arena_strdup(m->arena, dot) : "";
	if (dot)
		*dot = '\0';
	if (!m->whole && (m->literal ? strcmp(m->pattern, name) : fnmatch(m->pattern, name, 0)))
		return;
	if (!m->literal && symbols_hide(m->from, m->arena, name, m->kind))
		return;
	if (!text_is_name(name, "$") || (*s.variant && !text_is_name(s.variant, ".$"))) /* of a file that nobody's compiler made */
		return;
	s.name = arena_strdup(m->arena, name);
	s.global_ = line[0] == 'T' || line[0] == 'W';
	vec_push(m->scratch, &m->v, s);
}

static void match_literal(struct matches *m, const struct symbols *s, const char *needle)
{
	const char *p = s->text, *end = s->text + s->len;
	size_t n = strlen(needle);

	while ((p = memmem(p, end - p, needle, n))) {
		const char *eol = memchr(p, '\n', end - p);

		if (!eol)
			eol = end;
		if (p > s->text && (p - 1 == s->text || p[-2] == '\n') && (p + n == eol || p[n] == '.'))
			match_line(m, p - 1, eol - p + 1);
		p = eol;
	}
}

static void match_all(struct matches *m, const struct symbols *s)
{
	for (const char *p = s->text, *end = s->text + s->len; p < end;) {
		const char *eol = memchr(p, '\n', end - p);

		if (!eol)
			eol = end;
		match_line(m, p, eol - p);
		p = eol + 1;
	}
}

static int by_name(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c ? c : strcmp(x->variant, y->variant);
}

static void sort(struct matches *m)
{
	if (m->v.n)
		qsort(m->v.v, m->v.n, sizeof(*m->v.v), by_name);
}

/* a thousand searches would each copy their names, which live as long as the target: later ones share these */
static const struct symbol_list *list_all(struct symbols *s, struct arena *a)
{
	struct matches m = { .arena = a, .scratch = a, .pattern = "*", .from = s };

	if (!s->all) {
		match_all(&m, s);
		sort(&m);
		s->all = arena_make(a, struct symbol_list);
		*s->all = (struct symbol_list){ m.v.v, m.v.n };
	}
	return s->all;
}

static void match_sorted(struct matches *m, const struct symbol_list *l)
{
	size_t from = 0, to = l->n;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (strcmp(l->v[mid].name, m->pattern) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	for (; from < l->n && !strcmp(l->v[from].name, m->pattern); from++)
		vec_push(m->scratch, &m->v, l->v[from]);
}

/* a plain name; once many have been asked for, in the sorted list, where there are only functions */
static void match_plain(struct matches *m, struct symbols *s)
{
	enum { MANY = 100 };

	if (symbols_hide(s, m->arena, m->pattern, NULL) || (!s->all && s->searches++ < MANY))
		match_literal(m, s, arena_printf(m->scratch, " %s", m->pattern));
	else
		match_sorted(m, list_all(s, m->arena));
}

/* the longest piece of PATTERN that must stand in a name as it is: strstr() is ten times as quick as fnmatch() */
static const char *longest_literal(struct arena *a, const char *pattern)
{
	const char *best = "";
	size_t most = 0;

	if (strpbrk(pattern, "[\\"))
		return "";
	for (size_t n; *pattern; pattern += n ? n : 1) {
		n = strcspn(pattern, "*?");
		if (n > most) {
			best = pattern;
			most = n;
		}
	}
	return arena_strndup(a, best, most);
}

/* what is made and variants are as the pattern says: only functions by their plain names are in the list */
static void match_wildcard(struct matches *m, struct symbols *s)
{
	enum { FEW = 4 };
	const struct symbol_list *l;
	const char *literal;

	if (m->kind || m->whole || s->walks++ < FEW) {
		match_all(m, s);
		return;
	}
	l = list_all(s, m->arena);
	literal = longest_literal(m->scratch, m->pattern);
	for vec_each (i, l)
		if (strstr(l->v[i].name, literal) && !fnmatch(m->pattern, l->v[i].name, 0))
			vec_push(m->scratch, &m->v, l->v[i]);
}

static void each_group(struct matches *m, bool (*fn)(void *cookie, const struct target_symbol *sym), void *cookie)
{
	for (size_t i = 0, next; i < m->v.n; i = next) {
		struct target_symbol t = { .name = m->v.v[i].name, .variant = m->v.v[i].variant, .part = m->v.v[i].part };

		for (next = i; next < m->v.n && !by_name(&m->v.v[i], &m->v.v[next]); next++) {
			t.count++;
			t.global_ |= m->v.v[next].global_;
		}
		if (!fn(cookie, &t))
			return;
	}
}

void symbols_match(struct symbols *s, struct arena *a, const char *pattern,
		   bool (*fn)(void *cookie, const struct target_symbol *sym), void *cookie)
{
	struct matches m = {
		.arena = a,
		.scratch = arena_new(),
		.pattern = pattern,
		.literal = !strpbrk(pattern, "*?[\\"),
		.from = s,
		.kind = symbols_made(pattern),
		.whole = strchr(pattern, '.'),
	};

	if (m.literal && !m.whole)
		match_plain(&m, s);
	else
		match_wildcard(&m, s);
	sort(&m);
	each_group(&m, fn, cookie);
	arena_free(m.scratch);
}
