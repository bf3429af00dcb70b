/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time for waiting: milliseconds of a clock that nobody sets. */
#ifndef STP_STAPRUN_CLOCK_H
#define STP_STAPRUN_CLOCK_H

#include <time.h>

static inline long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

#endif
