/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of sema/ share: the state of one pass 2 and each step's entry. Nobody outside sema/ includes this.
 * Names (vardecl.name, funcdecl.name …) are interned: compared by pointer.
 */
#ifndef STP_SEMA_SEMA_H
#define STP_SEMA_SEMA_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "probe/provider.h"
#include "sema/program.h"
#include "syntax/ast.h"
#include "syntax/ast_tools.h"
#include "syntax/diag.h"

#include <stdbool.h>

struct session;
struct match;

/* one piece of a handler's or condition's text and the file whose private names it sees */
struct part {
	struct block *block;
	const struct ast_file *file;
};
struct parts { struct part *v; size_t n, cap; };

struct cond_part {
	struct expr *expr;
	const struct ast_file *file;
};
struct cond_parts { struct cond_part *v; size_t n, cap; };

struct fn_clone {
	const struct funcdecl *of;
	struct funcdecl *fn;
};

/* a derived probe at work: what sema knows of it beside program.h */
struct work {
	struct derived_probe *p;
	const struct probe_decl *decl;
	struct parts parts;	     /* what p->body is made of: itself, or its statements, one ST_BLOCK each */
	struct cond_parts conds;
	VEC(const char *) saved_text; /* of p->saved: equal texts share a slot; NULL: never shared */
	VEC(struct fn_clone) clones; /* functions that use this probe's context */
	size_t saved_done;	     /* slots whose names are resolved */
	struct map *local_names;     /* of p->locals by name, once they are many (resolve.c) */
	bool display;		     /* synthesised: prints a global at the end */
	bool dropped;
};

/* what is known of a function: found by funcdecl.index - 1 in sema.fns */
struct fninfo {
	struct funcdecl *fn;
	struct work *work;  /* clone for this probe, or NULL */
	bool queued;	    /* reachable: in sema.functions */
	bool expanded;	    /* its $variables and @operators are resolved */
	const struct token *called_at;	/* a clone: the call that made it, … */
	const struct funcdecl *caller;	/* … in this function; NULL: in the handler */
	signed char context; /* 1 uses a probe's context, 0 not, -1 not known */
	bool dead;	    /* nothing that is left calls it (usage.c) */
	struct map *local_names; /* as work.local_names */
	bool warned; /* prune.c */
	unsigned mark;	     /* visit stamp of the walk at hand */
};

struct fn_list {
	VEC(struct funcdecl *) v;
	bool library_asked;
};
struct var_list {
	VEC(struct vardecl *) v;
	bool library_asked;
};

struct sema {
	struct session *s;
	struct arena *a;
	struct diag *diag;
	struct program *prog;
	struct match *match;
	VEC(struct ast_file *) files;	 /* selected: user files, then library files as they came in */
	size_t files_done;		 /* probes of these are derived */
	VEC(struct work *) works;
	size_t works_done;		 /* these are expanded and resolved */
	VEC(struct fninfo *) fns;	 /* all known functions */
	VEC(struct funcdecl *) functions; /* reachable */
	size_t functions_done;
	VEC(struct vardecl *) globals;	 /* referenced, in order of reference */
	struct map fn_index, var_index;	 /* name → fn_list, var_list */
	struct map enum_names;		 /* address of an enumeration's type → function of @enumname */
	struct map similar;		 /* name that is not there → what was suggested for it last */
	struct map pretties;		 /* what is printed, as pretty.c says it → function that makes its text */
	VEC(const struct ast_file *) known; /* library files in the indexes */
	unsigned stamp;
	unsigned changes;		 /* grows whenever inference learns something or looks anew */
	unsigned nsynth;		 /* synthesised functions so far */
	size_t nderived;		 /* probe points looked at, and probes made of them */
	const struct token *too_many;	 /* the point at which that was more than MAX_DERIVED */
	size_t ncallees;		 /* of all calls together, overloads counted for each */
	const char *too_large;		 /* NULL, or what is too large there */
};

#define MAX_DERIVED 200000 /* aliases of aliases grow exponentially */

#define MAX_CALLEES 200000 /* each is a call of its own in the C that is generated */
#define MAX_TREES_MB 512   /* every probe point has a copy of its handler */

/* false when it is enough: nothing more is derived, pass 2 ends with an error */
bool derive_count(struct sema *sm, const struct token *at);
/* the script is refused, as it is too large at AT: WHY */
void too_large(struct sema *sm, const struct token *at, const char *why);

