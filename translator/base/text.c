/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text helpers. The one integer parser of the translator stands here; all numbers from users pass through it.
 */
#define _GNU_SOURCE 1 /* strverscmp */
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

bool text_is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

bool text_is_name(const char *s, const char *also)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!text_is_word(*s) && !strchr(also, *s))
			return false;
	return true;
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

size_t text_utf8(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	static const struct {
		unsigned char first, last, least, most; /* of the first byte; of the second one */
		size_t len;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	if (*p < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (*p < forms[i].first || *p > forms[i].last || n < forms[i].len || p[1] < forms[i].least || p[1] > forms[i].most)
			continue;
		for (size_t k = 2; k < forms[i].len; k++)
			if ((p[k] & 0xc0) != 0x80)
				return 0;
		return forms[i].len;
	}
	return 0;
}

size_t text_utf8_whole(const char *s, size_t n)
{
	size_t at = n;

	while (at && n - at < 3 && ((unsigned char)s[at - 1] & 0xc0) == 0x80)
		at--;
	if (!at || (unsigned char)s[at - 1] < 0xc0)
		return n;
	/* 0xc0 and above begin one: of two, three or four */
	at--;
	return n - at < ((unsigned char)s[at] < 0xe0 ? 2u : (unsigned char)s[at] < 0xf0 ? 3u : 4u) ? at : n;
}

bool text_release_within(const char *release, const char *first, const char *last)
{
	size_t n = strlen(last);

	if (strverscmp(release, first) < 0)
		return false;
	return strverscmp(release, last) <= 0 || (strncmp(release, last, n) == 0 && release[n] == '.');
}

bool text_among(const char *s, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(s, *list) == 0)
			return true;
	return false;
}
