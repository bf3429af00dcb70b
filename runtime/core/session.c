/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The session's life: START, EXIT, the account, and what handlers may do to it. session.h shows the states.
 *
 * START allocates and runs the begin probes where it is called; attaching may take long and is a work item's, so that whoever wrote START,
 * and whoever closes .ctl or asks for the account, goes on meanwhile. EXIT ends it between two sites.
 *
 * Process context, but for stp_request_exit() and stp_session_fail(), which handlers call. They change the state and queue REQUEST_EXIT,
 * once, and not before STARTED has been queued.
 */
#include "core/session.h"
#include "compat/compat.h"
#include "core/arming.h"
#include "core/family.h"
#include "core/globals.h"
#include "core/lock.h"
#include "core/memory.h"
#include "core/timing.h"
#include "transport/transport.h"
#include "value/value.h"

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

struct stp_session stp_session;
struct stp_lock_word *stp_lock_words;

static void session_attach(struct work_struct *work);

static DEFINE_MUTEX(session_lock);  /* not held while session_attaching is at work: its state is then STARTING, or it is to end */
static DECLARE_WORK(session_attaching, session_attach);
static unsigned long session_flags; /* any context: SESSION_ bits */
#define SESSION_STACK 1536 /* below a handler's own functions: a fault in a read of memory, the text of an error, a breakpoint's frame */
enum { SESSION_ANSWERED /* STARTED is queued */, SESSION_ASKED /* REQUEST_EXIT is queued */ };
static bool session_armed, session_begun, session_stopped, session_failed;
static int session_ready; /* families whose init() succeeded */
static stp_u64 session_missed;

/* ---- any context ---- */

static STP_PROBE_CODE void session_ask(void)
{
	if (test_bit(SESSION_ANSWERED, &session_flags) && !test_and_set_bit(SESSION_ASKED, &session_flags))
		stp_message_request_exit();
}

/* true = we have moved the state */
static STP_PROBE_CODE bool session_leave(stp_u32 to)
{
	bool moved = false;
	stp_u32 now = READ_ONCE(stp_session.state), seen;

	while (now == STP_STARTING || now == STP_RUNNING || (now == STP_STOPPING && to == STP_ERRONEOUS)) {
		seen = cmpxchg(&stp_session.state, now, to);
		moved = seen == now;
		if (moved)
			break;
		now = seen;
	}
	session_ask();
	return moved;
}

STP_PROBE_CODE void stp_request_exit(void)
{
	session_leave(STP_STOPPING);
}

STP_PROBE_CODE bool stp_session_fail(void)
{
	return session_leave(STP_ERRONEOUS);
}

/* ---- families ---- */

static const struct stp_family *session_family(int i)
{
	return stp_script.families[i].family;
}

static void session_phase(int kind)
{
	int i;

	for (i = 0; i < session_ready; i++)
		if (session_family(i)->phase)
			session_family(i)->phase(&stp_script.families[i], kind);
}

static void session_disarm(int armed)
{
	while (armed--)
		if (session_family(armed)->disarm)
			session_family(armed)->disarm(&stp_script.families[armed]);
}

static int session_arm(void)
{
	int i, ret;

	if (stp_script.arming)
		stp_script.arming->settle();
	for (i = 0; i < stp_script.nfamilies; i++) {
		ret = session_family(i)->arm ? session_family(i)->arm(&stp_script.families[i]) : 0;
		if (ret) {
			session_disarm(i);
			return ret;
		}
	}
	session_armed = true;
	return 0;
}

bool stp_goes_on(void)
{
	stp_u32 state;

	cond_resched();
	state = READ_ONCE(stp_session.state);
	return state == STP_STARTING || state == STP_RUNNING;
}

static bool session_follow(void)
{
	bool behind = false;
	int i;

	for (i = 0; i < stp_script.nfamilies; i++)
		if (session_family(i)->rearm && session_family(i)->rearm(&stp_script.families[i]))
			behind = true;
	return behind;
}

