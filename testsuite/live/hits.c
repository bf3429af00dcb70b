// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The workload that counts: `hits N [THREADS]` makes N getppid calls in each of THREADS threads (1), pinned to CPUs 0, 1, …, and prints how
 * many it made in all. Static: it runs in a guest that has nothing.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static long each;

static void *work(void *arg)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((long)arg % sysconf(_SC_NPROCESSORS_ONLN), &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (long i = 0; i < each; i++)
		syscall(SYS_getppid);
	return NULL;
}

int main(int argc, char **argv)
{
	int threads = argc > 2 ? atoi(argv[2]) : 1;
	pthread_t t[64];

	each = argc > 1 ? atol(argv[1]) : 1000;
	if (threads < 1 || threads > 64 || each < 0)
		return 2;
	for (long i = 0; i < threads; i++)
		if (pthread_create(&t[i], NULL, work, (void *)i))
			return 2;
	for (int i = 0; i < threads; i++)
		pthread_join(t[i], NULL);
	printf("%ld\n", each * threads);
	return 0;
}
