// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers as text. Contexts: any. stp_put_d() is the plain %d; stp_put_num() all the rest:
 *   [padding] [sign or prefix] [zeros] digits [padding]
 * as in C, except that a 0 in hexadecimal has its 0x too.
 */
#include "print/print.h"

static const char number_pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
				   "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
				   "8081828384858687888990919293949596979899";

#define NUMBER_ROOM 24 /* 22 octal digits */

/* the digits of v end before `end`; gives where they begin */
static inline char *number_decimal(char *end, stp_u64 v)
{
	while (v >= 100) {
		const char *pair = number_pairs + v % 100 * 2;

		v /= 100;
		*--end = pair[1];
		*--end = pair[0];
	}
	if (v >= 10) {
		*--end = number_pairs[v * 2 + 1];
		*--end = number_pairs[v * 2];
	} else {
		*--end = (char)('0' + v);
	}
	return end;
}

static char *number_power2(char *end, stp_u64 v, stp_u32 bits, const char *digits)
{
	do
		*--end = digits[v & ((1u << bits) - 1)];
	while (v >>= bits);
	return end;
}

STP_PROBE_CODE void stp_put_d(struct stp_out *o, stp_i64 v)
{
	char text[NUMBER_ROOM], *end = text + sizeof(text), *p;

	if (v >= 0) {
		p = number_decimal(end, (stp_u64)v);
	} else {
		p = number_decimal(end, 0 - (stp_u64)v);
		*--p = '-';
	}
	stp_put(o, p, (stp_u32)(end - p));
}

STP_PROBE_CODE void stp_put_hex(struct stp_out *o, stp_u64 v)
{
	char text[NUMBER_ROOM], *end = text + sizeof(text), *p;

	p = number_power2(end, v, 4, "0123456789abcdef");
	stp_put(o, p, (stp_u32)(end - p));
}

struct number {
	char text[NUMBER_ROOM];
	const char *digits; /* in text */
	stp_u32 ndigits;
	const char *prefix; /* sign, 0, 0x */
	stp_u32 nprefix;
};

static void number_prefix(struct number *n, const char *prefix, stp_u32 len)
{
	n->prefix = prefix;
	n->nprefix = len;
}

static void number_split(struct number *n, stp_i64 v, int conv, stp_u32 flags)
{
	char *end = n->text + sizeof(n->text), *p;

	number_prefix(n, "", 0);
	switch (conv) {
	case 'o':
		p = number_power2(end, (stp_u64)v, 3, "01234567");
		if ((flags & STP_F_ALT) && v)
			number_prefix(n, "0", 1);
		break;
	case 'x':
		p = number_power2(end, (stp_u64)v, 4, "0123456789abcdef");
		if (flags & STP_F_ALT)
			number_prefix(n, "0x", 2);
		break;
	case 'X':
		p = number_power2(end, (stp_u64)v, 4, "0123456789ABCDEF");
		if (flags & STP_F_ALT)
			number_prefix(n, "0X", 2);
		break;
	case 'u':
		p = number_decimal(end, (stp_u64)v);
		break;
	default:
		p = number_decimal(end, v < 0 ? 0 - (stp_u64)v : (stp_u64)v);
		if (v < 0)
			number_prefix(n, "-", 1);
		else if (flags & (STP_F_PLUS | STP_F_SPACE))
			number_prefix(n, flags & STP_F_PLUS ? "+" : " ", 1);
	}
	n->digits = p;
	n->ndigits = (stp_u32)(end - p);
}

static void number_put(struct stp_out *o, const struct number *n, stp_u32 flags, stp_u32 width, stp_u32 prec)
{
	stp_u32 zeros = prec > n->ndigits ? prec - n->ndigits : 0;
	stp_u32 len = n->nprefix + zeros + n->ndigits;
	stp_u32 pad = width > len ? width - len : 0;

	if ((flags & STP_F_ZERO) && !(flags & STP_F_PREC)) {
		zeros += pad;
		pad = 0;
	}
	if (!(flags & STP_F_MINUS))
		stp_put_fill(o, ' ', pad);
	stp_put(o, n->prefix, n->nprefix);
	stp_put_fill(o, '0', zeros);
	stp_put(o, n->digits, n->ndigits);
	if (flags & STP_F_MINUS)
		stp_put_fill(o, ' ', pad);
}

