/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pass 5: a module runs, here or in a virtual machine. */
#ifndef STP_RUN_RUN_H
#define STP_RUN_RUN_H

#include "base/error.h"

#include <stdbool.h>

struct session;

/* runs s->module_path through staprun on this host; *ret_status is the exit status for the user (0 or 1) */
struct oserr *run_local(struct session *s, int *ret_status) STP_MUST_CHECK;
/* --vm: boots the kernel in QEMU and runs this very command line there, without --vm; argv as given to main */
struct oserr *run_vm(struct session *s, int argc, char **argv, int *ret_status) STP_MUST_CHECK;

/* HUP INT TERM PIPE XFSZ XCPU: absorbed twice, passed on to the child as TERM; the third ends us. True once one has come */
void run_signals_init(void);
bool run_interrupted(void);

#endif
