// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What embedded C says about the context: c and CONTEXT, which point to struct context (embedded_prelude.c). in: the C of a script, of which only
 * names are understood. Comments and literals are left out.
 *
 * `c` may be a variable of the script's own, too: that one hides the context's, and nothing is said about its members.
 */
#include "codegen/embedded.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "codegen/gen.h"

#include <ctype.h>
#include <string.h>

struct word {
	const char *at;
	size_t len;
	char before; /* the last byte before it that is not blank, in a word: 'a' */
};

static const char *skip_literal(const char *p)
{
	char quote = *p++;

	while (*p && *p != quote)
		p += *p == '\\' && p[1] ? 2 : 1;
	return *p ? p + 1 : p;
}

static const char *skip_comment(const char *p)
{
	const char *end = p[1] == '/' ? strchr(p, '\n') : strstr(p + 2, "*/");

	return !end ? p + strlen(p) : p[1] == '/' ? end : end + 2;
}

/* the next name from *p on */
static bool next_word(const char **p, struct word *w)
{
	const char *s = *p;

	w->before = '\0';
	while (*s && !(isalpha((unsigned char)*s) || *s == '_')) {
		if (*s == '"' || *s == '\'') {
			w->before = *s;
			s = skip_literal(s);
		} else if (*s == '/' && (s[1] == '/' || s[1] == '*')) {
			s = skip_comment(s);
		} else if (isdigit((unsigned char)*s)) {
			w->before = '0';
			while (text_is_word(*s))
				s++;
		} else {
			w->before = isspace((unsigned char)*s) ? w->before : *s;
			s++;
		}
	}
	w->at = s;
	while (text_is_word(*s))
		s++;
	w->len = (size_t)(s - w->at);
	*p = s;
	return w->len > 0;
}

static bool is(const struct word *w, const char *name) { return strlen(name) == w->len && memcmp(w->at, name, w->len) == 0; }

static bool mentions(const char *text)
{
	struct word w;

	while (next_word(&text, &w))
		if (is(&w, "CONTEXT") || is(&w, "c"))
			return true;
	return false;
}

bool embedded_has_context(const struct gen *g, const struct embedded *e)
{
	if (mentions(e->tok->text))
		return true;
	for vec_each (i, &g->prog->embeds) /* macros, which stand for anything */
		if (strstr(g->prog->embeds.v[i]->tok->text, "#define") && mentions(g->prog->embeds.v[i]->tok->text))
			return true;
	return false;
}

/* ---- members ---------------------------------------------------------------------------------------------------------- */

/* "struct x *c", "int c": it is not the context. (Also *c, x * c: nothing is said then) */
static bool hides_context(const char *text)
{
	struct word w, last = { .at = "" };

	for (; next_word(&text, &w); last = w)
		if (is(&w, "c") && (w.before == '*' || (!w.before && last.len && !is(&last, "return") && !is(&last, "sizeof"))))
			return true;
	return false;
}

static bool is_member(const struct word *w)
{
	for (size_t i = 0; embedded_context_members[i]; i++)
		if (is(w, embedded_context_members[i]))
			return true;
	return false;
}

static const struct token *token_within(struct gen *g, const struct token *t, const struct word *w)
{
	struct token *ret;

	if (!t->span.src || t->origin)
		return t;
	ret = arena_memdup(g->arena, t, sizeof(*t));
	ret->span.off = t->span.off + (uint32_t)(w->at - t->text) + 2; /* "%{" */
	ret->span.len = (uint32_t)w->len;
	return ret;
}

static void complain(struct gen *g, const struct token *t, const struct word *w)
{
	struct buf known = BUF_INIT;

	for (size_t i = 0; embedded_context_members[i]; i++)
		buf_printf(&known, "%s%s", i ? ", " : "", embedded_context_members[i]);
	diag(g->diag, E_EMBEDDED_CONTEXT, token_within(g, t, w), arena_strndup(g->arena, w->at, w->len), known.data);
	buf_fini(&known);
}

void embedded_check_context(struct gen *g, const struct embedded *e)
{
	const char *p = e->tok->text;
	bool hidden = hides_context(p);
	struct word w;

	while (next_word(&p, &w)) {
		bool context = (is(&w, "c") && !hidden && w.before != '.' && w.before != '>') || is(&w, "CONTEXT");

		p += strspn(p, " \t\n");
		if (!context || strncmp(p, "->", 2) != 0)
			continue;
		p += 2;
		if (next_word(&p, &w) && !is_member(&w))
			complain(g, e->tok, &w);
	}
}
