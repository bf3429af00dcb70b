/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records: relayfs buffers, one per CPU, read through /proc/systemtap/MODULE/traceN. Public interface of relay only, and no debugfs: the
 * channel has no file names, and the proc files copy out of its buffers. There is a file for each possible CPU; relay makes the
 * buffer of one that comes later before it runs.
 *
 * A record is complete in memory when it comes here and is written by one relay_write() in a section with interrupts off, after the
 * space check and with a sequence number taken in between: no holes, no torn records. A record that finds such a section open on its CPU
 * (level NMI, or a probe on what writes) goes to a small store, which the next writer there or an irq_work empties. Sub-buffers are
 * ≥ 64 KiB, so that any record fits.
 *
 * Waking the reader: the first record after a read sets the trace's mark and raises an irq_work; that announces the mark by POLLPRI on
 * .ctl, at once after silence, else when TRACE_PAUSE has gone by since the last announcement. A busy script costs 100 wakes a second,
 * a quiet one is read at once. mark: 0 → WRITTEN by the writer, → ANNOUNCED by the irq_work or timer, → 0 by read() before it looks. A read()
 * that leaves something announces it: there are other readers, and one that it has held up may have taken the mark and nothing else.
 *
 * Any context: stp_out_flush(). trace_work: hardirq. All else: process context.
 */
#include "transport/transport.h"
#include "compat/compat.h"
#include "core/memory.h"
#include "core/soon.h"

#include <linux/cpu.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/relay.h>
#include <linux/ktime.h>
#include <linux/uaccess.h>

#define TRACE_SUBBUF 65536
#define TRACE_STORE 32768
#define TRACE_PAUSE (10 * NSEC_PER_MSEC)

enum { TRACE_WRITTEN = 1, TRACE_ANNOUNCED = 2 };

struct trace {
	stp_u32 mark;
	stp_u32 writing; /* this CPU is in a relay_write() section; who comes upon it looks */
	stp_u32 stored;	 /* bytes in store; added while `writing`, emptied by who sets it next on this CPU */
	stp_u64 written; /* where the last record ends: sub-buffer << 32 | bytes in it */
	struct mutex reading;
	stp_u32 at, done; /* the reader's place: sub-buffer, bytes of it; `reading` */
	char *store;	 /* NULL: there was no memory when the CPU came */
	int cpu;
	struct irq_work work;
	stp_u64 dropped, dropped_bytes; /* out of the store; trace_work only */
};
static DEFINE_PER_CPU(struct trace, traces);

static struct rchan *trace_channel;
static atomic_t trace_seq;
static struct hrtimer trace_timer;
static stp_u64 trace_last; /* when an announcement was made; a torn or stale value only shifts the next one */

/* ---- writing: interrupts off ---- */

/* Would relay_write() find room? It may have to switch, which completes the current sub-buffer; a failed switch left offset behind the end. */
static STP_PROBE_CODE bool trace_has_room(const struct rchan_buf *buf, size_t n)
{
	size_t size = buf->chan->subbuf_size, produced = buf->subbufs_produced;

	if (buf->offset + n <= size)
		return true;
	if (buf->offset != size + 1)
		produced++;
	return produced - READ_ONCE(buf->subbufs_consumed) < buf->chan->n_subbufs;
}

static __always_inline bool trace_write(struct trace *t, struct rchan_buf *buf, struct stp_record *r, size_t n)
{
	if (!trace_has_room(buf, n))
		return false;
	r->seq = atomic_inc_return(&trace_seq) - 1;
	relay_write(trace_channel, r, n);
	smp_store_release(&t->written, (stp_u64)buf->subbufs_produced << 32 | (stp_u32)buf->offset);
	return true;
}

/* While the code below us writes. Others may come upon us here: they reserve behind us, and are done before we go on. */
static STP_PROBE_CODE bool trace_keep(struct trace *t, const struct stp_record *r, size_t n)
{
	stp_u32 room = ALIGN(n, sizeof(stp_u64)), at;

	if (!t->store)
		return false;
	do {
		at = READ_ONCE(t->stored);
		if (at + room > TRACE_STORE)
			return false;
	} while (cmpxchg(&t->stored, at, at + room) != at);
	memcpy(t->store + at, r, n);
	if (!at)
		stp_soon(&t->work);
	return true;
}