/* whose code is being looked at */
struct owner {
	struct sema *sm;
	struct work *work;	    /* NULL: a function of no probe */
	struct funcdecl *fn;	    /* NULL: a handler */
	const struct ast_file *file; /* private names of this file are visible */
	bool in_entry;		    /* inside @entry(…) */
};

static inline bool from_user(const struct token *t) { return t && t->span.src && t->span.src->kind == SOURCE_USER; }
static inline bool is_literal(const struct expr *e) { return e->kind == EX_NUMBER || e->kind == EX_STRING; }
static inline struct fninfo *fn_info(const struct sema *sm, const struct funcdecl *f) { return vec_at(&sm->fns, f->index - 1); }
#define TRY_ARROW ", try -> instead" /* what messages say of x.y where only x->y has a sense */
/* user-script code gets warnings about what it does not need */
static inline bool wants_warning(const struct token *t)
{
	return from_user(t) && !(t->origin && t->origin->kind == ORIGIN_SYNTH);
}

/* match.c: which pattern or alias a probe point means */
struct derive;
struct match *match_new(struct sema *sm);
void match_add_file(struct match *m, struct ast_file *f);	    /* its aliases */
bool match_find(struct match *m, struct derive *d, const struct probe_point *pt); /* false: the reason is in the sink */
struct mpath; /* a pattern as registered */

/* derive.c: probe declarations → works */
struct derive {
	struct sema *sm;
	const struct probe_decl *decl;
	const struct derive *up;	   /* the alias use that led here; NULL = the script's own point */
	const struct alias_decl *alias;	   /* whose location this is; NULL likewise */
	const struct probe_point *point;   /* at this level, wildcards in names expanded */
	const struct probe_point *written; /* as it stands in the text */
	struct parts parts;
	struct cond_parts conds;
	const struct ast_file *file;
	bool optional;
	unsigned depth;
};
void derive_files(struct sema *sm); /* probes of files not yet done */
bool derive_decl(struct sema *sm, const struct probe_decl *decl, const struct ast_file *home, bool display);
bool derive_build(struct derive *d, const struct provider *prov, const char *pattern, const struct probe_point *pt);
const char *derive_chain(struct arena *a, const struct derived_probe *p); /* " <- foo = begin <- foo" */

/*
 * " (similar: a, b)", or "": of variables those that look alike, of all else the nearest five. First ask whether names need be collected at
 * all: similar_known() gives what was said of WANT before, or "", where enough was suggested (diag_suggests()), and else NULL.
 */
const char *similar_known(struct sema *sm, enum diag_tag tag, const char *want);
const char *similar_text(struct sema *sm, const char *want, const char *const *names, size_t n);
const char *nearest_text(struct sema *sm, const char *want, const char *const *names, size_t n);

/* alias.c */
bool alias_expand(struct match *m, struct derive *d, struct alias_decl *const *aliases, size_t n, const struct probe_point *pt, size_t suffix_at);
bool points_derive(struct derive *base, struct probe_point *const *points, size_t n);

/* overload.c */
bool function_exists(const struct sema *sm, const char *name); /* in the script or the library, whatever its arguments */

/* scope.c: which declaration a name means; library files come in here */
void scope_add_file(struct sema *sm, struct ast_file *f);
void scope_select(struct sema *sm, const struct ast_file *f);
struct vardecl *scope_global(struct sema *sm, const char *name, const struct ast_file *home);
void scope_use_global(struct sema *sm, struct vardecl *v);
bool scope_is_user_file(const struct sema *sm, const struct ast_file *f);
struct fninfo *scope_add_function(struct sema *sm, struct funcdecl *f);

/* overload.c */
struct callees { struct funcdecl **v; size_t n, cap; };
void overload_find(struct sema *sm, const char *name, size_t nargs, const struct ast_file *home, struct callees *ret);
void overload_resolve(struct owner *o, struct expr *call);
void overload_use(struct sema *sm, struct funcdecl *f);

/* context.c: functions that use a probe's context */
bool context_function(struct sema *sm, struct funcdecl *f);
struct funcdecl *context_clone(struct sema *sm, struct work *w, struct funcdecl *f);

