/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_dump [-g] [-v] [-w] [--diag-tags] [--compat V] [--color] [-m FILE.stpm]… FILE [ARG]…: the parser by itself. Prints the -p1
 * text of FILE on stdout, or the diagnostics on stderr and exits 1. The facts that conditionals ask for are fixed, so that tests do
 * not depend on a kernel.
 */
#include "base/buf.h"
#include "base/intern.h"
#include "syntax/ast_tools.h"
#include "syntax/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *config(void *cookie, const char *name)
{
	static const char *const values[][2] = {
		{ "CONFIG_SMP", "y" },
		{ "CONFIG_NR_CPUS", "8192" },
		{ "CONFIG_HZ", "250" },
		{ "CONFIG_LOCALVERSION", "\"-x\"" },
	};

	(void)cookie;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		if (!strcmp(values[i][0], name))
			return values[i][1];
	return "";
}

static const struct source *read_source(struct arena *a, const char *path, enum source_kind kind, bool privileged)
{
	struct source *s = arena_make(a, struct source);
	FILE *f = fopen(path, "r");
	struct buf text = BUF_INIT;
	char chunk[4096];
	size_t n;

	if (!f) {
		perror(path);
		exit(2);
	}
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(&text, chunk, n);
	fclose(f);
	s->name = path;
	s->text = arena_strndup(a, text.data, text.len);
	s->len = strlen(s->text);
	s->kind = kind;
	s->privileged = privileged;
	buf_fini(&text);
	return s;
}

struct setup {
	struct arena *arena;
	struct diag_opts opts;
	struct pp_facts facts;
	struct map macros;
	const char *library[16];
	size_t nlibrary;
};

static int parse_options(struct setup *s, char **argv)
{
	int i;

	for (i = 1; argv[i] && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "-g"))
			s->facts.guru = true;
		else if (!strcmp(argv[i], "-v"))
			s->opts.verbose = true;
		else if (!strcmp(argv[i], "-w"))
			s->opts.quiet_warnings = true;
		else if (!strcmp(argv[i], "--diag-tags"))
			s->opts.show_tags = true;
		else if (!strcmp(argv[i], "--color"))
			s->opts.colors = "error=01;31:warning=00;33:source=00;34:caret=01:token=01";
		else if (!strcmp(argv[i], "--compat") && argv[i + 1])
			s->facts.compat = argv[++i];
		else if (!strcmp(argv[i], "-m") && argv[i + 1] && s->nlibrary < 16)
			s->library[s->nlibrary++] = argv[++i];
		else
			return -1;
	}
	return argv[i] ? i : -1;
}

static int dump(struct setup *s, char *const *argv, size_t argc)
{
	struct diag *d = diag_new(s->arena, &s->opts);
	struct parse_env env = { s->arena, intern_make(s->arena), d, &s->facts, argv + 1, argc - 1, NULL, &s->macros };
	struct ast_file *file;
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < s->nlibrary; i++)
		parse_macros(&env, read_source(s->arena, s->library[i], SOURCE_TAPSET, true));
	file = parse_file(&env, read_source(s->arena, argv[0], SOURCE_USER, s->facts.guru));
	diag_finish(d, stderr);
	if (!file || diag_errors(d))
		return 1;
	buf_puts(&out, "# parse tree dump\n");
	print_file(&out, file);
	puts(out.data);
	buf_fini(&out);
	return 0;
}

int main(int argc, char **argv)
{
	struct setup s = {
		.facts = { "6.1.0", "6.1.0-56-amd64", "x86_64", "kernel", "stapdev", "5.6", false, config, NULL },
	};
	int first = parse_options(&s, argv), status;

	if (first < 0) {
		fputs("usage: parse_dump [-g] [-v] [-w] [--diag-tags] [--compat V] [--color] [-m FILE.stpm] FILE [ARG]...\n",
		      stderr);
		return 2;
	}
	s.arena = arena_new();
	map_init(&s.macros, s.arena);
	status = dump(&s, argv + first, (size_t)(argc - first));
	arena_free(s.arena);
	return status;
}
