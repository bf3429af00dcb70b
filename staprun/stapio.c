/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stapio: the user's side of a run. Started by the guard (link.h) when the module is loaded and told everything; starts the probes,
 * writes what they print, runs -c and system(), and ends the run in order. It has no rights of its own and removes nothing.
 *
 * One thread, one poll: messages of the module, its announcements of new records, the output's readiness, signals. Nothing sleeps for
 * a fixed time. The module announces the first record after silence at once and paces announcements in a flood, so that reading costs
 * little per record.
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
#include <time.h>
#include <unistd.h>

#include "staprun/account.h"
#include "staprun/clock.h"
#include "staprun/command.h"
#include "staprun/ctl.h"
#include "staprun/link.h"
#include "staprun/kernelfs.h"
#include "staprun/msg.h"
#include "staprun/notices.h"
#include "staprun/options.h"
#include "staprun/output.h"
#include "staprun/relay.h"
#include "staprun/syscalls.h"

#define STAPIO_MESSAGES 256	 /* so many, then output and signals have their turn */
#define STAPIO_GAP_POLL_MS 5	 /* while a record that is due has not come */
#define STAPIO_FORCED 3		 /* so many interrupts end everything */
#define STAPIO_INTERRUPT_MS 300	 /* one keystroke may reach us several times: by the terminal, by staprun, by timeout(1) */

enum phase {
	PHASE_START, /* START sent */
	PHASE_RUN,
	PHASE_EXIT, /* EXIT sent */
	PHASE_DRAIN, /* COUNTS came, or the module is gone: nothing more will be written */
	PHASE_DETACH,
};

struct stapio {
	struct options o;
	struct link_page *page;
	int dir, alive, ready; /* descriptors of link.h */
	int ctl;
	enum phase phase;
	int failed;	   /* exit status */
	int error_seen;	   /* the module said ERROR: */
	int have_counts;
	struct stp_msg_counts counts;
	unsigned interrupts;
	long long last_interrupt;
	enum relay_state drained;
	struct relay relay;
	struct command command;
	struct output out;
};

/* set by signal handlers, which run only inside ppoll() */
static volatile int stapio_interrupt, stapio_quit, stapio_child, stapio_switch;

static void on_interrupt(int sig)
{
	(void)sig;
	stapio_interrupt = 1;
}

static void on_quit(int sig)
{
	(void)sig;
	stapio_quit = 1;
}

static void on_child(int sig)
{
	(void)sig;
	stapio_child = 1;
}

static void on_switch(int sig)
{
	(void)sig;
	stapio_switch = 1;
}

