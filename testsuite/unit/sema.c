// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pass 2: from text to the program, with a small library and a small kernel (types_test.h). Checked through the text of -p2, the messages,
 * and a line of storage and locks.
 * link: translator/sema/[a-z]*.c translator/probe/[a-z]*.c translator/types/[a-z]*.c translator/arch/[a-z]*.c translator/regex/[a-z]*.c translator/syntax/[a-z]*.c translator/library/later.c translator/base/[a-z]*.c staprun/fsowner.c -lbpf -lelf -lmd -llzma -lzstd -lz
 */
#include "types_test.h"

#include "base/fs.h"
#include "base/intern.h"
#include "library/library.h"
#include "sema/pass2.h"
#include "session.h"
#include "syntax/ast_tools.h"
#include "syntax/diag.h"
#include "syntax/parse.h"
#include "types/target.h"

#include <time.h>

static char dir[] = "/tmp/stp-sema-XXXXXX";
static struct target *target;

/* ---- a library in memory: one file per text ------------------------------------------------------------------------------------- */

static const char *const library_texts[] = {
	"function lib_pure:long() %{ /* pure */ 1 %}\n",
	"function lib_act() %{ act(); %}\n",
	"global lib_hidden\nglobal lib_table\nfunction lib_store(x) { lib_table[x] = 1; out(lib_table[2]) }\nprobe begin(-5) { lib_hidden = lib_pure() } probe end { lib_read(lib_hidden) }\n"
	"function lib_read(x:long) %{ out(x); %}\nfunction out(x:long) %{ out(x); %}\n",
	"private global secret\nfunction lib_secret() { secret = 1; return secret }\n",
	"probe lib.one = begin { name = \"one\"; lib_one = lib_pure() }\nprobe lib.two = timer.s(2) { name = \"two\" }\nprobe lib._three = end { name = \"three\" }\n",
	"function lib_over:long(a:long) { next }\n",
	"probe lib.both = begin { one = 1; two = \"2\"; three = 3 }\nprobe lib.both = end { three = 4; four = 5; two = \"6\" }\nprobe lib.both = error { two = \"7\"; three = 8; one = 9 }\n",
	"function lib_guru() %{ /* guru */ %}\n",
	"function kernel_or_user_string_quoted:string(addr:long) %{ /* pure */ %}\n",
};
#define NLIB (sizeof(library_texts) / sizeof(library_texts[0]))

struct library {
	struct arena *a;
	struct ast_file *files[NLIB];
	unsigned asked;
};

static bool defines(const struct ast_file *f, enum lib_kind kind, const char *name)
{
	for (size_t i = 0; kind == LIB_FUNCTION && i < f->functions.n; i++)
		if (!strcmp(f->functions.v[i]->name, name))
			return true;
	for (size_t i = 0; kind == LIB_GLOBAL && i < f->globals.n; i++)
		if (!strcmp(f->globals.v[i]->name, name))
			return true;
	for (size_t i = 0; kind == LIB_ALIAS && i < f->aliases.n; i++)
		if (!strcmp(f->aliases.v[i]->names.v[0]->comps.v[0].name, name))
			return true;
	for (size_t i = 0; kind == LIB_POINT && i < f->aliases.n; i++) { /* those of this library have two components */
		const struct probe_point *p = f->aliases.v[i]->names.v[0];
		char both[64];

		snprintf(both, sizeof(both), "%s.%s", p->comps.v[0].name, p->comps.v[1].name);
		if (!strcmp(both, name))
			return true;
	}
	return false;
}

size_t library_find(struct library *l, enum lib_kind kind, const char *name, struct ast_file ***ret)
{
	struct { struct ast_file **v; size_t n, cap; } found = { 0 };

	l->asked++;
	for (size_t i = 0; i < NLIB; i++)
		if (defines(l->files[i], kind, name))
			vec_push(l->a, &found, l->files[i]);
	*ret = found.v;
	return found.n;
}

size_t library_all(struct library *l, struct ast_file ***ret)
{
	*ret = l->files;
	return NLIB;
}

bool library_has(const struct library *l, enum lib_kind kind, const char *name)
{
	(void)l;
	(void)kind;
	(void)name;
	return false;
}

