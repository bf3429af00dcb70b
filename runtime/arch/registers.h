/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers and the C calling convention of this CPU, for access/. One branch for each architecture; each defines
 *   STP_ARG_REGISTERS, stp_arch_arg(regs, n) for n below that, stp_arch_stack_arg(regs, n): the address of the n-th argument that is on the
 *   stack, at function entry; stp_arch_retval(regs); stp_arch_entry(code): how many bytes after a function's symbol ftrace has its call,
 *   given the function's first 8 bytes; -1: it seems to have none there.
 */
#ifndef STP_ARCH_REGISTERS_H
#define STP_ARCH_REGISTERS_H

#include "platform.h"

#include <linux/ptrace.h>

#ifdef CONFIG_X86_64

#define STP_ARG_REGISTERS 6

/* ftrace's place holds a nop of five bytes (two forms), a call if somebody traces the function, or a breakpoint while that is changed */
static inline bool stp_arch_is_entry(stp_u32 code)
{
	return code == 0x00441f0f || code == 0x66666666 || (code & 0xff) == 0xe8 || (code & 0xff) == 0xcc;
}

static inline int stp_arch_entry(stp_u64 code)
{
	stp_u32 first = (stp_u32)code;

	if (first == 0xfa1e0ff3 || first == 0x001f0f66 || first == 0xd6401f0f) /* an ENDBR, or a nop that has taken its place (two forms) */
		return stp_arch_is_entry(code >> 32) ? 4 : -1;
	return stp_arch_is_entry(first) ? 0 : -1;
}

static __always_inline stp_u64 stp_arch_arg(const struct pt_regs *r, stp_u32 n)
{
	switch (n) {
	case 0:
		return r->di;
	case 1:
		return r->si;
	case 2:
		return r->dx;
	case 3:
		return r->cx;
	case 4:
		return r->r8;
	default:
		return r->r9;
	}
}

static __always_inline stp_u64 stp_arch_stack_arg(const struct pt_regs *r, stp_u32 n)
{
	return r->sp + 8 + 8 * (stp_u64)n; /* above the return address */
}

static __always_inline stp_u64 stp_arch_retval(const struct pt_regs *r) { return r->ax; }

#else
#error "this architecture has no row in runtime/arch/registers.h yet"
#endif

#endif
