/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STP_STAPRUN_READER_H
#define STP_STAPRUN_READER_H

#include "staprun/session.h"

/* forks the process that becomes stapio, as the user, once a byte comes through go; its pid. go[0] is closed here. Dies on failure */
pid_t reader_fork(struct session *s, int go[2]);

#endif
