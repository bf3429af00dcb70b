/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors: division in a begin probe that is caught, recursion up to MAXNESTING (caught), a fault that is caught; a timer whose 5th error is
 * one too many for MAXERRORS=4; error probes run, end probes do not. -DBEGIN_ERROR: the error comes in begin. -DACTIONS: MAXACTION.
 */
#include "script.h"

static stp_i64 g_n, g_x = 1;
static struct { stp_u32 len; char b[STP_MAXSTRINGLEN]; } g_s = { 3, "abc" };
static const struct stp_global stp_globals[] = {
	{ .name = "n", .type = STP_LONG, .where = &g_n },
	{ .name = "x", .type = STP_LONG, .where = &g_x },
	{ .name = "s", .type = STP_STRING, .where = &g_s },
};

static HANDMADE_TEXT void say(struct stp_ctx *c, struct stp_slot *m)
{
	stp_put(&c->out, "caught ", 7);
	stp_put_str(&c->out, stp_view(m));
	stp_put_char(&c->out, '\n');
}

static HANDMADE_TEXT __attribute__((__noinline__)) stp_i64 f_deep(struct stp_ctx *c, stp_i64 n)
{
	volatile stp_i64 sum = n;

	if (stp_recurse(c))
		return 0;
	sum += f_deep(c, n + 1);
	stp_recurse_end(c);
	return sum;
}

static HANDMADE_TEXT void p0(struct stp_ctx *c)
{
	struct stp_slot *m = stp_frame_push(c, 520);

	stp_put_str(&c->out, (struct stp_str){ g_s.b, g_s.len });
	stp_put_char(&c->out, ' ');
	stp_put_d(&c->out, g_x);
	stp_put_char(&c->out, '\n');
	stp_div(c, 1, g_n, "operator '/' at e.stp:1:1");
	if (stp_catch(c, m))
		say(c, m);
	f_deep(c, 0);
	if (stp_catch(c, m))
		say(c, m);
	stp_load(c, 0x123, 8, 0, "x");
	if (stp_catch(c, m))
		say(c, m);
	stp_load(c, 0xdead000000000123ull, 8, 0, "x");
	if (stp_catch(c, m))
		say(c, m);
	stp_load(c, (stp_u64)&g_n, 8, 1, "x");
	if (stp_catch(c, m))
		say(c, m);
	stp_store(c, (stp_u64)&g_n, 8, 0, 5, "x");
	if (stp_catch(c, m))
		say(c, m);
	stp_arg(c, 0, "x");
	if (stp_catch(c, m))
		say(c, m);
	stp_frame_pop(c, 520);
#ifdef BEGIN_ERROR
	stp_error(c, "in begin", "identifier 'error' at e.stp:2:2");
#endif
#ifdef ACTIONS
	while (!stp_act(c, 1))
		;
#endif
}

static HANDMADE_TEXT void p1(struct stp_ctx *c)
{
	stp_div(c, 1, 0, "operator '/' at e.stp:3:3");
	stp_error_caller(c, "identifier 'f' at e.stp:4:4");
}

static HANDMADE_TEXT void p2(struct stp_ctx *c)
{
	stp_put(&c->out, "end\n", 4);
}

static HANDMADE_TEXT void p3(struct stp_ctx *c)
{
	stp_put(&c->out, "error\n", 6);
}

static const struct stp_probe stp_probes[] = {
	{ p0, "begin", "begin", "", "e.stp:1:1", 0, 0 },
	{ p1, "timer.ms(5)", "timer.ms(5)", "", "e.stp:2:1", 1, 0 },
	{ p2, "end", "end", "", "e.stp:3:1", 2, 0 },
	{ p3, "error", "error", "", "e.stp:4:1", 3, 0 },
};
static const struct stp_row_begin begins[] = { { 0, STP_BEGIN, 0 }, { 2, STP_END, 0 }, { 3, STP_ERROR_PROBE, 0 } };
static const struct stp_row_timer timers[] = { { 1, 0, 5000000, 0 }, { 1, 1, 2, 1 } };
static const struct stp_family_use families[] = { { &stp_family_begin, begins, 3 }, { &stp_family_timer, timers, 2 } };

const struct stp_script stp_script = {
	.abi_version = 1, .name = "errors", .globals = stp_globals, .probes = stp_probes, .families = families,
	.nglobals = 3, .nprobes = 4, .nfamilies = 2, .frame_bytes = 1024, .nesting = 11, .stack_bytes = 512,
	.tun = { HANDMADE_TUNABLES, .maxerrors =
#if defined BEGIN_ERROR || defined ACTIONS
		0
#else
		4
#endif
	},
};
