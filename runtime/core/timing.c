/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -t: hits, and cycles (or nanoseconds: -D STP_TIMING_NSECS) from the first to the last instruction of a handler; -D STP_ALIBI: hits alone.
 * Contexts: timing_begin() and timing_end() any, the rest process context under the session's mutex, when no probe is attached.
 *
 * The report goes where the script's own output goes, and only if that is a terminal (START tells) or under -D STP_FORCE_STDOUT_TTY.
 */
#include "core/timing.h"
#include "core/lock.h"
#include "print/print.h"
#include "transport/transport.h"

#include <linux/ktime.h>
#include <linux/sched.h>

static const struct stp_stat_desc timing_desc = {
	.ops = STP_STAT_COUNT | STP_STAT_MIN | STP_STAT_MAX | STP_STAT_AVG | STP_STAT_VARIANCE,
};
static stp_u64 timing_start; /* when START began, then what it took */

static STP_PROBE_CODE stp_u64 timing_now(void)
{
	return stp_script.flags & STP_S_NSECS ? ktime_get_mono_fast_ns() : stp_cycles();
}

static STP_PROBE_CODE void timing_begin(struct stp_context *o)
{
	o->began = timing_now();
}

static STP_PROBE_CODE void timing_end(struct stp_context *o)
{
	if (o->began)
		stp_stat_add(&o->times[o->c.probe->index], &timing_desc, timing_now() - o->began);
}

static void timing_starting(void)
{
	timing_start = timing_now();
}

static void timing_started(void)
{
	timing_start = timing_now() - timing_start;
}

/* ---- the report ---- */

static void timing_puts(struct stp_out *o, const char *s)
{
	stp_put(o, s, strlen(s));
}

static void timing_number(struct stp_out *o, const char *before, stp_i64 n)
{
	timing_puts(o, before);
	stp_put_d(o, n);
}

static void timing_stat(struct stp_ctx *c, const struct stp_stat *s)
{
	struct stp_out *o = &c->out;

	timing_number(o, "hits: ", s->count);
	if (stp_script.flags & STP_S_ALIBI)
		return;
	timing_puts(o, stp_script.flags & STP_S_NSECS ? ", nsecs" : ", cycles");
	timing_number(o, ": ", s->min);
	timing_number(o, "min/", stp_stat_get(c, s, &timing_desc, STP_STAT_AVG, NULL));
	timing_number(o, "avg/", s->max);
	timing_number(o, "max, variance: ", s->count > 1 ? stp_stat_get(c, s, &timing_desc, STP_STAT_MERGED_VARIANCE, NULL) : 0);
}

static void timing_merge(stp_u32 probe, struct stp_stat *ret)
{
	struct stp_context *o;
	int cpu, level;

	stp_stat_clear(ret, &timing_desc);
	for_each_possible_cpu(cpu) {
		for (level = 0; level < STP_LEVELS; level++) {
			o = stp_context_at(cpu, level);
			if (o)
				stp_stat_merge(ret, &o->times[probe], &timing_desc);
		}
	}
}

struct timing_call {
	void (*put)(struct stp_ctx *c, const void *what);
	const void *what;
};

static void timing_put(const void *arg)
{
	const struct timing_call *call = arg;
	struct stp_context *o;

	preempt_disable_notrace();
	o = stp_context_here();
	call->put(&o->c, call->what);
	if (o->c.out.len)
		stp_out_flush(&o->c);
	preempt_enable_notrace();
}

/* one line at a time, in a CPU's own context, which no handler uses any more */
static void timing_line(void (*put)(struct stp_ctx *c, const void *what), const void *what)
{
	struct timing_call call = { put, what };

	stp_with_context(timing_put, &call);
	cond_resched();
}

struct timing_probe {
	stp_u32 index;
	struct stp_stat stat;
};

static void timing_put_text(struct stp_ctx *c, const void *what)
{
	timing_puts(&c->out, what);
}

static void timing_put_probe(struct stp_ctx *c, const void *what)
{
	const struct timing_probe *t = what;
	const struct stp_probe *p = &stp_script.probes[t->index];

	timing_puts(&c->out, p->pp);
	timing_puts(&c->out, ", (");
	timing_puts(&c->out, p->where);
	timing_puts(&c->out, "), ");
	timing_stat(c, &t->stat);
	timing_puts(&c->out, ",");
	timing_puts(&c->out, stp_script.origins[t->index]);
	timing_number(&c->out, ", index: ", t->index);
	timing_puts(&c->out, "\n");
}

