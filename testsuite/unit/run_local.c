/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 5 on this host: what becomes of a signal to stap while staprun runs. A script plays staprun: it sends the signal to us, its parent.
 * link: translator/run/local.c translator/run/signals.c translator/base/*.c staprun/fsowner.c -lmd -llzma -lzstd -lz
 * flags: -Wl,--wrap=proc_spawn
 */
#define _GNU_SOURCE 1
#include "testsuite/unit/tap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fs.h"
#include "base/proc.h"
#include "run/run.h"
#include "run/vm.h"
#include "session.h"

static char dir[] = "/tmp/stap-unit-XXXXXX";

static const char *in_dir(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void write_staprun(const char *body)
{
	FILE *f = fopen(in_dir("staprun"), "w");

	if (!f)
		abort();
	/* what it is told: a line each */
	fprintf(f, "#!/bin/sh\nfor s in HUP INT QUIT TERM; do trap \"echo $s\" $s; done\nexec >'%s/told'\n%s\n", dir, body);
	fclose(f);
	chmod(in_dir("staprun"), 0700);
}

static sigset_t inherited; /* what whoever starts stap has blocked */
static int at_once; /* a signal that comes when staprun has just been started */

struct oserr *__real_proc_spawn(const struct proc_spec *spec, pid_t *ret);
struct oserr *__wrap_proc_spawn(const struct proc_spec *spec, pid_t *ret);
struct oserr *__wrap_proc_spawn(const struct proc_spec *spec, pid_t *ret)
{
	struct oserr *err = __real_proc_spawn(spec, ret);

	while (!err && at_once && !fs_exists(in_dir("told"))) /* it has its traps */
		usleep(1000);
	if (at_once)
		raise(at_once);
	return err;
}

/* in a process of its own, as signals are counted: the status of pass 5, + 10 if stap has been interrupted */
static int pass5(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct session s = { .arena = arena_new(), .module_path = "/none.ko", .module_sha256 = "0" };
		struct oserr *err;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sigprocmask(SIG_BLOCK, &inherited, NULL);
		run_signals_init();
		err = run_local(&s, &status);
		arena_free(s.arena);
		_exit(err ? 99 : status + 10 * run_interrupted());
	}
	if (waitpid(pid, &status, 0) != pid)
		abort();
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void told(const char *want, const char *what)
{
	char *text = NULL;
	struct oserr *err = fs_read(in_dir("told"), &text, NULL);

	TEXT(err ? err->msg : text, want, what);
	oserr_free(err);
	free(text);
}

#define MOMENT "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.02; done\n" /* a signal ends a sleep: the trap is run then */

static void test_signals(void)
{
	write_staprun("kill -QUIT $PPID; kill -QUIT $PPID; kill -QUIT $PPID\n" MOMENT "exit 0");
	OK(pass5() == 0, "pass 5: QUIT is staprun's: stap goes on waiting, however often it comes");
	told("", "pass 5: QUIT: nor does it tell staprun to end");
	write_staprun("kill -QUIT $$\nexit 0");
	OK(pass5() == 0, "pass 5: QUIT to staprun, which detaches: no failure");
	told("QUIT\n", "pass 5: QUIT: staprun is not made to ignore it");
	for (int i = 0; i < 3; i++) {
		static const char *const name[] = { "TERM", "INT", "HUP" };
		char body[256];

		snprintf(body, sizeof(body), "kill -%s $PPID\n" MOMENT "exit 0", name[i]);
		write_staprun(body);
		OK(pass5() == 10, "pass 5: another signal to stap alone: staprun ends the session, which is no failure");
		told("TERM\n", "pass 5: another signal: staprun is told, once");
	}
	write_staprun("kill -TERM $PPID; sleep 0.1; kill -TERM $PPID; sleep 0.1; kill -QUIT $PPID\n" MOMENT "exit 0");
	OK(pass5() == 10, "pass 5: QUIT is not the third of them");
	told("TERM\n", "pass 5: two signals: staprun is told once");
	unlink(in_dir("told"));
	write_staprun(MOMENT "exit 0");
	at_once = SIGTERM;
	OK(pass5() == 10, "pass 5: a signal just before stap waits");
	told("TERM\n", "pass 5: a signal just before: staprun is told");
	unlink(in_dir("told"));
	at_once = SIGQUIT;
	OK(pass5() == 0, "pass 5: QUIT just before");
	at_once = 0;
	sigaddset(&inherited, SIGCHLD);
	write_staprun(MOMENT "exit 0");
	OK(pass5() == 0, "pass 5: staprun's end is seen by a stap that was started with SIGCHLD blocked");
	sigemptyset(&inherited);
	write_staprun("exit 3");
	OK(pass5() == 1, "pass 5: staprun's failure");
}

static void test_killed(void)
{
	unlink(in_dir("told"));
	write_staprun("kill -KILL $PPID\n" MOMENT "echo over");
	OK(pass5() == -SIGKILL, "S11: stap is killed");
	for (int i = 0; i < 1000; i++) {
		char *text = NULL;
		struct oserr *err = fs_read(in_dir("told"), &text, NULL);
		int over = !err && strstr(text, "over");

		oserr_free(err);
		free(text);
		if (over)
			break;
		usleep(20000);
	}
	told("TERM\nover\n", "S11: staprun is told to end when stap is killed");
	unlink(in_dir("staprun"));
	OK(pass5() == 99, "S11: a staprun that cannot be started is an error");
}

/* the words that staprun gets, joined. In a static buffer */
static const char *words(void (*set)(struct options *o))
{
	static char text[256];
	struct session s = { .arena = arena_new(), .module_sha256 = "SUM" };
	char *const *argv;
	size_t n = 0;

	if (set)
		set(&s.opt);
	argv = run_staprun_argv(&s, "staprun", "m.ko");
	for (text[0] = '\0'; *argv; argv++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", n ? " " : "", *argv);
	arena_free(s.arena);
	return text;
}

static void set_all(struct options *o)
{
	static const char *globals[] = { "a=1", "b=two" };

	o->verbose[5] = 3;
	o->quiet_warnings = true;
	o->color = "never";
	o->module_renamed = true;
	o->cmd = "sleep 1";
	o->target_pid = 42;
	o->buffer_mb = 8;
	o->output = "out";
	o->rotate = "1,2";
	o->leave_running = true;
	o->globals.v = globals;
	o->globals.n = 2;
}

static void set_vm(struct options *o)
{
	o->vm = "6.1";
	o->output = "out";
}

static void set_leave(struct options *o)
{
	o->leave_running = true;
}

static void test_words(void)
{
	TEXT(words(NULL), "staprun -R -H SUM m.ko", "pass 5: staprun's words, without options");
	TEXT(words(set_all), "staprun -v -v -w -C never -c sleep 1 -x 42 -b 8 -o out -S 1,2 -D -H SUM m.ko a=1 b=two", "pass 5: … with all of them");
	TEXT(words(set_vm), "staprun -R -o " VM_OUTPUT " -H SUM m.ko", "pass 5: … for a guest, whose output comes through it");
	TEXT(words(set_leave), "staprun -R -L -H SUM m.ko", "pass 5: … -F without a file");
}

int main(void)
{
	if (!mkdtemp(dir))
		abort();
	setenv("SYSTEMTAP_STAPRUN", in_dir("staprun"), 1);
	alarm(300); /* a stap that waits for ever is a failure, not a test that never ends */
	test_words();
	test_signals();
	test_killed();
	fs_rm_rf(dir);
	return tap_done();
}
