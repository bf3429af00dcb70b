// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Command line → struct options. options.def is the only list of options: the getopt tables, --help and the "not supported yet" texts come
 * from it. Checks that involve several options are in cli_check.c.
 */
#include "cli/cli.h"

#include "base/scope.h"
#include "base/term.h"
#include "base/text.h"
#include "cli/check.h"
#include "config.h"
#include "session.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <regex.h>
#include <string.h>
#include <sys/resource.h>

enum { ARG_NONE = no_argument, ARG_REQUIRED = required_argument, ARG_OPTIONAL = optional_argument };

enum opt_id {
	O_NONE = 0x1000, /* above every letter */
#define OPT(id, letter, name, arg, argname, help) O_##id,
#define LATER(letter, name, arg, usual)
#include "cli/options.def"
#undef OPT
#undef LATER
	O_LATER,
};

struct opt_row {
	enum opt_id id;
	int letter;
	const char *name;
	int arg;
	const char *argname, *help;
	const char *usual; /* of one to come: what it is if nobody asks */
};

static const struct opt_row rows[] = {
#define OPT(id, letter, name, arg, argname, help) { O_##id, letter, name, arg, argname, help, NULL },
#define LATER(letter, name, arg, usual) { O_LATER, letter, name, arg, NULL, NULL, usual },
#include "cli/options.def"
#undef OPT
#undef LATER
};
#define NROWS (sizeof(rows) / sizeof(rows[0]))

#define LONG_BASE 0x10000 /* getopt's value of rows[i].name */

static void build_tables(char *shorts, struct option *longs)
{
	size_t nlong = 0;

	for (size_t i = 0; i < NROWS; i++) {
		const struct opt_row *r = &rows[i];

		if (r->letter) {
			*shorts++ = (char)r->letter;
			if (r->arg != ARG_NONE)
				*shorts++ = ':';
		}
		if (r->name)
			longs[nlong++] = (struct option){ r->name, r->arg, NULL, LONG_BASE + (int)i };
	}
	*shorts = '\0';
	longs[nlong] = (struct option){ NULL, 0, NULL, 0 };
}

static const struct opt_row *row_of(int c)
{
	if (c >= LONG_BASE)
		return &rows[c - LONG_BASE];
	for (size_t i = 0; i < NROWS; i++)
		if (rows[i].letter == c)
			return &rows[i];
	return NULL;
}

void cli_help(FILE *out)
{
	fprintf(out, "Usage: stap [options] FILE [ARGS]        a script in a file, or in - for standard input\n"
		     "       stap [options] -e SCRIPT [ARGS]   a script on the command line\n"
		     "       stap [options] -l|-L PROBE [ARGS] list probe points\n\nOptions:\n");
	for (size_t i = 0; i < NROWS; i++) {
		const struct opt_row *r = &rows[i];
		char left[64];
		const char *sep = r->name && r->arg == ARG_OPTIONAL ? "[=" : r->name ? "=" : " ";

		if (!r->help)
			continue;
		snprintf(left, sizeof(left), "%s%c%s%s%s%s%s", r->letter ? "-" : "  ", r->letter ? r->letter : ' ', r->name ? " --" : "",
			 r->name ? r->name : "", r->argname ? sep : "", r->argname ? r->argname : "", *sep == '[' ? "]" : "");
		fprintf(out, "  %-26s %s\n", left, r->help);
	}
	fprintf(out, "\nMan pages: stap(1), staprun(8), stap-prep(8).\n");
}

void cli_version(FILE *out)
{
	fprintf(out,
		"Systemtap translator/driver (version %s, language of SystemTap %s)\n"
		"Copyright (C) 2026 the stap authors\n"
		"This is free software; see the source for copying conditions.\n"
		"tested kernel versions: " STP_TESTED_FIRST " ... " STP_TESTED_LAST "\n"
		"enabled features: BTF KIT VM\n",
		PACKAGE_VERSION, STP_COMPAT_VERSION);
}

static struct oserr *opt_pass(struct options *o, const char *arg)
{
	int64_t n;

	if (!text_int(arg, 1, 5, &n))
		return oserr_new(0, "Invalid pass number (should be 1-5).");
	o->last_pass = (unsigned)n;
	o->last_pass_given = true;
	return NULL;
}

static struct oserr *opt_vp(struct options *o, const char *arg)
{
	size_t n = strlen(arg);

	if (n < 1 || n > 5 || strspn(arg, "0123456789") != n)
		return oserr_new(0, "Invalid --vp argument: it takes 1 to 5 digits.");
	for (size_t i = 0; i < n; i++)
		o->verbose[i + 1] += (unsigned)(arg[i] - '0');
	return NULL;
}

