// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Function probes: what ftrace refuses, and the life of sites whose module comes and goes, at moments that no live test hits.
 * kernel: runtime/probe/function.c runtime/probe/function_ftrace.c runtime/probe/function_fprobe.c runtime/probe/function_kprobe.c runtime/probe/function_module.c
 * flags: -D_GNU_SOURCE -DSTP_HAVE_SET_FILTER_IPS
 * link: testsuite/unit/kernel.c testsuite/unit/kernel_probes.c
 */
#include "testsuite/unit/kernel_test.h"

#include "probe/function.h"

/* ---- the script ---- */

enum { MANY = 5000, REFUSED = 2048 + 17, REFUSED_TOO = 3000, /* in the second batch */ BASE = 0x100000, MOVED = 0x900000 };
static size_t lent;
bool stp_memory_lend(size_t bytes) { return lent += bytes; }
void stp_memory_back(size_t bytes) { lent -= bytes; }
static unsigned int hits;
static void hit(struct stp_ctx *c)
{
	(void)c;
	hits++;
}
static const struct stp_probe probes[] = {
	{ hit, "module(\"m\").function(\"twice\")", "", "twice", "", 0, 0, 0 },
	{ hit, "module(\"m\").function(\"once\")", "", "once", "", 1, 0, 0 },
	{ hit, "module(\"m\").function(\"once\").return", "", "once", "", 2, 0, 0 },
	{ hit, "kernel.function(\"many\")", "", "many", "", 3, 0, 0 },
	{ hit, "kernel.function(\"many\")", "", "many", "", 4, 0, 0 },
};
const struct stp_script stp_script = { .probes = probes, .nprobes = STP_COUNT(probes), .tun = { .maxstringlen = 512 } };
struct stp_session stp_session = { .state = STP_RUNNING };
static const stp_u32 numbers[] = { 0, 1, 2, 3, 4 };
/* a name that two functions of the module have, one function probed at both ends, and one of the kernel's that ftrace does not know */
static const struct stp_row_function rows[] = {
	{ .symbol = "twice", .module = "m", .entry = numbers, .nentry = 1, .request = 0 },
	{ .symbol = "once", .module = "m", .entry = numbers + 1, .nentry = 1, .ret = numbers + 2, .nret = 1, .request = 1 },
	{ .symbol = "stays", .entry = numbers + 3, .nentry = 1, .request = 4 },
};
static const char *const functions[] = { "twice", "once", "twice", NULL };
static const struct stp_family_use module_rows = { &stp_family_function, rows, STP_COUNT(rows) };
/* many functions of the kernel's, the last of which is a second name of the first: its probe is another */
static const struct stp_row_function many_rows[] = {
	{ .symbol = "many", .entry = numbers + 3, .nentry = 1, .request = 2 },
	{ .symbol = "alias", .entry = numbers + 4, .nentry = 1, .request = 3 },
};
static const struct stp_family_use kernel_rows = { &stp_family_function, many_rows, 2 };

/* what staprun told */
static stp_u64 twice[2], once[1], many[MANY], alias[2], stays[1] = { BASE - 160 };
const stp_u64 *stp_addresses(stp_u32 request, int *ret_n)
{
	static const struct { stp_u64 *v; int n; } all[] = { { twice, 2 }, { once, 1 }, { many, MANY }, { alias, 2 }, { stays, 1 } };

	*ret_n = all[request].n;
	return all[request].v;
}

/* ---- what the family asks of the session ---- */

static void (*on_the_way)(void); /* happens before the next site is attached that the lock is taken for */
static char warned[4096];
bool stp_goes_on(void)
{
	if (!function_lock.held)
		kernel_step(&on_the_way);
	return true;
}

void stp_say_warning(const char *fmt, ...)
{
	size_t n = strlen(warned);
	va_list args;

	va_start(args, fmt);
	vsnprintf(warned + n, sizeof(warned) - n, fmt, args);
	va_end(args);
}

void stp_say_error(const char *fmt, ...) { (void)fmt; }
void stp_missed(const struct stp_probe *p, stp_u64 n) { (void)p, (void)n; }
void stp_begin_otherwise(struct stp_context *o, bool hit) { (void)o, (void)hit; }
void stp_leave_otherwise(struct stp_context *o) { (void)o; }
void stp_finish(struct stp_context *o) { (void)o; }
void stp_overload(struct stp_context *o, stp_u64 now) { (void)o, (void)now; }
bool stp_may_go_on(struct stp_context *o) { return !o->busy; }
void stp_refused(struct stp_context *o, const struct stp_probe *p, enum stp_skip why) { (void)o, (void)p, (void)why; }

/* ---- ftrace refuses ---- */

static bool not_refused(unsigned long ip) { return ip != many[REFUSED] && ip != many[REFUSED_TOO]; }
static bool all_but_one(unsigned long ip) { return ip != stays[0]; }
/* how many probes a call of that function hits */
static unsigned int calls(unsigned long ip)
{
	struct pt_regs regs = { 0 };
	unsigned int before = hits;

	kernel_ftrace->func(ip, 0, kernel_ftrace, &regs);
	return hits - before;
}

static unsigned int sites_of(enum function_how how)
{
	unsigned int i, n = 0;

	for (i = 0; i < function_sites.n; i++)
		n += function_sites.v[i].how == how;
	return n;
}

