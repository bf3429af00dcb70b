/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contexts: made at START for each online CPU and level, and what happens on the way in and out of a handler when something is not as
 * usual. Machines may have many more possible CPUs than they ever see, so those of a CPU that comes later are made when it comes, before
 * it runs. If there is no memory left for them it comes all the same, and hits on it are skipped, counted and said (relay alone may keep
 * it away, for want of a buffer).
 */
#include "core/context.h"
#include "core/error.h"
#include "core/memory.h"
#include "core/timing.h"
#include "transport/transport.h"
#include "value/value.h"

#include <linux/cpu.h>
#include <linux/workqueue.h>

DEFINE_PER_CPU(struct stp_context *, stp_contexts[STP_LEVELS]);
struct stp_context *stp_nobody;
static struct stp_context **context_used; /* of all CPUs, in the order of their first hits */
static atomic_t context_nused;
static int context_follows; /* what cpuhp_setup_state() gave, 0 = nobody is told of CPUs */

static size_t context_slot(size_t n, size_t size)
{
	return (n * size + 63) & ~(size_t)63;
}

/* with interrupts on */
static stp_i64 context_actions(void)
{
	const struct stp_tunables *t = &stp_script.tun;

	if (t->suppress_time_limits)
		return S64_MAX;
	if (!t->interruptible)
		return t->maxaction;
	if (t->maxaction_interruptible)
		return t->maxaction_interruptible;
	return t->maxaction > S64_MAX / 10 ? S64_MAX : 10 * t->maxaction;
}

static void context_budget(struct stp_context *o)
{
	stp_i64 all = context_actions();

	o->actions = stp_script.tun.suppress_time_limits ? all : min_t(stp_i64, all, stp_script.tun.maxaction);
	o->more = all - o->actions;
}

/* One block: the context, then counters, what locks did, times with -t, the error's text, the text of tokenize(), what =~ matched, the record, string slots. */
static struct stp_context *context_make(int cpu, int level)
{
	size_t own = context_slot(1, sizeof(struct stp_context));
	size_t counts = context_slot(stp_script.nprobes, sizeof(struct stp_counts));
	size_t locks = context_slot(3 * stp_script.nglobals, sizeof(stp_u64));
	size_t times = stp_script.timing ? context_slot(stp_script.nprobes, sizeof(struct stp_stat)) : 0;
	size_t text = context_slot(stp_script.tun.maxstringlen, 1);
	size_t token = context_slot(sizeof(struct stp_slot) + stp_script.tun.maxstringlen, 1);
	size_t matched = stp_script.match_words ? context_slot(sizeof(struct stp_matched) + 4 * stp_script.match_words, 1) : 0;
	size_t subject = matched ? context_slot(sizeof(struct stp_slot) + stp_script.tun.maxstringlen, 1) : 0;
	size_t record = context_slot(1, sizeof(struct stp_record) + STP_RECORD_MAX);
	size_t frames = context_slot(stp_script.frame_bytes, 1);
	char *p = stp_alloc_near(own + counts + locks + times + text + token + matched + subject + record + frames, cpu);
	struct stp_context *o = (struct stp_context *)p;

	if (!o)
		return NULL;
	o->cpu = cpu;
	o->level = level;
	o->busy = STP_NEW;
	o->way = (stp_session.no_overload ? 0 : STP_WAY_TIMED) | (stp_script.tun.interruptible ? 0 : STP_WAY_MASKED) |
		 (stp_script.timing ? STP_WAY_MEASURED : 0);
	o->stack_mask = level == STP_TASK ? THREAD_SIZE - 1 : stp_session.min_stack < PAGE_SIZE ? PAGE_SIZE - 1 : 0;
	context_budget(o);
	o->interval = stp_cycles();
	o->deadline = o->interval + stp_script.tun.overload_interval;
	o->c.nesting = stp_script.nesting;
	o->counts = (struct stp_counts *)(p += own);
	o->lock_skips = (stp_u64 *)(p += counts);
	o->lock_waits = o->lock_skips + stp_script.nglobals;
	o->lock_below = o->lock_waits + stp_script.nglobals;
	o->times = (struct stp_stat *)(p += locks);
	o->errbuf = p += times;
	o->c.token = (struct stp_slot *)(p += text);
	p += token;
	if (matched) {
		o->c.matched = (struct stp_matched *)p;
		o->c.matched->text = (struct stp_slot *)(p += matched);
	}
	o->record = (struct stp_record *)(p += subject);
	o->c.out.p = p + sizeof(struct stp_record);
	o->c.out.cap = STP_RECORD_MAX;
	o->c.out.flush = &o->c;
	o->frames = o->c.frame = p += record;
	o->c.frame_end = p + stp_script.frame_bytes;
	return o;
}

static int context_make_nobody(void)
{
	int cpu, level;

	stp_nobody = context_make(raw_smp_processor_id(), STP_TASK);
	if (!stp_nobody)
		return -ENOMEM;
	stp_nobody->busy = STP_BUSY;
	context_used = stp_alloc(nr_cpu_ids * STP_LEVELS * sizeof(*context_used));
	if (!context_used)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		for (level = 0; level < STP_LEVELS; level++)
			per_cpu(stp_contexts[level], cpu) = stp_nobody;
	return 0;
}

