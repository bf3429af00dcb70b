// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The session, contexts, locks and records, with two CPUs and four levels played by one thread: what interrupts what is written down here.
 * kernel: runtime/core/context.c runtime/core/contexts.c runtime/core/error.c runtime/core/lock.c runtime/core/session.c runtime/transport/message.c runtime/transport/trace.c
 * link: testsuite/unit/kernel.c
 */
#include "testsuite/unit/kernel_test.h"

#include "core/error.h"
#include "core/globals.h"
#include "core/lock.h"
#include "core/memory.h"

enum { A, B, C, NGLOBALS };
static const struct stp_global globals[] = { { .name = "a" }, { .name = "b" }, { .name = "c" } };
static void nothing(struct stp_ctx *c) { (void)c; }
static const struct stp_probe probes[] = { { nothing, "kernel.function(\"f\")", "", "", "", 0, 0, 0 } };
const struct stp_script stp_script = {
	.globals = globals, .nglobals = NGLOBALS, .probes = probes, .nprobes = 1, .nesting = 1, .frame_bytes = 64,
	.tun = { .maxstringlen = 512, .maxtrylock = 10, .trylockdelay = 1, .interruptible = 1, .maxaction = 1000, .maxskipped = 100,
		 .overload_threshold = 1ll << 50, .overload_interval = 1ll << 51 },
};

void stp_memory_explain(void) {}
bool stp_proc_admits(const struct inode *inode) { return !inode; }
bool stp_memory_is_there(size_t bytes) { return bytes > 0; }
void stp_globals_exit(void) {}

/* ---- hits ---- */

static const struct stp_lock_need read_a[] = { { A, STP_LOCK_READ } }, write_a[] = { { A, STP_LOCK_WRITE } },
				  write_b[] = { { B, STP_LOCK_WRITE } }, write_ab[] = { { A, STP_LOCK_WRITE }, { B, STP_LOCK_WRITE } },
				  look_a[] = { { A, STP_LOCK_EXCLUSIVE } }, look_ab[] = { { A, STP_LOCK_EXCLUSIVE }, { B, STP_LOCK_EXCLUSIVE } };

static struct stp_context *at(int cpu, int level) { return stp_context_at(cpu, level); }

/* a hit on that CPU and level; what it interrupts is whatever has been entered there and not left */
static struct stp_context *enter(int cpu, int level)
{
	static const unsigned int preempt[] = { 0, SOFTIRQ_OFFSET, 0x10000, 0x100000 };
	struct stp_context *o;

	kernel_cpu = cpu;
	kernel_preempt_count = preempt[level];
	o = stp_enter(probes, STP_RUNNING);
	kernel_udelays = 0;
	return o;
}

/* leaves; was it skipped for that reason since the last time? */
static bool left_for(struct stp_context *o, enum stp_skip why)
{
	static stp_u64 before[KERNEL_CPUS][STP_LEVELS][STP_SKIP_KINDS];
	stp_u64 *had = before[o->cpu][o->level];
	bool now[STP_SKIP_KINDS], all = true;
	int k;

	kernel_cpu = (int)o->cpu;
	stp_leave(o);
	for (k = 0; k < STP_SKIP_KINDS; k++) {
		now[k] = o->counts[0].skipped[k] != had[k];
		had[k] = o->counts[0].skipped[k];
		all &= now[k] == (k == (int)why);
	}
	return all;
}

static bool left(struct stp_context *o) { return left_for(o, STP_SKIP_KINDS); }

/* ---- R2 ---- */