/* in a section of the caller's */
static STP_PROBE_CODE void trace_drain(struct trace *t, struct rchan_buf *buf)
{
	stp_u32 end, at = 0;

	do {
		end = READ_ONCE(t->stored);
		while (at < end) {
			struct stp_record *r = (struct stp_record *)(t->store + at);
			size_t n = sizeof(*r) + r->len;

			if (!trace_write(t, buf, r, n)) {
				t->dropped++;
				t->dropped_bytes += r->len;
			}
			at += ALIGN(n, sizeof(stp_u64));
		}
	} while (cmpxchg(&t->stored, end, 0) != end);
}

static __always_inline bool trace_put(struct trace *t, struct rchan_buf *buf, struct stp_record *r, size_t n)
{
	bool done;

	if (t->writing)
		return trace_keep(t, r, n);
	WRITE_ONCE(t->writing, 1);
	barrier();
	if (STP_UNLIKELY(t->stored))
		trace_drain(t, buf); /* irq_work cannot come before the interrupted code has interrupts on: that may take long */
	done = trace_write(t, buf, r, n);
	barrier();
	WRITE_ONCE(t->writing, 0);
	return done;
}

static STP_PROBE_CODE void trace_mark(struct trace *t)
{
	smp_mb(); /* a reader that cleared the mark before this look sees the record: he looks after it, and we look after the record */
	if (READ_ONCE(t->mark))
		return;
	WRITE_ONCE(t->mark, TRACE_WRITTEN);
	stp_soon(&t->work);
}

STP_PROBE_CODE void stp_out_flush(struct stp_ctx *c)
{
	struct stp_context *o = stp_own(c);
	size_t n = sizeof(*o->record) + c->out.len;
	unsigned long flags = stp_irq_save();
	struct trace *t = this_cpu_ptr(&traces);
	struct rchan_buf *buf = *this_cpu_ptr(trace_channel->buf);
	bool done = false;

	memcpy(o->record->magic, STP_RECORD_MAGIC, sizeof(o->record->magic));
	o->record->len = c->out.len;
	if (buf) { /* else a CPU that came when there was no memory for it */
		done = trace_put(t, buf, o->record, n);
		trace_mark(t);
	}
	stp_irq_restore(flags);
	o->emitted++;
	o->emitted_bytes += c->out.len;
	if (!done) {
		o->dropped++;
		o->dropped_bytes += c->out.len;
	}
	c->out.len = 0;
}

/* ---- after the handler: hardirq ---- */

/* what was stored and no later record has taken along; nobody writes below us, since interrupts were on */
static STP_PROBE_CODE void trace_empty(struct trace *t)
{
	WRITE_ONCE(t->writing, 1);
	barrier();
	trace_drain(t, *this_cpu_ptr(trace_channel->buf));
	barrier();
	WRITE_ONCE(t->writing, 0);
}

static void trace_announce(void)
{
	int cpu;

	WRITE_ONCE(trace_last, ktime_get_mono_fast_ns());
	for_each_possible_cpu(cpu)
		cmpxchg(&per_cpu(traces, cpu).mark, TRACE_WRITTEN, TRACE_ANNOUNCED);
	wake_up_interruptible(&stp_ctl_wait);
}

static enum hrtimer_restart trace_tick(struct hrtimer *timer)
{
	trace_announce();
	return HRTIMER_NORESTART;
}

static void trace_work(struct irq_work *work)
{
	struct trace *t = container_of(work, struct trace, work);
	unsigned long flags = stp_irq_save();
	stp_u64 since;

	if (t->stored) {
		trace_empty(t);
		cmpxchg(&t->mark, 0, TRACE_WRITTEN); /* a reader may have taken the mark before there was anything to be read */
	}
	stp_irq_restore(flags);
	if (READ_ONCE(t->mark) != TRACE_WRITTEN)
		return;
	since = ktime_get_mono_fast_ns() - READ_ONCE(trace_last);
	if (since >= TRACE_PAUSE)
		trace_announce();
	else
		hrtimer_start(&trace_timer, ns_to_ktime(TRACE_PAUSE - since), HRTIMER_MODE_REL);
}