/* all or none: a CPU that has one of them has all */
static int context_make_all(int cpu, struct stp_context *made[STP_LEVELS])
{
	int level;

	for (level = 0; level < STP_LEVELS; level++) {
		made[level] = context_make(cpu, level);
		if (!made[level])
			break;
	}
	if (level == STP_LEVELS)
		return 0;
	while (level--)
		stp_free(made[level]);
	return -ENOMEM;
}

static void context_publish(int cpu, struct stp_context *made[STP_LEVELS])
{
	int level;

	for (level = 0; level < STP_LEVELS; level++) /* pairs with the address dependency of who finds it */
		smp_store_release(per_cpu_ptr(&stp_contexts[level], cpu), made[level]);
}

int stp_contexts_init(void)
{
	struct stp_context *made[STP_LEVELS];
	int cpu, ret = context_make_nobody();

	cpus_read_lock();
	for_each_online_cpu(cpu) {
		if (!ret)
			ret = context_make_all(cpu, made);
		if (!ret)
			context_publish(cpu, made);
	}
	cpus_read_unlock();
	if (ret)
		stp_say_error("context (size %zu per cpu) allocation failed",
			      STP_LEVELS * (sizeof(struct stp_context) + STP_RECORD_MAX + stp_script.frame_bytes));
	return ret;
}

/* ---- CPUs that come later: process context, before anything runs on them; no other CPU comes or goes meanwhile ---- */

static bool context_join_all(struct stp_context *made[STP_LEVELS])
{
	int level;

	for (level = 0; level < STP_LEVELS; level++)
		if (stp_script.values && stp_script.values->join(&made[level]->c))
			break;
	if (level == STP_LEVELS)
		return true;
	while (level--)
		stp_script.values->leave(&made[level]->c);
	return false;
}

static int context_cpu_comes(unsigned int cpu)
{
	struct stp_context *made[STP_LEVELS];
	int level;

	stp_trace_comes(cpu);
	if (stp_context_at(cpu, STP_TASK) || context_make_all(cpu, made))
		return 0;
	if (context_join_all(made))
		context_publish(cpu, made);
	else
		for (level = 0; level < STP_LEVELS; level++)
			stp_free(made[level]);
	return 0;
}

/* The kernel tells so many modules of CPUs and no more: one that it does not tell provides for all of them at once. */
void stp_contexts_follow(void)
{
	bool all = true;
	int cpu, state;

	cpus_read_lock();
	for_each_online_cpu(cpu)
		stp_trace_comes(cpu); /* one may have come since the module was loaded */
	cpus_read_unlock();
	for_each_possible_cpu(cpu)
		all &= stp_context_at(cpu, STP_TASK) != NULL;
	if (all)
		return;
	state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "stap:prepare", context_cpu_comes, NULL);
	if (state > 0)
		context_follows = state;
	cpus_read_lock();
	for_each_possible_cpu(cpu)
		if (!context_follows || cpu_online(cpu)) /* it may have come before we were told of any */
			context_cpu_comes(cpu);
	cpus_read_unlock();
}

void stp_contexts_unfollow(void)
{
	if (context_follows)
		cpuhp_remove_state_nocalls(context_follows);
	context_follows = 0;
}

struct context_call {
	void (*fn)(const void *);
	const void *arg;
};

static long context_call(void *data)
{
	const struct context_call *call = data;

	call->fn(call->arg);
	return 0;
}

void stp_with_context(void (*fn)(const void *), const void *arg)
{
	struct context_call call = { fn, arg };
	bool here;
	int cpu;

	preempt_disable_notrace();
	here = stp_context_here() != stp_nobody;
	if (here)
		fn(arg);
	preempt_enable_notrace();
	if (here)
		return;
	cpus_read_lock();
	for_each_online_cpu(cpu)
		if (stp_context_at(cpu, STP_TASK))
			break;
	if (cpu < nr_cpu_ids)
		work_on_cpu(cpu, context_call, &call);
	cpus_read_unlock();
}

void stp_contexts_exit(void)
{
	int cpu, level;

	for_each_possible_cpu(cpu) {
		for (level = 0; level < STP_LEVELS; level++) {
			stp_free(stp_context_at(cpu, level));
			per_cpu(stp_contexts[level], cpu) = NULL;
		}
	}
	stp_free(stp_nobody);
	stp_free(context_used);
}

/* ---- what platform.h says of contexts ---- */

stp_u32 stp_ctx_all(void)
{
	return nr_cpu_ids * STP_LEVELS;
}

/*
 * The list pairs with the handshake of lock.c: a context is on it before its mark can be odd, by a full barrier; so who closed a variable's
 * word first, and then looks at the list, misses only handlers that will see the word.
 */
STP_PROBE_CODE stp_u32 stp_ctx_count(void)
{
	return atomic_read(&context_nused);
}

STP_PROBE_CODE struct stp_ctx *stp_ctx_any(stp_u32 i)
{
	struct stp_context *o = stp_context_at(i / STP_LEVELS, i % STP_LEVELS);

	return o ? &o->c : NULL;
}

