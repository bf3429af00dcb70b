/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzing passes 1 to 3, with the real tapset and the small kernel of testsuite/unit/types_test.h. Built and run by
 * testsuite/fuzz.t; with clang's -fsanitize=fuzzer too, see there. The first byte chooses options. Besides not crashing: what a
 * pass refuses has an error; what it accepts can be printed. link: passes, runs: 1500
 */
#include "unit/types_test.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/fs.h"
#include "codegen/codegen.h"
#include "library/library.h"
#include "sema/pass2.h"
#include "session.h"
#include "syntax/ast_tools.h"
#include "syntax/diag.h"
#include "syntax/parse.h"
#include "types/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OPT_GURU = 1, OPT_UNOPTIMISED = 2, OPT_OLD = 4, OPT_SKIP_BAD = 8, OPT_LIST = 16, OPT_NO_KERNEL = 32 };

static struct target *target;
static FILE *null;

static char dir[] = "/tmp/stp-fuzz-XXXXXX";

static void clean_up(void)
{
	fs_rm_rf(dir);
	target_free(target);
}

/* once: the small kernel serves all runs */
static void prepare(void)
{
	static char kit[sizeof(dir) + 4];
	struct target_paths paths = { .release = "6.1.0-test", .arch = "x86_64", .kit_dir = kit };

	if (!mkdtemp(dir))
		exit(2);
	snprintf(kit, sizeof(kit), "%s/kit", dir);
	test_kit(paths.kit_dir, 1);
	paths.modules_dir = dir;
	target = target_new(&paths);
	null = fopen("/dev/null", "w");
	atexit(clean_up);
}

static const char *config(void *cookie, const char *name)
{
	(void)cookie;
	return strlen(name) % 2 ? "y" : "12";
}

static void session_begin(struct session *s, unsigned opts, struct pp_facts *facts)
{
	static const struct diag_opts dopts = { .verbose = false };

	s->release = s->host_release = "6.1.0-test";
	s->arch = "x86_64";
	s->data_dir = "/dev/null/nowhere";
	s->opt.tapset_dir = STP_SRCDIR "/tapset";
	s->opt.guru = opts & OPT_GURU;
	s->opt.unoptimized = opts & OPT_UNOPTIMISED;
	s->opt.skip_badvars = opts & OPT_SKIP_BAD;
	s->opt.quiet_warnings = true; /* of the library */
	s->opt.verbose[2] = 1;
	s->opt.listing = opts & OPT_LIST ? LIST_VARS : LIST_NONE;
	s->opt.compat = opts & OPT_OLD ? "2.2" : "5.6";
	s->target = opts & OPT_NO_KERNEL ? NULL : target;
	s->kit_error = (char *)"no kit";
	*facts =
		(struct pp_facts){ "6.1.0", "6.1.0-test", "x86_64", "kernel", "stapdev", s->opt.compat, s->opt.guru, config, NULL };
	s->facts = facts;
	s->diag = diag_new(s->arena, &dopts);
}

static void elaborate(struct session *s)
{
	bool ok = sema_run(s);

	if (s->opt.listing != LIST_NONE) {
		sema_list(s, null);
		return;
	}
	BUG_IF(!ok && !diag_errors(s->diag), "pass 2 fails without a word");
	if (diag_errors(s->diag))
		return;
	sema_dump(s, null);
	ok = codegen_run(s);
	BUG_IF(!ok && !diag_errors(s->diag), "pass 3 fails without a word");
	BUG_IF(ok && !s->c_text, "pass 3 wrote nothing");
}

static void translate(struct session *s, const char *text)
{
	struct parse_env env = { .arena = s->arena, .names = s->names, .diag = s->diag, .facts = s->facts, .macros = &s->macros };
	struct source *src = arena_make(s->arena, struct source);
	struct oserr *err = library_open(s, &s->library);
	struct ast_file *file;

	BUG_IF(err, "%s", err->msg);
	*src = (struct source){ .name = "fuzz.stp", .text = text, .len = strlen(text), .privileged = s->opt.guru };
	library_load_macros(s->library, text);
	file = parse_file(&env, src);
	if (!file || diag_errors(s->diag))
		return;
	vec_push(s->arena, &s->user_files, file);
	elaborate(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pp_facts facts;
	struct session *s;

	if (!size)
		return 0;
	if (!target)
		prepare();
	s = session_new();
	session_begin(s, data[0], &facts);
	translate(s, arena_strndup(s->arena, (const char *)data + 1, size - 1));
	diag_finish(s->diag, null);
	s->target = NULL; /* shared by all runs */
	session_free(s);
	return 0;
}
