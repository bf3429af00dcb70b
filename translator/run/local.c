// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pass 5 on this host: staprun with the options that concern it. stap waits; a signal to stap alone is passed on, staprun then ends the
 * session in its own order. So it does if stap is killed.
 */
#include "run/run.h"

#include "base/fs.h"
#include "base/proc.h"
#include "base/vec.h"
#include "run/vm.h"
#include "session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct args {
	struct arena *arena;
	VEC(char *) v;
};

static void add(struct args *a, const char *text)
{
	vec_push(a->arena, &a->v, (char *)(uintptr_t)text);
}

static const char *staprun_path(struct session *s)
{
	const char *env = getenv("SYSTEMTAP_STAPRUN");

	return env && *env ? env : arena_printf(s->arena, "%s/staprun", s->bindir);
}

char *const *run_staprun_argv(struct session *s, const char *staprun, const char *module)
{
	const struct options *o = &s->opt;
	struct args args = { .arena = s->arena }, *a = &args;

	add(a, staprun);
	for (unsigned i = 1; i < o->verbose[5]; i++)
		add(a, "-v");
	if (o->quiet_warnings)
		add(a, "-w");
	if (o->color) {
		add(a, "-C");
		add(a, o->color);
	}
	if (!o->module_renamed)
		add(a, "-R"); /* one cached module may run several times at once */
	if (o->cmd) {
		add(a, "-c");
		add(a, o->cmd);
	}
	if (o->target_pid) {
		add(a, "-x");
		add(a, arena_printf(s->arena, "%lld", (long long)o->target_pid));
	}
	if (o->buffer_mb) {
		add(a, "-b");
		add(a, arena_printf(s->arena, "%u", o->buffer_mb));
	}
	if (o->output) {
		add(a, "-o");
		add(a, o->vm ? VM_OUTPUT : o->output);
	}
	if (o->rotate) {
		add(a, "-S");
		add(a, o->rotate);
	}
	if (o->leave_running)
		add(a, o->output ? "-D" : "-L");
	add(a, "-H");
	add(a, s->module_sha256);
	add(a, module);
	for (size_t i = 0; i < o->globals.n; i++)
		add(a, o->globals.v[i]);
	add(a, NULL);
	return args.v.v;
}

/* a signal is only taken while we sleep: one that came just before would be noticed at staprun's end */
static int wait_for(pid_t pid)
{
	bool passed_on = false;
	sigset_t before;
	int status;
	pid_t ended;

	run_signals_hold(&before);
	while ((ended = waitpid(pid, &status, WNOHANG)) == 0) {
		if (run_interrupted() && !passed_on) {
			kill(pid, SIGTERM);
			passed_on = true;
		}
		sigsuspend(&before);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ended == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}

static void wake_up(int sig)
{
	(void)sig;
}

struct oserr *run_local(struct session *s, int *ret_status)
{
	struct proc_spec spec = { .whole_env = true, .inherit_stdin = true, .inherit_output = true, .death_signal = SIGTERM };
	struct oserr *err;
	pid_t pid;

	spec.argv = run_staprun_argv(s, staprun_path(s), s->module_path);
	signal(SIGCHLD, wake_up);
	signal(SIGQUIT, wake_up); /* staprun's from here on; ignored it would stay so for staprun */
	err = proc_spawn(&spec, &pid);
	if (err)
		return err;
	*ret_status = wait_for(pid);
	return NULL;
}