const char *const *library_names(struct library *l, enum lib_kind kind, size_t *ret_n)
{
	static const char *const functions[] = { "lib_pure", "lib_act", "lib_store" }, *const aliases[] = { "lib" },
				 *const points[] = { "lib.one", "lib.two", "lib._three" };

	(void)l;
	*ret_n = kind == LIB_FUNCTION || kind == LIB_POINT ? 3 : kind == LIB_ALIAS ? 1 : 0;
	return kind == LIB_FUNCTION ? functions : kind == LIB_POINT ? points : aliases;
}

/* ---- one session ------------------------------------------------------------------------------------------------------------------ */

enum { GURU = 1, UNOPTIMISED = 2, BODIES = 4, LISTED = 8, LISTED_VARS = 16, SKIP_BAD = 32, KERNEL = 64 };

struct run {
	struct session *s;
	struct library lib;
	struct pp_facts facts;
	bool ok;
	char text[16384];     /* -p2, or the listing */
	char messages[16384]; /* headlines, one a line */
};

static struct ast_file *parse_text(struct run *r, const struct parse_env *env, const char *text, enum source_kind kind)
{
	struct source *src = arena_make(r->s->arena, struct source);

	*src = (struct source){ .name = "t.stp", .text = text, .len = strlen(text), .kind = kind, .privileged = kind == SOURCE_TAPSET || r->facts.guru };
	return parse_file(env, src);
}

static void copy_headlines(struct run *r)
{
	char *text = NULL, *save = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	diag_flush(r->s->diag, out);
	fclose(out);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, "semantic error: ", 16) || !strncmp(line, "WARNING: ", 9) || !strncmp(line, "parse error: ", 13))
			snprintf(r->messages + strlen(r->messages), sizeof(r->messages) - strlen(r->messages), "%s\n", line);
	free(text);
}

static void session_begin(struct run *r, unsigned how)
{
	struct session *s = r->s = calloc(1, sizeof(*r->s));
	static const struct diag_opts opts = { .verbose = true };

	s->arena = arena_new();
	s->names = intern_make(s->arena);
	s->diag = diag_new(s->arena, &opts);
	s->facts = &r->facts;
	r->facts = (struct pp_facts){ .kernel_v = "6.1.0", .kernel_vr = "6.1.0-test", .arch = "x86_64", .runtime = "kernel", .privilege = "stapdev",
				      .compat = "5.6", .guru = how & GURU };
	map_init(&s->macros, s->arena);
	s->opt.guru = how & GURU;
	s->opt.unoptimized = how & UNOPTIMISED;
	s->opt.skip_badvars = how & SKIP_BAD;
	s->opt.verbose[2] = how & BODIES ? 1 : 0;
	s->opt.listing = how & LISTED ? LIST_POINTS : how & LISTED_VARS ? LIST_VARS : LIST_NONE;
	s->target = how & KERNEL ? target : NULL;
}

static struct run *elaborate(const char *script, unsigned how)
{
	struct run *r = calloc(1, sizeof(*r));
	struct parse_env env;
	struct ast_file *f;
	FILE *out;

	session_begin(r, how);
	env = (struct parse_env){ .arena = r->s->arena, .names = r->s->names, .diag = r->s->diag, .facts = &r->facts, .macros = &r->s->macros };
	r->lib.a = r->s->arena;
	for (size_t i = 0; i < NLIB; i++)
		r->lib.files[i] = parse_text(r, &env, library_texts[i], SOURCE_TAPSET);
	r->s->library = &r->lib;
	if (how & (LISTED | LISTED_VARS))
		f = parse_synthetic(&env, "<list>", script);
	else
		f = parse_text(r, &env, script, SOURCE_USER);
	if (f && !diag_errors(r->s->diag)) {
		vec_push(r->s->arena, &r->s->user_files, f);
		r->ok = sema_run(r->s);
	}
	copy_headlines(r);
	out = fmemopen(r->text, sizeof(r->text) - 1, "w");
	if (how & (LISTED | LISTED_VARS))
		sema_list(r->s, out);
	else if (r->ok)
		sema_dump(r->s, out);
	fclose(out);
	return r;
}

static void run_free(struct run *r)
{
	arena_free(r->s->arena);
	free(r->s);
	free(r);
}

