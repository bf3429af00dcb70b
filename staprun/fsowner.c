/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mountinfo: "42 27 0:39 / /mnt rw,relatime shared:1 - fuse.NAME SOURCE rw,user_id=1000,group_id=1000,…". Blanks in names are octal there, so
 * that a field is what it seems. virtiofs has FUSE's magic number and no user_id: the host supplies it.
 */
#include "staprun/fsowner.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#define FSOWNER_MAGIC 0x65735546 /* FUSE_SUPER_MAGIC, not in every linux/magic.h */

/* the user_id among the options of a mounted file system; if there are several, no other must be hidden behind root's */
static uid_t mounted_by(const char *options)
{
	static const char key[] = ",user_id=";
	uid_t ret = FSOWNER_UNKNOWN;

	while ((options = strstr(options, key))) {
		const char *text = options + sizeof(key) - 1;
		char *end;
		unsigned long uid = strtoul(text, &end, 10);

		if (end == text || (*end != ',' && *end != '\n') || uid >= FSOWNER_UNKNOWN)
			return FSOWNER_UNKNOWN;
		ret = (uid_t)uid;
		if (ret != 0)
			return ret;
		options = end;
	}
	return ret;
}

uid_t fsowner_find(FILE *mountinfo, dev_t dev)
{
	uid_t ret = FSOWNER_UNKNOWN;
	char *line = NULL;
	size_t room = 0;

	while (ret == FSOWNER_UNKNOWN && getline(&line, &room, mountinfo) > 0) {
		unsigned major, minor;
		char *rest = strstr(line, " - "), type[16];
		int options = 0;

		if (!rest || sscanf(line, "%*u %*u %u:%u ", &major, &minor) != 2 || makedev(major, minor) != dev)
			continue;
		if (sscanf(rest, " - %15s %*s %n", type, &options) < 1)
			continue;
		if (strncmp(type, "fuse", 4) != 0)
			ret = 0;
		else if (options)
			ret = mounted_by(rest + options);
	}
	free(line);
	return ret;
}

static uid_t supplier(dev_t dev)
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	uid_t ret = FSOWNER_UNKNOWN;
	struct statfs fs;
	FILE *f;

	if (fd < 0)
		return ret;
	f = fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC ? fdopen(fd, "r") : NULL;
	if (!f) {
		close(fd);
		return ret;
	}
	ret = fsowner_find(f, dev);
	fclose(f);
	return ret;
}

int fsowner_stat(int fd, struct stat *ret)
{
	struct statfs fs;
	uid_t uid;

	if (fstat(fd, ret) < 0)
		return -1;
	/* a user's file system may refuse to say what it is; so does 9p for a link */
	if (fstatfs(fd, &fs) == 0 && (unsigned long)fs.f_type != FSOWNER_MAGIC)
		return 0;
	uid = supplier(ret->st_dev);
	if (uid == 0)
		return 0;
	ret->st_uid = uid;
	return 1;
}
