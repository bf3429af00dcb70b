/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work that a handler asks for and that is done soon after, where interrupts are on. A CPU that goes looks for such work for the last time
 * on its way; what is queued there later stays, and nothing that anybody queues on it runs once it has come back, the kernel's own neither. A
 * CPU that is not online, or not yet, queues nothing: whoever asks for work leaves a trace of what is to be done, which contexts.c looks for later.
 */
#ifndef STP_CORE_SOON_H
#define STP_CORE_SOON_H

#include <linux/cpumask.h>
#include <linux/irq_work.h>
#include <linux/smp.h>

/* any context */
static __always_inline bool stp_can_be_soon(void)
{
	return cpu_online(raw_smp_processor_id());
}

static __always_inline void stp_soon(struct irq_work *work)
{
	if (STP_LIKELY(stp_can_be_soon()))
		irq_work_queue(work);
}

#endif
