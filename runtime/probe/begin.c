/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * begin, end, error: run by the session itself, in process context, one after the other, in the order of the rows (kind, priority, source).
 * Preemption is off around each handler, as everywhere. No other probe runs meanwhile, so their handlers take no locks. Each needs its
 * own state: an error or exit() in one keeps the following ones of its kind from running.
 */
#include "core/family.h"

struct begin_call {
	const struct stp_probe *probe;
	enum stp_state state;
};

static void begin_run(const void *arg)
{
	const struct begin_call *call = arg;
	const struct stp_probe *p = call->probe;
	struct stp_context *o = stp_begin(p, call->state, true);

	if (!o)
		return;
	o->c.regs = NULL;
	p->handler(&o->c);
	stp_leave(o);
}

static void begin_phase(const struct stp_family_use *u, int kind)
{
	static const enum stp_state states[] = {
		[STP_BEGIN] = STP_STARTING,
		[STP_END] = STP_STOPPING,
		[STP_ERROR_PROBE] = STP_ERRONEOUS,
	};
	const struct stp_row_begin *row = u->rows;
	struct begin_call call = { .state = states[kind] };
	stp_u32 i;

	for (i = 0; i < u->nrows; i++) {
		call.probe = &stp_script.probes[row[i].probe];
		if (row[i].kind == kind)
			stp_with_context(begin_run, &call);
	}
}

const struct stp_family stp_family_begin = {
	.name = "begin",
	.phase = begin_phase,
};
