/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parser from inside, shared by parse_*.c: recursive descent, one function per rule with the rule above it, one token of
 * lookahead.
 *
 * Errors: the first one sets `panic`. From then on peek() shows the end of the file, so that every rule runs out without a word,
 * and the top level skips to the next word that begins a declaration. Rules therefore need no error returns; they must only not
 * loop at TOK_EOF, and return something (parse_expr & co. an EX_ERROR, never NULL).
 *
 * Depth: rules that can contain themselves pass enter()/leave(); expressions also have a bounded height (built()), because a+a+a+…
 * nests on the left without any recursion here.
 */
#ifndef STP_SYNTAX_PARSER_H
#define STP_SYNTAX_PARSER_H

#include "syntax/ast.h"
#include "syntax/ast_tools.h"
#include "syntax/pp.h"

#ifdef STP_SMALL_LIMITS
#define MAX_NEST 30
#define MAX_HEIGHT 60
#define MAX_POINTS 50
#define MAX_COMPS 20
#else
#define MAX_NEST 250	 /* of rules in themselves; each costs up to ten C frames */
#define MAX_HEIGHT 1000	 /* of an expression; links of else-if chains */
#define MAX_POINTS 10000 /* of one probe, after brace expansion */
#define MAX_COMPS 50	 /* of one point */
#endif

struct parser {
	struct pp pp;
	const struct parse_env *env;
	const struct source *src;
	struct arena *arena;
	struct diag *diag;
	struct ast_file *file;
	const struct token *ahead; /* peeked at; NULL: none */
	const struct token *eof;   /* shown while in panic */
	bool panic;
	bool in_function;
	const struct token *block; /* the "{" of the innermost block that is open; NULL: none */
	unsigned nblocks;	   /* that are open */
	unsigned depth;	    /* of rules in themselves */
	unsigned else_ifs;  /* links of else-if chains that are being read */
	struct map globals; /* of this file, by name */
};

/* parse_token.c: tokens and complaints */
const struct token *peek(struct parser *p);
const struct token *next(struct parser *p);
bool peek_op(struct parser *p, const char *op);
bool peek_kw(struct parser *p, const char *word);
bool begins_declaration(const struct token *t); /* "probe", "global", "%{" … */
const struct token *accept_op(struct parser *p, const char *op); /* NULL if it is something else */
const struct token *accept_kw(struct parser *p, const char *word);
void expect_op(struct parser *p, const char *op); /* "expected 'OP'" */
void expect_kw(struct parser *p, const char *word);
const struct token *expect_ident(struct parser *p); /* NULL after an error */
/* an error at or before tok: "saw:"; ends the rule */
void fail_saw(struct parser *p, enum diag_tag tag, const struct token *tok, ...);
/* the token itself is wrong: "at:"; ends the rule */
void fail_at(struct parser *p, enum diag_tag tag, const struct token *tok, ...);
/* as fail_saw, but parsing goes on */
void complain(struct parser *p, enum diag_tag tag, const struct token *tok, ...);
void expected(struct parser *p, const char *what); /* fail_saw(E_EXPECTED) at the next token */
void expected_in_block(struct parser *p, const char *what); /* the same, where a forgotten "}" may be why */
void expected_call(struct parser *p); /* "(" behind a word that can only be called */
bool enter(struct parser *p);			   /* false (reported) at the limit */
void leave(struct parser *p);
const char *intern(struct parser *p, const char *s);

/* parse_literal.c */
const struct token *parse_string(struct parser *p, const char *what); /* glued; NULL after "expected WHAT" */
bool parse_number(struct parser *p, const char *what, int64_t *ret);  /* with sign; false after "expected WHAT" */
struct expr *parse_literal(struct parser *p);			      /* string or signed number; never NULL */
enum value_type parse_type(struct parser *p);			      /* "string" | "long" */
bool token_number(struct parser *p, const struct token *t, int64_t *ret);

/* parse_file.c, parse_probe.c, parse_decl.c */
void parse_probe(struct parser *p);
void parse_global(struct parser *p);
void parse_private(struct parser *p);
void parse_function(struct parser *p);
struct embedded *parse_embedded(struct parser *p, const struct token *t);

/* parse_stmt.c, parse_foreach.c */
struct block *parse_block(struct parser *p);
struct stmt *parse_stmt(struct parser *p);
struct stmt *parse_foreach(struct parser *p);

/* parse_expr.c */
struct expr *parse_expr(struct parser *p); /* a bare histogram is an error */
struct expr *parse_expr_or_hist(struct parser *p);
bool starts_expr(struct parser *p);
struct expr *parse_indexable(struct parser *p); /* array name or histogram */
struct expr *error_expr(struct parser *p);
struct expr *built(struct parser *p, struct expr *e); /* e's operands are in place: checks and sets its height */
/* elements of [a, *, b], separated by ",", up to the "]"; a star gives NULL */
#define PARSE_INDEX_LIST(p, list)                                                                                                  \
	do                                                                                                                         \
		vec_push((p)->arena, (list), accept_op((p), "*") ? NULL : parse_expr(p));                                          \
	while (accept_op((p), ","))

/* parse_primary.c, parse_target.c, parse_at.c, parse_print.c, parse_format.c */
struct expr *parse_primary(struct parser *p);
struct expr *parse_target(struct parser *p, const struct token *t); /* $name, t read */
struct expr *parse_components(struct parser *p, struct expr *e);    /* suffixes of a target; e itself or an autocast of it */
struct expr *parse_at(struct parser *p, const struct token *t);	    /* @word, t read */
struct expr *parse_hist(struct parser *p, const struct token *t);
bool is_hist_at(const char *name);
bool find_stat_at(const char *name, enum stat_op *ret);
bool is_print(const char *name);
struct expr *parse_print(struct parser *p, const struct token *t);
void parse_format(struct parser *p, const struct token *t, struct expr *e);

#endif
