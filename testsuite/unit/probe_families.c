// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The probe families: from a point's text to probes, their variables, and the C text of their tables, against a synthesised kernel.
 * link: translator/probe/[a-z]*.c translator/types/[a-z]*.c translator/arch/[a-z]*.c translator/syntax/[a-z]*.c translator/base/[a-z]*.c staprun/fsowner.c -lbpf -lelf -lmd -llzma -lzstd -lz
 */
#include "types_test.h"

#include "base/fs.h"
#include "base/intern.h"
#include "base/scope.h"
#include "probe/provider.h"
#include "runtime/uapi/ctl.h"
#include "sema/program.h"
#include "session.h"
#include "syntax/parse.h"
#include "types/target.h"

static char dir[] = "/tmp/stp-probe-XXXXXX";
static struct arena *arena;
static struct target *target;

struct result {
	VEC(struct derived_probe *) probes;
	char messages[2048];
};

static void add(struct resolve_ctx *rc, struct derived_probe *p)
{
	struct result *r = rc->cookie;

	p->index = r->probes.n;
	p->cname = arena_printf(arena, "p%u", p->index);
	vec_push(arena, &r->probes, p);
}

static const struct provider *family(const char *name)
{
	for (size_t i = 0; providers[i]; i++)
		if (!strcmp(providers[i]->family, name))
			return providers[i];
	return NULL;
}

/* what one point becomes, and what is said about it ("tag-less headlines, one a line") */
static struct result *resolve(const char *fam, const char *point)
{
	struct result *r = arena_make(arena, struct result);
	struct diag_opts opts = { 0 };
	struct pp_facts facts = { .kernel_v = "6.1.0", .kernel_vr = "6.1.0-test", .arch = "x86_64", .runtime = "kernel", .privilege = "stapdev", .compat = "5.6" };
	struct parse_env env = { .arena = arena, .names = intern_make(arena), .diag = diag_new(arena, &opts), .facts = &facts };
	struct map macros;
	struct ast_file *f;
	struct session session = { .kit_error = (char *)(uintptr_t)"there is no kit" };
	struct resolve_ctx rc = { .session = &session, .arena = arena, .diag = env.diag, .target = target, .add = add, .cookie = r };
	char *text = NULL;
	size_t len = 0;
	FILE *out;

	map_init(&macros, arena);
	env.macros = &macros;
	f = parse_synthetic(&env, "<test>", arena_printf(arena, "probe %s {}", point));
	if (f && f->probes.n) {
		rc.point = f->probes.v[0]->points.v[0];
		family(fam)->resolve(&rc);
	}
	out = open_memstream(&text, &len);
	diag_flush(env.diag, out);
	fclose(out);
	snprintf(r->messages, sizeof(r->messages), "%.*s", (int)strcspn(text, "\n"), text);
	free(text);
	return r;
}

/* "pp | pp", "*" marks extra sites */
static const char *points_of(const char *fam, const char *point)
{
	struct result *r = resolve(fam, point);
	struct buf b = BUF_INIT;
	const char *ret;

	for vec_each(i, &r->probes)
		buf_printf(&b, "%s%s%s", i ? " | " : "", r->probes.v[i]->extra_site ? "*" : "", r->probes.v[i]->pp);
	ret = r->probes.n ? arena_strdup(arena, b.data) : r->messages;
	buf_fini(&b);
	return ret;
}

#define POINTS(fam, point, want) TEXT(points_of(fam, point), want, point)
#define SAYS(fam, point, want)                                                                     \
	do {                                                                                       \
		const char *m_ = resolve(fam, point)->messages;                                    \
		if (!tap_ok(strstr(m_, want) != NULL, point, __FILE__, __LINE__))                  \
			printf("# \"%s\"\n# lacks \"%s\"\n", m_, want);                            \
	} while (0)

static void test_list(void)
{
	static const char *const names[] = {
#define FAMILY(name) #name,
#include "runtime/uapi/families.def"
#undef FAMILY
	};
	size_t n = 0;
	bool same = true;

	for (; providers[n]; n++)
		same &= n < sizeof(names) / sizeof(*names) && !strcmp(providers[n]->family, names[n]);
	OK(same && n == sizeof(names) / sizeof(*names), "the families are those of families.def, in its order");
}

