// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Regular expressions with groups. Contexts: any. The automaton says for each byte which positions are to be remembered; their number is
 * bounded by the expression, so the whole is bounded by the text's length. The text is kept, as the script may change it before it asks.
 */
#include "platform.h"

#define MATCH_UNIT 16 /* bytes: a unit of long work */

struct match_run {
	const struct stp_regex_groups *re;
	stp_u32 *at, *regs;
	stp_u32 pos;
	stp_i64 found;
};

static STP_PROBE_CODE stp_u32 match_source(const struct match_run *m, stp_u16 reg)
{
	return reg == STP_RE_HERE ? m->pos : reg == STP_RE_NONE ? STP_RE_UNSET : m->regs[reg];
}

static STP_PROBE_CODE void match_moves(struct match_run *m, stp_u32 code)
{
	const stp_u16 *c;

	if (!code)
		return;
	for (c = m->re->code + code; *c != STP_RE_NONE; c += 2)
		m->regs[c[0]] = match_source(m, c[1]);
}

/* later matches replace earlier ones: they begin before, or are longer */
static STP_PROBE_CODE void match_note(struct match_run *m, stp_u32 code)
{
	const stp_u16 *c = m->re->code + code;
	stp_u32 i;

	if (!code)
		return;
	m->found = 1;
	m->at[0] = match_source(m, *c++);
	m->at[1] = m->pos;
	for (i = 2; i < 2u * m->re->ngroups; i++)
		m->at[i] = match_source(m, *c++);
}

STP_PROBE_CODE stp_i64 stp_match_groups(struct stp_ctx *c, const struct stp_regex_groups *re, struct stp_str v)
{
	struct stp_matched *kept = c->matched;
	struct match_run m = { re, kept->at, kept->at + 2 * re->ngroups, 0, 0 };
	stp_u32 state = re->re.start, end = re->re.end, cell;

	kept->ngroups = 0;
	if (stp_long(c, v.len / MATCH_UNIT))
		return 0;
	match_moves(&m, re->start_code);
	match_note(&m, re->codes[state + end]);
	while (m.pos < v.len && state >= re->re.fixed) {
		cell = state + re->re.classes[(stp_u8)v.p[m.pos++]];
		state = re->re.next[cell];
		match_moves(&m, re->codes[cell]);
		match_note(&m, re->codes[state + end]);
	}
	if (m.pos == v.len)
		match_note(&m, re->codes[state + end + 1]);
	if (m.found) {
		stp_set(c, kept->text, v);
		kept->ngroups = re->ngroups;
	}
	return m.found;
}