static struct oserr *opt_number(const char *arg, int64_t min, int64_t max, const char *complaint, int64_t *ret)
{
	return text_int(arg, min, max, ret) ? NULL : oserr_new(0, "%s", complaint);
}

struct oserr *cli_pattern(const char *what, const char *arg, const char *pattern)
{
	regex_t re;
	int bad;

	BUG_IF(regcomp(&re, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB), "bad pattern %s", pattern);
	bad = regexec(&re, arg, 0, NULL, 0);
	regfree(&re);
	return bad ? oserr_new(0, "ERROR: Safety pattern mismatch for %s ('%s' vs. '%s')", what, arg, pattern) : NULL;
}

static struct oserr *opt_diagnostics(struct options *o, const char *arg)
{
	o->json = strcmp(arg, "json") == 0;
	return o->json || strcmp(arg, "text") == 0 ? NULL : oserr_new(EINVAL, "--diagnostics=%s: expected text or json", arg);
}

static struct oserr *opt_define(struct session *s, const char *arg)
{
	struct oserr *err = cli_pattern("-D parameter", arg, "^[a-z_][a-z_0-9]*(=-?[a-z_0-9]+)?$");
	const char *eq = strchr(arg, '=');
	struct define d;

	if (err)
		return err;
	d.name = eq ? arena_strndup(s->arena, arg, (size_t)(eq - arg)) : arg;
	d.value = eq ? eq + 1 : "1";
	vec_push(s->arena, &s->opt.defines, d);
	return NULL;
}

static struct oserr *opt_modinfo(struct session *s, const char *arg)
{
	struct oserr *err = cli_pattern("--modinfo parameter", arg, "^[a-z_][a-z0-9_]*=.+$");

	if (!err)
		vec_push(s->arena, &s->opt.modinfos, arg);
	return err;
}

static struct oserr *opt_arch(struct options *o, const char *arg)
{
	o->arch = arg;
	return cli_pattern("-a parameter", arg, "^[a-z0-9_-]+$");
}

/* where parameters are is known from the calling convention at a function's entry: nothing to search for yet, whatever is asked */
static struct oserr *opt_prologue(const char *arg)
{
	if (!arg || strcmp(arg, "never") == 0 || strcmp(arg, "auto") == 0 || strcmp(arg, "always") == 0)
		return NULL;
	return oserr_new(0, "Invalid argument '%s' for --prologue-searching.", arg);
}

/* in force at once, for stap and all that it starts. Dumps of a process that ran into a limit of memory help nobody */
static struct oserr *opt_rlimit(const struct opt_row *r, int resource, const char *arg)
{
	static const struct rlimit none = { 0, 0 };
	unsigned long long n;
	struct rlimit lim;
	char *end;

	errno = 0;
	n = strtoull(arg, &end, 0);
	if (errno || end == arg || *end || *arg == '-')
		return oserr_new(0, "Unable to convert %s resource limit '%s'.", r->name, arg);
	lim.rlim_cur = lim.rlim_max = (rlim_t)n;
	if (setrlimit((__rlimit_resource_t)resource, &lim) < 0)
		return oserr_errno(errno, "Unable to set --%s=%s", r->name, arg);
	if (resource == RLIMIT_AS || resource == RLIMIT_STACK)
		(void)!setrlimit(RLIMIT_CORE, &none);
	return NULL;
}

static struct oserr *opt_global(struct session *s, const char *arg)
{
	struct oserr *err = cli_pattern("-G parameter", arg, "^[a-z_][a-z0-9_]*=[a-z0-9_.-]+$");

	if (!err)
		vec_push(s->arena, &s->opt.globals, arg);
	return err;
}

/* -m: without .ko, at most 55 bytes, a name that the kernel takes */
static struct oserr *opt_module(struct session *s, const char *arg)
{
	char *name = arena_strdup(s->arena, arg);
	size_t n = strlen(name);
	bool cut = false;

	if (text_ends(name, ".ko") || text_ends(name, ".so")) {
		name[n -= 3] = '\0';
		cut = true;
	}
	if (n > 55) {
		name[55] = '\0';
		cut = true;
	}
	if (n == 0)
		return oserr_new(0, "Module name cannot be empty.");
	if (cut)
		term_say("Truncating module name to '%s'\n", name);
	s->opt.module_name = name;
	s->opt.module_renamed = true;
	return cli_pattern("-m parameter", name, "^[a-z0-9_]+$");
}

static struct oserr *opt_rotate(struct options *o, const char *arg)
{
	o->rotate = arg;
	return cli_pattern("-S parameter", arg, "^[0-9]+(,[0-9]+)?$");
}

static struct oserr *opt_script(struct options *o, const char *arg)
{
	if (o->script_text)
		return oserr_new(EINVAL, "Only one script can be given on the command line.");
	o->script_text = arg;
	return NULL;
}

