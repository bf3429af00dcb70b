/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes whose condition does not hold are detached (reference: `probe P if (expr)`).
 *
 *	handler that changes a global: stp_recheck() ─ on changed ─▶ irq_work ─▶ work `soon` ─▶ stp_session_rearm() ─▶ settle(), families' rearm()
 *									  └─▶ work `later`, until all is settled
 *
 * What has come to hold is attached at once; what holds no longer only when it has not for STP_ON_THE_FLY_INTERVAL: a condition that comes
 * and goes with every event costs its handler's test, no patching of the kernel's code, and loses no event. Thousands of kprobes take
 * minutes: the work is bound to no CPU, where others, as the kernel's own that optimises kprobes, would wait for it to sleep.
 */
#include "core/arming.h"
#include "compat/compat.h"
#include "core/context.h"
#include "core/family.h"
#include "core/soon.h"

#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#define ARMING_AGAIN HZ /* what failed is tried again after this */

static struct irq_work arming_raised;
static unsigned long arming_asked; /* bit 0: arming_raised is on its way to arming_work(), which has not begun to look */
static struct work_struct arming_soon;
static struct delayed_work arming_later;
static bool arming_waiting; /* some condition is off and its probes are attached; under the session's mutex */

/* ---- any context ---- */

STP_PROBE_CODE void stp_recheck(struct stp_ctx *c, struct stp_condition *k)
{
	stp_u32 on = 1; /* if it cannot be evaluated, each hit finds out for itself */

	if (c->error == STP_OK) {
		on = k->holds(c) != 0;
		if (c->error != STP_OK && stp_catch(c, NULL))
			on = 1;
	}
	if (on == READ_ONCE(k->on))
		return;
	if (!on)
		WRITE_ONCE(k->since, jiffies | 1);
	WRITE_ONCE(k->on, on);
	if (READ_ONCE(stp_session.state) == STP_RUNNING && stp_can_be_soon() && !test_and_set_bit(0, &arming_asked))
		irq_work_queue(&arming_raised); /* once until somebody looks: this handler may be on the way of irq_work itself */
}

static void arming_raise(struct irq_work *work)
{
	queue_work(stp_unbound_wq, &arming_soon);
}

/* ---- process context ---- */

static unsigned long arming_interval(void)
{
	return nsecs_to_jiffies(stp_script.tun.on_the_fly_interval) + 1;
}

static void arming_work(struct work_struct *work)
{
	int ret;

	clear_bit(0, &arming_asked);
	smp_mb__after_atomic(); /* what changes from here on asks again */
	if (READ_ONCE(stp_session.state) == STP_STARTING) {
		queue_delayed_work(stp_unbound_wq, &arming_later, arming_interval()); /* what was on at the start may be off by now */
		return;
	}
	if (READ_ONCE(stp_session.state) != STP_RUNNING)
		return;
	ret = stp_session_rearm();
	if (ret == -EBUSY)
		mod_delayed_work(stp_unbound_wq, &arming_later, 1); /* also where something else is to be looked at when its interval is over */
	else if (ret && !READ_ONCE(arming_waiting))
		queue_delayed_work(stp_unbound_wq, &arming_later, ARMING_AGAIN);
}

/* 1 = its probes are to be attached: also if it held a moment ago, and no more now that we come to look */
static stp_u32 arming_of(const struct stp_condition *k)
{
	unsigned long since = READ_ONCE(k->since);

	return READ_ONCE(k->on) || (since && time_before(jiffies, since + arming_interval()));
}

static bool arming_settle(void)
{
	bool changed = false, waiting = false;
	stp_u32 i, armed;

	for (i = 0; i < stp_script.nconditions; i++) {
		struct stp_condition *k = &stp_script.conditions[i];

		armed = arming_of(k);
		changed |= armed != k->armed;
		waiting |= armed && !READ_ONCE(k->on);
		k->armed = armed;
	}
	WRITE_ONCE(arming_waiting, waiting);
	if (waiting)
		queue_delayed_work(stp_unbound_wq, &arming_later, arming_interval());
	return changed;
}

static void arming_start(void)
{
	struct stp_context *o;
	stp_u32 i;

	init_irq_work(&arming_raised, arming_raise);
	INIT_WORK(&arming_soon, arming_work);
	INIT_DELAYED_WORK(&arming_later, arming_work);
	o = stp_begin(stp_script.probes, STP_STARTING, false);
	if (!o)
		return;
	o->c.regs = NULL;
	for (i = 0; i < stp_script.nconditions; i++)
		stp_recheck(&o->c, &stp_script.conditions[i]);
	stp_leave(o);
}

static void arming_stop(void)
{
	irq_work_sync(&arming_raised);
	cancel_work_sync(&arming_soon);
	cancel_delayed_work_sync(&arming_later);
}

const struct stp_arming stp_arming = {
	.start = arming_start,
	.settle = arming_settle,
	.stop = arming_stop,
};