static void below_is_reentrant(void)
{
	struct stp_context *task = enter(0, STP_TASK), *irq;
	int i, before = atomic_read(&stp_session.skipped);

	OK(task && !stp_lock(&task->c, write_a, 1), "R2: a task's handler has a variable");
	irq = enter(0, STP_HARDIRQ);
	OK(irq && stp_lock(&irq->c, write_a, 1) && !kernel_udelays, "R2: an interrupt's hit on it does not wait");
	OK(left_for(irq, STP_SKIP_REENTRANT) && irq->lock_below[A] == 1 && !irq->lock_skips[A], "R2: and is booked as reentrant, by variable");
	for (i = 0; i < 500; i++) {
		irq = enter(0, STP_SOFTIRQ);
		stp_lock(&irq->c, read_a, 1);
		stp_leave(irq);
	}
	OK(atomic_read(&stp_session.skipped) == before && stp_session.state == STP_RUNNING, "R2: MAXSKIPPED is not about such hits");
	irq = enter(0, STP_HARDIRQ);
	OK(!stp_lock(&irq->c, write_b, 1), "R2: another variable is free");
	stp_unlock(&irq->c, write_b, 1);
	OK(left(irq), "R2: that hit is handled");
	stp_unlock(&task->c, write_a, 1);
	OK(left(task), "R2: and so is the task's");
}

static void inside_below_is_reentrant(void)
{
	struct stp_context *task = enter(0, STP_TASK), *irq;

	OK(!stp_inside(&task->c, write_a, 1), "R2: a task's handler is inside");
	irq = enter(0, STP_HARDIRQ);
	OK(stp_lock(&irq->c, look_a, 1) && !kernel_udelays, "R2: a timer that wants to look at the variable does not wait");
	OK(left_for(irq, STP_SKIP_REENTRANT) && irq->lock_below[A] == 2, "R2: it is reentrant");
	stp_outside(&task->c);
	OK(left(task), "R2: the task's is handled");
	task = enter(0, STP_TASK);
	OK(!stp_lock(&task->c, look_a, 1), "R2: a task's handler looks");
	irq = enter(0, STP_HARDIRQ);
	OK(stp_inside(&irq->c, write_a, 1) && !kernel_udelays && left_for(irq, STP_SKIP_REENTRANT), "R2: who would come inside meanwhile is reentrant");
	stp_unlock(&task->c, look_a, 1);
	OK(left(task), "R2: the looking one is handled");
}

static void others_time_out(void)
{
	struct stp_context *task = enter(1, STP_TASK), *irq;
	int before = atomic_read(&stp_session.skipped);

	OK(!stp_lock(&task->c, write_a, 1), "R2: another CPU's handler has the variable");
	irq = enter(0, STP_HARDIRQ);
	OK(stp_lock(&irq->c, write_a, 1) && kernel_udelays == 10, "R2: that is waited for, MAXTRYLOCK times");
	OK(left_for(irq, STP_SKIP_LOCK) && irq->lock_skips[A] == 1 && atomic_read(&stp_session.skipped) == before + 1,
	   "R2: and in vain it is contention, which counts");
	stp_unlock(&task->c, write_a, 1);
	left(task);
}

/* ---- R15 ---- */

static struct stp_context *released;
static const struct stp_lock_need *released_need;
static unsigned long release_at;

/* while somebody waits, another CPU goes on */
static void release(void)
{
	if (kernel_udelays == release_at)
		stp_unlock(&released->c, released_need, 1);
}

static void one_budget(void)
{
	struct stp_context *first = enter(1, STP_TASK), *second = enter(1, STP_SOFTIRQ), *o;

	stp_lock(&first->c, write_a, 1);
	stp_lock(&second->c, write_b, 1);
	released = first;
	released_need = write_a;
	release_at = 7;
	kernel_udelay = release;
	o = enter(0, STP_TASK);
	OK(stp_lock(&o->c, write_ab, 2) && kernel_udelays == 10, "R15: all locks of a hit share its tries");
	OK(left_for(o, STP_SKIP_LOCK), "R15: then it is skipped");
	kernel_udelay = NULL;
	stp_unlock(&second->c, write_b, 1);
	left(second);
	left(first);

	first = enter(1, STP_TASK);
	second = enter(1, STP_SOFTIRQ);
	stp_inside(&first->c, write_a, 1);
	stp_inside(&second->c, write_b, 1);
	o = enter(0, STP_TASK);
	OK(stp_lock(&o->c, look_ab, 2) && kernel_udelays == 10 && left_for(o, STP_SKIP_LOCK), "R15: and so do the handlers that are inside");
	stp_outside(&second->c);
	stp_outside(&first->c);
	left(second);
	left(first);
}

