/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * staprun [options] MODULE [name=value …]: loads a module made by stap and streams what it prints. Runs as root, static, on libc alone.
 *
 * In: a command line, an environment, a module file: all of the user's making. Out: a checked module in the kernel, a guard that will
 * remove it, and stapio running as the user. This file is the sequence; each step is told, with its rules, in the file that does it:
 *
 *   identity.c  I1-I4   descriptors, ids, environment, dropping rights
 *   options.c           the command line, only our own table
 *   module.c    M1-M6   the file → a checked private copy
 *   guard.c, session.c  S1-S4   loading, telling, watching, removing
 *   remover.c   S5      whom the module may ask for if all of us are gone
 *   link.h      L1      what the user's process shares with us
 *   reader.c    R1-R2   starting stapio
 *
 * Each rule has an attack in testsuite/staprun.
 *
 * staprun itself only waits and hands on the signals that were sent to it. Signals from the terminal reach stapio directly: it is in
 * our process group.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "staprun/guard.h"
#include "staprun/identity.h"
#include "staprun/kernelfs.h"
#include "staprun/msg.h"
#include "staprun/options.h"
#include "staprun/orphans.h"
#include "staprun/remove.h"
#include "staprun/session.h"

#define STAPRUN_READER_END_MS 1500 /* when the guard was killed */
#define STAPRUN_PATIENCE_MS 2000	   /* for who reads our messages */

static void copy_arguments(struct session *s, int argc, char **argv)
{
	int i;

	s->title = argv[0];
	s->title_len = (size_t)(argv[argc - 1] + strlen(argv[argc - 1]) + 1 - argv[0]);
	s->argv = xcalloc((size_t)argc + 1, sizeof(*s->argv));
	for (i = 0; i < argc; i++) {
		size_t n = strlen(argv[i]) + 1;

		s->argv[i] = memcpy(xcalloc(n, 1), argv[i], n);
	}
}

static void load_copy(struct session *s, struct module *m, uid_t asker)
{
	s->m = m;
	if (s->o->attach) {
		if (!module_name_is_good(s->o->module)) /* M4 */
			die("'%s' is not the name of a module.", s->o->module);
		s->name = s->o->module;
		return;
	}
	module_find(m, s->o->module);
	module_read(m);
	module_check_origin(m, asker, s->o->sha256);
	module_check(m);
	module_check_settings(m, s->o->settings);
	if (s->o->rename)
		module_rename(m, (long)getpid());
	module_find_symbols(m);
	s->name = m->name;
}

/* -D: the parent waits until stapio says that the probes are in place, prints our pid and goes */
static void become_daemon(struct session *s)
{
	int ready[2], status;
	char byte;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		die("Couldn't start a daemon: %s", strerror(errno));
	if (pid == 0) {
		close(ready[0]);
		s->ready = ready[1];
		setsid();
		return;
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) == 1) {
		printf("%d\n", (int)pid);
		exit(fflush(stdout) ? 1 : 0);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	exit(WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : 1);
}

static void make_links(struct session *s)
{
	s->page_fd = memfd_create("stp-link", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (s->page_fd < 0 || ftruncate(s->page_fd, sizeof(*s->page)) < 0 ||
	    fcntl(s->page_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0 || /* L1 */
	    pipe2(s->alive, O_CLOEXEC) < 0 || pipe2(s->parent, O_CLOEXEC) < 0)
		die("Couldn't set up the links between our processes: %s", strerror(errno));
	s->page = mmap(NULL, sizeof(*s->page), PROT_READ | PROT_WRITE, MAP_SHARED, s->page_fd, 0);
	s->own = mmap(NULL, sizeof(*s->own), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->page == MAP_FAILED || s->own == MAP_FAILED)
		die("Couldn't set up the links between our processes: %s", strerror(errno));
	s->page->abi = LINK_ABI;
	atomic_store(&s->page->detached, s->o->attach);
	kernelfs_hold();
	if (s->m)
		s->page->controls = s->m->info.controls;
}

/* somebody killed the guard: stapio has got SIGTERM by that, and we do the rest */
static int stand_in(struct session *s)
{
	struct pollfd p = { .fd = s->alive[0], .events = POLLIN };
	pid_t reader = atomic_load(&s->own->reader);

	if (poll(&p, 1, STAPRUN_READER_END_MS) == 0 && reader > 0)
		kill(reader, SIGKILL);
	s->ctl = -1;
	session_close(s, 1);
	orphans_kill();
	return 1;
}

static int wait_for_guard(struct session *s, pid_t guard, const sigset_t *signals)
{
	for (;;) {
		siginfo_t info;
		int sig = sigwaitinfo(signals, &info), status;
		unsigned char byte = (unsigned char)sig;
		pid_t pid;

		if (sig < 0)
			continue;
		if (sig != SIGCHLD) {
			/* the terminal's has reached stapio too; SI_KERNEL is positive, what processes send is not */
			if (info.si_code <= 0 && write(s->parent[1], &byte, 1) != 1)
				dbg("the guard does not listen\n");
			continue;
		}
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
			if (pid != guard)
				continue;
			return WIFEXITED(status) ? WEXITSTATUS(status) : stand_in(s);
		}
	}
}

static int run(struct session *s)
{
	static const int handed_on[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR2, SIGCHLD };
	sigset_t all, signals;
	pid_t guard;
	size_t i;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sigemptyset(&signals);
	for (i = 0; i < sizeof(handed_on) / sizeof(*handed_on); i++)
		sigaddset(&signals, handed_on[i]);
	signal(SIGCHLD, SIG_DFL); /* an ignored one would never tell */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	guard = fork();
	if (guard < 0)
		die("fork: %s", strerror(errno));
	if (guard == 0)
		guard_main(s);
	msg.patience_ms = STAPRUN_PATIENCE_MS;
	close(s->parent[0]);
	close(s->alive[1]);
	if (s->ready >= 0) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);

		close(s->ready);
		for (i = 0; null >= 0 && i < 3; i++)
			dup2(null, (int)i);
	}
	return wait_for_guard(s, guard, &signals);
}

int main(int argc, char **argv)
{
	struct session s = { .ctl = -1, .ready = -1 };
	struct module module = { 0 };
	struct identity id;
	struct options o;

	identity_init(&id);
	if (argc < 1)
		return 1;
	copy_arguments(&s, argc, argv);
	options_parse(&o, OPTIONS_STAPRUN, argc, s.argv);
	s.id = &id;
	s.o = &o;
	identity_must_be_allowed(&id);
	if (o.delete_only)
		return remove_modules(o.module);
	load_copy(&s, &module, id.asker);
	if (!o.attach)
		remove_abandoned();
	if (o.daemon)
		become_daemon(&s);
	make_links(&s);
	return run(&s);
}