/* the store of a CPU that is not there, into the buffer of this one */
static void trace_adopt(struct trace *of)
{
	unsigned long flags = stp_irq_save();
	struct trace *t = this_cpu_ptr(&traces);
	struct rchan_buf *buf = *this_cpu_ptr(trace_channel->buf);
	stp_u32 at, n;

	for (at = 0; at < of->stored; at += ALIGN(n, sizeof(stp_u64))) {
		struct stp_record *r = (struct stp_record *)(of->store + at);

		n = sizeof(*r) + r->len;
		if (!buf || !trace_put(t, buf, r, n)) {
			of->dropped++;
			of->dropped_bytes += r->len;
		}
	}
	of->stored = 0;
	trace_mark(t);
	stp_irq_restore(flags);
}

/* one that is there empties its store itself, by its next record or irq_work */
void stp_traces_settle(void)
{
	bool some = false;
	int cpu;

	cpus_read_lock();
	for_each_possible_cpu(cpu) {
		struct trace *t = &per_cpu(traces, cpu);

		if (t->stored && !cpu_online(cpu))
			trace_adopt(t);
		some |= READ_ONCE(t->mark) == TRACE_WRITTEN;
	}
	cpus_read_unlock();
	if (some)
		trace_announce();
}

int stp_traces_announced(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		if (READ_ONCE(per_cpu(traces, cpu).mark) == TRACE_ANNOUNCED)
			return 1;
	return 0;
}

/* ---- the files ---- */

/* The buffer may have come after the file was opened. */
static void trace_hold(struct file *file)
{
	const struct trace *t = stp_proc_data(file_inode(file));
	struct rchan_buf *buf = READ_ONCE(*per_cpu_ptr(trace_channel->buf, t->cpu));

	spin_lock(&file->f_lock);
	if (buf && !file->private_data) {
		kref_get(&buf->kref);
		file->private_data = buf;
	}
	spin_unlock(&file->f_lock);
}

static int trace_open(struct inode *inode, struct file *file)
{
	if (!stp_proc_admits(inode))
		return -EPERM;
	if (!try_module_get(THIS_MODULE)) /* a sleeping reader must not find its buffer gone */
		return -ENODEV;
	trace_hold(file);
	return nonseekable_open(inode, file);
}

/*
 * What has been written when we look. Not by relay's own read: that looks at the writer's place in several steps, and where the next sub-buffer is
 * begun between two of them it hands out what lies behind the last record, or a sub-buffer once more. With `reading` held.
 */
static ssize_t trace_copy(struct trace *t, struct rchan_buf *buf, char __user *to, size_t n)
{
	const size_t size = buf->chan->subbuf_size, subbufs = buf->chan->n_subbufs;
	stp_u64 written = smp_load_acquire(&t->written);
	stp_u32 last = written >> 32;
	size_t got = 0, end, part;

	while (got < n) {
		end = t->at == last ? (stp_u32)written : size - READ_ONCE(buf->padding[t->at % subbufs]);
		part = min_t(size_t, n - got, end - t->done);
		if (!part && t->at == last)
			break;
		if (!part) {
			relay_subbufs_consumed(trace_channel, t->cpu, 1);
			t->at++;
			t->done = 0;
			continue;
		}
		if (copy_to_user(to + got, buf->start + t->at % subbufs * size + t->done, part))
			return got ? got : -EFAULT;
		t->done += part;
		got += part;
	}
	return got;
}

/* after a read() that came as far as `place`: is there more, and nobody is told of it? */
static void trace_leave(struct trace *t, stp_u64 place)
{
	smp_mb(); /* who did not get `reading` took the mark before: that is seen here, or he got it */
	if (smp_load_acquire(&t->written) != place && !cmpxchg(&t->mark, 0, TRACE_WRITTEN))
		trace_announce();
}

static ssize_t trace_read(struct file *file, char __user *to, size_t n, loff_t *pos)
{
	struct trace *t = stp_proc_data(file_inode(file));
	stp_u64 place;
	ssize_t ret;

	WRITE_ONCE(t->mark, 0);
	smp_mb(); /* a record that we do not see below sets the mark again: it was written before the mark was looked at. trace_leave() */
	if (!file->private_data)
		trace_hold(file);
	if (!file->private_data)
		return 0;
	/* where the other reader's page does not come, neither a signal nor EXIT is to be held up */
	if (file->f_flags & O_NONBLOCK ? !mutex_trylock(&t->reading) : mutex_lock_interruptible(&t->reading))
		return file->f_flags & O_NONBLOCK ? -EAGAIN : -ERESTARTSYS;
	ret = trace_copy(t, file->private_data, to, n);
	place = (stp_u64)t->at << 32 | t->done;
	mutex_unlock(&t->reading);
	trace_leave(t, place);
	return ret;
}

