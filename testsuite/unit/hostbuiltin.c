// SPDX-License-Identifier: GPL-2.0-or-later
/* Stand-ins in user space for the builtins that see kernel headers: this process is the task, time stands at one second after 2026 began. */
#include "builtin/builtin.h"

#include "print/print.h"

#define HOST_NOW 1767225601123456789ll

static void set_text(struct stp_ctx *c, struct stp_slot *ret, const char *text)
{
	stp_set(c, ret, (struct stp_str){ text, (stp_u32)strlen(text) });
}

#define HOST_LONG(name, value)                    \
	stp_i64 stp_fn_##name(struct stp_ctx *c)  \
	{                                         \
		(void)c;                          \
		return (value);                   \
	}

HOST_LONG(pid, 1001)
HOST_LONG(tid, 1002)
HOST_LONG(ppid, 1000)
HOST_LONG(pgrp, 1003)
HOST_LONG(sid, 1004)
HOST_LONG(uid, 0)
HOST_LONG(euid, 1)
HOST_LONG(gid, 2)
HOST_LONG(egid, 3)
HOST_LONG(cpu, stp_ctx_cpu(c))
HOST_LONG(task_current, 0)
HOST_LONG(gettimeofday_ns, HOST_NOW)
HOST_LONG(gettimeofday_us, HOST_NOW / 1000)
HOST_LONG(gettimeofday_ms, HOST_NOW / 1000000)
HOST_LONG(gettimeofday_s, HOST_NOW / 1000000000)
HOST_LONG(local_clock_ns, HOST_NOW % 1000000000000)
HOST_LONG(local_clock_us, HOST_NOW % 1000000000000 / 1000)
HOST_LONG(local_clock_ms, HOST_NOW % 1000000000000 / 1000000)
HOST_LONG(local_clock_s, HOST_NOW % 1000000000000 / 1000000000)
HOST_LONG(target, 0)
HOST_LONG(tz_gmtoff, -3600)

void stp_fn_execname(struct stp_ctx *c, struct stp_slot *ret) { set_text(c, ret, "hostrun"); }
void stp_fn_tz_name(struct stp_ctx *c, struct stp_slot *ret) { set_text(c, ret, "CET"); }

void stp_fn_symname(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr)
{
	struct stp_out o;

	stp_out_string(c, &o, ret);
	stp_put_num(&o, addr, 'p', 0, 0, 0);
	stp_out_string_end(&o, ret);
}

void stp_fn_symdata(struct stp_ctx *c, struct stp_slot *ret, stp_i64 addr) { stp_fn_symname(c, ret, addr); }
void stp_fn_probefunc(struct stp_ctx *c, struct stp_slot *ret) { set_text(c, ret, c->probe->func); }
