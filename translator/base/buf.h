/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Growing text buffer, always NUL-terminated. Caller-owned: start from BUF_INIT, end with buf_fini(). Dies on out-of-memory. */
#ifndef STP_BASE_BUF_H
#define STP_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data; /* "" while nothing was added */
	size_t len, cap;
};

#define BUF_INIT { (char *)"", 0, 0 }

void buf_init(struct buf *b);
void buf_fini(struct buf *b);
void buf_reset(struct buf *b); /* empty, keeps the memory */
void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void buf_quote_c(struct buf *b, const char *s, size_t n); /* "…" as a C string literal, with quotes */
/*
 * for a terminal: what others have written (scripts, names, output of programs) does not move its cursor or ask it something. Control
 * characters, C1 too, become \ooo, but for tabs and ends of lines; so do characters that are invisible (staprun/invisible.h)
 */
void buf_printable(struct buf *b, const char *s, size_t n);
bool buf_is_printable(const char *s, size_t n); /* the first of these is a character that buf_printable() leaves */
char *buf_take(struct buf *b);				  /* gives the malloc'ed text, leaves b empty */

#endif
