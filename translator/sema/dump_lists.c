// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --dump-probe-types, --dump-probe-aliases, --dump-functions (reference/cli.md 4): what scripts may use, one line each, sorted.
 * in: providers[], the user's files and the whole library. No pass 2 is needed.
 */
#include "sema/pass2.h"
#include "sema/sema.h"

#include "base/buf.h"
#include "library/library.h"
#include "session.h"

#include <stdlib.h>
#include <string.h>

struct lines { const char **v; size_t n, cap; };

/* a point sorts before the longer ones that begin with it, component by component */
static int rank(char c) { return c == '\0' ? 0 : c == '.' ? 1 : (unsigned char)c + 1; }

static int by_components(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;

	while (*x && *x == *y) {
		x++;
		y++;
	}
	return rank(*x) - rank(*y);
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static void print_lines(struct lines *l, int (*order)(const void *, const void *), FILE *out)
{
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), order);
	for (size_t i = 0; i < l->n; i++)
		if (!i || strcmp(l->v[i], l->v[i - 1]) != 0)
			fprintf(out, "%s\n", l->v[i]);
}

void sema_dump_probe_types(FILE *out)
{
	struct arena *a = arena_new();
	struct lines l = { 0 };

	for (size_t i = 0; providers[i]; i++)
		for (size_t j = 0; providers[i]->points && providers[i]->points[j]; j++)
			vec_push(a, &l, providers[i]->points[j]);
	print_lines(&l, by_components, out);
	arena_free(a);
}

/* ---- aliases and functions of all files ------------------------------------------------------------------------------------------------ */

typedef void (*file_fn)(struct session *s, const struct ast_file *f, struct lines *ret);

static void each_file(struct session *s, file_fn fn, struct lines *ret)
{
	struct ast_file **files = NULL;
	size_t n = s->library ? library_all(s->library, &files) : 0;

	for (size_t i = 0; i < s->user_files.n; i++)
		fn(s, s->user_files.v[i], ret);
	for (size_t i = 0; i < n; i++)
		fn(s, files[i], ret);
}

static bool is_hidden(const struct session *s, const char *name) { return name[0] == '_' && s->opt.verbose[2] == 0; }

static void alias_lines(struct session *s, const struct ast_file *f, struct lines *ret)
{
	for (size_t i = 0; i < f->aliases.n; i++) {
		const struct alias_decl *al = f->aliases.v[i];

		for (size_t j = 0; j < al->names.n; j++) {
			struct buf b = BUF_INIT;

			if (is_hidden(s, al->names.v[j]->comps.v[0].name))
				continue;
			print_point(&b, al->names.v[j]);
			buf_puts(&b, al->plus ? " += " : " = ");
			for (size_t k = 0; k < al->points.n; k++) {
				buf_puts(&b, k ? ", " : "");
				print_point(&b, al->points.v[k]);
			}
			vec_push(s->arena, ret, arena_strdup(s->arena, b.data));
			buf_fini(&b);
		}
	}
}

struct tag {
	unsigned pragma;
	const char *text;
	bool detail; /* with -v only */
};

static void put_tags(const struct session *s, const struct embedded *em, struct buf *b)
{
	static const struct tag tags[] = { /* in the order of their names */
		{ PRAGMA_GURU, "guru", false },
		{ PRAGMA_MYPROC, "myproc-unprivileged", false },
		{ PRAGMA_PURE, "pure", true },
		{ PRAGMA_STABLE, "stable", true },
		{ PRAGMA_UNMANGLED, "unmangled", true },
		{ PRAGMA_UNMODIFIED, "unmodified-fnargs", true },
		{ PRAGMA_UNPRIVILEGED, "unprivileged", false },
	};

	for (size_t i = 0; em && i < sizeof(tags) / sizeof(tags[0]); i++)
		if ((em->pragmas & tags[i].pragma) && (!tags[i].detail || s->opt.verbose[2] > 0))
			buf_printf(b, " /* %s */", tags[i].text);
}

static void function_lines(struct session *s, const struct ast_file *f, struct lines *ret)
{
	for (size_t i = 0; i < f->functions.n; i++) {
		const struct funcdecl *fn = f->functions.v[i];
		struct buf b = BUF_INIT;

		if (fn->private_ || fn->synthetic || is_hidden(s, fn->name))
			continue;
		buf_printf(&b, "%s:%s (", fn->name, value_type_name(fn->type == VT_VOID ? VT_UNKNOWN : fn->type));
		for (size_t j = 0; j < fn->formals.n; j++)
			buf_printf(&b, "%s%s:%s", j ? ", " : "", fn->formals.v[j]->name, value_type_name(fn->formals.v[j]->type));
		buf_putc(&b, ')');
		put_tags(s, fn->embedded, &b);
		vec_push(s->arena, ret, arena_strdup(s->arena, b.data));
		buf_fini(&b);
	}
}

void sema_dump_aliases(struct session *s, FILE *out)
{
	struct lines l = { 0 };

	each_file(s, alias_lines, &l);
	print_lines(&l, by_text, out);
}

void sema_dump_functions(struct session *s, FILE *out)
{
	struct lines l = { 0 };

	each_file(s, function_lines, &l);
	print_lines(&l, by_text, out);
}
