// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * POSIX extended regular expressions → tree.
 *	alternatives := sequence { "|" sequence }
 *	sequence := { piece }					may be empty
 *	piece := atom { "*" | "+" | "?" | "{" counts "}" }	not on an anchor
 *	atom := byte | "." | "\" byte | set | "^" | "$" | "(" alternatives ")" | "(?:" alternatives ")"
 * in: the decoded literal. out: a tree, no deeper than REGEX_MAX_DEPTH parentheses; sequences and alternatives lean to the left, so
 *that their length is no depth for those who walk along `l`. Messages and positions are SystemTap's where it has them.
 */
#include "regex/reader.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	struct reader r;
	unsigned ngroups, depth;
};

static struct node *alternatives(struct parser *p);

static struct node *make(struct parser *p, enum node_kind kind, struct node *l, struct node *r)
{
	struct node *n = arena_make(p->r.a, struct node);
	unsigned left = l ? l->height + (l->kind != kind || !r) : 0, right = r ? r->height + 1 : 0;

	n->kind = kind;
	n->l = l;
	n->r = r;
	n->height = left > right ? left : right;
	return n;
}

static struct node *byte_node(struct parser *p, unsigned c)
{
	struct node *n = make(p, NODE_SET, NULL, NULL);

	byteset_add(&n->set, c);
	return n;
}

static long last_place(const struct parser *p)
{
	size_t len = strlen(p->r.pattern);

	return (long)(len ? len - 1 : 0);
}

/* ---- atoms --------------------------------------------------------------------------------------------------------- */

static struct node *group(struct parser *p)
{
	bool capture = reader_peek(&p->r, 1) != '?';
	size_t open = reader_place(&p->r);
	struct node *n, *inner;
	unsigned number = 0;
	int what = reader_peek(&p->r, 2);

	if (!capture && what != ':') {
		reader_fail(&p->r, (long)open + (what < 0 ? 1 : 2), open, what < 0 ? "unexpected '(?'" : "unexpected '(?%c'", what);
		return NULL;
	}
	if (++p->depth > REGEX_MAX_DEPTH) {
		reader_fail(&p->r, (long)open, open, "parentheses are nested more than %d deep", REGEX_MAX_DEPTH);
		return NULL;
	}
	p->r.at += capture ? 1 : 3;
	if (capture)
		number = p->ngroups++;
	inner = alternatives(p);
	if (!inner)
		return NULL;
	if (reader_peek(&p->r, 0) != ')') {
		reader_fail(&p->r, last_place(p), open, "expected ), found end of regex");
		return NULL;
	}
	p->r.at++;
	p->depth--;
	n = make(p, NODE_GROUP, inner, NULL);
	n->group = number;
	return n;
}

static struct node *escaped(struct parser *p)
{
	int c = reader_peek(&p->r, 1);

	if (c < 0) {
		reader_fail_end(&p->r, (long)p->r.from[p->r.n], "unexpected end of regex");
		return NULL;
	}
	p->r.at += 2;
	return byte_node(p, (unsigned)c);
}

static struct node *atom(struct parser *p)
{
	int c = reader_peek(&p->r, 0);
	size_t place = reader_place(&p->r);
	struct node *n;

	switch (c) {
	case '(': return group(p);
	case '\\': return escaped(p);
	case '*':
	case '+':
	case '?':
	case '{': reader_fail(&p->r, (long)place, place, "unexpected '%c'", c); return NULL;
	default: break;
	}
	p->r.at++;
	if (c == '^' || c == '$')
		return make(p, c == '^' ? NODE_BOL : NODE_EOL, NULL, NULL);
	if (c != '.' && c != '[')
		return byte_node(p, (unsigned)c);
	n = make(p, NODE_SET, NULL, NULL);
	if (c == '[')
		return bracket_parse(&p->r, &n->set) ? n : NULL;
	memset(&n->set, 0xff, sizeof(n->set));
	return n;
}

/* ---- repetition ---------------------------------------------------------------------------------------------------- */

static bool number(struct parser *p, unsigned *ret)
{
	size_t begin = p->r.at;
	unsigned long v = 0;
	bool wraps = false;

	for (; isdigit(reader_peek(&p->r, 0)); p->r.at++) {
		v = v * 10 + (unsigned long)(reader_peek(&p->r, 0) - '0');
		wraps |= v > INT_MAX;
		v = wraps ? INT_MAX : v;
	}
	if (v > REGEX_MAX_COUNT)
		return reader_fail(&p->r, (long)reader_place(&p->r) + 1, p->r.from[begin],
				   wraps ? "could not parse number %.*s" : "%.*s is too large", (int)(p->r.at - begin),
				   (char *)p->r.text + begin);
	*ret = (unsigned)v;
	return true;
}