static void lock_and_inside_share(void)
{
	struct stp_context *other = enter(1, STP_TASK), *second = enter(1, STP_SOFTIRQ), *o;

	stp_lock(&other->c, write_a, 1);
	stp_lock(&second->c, (const struct stp_lock_need[]){ { B, STP_LOCK_EXCLUSIVE } }, 1);
	released = other;
	released_need = write_a;
	release_at = 7;
	kernel_udelay = release;
	o = enter(0, STP_TASK);
	OK(!stp_lock(&o->c, write_a, 1) && kernel_udelays == 7, "R15: a lock that comes after seven tries");
	kernel_udelay = NULL;
	OK(stp_inside(&o->c, write_b, 1) && kernel_udelays == 10, "R15: leaves three to the handshake");
	stp_unlock(&o->c, write_a, 1);
	OK(left_for(o, STP_SKIP_LOCK), "R15: then the hit is over");
	o = enter(0, STP_TASK);
	OK(stp_inside(&o->c, write_b, 1) && kernel_udelays == 10 && left_for(o, STP_SKIP_LOCK), "R15: the next hit has all its tries again");
	stp_unlock(&second->c, (const struct stp_lock_need[]){ { B, STP_LOCK_EXCLUSIVE } }, 1);
	left(second);
	left(other);
}

static void other_variables_do_not_matter(void)
{
	struct stp_context *other = enter(1, STP_TASK), *o;

	stp_inside(&other->c, write_b, 1);
	o = enter(0, STP_TASK);
	OK(!stp_lock(&o->c, look_a, 1) && !kernel_udelays, "R15: who is inside another variable is not waited for");
	stp_unlock(&o->c, look_a, 1);
	left(o);
	stp_outside(&other->c);
	left(other);
}

/* ---- R16 ---- */

static void nmi_waits(void)
{
	struct stp_context *other = enter(1, STP_TASK), *o;

	stp_lock(&other->c, write_a, 1);
	released = other;
	released_need = write_a;
	release_at = 3;
	kernel_udelay = release;
	o = enter(0, STP_NMI);
	OK(!stp_lock(&o->c, write_a, 1) && kernel_udelays == 3, "R16: a hit at level NMI waits for another CPU's lock");
	kernel_udelay = NULL;
	stp_unlock(&o->c, write_a, 1);
	OK(left(o), "R16: and is handled");
	left(other);
	other = enter(0, STP_HARDIRQ);
	stp_lock(&other->c, write_a, 1);
	o = enter(0, STP_NMI);
	OK(stp_lock(&o->c, write_a, 1) && !kernel_udelays && left_for(o, STP_SKIP_REENTRANT), "R16: but not for what it has interrupted");
	stp_unlock(&other->c, write_a, 1);
	left(other);
}

/* ---- R17 ---- */

static struct stp_context *above;
static bool above_failed;

/* an interrupt while the handler below waits for what another CPU has: it is not held below, and may be waited for as well */
static void interrupt_waiter(void)
{
	void (*after)(void) = kernel_udelay;

	kernel_udelay = NULL;
	if (!above) {
		above = enter(0, STP_HARDIRQ);
		above_failed = stp_lock(&above->c, write_a, 1);
		above_failed &= left_for(above, STP_SKIP_LOCK);
		kernel_cpu = 0;
	}
	kernel_udelay = after;
}

/* an interrupt right when the lock was taken */
static void interrupt_taker(void)
{
	struct stp_context *o = enter(0, STP_HARDIRQ);

	above_failed = stp_lock(&o->c, write_a, 1) && !kernel_udelays;
	above_failed &= left_for(o, STP_SKIP_REENTRANT);
}