static void dump_is(const char *script, unsigned how, const char *want)
{
	struct run *r = elaborate(script, how);

	TEXT(r->text, want, script);
	if (!r->ok)
		printf("# %s\n", r->messages);
	run_free(r);
}

/* somewhere in its bodies */
static void shows(const char *script, const char *want)
{
	struct run *r = elaborate(script, KERNEL | BODIES);

	if (!OK(strstr(r->text, want), script))
		printf("# lacks %s\n# has %s%s\n", want, r->text, r->messages);
	run_free(r);
}

static void says(const char *script, unsigned how, const char *want)
{
	struct run *r = elaborate(script, how);

	if (!OK(strstr(r->messages, want), script))
		printf("# lacks %s\n# has %s\n", want, r->messages);
	run_free(r);
}

static void is_silent(const char *script, unsigned how)
{
	struct run *r = elaborate(script, how);

	TEXT(r->messages, "", script);
	OK(r->ok, "and is accepted");
	run_free(r);
}

/* "n CELLS; timer.s(1): n/EXCLUSIVE; begin: -" */
static void locks_are(const char *script, const char *want)
{
	static const char *const storage[] = { "LOCKED", "CELLS", "QUIET", "FREE" }, *const modes[] = { "READ", "WRITE", "EXCLUSIVE" };
	struct run *r = elaborate(script, KERNEL);
	struct buf b = BUF_INIT;

	for (size_t i = 0; r->ok && i < r->s->program->globals.n; i++)
		buf_printf(&b, "%s%s %s", i ? ", " : "", r->s->program->globals.v[i]->name, storage[r->s->program->globals.v[i]->storage]);
	for (size_t i = 0; r->ok && i < r->s->program->probes.n; i++) {
		const struct derived_probe *p = r->s->program->probes.v[i];

		buf_printf(&b, "; %s:%s", p->point->comps.v[0].name, p->commutes ? " inside" : "");
		for (size_t j = 0; j < p->locks.n; j++)
			buf_printf(&b, " %s/%s", p->locks.v[j].var->name, modes[p->locks.v[j].mode]);
	}
	TEXT(b.data, want, script);
	if (!r->ok)
		printf("# %s\n", r->messages);
	buf_fini(&b);
	run_free(r);
}

/* ---- tests --------------------------------------------------------------------------------------------------------------------------- */

static void test_matching(void)
{
	dump_is("probe beg*, {end,error} { println(1) }", 0,
		"# probes\nbegin /* <- beg*,end,error */\nend /* <- beg*,end,error */\nerror /* <- beg*,end,error */\n");
	dump_is("probe foo.bar = begin { x = 1 } probe foo.baz = end { x = 2 } probe foo.* { println(x) }", 0,
		"# probes\nbegin /* <- foo.bar = begin <- foo.* */\n  # locals\n  x:long\nend /* <- foo.baz = end <- foo.* */\n  # locals\n  x:long\n");
	dump_is("probe a.b.c = begin { x = 1 } probe a**c { println(x) }", 0, "# probes\nbegin /* <- a.b.c = begin <- a**c */\n  # locals\n  x:long\n");
	dump_is("probe foo = timer.s(5) { } probe foo.randomize(2) { println(1) }", 0,
		"# probes\ntimer.s(5).randomize(2) /* <- foo = timer.s(5) <- foo.randomize(2) */\n");
	dump_is("probe foo = begin!, end { } probe foo { println(1) }", 0, "# probes\nbegin /* <- foo = begin!, end <- foo */\n");
	dump_is("probe nosuch?, begin { println(1) }", 0, "# probes\nbegin /* <- nosuch?,begin */\n");
	dump_is("probe li**ne { println(name) } probe l**.two { println(2) } probe lib.**o { println(3) } probe lib._** { println(4) }", 0,
		"# probes\nbegin /* <- lib.one = begin <- li**ne */\n  # locals\n  name:string\ntimer.s(2) /* <- lib.two = timer.s(2) <- l**.two */\n"
		"timer.s(2) /* <- lib.two = timer.s(2) <- lib.**o */\nend /* <- lib._three = end <- lib._** */\n");
	says("probe nosuch { }", 0, "probe point mismatch (similar: ");
	says("probe timer { }", 0, "probe point truncated (follow: hz(number) jiffies(number)");
	says("probe q* { }", 0, "probe point mismatch: didn't find any wildcard matches (similar: ");
	says("probe process(\"x\").function(\"y\") { }", 0, "process(...) probes are not supported yet");
	says("probe foo = begin { } probe foo.zot { }", 0, "invalid suffix for probe: identifier 'zot'");
	says("probe foo = bar { } probe bar = foo { } probe foo { }", 0, "recursive loop in alias expansion of foo");
	says("probe foo = nosuch? { } probe foo { }", 0, "no match: identifier 'foo'");
	says("probe begin { } probe begin, nosuch1?, nosuch2 { println(1) }", 0, "while resolving probe point: identifier 'nosuch1'");
	says("probe begin { }", 0, "Probe 'begin' has been elided");
	says("probe begin { }", 0, "semantic error: no probes found");
}

