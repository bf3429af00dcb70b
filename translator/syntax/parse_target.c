/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Target expressions: $name and what hangs behind it, also behind @cast, @var and, as an autocast, behind any value.
 * The pretty-print suffix ends the last name ($x$, $x->y$$), or is a word of its own behind any operand, blanks between or not: 42 $, f(x)$$.
 */
#include "syntax/parser.h"

#include <string.h>

static struct component *add_component(struct parser *p, struct expr *e, enum comp_kind kind, const struct token *t)
{
	struct component c = { .kind = kind, .tok = t };

	vec_push(p->arena, &e->target.comps, c);
	return &vec_last(&e->target.comps);
}

static void add_pretty(struct parser *p, struct expr *e, const struct token *t, size_t dollars)
{
	if (dollars > 2) {
		fail_saw(p, E_EXPECTED, t, "'$' or '$$' as pretty-printing suffix");
		return;
	}
	add_component(p, e, dollars == 1 ? COMP_PRETTY : COMP_PRETTY2, t);
}

/* how many '$' end the text of a name; 0 if it consists of nothing else */
static size_t count_dollars(const char *name)
{
	size_t n = strlen(name), dollars = 0;

	while (dollars < n && name[n - dollars - 1] == '$')
		dollars++;
	return dollars == n ? 0 : dollars;
}

static const char *strip(struct parser *p, const char *name, size_t n)
{
	return n ? intern(p, arena_strndup(p->arena, name, strlen(name) - n)) : name;
}

static bool is_pretty(const struct expr *e)
{
	const struct component *last;

	if (e->kind != EX_TARGET || !e->target.comps.n)
		return false;
	last = &vec_last(&e->target.comps);
	return last->kind == COMP_PRETTY || last->kind == COMP_PRETTY2;
}

/* "->" ( IDENT | KEYWORD ) */
static void parse_member(struct parser *p, struct expr *e)
{
	const struct token *t = peek(p);
	size_t dollars;

	if (t->cls != TOK_IDENT && t->cls != TOK_KEYWORD) {
		expected(p, "identifier or keyword");
		return;
	}
	next(p);
	dollars = count_dollars(t->text);
	add_component(p, e, COMP_MEMBER, t)->member = strip(p, t->text, dollars);
	if (dollars)
		add_pretty(p, e, t, dollars);
}

/* "[" expr "]" */
static void parse_subscript(struct parser *p, struct expr *e, const struct token *open)
{
	struct expr *index = parse_expr(p);

	add_component(p, e, COMP_INDEX, open)->index = index;
	expect_op(p, "]");
}

static bool is_dollar_word(const struct token *t)
{
	return t->cls == TOK_IDENT && t->text[strspn(t->text, "$")] == '\0';
}

/* { "->" member | "[" expr "]" | "$" | "$$" } */
struct expr *parse_components(struct parser *p, struct expr *e)
{
	for (;;) {
		const struct token *t = peek(p);
		struct expr *target = e;

		if (!tok_is_op(t, "->") && !tok_is_op(t, "[") && !is_dollar_word(t))
			return e->kind == EX_TARGET ? built(p, e) : e;
		if (e->kind == EX_HIST || (e->kind != EX_TARGET && !lex_compat(&p->pp.lx, "2.6")))
			return e;
		if (is_pretty(e) && is_dollar_word(t))
			return built(p, e); /* the second is no suffix of the first */
		if (is_pretty(e)) {
			fail_saw(p, E_PRETTY_SUFFIX, t);
			return e;
		}
		if (e->kind != EX_TARGET || e->target.addressof) {
			target = expr_make(p->arena, EX_TARGET, e->tok);
			target->target.base = TARGET_EXPR;
			target->target.operand = e;
		}
		next(p);
		if (tok_is_op(t, "->"))
			parse_member(p, target);
		else if (tok_is_op(t, "["))
			parse_subscript(p, target, t);
		else
			add_pretty(p, target, t, strlen(t->text));
		e = target;
	}
}

/* $name, $$name, either with a pretty-print suffix; t read */
struct expr *parse_target(struct parser *p, const struct token *t)
{
	struct expr *e = expr_make(p->arena, EX_TARGET, t);
	size_t dollars = count_dollars(t->text);

	e->target.base = TARGET_CONTEXT;
	e->target.name = strip(p, t->text, dollars);
	e->target.module = "";
	if (dollars)
		add_pretty(p, e, t, dollars);
	return e;
}
