/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pass 5: a module runs, here or in a virtual machine. */
#ifndef STP_RUN_RUN_H
#define STP_RUN_RUN_H

#include "base/error.h"

#include <signal.h>
#include <stdbool.h>

struct session;

/* runs s->module_path through staprun on this host; *ret_status is the exit status for the user (0 or 1) */
struct oserr *run_local(struct session *s, int *ret_status) STP_MUST_CHECK;
/* --vm: the same in a virtual machine that runs s->vm_kernel */
struct oserr *run_vm(struct session *s, int *ret_status) STP_MUST_CHECK;
/* --vm-run: a command of the caller's there; *ret_status is the command's */
struct oserr *run_vm_command(struct session *s, int *ret_status) STP_MUST_CHECK;
/* staprun's argv for this session, in its arena */
char *const *run_staprun_argv(struct session *s, const char *staprun, const char *module);

/*
 * All that would end us and leave our directory behind: absorbed twice, passed on to the child as TERM; the third ends us. True once one has
 * come. While staprun runs here QUIT, which detaches it, is its own
 */
void run_signals_init(void);
bool run_interrupted(void);
/*
 * these, and SIGCHLD, are kept back until *ret_before is in force again, as while sigsuspend() or ppoll() sleep with it: the mask of before, but
 * that SIGCHLD comes through
 */
void run_signals_hold(sigset_t *ret_before);

#endif
