/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * foreach, the one statement with a grammar of its own:
 *	"foreach" "(" [ IDENT [±] "=" ] keys "in" indexable [ slice ] [ @agg ] [±] [ "limit" expr ] ")" stmt
 * At most one ± may stand in it; which says by what is sorted.
 */
#include "syntax/parser.h"

static struct expr *make_var(struct parser *p, const struct token *t)
{
	struct expr *e = expr_make(p->arena, EX_VAR, t);

	e->var.name = t->text;
	return e;
}

/* [ "+" | "-" ]: what stands before it is the sort column */
static bool parse_sort(struct parser *p, struct stmt *s, int column)
{
	const struct token *t;
	int dir = peek_op(p, "+") ? 1 : peek_op(p, "-") ? -1 : 0;

	if (!dir)
		return false;
	t = next(p);
	if (s->foreach_.sort_dir) {
		fail_saw(p, E_SORT_MULTIPLE, t);
		return false;
	}
	s->foreach_.sort_dir = dir;
	s->foreach_.sort_column = column;
	return true;
}

static void add_key(struct parser *p, struct stmt *s, const struct token *t)
{
	vec_push(p->arena, &s->foreach_.keys, make_var(p, t));
}

/* "[" IDENT [±] { "," IDENT [±] } "]" */
static void parse_key_list(struct parser *p, struct stmt *s)
{
	do {
		const struct token *t = expect_ident(p);

		if (!t)
			return;
		add_key(p, s, t);
		parse_sort(p, s, (int)s->foreach_.keys.n);
	} while (accept_op(p, ","));
	if (!accept_op(p, "]"))
		expected(p, "',' or ']'");
}

/* [ IDENT [±] "=" ] ( IDENT [±] | key-list ) */
static void parse_variables(struct parser *p, struct stmt *s)
{
	const struct token *t;

	if (accept_op(p, "[")) {
		parse_key_list(p, s);
		return;
	}
	t = expect_ident(p);
	if (!t)
		return;
	parse_sort(p, s, 1);
	if (!accept_op(p, "=")) {
		add_key(p, s, t);
		return;
	}
	s->foreach_.value = make_var(p, t);
	if (s->foreach_.sort_dir)
		s->foreach_.sort_column = 0;
	if (accept_op(p, "[")) {
		parse_key_list(p, s);
		return;
	}
	t = expect_ident(p);
	if (!t)
		return;
	add_key(p, s, t);
	parse_sort(p, s, 1);
}

/* [ @count | @sum | @min | @max | @avg | @variance ], with its ± */
static void parse_sort_op(struct parser *p, struct stmt *s)
{
	const struct token *t = peek(p);
	enum stat_op op;

	if (t->cls != TOK_OP || t->text[0] != '@') {
		parse_sort(p, s, 0);
		return;
	}
	if (!find_stat_at(t->text, &op)) {
		expected(p, "statistical operation");
		return;
	}
	next(p);
	if (!parse_sort(p, s, 0)) {
		expected(p, "sort directive");
		return;
	}
	if (op == STAT_VARIANCE)
		return; /* as the reference: sorts as if no operation stood here */
	s->foreach_.sort_op_given = true;
	s->foreach_.sort_op = op;
}

struct stmt *parse_foreach(struct parser *p)
{
	struct stmt *s = stmt_make(p->arena, ST_FOREACH, next(p));

	s->foreach_.sort_column = -1;
	expect_op(p, "(");
	parse_variables(p, s);
	expect_kw(p, "in");
	s->foreach_.base = parse_indexable(p);
	if (accept_op(p, "[")) {
		PARSE_INDEX_LIST(p, &s->foreach_.slice);
		if (!accept_op(p, "]"))
			expected(p, "',' or ']'");
	}
	parse_sort_op(p, s);
	if (accept_kw(p, "limit"))
		s->foreach_.limit = parse_expr(p);
	expect_op(p, ")");
	s->foreach_.body = parse_stmt(p);
	return s;
}
