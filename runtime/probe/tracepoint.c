/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.trace: the tracepoints of the kernel image, by name. The callback is generated, with the tracepoint's exact prototype; it packs its
 * arguments and calls stp_tracepoint_hit(), which may be preempted until stp_enter(). A tracepoint that is not there stops the start,
 * unless its probe is optional.
 */
#include "core/family.h"

#include <linux/tracepoint.h>

static struct tracepoint **tracepoint_all; /* by row; NULL = not found, not registered */

STP_PROBE_CODE void stp_tracepoint_hit(void *data, const stp_u64 *args)
{
	const struct stp_probe *p = data;
	struct stp_context *o = stp_begin(p, STP_RUNNING, true);

	if (!o)
		return;
	o->c.regs = NULL;
	o->c.args = args;
	p->handler(&o->c);
	stp_leave(o);
}

static void tracepoint_look(struct tracepoint *tp, void *data)
{
	const struct stp_family_use *u = data;
	const struct stp_row_tracepoint *rows = u->rows;
	stp_u32 i;

	for (i = 0; i < u->nrows; i++)
		if (!strcmp(rows[i].name, tp->name))
			tracepoint_all[i] = tp;
}

static int tracepoint_init(const struct stp_family_use *u)
{
	tracepoint_all = stp_alloc(u->nrows * sizeof(*tracepoint_all));
	if (!tracepoint_all) {
		stp_say_error("tracepoints: allocation failed");
		return -ENOMEM;
	}
	for_each_kernel_tracepoint(tracepoint_look, (void *)u);
	return 0;
}

/* the first n rows */
static void tracepoint_unregister(const struct stp_row_tracepoint *rows, stp_u32 n)
{
	stp_u32 i;

	for (i = 0; i < n; i++)
		if (tracepoint_all[i])
			tracepoint_probe_unregister(tracepoint_all[i], rows[i].callback, (void *)&stp_script.probes[rows[i].probe]);
	tracepoint_synchronize_unregister();
}

static int tracepoint_register(const struct stp_row_tracepoint *row, stp_u32 i)
{
	const struct stp_probe *p = &stp_script.probes[row->probe];
	int ret = tracepoint_all[i] ? tracepoint_probe_register(tracepoint_all[i], row->callback, (void *)p) : -ENOENT;

	if (!ret)
		return 0;
	tracepoint_all[i] = NULL;
	if (p->flags & STP_P_OPTIONAL)
		return 0;
	stp_say_error("probe %s registration error [man warning::pass5] (rc %d)", p->pp, ret);
	return ret;
}

static int tracepoint_arm(const struct stp_family_use *u)
{
	const struct stp_row_tracepoint *rows = u->rows;
	stp_u32 i;
	int ret;

	for (i = 0; i < u->nrows; i++) {
		ret = tracepoint_register(&rows[i], i);
		if (ret) {
			tracepoint_unregister(rows, i);
			return ret;
		}
	}
	return 0;
}

static void tracepoint_disarm(const struct stp_family_use *u)
{
	tracepoint_unregister(u->rows, u->nrows);
}

static void tracepoint_exit(const struct stp_family_use *u)
{
	stp_free(tracepoint_all);
}

const struct stp_family stp_family_tracepoint = {
	.name = "tracepoint",
	.init = tracepoint_init,
	.arm = tracepoint_arm,
	.disarm = tracepoint_disarm,
	.exit = tracepoint_exit,
};
