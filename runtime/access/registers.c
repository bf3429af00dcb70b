/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments and return values by the C calling convention, out of the registers of the hit. Any context. */
#include "access/access.h"
#include "arch/registers.h"

static STP_PROBE_CODE bool registers_absent(struct stp_ctx *c, const char *where)
{
	if (STP_LIKELY(c->regs))
		return false;
	stp_error(c, "register access fault [man error::fault]", where);
	return true;
}

STP_PROBE_CODE stp_u64 stp_arg(struct stp_ctx *c, stp_u32 n, const char *where)
{
	if (registers_absent(c, where))
		return 0;
	if (STP_LIKELY(n < STP_ARG_REGISTERS))
		return stp_arch_arg(c->regs, n);
	return stp_load(c, stp_arch_stack_arg(c->regs, n - STP_ARG_REGISTERS), 8, 0, where);
}

STP_PROBE_CODE stp_u64 stp_retval(struct stp_ctx *c, const char *where)
{
	return registers_absent(c, where) ? 0 : stp_arch_retval(c->regs);
}