STP_PROBE_CODE struct stp_ctx *stp_ctx_nth(stp_u32 i)
{
	struct stp_context *o = READ_ONCE(context_used[i]);

	return o ? &o->c : NULL;
}

STP_PROBE_CODE stp_u32 stp_ctx_cpu(const struct stp_ctx *c)
{
	return ((const struct stp_context *)c)->cpu;
}

/* ---- unusual ways around a handler ---- */

STP_PROBE_CODE void stp_begin_otherwise(struct stp_context *o, bool hit)
{
	if (o->way & STP_WAY_MASKED)
		o->irqs = stp_irq_save();
	if (o->way & STP_WAY_TIMED)
		o->spent -= stp_cycles();
	if (o->way & STP_WAY_MEASURED)
		stp_script.timing->begin(o);
	if (!hit)
		o->began = 0;
}

STP_PROBE_CODE void stp_leave_otherwise(struct stp_context *o)
{
	stp_u64 now;

	if (o->way & STP_WAY_MEASURED)
		stp_script.timing->end(o);
	if (o->way & STP_WAY_TIMED) {
		now = stp_cycles();
		o->spent += now;
		if (now > o->deadline)
			stp_overload(o, now);
	}
	if (o->way & STP_WAY_MASKED)
		stp_irq_restore(o->irqs);
	o->way &= ~STP_WAY_EXTENDED;
}

/* The first hit that a context is used for. Nobody else has it, but for what interrupts us: before we take it, or it finds it in use. */
static STP_PROBE_CODE void context_use(struct stp_context *o)
{
	if (cmpxchg(&o->busy, STP_NEW, STP_BUSY) != STP_NEW)
		return;
	WRITE_ONCE(context_used[atomic_inc_return(&context_nused) - 1], o);
	smp_mb();
	o->busy = 0;
}

/* ---- hits that do not find things as they should be ---- */

/* o is not free, or its stack may be low: may the hit go on all the same? */
STP_PROBE_CODE bool stp_may_go_on(struct stp_context *o)
{
	if (o->busy == STP_NEW)
		context_use(o);
	return !o->busy && !(stp_stack_may_be_low(o) && stp_stack_is_low(o));
}

/* Any context; o may be in use by the handler that this hit interrupted. */
STP_PROBE_CODE void stp_refused(struct stp_context *o, const struct stp_probe *p, enum stp_skip why)
{
	if (o == stp_nobody) {
		atomic64_inc(&stp_session.absent);
		return;
	}
	o->counts[p->index].skipped[why]++;
	if (why == STP_SKIP_REENTRANT) {
		atomic_inc(&stp_session.reentrant);
		if (stp_script.tun.interruptible)
			return;
	}
	if (atomic_inc_return(&stp_session.skipped) == stp_script.tun.maxskipped + 1 && !stp_session.ignore_skips) {
		static const char text[] = "Skipped too many probes, check MAXSKIPPED or try again with stap -t for more details.";

		stp_message_text("ERROR: ", STP_LIT(text));
		stp_session_fail();
	}
}

STP_PROBE_CODE void stp_hit_skipped(struct stp_ctx *c, stp_u32 global, int below)
{
	struct stp_context *o = stp_own(c);

	c->error = STP_ABORT;
	o->skip = 1 + (below ? STP_SKIP_REENTRANT : STP_SKIP_LOCK);
	(below ? o->lock_below : o->lock_skips)[global]++;
}

/* The slow way out: sends the record, reports an error, counts a skip; the context is as new afterwards. */
STP_PROBE_CODE void stp_finish(struct stp_context *o)
{
	struct stp_ctx *c = &o->c;

	if (c->out.len)
		stp_out_flush(c);
	c->next = 0;
	if (c->error == STP_OK)
		return;
	if (c->error == STP_SOFT || c->error == STP_ACTION)
		stp_error_report(o);
	c->error = STP_OK;
	c->where = NULL;
	o->ncallers = 0;
	c->nesting = stp_script.nesting;
	if (o->skip)
		stp_refused(o, c->probe, o->skip - 1);
	o->skip = 0;
}

/* An interval has gone by: was too much of it spent in handlers? */
STP_PROBE_CODE void stp_overload(struct stp_context *o, stp_u64 now)
{
	static const char text[] = "probe overhead (%llu cycles) exceeded threshold (%lld cycles) in last %lld cycles";
	stp_u64 most = stp_script.tun.overload_threshold;

	if (o->spent > most && READ_ONCE(stp_session.state) == STP_RUNNING && stp_session_fail()) {
		o->errlen = snprintf(o->errbuf, stp_script.tun.maxstringlen, text, o->spent, stp_script.tun.overload_threshold,
				     stp_script.tun.overload_interval);
		stp_message_text("ERROR: ", (struct stp_str){ o->errbuf, min_t(stp_u32, o->errlen, stp_script.tun.maxstringlen - 1) });
	}
	o->interval = now;
	o->deadline = now + stp_script.tun.overload_interval;
	o->spent = 0;
}
