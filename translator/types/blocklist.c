/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions of the kernel that are never probed: what a handler itself, or the machinery that calls it, may run through. By name,
 * as users of SystemTap know it; the kernel adds its own list at registration, and init code is not among the symbols in the first
 * place.
 */
#include "types/target.h"

#include <fnmatch.h>
#include <stddef.h>

static const char *const both[] = {
	/* exception, NMI and interrupt entry */
	"asm_exc_*",
	"exc_*",
	"asm_sysvec_*",
	"sysvec_*",
	"do_int3",
	"do_debug",
	"do_nmi",
	"default_do_nmi",
	"nmi_handle",
	"do_page_fault",
	"do_trap",
	"do_general_protection",
	"do_divide_error",
	"do_invalid_op",
	"error_entry",
	"paranoid_entry",
	"paranoid_exit",
	"irqentry_*",
	"ret_from_fork*",
	"die",
	"__die",
	"oops_begin",
	"oops_end",
	"oops_enter",
	"oops_exit",
	"kgdb_*",
	/* notifier chains: kprobes hears of its traps through them */
	"notifier_call_chain*",
	"*_notifier_call_chain*",
	"notify_die",
	/* locks */
	"*raw_*_lock*",
	"*raw_*_unlock*",
	"*raw_*_trylock*",
	"*read_lock*",
	"*read_unlock*",
	"*read_trylock*",
	"*write_lock*",
	"*write_unlock*",
	"*write_trylock*",
	"*spin_lock*",
	"*spin_unlock*",
	"*spin_trylock*",
	"*spin_is_locked*",
	"rwsem_*lock*",
	"*mutex_*lock*",
	/* atomics, interrupt controllers, interrupt state */
	"atomic_*",
	"atomic64_*",
	"*apic*",
	"*APIC*",
	"*softirq*",
	"*IRQ*",
	"*_intr*",
	"xen_*irq*",
	"preempt_count*",
	"current_*",
	"*kernel_text*",
	"__switch_to*",
};

static const char *const return_only[] = {
	"do_exit",
	"sys_exit",
	"sys_exit_group",
	"__x64_sys_exit",
	"__x64_sys_exit_group",
	"__ia32_sys_exit",
	"__ia32_sys_exit_group",
};

static bool listed(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!fnmatch(list[i], name, 0))
			return true;
	return false;
}

bool target_function_probeable(const char *name, bool is_return, const char **ret_reason)
{
	if (listed(both, sizeof(both) / sizeof(*both), name)) {
		*ret_reason = "is blocklisted";
		return false;
	}
	if (is_return && listed(return_only, sizeof(return_only) / sizeof(*return_only), name)) {
		*ret_reason = "return probe is blocklisted";
		return false;
	}
	return true;
}
