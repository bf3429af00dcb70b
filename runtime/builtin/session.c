// SPDX-License-Identifier: GPL-2.0-or-later
/* What staprun said at the start: context.stp, tzinfo.stp. Contexts: any; none of it changes after START. */
#include "builtin/builtin.h"

#include "core/session.h"

STP_PROBE_CODE stp_i64 stp_fn_target(struct stp_ctx *c) { return stp_session.target; }
STP_PROBE_CODE stp_i64 stp_fn_tz_gmtoff(struct stp_ctx *c) { return stp_session.tz.gmtoff; }

STP_PROBE_CODE void stp_fn_tz_name(struct stp_ctx *c, struct stp_slot *ret)
{
	struct stp_str v;

	v.p = stp_session.tz.name;
	v.len = (stp_u32)strnlen(v.p, sizeof(stp_session.tz.name));
	stp_set(c, ret, v);
}