/* the C escape of ch in text (4 bytes of room), or ch itself; gives the length */
static stp_u32 char_escaped(char *text, stp_u8 ch)
{
	static const char plain[] = "\a\b\t\n\v\f\r'\\", letter[] = "abtnvfr'\\";
	const char *at = ch ? memchr(plain, ch, sizeof(plain) - 1) : NULL;

	if (!at && ch >= 0x20 && ch < 0x7f) {
		text[0] = (char)ch;
		return 1;
	}
	text[0] = '\\';
	if (at) {
		text[1] = letter[at - plain];
		return 2;
	}
	text[1] = (char)('0' + (ch >> 6));
	text[2] = (char)('0' + (ch >> 3 & 7));
	text[3] = (char)('0' + (ch & 7));
	return 4;
}

static void number_put_char(struct stp_out *o, stp_u8 ch, stp_u32 flags, stp_u32 width)
{
	char text[4] = { (char)ch };
	stp_u32 n = flags & STP_F_ALT ? char_escaped(text, ch) : 1;
	stp_u32 pad = width > n ? width - n : 0;

	if (!(flags & STP_F_MINUS))
		stp_put_fill(o, ' ', pad);
	stp_put_bytes(o, text, n);
	if (flags & STP_F_MINUS)
		stp_put_fill(o, ' ', pad);
}

static int is_size(stp_u32 n) { return n == 1 || n == 2 || n == 4 || n == 8; }

/* %b: the value's bytes as they lie in memory; the width pads with NULs */
static void number_put_bytes(struct stp_out *o, stp_i64 v, stp_u32 flags, stp_u32 width, stp_u32 prec)
{
	static const char nuls[32];
	stp_u32 n = flags & STP_F_PREC ? prec : width, pad;
	const char *p = (const char *)&v;

	if (!is_size(n))
		n = 8;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	p += sizeof(v) - n;
#endif
	pad = width > n ? width - n : 0;
	if (flags & STP_F_MINUS)
		stp_put_bytes(o, p, n);
	for (; pad > sizeof(nuls); pad -= sizeof(nuls))
		stp_put_bytes(o, nuls, sizeof(nuls));
	stp_put_bytes(o, nuls, pad);
	if (!(flags & STP_F_MINUS))
		stp_put_bytes(o, p, n);
}

/* %p before 1.3: zeros up to the width, which is that of an address with its 0x when none is given */
static stp_u32 pointer_digits(stp_u32 width)
{
	if (!width)
		return 2 * sizeof(void *);
	return width > 2 ? width - 2 : 1;
}

STP_PROBE_CODE void stp_put_num(struct stp_out *o, stp_i64 v, int conv, stp_u32 flags, stp_i64 width, stp_i64 prec)
{
	stp_u32 w = stp_put_clamp(o, width), p = flags & STP_F_PREC ? stp_put_clamp(o, prec) : 0;
	struct number n;

	switch (conv) {
	case 'c':
		number_put_char(o, (stp_u8)v, flags, w);
		return;
	case 'b':
		number_put_bytes(o, v, flags, w, p);
		return;
	case 'P':
	case 'p':
		if (conv == 'P' && !(flags & STP_F_PREC)) {
			p = pointer_digits(w);
			flags |= STP_F_PREC;
		}
		conv = 'x';
		flags |= STP_F_ALT;
	}
	number_split(&n, v, conv, flags);
	if (!v && !p && (flags & STP_F_PREC)) /* as in C: no digit at all */
		n.ndigits = 0;
	number_put(o, &n, flags, w, p);
}
