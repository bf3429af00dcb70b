/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What pass 2 hands to pass 3: everything resolved, typed and reachable. Invariants that codegen relies on:
 *   - every EX_VAR has a decl; every EX_CALL has its callees, every EX_REGEX its automaton; no EX_TARGET, EX_DEFINED, EX_ENTRY, EX_PROBEWRITE, EX_CONST, EX_ENUM is left
 *     (they became EX_ACCESS, EX_SAVED, EX_NUMBER, EX_STRING, EX_EMBEDDED or calls);
 *   - every expression has a type LONG or STRING (STATS only for EX_VAR/EX_INDEX under <<<, EX_STAT, EX_HIST, delete; VOID for calls as statements);
 *   - globals, functions and locals that nothing uses are not listed.
 */
#ifndef STP_SEMA_PROGRAM_H
#define STP_SEMA_PROGRAM_H

#include "base/map.h"
#include "syntax/ast.h"

struct provider;

enum use {
	USE_READ = 1,
	USE_WRITE = 2,
	USE_COMMUTE = 4, /* n++, a[k] += x, s <<< v with the result unused */
	USE_SORT = 8,	 /* a sorted foreach, with USE_READ: reorders the array */
	USE_UPDATE = 16, /* n++, n |= x, s .= x with the result unused, beside one of the above: it is read for its own new value alone */
};

struct rwset { /* by vardecl.index; only a window around those that are used is kept, as most handlers use few globals */
	unsigned char *use; /* n entries of enum use, of the globals from `first` on */
	size_t first, n;
};

static inline unsigned rwset_use(const struct rwset *rw, size_t i)
{
	return i >= rw->first && i - rw->first < rw->n ? rw->use[i - rw->first] : 0;
}

enum lock_mode { LOCK_READ, LOCK_WRITE, LOCK_EXCLUSIVE /* of a STORE_CELLS variable: waits for the inside-marks */ };
struct lock_need {
	struct vardecl *var;
	enum lock_mode mode;
};

struct lock_span { /* from one statement to another of the same block */
	const struct stmt *first, *last;
};

/* conditions that are the same text over the same variables are one */
struct condition {
	struct expr *expr;
	struct rwset *rw;
};

struct derivation { /* one step from the script to a probe, for -p2 */
	const struct alias_decl *alias; /* or … */
	const struct probe_decl *decl;	/* … the script's own probe */
	const struct probe_point *point;
};

struct derived_probe {
	const struct provider *provider;
	const struct probe_point *point;     /* fully resolved; pp() prints it */
	const char *pp;			     /* its text */
	const char *pn;			     /* script-level name (pn()) */
	VEC(const struct probe_point *) origin; /* derivation, innermost first */
	VEC(struct derivation) derivation;   /* the same with what each point belongs to: "<- foo = begin <- foo" of -p2 */
	const char *comment;		     /* "pc=<kernel:vfs_read+0x0>" for -p2, or NULL */
	const struct token *tok;	     /* the script's `probe` */
	struct block *body;		     /* own copy; (sema) condition already wrapped around it as `if` */
	struct expr *condition;		     /* ANDed conditions or NULL */
	unsigned condition_no;		     /* (sema) 1 + index in program.conditions; 0 = none that arms and disarms */
	VEC(unsigned) rechecks;		     /* (sema) indices of the conditions that this handler may change */
	struct vardecls locals;		     /* (sema) */
	VEC(struct expr *) saved;	     /* (sema) EX_SAVED slots: expressions evaluated at function entry */
	const unsigned *saved_at;	     /* (codegen) slot i is c->saved[saved_base + saved_at[i]]: a text takes several words */
	unsigned saved_words;		     /* (codegen) of all slots */
	unsigned saved_base;		     /* (codegen, by provider->layout) */
	struct rwset *rw;		     /* (sema) */
	VEC(struct lock_need) locks;	     /* (sema) sorted by variable index; empty: none */
	bool commutes;			     /* (sema) only adds to some STORE_CELLS variable: needs its inside-mark */
	struct lock_span span;		     /* (sema) where locks and marks are held; NULL: nowhere in the body */
	bool optional;			     /* '?' or '!' */
	const char *extra_site;		     /* the provider: names a further site of the same point ("vfs_statfs.part.0") whose
					      * $variables are unknown: a handler that wants them is dropped there with a warning, no error */
	bool quiet_phase;		     /* begin, end, error: runs alone */
	const struct ast_file *user_file;    /* the file with the user's body */
	struct block *user_body;	     /* for @probewrite */
	unsigned index;			     /* (sema) in program.probes */
	unsigned order;			     /* (sema) among all probes, as in the sources: -p2 prints them so */
	void *site;			     /* the provider's own */
	const char *cname;		     /* (codegen) */
};

struct program {
	VEC(struct vardecl *) globals;	     /* order: of first declaration; index = position */
	VEC(struct funcdecl *) functions;    /* callees may come after callers */
	VEC(struct derived_probe *) probes;  /* in source order within a family; families in the order of families.def */
	VEC(struct embedded *) embeds;	     /* top-level C */
	VEC(struct condition) conditions;
	unsigned nembeds_calls;		     /* functions with C bodies */
	unsigned max_nesting;		     /* deepest static call nesting + 1 (+10 if recursive) */
	bool uses_regex_groups;		     /* matched() and the like can be reached: expressions track their groups */
};

#endif
