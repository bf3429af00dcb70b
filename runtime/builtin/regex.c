// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups of the last regular expression: regex.stp. Contexts: any. */
#include "builtin/builtin.h"

static STP_PROBE_CODE int regex_failed(struct stp_ctx *c)
{
	if (!c->matched->ngroups)
		stp_error(c, "no regular expression has matched", NULL);
	return !c->matched->ngroups;
}

STP_PROBE_CODE void stp_fn_matched(struct stp_ctx *c, struct stp_slot *ret, stp_i64 n)
{
	const struct stp_matched *m = c->matched;
	struct stp_str group;

	stp_slot_clear(ret);
	if (regex_failed(c))
		return;
	if (n < 0 || n >= m->ngroups) {
		stp_error(c, "the regular expression has no such group", NULL);
		return;
	}
	if (m->at[2 * n] == STP_RE_UNSET || m->at[2 * n + 1] == STP_RE_UNSET)
		return;
	group.p = m->text->b + m->at[2 * n];
	group.len = m->at[2 * n + 1] - m->at[2 * n];
	stp_set(c, ret, group);
}

STP_PROBE_CODE stp_i64 stp_fn_ngroups(struct stp_ctx *c)
{
	return regex_failed(c) ? 0 : c->matched->ngroups;
}
