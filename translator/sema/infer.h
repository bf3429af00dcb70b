/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of one inference, and its entry for one expression (types.c, infer_stmt.c). */
#ifndef STP_SEMA_INFER_H
#define STP_SEMA_INFER_H

#include "sema/sema.h"
#include "types/type.h"

struct infer {
	struct sema *sm;
	struct owner *o;
	bool changed;
	bool autocasts; /* this round looks at them */
	bool backwards; /* this round goes from the last statement to the first */
	bool final;	/* @defined that cannot be decided is decided now */
	struct hint { struct expr *const *of; const char *text; } hint; /* what a message about this operand says of it besides */
	bool told;	/* functions without a type take that which operators told that are gone (discard.c) */
};

enum value_type infer(struct infer *I, struct expr **ep, enum value_type want);
/* where a type was first met: tok NULL = it is declared, or by nature; argument: as that argument of a call, from 1; 0 = otherwise */
struct first {
	const struct token *tok;
	unsigned argument;
};
struct first infer_first_of(const struct vardecl *v);
struct first infer_first_of_function(const struct funcdecl *f);
/* the same for what must be of the type KNOWN since FIRST */
enum value_type infer_given(struct infer *I, struct expr **ep, enum value_type known, struct first first);
void infer_block(struct infer *I, struct block *b); /* infer_stmt.c */

/* something was learned: there is another round */
void infer_changed(struct infer *I);
/* the node's type is T from now on; VT_UNKNOWN changes nothing. Gives its type */
enum value_type infer_set(struct infer *I, struct expr *e, enum value_type t);
enum value_type infer_poison(struct infer *I, struct expr *e);
/* an aggregate where a value is wanted: it has many */
enum value_type infer_raw_stat(struct infer *I, struct expr *e);
/* E stands for V (a variable, or an array's element) and is wanted as WANT */
enum value_type infer_decl(struct infer *I, struct expr *e, struct vardecl *v, enum value_type want);
/* *ep is key I of array V; or: its type was met at TOK */
void infer_key(struct infer *I, struct vardecl *v, size_t i, struct expr **ep);
void infer_set_key(struct infer *I, struct vardecl *v, size_t i, enum value_type t, const struct token *tok);
/* C type details T flow into *slot */
void infer_flow(struct infer *I, struct type **slot, struct type *t);

#endif
