// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stap from beginning to end. passes[] is the list: each pass reports into the diagnostics sink and returns; what -pN prints, the -v lines
 * and "Pass N: … failed" are made here and nowhere else.
 */
#include "passes.h"

#include "config.h"

#include "base/scope.h"
#include "base/term.h"
#include "base/text.h"
#include "cli/cli.h"
#include "codegen/codegen.h"
#include "example.h"
#include "facts.h"
#include "kit/cache.h"
#include "kit/compile.h"
#include "kit/kit.h"
#include "library/library.h"
#include "probe/provider.h"
#include "report.h"
#include "run/run.h"
#include "run/vm.h"
#include "script.h"
#include "sema/pass2.h"
#include "sema/program.h"
#include "session.h"
#include "shell/shell.h"
#include "syntax/ast_tools.h"
#include "syntax/diag.h"
#include "types/target.h"
#include "usage.h"
#include "verbose.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* who has interrupted us knows why nothing goes any more */
static bool fail(struct session *s, struct oserr *err)
{
	if (!run_interrupted())
		report_error(s, err->msg);
	oserr_free(err);
	return false;
}

/* ---- pass 1: parse -------------------------------------------------------------------------------------------------------------------- */

static bool pass1(struct session *s)
{
	struct oserr *err = library_open(s, &s->library);
	size_t n;

	if (err)
		return fail(s, err);
	n = library_count(s->library);
	s->said[0] = arena_printf(s->arena, "parsed user script and %zu library script%s", n, n == 1 ? "" : "s");
	library_load_given(s->library);
	return script_parse(s) && diag_errors(s->diag) == 0;
}

static void say_done(struct session *s, unsigned pass, struct buf *out)
{
	buf_printf(out, "%s using %s", s->said[pass - 1], usage_memory(s->arena));
}

static void say1(struct session *s, struct buf *out) { say_done(s, 1, out); }

/* the whole library; of macros nothing is left but their files' names */
static void dump_library(struct session *s, struct buf *out)
{
	const struct ast_file *tree;
	const char *path;

	for (size_t i = 0; library_file(s->library, i, &path, &tree); i++) {
		if (tree)
			print_file(out, tree);
		else if (path)
			buf_printf(out, "# file %s\n", path);
		if (path)
			buf_putc(out, '\n');
	}
}

static void dump1(struct session *s)
{
	struct buf out = BUF_INIT;

	buf_puts(&out, "# parse tree dump\n");
	for vec_each (i, &s->user_files)
		if (s->user_files.v[i]->src->kind == SOURCE_USER)
			print_file(&out, s->user_files.v[i]);
	buf_putc(&out, '\n');
	if (s->opt.verbose[1])
		dump_library(s, &out);
	term_write(stdout, out.data, out.len);
	buf_fini(&out);
}

/* ---- pass 2: elaborate ----------------------------------------------------------------------------------------------------------------- */

/* The kernel's facts. Without a kit, probes of the kernel say why; begin and timers still elaborate */
static void open_target(struct session *s)
{
	struct oserr *err = kit_open(s, &s->kit);

	if (err) {
		s->kit_error = arena_strdup(s->arena, err->msg);
		oserr_free(err);
		return;
	}
	s->target = target_new(&(struct target_paths){
		.release = kit_release(s->kit),
		.arch = kit_arch(s->kit),
		.kit_dir = kit_dir(s->kit),
		.modules_dir = kit_modules_dir(s->kit),
	});
}

static const char *summary(struct session *s)
{
	const struct program *p = s->program;
	size_t np = p->probes.n, nf = p->functions.n, ne = p->embeds.n, ng = p->globals.n;

	return arena_printf(s->arena, "analyzed script: %zu probe%s, %zu function%s, %zu embed%s, %zu global%s", np, np == 1 ? "" : "s", nf,
			    nf == 1 ? "" : "s", ne, ne == 1 ? "" : "s", ng, ng == 1 ? "" : "s");
}

