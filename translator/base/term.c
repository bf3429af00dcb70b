/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Progress of long work on stderr. A step prints its label at once, so that an interrupted run shows where it was, and its end on
 * the same line. The state is the process's, because the terminal is.
 */
#include "base/term.h"

#include "base/buf.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

static struct {
	bool open;
	struct timespec since;
} term;

bool term_is_tty(int fd)
{
	return isatty(fd) == 1;
}

void term_step(const char *fmt, ...)
{
	struct buf text = BUF_INIT, shown = BUF_INIT;
	va_list ap;

	if (term.open)
		term_done(NULL);
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	buf_printable(&shown, text.data, text.len);
	fprintf(stderr, "%s... ", shown.data);
	buf_fini(&text);
	buf_fini(&shown);
	clock_gettime(CLOCK_MONOTONIC, &term.since);
	term.open = true;
	fflush(stderr);
}

void term_done(const char *why)
{
	struct timespec now;
	double s;

	if (!term.open)
		return;
	term.open = false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	s = (double)(now.tv_sec - term.since.tv_sec) + (double)(now.tv_nsec - term.since.tv_nsec) / 1e9;
	if (why)
		term_say("%s\n", why);
	else
		fprintf(stderr, "done in %.1f s\n", s);
}

static void put_printable(FILE *out, const char *text, size_t len)
{
	struct buf shown = BUF_INIT;

	buf_printable(&shown, text, len);
	fwrite(shown.data, 1, shown.len, out);
	buf_fini(&shown);
}

void term_vsay(const char *fmt, va_list ap)
{
	struct buf text = BUF_INIT;

	buf_vprintf(&text, fmt, ap);
	put_printable(stderr, text.data, text.len);
	buf_fini(&text);
}

void term_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	term_vsay(fmt, ap);
	va_end(ap);
}

void term_write(FILE *out, const char *text, size_t len)
{
	if (term_is_tty(fileno(out)))
		put_printable(out, text, len);
	else
		fwrite(text, 1, len, out);
}
