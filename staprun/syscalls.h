/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What only a kernel can do for us. Nothing else in staprun, guard or stapio knows that there are tests: these link
 * testsuite/staprun/syscalls.c in place of syscalls.c, and are otherwise what is installed.
 */
#ifndef STP_STAPRUN_SYSCALLS_H
#define STP_STAPRUN_SYSCALLS_H

#include <stddef.h>

/* each: -1 and errno on failure */
int syscalls_load(const void *image, size_t len, const char *settings); /* init_module() */
int syscalls_unload(const char *name);					/* delete_module(), without waiting */
int syscalls_ctl(int dir);						/* a descriptor of .ctl in a module's directory */
int syscalls_lock(int ctl);						/* flock(), without waiting: EWOULDBLOCK */
/* an O_PATH descriptor of path, if a file system of that magic number is there, else of a private instance of the type */
int syscalls_filesystem(const char *path, const char *type, long magic);

#endif
