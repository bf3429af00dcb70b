/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Target expressions: what target.c, pretty.c and expand.c say to each other. */
#ifndef STP_SEMA_TARGET_H
#define STP_SEMA_TARGET_H

#include "sema/sema.h"
#include "types/type.h"

struct types *target_kernel_types(struct sema *sm); /* NULL if there are none */

/* MODULES as in @cast: "a:b", "" = the default; NULL if none has the type */
struct type *target_named_type(struct owner *o, const struct token *at, const char *modules, const char *name);

/* @enumname: replaced by a call; false after a message */
bool enumname_resolve(struct owner *o, struct expr **ep);

void target_without_kit(struct owner *o, const struct token *tok); /* says why */

/* where.c: notes below the last error since MARK: the aliases that it stands in, the functions */
void where_note(struct owner *o, size_t mark);

/* an EX_TARGET or EX_ENTRY node: replaced, except autocasts. false: the walker need not go into it */
bool target_visit(struct owner *o, struct expr **ep);
/* the left side of an assignment or crement; false after a message */
bool target_write(struct owner *o, struct expr *e);

bool target_in_return(const struct owner *o); /* a return probe's handler: there are $return and @entry */

/* "$$vars->x", "&$$vars": true after a message */
bool pretty_misused(struct owner *o, const struct expr *e);

/* $x$ of a number: the EX_ACCESS inside its sprintf, NULL if there is more to it */
struct expr *pretty_saved_number(struct expr *e);
struct expr *pretty_replace_number(struct expr *e, struct expr *number);

#endif