static void list_is_published_first(void)
{
	struct stp_context *other, *o = enter(0, STP_TASK);

	kernel_after = interrupt_taker;
	stp_lock(&o->c, write_a, 1);
	OK(above_failed, "R17: who interrupts the taking of a lock does not wait for it");
	stp_unlock(&o->c, write_a, 1);
	left(o);
	o = enter(0, STP_TASK);

	stp_lock(&o->c, write_ab, 2);
	OK(o->nheld == 2 && o->held == write_ab, "R17: what is held is in the list");
	stp_unlock(&o->c, write_ab, 2);
	OK(!o->nheld && left(o), "R17: and leaves it");
	other = enter(1, STP_TASK);
	stp_lock(&other->c, write_a, 1);
	kernel_udelay = interrupt_waiter;
	o = enter(0, STP_TASK);
	stp_lock(&o->c, write_a, 1);
	OK(above && above_failed, "R17: what the handler below waits for only is contention to who interrupts it");
	kernel_udelay = NULL;
	OK(!o->nheld && left_for(o, STP_SKIP_LOCK), "R17: a lock that did not come is not in the list");
	stp_unlock(&other->c, write_a, 1);
	left(other);
}

/* ---- the list of contexts ---- */

static void interrupt_first_use(void)
{
	stp_leave(enter(1, STP_TASK));
}

static void contexts_are_listed_once(void)
{
	stp_u32 before = stp_ctx_count();
	struct stp_context *o = at(1, STP_TASK);

	o->busy = STP_NEW;
	kernel_before = interrupt_first_use;
	o = enter(1, STP_TASK);
	OK(o && left(o) && stp_ctx_count() == before + 1, "R17: a context that is interrupted as it comes into use is listed once");
}

/* ---- R14 ---- */

static char written[64][16];
static unsigned int nwritten;
static int interrupt_write; /* level of a handler that comes while a record is written; 0 = none */

static void print(struct stp_context *o, const char *text)
{
	memcpy(o->c.out.p, text, strlen(text));
	o->c.out.len = (stp_u32)strlen(text);
	stp_leave(o);
}

static void take_record(const void *record, size_t n)
{
	const struct stp_record *r = record;
	int level = interrupt_write;
	static stp_u32 first;
	struct stp_context *o;

	if (!nwritten)
		first = r->seq;
	if (n != sizeof(*r) + r->len || r->seq != first + nwritten)
		abort();
	snprintf(written[nwritten++], sizeof(written[0]), "%.*s", (int)r->len, (const char *)(r + 1));
	interrupt_write = 0;
	if (!level)
		return;
	o = enter(0, level);
	print(o, level == STP_NMI ? "nmi" : "irq");
	kernel_preempt_count = 0;
}

static void records_are_kept(void)
{
	struct stp_context *o;
	int i;

	kernel_relay_write = take_record;
	interrupt_write = STP_NMI;
	print(enter(0, STP_TASK), "one");
	OK(nwritten == 1, "R14: a record from level NMI is stored while another is written");
	print(enter(0, STP_HARDIRQ), "two");
	OK(nwritten == 3 && !strcmp(written[1], "nmi") && !strcmp(written[2], "two"), "R14: the next record of that CPU takes it along, at any level");
	o = at(0, STP_HARDIRQ);
	OK(o->emitted == 1 && !o->dropped && !at(0, STP_NMI)->dropped, "R14: nothing is dropped");
	interrupt_write = STP_HARDIRQ;
	print(enter(0, STP_TASK), "three");
	OK(nwritten == 4 && !o->dropped, "R14: nor is a record of a probe on what writes");
	kernel_cpu = 0;
	kernel_irq_work->func(kernel_irq_work);
	OK(nwritten == 5 && !strcmp(written[4], "irq"), "R14: irq_work writes what no record took along");
	for (i = 0; i < 3; i++) {
		interrupt_write = STP_NMI;
		print(enter(0, STP_TASK), "more");
	}
	kernel_irq_work->func(kernel_irq_work);
	OK(nwritten == 11 && !strcmp(written[10], "nmi"), "R14: all come in their order");
}

/* ---- R31 ---- */

