// SPDX-License-Identifier: GPL-2.0-or-later
/* What kernel_probes.h declares. */
#include "testsuite/unit/kernel.h"

char *kasprintf(gfp_t gfp, const char *fmt, ...)
{
	char *text;
	va_list args;

	(void)gfp;
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	return text;
}

/* ---- ftrace ---- */

#define FILTER_ROOM 10000
static struct filter {
	const struct ftrace_ops *ops;
	unsigned long ips[FILTER_ROOM];
	unsigned int n;
} filters[2];
bool (*kernel_ftrace_knows)(unsigned long ip);
struct ftrace_ops *kernel_ftrace;
unsigned int kernel_ftrace_twice;

static struct filter *filter_of(const struct ftrace_ops *ops)
{
	struct filter *f = filters;

	if (f->ops && f->ops != ops)
		f++;
	f->ops = ops;
	return f;
}

static unsigned int filter_find(const struct filter *f, unsigned long ip)
{
	unsigned int i;

	for (i = 0; i < f->n && f->ips[i] != ip; i++)
		;
	return i;
}

/* every function begins with the nop in ftrace's place */
long copy_from_kernel_nofault(void *to, const void *from, size_t n)
{
	static const unsigned char nop[8] = { 0x0f, 0x1f, 0x44 };

	(void)from;
	memcpy(to, nop, n);
	return 0;
}

int ftrace_set_filter_ips(struct ftrace_ops *ops, unsigned long *ips, unsigned int n, int remove, int reset)
{
	struct filter *f = filter_of(ops);
	unsigned int i, at;

	if (reset)
		f->n = 0;
	for (i = 0; i < n; i++)
		if (!kernel_ftrace_knows(ips[i]))
			return -EINVAL;
	for (i = 0; i < n; i++) {
		at = filter_find(f, ips[i]);
		if (remove && at == f->n)
			return -EINVAL;
		if (remove) {
			f->ips[at] = f->ips[--f->n];
			continue;
		}
		kernel_ftrace_twice += at < f->n;
		if (f->n == FILTER_ROOM)
			return -ENOMEM;
		f->ips[f->n++] = ips[i];
	}
	return 0;
}

int ftrace_set_filter(struct ftrace_ops *ops, unsigned char *text, int n, int reset)
{
	(void)text;
	(void)n;
	if (reset)
		filter_of(ops)->n = 0;
	return 0;
}

int register_ftrace_function(struct ftrace_ops *ops)
{
	if (kernel_ftrace || !filter_of(ops)->n)
		abort(); /* an empty filter is every function */
	kernel_ftrace = ops;
	return 0;
}

int unregister_ftrace_function(struct ftrace_ops *ops)
{
	if (kernel_ftrace != ops)
		abort();
	kernel_ftrace = NULL;
	return 0;
}

unsigned int kernel_filter_has(const struct ftrace_ops *ops, unsigned long ip)
{
	const struct filter *f = filter_of(ops);
	unsigned int i, n = 0;

	for (i = 0; i < f->n; i++)
		n += !ip || f->ips[i] == ip;
	return n;
}

/* ---- modules ---- */

struct module kernel_module;
void (*kernel_watched)(void);
static struct notifier_block *watcher;

int register_module_notifier(struct notifier_block *nb)
{
	watcher = nb;
	kernel_step(&kernel_watched);
	return 0;
}

int unregister_module_notifier(struct notifier_block *nb)
{
	(void)nb;
	watcher = NULL;
	return 0;
}

void kernel_module_comes(unsigned long base)
{
	kernel_module.base = base;
	kernel_module.there = true;
	if (watcher)
		watcher->notifier_call(watcher, MODULE_STATE_COMING, &kernel_module);
}

void kernel_module_goes(void)
{
	if (watcher)
		watcher->notifier_call(watcher, MODULE_STATE_GOING, &kernel_module);
	kernel_module.there = false;
}

int sprint_symbol(char *text, unsigned long addr)
{
	const struct module *m = &kernel_module;

	if (m->there && within_module(addr, m))
		return sprintf(text, "%s+0x0/0x10 [%s]", m->functions[(addr - m->base) / 16], m->name);
	return sprintf(text, "0x%lx", addr);
}

static unsigned long module_find(const char *symbol)
{
	const struct module *m = &kernel_module;
	size_t i, n = strlen(m->name);

	if (!m->there || strncmp(symbol, m->name, n) || symbol[n] != ':')
		return 0;
	for (i = 0; m->functions[i]; i++)
		if (!strcmp(m->functions[i], symbol + n + 1))
			return m->base + 16 * i;
	return 0;
}

/* ---- kprobes ---- */

#define KPROBE_ROOM 100
static struct kprobe *kprobes[KPROBE_ROOM];
unsigned int kernel_kprobe_waits;

int register_kprobe(struct kprobe *kp)
{
	int i;

	if (kp->symbol_name)
		kp->addr = (kprobe_opcode_t *)module_find(kp->symbol_name);
	if (!kp->addr)
		return -ENOENT;
	for (i = 0; i < KPROBE_ROOM && kprobes[i]; i++)
		if (kprobes[i] == kp)
			abort();
	if (i == KPROBE_ROOM)
		return -ENOMEM;
	kprobes[i] = kp;
	return 0;
}

int register_kretprobe(struct kretprobe *rp)
{
	return register_kprobe(&rp->kp);
}

static void kprobe_remove(struct kprobe *kp)
{
	int i, last;

	for (i = 0; kprobes[i] != kp; i++)
		if (i == KPROBE_ROOM - 1)
			abort();
	for (last = i; last < KPROBE_ROOM - 1 && kprobes[last + 1]; last++)
		;
	kprobes[i] = kprobes[last];
	kprobes[last] = NULL;
}

void unregister_kprobes(struct kprobe **v, int n)
{
	kernel_kprobe_waits++;
	while (n--)
		kprobe_remove(v[n]);
}

void unregister_kretprobes(struct kretprobe **v, int n)
{
	kernel_kprobe_waits++;
	while (n--)
		kprobe_remove(&v[n]->kp);
}

unsigned int kernel_kprobes(unsigned long addr)
{
	unsigned int i, n = 0;

	for (i = 0; i < KPROBE_ROOM && kprobes[i]; i++)
		n += !addr || (unsigned long)kprobes[i]->addr == addr;
	return n;
}
