/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guard loads the module, starts stapio, watches stapio and staprun, and removes the module when either is gone.
 *
 * It has its own session (no terminal's signal, no kill of the process group reaches it), its own name (no pkill), blocks all
 * signals, and holds neither standard input nor output. stapio is forked first of all, while we still are in the user's session and
 * group, and waits behind a pipe until the module is ready. What stapio leaves running becomes our child: we are a subreaper.
 */
#include "staprun/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "staprun/clock.h"
#include "staprun/msg.h"
#include "staprun/orphans.h"
#include "staprun/reader.h"

#define GUARD_NAME "stp-guard"
#define GUARD_PATIENCE_MS 2000 /* for who reads our messages */
#define GUARD_GRACE_MS 700 /* for stapio to end in order when staprun is gone */

struct watch {
	struct session *s;
	pid_t reader;	  /* 0 = reaped */
	int reader_alive; /* its pipe is open */
	int status;	  /* as waitpid() gave it */
	int parent_alive;
	long long kill_at; /* 0 = not yet decided */
	int children;	   /* signalfd */
};

static void become_guard(struct session *s)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_NAME, GUARD_NAME);
	memset(s->title, 0, s->title_len);
	snprintf(s->title, s->title_len, "%s", GUARD_NAME);
	setsid();
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		close(null);
	} else { /* no /dev here; but nobody may wait for the end of our output */
		close(STDIN_FILENO);
		close(STDOUT_FILENO);
		open("/", O_PATH);
		open("/", O_PATH);
	}
	if (chdir("/") < 0) /* hold no file system */
		dbg("chdir: %s\n", strerror(errno));
}

static void reap(struct watch *w)
{
	struct signalfd_siginfo drop;
	pid_t pid;
	int status;

	while (read(w->children, &drop, sizeof(drop)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != w->reader)
			continue; /* an orphan of stapio's */
		w->reader = 0;
		w->reader_alive = 0;
		w->status = status;
	}
}

/* staprun hands signals on as single bytes; its end means that it was killed */
static void hear_parent(struct watch *w)
{
	unsigned char sig;
	ssize_t n = read(w->s->parent[0], &sig, 1);

	if (n == 1) {
		if (w->reader && (sig == SIGINT || sig == SIGTERM || sig == SIGHUP || sig == SIGQUIT || sig == SIGUSR2))
			kill(w->reader, sig);
		return;
	}
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	w->parent_alive = 0;
	if (w->reader)
		kill(w->reader, SIGTERM);
	w->kill_at = now_ms() + GUARD_GRACE_MS;
}

static void step(struct watch *w)
{
	struct pollfd p[3] = {
		{ .fd = w->children, .events = POLLIN },
		{ .fd = w->parent_alive ? w->s->parent[0] : -1, .events = POLLIN },
		{ .fd = w->reader_alive ? w->s->alive[0] : -1, .events = POLLIN },
	};
	long long left = w->kill_at ? w->kill_at - now_ms() : -1;

	if (w->kill_at && left <= 0) {
		if (w->reader)
			kill(w->reader, SIGKILL);
		w->kill_at = 0;
		left = -1;
	}
	if (poll(p, 3, (int)left) < 0)
		return;
	if (p[0].revents)
		reap(w);
	if (p[1].revents)
		hear_parent(w);
	if (p[2].revents)
		w->reader_alive = 0; /* it never writes: this is its end */
}

/* stapio is done with the module, but may still wait for what system() and -c started */
static int watch_reader(struct watch *w)
{
	int failed = 0, abnormal;

	while (w->reader_alive)
		step(w);
	reap(w);
	abnormal = !w->reader && WIFSIGNALED(w->status);
	failed = session_close(w->s, abnormal);
	while (w->reader)
		step(w);
	abnormal = WIFSIGNALED(w->status) || !w->parent_alive;
	if (abnormal && !atomic_load(&w->s->page->detached))
		orphans_kill();
	if (failed || !WIFEXITED(w->status))
		return 1;
	return WEXITSTATUS(w->status);
}

static int prepare(struct session *s)
{
	if (!s->o->attach && session_load(s) < 0)
		return -1;
	if (session_open(s) < 0)
		return -1;
	if (!s->o->attach)
		return session_tell(s);
	session_recall(s);
	return 0;
}

void guard_main(struct session *s)
{
	struct watch w = { .s = s, .reader_alive = 1, .parent_alive = 1 };
	sigset_t chld;
	int go[2], rc;

	close(s->parent[1]);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	msg.patience_ms = GUARD_PATIENCE_MS;
	if (pipe2(go, O_CLOEXEC) < 0)
		die("pipe: %s", strerror(errno));
	w.reader = reader_fork(s, go);
	close(s->alive[1]);
	become_guard(s);
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	w.children = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
	if (w.children < 0)
		die("signalfd: %s", strerror(errno));
	rc = prepare(s);
	if (rc == 0)
		rc = write(go[1], "", 1) == 1 ? 0 : -1;
	close(go[1]);
	if (s->ready >= 0) {
		close(s->ready); /* stapio tells the daemon's parent; we have said what we had to */
		if (rc == 0)
			dup2(STDOUT_FILENO, STDERR_FILENO);
	}
	if (rc < 0) {
		atomic_store(&s->page->accounted, 1); /* nothing ran */
		s->quiet = 1;
		session_close(s, 0);
		_exit(1);
	}
	_exit(watch_reader(&w));
}