static void records_of_a_cpu_that_goes(void)
{
	kernel_cpu = 0;
	kernel_offline = 1;
	kernel_irq_works = 0;
	interrupt_write = STP_NMI;
	print(enter(0, STP_TASK), "dying");
	OK(nwritten == 12 && kernel_irq_works == 0 && !stp_traces_announced(), "R31: a CPU that goes queues nothing");
	kernel_cpu = 1;
	stp_traces_settle();
	OK(nwritten == 13 && !strcmp(written[12], "nmi") && stp_traces_announced(), "R31: what it had stored is written by another, and all is announced");
	kernel_offline = 0;
}

/* ---- what is read ---- */

static char all[2 << 20], have[2 << 20]; /* what was written and what was read */
static size_t nall, nhave;

/* as relay does it; what lies behind the last record of a sub-buffer is of another time */
static void fill(const void *record, size_t n)
{
	struct rchan_buf *buf = *this_cpu_ptr(kernel_rchan.buf);
	char *at = (char *)buf->start + buf->subbufs_produced % kernel_rchan.n_subbufs * kernel_rchan.subbuf_size;

	if (buf->offset + n > kernel_rchan.subbuf_size) {
		memset(at + buf->offset, 'o', kernel_rchan.subbuf_size - buf->offset);
		buf->padding[buf->subbufs_produced++ % kernel_rchan.n_subbufs] = kernel_rchan.subbuf_size - buf->offset;
		buf->offset = 0;
		at = (char *)buf->start + buf->subbufs_produced % kernel_rchan.n_subbufs * kernel_rchan.subbuf_size;
	}
	memcpy(at + buf->offset, record, n);
	buf->offset += n;
	memcpy(all + nall, record, n);
	nall += n;
}

static void print_long(int i)
{
	struct stp_context *o = enter(0, STP_TASK);

	memset(o->c.out.p, 'a' + i % 26, 5000); /* with its header, thirteen fit */
	o->c.out.len = 5000;
	stp_leave(o);
}

/* one read of so much: is it what comes next? */
static bool reads(struct file *file, size_t most, size_t want)
{
	loff_t pos = 0;
	ssize_t got = kernel_proc_ops->proc_read(file, have + nhave, most, &pos);

	nhave += got > 0 ? (size_t)got : 0;
	return got == (ssize_t)want && nhave <= nall && !memcmp(have, all, nhave);
}

static ssize_t second, third;

static void others_read(void)
{
	struct file waits = { .private_data = NULL }, not = { .f_flags = O_NONBLOCK };
	static char buf[100];
	loff_t pos = 0;

	second = kernel_proc_ops->proc_read(&waits, buf, sizeof(buf), &pos);
	third = kernel_proc_ops->proc_read(&not, buf, sizeof(buf), &pos);
}

static void records_are_read(void)
{
	const size_t one = sizeof(struct stp_record) + 5000;
	struct file file = { .private_data = NULL };
	struct rchan_buf *buf = *this_cpu_ptr(kernel_rchan.buf);
	bool good = true;
	int i;

	kernel_relay_write = fill;
	kernel_proc_ops->proc_open(NULL, &file);
	for (i = 0; i < 100; i++) {
		print_long(i);
		if (i % 31 == 0)
			good &= reads(&file, sizeof(have) - nhave, nall - nhave);
	}
	OK(good && reads(&file, sizeof(have) - nhave, 6 * one), "R1: a read gives the records that there are, over sub-buffers, and nothing between them");
	OK(buf->subbufs_produced == 7 && buf->subbufs_consumed == 7, "R1: and what was read has room again");
	print_long(i);
	OK(reads(&file, 100, 100), "R1: or as much as the reader has room for");
	kernel_copies_to_user = others_read;
	OK(reads(&file, 65536, one - 100), "R1: and then the rest");
	OK(second == -ERESTARTSYS && third == -EAGAIN, "B5: who reads while another reader's page is being written can be interrupted, and need not wait");
	OK(reads(&file, 65536, 0), "R1: and then nothing");
	for (i = 0; i < 16 * 13; i++)
		print_long(i);
	OK(at(0, STP_TASK)->dropped > 0 && reads(&file, sizeof(have) - nhave, nall - nhave), "R1: all buffers full: what was not dropped is read");
}

