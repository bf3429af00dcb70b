// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long a session takes to begin and to end: `session MODULE STAPRUN-ARGS…` runs staprun, and prints on one line, in milliseconds:
 * staprun's start → loaded, loaded → first output, INT → module gone and staprun ended. Loaded = the module is in /proc/modules.
 * /proc/modules is read in a loop: this wants a guest of its own, whose clock counts instructions.
 */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static int loaded(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "/sys/module/%s/initstate", name);
	return access(path, F_OK) == 0;
}

int main(int argc, char **argv)
{
	double t0, t_loaded, t_first, t_int;
	struct pollfd p;
	char c;
	int out[2], status;
	pid_t pid;

	if (argc < 3 || pipe(out))
		return 2;
	t0 = now();
	pid = fork();
	if (pid == 0) {
		dup2(out[1], 1);
		close(out[0]);
		close(out[1]);
		execv(argv[2], argv + 2);
		_exit(127);
	}
	close(out[1]);
	p = (struct pollfd){ .fd = out[0], .events = POLLIN };
	while (!loaded(argv[1]) && now() - t0 < 30000)
		usleep(100);
	t_loaded = now();
	if (poll(&p, 1, 30000) != 1 || read(out[0], &c, 1) != 1)
		return 1;
	t_first = now();
	usleep(100000);
	t_int = now();
	kill(pid, SIGINT);
	waitpid(pid, &status, 0);
	while (loaded(argv[1]) && now() - t_int < 30000)
		usleep(100);
	printf("%.1f %.1f %.1f\n", t_loaded - t0, t_first - t_loaded, now() - t_int);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
