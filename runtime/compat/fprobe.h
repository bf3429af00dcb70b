/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Returns of many functions with one registration, where the kernel exports it: Linux v6.2 to v6.13, "fprobe: Pass return address to the
 * handlers" to "fprobe: Rewrite fprobe on function-graph tracer", whose handlers no longer get all registers. Elsewhere STP_FPROBES is 0 and
 * kretprobes serve. Only probe/function*.c includes this.
 */
#ifndef STP_COMPAT_FPROBE_H
#define STP_COMPAT_FPROBE_H

#include "compat/ftrace.h"

#if defined(STP_HAVE_REGISTER_FPROBE_IPS) && defined(STP_HAVE_FPROBE_PT_REGS)
#include <linux/fprobe.h>

#define STP_FPROBES 1
#define STP_FPROBE struct fprobe

static inline int stp_fprobe_register(struct fprobe *fp, unsigned long *ips, unsigned int n)
{
	fp->ops.flags = FTRACE_OPS_FL_PERMANENT;
	return register_fprobe_ips(fp, ips, n);
}

static inline void stp_fprobe_unregister(struct fprobe *fp) { unregister_fprobe(fp); }

#else

#define STP_FPROBES 0
#define STP_FPROBE struct stp_fprobe

struct stp_fprobe { /* as far as we fill it in */
	unsigned long nmissed;
	size_t entry_data_size;
	int nr_maxactive;
	int (*entry_handler)(struct stp_fprobe *fp, unsigned long ip, unsigned long to, struct pt_regs *regs, void *data);
	void (*exit_handler)(struct stp_fprobe *fp, unsigned long ip, unsigned long to, struct pt_regs *regs, void *data);
};

static inline int stp_fprobe_register(struct stp_fprobe *fp, unsigned long *ips, unsigned int n) { return -EOPNOTSUPP; }
static inline void stp_fprobe_unregister(struct stp_fprobe *fp) { }

#endif

#endif
