/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens on the way in and out of a handler when something is not as usual; and what the runtime's other parts ask of contexts. They are
 * made in contexts.c.
 */
#include "core/context.h"
#include "core/error.h"
#include "core/timing.h"
#include "transport/transport.h"

DEFINE_PER_CPU(struct stp_context *, stp_contexts[STP_LEVELS]);
struct stp_context *stp_nobody;
struct stp_context **stp_contexts_used;
static atomic_t context_nused; /* of stp_contexts_used */

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
	struct stp_context *o = READ_ONCE(stp_contexts_used[i]);

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
	WRITE_ONCE(stp_contexts_used[atomic_inc_return(&context_nused) - 1], o);
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
