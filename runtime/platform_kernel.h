/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel side of platform.h. core/, access/ and transport/ define the functions that platform.h declares. */
#ifndef STP_PLATFORM_KERNEL_H
#define STP_PLATFORM_KERNEL_H

#include <asm-generic/kprobes.h> /* __kprobes alone: linux/kprobes.h would cost each part 0.2 s */
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/processor.h>
#include <linux/string.h>
#include <linux/types.h>

/* in .kprobes.text: neither a kprobe nor, as the runtime is compiled without -pg, a function probe can stand on what serves them */
#define STP_PROBE_CODE __kprobes

#define stp_load_acquire(p) smp_load_acquire(p)
#define stp_store_release(p, v) smp_store_release((p), (v))
#define STP_READ_ONCE(x) READ_ONCE(x)
#define STP_WRITE_ONCE(x, v) WRITE_ONCE(x, v)
#define stp_rmb() smp_rmb()
#define stp_wmb() smp_wmb()

static __always_inline int stp_cmpxchg_acquire(stp_u32 *p, stp_u32 old, stp_u32 new)
{
	return cmpxchg_acquire(p, old, new) == old;
}

static __always_inline void stp_relax(void) { cpu_relax(); }

static __always_inline unsigned long stp_irq_save(void)
{
	unsigned long flags;

	raw_local_irq_save(flags);
	return flags;
}

static __always_inline void stp_irq_restore(unsigned long flags) { raw_local_irq_restore(flags); }

#endif
