// SPDX-License-Identifier: GPL-2.0-or-later
/* `cpu ROUNDS COMMAND…`: runs it ROUNDS times, prints the median of user+system CPU seconds and the greatest peak memory in MB of it and its children. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[1]) : 0;
	double cpu[100];
	struct rusage u;
	int status;

	if (rounds < 1 || rounds > 100)
		return 2;
	for (int i = 0; i < rounds; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			int null = open("/dev/null", O_RDWR);

			dup2(null, 0);
			dup2(null, 1);
			execvp(argv[2], argv + 2);
			_exit(127);
		}
		if (wait4(pid, &status, 0, &u) < 0 || status)
			return 1;
		cpu[i] = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
	}
	qsort(cpu, (size_t)rounds, sizeof(*cpu), by_value);
	getrusage(RUSAGE_CHILDREN, &u);
	printf("%.3f %.1f\n", cpu[rounds / 2], (double)u.ru_maxrss / 1024);
	return 0;
}
