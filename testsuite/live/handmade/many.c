/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One handler on NFUNCTIONS symbols (requests 0…), which counts and, with -DPRINT, prints every 1024th time: what the runtime itself calls
 * may be among them. -DRETURN: on return as well. addresses come in the order of the list that the test sends.
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

	cells->n++;
#ifdef PRINT
	if (!(cells->n & 1023)) {
		stp_put(&c->out, "at ", 3);
		stp_put_d(&c->out, cells->n);
		stp_put_char(&c->out, '\n');
	}
	stp_load(c, (stp_u64)c->regs, 8, 0, "x");
#endif
}

static HANDMADE_TEXT void p1(struct stp_ctx *c)
{
	stp_put_d(&c->out, g_n + stp_cells_sum(c, 0));
	stp_put_char(&c->out, '\n');
}

static const struct stp_probe stp_probes[] = {
	{ p0, "many", "many", "", "c.stp:1:1", 0, STP_P_OPTIONAL },
	{ p1, "end", "end", "", "c.stp:2:1", 1, 0 },
};
static const struct stp_row_begin begins[] = { { 1, STP_END, 0 } };
static const stp_u16 entry[] = { 0 };
#ifdef RETURN
#define ROW(i) { .symbol = "f", .entry = entry, .nentry = 1, .ret = entry, .nret = 1, .request = (i) },
#else
#define ROW(i) { .symbol = "f", .entry = entry, .nentry = 1, .request = (i) },
#endif
#define ROW10(i) ROW(i) ROW(i + 1) ROW(i + 2) ROW(i + 3) ROW(i + 4) ROW(i + 5) ROW(i + 6) ROW(i + 7) ROW(i + 8) ROW(i + 9)
#define ROW100(i) ROW10(i) ROW10(i + 10) ROW10(i + 20) ROW10(i + 30) ROW10(i + 40) ROW10(i + 50) ROW10(i + 60) ROW10(i + 70) ROW10(i + 80) ROW10(i + 90)
#define ROW1000(i) ROW100(i) ROW100(i + 100) ROW100(i + 200) ROW100(i + 300) ROW100(i + 400) ROW100(i + 500) ROW100(i + 600) ROW100(i + 700) ROW100(i + 800) ROW100(i + 900)
static const struct stp_row_function functions[] = {
#ifdef FEW
	ROW100(0)
#else
	ROW1000(0) ROW1000(1000) ROW1000(2000)
#endif
};
static const struct stp_family_use families[] = {
	{ &stp_family_begin, begins, 1 }, { &stp_family_function, functions, STP_COUNT(functions) },
};

const struct stp_script stp_script = {
	.abi_version = 1, .name = "many", .globals = stp_globals, .probes = stp_probes, .families = families, .values = &stp_values,
	.nglobals = 1, .nprobes = 2, .nfamilies = 2, .cells_bytes = sizeof(struct g_cells),
	.frame_bytes = 1024, .nesting = 10, .stack_bytes = 512,
	.tun = { HANDMADE_TUNABLES, .suppress_handler_errors = 1, .no_overload = 1 },
};
