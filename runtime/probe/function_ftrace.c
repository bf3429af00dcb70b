/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Function entries through one ftrace_ops of ours: attached to any number of functions in milliseconds, and no hit is swallowed by the
 * kernel. The callback finds its probes in a table by address. ftrace gives the address of the call, which on some kernels lies a few bytes
 * behind the symbol, so each site is entered under all addresses that it may come with; no function is that short.
 *
 * Any context: function_ftrace_hit(), function_find(). The table does not change while the ops is registered.
 */
#include "probe/function.h"
#include "arch/registers.h"
#include "compat/ftrace.h"

#include <linux/uaccess.h>

struct function_link { /* the probes of one address */
	const struct stp_probe *probe;
	struct function_link *next;
};

struct function_slot {
	unsigned long ip; /* 0 = free */
	struct function_link *first;
};

static char *function_table;	     /* of slots */
static struct function_link *function_links;
static unsigned long function_mask;  /* of an address: the offset of its slot. Functions lie 16 bytes apart, as the slots do */
static bool function_registered;

/* ---- hits: any context ---- */

static __always_inline struct function_slot *function_at(unsigned long offset)
{
	return (struct function_slot *)(function_table + (offset & function_mask));
}

/* the slot of ip, or the free one where it would be */
static noinline STP_PROBE_CODE struct function_slot *function_find(unsigned long ip)
{
	unsigned long offset = ip;
	struct function_slot *slot;

	for (;; offset += sizeof(*slot)) {
		slot = function_at(offset);
		if (slot->ip == ip || !slot->ip)
			return slot;
	}
}

static noinline STP_PROBE_CODE void function_hit_several(const struct function_link *link, struct pt_regs *regs)
{
	for (; link; link = link->next)
		stp_hit(link->probe, regs);
}

/* nothing to be kept over the call of the handler: the fewer registers are saved */
static STP_PROBE_CODE void function_ftrace_hit(unsigned long ip, unsigned long parent, struct ftrace_ops *ops, STP_FTRACE_REGS *fregs)
{
	const struct function_slot *slot = function_at(ip);
	const struct function_link *link;

	if (STP_UNLIKELY(slot->ip != ip)) {
		slot = function_find(ip);
		if (!slot->ip)
			return;
	}
	link = slot->first;
	if (STP_UNLIKELY(link->next))
		function_hit_several(link, stp_ftrace_regs(fregs));
	else
		stp_hit(link->probe, stp_ftrace_regs(fregs));
}

static struct ftrace_ops function_ops = {
	.func = function_ftrace_hit,
	.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_PERMANENT | STP_FTRACE_UNGUARDED,
};

/* ---- the table ---- */

static void function_enter(unsigned long ip, struct function_link *link)
{
	struct function_slot *slot = function_find(ip);
	struct function_link **last = &slot->first;

	slot->ip = ip;
	while (*last && *last != link) /* the same list under each address of a function */
		last = &(*last)->next;
	*last = link;
}

static void function_enter_site(const struct function_site *s, struct function_link **link)
{
	static const stp_u8 offsets[] = STP_ENTRY_OFFSETS;
	stp_u32 i, k, likely, code = 0;

	if (copy_from_kernel_nofault(&code, (const void *)s->addr, sizeof(code)))
		code = 0;
	likely = stp_arch_entry(code); /* first: it gets the better slot */
	for (i = 0; i < s->row->nentry; i++, ++*link) {
		(*link)->probe = function_entry(s->row, i);
		for (k = 0; k < ARRAY_SIZE(offsets); k++)
			function_enter(s->addr + offsets[(likely + k) % ARRAY_SIZE(offsets)], *link);
	}
}

