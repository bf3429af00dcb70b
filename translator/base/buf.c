/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Growing text buffer. In: bytes and formats. Out: b->data, always NUL-terminated.
 * Invariant: data points to a static "" while cap is 0; otherwise to malloc'ed memory with len < cap.
 */
#include "base/buf.h"

#include "base/error.h"
#include "base/text.h"
#include "staprun/invisible.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char empty[1];

void buf_init(struct buf *b)
{
	b->data = empty;
	b->len = b->cap = 0;
}

void buf_fini(struct buf *b)
{
	if (b->cap)
		free(b->data);
	buf_init(b);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->cap)
		b->data[0] = '\0';
}

/* room for n more bytes and the NUL */
static void reserve(struct buf *b, size_t n)
{
	size_t want, cap = b->cap ? b->cap : 64;
	char *p;

	if (__builtin_add_overflow(b->len, n, &want) || want > SIZE_MAX / 4)
		stp_die_nomem();
	if (want < b->cap)
		return;
	while (cap <= want)
		cap *= 2;
	p = realloc(b->cap ? b->data : NULL, cap);
	if (!p)
		stp_die_nomem();
	b->data = p;
	b->cap = cap;
	b->data[b->len] = '\0';
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	if (!n)
		return;
	reserve(b, n);
	memcpy(b->data + b->len, p, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	reserve(b, 80);
	n = vsnprintf(b->data + b->len, b->cap - b->len, fmt, ap);
	BUG_IF(n < 0, "bad format \"%s\"", fmt);
	if ((size_t)n >= b->cap - b->len) {
		reserve(b, (size_t)n);
		vsnprintf(b->data + b->len, b->cap - b->len, fmt, again);
	}
	b->len += (size_t)n;
	va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void buf_quote_c(struct buf *b, const char *s, size_t n)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		switch (c) {
		case '"': buf_puts(b, "\\\""); break;
		case '\\': buf_puts(b, "\\\\"); break;
		case '\n': buf_puts(b, "\\n"); break;
		case '\t': buf_puts(b, "\\t"); break;
		case '?': buf_puts(b, "\\?"); break; /* no trigraphs */
		default:
			if (c < 0x20 || c >= 0x7f)
				buf_printf(b, "\\%03o", c);
			else
				buf_putc(b, (char)c);
		}
	}
	buf_putc(b, '"');
}

/* bytes at the beginning of s that are shown as they are; 0: the first one is not */
static size_t printable(const char *s, size_t n)
{
	unsigned char c = (unsigned char)*s;
	size_t len = text_utf8(s, n);

	if (*s == '\t' || *s == '\n')
		return 1;
	if (*s == '\r')
		return n > 1 && s[1] == '\n' ? 2 : 0;
	if (len == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa0)
		return 0;
	if (len > 1 && is_invisible(s, len))
		return 0;
	/* the upper half of Latin-1 is not UTF-8, but text, too */
	return len > 1 ? len : (c >= ' ' && c < 0x7f) || c >= 0xa0;
}

bool buf_is_printable(const char *s, size_t n)
{
	return printable(s, n) > 0;
}

void buf_printable(struct buf *b, const char *s, size_t n)
{
	while (n) {
		size_t k = printable(s, n), len = k ? k : text_utf8(s, n); /* of what is not UTF-8 one byte, of a character all */

		if (k)
			buf_add(b, s, k);
		len += !len;
		for (size_t i = 0; !k && i < len; i++)
			buf_printf(b, "\\%03o", (unsigned)(unsigned char)s[i]);
		s += len;
		n -= len;
	}
}

char *buf_take(struct buf *b)
{
	char *p;

	reserve(b, 0);
	p = b->data;
	buf_init(b);
	return p;
}
