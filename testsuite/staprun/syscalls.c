/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * syscalls.h for tests, with fake.c as the module: /proc and /sys lie below $STP_TEST_PROC_ROOT, .ctl is a sequenced-packet socket, loading
 * writes the module to loaded and the parameters to settings there, and makes the directory that fake.c has prepared appear, unloading adds the name to unloaded and
 * makes $STP_TEST_REMOVED, and each instance of /proc or /sys adds a line to filesystems. $STP_TEST_LOAD_ERRNO: loading fails with it;
 * $STP_TEST_LOAD_AS: the kernel calls the module so; .ctl is locked by somebody else while $STP_TEST_PROC_ROOT/locked exists. The variables are read before main(), which cleans the environment.
 */
#include "staprun/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/uapi/ctl.h"

static const char *fake_root, *fake_removed, *fake_load_errno, *fake_load_as;

__attribute__((constructor)) static void take_variables(void)
{
	fake_root = getenv("STP_TEST_PROC_ROOT");
	fake_removed = getenv("STP_TEST_REMOVED");
	fake_load_errno = getenv("STP_TEST_LOAD_ERRNO");
	fake_load_as = getenv("STP_TEST_LOAD_AS");
}

/* for the test to read: a line of $STP_TEST_PROC_ROOT/FILE */
static void note(const char *file, const char *text)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", fake_root, file);
	f = fopen(path, "a");
	if (f) {
		fprintf(f, "%s\n", text);
		fclose(f);
	}
}

static void keep(const void *image, size_t len)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/loaded", fake_root);
	f = fopen(path, "w");
	if (!f)
		return;
	fwrite(image, 1, len, f);
	fclose(f);
}

int syscalls_load(const void *image, size_t len, const char *settings)
{
	char from[4096], to[4096];

	keep(image, len);
	if (fake_load_errno && (errno = atoi(fake_load_errno)))
		return -1;
	note("settings", settings);
	snprintf(from, sizeof(from), "%s/prepared", fake_root);
	snprintf(to, sizeof(to), "%s/proc/systemtap/%s", fake_root, fake_load_as ? fake_load_as : "fake_module");
	return rename(from, to);
}

int syscalls_unload(const char *name)
{
	note("unloaded", name);
	return fake_removed ? close(creat(fake_removed, 0600)) : 0;
}

int syscalls_ctl(int dir)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/fd/%d/%s", dir, STP_CTL_NAME);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	close(fd);
	return -1;
}

int syscalls_lock(int ctl)
{
	char path[4096];

	(void)ctl;
	snprintf(path, sizeof(path), "%s/locked", fake_root);
	if (access(path, F_OK) < 0)
		return 0;
	errno = EWOULDBLOCK;
	return -1;
}

int syscalls_filesystem(const char *path, const char *type, long magic)
{
	char below[4096];

	(void)type;
	(void)magic;
	note("filesystems", path);
	snprintf(below, sizeof(below), "%s%s", fake_root, path);
	return open(below, O_PATH | O_DIRECTORY | O_CLOEXEC);
}
