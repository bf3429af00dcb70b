/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements → lines of the unit. */
#ifndef STP_CODEGEN_STMT_H
#define STP_CODEGEN_STMT_H

#include "codegen/unit.h"

void block_gen(struct unit *u, const struct block *b);
void stmt_gen(struct unit *u, const struct stmt *s);
/* a reset point: what was merged before may have changed; e is evaluated next (NULL: nothing that merges) */
void merge_begin(struct unit *u, const struct expr *e);

/* loop.c */
void for_gen(struct unit *u, const struct stmt *s);
void foreach_gen(struct unit *u, const struct stmt *s);

/* comment.c: "x.stp:3  n++", the statement as the script has it */
void stmt_comment(struct unit *u, const struct stmt *s);

/* actions.c: what a straight run through a block costs; loops charge each iteration themselves */
unsigned actions_of(const struct block *b);
unsigned actions_of_stmt(const struct stmt *s);
bool block_has_loop_or_call(const struct block *b);
#define OPS_FREE 4
unsigned ops_of(const struct block *b); /* operations that take time, likewise */
unsigned ops_of_stmt(const struct stmt *s);
unsigned ops_of_expr(const struct expr *e);
void actions_charge(struct unit *u, unsigned n, unsigned ops, const struct token *where); /* where NULL: no place is named */

#endif