static struct oserr *opt_list(struct options *o, enum listing kind, const char *point)
{
	if (o->listing != LIST_NONE)
		return oserr_new(EINVAL, "ERROR: only one of the -l/-L/--dump-* switches may be specified");
	o->listing = kind;
	o->list_point = point;
	return NULL;
}

static struct oserr *opt_timeout(struct options *o, const char *arg)
{
	char *end;

	o->timeout = strtod(arg, &end);
	if (*end || end == arg || !(o->timeout > 0) || o->timeout > 1e9)
		return oserr_new(0, "Invalid timeout interval.");
	return NULL;
}

static struct oserr *opt_buffer(struct options *o, const char *arg)
{
	int64_t n = 0;
	struct oserr *err = opt_number(arg, 1, 4095, "Invalid buffer size (should be 1-4095).", &n);

	o->buffer_mb = (unsigned)n;
	return err;
}

static struct oserr *opt_vm_cpus(struct options *o, const char *arg)
{
	int64_t n = 0;
	struct oserr *err = opt_number(arg, 1, 64, "Invalid number of CPUs (should be 1-64).", &n);

	o->vm_cpus = (unsigned)n;
	return err;
}

static struct oserr *opt_release(struct options *o, const char *arg)
{
	if (!*arg)
		return oserr_new(0, "ERROR: -r needs a kernel release or a directory.");
	o->release = arg;
	return arg[0] == '/' ? NULL : cli_pattern("-r parameter", arg, "^[a-z0-9_.+~-]+$");
}

static struct oserr *opt_color(struct options *o, const char *arg)
{
	if (arg && strcmp(arg, "never") != 0 && strcmp(arg, "auto") != 0 && strcmp(arg, "always") != 0)
		return oserr_new(0, "Invalid argument '%s' for --color.", arg);
	o->color = arg ? arg : "always";
	return NULL;
}

/* old makefiles say what is the default anyway */
static struct oserr *opt_later(const struct opt_row *r, const char *arg)
{
	if (arg && r->usual && strcmp(arg, r->usual) == 0)
		return NULL;
	if (r->name)
		return oserr_new(0, "ERROR: option --%s is not supported yet", r->name);
	return oserr_new(0, "ERROR: option -%c is not supported yet", r->letter);
}

/* long: dispatch */
static struct oserr *apply(struct session *s, const struct opt_row *r, const char *arg)
{
	struct options *o = &s->opt;

