/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guard: the process that nobody has a reason to kill. link.h shows the family. */
#ifndef STP_STAPRUN_GUARD_H
#define STP_STAPRUN_GUARD_H

#include "staprun/session.h"

/* the guard's whole life; called in a fresh child with all signals blocked */
void guard_main(struct session *s) __attribute__((noreturn));

#endif
