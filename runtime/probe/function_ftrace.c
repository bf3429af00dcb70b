/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Function entries through one ftrace_ops of ours: attached to any number of functions in milliseconds, and no hit is swallowed by the
 * kernel. The callback finds its site in a hash table by address; ftrace gives the address of the call, which on some kernels lies a few
 * bytes behind the symbol, so each site is entered under all addresses that it may come with (no function is that short).
 *
 * Any context: function_ftrace_hit(), function_find(). The table does not change while the ops is registered.
 */
#include "probe/function.h"
#include "arch/registers.h"
#include "compat/ftrace.h"

struct function_slot {
	unsigned long ip; /* 0 = free */
	struct function_site *site;
};

static struct function_slot *function_table;
static stp_u32 function_shift, function_mask;
static bool function_registered;

/* ---- hits: any context ---- */

static __always_inline stp_u32 function_hash(unsigned long ip)
{
	return ip * 0x9e3779b97f4a7c15ull >> function_shift;
}

static __always_inline struct function_site *function_find(unsigned long ip)
{
	stp_u32 i = function_hash(ip);

	while (STP_UNLIKELY(function_table[i].ip != ip)) {
		if (!function_table[i].ip)
			return NULL;
		i = (i + 1) & function_mask;
	}
	return function_table[i].site;
}

static STP_PROBE_CODE void function_ftrace_hit(unsigned long ip, unsigned long parent, struct ftrace_ops *ops, STP_FTRACE_REGS *fregs)
{
	struct function_site *s = function_find(ip);

	for (; s; s = s->same)
		function_entered(s->row, stp_ftrace_regs(fregs));
}

static struct ftrace_ops function_ops = {
	.func = function_ftrace_hit,
	.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_PERMANENT | STP_FTRACE_UNGUARDED,
};

/* ---- the table ---- */

static void function_enter(unsigned long ip, struct function_site *s)
{
	stp_u32 i = function_hash(ip);

	while (function_table[i].ip && function_table[i].ip != ip)
		i = (i + 1) & function_mask;
	if (function_table[i].site && function_table[i].site != s)
		s->same = function_table[i].site; /* the same chain under each address */
	function_table[i].ip = ip;
	function_table[i].site = s;
}

static int function_fill(stp_u32 n)
{
	static const stp_u8 offsets[] = STP_ENTRY_OFFSETS;
	struct function_site *s, *end = function_sites.v + function_sites.n;
	stp_u32 size = 4, bits = 2, i;

	for (; size < 2 * n * ARRAY_SIZE(offsets); size *= 2)
		bits++;
	function_table = stp_alloc(size * sizeof(*function_table));
	if (!function_table)
		return -ENOMEM;
	function_shift = 64 - bits;
	function_mask = size - 1;
	for (s = function_sites.v; s < end; s++)
		for (i = 0; s->how == FUNCTION_FTRACE && i < ARRAY_SIZE(offsets); i++)
			function_enter(s->addr + offsets[i], s);
	return 0;
}

/* ---- attaching ---- */

/*
 * Tells ftrace n addresses at once. It takes all or none: if it refuses, each half is tried, down to the single address that it does not
 * know. What is refused becomes 0. Depth is log2(n).
 */
static void function_filter(unsigned long *ips, stp_u32 n)
{
	if (!n || !stp_ftrace_filter(&function_ops, ips, n))
		return;
	if (n == 1) {
		ips[0] = 0;
		return;
	}
	function_filter(ips, n / 2);
	function_filter(ips + n / 2, n - n / 2);
}

static stp_u32 function_filter_all(unsigned long *ips)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	stp_u32 n = 0, i = 0, known = 0;

	for (s = function_sites.v; s < end; s++)
		if (s->how == FUNCTION_FTRACE)
			ips[n++] = s->addr;
	function_filter(ips, n);
	for (s = function_sites.v; s < end; s++) {
		if (s->how != FUNCTION_FTRACE)
			continue;
		if (ips[i++])
			known++;
		else
			s->how = FUNCTION_NOT;
	}
	return known;
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
	if (!known) /* an ops with an empty filter would get every function of the kernel */
		return 0;
	err = function_fill(known);
	if (!err)
		err = register_ftrace_function(&function_ops);
	function_registered = !err;
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
	function_table = NULL;
}
