// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who root's QEMU becomes: a user that nobody else is. As nobody (65534) it could be stopped and killed by whatever else runs as that. The
 * numbers are those from which service managers take users that exist for a while (DynamicUser of systemd); one is free if no name belongs to it, and no
 * process has it as any of its ids. Which one is left to chance, as two machines may be started at once.
 */
#include "run/vm.h"

#include "base/fs.h"
#include "base/scope.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define RANGE (VM_USER_LAST - VM_USER_FIRST + 1)

static bool is_number(const char *name)
{
	return name[strspn(name, "0123456789")] == '\0';
}

/* the four of a line "Uid:\t…" or "Gid:\t…" */
static void note_ids(const char *status, const char *key, bool used[RANGE])
{
	const char *at = strstr(status, key);
	unsigned long id[4];

	if (!at || sscanf(at + strlen(key), "%lu %lu %lu %lu", &id[0], &id[1], &id[2], &id[3]) != 4)
		return;
	for (int i = 0; i < 4; i++)
		if (id[i] >= VM_USER_FIRST && id[i] <= VM_USER_LAST)
			used[id[i] - VM_USER_FIRST] = true;
}

/* any number of them, in a line "Groups:\t…" */
static void note_groups(const char *status, bool used[RANGE])
{
	const char *at = strstr(status, "\nGroups:");
	char *end;

	for (at = at ? at + strlen("\nGroups:") : "\n"; *at != '\n'; at = end) {
		unsigned long id;

		at += strspn(at, " \t");
		id = strtoul(at, &end, 10);
		if (end == at)
			return;
		if (id >= VM_USER_FIRST && id <= VM_USER_LAST)
			used[id - VM_USER_FIRST] = true;
	}
}

static struct oserr *note_processes(const char *proc, bool used[RANGE])
{
	char **pids;
	struct oserr *err = fs_list(proc, is_number, &pids, NULL);

	if (err)
		return err;
	for (size_t i = 0; pids[i]; i++) {
		_cleanup_free_ char *path = NULL, *text = NULL;

		if (asprintf(&path, "%s/%s/status", proc, pids[i]) < 0)
			continue;
		oserr_free(fs_read(path, &text, NULL)); /* one that has ended meanwhile */
		if (!text)
			continue;
		note_ids(text, "\nUid:", used);
		note_groups(text, used);
		note_ids(text, "\nGid:", used);
	}
	fs_list_free(pids);
	return NULL;
}

struct oserr *vm_user_from(const char *proc, unsigned start, unsigned *ret)
{
	bool used[RANGE] = { false };
	struct oserr *err = note_processes(proc, used);

	for (unsigned i = 0; !err && i < RANGE; i++) {
		unsigned n = (start + i) % RANGE;

		if (used[n] || getpwuid(VM_USER_FIRST + n) || getgrgid(VM_USER_FIRST + n))
			continue;
		*ret = VM_USER_FIRST + n;
		return NULL;
	}
	return err ? err : oserr_new(EAGAIN, "no user number is free for the virtual machine");
}

struct oserr *vm_user(unsigned *ret)
{
	unsigned start;

	if (getrandom(&start, sizeof(start), 0) != sizeof(start))
		return oserr_errno(errno, "getrandom");
	return vm_user_from("/proc", start % RANGE, ret);
}
