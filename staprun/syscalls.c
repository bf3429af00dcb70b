/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "staprun/syscalls.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "runtime/uapi/ctl.h"

int syscalls_load(const void *image, size_t len, const char *settings)
{
	return (int)syscall(SYS_init_module, image, len, settings);
}

int syscalls_unload(const char *name)
{
	return (int)syscall(SYS_delete_module, name, O_NONBLOCK);
}

int syscalls_ctl(int dir)
{
	return openat(dir, STP_CTL_NAME, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
}

int syscalls_lock(int ctl)
{
	return flock(ctl, LOCK_EX | LOCK_NB);
}

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

int syscalls_filesystem(const char *path, const char *type, long magic)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs s;

	if (fd >= 0 && fstatfs(fd, &s) == 0 && s.f_type == magic)
		return fd;
	if (fd >= 0)
		close(fd);
	return private_instance(type);
}
