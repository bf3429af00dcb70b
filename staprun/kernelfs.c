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
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "runtime/uapi/ctl.h"
#include "staprun/syscalls.h"

static const struct {
	const char *path, *type;
	long magic;
} kernelfs_root[] = {
	[KERNELFS_PROC] = { "/proc", "proc", PROC_SUPER_MAGIC },
	[KERNELFS_SYS] = { "/sys", "sysfs", SYSFS_MAGIC },
};

/* opened once; -1 and errno */
static int known_root(enum kernelfs fs)
{
	static int known[2] = { -1, -1 };

	if (known[fs] < 0)
		known[fs] = syscalls_filesystem(kernelfs_root[fs].path, kernelfs_root[fs].type, kernelfs_root[fs].magic);
	if (known[fs] < 0)
		errno = ENOENT;
	return known[fs];
}

void kernelfs_hold(void)
{
	known_root(KERNELFS_PROC);
	known_root(KERNELFS_SYS);
}

int kernelfs_open(enum kernelfs fs, const char *path, int flags)
{
	int root = known_root(fs);

	return root < 0 ? -1 : openat(root, path, flags | O_CLOEXEC);
}

int kernelfs_readlink(enum kernelfs fs, const char *path, char *ret, unsigned room)
{
	int root = known_root(fs);
	ssize_t n = root < 0 ? -1 : readlinkat(root, path, ret, room - 1);

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

int kernelfs_parameter(const char *module, const char *name)
{
	char path[64 + 2 * STP_NAME_MAX];

	snprintf(path, sizeof(path), "module/%.55s/parameters/%.55s", module, name);
	return kernelfs_open(KERNELFS_SYS, path, O_RDONLY | O_NOFOLLOW);
}

int kernelfs_module_exists(const char *name)
{
	char path[sizeof("module/") + STP_NAME_MAX];
	int fd = kernelfs_module_dir(name);

	snprintf(path, sizeof(path), "module/%s", name);
	if (fd < 0)
		fd = kernelfs_open(KERNELFS_SYS, path, O_PATH);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int kernelfs_mount_proc(void)
{
	struct statfs s;

	if (statfs(kernelfs_root[KERNELFS_PROC].path, &s) == 0 && s.f_type == PROC_SUPER_MAGIC)
		return 0;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	return mount("proc", kernelfs_root[KERNELFS_PROC].path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

unsigned kernelfs_count(enum kernelfs fs, const char *path, const char *end)
{
	static char text[65536];
	int fd = kernelfs_open(fs, path, O_RDONLY);
	size_t len = 0, tail = strlen(end);
	unsigned found = 0;
	ssize_t n;

	if (fd < 0)
		return 0;
	while (len < sizeof(text) && (n = read(fd, text + len, sizeof(text) - len)) > 0)
		len += (size_t)n;
	close(fd);
	for (size_t i = 0; i < len; i++)
		found += text[i] == '\n' && i >= tail && !memcmp(text + i - tail, end, tail);
	return found;
}
