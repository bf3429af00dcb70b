// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * QEMU as a child: argv, pipes for what the guest says, a socket pair for signals to it, and the loop that relays until QEMU ends.
 * The guest's standard output and error are ours; the end of what its console prints is shown if it dies early. Its stapio does not
 * see our terminal, and the guest is not trusted: what a terminal must not get is taken out here, as staprun does on this host.
 */
#include "run/vm.h"

#include "base/arena.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/scope.h"
#include "base/term.h"
#include "base/vec.h"
#include "run/run.h"
#include "staprun/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CH_OUT, CH_ERR, CH_STATUS, CH_FILE, CH_CONSOLE, CH_NPIPES }; /* ports of virtio-serial, and the serial line */
static const char *const channel[] = { "out", "err", "status", "file" };

#define CHUNK 16384
#define LAST_WORDS 2000
#define ESCAPE 27

struct vm {
	struct arena *a;
	const struct vm_spec *spec;
	VEC(char *) argv;
	int from[CH_NPIPES], to_guest; /* ours */
	int theirs[CH_NPIPES + 1];     /* QEMU's ends: pipes, then the control socket */
	struct escape escape[CH_NPIPES];
	char status[16];
	size_t status_len;
	char last_words[LAST_WORDS]; /* of the console: a guest may say any amount */
	size_t last_words_len;
	const char *initrd;
	pid_t pid;
	bool passed_on;	   /* an interrupt */
	int output_failed; /* errno */
};

static void add(struct vm *vm, const char *text)
{
	vec_push(vm->a, &vm->argv, (char *)(uintptr_t)text);
}

/* -fsdev/-device pair: PATH as read-only 9p file system TAG */
static void add_share(struct vm *vm, const char *tag, const char *path)
{
	struct buf escaped = BUF_INIT; /* a comma in an option's value is doubled */

	for (const char *p = path; *p; p++)
		buf_puts(&escaped, *p == ',' ? ",," : (char[]){ *p, '\0' });
	add(vm, "-fsdev");
	add(vm, arena_printf(vm->a, "local,id=%s,path=%s,security_model=none,multidevs=remap,readonly=on", tag, escaped.data));
	add(vm, "-device");
	add(vm, arena_printf(vm->a, "virtio-9p-pci,fsdev=%s,mount_tag=%s", tag, tag));
	buf_fini(&escaped);
}

static void add_channels(struct vm *vm)
{
	add(vm, "-device");
	add(vm, "virtio-serial-pci");
	for (int i = 0; i < CH_CONSOLE; i++) {
		add(vm, "-chardev");
		add(vm, arena_printf(vm->a, "file,id=%s,path=/dev/fd/%d", channel[i], vm->theirs[i]));
		add(vm, "-device");
		add(vm, arena_printf(vm->a, "virtserialport,chardev=%s,name=stap.%s", channel[i], channel[i]));
	}
	add(vm, "-chardev");
	add(vm, arena_printf(vm->a, "socket,id=ctl,fd=%d", vm->theirs[CH_NPIPES]));
	add(vm, "-device");
	add(vm, "virtserialport,chardev=ctl,name=stap.ctl");
}

static void add_machine(struct vm *vm)
{
	const struct vm_spec *s = vm->spec;
	unsigned cpus = s->icount ? 1 : s->cpus ? s->cpus : 2;

	/*
	 * Unmodified kernels start everywhere under TCG; KVM may be there and not work. One thread serves all CPUs: with one for each, a CPU
	 * now and then runs code that another has just patched, an int3 that is long gone, and the kernel panics in its own static branches
	 * (seen with QEMU 7.2 and 10.0: within 90 seconds while trace events are switched on and off, also while booting). A kernel that is
	 * being traced patches all the time.
	 */
	add(vm, "-accel");
	add(vm, s->icount ? "tcg" : "tcg,thread=single");
	if (s->icount) {
		add(vm, "-icount");
		add(vm, "shift=0,sleep=off");
	}
	add(vm, "-cpu");
	add(vm, "max,la57=off");
	add(vm, "-m");
	add(vm, arena_printf(vm->a, "%u", s->memory_mb ? s->memory_mb : 1536));
	add(vm, "-smp");
	add(vm, arena_printf(vm->a, "%u", cpus));
	for (const char *const *p = (const char *const[]){ "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", NULL }; *p; p++)
		add(vm, *p);
}

/* the option's name has changed */
static bool knows_run_with(const char *qemu)
{
	char *const argv[] = { (char *)(uintptr_t)qemu, (char *)"-help", NULL };
	struct proc_result r;
	struct oserr *err = proc_run(&(struct proc_spec){ .argv = argv }, &r);
	bool yes;

	if (err) {
		oserr_free(err);
		return false;
	}
	yes = strstr(r.out, "user=username") != NULL;
	proc_result_fini(&r);
	return yes;
}

