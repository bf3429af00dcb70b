/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits, one by one: -DNESTED: a handler that hits another probe (stp_read_mem's own copy_from_kernel_nofault): reentrant; with -DMASKED also
 * INTERRUPTIBLE=0, so that reentrancy counts as skipped and MAXSKIPPED ends the session. -DBUSY: a handler that takes too long: overload.
 * -DNOISY: prints 8000 bytes a hit, more than the smallest buffer holds. -DMIDDLE: the kprobe stands where the test says, by address.
 */
#include "script.h"

static stp_i64 g_n;
static const struct stp_global stp_globals[] = { { .name = "n", .type = STP_LONG, .where = &g_n } };

static HANDMADE_TEXT void p0(struct stp_ctx *c)
{
#ifdef NESTED
	stp_load(c, (stp_u64)&g_n, 8, 0, "x");
#endif
#ifdef BUSY
	volatile stp_u64 i;

	for (i = 0; i < 100000; i++)
		;
#endif
#ifdef NOISY
	stp_i64 i;

	for (i = 0; i < 799; i++)
		stp_put(&c->out, "0123456789", 10);
#endif
#ifdef MIDDLE
	stp_put(&c->out, "middle\n", 7);
#endif
	g_n++;
}

static HANDMADE_TEXT void p1(struct stp_ctx *c)
{
	stp_put(&c->out, "error\n", 6);
}

static HANDMADE_TEXT void p2(struct stp_ctx *c)
{
	stp_put(&c->out, "end\n", 4);
}

static const struct stp_probe stp_probes[] = {
	{ p0, "p0", "p0", "", "e.stp:1:1", 0, 0 },
	{ p1, "error", "error", "", "e.stp:2:1", 1, 0 },
	{ p2, "end", "end", "", "e.stp:3:1", 2, 0 },
};
static const struct stp_row_begin begins[] = { { 2, STP_END, 0 }, { 1, STP_ERROR_PROBE, 0 } };
static const stp_u16 entry[] = { 0 };
static const struct stp_row_function functions[] = {
	{ .symbol = "__x64_sys_getppid", .entry = entry, .nentry = 1 },
#ifdef NESTED
	{ .symbol = "copy_from_kernel_nofault", .entry = entry, .nentry = 1, .request = 1 },
#endif
};
static const struct stp_family_use families[] = {
	{ &stp_family_begin, begins, 2 }, { &stp_family_function, functions, STP_COUNT(functions) },
};

const struct stp_script stp_script = {
	.abi_version = 1, .name = "limits", .globals = stp_globals, .probes = stp_probes, .families = families,
	.nglobals = 1, .nprobes = 3, .nfamilies = 2, .frame_bytes = 1024, .nesting = 10, .stack_bytes = 512,
	.tun = {
		.maxstringlen = STP_MAXSTRINGLEN, .maxaction = 1000, .maxtrylock = 100, .trylockdelay = 10, .maxmapentries = 2048,
		.maxskipped = 100, .minstackspace = 1024,
		.overload_interval = 100000000, .overload_threshold = 50000000,
#ifndef MASKED
		.interruptible = 1,
#endif
#ifdef MIDDLE
		.force_kprobe = 1,
#endif
	},
};