static const char *rows_of(const char *fam, const struct result *r, const char **ret_defs)
{
	struct buf defs = BUF_INIT, rows = BUF_INIT;
	const char *ret;

	if (family(fam)->layout)
		family(fam)->layout(r->probes.v, r->probes.n);
	family(fam)->rows(r->probes.v, r->probes.n, &defs, &rows);
	ret = arena_strdup(arena, rows.data);
	if (ret_defs)
		*ret_defs = arena_strdup(arena, defs.data);
	buf_fini(&defs);
	buf_fini(&rows);
	return ret;
}

/* several points as one program */
static struct result *program(const char *fam, const char *const *points)
{
	struct result *all = arena_make(arena, struct result);

	for (; *points; points++) {
		struct result *r = resolve(fam, *points);

		for vec_each(i, &r->probes) {
			r->probes.v[i]->index = all->probes.n;
			r->probes.v[i]->cname = arena_printf(arena, "p%zu", all->probes.n);
			vec_push(arena, &all->probes, r->probes.v[i]);
		}
	}
	return all;
}

#define PROGRAM(fam, ...) program(fam, (const char *const[]){ __VA_ARGS__, NULL })

static void test_begin(void)
{
	struct result *r;

	POINTS("begin", "begin", "begin");
	POINTS("begin", "end(-3)", "end(-3)");
	POINTS("begin", "begin ?", "begin");
	r = PROGRAM("begin", "end", "error(5)", "begin(3)", "never", "begin", "begin(-9223372036854775807)", "end(-1)", "begin");
	TEXT(rows_of("begin", r, NULL),
	     "{ .probe = 5, .kind = STP_BEGIN, .priority = -9223372036854775807LL },\n"
	     "{ .probe = 4, .kind = STP_BEGIN, .priority = 0LL },\n"
	     "{ .probe = 7, .kind = STP_BEGIN, .priority = 0LL },\n"
	     "{ .probe = 2, .kind = STP_BEGIN, .priority = 3LL },\n"
	     "{ .probe = 6, .kind = STP_END, .priority = -1LL },\n"
	     "{ .probe = 0, .kind = STP_END, .priority = 0LL },\n"
	     "{ .probe = 1, .kind = STP_ERROR_PROBE, .priority = 5LL },\n",
	     "rows by kind, priority, place; never has none");
	OK(r->probes.v[0]->quiet_phase, "they run alone");
	TEXT(rows_of("begin", PROGRAM("begin", "never"), NULL), "", "never alone: the family is not linked");
}

static void test_timer(void)
{
	POINTS("timer", "timer.s(1)", "timer.s(1)");
	POINTS("timer", "timer.msec(20).randomize(5)", "timer.msec(20).randomize(5)");
	TEXT(rows_of("timer", PROGRAM("timer", "timer.s(1)", "timer.ms(20).randomize(5)", "timer.us(100)", "timer.ns(100000)", "timer.hz(3)",
				      "timer.jiffies(7).randomize(7)", "timer.sec(86400)"), NULL),
	     "{ .probe = 0, .in_jiffies = 0, .interval = 1000000000ULL, .random = 0ULL },\n"
	     "{ .probe = 1, .in_jiffies = 0, .interval = 20000000ULL, .random = 5000000ULL },\n"
	     "{ .probe = 2, .in_jiffies = 0, .interval = 100000ULL, .random = 0ULL },\n"
	     "{ .probe = 3, .in_jiffies = 0, .interval = 100000ULL, .random = 0ULL },\n"
	     "{ .probe = 4, .in_jiffies = 0, .interval = 333333334ULL, .random = 0ULL },\n"
	     "{ .probe = 5, .in_jiffies = 1, .interval = 7ULL, .random = 7ULL },\n"
	     "{ .probe = 6, .in_jiffies = 0, .interval = 86400000000000ULL, .random = 0ULL },\n",
	     "rows in nanoseconds or jiffies");
	SAYS("timer", "timer.s(0)", "interval value out of range (1, 86400)");
	SAYS("timer", "timer.s(86401)", "interval value out of range (1, 86400)");
	SAYS("timer", "timer.s(9223372036854775807)", "interval value out of range (1, 86400)");
	SAYS("timer", "timer.us(99)", "interval value out of range (100, 86400000000)");
	SAYS("timer", "timer.ns(5)", "interval value out of range (100000, 86400000000000)");
	SAYS("timer", "timer.ms(10).randomize(11)", "randomization value out of range");
	SAYS("timer", "timer.ms(10).randomize(-1)", "randomization value out of range");
	SAYS("timer", "timer.hz(0)", "frequency must be greater than 0");
	SAYS("timer", "timer.hz(10001)", "interval value out of range (100000, 86400000000000)");
	SAYS("timer", "timer.jiffies(0)", "invalid interval for jiffies timer");
	SAYS("timer", "timer.jiffies(1000001)", "invalid interval for jiffies timer");
	SAYS("timer", "timer.jiffies(3).randomize(4)", "invalid randomize for jiffies timer");
}