static int function_fill(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	struct function_link *link;
	stp_u32 links = 0, n = 0, size = 8;

	for (s = function_sites.v; s < end; s++) {
		if (s->how == FUNCTION_FTRACE) {
			n++;
			links += s->row->nentry;
		}
	}
	while (size < 4 * n)
		size *= 2;
	function_table = stp_alloc(size * sizeof(struct function_slot));
	function_links = link = stp_alloc(links * sizeof(*link));
	if (!function_table || !function_links)
		return -ENOMEM;
	function_mask = (size - 1) * sizeof(struct function_slot);
	for (s = function_sites.v; s < end; s++)
		if (s->how == FUNCTION_FTRACE)
			function_enter_site(s, &link);
	return 0;
}

/* ---- attaching ---- */

/*
 * Tells ftrace n addresses at once. It takes all or none: if it refuses, each half is tried, down to the single address that it does not
 * know. What is refused becomes 0. Depth is log2(n).
 */
static void function_filter(unsigned long *ips, stp_u32 n, bool remove)
{
	if (!n || !stp_ftrace_filter(&function_ops, ips, n, remove))
		return;
	if (n == 1) {
		ips[0] = 0;
		return;
	}
	function_filter(ips, n / 2, remove);
	function_filter(ips + n / 2, n - n / 2, remove);
}

static stp_u32 function_filter_all(unsigned long *ips)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	stp_u32 n = 0, i = 0, known = 0;

	for (s = function_sites.v; s < end; s++)
		if (s->how == FUNCTION_FTRACE)
			ips[n++] = s->addr;
	function_filter(ips, n, false);
	for (s = function_sites.v; s < end; s++) {
		if (s->how != FUNCTION_FTRACE)
			continue;
		s->armed = ips[i++] != 0;
		if (s->armed)
			known++;
		else
			s->how = FUNCTION_NOT;
	}
	return known;
}

/* by any row's probe at this address */
static bool function_address_wanted(unsigned long addr)
{
	const struct function_link *link = function_find(addr)->first;

	while (link && !stp_wanted(link->probe))
		link = link->next;
	return link;
}

/* adds to the filter what is wanted and not in it, or takes out what is in it and not wanted. Returns how many are wanted */
static stp_u32 function_refilter(unsigned long *ips, bool remove)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	stp_u32 n = 0, all = 0;

	for (s = function_sites.v; s < end; s++) {
		bool wanted = s->how == FUNCTION_FTRACE && function_address_wanted(s->addr);

		all += wanted;
		if (s->how != FUNCTION_FTRACE || s->armed != remove || wanted == s->armed)
			continue;
		s->armed = !remove;
		ips[n++] = s->addr;
	}
	function_filter(ips, n, remove);
	return all;
}

/* An ops with an empty filter would get every function of the kernel: so first what is added, and the ops goes rather than the last address. */
int function_ftrace_rearm(void)
{
	unsigned long *ips;
	int err = 0;

	if (!function_table)
		return 0;
	ips = stp_alloc(function_sites.n * sizeof(*ips));
	if (!ips)
		return -ENOMEM;
	if (function_refilter(ips, false)) {
		function_refilter(ips, true);
		if (!function_registered)
			err = register_ftrace_function(&function_ops);
		function_registered |= !err;
	} else if (function_registered) {
		err = unregister_ftrace_function(&function_ops);
		function_registered = false;
	}
	stp_free(ips);
	return err;
}

int function_ftrace_arm(void)
{
	unsigned long *ips;
	stp_u32 known;
	int err;

	if (!function_sites.n)
		return 0;
	ips = stp_alloc(function_sites.n * sizeof(*ips));
	if (!ips)
		return -ENOMEM;
	known = function_filter_all(ips);
	stp_free(ips);
	if (!known)
		return 0;
	err = function_fill();
	if (!err)
		err = function_ftrace_rearm();
	if (err)
		function_ftrace_disarm();
	return err;
}

void function_ftrace_disarm(void)
{
	if (function_registered)
		unregister_ftrace_function(&function_ops);
	function_registered = false;
	ftrace_free_filter(&function_ops);
	stp_free(function_table);
	stp_free(function_links);
	function_table = NULL;
	function_links = NULL;
}
