// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The comment before the C of a statement: file, line and the script's own text, from the first token of the statement (of its
 * head, for if, loops and try) to the last, brackets balanced, blanks squeezed. Statements that were synthesised have the comment
 * of their origin.
 */
#include "codegen/stmt.h"

#include "syntax/ast_tools.h"

#include <ctype.h>
#include <string.h>

#define TEXT_MAX 90
#define TEXT_MIN 24

struct extent {
	const struct source *src;
	size_t from, to;
};

static void include(struct extent *x, const struct token *t)
{
	if (!t || t->span.src != x->src)
		return;
	if (t->span.off < x->from)
		x->from = t->span.off;
	if (t->span.off + t->span.len > x->to)
		x->to = t->span.off + t->span.len;
}

static bool visit(void *cookie, struct expr **ep)
{
	include(cookie, (*ep)->tok);
	return true;
}

static void include_expr(struct extent *x, const struct expr *e)
{
	struct ast_visitor v = { .expr = visit, .cookie = x };
	struct expr *root = (struct expr *)e;

	if (e)
		walk_expr(&v, &root);
}

/* the expressions of a statement's head */
static void include_head(struct extent *x, const struct stmt *s)
{
	switch (s->kind) {
	case ST_EXPR:
	case ST_RETURN:
	case ST_DELETE: include_expr(x, s->expr); break;
	case ST_IF: include_expr(x, s->if_.cond); break;
	case ST_FOR:
		include_expr(x, s->for_.init);
		include_expr(x, s->for_.cond);
		include_expr(x, s->for_.step);
		break;
	case ST_FOREACH:
		include_expr(x, s->foreach_.base);
		include_expr(x, s->foreach_.limit);
		break;
	default: break;
	}
}

static size_t skip_string(const struct source *src, size_t i)
{
	for (i++; i < src->len && src->text[i] != '"' && src->text[i] != '\n'; i++)
		if (src->text[i] == '\\')
			i++;
	return i < src->len ? i + 1 : src->len;
}

static size_t skip_blank(const struct source *src, size_t i)
{
	while (i < src->len && isspace((unsigned char)src->text[i]))
		i++;
	return i;
}

/* on to where all brackets are closed and no call's or loop's parenthesis follows */
static size_t find_end(const struct extent *x)
{
	const char *text = x->src->text;
	int depth = 0;
	size_t i = x->from;

	while (i < x->src->len) {
		char c = text[i];

		if (i >= x->to && depth <= 0 && c != '(')
			break;
		depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
		if (depth < 0)
			return i;
		i = c == '"' ? skip_string(x->src, i) : i + 1;
		if (i >= x->to && depth == 0 && skip_blank(x->src, i) < x->src->len && text[skip_blank(x->src, i)] == '(' &&
		    i <= x->to)
			i = skip_blank(x->src, i);
	}
	return i;
}

/* room for the text in a line that begins at this depth and holds `used` bytes of it already */
static size_t room_for(unsigned depth, size_t used)
{
	size_t taken = depth * 8 + used + strlen("/*  ... */");

	if (taken + TEXT_MIN > EMIT_WIDTH)
		return TEXT_MIN;
	return EMIT_WIDTH - taken < TEXT_MAX ? EMIT_WIDTH - taken : TEXT_MAX;
}

static void squeeze(struct buf *out, const char *p, size_t n, size_t max)
{
	size_t start = out->len;

	for (size_t i = 0; i < n; i++) {
		char c = isspace((unsigned char)p[i]) || iscntrl((unsigned char)p[i]) ? ' ' : p[i];

		if (c == ' ' && out->len > start && out->data[out->len - 1] == ' ')
			continue;
		if (out->len - start >= max) {
			buf_puts(out, " ...");
			break;
		}
		buf_putc(out, c);
	}
	while (out->len > start && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
}

void stmt_comment(struct unit *u, const struct stmt *s)
{
	struct extent x = { s->tok ? s->tok->span.src : NULL, SIZE_MAX, 0 };
	struct source_pos pos;
	struct buf b = BUF_INIT;
	const char *slash;
	size_t end;

	if (!x.src || !x.src->text)
		return;
	include(&x, s->tok);
	include_head(&x, s);
	end = find_end(&x);
	source_pos(x.src, x.from, &pos);
	slash = strrchr(x.src->name, '/');
	squeeze(&b, slash ? slash + 1 : x.src->name, strlen(slash ? slash + 1 : x.src->name), TEXT_MAX);
	buf_printf(&b, ":%u  ", pos.line);
	squeeze(&b, x.src->text + x.from, end - x.from, room_for(u->e.depth, b.len));
	if (!u->last_comment || strcmp(u->last_comment, b.data) != 0) {
		u->last_comment = arena_strdup(u->arena, b.data);
		emit_comment(&u->e, b.data);
	}
	buf_fini(&b);
}
