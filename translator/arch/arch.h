/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about a CPU and its C calling convention, as data: one row per machine in arch.c, one file per machine with its registers.
 */
#ifndef STP_ARCH_ARCH_H
#define STP_ARCH_ARCH_H

#include <stddef.h>
#include <stdint.h>

#define ARCH_NO_DWARF (-1)

struct arch_reg {
	const char *name; /* as DWARF and the ABI call it: "rdi" */
	int dwarf;	  /* DWARF number, ARCH_NO_DWARF if it has none */
	unsigned pt_off;  /* offset in the kernel's struct pt_regs */
};

struct arch {
	const char *name; /* as uname -m: "x86_64" */
	const struct arch_reg *regs;
	size_t nregs;
	unsigned pt_regs_size;
	const int *arg_regs; /* DWARF numbers of the integer argument registers, in order */
	unsigned narg_regs;
	int ret_reg;		    /* DWARF number */
	unsigned word;		    /* bytes of a register and of a pointer */
	unsigned max_reg_aggregate; /* a struct or union of at most so many bytes is passed and returned in registers */
};

const struct arch *arch_find(const char *name); /* NULL: not supported */
const struct arch_reg *arch_reg(const struct arch *a, int dwarf);

extern const struct arch arch_x86_64;

#endif
