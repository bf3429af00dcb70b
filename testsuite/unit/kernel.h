/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * As much of the kernel as runtime/core and runtime/transport need, for tests in user space: unit.t lets every <linux/…> header of theirs
 * be this one. One thread plays all CPUs: kernel_cpu and kernel_preempt_count say where it is, kernel_udelay() is what happens elsewhere
 * while somebody waits, and queued irq_works are counted, to be run when the test says so.
 */
#ifndef STP_TEST_KERNEL_H
#define STP_TEST_KERNEL_H

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* ---- words ---- */

typedef long long s64;
typedef unsigned long long u64;
#define S64_MAX LLONG_MAX
#define BITS_PER_LONG 64
#define BITS_TO_LONGS(n) (((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ALIGN(n, to) (((n) + (to) - 1) & ~((size_t)(to) - 1))
#define min_t(type, a, b) ((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define max_t(type, a, b) ((type)(a) > (type)(b) ? (type)(a) : (type)(b))
#define clamp_t(type, n, least, most) min_t(type, max_t(type, n, least), most)
#define container_of(p, type, field) ((type *)((char *)(p) - offsetof(type, field)))
#define NSEC_PER_MSEC 1000000L

#define __kprobes
#define __user
#define __aligned(n) __attribute__((aligned(n)))
#define ____cacheline_aligned_in_smp
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#define scnprintf snprintf
#define vscnprintf vsnprintf

/* ---- memory as CPUs see it: the test is one thread ---- */

#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))
#define barrier() __asm__ volatile("" ::: "memory")
#define cpu_relax() barrier()
#define smp_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb() smp_mb()
#define smp_wmb() smp_mb()
#define smp_mb__before_atomic() smp_mb()
#define smp_mb__after_atomic() smp_mb()
#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
/* what comes between, once: another CPU before, an interrupt after the next atomic exchange */
extern void (*kernel_before)(void), (*kernel_after)(void);
static inline void kernel_step(void (**what)(void))
{
	void (*step)(void) = *what;

	*what = NULL;
	if (step)
		step();
}
#define cmpxchg(p, old, new)                                                      \
	({                                                                        \
		__typeof__(*(p)) kernel_was;                                      \
		kernel_step(&kernel_before);                                      \
		kernel_was = __sync_val_compare_and_swap(p, old, new);            \
		kernel_step(&kernel_after);                                       \
		kernel_was;                                                       \
	})
#define cmpxchg_acquire cmpxchg
#define xchg(p, v) __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)

typedef struct { int counter; } atomic_t;
#define ATOMIC_INIT(n) { n }
#define atomic_read(a) READ_ONCE((a)->counter)
#define atomic_inc(a) ((void)++(a)->counter)
#define atomic_inc_return(a) (++(a)->counter)
#define atomic_dec_return_release(a) (--(a)->counter)
#define atomic_set_release(a, n) ((a)->counter = (n))
#define atomic_cmpxchg_acquire(a, old, new) cmpxchg(&(a)->counter, old, new)

typedef struct { long long counter; } atomic64_t;
#define atomic64_read(a) READ_ONCE((a)->counter)
#define atomic64_inc(a) ((void)++(a)->counter)

static inline int test_bit(long n, const unsigned long *p) { return p[n / BITS_PER_LONG] >> n % BITS_PER_LONG & 1; }
static inline void set_bit(long n, unsigned long *p) { p[n / BITS_PER_LONG] |= 1ul << n % BITS_PER_LONG; }
static inline void clear_bit(long n, unsigned long *p) { p[n / BITS_PER_LONG] &= ~(1ul << n % BITS_PER_LONG); }
static inline int test_and_set_bit(long n, unsigned long *p)
{
	int was = test_bit(n, p);

	set_bit(n, p);
	return was;
}

static inline unsigned long __ffs(unsigned long word) { return (unsigned long)__builtin_ctzl(word); }

/* ---- CPUs ---- */

#define KERNEL_CPUS 2
#define PREEMPT_MASK 0xff
#define SOFTIRQ_OFFSET 0x100
#define HARDIRQ_MASK 0xf0000
#define NMI_MASK 0xf00000
extern int kernel_cpu;
extern unsigned int kernel_preempt_count;
extern ptrdiff_t kernel_percpu[KERNEL_CPUS];
extern char *kernel_copies;
extern void (*kernel_udelay)(void);
extern unsigned long kernel_udelays;
extern char kernel_stack[];
struct task_struct;
extern struct task_struct *current;
#define THREAD_SIZE 16384
#define task_stack_page(task) ((void)(task), (void *)kernel_stack)
#define current_stack_pointer ((unsigned long)kernel_stack + THREAD_SIZE - 512)

