// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strings: assignment, concatenation, comparison. Contexts: any.
 *
 * A slot holds at most MAXSTRINGLEN - 1 bytes and is always terminated; a view is cut, never refused. A view may look into the slot that is
 * written (s = substr of s; s .= s), so these move instead of copying where the two can meet.
 */
#include "platform.h"

#include "value/copy.h"

static inline stp_u32 string_room(void) { return (stp_u32)stp_script.tun.maxstringlen - 1; }

/* texts whose copy is charged for; out of the others' way */
static __attribute__((__noinline__)) void set_long(struct stp_ctx *c, struct stp_slot *d, const char *p, stp_u32 n)
{
	if (stp_long(c, n / (2 * STP_LONG_TEXT)))
		return;
	memmove(d->b, p, n);
	d->b[n] = 0;
	d->len = n;
}

static __attribute__((__noinline__)) void append_long(struct stp_ctx *c, struct stp_slot *d, const char *p, stp_u32 n)
{
	if (stp_long(c, n / (2 * STP_LONG_TEXT)))
		return;
	memcpy(d->b + d->len, p, n);
	d->len += n;
	d->b[d->len] = 0;
}

STP_PROBE_CODE void stp_set(struct stp_ctx *c, struct stp_slot *d, struct stp_str v)
{
	stp_u32 n = v.len, room = string_room();

	if (STP_UNLIKELY(n > room))
		n = room;
	if (STP_UNLIKELY(n > 2 * STP_LONG_TEXT)) {
		set_long(c, d, v.p, n);
		return;
	}
	if (STP_UNLIKELY(v.p >= d->b && v.p <= d->b + room))
		memmove(d->b, v.p, n);
	else
		stp_copy(d->b, v.p, n);
	d->b[n] = 0;
	d->len = n;
}

/* where v looks into d it looks at bytes before d's end, which stay as they are: only the NUL is overwritten, and no view holds that */
STP_PROBE_CODE void stp_append(struct stp_ctx *c, struct stp_slot *d, struct stp_str v)
{
	stp_u32 n = v.len, room = string_room() - d->len;

	if (n > room)
		n = room;
	if (STP_UNLIKELY(n > 2 * STP_LONG_TEXT)) {
		append_long(c, d, v.p, n);
		return;
	}
	stp_copy(d->b + d->len, v.p, n);
	d->len += n;
	d->b[d->len] = 0;
}

STP_PROBE_CODE int stp_cmp(struct stp_str a, struct stp_str b)
{
	stp_u32 n = a.len < b.len ? a.len : b.len;
	stp_u32 i = 0;
	stp_u64 x, y;

	for (; n - i >= sizeof(x); i += sizeof(x)) { /* eight at a time as long as they are equal */
		__builtin_memcpy(&x, a.p + i, sizeof(x));
		__builtin_memcpy(&y, b.p + i, sizeof(y));
		if (x != y)
			break;
	}
	for (; i < n; i++)
		if (a.p[i] != b.p[i])
			return (stp_u8)a.p[i] < (stp_u8)b.p[i] ? -1 : 1;
	return a.len < b.len ? -1 : a.len > b.len;
}