static void test_bodies(void)
{
	dump_is("probe foo = begin { v = 1 }, { println(v) } probe foo if (g) { v++ } global g = 1", BODIES,
		"# globals\ng:long = 1\n# probes\nbegin if (g) /* <- foo = begin <- foo if (g) */\n  # locals\n  v:long\n"
		"{\nif (!(g)) next\n;\n(v) = (1);\n(v)++;\nprintln(v);\n}\n");
	dump_is("probe foo = begin { x = @probewrite(v); y = @probewrite(w) } probe foo { v = 1; println(x, y, v) }", BODIES,
		"# probes\nbegin /* <- foo = begin <- foo */\n  # locals\n  x:long\n  y:long\n  v:long\n{\n{\n(x) = (1);\n(y) = (0);\n};\n"
		"{\n(v) = (1);\nprintln(x, y, v);\n};\n}\n");
	says("probe begin if (f()) { } function f() { return 1 }", 0, "probe condition must not reference function");
	says("probe begin if (nog) { }", 0, "probe condition must not reference undeclared global");
	says("global g; probe begin if (g = 1) { }", 0, "probe condition must not modify any variables");
}

static void test_library(void)
{
	dump_is("probe begin { lib_store(1) }", 0,
		"# globals\nlib_table:long [long]\nlib_hidden:long\n# functions\nlib_pure:long ()\nlib_read:unknown (x:long)\nlib_store:unknown (x:long)\nout:unknown (x:long)\n"
		"# probes\nbegin /* <- begin */\nbegin(-5) /* <- begin(-5) */\nend /* <- end */\n");
	dump_is("probe lib.* { println(name) }", 0,
		"# probes\nbegin /* <- lib.one = begin <- lib.* */\n  # locals\n  name:string\n"
		"timer.s(2) /* <- lib.two = timer.s(2) <- lib.* */\n  # locals\n  name:string\n");
	dump_is("probe begin { secret = 2; println(secret, lib_secret()) }", 0,
		"# globals\nsecret:long\n# functions\nlib_secret:long ()\n# probes\nbegin /* <- begin */\n  # locals\n  secret:long\n");
	dump_is("function lib_over:long(a:long) { next } function lib_over:long(a:long) :2 { return a } probe begin { println(lib_over(1)) }", 0,
		"# functions\nlib_over:long (a:long)\nlib_over:long (a:long)\nlib_over:long (a:long)\n# probes\nbegin /* <- begin */\n");
	says("probe begin { lib_guru() }", 0, "function may not be used unless -g is specified");
	is_silent("probe begin { lib_guru() }", GURU);
	says("probe begin { lib_pur() }", 0, "unresolved function lib_pur (similar: lib_pure, ");
	says("probe begin { lib_pure(1) }", 0, "arity mismatch found (function 'lib_pure' takes 0 args)");
	says("function f(a) { return a } function f(a) { return 2 } probe begin { println(f(1)) }", 0, "instance of overloaded function will never be reached");
}

