/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The context behind struct stp_ctx, and the way in and out of a handler.
 *
 * There is one context for each CPU and level (task, softirq, hardirq, NMI), made at START, or before a CPU comes up later: with all that
 * hangs at it, so that a hit finds either a whole one or stp_nobody. A context belongs to the handler that
 * runs in it: from stp_enter() to stp_leave() preemption is off, and whatever interrupts it works at a higher level, with its own. A hit
 * that finds its context in use (a probe inside a handler of the same level) is skipped and counted. int3 kprobes arrive at level NMI.
 *
 * A hit has MAXACTION actions, and where it uses them up with interrupts on the rest of MAXACTION_INTERRUPTIBLE (ten times MAXACTION) on
 * top: so no script keeps interrupts off for more than some thousand statements, about a millisecond. What takes longer than a statement
 * is charged for (stp_long()).
 *
 * Fields without another remark are written by the owner only.
 */
#ifndef STP_CORE_CONTEXT_H
#define STP_CORE_CONTEXT_H

#include "compat/preempt.h"
#include "arch/cycles.h"
#include "core/session.h"

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched/task_stack.h>

enum { STP_TASK, STP_SOFTIRQ, STP_HARDIRQ, STP_NMI, STP_LEVELS };
enum stp_skip { STP_SKIP_REENTRANT, STP_SKIP_STACK, STP_SKIP_LOCK, STP_SKIP_KINDS };
enum { STP_BUSY = 1, STP_NEW = 2 /* no hit has used it */ }; /* stp_context.busy */
enum { STP_WAY_TIMED = 1 /* the overload account is kept */, STP_WAY_MASKED = 2 /* interrupts are off: INTERRUPTIBLE=0 */,
       STP_WAY_MEASURED = 4 /* stp_script.timing */, STP_WAY_EXTENDED = 8 /* this hit has been given `more` */ };
#define STP_CALLERS 8

/*
 * Of one probe in one context; read by others for the account. Handled is what fired and was not skipped: that nothing gets lost is checked
 * against what the workload itself counts.
 */
struct stp_counts {
	stp_u64 fired;
	stp_u64 skipped[STP_SKIP_KINDS];
};

struct stp_context {
	struct stp_ctx c;
	stp_u32 busy;	/* 0 = free, STP_BUSY or STP_NEW */
	stp_u32 mark;	/* lock.c: odd = inside a commutative handler; read by other CPUs */
	stp_u32 cpu, level;
	stp_u32 way;	/* STP_WAY_ bits: what is done around a handler */
	stp_u32 stack_mask; /* of a stack pointer: the bits that tell whether the end of the stack may be near */
	struct stp_counts *counts; /* by probe */
	stp_i64 actions, more;	   /* a hit's budget, and what is added to it where interrupts are on */
	stp_u64 spent;		   /* cycles in handlers since `interval`; between begin and end less by the time of day */
	stp_u64 interval, deadline; /* start and end of the interval of the overload account */
	char *frames;
	/* cold */
	unsigned long stack_page, stack_end; /* of the last stack here that was no task's: from this page down to there it is mapped */
	unsigned long irqs;	   /* STP_WAY_MASKED: as they were */
	stp_u32 skip;		   /* 1 + enum stp_skip: this hit was given up after it had begun */
	stp_u32 ninside, nheld;
	stp_u32 tries;		   /* lock.c: waits of this hit */
	const struct stp_lock_need *inside, *held; /* read by higher levels on this CPU as well */
	const char *callers[STP_CALLERS];
	stp_u32 ncallers;
	stp_u32 errlen;
	char *errbuf;		   /* MAXSTRINGLEN bytes */
	struct stp_record *record; /* header and text; c.out writes into its text */
	stp_u64 emitted, dropped, emitted_bytes, dropped_bytes;
	stp_u64 *lock_skips, *lock_waits; /* by global: hits that waited in vain, locks that were not free at once */
	stp_u64 *lock_below;	   /* by global: hits given up because the handler below holds it */
	stp_u64 began;		   /* STP_WAY_MEASURED: when this handler began; 0 = it is no hit */
	struct stp_stat *times;	   /* STP_WAY_MEASURED: by probe */
};

DECLARE_PER_CPU(struct stp_context *, stp_contexts[STP_LEVELS]);

static __always_inline struct stp_context *stp_own(struct stp_ctx *c) { return (struct stp_context *)c; }

