/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzing pass 1, built and run by testsuite/fuzz.t. Add -DSTP_SMALL_LIMITS to meet limits and growth early. The first byte chooses options;
 * text behind a byte \x01 is an argument.
 * Besides not crashing: a tree and its clone print the same, positions are inside the source, and errors are reported exactly when
 * there is an error or no tree.
 * link: syntax, runs: 3000
 */
#include "base/buf.h"
#include "base/error.h"
#include "base/intern.h"
#include "syntax/ast_tools.h"
#include "syntax/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OPT_GURU = 1, OPT_LIBRARY = 2, OPT_OLD = 4, OPT_VERBOSE = 8, OPT_COLOR = 16, OPT_TAPSET = 32 };

static const char *config(void *cookie, const char *name)
{
	(void)cookie;
	return strlen(name) % 2 ? "y" : "12";
}

static void check_block(struct arena *a, const struct block *b)
{
	struct buf one = BUF_INIT, two = BUF_INIT;

	print_block(&one, b, 1);
	print_block(&two, clone_block(a, b), 1);
	BUG_IF(strcmp(one.data, two.data), "a clone prints differently");
	buf_fini(&one);
	buf_fini(&two);
}

static bool check_expr(void *cookie, struct expr **ep)
{
	const struct token *t = (*ep)->tok;
	struct buf text = BUF_INIT;

	(void)cookie;
	BUG_IF(!t || t->span.off > t->span.src->len || t->span.len > t->span.src->len - t->span.off,
	       "a place outside of its source");
	if ((*ep)->kind == EX_STRING)
		literal_decode(&text, (*ep)->str);
	buf_fini(&text);
	return true;
}

static void check_tree(struct arena *a, const struct ast_file *file)
{
	struct ast_visitor v = { .expr = check_expr };
	struct buf out = BUF_INIT;

	print_file(&out, file);
	for (size_t i = 0; i < file->probes.n; i++) {
		check_block(a, vec_at(&file->probes, i)->body);
		walk_block(&v, vec_at(&file->probes, i)->body);
	}
	for (size_t i = 0; i < file->functions.n; i++)
		if (vec_at(&file->functions, i)->body)
			check_block(a, vec_at(&file->functions, i)->body);
	buf_fini(&out);
}

static void run(struct arena *a, unsigned opts, const char *text, char *const *args, size_t nargs)
{
	static FILE *null;
	struct diag_opts dopts = { .verbose = opts & OPT_VERBOSE,
				   .colors = opts & OPT_COLOR ? "error=1:caret=2:token=3:source=" : NULL };
	struct pp_facts facts = { "6.1.0",	   "6.1.0-1-amd64", "x86_64", "kernel", "stapdev", opts & OPT_OLD ? "2.2" : "5.6",
				  opts & OPT_GURU, config,	    NULL };
	struct source src = { .name = "fuzz.stp", .text = text, .len = strlen(text), .privileged = opts & OPT_GURU };
	struct diag *d = diag_new(a, &dopts);
	bool used[8] = { false };
	struct map macros;
	struct parse_env env = { a, intern_make(a), d, &facts, args, nargs, used, &macros };
	struct ast_file *file;

	if (!null)
		null = fopen("/dev/null", "w");
	src.kind = opts & OPT_TAPSET ? SOURCE_TAPSET : SOURCE_USER;
	map_init(&macros, a);
	if (opts & OPT_LIBRARY) {
		bool clean = parse_macros(&env, &src);

		BUG_IF(clean == (diag_errors(d) > 0), "clean or not?");
		src.text = "@define a(x) %( @b(@x) %) probe begin { @a(1) @b(2) @c }";
		src.len = strlen(src.text);
	}
	file = parse_file(&env, &src);
	BUG_IF(!file && !diag_errors(d), "no tree and no error");
	if (file)
		check_tree(a, file);
	diag_finish(d, null);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text, *args[8], *at;
	struct arena *a;
	size_t nargs = 0;

	if (!size)
		return 0;
	a = arena_new();
	text = arena_strndup(a, (const char *)data + 1, size - 1);
	for (at = strchr(text, 1); at && nargs < 8; at = strchr(at, 1)) {
		*at++ = '\0';
		args[nargs++] = at;
	}
	run(a, data[0], text, args, nargs);
	arena_free(a);
	return 0;
}