static void test_function_sites(void)
{
	POINTS("function", "kernel.function(\"sock_read\")", "kernel.function(\"sock_read\")");
	POINTS("function", "kernel.function(\"sock_read\").return.maxactive(9)!", "kernel.function(\"sock_read\").return.maxactive(9)");
	POINTS("function", "kernel.function(\"partly\").call", "kernel.function(\"partly\").call | *kernel.function(\"partly.part.0\").call");
	POINTS("function", "kernel.function(\"split_only\")",
	       "kernel.function(\"split_only.constprop.0.isra.1\") | kernel.function(\"split_only.isra.0\")");
	POINTS("function", "kernel.function(\"sp*\")", "*kernel.function(\"split_only.constprop.0.isra.1\") | *kernel.function(\"split_only.isra.0\")");
	POINTS("function", "kernel.function(\"sock_[cm]*\")", "kernel.function(\"sock_close\") | kernel.function(\"sock_many\")");
	POINTS("function", "kernel.function(\"sock_r*\").exported", "kernel.function(\"sock_read\").exported");
	POINTS("function", "kprobe.function(\"partly\")", "kprobe.function(\"partly\")");
	POINTS("function", "kprobe.function(\"partly.part.0\").return", "kprobe.function(\"partly.part.0\").return");
	SAYS("function", "kernel.function(\"sock_raed\")", "no match (similar functions: sock_read");
	SAYS("function", "kprobe.function(\"zzz_nothing_like_it\")", "no match");
	SAYS("function", "kernel.function(\"sock_read@fs/x.c:3\")", "need debuginfo, which is not supported yet");
	SAYS("function", "kernel.function(\"\")", "malformed specification ''");
	SAYS("function", "kernel.function(\"a b\")", "malformed specification 'a b'");
	SAYS("function", "kernel.function(\"sock_read\").return.maxactive(65536)", "maxactive value out of range [0,65535]");
	SAYS("function", "module(\"nosuch\").function(\"x\")", "no module 'nosuch' of this kernel");
	SAYS("function", "kernel.function(\"init_mutex*\")", "no match: function init_mutex_lock is blocklisted");
	POINTS("function", "kernel.function(\"do_exit\")", "kernel.function(\"do_exit\")");
	SAYS("function", "kernel.function(\"do_exit\").return", "no match: function do_exit return probe is blocklisted");
	SAYS("function", "kernel.function(\"[di]*[ot]*\")", "WARNING: function init_mutex_lock is blocklisted");
	SAYS("function", "kernel.function(\"*\").return", "WARNING: 2 functions that match '*' are blocklisted, such as init_mutex_lock");
}

/* "START n: steps", or the message */
static const char *variable(const char *point, const char *name, bool entry)
{
	static const char *const starts[] = { "arg", "retval", "trace", "expr", "const" };
	const char *fam = strstr(point, "trace(") ? "tracepoint" : "function";
	struct result *r = resolve(fam, point);
	struct plan *p = NULL;
	struct oserr *e;
	const char *ret;

	if (!r->probes.n)
		return r->messages;
	e = family(fam)->target(r->probes.v[r->probes.n - 1], arena, name, entry, &p);
	ret = e ? arena_strdup(arena, e->msg) : arena_printf(arena, "%s %u%s", starts[p->start], p->n, p->is_address ? " address" : "");
	oserr_free(e);
	return ret;
}

#define VARIABLE(point, name, want) TEXT(variable(point, name, false), want, point " " name)

