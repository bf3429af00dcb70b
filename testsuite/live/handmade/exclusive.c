/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * probe kernel.function("__x64_sys_getppid") { n++; m++ }
 * probe timer.us(200) { if (n != m) bad++; total += n; n = 0; m = 0; looks++ }  probe end { … }
 * n and m are in cells, the timer looks at them with exclusion: never different, nothing lost.
 */
#include "script.h"

struct g_cells { stp_i64 n, m; };
static stp_i64 g_n, g_m, g_total, g_bad, g_looks;
static const struct stp_global stp_globals[] = {
	{ .name = "n", .type = STP_LONG, .flags = STP_G_CELLS, .where = &g_n, .cell_offset = 0 },
	{ .name = "m", .type = STP_LONG, .flags = STP_G_CELLS, .where = &g_m, .cell_offset = 8 },
	{ .name = "total", .type = STP_LONG, .where = &g_total },
};
static const struct stp_lock_need inside[] = { { 0, STP_LOCK_WRITE }, { 1, STP_LOCK_WRITE } };
static const struct stp_lock_need look[] = { { 0, STP_LOCK_EXCLUSIVE }, { 1, STP_LOCK_EXCLUSIVE }, { 2, STP_LOCK_WRITE } };

static HANDMADE_TEXT void p0(struct stp_ctx *c)
{
	struct g_cells *cells = c->cells;

	if (stp_act(c, 1) || stp_inside(c, inside, 2))
		return;
	cells->n++;
	cells->m++;
	stp_outside(c);
}

static HANDMADE_TEXT void take(struct stp_ctx *c)
{
	stp_i64 n = g_n + stp_cells_sum(c, 0), m = g_m + stp_cells_sum(c, 8);

	if (n != m)
		g_bad++;
	g_looks++;
	g_total += n;
	g_n = g_m = 0;
	stp_cells_clear(c, 0, 16);
}

static HANDMADE_TEXT void p1(struct stp_ctx *c)
{
	if (stp_act(c, 1) || stp_lock(c, look, 3))
		return;
	take(c);
	stp_unlock(c, look, 3);
}

static HANDMADE_TEXT void p2(struct stp_ctx *c)
{
	take(c);
	stp_put(&c->out, "total ", 6);
	stp_put_d(&c->out, g_total);
	stp_put(&c->out, g_bad ? " TORN\n" : " whole\n", g_bad ? 6 : 7);
	stp_put(&c->out, "looks ", 6);
	stp_put_d(&c->out, g_looks);
	stp_put_char(&c->out, '\n');
}

static const struct stp_probe stp_probes[] = {
	{ p0, "kernel.function(\"__x64_sys_getppid\")", "x", "__x64_sys_getppid", "c.stp:1:1", 0, 0 },
	{ p1, "timer.us(200)", "timer.us(200)", "", "c.stp:2:1", 1, 0 },
	{ p2, "end", "end", "", "c.stp:3:1", 2, 0 },
};
static const struct stp_row_begin begins[] = { { 2, STP_END, 0 } };
static const stp_u16 entry[] = { 0 };
static const struct stp_row_function functions[] = { { .symbol = "__x64_sys_getppid", .entry = entry, .nentry = 1 } };
static const struct stp_row_timer timers[] = { { 1, 0, 200000, 0 }, { 1, 0, 170000, 50000 } };
static const struct stp_family_use families[] = {
	{ &stp_family_begin, begins, 1 }, { &stp_family_function, functions, 1 }, { &stp_family_timer, timers, 2 },
};

const struct stp_script stp_script = {
	.abi_version = 1, .name = "exclusive", .globals = stp_globals, .probes = stp_probes, .families = families, .values = &stp_values,
	.nglobals = 3, .nprobes = 3, .nfamilies = 3, .cells_bytes = sizeof(struct g_cells),
	.frame_bytes = 1024, .nesting = 10, .stack_bytes = 512,
	.tun = { HANDMADE_TUNABLES, .suppress_handler_errors = 1 },
};