#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name
#define DEFINE_PER_CPU(type, name) __attribute__((section("percpu"))) __typeof__(type) name
#define per_cpu_ptr(p, cpu) ((__typeof__(p))((uintptr_t)(p) + (uintptr_t)kernel_percpu[cpu]))
#define per_cpu(name, cpu) (*per_cpu_ptr(&(name), cpu))
#define this_cpu_ptr(p) per_cpu_ptr(p, kernel_cpu)
#define this_cpu_read(name) per_cpu(name, kernel_cpu)
#define nr_cpu_ids KERNEL_CPUS
#define cpu_possible(cpu) ((cpu) < KERNEL_CPUS)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < KERNEL_CPUS; (cpu)++)
#define for_each_online_cpu for_each_possible_cpu
#define num_online_cpus() KERNEL_CPUS
extern unsigned int kernel_offline; /* a bit for each CPU that is going */
#define cpu_online(cpu) (cpu_possible(cpu) && !(kernel_offline >> (cpu) & 1))
#define CPUHP_BP_PREPARE_DYN 0
#define cpuhp_setup_state_nocalls(state, name, comes, goes) ((void)(comes), (void)(goes), 0)
#define cpuhp_remove_state_nocalls(state) ((void)(state))
#define work_on_cpu(cpu, fn, arg) ((void)(cpu), (void)(fn)(arg))
#define cpus_read_lock()
#define cpus_read_unlock()
#define raw_smp_processor_id() kernel_cpu
#define smp_processor_id() kernel_cpu
#define preempt_count() kernel_preempt_count
#define preempt_disable_notrace()
#define preempt_enable_notrace()
#define raw_local_irq_save(flags) ((flags) = 0)
#define raw_local_irq_restore(flags) ((void)(flags))
#define irqs_disabled() 0
#define udelay(n) ((void)(n), kernel_udelays++, kernel_udelay ? kernel_udelay() : (void)0)

/* ---- what handlers may call ---- */

struct irq_work {
	void (*func)(struct irq_work *work);
	int pending;
};
extern unsigned long kernel_irq_works;
extern struct irq_work *kernel_irq_work; /* the last that was queued */
static inline void init_irq_work(struct irq_work *w, void (*func)(struct irq_work *))
{
	w->func = func;
	w->pending = 0;
}
static inline bool irq_work_queue(struct irq_work *w)
{
	kernel_irq_works++;
	kernel_irq_work = w;
	return true;
}
#define irq_work_sync(w) ((void)(w))

struct llist_node { struct llist_node *next; };
struct llist_head { struct llist_node *first; };
#define LLIST_HEAD(name) struct llist_head name = { NULL }
#define llist_entry container_of
static inline bool llist_empty(const struct llist_head *h) { return !h->first; }
static inline bool llist_add(struct llist_node *n, struct llist_head *h)
{
	n->next = h->first;
	h->first = n;
	return !n->next;
}
static inline struct llist_node *llist_del_all(struct llist_head *h)
{
	struct llist_node *n = h->first;

	h->first = NULL;
	return n;
}
static inline struct llist_node *llist_reverse_order(struct llist_node *n)
{
	struct llist_node *done = NULL, *next;

	for (; n; n = next) {
		next = n->next;
		n->next = done;
		done = n;
	}
	return done;
}

#define ktime_get_mono_fast_ns() 0ull

/* relay: what is written comes to kernel_relay_write() */
struct rchan;
struct rchan_buf {
	struct rchan *chan;
	size_t offset, subbufs_produced, subbufs_consumed;
	size_t *padding;
	void *start;
	int kref;
};
struct rchan {
	size_t subbuf_size, n_subbufs;
	struct rchan_buf **buf; /* per CPU */
};
extern struct rchan kernel_rchan;
extern void (*kernel_relay_write)(const void *record, size_t n);
#define relay_write(chan, record, n) ((void)(chan), kernel_relay_write(record, n))

/* ---- process context ---- */

struct mutex { int held; };
#define DEFINE_MUTEX(name) struct mutex name
static inline void mutex_lock(struct mutex *m)
{
	if (m->held++)
		abort(); /* nobody else could give it back */
}
static inline int mutex_lock_interruptible(struct mutex *m) { return m->held ? -EINTR : !++m->held; }
#define mutex_init(m) ((void)((m)->held = 0))
static inline bool mutex_trylock(struct mutex *m) { return !m->held && ++m->held; }
static inline void mutex_unlock(struct mutex *m) { m->held--; }

typedef int spinlock_t;
#define spin_lock(l) ((void)(l))
#define spin_unlock(l) ((void)(l))

/* work is done when it is queued */
struct work_struct { void (*func)(struct work_struct *); };
#define DECLARE_WORK(name, fn) struct work_struct name = { fn }
#define cond_resched()
#define queue_work(queue, work) ((work)->func(work))
#define flush_work(work) ((void)(work))
/* what is put off is not done */
#ifndef HZ
#define HZ 250
#endif
struct delayed_work { struct work_struct work; };
#define DECLARE_DELAYED_WORK(name, fn) struct delayed_work name = { { fn } }
#define queue_delayed_work(queue, work, ticks) ((void)(work), (void)(ticks))
#define mod_delayed_work queue_delayed_work
#define cancel_delayed_work_sync(work) ((void)(work))

