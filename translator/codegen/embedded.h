/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The second text: embedded C, compiled apart with kernel headers. */
#ifndef STP_CODEGEN_EMBEDDED_H
#define STP_CODEGEN_EMBEDDED_H

#include <stdbool.h>

struct buf;
struct embedded;
struct funcdecl;
struct gen;

/* true if the program has any (top-level, a reached function, an expression) */
bool embedded_print(struct gen *g, struct buf *out);
const char *embedded_expr_proto(struct gen *g, unsigned long i); /* of g->exprs */

bool embedded_has_context(const struct gen *g, const struct embedded *e); /* embedded_context.c: it says c or CONTEXT */
void embedded_check_context(struct gen *g, const struct embedded *e);	 /* a diagnostic for each member that is not there */

extern const char embedded_prelude[]; /* embedded_prelude.c: kernel headers, abi.h, helpers */
extern const char *const embedded_context_members[]; /* of its struct context, then NULL */

#endif
