// SPDX-License-Identifier: GPL-2.0-or-later
/* The probe that runs: context.stp, pn.stp. Contexts: any. */
#include "builtin/builtin.h"

static void set_text(struct stp_ctx *c, struct stp_slot *ret, const char *text)
{
	struct stp_str v;

	v.p = text;
	v.len = (stp_u32)strlen(text);
	stp_set(c, ret, v);
}

STP_PROBE_CODE void stp_fn_pp(struct stp_ctx *c, struct stp_slot *ret) { set_text(c, ret, c->probe->pp); }
STP_PROBE_CODE void stp_fn_pn(struct stp_ctx *c, struct stp_slot *ret) { set_text(c, ret, c->probe->pn); }
STP_PROBE_CODE void stp_fn_ppfunc(struct stp_ctx *c, struct stp_slot *ret) { set_text(c, ret, c->probe->func); }
