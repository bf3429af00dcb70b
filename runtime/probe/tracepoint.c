/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.trace: the tracepoints of the kernel image, by name. The callback is generated, with the tracepoint's exact prototype; it packs its
 * arguments and calls stp_tracepoint_hit(), which may be preempted until stp_enter(). A tracepoint that is not there stops the start,
 * unless its probe is optional.
 */
#include "core/family.h"

#include <linux/tracepoint.h>

struct tracepoint_one {
	struct tracepoint *tp; /* NULL = not found, or refused */
	bool armed;
};

static struct tracepoint_one *tracepoint_all; /* by row */

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
			tracepoint_all[i].tp = tp;
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

static void tracepoint_unregister(const struct stp_row_tracepoint *row, stp_u32 i)
{
	if (tracepoint_all[i].armed)
		tracepoint_probe_unregister(tracepoint_all[i].tp, row->callback, (void *)&stp_script.probes[row->probe]);
	tracepoint_all[i].armed = false;
}

static int tracepoint_attach(const struct stp_row_tracepoint *row, stp_u32 i)
{
	struct tracepoint_one *t = &tracepoint_all[i];
	int ret = t->tp ? tracepoint_probe_register(t->tp, row->callback, (void *)&stp_script.probes[row->probe]) : -ENOENT;

	t->armed = !ret;
	return ret;
}

static int tracepoint_register(const struct stp_row_tracepoint *row, stp_u32 i)
{
	const struct stp_probe *p = &stp_script.probes[row->probe];
	struct tracepoint_one *t = &tracepoint_all[i];
	int ret = tracepoint_attach(row, i);

	if (!ret)
		return 0;
	t->tp = NULL;
	if (p->flags & STP_P_OPTIONAL)
		return 0;
	stp_say_error("probe %s registration error [man warning::pass5] (rc %d)", p->pp, ret);
	return ret;
}

static void tracepoint_disarm(const struct stp_family_use *u)
{
	const struct stp_row_tracepoint *rows = u->rows;
	stp_u32 i;

	for (i = 0; i < u->nrows; i++)
		tracepoint_unregister(&rows[i], i);
	tracepoint_synchronize_unregister();
}

/* what is wanted now, as far as it is there; the others are looked for at the start only, so that they are not found missing later */
static int tracepoint_arm(const struct stp_family_use *u)
{
	const struct stp_row_tracepoint *rows = u->rows;
	stp_u32 i;
	int ret = 0;

	for (i = 0; i < u->nrows && !ret; i++)
		if (!tracepoint_all[i].tp || stp_wanted(&stp_script.probes[rows[i].probe]))
			ret = tracepoint_register(&rows[i], i);
	if (ret)
		tracepoint_disarm(u);
	return ret;
}

static int tracepoint_rearm(const struct stp_family_use *u)
{
	static int said; /* of the last time, too */
	const struct stp_row_tracepoint *rows = u->rows;
	int err, ret = 0;
	stp_u32 i;

	for (i = 0; i < u->nrows; i++) {
		bool wanted = stp_wanted(&stp_script.probes[rows[i].probe]);

		if (!tracepoint_all[i].tp || wanted == tracepoint_all[i].armed)
			continue;
		if (!wanted) {
			tracepoint_unregister(&rows[i], i);
			continue;
		}
		err = tracepoint_attach(&rows[i], i);
		if (err && !said)
			stp_say_warning("probe %s registration error (rc %d), tried again until it succeeds", stp_script.probes[rows[i].probe].pp,
					err);
		ret = err ? err : ret;
	}
	said = ret;
	return ret;
}

static void tracepoint_exit(const struct stp_family_use *u)
{
	stp_free(tracepoint_all);
}

const struct stp_family stp_family_tracepoint = {
	.name = "tracepoint",
	.init = tracepoint_init,
	.arm = tracepoint_arm,
	.rearm = tracepoint_rearm,
	.disarm = tracepoint_disarm,
	.exit = tracepoint_exit,
};
