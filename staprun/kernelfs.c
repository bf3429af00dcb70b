/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc and /sys by descriptor. A directory of that name counts only if it is of the right file system: staprun runs as root and
 * believes what it reads there. In an initramfs that has not mounted them yet, fsopen() makes an instance for us alone.
 */
#include "staprun/kernelfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "runtime/uapi/ctl.h"

static const struct {
	const char *path, *type;
	long magic;
} kernelfs_root[] = {
	[KERNELFS_PROC] = { "/proc", "proc", PROC_SUPER_MAGIC },
	[KERNELFS_SYS] = { "/sys", "sysfs", SYSFS_MAGIC },
};

#ifndef STP_TEST_PROC_ROOT

static int private_instance(const char *type)
{
	enum { CLOEXEC = 1, CMD_CREATE = 6 }; /* FSOPEN_CLOEXEC = FSMOUNT_CLOEXEC, FSCONFIG_CMD_CREATE: older headers lack them */
	int fs = (int)syscall(SYS_fsopen, type, CLOEXEC), fd = -1;

	if (fs < 0)
		return -1;
	if (syscall(SYS_fsconfig, fs, CMD_CREATE, NULL, NULL, 0) == 0)
		fd = (int)syscall(SYS_fsmount, fs, CLOEXEC, 0);
	close(fs);
	return fd;
}

static int root_fd(enum kernelfs fs)
{
	int fd = open(kernelfs_root[fs].path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs s;

	if (fd >= 0 && fstatfs(fd, &s) == 0 && s.f_type == kernelfs_root[fs].magic)
		return fd;
	if (fd >= 0)
		close(fd);
	return private_instance(kernelfs_root[fs].type);
}

#else /* tests: $STP_TEST_PROC_ROOT/{proc,sys} */

static int root_fd(enum kernelfs fs)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s%s", getenv("STP_TEST_PROC_ROOT"), kernelfs_root[fs].path);
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

#endif

/* opened once; -1 and errno */
static int known_root(enum kernelfs fs)
{
	static int known[2] = { -1, -1 };

	if (known[fs] < 0)
		known[fs] = root_fd(fs);
	if (known[fs] < 0)
		errno = ENOENT;
	return known[fs];
}

int kernelfs_open(enum kernelfs fs, const char *path, int flags)
{
	int root = known_root(fs);

	return root < 0 ? -1 : openat(root, path, flags | O_CLOEXEC);
}

int kernelfs_self(char *ret, unsigned room)
{
#ifdef STP_TEST_PROC_ROOT
	ssize_t n = readlink("/proc/self/exe", ret, room - 1);
#else
	int root = known_root(KERNELFS_PROC);
	ssize_t n = root < 0 ? -1 : readlinkat(root, "self/exe", ret, room - 1);
#endif

	if (n >= 0)
		ret[n] = 0;
	return (int)n;
}

int kernelfs_module_dir(const char *name)
{
	char path[sizeof(STP_PROC_DIR) + 1 + STP_NAME_MAX];

	snprintf(path, sizeof(path), STP_PROC_DIR "/%s", name);
	return kernelfs_open(KERNELFS_PROC, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

int kernelfs_mount_proc(void)
{
	struct statfs s;

#ifdef STP_TEST_PROC_ROOT
	return 0;
#endif
	if (statfs(kernelfs_root[KERNELFS_PROC].path, &s) == 0 && s.f_type == PROC_SUPER_MAGIC)
		return 0;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	return mount("proc", kernelfs_root[KERNELFS_PROC].path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}
