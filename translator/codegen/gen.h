/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of one pass 3: what the files of codegen/ share. Nobody outside codegen/ includes this. */
#ifndef STP_CODEGEN_GEN_H
#define STP_CODEGEN_GEN_H

#include "base/buf.h"
#include "base/map.h"
#include "codegen/tunables.h"
#include "sema/program.h"
#include "syntax/ast.h"
#include "syntax/diag.h"

#include <stdbool.h>

struct cfunc;

struct call_edge {
	const struct funcdecl *fn;
	bool recursive; /* the callee is in a cycle */
};

/* one C function as generated: its text and what frames.c needs to know */
struct cfunc {
	const char *name;
	const char *text;     /* with what belongs to it: frame struct, lock tables */
	const char *proto;    /* declaration, without ';' */
	unsigned frame_bytes; /* of the string-slot stack */
	unsigned stack_bytes; /* estimate of the kernel stack, from above */
	VEC(struct call_edge) calls;
	bool recursive;
	unsigned need_frame, need_stack; /* (frames.c) of this and all below, recursion not counted; 0 = not computed */
};

/* %{ … %} as an expression: a C function without arguments */
struct embedded_expr {
	const struct embedded *embedded;
	enum value_type type;
	const char *cname;
};

struct gen {
	struct session *s;
	struct arena *arena;
	struct diag *diag;
	struct program *prog;
	struct tunables tun;
	bool numbers_in_frames;		      /* second try: the kernel stack would not hold them */
	struct map taken;		      /* names of file scope */
	struct cfunc **functions;	      /* by funcdecl.index in program.functions; NULL = not C of ours (builtin, embedded) */
	bool *called;			      /* by the same index: some C calls it */
	const struct derived_probe **context; /* by the same index: the probe that a function reads saved values of, or NULL */
	VEC(struct cfunc *) handlers;	      /* unique ones, in probe order */
	VEC(struct cfunc *) accessors;	      /* pragma:read/write of embedded C */
	VEC(struct cfunc *) conditions;	      /* as in program.conditions */
	struct map bodies;		      /* handler text → struct cfunc *, for merging */
	VEC(struct embedded_expr) exprs;
	VEC(const struct regex_dfa *) regexes; /* that some C uses: re_1 is the first */
	bool has_families;
	unsigned frame_bytes, stack_bytes; /* (frames.c) of the whole script */
};

/* storage of a global */
static inline bool in_cells(const struct vardecl *v)
{
	return v->storage == STORE_CELLS || v->storage == STORE_QUIET;
}
static inline bool is_map(const struct vardecl *v)
{
	return v->arity > 0;
}
/* rows of a linear histogram, without the two of what lies outside: (stop - start) / interval + 1, saturated. interval > 0 */
int64_t hist_rows(const struct stat_params *s);
unsigned stat_buckets(const struct vardecl *v); /* 0 without histogram; after program_check() */

#endif
