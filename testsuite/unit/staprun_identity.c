/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * I4: rights are dropped for good, groups first, and the drop is read back. setresuid() and setresgid() are our own here, to see the order
 * and to lie. Needs root; otherwise there is nothing to drop.
 * link: staprun/identity.c staprun/asker.c staprun/msg.c staprun/escape.c staprun/sink.c
 * flags: -D_GNU_SOURCE
 */
#include "testsuite/unit/tap.h"

#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "staprun/identity.h"

#define NOBODY 65534

static char order[16];
static int lie_user, lie_group;

int setresuid(uid_t r, uid_t e, uid_t s)
{
	strcat(order, "u");
	return lie_user ? 0 : (int)syscall(SYS_setresuid, r, e, s);
}

int setresgid(gid_t r, gid_t e, gid_t s)
{
	strcat(order, "g");
	return lie_group ? 0 : (int)syscall(SYS_setresgid, r, e, s);
}

static int all_nobody(void)
{
	uid_t r, e, s;
	gid_t rg, eg, sg;

	return getresuid(&r, &e, &s) == 0 && getresgid(&rg, &eg, &sg) == 0 && r == NOBODY && e == NOBODY && s == NOBODY && rg == NOBODY &&
	       eg == NOBODY && sg == NOBODY;
}

/* in a child, whose exit status it is: 0 = dropped in order and for good, 1 = identity_drop() died, 2 = something else */
static int drop(void)
{
	struct identity id = { .uid = NOBODY, .gid = NOBODY };
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		fclose(stderr);
		close(2);
		identity_drop(&id);
		if (!all_nobody() || strcmp(order, "gu") != 0)
			_exit(2);
		lie_user = lie_group = 0;
		_exit(setresuid(0, 0, 0) == 0 || setresgid(0, 0, 0) == 0 || seteuid(0) == 0 ? 2 : 0);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void)
{
	if (geteuid() != 0) {
		OK(1, "I4: not root");
		return tap_done();
	}
	OK(drop() == 0, "I4: groups first, all ids, and no way back");
	lie_user = 1;
	OK(drop() == 1, "I4: a user that did not change is noticed");
	lie_user = 0;
	lie_group = 1;
	OK(drop() == 1, "I4: a group that did not change is noticed");
	return tap_done();
}
