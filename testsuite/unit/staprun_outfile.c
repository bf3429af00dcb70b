/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * C1: another user swaps a link and a file while root opens the name. Needs root, who makes the link another's; otherwise there is nothing to see.
 * link: staprun/outfile.c staprun/path.c staprun/fsowner.c staprun/asker.c staprun/msg.c staprun/escape.c staprun/sink.c
 * flags: -D_GNU_SOURCE
 */
#include "testsuite/unit/tap.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "staprun/outfile.h"

#define NOBODY 65534
#define OPENINGS 20000

/* all names are in the current directory, a fresh one */
static void put(const char *name)
{
	FILE *f = fopen(name, "w");

	if (!f || fputs("precious", f) < 0 || fclose(f))
		abort();
}

/* a child that swaps both names as long as we live */
static pid_t swap(const char *a, const char *b)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* true = it could be opened, and could not; and the victim's size afterwards */
static bool race(const char *pattern, const char *a, const char *b, long *ret_size)
{
	static struct outfile f;
	struct outfile_rules rules = { .pattern = pattern };
	pid_t pid = swap(a, b);
	struct stat st;
	int i, opened = 0, fd, null = open("/dev/null", O_WRONLY), old = dup(2);

	dup2(null, 2); /* half of them fail, and say so */
	for (i = 0; i < OPENINGS || (i < 100 * OPENINGS && (!opened || opened == i)); i++) { /* until both were seen, on a busy machine as well */
		fd = outfile_open(&f, &rules);
		if (fd >= 0) {
			opened++;
			close(fd);
		}
		if (f.dir >= 0)
			close(f.dir);
	}
	dup2(old, 2);
	close(old);
	close(null);
	end(pid);
	*ret_size = stat("secret/victim", &st) == 0 ? (long)st.st_size : -1;
	return opened > 0 && opened < i;
}

int main(void)
{
	char dir[] = "/tmp/outfile-test.XXXXXX", command[64];
	bool both;
	long size;

	if (geteuid() != 0) {
		OK(1, "C1: not root");
		return tap_done();
	}
	if (!mkdtemp(dir) || chdir(dir) || mkdir("secret", 0700) || mkdir("logs", 0755) || symlink("secret", "dirlink") ||
	    symlink("secret/victim", "link") || lchown("link", NOBODY, NOBODY) || lchown("dirlink", NOBODY, NOBODY))
		abort();
	put("secret/victim");
	put("log");
	both = race("log", "log", "link", &size);
	OK(size == 8, "C1: a name that is a file and another's link by turns: the link is never followed");
	OK(both, "C1: the race took place");
	put("logs/victim");
	both = race("logs/victim", "logs", "dirlink", &size);
	OK(size == 8, "C1: and so for a directory on the way");
	OK(both, "C1: this race took place");
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command) ? 1 : tap_done();
}
