/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between lexer and parser: macros (macro.c), then conditionals (ppcond.c). Each layer pulls tokens from the one below:
 *   lex_next() → macro_next() → pp_next() → the parser.
 * While a false branch is skipped (muted > 0), its text passes all layers, but errors in it are dropped and @defines not recorded.
 */
#ifndef STP_SYNTAX_PP_H
#define STP_SYNTAX_PP_H

#include "base/vec.h"
#include "syntax/lex.h"

struct macro {
	const char *name;	 /* "@x" */
	const struct token *tok; /* the name in its @define */
	bool library, has_params;
	bool broken; /* its definition was refused */
	VEC(const char *) params; /* "@p" each */
	VEC(const struct token *) body;
};

struct token_list {
	const struct token **v;
	size_t n, cap;
};

/*
 * One running expansion. Its tokens are a macro's body, or the tokens of an argument that a body names. `scope` says whose
 * parameters the words in the tokens mean: a body's own; for an argument those of the macro (or, NULL, the file) that wrote it.
 */
struct expansion {
	const struct macro *macro; /* of a body; NULL for an argument */
	const struct token *const *toks;
	size_t n, next;
	const struct origin *origin; /* of all tokens given from here */
	bool first_adjacent;	     /* the invocation's flag, for the first token */
	struct expansion *scope;
	/* of a body: its arguments, and the scope that they were written in */
	struct token_list *args;
	struct expansion *args_scope;
	unsigned depth;		 /* of nested bodies, from 1 */
	struct expansion *below; /* where reading goes on afterwards */
};

struct conditional {
	const struct token *tok; /* its %( */
	bool in_else;
	struct conditional *outer;
};

struct pp {
	struct lexer lx;
	const struct parse_env *env;
	struct arena *arena;
	struct diag *diag;
	bool library_file;	    /* a .stpm: macros are recorded in `macros` for env->macros */
	struct map macros;	    /* of this file */
	struct expansion *top;	    /* NULL: reading the file itself */
	const struct token *pushed; /* one token of the file, read too early */
	size_t expanded;	    /* tokens and expansions so far: bounded */
	struct conditional *conds;  /* open ones, innermost first */
	unsigned muted;
	bool versioned;		       /* a condition asked for systemtap_v since this was last cleared */
	size_t errors;		       /* reported here and in the parser: for "N parse errors." */
	bool any_token, any_directive; /* for "is empty" and "is empty after preprocessing" */
};

void pp_init(struct pp *pp, const struct parse_env *env, const struct source *src);
void pp_fini(struct pp *pp);

/*
 * The next token that counts; TOK_EOF at the end. A problem of these layers is reported here and shows as a TOK_JUNK token with
 * error == PP_REPORTED, on which the parser silently gives up what it is at.
 */
#define PP_REPORTED 0xffff
const struct token *pp_next(struct pp *pp);

/* reports "at:" TOK unless muted; gives the token to hand on */
const struct token *pp_error(struct pp *pp, enum diag_tag tag, const struct token *tok, ...);
const struct token *pp_reported(struct pp *pp); /* only that */

/* tokens with macros expanded and @defines taken out; PP_REPORTED after a problem */
const struct token *macro_next(struct pp *pp);
const struct macro *macro_find(const struct pp *pp, const char *name, bool with_file);

/* "%(" was read: decides, and reads on to the branch that counts; NULL, or what to hand on after a problem */
const struct token *ppcond_begin(struct pp *pp, const struct token *open);
/* "%?", "%:" or "%)" outside of skipped text */
const struct token *ppcond_mark(struct pp *pp, const struct token *mark);
/* truth of L OP R && …: NULL, or what to hand on after a problem */
const struct token *ppcond_eval(struct pp *pp, const struct token_list *toks, const struct token *open, bool *ret);

bool tok_is_op(const struct token *t, const char *text);
bool is_builtin_at(const char *name); /* "@cast" and the like: parse_at.c */

#endif
