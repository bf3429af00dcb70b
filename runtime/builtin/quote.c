// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Printable text: what is not printable ASCII becomes a C escape (\n, \033), a well-formed UTF-8 sequence \uXXXX or \UXXXXXXXX; " and \ are
 * escaped too. Contexts: any.
 */
#include "builtin/quote.h"

#include "builtin/builtin.h"
#include "print/print.h"

#define QUOTE_PIECE 10 /* longest escape */
#define QUOTE_UNIT 32  /* bytes of the result: a unit of long work */

/* the code point that begins at p, in *used bytes; -1 = not well-formed UTF-8 */
static stp_i64 utf8_decode(const stp_u8 *p, stp_u32 n, stp_u32 *used)
{
	static const stp_u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	stp_u32 len = p[0] >= 0xf0 && p[0] < 0xf8 ? 4 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3 : p[0] >= 0xc0 && p[0] < 0xe0 ? 2 : 0, i, v;

	if (!len || len > n)
		return -1;
	v = p[0] & (0x7fu >> len);
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return -1;
		v = v << 6 | (p[i] & 0x3f);
	}
	if (v < least[len] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
		return -1;
	*used = len;
	return v;
}

static stp_u32 piece_number(char *piece, stp_u32 v, stp_u32 digits, stp_u32 bits)
{
	stp_u32 i;

	for (i = digits; i--; v >>= bits)
		piece[i] = "0123456789abcdef"[v & ((1u << bits) - 1)];
	return digits;
}

/* the next piece of the result, from *used bytes */
static stp_u32 quote_piece(char *piece, const stp_u8 *p, stp_u32 n, stp_u32 *used)
{
	static const char special[] = "\a\b\f\n\r\t\v\"\\", letter[] = "abfnrtv\"\\";
	const char *at;
	stp_i64 code;

	*used = 1;
	piece[0] = '\\';
	if (p[0] >= 0x20 && p[0] < 0x7f && p[0] != '"' && p[0] != '\\') {
		piece[0] = (char)p[0];
		return 1;
	}
	at = p[0] ? memchr(special, p[0], sizeof(special) - 1) : NULL;
	if (at) {
		piece[1] = letter[at - special];
		return 2;
	}
	code = p[0] < 0x80 ? -1 : utf8_decode(p, n, used);
	if (code < 0)
		return 1 + piece_number(piece + 1, p[0], 3, 3);
	piece[1] = code < 0x10000 ? 'u' : 'U';
	return 2 + piece_number(piece + 2, (stp_u32)code, code < 0x10000 ? 4 : 8, 4);
}

/* where bytes come from: a window that is filled again while there is memory left to read */
struct quote_source {
	const char *p;
	stp_u32 n;
	stp_u64 addr;
	stp_u32 left;
	char window[32];
};

/*
 * At least four bytes in the window, if there are as many: a UTF-8 sequence is not torn. Pieces do not cross a page, and nothing behind
 * the NUL is touched.
 */
static int source_fill(struct quote_source *s, const struct stp_quote *q)
{
	stp_u32 part;

	while (s->n < 4 && s->left && !(q->to_nul && s->n && memchr(s->p, 0, s->n))) {
		part = 16 - (stp_u32)(s->addr & 15);
		if (part > s->left)
			part = s->left;
		if (s->n)
			memmove(s->window, s->p, s->n);
		s->p = s->window;
		if (stp_read_mem(s->window + s->n, s->addr, part, q->user))
			return -EFAULT;
		s->addr += part;
		s->left -= part;
		s->n += part;
	}
	return 0;
}

struct quote_result {
	struct stp_out o;
	stp_u32 room, tail, cut; /* cut: the most that leaves room for the mark */
};

static int quote_put(struct quote_result *r, const char *piece, stp_u32 n)
{
	if (r->o.len + n + r->tail > r->room)
		return 0;
	stp_put(&r->o, piece, n);
	if (r->o.len + r->tail + 3 <= r->room)
		r->cut = r->o.len;
	return 1;
}

/* 1 = all of it, 0 = cut, -EFAULT */
static int quote_all(struct quote_result *r, const struct stp_quote *q)
{
	struct quote_source s = { .p = q->p, .n = q->p ? q->n : 0, .addr = q->addr, .left = q->p ? 0 : q->n };
	char piece[QUOTE_PIECE];
	stp_u32 used, n;

	for (;; s.p += used, s.n -= used) {
		if (source_fill(&s, q))
			return -EFAULT;
		if (!s.n)
			return q->p || !q->to_nul;
		if (q->to_nul && !s.p[0])
			return 1;
		n = quote_piece(piece, (const stp_u8 *)s.p, s.n, &used);
		if (!quote_put(r, piece, n))
			return 0;
	}
}

STP_PROBE_CODE int stp_quote(struct stp_ctx *c, struct stp_slot *ret, const struct stp_quote *q)
{
	struct quote_result r;
	int whole;

	stp_out_string(c, &r.o, ret);
	r.room = q->room > 0 && q->room < r.o.cap ? (stp_u32)q->room : r.o.cap;
	r.tail = !!q->quoted;
	if (q->quoted)
		stp_put(&r.o, "\"", 1);
	r.cut = r.o.len;
	whole = quote_all(&r, q);
	if (whole < 0)
		return whole;
	if (q->quoted && !whole)
		r.o.len = r.cut;
	if (q->quoted)
		stp_put(&r.o, whole ? "\"" : "\"...", whole ? 1 : 4);
	stp_out_string_end(&r.o, ret);
	(void)stp_long(c, ret->len / QUOTE_UNIT);
	return 0;
}

STP_PROBE_CODE void stp_fn_text_strn(struct stp_ctx *c, struct stp_slot *ret, struct stp_str s, stp_i64 length, stp_i64 quoted)
{
	struct stp_quote q = { .p = s.p ? s.p : "", .n = s.len, .room = length, .quoted = quoted != 0 };

	stp_quote(c, ret, &q);
}