static bool pass2(struct session *s)
{
	bool ok;

	open_target(s);
	ok = sema_run(s);
	s->said[1] = summary(s);
	if (s->kit_error && s->opt.release && !s->kit_missed && s->opt.last_pass < 4) /* pass 4 fails of it */
		diag(s->diag, W_NO_TARGET, NULL, s->release, s->kit_error);
	return ok;
}

static void say2(struct session *s, struct buf *out) { say_done(s, 2, out); }

static void dump2(struct session *s)
{
	sema_dump(s, stdout);
}

/* ---- pass 3: translate ------------------------------------------------------------------------------------------------------------------- */

static void say3(struct session *s, struct buf *out)
{
	buf_puts(out, "translated to C into ");
	verbose_c_file(s, out);
	buf_printf(out, " using %s", usage_memory(s->arena));
}

static void dump3(struct session *s)
{
	static const char between[] = "\n/* ---- second object: embedded C ---- */\n\n";

	term_write(stdout, s->c_text, strlen(s->c_text));
	if (!s->embedded_text)
		return;
	term_write(stdout, between, sizeof(between) - 1);
	term_write(stdout, s->embedded_text, strlen(s->embedded_text));
}

/* ---- pass 4: compile ----------------------------------------------------------------------------------------------------------------------- */

static bool pass4(struct session *s)
{
	struct oserr *err;

	if (!s->kit)
		return fail(s, oserr_new(0, "%s", s->kit_error));
	s->warned |= diag_warnings(s->diag) > 0;
	err = compile_module(s);
	return err ? fail(s, err) : true;
}

static void say4(struct session *s, struct buf *out)
{
	if (s->cached)
		buf_printf(out, "using cached %s", s->module_path);
	else
		buf_printf(out, "compiled C into \"%s.ko\"", s->module_name);
}

static void print_path(const char *path)
{
	term_write(stdout, path, strlen(path));
	term_write(stdout, "\n", 1);
}

static void dump4(struct session *s)
{
	print_path(s->module_path);
}

/* which facts served each family of the script */
static void say_sources(struct session *s)
{
	for (size_t i = 0; providers[i]; i++) {
		size_t n = 0;

		for vec_each (k, &s->program->probes)
			n += s->program->probes.v[k]->provider == providers[i];
		if (n && providers[i]->sources)
			term_say("Pass 2: %s: %zu, %s.\n", providers[i]->family, n, providers[i]->sources);
	}
}

/* how much of the library the script cost */
static void say_library(struct session *s)
{
	size_t n = library_parsed(s->library);

	term_say("Pass 2: %zu library script%s needed.\n", n, n == 1 ? "" : "s");
}

/* ---- the list --------------------------------------------------------------------------------------------------------------------------------- */

static const struct pass {
	bool (*run)(struct session *s);
	void (*say)(struct session *s, struct buf *out);
	void (*dump)(struct session *s);
	const char *failed;
	bool says_always; /* what -v says makes sense of a failed one, too */
} passes[] = {
	{ pass1, say1, dump1, "parse failed.", true },
	{ pass2, say2, dump2, "analysis failed.", true },
	{ codegen_run, say3, dump3, "translation failed.", false },
	{ pass4, say4, dump4, "compilation failed.", false },
};
#define LAST_HERE (sizeof(passes) / sizeof(passes[0]))

static void say(struct session *s, unsigned n, struct usage_clock *clock)
{
	struct buf text = BUF_INIT;

	if (!s->opt.verbose[n])
		return;
	if (n == 1)
		verbose_library(s);
	passes[n - 1].say(s, &text);
	term_say("Pass %u: %s in %s.\n", n, text.data, usage_stop(clock, s->arena));
	buf_fini(&text);
	if (n == 2)
		say_sources(s);
	if (n == 2 && s->opt.verbose[2] > 1)
		say_library(s);
}

