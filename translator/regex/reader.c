// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The escapes of the literal. in: its text as the lexer leaves it: \a \b \t \n \v \f \r \\ \ooo \xHH are still two characters and
 * more (reference/language.md 1, 16). out: bytes with their places. What an escape stands for is as good as typed: "\x2a" is a
 * star; the way to quote a star is "\\*".
 */
#include "regex/reader.h"

#include <ctype.h>
#include <string.h>

static void fail_v(struct reader *r, long position, size_t at, const char *fmt, va_list ap)
{
	size_t len = strlen(r->pattern);

	if (r->failed)
		return;
	r->failed = true;
	r->error->msg = arena_vprintf(r->a, fmt, ap);
	r->error->position = position;
	r->error->at = at < len ? at : len ? len - 1 : 0;
}

bool reader_fail(struct reader *r, long position, size_t at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fail_v(r, position, at, fmt, ap);
	va_end(ap);
	return false;
}

bool reader_fail_end(struct reader *r, long position, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fail_v(r, position, strlen(r->pattern), fmt, ap);
	va_end(ap);
	return false;
}

static int digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* p: behind the x of the escape that begins at `from` */
static size_t hex(struct reader *r, const char *p, size_t from)
{
	if (!isxdigit((unsigned char)p[0]) || !isxdigit((unsigned char)p[1])) {
		reader_fail(r, (long)from + (p[0] && p[1] ? 2 : 1), from, "two hex digits required in escape sequence");
		return 0;
	}
	r->text[r->n++] = (unsigned char)(digit(p[0]) * 16 + digit(p[1]));
	return 4;
}

static size_t octal(struct reader *r, const char *p, size_t from)
{
	unsigned v = 0;

	for (int i = 0; i < 3; i++) {
		if (p[i] < '0' || p[i] > '7') {
			reader_fail(r, (long)from + 1, from, "three octal digits required in escape sequence");
			return 0;
		}
		v = v * 8 + (unsigned)(p[i] - '0');
	}
	if (v > 255) {
		reader_fail(r, (long)from + 1, from, "octal escape sequence out of range");
		return 0;
	}
	r->text[r->n++] = (unsigned char)v;
	return 4;
}

/* one byte of text; gives how many of the pattern it took, 0: an error */
static size_t decode(struct reader *r, const char *p, size_t from)
{
	static const char letters[] = "abtnvfr\\", bytes[] = "\a\b\t\n\v\f\r\\";
	const char *found = p[0] == '\\' && p[1] ? strchr(letters, p[1]) : NULL;

	if (found) {
		r->text[r->n++] = (unsigned char)bytes[found - letters];
		return 2;
	}
	if (p[0] == '\\' && p[1] == 'x')
		return hex(r, p + 2, from);
	if (p[0] == '\\' && isdigit((unsigned char)p[1]))
		return octal(r, p + 1, from);
	r->text[r->n++] = (unsigned char)*p;
	return 1;
}

bool reader_init(struct reader *r, struct arena *a, const char *pattern, struct regex_error *error)
{
	size_t len = strlen(pattern), took;

	*r = (struct reader){ .a = a, .pattern = pattern, .error = error };
	r->text = arena_alloc(a, len + 1);
	r->from = arena_array(a, size_t, len + 1);
	for (size_t i = 0; i < len; i += took) {
		r->from[r->n] = i;
		took = decode(r, pattern + i, i);
		if (!took)
			return false;
	}
	r->from[r->n] = len;
	return true;
}
