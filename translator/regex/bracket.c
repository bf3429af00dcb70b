// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * set := "[" [ "^" ] item { item } "]"		"]" and "-" are ordinary where they come first, "-" also where it comes last
 * item := byte | byte "-" byte | "[:" name ":]"
 * byte := any but "]" | "\" any
 * in: the reader behind "[". Bytes and names are those of the C locale. ranges end at their byte's number.
 */
#include "regex/reader.h"

#include <ctype.h>
#include <string.h>

static const struct named {
	const char *name;
	int (*has)(int c);
} named[] = {
	{ "alpha", isalpha }, { "digit", isdigit }, { "alnum", isalnum }, { "upper", isupper },
	{ "lower", islower }, { "space", isspace }, { "blank", isblank }, { "punct", ispunct },
	{ "print", isprint }, { "graph", isgraph }, { "cntrl", iscntrl }, { "xdigit", isxdigit },
};

static bool add_named(struct reader *r, struct byteset *set)
{
	size_t begin = r->at, end = begin + 2, len;

	while (end < r->n && (isalnum(r->text[end]) || r->text[end] == '_'))
		end++;
	if (end + 1 >= r->n || r->text[end] != ':' || r->text[end + 1] != ']')
		return reader_fail_end(r, (long)r->from[end], "unclosed character class '%.*s'", (int)(end - begin),
				       (char *)r->text + begin);
	len = end - begin - 2;
	r->at = end + 2;
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
		if (strlen(named[i].name) != len || memcmp(named[i].name, r->text + begin + 2, len) != 0)
			continue;
		for (int c = 0; c < 128; c++)
			if (named[i].has(c))
				byteset_add(set, (unsigned)c);
		return true;
	}
	return reader_fail(r, -1, r->from[begin], "unknown character class '%.*s'", (int)len, (char *)r->text + begin + 2);
}

static bool unclosed(struct reader *r)
{
	size_t len = strlen(r->pattern);

	return reader_fail_end(r, (long)(len ? len - 1 : 0), "unclosed character class");
}

static bool take_byte(struct reader *r, unsigned *ret)
{
	if (reader_peek(r, 0) == '\\')
		r->at++;
	if (r->at >= r->n)
		return unclosed(r);
	*ret = r->text[r->at++];
	return true;
}

static void spell(unsigned c, char *ret)
{
	if (c >= ' ' && c <= '~') {
		ret[0] = (char)c;
		ret[1] = '\0';
	} else {
		ret[0] = '\\';
		ret[1] = 'x';
		ret[2] = "0123456789abcdef"[c >> 4];
		ret[3] = "0123456789abcdef"[c & 15];
		ret[4] = '\0';
	}
}

static bool add_range(struct reader *r, struct byteset *set)
{
	size_t begin = reader_place(r);
	char a[5], b[5];
	unsigned from, to;

	if (!take_byte(r, &from))
		return false;
	to = from;
	if (reader_peek(r, 0) == '-' && reader_peek(r, 1) != ']' && reader_peek(r, 1) >= 0) {
		r->at++;
		if (!take_byte(r, &to))
			return false;
	}
	if (to < from) {
		spell(from, a);
		spell(to, b);
		return reader_fail(r, (long)reader_place(r), begin, "Inverted character range %s-%s", a, b);
	}
	for (unsigned c = from; c <= to; c++)
		byteset_add(set, c);
	return true;
}

bool bracket_parse(struct reader *r, struct byteset *ret)
{
	bool negate = reader_peek(r, 0) == '^', first = true, fine;

	r->at += negate;
	memset(ret, 0, sizeof(*ret));
	for (; first || reader_peek(r, 0) != ']'; first = false) {
		if (r->at >= r->n)
			return unclosed(r);
		fine = reader_peek(r, 0) == '[' && reader_peek(r, 1) == ':' ? add_named(r, ret) : add_range(r, ret);
		if (!fine)
			return false;
	}
	r->at++;
	for (int i = 0; negate && i < 4; i++)
		ret->w[i] = ~ret->w[i];
	return true;
}
