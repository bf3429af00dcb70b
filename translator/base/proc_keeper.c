/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is killed by SIGKILL cannot end what he has started. A process of its own, which holds nothing but the end of a pipe, sees ours close,
 * and ends it. The kernel's death signal would do for a program that stays who it is; QEMU changes its user, which clears that.
 */
#define _GNU_SOURCE 1
#include "base/proc.h"

#include "base/scope.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* all but the two */
static void close_others(unsigned a, unsigned b)
{
	unsigned low = a < b ? a : b, high = a < b ? b : a;

	if (close_range(high + 1, ~0u, 0) < 0) { /* a kernel before 5.9 */
		for (int fd = (int)sysconf(_SC_OPEN_MAX); fd >= 0; fd--)
			if (fd != (int)a && fd != (int)b)
				close(fd);
		return;
	}
	if (low > 0)
		close_range(0, low - 1, 0);
	if (high > low + 1)
		close_range(low + 1, high - 1, 0);
}

static void keep(int ours, int leader, pid_t group)
{
	struct pollfd p[] = { { .fd = ours, .events = POLLIN }, { .fd = leader, .events = POLLIN } };
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	setsid();
	prctl(PR_SET_NAME, "stap-keeper"); /* killall stap is to leave us */
	close_others((unsigned)ours, (unsigned)leader);
	while (poll(p, 2, -1) < 0)
		if (errno != EINTR)
			_exit(1);
	if (!p[1].revents) /* while it is there, its number is nobody else's */
		kill(-group, SIGKILL);
	_exit(0);
}

void proc_keeper_start(struct proc_keeper *k, pid_t group)
{
	_cleanup_fd_ int leader = (int)syscall(SYS_pidfd_open, group, 0);
	int fds[2];

	*k = (struct proc_keeper){ .fd = -1 };
	if (leader < 0 || pipe2(fds, O_CLOEXEC) < 0) /* a kernel before 5.3: it is done without */
		return;
	k->pid = fork();
	if (k->pid == 0)
		keep(fds[0], leader, group);
	close(fds[0]);
	k->fd = fds[1];
}

void proc_keeper_end(struct proc_keeper *k)
{
	if (k->fd < 0)
		return;
	close(k->fd);
	while (k->pid > 0 && waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
		;
	k->fd = -1;
}
