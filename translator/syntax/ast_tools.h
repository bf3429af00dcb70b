/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making, walking, cloning and printing trees. */
#ifndef STP_SYNTAX_AST_TOOLS_H
#define STP_SYNTAX_AST_TOOLS_H

#include "base/buf.h"
#include "syntax/ast.h"

/* makers (sema uses them for synthesised code) */
struct expr *expr_make(struct arena *a, enum expr_kind kind, const struct token *tok);
struct expr *expr_number(struct arena *a, const struct token *tok, int64_t v);
struct expr *expr_string(struct arena *a, const struct token *tok, const char *escaped);
struct stmt *stmt_make(struct arena *a, enum stmt_kind kind, const struct token *tok);

/*
 * Walkers call fn on each node, parents first. expr may be replaced by storing into *ep; the walker then goes on with the new node.
 * Returning false keeps the walker out of the node's children.
 */
struct ast_visitor {
	bool (*expr)(void *cookie, struct expr **ep);
	bool (*stmt)(void *cookie, struct stmt **sp);
	void (*expr_post)(void *cookie, struct expr **ep); /* after the children; may replace */
	void (*stmt_post)(void *cookie, struct stmt **sp);
	void *cookie;
};
/* calls fn on each operand of e (NULL slots left out), in the order of the text; not on their operands */
void expr_operands(struct expr *e, void (*fn)(void *cookie, struct expr **operand), void *cookie);
void walk_expr(const struct ast_visitor *v, struct expr **ep);
void walk_stmt(const struct ast_visitor *v, struct stmt **sp);
void walk_block(const struct ast_visitor *v, struct block *b);

/* deep copies; declarations are shared */
struct expr *clone_expr(struct arena *a, const struct expr *e);
struct stmt *clone_stmt(struct arena *a, const struct stmt *s);
struct block *clone_block(struct arena *a, const struct block *b);

/* the text of -p1 and -p2 (reference/language.md 21) */
void print_file(struct buf *out, const struct ast_file *f); /* from "# file NAME" on */
void print_block(struct buf *out, const struct block *b, unsigned indent);
void print_stmt(struct buf *out, const struct stmt *s, unsigned indent);
void print_expr(struct buf *out, const struct expr *e);
void print_point(struct buf *out, const struct probe_point *pp);
const char *value_type_name(enum value_type t); /* "long", "string", "stats", "unknown" */

/* decodes C escapes of a literal's text; the result may hold any byte but NUL (text stops there) */
void literal_decode(struct buf *out, const char *escaped);
void literal_encode(struct buf *out, const char *raw, size_t n);

#endif
