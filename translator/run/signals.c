// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Signals of stap (reference/cli.md 8). The handler counts, ends the compiler or make that we wait for and, at the third, leaves. A broken pipe comes with each piece of output that
 * nobody reads: it is the wish to end, once.
 */
#include "run/run.h"

#include "base/proc.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t requests;

static void on_signal(int sig)
{
	static const char text[] = "Too many interrupts received, exiting.\n";

	if (sig == SIGPIPE && requests)
		return;
	proc_stop();
	if (++requests < 3 || sig == SIGPIPE)
		return;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(1);
	_exit(1);
}

static const int sigs[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGXFSZ, SIGXCPU, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGIO };

void run_signals_init(void)
{
	struct sigaction sa;

	signal(SIGCHLD, SIG_DFL); /* ignored, as by whoever started us, children would go before we have asked how they ended */
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_signal; /* no SA_RESTART: waits end, and are taken up again by who wants to */
	for (size_t i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		sigaction(sigs[i], &sa, NULL);
}

void run_signals_hold(sigset_t *ret_before)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		sigaddset(&set, sigs[i]);
	sigprocmask(SIG_BLOCK, &set, ret_before);
	sigdelset(ret_before, SIGCHLD); /* whoever started us may have blocked it: nothing would end the sleep */
}

bool run_interrupted(void)
{
	return requests > 0;
}
