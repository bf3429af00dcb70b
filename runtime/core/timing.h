/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What handlers cost, by probe: -t and -D STP_ALIBI. A part of its own, reached through stp_script.timing, so that other modules neither hold
 * nor pay for it. Each context has its own statistics: nothing is shared between CPUs while probes run.
 */
#ifndef STP_CORE_TIMING_H
#define STP_CORE_TIMING_H

#include "core/context.h"

struct stp_timing {
	void (*begin)(struct stp_context *o); /* around a handler, in its context */
	void (*end)(struct stp_context *o);
	void (*starting)(void);		      /* around what START does; process context */
	void (*started)(void);
	void (*report)(void);		      /* process context, nothing is attached any more: prints into the output, warns of skips */
};

#endif
