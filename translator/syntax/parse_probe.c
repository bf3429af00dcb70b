/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes, aliases and probe points. Braces are expanded here, in order: {a,b}.c becomes a.c, b.c, so that what leaves the parser
 * are plain lists of points. Points that come from one text share the literal arguments of their components; each has a condition
 * of its own.
 */
#include "syntax/parser.h"
#include "base/buf.h"

#include <string.h>

struct point_list {
	struct probe_point **v;
	size_t n, cap;
};

static void parse_points(struct parser *p, struct point_list *list);

static struct probe_point *make_point(struct parser *p, const struct probe_point *head)
{
	struct probe_point *pt = arena_make(p->arena, struct probe_point);

	for (size_t i = 0; head && i < head->comps.n; i++)
		vec_push(p->arena, &pt->comps, vec_at(&head->comps, i));
	if (head)
		pt->tok = head->tok;
	return pt;
}

static void add_component(struct parser *p, struct probe_point *pt, const struct point_comp *c)
{
	if (!pt->comps.n)
		pt->tok = c->tok;
	if (pt->comps.n == MAX_COMPS)
		fail_at(p, E_POINT_LONG, c->tok, MAX_COMPS);
	else
		vec_push(p->arena, &pt->comps, *c);
}

static bool is_word_piece(const struct token *t, bool first)
{
	if (t->cls == TOK_IDENT || t->cls == TOK_KEYWORD || tok_is_op(t, "*"))
		return true;
	return !first && t->cls == TOK_NUMBER; /* sys*64 */
}

/* the pieces as one token, for messages; as far as they stand side by side in one text */
static const struct token *glue(struct parser *p, const struct token *first, const struct token *last, const char *word)
{
	struct token *t = arena_memdup(p->arena, first, sizeof(*t));

	t->cls = TOK_IDENT;
	t->text = word;
	if (last->span.src == first->span.src && last->span.off > first->span.off && !first->origin && !last->origin)
		t->span.len = last->span.off + last->span.len - first->span.off;
	return t;
}

/* word-with-globs := adjacent { IDENT | KEYWORD | "*" } */
static const struct token *parse_word(struct parser *p)
{
	const struct token *first = peek(p), *last;
	struct buf text = BUF_INIT;
	const char *word;

	do {
		last = next(p);
		buf_puts(&text, last->text);
	} while (is_word_piece(peek(p), false) && peek(p)->adjacent);
	word = intern(p, text.data);
	buf_fini(&text);
	return last == first ? first : glue(p, first, last, word);
}

/* comp := word-with-globs [ "(" literal ")" ] */
static void parse_word_component(struct parser *p, struct point_comp *c)
{
	memset(c, 0, sizeof(*c));
	c->tok = parse_word(p);
	c->name = intern(p, c->tok->text);
	if (!accept_op(p, "("))
		return;
	c->has_arg = true;
	c->arg = parse_literal(p);
	expect_op(p, ")");
}

/* heads × tails, in order */
static void cross(struct parser *p, struct point_list *heads, const struct point_list *tails, const struct token *brace)
{
	struct point_list all = { 0 };

	if (tails->n && heads->n > MAX_POINTS / tails->n) {
		fail_at(p, E_POINT_MANY, brace, MAX_POINTS);
		return;
	}
	for (size_t i = 0; i < heads->n; i++) {
		for (size_t j = 0; j < tails->n; j++) {
			const struct probe_point *tail = tails->v[j];
			struct probe_point *pt = make_point(p, heads->v[i]);

			for (size_t k = 0; k < tail->comps.n; k++)
				add_component(p, pt, &vec_at(&tail->comps, k));
			pt->optional = tail->optional;
			pt->sufficient = tail->sufficient;
			if (tail->condition)
				pt->condition = i ? clone_expr(p->arena, tail->condition) : tail->condition;
			vec_push(p->arena, &all, pt);
		}
	}
	*heads = all;
}

/* comp := word-component | "{" points "}" */
static void parse_component(struct parser *p, struct point_list *points)
{
	const struct token *brace = accept_op(p, "{");
	struct point_list inner = { 0 };
	struct point_comp c;

	if (brace) {
		parse_points(p, &inner);
		expect_op(p, "}");
		if (!p->panic)
			cross(p, points, &inner, brace);
		return;
	}
	if (!is_word_piece(peek(p), true)) {
		expected(p, "identifier or '*' or '{'");
		return;
	}
	parse_word_component(p, &c);
	for (size_t i = 0; i < points->n; i++)
		add_component(p, points->v[i], &c);
}