static void test_types(void)
{
	dump_is("global c[10]; probe begin { c[1, \"y\"] = 2; foreach (z = [u, v] in c) print(u, v, z); println(f(\"a\")) } function f(x) { return x }", 0,
		"# globals\nc[10]:long [long, string]\n# functions\nf:string (x:string)\n# probes\nbegin /* <- begin */\n  # locals\n  u:long\n  v:string\n  z:long\n");
	says("global a; probe begin { a[1] = 1; a[\"x\"] = 1 }", 0, "index 0 type mismatch (string)");
	says("global a; probe begin { a[1] = 1; a[\"x\"] = 1 }", 0, "type of index 0 was first inferred here (long)");
	says("probe begin { x = \"a\"; println(x + 1) }", 0, "type mismatch (long): identifier 'x'");
	says("probe begin { println(x) }", 0, "WARNING: never-assigned local variable 'x'");
	says("global x; probe begin { println(x) }", 0, "unresolved type : identifier 'x'");
	says("probe begin { println(1 == \"x\") }", 0, "type mismatch: left and right sides don't agree (long vs string)");
	says("probe begin { x <<< 1; println(@count(x)) }", 0, "stat locals not supported, missing global declaration?");
	says("global s; probe begin { s <<< 1; println(s) }", 0, "cannot print a raw stats object");
	says("global s; probe begin { s[1] <<< 1; x = s[1]; println(x) }", 0, "statistic-valued array in rvalue context");
	says("global s; probe begin { s <<< 1; println(@hist_log(s)); println(@hist_linear(s, 0, 9, 1)) }", 0, "multiple histogram types declared on 's'");
	says("global s; probe begin { s <<< 1; println(@variance(s, 1), @variance(s, 2)) }", 0, "conflicting bit shifts declared (previously 1)");
	says("probe begin { printf(\"%d\") }", 0, "Wrong number of args to formatted print operator");
	says("global a; probe begin { foreach (x in a) a[x] = 1; a[1] = 2 }", 0, "variable 'a' modified during 'foreach' iteration");
	says("global a; function f() { a[1] = 1 } probe begin { a[2] = 1; foreach (x in a) f() }", 0, "function call modifies var 'a' during 'foreach' iteration");
	is_silent("global a; probe begin { a[1] = 2; foreach (x in a) { println(x); delete a } }", 0);
	says("probe begin { break }", 0, "cannot 'break' outside loop");
	says("probe begin { a[1] = 2 }", 0, "unresolved arity-1 global array a, missing global declaration?");
	says("global x%; probe begin { x = 1; println(x) }", 0, "wrapping not supported for scalars");
	says("global a; probe begin { a[1] = 1; a[1, 2] = 3 }", 0, "inconsistent arity (1 vs 2)");
}

static void test_optimiser(void)
{
	dump_is("probe begin { if (1) println(1 + 2 * 3) else println(x); while (0) println(y); println(1 ? 2 : 3, \"a\" . \"\\1\" . \"2\", 7 / 0, 1 << 65) }", BODIES,
		"# probes\nbegin /* <- begin */\n{\nprintln(7);\nprintln(2, \"a\\0012\", (7) / (0), 2);\n}\n");
	dump_is("function f() { println(2); return 3 } probe begin { x = f(); y = 3; println(1) }", BODIES,
		"# functions\nf:long ()\n{\nprintln(2);\nreturn 3;\n}\n# probes\nbegin /* <- begin */\n{\nf();\nprintln(1);\n}\n");
	says("probe begin { x = 3; println(1) }", 0, "Eliding assignment to 'x'");
	says("probe begin { 1 + 2; println(1) }", 0, "Eliding side-effect-free expression ");
	says("probe begin { next; println(1) }", 0, "statement will never be reached");
	says("function f() { } probe begin { f(); println(1) }", 0, "side-effect-free function 'f'");
	says("function f() { return 1 } probe begin { f(); println(1) }", 0, "Eliding unused function 'f'");
	says("global abc; probe begin { println(abc) }", 0, "never-assigned global variable 'abc'");
	dump_is("probe begin { x = 3; if (0) println(1) }", UNOPTIMISED | BODIES,
		"# probes\nbegin /* <- begin */\n  # locals\n  x:long\n{\n(x) = (3);\nif (0) println(1)\n;\n}\n");
}

