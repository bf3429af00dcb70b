/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a child of the guard to stapio: wait for the module, drop all rights, die with the guard, run the program.
 *
 * MUST rules (staprun.c counts them):
 *  R1  stapio is found beside staprun or where it was installed; a set-id staprun looks nowhere else, in particular at no variable of the
 *      caller's.
 *  R2  What is executed is a file of root's, the caller's or of who owns staprun itself, and nobody else may write it: the one that was looked
 *      at, whatever its name means by then.
 */
#include "staprun/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "staprun/fsowner.h"
#include "staprun/kernelfs.h"
#include "staprun/msg.h"

#ifndef STP_LIBEXECDIR
#define STP_LIBEXECDIR "/usr/local/libexec/stap"
#endif

static const char *user_variable(const struct identity *id, const char *name)
{
	size_t n = strlen(name);
	char **p;

	for (p = id->user_env; *p; p++)
		if (!strncmp(*p, name, n) && (*p)[n] == '=')
			return *p + n + 1;
	return NULL;
}

static void find_stapio(const struct identity *id, char *ret, size_t room) /* R1 */
{
	const char *chosen = id->secure ? NULL : user_variable(id, "SYSTEMTAP_STAPIO");
	char *slash;

	if (chosen && *chosen) {
		snprintf(ret, room, "%s", chosen);
		return;
	}
	if (!id->secure && kernelfs_readlink(KERNELFS_PROC, "self/exe", ret, (unsigned)room - 8) > 0) {
		slash = strrchr(ret, '/');
		strcpy(slash ? slash + 1 : ret, "stapio");
		if (access(ret, X_OK) == 0)
			return;
	}
	snprintf(ret, room, "%s/stapio", STP_LIBEXECDIR);
}

static void execute(const char *path, char **argv, char **env) __attribute__((noreturn));
static void execute(const char *path, char **argv, char **env) /* R2 */
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st, own;
	char start[2];

	if (fd < 0 || fsowner_stat(fd, &st) < 0)
		die("Couldn't execute '%s': %s", path, strerror(errno));
	if (stat("/proc/self/exe", &own) < 0)
		own.st_uid = 0;
	if (st.st_uid != 0 && st.st_uid != getuid() && st.st_uid != own.st_uid)
		die("Couldn't execute '%s': it belongs to user %u.", path, (unsigned)st.st_uid);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		die("Couldn't execute '%s': others may write it.", path);
	if (pread(fd, start, 2, 0) == 2 && memcmp(start, "#!", 2) == 0)
		fcntl(fd, F_SETFD, 0); /* its interpreter opens it by the descriptor */
	fexecve(fd, argv, env);
	die("Couldn't execute '%s': %s", path, strerror(errno));
}

/* the user's environment, and two variables for programs that stapio starts */
static char **reader_environment(const struct session *s)
{
	static char module[64 + STP_NAME_MAX], verbose[48];
	size_t n = 0, k = 0;
	char **env;

	while (s->id->user_env[n])
		n++;
	env = xcalloc(n + 3, sizeof(*env));
	for (n = 0; s->id->user_env[n]; n++)
		if (strncmp(s->id->user_env[n], "SYSTEMTAP_MODULE=", 17) && strncmp(s->id->user_env[n], "SYSTEMTAP_VERBOSE=", 18))
			env[k++] = s->id->user_env[n];
	snprintf(module, sizeof(module), "SYSTEMTAP_MODULE=%s", s->name);
	snprintf(verbose, sizeof(verbose), "SYSTEMTAP_VERBOSE=%d", s->o->verbose);
	env[k++] = module;
	env[k++] = verbose;
	return env;
}

static int keep(int fd)
{
	if (fd >= 0)
		fcntl(fd, F_SETFD, 0);
	return fd;
}

static void become_reader(struct session *s, pid_t guard) __attribute__((noreturn));
static void become_reader(struct session *s, pid_t guard)
{
	char path[4096], link[64], **argv, **env = reader_environment(s);
	int dir, n = 0;

	identity_drop(s->id);
	prctl(PR_SET_PDEATHSIG, SIGTERM); /* after the drop, which clears it */
	if (getppid() != guard)
		_exit(1);
	dir = kernelfs_module_dir(s->name);
	if (dir < 0)
		die("Couldn't open the directory of module '%s': %s", s->name, strerror(errno));
	while (s->argv[n])
		n++;
	argv = xcalloc((size_t)n + 2, sizeof(*argv));
	argv[0] = (char *)(uintptr_t)"stapio";
	snprintf(link, sizeof(link), "-F%d,%d,%d,%d", keep(dir), keep(s->page_fd), keep(s->alive[1]), keep(s->ready));
	argv[1] = link;
	memcpy(argv + 2, s->argv + 1, (size_t)(n - 1) * sizeof(*argv));
	find_stapio(s->id, path, sizeof(path));
	/* signals stay blocked: one that is pending already ends the run in order, once stapio looks */
	execute(path, argv, env);
}

pid_t reader_fork(struct session *s, int go[2])
{
	pid_t guard = getpid(), pid = fork();
	char byte;

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (pid > 0) {
		close(go[0]);
		atomic_store(&s->own->reader, pid);
		return pid;
	}
	close(go[1]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != guard || read(go[0], &byte, 1) != 1)
		_exit(1);
	become_reader(s, guard);
}
