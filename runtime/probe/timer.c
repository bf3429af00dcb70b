/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * timer.*: an hrtimer for intervals in nanoseconds, a kernel timer for jiffies; both run on the CPU that armed them, in softirq: with
 * interrupts on. A timer is where scripts sort and print whole arrays, and a hardirq would keep the CPU's interrupts off for all of that.
 * What a handler sees is the same: the softirq runs at the end of the interrupt, in the task that was interrupted (under a flood of
 * softirqs the kernel leaves them to ksoftirqd). Expiries that were missed are not made up for. With randomize each next expiry is drawn anew from [-random, +random].
 */
#include "core/family.h"
#include "compat/compat.h"

#include <linux/jiffies.h>
#include <linux/random.h>

struct timer_one {
	const struct stp_row_timer *row;
	stp_u64 seed;
	bool armed;
	union {
		struct hrtimer hr;
		struct timer_list jiffies;
	};
};

static struct timer_one *timer_all; /* one for each row */

/* the next interval; xorshift: a handler may not ask the kernel's generator */
static STP_PROBE_CODE stp_u64 timer_interval(struct timer_one *t)
{
	stp_u64 random = t->row->random, n;

	if (!random)
		return t->row->interval;
	t->seed ^= t->seed << 13;
	t->seed ^= t->seed >> 7;
	t->seed ^= t->seed << 17;
	n = t->row->interval - random + t->seed % (2 * random + 1);
	return n ? n : 1;
}

static STP_PROBE_CODE enum hrtimer_restart timer_hr(struct hrtimer *hr)
{
	struct timer_one *t = container_of(hr, struct timer_one, hr);

	stp_hit(&stp_script.probes[t->row->probe], NULL);
	if (READ_ONCE(stp_session.state) > STP_RUNNING)
		return HRTIMER_NORESTART;
	hrtimer_forward_now(hr, ns_to_ktime(timer_interval(t)));
	return HRTIMER_RESTART;
}

static STP_PROBE_CODE void timer_jiffies(struct timer_list *list)
{
	struct timer_one *t = container_of(list, struct timer_one, jiffies);

	if (READ_ONCE(stp_session.state) <= STP_RUNNING)
		mod_timer(list, jiffies + timer_interval(t));
	stp_hit(&stp_script.probes[t->row->probe], NULL);
}

static int timer_init(const struct stp_family_use *u)
{
	timer_all = stp_alloc(u->nrows * sizeof(*timer_all));
	if (timer_all)
		return 0;
	stp_say_error("timers: allocation failed");
	return -ENOMEM;
}

static void timer_start(struct timer_one *t)
{
	if (t->row->in_jiffies)
		mod_timer(&t->jiffies, jiffies + timer_interval(t));
	else
		hrtimer_start(&t->hr, ns_to_ktime(timer_interval(t)), HRTIMER_MODE_REL_SOFT);
}

static void timer_stop(struct timer_one *t)
{
	if (t->row->in_jiffies)
		stp_timer_delete_sync(&t->jiffies);
	else
		hrtimer_cancel(&t->hr);
}

static int timer_rearm(const struct stp_family_use *u)
{
	stp_u32 i;

	for (i = 0; i < u->nrows; i++) {
		struct timer_one *t = &timer_all[i];
		bool wanted = stp_wanted(&stp_script.probes[t->row->probe]);

		if (wanted == t->armed)
			continue;
		t->armed = wanted;
		if (wanted)
			timer_start(t);
		else
			timer_stop(t);
	}
	return 0;
}

static int timer_arm(const struct stp_family_use *u)
{
	const struct stp_row_timer *rows = u->rows;
	stp_u32 i;

	for (i = 0; i < u->nrows; i++) {
		struct timer_one *t = &timer_all[i];

		t->row = &rows[i];
		get_random_bytes(&t->seed, sizeof(t->seed));
		t->seed |= 1;
		if (t->row->in_jiffies)
			timer_setup(&t->jiffies, timer_jiffies, 0);
		else
			stp_hrtimer_setup(&t->hr, timer_hr, HRTIMER_MODE_REL_SOFT);
	}
	return timer_rearm(u);
}

static void timer_disarm(const struct stp_family_use *u)
{
	stp_u32 i;

	for (i = 0; i < u->nrows; i++)
		timer_stop(&timer_all[i]);
}

static void timer_exit(const struct stp_family_use *u)
{
	stp_free(timer_all);
}

const struct stp_family stp_family_timer = {
	.name = "timer",
	.init = timer_init,
	.arm = timer_arm,
	.rearm = timer_rearm,
	.disarm = timer_disarm,
	.exit = timer_exit,
};
