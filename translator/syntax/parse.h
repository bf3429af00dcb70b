/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pass 1 for one source: lexing, $1/@1, macros, conditionals, parsing. Errors go to the sink; the returned tree then lacks the bad parts. */
#ifndef STP_SYNTAX_PARSE_H
#define STP_SYNTAX_PARSE_H

#include "base/map.h"
#include "syntax/ast.h"
#include "syntax/diag.h"

struct intern;

/* what %( … %) conditions ask about the target */
struct pp_facts {
	const char *kernel_v, *kernel_vr, *arch, *runtime, *privilege, *compat; /* "6.1.0", "6.1.0-56-amd64", "x86_64", "kernel", "stapdev", "5.6" */
	bool guru;
	/* value of CONFIG_x in the target's .config, "" if unset */
	const char *(*config)(void *cookie, const char *name);
	void *cookie;
};

struct parse_env {
	struct arena *arena;
	struct intern *names;
	struct diag *diag;
	const struct pp_facts *facts;
	char *const *args;   /* script arguments */
	size_t nargs;
	bool *args_used;     /* nargs flags, set by user scripts' $N/@N; may be NULL */
	struct map *macros;  /* library macros by "@name": filled by parse_macros(), read by parse_file() */
};

/* NULL only if the source is unusable as a whole (errors were reported). "Input file 'X' is empty." is reported here for user files */
struct ast_file *parse_file(const struct parse_env *env, const struct source *src);
/* a .stpm file: true if it is clean; else nothing of it is kept and the errors are in the sink */
bool parse_macros(const struct parse_env *env, const struct source *src);
/* for -l/-L PROBE and -T: "probe TEXT" as a tree with a synthetic origin. It may name the arguments of ENV */
struct ast_file *parse_synthetic(const struct parse_env *env, const char *name, const char *text);

/* the n-th name of the print family; NULL behind the last */
const char *print_name(size_t n);

#endif
