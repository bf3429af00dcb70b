/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Function probes: what function.c and function_*.c share. */
#ifndef STP_PROBE_FUNCTION_H
#define STP_PROBE_FUNCTION_H

#include "core/family.h"

#include <linux/kprobes.h>
#include <linux/mutex.h>

/*
 * The life of a site, under function_lock. Nothing of it is attached in the first two; what is attached leaves before it is attached anew:
 *
 *	FUNCTION_NOT ──── arm ───▶ FUNCTION_FTRACE … FUNCTION_KRETPROBE
 *	     │                        ▲ its module comes      │ its module goes
 *	     └ its module is not there ▶ FUNCTION_GONE ◀──────┘
 */
enum function_how { FUNCTION_NOT, FUNCTION_GONE, FUNCTION_FTRACE, FUNCTION_FPROBE, FUNCTION_KPROBE, FUNCTION_KRETPROBE };

struct function_site { /* one place where a row is attached, or its entries or returns alone */
	const struct stp_row_function *row;
	stp_u32 nentry, nret;	    /* the row's, or 0: they are another site's */
	unsigned long addr;	    /* 0 = by name */
	unsigned long ip;	    /* ftrace and fprobe: where the call is */
	enum function_how how;	    /* as it is attached now, or (from arm) is about to be */
	bool armed;		    /* ftrace: it is in the filter; kprobes: it is enabled */
	bool leaves;		    /* it is to be FUNCTION_GONE, as its module goes */
	bool twin;		    /* ftrace and fprobe: another site has this address and stands for it in the filter */
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
extern struct mutex function_lock; /* the sites, from arm to disarm: modules may come and go. Not held while one waits for their notifier */

static inline bool function_is_kprobe(const struct function_site *s)
{
	return s->how == FUNCTION_KPROBE || s->how == FUNCTION_KRETPROBE;
}

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

/* runs each return probe's save(); false: none of them wants to see this call return. Any context */
bool function_save(const struct stp_row_function *row, struct pt_regs *regs, stp_u64 *saved);
/* a function of this row returned. Any context */
void function_returned(const struct stp_row_function *row, struct pt_regs *regs, stp_u64 *saved);

/* ---- process context ---- */
int function_maxactive(const struct stp_row_function *row); /* calls of one function at a time whose returns are seen */
void function_failed(const struct function_site *s, int err);	  /* its probes cannot be registered: a warning each, for the first of them */
void function_complain_rest(void);				  /* at the end: how many more */
bool function_wanted(const struct function_site *s); /* some probe of the site is, by its condition */
/* hits that the kernel dropped of the first nentry and nret probes of the row: for the account, and says so. `place` is printed */
void function_missed(const struct function_site *s, stp_u64 n, bool entries, const char *what, const char *place);
bool function_ftrace_knows(struct function_site *s); /* by the look of its first bytes; sets ip */
/* attaches all sites that are FUNCTION_FTRACE; those that ftrace does not know after all become FUNCTION_NOT */
int function_ftrace_arm(void);
int function_ftrace_try(unsigned long *ips, stp_u32 n);	      /* those that ftrace does not know become 0. 0 or -EINTR */
int function_ftrace_rearm(void); /* by function_wanted(); 0 or -errno */
void function_ftrace_drop(void); /* of its sites, those that leave are gone */
void function_ftrace_disarm(void);
bool function_fprobe_serves(const struct stp_row_function *row); /* the returns of such a row, if ftrace knows the function */
int function_fprobe_arm(void);				      /* as function_ftrace_arm() for FUNCTION_FPROBE. 0, -EINTR or -ENOMEM */
void function_fprobe_disarm(void);
void function_fprobe_report(void); /* after disarm */
void function_fprobe_free(void);
int function_kprobe_arm(struct function_site *s); /* as kprobe, or kretprobe where the site has return probes */
int function_kprobe_rearm(struct function_site *s);
void function_kprobe_drop(void);		   /* of its sites, those that leave are gone, and reported */
void function_kprobe_disarm(void);		   /* all sites, in two batches */
void function_kprobe_report(const struct function_site *s);
int function_modules_watch(void); /* if any row is of a module. function_lock is not held */
void function_modules_unwatch(void);
void function_module_check(struct function_site *s); /* what is no longer where staprun found it is to be found by name */
void function_modules_say(void); /* which modules are waited for, and whose functions are not in theirs */

#endif