int stp_contexts_init(void); /* 0 or -ENOMEM, having said why */
/* from now on CPUs that come get theirs; when stp_script.values has given the others what they need */
void stp_contexts_follow(void);
void stp_contexts_fresh(void); /* no handler runs: the overload account begins here, not with what begin probes took */
void stp_contexts_unfollow(void); /* before anything is freed that a CPU which comes is given */
void stp_contexts_exit(void);
/* calls fn on a CPU that has contexts: here, if this one has, with preemption off. Process context */
void stp_with_context(void (*fn)(const void *), const void *arg);
/* context of a CPU and level; NULL if there was no memory for that CPU's: its hits find stp_nobody, which is always in use */
extern struct stp_context *stp_nobody;
extern struct stp_context **stp_contexts_used; /* of all CPUs, in the order of their first hits */
static __always_inline struct stp_context *stp_context_at(int cpu, int level)
{
	struct stp_context *o = READ_ONCE(per_cpu(stp_contexts[level], cpu));

	return o == stp_nobody ? NULL : o;
}

void stp_refused(struct stp_context *o, const struct stp_probe *p, enum stp_skip why);
void stp_finish(struct stp_context *o); /* leaving with output, an error or a skip */
void stp_overload(struct stp_context *o, stp_u64 now);
void stp_begin_otherwise(struct stp_context *o, bool hit);
void stp_leave_otherwise(struct stp_context *o);
/* are there `need` bytes of stack below us? Any context */
bool stp_stack_holds(struct stp_context *o, unsigned long need);
bool stp_may_go_on(struct stp_context *o);
bool stp_stack_is_low(struct stp_context *o); /* a context that is free: are there less than min_stack? */

/* Level of the code that we interrupted or were called from. Linux v5.16, "tracing/perf: Add interrupt_context_level() helper" */
static __always_inline int stp_level(void)
{
	unsigned int n = preempt_count();

	if (STP_LIKELY(!(n & (NMI_MASK | HARDIRQ_MASK)) && !STP_IN_SOFTIRQ(n)))
		return STP_TASK;
	if (n & NMI_MASK)
		return STP_NMI;
	return n & HARDIRQ_MASK ? STP_HARDIRQ : STP_SOFTIRQ;
}

/* this CPU's context, preemption is off. One with a constant index is one instruction: the common case has its own */
static __always_inline struct stp_context *stp_context_here(void)
{
	int level = stp_level();

	return STP_LIKELY(level == STP_TASK) ? this_cpu_read(stp_contexts[STP_TASK]) : this_cpu_read(stp_contexts[level]);
}

/* Stacks of tasks lie aligned, so the low bits tell what is left; others end somewhere at a page: they are looked at more closely. */
static __always_inline int stp_stack_may_be_low(const struct stp_context *o)
{
	return (current_stack_pointer & o->stack_mask) < stp_session.min_stack;
}

/* the context for p, or NULL: not for us, or refused; hit: this is a hit of p, and counts. Any context */
static __always_inline struct stp_context *stp_begin(const struct stp_probe *p, enum stp_state state, bool hit)
{
	struct stp_context *o;

	if (STP_UNLIKELY(READ_ONCE(stp_session.state) != state))
		return NULL;
	preempt_disable_notrace();
	o = stp_context_here();
	if (!o)
		__builtin_unreachable(); /* stp_nobody at the least */
	if (hit)
		o->counts[p->index].fired++;
	if (STP_UNLIKELY(o->busy || stp_stack_may_be_low(o)) && !stp_may_go_on(o)) {
		if (hit)
			stp_refused(o, p, o->busy ? STP_SKIP_REENTRANT : STP_SKIP_STACK);
		goto none;
	}
	o->busy = STP_BUSY;
	barrier(); /* against probes in what follows and interrupts of this level: they must see busy first */
	if (STP_LIKELY(o->way == STP_WAY_TIMED))
		o->spent -= stp_cycles();
	else
		stp_begin_otherwise(o, hit);
	o->c.probe = p;
	o->c.actions = o->actions;
	o->c.frame = o->frames;
	return o;
none:
	preempt_enable_notrace();
	return NULL;
}

static __always_inline void stp_leave(struct stp_context *o)
{
	stp_u64 now;

	if (STP_UNLIKELY(o->c.error | o->c.out.len | o->c.next))
		stp_finish(o);
	if (STP_LIKELY(o->way == STP_WAY_TIMED)) {
		now = stp_cycles();
		o->spent += now;
		if (STP_UNLIKELY(now > o->deadline))
			stp_overload(o, now);
	} else {
		stp_leave_otherwise(o);
	}
	barrier();
	o->busy = 0;
	preempt_enable_notrace();
}

static __always_inline struct stp_context *stp_enter(const struct stp_probe *p, enum stp_state state)
{
	return stp_begin(p, state, true);
}

/* one hit from end to end. Handlers look at ctx->args and ctx->saved only where their family sets them; regs, NULL or not, anywhere */
static __always_inline void stp_hit(const struct stp_probe *p, const void *regs)
{
	struct stp_context *o = stp_enter(p, STP_RUNNING);

	if (!o)
		return;
	o->c.regs = regs;
	p->handler(&o->c);
	stp_leave(o);
}

#endif