static void test_function_variables(void)
{
	VARIABLE("kernel.function(\"sock_read\")", "$sk", "arg 0");
	VARIABLE("kernel.function(\"sock_read\")", "$block", "arg 3");
	VARIABLE("kprobe.function(\"sock_read\")", "$len", "arg 2");
	VARIABLE("kernel.function(\"sock_read\").return", "$return", "retval 0");
	TEXT(variable("kernel.function(\"sock_read\").return", "$len", true), "arg 2", "a parameter at entry, for a return probe");
	VARIABLE("kernel.function(\"sock_read\").return", "$len", "$len is known at the function's entry only: use @entry($len)");
	VARIABLE("kernel.function(\"sock_read\")", "$nosuch", "unable to find local 'nosuch' in sock_read (alternatives: $sk, $buf, $len, $block)");
	VARIABLE("kernel.function(\"sock_read\")", "$return", "$return is available in .return probes only (alternatives: $sk, $buf, $len, $block)");
	VARIABLE("kernel.function(\"sock_close\").return", "$return", "$return is not available in sock_close: the function returns nothing");
	VARIABLE("kernel.function(\"sock_many\")", "$h", "$h is not available in sock_many: it is argument 8, passed on the stack");
	VARIABLE("kernel.function(\"sock_byval\")", "$big", "$big is not available in sock_byval: it is passed by value, in memory");
	VARIABLE("kernel.function(\"sock_byval\")", "$after", "arg 1");
	VARIABLE("kernel.function(\"partly\")", "$sk", "$sk is not available in partly.part.0: the compiler made it from partly, with arguments of its own");
	VARIABLE("kernel.function(\"nobtf\")", "$x", "$x is not available in nobtf: the BTF of kernel does not list the function");
	VARIABLE("kernel.function(\"twin\")", "$sk", "$sk is not available in twin: several functions have this name, with different prototypes");
	VARIABLE("kernel.function(\"copies\")", "$a",
		 "$a is not available in copies: 2 functions have this name, and BTF does not tell their prototypes apart");
}

static void test_function_lists(void)
{
	struct result *r = resolve("function", "kernel.function(\"sock_read\").return");
	struct variables all = { 0 }, parms = { 0 };
	const struct provider *f = family("function");

	f->variables(r->probes.v[0], arena, false, &all);
	f->variables(r->probes.v[0], arena, true, &parms);
	OK(all.n == 5 && !strcmp(all.v[0].name, "$return") && !strcmp(all.v[4].name, "$block"), "all variables of a return probe");
	OK(parms.n == 4 && !strcmp(parms.v[0].name, "$sk"), "its parameters");
	OK(f->is_return(r->probes.v[0]), "it is a return probe");
	TEXT(f->text(r->probes.v[0], arena, "$$func"), "sock_read", "its function");
	OK(!f->text(r->probes.v[0], arena, "$$name"), "functions have no $$name");
}

/* 65 return probes of one function, of which the first keeps nothing and the last a number */
static void test_function_lost(void)
{
	static const char *const points[66] = { [0 ... 64] = "kernel.function(\"sock_close\").return" };
	struct result *r = program("function", points);
	const char *defs, *rows;

	vec_push(arena, &r->probes.v[64]->saved, NULL);
	r->probes.v[64]->saved_words = 1;
	rows = rows_of("function", r, &defs);
	OK(r->probes.v[64]->saved_base == 2 && strstr(rows, ".nsaved = 3, .save = (void (*const[])(struct stp_ctx *)){ 0, 0,") &&
		   strstr(rows, "0, p64_save } },\n"),
	   "R26: a bit for each of many return probes");
}

