// SPDX-License-Identifier: GPL-2.0-or-later
/* Strings and memory as text: %s, %m, %M, and messages that name an address. Contexts: any. */
#include "print/print.h"

#define MEM_UNIT 32 /* bytes of a dump: a unit of long work */

static const char mem_fault[] = "read fault [man error::fault] at";

STP_PROBE_CODE void stp_put_text(struct stp_out *o, struct stp_str v, stp_u32 flags, stp_i64 width, stp_i64 prec)
{
	stp_u32 w = stp_put_clamp(o, width), n = v.len, pad;

	if ((flags & STP_F_PREC) && n > stp_put_clamp(o, prec))
		n = stp_put_clamp(o, prec);
	pad = w > n ? w - n : 0;
	if (!(flags & STP_F_MINUS))
		stp_put_fill(o, ' ', pad);
	stp_put(o, v.p, n);
	if (flags & STP_F_MINUS)
		stp_put_fill(o, ' ', pad);
	if (flags & STP_F_ZERO)
		stp_put_bytes(o, "", 1);
}

STP_PROBE_CODE void stp_error_at(struct stp_ctx *c, const char *before, stp_u64 addr, const char *after, const char *where)
{
	struct stp_str text;
	struct stp_out o;
	char room[128];

	stp_out_buffer(&o, room, sizeof(room));
	stp_put(&o, before, (stp_u32)strlen(before));
	stp_put(&o, " 0x", 3);
	stp_put_hex(&o, addr);
	stp_put(&o, after, (stp_u32)strlen(after));
	text.p = room;
	text.len = o.len;
	stp_error_str(c, text, where);
}

static void mem_too_many(struct stp_ctx *c, stp_i64 n, const char *where)
{
	static const char words[] = " is too many bytes for a memory dump";
	struct stp_str text;
	struct stp_out o;
	char room[64];

	stp_out_buffer(&o, room, sizeof(room));
	stp_put_d(&o, n);
	stp_put(&o, words, sizeof(words) - 1);
	text.p = room;
	text.len = o.len;
	stp_error_str(c, text, where);
}

static void mem_put(struct stp_out *o, const char *p, stp_u32 n, int hex)
{
	static const char digits[] = "0123456789abcdef";
	char pair[2];

	if (!hex) {
		stp_put_bytes(o, p, n);
		return;
	}
	for (; n; n--, p++) {
		pair[0] = digits[(stp_u8)*p >> 4];
		pair[1] = digits[*p & 15];
		stp_put(o, pair, 2);
	}
}

/* in pieces that do not cross a page; o may be NULL: the memory is only read */
static int mem_dump(struct stp_out *o, stp_u64 addr, stp_u32 n, int hex, int user)
{
	stp_u32 part;
	char piece[64];

	for (; n; n -= part, addr += part) {
		part = sizeof(piece) - (stp_u32)(addr % sizeof(piece));
		if (part > n)
			part = n;
		if (stp_read_mem(piece, addr, part, user))
			return -EFAULT;
		if (o)
			mem_put(o, piece, part, hex);
	}
	return 0;
}

/* the bytes that %m and %M show */
static stp_u32 mem_bytes(stp_u32 flags, stp_i64 prec)
{
	return !(flags & STP_F_PREC) ? 1 : prec < 0 ? 0 : (stp_u32)prec;
}

STP_PROBE_CODE void stp_test_mem(struct stp_ctx *c, stp_u64 addr, stp_u32 flags, stp_i64 prec, const char *where)
{
	if ((flags & STP_F_PREC) && prec > (stp_i64)stp_page_size())
		mem_too_many(c, prec, where);
	else if (stp_long(c, mem_bytes(flags, prec) / MEM_UNIT))
		return;
	else if (mem_dump(NULL, addr, mem_bytes(flags, prec), 0, !!(flags & STP_F_ALT)))
		stp_error_at(c, mem_fault, addr, "", where);
}

STP_PROBE_CODE void stp_put_mem(struct stp_ctx *c, struct stp_out *o, stp_u64 addr, int hex, stp_u32 flags, stp_i64 width, stp_i64 prec,
				const char *where)
{
	stp_u32 w = stp_put_clamp(o, width), n = mem_bytes(flags, prec), len = hex ? 2 * n : n, pad = w > len ? w - len : 0;

	if (!(flags & STP_F_MINUS))
		stp_put_fill(o, ' ', pad);
	if (mem_dump(o, addr, n, hex, !!(flags & STP_F_ALT))) {
		stp_error_at(c, mem_fault, addr, "", where);
		return;
	}
	if (flags & STP_F_MINUS)
		stp_put_fill(o, ' ', pad);
}
