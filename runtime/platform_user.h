/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user-space side of platform.h: for unit tests and testsuite/unit/hostrun. */
#ifndef STP_PLATFORM_USER_H
#define STP_PLATFORM_USER_H

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>

#define STP_PROBE_CODE

#define stp_load_acquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define stp_store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define STP_READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define STP_WRITE_ONCE(x, v) __atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
#define stp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define stp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)

static inline int stp_cmpxchg_acquire(stp_u32 *p, stp_u32 old, stp_u32 new)
{
	return __atomic_compare_exchange_n(p, &old, new, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static inline void stp_relax(void) { sched_yield(); } /* who holds a lock here may have been preempted */
static inline unsigned long stp_irq_save(void) { return 0; }
static inline void stp_irq_restore(unsigned long flags) { (void)flags; }

#endif