static void timing_put_start(struct stp_ctx *c, const void *what)
{
	struct stp_stat s;

	stp_stat_clear(&s, &timing_desc);
	stp_stat_add(&s, &timing_desc, timing_start);
	timing_stat(c, &s);
	timing_puts(&c->out, "\n");
}

struct timing_lock {
	const char *name;
	stp_u64 waits;
};

static void timing_put_lock(struct stp_ctx *c, const void *what)
{
	const struct timing_lock *l = what;

	timing_puts(&c->out, "'__global_");
	timing_puts(&c->out, l->name);
	timing_number(&c->out, "' lock contention occurred ", l->waits);
	timing_puts(&c->out, " times\n");
}

static void timing_print(void)
{
	struct timing_probe t;

	timing_line(timing_put_text, "----- probe hit report: \n");
	for (t.index = 0; t.index < stp_script.nprobes; t.index++) {
		timing_merge(t.index, &t.stat);
		if (t.stat.count)
			timing_line(timing_put_probe, &t);
	}
	if (stp_script.flags & STP_S_ALIBI)
		return;
	timing_line(timing_put_text, "----- module init report:\n");
	timing_line(timing_put_start, NULL);
}

/* ---- locks and skips ---- */

/* the sum over all contexts of number i of an array that each has */
static stp_u64 timing_sum(stp_u64 *(*array)(struct stp_context *o), stp_u32 i)
{
	struct stp_context *o;
	stp_u64 n = 0;
	int cpu, level;

	for_each_possible_cpu(cpu) {
		for (level = 0; level < STP_LEVELS; level++) {
			o = stp_context_at(cpu, level);
			if (o)
				n += array(o)[i];
		}
	}
	return n;
}

static stp_u64 *timing_waits(struct stp_context *o) { return o->lock_waits; }
static stp_u64 *timing_lock_skips(struct stp_context *o) { return o->lock_skips; }
static stp_u64 *timing_lock_below(struct stp_context *o) { return o->lock_below; }

static void timing_print_locks(void)
{
	struct timing_lock l;
	stp_u32 i;

	for (i = 0; i < stp_script.nglobals; i++) {
		l.name = stp_script.globals[i].name;
		l.waits = timing_sum(timing_waits, i);
		if (l.waits)
			timing_line(timing_put_lock, &l);
	}
}

static stp_u64 timing_skipped(enum stp_skip why)
{
	struct stp_context *o;
	stp_u64 n = 0;
	int cpu, level, i;

	for_each_possible_cpu(cpu) {
		for (level = 0; level < STP_LEVELS; level++) {
			o = stp_context_at(cpu, level);
			for (i = 0; o && i < stp_script.nprobes; i++)
				n += o->counts[i].skipped[why];
		}
	}
	return n;
}

/* a line for each global: array says how often */
static void timing_warn_globals(stp_u64 *(*array)(struct stp_context *o), const char *why)
{
	stp_u64 n;
	stp_u32 i;

	for (i = 0; i < stp_script.nglobals; i++) {
		n = timing_sum(array, i);
		if (n)
			stp_say_warning("Skipped due to global '%s' %s: %llu", stp_script.globals[i].name, why, n);
	}
}

static void timing_warn_kind(enum stp_skip kind, const char *why)
{
	stp_u64 n = timing_skipped(kind);

	if (n)
		stp_say_warning("Skipped due to %s: %llu", why, n);
}

static void timing_warn(void)
{
	timing_warn_globals(timing_lock_skips, "lock timeout");
	timing_warn_kind(STP_SKIP_STACK, "low stack");
	timing_warn_kind(STP_SKIP_REENTRANT, "reentrancy");
	timing_warn_globals(timing_lock_below, "in use by the interrupted handler, of these");
}

static void timing_report(void)
{
	if (stp_session.stdout_tty || (stp_script.flags & STP_S_FORCE_TTY)) {
		timing_print();
		timing_print_locks();
	}
	timing_warn();
}

const struct stp_timing stp_timing = {
	.begin = timing_begin,
	.end = timing_end,
	.starting = timing_starting,
	.started = timing_started,
	.report = timing_report,
};
