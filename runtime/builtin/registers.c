// SPDX-License-Identifier: GPL-2.0-or-later
/* The call that a probe stands at: registers.stp, errno.stp. Contexts: any. */
#include "builtin/builtin.h"

STP_PROBE_CODE stp_i64 stp_fn_returnval(struct stp_ctx *c) { return (stp_i64)stp_retval(c, NULL); }

/* n-th argument, from 1 */
STP_PROBE_CODE stp_i64 stp_fn_ulong_arg(struct stp_ctx *c, stp_i64 n)
{
	if (n < 1 || n > 64) {
		stp_error(c, "invalid argument number", NULL);
		return 0;
	}
	return (stp_i64)stp_arg(c, (stp_u32)n - 1, NULL);
}

STP_PROBE_CODE stp_i64 stp_fn_int_arg(struct stp_ctx *c, stp_i64 n) { return (int)stp_fn_ulong_arg(c, n); }
STP_PROBE_CODE stp_i64 stp_fn_uint_arg(struct stp_ctx *c, stp_i64 n) { return (stp_u32)stp_fn_ulong_arg(c, n); }