/* true to go on with pass n+1 */
static bool run_pass(struct session *s, unsigned n)
{
	const struct pass *p = &passes[n - 1];
	struct usage_clock clock;
	bool ok;

	usage_start(&clock);
	ok = p->run(s) && diag_errors(s->diag) == 0;
	if (s->opt.werror && (diag_warnings(s->diag) || (s->library && library_warnings(s->library))))
		ok = false;
	if (run_interrupted()) /* what the pass has to say may come of that */
		return false;
	report_flush(s);
	if (n == 2 && s->opt.keep_going)
		report_catalogue(s);
	if (ok && n == s->opt.last_pass && n < LAST_HERE)
		p->dump(s);
	fflush(stdout); /* before what is said about it */
	if (ok || p->says_always)
		say(s, n, &clock);
	if (!ok && n == 4 && s->kit) /* else it is not the kernel that is at fault */
		report_trailer(s, "Kernel version %s is %s tested range %s ... %s\n", s->facts->kernel_v,
			       text_release_within(s->facts->kernel_v, STP_TESTED_FIRST, STP_TESTED_LAST) ? "within" : "outside", STP_TESTED_FIRST, STP_TESTED_LAST);
	if (!ok) {
		report_trailer(s, "Pass %u: %s  [man error::pass%u]\n", n, p->failed, n);
		report_finish(s);
	}
	return ok;
}

/* a script seen before needs none of the passes but the run */
static bool seen_before(struct session *s)
{
	struct usage_clock clock;
	struct cache_entry e;
	struct oserr *err;

	usage_start(&clock);
	if (s->opt.last_pass < 4 || s->opt.module_renamed || s->opt.keep || s->opt.listing != LIST_NONE)
		return false;
	err = cache_seen(s, &e);
	if (err) {
		oserr_free(err);
		return false;
	}
	s->module_path = arena_strdup(s->arena, e.ko_path);
	s->module_sha256 = arena_strdup(s->arena, e.sha256);
	s->module_name = arena_strdup(s->arena, e.name);
	s->cached = true;
	for (unsigned n = 1; n <= 2; n++) /* programs look for them */
		if (s->opt.verbose[n])
			term_say("Pass %u: %s using %s in %s.\n", n, s->said[n - 1], usage_memory(s->arena), usage_stop(&clock, s->arena));
	if (s->opt.verbose[3])
		term_say("Pass 3: using cached %s\n", e.c_path);
	cache_entry_fini(&e);
	if (s->opt.verbose[4])
		term_say("Pass 4: using cached %s\n", s->module_path);
	return true;
}

static int pass5(struct session *s)
{
	struct usage_clock clock;
	struct oserr *err;
	int status = 1;

	if (s->opt.verbose[5])
		term_say("Pass 5: starting run.\n");
	usage_start(&clock);
	if (s->opt.vm)
		s->controls = module_controls(s->module_path);
	err = s->opt.vm ? run_vm(s, &status) : run_local(s, &status);
	if (err && err->code != EINTR) /* after an interrupt, too: it ends a run in order */
		report_error(s, err->msg);
	oserr_free(err);
	if (s->opt.verbose[5])
		term_say("Pass 5: run completed in %s.\n", usage_stop(&clock, s->arena));
	if (status)
		term_say("Pass 5: run failed.  [man error::pass5]\n");
	return status;
}

/* The module is for another kernel than this host's: it can only be built */
static void force_last_pass(struct session *s)
{
	if (s->opt.last_pass < 5 || s->opt.vm || strcmp(s->release, s->host_release) == 0)
		return;
	if (!s->opt.quiet_warnings)
		term_say("WARNING: kernel release/architecture mismatch with host forces last-pass 4.\n");
	s->opt.last_pass = 4;
}

static int run_passes(struct session *s)
{
	force_last_pass(s);
	if (s->opt.last_pass == 5 && !s->opt.vm && geteuid() != 0) {
		term_say("ERROR: You are trying to run systemtap as a normal user.\n"
				"You should be root to run a script here; -p4 translates and compiles without that.\n");
		return 1;
	}
	if (!seen_before(s)) {
		for (unsigned n = 1; n <= LAST_HERE; n++) {
			if (!run_pass(s, n))
				return 1;
			if (n == s->opt.last_pass && n < LAST_HERE) {
				report_finish(s);
				return 0;
			}
		}
		report_finish(s);
	}
	if (s->opt.last_pass == 4) {
		dump4(s);
		return 0;
	}
	return pass5(s);
}

