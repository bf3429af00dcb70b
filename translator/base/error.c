/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors as values (struct oserr) and the two ways to die: out of memory, and an internal impossibility.
 * A message that cannot be allocated becomes oserr_nomem: the caller sees an error in every case.
 */
#define _GNU_SOURCE 1 /* vasprintf */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct oserr oserr_nomem = { 12 /* ENOMEM */, (char *)"out of memory" };
struct oserr oserr_notfound = { 2 /* ENOENT */, (char *)"not found" };

static struct oserr *error_make(int code, char *msg)
{
	struct oserr *e = msg ? malloc(sizeof(*e)) : NULL;

	if (!e) {
		free(msg);
		return &oserr_nomem;
	}
	e->code = code;
	e->msg = msg;
	return e;
}

struct oserr *oserr_new(int code, const char *fmt, ...)
{
	char *msg = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&msg, fmt, ap) < 0)
		msg = NULL;
	va_end(ap);
	return error_make(code, msg);
}

struct oserr *oserr_errno(int code, const char *fmt, ...)
{
	char *what = NULL, *msg = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&what, fmt, ap) < 0)
		what = NULL;
	va_end(ap);
	if (what && asprintf(&msg, "%s: %s", what, strerror(code)) < 0)
		msg = NULL;
	free(what);
	return error_make(code, msg);
}

void oserr_free(struct oserr *e)
{
	if (!e || e == &oserr_nomem || e == &oserr_notfound)
		return;
	free(e->msg);
	free(e);
}

void stp_die_nomem(void)
{
	fputs("stap: out of memory\n", stderr);
	exit(1);
}

void stp_bug(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fprintf(stderr, "stap: internal error, please report: %s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}
