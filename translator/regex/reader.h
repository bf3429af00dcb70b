/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of a pattern, with the C escapes of its literal decoded, and the one way to fail. Inside regex/ only. */
#ifndef STP_REGEX_READER_H
#define STP_REGEX_READER_H

#include "regex/private.h"

struct reader {
	struct arena *a;
	const char *pattern; /* C-escaped */
	unsigned char *text; /* decoded: n bytes … */
	size_t *from;	     /* … and where each begins in the pattern; from[n] is its end */
	size_t n, at;
	bool failed;
	struct regex_error *error;
};

bool reader_init(struct reader *r, struct arena *a, const char *pattern, struct regex_error *error);
static inline int reader_peek(const struct reader *r, size_t ahead)
{
	return r->at + ahead < r->n ? r->text[r->at + ahead] : -1;
}
static inline size_t reader_place(const struct reader *r)
{
	return r->from[r->at];
}
/* keeps the first one. position, at: bytes of the pattern; position < 0: none is named. Always false */
bool reader_fail(struct reader *r, long position, size_t at, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* the same at the end of the pattern, which is missing something */
bool reader_fail_end(struct reader *r, long position, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* bracket.c: [set], behind its '[' */
bool bracket_parse(struct reader *r, struct byteset *ret);

#endif