static int build_kit(struct session *s)
{
	struct oserr *err = kit_open(s, &s->kit);

	if (err)
		return fail(s, err), 1;
	if (run_interrupted())
		return 1;
	print_path(kit_dir(s->kit));
	return 0;
}

/* -l -L: errors are hidden, unless somebody wants to see why nothing was found. What is not supported yet is there, but not listed */
static bool list_points(struct session *s)
{
	bool found;

	if (!pass1(s)) {
		report_flush(s);
		return false;
	}
	open_target(s);
	sema_run(s);
	found = sema_list(s, stdout) > 0;
	if (s->kit_missed && !run_interrupted())
		report_error(s, s->kit_error);
	if (s->opt.verbose[2] >= 2)
		report_flush(s);
	else
		report_not_yet(s);
	return found;
}

static int list(struct session *s)
{
	switch (s->opt.listing) {
	case LIST_TYPES:
		sema_dump_probe_types(stdout);
		return 0;
	case LIST_ALIASES:
		if (pass1(s))
			sema_dump_aliases(s, stdout);
		return 0;
	case LIST_FUNCTIONS:
		if (pass1(s))
			sema_dump_functions(s, stdout);
		return 0;
	case LIST_POINTS:
	case LIST_VARS:
		return list_points(s) ? 0 : 1;
	case LIST_NONE:
		break;
	}
	return 1;
}

/* the guest's kernel is the target */
static struct oserr *choose_vm_kernel(struct session *s)
{
	struct oserr *err;

	s->vm_kernel = arena_make(s->arena, struct vm_kernel);
	err = vm_find_kernel(s->arena, s->data_dir, s->opt.vm, s->vm_kernel);
	s->opt.release = s->vm_kernel->release;
	return err;
}

static int dispatch(struct session *s)
{
	struct oserr *err = s->opt.vm ? choose_vm_kernel(s) : NULL;
	int status = 1;

	if (!err && s->opt.example)
		err = example_find(s);
	if (!err)
		err = session_kernel(s);
	if (err)
		return fail(s, err), 1;
	if (s->opt.vm_run) {
		err = run_vm_command(s, &status);
		return err ? (fail(s, err), 1) : status;
	}
	if (s->opt.clean_cache) {
		err = cache_clean(s);
		return err ? (fail(s, err), 1) : 0;
	}
	verbose_start(s);
	facts_init(s);
	s->diag = diag_new(s->arena, facts_diag_opts(s));
	if (s->opt.build_kit)
		return build_kit(s);
	if (s->opt.listing == LIST_NONE)
		return run_passes(s);
	status = list(s);
	return run_interrupted() ? 1 : status;
}

/* a run of the interactive mode, in a process of its own: its temporary directory is its own as well */
static int translate(struct session *s)
{
	int status;

	run_signals_init();
	s->tmpdir = NULL;
	status = dispatch(s);
	session_free(s);
	return status;
}

/* a pipe that nobody reads any more is no error to be told of: who read it has seen enough */
static bool output_written(void)
{
	errno = EIO; /* of what was written before */
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	if (!run_interrupted())
		term_say("ERROR: cannot write the output: %s\n", strerror(errno));
	return false;
}

int stap_main(int argc, char **argv)
{
	struct session *s = session_new();
	struct oserr *err = cli_parse(s, argc, argv);
	int status = 0;

	if (err) {
		term_say("%s\n", err->msg);
		if (err->code == EINVAL)
			term_say("Try '--help' for more information. [man stap]\n");
		oserr_free(err);
		status = 1;
	} else if (s->opt.help) {
		cli_help(stdout);
	} else if (s->opt.version) {
		cli_version(stdout);
	} else if (s->opt.trusted_path) {
		status = cli_trusted_path(s->opt.trusted_path, stdout) ? 0 : 1;
	} else if (s->opt.interactive) {
		status = shell_run(s, translate);
	} else {
		run_signals_init();
		status = dispatch(s);
	}
	session_free(s);
	return output_written() ? status : 1;
}
