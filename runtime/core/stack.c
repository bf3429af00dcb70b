/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much kernel stack is left. Any context. A task's stack is where its task says. Those of interrupts, exceptions and NMIs have no
 * exported name and need not be aligned to more than a page (the kernel maps them where there is room), but a page that is not mapped
 * lies below each: what can be read all the way down is stack. Without CONFIG_VMAP_STACK nothing guards an interrupt's stack; it is
 * then aligned to its size.
 */
#include "core/context.h"

#include <linux/uaccess.h>

/* the pages below `here` down to that of `to` are mapped */
static STP_PROBE_CODE bool stack_is_mapped(unsigned long here, unsigned long to)
{
	unsigned long page = here & PAGE_MASK;
	char byte;

	while (page > to) {
		page -= PAGE_SIZE;
		if (copy_from_kernel_nofault(&byte, (void *)page, 1))
			return false;
	}
	return true;
}

STP_PROBE_CODE bool stp_stack_holds(struct stp_context *o, unsigned long need)
{
	unsigned long here = current_stack_pointer, left = here - (unsigned long)task_stack_page(current);

	if (left < THREAD_SIZE)
		return left >= need;
	if (!IS_ENABLED(CONFIG_VMAP_STACK) && (here & (THREAD_SIZE - 1)) < need)
		return false;
	if ((here & PAGE_MASK) == o->stack_page && here - o->stack_end >= need)
		return true;
	if (!stack_is_mapped(here, here - need))
		return false;
	o->stack_page = here & PAGE_MASK;
	o->stack_end = (here - need) & PAGE_MASK;
	return true;
}

STP_PROBE_CODE bool stp_stack_is_low(struct stp_context *o)
{
	bool low;

	o->busy = STP_BUSY; /* what we call may be probed */
	barrier();
	low = !stp_stack_holds(o, stp_session.min_stack);
	barrier();
	o->busy = 0;
	return low;
}
