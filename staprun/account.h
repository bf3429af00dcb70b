/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The closing account of a run: what the module counted against what was written out. */
#ifndef STP_STAPRUN_ACCOUNT_H
#define STP_STAPRUN_ACCOUNT_H

#include "runtime/uapi/ctl.h"

/* Lines on stderr when output was lost, and with -v always. 1 = something was lost */
int account_print(const struct stp_msg_counts *c, unsigned long long delivered, int reader_was_killed);

#endif