static void test_function_rows(void)
{
	struct result *r = PROGRAM("function", "kernel.function(\"sock_read\")", "kernel.function(\"sock_close\")", "kprobe.function(\"sock_read\").return",
				   "kernel.function(\"sock_read\").return.maxactive(7)", "kernel.function(\"sock_read\").call");
	struct buf info = BUF_INIT;
	const char *defs;

	vec_push(arena, &r->probes.v[2]->saved, NULL);
	vec_push(arena, &r->probes.v[2]->saved, NULL);
	vec_push(arena, &r->probes.v[3]->saved, NULL);
	r->probes.v[2]->saved_words = 2;
	r->probes.v[3]->saved_words = 1;
	TEXT(rows_of("function", r, &defs),
	     "{ .symbol = \"sock_read\", .entry = (const stp_u32[]){ 0, 4 }, .nentry = 2, .ret = (const stp_u32[]){ 2, 3 }, .nret = 2, .request = 0, "
	     ".nsaved = 4, .save = (void (*const[])(struct stp_ctx *)){ p2_save, p3_save }, .maxactive = 7 },\n"
	     "{ .symbol = \"sock_close\", .entry = (const stp_u32[]){ 1 }, .nentry = 1, .request = 1 },\n",
	     "probes of one symbol share a row");
	OK(r->probes.v[2]->saved_base == 1 && r->probes.v[3]->saved_base == 3, "R26: each saves in slots of its own, behind the word that tells who failed");
	family("function")->info(r->probes.v, r->probes.n, &info);
	TEXT(info.data, "symbol 0 - sock_read\nsymbol 1 - sock_close\n", "requests have the numbers of the rows");
	buf_fini(&info);
	r = PROGRAM("function", "kernel.function(\"partly\").return");
	vec_push(arena, &r->probes.v[0]->saved, NULL);
	r->probes.v[0]->saved_words = 1;
	TEXT(rows_of("function", r, &defs),
	     "{ .symbol = \"partly\", .ret = (const stp_u32[]){ 0 }, .nret = 1, .request = 0, .nsaved = 1, .save = (void (*const[])(struct stp_ctx *)){ p0_save } },\n"
	     "{ .symbol = \"partly.part.0\", .ret = (const stp_u32[]){ 1 }, .nret = 1, .request = 1 },\n",
	     "a function and its variant have a row each");
	test_function_lost();
}

static void test_agreeing_kernel(void)
{
	struct target_paths paths = { .release = "6.1.0-test", .arch = "x86_64", .kit_dir = arena_printf(arena, "%s/kit2", dir) };
	struct target *old = target;

	test_kit(paths.kit_dir, 1);
	test_write(paths.kit_dir, "events", "sock sock_switch\nother sock_unnamed\n", 37);
	target = target_new(&paths);
	VARIABLE("kernel.function(\"copies\")", "$a", "arg 0");
	VARIABLE("kernel.function(\"twin\")", "$sk", "$sk is not available in twin: several functions have this name, with different prototypes");
	POINTS("tracepoint", "kernel.trace(\"sock_switch\")", "kernel.trace(\"sock:sock_switch\")");
	POINTS("tracepoint", "kernel.trace(\"so*:sock_*\")", "kernel.trace(\"sock:sock_switch\")");
	POINTS("tracepoint", "kernel.trace(\"sock_bare\")", "kernel.trace(\"sock_bare\")");
	SAYS("tracepoint", "kernel.trace(\"other:sock_switch\")", "no match");
	SAYS("tracepoint", "kernel.trace(\"other:sock_bare\")", "no match");
	target_free(target);
	paths.arch = "pdp11";
	target = target_new(&paths);
	VARIABLE("kernel.function(\"sock_read\")", "$sk", "$sk is not available in sock_read: the calling convention of this machine is not known");
	target_free(target);
	target = NULL;
	SAYS("function", "kernel.function(\"sock_read\")", "semantic error: there is no kit");
	SAYS("tracepoint", "kernel.trace(\"sock_switch\")", "semantic error: there is no kit");
	POINTS("timer", "timer.s(1)", "timer.s(1)");
	target = old;
}

