/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One C function under construction: its lines, its temporaries, where errors go. Temporaries belong to the statement that asked
 * for them and are used again by the next one; names are per kind:
 *	t number   s string slot   k packed key   n node   v pointer to a number   q pointer to an aggregate
 *	i iterator   o text under construction   m merged aggregate   w view
 * Slots, keys with strings and aggregates with buckets lie in the function's frame (f->…), the others are C locals.
 */
#ifndef STP_CODEGEN_UNIT_H
#define STP_CODEGEN_UNIT_H

#include "codegen/emit.h"
#include "codegen/gen.h"

enum temp_kind {
	TEMP_NUM,
	TEMP_SLOT,
	TEMP_KEY,
	TEMP_NODE,
	TEMP_LONGP,
	TEMP_STATP,
	TEMP_ITER,
	TEMP_OUT,
	TEMP_STAT,
	TEMP_VIEW,
	TEMP_KINDS
};

struct temp {
	enum temp_kind kind;
	unsigned a, b; /* key: longs, strings; aggregate: buckets */
	bool busy;
	const char *name; /* "t1" */
	const char *ref;  /* as C names it: "t1" or "f->t1" */
};

struct local {
	const struct vardecl *decl;
	const char *ref;	/* "l_x", "f->l_x" */
	bool is_param, is_view; /* is_view: a string argument that the function never changes, used as it came */
	bool used;		/* read by the generated text */
};

struct loop {
	const char *next; /* label for `continue`, NULL: C's own */
	bool next_used;
	struct loop *outer;
};

/* an aggregate merged in this statement already: "s", "a[t1]" → the C text that denotes it */
struct merged {
	const char *what, *view;
};

struct needs;

struct unit {
	struct gen *g;
	struct arena *arena; /* scratch: ends with the unit */
	struct emit e;
	const struct funcdecl *fn;	   /* NULL: a handler */
	const struct derived_probe *probe; /* whose context it runs in; NULL: any */
	bool save;			   /* the handler at entry that fills c->saved */
	VEC(struct temp) temps;
	VEC(size_t) busy; /* indexes into temps, a stack */
	unsigned numbers[TEMP_KINDS];
	VEC(struct local) locals;
	VEC(struct merged) merged;
	bool merge_ok; /* the statement at hand changes nothing between its reads */
	struct loop *loop;
	const struct needs *needs; /* handler.c: what is taken and given back at the ends of probe->span; NULL: nothing is */
	const char *leave;	   /* label of the way out: "out", and "pop" where a handler does not hold its locks */
	const char *fail; /* label for errors that a catch may take; "out" outside of try … */
	bool *fail_used;
	unsigned nlabels;
	bool out_used, cells_used;
	const char *last_comment;
	VEC(struct call_edge) calls;
};

void unit_init(struct unit *u, struct gen *g);
void unit_fini(struct unit *u);

/* ---- temporaries --------------------------------------------------------------------------------------------------- */
const char *temp_num(struct unit *u);
const char *temp_slot(struct unit *u); /* the slot itself, "f->s1" */
const char *temp_get(struct unit *u, enum temp_kind kind, unsigned a, unsigned b);
size_t temps_mark(const struct unit *u);
void temps_release(struct unit *u, size_t mark);

/* ---- locals -------------------------------------------------------------------------------------------------------- */
void local_add(struct unit *u, const struct vardecl *v, bool is_param, bool is_view);
struct local *local_find(struct unit *u, const struct vardecl *v);

/* ---- failing ------------------------------------------------------------------------------------------------------- */
const char *where_of(struct unit *u, const struct token *tok); /* "\"operator '/' at x.stp:1:2\"", a C literal */
const char *fail_label(struct unit *u);			       /* of the innermost try; marks it as used */
const char *out_label(struct unit *u);
void fail_if(struct unit *u, const char *cond, const struct token *where); /* cond true: error, whose place is named */
void fail_check(struct unit *u, const struct token *where);		   /* after what may set c->error */
void fail_check_quiet(struct unit *u);					   /* the same: the place is named by the callee */
const char *new_label(struct unit *u, const char *stem);		   /* "catch_1" */

/* ---- text ---------------------------------------------------------------------------------------------------------- */
const char *c_number(struct arena *a, int64_t v);
const char *c_literal(struct arena *a, const char *raw, size_t n);  /* "…" */
const char *c_lit(struct unit *u, const char *escaped, size_t max); /* STP_LIT("…") of a script literal, cut to max bytes */

/* ---- the whole ----------------------------------------------------------------------------------------------------- */
unsigned unit_frame_bytes(const struct unit *u);
unsigned unit_stack_bytes(const struct unit *u);
void unit_print_frame(const struct unit *u, const char *name, struct buf *out); /* struct NAME_frame, if it has members */
/* "\tstp_i64 t1, t2;" … a blank line */
void unit_print_locals(struct unit *u, const char *name, bool pushed_here, struct buf *out);

#endif
