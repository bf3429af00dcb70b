/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages, one write() each so that the lines of the three processes do not mix. No stdio buffering: what was said is out,
 * even if the process is killed the next moment. But nobody may read it: a pager that has its page, a terminal stopped by ^S. Processes that
 * hear signals only when they ask do not wait for that: stapio keeps what it has to say, its guard gives up after a while.
 */
#include "staprun/msg.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "staprun/clock.h"
#include "staprun/escape.h"
#include "staprun/sink.h"

#define MSG_MAX 8192 /* a longer text is cut */
#define MSG_LONGEST (ESCAPE_ROOM(MSG_MAX) + 64)
#define MSG_KEPT (1 << 20)
#define MSG_DIE_MS 1000 /* how long die() waits for what was kept */

struct msg_settings msg;

static struct {
	int on;
	char text[MSG_KEPT];
	size_t len, done; /* bytes in text, and how many of them are written */
	unsigned lost;	  /* messages that had no room */
} msg_queue;

static void put_waiting(const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDERR_FILENO, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* nobody to complain to */
		text += n;
		len -= (size_t)n;
	}
}

/* gives up at last, and is shorter with those that come then */
static void put_patiently(const char *text, size_t len)
{
	static int patience_ends;
	long long end = now_ms() + (patience_ends ? 0 : msg.patience_ms), left;
	enum sink sink = sink_of(STDERR_FILENO);
	struct pollfd p = { .fd = STDERR_FILENO, .events = POLLOUT };

	while (len > 0) {
		ssize_t n = sink_write(STDERR_FILENO, sink, text, len);

		if (n < 0)
			return;
		text += n;
		len -= (size_t)n;
		left = end - now_ms();
		if (n == 0 && (left <= 0 || poll(&p, 1, (int)left) == 0)) {
			patience_ends = 1;
			return;
		}
	}
	patience_ends = 0;
}

void msg_keep(void)
{
	msg_queue.on = 1;
}

int msg_waits_for(void)
{
	return msg_queue.done < msg_queue.len || msg_queue.lost ? STDERR_FILENO : -1;
}

static void keep(const char *text, size_t len)
{
	if (msg_queue.lost || msg_queue.len + len > sizeof(msg_queue.text)) {
		msg_queue.lost++;
		return;
	}
	memcpy(msg_queue.text + msg_queue.len, text, len);
	msg_queue.len += len;
}

void msg_flush(void)
{
	enum sink sink = sink_of(STDERR_FILENO);
	unsigned lost;

	while (msg_queue.done < msg_queue.len) {
		ssize_t n = sink_write(STDERR_FILENO, sink, msg_queue.text + msg_queue.done, msg_queue.len - msg_queue.done);

		if (n == 0)
			return;
		if (n < 0)
			msg_queue.done = msg_queue.len; /* nobody to complain to */
		else
			msg_queue.done += (size_t)n;
	}
	msg_queue.len = msg_queue.done = 0;
	lost = msg_queue.lost;
	msg_queue.lost = 0;
	if (lost)
		warn("%u messages were lost: nobody read those before them.", lost);
}

static void put(const char *text, size_t len)
{
	if (msg_queue.on) {
		keep(text, len);
		msg_flush();
	} else if (msg.patience_ms) {
		put_patiently(text, len);
	} else {
		put_waiting(text, len);
	}
}

/* a whole text, of MSG_MAX bytes at most */
static size_t escaped(const char *text, size_t len, unsigned controls, char ret[ESCAPE_ROOM(MSG_MAX)])
{
	struct escape e = { .n = 0 };
	size_t n = escape_text(&e, controls, text, len, ret);

	return n + escape_end(&e, controls, ret + n);
}

void msg_plain(const char *text, size_t len, unsigned controls)
{
	char out[ESCAPE_ROOM(MSG_MAX)];

	if (len > MSG_MAX)
		len = MSG_MAX;
	if (!isatty(STDERR_FILENO) || (controls & ESCAPE_ALL))
		put(text, len);
	else
		put(out, escaped(text, len, controls, out));
}

static int in_colour(void)
{
	static int known = -1;

	if (msg.colour != MSG_COLOUR_AUTO)
		return msg.colour == MSG_COLOUR_ALWAYS;
	if (known < 0) {
		const char *term = getenv("TERM");

		known = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
	}
	return known;
}

void msg_prefixed(const char *text, size_t len)
{
	char out[MSG_LONGEST], safe[ESCAPE_ROOM(MSG_MAX)];
	size_t head = 0;
	int n;

	len = escaped(text, len > MSG_MAX ? MSG_MAX : len, 0, safe);
	text = safe;
	if (in_colour() && len >= 6 && !memcmp(text, "ERROR:", 6))
		head = 6;
	else if (in_colour() && len >= 8 && !memcmp(text, "WARNING:", 8))
		head = 8;
	if (head)
		n = snprintf(out, sizeof(out), "\033[%sm\033[K%.*s\033[m\033[K%.*s", head == 6 ? "01;31" : "00;33", (int)head, text,
			     (int)(len - head), text + head);
	else
		n = snprintf(out, sizeof(out), "%.*s", (int)len, text);
	if (n <= 0)
		return;
	if (out[n - 1] != '\n')
		out[n++] = '\n';
	put(out, (size_t)n);
}

static void vsay(const char *prefix, const char *fmt, va_list ap)
{
	char text[MSG_MAX], safe[ESCAPE_ROOM(MSG_MAX)];
	size_t n = strlen(prefix);
	int m;

	memcpy(text, prefix, n);
	m = vsnprintf(text + n, sizeof(text) - n, fmt, ap);
	if (m < 0)
		return;
	n += (size_t)m;
	if (n >= sizeof(text))
		n = sizeof(text) - 1;
	if (*prefix)
		msg_prefixed(text, n);
	else
		put(safe, escaped(text, n, 0, safe));
}

#define SAY(prefix)                        \
	do {                               \
		va_list ap;                \
		va_start(ap, fmt);         \
		vsay(prefix, fmt, ap);     \
		va_end(ap);                \
	} while (0)

void err(const char *fmt, ...)
{
	SAY("ERROR: ");
}

void warn(const char *fmt, ...)
{
	if (!msg.no_warnings)
		SAY("WARNING: ");
}

void say(const char *fmt, ...)
{
	SAY("");
}

void dbg(const char *fmt, ...)
{
	if (msg.verbose > 0)
		SAY("");
}

void die(const char *fmt, ...)
{
	SAY("ERROR: ");
	if (msg_waits_for() >= 0) {
		msg.patience_ms = MSG_DIE_MS;
		put_patiently(msg_queue.text + msg_queue.done, msg_queue.len - msg_queue.done);
	}
	_exit(1);
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		die("Not enough memory.");
	return p;
}

void *xgrow(void *p, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		die("Not enough memory.");
	p = realloc(p, bytes ? bytes : 1);
	if (!p)
		die("Not enough memory.");
	return p;
}