static void handle(int sig, void (*handler)(int), int even_if_ignored)
{
	struct sigaction a = { .sa_handler = handler }, old;

	if (!even_if_ignored && sigaction(sig, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
		return;
	sigfillset(&a.sa_mask);
	sigaction(sig, &a, NULL);
}

static void set_signals(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	handle(SIGINT, on_interrupt, 1); /* a shell's background job has it ignored, and is still to be ended by it */
	handle(SIGTERM, on_interrupt, 1);
	handle(SIGHUP, on_interrupt, 0); /* nohup */
	handle(SIGQUIT, on_quit, 1);
	handle(SIGCHLD, on_child, 1);
	handle(SIGPIPE, SIG_IGN, 1);
	handle(SIGUSR2, on_switch, 1);
}

static void take_links(struct stapio *s)
{
	int page;

	if (!s->o.link || sscanf(s->o.link, "%d,%d,%d,%d", &s->dir, &page, &s->alive, &s->ready) != 4)
		die("stapio is started by staprun, not by hand.");
	s->page = mmap(NULL, sizeof(*s->page), PROT_READ | PROT_WRITE, MAP_SHARED, page, 0);
	if (s->page == MAP_FAILED || s->page->abi != LINK_ABI)
		die("This stapio does not belong to that staprun.");
	close(page);
	fcntl(s->dir, F_SETFD, FD_CLOEXEC);
	fcntl(s->alive, F_SETFD, FD_CLOEXEC);
	if (s->ready >= 0)
		fcntl(s->ready, F_SETFD, FD_CLOEXEC);
}

static void ask_exit(struct stapio *s)
{
	if (s->phase >= PHASE_EXIT)
		return;
	s->phase = PHASE_EXIT;
	if (ctl_send(s->ctl, STP_EXIT, NULL, 0) < 0) {
		dbg("The module does not take EXIT: %s\n", strerror(errno));
		s->phase = PHASE_DRAIN;
		relay_no_more(&s->relay);
	}
}

static void detach(struct stapio *s)
{
	struct stp_msg_detach on = { 1 };

	if (s->phase >= PHASE_EXIT)
		return;
	if (ctl_send(s->ctl, STP_DETACH, &on, sizeof(on)) < 0) {
		err("Couldn't detach from the module: %s", strerror(errno));
		s->failed = 1;
		ask_exit(s);
		return;
	}
	s->phase = PHASE_DETACH;
	atomic_store(&s->page->detached, 1);
	say("\nDisconnecting from systemtap module.\nTo reconnect, type \"staprun -A %s\"\n", getenv("SYSTEMTAP_MODULE"));
}

/* the probes are in place */
static void started(struct stapio *s, int result)
{
	int null;

	if (result < 0) {
		if (!s->error_seen)
			err("Couldn't start the probes: %s", strerror(-result));
		s->failed = 1;
		ask_exit(s);
		return;
	}
	if (s->phase >= PHASE_EXIT) /* we were interrupted before: -c does not run */
		return;
	s->phase = PHASE_RUN;
	command_release(&s->command);
	if (s->ready >= 0 && write(s->ready, "", 1) == 1) {
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (null >= 0) {
			dup2(null, STDIN_FILENO);
			dup2(null, STDOUT_FILENO);
			dup2(null, STDERR_FILENO);
			close(null);
		}
		output_is_another(&s->out);
	}
	if (s->ready >= 0)
		close(s->ready);
	s->ready = -1;
	if (s->o.detach_at_start)
		detach(s);
}

static void take_message(struct stapio *s, const struct ctl_msg *m)
{
	int result;

	switch (m->head.type) {
	case STP_OOB:
		if (notice(m->body, m->head.len, s->page->controls))
			s->error_seen = s->failed = 1;
		break;
	case STP_STARTED:
		memcpy(&result, m->body, sizeof(result));
		started(s, result);
		break;
	case STP_SYSTEM:
		s->drained = relay_drain(&s->relay, &s->out); /* what was printed before it comes first */
		command_system(&s->command, m->body);
		break;
	case STP_REQUEST_EXIT: ask_exit(s); break;
	case STP_COUNTS:
		memcpy(&s->counts, m->body, sizeof(s->counts));
		if (s->phase < PHASE_EXIT && !s->counts.ended)
			break; /* somebody else asked */
		if (s->phase < PHASE_EXIT) {
			warn("Somebody else has ended the session of module '%s'.", getenv("SYSTEMTAP_MODULE"));
			s->failed = 1;
		}
		s->have_counts = 1;
		s->failed |= s->counts.failed != 0;
		s->phase = PHASE_DRAIN;
		relay_no_more(&s->relay);
		break;
	default: dbg("Unexpected message %s (%u)\n", ctl_name(m->head.type), m->head.type);
	}
}

/* Also when nobody reads ours: the end of the session is behind the module's texts. */
static void take_messages(struct stapio *s)
{
	struct ctl_msg m;
	int got, n;

	for (n = 0; n < STAPIO_MESSAGES && s->phase < PHASE_DRAIN && (got = ctl_receive(s->ctl, &m)) != 0; n++) {
		if (got > 0) {
			take_message(s, &m);
			continue;
		}
		dbg("The module is gone: %s\n", errno ? strerror(errno) : "end of file");
		s->phase = PHASE_DRAIN;
		relay_no_more(&s->relay);
	}
}

static void take_signals(struct stapio *s)
{
	long long now = now_ms();

	if (stapio_interrupt) {
		stapio_interrupt = 0;
		if (!s->interrupts || now - s->last_interrupt >= STAPIO_INTERRUPT_MS) {
			s->interrupts++;
			s->last_interrupt = now;
		}
		ask_exit(s);
	}
	if (stapio_quit) {
		stapio_quit = 0;
		detach(s);
	}
	if (stapio_switch && s->out.done == s->out.len) { /* else when that is written */
		stapio_switch = 0;
		output_switch(&s->out);
	}
	if (stapio_child) {
		stapio_child = 0;
		command_reap(&s->command);
		if (s->command.over)
			ask_exit(s);
	}
}

/* waits for something to do. Returns nothing: every part looks for itself what there is */
static void wait_for_events(const struct stapio *s)
{
	struct timespec gap = { 0, STAPIO_GAP_POLL_MS * 1000000 };
	struct pollfd p[3] = {
		{ .fd = s->phase < PHASE_DRAIN ? s->ctl : -1, .events = POLLIN },
		{ .fd = s->drained == RELAY_BLOCKED ? s->out.fd : -1, .events = POLLOUT },
		{ .fd = msg_waits_for(), .events = POLLOUT },
	};
	sigset_t none;

	if (s->drained == RELAY_MORE)
		gap.tv_nsec = 0;
	else if (s->drained == RELAY_IDLE && !s->relay.gap_since)
		p[0].events |= POLLPRI;
	sigemptyset(&none);
	ppoll(p, 3, s->relay.gap_since || s->drained == RELAY_MORE ? &gap : NULL, &none);
}

static void take_output(struct stapio *s)
{
	if (s->drained == RELAY_FAILED)
		return;
	s->drained = relay_drain(&s->relay, &s->out);
	if (s->relay.synced)
		atomic_store(&s->page->before, s->relay.base);
	if (s->drained != RELAY_FAILED)
		return;
	if (s->out.failed != EPIPE)
		err("Couldn't write to %s: %s", s->out.name, strerror(s->out.failed));
	s->failed = 1;
	ask_exit(s);
}

static int is_over(const struct stapio *s)
{
	if (s->phase == PHASE_DETACH || s->interrupts >= STAPIO_FORCED)
		return 1;
	return s->phase == PHASE_DRAIN && (s->drained == RELAY_IDLE || s->drained == RELAY_FAILED);
}

static void relay_loop(struct stapio *s)
{
	while (!is_over(s)) {
		wait_for_events(s);
		take_signals(s);
		msg_flush();
		take_messages(s);
		if (s->phase != PHASE_DETACH)
			take_output(s);
	}
}

/* what is kept for standard error, when all else is done: an interrupt or two may have been for the script */
static void last_messages(struct stapio *s)
{
	struct pollfd p = { .events = POLLOUT };
	sigset_t none;

	sigemptyset(&none);
	while ((p.fd = msg_waits_for()) >= 0 && s->interrupts < STAPIO_FORCED) {
		ppoll(&p, 1, NULL, &none);
		take_signals(s);
		msg_flush();
	}
}

static void closing_words(struct stapio *s)
{
	unsigned long long delivered = atomic_load(&s->page->delivered) + atomic_load(&s->page->before);

	if (s->relay.damaged)
		warn("%llu bytes of output were damaged.", s->relay.damaged);
	if (!s->have_counts)
		return;
	if (!s->relay.synced) /* attached, and nothing was there: earlier readers had it all */
		delivered = s->counts.emitted - s->counts.dropped;
	if (s->counts.started)
		account_print(&s->counts, delivered, s->out.failed == EPIPE ? ACCOUNT_NOT_WANTED : ACCOUNT_READ_ALL);
	atomic_store(&s->page->accounted, 1);
}

static unsigned start_flags(const struct stapio *s)
{
	enum { FEW = 8 }; /* of twenty that the kernel has for all modules */
	unsigned flags = 0;

	if (!s->o.output.pattern && isatty(STDOUT_FILENO))
		flags |= STP_START_TTY;
	if (kernelfs_count(KERNELFS_SYS, "devices/system/cpu/hotplug/states", ": stap:prepare") >= FEW)
		flags |= STP_START_CROWDED;
	return flags;
}

static int begin(struct stapio *s)
{
	struct stp_msg_start start = { .target = s->o.target };
	struct stp_msg_detach off = { 0 };

	if (output_open(&s->out, &s->o.output, s->page) < 0)
		return -1;
	s->ctl = syscalls_ctl(s->dir);
	if (s->ctl < 0) {
		err("Couldn't open the control file of the module: %s", strerror(errno));
		return -1;
	}
	if (relay_open(&s->relay, s->dir, s->o.attach) < 0)
		return -1;
	if (s->o.attach) {
		if (ctl_send(s->ctl, STP_DETACH, &off, sizeof(off)) < 0) {
			err("Couldn't attach to the module: %s", strerror(errno));
			return -1;
		}
		atomic_store(&s->page->detached, 0);
		started(s, 0);
		return 0;
	}
	if (s->o.command && command_start(&s->command, s->o.command) < 0)
		return -1;
	if (s->command.pid)
		start.target = s->command.pid;
	start.flags = start_flags(s);
	if (ctl_send(s->ctl, STP_START, &start, sizeof(start)) < 0) {
		err("Couldn't start the probes: %s", strerror(errno));
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct stapio s = { .ctl = -1 };

	prctl(PR_SET_NAME, "stapio"); /* the kernel names a program after the descriptor that it was executed by */
	set_signals();
	msg_keep();
	options_parse(&s.o, OPTIONS_STAPIO, argc, argv);
	take_links(&s);
	if (begin(&s) == 0) {
		relay_loop(&s);
		output_end(&s.out);
		output_flush(&s.out);
		closing_words(&s);
	} else {
		s.failed = 1;
	}
	if (s.phase != PHASE_DETACH) {
		relay_close(&s.relay);
		close(s.ctl);
		close(s.dir);
		close(s.alive); /* the guard removes the module now, whatever our children still do */
		command_finish(&s.command, &stapio_interrupt);
	}
	last_messages(&s);
	return s.failed || s.command.failed;
}
