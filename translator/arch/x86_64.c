/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86_64, System V ABI: DWARF numbers, struct pt_regs (arch/x86/include/asm/ptrace.h), integer arguments. The kernel passes nothing
 * in SSE registers.
 */
#include "arch/arch.h"

static const struct arch_reg regs[] = {
	{ "r15", 15, 0 },   { "r14", 14, 8 },  { "r13", 13, 16 },     { "r12", 12, 24 },
	{ "rbp", 6, 32 },   { "rbx", 3, 40 },  { "r11", 11, 48 },     { "r10", 10, 56 },
	{ "r9", 9, 64 },    { "r8", 8, 72 },   { "rax", 0, 80 },      { "rcx", 2, 88 },
	{ "rdx", 1, 96 },   { "rsi", 4, 104 }, { "rdi", 5, 112 },     { "orig_rax", ARCH_NO_DWARF, 120 },
	{ "rip", 16, 128 }, { "cs", 51, 136 }, { "rflags", 49, 144 }, { "rsp", 7, 152 },
	{ "ss", 52, 160 },
};

static const int arg_regs[] = { 5, 4, 1, 2, 8, 9 }; /* rdi rsi rdx rcx r8 r9 */

const struct arch arch_x86_64 = {
	.name = "x86_64",
	.regs = regs,
	.nregs = sizeof(regs) / sizeof(*regs),
	.pt_regs_size = 168,
	.arg_regs = arg_regs,
	.narg_regs = sizeof(arg_regs) / sizeof(*arg_regs),
	.ret_reg = 0,
	.word = 8,
	.max_reg_aggregate = 16,
};
