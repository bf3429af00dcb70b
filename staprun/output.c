/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output is written only when the descriptor says it can take it, so that a terminal stopped by ^S or a pipe nobody reads never keeps us
 * from noticing a signal. The descriptor's own flags are not touched: it is shared with whoever started us.
 *
 * A record counts as delivered when its last byte was accepted by write().
 */
#include "staprun/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "staprun/msg.h"

#define OUTPUT_PIPE_CHUNK 4096 /* what a pipe that reports room takes without blocking */

static void look_at(struct output *o)
{
	struct stat st;

	if (fstat(o->fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		o->kind = OUTPUT_PIPE;
	else
		o->kind = isatty(o->fd) ? OUTPUT_TERMINAL : OUTPUT_FILE;
}

int output_open(struct output *o, const struct outfile_rules *rules, struct link_page *page)
{
	memset(o, 0, sizeof(*o));
	o->page = page;
	o->fd = STDOUT_FILENO;
	o->name = "standard output";
	if (rules->pattern) {
		o->name = o->file.path;
		o->fd = outfile_open(&o->file, rules);
		if (o->fd < 0)
			return -1;
	}
	look_at(o);
	return 0;
}

/* what is in the buffer begins and ends with a record, and nothing of it is written */
int output_switch(struct output *o)
{
	int fd;

	if (!o->file.rules)
		return 0;
	fd = outfile_next(&o->file);
	if (fd < 0)
		return -1;
	close(o->fd);
	o->fd = fd;
	look_at(o);
	return 0;
}

static int is_escaped(const struct output *o)
{
	return o->kind == OUTPUT_TERMINAL && !(o->page->controls & ESCAPE_ALL);
}

int output_add(struct output *o, const char *text, size_t len)
{
	size_t room = is_escaped(o) ? ESCAPE_ROOM(len) : len;

	if (o->done == o->len)
		o->done = o->len = o->nends = o->ends_done = 0;
	if (o->len + room > OUTPUT_ROOM || o->nends == OUTPUT_RECORDS)
		return 0;
	if (is_escaped(o))
		len = escape_text(&o->escape, o->page->controls, text, len, o->buf + o->len);
	else
		memcpy(o->buf + o->len, text, len);
	o->len += len;
	o->ends[o->nends++] = (unsigned)o->len;
	return 1;
}

void output_end(struct output *o)
{
	if (is_escaped(o) && o->len + ESCAPE_ROOM(0) <= OUTPUT_ROOM)
		o->len += escape_end(&o->escape, o->page->controls, o->buf + o->len);
}

/* how much may be written now without blocking; 0 = nothing */
static size_t room(const struct output *o, size_t want)
{
	struct pollfd p = { .fd = o->fd, .events = POLLOUT };
	int queued;

	if (o->kind == OUTPUT_FILE)
		return want;
	if (poll(&p, 1, 0) <= 0)
		return 0;
	if (o->kind == OUTPUT_PIPE && ioctl(o->fd, FIONREAD, &queued) == 0 && queued == 0)
		return want <= OUTPUT_ROOM ? want : OUTPUT_ROOM; /* an empty pipe has 64 KiB */
	return want < OUTPUT_PIPE_CHUNK ? want : OUTPUT_PIPE_CHUNK;
}

static void count_delivered(struct output *o)
{
	unsigned first = o->ends_done, bytes_before = first ? o->ends[first - 1] : 0;

	while (o->ends_done < o->nends && o->ends[o->ends_done] <= o->done)
		o->ends_done++;
	if (o->ends_done == first)
		return;
	atomic_fetch_add_explicit(&o->page->delivered, o->ends_done - first, memory_order_relaxed);
	atomic_fetch_add_explicit(&o->page->delivered_bytes, o->ends[o->ends_done - 1] - bytes_before, memory_order_relaxed);
}

int output_flush(struct output *o)
{
	if (o->file.rules && o->done == 0 && o->len > o->file.room && output_switch(o) < 0)
		o->file.room = o->len; /* then the old one goes on: said once for each buffer that it takes */
	while (!o->failed && o->done < o->len) {
		size_t n = room(o, o->len - o->done);
		ssize_t got = n ? write(o->fd, o->buf + o->done, n) : 0;

		if (n == 0)
			return 0;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN) { /* its owner made it non-blocking */
			struct pollfd p = { .fd = o->fd, .events = POLLOUT };

			poll(&p, 1, 1);
			return 0;
		}
		if (got < 0) {
			o->failed = errno;
			break;
		}
		o->done += (size_t)got;
		if (o->file.rules)
			o->file.room -= (unsigned long long)got;
		count_delivered(o);
	}
	return o->failed ? -1 : 1;
}
