/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Function entries and returns. A row is one symbol with all its probes; staprun has sent the addresses that the symbol has here, each of
 * which is a site. Entries go through one ftrace_ops (function_ftrace.c), returns through fprobes where the kernel has them
 * (function_fprobe.c): any number is attached in milliseconds. kprobes serve what ftrace does not know, what has no address (they are hidden:
 * by name), and everything under -D STP_FORCE_KPROBE; other returns are kretprobes (function_kprobe.c). A function that is probed at both ends
 * costs least with a kretprobe alone, so that is what a few of them get; many are two sites each, of ftrace and of fprobe. A site that cannot
 * be attached is a warning, unless the probes are optional. Modules may come and go (function_module.c).
 */
#include "probe/function.h"

#define FUNCTION_COMPLAINTS 20	/* that many probes that cannot be registered are named */
#define FUNCTION_SLOW 100	/* from so many kprobes on we say that they take their time … */
#define FUNCTION_KPROBE_MS 10	/* … namely this each, on a kernel that runs 1 instruction a ns */
#define FUNCTION_BOTH_ENDS 32	/* of so many rows with both ends each is one site; of more, two, where there are fprobes */

struct function_sites function_sites;
static stp_u32 function_refused; /* probes */
static bool function_apart;	 /* rows with both ends are two sites */

static void function_complain(const struct stp_row_function *row, const struct stp_probe *p, int err)
{
	if (!(p->flags & STP_P_OPTIONAL) && function_refused++ < FUNCTION_COMPLAINTS)
		stp_say_warning("probe %s (%s) registration error [man warning::pass5] (rc %d)", p->pp, row->symbol, err);
}

void function_failed(const struct function_site *s, int err)
{
	stp_u32 i;

	for (i = 0; i < s->nentry; i++)
		function_complain(s->row, function_entry(s->row, i), err);
	for (i = 0; i < s->nret; i++)
		function_complain(s->row, function_return(s->row, i), err);
}

void function_complain_rest(void)
{
	if (function_refused > FUNCTION_COMPLAINTS)
		stp_say_warning("%u more probes could not be registered", function_refused - FUNCTION_COMPLAINTS);
	function_refused = 0;
}

void function_missed(const struct function_site *s, stp_u64 n, bool entries, const char *what, const char *place)
{
	stp_u32 i;

	if (!n)
		return;
	for (i = 0; entries && i < s->nentry; i++)
		stp_missed(function_entry(s->row, i), n);
	for (i = 0; i < s->nret; i++)
		stp_missed(function_return(s->row, i), n);
	stp_say_warning("Skipped due to missed %s on %s: %llu", what, place, n);
}

bool function_wanted(const struct function_site *s)
{
	stp_u32 i;

	for (i = 0; i < s->nentry; i++)
		if (stp_wanted(function_entry(s->row, i)))
			return true;
	for (i = 0; i < s->nret; i++)
		if (stp_wanted(function_return(s->row, i)))
			return true;
	return false;
}

static enum function_how function_way(struct function_site *s)
{
	bool ftrace = s->addr && !stp_script.tun.force_kprobe && function_ftrace_knows(s);

	if (!s->nret)
		return ftrace ? FUNCTION_FTRACE : FUNCTION_NOT;
	return ftrace && !s->nentry && function_fprobe_serves(s->row) ? FUNCTION_FPROBE : FUNCTION_NOT;
}

/* ---- rows and sites ---- */

/* is it a site for each end? */
static bool function_is_apart(const struct stp_row_function *row, const stp_u64 *addresses)
{
	return function_apart && addresses && row->nentry && row->nret && function_fprobe_serves(row);
}

static stp_u32 function_row_sites(const struct stp_row_function *row)
{
	const stp_u64 *a;
	int n;

	a = stp_addresses(row->request, &n);
	if (n <= 0) /* by name, later, or never */
		return 1;
	return function_is_apart(row, a) ? 2 * n : n;
}

static void function_add_site(const struct stp_row_function *row, unsigned long addr, stp_u32 nentry, stp_u32 nret)
{
	struct function_site *s = &function_sites.v[function_sites.n++];

	s->row = row;
	s->addr = addr;
	s->nentry = nentry;
	s->nret = nret;
	s->how = FUNCTION_NOT;
}

static void function_add_row(const struct stp_row_function *row)
{
	int i, n;
	const stp_u64 *a = stp_addresses(row->request, &n);
	bool apart = function_is_apart(row, a);

	for (i = 0; i < max(n, 1); i++) {
		function_add_site(row, a ? a[i] : 0, row->nentry, apart ? 0 : row->nret);
		if (apart)
			function_add_site(row, a[i], 0, row->nret);
	}
	if (!n && !row->module) { /* the kernel has no such function, and will not get one */
		function_failed(&function_sites.v[function_sites.n - 1], -ENOENT);
		function_sites.n--;
	}
}

