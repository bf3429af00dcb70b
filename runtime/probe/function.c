/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Function entries and returns. A row is one symbol with all its probes; staprun has sent the addresses that the symbol has here, each of
 * which is a site. Entries go through one ftrace_ops (function_ftrace.c); kprobes serve what ftrace does not know, what has no address
 * (they are hidden: by name), and everything under -D STP_FORCE_KPROBE; returns are kretprobes, which then serve the row's entries too
 * (function_kprobe.c). A site that cannot be attached is a warning, unless the probes are optional.
 */
#include "probe/function.h"

#define FUNCTION_COMPLAINTS 20	/* that many probes that cannot be registered are named */
#define FUNCTION_SLOW 100	/* from so many kprobes on we say that they take their time … */
#define FUNCTION_KPROBE_MS 10	/* … namely this each, on a kernel that runs 1 instruction a ns */

struct function_sites function_sites;
static stp_u32 function_refused; /* probes */

static stp_u32 function_row_sites(const struct stp_row_function *row)
{
	int n;

	stp_addresses(row->request, &n);
	return n < 0 ? 1 : n;
}

static void function_complain(const struct stp_row_function *row, const struct stp_probe *p, int err)
{
	if (!(p->flags & STP_P_OPTIONAL) && function_refused++ < FUNCTION_COMPLAINTS)
		stp_say_warning("probe %s (%s) registration error [man warning::pass5] (rc %d)", p->pp, row->symbol, err);
}

static void function_failed(const struct stp_row_function *row, int err)
{
	stp_u32 i;

	for (i = 0; i < row->nentry; i++)
		function_complain(row, function_entry(row, i), err);
	for (i = 0; i < row->nret; i++)
		function_complain(row, function_return(row, i), err);
}

static void function_complain_rest(void)
{
	if (function_refused > FUNCTION_COMPLAINTS)
		stp_say_warning("%u more probes could not be registered", function_refused - FUNCTION_COMPLAINTS);
	function_refused = 0;
}

bool function_wanted(const struct stp_row_function *row)
{
	stp_u32 i;

	for (i = 0; i < row->nentry; i++)
		if (stp_wanted(function_entry(row, i)))
			return true;
	for (i = 0; i < row->nret; i++)
		if (stp_wanted(function_return(row, i)))
			return true;
	return false;
}

static enum function_how function_way(struct function_site *s)
{
	if (s->row->nret)
		return FUNCTION_KRETPROBE;
	return s->addr && !stp_script.tun.force_kprobe && function_ftrace_knows(s) ? FUNCTION_FTRACE : FUNCTION_KPROBE;
}

static void function_add_row(const struct stp_row_function *row)
{
	int i, n;
	const stp_u64 *a = stp_addresses(row->request, &n);

	if (!n)
		function_failed(row, -ENOENT);
	for (i = 0; i < (n < 0 ? 1 : n); i++) {
		struct function_site *s = &function_sites.v[function_sites.n++];

		s->row = row;
		s->addr = a ? a[i] : 0;
		s->how = FUNCTION_NOT;
	}
}

static int function_init(const struct stp_family_use *u)
{
	const struct stp_row_function *rows = u->rows;
	stp_u32 i, n = 0;

	for (i = 0; i < u->nrows; i++)
		n += function_row_sites(&rows[i]);
	if (!n)
		n = 1;
	function_sites.v = stp_alloc(n * sizeof(*function_sites.v));
	if (!function_sites.v) {
		stp_say_error("function probes: allocation failed");
		return -ENOMEM;
	}
	for (i = 0; i < u->nrows; i++)
		function_add_row(&rows[i]);
	return 0;
}

static void function_disarm(const struct stp_family_use *u)
{
	function_ftrace_disarm();
	function_kprobe_disarm();
}

/* each kprobe takes the kernel its time, which many of them add up to */
static void function_say_slow(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	stp_u32 n = 0;

	for (s = function_sites.v; s < end; s++)
		n += s->how == FUNCTION_NOT;
	if (n >= FUNCTION_SLOW)
		stp_say_warning("%u of %u functions need a kprobe each, at some %u ms: it may take %u s to attach them, and to detach them",
				n, function_sites.n, FUNCTION_KPROBE_MS, n * FUNCTION_KPROBE_MS / 1000);
}

static int function_arm_kprobes(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	int err;

	function_say_slow();
	for (s = function_sites.v; s < end; s++) {
		if (s->how != FUNCTION_NOT)
			continue;
		if (!stp_goes_on())
			return -EINTR;
		err = function_kprobe_arm(s);
		if (err)
			function_failed(s->row, err);
	}
	return 0;
}

static int function_arm(const struct stp_family_use *u)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	int err;

	for (s = function_sites.v; s < end; s++)
		s->how = function_way(s) == FUNCTION_FTRACE ? FUNCTION_FTRACE : FUNCTION_NOT;
	err = function_ftrace_arm();
	if (!err)
		err = function_arm_kprobes();
	if (err)
		function_disarm(u);
	if (err && err != -EINTR)
		stp_say_error("function probes: registration error (rc %d)", err);
	function_complain_rest();
	return err;
}

static void function_rearm(const struct stp_family_use *u)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	int err = function_ftrace_rearm();

	if (err)
		stp_say_error("function probes: registration error (rc %d)", err);
	for (s = function_sites.v; s < end; s++) {
		if (s->how != FUNCTION_KPROBE && s->how != FUNCTION_KRETPROBE)
			continue;
		if (!stp_goes_on())
			break;
		err = function_kprobe_rearm(s);
		if (err)
			function_failed(s->row, err);
	}
	function_complain_rest();
}

static void function_report(const struct stp_family_use *u)
{
	stp_u32 i;

	for (i = 0; i < function_sites.n; i++)
		function_kprobe_report(&function_sites.v[i]);
}

static void function_exit(const struct stp_family_use *u)
{
	stp_free(function_sites.v);
}

const struct stp_family stp_family_function = {
	.name = "function",
	.init = function_init,
	.arm = function_arm,
	.rearm = function_rearm,
	.disarm = function_disarm,
	.report = function_report,
	.exit = function_exit,
};
