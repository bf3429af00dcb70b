// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ASSERTION: an automaton accepts what regexec() of the C library accepts, and finds the same text; groups of expressions without
 * alternatives and repeated groups, about which all dialects agree, are the same too. Anchors inside repeated groups, where the C library
 * errs, are held against a matcher that walks the tree with sets of positions. Random patterns and subjects from a fixed seed.
 * link: translator/regex/*.c translator/base/arena.c translator/base/vec.c translator/base/error.c
 */
#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "regex/private.h"
#include "testsuite/unit/tap.h"

#define GROUPS 10

static uint64_t state = 88172645463325252ull;

static unsigned below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 11) % n);
}

struct text {
	char s[400];
	size_t n;
};

static void put(struct text *t, const char *s)
{
	size_t len = strlen(s);

	if (t->n + len < sizeof(t->s)) {
		memcpy(t->s + t->n, s, len + 1);
		t->n += len;
	}
}

/* ---- patterns ------------------------------------------------------------------------------------------------------ */

static const char *const atoms[] = { "a", "b", "c", "a", "b", "ab", "bc", ".", "[ab]", "[^a]", "[b-d]", "[[:alpha:]]", "[]a]", "[a-]" };
static const char *const counts[] = { "*", "+", "?", "*", "{2}", "{1,}", "{1,2}", "{0,2}", "{0}", "{,2}", "{2,3}" };

static bool anchors_inside;
static void any(struct text *t, unsigned depth);

static void piece(struct text *t, unsigned depth)
{
	unsigned kind = below(depth ? 8 : 5);

	if (kind >= 5) {
		put(t, "(");
		any(t, depth - 1);
		put(t, ")");
	} else {
		put(t, atoms[below(sizeof(atoms) / sizeof(*atoms))]);
	}
	if (below(3) == 0)
		put(t, counts[below(sizeof(counts) / sizeof(*counts))]);
}

static void any(struct text *t, unsigned depth)
{
	unsigned alternatives = 1 + (below(3) == 0) + (below(6) == 0);

	while (alternatives--) {
		if (below(8) == 0 && (anchors_inside || depth == 2))
			put(t, "^");
		for (unsigned n = below(8) == 0 ? 0 : 1 + below(3); n > 0; n--)
			piece(t, depth);
		if (below(8) == 0 && (anchors_inside || depth == 2))
			put(t, "$");
		if (alternatives)
			put(t, "|");
	}
}

/* (x)(y)… where each is one set with a count: every dialect takes as much as it can, from left to right */
static void plain_groups(struct text *t)
{
	static const char *const sets[] = { "a", "b", "[ab]", ".", "[^c]" };

	for (unsigned n = 1 + below(4); n > 0; n--) {
		put(t, "(");
		put(t, sets[below(5)]);
		put(t, counts[below(sizeof(counts) / sizeof(*counts))]);
		put(t, ")");
	}
}

static void subject(struct text *t)
{
	static const char *const letters[] = { "a", "b", "c", "d", "a", "b", "-", "]" };

	for (unsigned n = below(9); n > 0; n--)
		put(t, letters[below(8)]);
}

/* ---- the tree with sets of positions: bit i = before byte i ------------------------------------------------------------ */

static unsigned ends(const struct node *n, unsigned from, const char *text, unsigned len);

static unsigned repeat_ends(const struct node *n, unsigned from, const char *text, unsigned len)
{
	unsigned most = n->endless ? n->least + len + 1 : n->most, ret = n->least ? 0 : from;

	for (unsigned i = 1; i <= most && from; i++) {
		from = ends(n->l, from, text, len);
		ret |= i >= n->least ? from : 0;
	}
	return ret;
}

static unsigned set_ends(const struct node *n, unsigned from, const char *text, unsigned len)
{
	unsigned ret = 0;

	for (unsigned i = 0; i < len; i++)
		if ((from >> i & 1) && byteset_has(&n->set, (unsigned char)text[i]))
			ret |= 2u << i;
	return ret;
}

static unsigned ends(const struct node *n, unsigned from, const char *text, unsigned len)
{
	switch (n->kind) {
	case NODE_EMPTY: return from;
	case NODE_SET: return set_ends(n, from, text, len);
	case NODE_BOL: return from & 1;
	case NODE_EOL: return from & 1u << len;
	case NODE_SEQ: return ends(n->r, ends(n->l, from, text, len), text, len);
	case NODE_ALT: return ends(n->l, from, text, len) | ends(n->r, from, text, len);
	case NODE_GROUP: return ends(n->l, from, text, len);
	case NODE_REPEAT: return repeat_ends(n, from, text, len);
	}
	return 0;
}