static void test_display(void)
{
	dump_is("global a, b; probe timer.s(1) { a[1, \"x\"]++; b <<< 1 }", BODIES,
		"# globals\na:long [long, string]\nb:stats\n# probes\ntimer.s(1) /* <- timer.s(1) */\n{\n(a[1, \"x\"])++;\n(b) <<< (1);\n}\n"
		"end /* <- end */\n  # locals\n  __idx0:long\n  __idx1:string\n  __val:long\n"
		"{\nforeach (__val = [__idx0, __idx1] in a-) printf(\"a[%#d,\\\"%#s\\\"]=%d\\\\n\", __idx0, __idx1, __val);\n}\n"
		"end /* <- end */\n{\nif ((@count(b)) == (0)) printf(\"b @count=0x0\\\\n\")\n"
		"else printf(\"b @count=%#d @min=%#d @max=%#d @sum=%#d @avg=%#d\\\\n\", @count(b), @min(b), @max(b), @sum(b), @avg(b))\n;\n}\n");
}

static void test_locks(void)
{
	locks_are("global n; probe kernel.function(\"sock_read\") { n++ } probe end { println(n) }", "n QUIET; end:; kernel:");
	locks_are("global n; function inner() { n = 2 } function outer() { inner() } probe kernel.function(\"sock_read\") { outer() } probe timer.s(1) { println(n) }",
		  "n LOCKED; kernel: n/WRITE; timer: n/READ");
	locks_are("global n; probe kernel.function(\"sock_read\") { n++ } probe timer.s(1) { println(n); n = 0 }", "n CELLS; kernel: inside; timer: n/EXCLUSIVE");
	locks_are("global n; function up() { n[1] += 2 } probe kernel.function(\"sock_read\") { up() } probe timer.s(1) { foreach (k in n) println(k); delete n }",
		  "n CELLS; kernel: inside; timer: n/EXCLUSIVE");
	locks_are("global n; probe kernel.function(\"sock_read\") { while (n < 3) println(1) } probe timer.s(1) { n = 4 }", "n LOCKED; kernel: n/READ; timer: n/WRITE");
	locks_are("global n; probe kernel.function(\"sock_read\") { if (n++ > 3) println(1) }", "n LOCKED; kernel: n/WRITE");
	locks_are("global n = 2; probe begin { n = 3 } probe kernel.function(\"sock_read\") { println(n) }", "n FREE; begin:; kernel:");
	locks_are("global on; probe kernel.function(\"sock_read\") if (on) { println(1) } probe timer.s(1) { on = !on }", "on LOCKED; kernel: on/READ; timer: on/WRITE");
	locks_are("global s; probe kernel.function(\"sock_read\") { s = \"x\" } probe end { println(s) }", "s LOCKED; end:; kernel: s/WRITE");
	locks_are("global n%; probe kernel.function(\"sock_read\") { n[1]++ } probe end { println(n[1]) }", "n LOCKED; end:; kernel: n/WRITE");
	locks_are("global n, m; probe kernel.function(\"sock_read\") { n++; m = 1 } probe kernel.function(\"sock_close\") { println(m) } probe end { println(n) }",
		  "n QUIET, m LOCKED; end:; kernel: m/WRITE; kernel: m/READ");
	locks_are("global n; probe kernel.function(\"sock_read\").return { println(@entry(n)) } probe timer.s(1) { n++ }", "n LOCKED; kernel: n/READ; timer: n/WRITE");
}