static void test_tracepoint(void)
{
	const struct provider *f = family("tracepoint");
	const char *defs;
	struct result *r;

	POINTS("tracepoint", "kernel.trace(\"sock_*\")",
	       "kernel.trace(\"sock_bare\") | kernel.trace(\"sock_switch\") | kernel.trace(\"sock_unnamed\")");
	POINTS("tracepoint", "kernel.trace(\"sock:sock_switch\")", "kernel.trace(\"sock_switch\")");
	SAYS("tracepoint", "kernel.trace(\"sock:*\")", "no match: this kernel's kit does not say which tracepoints belong to a system");
	SAYS("tracepoint", "kernel.trace(\"sock_swich\")", "no match (similar tracepoints: sock_switch");
	VARIABLE("kernel.trace(\"sock_switch\")", "$prev", "trace 1");
	VARIABLE("kernel.trace(\"sock_unnamed\")", "$arg1", "trace 0");
	VARIABLE("kernel.trace(\"sock_unnamed\")", "$arg2", "trace 1 address");
	VARIABLE("kernel.trace(\"sock_switch\")", "$x", "unable to find tracepoint variable '$x' (alternatives: $preempt, $prev, $state, $how)");
	VARIABLE("kernel.trace(\"sock_bare\")", "$x", "unable to find tracepoint variable '$x'");
	r = PROGRAM("tracepoint", "kernel.trace(\"sock_switch\")", "kernel.trace(\"sock_unnamed\")", "kernel.trace(\"sock_bare\")",
		    "kernel.trace(\"sock_switch\")");
	TEXT(f->text(r->probes.v[0], arena, "$$name"), "sock_switch", "$$name");
	TEXT(f->text(r->probes.v[0], arena, "$$system"), "", "$$system");
	TEXT(rows_of("tracepoint", r, &defs),
	     "{ .name = \"sock_switch\", .callback = (void *)tp_sock_switch, .probe = 0 },\n"
	     "{ .name = \"sock_unnamed\", .callback = (void *)tp_sock_unnamed, .probe = 1 },\n"
	     "{ .name = \"sock_bare\", .callback = (void *)tp_sock_bare, .probe = 2 },\n"
	     "{ .name = \"sock_switch\", .callback = (void *)tp_sock_switch, .probe = 3 },\n",
	     "rows");
	TEXT(defs,
	     "struct sock;\nenum state { stp_enum_state = -1 };\n"
	     "static void tp_sock_switch(void *data, _Bool a0, struct sock *a1, int a2, enum state a3)\n{\n\tstp_u64 args[4];\n\n"
	     "\targs[0] = (stp_u64)a0;\n\targs[1] = (stp_u64)(unsigned long)a1;\n\targs[2] = (stp_u64)(stp_i64)a2;\n\targs[3] = (stp_u64)(stp_i64)a3;\n"
	     "\tstp_tracepoint_hit(data, args);\n}\n\n"
	     "struct common;\nstruct common { stp_u64 w[1]; };\n"
	     "static void tp_sock_unnamed(void *data, struct sock *a0, struct common a1)\n{\n\tstp_u64 args[2];\n\n"
	     "\targs[0] = (stp_u64)(unsigned long)a0;\n\targs[1] = (stp_u64)(unsigned long)&a1;\n\tstp_tracepoint_hit(data, args);\n}\n\n"
	     "static void tp_sock_bare(void *data)\n{\n\tstp_tracepoint_hit(data, (const stp_u64 *)0);\n}\n\n",
	     "one callback for each tracepoint, with its exact prototype");
}

/* the C text compiles by itself, as the script's object will */
static void test_compiles(void)
{
	struct result *r = PROGRAM("tracepoint", "kernel.trace(\"*\")");
	_cleanup_free_ char *path = fs_join(dir, "tp.c");
	char command[1024];
	struct buf b = BUF_INIT;
	const char *defs, *rows = rows_of("tracepoint", r, &defs);

	buf_puts(&b, "#define STP_MAXSTRINGLEN 512\n#include \"runtime/abi.h\"\n");
	buf_printf(&b, "%sextern const struct stp_row_tracepoint rows[];\nconst struct stp_row_tracepoint rows[] = {\n%s};\n", defs, rows);
	test_write(dir, "tp.c", b.data, b.len);
	snprintf(command, sizeof(command), "gcc -std=gnu11 -Wall -Wextra -Werror -I. -Iruntime -c -o /dev/null %s", path);
	OK(system(command) == 0, "the text of all tracepoints compiles without headers");
	buf_fini(&b);
}

int main(void)
{
	struct target_paths paths = { .release = "6.1.0-test", .arch = "x86_64" };
	_cleanup_free_ char *mods = NULL;
	const char *real = test_real_kit();

	if (!mkdtemp(dir))
		return 2;
	arena = arena_new();
	mods = fs_join(dir, "modules");
	mkdir(mods, 0700);
	paths.kit_dir = arena_printf(arena, "%s/kit", dir);
	paths.modules_dir = mods;
	test_kit(paths.kit_dir, 0);
	target = target_new(&paths);
	test_list();
	test_begin();
	test_timer();
	test_function_sites();
	test_function_variables();
	test_function_lists();
	test_function_rows();
	test_tracepoint();
	test_agreeing_kernel();
	test_compiles();
	target_free(target);
	if (real) {
		paths.kit_dir = real;
		target = target_new(&paths);
		test_compiles();
		target_free(target);
	} else {
		tap_skip("all tracepoints of a real kernel", "there is no kit of the first of STP_KERNELS");
	}
	arena_free(arena);
	fs_rm_rf(dir);
	return tap_done();
}
