/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks of the script's globals. Any context; callers own a context, so they stay on their CPU.
 *
 * Ordinary use: one word per global, readers counted or one writer. Taken in ascending order, each by at most MAXTRYLOCK tries with
 * TRYLOCKDELAY between them; all or none. Nothing is waited for that cannot come: if a handler which this one interrupted on this CPU
 * holds the variable, and at level NMI, the first failure is the last. A hit that does not get its locks is skipped and counted.
 *
 * Commutative use (n++, a[k] <<< v …) takes no lock and writes no shared line: the handler's updates go to its own context's cells. Where
 * other handlers look at such a variable, or reset it, both sides shake hands:
 *
 *   commutative: stp_inside()                     looking: stp_lock(STP_LOCK_EXCLUSIVE)
 *     mark = odd                                    writer's lock taken; word = CLOSED
 *     full barrier (A)                              full barrier (B)
 *     word closed? then mark = even, wait, retry    for each context: is its mark odd? wait until it changes
 *     … updates …                                   … sum or reset all cells …
 *     stp_outside(): mark = even                    stp_unlock(): word = open
 *
 * (A) pairs with (B): either the commutative side sees the closed word, or the looking side sees the mark. A plain store is not enough,
 * and a full barrier is a locked instruction on x86, on a line of our own. A mark is a counter: any change means that the handler
 * seen inside has gone; one that comes later has seen the word. Variables that are read only when no other handler can run
 * (STP_G_QUIET: in begin, end, error probes) need neither marks nor barrier: generated code does not call stp_inside() for them.
 */
#include "core/lock.h"
#include "core/context.h"

#include <linux/delay.h>

/* ---- who on this CPU was interrupted with what ---- */

static STP_PROBE_CODE bool lock_listed(const struct stp_lock_need *need, stp_u32 n, stp_u32 global)
{
	while (n--)
		if (need[n].global == global)
			return true;
	return false;
}

/* does a handler below us on this CPU hold the global, or is it inside? It cannot go on before we return */
static STP_PROBE_CODE bool lock_held_below(const struct stp_context *o, stp_u32 global)
{
	const struct stp_context *below;
	stp_u32 level;

	for (level = 0; level < o->level; level++) {
		below = stp_context_at(o->cpu, level);
		if (!below || !(below->busy & STP_BUSY))
			continue;
		if (lock_listed(below->held, below->nheld, global))
			return true;
		if ((below->mark & 1) && lock_listed(below->inside, below->ninside, global))
			return true;
	}
	return false;
}

/* ---- one global ---- */

static STP_PROBE_CODE bool lock_try(struct stp_lock_word *w, int mode)
{
	int users;

	if (mode != STP_LOCK_READ)
		return atomic_cmpxchg_acquire(&w->users, 0, -1) == 0;
	users = atomic_read(&w->users);
	return users >= 0 && atomic_cmpxchg_acquire(&w->users, users, users + 1) == users;
}

/* one turn of a bounded wait; false = waiting is over */
static STP_PROBE_CODE bool lock_wait(struct stp_context *o, stp_u32 *tries, stp_u32 global)
{
	if (o->level == STP_NMI || lock_held_below(o, global))
		return false;
	/* without limits: a second with the default delay, the machine must go on */
	if (*tries >= (stp_script.tun.suppress_time_limits ? 100 * 1000 : stp_script.tun.maxtrylock))
		return false;
	++*tries;
	udelay(stp_script.tun.trylockdelay);
	return true;
}

static STP_PROBE_CODE bool lock_take(struct stp_context *o, const struct stp_lock_need *need)
{
	struct stp_lock_word *w = &stp_lock_words[need->global];
	stp_u32 tries = 0;

	while (!lock_try(w, need->mode)) {
		if (!tries)
			o->lock_waits[need->global]++;
		if (!lock_wait(o, &tries, need->global))
			return false;
	}
	if (need->mode == STP_LOCK_EXCLUSIVE)
		WRITE_ONCE(w->closed, 1);
	return true;
}

