// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For how long were interrupts off? A timer that expires in hardirq context every LATE_EVERY nanoseconds notes by how much it came too late,
 * the most in /sys/module/late/parameters/most, which may be written: 0 starts anew. In a guest started with -icount that is instructions.
 */
#include <linux/hrtimer.h>
#include <linux/module.h>

#define LATE_EVERY 20000

static long most;
module_param(most, long, 0644);

static struct hrtimer timer;

static enum hrtimer_restart tick(struct hrtimer *t)
{
	ktime_t now = ktime_get();
	long late = ktime_to_ns(ktime_sub(now, hrtimer_get_expires(t)));

	if (late > most)
		most = late;
	hrtimer_set_expires(t, ktime_add_ns(now, LATE_EVERY));
	return HRTIMER_RESTART;
}

static int __init late_init(void)
{
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	timer.function = tick;
	hrtimer_start(&timer, ns_to_ktime(LATE_EVERY), HRTIMER_MODE_REL_HARD);
	return 0;
}

static void __exit late_exit(void)
{
	hrtimer_cancel(&timer);
}

module_init(late_init);
module_exit(late_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("the longest time with interrupts off");
