// SPDX-License-Identifier: GPL-2.0-or-later
/* What kernel.h declares, and of the runtime what such tests need: memory, and contexts of two CPUs. */
#include "testsuite/unit/kernel_test.h"

int kernel_cpu;
long kernel_available = 1000000;
unsigned int kernel_preempt_count, kernel_offline;
ptrdiff_t kernel_percpu[KERNEL_CPUS];
void (*kernel_udelay)(void), (*kernel_before)(void), (*kernel_after)(void), (*kernel_copies_to_user)(void);
unsigned long kernel_udelays, kernel_irq_works, kernel_wakes;
struct irq_work *kernel_irq_work;
char kernel_stack[THREAD_SIZE];
struct task_struct *current;
struct proc_dir_entry kernel_proc_file;
const struct proc_ops *kernel_proc_ops;
void *kernel_proc_data;
void (*kernel_relay_write)(const void *record, size_t n);
const struct relay_operations relay_file_operations;
static size_t paddings[16];
static char contents[16 * 65536];
static struct rchan_buf buffers = { .chan = &kernel_rchan, .padding = paddings, .start = contents };
static DEFINE_PER_CPU(struct rchan_buf *, buffer) = &buffers; /* the same one for all: only its room is looked at */
struct rchan kernel_rchan = { .subbuf_size = 65536, .n_subbufs = 16, .buf = &buffer };

/* ---- per CPU: the variables of the section are CPU 0's, the others' are copies ---- */

extern char __start_percpu[], __stop_percpu[];
char *kernel_copies;
void kernel_init(void)
{
	size_t n = (size_t)(__stop_percpu - __start_percpu);
	int cpu;

	kernel_copies = calloc(KERNEL_CPUS, n);
	for (cpu = 1; cpu < KERNEL_CPUS; cpu++) {
		memcpy(kernel_copies + (size_t)cpu * n, __start_percpu, n);
		kernel_percpu[cpu] = kernel_copies + (size_t)cpu * n - __start_percpu;
	}
}

/* ---- memory ---- */

gfp_t kernel_gfp;
int kernel_node;
bool kernel_full;
void *kernel_alloc(size_t n, gfp_t gfp, int node)
{
	void *p = kernel_full ? NULL : aligned_alloc(64, (n + 63) / 64 * 64);

	kernel_gfp = gfp;
	kernel_node = node;
	return p ? memset(p, 0, n) : NULL;
}

/* ---- of the runtime ---- */

__attribute__((weak)) void *stp_alloc(size_t bytes) { return calloc(1, bytes); }
__attribute__((weak)) void *stp_alloc_near(size_t bytes, int cpu)
{
	(void)cpu;
	return calloc(1, bytes);
}
__attribute__((weak)) void stp_free(void *p) { free(p); }
bool stp_stack_holds(struct stp_context *o, unsigned long need)
{
	(void)o;
	return need < THREAD_SIZE / 2;
}
bool stp_stack_is_low(struct stp_context *o) { return !stp_stack_holds(o, 1); }

__attribute__((weak)) DEFINE_PER_CPU(struct stp_context *, stp_contexts[STP_LEVELS]);
__attribute__((weak)) struct stp_context *stp_nobody;

struct stp_context *kernel_context(int cpu, int level)
{
	struct stp_context **o = &per_cpu(stp_contexts[level], cpu);

	if (*o)
		return *o;
	*o = calloc(1, sizeof(**o));
	(*o)->cpu = (stp_u32)cpu;
	(*o)->level = (stp_u32)level;
	(*o)->counts = calloc(stp_script.nprobes + 1, sizeof(struct stp_counts));
	(*o)->lock_skips = calloc(3 * (stp_script.nglobals + 1), sizeof(stp_u64));
	(*o)->lock_waits = (*o)->lock_skips + stp_script.nglobals;
	(*o)->lock_below = (*o)->lock_waits + stp_script.nglobals;
	(*o)->errbuf = calloc(1, (size_t)stp_script.tun.maxstringlen);
	(*o)->record = calloc(1, sizeof(struct stp_record) + STP_RECORD_MAX);
	(*o)->c.out.p = (char *)((*o)->record + 1);
	(*o)->c.out.cap = STP_RECORD_MAX;
	return *o;
}
