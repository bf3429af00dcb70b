// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `cpu ROUNDS COMMAND…`: runs it ROUNDS times, prints the median of user+system CPU seconds, the greatest peak memory in MB of it and its
 * children, and the median of its CPU seconds over those of a yardstick that runs before each round, in yardsticks. A machine that is busy
 * (or emulated) slows both, so what is judged is the last figure. The yardstick makes, sorts and looks up 100,000 short texts, as compilers do.
 */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

enum { TEXTS = 100000 };

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void yardstick(void)
{
	char **texts = malloc(TEXTS * sizeof(*texts)), *key, text[32];
	unsigned long seed = 1, found = 0;

	for (int i = 0; texts && i < TEXTS; i++) {
		seed = seed * 6364136223846793005ul + 1442695040888963407ul;
		snprintf(text, sizeof(text), "name_%lu", seed >> 44);
		texts[i] = strdup(text);
	}
	qsort(texts, TEXTS, sizeof(*texts), by_text);
	for (int i = 0; i < TEXTS; i++) {
		key = texts[i * 7919L % TEXTS];
		found += bsearch(&key, texts, TEXTS, sizeof(*texts), by_text) != NULL;
	}
	_exit(found == TEXTS ? 0 : 1);
}

static double seconds(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) + (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e6;
}

/* CPU seconds of COMMAND, of the yardstick if there is none; negative if it failed */
static double timed(char **command)
{
	struct rusage u;
	int status;
	pid_t pid = fork();

	if (pid == 0 && !command)
		yardstick();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		execvp(command[0], command);
		_exit(127);
	}
	return wait4(pid, &status, 0, &u) < 0 || status ? -1 : seconds(&u);
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[1]) : 0;
	double cpu[100], ratio[100], yard;
	struct rusage u;

	if (rounds < 1 || rounds > 100)
		return 2;
	for (int i = 0; i < rounds; i++) {
		yard = timed(NULL);
		cpu[i] = timed(argv + 2);
		if (yard <= 0 || cpu[i] < 0)
			return 1;
		ratio[i] = cpu[i] / yard;
	}
	qsort(cpu, (size_t)rounds, sizeof(*cpu), by_value);
	qsort(ratio, (size_t)rounds, sizeof(*ratio), by_value);
	getrusage(RUSAGE_CHILDREN, &u);
	printf("%.3f %.1f %.2f\n", cpu[rounds / 2], (double)u.ru_maxrss / 1024, ratio[rounds / 2]);
	return 0;
}
