/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading and merging. Sequence numbers have no holes, so the record that is due is at the front of some lane, or in a lane whose
 * buffer is empty: only such lanes are read, which bounds memory by itself. A lane that had less than we have room for has given all;
 * what comes later is announced, so that a script which prints because we read does so at the pace of announcements. A record that is due
 * but not there yet (another CPU is just writing it) makes us wait for the next drain; only if it stays away for RELAY_GAP_MS, or the
 * module has said its last word, is it passed over.
 *
 * The module is trusted no more than needed: lengths are checked, and bytes that are no record are skipped and counted.
 */
#include "staprun/relay.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/uapi/ctl.h"
#include "staprun/clock.h"
#include "staprun/msg.h"

#define RELAY_ROOM (128 * 1024)
#define RELAY_GAP_MS 500
#define RELAY_BATCH 32768 /* records between two looks at signals */

static int by_cpu(const void *a, const void *b)
{
	const struct lane *x = a, *y = b;

	return x->cpu < y->cpu ? -1 : x->cpu > y->cpu;
}

static int add_lane(struct relay *r, int dir, const char *name)
{
	const char *number = name + sizeof(STP_TRACE_NAME) - 1;
	struct lane *l;
	int fd;

	if (strncmp(name, STP_TRACE_NAME, sizeof(STP_TRACE_NAME) - 1) != 0 || !isdigit((unsigned char)*number))
		return 0;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		err("Couldn't open output file '%s' of the module: %s", name, strerror(errno));
		return -1;
	}
	r->lanes = xgrow(r->lanes, r->nlanes + 1, sizeof(*r->lanes));
	l = &r->lanes[r->nlanes++];
	memset(l, 0, sizeof(*l));
	l->fd = fd;
	l->cpu = (unsigned)atoi(number);
	return 0;
}

int relay_open(struct relay *r, int dir, int attached)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	memset(r, 0, sizeof(*r));
	r->synced = !attached;
	while (d && rc == 0 && (e = readdir(d)))
		rc = add_lane(r, dir, e->d_name);
	if (d)
		closedir(d);
	if (rc == 0 && r->nlanes == 0) {
		err("The module has no output files.");
		rc = -1;
	}
	if (r->nlanes)
		qsort(r->lanes, r->nlanes, sizeof(*r->lanes), by_cpu);
	return rc;
}

void relay_close(struct relay *r)
{
	unsigned i;

	for (i = 0; i < r->nlanes; i++) {
		close(r->lanes[i].fd);
		free(r->lanes[i].buf);
	}
	free(r->lanes);
	memset(r, 0, sizeof(*r));
}

/* the whole record at the front of a lane; skips bytes that are none. 0 = not (wholly) there */
static int front(struct relay *r, struct lane *l, struct stp_record *ret)
{
	while (l->tail - l->head >= sizeof(*ret)) {
		char *p = l->buf + l->head, *again;

		memcpy(ret, p, sizeof(*ret));
		if (!memcmp(ret->magic, STP_RECORD_MAGIC, sizeof(ret->magic)) && ret->len <= STP_RECORD_MAX)
			return l->tail - l->head >= sizeof(*ret) + ret->len;
		again = memmem(p + 1, l->tail - l->head - 1, STP_RECORD_MAGIC, sizeof(ret->magic));
		again = again ? again : l->buf + l->tail - (sizeof(ret->magic) - 1); /* it may begin in the last bytes */
		r->damaged += (unsigned long long)(again - p);
		l->head += (size_t)(again - p);
	}
	return 0;
}

/* 1 = got something */
static int refill(struct lane *l)
{
	ssize_t n;

	if (l->ended || l->had_all)
		return 0;
	if (!l->buf)
		l->buf = xcalloc(RELAY_ROOM, 1);
	if (l->head) {
		memmove(l->buf, l->buf + l->head, l->tail - l->head);
		l->tail -= l->head;
		l->head = 0;
	}
	do
		n = read(l->fd, l->buf + l->tail, RELAY_ROOM - l->tail);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN)
		l->ended = 1;
	l->had_all = n < (ssize_t)(RELAY_ROOM - l->tail);
	if (n > 0)
		l->tail += (size_t)n;
	return n > 0;
}

/* reads every lane that has no whole record. 1 = something came */
static int refill_empty(struct relay *r)
{
	struct stp_record rec;
	unsigned i;
	int came = 0;

	for (i = 0; i < r->nlanes; i++)
		if (!front(r, &r->lanes[i], &rec))
			came |= refill(&r->lanes[i]);
	return came;
}

/* the lane with the record that is due, or one that comes late; NULL = none. *lowest: the least number seen, *any: there is one */
static struct lane *due(struct relay *r, struct stp_record *ret, unsigned *lowest, int *any)
{
	unsigned i;

	*any = 0;
	for (i = 0; i < r->nlanes; i++) {
		struct lane *l = &r->lanes[(r->current + i) % r->nlanes];

		if (!front(r, l, ret))
			continue;
		if (r->synced && (int)(ret->seq - r->next) <= 0) {
			r->current = (unsigned)(l - r->lanes);
			return l;
		}
		if (!*any || (int)(ret->seq - *lowest) < 0)
			*lowest = ret->seq;
		*any = 1;
	}
	return NULL;
}

/* 1 = go on with `next` set to the least number there is */
static int pass_gap(struct relay *r, unsigned lowest)
{
	long long now;

	if (r->synced && !r->flushing) {
		now = now_ms();
		if (!r->gap_since)
			r->gap_since = now;
		if (now - r->gap_since < RELAY_GAP_MS)
			return 0;
		dbg("Output record %u is missing, going on with %u\n", r->next, lowest);
	}
	if (!r->synced)
		r->base = lowest;
	r->gap_since = 0;
	r->next = lowest;
	r->synced = 1;
	return 1;
}

/* a new look at what there is */
static void look_again(struct relay *r)
{
	unsigned i;

	for (i = 0; i < r->nlanes; i++)
		r->lanes[i].had_all = 0;
}

static enum relay_state out_state(struct output *o)
{
	int rc = output_flush(o);

	return rc > 0 ? RELAY_IDLE : rc == 0 ? RELAY_BLOCKED : RELAY_FAILED;
}

enum relay_state relay_drain(struct relay *r, struct output *o)
{
	unsigned left = RELAY_BATCH, lowest = 0;
	enum relay_state st = out_state(o);
	struct stp_record rec;
	int any;

	if (st != RELAY_IDLE)
		return st;
	look_again(r);
	while (left > 0) {
		struct lane *l = due(r, &rec, &lowest, &any);

		if (!l) {
			if (r->flushing)
				look_again(r);
			if (refill_empty(r) || (any && pass_gap(r, lowest)))
				continue;
			return out_state(o);
		}
		if (!output_add(o, l->buf + l->head + sizeof(rec), rec.len)) {
			st = out_state(o);
			if (st != RELAY_IDLE)
				return st;
			continue;
		}
		l->head += sizeof(rec) + rec.len;
		if (rec.seq == r->next)
			r->next++;
		r->gap_since = 0;
		left--;
	}
	st = out_state(o);
	return st == RELAY_IDLE ? RELAY_MORE : st;
}

void relay_no_more(struct relay *r)
{
	r->flushing = 1;
}
