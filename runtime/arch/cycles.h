/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stp_cycles(): the cheapest clock of this CPU, unordered, for the overload account. */
#ifndef STP_ARCH_CYCLES_H
#define STP_ARCH_CYCLES_H

#include "platform.h"

#ifdef CONFIG_X86_64
static __always_inline stp_u64 stp_cycles(void)
{
	stp_u64 low, high; /* the instruction clears the upper halves */

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return high << 32 | low;
}
#else
#include <linux/timex.h>
static __always_inline stp_u64 stp_cycles(void) { return get_cycles(); }
#endif

#endif