/*
 * root's QEMU becomes a user that nobody else is once it has opened what it was told, before the guest runs: of the exported files it reads
 * what all may read. The sandbox would not let it change its ids, even to those; from there it can neither go back nor start anything. The
 * kernel gives its memory to root alone from then on.
 */
static struct oserr *add_confinement(struct vm *vm, const char *qemu)
{
	bool root = geteuid() == 0;
	struct oserr *err;
	unsigned user;

	add(vm, "-sandbox");
	add(vm, root ? "on,elevateprivileges=allow,spawn=deny" : "on,elevateprivileges=deny,spawn=deny");
	if (!root)
		return NULL;
	err = vm_user(&user);
	if (err)
		return err;
	if (knows_run_with(qemu)) {
		add(vm, "-run-with");
		add(vm, arena_printf(vm->a, "user=%u:%u", user, user));
	} else {
		add(vm, "-runas");
		add(vm, arena_printf(vm->a, "%u:%u", user, user));
	}
	return NULL;
}

static struct oserr *build_argv(struct vm *vm, const char *qemu)
{
	const struct vm_spec *s = vm->spec;
	struct oserr *err;

	add(vm, qemu);
	add_machine(vm);
	err = add_confinement(vm, qemu);
	if (err)
		return err;
	add(vm, "-serial");
	add(vm, arena_printf(vm->a, "file:/dev/fd/%d", vm->theirs[CH_CONSOLE]));
	add(vm, "-kernel");
	add(vm, s->kernel.image);
	add(vm, "-initrd");
	add(vm, vm->initrd);
	add(vm, "-append");
	add(vm, arena_printf(vm->a, "console=ttyS0 quiet loglevel=3 oops=panic panic=-1%s", s->icount ? " nokaslr mitigations=off" : ""));
	if (!s->bare) {
		add_share(vm, "usr", "/usr");
		add_share(vm, "modules", s->kernel.modules);
	}
	if (s->cwd)
		add_share(vm, "cwd", s->cwd);
	add_channels(vm);
	add(vm, NULL);
	return NULL;
}

static struct oserr *open_channels(struct vm *vm)
{
	int pair[2];

	for (int i = 0; i < CH_NPIPES; i++) {
		if (pipe2(pair, O_CLOEXEC) < 0)
			return oserr_errno(errno, "pipe");
		vm->from[i] = pair[0];
		vm->theirs[i] = pair[1];
		fcntl(pair[1], F_SETFD, 0);
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return oserr_errno(errno, "socketpair");
	vm->to_guest = pair[0];
	vm->theirs[CH_NPIPES] = pair[1];
	fcntl(pair[1], F_SETFD, 0);
	return NULL;
}

static void close_all(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fds[i] >= 0) {
			close(fds[i]);
			fds[i] = -1;
		}
}

/* 0 or errno: nobody listens, or the disk is full. The guest's command goes on to its end */
static int write_all(int fd, const char *text, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t k = write(fd, text + done, n - done);

		if (k < 0 && errno != EINTR)
			return errno;
		done += k > 0 ? (size_t)k : 0;
	}
	return 0;
}

/* N bytes that the guest said; none: that was all */
static void say(struct vm *vm, int ch, const char *text, size_t n)
{
	int fd = ch == CH_OUT ? STDOUT_FILENO : ch == CH_ERR ? STDERR_FILENO : vm->spec->output, error;
	unsigned controls = vm->spec->controls | (ch == CH_ERR && vm->spec->colours ? 1u << ESCAPE : 0);
	char shown[ESCAPE_ROOM(CHUNK)];

	if (term_is_tty(fd) && !(controls & ESCAPE_ALL)) {
		n = n ? escape_text(&vm->escape[ch], controls, text, n, shown) : escape_end(&vm->escape[ch], controls, shown);
		text = shown;
	}
	error = fd < 0 ? 0 : write_all(fd, text, n);
	if (ch == CH_FILE && !vm->output_failed)
		vm->output_failed = error;
}

static void add_status(struct vm *vm, const char *text, size_t n)
{
	size_t room = sizeof(vm->status) - 1 - vm->status_len;

	n = n < room ? n : room;
	memcpy(vm->status + vm->status_len, text, n);
	vm->status_len += n;
}

static void add_last_words(struct vm *vm, const char *text, size_t n)
{
	size_t fresh = n < LAST_WORDS ? n : LAST_WORDS, old = LAST_WORDS - fresh;

	old = vm->last_words_len < old ? vm->last_words_len : old;
	memmove(vm->last_words, vm->last_words + vm->last_words_len - old, old);
	memcpy(vm->last_words + old, text + n - fresh, fresh);
	vm->last_words_len = old + fresh;
}

