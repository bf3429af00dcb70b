/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The closing account of a run: what the module counted against what was written out. */
#ifndef STP_STAPRUN_ACCOUNT_H
#define STP_STAPRUN_ACCOUNT_H

#include "runtime/uapi/ctl.h"

enum account_reader {
	ACCOUNT_READ_ALL,  /* the reader saw the run to its end */
	ACCOUNT_KILLED,	   /* it was killed */
	ACCOUNT_NOT_WANTED, /* whoever read our output closed it: what is left over is no loss */
};

/* Lines on stderr when output was lost, and with -v always */
void account_print(const struct stp_msg_counts *c, unsigned long long delivered, enum account_reader reader);

#endif
