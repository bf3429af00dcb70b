/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Function entries through one ftrace_ops of ours: attached to any number of functions in milliseconds, and no hit is swallowed by the
 * kernel. The callback finds its probes in a table by address: that of ftrace's call, which on some kernels lies a few bytes behind the
 * symbol. Functions that ftrace serves begin with that call, or with the nop in its place, so a glance at their bytes tells them.
 *
 * Any context: function_ftrace_hit(), function_find(). While the ops is registered, functions leave the table and none comes into it.
 */
#include "probe/function.h"
#include "arch/registers.h"
#include "compat/ftrace.h"

#include <linux/uaccess.h>

#define FUNCTION_BATCH 2048 /* addresses that ftrace is told at once */
#define FUNCTION_TRIAL 64   /* when it refused some: of so many at once it is asked which */

#define FUNCTION_NO_MORE 1 /* no address: in the table, what was one. Hits do not find its probes */

struct function_link { /* the probes of one address */
	const struct stp_probe *probe;
	struct function_link *next;
};

struct function_slot {
	unsigned long ip; /* 0 = free, or FUNCTION_NO_MORE */
	struct function_link *first; /* of an address never NULL */
};

static char *function_table;	     /* of slots */
static struct function_link *function_links;
static unsigned long function_mask;  /* of an address: the offset of its slot. Functions lie 16 bytes apart, as the slots do */
static unsigned long *function_ips;  /* as many as there are sites here: what ftrace is told of; from arm to disarm */
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

static struct ftrace_ops function_trial; /* never registered */

/* ---- the table ---- */

/* the same list for all sites of an address; false: there is one already */
static bool function_enter(unsigned long ip, struct function_link *link)
{
	struct function_slot *slot = function_find(ip);
	struct function_link **last = &slot->first;
	bool fresh = !slot->ip;

	slot->ip = ip;
	while (*last)
		last = &(*last)->next;
	*last = link;
	return fresh;
}

static void function_enter_site(struct function_site *s, struct function_link **link)
{
	stp_u32 i;

	s->twin = false;
	for (i = 0; i < s->nentry; i++, ++*link) {
		(*link)->probe = function_entry(s->row, i);
		if (!function_enter(s->ip, *link) && i == 0)
			s->twin = true;
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
			links += s->nentry;
		}
	}
	while (size < 4 * n)
		size *= 2;
	function_table = stp_alloc(size * sizeof(struct function_slot));
	function_links = link = stp_alloc(links * sizeof(*link));
	function_ips = stp_alloc(n * sizeof(*function_ips));
	if (!function_table || !function_links || !function_ips)
		return -ENOMEM;
	function_mask = (size - 1) * sizeof(struct function_slot);
	for (s = function_sites.v; s < end; s++)
		if (s->how == FUNCTION_FTRACE)
			function_enter_site(s, &link);
	return 0;
}

bool function_ftrace_knows(struct function_site *s)
{
	stp_u64 code;
	int at;

	if (copy_from_kernel_nofault(&code, (const void *)s->addr, sizeof(code)))
		return false;
	at = stp_arch_entry(code);
	s->ip = s->addr + at;
	return at >= 0;
}

/* ---- the filter ---- */

/* Tells ftrace of function_ips from there up to n, at most of one batch; it takes all of it or nothing. How many it took, or -errno */
static int function_filter(stp_u32 from, stp_u32 n, bool remove)
{
	stp_u32 part = min_t(stp_u32, n - from, FUNCTION_BATCH);
	int err = stp_goes_on() ? stp_ftrace_filter(&function_ops, function_ips + from, part, remove, false) : -EINTR;

	return err ? err : (int)part;
}

/* adds the first n of function_ips. 0, or -errno with some of them added */
static int function_filter_add(stp_u32 n)
{
	stp_u32 i;
	int part;

	for (i = 0; i < n; i += part) {
		part = function_filter(i, n, false);
		if (part < 0)
			return part;
	}
	return 0;
}

/* Which of them does ftrace not know? They become 0. Asked of a filter that serves for nothing else, so that it stays small. Depth is log2(n) */
static void function_try(unsigned long *ips, stp_u32 n)
{
	if (!n || !stp_ftrace_filter(&function_trial, ips, n, false, true))
		return;
	if (n == 1) {
		ips[0] = 0;
		return;
	}
	function_try(ips, n / 2);
	function_try(ips + n / 2, n - n / 2);
}

int function_ftrace_try(unsigned long *ips, stp_u32 n)
{
	stp_u32 i;

	for (i = 0; i < n; i += FUNCTION_TRIAL) {
		if (!stp_goes_on())
			return -EINTR;
		function_try(ips + i, min_t(stp_u32, n - i, FUNCTION_TRIAL));
	}
	return 0;
}

