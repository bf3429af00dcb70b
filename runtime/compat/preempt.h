/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the preemption counter keeps the softirq level: PREEMPT_RT has it in the task. n: what preempt_count() gave. */
#ifndef STP_COMPAT_PREEMPT_H
#define STP_COMPAT_PREEMPT_H

#include <linux/preempt.h>

#ifdef CONFIG_PREEMPT_RT
#define STP_IN_SOFTIRQ(n) in_serving_softirq()
#else
#define STP_IN_SOFTIRQ(n) ((n) & SOFTIRQ_OFFSET)
#endif

#endif