static int function_init(const struct stp_family_use *u)
{
	const struct stp_row_function *rows = u->rows;
	stp_u32 i, n = 0, both = 0;

	for (i = 0; i < u->nrows; i++)
		both += rows[i].nentry && rows[i].nret;
	function_apart = both > FUNCTION_BOTH_ENDS && !stp_script.tun.force_kprobe;
	for (i = 0; i < u->nrows; i++)
		n += function_row_sites(&rows[i]);
	function_sites.v = stp_alloc(max_t(stp_u32, n, 1) * sizeof(*function_sites.v));
	if (!function_sites.v) {
		stp_say_error("function probes: allocation failed");
		return -ENOMEM;
	}
	for (i = 0; i < u->nrows; i++)
		function_add_row(&rows[i]);
	function_complain_rest();
	return 0;
}

/* ---- attaching ---- */

static void function_disarm(const struct stp_family_use *u)
{
	function_modules_unwatch();
	mutex_lock(&function_lock);
	function_ftrace_disarm();
	function_fprobe_disarm();
	function_kprobe_disarm();
	mutex_unlock(&function_lock);
}

/* each kprobe takes the kernel its time, which many of them add up to */
static void function_say_slow(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	stp_u32 n = 0;

	for (s = function_sites.v; s < end; s++)
		n += s->how == FUNCTION_NOT && (s->addr || !s->row->module); /* else its module is not there, as far as staprun saw */
	if (n >= FUNCTION_SLOW)
		stp_say_warning("%u of %u functions need a kprobe each, at some %u ms: it may take %u s to attach them, and more to detach them",
				n, function_sites.n, FUNCTION_KPROBE_MS, n * FUNCTION_KPROBE_MS / 1000);
}

static void function_arm_kprobe(struct function_site *s)
{
	int err;

	if (s->how != FUNCTION_NOT)
		return;
	err = function_kprobe_arm(s);
	if (err == -ENOENT && s->row->module)
		s->how = FUNCTION_GONE;
	else if (err)
		function_failed(s, err);
}

/* The lock is not held over all of them, so that modules can be loaded and unloaded meanwhile. */
static int function_arm_kprobes(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;

	function_say_slow();
	for (s = function_sites.v; s < end; s++) {
		if (s->how != FUNCTION_NOT)
			continue;
		if (!stp_goes_on())
			return -EINTR;
		mutex_lock(&function_lock);
		function_arm_kprobe(s);
		mutex_unlock(&function_lock);
	}
	mutex_lock(&function_lock);
	function_modules_say();
	mutex_unlock(&function_lock);
	return 0;
}

static int function_arm_many(void)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	int err;

	mutex_lock(&function_lock);
	for (s = function_sites.v; s < end; s++) {
		if (s->how != FUNCTION_NOT) /* its module has gone, or come, since we watch */
			continue;
		function_module_check(s);
		if (s->how == FUNCTION_NOT)
			s->how = function_way(s);
	}
	err = function_ftrace_arm();
	if (!err)
		err = function_fprobe_arm();
	mutex_unlock(&function_lock);
	return err;
}

static int function_arm(const struct stp_family_use *u)
{
	int err = function_modules_watch();

	if (!err)
		err = function_arm_many();
	if (!err)
		err = function_arm_kprobes();
	if (err)
		function_disarm(u);
	if (err && err != -EINTR)
		stp_say_error("function probes: registration error (rc %d)", err);
	function_complain_rest();
	return err;
}

static int function_rearm_kprobes(bool again)
{
	struct function_site *s, *end = function_sites.v + function_sites.n;
	int err, ret = 0;

	/* the lock is given back after each: who loads a module anywhere waits for it */
	for (s = function_sites.v; s < end && stp_goes_on(); s++) {
		mutex_lock(&function_lock);
		err = function_is_kprobe(s) ? function_kprobe_rearm(s) : 0;
		if (err && !again)
			function_failed(s, err);
		mutex_unlock(&function_lock);
		ret = err ? err : ret;
	}
	function_complain_rest();
	return ret;
}

static int function_rearm(const struct stp_family_use *u)
{
	static bool again; /* what failed has been said */
	int err, ret;

	mutex_lock(&function_lock);
	ret = function_ftrace_rearm();
	if (ret && ret != -EINTR && !again)
		stp_say_warning("function probes: registration error (rc %d), tried again until it succeeds", ret);
	mutex_unlock(&function_lock);
	err = function_rearm_kprobes(again);
	ret = ret ? ret : err;
	again = ret;
	return ret;
}

static void function_report(const struct stp_family_use *u)
{
	stp_u32 i;

	function_fprobe_report();
	for (i = 0; i < function_sites.n; i++)
		function_kprobe_report(&function_sites.v[i]);
}

static void function_exit(const struct stp_family_use *u)
{
	function_fprobe_free();
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