typedef struct { int unused; } wait_queue_head_t;
extern unsigned long kernel_wakes;
#define DECLARE_WAIT_QUEUE_HEAD(name) wait_queue_head_t name
#define wake_up_interruptible(q) ((void)(q), kernel_wakes++)
#define wait_event_interruptible(q, condition) ((condition) ? 0 : -EINTR)
extern void (*kernel_copies_to_user)(void); /* what happens meanwhile, once; NULL: nothing */
static inline unsigned long copy_to_user(void *to, const void *from, size_t n)
{
	void (*meanwhile)(void) = kernel_copies_to_user;

	kernel_copies_to_user = NULL;
	if (meanwhile)
		meanwhile();
	if (!to)
		return n;
	memcpy(to, from, n);
	return 0;
}

typedef unsigned short umode_t;

/* of memory: with which flags, and on which node, it was last asked for; kernel_full: there is none */
typedef unsigned int gfp_t;
typedef struct { long counter; } atomic_long_t;
#define atomic_long_read(a) READ_ONCE((a)->counter)
#define atomic_long_add(n, a) ((void)((a)->counter += (long)(n)))
#define atomic_long_sub(n, a) ((void)((a)->counter -= (long)(n)))
#define GFP_KERNEL 1u
#define __GFP_RETRY_MAYFAIL 2u
#define __GFP_NOWARN 4u
#define __GFP_ZERO 8u
extern gfp_t kernel_gfp;
extern int kernel_node;
extern bool kernel_full;
void *kernel_alloc(size_t n, gfp_t gfp, int node); /* aligned to a cache line, as all larger ones are */
#define kzalloc(n, gfp) kernel_alloc(n, (gfp) | __GFP_ZERO, -1)
#define __vmalloc(n, gfp) kernel_alloc(n, gfp, -1)
#define kvmalloc_node(n, gfp, node) kernel_alloc(n, gfp, node)
#define kvfree(p) free(p)
#define vfree(p) free(p)
#define cpu_to_node(cpu) (cpu)
#define numa_node_id() kernel_cpu
struct dentry;
struct inode;
struct file {
	void *private_data;
	spinlock_t f_lock;
	unsigned int f_flags;
};
#define O_NONBLOCK 04000
#define ERESTARTSYS 512
static inline struct inode *file_inode(struct file *f) { return (struct inode *)f; }
extern void *kernel_proc_data; /* of the first file that was made */
#define pde_data(inode) ((void)(inode), kernel_proc_data)
#define nonseekable_open(inode, file) ((void)(inode), (void)(file), 0)
#define noop_llseek NULL
#define THIS_MODULE 0
#define try_module_get(m) ((void)(m), true)
#define module_put(m) ((void)(m))
#define kref_get(k) ((void)(k))
#define current_uid() 0
#define current_gid() 0

struct proc_ops {
	int (*proc_open)(struct inode *, struct file *);
	ssize_t (*proc_read)(struct file *, char *, size_t, loff_t *);
	int (*proc_release)(struct inode *, struct file *);
	void *proc_lseek;
};
struct proc_dir_entry { int unused; };
extern struct proc_dir_entry kernel_proc_file;
extern const struct proc_ops *kernel_proc_ops;
static inline struct proc_dir_entry *kernel_proc_create(const struct proc_ops *ops, void *data)
{
	if (!kernel_proc_ops) {
		kernel_proc_ops = ops;
		kernel_proc_data = data;
	}
	return &kernel_proc_file;
}
#define proc_create_data(name, mode, dir, ops, data) ((void)(name), (void)(dir), kernel_proc_create(ops, data))
#define proc_set_user(file, uid, gid) ((void)(file))

struct rchan_callbacks {
	struct dentry *(*create_buf_file)(const char *, struct dentry *, umode_t, struct rchan_buf *, int *);
	int (*remove_buf_file)(struct dentry *);
};
struct relay_operations {
	int (*release)(struct inode *, struct file *);
};
extern const struct relay_operations relay_file_operations;
#define relay_subbufs_consumed(chan, cpu, n) ((void)(cpu), (*this_cpu_ptr((chan)->buf))->subbufs_consumed += (n))
#define relay_open(name, dir, size, n, callbacks, data) ((void)(n), (void)(callbacks), &kernel_rchan)
#define relay_close(chan) ((void)(chan))
#define totalram_pages() 1000000ul
extern long kernel_available; /* pages; a unit test may have less */
#define si_mem_available() kernel_available
#define PAGE_SHIFT 12
#define PAGE_SIZE 4096ul

enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };
struct hrtimer { enum hrtimer_restart (*function)(struct hrtimer *); };
#define CLOCK_MONOTONIC 1
enum hrtimer_mode { HRTIMER_MODE_REL };
#define hrtimer_init(t, clock, mode) ((void)(t))
#define hrtimer_start(t, ns, mode) ((void)(t), (void)(ns))
#define hrtimer_cancel(t) ((void)(t))
#define ns_to_ktime(n) (n)
struct timer_list { int unused; };
#define del_timer_sync(t) ((void)(t))

#include "testsuite/unit/kernel_probes.h"

#endif