static int trace_release(struct inode *inode, struct file *file)
{
	int ret = file->private_data ? relay_file_operations.release(inode, file) : 0;

	module_put(THIS_MODULE);
	return ret;
}

static const struct proc_ops trace_ops = {
	.proc_open = trace_open,
	.proc_read = trace_read,
	.proc_release = trace_release,
	.proc_lseek = stp_proc_no_llseek,
};

/* Relay asks for a file even where there is no name, and takes anything that is not NULL; it is never looked at. */
static struct dentry *trace_no_file(const char *name, struct dentry *parent, umode_t mode, struct rchan_buf *buf, int *is_global)
{
	return (struct dentry *)&trace_channel;
}

static int trace_no_file_removed(struct dentry *dentry)
{
	return 0;
}

static STP_RELAY_CONST struct rchan_callbacks trace_callbacks = {
	.create_buf_file = trace_no_file,
	.remove_buf_file = trace_no_file_removed,
};

static stp_u32 trace_subbufs(stp_u32 mb)
{
	stp_u64 most = ((stp_u64)totalram_pages() << PAGE_SHIFT) / 4 / num_online_cpus();
	stp_u64 bytes = (stp_u64)clamp_t(stp_u32, mb, 1, 4095) << 20;

	if (bytes > most)
		bytes = max_t(stp_u64, most, 1 << 20);
	return bytes / TRACE_SUBBUF;
}

bool stp_trace_comes(int cpu)
{
	struct trace *t = &per_cpu(traces, cpu);

	if (!t->store)
		t->store = stp_alloc_near(TRACE_STORE, cpu);
	return t->store;
}

static int trace_make(struct proc_dir_entry *dir, int cpu)
{
	struct trace *t = &per_cpu(traces, cpu);
	struct proc_dir_entry *file;
	char name[32];

	if (*per_cpu_ptr(trace_channel->buf, cpu) && !stp_trace_comes(cpu))
		return -ENOMEM;
	snprintf(name, sizeof(name), STP_TRACE_NAME "%d", cpu);
	file = proc_create_data(name, 0400, dir, &trace_ops, t);
	if (!file)
		return -ENOMEM;
	proc_set_user(file, current_uid(), current_gid());
	return 0;
}

int stp_traces_init(struct proc_dir_entry *dir, stp_u32 buffer_mb)
{
	stp_u32 n = trace_subbufs(buffer_mb);
	int cpu, ret = 0;

	stp_hrtimer_setup(&trace_timer, trace_tick, HRTIMER_MODE_REL);
	if (!stp_memory_is_there((size_t)n * TRACE_SUBBUF * num_online_cpus()))
		return -ENOMEM;
	trace_channel = relay_open(NULL, NULL, TRACE_SUBBUF, n, &trace_callbacks, NULL);
	if (!trace_channel)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		per_cpu(traces, cpu).cpu = cpu;
		init_irq_work(&per_cpu(traces, cpu).work, trace_work);
		mutex_init(&per_cpu(traces, cpu).reading);
	}
	for_each_possible_cpu(cpu)
		if (!ret)
			ret = trace_make(dir, cpu);
	return ret;
}

void stp_traces_exit(void)
{
	int cpu;

	hrtimer_cancel(&trace_timer);
	if (!trace_channel)
		return;
	for_each_possible_cpu(cpu)
		irq_work_sync(&per_cpu(traces, cpu).work);
	hrtimer_cancel(&trace_timer); /* which such work may have started */
	relay_close(trace_channel);
	for_each_possible_cpu(cpu)
		stp_free(per_cpu(traces, cpu).store);
}

/* ---- the account ---- */

stp_u32 stp_traces_mb(void)
{
	return (stp_u64)trace_channel->n_subbufs * trace_channel->subbuf_size >> 20;
}

void stp_traces_count(struct stp_msg_counts *ret)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		ret->dropped += READ_ONCE(per_cpu(traces, cpu).dropped);
		ret->dropped_bytes += READ_ONCE(per_cpu(traces, cpu).dropped_bytes);
	}
}
