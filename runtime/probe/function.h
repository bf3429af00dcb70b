/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Function probes: what function.c, function_ftrace.c and function_kprobe.c share. */
#ifndef STP_PROBE_FUNCTION_H
#define STP_PROBE_FUNCTION_H

#include "core/family.h"

#include <linux/kprobes.h>

enum function_how { FUNCTION_NOT, FUNCTION_FTRACE, FUNCTION_KPROBE, FUNCTION_KRETPROBE };

struct function_site { /* one place where a row is attached */
	const struct stp_row_function *row;
	unsigned long addr;	    /* 0 = by name */
	unsigned long ip;	    /* ftrace: where it has its call */
	enum function_how how;	    /* as it is attached now, or would be */
	bool armed;		    /* ftrace: it is in the filter; kprobes: it is enabled */
	bool twin;		    /* ftrace: another site has this address and stands for it in the filter */
	union {
		struct kprobe kp;
		struct kretprobe rp;
	};
};

struct function_sites {
	struct function_site *v;
	stp_u32 n;
};
extern struct function_sites function_sites;

static __always_inline const struct stp_probe *function_entry(const struct stp_row_function *row, stp_u32 i)
{
	return &stp_script.probes[row->entry[i]];
}

static __always_inline const struct stp_probe *function_return(const struct stp_row_function *row, stp_u32 i)
{
	return &stp_script.probes[row->ret[i]];
}

/* a function of this row was entered. Any context */
static __always_inline void function_entered(const struct stp_row_function *row, struct pt_regs *regs)
{
	stp_u32 i = 0;

	do
		stp_hit(function_entry(row, i), regs);
	while (STP_UNLIKELY(++i < row->nentry));
}

/* ---- process context ---- */
bool function_wanted(const struct stp_row_function *row); /* some probe of the row is, by its condition */
bool function_ftrace_knows(struct function_site *s); /* by the look of its first bytes; sets ip */
/* attaches all sites that are FUNCTION_FTRACE; those that ftrace does not know after all become FUNCTION_NOT */
int function_ftrace_arm(void);
int function_ftrace_rearm(void); /* by function_wanted(); 0 or -errno */
void function_ftrace_disarm(void);
int function_kprobe_arm(struct function_site *s); /* as kprobe, or kretprobe where the row has return probes */
int function_kprobe_rearm(struct function_site *s);
void function_kprobe_disarm(void);		   /* all sites, in two batches */
void function_kprobe_report(const struct function_site *s);

#endif