static void relay(struct vm *vm, int ch)
{
	char text[CHUNK];
	ssize_t n = read(vm->from[ch], text, sizeof(text));

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0)
		close_all(&vm->from[ch], 1);
	if (ch == CH_OUT || ch == CH_ERR || ch == CH_FILE)
		say(vm, ch, text, n > 0 ? (size_t)n : 0);
	else if (n > 0 && ch == CH_STATUS)
		add_status(vm, text, (size_t)n);
	else if (n > 0)
		add_last_words(vm, text, (size_t)n);
}

static bool all_closed(const struct vm *vm)
{
	for (int i = 0; i < CH_NPIPES; i++)
		if (vm->from[i] >= 0)
			return false;
	return true;
}

/* an interrupt is passed on to the guest's staprun, once */
static void pass_on(struct vm *vm)
{
	if (!run_interrupted() || vm->passed_on)
		return;
	vm->passed_on = true;
	if (write(vm->to_guest, "INT\n", 4) != 4)
		kill(vm->pid, SIGTERM);
}

/* until QEMU closed its ends. A signal is only taken while we sleep: one that came just before would be noticed with the guest's next words */
static void relay_all(struct vm *vm)
{
	sigset_t before;
	int n;

	while (!all_closed(vm)) {
		struct pollfd p[CH_NPIPES];

		for (int i = 0; i < CH_NPIPES; i++)
			p[i] = (struct pollfd){ .fd = vm->from[i], .events = POLLIN };
		run_signals_hold(&before);
		pass_on(vm);
		n = ppoll(p, CH_NPIPES, NULL, &before);
		sigprocmask(SIG_SETMASK, &before, NULL);
		if (n < 0 && errno != EINTR)
			return;
		for (int i = 0; n > 0 && i < CH_NPIPES; i++)
			if (p[i].fd >= 0 && p[i].revents)
				relay(vm, i);
	}
}

static struct oserr *died(struct vm *vm, int wstatus)
{
	if (run_interrupted())
		return oserr_new(EINTR, "interrupted");
	return oserr_new(0, "the virtual machine ended before the command did (QEMU's status %d)%s%.*s", WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) : 128 + WTERMSIG(wstatus),
			 vm->last_words_len ? "; its last words:\n" : "", (int)vm->last_words_len, vm->last_words);
}

static struct oserr *write_initrd(struct vm *vm)
{
	struct buf ird = BUF_INIT;
	struct oserr *err = vm_initrd(vm->a, vm->spec, &ird);

	if (!err)
		err = fs_write_atomic(vm->initrd, ird.data, ird.len, 0600);
	buf_fini(&ird);
	return err;
}

static struct oserr *start(struct vm *vm, const char *qemu)
{
	struct proc_spec ps = { .inherit_output = true, .own_session = true };
	struct oserr *err = write_initrd(vm);

	close_range(STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC); /* what our caller has open, the guest does not */
	if (!err)
		err = open_channels(vm);
	if (err)
		return err;
	err = build_argv(vm, qemu);
	ps.argv = vm->argv.v;
	if (!err)
		err = proc_spawn(&ps, &vm->pid);
	close_all(vm->theirs, CH_NPIPES + 1);
	return err;
}

struct oserr *vm_run(struct arena *a, const struct vm_spec *spec, int *ret_status)
{
	struct vm vm = { .a = a, .spec = spec, .from = { -1, -1, -1, -1 }, .theirs = { -1, -1, -1, -1, -1 }, .to_guest = -1 };
	_cleanup_free_ char *qemu = proc_which("qemu-system-x86_64");
	struct proc_keeper keeper;
	struct oserr *err;
	int wstatus = 0;

	if (!qemu)
		return oserr_new(ENOENT, "--vm needs QEMU (Debian: qemu-system-x86)");
	vm.initrd = arena_printf(a, "%s/initrd", spec->work_dir);
	err = start(&vm, qemu);
	if (!err) {
		proc_keeper_start(&keeper, vm.pid);
		relay_all(&vm);
		while (waitpid(vm.pid, &wstatus, 0) < 0 && errno == EINTR)
			;
		proc_keeper_end(&keeper);
		if (vm.status_len == 0)
			err = died(&vm, wstatus);
		else if (vm.output_failed)
			err = oserr_errno(vm.output_failed, "Couldn't write to %s", spec->output_name);
		else
			*ret_status = (int)strtol(vm.status, NULL, 10);
	}
	close_all(vm.from, CH_NPIPES);
	close_all(vm.theirs, CH_NPIPES + 1);
	close_all(&vm.to_guest, 1);
	return err;
}