/* target.c, pretty.c */
void target_expand_block(struct owner *o, struct block *b);
void target_expand_expr(struct owner *o, struct expr **ep);
bool target_autocast(struct owner *o, struct expr **ep);	 /* TARGET_EXPR whose operand has type details; false: not (yet) */
bool target_defined_late(struct owner *o, struct expr **ep, bool final); /* @defined that had to wait for types */
bool target_decided(const struct expr *e, int64_t *ret); /* a number that stands for an @operator: known before anything runs */
bool target_uses_context(struct sema *sm, const struct expr *e); /* this node alone */
struct expr *access_make(struct owner *o, const struct token *tok, struct plan *p);
struct expr *pretty_value(struct owner *o, const struct token *tok, struct plan *p, struct expr *access, bool deep);
bool pretty_group(struct owner *o, struct expr **ep);		/* $$vars $$parms $$locals $$return */

/* resolve.c */
void resolve_all(struct sema *sm); /* works and functions that are not done yet, until nothing new comes */
void resolve_expr(struct owner *o, struct expr **ep);

/* condition.c */
void condition_prepare(struct sema *sm, struct work *w);
void condition_wrap(struct sema *sm);
bool condition_arms(const struct derived_probe *p); /* does it decide over attaching the probe? */

/* types.c */
extern struct type type_conflict; /* type details that do not agree: as good as none */
void types_infer(struct sema *sm);  /* to a fixed point; mismatches are reported */
void types_require(struct sema *sm); /* everything left must have a type */

/* regex.c */
bool regexes_keep_groups(const struct sema *sm); /* matched() and the like can be called: a match leaves something behind */
void regexes_compile(struct sema *sm);

/* display.c */
void display_globals(struct sema *sm);

/* fold.c */
void fold_all(struct sema *sm);
bool fold_number(const struct expr *e, int64_t *ret); /* its value, if it is a literal */
bool fold_known(const struct expr *e, int64_t *ret);  /* its value, if literals alone decide it; names and types need not be known */
bool fold_idle(struct expr *e);			      /* it neither does nor raises anything */

/* usage.c: read and written flags, stat parameters */
void usage_live(struct sema *sm); /* which functions are still called: the others are skipped by each_code() from then on */
void usage_collect(struct sema *sm);
bool usage_reads(const struct vardecl *v, unsigned how); /* does this use, as use_walk.var is told of it, count? */
void usage_stats(struct sema *sm);

/* discard.c: values that nobody wants */
typedef bool discard_wanted(const struct sema *sm, struct expr *e); /* does it do something? NULL: everything stays */
bool discard_value(struct sema *sm, struct stmt **sp, discard_wanted *wanted); /* of an ST_EXPR; false: nothing to do */
void discard_tell(struct expr *e, enum value_type t); /* an operator that goes says that E is of type T */
void discard_all(struct sema *sm);		      /* what decides over the flow becomes statements; all else stays */

/* prune.c */
void prune_unassigned(struct sema *sm); /* warnings; locals that are never assigned are longs */
void prune_unused(struct sema *sm, bool early); /* early: types are not known yet. What can only not be reached stays then */
bool effect_shows(const struct sema *sm, struct expr *e); /* to others than the handler. After prune_unused() */
void prune_empty_probes(struct sema *sm);

/* version.c: --compatible, as the text at AT is concerned; --check-version */
bool version_allows(const struct sema *sm, const struct token *at, const char *version);
void version_check(struct sema *sm);

/* setting.c: what -G sets */
void settings_check(struct sema *sm);

/* stable.c: calls of stable functions that are made more than once */
void stable_hoist(struct sema *sm);

/* locks.c */
void locks_assign(struct sema *sm);

/* place.c */
void locks_place(struct sema *sm);

/* check.c: what only makes sense once all is resolved: foreach and modification, break outside of loops */
void check_all(struct sema *sm);

/* nested.c: the levels of loops over an array that is sorted in their bodies */
void nested_sorts(struct sema *sm);

/* finish.c: the program's lists and numbers */
void finish_program(struct sema *sm);

/* each handler and function, with its owner */
void each_code(struct sema *sm, void (*fn)(struct owner *o, struct block *b, void *cookie), void *cookie);
void each_code_backwards(struct sema *sm, void (*fn)(struct owner *o, struct block *b, void *cookie), void *cookie);

#endif