static void test_targets(void)
{
	dump_is("probe kernel.function(\"sock_read\") { println($len, $sk->c->port, &$sk->name, $sk->next->name[2], $$parms) }", KERNEL | BODIES,
		"# probes\nkernel.function(\"sock_read\") /* pc=<kernel:sock_read+0x0> */ /* <- kernel.function(\"sock_read\") */\n{\n"
		"println($len, $sk->c->port, &$sk->name, $sk->next->name[2], sprintf(\"sk=%#x buf=%#x len=%#x block=%#x\", $sk, $buf, $len, $block));\n}\n");
	dump_is("probe kernel.function(\"sock_read\").return { println($return, $len, $len, @entry(lib_pure())) }", KERNEL | BODIES,
		"# functions\nlib_pure:long ()\n%{ /* pure */ 1 %}\n# probes\nkernel.function(\"sock_read\").return /* pc=<kernel:sock_read+0x0> */ /* <- kernel.function(\"sock_read\").return */\n"
		"{\nprintln($return, @entry($len), @entry($len), @entry(lib_pure()));\n}\n");
	dump_is("probe kernel.function(\"sock_read\") { s = $sk; println(s->hi); if (@defined(s->nope)) println(s->nope); t = s->next; println(t->st, @defined($nope), @defined($sk->lo)) }",
		KERNEL | BODIES,
		"# probes\nkernel.function(\"sock_read\") /* pc=<kernel:sock_read+0x0> */ /* <- kernel.function(\"sock_read\") */\n  # locals\n  s:long\n  t:long\n{\n(s) = ($sk);\nprintln((s)->hi);\n"
		"(t) = ((s)->next);\nprintln((t)->st, 0, 1);\n}\n");
	dump_is("probe begin { println(@cast(lib_pure(), \"sock\")->next->mid, @enum(\"ST_ERR\")) }", KERNEL | BODIES,
		"# functions\nlib_pure:long ()\n%{ /* pure */ 1 %}\n# probes\nbegin /* <- begin */\n{\nprintln(@cast(lib_pure(), \"sock\")->next->mid, -1);\n}\n");
	dump_is("function f() { return $sk } function g(x) { return f() + x } probe kernel.function(\"sock_read\"), kernel.function(\"sock_close\") { println(g(1)) }", KERNEL,
		"# functions\nf:long ()\nf:long ()\ng:long (x:long)\ng:long (x:long)\n# probes\n"
		"kernel.function(\"sock_read\") /* pc=<kernel:sock_read+0x0> */ /* <- kernel.function(\"sock_read\") */\n"
		"kernel.function(\"sock_close\") /* pc=<kernel:sock_close+0x0> */ /* <- kernel.function(\"sock_close\") */\n");
	dump_is("probe begin { println(@enumname(1, \"state\")) }", KERNEL | BODIES, /* declared in another order than that of values */
		"# functions\n__enumname_0:string (a:long)\n  # locals\n  n:string\n{\n(n) = (((a) < (1))?(((a) == (-1))?(\"ST_ERR\"):(\"\")):(((a) == (1))?(\"ST_OPEN\"):(\"\")));\n"
		"return ((n) == (\"\"))?(sprintf(\"%d\", a)):(n);\n}\n# probes\nbegin /* <- begin */\n{\nprintln(__enumname_0(1));\n}\n");
	says("probe kernel.function(\"sock_read\") { println($nosuch) }", KERNEL, "$sk, $buf, $len, $block");
	says("probe kernel.function(\"sock_read\") { println($sk->nosuch) }", KERNEL, "'nosuch'");
	says("probe begin { println($x) }", KERNEL, "unresolved target-symbol expression: identifier '$x'");
	says("probe begin { println(@cast(1, \"nosuch\")->x) }", KERNEL, "type definition 'nosuch' not found in 'kernel'");
	says("probe begin { x = 1; println(x->y) }", KERNEL, "unknown type in dereference");
	says("probe begin { println(@entry(1)) }", KERNEL, "@entry is only valid in .return probes");
	says("probe begin { println(@enum(\"NOSUCH\")) }", KERNEL, "enumeration constant 'NOSUCH' not found");
	says("probe begin { println(@var(\"x\")) }", KERNEL, "not supported yet");
	says("probe begin { println(\"a\" =~ \"b(\") }", KERNEL, "regex compilation error (at position 1): expected ), found end of regex");
	says("probe kernel.function(\"sock_read\") { $sk->lo = 1 }", KERNEL, "write to target variable not permitted; need stap -g");
	is_silent("probe kernel.function(\"sock_read\") { $sk->c->port = 1 }", KERNEL | GURU);
	says("probe kernel.function(\"sock_read\").return { x = 1; println(@entry(x), x) }", KERNEL, "local variable 'x' has no value when the function is entered");
	says("probe kernel.function(\"sock_read\") { println($nosuch) }", KERNEL | SKIP_BAD, "Bad $context variable being substituted with literal 0");
}

