/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments and return values by the C calling convention, out of the registers of the hit. Any context. */
#include "access/access.h"
#include "arch/registers.h"

#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>

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

/* what the program had when it last entered the kernel; a kernel thread has none */
static STP_PROBE_CODE const struct pt_regs *registers_of_program(struct stp_ctx *c)
{
	if (c->regs && user_mode((struct pt_regs *)c->regs))
		return c->regs;
	return current->flags & PF_KTHREAD ? NULL : task_pt_regs(current);
}

STP_PROBE_CODE stp_u64 stp_register(struct stp_ctx *c, stp_u32 offset, int user, const char *where)
{
	const struct pt_regs *regs = user ? registers_of_program(c) : c->regs;

	if (!regs) {
		stp_error(c, "register access fault [man error::fault]", where);
		return 0;
	}
	return *(const stp_u64 *)((const char *)regs + offset);
}
