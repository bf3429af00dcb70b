/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expressions become small C operands; what needs a statement is emitted before. An operand is text without side effects that may
 * be used once or not at all; `deps` says what would change its value: whoever evaluates something in between copies it first.
 */
#ifndef STP_CODEGEN_LOWER_H
#define STP_CODEGEN_LOWER_H

#include "codegen/unit.h"
#include "types/plan.h"

enum { DEP_LOCALS = 1, DEP_GLOBALS = 2 }; /* read by an operand, or written by an expression (effects_of) */

struct num { /* C expression of an integer type */
	const char *c;
	bool atom; /* needs no parentheses */
	unsigned deps;
	bool truth; /* is 0 or 1 */
};

struct text { /* C expression of type struct stp_str */
	const char *c;
	unsigned deps;
	const char *slot; /* the slot that it is a view of, or NULL */
	bool fresh;	  /* the slot is a temporary that nobody else looks at */
	const char *raw;  /* a literal's own text (escaped): printed in full, cut elsewhere */
};

struct value { /* either */
	enum value_type type;
	struct num num;
	struct text text;
};

/* ---- effects.c ----------------------------------------------------------------------------------------------------- */
unsigned effects_of(const struct expr *e); /* what evaluating it writes */
bool expr_may_fail(const struct expr *e);
bool expr_mentions(const struct expr *e, const struct vardecl *v);
unsigned effects_of_function(const struct funcdecl *f);

/* ---- lower.c: any expression --------------------------------------------------------------------------------------- */
struct num num_lower(struct unit *u, const struct expr *e);
struct text text_lower(struct unit *u, const struct expr *e);
struct value value_lower(struct unit *u, const struct expr *e);
/* in order; what a later one would change is copied. after: what will be written once all are evaluated */
void values_lower(struct unit *u, struct expr *const *v, size_t n, unsigned after, struct value *ret);
void effect_lower(struct unit *u, const struct expr *e);      /* the value is not wanted */
const char *cond_lower(struct unit *u, const struct expr *e); /* text for `if (…)` */

const char *slot_addr(struct unit *u, const char *slot); /* "&f->s1"; of "*ret": "ret" */
struct num num_make(const char *c, bool atom, unsigned deps);
struct num num_truth(const char *c, bool atom, unsigned deps);
struct num num_temp(struct unit *u, const char *c);		     /* t1 = C; */
struct num num_keep(struct unit *u, struct num n, unsigned effects); /* a copy if these effects would change it */
struct text text_keep(struct unit *u, struct text t, unsigned effects);
struct text text_of_slot(struct unit *u, const char *slot, unsigned deps);
struct text text_copy(struct unit *u, struct text t); /* in a fresh slot */
const char *num_atom(struct unit *u, struct num n);   /* in parentheses if needed */

/* ---- arith.c ------------------------------------------------------------------------------------------------------- */
struct num arith_binary(struct unit *u, enum op op, struct num a, struct num b, const struct token *where);
struct num arith_unary(struct unit *u, enum op op, struct num a);
struct num compare_texts(struct unit *u, enum op op, struct text a, struct text b);

/* ---- concat.c ------------------------------------------------------------------------------------------------------ */
struct text concat_lower(struct unit *u, const struct expr *e);
bool text_into(struct unit *u, const struct expr *e,
	       const char *slot); /* built right in the slot; false: not this kind of expression */
bool concat_grows(struct unit *u, const struct vardecl *v,
		  const struct expr *e); /* v = v . x . y: appended in place; false: is not that */

/* ---- assign.c: =, op=, ++, --, <<<, on anything that can be assigned to -------------------------------------------- */
struct value assign_lower(struct unit *u, const struct expr *e, bool wanted);
struct num crement_lower(struct unit *u, const struct expr *e, bool wanted);
void store_var(struct unit *u, const struct vardecl *v, const struct value *val); /* of a scalar: foreach, catch */
void clear_var(struct unit *u, const struct vardecl *v);			  /* delete of a scalar */

