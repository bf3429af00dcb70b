/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Literals: numbers with their sign, strings glued from adjacent ones, type names. */
#include "syntax/parser.h"
#include "base/buf.h"
#include "base/text.h"

#include <string.h>

bool token_number(struct parser *p, const struct token *t, int64_t *ret)
{
	if (text_script_number(t->text, strlen(t->text), ret))
		return true;
	fail_saw(p, E_NUMBER, t);
	return false;
}

/* number := [ "-" ] NUMBER; a negated one may go down to -2^63 */
bool parse_number(struct parser *p, const char *what, int64_t *ret)
{
	bool negative = accept_op(p, "-");
	const struct token *t = peek(p);
	int64_t v;

	if (t->cls != TOK_NUMBER) {
		expected(p, what);
		return false;
	}
	next(p);
	if (!token_number(p, t, &v))
		return false;
	if (negative && v < 0 && v != INT64_MIN) {
		fail_saw(p, E_NUMBER, t);
		return false;
	}
	*ret = negative ? (int64_t) - (uint64_t)v : v;
	return true;
}

static void extend_span(struct span *to, const struct token *t)
{
	if (to->src == t->span.src && t->span.off >= to->off && !t->origin)
		to->len = t->span.off + t->span.len - to->off;
}

/* another piece of the text; before 2.0 none that a comment stands before */
static bool peek_glued(struct parser *p)
{
	const struct token *t = peek(p);

	return t->cls == TOK_STRING && (!t->commented || lex_compat(&p->pp.lx, "2.0"));
}

/* string := STRING { STRING }: one token with the texts put together, whose span reaches over all of them */
const struct token *parse_string(struct parser *p, const char *what)
{
	const struct token *t = peek(p);
	struct buf text = BUF_INIT;
	struct token *glued;

	if (t->cls != TOK_STRING) {
		expected(p, what);
		return NULL;
	}
	next(p);
	if (!peek_glued(p))
		return t;
	glued = arena_memdup(p->arena, t, sizeof(*t));
	buf_puts(&text, t->text);
	while (peek_glued(p)) {
		t = next(p);
		buf_puts(&text, t->text);
		extend_span(&glued->span, t);
	}
	glued->text = intern(p, text.data);
	buf_fini(&text);
	return glued;
}

/* literal := string | number */
struct expr *parse_literal(struct parser *p)
{
	const struct token *t = peek(p);
	int64_t v;

	if (t->cls == TOK_STRING) {
		t = parse_string(p, "literal string or number");
		return expr_string(p->arena, t, t->text);
	}
	if (t->cls == TOK_NUMBER || peek_op(p, "-"))
		return parse_number(p, "literal string or number", &v) ? expr_number(p->arena, t, v) : error_expr(p);
	expected(p, "literal string or number");
	return error_expr(p);
}

/* type := "string" | "long" */
enum value_type parse_type(struct parser *p)
{
	if (accept_kw(p, "string"))
		return VT_STRING;
	if (accept_kw(p, "long"))
		return VT_LONG;
	expected(p, "'string' or 'long'");
	return VT_UNKNOWN;
}