/* leftmost, longest */
static regmatch_t tree_match(const struct node *root, const char *text)
{
	unsigned len = (unsigned)strlen(text), to;

	for (unsigned i = 0; i <= len; i++) {
		to = ends(root, 1u << i, text, len);
		if (to)
			return (regmatch_t){ (regoff_t)i, 31 - __builtin_clz(to) };
	}
	return (regmatch_t){ -1, -1 };
}

/* ---- comparing ----------------------------------------------------------------------------------------------------- */

static unsigned long bad, compared;

static void differ(const char *pattern, const char *text, const char *how, long from, long to, const regmatch_t *want)
{
	if (bad++ < 10)
		printf("# \"%s\" on \"%s\": %s, %ld-%ld instead of %ld-%ld\n", pattern, text, how, from, to, (long)want->rm_so,
		       (long)want->rm_eo);
}

enum against { TREE, LIBC, LIBC_GROUPS };

struct pair {
	const struct regex_dfa *test, *tagged;
	struct regex_tree tree;
	regex_t re;
};

static void compare(struct pair *p, const char *text, enum against how)
{
	const struct regex_dfa *test = p->test, *tagged = p->tagged;
	bool groups = how == LIBC_GROUPS;
	/* only where they are looked at: the C library may search for groups forever */
	regmatch_t want[GROUPS] = { { -1, -1 } };
	long at[2 * GROUPS];
	bool matches;

	if (how == TREE)
		want[0] = tree_match(p->tree.root, text);
	else if (regexec(&p->re, text, groups ? GROUPS : 1, want, 0) != 0)
		want[0].rm_so = -1;
	matches = want[0].rm_so >= 0;
	compared++;
	if (regex_match(test, text, strlen(text), NULL) != matches)
		differ(test->pattern, text, "matching", !matches, 0, want);
	if (regex_match(tagged, text, strlen(text), at) != matches)
		differ(test->pattern, text, "with groups", !matches, 0, want);
	else if (matches && (at[0] != want[0].rm_so || at[1] != want[0].rm_eo))
		differ(test->pattern, text, "the whole", at[0], at[1], want);
	for (unsigned i = 1; matches && groups && i < tagged->ngroups; i++)
		if (at[2 * i] != want[i].rm_so || at[2 * i + 1] != want[i].rm_eo)
			differ(test->pattern, text, "a group", at[2 * i], at[2 * i + 1], want + i);
}

/* false: the automaton with groups would be too large */
static bool round_of(enum against how)
{
	struct arena *a = arena_new();
	struct text pattern = { .n = 0 };
	struct regex_error e = { .position = 0 };
	struct pair p;
	bool large;

	if (how == LIBC_GROUPS)
		plain_groups(&pattern);
	else
		any(&pattern, 2);
	p.test = regex_compile(a, pattern.s, false, &e);
	p.tagged = p.test ? regex_compile(a, pattern.s, true, &e) : NULL;
	large = p.test && !p.tagged && e.position < 0;
	if (!p.tagged && !large && bad++ < 10)
		printf("# \"%s\": %s\n", pattern.s, e.msg);
	if (p.tagged && p.tagged->ngroups <= GROUPS && regex_parse(a, pattern.s, &p.tree, &e) &&
	    regcomp(&p.re, pattern.s, REG_EXTENDED) == 0) {
		for (unsigned i = 0; i < 20; i++) {
			struct text text = { .n = 0 };

			subject(&text);
			compare(&p, text.s, how);
		}
		regfree(&p.re);
	}
	arena_free(a);
	return !large;
}

static void rounds(unsigned n, enum against how, const char *what)
{
	unsigned large = 0;

	bad = compared = 0;
	anchors_inside = how == TREE;
	for (unsigned i = 0; i < n; i++)
		large += !round_of(how);
	OK(bad == 0 && compared > 10 * n && large < n / 50, what);
}

/* sets that leave one class of bytes to the first or the last byte alone */
static void ends_of_bytes(void)
{
	static const struct { const char *pattern, *text; size_t len; bool matches; } row[] = {
		{ "[^\001-\377]", "a", 1, false }, { "[^\001-\377]", "\0", 1, true }, { "^[^\001-\377]a$", "\0a", 2, true },
		{ "[^\001-\376]", "\377", 1, true }, { "^[\377]$", "\376", 1, false }, { "^[\377]$", "\377", 1, true },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct arena *a = arena_new();
		struct regex_error e;
		const struct regex_dfa *re = regex_compile(a, row[i].pattern, false, &e);

		OK(re && regex_match(re, row[i].text, row[i].len, NULL) == row[i].matches, "the first byte and the last one");
		arena_free(a);
	}
}

int main(void)
{
	ends_of_bytes();
	rounds(1000, LIBC, "match and span as regexec()'s");
	rounds(1000, TREE, "anchors anywhere: match and span as the tree's");
	rounds(500, LIBC_GROUPS, "groups side by side: as regexec()'s");
	return tap_done();
}
