/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements but foreach. Separators are not needed; a ";" behind a simple statement is swallowed, any other is a null statement.
 */
#include "syntax/parser.h"

#include <string.h>

/*
 * "if" "(" expr ")" stmt [ "else" stmt ]
 * A chain of else-ifs is read in a loop. Its tree nests all the same, so the links that are open anywhere are counted.
 */
static struct stmt *parse_if(struct parser *p)
{
	struct stmt *first = NULL, **link = &first, *s;
	unsigned links = p->else_ifs;

	for (;;) {
		*link = s = stmt_make(p->arena, ST_IF, next(p));
		expect_op(p, "(");
		s->if_.cond = parse_expr(p);
		expect_op(p, ")");
		s->if_.yes = parse_stmt(p);
		if (!accept_kw(p, "else"))
			break;
		link = &s->if_.no;
		if (!peek_kw(p, "if")) {
			*link = parse_stmt(p);
			break;
		}
		if (++p->else_ifs > MAX_HEIGHT)
			fail_at(p, E_NESTING, peek(p), MAX_HEIGHT);
	}
	p->else_ifs = links;
	return first;
}

/* "while" "(" expr ")" stmt */
static struct stmt *parse_while(struct parser *p)
{
	struct stmt *s = stmt_make(p->arena, ST_FOR, next(p));

	s->for_.is_while = true;
	expect_op(p, "(");
	s->for_.cond = parse_expr(p);
	expect_op(p, ")");
	s->for_.body = parse_stmt(p);
	return s;
}

/* "for" "(" [expr] ";" [expr] ";" [expr] ")" stmt; no condition is 1 */
static struct stmt *parse_for(struct parser *p)
{
	struct stmt *s = stmt_make(p->arena, ST_FOR, next(p));

	expect_op(p, "(");
	if (!peek_op(p, ";"))
		s->for_.init = parse_expr(p);
	expect_op(p, ";");
	s->for_.cond = peek_op(p, ";") ? expr_number(p->arena, peek(p), 1) : parse_expr(p);
	expect_op(p, ";");
	if (!peek_op(p, ")"))
		s->for_.step = parse_expr(p);
	expect_op(p, ")");
	s->for_.body = parse_stmt(p);
	return s;
}

/* "try" block "catch" [ "(" IDENT ")" ] block */
static struct stmt *parse_try(struct parser *p)
{
	struct stmt *s = stmt_make(p->arena, ST_TRY, next(p));
	const struct token *t;

	s->try_.body = parse_block(p);
	expect_kw(p, "catch");
	if (accept_op(p, "(")) {
		t = expect_ident(p);
		if (t) {
			s->try_.var = expr_make(p->arena, EX_VAR, t);
			s->try_.var->var.name = t->text;
		}
		expect_op(p, ")");
	}
	s->try_.handler = parse_block(p);
	return s;
}

/* "return" [expr] */
static struct stmt *parse_return(struct parser *p)
{
	struct stmt *s = stmt_make(p->arena, ST_RETURN, next(p));

	if (!p->in_function)
		complain(p, E_RETURN, s->tok);
	if (starts_expr(p))
		s->expr = parse_expr(p);
	return s;
}

static struct stmt *parse_word_stmt(struct parser *p, enum stmt_kind kind)
{
	return stmt_make(p->arena, kind, next(p));
}

/* "delete" expr */
static struct stmt *parse_delete(struct parser *p)
{
	struct stmt *s = stmt_make(p->arena, ST_DELETE, next(p));

	s->expr = parse_expr(p);
	return s;
}

static struct stmt *parse_expr_stmt(struct parser *p)
{
	struct stmt *s = stmt_make(p->arena, ST_EXPR, peek(p));

	s->expr = parse_expr(p);
	return s;
}

/* simple := expr | "return" [expr] | "delete" expr | "break" | "continue" | "next" */
static struct stmt *parse_simple(struct parser *p)
{
	const struct token *t = peek(p);

	if (peek_kw(p, "return"))
		return parse_return(p);
	if (peek_kw(p, "delete"))
		return parse_delete(p);
	if (peek_kw(p, "break"))
		return parse_word_stmt(p, ST_BREAK);
	if (peek_kw(p, "continue"))
		return parse_word_stmt(p, ST_CONTINUE);
	if (peek_kw(p, "next"))
		return parse_word_stmt(p, ST_NEXT);
	if ((t->cls == TOK_KEYWORD && (begins_declaration(t) || (peek_kw(p, "else") && p->nblocks > 1))) || t->cls == TOK_EOF)
		expected_in_block(p, "statement");
	else if ((t->cls == TOK_KEYWORD && !starts_expr(p)) || t->cls == TOK_JUNK)
		expected(p, "statement");
	return parse_expr_stmt(p);
}

/*
 * stmt := ";" | block | "try" … | "if" … | "while" … | "for" … | "foreach" …
 *	 | simple [";"]
 */
static struct stmt *parse_any_stmt(struct parser *p)
{
	struct stmt *s;

	if (peek_op(p, ";"))
		return stmt_make(p->arena, ST_NULL, next(p));
	if (peek_op(p, "{")) {
		s = stmt_make(p->arena, ST_BLOCK, peek(p));
		s->block = parse_block(p);
		return s;
	}
	if (peek_kw(p, "try"))
		return parse_try(p);
	if (peek_kw(p, "if"))
		return parse_if(p);
	if (peek_kw(p, "while"))
		return parse_while(p);
	if (peek_kw(p, "for"))
		return parse_for(p);
	if (peek_kw(p, "foreach"))
		return parse_foreach(p);
	s = parse_simple(p);
	accept_op(p, ";");
	return s;
}

struct stmt *parse_stmt(struct parser *p)
{
	struct stmt *s = NULL;

	if (enter(p))
		s = parse_any_stmt(p);
	leave(p);
	return s ? s : stmt_make(p->arena, ST_NULL, p->eof);
}

/* block := "{" { stmt } "}" */
struct block *parse_block(struct parser *p)
{
	struct block *b = arena_make(p->arena, struct block);
	const struct token *outer = p->block;

	b->tok = p->block = peek(p);
	p->nblocks++;
	expect_op(p, "{");
	while (!p->panic && !peek_op(p, "}")) {
		if (peek(p)->cls == TOK_EOF)
			expected_in_block(p, "'}'");
		else
			vec_push(p->arena, &b->stmts, parse_stmt(p));
	}
	accept_op(p, "}");
	p->block = outer;
	p->nblocks--;
	return b;
}
