// SPDX-License-Identifier: GPL-2.0-or-later
/* What a script says and decides: logging.stp. Contexts: any. */
#include "builtin/builtin.h"

STP_PROBE_CODE void stp_fn_log(struct stp_ctx *c, struct stp_str msg)
{
	stp_put_str(&c->out, msg);
	stp_put(&c->out, "\n", 1);
}

STP_PROBE_CODE void stp_fn_warn(struct stp_ctx *c, struct stp_str msg)
{
	if (stp_long(c, 2)) /* when none is free, the search for one is long */
		return;
	stp_message_text("WARNING: ", msg);
}

STP_PROBE_CODE void stp_fn_error(struct stp_ctx *c, struct stp_str msg)
{
	stp_error_str(c, msg, NULL);
}

STP_PROBE_CODE void stp_fn_exit(struct stp_ctx *c)
{
	(void)c;
	stp_request_exit();
}

STP_PROBE_CODE void stp_fn_abort(struct stp_ctx *c)
{
	stp_request_exit();
	c->error = STP_ABORT;
}