/* ---- R33 ---- */

static void print_more(void) { print_long(2); }

/* what one read of n bytes to there gave; is the other reader told, by one wake-up, that there is more? */
static bool leaves(struct file *file, char *to, size_t n, ssize_t want, bool told)
{
	unsigned long wakes;
	loff_t pos = 0;
	ssize_t got;

	stp_traces_settle();
	wakes = kernel_wakes;
	got = kernel_proc_ops->proc_read(file, to, n, &pos);
	return got == want && kernel_wakes - wakes == (told ? 1 : 0) && stp_traces_announced() == told;
}

static void what_is_left_is_announced(void)
{
	const ssize_t one = sizeof(struct stp_record) + 5000;
	struct file file = { .private_data = NULL };

	kernel_proc_ops->proc_open(NULL, &file);
	while (reads(&file, sizeof(have) - nhave, nall - nhave) && nhave < nall)
		;
	print_long(0);
	OK(leaves(&file, have, sizeof(have), one, false), "R33: who has read all tells nobody");
	print_long(1);
	third = 0;
	kernel_copies_to_user = others_read;
	OK(leaves(&file, NULL, 100, -EFAULT, true) && third == -EAGAIN, "R33: a reader that was refused is told when the other one fails");
	OK(leaves(&file, have, 100, 100, true), "R33: or has not read all");
	OK(leaves(&file, have, 0, 0, true), "R33: or nothing");
	kernel_copies_to_user = print_more;
	OK(leaves(&file, have, sizeof(have), one - 100, false), "R33: what comes meanwhile is told of by who writes it");
	OK(leaves(&file, have, sizeof(have), one, false), "R33: and is there");
}

/* ---- R21 ---- */

static unsigned int errors_said(void)
{
	struct {
		struct stp_msg head;
		char body[STP_TEXT_MAX];
	} m;
	unsigned int n = 0;

	while (stp_messages_read((char *)&m, sizeof(m)) > 0)
		n += m.head.type == STP_OOB && !memcmp(m.body, "ERROR: probe overhead", 21);
	return n;
}

static void fail_elsewhere(void) { stp_session.state = STP_ERRONEOUS; }

static void overload_is_said_once(void)
{
	struct stp_msg_counts counts;
	struct stp_context *o = at(0, STP_TASK), *p = at(1, STP_TASK);

	errors_said();
	stp_session_counts(&counts);
	OK(!counts.failed, "R4: nothing has failed yet");
	o->spent = (1ull << 50) + 1;
	kernel_before = fail_elsewhere;
	stp_overload(o, o->deadline + 1);
	OK(errors_said() == 0, "R21: an overload is not said when another CPU has just ended the session");
	stp_session.state = STP_RUNNING;
	o->spent = p->spent = (1ull << 50) + 1;
	stp_overload(o, o->deadline + 1);
	stp_overload(p, p->deadline + 1);
	OK(errors_said() == 1, "R21: else who finds it says so, once");
	OK(!stp_session_fail(), "R21: a session fails once");
	stp_session_counts(&counts);
	OK(counts.failed == 1, "R4: the account says that the session failed");
	stp_session_stop();
	stp_session_counts(&counts);
	OK(counts.failed == 1, "R4: also when it has stopped");
}

int main(void)
{
	const struct stp_msg_start start = { 0 };

	kernel_init();
	if (stp_messages_init() || stp_traces_init(NULL, 1) || stp_session_start(&start) || stp_session.state != STP_RUNNING)
		return 1;
	below_is_reentrant();
	inside_below_is_reentrant();
	others_time_out();
	one_budget();
	lock_and_inside_share();
	other_variables_do_not_matter();
	nmi_waits();
	list_is_published_first();
	contexts_are_listed_once();
	records_are_read();
	what_is_left_is_announced();
	records_are_kept();
	records_of_a_cpu_that_goes();
	overload_is_said_once();
	stp_traces_exit();
	stp_messages_exit();
	stp_session_free();
	return tap_done();
}
