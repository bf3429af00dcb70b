/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs that stapio starts, as the user: the command of -c and the commands of system(). */
#ifndef STP_STAPRUN_COMMAND_H
#define STP_STAPRUN_COMMAND_H

#include <sys/types.h>

struct command {
	pid_t pid;	 /* of -c; 0 = none, or over */
	int held;	 /* stopped at its exec */
	int stop_signal; /* came while it was held: delivered at the release */
	int failed;	 /* it ended other than with status 0 */
	int over;	 /* there was one, and it ended */
	unsigned nsystem; /* commands of system() that run */
};

/* starts CMD and holds it just after its exec; 0, or -1 after a message */
int command_start(struct command *c, const char *cmd);
void command_release(struct command *c);
/* /bin/sh -c text */
void command_system(struct command *c, const char *text);
/* after SIGCHLD: notes and reports what has ended */
void command_reap(struct command *c);
/* ends what still runs: CMD by SIGTERM, later SIGKILL; system()'s commands are waited for, unless *interrupted becomes set */
void command_finish(struct command *c, const volatile int *interrupted);

/*
 * CMD split into words like a shell does it, quotes and backslashes obeyed; allocated in one piece. NULL = it needs a real shell: *shell is
 * the text for its -c (the caller's), with "exec" before the program if that is surely all there is to be run.
 */
char **command_words(const char *cmd, char **shell);

#endif
