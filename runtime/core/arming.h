/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conditions of probes. A part of its own, reached through stp_script.arming, so that scripts without them neither hold nor pay for it. */
#ifndef STP_CORE_ARMING_H
#define STP_CORE_ARMING_H

#include "platform.h"

struct stp_arming { /* process context, under the session's mutex */
	void (*start)(void);  /* before begin probes: evaluates all */
	bool (*settle)(void); /* what families shall attach from now on, by stp_wanted(); true = that has changed */
	void (*stop)(void);   /* when no handler can run any more: returns when nothing of it runs or will run */
};

#endif
