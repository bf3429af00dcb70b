/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A module file as a private, checked copy: what is checked here is what is loaded. */
#ifndef STP_STAPRUN_MODULE_H
#define STP_STAPRUN_MODULE_H

#include <sys/types.h>

#include "staprun/elf.h"
#include "staprun/info.h"
#include "runtime/uapi/ctl.h"

struct module {
	char path[4096];
	char name[STP_NAME_MAX];
	uid_t owner;		/* of the file, as it was read, or of a user's file system */
	int supplied;		/* … as it is in one */
	mode_t mode;
	struct elf_image image; /* owned */
	struct info info;
	int symbols_known; /* info.symbols have their addresses */
};

/* each dies with one message when something is wrong */
void module_find(struct module *m, const char *arg);		   /* arg of the command line → path */
void module_read(struct module *m);				   /* opens as the real user, reads once */
/* the user who asks; the SHA-256 that the file should have, NULL = not known */
void module_check_origin(const struct module *m, uid_t asker, const char *sha256);
void module_check(struct module *m);				   /* ours, whole, and for the running kernel */
void module_check_settings(const struct module *m, char **setting); /* up to a NULL */
void module_rename(struct module *m, long pid);			   /* -R: PREFIX_PID, in place; warns when it cannot */
void module_find_symbols(struct module *m);			   /* reads /proc/kallsyms, if anything is wanted of it */

/* ^[a-z0-9_]{1,55}$ */
int module_name_is_good(const char *name);

#endif