/* expected: what is missing before another byte; at_end: before the end of the pattern, `back` bytes before which it is placed */
static bool close_brace(struct parser *p, const char *expected, const char *at_end, unsigned back)
{
	int c = reader_peek(&p->r, 0);

	if (c == '}') {
		p->r.at++;
		return true;
	}
	if (c < 0)
		return reader_fail_end(&p->r, (long)(reader_place(&p->r) - back), "%s", at_end);
	return reader_fail(&p->r, (long)reader_place(&p->r), reader_place(&p->r), "%s", expected);
}

/* counts := n | n "," | n "," m | "," m */
static bool braces(struct parser *p, struct node *n)
{
	size_t open = reader_place(&p->r);
	int c;

	p->r.at++;
	c = reader_peek(&p->r, 0);
	if (!isdigit(c) && !(c == ',' && isdigit(reader_peek(&p->r, 1))))
		return reader_fail(&p->r, (long)reader_place(&p->r) + (c >= 0), c < 0 ? open : reader_place(&p->r),
				   "expected number");
	if (c != ',' && !number(p, &n->least))
		return false;
	n->most = n->least;
	if (reader_peek(&p->r, 0) != ',')
		return close_brace(p, "expected ',' or '}'", "unexpected end of regex", 0);
	p->r.at++;
	if (!isdigit(reader_peek(&p->r, 0))) {
		n->endless = true;
		return close_brace(p, "expected '}' or number", "expected '}' or number", 0);
	}
	if (!number(p, &n->most) || !close_brace(p, "expected }", "expected }, found end of regex", 1))
		return false;
	if (n->most < n->least)
		return reader_fail(&p->r, (long)open, open, "inverted repetition {%u,%u}", n->least, n->most);
	return true;
}

static bool is_postfix(int c)
{
	return c == '*' || c == '+' || c == '?' || c == '{';
}

static struct node *piece(struct parser *p)
{
	struct node *n = atom(p), *of;

	for (int c; n && is_postfix(c = reader_peek(&p->r, 0));) {
		size_t place = reader_place(&p->r);

		if (n->kind == NODE_BOL || n->kind == NODE_EOL) {
			reader_fail(&p->r, (long)place, place, "postfix closure '%c' applied to anchoring operator", c);
			return NULL;
		}
		if (n->height >= REGEX_MAX_HEIGHT) {
			reader_fail(&p->r, (long)place, place, "groups and repetitions are nested more than %d deep",
				    REGEX_MAX_HEIGHT);
			return NULL;
		}
		of = n;
		n = make(p, NODE_REPEAT, of, NULL);
		n->least = c == '+';
		n->most = 1;
		n->endless = c == '*' || c == '+';
		if (c == '{' && !braces(p, n))
			return NULL;
		p->r.at += c != '{';
	}
	return n;
}

/* ---- the whole ----------------------------------------------------------------------------------------------------- */

static struct node *sequence(struct parser *p)
{
	struct node *n = NULL, *one;

	for (;;) {
		int c = reader_peek(&p->r, 0);

		if (c < 0 || c == '|' || (c == ')' && p->depth))
			return n ? n : make(p, NODE_EMPTY, NULL, NULL);
		if (c == ')') {
			reader_fail(&p->r, (long)reader_place(&p->r) + 1, reader_place(&p->r), "unbalanced ')'");
			return NULL;
		}
		one = piece(p);
		if (!one)
			return NULL;
		n = n ? make(p, NODE_SEQ, n, one) : one;
	}
}

static struct node *alternatives(struct parser *p)
{
	struct node *n = sequence(p), *one;

	while (n && reader_peek(&p->r, 0) == '|') {
		p->r.at++;
		one = sequence(p);
		n = one ? make(p, NODE_ALT, n, one) : NULL;
	}
	return n;
}

bool regex_parse(struct arena *a, const char *pattern, struct regex_tree *tree, struct regex_error *ret)
{
	struct parser p = { .ngroups = 1 };

	if (!reader_init(&p.r, a, pattern, ret))
		return false;
	tree->root = alternatives(&p);
	tree->ngroups = p.ngroups;
	return tree->root != NULL;
}
