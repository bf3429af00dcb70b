/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pipe that poll() calls ready has one free page at least; what an empty one takes is its size, which may be a single page: its owner can
 * have set it, and users with many pipes get no more. What others write between our look and our write, as the command of -c does, only a
 * descriptor of our own is safe from (sink_own(), which needs /proc). A socket says by poll() only that it takes something, but can be asked not to wait.
 */
#include "staprun/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define SINK_CHUNK 4096 /* what a pipe or terminal that reports room takes */

enum sink sink_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
		return SINK_PIPE;
	if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode))
		return SINK_SOCKET;
	return isatty(fd) ? SINK_TERMINAL : SINK_FILE;
}

int sink_own(int fd)
{
	struct stat was, is;
	char path[32];
	int own;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (own < 0)
		return -1;
	if (fstat(fd, &was) == 0 && fstat(own, &is) == 0 && S_ISFIFO(is.st_mode) && was.st_dev == is.st_dev && was.st_ino == is.st_ino)
		return own;
	close(own);
	return -1;
}

/* how many of n bytes may be written now without waiting */
static size_t room(int fd, enum sink sink, size_t n)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int queued, size = 0;

	if (sink == SINK_FILE || sink == SINK_SOCKET)
		return n;
	if (poll(&p, 1, 0) <= 0)
		return 0;
	if (sink == SINK_PIPE && ioctl(fd, FIONREAD, &queued) == 0 && queued == 0)
		size = fcntl(fd, F_GETPIPE_SZ);
	if (size < SINK_CHUNK)
		size = SINK_CHUNK;
	return n < (size_t)size ? n : (size_t)size;
}

ssize_t sink_write(int fd, enum sink sink, const char *text, size_t n)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	ssize_t got;

	n = room(fd, sink, n);
	if (n == 0)
		return 0;
	do
		got = sink == SINK_SOCKET ? send(fd, text, n, MSG_DONTWAIT) : write(fd, text, n);
	while (got < 0 && errno == EINTR);
	if (got >= 0 || errno != EAGAIN)
		return got;
	if (sink != SINK_SOCKET) /* its owner made it non-blocking */
		poll(&p, 1, 1);
	return 0;
}