/* sites whose address was refused are no longer ftrace's; fills function_ips anew. Returns how many are left */
static stp_u32 function_drop_refused(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	stp_u32 i = 0, n = 0;

	for (s = function_sites.v; s < end; s++) {
		if (s->how != FUNCTION_FTRACE || s->twin)
			continue;
		if (function_ips[i++])
			function_ips[n++] = s->ip;
		else
			function_find(s->ip)->ip = FUNCTION_NO_MORE;
	}
	for (s = function_sites.v; s < end; s++)
		if (s->how == FUNCTION_FTRACE && !function_find(s->ip)->ip)
			s->how = FUNCTION_NOT;
	return n;
}

static int function_filter_all(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	stp_u32 n = 0;
	int err;

	for (s = function_sites.v; s < end; s++)
		if (s->how == FUNCTION_FTRACE && !s->twin)
			function_ips[n++] = s->ip;
	err = function_filter_add(n);
	if (err && err != -EINTR) {
		ftrace_set_filter(&function_ops, NULL, 0, true); /* it may have taken batches before */
		err = function_ftrace_try(function_ips, n);
		if (!err)
			err = function_filter_add(function_drop_refused());
	}
	for (s = function_sites.v; s < end; s++)
		s->armed = s->how == FUNCTION_FTRACE;
	return err;
}

/* by any row's probe at this address */
static bool function_address_wanted(unsigned long ip)
{
	const struct function_link *link = function_find(ip)->first;

	while (link && !stp_wanted(link->probe))
		link = link->next;
	return link;
}

/* adds to the filter what is wanted and not in it, or takes out what is in it and not wanted; *ret is how many are wanted */
static int function_refilter(bool remove, stp_u32 *ret)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	stp_u32 n = 0, all = 0, i, done;
	int part = 0;

	for (s = function_sites.v; s < end; s++) {
		bool wanted = s->how == FUNCTION_FTRACE && !s->twin && function_address_wanted(s->ip);

		all += wanted;
		if (s->how == FUNCTION_FTRACE && !s->twin && s->armed == remove && wanted != s->armed)
			function_ips[n++] = s->ip;
	}
	for (done = 0; done < n; done += part) {
		part = function_filter(done, n, remove);
		if (part < 0)
			break;
	}
	for (s = function_sites.v, i = 0; i < done; s++) {
		if (s->how == FUNCTION_FTRACE && !s->twin && s->ip == function_ips[i]) {
			s->armed = !remove;
			i++;
		}
	}
	*ret = all;
	return part < 0 ? part : 0;
}

/* ---- attaching ---- */

/* An ops with an empty filter would get every function of the kernel: so first what is added, and the ops goes rather than the last address. */
int function_ftrace_rearm(void)
{
	stp_u32 all;
	int err;

	if (!function_table)
		return 0;
	err = function_refilter(false, &all);
	if (!err && !all && function_registered) {
		err = unregister_ftrace_function(&function_ops);
		function_registered = false;
	} else if (!err && all) {
		err = function_refilter(true, &all);
		if (!err && !function_registered) {
			err = register_ftrace_function(&function_ops);
			function_registered = !err;
		}
	}
	return err;
}

/* ftrace is still there for the module's functions. Others that are left keep the filter from being empty, or the ops goes first */
void function_ftrace_drop(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	stp_u32 i, n = 0;
	bool left = false;

	for (s = function_sites.v; s < end; s++)
		left |= s->how == FUNCTION_FTRACE && !s->twin && s->armed && !s->leaves;
	if (!left && function_registered) {
		unregister_ftrace_function(&function_ops);
		function_registered = false;
	}
	for (s = function_sites.v; s < end; s++) {
		if (s->how != FUNCTION_FTRACE || !s->leaves)
			continue;
		if (s->armed && !s->twin)
			function_ips[n++] = s->ip;
		if (!s->twin) /* whatever comes to lie there: what ftrace cannot take out of its filter is no hit of ours */
			WRITE_ONCE(function_find(s->ip)->ip, FUNCTION_NO_MORE);
		s->armed = s->leaves = false;
		s->how = FUNCTION_GONE;
	}
	/* each call patches the kernel's text once; one that ftrace does not know any more spoils it for all */
	if (n && stp_ftrace_filter(&function_ops, function_ips, n, true, false))
		for (i = 0; i < n; i++)
			stp_ftrace_filter(&function_ops, &function_ips[i], 1, true, false);
}

int function_ftrace_arm(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	int err;

	for (s = function_sites.v; s < end && s->how != FUNCTION_FTRACE; s++)
		;
	if (s == end)
		return 0;
	err = function_fill();
	if (!err)
		err = function_filter_all();
	return err ? err : function_ftrace_rearm();
}

void function_ftrace_disarm(void)
{
	if (function_registered)
		unregister_ftrace_function(&function_ops);
	function_registered = false;
	/* not by ftrace_free_filter(): older kernels do not export it, and it leaves the pointer to what it has freed */
	ftrace_set_filter(&function_ops, NULL, 0, true);
	ftrace_set_filter(&function_trial, NULL, 0, true);
	stp_free(function_table);
	stp_free(function_links);
	stp_free(function_ips);
	function_table = NULL;
	function_links = NULL;
	function_ips = NULL;
}