/* one address, and another that has two names */
static void refused_batch(void)
{
	int i;

	for (i = 0; i < MANY; i++)
		many[i] = BASE + 16 * i;
	alias[0] = many[REFUSED_TOO];
	alias[1] = many[1];
	kernel_ftrace_knows = not_refused;
	OK(!stp_family_function.init(&kernel_rows) && function_sites.n == MANY + 2, "R27: many functions, two of them with two names");
	OK(!stp_family_function.arm(&kernel_rows) && kernel_ftrace, "R27: ftrace refuses a batch, and takes what is good in it");
	OK(kernel_filter_has(kernel_ftrace, 0) == MANY - 2 && !kernel_ftrace_twice, "R27: batches that it took before are not told again");
	OK(sites_of(FUNCTION_FTRACE) == MANY - 1 && sites_of(FUNCTION_KPROBE) == 3, "R27: the rest get kprobes: one, and both names of the other");
	OK(kernel_kprobes(many[REFUSED]) == 1 && kernel_kprobes(many[REFUSED_TOO]) == 2, "R27: where they are");
	OK(calls(many[MANY - 1]) == 1 && calls(many[1]) == 2, "R27: functions are hit by their own probes");
	OK(!calls(many[REFUSED]) && !calls(many[REFUSED_TOO]) && !calls(BASE - 16), "R27: a call of what was refused is no hit of ftrace's, and harmless");
	stp_family_function.disarm(&kernel_rows);
	OK(!kernel_ftrace && !kernel_kprobes(0), "R27: nothing is left attached");
	stp_family_function.exit(&kernel_rows);
	function_sites.n = 0;
}

/* ---- modules ---- */

static void comes(void) { kernel_module_comes(MOVED); }
static void goes_slowly(void) /* its symbols are there a while longer */
{
	kernel_module_goes();
	kernel_module.there = true;
}
static void goes_and_comes(void) { kernel_module_goes(); kernel_module_comes(MOVED); }

/* staprun found it at BASE, or it was not there */
static void init(bool found)
{
	strcpy(kernel_module.name, "m");
	kernel_module.functions = functions;
	kernel_module.base = BASE;
	kernel_module.there = found;
	twice[0] = BASE;
	once[0] = BASE + 16;
	twice[1] = BASE + 32;
	warned[0] = 0;
	kernel_ftrace_knows = all_but_one;
	stp_family_function.init(&module_rows);
}

static bool ends(void)
{
	stp_family_function.disarm(&module_rows);
	stp_family_function.report(&module_rows);
	stp_family_function.exit(&module_rows);
	function_sites.n = 0;
	return !kernel_ftrace && !kernel_kprobes(0);
}

static bool by_name(void) { return kernel_kprobes(MOVED) == 1 && kernel_kprobes(MOVED + 16) == 1 && kernel_kprobes(0) == 3 && kernel_kprobes(stays[0]); }
static bool one_stays(void) { return !kernel_ftrace && kernel_kprobes(stays[0]) && kernel_kprobes(0) == 1 && sites_of(FUNCTION_GONE) == 3; }

static void goes_and_comes_again(void)
{
	unsigned int waits;

	init(true);
	OK(!stp_family_function.arm(&module_rows) && kernel_filter_has(kernel_ftrace, 0) == 2 && kernel_kprobes(BASE + 16) == 1,
	   "R6: what staprun found is attached where it is");
	kernel_module_goes();
	OK(one_stays(), "R28: what goes leaves nothing attached, and what is not the module's stays");
	kernel_module_comes(MOVED);
	OK(by_name(), "R28: it is attached by name when it comes: once, though two functions have the name");
	waits = kernel_kprobe_waits;
	kernel_module_goes();
	OK(one_stays() && kernel_kprobe_waits - waits <= 2, "R28: kprobes go with their module, in a batch of each kind");
	kernel_module_comes(MOVED);
	OK(by_name(), "R28: and come with it again");
	kernel_module_goes();
	OK(ends(), "R28: it is gone at the end");
}

/* it went and came between staprun's look and ours: all names are looked up, where one function of two is what the kernel finds */
static void moves_before(void)
{
	init(true);
	kernel_module_goes();
	kernel_module_comes(MOVED);
	OK(!stp_family_function.arm(&module_rows) && by_name(), "R29: two functions of one name are not attached twice at the one that is found");
	OK(strstr(warned, "(twice) registration error") && !strstr(warned, "(once)"), "R29: and it is said that one of them is not there");
	OK(ends(), "R29: nothing is left");
}

/* it is not there when arm looks, and comes before the first of its sites has its turn */
static void comes_on_the_way(void)
{
	init(true);
	kernel_module_goes();
	on_the_way = comes;
	OK(!stp_family_function.arm(&module_rows) && !on_the_way && by_name(), "R28: a module that comes while kprobes are attached is attached once");
	OK(ends(), "R28: nothing is left");
}

static void goes_as_we_watch(void)
{
	init(true);
	kernel_watched = goes_slowly;
	OK(!stp_family_function.arm(&module_rows) && one_stays(),
	   "R28: a module that goes just before arm looks is not attached");
	kernel_module_comes(MOVED);
	OK(by_name() && ends(), "R28: before it comes");
	init(true);
	kernel_watched = goes_and_comes;
	OK(!stp_family_function.arm(&module_rows) && !kernel_ftrace && by_name(), "R28: one that has come again by then is attached once, by name");
	OK(ends(), "R28: nothing is left of either");
}

int main(void)
{
	int level;

	kernel_init();
	for (level = 0; level < STP_LEVELS; level++)
		kernel_context(0, level);
	refused_batch();
	goes_and_comes_again();
	moves_before();
	comes_on_the_way();
	goes_as_we_watch();
	return tap_done();
}