int stp_session_rearm(void)
{
	static bool behind; /* some family could not follow */
	int ret;

	if (!mutex_trylock(&session_lock))
		return -EBUSY;
	if (session_armed && READ_ONCE(stp_session.state) == STP_RUNNING && (stp_script.arming->settle() || behind))
		behind = session_follow();
	ret = behind ? -EAGAIN : 0;
	mutex_unlock(&session_lock);
	return ret;
}

static int session_prepare(void)
{
	int ret = stp_contexts_init();

	if (!ret && stp_script.nglobals) {
		stp_lock_words = stp_alloc(stp_script.nglobals * sizeof(*stp_lock_words));
		ret = stp_lock_words ? 0 : -ENOMEM;
	}
	if (!ret && stp_script.values)
		ret = stp_script.values->init();
	if (!ret)
		stp_contexts_follow();
	while (!ret && session_ready < stp_script.nfamilies) {
		const struct stp_family_use *u = &stp_script.families[session_ready];

		ret = u->family->init ? u->family->init(u) : 0;
		if (!ret)
			session_ready++;
	}
	return ret;
}

/* ---- start ---- */

static void session_set_up(const struct stp_msg_start *m)
{
	const struct stp_tunables *t = &stp_script.tun;

	stp_session.target = m->target;
	stp_session.stdout_tty = m->flags & STP_START_TTY;
	stp_session.crowded = m->flags & STP_START_CROWDED;
	stp_session.min_stack = max_t(unsigned long, t->minstackspace, stp_script.stack_bytes + SESSION_STACK);
	stp_session.no_overload = t->no_overload || t->no_overload2 || t->suppress_time_limits;
	stp_session.ignore_skips = t->suppress_handler_errors;
}

/* what START has to say, once */
static void session_answer(int result)
{
	struct stp_msg_started answer = { .result = result };

	if (stp_script.timing)
		stp_script.timing->started();
	if (result)
		WRITE_ONCE(stp_session.state, STP_ERRONEOUS);
	stp_message_started(&answer);
	set_bit(SESSION_ANSWERED, &session_flags);
	smp_mb__after_atomic(); /* against session_leave(): one of us sees both */
	if (!result && READ_ONCE(stp_session.state) != STP_RUNNING)
		session_ask();
}

static void session_attach(struct work_struct *work)
{
	int ret = session_arm();

	if (ret == -EINTR)
		ret = 0; /* EXIT came meanwhile, and waits for us */
	else if (!ret)
		cmpxchg(&stp_session.state, STP_STARTING, STP_RUNNING);
	session_answer(ret);
}

static int session_run(void)
{
	int ret = session_prepare();

	if (ret == -ENOMEM)
		stp_memory_explain();
	if (ret)
		return ret;
	session_begun = true;
	WRITE_ONCE(stp_session.state, STP_STARTING);
	if (stp_script.arming)
		stp_script.arming->start();
	session_phase(STP_BEGIN);
	stp_contexts_fresh();
	return 0;
}

int stp_session_start(const struct stp_msg_start *m)
{
	int ret;

	mutex_lock(&session_lock);
	if (stp_session.state != STP_LOADED) {
		mutex_unlock(&session_lock);
		return -EBUSY;
	}
	session_set_up(m);
	if (stp_script.timing)
		stp_script.timing->starting();
	ret = session_run();
	if (!ret && READ_ONCE(stp_session.state) == STP_STARTING)
		queue_work(stp_unbound_wq, &session_attaching);
	else
		session_answer(ret); /* exit() or an error: nothing else starts; EXIT will run end or error probes */
	mutex_unlock(&session_lock);
	return ret;
}

/* ---- stop ---- */

static void session_report(void)
{
	int i, errors = atomic_read(&stp_session.errors), skipped = atomic_read(&stp_session.skipped);

	for (i = session_ready; i--;)
		if (session_family(i)->report)
			session_family(i)->report(&stp_script.families[i]);
	if (stp_script.timing)
		stp_script.timing->report();
	if (atomic64_read(&stp_session.absent))
		stp_say_warning("Skipped on CPUs that came when there was no memory for them: %lld",
				(long long)atomic64_read(&stp_session.absent));
	if (errors || skipped || atomic_read(&stp_session.reentrant))
		stp_say_warning("Number of errors: %d, skipped probes: %d", errors, skipped);
}

