// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Regular expressions without groups: is there a match? Contexts: any. One look at two tables for each byte; after each eight, and so
 * seldom that it costs little, the question whether the answer is known already.
 */
#include "platform.h"

static inline stp_i64 match(const struct stp_regex *re, struct stp_str v)
{
	const stp_u8 *p = (const stp_u8 *)v.p, *end = p + v.len, *classes = re->classes;
	const stp_u16 *next = re->next;
	stp_u32 state = re->start, fixed = re->fixed;

	for (; end - p >= 8 && state >= fixed; p += 8) {
		state = next[state + classes[p[0]]];
		state = next[state + classes[p[1]]];
		state = next[state + classes[p[2]]];
		state = next[state + classes[p[3]]];
		state = next[state + classes[p[4]]];
		state = next[state + classes[p[5]]];
		state = next[state + classes[p[6]]];
		state = next[state + classes[p[7]]];
	}
	for (; p < end && state >= fixed; p++)
		state = next[state + classes[*p]];
	return next[state + re->end];
}

static __attribute__((__noinline__)) stp_i64 match_long(struct stp_ctx *c, const struct stp_regex *re, struct stp_str v)
{
	return stp_long(c, v.len / STP_LONG_TEXT) ? 0 : match(re, v);
}

STP_PROBE_CODE stp_i64 stp_match(struct stp_ctx *c, const struct stp_regex *re, struct stp_str v)
{
	return STP_UNLIKELY(v.len > STP_LONG_TEXT) ? match_long(c, re, v) : match(re, v);
}
