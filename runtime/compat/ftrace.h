/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ftrace and kprobes as of the newest kernel, for older ones. Only probe/function*.c includes this. */
#ifndef STP_COMPAT_FTRACE_H
#define STP_COMPAT_FTRACE_H

#include "stp_facts.h"

#include <linux/ftrace.h>
#include <linux/kprobes.h>

/* Linux v5.11, "ftrace: Have the callbacks receive a struct ftrace_regs instead of pt_regs" */
#ifdef STP_HAVE_FTRACE_REGS
#define STP_FTRACE_REGS struct ftrace_regs
static __always_inline struct pt_regs *stp_ftrace_regs(struct ftrace_regs *fregs)
{
#ifdef CONFIG_X86_64
	return (struct pt_regs *)fregs; /* they begin with them, and FTRACE_OPS_FL_SAVE_REGS has filled them all */
#else
	return ftrace_get_regs(fregs);
#endif
}
#else
#define STP_FTRACE_REGS struct pt_regs
static __always_inline struct pt_regs *stp_ftrace_regs(struct pt_regs *regs) { return regs; }
#endif

/*
 * Our contexts guard against recursion. Linux v5.11, "ftrace: Reverse what the RECURSION flag means in the ftrace_ops"
 */
#ifdef STP_HAVE_FTRACE_RECURSION_SAFE
#define STP_FTRACE_UNGUARDED FTRACE_OPS_FL_RECURSION_SAFE
#else
#define STP_FTRACE_UNGUARDED 0
#endif

/*
 * Adds the addresses to the filter, all or none, or takes them out; reset: of a filter emptied first. Linux v5.18, "ftrace: Add
 * ftrace_set_filter_ips function". Without it, those before the first that is refused stay in.
 */
static inline int stp_ftrace_filter(struct ftrace_ops *ops, unsigned long *ips, unsigned int n, bool remove, bool reset)
{
#ifdef STP_HAVE_SET_FILTER_IPS
	return ftrace_set_filter_ips(ops, ips, n, remove, reset);
#else
	unsigned int i;
	int err = 0;

	for (i = 0; i < n && !err; i++)
		err = ftrace_set_filter_ip(ops, ips[i], remove, reset && !i);
	return err;
#endif
}

/* Linux v5.11, "kprobes: Remove kretprobe hash" */
static __always_inline struct kretprobe *stp_kretprobe_of(struct kretprobe_instance *ri)
{
#ifdef STP_HAVE_GET_KRETPROBE
	return get_kretprobe(ri);
#else
	return ri->rp;
#endif
}

#endif