/* What is said at the end of a session that began. */
static void session_end(void)
{
	if (session_armed)
		session_disarm(stp_script.nfamilies);
	session_armed = false;
	if (stp_script.arming)
		stp_script.arming->stop();
	session_phase(STP_END);		/* only if the state is still STOPPING … */
	session_phase(STP_ERROR_PROBE); /* … or has become ERRONEOUS */
	session_report();
}

/* no further hits are handled; returns when nothing is attached any more that was being attached */
static void session_halt(void)
{
	cmpxchg(&stp_session.state, STP_RUNNING, STP_STOPPING); /* ends what follows the conditions meanwhile, between two sites */
	mutex_lock(&session_lock); /* START has done its part, or will find this */
	cmpxchg(&stp_session.state, STP_LOADED, STP_STOPPING);
	cmpxchg(&stp_session.state, STP_STARTING, STP_STOPPING);
	cmpxchg(&stp_session.state, STP_RUNNING, STP_STOPPING);
	mutex_unlock(&session_lock);
	flush_work(&session_attaching);
}

void stp_session_stop(void)
{
	session_halt();
	mutex_lock(&session_lock);
	if (!session_stopped) {
		session_stopped = true;
		if (session_begun)
			session_end();
		session_failed = stp_session.state == STP_ERRONEOUS;
		WRITE_ONCE(stp_session.state, STP_STOPPED);
		stp_contexts_unfollow();
	}
	mutex_unlock(&session_lock);
}

void stp_session_free(void)
{
	while (session_ready--)
		if (session_family(session_ready)->exit)
			session_family(session_ready)->exit(&stp_script.families[session_ready]);
	if (stp_script.values)
		stp_script.values->exit();
	stp_free(stp_lock_words);
	stp_contexts_exit();
	stp_globals_exit();
}

/* ---- the account ---- */

void stp_missed(const struct stp_probe *p, stp_u64 n)
{
	session_missed += n;
}

static void session_count(const struct stp_context *o, struct stp_msg_counts *ret)
{
	int i, k;

	for (i = 0; i < stp_script.nprobes; i++) {
		ret->fired += READ_ONCE(o->counts[i].fired);
		for (k = 0; k < STP_SKIP_KINDS; k++)
			ret->skipped += READ_ONCE(o->counts[i].skipped[k]);
	}
	ret->emitted += READ_ONCE(o->emitted);
	ret->dropped += READ_ONCE(o->dropped);
	ret->emitted_bytes += READ_ONCE(o->emitted_bytes);
	ret->dropped_bytes += READ_ONCE(o->dropped_bytes);
}

void stp_session_counts(struct stp_msg_counts *ret)
{
	int cpu, level;

	memset(ret, 0, sizeof(*ret));
	mutex_lock(&session_lock);
	for_each_possible_cpu(cpu)
		for (level = 0; level < STP_LEVELS; level++)
			if (stp_context_at(cpu, level))
				session_count(stp_context_at(cpu, level), ret);
	ret->fired += atomic64_read(&stp_session.absent);
	ret->skipped += atomic64_read(&stp_session.absent);
	ret->handled = ret->fired - ret->skipped;
	ret->missed = session_missed;
	ret->fired += session_missed;
	ret->errors = atomic_read(&stp_session.errors);
	ret->started = session_begun && test_bit(SESSION_ANSWERED, &session_flags);
	ret->buffer_mb = stp_traces_mb();
	ret->ncpus = num_online_cpus();
	ret->ended = session_stopped;
	ret->failed = session_failed || READ_ONCE(stp_session.state) == STP_ERRONEOUS;
	stp_traces_count(ret);
	mutex_unlock(&session_lock);
}
