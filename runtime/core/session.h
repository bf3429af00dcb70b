/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The session: one per module. Its state decides which probes may run:
 *
 *   LOADED ─START─▶ STARTING ─▶ RUNNING ─exit(), EXIT, last close─▶ STOPPING ─▶ STOPPED
 *                       └──── an error too many, overload ─────▶ ERROR ─▶ STOPPED
 *
 * Begin probes run in STARTING, end probes in STOPPING, error probes in ERROR, all others in RUNNING. Handlers change the state only
 * through stp_request_exit() and stp_session_fail(); START, EXIT and unloading do the work, in process context, under session.c's mutex.
 */
#ifndef STP_CORE_SESSION_H
#define STP_CORE_SESSION_H

#include "platform.h"
#include "uapi/ctl.h"

enum stp_state { STP_LOADED, STP_STARTING, STP_RUNNING, STP_STOPPING, STP_ERRONEOUS, STP_STOPPED };

struct stp_session {
	/* read by every hit, written a few times in a session */
	stp_u32 state;
	stp_u32 no_overload;
	unsigned long min_stack;
	stp_u32 ignore_skips;	/* MAXSKIPPED is not in force */
	/* any context */
	atomic_t errors ____cacheline_aligned_in_smp;
	atomic_t skipped;	/* what MAXSKIPPED is compared with */
	atomic_t reentrant;
	atomic64_t absent;	/* hits on CPUs without contexts: fired and skipped */
	/* set before START, then read only */
	stp_i64 target;		/* pid for target() */
	bool stdout_tty;	/* the script's output goes to a terminal */
	bool crowded;		/* STP_START_CROWDED */
	struct stp_msg_tz tz;
};
extern struct stp_session stp_session;

/* any context: no further non-end probes start; the reader is asked to send EXIT */
void stp_request_exit(void);
/* any context: likewise, and error probes will run in place of end probes. True = this call has done it: say why */
bool stp_session_fail(void);

/* process context */
int stp_session_start(const struct stp_msg_start *m); /* 0 or -errno; says why. Queues STARTED unless the time was wrong (-EBUSY) */
/* families take up what conditions have become. Does not wait: -EBUSY = somebody starts or stops the session; -EAGAIN: something failed, try again */
int stp_session_rearm(void);
void stp_session_stop(void);	       /* detaches and runs end probes, once; returns when all is quiet */
int stp_session_set(char *text, stp_u32 len);			  /* STP_GLOBAL's "name\0value\0" */
int stp_session_address(const void *body, stp_u32 len);		  /* STP_ADDRESS's: one struct stp_msg_address or more */
void stp_session_counts(struct stp_msg_counts *ret);
void stp_session_free(void); /* all memory, at unloading */

/* what STP_ADDRESS said of a request: its addresses; NULL with *ret_n = 0 if it said that there are none, -1 if it said nothing */
const stp_u64 *stp_addresses(stp_u32 request, int *ret_n);

#endif
