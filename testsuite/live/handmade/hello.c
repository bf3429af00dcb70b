/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe begin { println("hello world") }  probe timer.ms(20) { n++; if (n == 3) exit() }  probe end { printf n } */
#include "script.h"

static stp_i64 g_n;
static const struct stp_global stp_globals[] = { { .name = "n", .type = STP_LONG, .where = &g_n } };

void stp_request_exit(void);

static HANDMADE_TEXT void p0(struct stp_ctx *c)
{
	stp_put(&c->out, "hello world\n", 12);
}

static HANDMADE_TEXT void p1(struct stp_ctx *c)
{
	stp_act(c, 1);
	if (++g_n == 3)
		stp_request_exit();
}

static HANDMADE_TEXT void p2(struct stp_ctx *c)
{
	stp_put(&c->out, "n=", 2);
	stp_put_d(&c->out, g_n);
	stp_put_char(&c->out, '\n');
}

static HANDMADE_TEXT void p3(struct stp_ctx *c)
{
	stp_put(&c->out, "error probe\n", 12);
}

static const struct stp_probe stp_probes[] = {
	{ p0, "begin", "begin", "", "h.stp:1:1", 0, 0 },
	{ p1, "timer.ms(20)", "timer.ms(20)", "", "h.stp:2:1", 1, 0 },
	{ p2, "end", "end", "", "h.stp:3:1", 2, 0 },
	{ p3, "error", "error", "", "h.stp:4:1", 3, 0 },
};
static const struct stp_row_begin begins[] = { { 0, STP_BEGIN, 0 }, { 2, STP_END, 0 }, { 3, STP_ERROR_PROBE, 0 } };
static const struct stp_row_timer timers[] = { { 1, 0, 20000000, 0 } };
static const struct stp_family_use families[] = { { &stp_family_begin, begins, 3 }, { &stp_family_timer, timers, 1 } };

const struct stp_script stp_script = {
	.abi_version = 1, .name = "hello", .globals = stp_globals, .probes = stp_probes, .families = families,
	.nglobals = 1, .nprobes = 4, .nfamilies = 2, .frame_bytes = 1024, .nesting = 10, .stack_bytes = 512,
	.tun = { HANDMADE_TUNABLES },
};
