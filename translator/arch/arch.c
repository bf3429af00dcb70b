/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of machines. To support one: a file with its tables here, its part in runtime/arch, and the unit test compares it with
 * elfutils.
 */
#include "arch/arch.h"

#include <string.h>

static const struct arch *const archs[] = { &arch_x86_64 };

const struct arch *arch_find(const char *name)
{
	for (size_t i = 0; i < sizeof(archs) / sizeof(*archs); i++)
		if (!strcmp(archs[i]->name, name))
			return archs[i];
	return NULL;
}

const struct arch_reg *arch_reg(const struct arch *a, int dwarf)
{
	for (size_t i = 0; i < a->nregs; i++)
		if (a->regs[i].dwarf == dwarf)
			return &a->regs[i];
	return NULL;
}
