/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places in sources. Line and column are computed here, from a byte offset, only when something is printed. */
#define _GNU_SOURCE 1 /* memrchr */
#include "syntax/source.h"
#include "base/text.h"

#include <string.h>

/* the start of the line that has AT, and its number: from the line found last, forwards or backwards */
static const char *find_line(const struct source *s, const char *at, unsigned *ret_line)
{
	const char *line = s->text + s->near_off, *nl;
	unsigned n = s->near_line ? s->near_line : 1;

	for (; line > at; n--) {
		nl = memrchr(s->text, '\n', (size_t)(line - 1 - s->text));
		line = nl ? nl + 1 : s->text;
	}
	while ((nl = memchr(line, '\n', (size_t)(at - line)))) {
		line = nl + 1;
		n++;
	}
	*ret_line = n;
	return line;
}

void source_pos(const struct source *s, size_t off, struct source_pos *ret)
{
	const char *at = s->text + (off < s->len ? off : s->len), *end = s->text + s->len, *nl;

	ret->line_text = find_line(s, at, &ret->line);
	ret->col = (unsigned)(at - ret->line_text) + 1;
	nl = memchr(at, '\n', (size_t)(end - at));
	ret->line_len = (size_t)((nl ? nl : end) - ret->line_text);
	((struct source *)s)->near_off = (size_t)(ret->line_text - s->text);
	((struct source *)s)->near_line = ret->line;
}

void source_excerpt(const struct source_pos *pos, size_t len, struct source_excerpt *ret)
{
	enum { WHOLE = 400, AROUND = 80, MARKED = 160 };
	size_t before = pos->col - 1, rest = before < pos->line_len ? pos->line_len - before : 0;

	if (len > rest)
		len = rest;
	*ret = (struct source_excerpt){ .text = pos->line_text, .len = pos->line_len, .before = before, .mark_len = len };
	if (pos->line_len <= WHOLE)
		return;
	if (len > MARKED)
		ret->mark_len = MARKED;
	ret->mark_len = text_utf8_whole(pos->line_text + before, ret->mark_len);
	ret->cut = text_utf8_whole(pos->line_text, before > AROUND ? before - AROUND : 0);
	ret->before = before - ret->cut;
	ret->text += ret->cut;
	ret->len = ret->before + ret->mark_len + AROUND;
	ret->more = ret->len < pos->line_len - ret->cut;
	ret->len = ret->more ? text_utf8_whole(ret->text, ret->len) : pos->line_len - ret->cut;
}

const char *token_class_name(enum token_class cls)
{
	switch (cls) {
	case TOK_IDENT: return "identifier";
	case TOK_KEYWORD: return "keyword";
	case TOK_OP: return "operator";
	case TOK_STRING: return "string";
	case TOK_NUMBER: return "number";
	case TOK_EMBEDDED: return "embedded-code";
	case TOK_JUNK: return "junk";
	case TOK_EOF: return "EOF";
	}
	return "unknown";
}

const struct token *token_outermost(const struct token *t)
{
	while (t->origin && t->origin->site)
		t = t->origin->site;
	return t;
}