	switch (r->id) {
	case O_HELP: o->help = true; return NULL;
	case O_VERSION: o->version = true; return NULL;
	case O_PASS: return opt_pass(o, arg);
	case O_VERBOSE: for (int i = 1; i <= 5; i++) o->verbose[i]++; return NULL;
	case O_VP: return opt_vp(o, arg);
	case O_KEEP: o->keep = true; return NULL;
	case O_GURU: o->guru = true; return NULL;
	case O_UNOPT: o->unoptimized = true; return NULL;
	case O_NOWARN: o->quiet_warnings = true; return NULL;
	case O_WERROR: o->werror = true; return NULL;
	case O_BUFFER: return opt_buffer(o, arg);
	case O_INCLUDE: vec_push(s->arena, &o->include_dirs, arg); return NULL;
	case O_DEFINE: return opt_define(s, arg);
	case O_GLOBAL: return opt_global(s, arg);
	case O_RUNTIME_DIR: o->runtime_dir = arg; return NULL;
	case O_RELEASE: return opt_release(o, arg);
	case O_ARCH: return opt_arch(o, arg);
	case O_MAKE_ARG: o->kbuild = true; vec_push(s->arena, &o->make_args, arg); return NULL;
	case O_MODINFO: return opt_modinfo(s, arg);
	case O_EXAMPLE: o->example = true; return NULL;
	case O_PROLOGUES: return NULL;
	case O_PROLOGUE_SEARCHING: return opt_prologue(arg);
	case O_RLIMIT_AS: return opt_rlimit(r, RLIMIT_AS, arg);
	case O_RLIMIT_CPU: return opt_rlimit(r, RLIMIT_CPU, arg);
	case O_RLIMIT_NPROC: return opt_rlimit(r, RLIMIT_NPROC, arg);
	case O_RLIMIT_STACK: return opt_rlimit(r, RLIMIT_STACK, arg);
	case O_RLIMIT_FSIZE: return opt_rlimit(r, RLIMIT_FSIZE, arg);
	case O_MODULE: return opt_module(s, arg);
	case O_OUTPUT: o->output = arg; return NULL;
	case O_ROTATE: return opt_rotate(o, arg);
	case O_FLIGHT: o->leave_running = true; return NULL;
	case O_CMD: o->cmd = arg; return *arg ? NULL : oserr_new(EINVAL, "Empty CMD string invalid.");
	case O_TARGET: return opt_number(arg, 1, INT32_MAX, "Invalid target process ID number.", &o->target_pid);
	case O_SCRIPT: return opt_script(o, arg);
	case O_EXTRA: vec_push(s->arena, &o->extra_scripts, arg); return NULL;
	case O_LIST: return opt_list(o, LIST_POINTS, arg);
	case O_LIST_VARS: return opt_list(o, LIST_VARS, arg);
	case O_INTERACTIVE: o->interactive = true; return NULL;
	case O_TIMING: o->timing = true; return NULL;
	case O_TIMEOUT: return opt_timeout(o, arg);
	case O_VM: o->vm = arg ? arg : ""; return NULL;
	case O_VM_DIR: o->vm_dir = arg; return NULL;
	case O_VM_RUN: o->vm_run = arg; o->vm = o->vm ? o->vm : ""; return NULL;
	case O_VM_FILE: vec_push(s->arena, &o->vm_files, arg); return NULL;
	case O_VM_CPUS: return opt_vm_cpus(o, arg);
	case O_VM_BARE: o->vm_bare = true; return NULL;
	case O_VM_ICOUNT: o->vm_icount = true; return NULL;
	case O_KBUILD: o->kbuild = true; return NULL;
	case O_COMPATIBLE: o->compat = arg; return NULL;
	case O_CHECK_VERSION: o->check_version = true; return NULL;
	case O_COLOR: case O_COLOUR: return opt_color(o, arg);
	case O_KEEP_GOING: o->keep_going = true; return NULL;
	case O_DIAGNOSTICS: return opt_diagnostics(o, arg);
	case O_TMPDIR: o->tmpdir = arg; return NULL;
	case O_NO_CACHE: o->disable_cache = true; return NULL;
	case O_POISON_CACHE: o->poison_cache = true; return NULL;
	case O_CLEAN_CACHE: o->clean_cache = true; return NULL;
	case O_NO_DISPLAY: o->no_global_var_display = true; return NULL;
	case O_SKIP_BADVARS: o->skip_badvars = true; return NULL;
	case O_SUPPRESS_ERRORS: o->suppress_handler_errors = true; return NULL;
	case O_SUPPRESS_LIMITS:
		o->suppress_time_limits = true;
		return o->guru ? NULL : oserr_new(EINVAL, "ERROR --suppress-time-limits requires guru mode (-g)");
	case O_DUMP_TYPES: return opt_list(o, LIST_TYPES, NULL);
	case O_DUMP_ALIASES: return opt_list(o, LIST_ALIASES, NULL);
	case O_DUMP_FUNCTIONS: return opt_list(o, LIST_FUNCTIONS, NULL);
	case O_DIAG_TAGS: o->diag_tags = true; return NULL;
	case O_BUILD_KIT: o->build_kit = true; return NULL;
	case O_TRUSTED_PATH: o->trusted_path = arg; return NULL;
	case O_LATER: return opt_later(r, arg);
	case O_NONE: break;
	}
	stp_bug(__FILE__, __LINE__, "option row %d", r->id);
}

static struct oserr *bad_option(int argc, char **argv, const char *shorts)
{
	const char *word = optind <= argc ? argv[optind - 1] : "";

	if (optopt && optopt < LONG_BASE && strchr(shorts, optopt) && isalpha(optopt))
		return oserr_new(EINVAL, "stap: option requires an argument -- '%c'", optopt);
	if (optopt >= LONG_BASE)
		return oserr_new(EINVAL, "stap: option '%s' %s an argument", word, rows[optopt - LONG_BASE].arg == ARG_NONE ? "does not take" : "requires");
	if (optopt)
		return oserr_new(EINVAL, "stap: invalid option -- '%c'", optopt);
	return oserr_new(EINVAL, "stap: unrecognized option '%s'", word);
}

struct oserr *cli_parse(struct session *s, int argc, char **argv)
{
	char shorts[2 * NROWS + 1];
	struct option longs[NROWS + 1];
	struct oserr *err = NULL;
	int c;

	s->opt.last_pass = 5;
	err = cli_check_environment();
	if (!err)
		err = cli_rc_prepend(s, &argc, &argv);
	if (err)
		return err;
	build_tables(shorts, longs);
	opterr = 0;
	optind = 0;
	while (!err && (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1)
		err = c == '?' ? bad_option(argc, argv, shorts) : apply(s, row_of(c), optarg);
	if (err || s->opt.help || s->opt.version || s->opt.trusted_path)
		return err;
	if (!s->opt.script_text && s->opt.listing == LIST_NONE && optind < argc)
		s->opt.script_file = argv[optind++];
	for (; optind < argc; optind++)
		vec_push(s->arena, &s->opt.args, (const char *)argv[optind]);
	err = cli_check(s);
	return err ? err : cli_check_tmpdir(&s->opt);
}
