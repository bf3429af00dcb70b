/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copying short texts without a call: names and keys are 1 to 64 bytes, for which memcpy() costs more than the copy. Any context. */
#ifndef STP_VALUE_COPY_H
#define STP_VALUE_COPY_H

#include "platform.h"

#define STP_MOVE(type, dst, src)                      \
	do {                                          \
		type moved;                           \
		__builtin_memcpy(&moved, (src), sizeof(moved)); \
		__builtin_memcpy((dst), &moved, sizeof(moved)); \
	} while (0)

/* length of a text whose 16 bytes at p can be read and hold a NUL */
static inline stp_u32 stp_length16(const char *p)
{
	stp_u32 n = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	const stp_u64 ones = 0x0101010101010101ull;
	stp_u64 v, nul;

	__builtin_memcpy(&v, p, sizeof(v));
	nul = (v - ones) & ~v & ones << 7; /* the lowest bit that is set is right: borrows go up only */
	if (!nul) {
		n = 8;
		__builtin_memcpy(&v, p + 8, sizeof(v));
		nul = (v - ones) & ~v & ones << 7;
	}
	return n + ((stp_u32)__builtin_ctzll(nul) >> 3);
#else
	while (p[n])
		n++;
	return n;
#endif
}

/* n bytes; the two must not overlap */
static inline void stp_copy(char *dst, const char *src, stp_u32 n)
{
	if (n >= 8) {
		const char *last = src + n - 8;

		if (n > 128) {
			memcpy(dst, src, n);
			return;
		}
		dst += n - 8;
		for (; src < last; src += 8)
			STP_MOVE(stp_u64, dst - (last - src), src);
		STP_MOVE(stp_u64, dst, last);
	} else if (n >= 4) {
		STP_MOVE(stp_u32, dst, src);
		STP_MOVE(stp_u32, dst + n - 4, src + n - 4);
	} else if (n) {
		dst[0] = src[0];
		dst[n / 2] = src[n / 2];
		dst[n - 1] = src[n - 1];
	}
}

#endif
