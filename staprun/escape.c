/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes are held until they are a whole character (UTF-8) or a whole sequence (ECMA-48: ESC [ parameters final); then they pass, or the
 * first of them is shown and the others are looked at again. C1 controls are refused in both spellings, one byte and UTF-8.
 */
#include "staprun/escape.h"

#include "staprun/invisible.h"

#include <string.h>

#define ESC 27
#define DEL 127
#define FINALS "ABCDEFGHJKSTdfmsu" /* of sequences that draw; the others set modes, ask, or report */

enum verdict { MORE, GOOD, BAD, UNSEEN };

static enum verdict judge_sequence(const unsigned char *p, unsigned n)
{
	static const char *const modes[] = { "?25h", "?25l", "?1049h", "?1049l" }; /* the cursor, the other screen */
	unsigned i;

	if (n == 1)
		return MORE;
	if (p[1] == '7' || p[1] == '8')
		return n == 2 ? GOOD : BAD;
	if (p[1] != '[')
		return BAD;
	if (n == 2 || (p[n - 1] >= '0' && p[n - 1] <= '?'))
		return n < ESCAPE_HELD ? MORE : BAD;
	for (i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (strlen(modes[i]) == n - 2 && !memcmp(modes[i], p + 2, n - 2))
			return GOOD;
	/* '<' to '?' begin what a terminal's maker added: a known letter means something else then, often a mode */
	return (p[2] < '<' || p[2] > '?') && p[n - 1] && strchr(FINALS, p[n - 1]) ? GOOD : BAD;
}

static enum verdict judge_utf8(const unsigned char *p, unsigned n)
{
	unsigned want = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (n > 1 && (p[n - 1] & 0xc0) != 0x80)
		return BAD;
	/* RFC 3629: not longer than need be, no surrogates, nothing above 10FFFF: some decoders would find a C1 control in it */
	if (n == 2 && ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f)))
		return BAD;
	if (n < want)
		return MORE;
	if (p[0] == 0xc2 && p[1] < 0xa0) /* C1 */
		return BAD;
	return is_invisible((const char *)p, n) ? UNSEEN : GOOD;
}

static enum verdict judge(const unsigned char *p, unsigned n, unsigned controls)
{
	if (p[0] == ESC && (controls & 1u << ESC))
		return judge_sequence(p, n);
	if (p[0] >= 0xc2 && p[0] <= 0xf4)
		return judge_utf8(p, n);
	if (p[0] < ' ')
		return p[0] == '\n' || p[0] == '\t' || (p[0] != ESC && (controls & 1u << p[0])) ? GOOD : BAD;
	return p[0] == DEL || (p[0] >= 0x80 && p[0] < 0xa0) ? BAD : GOOD;
}

static size_t octal(unsigned char c, char *ret)
{
	ret[0] = '\\';
	ret[1] = (char)('0' + (c >> 6));
	ret[2] = (char)('0' + (c >> 3 & 7));
	ret[3] = (char)('0' + (c & 7));
	return 4;
}

static size_t show(unsigned char c, char *ret)
{
	if (c < 0xa0)
		return octal(c, ret);
	*ret = (char)c; /* not UTF-8, but no control either */
	return 1;
}

/* what was held is none: its first byte is shown, the others have their turn again */
static size_t give_up(struct escape *e, unsigned controls, char *ret)
{
	unsigned char rest[ESCAPE_HELD];
	unsigned n = e->n - 1;
	size_t len;

	memcpy(rest, e->held + 1, n);
	len = show(e->held[0], ret);
	e->n = 0;
	return len + escape_text(e, controls, (const char *)rest, n, ret + len);
}

size_t escape_text(struct escape *e, unsigned controls, const char *text, size_t n, char *ret)
{
	size_t len = 0, i, k;

	for (i = 0; i < n; i++) {
		e->held[e->n++] = (unsigned char)text[i];
		switch (judge(e->held, e->n, controls)) {
		case MORE: break;
		case GOOD:
			memcpy(ret + len, e->held, e->n);
			len += e->n;
			e->n = 0;
			break;
		case BAD: len += give_up(e, controls, ret + len); break;
		case UNSEEN:
			for (k = 0; k < e->n; k++)
				len += octal(e->held[k], ret + len);
			e->n = 0;
			break;
		}
	}
	return len;
}

size_t escape_end(struct escape *e, unsigned controls, char *ret)
{
	size_t len = 0;

	while (e->n)
		len += give_up(e, controls, ret + len);
	return len;
}
