/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emitted = delivered + dropped + undelivered. Dropped: no room in a buffer. Undelivered: still in a buffer, or on its way, when the
 * reader ended. -v also shows fired = handled + skipped + missed. The report on errors and skipped probes is the module's own.
 */
#include "staprun/account.h"

#include "staprun/msg.h"

void account_print(const struct stp_msg_counts *c, unsigned long long delivered, enum account_reader reader)
{
	unsigned long long stored = c->emitted - c->dropped;
	unsigned long long undelivered = stored > delivered ? stored - delivered : 0;

	if (c->dropped)
		warn("There were %llu transport failures. Try stap -s to increase the buffer size from %u.", c->dropped, c->buffer_mb);
	if (reader == ACCOUNT_KILLED)
		warn("The reader of the output was killed.");
	if (c->dropped || (undelivered && reader != ACCOUNT_NOT_WANTED) || reader == ACCOUNT_KILLED)
		warn("Output: %llu records emitted = %llu delivered + %llu dropped + %llu undelivered.", c->emitted, delivered, c->dropped,
		     undelivered);
	else
		dbg("Output: %llu records emitted = %llu delivered + %llu dropped + %llu undelivered.\n", c->emitted, delivered, c->dropped,
		    undelivered);
	dbg("Probes: %llu fired = %llu handled + %llu skipped + %llu missed, %llu errors.\n", c->fired, c->handled, c->skipped, c->missed,
	    c->errors);
}
