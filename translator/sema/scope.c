// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of globals and functions, and the files that they bring in (reference/language.md 18).
 *
 * in: user files; library files as library_find() gives them. out: fn_index, var_index, sema.files (selected ones), sema.globals (used).
 * Invariant: a library file is put into the indexes once, whether selected or not; only the use of one of its parts selects it.
 * While pass 2 runs, vardecl.index of a global is its place in sema.globals + 1, 0 = not used; funcdecl.index is its place in sema.fns + 1.
 */
#include "sema/sema.h"

#include "base/scope.h"
#include "base/text.h"
#include "library/library.h"
#include "session.h"

#include <stdlib.h>
#include <string.h>

static struct fn_list *fn_list(struct sema *sm, const char *name)
{
	struct fn_list *l = map_get(&sm->fn_index, name);

	if (!l) {
		l = arena_make(sm->a, struct fn_list);
		map_set(&sm->fn_index, name, l);
	}
	return l;
}

static struct var_list *var_list(struct sema *sm, const char *name)
{
	struct var_list *l = map_get(&sm->var_index, name);

	if (!l) {
		l = arena_make(sm->a, struct var_list);
		map_set(&sm->var_index, name, l);
	}
	return l;
}

struct fninfo *scope_add_function(struct sema *sm, struct funcdecl *f)
{
	struct fninfo *info = arena_make(sm->a, struct fninfo);

	info->fn = f;
	info->context = -1;
	vec_push(sm->a, &sm->fns, info);
	f->index = sm->fns.n;
	return info;
}

static void add_global(struct sema *sm, struct vardecl *v, const struct ast_file *f)
{
	struct var_list *l = var_list(sm, v->name);

	v->file = f;
	v->global = true;
	for (size_t i = 0; i < l->v.n; i++) {
		const struct vardecl *w = l->v.v[i];

		/* two user files; within one file the parser says so */
		if (!w->private_ && !v->private_ && w->file != f && from_user(w->tok) && from_user(v->tok)) {
			diag2(sm->diag, E_GLOBAL_DUPLICATE_FILES, v->tok, w->tok);
			return;
		}
	}
	vec_push(sm->a, &l->v, v);
}

void scope_add_file(struct sema *sm, struct ast_file *f)
{
	for (size_t i = 0; i < sm->known.n; i++)
		if (sm->known.v[i] == f)
			return;
	vec_push(sm->a, &sm->known, f);
	for (size_t i = 0; i < f->functions.n; i++) {
		struct funcdecl *fn = f->functions.v[i];
		struct fn_list *l = fn_list(sm, fn->name);

		fn->file = f;
		scope_add_function(sm, fn);
		vec_push(sm->a, &l->v, fn);
	}
	for (size_t i = 0; i < f->globals.n; i++)
		add_global(sm, f->globals.v[i], f);
	match_add_file(sm->match, f);
}

void scope_select(struct sema *sm, const struct ast_file *f)
{
	if (!f || f->selected)
		return;
	((struct ast_file *)f)->selected = true;
	vec_push(sm->a, &sm->files, (struct ast_file *)f);
}

bool scope_is_user_file(const struct sema *sm, const struct ast_file *f)
{
	(void)sm;
	return f && f->src && f->src->kind == SOURCE_USER;
}

static struct vardecl *pick_global(const struct var_list *l, const struct ast_file *home)
{
	struct vardecl *found = NULL;

	for (size_t i = 0; i < l->v.n; i++) {
		struct vardecl *v = l->v.v[i];

		if (v->private_ && v->file == home)
			return v;
		if (!v->private_ && !found)
			found = v;
	}
	return found;
}

static void ask_library(struct sema *sm, enum lib_kind kind, const char *name)
{
	struct ast_file **files;
	size_t n;

	if (!sm->s->library)
		return;
	n = library_find(sm->s->library, kind, name, &files);
	for (size_t i = 0; i < n; i++)
		scope_add_file(sm, files[i]);
}

struct vardecl *scope_global(struct sema *sm, const char *name, const struct ast_file *home)
{
	struct var_list *l = var_list(sm, name);
	struct vardecl *v = pick_global(l, home);

	if (!v && !l->library_asked) {
		l->library_asked = true;
		ask_library(sm, LIB_GLOBAL, name);
		v = pick_global(l, home);
	}
	return v;
}

void scope_use_global(struct sema *sm, struct vardecl *v)
{
	if (v->index)
		return;
	scope_select(sm, v->file);
	if (v->maxsize && v->arity < 0)
		v->arity_tok = NULL;
	vec_push(sm->a, &sm->globals, v);
	v->index = sm->globals.n;
}

const char *similar_known(struct sema *sm, enum diag_tag tag, const char *want)
{
	const char *known;

	if (diag_suggests(sm->diag, tag))
		return NULL;
	known = map_get(&sm->similar, want);
	return known ? known : "";
}

static const char *suggestion(struct sema *sm, const char *want, const char *names)
{
	const char *text = *names ? arena_printf(sm->a, " (similar: %s)", names) : "";

	map_set(&sm->similar, want, (void *)text);
	return text;
}

const char *similar_text(struct sema *sm, const char *want, const char *const *names, size_t n)
{
	_cleanup_free_ char *text = text_similar(want, names, n, 5);

	return suggestion(sm, want, text ? text : "");
}

struct candidate {
	const char *name;
	unsigned apart;
};

static int by_nearness(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return x->apart != y->apart ? (x->apart > y->apart) - (x->apart < y->apart) : strcmp(x->name, y->name);
}

const char *nearest_text(struct sema *sm, const char *want, const char *const *names, size_t n)
{
	struct candidate *c = arena_array(sm->a, struct candidate, n + 1);
	const char *text = "";

	for (size_t i = 0; i < n; i++)
		c[i] = (struct candidate){ names[i], text_apart(want, names[i]) };
	qsort(c, n, sizeof(*c), by_nearness);
	for (size_t i = 0, shown = 0; i < n && shown < 5; i++) {
		if (i && strcmp(c[i].name, c[i - 1].name) == 0)
			continue;
		text = arena_printf(sm->a, "%s%s%s", text, shown++ ? ", " : "", c[i].name);
	}
	return suggestion(sm, want, text);
}

/* ---- functions by name and number of arguments ------------------------------------------------------------------------------- */

static int64_t priority_of(const struct funcdecl *f) { return f->priority; }

/* stable: equal priorities keep the order of their declarations */
static void insert_by_priority(struct sema *sm, struct callees *c, struct funcdecl *f)
{
	size_t i;

	vec_push(sm->a, c, f);
	for (i = c->n - 1; i > 0 && priority_of(c->v[i - 1]) > priority_of(f); i--)
		c->v[i] = c->v[i - 1];
	c->v[i] = f;
}

void overload_find(struct sema *sm, const char *name, size_t nargs, const struct ast_file *home, struct callees *ret)
{
	struct fn_list *l = fn_list(sm, name);

	if (!l->library_asked) {
		l->library_asked = true;
		ask_library(sm, LIB_FUNCTION, name);
	}
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < l->v.n; i++) {
		struct funcdecl *f = l->v.v[i];

		if (f->formals.n == nargs && (!f->private_ || f->file == home))
			insert_by_priority(sm, ret, f);
	}
}
