// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Our tables of registers against elfutils' (names by DWARF number) and the C library's (struct user_regs_struct is struct pt_regs).
 * link: translator/arch/[a-z]*.c -ldw
 */
#include "tap.h"

#include "arch/arch.h"

#include <elfutils/libdwfl.h>
#include <stdlib.h>
#include <sys/user.h>

struct seen {
	const struct arch *arch;
	unsigned compared, wrong;
};

static int compare(void *arg, int regno, const char *setname, const char *prefix, const char *regname, int bits, int type)
{
	struct seen *s = arg;
	const struct arch_reg *r = arch_reg(s->arch, regno);

	(void)setname, (void)prefix, (void)bits, (void)type;
	if (!r)
		return DWARF_CB_OK;
	s->compared++;
	if (strcmp(r->name, regname)) {
		s->wrong++;
		printf("# DWARF register %d: ours \"%s\", elfutils' \"%s\"\n", regno, r->name, regname);
	}
	return DWARF_CB_OK;
}

/* this program itself is an ELF file of the machine */
static void test_dwarf(const struct arch *a)
{
	static const Dwfl_Callbacks callbacks = { .find_elf = dwfl_linux_proc_find_elf, .find_debuginfo = dwfl_standard_find_debuginfo,
						  .section_address = dwfl_offline_section_address };
	struct seen s = { .arch = a };
	Dwfl *dwfl = dwfl_begin(&callbacks);
	Dwfl_Module *m = dwfl_report_offline(dwfl, "self", "/proc/self/exe", -1);
	unsigned numbered = 0;

	dwfl_report_end(dwfl, NULL, NULL);
	for (size_t i = 0; i < a->nregs; i++)
		numbered += a->regs[i].dwarf != ARCH_NO_DWARF;
	OK(m && dwfl_module_register_names(m, compare, &s) == 0, "elfutils names the registers of this machine");
	OK(s.compared == numbered && numbered > 16, "all of ours are among them");
	OK(s.wrong == 0, "under the same names");
	dwfl_end(dwfl);
}

static void test_offsets(const struct arch *a)
{
#define REG(name, field) { name, offsetof(struct user_regs_struct, field) }
	static const struct { const char *name; size_t off; } want[] = {
		REG("r15", r15), REG("r14", r14), REG("r13", r13), REG("r12", r12), REG("rbp", rbp), REG("rbx", rbx), REG("r11", r11),
		REG("r10", r10), REG("r9", r9), REG("r8", r8), REG("rax", rax), REG("rcx", rcx), REG("rdx", rdx), REG("rsi", rsi),
		REG("rdi", rdi), REG("orig_rax", orig_rax), REG("rip", rip), REG("cs", cs), REG("rflags", eflags), REG("rsp", rsp), REG("ss", ss),
	};
#undef REG
	unsigned wrong = 0;

	OK(a->nregs == sizeof(want) / sizeof(*want), "as many registers as struct pt_regs has");
	for (size_t i = 0; i < a->nregs && i < sizeof(want) / sizeof(*want); i++)
		wrong += strcmp(a->regs[i].name, want[i].name) || a->regs[i].pt_off != want[i].off;
	OK(wrong == 0, "at their offsets");
	OK(a->pt_regs_size == offsetof(struct user_regs_struct, fs_base), "and it ends where they end");
}

static void test_arguments(const struct arch *a)
{
	static const char *const want[] = { "rdi", "rsi", "rdx", "rcx", "r8", "r9" };

	OK(a->narg_regs == 6, "six integer arguments");
	for (size_t i = 0; i < a->narg_regs && i < 6; i++)
		TEXT(arch_reg(a, a->arg_regs[i])->name, want[i], "in order");
	TEXT(arch_reg(a, a->ret_reg)->name, "rax", "the result");
	OK(!arch_reg(a, 1000), "no register of that number");
}

int main(void)
{
#ifdef __x86_64__
	test_dwarf(&arch_x86_64);
	test_offsets(&arch_x86_64);
#else
	tap_skip("registers of x86_64", "this machine is another");
#endif
	test_arguments(&arch_x86_64);
	OK(arch_find("x86_64") == &arch_x86_64 && !arch_find("pdp11"), "machines by name");
	return tap_done();
}