/* ---- regex.c ------------------------------------------------------------------------------------------------------- */
struct num regex_lower(struct unit *u, const struct expr *e);
void regex_forget(struct unit *u); /* at the start of a handler: nothing has matched yet */

/* ---- index.c: arrays ----------------------------------------------------------------------------------------------- */
struct map_key {
	const struct vardecl *map;
	bool one;	  /* a single long: `c` is the number */
	const char *c;	  /* else "&k1.key" */
	unsigned any;	  /* slices: bit i = '*' */
	const char *memo; /* text that names the element, for merged aggregates; NULL = not worth it */
};
struct map_key key_of(struct unit *u, const struct vardecl *map, const struct value *v, size_t n);
struct map_key key_lower(struct unit *u, const struct expr *index, unsigned after);
struct map_key key_slice(struct unit *u, const struct vardecl *map, struct expr *const *idx, size_t n);
const char *node_find(struct unit *u, const struct map_key *k);				  /* node or NULL in a temporary */
const char *node_get(struct unit *u, const struct map_key *k, const struct token *where); /* inserts, fails when full */
const char *cell_get(struct unit *u, const struct map_key *k, const struct token *where, bool stat);
struct value index_read(struct unit *u, const struct expr *e);
struct value node_value(struct unit *u, const struct vardecl *map, const char *node, bool may_be_null);
struct num in_lower(struct unit *u, const struct expr *e);
void delete_lower(struct unit *u, const struct expr *e);

/* ---- stat.c: aggregates -------------------------------------------------------------------------------------------- */
const char *desc_ref(struct arena *a, const struct vardecl *v); /* its struct stp_stat_desc, "d_s" */
struct num stat_lower(struct unit *u, const struct expr *e);	/* @count … */
const char *stat_view(struct unit *u, const struct expr *stat); /* pointer to the (merged) aggregate, may be NULL at run time */
struct num bucket_lower(struct unit *u, const struct expr *hist, const struct expr *index, const struct token *where);
void stat_add(struct unit *u, const struct expr *stat, const struct expr *value, const struct token *where, struct num *ret);

/* ---- print.c ------------------------------------------------------------------------------------------------------- */
struct value print_lower(struct unit *u, const struct expr *e);
bool print_into(struct unit *u, const struct expr *e, const char *slot);

/* ---- call.c -------------------------------------------------------------------------------------------------------- */
struct value call_lower(struct unit *u, const struct expr *e, bool wanted);
struct value embedded_lower(struct unit *u, const struct expr *e);

/* ---- access.c: target variables ------------------------------------------------------------------------------------ */
struct num access_lower(struct unit *u, const struct expr *e);
struct num saved_lower(struct unit *u, const struct expr *e);
struct text saved_text(struct unit *u, const struct expr *e);
unsigned saved_index(const struct derived_probe *p, size_t slot); /* of c->saved */
/* lvalue of a saved text, as slot_addr() takes it */
const char *saved_slot(struct unit *u, const struct derived_probe *p, size_t slot);
/* what an EX_ACCESS denotes, as something that is written: the word in memory, and which bits of it (NULL: all) */
struct place {
	struct num addr, word; /* word: what place_load() found there */
	struct plan_step load;
	const struct plan_step *bits;
	const struct token *where;
	bool user;
};
/* after: what is evaluated between this and the load or store writes, as in effects_of() */
struct place access_place(struct unit *u, const struct expr *e, unsigned after);
struct num place_load(struct unit *u, struct place *p);
void place_store(struct unit *u, struct place *p, struct num v); /* of a word some bits only: loads it, unless that was done */

/* ---- vars.c: scalars ----------------------------------------------------------------------------------------------- */
struct num var_num(struct unit *u, const struct vardecl *v);
struct text var_text(struct unit *u, const struct vardecl *v);
const char *var_ref(struct unit *u, const struct vardecl *v);	/* the C lvalue: "l_x", "f->l_s", "g_n" */
const char *cells_ref(struct unit *u, const struct vardecl *v); /* "cells->n" */
const char *cells_offset(struct unit *u, const struct vardecl *v);

#endif
