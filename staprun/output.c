/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output is written only when the descriptor can take it (sink.h), so that a terminal stopped by ^S or a pipe nobody reads never keeps us
 * from noticing a signal.
 *
 * A record counts as delivered when its last byte was accepted by write().
 */
#include "staprun/output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "staprun/msg.h"

/* standard output is our children's too, and blocks for them */
static void look_at(struct output *o)
{
	int own;

	o->sink = sink_of(o->fd);
	own = o->sink == SINK_PIPE ? sink_own(o->fd) : -1;
	if (own < 0)
		return;
	if (o->fd != STDOUT_FILENO)
		close(o->fd);
	o->fd = own;
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

void output_is_another(struct output *o)
{
	if (o->file.rules)
		return;
	if (o->fd != STDOUT_FILENO)
		close(o->fd);
	o->fd = STDOUT_FILENO;
	look_at(o);
}

static int is_escaped(const struct output *o)
{
	return o->sink == SINK_TERMINAL && !(o->page->controls & ESCAPE_ALL);
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
		ssize_t got = sink_write(o->fd, o->sink, o->buf + o->done, o->len - o->done);

		if (got == 0)
			return 0;
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
