/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What embedded C (%{ … %}) may use without an #include of its own: these kernel headers. The script's embedded C is compiled as one object
 * that begins with this file; the translator's text behind it brings abi.h. stap(1) lists them: scripts rely on it, so nothing is taken away.
 */
#ifndef STP_EMBEDDED_H
#define STP_EMBEDDED_H

#include <linux/module.h>

#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/nsproxy.h>
#include <linux/percpu.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/time.h>
#include <linux/timekeeping.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>
#include <linux/utsname.h>
#include <linux/version.h>

#endif
