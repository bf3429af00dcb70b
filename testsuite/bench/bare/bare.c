// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bare mechanisms, each with a handler that does nothing: what our figures are compared with. `insmod bare.ko kind=ftrace|kprobe|
 * kretprobe|tracepoint`. The kernel API is that of 6.1 and 6.12.
 */
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/tracepoint.h>
#include <trace/events/syscalls.h>

#define TARGET "__x64_sys_getppid"

static char *kind = "ftrace";
module_param(kind, charp, 0);

static void notrace on_entry(unsigned long ip, unsigned long parent, struct ftrace_ops *op, struct ftrace_regs *regs)
{
}

static struct ftrace_ops ops = { .func = on_entry, .flags = FTRACE_OPS_FL_SAVE_REGS };

static int on_kprobe(struct kprobe *p, struct pt_regs *regs)
{
	return 0;
}

static struct kprobe kp = { .symbol_name = TARGET, .pre_handler = on_kprobe };

static int on_kret(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return 0;
}

static struct kretprobe krp = { .kp.symbol_name = TARGET, .entry_handler = on_kret, .handler = on_kret, .data_size = 8, .maxactive = 15 };

static void on_sys_enter(void *data, struct pt_regs *regs, long id)
{
}

static struct tracepoint *sys_enter;

static void find(struct tracepoint *tp, void *priv)
{
	if (strcmp(tp->name, "sys_enter") == 0)
		sys_enter = tp;
}

/* by address: the function has two names, and ftrace knows it by the other one */
static int attach_ftrace(void)
{
	struct kprobe k = { .symbol_name = TARGET };
	int err = register_kprobe(&k);

	if (err)
		return err;
	unregister_kprobe(&k);
	return ftrace_set_filter_ip(&ops, (unsigned long)k.addr, 0, 0);
}

static int __init bare_init(void)
{
	int err;

	if (strcmp(kind, "ftrace") == 0) {
		err = attach_ftrace();
		return err ? err : register_ftrace_function(&ops);
	}
	if (strcmp(kind, "kprobe") == 0)
		return register_kprobe(&kp);
	if (strcmp(kind, "kretprobe") == 0)
		return register_kretprobe(&krp);
	for_each_kernel_tracepoint(find, NULL);
	return sys_enter ? tracepoint_probe_register(sys_enter, on_sys_enter, NULL) : -ENOENT;
}

static void __exit bare_exit(void)
{
	if (strcmp(kind, "ftrace") == 0) {
		unregister_ftrace_function(&ops);
	} else if (strcmp(kind, "kprobe") == 0) {
		unregister_kprobe(&kp);
	} else if (strcmp(kind, "kretprobe") == 0) {
		unregister_kretprobe(&krp);
	} else {
		tracepoint_probe_unregister(sys_enter, on_sys_enter, NULL);
		tracepoint_synchronize_unregister();
	}
}

module_init(bare_init);
module_exit(bare_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("empty probes, for comparison");
