// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The event source of the benches: `loop N` makes N getppid calls and prints the nanoseconds that one took, with two decimals. In a guest
 * started with -icount a nanosecond is an instruction. One round warms up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	long n = argc > 1 ? atol(argv[1]) : 10000;
	long long start;

	for (long i = 0; i < 200; i++)
		syscall(SYS_getppid);
	start = now();
	for (long i = 0; i < n; i++)
		syscall(SYS_getppid);
	printf("%.2f\n", (double)(now() - start) / (double)n);
	return 0;
}
