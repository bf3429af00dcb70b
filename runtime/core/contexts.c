/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contexts are made at START for each online CPU and level. Machines may have many more possible CPUs than they ever see, so those of a CPU
 * that comes later are made when it comes, before it runs. If there is no memory left for them it comes all the same, and hits on it are
 * skipped, counted and said (relay alone may keep it away, for want of a buffer). Process context.
 */
#include "core/context.h"
#include "compat/compat.h"
#include "core/memory.h"
#include "transport/transport.h"
#include "value/value.h"

#include <linux/cpu.h>
#include <linux/workqueue.h>

static void context_settle(struct work_struct *work);
static DECLARE_DELAYED_WORK(context_settling, context_settle);
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
	stp_contexts_used = stp_alloc(nr_cpu_ids * STP_LEVELS * sizeof(*stp_contexts_used));
	if (!stp_contexts_used)
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

void stp_contexts_fresh(void)
{
	int cpu, level;

	for_each_possible_cpu(cpu)
		for (level = 0; level < STP_LEVELS; level++)
			if (stp_context_at(cpu, level))
				stp_context_at(cpu, level)->spent = 0;
}

/* ---- CPUs that come later: before anything runs on them; no other CPU comes or goes meanwhile ---- */

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

#define CONTEXT_SETTLES (HZ / 4) /* that long after we hear of a CPU it has come, or gone, for good */

/* what handlers asked for on CPUs that were not there any more, or not yet: core/soon.h */
static void context_settle(struct work_struct *work)
{
	int ret = 0;

	stp_traces_settle();
	stp_messages_settle();
	if (stp_script.arming)
		ret = stp_session_rearm();
	if (ret)
		queue_delayed_work(stp_unbound_wq, &context_settling, ret == -EBUSY ? 1 : HZ);
}

static int context_cpu_gone(unsigned int cpu)
{
	mod_delayed_work(stp_unbound_wq, &context_settling, CONTEXT_SETTLES);
	return 0;
}

static void context_provide(unsigned int cpu)
{
	struct stp_context *made[STP_LEVELS];
	int level;

	stp_trace_comes(cpu);
	if (stp_context_at(cpu, STP_TASK) || context_make_all(cpu, made))
		return;
	if (context_join_all(made))
		context_publish(cpu, made);
	else
		for (level = 0; level < STP_LEVELS; level++)
			stp_free(made[level]);
}

static int context_cpu_comes(unsigned int cpu)
{
	mod_delayed_work(stp_unbound_wq, &context_settling, CONTEXT_SETTLES);
	context_provide(cpu);
	return 0;
}

/*
 * The kernel tells some twenty modules of CPUs and no more, and warns in its log of one that asks: what it does not tell, or is not to ask,
 * provides for all of them at once.
 */
void stp_contexts_follow(void)
{
	int cpu, state = 0;

	cpus_read_lock();
	for_each_online_cpu(cpu)
		stp_trace_comes(cpu); /* one may have come since the module was loaded */
	cpus_read_unlock();
	if (!stp_session.crowded)
		state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "stap:prepare", context_cpu_comes, context_cpu_gone);
	if (state > 0)
		context_follows = state;
	cpus_read_lock();
	for_each_possible_cpu(cpu)
		if (!context_follows || cpu_online(cpu)) /* it may have come before we were told of any */
			context_provide(cpu);
	cpus_read_unlock();
}

void stp_contexts_unfollow(void)
{
	if (context_follows)
		cpuhp_remove_state_nocalls(context_follows);
	context_follows = 0;
	cancel_delayed_work_sync(&context_settling);
	stp_traces_settle();
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
	stp_free(stp_contexts_used);
}
