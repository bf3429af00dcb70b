// SPDX-License-Identifier: GPL-2.0-or-later
/* String functions: string.stp, tokenize.stp. Contexts: any. Positions count bytes from 0. */
#include "builtin/builtin.h"

#include "print/print.h"

#define FIND_MOST 0x40000000u /* units: more than anybody has */
#define REPLACE_EACH 64		   /* as long as the comparison of so many bytes: a replacement */

STP_PROBE_CODE stp_i64 stp_fn_strlen(struct stp_ctx *c, struct stp_str s)
{
	(void)c;
	return s.len;
}

STP_PROBE_CODE stp_i64 stp_fn_stringat(struct stp_ctx *c, struct stp_str s, stp_i64 at)
{
	(void)c;
	return at >= 0 && at < s.len ? (stp_u8)s.p[at] : 0;
}

/* a search or the like: `steps` looks at `each` bytes */
static int string_charge(struct stp_ctx *c, stp_u32 steps, stp_u32 each)
{
	stp_u64 units = (stp_u64)steps * (each + 16) / 1024;

	return units && stp_long(c, units < FIND_MOST ? (stp_u32)units : FIND_MOST);
}

/* first position of part at or after `from`, -1 if there is none */
static stp_i64 string_find(struct stp_str s, struct stp_str part, stp_u32 from)
{
	stp_u32 i;

	if (part.len > s.len)
		return -1;
	for (i = from; i <= s.len - part.len; i++)
		if (!memcmp(s.p + i, part.p, part.len))
			return i;
	return -1;
}

STP_PROBE_CODE stp_i64 stp_fn_strpos(struct stp_ctx *c, struct stp_str s, struct stp_str part)
{
	return string_charge(c, s.len, part.len) ? -1 : string_find(s, part, 0);
}

STP_PROBE_CODE stp_i64 stp_fn_isinstr(struct stp_ctx *c, struct stp_str s, struct stp_str part)
{
	return !string_charge(c, s.len, part.len) && string_find(s, part, 0) >= 0;
}

STP_PROBE_CODE stp_i64 stp_fn_isdigit(struct stp_ctx *c, struct stp_str s)
{
	(void)c;
	return s.len && s.p[0] >= '0' && s.p[0] <= '9';
}

static stp_u32 digit_value(char ch)
{
	if (ch >= '0' && ch <= '9')
		return (stp_u32)(ch - '0');
	ch |= 0x20;
	return ch >= 'a' && ch <= 'z' ? (stp_u32)(ch - 'a' + 10) : 99;
}

/* as the kernel's simple_strtol(): no blanks or plus sign before the number, stops at junk, wraps */
STP_PROBE_CODE stp_i64 stp_fn_strtol(struct stp_ctx *c, struct stp_str s, stp_i64 base)
{
	int negative = s.len && s.p[0] == '-', hex;
	stp_u32 i = negative;
	stp_u64 v = 0;

	(void)c;
	hex = i + 2 < s.len && s.p[i] == '0' && (s.p[i + 1] | 0x20) == 'x' && digit_value(s.p[i + 2]) < 16;
	if (base == 0)
		base = hex ? 16 : i < s.len && s.p[i] == '0' ? 8 : 10;
	if (base == 16 && hex)
		i += 2;
	for (; i < s.len && digit_value(s.p[i]) < base && base <= 36; i++)
		v = v * (stp_u64)base + digit_value(s.p[i]);
	return (stp_i64)(negative ? 0 - v : v);
}

STP_PROBE_CODE void stp_fn_substr(struct stp_ctx *c, struct stp_slot *ret, struct stp_str s, stp_i64 start, stp_i64 length)
{
	if (start < 0 || start >= s.len || length <= 0) {
		stp_slot_clear(ret);
		return;
	}
	s.p += start;
	s.len -= (stp_u32)start;
	if (length < s.len)
		s.len = (stp_u32)length;
	stp_set(c, ret, s);
}

STP_PROBE_CODE void stp_fn_str_replace(struct stp_ctx *c, struct stp_slot *ret, struct stp_str s, struct stp_str from, struct stp_str to)
{
	struct stp_out o;
	stp_u32 done = 0;
	stp_i64 at;

	stp_out_string(c, &o, ret);
	if (string_charge(c, s.len, from.len + REPLACE_EACH))
		s.len = 0;
	while (from.len && o.len < o.cap && (at = string_find(s, from, done)) >= 0) {
		stp_put(&o, s.p + done, (stp_u32)at - done);
		stp_put(&o, to.p, to.len);
		done = (stp_u32)at + from.len;
	}
	stp_put(&o, s.p + done, s.len - done);
	stp_out_string_end(&o, ret);
}

static int is_delimiter(struct stp_str delims, char ch)
{
	return delims.len && memchr(delims.p, ch, delims.len);
}

/* a text starts anew, an empty one goes on with the context's; several delimiters in a row count as one */
STP_PROBE_CODE void stp_fn_tokenize(struct stp_ctx *c, struct stp_slot *ret, struct stp_str s, struct stp_str delims)
{
	struct stp_str token;
	stp_u32 at, end;

	if (s.len) {
		stp_set(c, c->token, s);
		c->token_at = 0;
	}
	token = stp_view(c->token);
	if (string_charge(c, token.len - c->token_at, delims.len))
		token.len = c->token_at;
	for (at = c->token_at; at < token.len && is_delimiter(delims, token.p[at]);)
		at++;
	for (end = at; end < token.len && !is_delimiter(delims, token.p[end]);)
		end++;
	c->token_at = end;
	token.p += at;
	token.len = end - at;
	stp_set(c, ret, token);
}
