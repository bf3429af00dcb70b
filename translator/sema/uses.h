/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One walk that tells how a body uses variables and whom it calls: what usage.c, prune.c, locks.c and check.c are made of.
 *
 * A commutative update is n++, n--, n += x, n -= x of a long and s <<< v, of a scalar or an element, whose result nobody takes: a statement
 * by itself, or the first or last part of `for`. The right side of && and ||, and both of ?:, are taken if the whole is.
 */
#ifndef STP_SEMA_USES_H
#define STP_SEMA_USES_H

#include "sema/sema.h"

struct use_walk {
	/* how: bits of enum use; at: the EX_VAR, whole: the EX_INDEX or EX_VAR that is used */
	void (*var)(void *cookie, struct vardecl *v, unsigned how, struct expr *whole);
	void (*call)(void *cookie, struct expr *call);	    /* may be NULL */
	void (*expr)(void *cookie, struct expr *e);	    /* every other node, may be NULL */
	void (*stmt)(void *cookie, struct stmt *s, bool enter); /* every statement, before and after; may be NULL */
	void *cookie;
};

void uses_block(const struct use_walk *w, struct block *b);
void uses_stmt(const struct use_walk *w, struct stmt *s);
void uses_expr(const struct use_walk *w, struct expr *e, bool taken); /* taken: somebody uses the result */

#endif