/* nothing may follow a point that has a flag or condition already */
static bool check_inner(struct parser *p, const struct point_list *points)
{
	for (size_t i = 0; i < points->n; i++) {
		const struct probe_point *pt = points->v[i];

		if (!pt->optional && !pt->sufficient && !pt->condition)
			continue;
		fail_at(p, E_POINT_SUFFIX, pt->tok);
		return false;
	}
	return true;
}

/* [ "?" | "!" ] */
static void parse_flag(struct parser *p, struct point_list *points)
{
	bool sufficient = peek_op(p, "!");
	const struct token *t;

	if (!sufficient && !peek_op(p, "?"))
		return;
	t = next(p);
	for (size_t i = 0; i < points->n; i++) {
		struct probe_point *pt = points->v[i];

		if (pt->optional || pt->sufficient)
			fail_saw(p, E_POINT_FLAG, t);
		pt->optional = true; /* '!' implies '?' */
		pt->sufficient = sufficient;
	}
}

/* [ "if" "(" expr ")" ] */
static void parse_condition(struct parser *p, struct point_list *points)
{
	const struct token *t = accept_kw(p, "if");
	struct expr *cond;

	if (!t)
		return;
	expect_op(p, "(");
	cond = parse_expr(p);
	expect_op(p, ")");
	for (size_t i = 0; i < points->n && !p->panic; i++) {
		struct probe_point *pt = points->v[i];

		if (pt->condition)
			fail_saw(p, E_POINT_CONDITION, t);
		pt->condition = i ? clone_expr(p->arena, cond) : cond;
	}
}

/* ppoint := comp { "." comp } [ "?" | "!" ] [ "if" "(" expr ")" ] */
static void parse_point(struct parser *p, struct point_list *list)
{
	struct point_list points = { 0 };

	vec_push(p->arena, &points, make_point(p, NULL));
	parse_component(p, &points);
	while (!p->panic && peek_op(p, ".") && check_inner(p, &points)) {
		next(p);
		parse_component(p, &points);
	}
	parse_flag(p, &points);
	parse_condition(p, &points);
	if (list->n + points.n > MAX_POINTS)
		fail_at(p, E_POINT_MANY, points.v[0]->tok, MAX_POINTS);
	for (size_t i = 0; i < points.n && !p->panic; i++)
		vec_push(p->arena, list, points.v[i]);
}

/* points := ppoint { "," ppoint } */
static void parse_points(struct parser *p, struct point_list *list)
{
	if (enter(p)) {
		do
			parse_point(p, list);
		while (accept_op(p, ","));
	}
	leave(p);
}

static void check_alias_name(struct parser *p, const struct probe_point *pt)
{
	if (pt->optional || pt->sufficient)
		fail_at(p, E_ALIAS_FLAG, pt->tok);
	else if (pt->condition)
		fail_at(p, E_ALIAS_CONDITION, pt->tok);
}

/* the blocks of an alias: block [ "," block ], the second one for "=" only */
static void parse_alias_body(struct parser *p, struct alias_decl *al)
{
	struct block *first = parse_block(p);
	const struct token *comma;

	if (al->plus)
		al->epilogue = first;
	else
		al->prologue = first;
	comma = accept_op(p, ",");
	if (comma && al->plus)
		fail_saw(p, E_ALIAS_BOTH, comma);
	else if (comma)
		al->epilogue = parse_block(p);
	if (!p->panic)
		vec_push(p->arena, &p->file->aliases, al);
}

/*
 * probe := "probe" points block
 *	  | "probe" ppoint { ( "=" | "+=" ) ppoint } ( "=" | "+=" ) points block [ "," block ]
 */
void parse_probe(struct parser *p)
{
	struct alias_decl *al = arena_make(p->arena, struct alias_decl);
	struct point_list points = { 0 };
	struct probe_decl *probe;

	al->tok = next(p);
	al->file = p->file;
	for (;;) {
		parse_points(p, &points);
		if (p->panic || (!peek_op(p, "=") && !peek_op(p, "+=")))
			break;
		if (points.n != 1) {
			expected(p, "probe point specifier");
			return;
		}
		check_alias_name(p, points.v[0]);
		al->plus |= peek_op(p, "+=");
		next(p);
		vec_push(p->arena, &al->names, points.v[0]);
		points = (struct point_list){ 0 };
	}
	if (!peek_op(p, "{")) {
		expected(p, "one of ', { } = +='");
		return;
	}
	if (al->names.n) {
		al->points.v = points.v;
		al->points.n = points.n;
		al->points.cap = points.cap;
		parse_alias_body(p, al);
		return;
	}
	probe = arena_make(p->arena, struct probe_decl);
	probe->tok = al->tok;
	probe->file = p->file;
	probe->points.v = points.v;
	probe->points.n = points.n;
	probe->points.cap = points.cap;
	probe->body = parse_block(p);
	if (!p->panic)
		vec_push(p->arena, &p->file->probes, probe);
}
