/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makers of nodes, for the parser and for code that sema synthesises. */
#include "syntax/ast_tools.h"

struct expr *expr_make(struct arena *a, enum expr_kind kind, const struct token *tok)
{
	struct expr *e = arena_make(a, struct expr);

	e->kind = kind;
	e->tok = tok;
	e->height = 1;
	return e;
}

struct expr *expr_number(struct arena *a, const struct token *tok, int64_t v)
{
	struct expr *e = expr_make(a, EX_NUMBER, tok);

	e->num = v;
	e->type = VT_LONG;
	return e;
}

struct expr *expr_string(struct arena *a, const struct token *tok, const char *escaped)
{
	struct expr *e = expr_make(a, EX_STRING, tok);

	e->str = escaped;
	e->type = VT_STRING;
	return e;
}

struct stmt *stmt_make(struct arena *a, enum stmt_kind kind, const struct token *tok)
{
	struct stmt *s = arena_make(a, struct stmt);

	s->kind = kind;
	s->tok = tok;
	return s;
}
