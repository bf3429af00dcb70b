// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * C functions whose text is the same but for their own name and comments become one (reference/language.md 8.8, 19). Not under -u.
 *
 * in: all text is made, sizes are computed. out: duplicates are gone and whoever called them calls the first of their kind; that
 * may make callers alike, hence rounds. Text holds file:line:column wherever an error can be raised, so functions that could be
 * told apart by their messages never merge. A name is replaced as a whole identifier and where it begins one that is derived from
 * it, never in a literal.
 */
#include "codegen/merge.h"

#include "base/text.h"
#include "session.h"

#include <string.h>

#define SELF "\001"

/* the length of what is no code at p: a comment or a literal; 0 = code */
static size_t other_length(const char *p)
{
	const char *end;
	char quote = *p;

	if (p[0] == '/' && p[1] == '*') {
		end = strstr(p + 2, "*/");
		return end ? (size_t)(end + 2 - p) : strlen(p);
	}
	if (quote != '"' && quote != '\'')
		return 0;
	for (end = p + 1; *end && *end != quote; end++)
		if (*end == '\\' && end[1])
			end++;
	return (size_t)(end - p) + (*end != '\0');
}

/* what a function defines beside itself, apart from its frame: handlers only, whose names no function has */
static bool is_derived(const char *rest, size_t n)
{
	static const char *const suffix[] = { "_locks", "_inside", "_save" };

	for (size_t i = 0; i < sizeof(suffix) / sizeof(*suffix); i++)
		if (strlen(suffix[i]) == n && memcmp(rest, suffix[i], n) == 0)
			return true;
	return false;
}

/* function NAME_frame may exist beside struct NAME_frame */
static bool is_frame(const char *text, const char *p, const char *rest, size_t n)
{
	return n >= 6 && memcmp(rest + n - 6, "_frame", 6) == 0 && (n == 6 || is_derived(rest, n - 6)) && p - text >= 7 &&
	       memcmp(p - 7, "struct ", 7) == 0;
}

/* the length of the identifier, literal, comment or other character at p */
static size_t piece_length(const char *p)
{
	size_t n = other_length(p);

	if (n)
		return n;
	while (text_is_word(p[n]))
		n++;
	return n ? n : 1;
}

/* the text of a function without its name and its comments */
static const char *key_of_text(struct gen *g, const struct cfunc *f)
{
	struct buf b = BUF_INIT;
	size_t len = strlen(f->name), n;
	const char *key;

	for (const char *p = f->text; *p; p += n) {
		size_t more;

		n = piece_length(p);
		if (p[0] == '/' && p[1] == '*')
			continue;
		more = n - len;
		if (n >= len && memcmp(p, f->name, len) == 0 &&
		    (!more || is_derived(p + len, more) || is_frame(f->text, p, p + len, more))) {
			buf_puts(&b, SELF);
			buf_add(&b, p + len, more);
		} else {
			buf_add(&b, p, n);
		}
	}
	key = arena_strdup(g->arena, b.data);
	buf_fini(&b);
	return key;
}

/* instead: name of a function that is gone → name of that to call */
static void call_instead(struct gen *g, struct cfunc *f, const struct map *instead)
{
	struct buf b = BUF_INIT;
	bool changed = false;
	size_t n;

	for (const char *p = f->text; *p; p += n) {
		const char *to = NULL;

		n = piece_length(p);
		if (p[0] == 'f' && p[1] == '_')
			to = map_get(instead, arena_strndup(g->arena, p, n));
		if (to)
			buf_puts(&b, to);
		else
			buf_add(&b, p, n);
		changed |= to != NULL;
	}
	if (changed)
		f->text = arena_strdup(g->arena, b.data);
	buf_fini(&b);
}

static bool merge_functions(struct gen *g)
{
	struct map seen, instead;

	map_init(&seen, g->arena);
	map_init(&instead, g->arena);
	for vec_each (i, &g->prog->functions) {
		struct cfunc *f = g->functions[i], *same;
		const char *key;

		if (!f)
			continue;
		key = key_of_text(g, f);
		same = map_get(&seen, key);
		if (!same) {
			map_set(&seen, key, f);
			continue;
		}
		map_set(&instead, f->name, (void *)same->name);
		g->functions[i] = NULL;
		g->called[i] = false;
	}
	if (instead.n == 0)
		return false;
	for vec_each (i, &g->prog->functions)
		if (g->functions[i])
			call_instead(g, g->functions[i], &instead);
	for vec_each (i, &g->handlers)
		call_instead(g, g->handlers.v[i], &instead);
	return true;
}

static void merge_handlers(struct gen *g)
{
	struct map seen, instead;
	size_t n = 0;

	map_init(&seen, g->arena);
	map_init(&instead, g->arena);
	for vec_each (i, &g->handlers) {
		struct cfunc *f = g->handlers.v[i], *same;
		const char *key = key_of_text(g, f);

		same = map_get(&seen, key);
		if (same) {
			map_set(&instead, f->name, (void *)same->name);
			continue;
		}
		map_set(&seen, key, f);
		g->handlers.v[n++] = f;
	}
	g->handlers.n = n;
	for vec_each (i, &g->prog->probes) {
		const char *to = map_get(&instead, g->prog->probes.v[i]->cname);

		if (to)
			g->prog->probes.v[i]->cname = to;
	}
}

void merge_same(struct gen *g)
{
	if (g->s->opt.unoptimized)
		return;
	while (merge_functions(g))
		;
	merge_handlers(g);
}