static STP_PROBE_CODE void lock_drop(const struct stp_lock_need *need)
{
	struct stp_lock_word *w = &stp_lock_words[need->global];

	if (need->mode == STP_LOCK_EXCLUSIVE)
		smp_store_release(&w->closed, 0); /* what we did to the cells comes before */
	if (need->mode == STP_LOCK_READ)
		(void)atomic_dec_return_release(&w->users);
	else
		atomic_set_release(&w->users, 0);
}

/* ---- the handshake ---- */

/* until nobody whom we saw inside is still there; false = one of them cannot leave, or takes too long */
static STP_PROBE_CODE bool lock_empty(struct stp_context *o, stp_u32 global)
{
	stp_u32 i, mark, tries, n = stp_ctx_count();
	struct stp_context *other;

	for (i = 0; i < n; i++) {
		if (!cpu_possible(i / STP_LEVELS))
			continue;
		other = stp_context_at(i / STP_LEVELS, i % STP_LEVELS);
		if (!other || other == o)
			continue;
		mark = smp_load_acquire(&other->mark);
		if (!(mark & 1))
			continue;
		if (other->cpu == o->cpu) {
			if (lock_listed(other->inside, other->ninside, global))
				return false;
			continue; /* below us, in the cells of other variables */
		}
		for (tries = 0; smp_load_acquire(&other->mark) == mark;)
			if (!lock_wait(o, &tries, global))
				return false;
	}
	return true;
}

static STP_PROBE_CODE bool lock_close(struct stp_context *o, const struct stp_lock_need *need, stp_u32 n, stp_u32 *failed)
{
	bool any = false;
	stp_u32 i;

	for (i = 0; i < n; i++)
		any |= need[i].mode == STP_LOCK_EXCLUSIVE;
	if (!any)
		return true;
	smp_mb(); /* (B) */
	for (i = 0; i < n; i++) {
		if (need[i].mode == STP_LOCK_EXCLUSIVE && !lock_empty(o, need[i].global)) {
			*failed = i;
			return false;
		}
	}
	return true;
}

STP_PROBE_CODE int stp_lock(struct stp_ctx *c, const struct stp_lock_need *need, stp_u32 n)
{
	struct stp_context *o = stp_own(c);
	stp_u32 i, failed;

	o->held = need;
	for (i = 0; i < n; i++) {
		if (!lock_take(o, &need[i])) {
			failed = i;
			goto fail;
		}
		o->nheld = i + 1;
		barrier(); /* levels above us read nheld */
	}
	if (lock_close(o, need, n, &failed))
		return 0;
fail:
	while (i--)
		lock_drop(&need[i]);
	o->nheld = 0;
	stp_hit_skipped(c, need[failed].global);
	return 1;
}

STP_PROBE_CODE void stp_unlock(struct stp_ctx *c, const struct stp_lock_need *need, stp_u32 n)
{
	struct stp_context *o = stp_own(c);

	while (n--)
		lock_drop(&need[n]);
	barrier();
	o->nheld = 0;
}

/* ---- commutative handlers ---- */

static STP_PROBE_CODE bool lock_any_closed(const struct stp_lock_need *need, stp_u32 n, stp_u32 *which)
{
	for (*which = 0; *which < n; ++*which)
		if (smp_load_acquire(&stp_lock_words[need[*which].global].closed))
			return true;
	return false;
}

STP_PROBE_CODE int stp_inside(struct stp_ctx *c, const struct stp_lock_need *need, stp_u32 n)
{
	struct stp_context *o = stp_own(c);
	stp_u32 which, tries = 0;

	o->inside = need;
	o->ninside = n;
	for (;;) {
		barrier();
		WRITE_ONCE(o->mark, o->mark + 1);
		smp_mb(); /* (A) */
		if (STP_LIKELY(!lock_any_closed(need, n, &which)))
			return 0;
		smp_store_release(&o->mark, o->mark + 1);
		if (!lock_wait(o, &tries, need[which].global)) {
			stp_hit_skipped(c, need[which].global);
			return 1;
		}
	}
}

STP_PROBE_CODE void stp_outside(struct stp_ctx *c)
{
	struct stp_context *o = stp_own(c);

	smp_store_release(&o->mark, o->mark + 1); /* our updates come before */
}
