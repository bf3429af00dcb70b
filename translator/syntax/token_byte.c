// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a string token's text back to the place in the source. The lexer keeps some escapes as two bytes, makes one of others, and
 * the parser glues adjacent literals: so the source is read again, alongside the text.
 */
#include "base/arena.h"
#include "syntax/source.h"

#include <string.h>

struct replay {
	const char *p, *end; /* in the source */
	const char *text;    /* what is left of the token's */
};

/* to the next opening quote and behind it: blanks and comments stand between glued literals */
static bool open_quote(struct replay *r)
{
	while (r->p < r->end && *r->p != '"') {
		if (*r->p == '#' || (*r->p == '/' && r->p + 1 < r->end && (r->p[1] == '/' || r->p[1] == '*')))
			return false; /* a comment may hold quotes: not worth it */
		r->p++;
	}
	return r->p++ < r->end;
}

/* bytes of the source for the next byte, or kept escape, of the text; *kept: bytes of the text. 0: they do not fit */
static size_t one_byte(const struct replay *r, size_t *kept)
{
	bool escape = *r->p == '\\' && r->p + 1 < r->end;
	char c = escape ? r->p[1] : *r->p;

	*kept = escape && r->text[0] == '\\' && r->text[1] == c ? 2 : 1;
	return r->text[*kept - 1] == c ? 1 + escape : 0;
}

static const char *find_byte(struct replay *r, size_t off)
{
	size_t took, kept;

	if (!open_quote(r))
		return NULL;
	while (r->p < r->end && *r->text) {
		if (*r->p == '"') {
			r->p++;
			if (!open_quote(r))
				return NULL;
			continue;
		}
		took = one_byte(r, &kept);
		if (!took)
			return NULL;
		if (off < kept)
			return r->p + (took > kept ? 0 : off);
		off -= kept;
		r->p += took;
		r->text += kept;
	}
	return NULL;
}

const struct token *token_byte(struct arena *a, const struct token *t, size_t off)
{
	struct replay r = { .text = t->text };
	struct token *ret;
	const char *at;

	if (!t->span.src || t->origin || t->cls != TOK_STRING)
		return t;
	r.p = t->span.src->text + t->span.off;
	r.end = r.p + t->span.len;
	at = find_byte(&r, off);
	if (!at)
		return t;
	ret = arena_memdup(a, t, sizeof(*t));
	ret->span.off = (uint32_t)(at - t->span.src->text);
	ret->span.len = 1;
	return ret;
}
