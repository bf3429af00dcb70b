/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inner form of string literals: C escapes kept as written, quotes plain (reference/language.md 1). Decoding gives the bytes
 * that the string has at run time; none of them is NUL, because there strings end.
 */
#include "syntax/ast_tools.h"

#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* behind the backslash; gives the byte and moves on */
static int decode_escape(const char **at)
{
	static const char names[] = "abtnvfr", bytes[] = "\a\b\t\n\v\f\r";
	const char *s = *at, *found;
	int v = 0, digits = 0;

	if (*s >= '0' && *s <= '7') {
		for (; digits < 3 && *s >= '0' && *s <= '7'; digits++)
			v = v * 8 + (*s++ - '0');
		*at = s;
		return v & 0xff;
	}
	if (*s == 'x' && hex_digit(s[1]) >= 0) {
		for (s++; digits < 2 && hex_digit(*s) >= 0; digits++)
			v = v * 16 + hex_digit(*s++);
		*at = s;
		return v;
	}
	*at = s + 1;
	found = strchr(names, *s);
	return found ? (unsigned char)bytes[found - names] : (unsigned char)*s;
}

void literal_decode(struct buf *out, const char *escaped)
{
	while (*escaped) {
		int c = (unsigned char)*escaped++;

		if (c == '\\' && *escaped)
			c = decode_escape(&escaped);
		if (!c)
			return;
		buf_putc(out, (char)c);
	}
}

void literal_encode(struct buf *out, const char *raw, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)raw[i];

		if (c == '\\')
			buf_puts(out, "\\\\");
		else if (c == '\n')
			buf_puts(out, "\\n");
		else if (c == '\t')
			buf_puts(out, "\\t");
		else if (c < ' ' || c >= 0x7f)
			buf_printf(out, "\\%03o", c);
		else
			buf_putc(out, (char)c);
	}
}
