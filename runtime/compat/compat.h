/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences between kernels, all of them. Written for the newest one; what an older one lacks is made up for here, decided by
 * STP_HAVE_… of stp_facts.h (facts.def says how each is found), never by a version. Remove a row here and there when its kernels are gone.
 */
#ifndef STP_COMPAT_H
#define STP_COMPAT_H

#include "stp_facts.h"

#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/proc_fs.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

/* Linux v5.17, "proc: remove PDE_DATA() completely" */
static inline void *stp_proc_data(const struct inode *inode)
{
#ifdef STP_HAVE_PDE_DATA_FUNCTION
	return PDE_DATA(inode);
#else
	return pde_data(inode);
#endif
}

#define stp_proc_no_llseek noop_llseek

/* Linux v6.13, "hrtimers: Introduce hrtimer_setup() to replace hrtimer_init()" */
static inline void stp_hrtimer_setup(struct hrtimer *t, enum hrtimer_restart (*fn)(struct hrtimer *), enum hrtimer_mode mode)
{
#ifdef STP_HAVE_HRTIMER_SETUP
	hrtimer_setup(t, fn, CLOCK_MONOTONIC, mode);
#else
	hrtimer_init(t, CLOCK_MONOTONIC, mode);
	t->function = fn;
#endif
}

/* Linux v6.2, "timers: Rename del_timer_sync() to timer_delete_sync()" */
static inline void stp_timer_delete_sync(struct timer_list *t)
{
#ifdef STP_HAVE_TIMER_DELETE_SYNC
	timer_delete_sync(t);
#else
	del_timer_sync(t);
#endif
}

/* Linux v6.17, "workqueue: Add system_percpu_wq and system_dfl_wq" */
#ifdef STP_HAVE_SYSTEM_DFL_WQ
#define stp_unbound_wq system_dfl_wq
#else
#define stp_unbound_wq system_unbound_wq
#endif

/* Linux v5.11, "relay: make all callbacks const": until then relay_open() fills in those that are missing */
#ifdef STP_HAVE_RELAY_CONST
#define STP_RELAY_CONST const
#else
#define STP_RELAY_CONST
#endif

#endif
