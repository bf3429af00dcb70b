// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where printed text goes: the context's record, which is sent when it is full, or a string, which is cut. Contexts: any.
 *
 * A string never holds a NUL. One that is printed into it ends it: cap becomes len, so that what follows is cut as if it were full.
 */
#include "print/print.h"

#include "value/copy.h"

#define PUT_UNIT 512 /* bytes that are sent: a unit of long work */

/* n bytes do not fit. A text that fits one record is not torn: the record before it is sent first */
static __attribute__((__noinline__)) STP_PROBE_CODE void put_slow(struct stp_out *o, const char *p, stp_u32 n)
{
	while (o->flush && n > o->cap - o->len) {
		stp_u32 part = o->cap - o->len;

		if (n > o->cap) {
			stp_copy(o->p + o->len, p, part);
			o->len += part;
			p += part;
			n -= part;
		}
		if (stp_long(o->flush, o->cap / PUT_UNIT)) {
			stp_out_flush(o->flush);
			return;
		}
		stp_out_flush(o->flush);
	}
	if (n > o->cap - o->len)
		n = o->cap - o->len;
	stp_copy(o->p + o->len, p, n);
	o->len += n;
}

STP_PROBE_CODE void stp_put(struct stp_out *o, const char *p, stp_u32 n)
{
	if (STP_UNLIKELY(n > o->cap - o->len)) {
		put_slow(o, p, n);
		return;
	}
	stp_copy(o->p + o->len, p, n);
	o->len += n;
}

STP_PROBE_CODE void stp_put_bytes(struct stp_out *o, const char *p, stp_u32 n)
{
	const char *nul = o->flush ? NULL : memchr(p, 0, n);

	if (!nul) {
		stp_put(o, p, n);
		return;
	}
	stp_put(o, p, (stp_u32)(nul - p));
	o->cap = o->len;
}

STP_PROBE_CODE void stp_put_fill(struct stp_out *o, char ch, stp_u32 n)
{
	char run[32];

	if (!n)
		return;
	memset(run, ch, n < sizeof(run) ? n : sizeof(run));
	for (; n > sizeof(run); n -= sizeof(run))
		stp_put(o, run, sizeof(run));
	stp_put(o, run, n);
}

STP_PROBE_CODE void stp_put_char(struct stp_out *o, stp_i64 v)
{
	char ch = (char)v;

	stp_put_bytes(o, &ch, 1);
}

STP_PROBE_CODE void stp_out_string(struct stp_ctx *c, struct stp_out *o, struct stp_slot *d)
{
	(void)c;
	stp_out_buffer(o, d->b, (stp_u32)stp_script.tun.maxstringlen - 1);
}

STP_PROBE_CODE void stp_out_string_end(struct stp_out *o, struct stp_slot *d)
{
	d->len = o->len;
	d->b[o->len] = 0;
}
