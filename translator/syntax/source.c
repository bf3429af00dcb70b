/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places in sources. Line and column are computed here, from a byte offset, only when something is printed. */
#include "syntax/source.h"

#include <string.h>

void source_pos(const struct source *s, size_t off, struct source_pos *ret)
{
	const char *at, *line = s->text, *end = s->text + s->len, *nl;
	unsigned n = 1;

	if (off > s->len)
		off = s->len;
	at = s->text + off;
	while ((nl = memchr(line, '\n', (size_t)(at - line)))) {
		line = nl + 1;
		n++;
	}
	nl = memchr(line, '\n', (size_t)(end - line));
	ret->line = n;
	ret->col = (unsigned)(at - line) + 1;
	ret->line_text = line;
	ret->line_len = (size_t)((nl ? nl : end) - line);
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
