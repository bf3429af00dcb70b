/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guard is a subreaper: when stapio is killed, the command of -c and all that this command started become its children, level
 * by level. /proc is read for them, because the kernel need not have a list of children to offer.
 */
#include "staprun/orphans.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "staprun/kernelfs.h"

#define ORPHANS_ROUNDS 200

static pid_t parent_of(int proc, const char *pid)
{
	char path[64], text[512], *p;
	int fd, ppid = 0;
	ssize_t n;

	snprintf(path, sizeof(path), "%.20s/stat", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return 0;
	text[n] = 0;
	p = strrchr(text, ')'); /* the name may hold anything */
	if (!p || sscanf(p + 1, " %*c %d", &ppid) != 1)
		return 0;
	return ppid;
}

static void kill_children(void)
{
	int fd = kernelfs_open(KERNELFS_PROC, ".", O_RDONLY | O_DIRECTORY);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	pid_t self = getpid();
	struct dirent *e;

	if (!d)
		return;
	while ((e = readdir(d)))
		if (isdigit((unsigned char)*e->d_name) && parent_of(fd, e->d_name) == self)
			kill(atoi(e->d_name), SIGKILL);
	closedir(d);
}

void orphans_kill(void)
{
	struct timespec pause = { 0, 5000000 };
	int round;

	for (round = 0; round < ORPHANS_ROUNDS; round++) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);

		if (pid < 0)
			return; /* no children at all */
		if (pid > 0)
			continue;
		kill_children();
		nanosleep(&pause, NULL);
	}
}