static void test_pretty(void)
{
	/* P1: a kernel function's char * may well point to the program's memory */
	dump_is("probe kernel.function(\"sock_close\") { println($sk$) }", KERNEL | BODIES,
		"# functions\n__pretty_0:string (a:long)\n{\ntry {\n{\n"
		"return sprintf(\"{.c={...}, .a=%i, .b=%i, .lo=%u, .mid=%u, .hi=%i, .name=[...], .next=%p, .o=%p, .text=%s, .f=?, .fn=%p, .raw=%p, .mac=[...], .st=%i}\", "
		"$sk->a, $sk->b, $sk->lo, $sk->mid, $sk->hi, $sk->next, $sk->o, kernel_or_user_string_quoted($sk->text), $sk->fn, $sk->raw, $sk->st);\n}\n} catch {\n{\nreturn \"ERROR\";\n}\n}\n;\n}\n"
		"kernel_or_user_string_quoted:string (addr:long)\n%{ /* pure */ %}\n# probes\nkernel.function(\"sock_close\") /* pc=<kernel:sock_close+0x0> */ /* <- kernel.function(\"sock_close\") */\n{\nprintln(__pretty_0($sk));\n}\n");
	/* P2: a bit-field of an u8 is a number, a whole u8 a character */
	shows("probe begin { println(@cast(0, \"header\")$) }", "\"{.ihl=%u, .version=%u, .all=%u, .tos='%#c', .sign=%i, .on=%i}\"");
	shows("probe begin { println(@cast(0, \"header\")->version$) }", "sprintf(\"%u\", ");
	shows("probe begin { println(@cast(0, \"header\")->tos$) }", "sprintf(\"'%#c'\", ");
	dump_is("probe kernel.function(\"sock_read\").return { println($len$, $$return, $$return$) }", KERNEL | BODIES,
		"# probes\nkernel.function(\"sock_read\").return /* pc=<kernel:sock_read+0x0> */ /* <- kernel.function(\"sock_read\").return */\n"
		"{\nprintln(sprintf(\"%u\", @entry($len)), sprintf(\"return=%#x\", $return), sprintf(\"return=%s\", sprintf(\"%u\", $return)));\n}\n");
}

static void test_listing(void)
{
	dump_is("probe lib.* {}", LISTED, "lib.one\nlib.two\n");
	dump_is("probe kernel.function(\"sock_[rc]*e*\") {}", LISTED | KERNEL, "kernel.function(\"sock_close\")\nkernel.function(\"sock_read\")\nkernel.function(\"sock_ret_big\")\nkernel.function(\"sock_ret_small\")\n");
	dump_is("probe lib.one {}", LISTED_VARS, "lib.one name:string lib_one:long\n");
	/* what each of the probes has that share a name, in the first one's order */
	dump_is("probe lib.both, lib.one {}", LISTED_VARS, "lib.both two:string three:long\nlib.one name:string lib_one:long\n");
	dump_is("probe kernel.function(\"sock_close\") {}", LISTED_VARS | KERNEL, "kernel.function(\"sock_close\") $sk:struct sock*\n");
	dump_is("probe nosuch {}", LISTED, "");
}

static void test_speed(void)
{
	struct buf b = BUF_INIT;
	struct run *r;
	clock_t t;

	for (unsigned i = 0; i < 2000; i++)
		buf_printf(&b, "probe timer.ms(%u) { n[%u]++; x = n[3]; if (x > %u) printf(\"%%d\\n\", x) } ", i + 1, i, i);
	buf_puts(&b, "global n");
	t = clock();
	r = elaborate(b.data, 0);
	t = clock() - t;
	OK(r->ok, "2,000 handlers");
	OK(t < 3 * CLOCKS_PER_SEC, "in seconds, under the sanitizers");
	run_free(r);
	buf_fini(&b);
}

int main(void)
{
	struct target_paths paths = { .release = "6.1.0-test", .arch = "x86_64" };
	char kit[64];

	if (!mkdtemp(dir))
		return 2;
	snprintf(kit, sizeof(kit), "%s/kit", dir);
	test_kit(kit, 1);
	paths.kit_dir = kit;
	target = target_new(&paths);
	test_matching();
	test_bodies();
	test_library();
	test_types();
	test_optimiser();
	test_display();
	test_locks();
	test_targets();
	test_pretty();
	test_listing();
	test_speed();
	target_free(target);
	fs_rm_rf(dir);
	return tap_done();
}
