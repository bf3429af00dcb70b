/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Characters that show nothing of themselves and change how their neighbours are read: marks, embeddings and isolates that turn the direction
 * of writing, so that a text stands there in another order than it has; joiners, fillers, tags, other ends of lines. To the reader of a
 * terminal they are as bad as control characters, and are shown as those are. Unicode's Default_Ignorable_Code_Point, but for U+200C and U+200D,
 * with which words of Persian and Hindi are spelt, and the variation selectors beside emoji; and the separators U+2028 and U+2029.
 */
#ifndef STP_STAPRUN_INVISIBLE_H
#define STP_STAPRUN_INVISIBLE_H

#include <stdbool.h>
#include <stddef.h>

/* first and last of each range, in order */
static const unsigned invisible_range[][2] = {
	{ 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200b },
	{ 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

/* the character that s has, n bytes of well-formed UTF-8 */
static inline bool is_invisible(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned c = n == 2 ? p[0] & 0x1f : n == 3 ? p[0] & 0xf : n == 4 ? p[0] & 7 : p[0];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3f);
	for (size_t i = 0; i < sizeof(invisible_range) / sizeof(invisible_range[0]); i++)
		if (c >= invisible_range[i][0] && c <= invisible_range[i][1])
			return true;
	return false;
}

#endif
