/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running other programs: posix_spawn, never a shell. What our caller has in his environment is not theirs: make, compilers and linkers take
 * files, flags and programs from it.
 */
#ifndef STP_BASE_PROC_H
#define STP_BASE_PROC_H

#include "base/error.h"

#include <stdbool.h>
#include <sys/types.h>

struct proc_spec {
	char *const *argv;
	char *const *env; /* extra NAME=VALUE, NULL-terminated; NULL = none */
	bool whole_env;	  /* all of ours goes with them; else only PATH, HOME (root's own) and TMPDIR, and LC_ALL=C */
	const char *cwd;  /* NULL = ours */
	bool inherit_stdin;
	bool inherit_output; /* stdout and stderr are ours */
	bool dies_with_us; /* proc_run(): with all that it has started, also if we are killed; costs a process */
	int death_signal; /* proc_spawn(), with our descriptors: it gets that if we are killed. The kernel forgets it if the program changes its user */
	bool own_session; /* not our terminal's: its keys send signals to us alone */
};

struct proc_result {
	int status; /* as from waitpid */
	char *out;  /* stdout and stderr, interleaved; malloc'ed, NUL-terminated; "" if inherited */
	size_t out_len;
};

/* error only if it could not be started, or we are to stop (EINTR); a failing program is a result */
struct oserr *proc_run(const struct proc_spec *spec, struct proc_result *ret) STP_MUST_CHECK;
void proc_result_fini(struct proc_result *r);
/* of a signal's handler: ends what proc_run() waits for, at the second time by SIGKILL; it starts nothing from now on */
void proc_stop(void);
struct oserr *proc_spawn(const struct proc_spec *spec, pid_t *ret) STP_MUST_CHECK;

/* from start to end the process group of that number, whose leader is our child, is killed if we are: start it at once, end it after the wait */
struct proc_keeper {
	pid_t pid;
	int fd;
};
void proc_keeper_start(struct proc_keeper *k, pid_t group);
void proc_keeper_end(struct proc_keeper *k);

bool proc_ok(const struct proc_result *r); /* exited with 0 */
/* full path of NAME in $PATH, malloc'ed; NULL if there is none */
char *proc_which(const char *name);

#endif
