/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks of the script's globals. Any context; callers own a context, so they stay on their CPU.
 *
 * Ordinary use: one word per global, readers counted or one writer. Taken in ascending order, by at most MAXTRYLOCK waits of TRYLOCKDELAY
 * for the whole hit; all or none. Nothing is waited for that cannot come: a variable that a handler which this one interrupted on this CPU
 * holds. Such a hit is skipped as reentrant: it says nothing about contention. One that has waited in vain is skipped for the lock's sake.
 * Level NMI waits as others do: what it waits for is another CPU's.
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
 * seen inside has gone; one that comes later has seen the word. Who is inside other variables only is not waited for. Variables that are read only when no other handler can run
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

/*
 * One turn of a wait; tries: those of the hit. What comes back here and below is 0, or 1 + the reason why the hit is over, as in
 * stp_context.skip.
 */
static STP_PROBE_CODE stp_u32 lock_wait(const struct stp_context *o, stp_u32 *tries, stp_u32 global)
{
	if (lock_held_below(o, global))
		return 1 + STP_SKIP_REENTRANT;
	/* without limits: a second with the default delay, the machine must go on */
	if (*tries >= (stp_script.tun.suppress_time_limits ? 100 * 1000 : stp_script.tun.maxtrylock))
		return 1 + STP_SKIP_LOCK;
	++*tries;
	udelay(stp_script.tun.trylockdelay);
	return 0;
}

/*
 * Number i of the hit's list. It is in the published list before it is taken, and not while we wait for it: levels above us must neither
 * wait for what we hold, nor think that we hold what we want.
 */
static STP_PROBE_CODE stp_u32 lock_take(struct stp_context *o, stp_u32 i, stp_u32 *tries)
{
	const struct stp_lock_need *need = &o->held[i];
	struct stp_lock_word *w = &stp_lock_words[need->global];
	bool waits = false;
	stp_u32 why;

	for (;;) {
		WRITE_ONCE(o->nheld, i + 1);
		barrier();
		if (STP_LIKELY(lock_try(w, need->mode)))
			break;
		barrier();
		WRITE_ONCE(o->nheld, i);
		if (!waits)
			o->lock_waits[need->global]++;
		waits = true;
		why = lock_wait(o, tries, need->global);
		if (why)
			return why;
	}
	if (need->mode == STP_LOCK_EXCLUSIVE)
		WRITE_ONCE(w->closed, 1);
	return 0;
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

/*
 * Is another context's handler inside the global? mark: as it is meanwhile. The list belongs to a mark that was the same before and after;
 * else that handler has gone on, and who comes now has seen the closed word.
 */
static STP_PROBE_CODE bool lock_is_inside(const struct stp_context *other, stp_u32 global, stp_u32 *mark)
{
	const struct stp_lock_need *inside;
	stp_u32 n;

	*mark = smp_load_acquire(&other->mark);
	if (!(*mark & 1))
		return false;
	inside = READ_ONCE(other->inside);
	n = READ_ONCE(other->ninside);
	smp_rmb(); /* pairs with stp_inside()'s smp_wmb() */
	return READ_ONCE(other->mark) == *mark && lock_listed(inside, n, global);
}

/* until nobody whom we saw inside is still there */
static STP_PROBE_CODE stp_u32 lock_empty(const struct stp_context *o, stp_u32 global, stp_u32 *tries)
{
	stp_u32 i, mark, why, n = stp_ctx_count();
	const struct stp_context *other;

	for (i = 0; i < n; i++) {
		other = stp_own(stp_ctx_nth(i));
		if (!other || other == o || !lock_is_inside(other, global, &mark))
			continue;
		do {
			why = lock_wait(o, tries, global);
			if (why)
				return why;
		} while (smp_load_acquire(&other->mark) == mark);
	}
	return 0;
}

static STP_PROBE_CODE stp_u32 lock_close(const struct stp_context *o, stp_u32 n, stp_u32 *tries, stp_u32 *failed)
{
	const struct stp_lock_need *need = o->held;
	bool any = false;
	stp_u32 i, why;

	for (i = 0; i < n; i++)
		any |= need[i].mode == STP_LOCK_EXCLUSIVE;
	if (!any)
		return 0;
	smp_mb(); /* (B) */
	for (i = 0; i < n; i++) {
		if (need[i].mode != STP_LOCK_EXCLUSIVE)
			continue;
		*failed = i;
		why = lock_empty(o, need[i].global, tries);
		if (why)
			return why;
	}
	return 0;
}

static __attribute__((__noinline__)) STP_PROBE_CODE int lock_all(struct stp_ctx *c, const struct stp_lock_need *need, stp_u32 n)
{
	struct stp_context *o = stp_own(c);
	stp_u32 i, failed = 0, why, tries = 0;

	o->held = need;
	barrier(); /* levels above us read the list when nheld says that there is one */
	for (i = 0; i < n; i++) {
		why = lock_take(o, i, &tries);
		if (STP_UNLIKELY(why)) {
			failed = i;
			goto fail;
		}
	}
	why = lock_close(o, n, &tries, &failed);
	if (STP_LIKELY(!why)) {
		o->tries = tries;
		return 0;
	}
fail:
	while (i--)
		lock_drop(&need[i]);
	o->nheld = 0;
	stp_hit_skipped(c, need[failed].global, why == 1 + STP_SKIP_REENTRANT);
	return 1;
}

/* one variable to write, which nobody holds: the same as above in fewer steps. If it is held nothing has happened yet */
static __always_inline bool lock_at_once(struct stp_context *o, const struct stp_lock_need *need)
{
	o->held = need;
	barrier();
	WRITE_ONCE(o->nheld, 1);
	barrier();
	if (STP_LIKELY(lock_try(&stp_lock_words[need->global], STP_LOCK_WRITE))) {
		o->tries = 0;
		return true;
	}
	barrier();
	WRITE_ONCE(o->nheld, 0);
	return false;
}

STP_PROBE_CODE int stp_lock(struct stp_ctx *c, const struct stp_lock_need *need, stp_u32 n)
{
	if (STP_LIKELY(n == 1 && need->mode == STP_LOCK_WRITE) && STP_LIKELY(lock_at_once(stp_own(c), need)))
		return 0;
	return lock_all(c, need, n);
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

/* the word is closed, the mark even again: a turn of waiting, then the caller looks again */
static STP_PROBE_CODE int lock_inside_later(struct stp_context *o, stp_u32 global)
{
	stp_u32 why = lock_wait(o, &o->tries, global);

	if (why)
		stp_hit_skipped(&o->c, global, why == 1 + STP_SKIP_REENTRANT);
	return why != 0;
}

STP_PROBE_CODE int stp_inside(struct stp_ctx *c, const struct stp_lock_need *need, stp_u32 n)
{
	struct stp_context *o = stp_own(c);
	stp_u32 which, turns = 0;

	smp_wmb(); /* the mark is even for others before they see another list: lock_is_inside() */
	o->inside = need;
	o->ninside = n;
	for (;;) {
		barrier();
		WRITE_ONCE(o->mark, o->mark + 1);
		smp_mb(); /* (A) */
		if (STP_LIKELY(!lock_any_closed(need, n, &which)))
			return 0;
		smp_store_release(&o->mark, o->mark + 1);
		if (!turns++ && !o->nheld)
			o->tries = 0; /* else stp_lock() has begun to count the hit's */
		if (lock_inside_later(o, need[which].global))
			return 1;
	}
}

STP_PROBE_CODE void stp_outside(struct stp_ctx *c)
{
	struct stp_context *o = stp_own(c);

	smp_store_release(&o->mark, o->mark + 1); /* our updates come before */
}
