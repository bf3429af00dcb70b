// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory from /proc/self/statm, time from times(2): the figures of the "Pass N:" lines. */
#include "usage.h"

#include "base/arena.h"
#include "base/scope.h"

#include <stdio.h>
#include <unistd.h>

void usage_start(struct usage_clock *c)
{
	times(&c->cpu);
	clock_gettime(CLOCK_MONOTONIC, &c->real);
}

const char *usage_stop(const struct usage_clock *c, struct arena *a)
{
	struct usage_clock now;
	long tick = sysconf(_SC_CLK_TCK);
	long usr, sys, real;

	usage_start(&now);
	usr = (now.cpu.tms_utime + now.cpu.tms_cutime - c->cpu.tms_utime - c->cpu.tms_cutime) * 1000 / tick;
	sys = (now.cpu.tms_stime + now.cpu.tms_cstime - c->cpu.tms_stime - c->cpu.tms_cstime) * 1000 / tick;
	real = (now.real.tv_sec - c->real.tv_sec) * 1000 + (now.real.tv_nsec - c->real.tv_nsec) / 1000000;
	return arena_printf(a, "%ldusr/%ldsys/%ldreal ms", usr, sys, real);
}

const char *usage_memory(struct arena *a)
{
	_cleanup_fclose_ FILE *f = fopen("/proc/self/statm", "re");
	long virt, res, shr, text, lib, data, kb = sysconf(_SC_PAGESIZE) / 1024;

	if (!f || fscanf(f, "%ld %ld %ld %ld %ld %ld", &virt, &res, &shr, &text, &lib, &data) != 6)
		return "an unknown amount of memory,";
	return arena_printf(a, "%ldvirt/%ldres/%ldshr/%lddata kb,", virt * kb, res * kb, shr * kb, data * kb);
}
