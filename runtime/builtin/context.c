// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who runs: context.stp. Contexts: any; in an interrupt it is the task that was interrupted. Numbers are those of the initial namespaces.
 * Preemption is off in a handler, so what hangs at the task stays while we look. Of a task that has been reaped and runs its last steps
 * nothing of that is left: its parent may have gone, and it has no signal_struct.
 */
#include "builtin/builtin.h"

#include "value/copy.h"

#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uidgid.h>

/* sixteen bytes with a NUL among them, which a slot always has room for: copied whole, two words at a time */
STP_PROBE_CODE void stp_fn_execname(struct stp_ctx *c, struct stp_slot *ret)
{
	const char *comm = current->comm;

	BUILD_BUG_ON(TASK_COMM_LEN != 16);
	STP_MOVE(stp_u64, ret->b, comm);
	STP_MOVE(stp_u64, ret->b + 8, comm + 8);
	ret->b[15] = 0; /* it may be changing just now */
	ret->len = stp_length16(ret->b);
}

STP_PROBE_CODE stp_i64 stp_fn_pid(struct stp_ctx *c) { return current->tgid; }
STP_PROBE_CODE stp_i64 stp_fn_tid(struct stp_ctx *c) { return current->pid; }

STP_PROBE_CODE stp_i64 stp_fn_ppid(struct stp_ctx *c)
{
	const struct task_struct *parent = pid_alive(current) ? rcu_dereference_raw(current->real_parent) : NULL;

	return parent ? parent->tgid : 0;
}

static STP_PROBE_CODE stp_i64 signal_pid(enum pid_type type)
{
	struct signal_struct *s = READ_ONCE(current->signal);
	struct pid *p = s ? READ_ONCE(s->pids[type]) : NULL;

	return p ? p->numbers[0].nr : 0;
}

STP_PROBE_CODE stp_i64 stp_fn_pgrp(struct stp_ctx *c) { return signal_pid(PIDTYPE_PGID); }
STP_PROBE_CODE stp_i64 stp_fn_sid(struct stp_ctx *c) { return signal_pid(PIDTYPE_SID); }
STP_PROBE_CODE stp_i64 stp_fn_uid(struct stp_ctx *c) { return __kuid_val(current_uid()); }
STP_PROBE_CODE stp_i64 stp_fn_euid(struct stp_ctx *c) { return __kuid_val(current_euid()); }
STP_PROBE_CODE stp_i64 stp_fn_gid(struct stp_ctx *c) { return __kgid_val(current_gid()); }
STP_PROBE_CODE stp_i64 stp_fn_egid(struct stp_ctx *c) { return __kgid_val(current_egid()); }
STP_PROBE_CODE stp_i64 stp_fn_cpu(struct stp_ctx *c) { return stp_ctx_cpu(c); }
STP_PROBE_CODE stp_i64 stp_fn_task_current(struct stp_ctx *c) { return (stp_i64)(unsigned long)current; }
