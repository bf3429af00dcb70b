/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * More of kernel.h, for tests of runtime/probe: an ftrace that knows some functions and takes a list whole or not at all, kprobes, and modules
 * that come and go. Addresses are numbers: of function 1 + i of what lies at BASE, BASE + 16 * i.
 */
#ifndef STP_TEST_KERNEL_PROBES_H
#define STP_TEST_KERNEL_PROBES_H

#define noinline __attribute__((noinline))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define num_possible_cpus() KERNEL_CPUS
#define kfree(p) free((void *)(p))
#define kvmalloc_array(n, size, gfp) calloc(n, size)
#define kstrdup(text, gfp) strdup(text)
char *kasprintf(gfp_t gfp, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

struct pt_regs { unsigned long di, si, dx, cx, r8, r9, sp, ax; };
long copy_from_kernel_nofault(void *to, const void *from, size_t n);

/* ---- ftrace ---- */

struct ftrace_ops {
	void (*func)(unsigned long ip, unsigned long parent, struct ftrace_ops *ops, struct pt_regs *regs);
	unsigned long flags;
};
#define FTRACE_OPS_FL_SAVE_REGS 1
#define FTRACE_OPS_FL_PERMANENT 2
extern bool (*kernel_ftrace_knows)(unsigned long ip);
extern struct ftrace_ops *kernel_ftrace; /* that is registered, or NULL */
extern unsigned int kernel_ftrace_twice; /* addresses that were added though the filter had them */
int ftrace_set_filter_ips(struct ftrace_ops *ops, unsigned long *ips, unsigned int n, int remove, int reset);
int ftrace_set_filter(struct ftrace_ops *ops, unsigned char *text, int n, int reset);
int register_ftrace_function(struct ftrace_ops *ops);
int unregister_ftrace_function(struct ftrace_ops *ops);
unsigned int kernel_filter_has(const struct ftrace_ops *ops, unsigned long ip); /* how often; ip 0: any address */

/* ---- kprobes ---- */

typedef unsigned char kprobe_opcode_t;
struct kprobe;
typedef int (*kprobe_pre_handler_t)(struct kprobe *kp, struct pt_regs *regs);
struct kprobe {
	kprobe_opcode_t *addr;
	const char *symbol_name;
	kprobe_pre_handler_t pre_handler;
	unsigned int flags;
	unsigned long nmissed;
};
#define roundup_pow_of_two(n) (n)

struct kretprobe_instance {
	struct kretprobe *rp;
	char data[8];
};
struct kretprobe {
	struct kprobe kp;
	int (*handler)(struct kretprobe_instance *ri, struct pt_regs *regs);
	int (*entry_handler)(struct kretprobe_instance *ri, struct pt_regs *regs);
	int maxactive;
	size_t data_size;
	unsigned long nmissed;
};
#define KPROBE_FLAG_DISABLED 1
int register_kprobe(struct kprobe *kp);
int register_kretprobe(struct kretprobe *rp);
void unregister_kprobes(struct kprobe **v, int n);
void unregister_kretprobes(struct kretprobe **v, int n);
#define unregister_kprobe(kp) do { struct kprobe *kernel_kp = (kp); unregister_kprobes(&kernel_kp, 1); } while (0)
#define unregister_kretprobe(rp) do { struct kretprobe *kernel_rp = (rp); unregister_kretprobes(&kernel_rp, 1); } while (0)
#define enable_kprobe(kp) ((kp)->flags &= ~KPROBE_FLAG_DISABLED, 0)
#define disable_kprobe(kp) ((kp)->flags |= KPROBE_FLAG_DISABLED, 0)
unsigned int kernel_kprobes(unsigned long addr); /* how many are registered there; 0: anywhere */
extern unsigned int kernel_kprobe_waits;	 /* batches that were unregistered */

/* ---- modules ---- */

#define KSYM_SYMBOL_LEN 128
#define KERNEL_MODULE 4096 /* bytes of one; its initial part lies behind */
struct module {
	char name[56];
	const char *const *functions; /* their names, NULL at the end */
	unsigned long base;
	bool there;
};
struct notifier_block { int (*notifier_call)(struct notifier_block *nb, unsigned long what, void *data); };
enum { MODULE_STATE_LIVE, MODULE_STATE_COMING, MODULE_STATE_GOING };
#define NOTIFY_DONE 0
#define within_module(a, m) ((a) - (m)->base < 2 * KERNEL_MODULE)
#define within_module_init(a, m) ((a) - (m)->base - KERNEL_MODULE < KERNEL_MODULE)
extern struct module kernel_module; /* the one that there is */
extern void (*kernel_watched)(void); /* what happens as soon as somebody watches modules */
int register_module_notifier(struct notifier_block *nb);
int unregister_module_notifier(struct notifier_block *nb);
void kernel_module_comes(unsigned long base);
void kernel_module_goes(void);
int sprint_symbol(char *text, unsigned long addr);

#endif
