/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Function returns through fprobes: one registration for any number of functions, on kernels that have it (compat/fprobe.h). Rows whose number
 * of return probes is the same share one, so that what the kernel dropped for want of a free instance, which it counts for the whole, is
 * known in probes. An instance is kept for a call from entry to return; all functions take them from one pool. What the return probes saved
 * at entry lies in it. The kernel's handlers tell the address of ftrace's call: the site is looked up by it.
 *
 * Handlers: any context, preemption is off. The table does not change while an fprobe is registered.
 */
#include "probe/function.h"
#include "compat/fprobe.h"
#include "core/memory.h"

#include <linux/log2.h>
#include <linux/slab.h>

#define FUNCTION_GROUPS 4	  /* of rows with as many return probes; rows of a fifth kind get kretprobes */
#define FUNCTION_INSTANCES 32768  /* at most, in one group */
#define FUNCTION_INSTANCE 96	  /* bytes of one besides our data: no kernel has more */

struct function_group {
	STP_FPROBE fp;
	stp_u32 nret, n;	  /* n: functions */
	const struct function_site *first;
	bool registered;
	size_t bytes; /* of its instances */
	stp_u64 missed;
};
static struct function_group *function_groups;
static stp_u32 function_ngroups;

static struct function_site **function_rets; /* by address; NULL = free */
static unsigned long function_rets_mask;     /* of a place in it */

/* ---- hits: any context ---- */

/* the place of ip, or the free one where it would be */
static __always_inline struct function_site **function_ret_at(unsigned long ip)
{
	unsigned long i = ip >> 4;

	for (;; i++) {
		struct function_site **at = &function_rets[i & function_rets_mask];

		if (!*at || (*at)->ip == ip)
			return at;
	}
}

/* nonzero: the return is not wanted */
static STP_PROBE_CODE int function_fprobe_entry(STP_FPROBE *fp, unsigned long ip, unsigned long to, struct pt_regs *regs, void *data)
{
	const struct function_site *s;

	if (READ_ONCE(stp_session.state) != STP_RUNNING)
		return 1;
	if (!fp->entry_data_size)
		return 0;
	s = *function_ret_at(ip);
	return s && s->row->save && !function_save(s->row, regs, data);
}

static STP_PROBE_CODE void function_fprobe_exit(STP_FPROBE *fp, unsigned long ip, unsigned long to, struct pt_regs *regs, void *data)
{
	const struct function_site *s = *function_ret_at(ip);

	if (s)
		function_returned(s->row, regs, data);
}

/* ---- attaching ---- */

/* not what changes later: conditions, and modules that may go; nor what has a bound of its own */
bool function_fprobe_serves(const struct stp_row_function *row)
{
	stp_u32 i;

	for (i = 0; i < row->nret; i++)
		if (function_return(row, i)->condition)
			return false;
	return STP_FPROBES && !row->module && !row->maxactive;
}

static struct function_group *function_group_of(stp_u32 nret)
{
	stp_u32 i;

	for (i = 0; i < function_ngroups; i++)
		if (function_groups[i].nret == nret)
			return &function_groups[i];
	if (function_ngroups == FUNCTION_GROUPS)
		return NULL;
	function_groups[i].nret = nret;
	function_ngroups++;
	return &function_groups[i];
}

/* sites that find their address taken, or no group, are not served here */
static void function_fprobe_fill(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n, **at;
	struct function_group *g;

	for (s = function_sites.v; s < end; s++) {
		if (s->how != FUNCTION_FPROBE)
			continue;
		at = function_ret_at(s->ip);
		g = *at ? NULL : function_group_of(s->nret);
		if (!g) {
			s->how = FUNCTION_NOT;
			continue;
		}
		*at = s;
		g->fp.entry_data_size = max_t(size_t, g->fp.entry_data_size, s->row->nsaved * sizeof(stp_u64));
	}
}

static stp_u32 function_group_ips(const struct function_group *g, unsigned long *ips)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	stp_u32 n = 0;

	for (s = function_sites.v; s < end; s++)
		if (s->how == FUNCTION_FPROBE && s->nret == g->nret)
			ips[n++] = s->ip;
	return n;
}

/* what ftrace does not know, or (`none`) any: kretprobes' */
static void function_group_drop(struct function_group *g, unsigned long *ips, bool none)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	stp_u32 i = 0, n = 0;

	for (s = function_sites.v; s < end; s++) {
		if (s->how != FUNCTION_FPROBE || s->nret != g->nret)
			continue;
		if (!ips[i] || none) {
			s->how = FUNCTION_NOT;
		} else {
			if (!n)
				g->first = s;
			ips[n++] = ips[i];
		}
		i++;
	}
	g->n = n;
}

static int function_group_arm(struct function_group *g, unsigned long *ips)
{
	int err = function_ftrace_try(ips, function_group_ips(g, ips));

	if (err)
		return err;
	function_group_drop(g, ips, false);
	if (!g->n)
		return 0;
	g->fp.entry_handler = function_fprobe_entry;
	g->fp.exit_handler = function_fprobe_exit;
	g->fp.nr_maxactive = min_t(stp_u64, (stp_u64)g->n * function_maxactive(g->first->row), FUNCTION_INSTANCES);
	g->bytes = g->fp.nr_maxactive * roundup_pow_of_two(FUNCTION_INSTANCE + g->fp.entry_data_size);
	if (stp_memory_lend(g->bytes)) {
		g->registered = !stp_fprobe_register(&g->fp, ips, g->n);
		if (!g->registered)
			stp_memory_back(g->bytes);
	}
	if (!g->registered)
		function_group_drop(g, ips, true);
	return 0;
}

int function_fprobe_arm(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	unsigned long size = 8, *ips;
	stp_u32 i, n = 0;
	int err = 0;

	for (s = function_sites.v; s < end; s++)
		n += s->how == FUNCTION_FPROBE;
	if (!n)
		return 0;
	while (size < 4 * n)
		size *= 2;
	function_rets = stp_alloc(size * sizeof(*function_rets));
	function_groups = stp_alloc(FUNCTION_GROUPS * sizeof(*function_groups));
	ips = stp_alloc(n * sizeof(*ips));
	if (function_rets && function_groups && ips) {
		function_rets_mask = size - 1;
		function_fprobe_fill();
		for (i = 0; i < function_ngroups && !err; i++)
			err = function_group_arm(&function_groups[i], ips);
	} else {
		err = -ENOMEM;
	}
	stp_free(ips);
	return err;
}

void function_fprobe_disarm(void)
{
	stp_u32 i;

	for (i = 0; i < function_ngroups; i++) {
		struct function_group *g = &function_groups[i];

		if (!g->registered)
			continue;
		g->missed = g->fp.nmissed; /* what it drops from now on is no hit of ours */
		stp_fprobe_unregister(&g->fp);
		stp_memory_back(g->bytes);
		g->registered = false;
	}
	stp_free(function_rets);
	function_rets = NULL;
}

void function_fprobe_free(void)
{
	stp_free(function_groups);
}

void function_fprobe_report(void)
{
	char place[128];
	stp_u32 i;

	for (i = 0; i < function_ngroups; i++) {
		const struct function_group *g = &function_groups[i];

		if (!g->n)
			continue;
		if (g->n == 1)
			snprintf(place, sizeof(place), "'%s'", g->first->row->symbol);
		else
			snprintf(place, sizeof(place), "%u functions", g->n);
		function_missed(g->first, g->missed, false, "kretprobe/1", place);
	}
}
