/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory and time of the passes, in the words of the -v lines. */
#ifndef STP_USAGE_H
#define STP_USAGE_H

#include <sys/times.h>
#include <time.h>

struct arena;

struct usage_clock {
	struct tms cpu;
	struct timespec real;
};

void usage_start(struct usage_clock *c);
const char *usage_stop(const struct usage_clock *c, struct arena *a); /* "110usr/40sys/149real ms" */
const char *usage_memory(struct arena *a);			      /* "107328virt/97028res/7376shr/89576data kb," */

#endif
