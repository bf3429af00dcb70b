/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module says that it was abandoned by its parameter _stp_abandoned, which needs no descriptor of its control file: opening that of a
 * module which another staprun has just loaded would take the lock away from under that.
 */
#include "staprun/remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "staprun/kernelfs.h"
#include "staprun/msg.h"
#include "staprun/session.h"
#include "staprun/syscalls.h"

static int remove_one(const char *name, int quiet)
{
	struct options none = { 0 };
	struct link_page page = { 0 };
	struct link_own own = { 0 };
	struct session s = { .name = name, .o = &none, .page = &page, .own = &own, .ctl = -1, .quiet = quiet };
	int dir = kernelfs_module_dir(name);

	if (dir < 0) {
		err("Module '%s' is not loaded, or not one of ours.", name);
		return 1;
	}
	close(dir);
	if (session_open(&s) < 0)
		return !quiet;
	close(s.ctl); /* nobody else holds it, and what the module still says nobody would read */
	if (session_remove_module(name) < 0) {
		err("Couldn't remove module '%s': %s", name, strerror(errno));
		return 1;
	}
	return 0;
}

static int is_abandoned(const char *name)
{
	int fd = kernelfs_parameter(name, "_stp_abandoned");
	char answer = 0;

	if (fd < 0)
		return 0;
	if (read(fd, &answer, 1) != 1)
		answer = 0;
	close(fd);
	return answer == 'Y';
}

static int remove_if_abandoned(const char *name, int quiet)
{
	(void)quiet;
	if (is_abandoned(name) && syscalls_unload(name) == 0)
		dbg("Removed module '%s', which was left alone\n", name);
	return 0;
}

static int for_each_module(int (*remove)(const char *name, int quiet))
{
	int fd = kernelfs_open(KERNELFS_PROC, STP_PROC_DIR, O_RDONLY | O_DIRECTORY), rc = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (module_name_is_good(e->d_name))
			rc |= remove(e->d_name, 1);
	if (d)
		closedir(d);
	return rc;
}

int remove_modules(const char *name)
{
	if (!strcmp(name, "*"))
		return for_each_module(remove_one);
	if (!module_name_is_good(name)) /* M4 */
		die("'%s' is not the name of a module.", name);
	return remove_one(name, 0);
}

void remove_abandoned(void)
{
	for_each_module(remove_if_abandoned);
}
