/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * probe kernel.function("__x64_sys_getppid") { n++ }  probe end { println(n) }: n in cells that are read only in a quiet phase.
 * -DFORCE_KPROBE, -DRETURN (with saved values), -DPRINT, -DTRACEPOINT: the same hits by other ways.
 */
#include "script.h"

struct g_cells { stp_i64 n; };
static stp_i64 g_n;
static const struct stp_global stp_globals[] = {
	{ .name = "n", .type = STP_LONG, .flags = STP_G_CELLS | STP_G_QUIET, .where = &g_n, .cell_offset = 0 },
};

static HANDMADE_TEXT void p0(struct stp_ctx *c)
{
	struct g_cells *cells = c->cells;

	if (stp_act(c, 1))
		return;
	cells->n++;
#ifdef PRINT
	stp_put(&c->out, "hit ", 4);
	stp_put_d(&c->out, cells->n);
	stp_put_char(&c->out, '\n');
#endif
}

static HANDMADE_TEXT void p1(struct stp_ctx *c)
{
	stp_put_d(&c->out, g_n + stp_cells_sum(c, 0));
	stp_put_char(&c->out, '\n');
}

#ifdef RETURN
static HANDMADE_TEXT void save(struct stp_ctx *c)
{
	c->saved[0] = 42;
}

static HANDMADE_TEXT void p2(struct stp_ctx *c)
{
	struct g_cells *cells = c->cells;

	if (c->saved[0] == 42 && stp_retval(c, "x") < 100000)
		cells->n += 1000000;
}
#endif

#ifdef TRACEPOINT
static HANDMADE_TEXT void trace_callback(void *data, void *regs, long id)
{
	stp_u64 args[2] = { (stp_u64)regs, id };

	stp_tracepoint_hit(data, args);
}
static HANDMADE_TEXT void p3(struct stp_ctx *c)
{
	struct g_cells *cells = c->cells;

	if (stp_trace_arg(c, 1) == 110)
		cells->n += 1000000000000;
}
#endif

static const struct stp_probe stp_probes[] = {
	{ p0, "kernel.function(\"__x64_sys_getppid\")", "x", "__x64_sys_getppid", "c.stp:1:1", 0, 0 },
	{ p1, "end", "end", "", "c.stp:2:1", 1, 0 },
#ifdef RETURN
	{ p2, "kernel.function(\"__x64_sys_getppid\").return", "x", "__x64_sys_getppid", "c.stp:3:1", 2, 0 },
#endif
#ifdef TRACEPOINT
	{ p3, "kernel.trace(\"sys_enter\")", "x", "", "c.stp:4:1", 2, 0 },
#endif
};
static const struct stp_row_begin begins[] = { { 1, STP_END, 0 } };
static const stp_u16 entry[] = { 0 };
#ifdef RETURN
static const stp_u16 ret[] = { 2 };
#endif
static const struct stp_row_function functions[] = { {
	.symbol = "__x64_sys_getppid", .entry = entry, .nentry = 1,
#ifdef RETURN
	.ret = ret, .nret = 1, .nsaved = 1, .save = save,
#endif
} };
#ifdef TRACEPOINT
static const struct stp_row_tracepoint tracepoints[] = { { "sys_enter", trace_callback, 2 } };
#endif
static const struct stp_family_use families[] = {
	{ &stp_family_begin, begins, 1 },
	{ &stp_family_function, functions, 1 },
#ifdef TRACEPOINT
	{ &stp_family_tracepoint, tracepoints, 1 },
#endif
};

const struct stp_script stp_script = {
	.abi_version = 1, .name = "count", .globals = stp_globals, .probes = stp_probes, .families = families, .values = &stp_values,
	.nglobals = 1, .nprobes = STP_COUNT(stp_probes), .nfamilies = STP_COUNT(families), .cells_bytes = sizeof(struct g_cells),
	.frame_bytes = 1024, .nesting = 10, .stack_bytes = 512,
	.tun = { HANDMADE_TUNABLES,
#ifdef FORCE_KPROBE
		.force_kprobe = 1,
#endif
	},
};
