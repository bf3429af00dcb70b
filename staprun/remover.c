/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel runs a helper as root, in init's root and name spaces, and knows only a path. Ours may mean another file there: we may be in
 * a container, a chroot, a service with a /tmp of its own, and on the other side the path is anybody's.
 *
 * MUST rule S5 (staprun.c counts them): the kernel gets a path only if init finds this very program by it, and if nobody but root could
 * put another one there: the file and every directory on the way are root's, not a link, and not to be written by group or others. Its
 * characters are of a list, because a blank of any kind would begin another parameter of the module. Without a path, a module that was
 * left alone stays loaded, stopped, until the next staprun removes it (remove.c).
 */
#include "staprun/remover.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "staprun/fsowner.h"
#include "staprun/kernelfs.h"

#define REMOVER_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-"
#define REMOVER_INIT_PIDS "pid:[4026531836]" /* PROC_PID_INIT_INO: the kernel's own name space of processes, whose 1 is init */

/* process 1 of this /proc is init itself, not that of a container */
static int sees_init(void)
{
	char text[64];
	int n = kernelfs_readlink(KERNELFS_PROC, "1/ns/pid", text, sizeof(text));

	return n > 0 && !strcmp(text, REMOVER_INIT_PIDS);
}

static int only_roots(int fd, mode_t type)
{
	struct stat st;

	return fsowner_stat(fd, &st) >= 0 && (st.st_mode & S_IFMT) == type && st.st_uid == 0 && !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/* the next part of *path, below dir, which is closed; -1 = there is none, or it is another's */
static int step(int dir, const char **path)
{
	char name[NAME_MAX + 1];
	size_t n;
	int fd;

	*path += strspn(*path, "/");
	n = strcspn(*path, "/");
	if (n == 0 || n > NAME_MAX || !only_roots(dir, S_IFDIR)) {
		close(dir);
		return -1;
	}
	memcpy(name, *path, n);
	name[n] = 0;
	*path += n;
	fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	close(dir);
	return fd;
}

static int is_this_program(int fd)
{
	int self = kernelfs_open(KERNELFS_PROC, "self/exe", O_PATH);
	struct stat a, b;
	int same;

	if (self < 0)
		return 0;
	/* not the mount: init's name space has mounts of its own, of the same files */
	same = fstat(self, &a) == 0 && fstat(fd, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
	close(self);
	return same;
}

int remover_path(char *ret, size_t room) /* S5 */
{
	int n = kernelfs_readlink(KERNELFS_PROC, "self/exe", ret, (unsigned)room);
	const char *left = ret;
	int fd, good;

	if (n <= 0 || *ret != '/' || ret[strspn(ret, REMOVER_CHARS)] || !sees_init())
		return 0;
	fd = kernelfs_open(KERNELFS_PROC, "1/root", O_PATH | O_DIRECTORY);
	while (fd >= 0 && *left)
		fd = step(fd, &left);
	if (fd < 0)
		return 0;
	good = only_roots(fd, S_IFREG) && is_this_program(fd);
	close(fd);
	return good;
}
