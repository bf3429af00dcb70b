// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tapset on the search path, and its files' trees, parsed on demand. What is where is the index's business (index.c).
 * Invariant: files are in search order; of several with the same inode, or the same path below their directory, the first counts.
 */
#include "library/library.h"

#include "base/fs.h"
#include "base/map.h"
#include "base/scope.h"
#include "base/term.h"
#include "base/text.h"
#include "library/index.h"
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

static struct parse_env env_of(struct session *s, struct diag *d)
{
	return (struct parse_env){
		.arena = s->arena, .names = s->names, .diag = d, .facts = s->facts, .macros = &s->macros,
		.args = (char *const *)s->opt.args.v, .nargs = s->opt.args.n,
	};
}

static const struct source *load_source(struct library *l, struct lib_file *f)
{
	struct source *src = arena_make(l->session->arena, struct source);
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	struct oserr *err = fs_read(f->path, &text, &len);

	if (err) {
		term_say("WARNING: tapset \"%s\" cannot be read, and will be skipped: %s\n", f->path, err->msg);
		l->nwarned++;
		oserr_free(err);
		return NULL;
	}
	src->name = f->path;
	src->text = arena_memdup(l->session->arena, text, len + 1);
	src->len = strnlen(text, len);
	src->kind = SOURCE_TAPSET;
	src->privileged = true;
	src->builtin_dir = f->builtin;
	return src;
}

/* Errors in a library file are shown as warnings are, and the file is left out; the session goes on */
static void skip_bad_file(struct library *l, struct diag *own, struct lib_file *f)
{
	const struct session *s = l->session;

	f->broken = true;
	if (s->opt.quiet_warnings || s->opt.listing != LIST_NONE)
		return;
	l->nwarned++;
	diag_flush(own, stderr);
	term_say("WARNING: %stapset \"%s\" has errors, and will be skipped\n", f->macros ? "macro " : "", f->path);
}

static struct diag *own_sink(struct session *s)
{
	static const struct diag_opts opts = { .quiet_warnings = true };

	return diag_new(s->arena, &opts);
}

static struct ast_file *parse_script_file(struct library *l, struct lib_file *f)
{
	struct session *s = l->session;
	struct diag *own = own_sink(s);
	struct parse_env env = env_of(s, own);
	const struct source *src = load_source(l, f);
	struct ast_file *tree;

	if (!src)
		return NULL;
	library_load_macros(l, src->text);
	tree = parse_file(&env, src);
	if (diag_errors(own) == 0)
		return tree;
	skip_bad_file(l, own, f);
	return NULL;
}

struct ast_file *library_tree(struct library *l, struct lib_file *f)
{
	if (!f->parsed) {
		f->parsed = true;
		l->nparsed++;
		f->tree = parse_script_file(l, f);
	}
	return f->tree;
}

static void load_macro_file(struct library *l, struct lib_file *f)
{
	struct diag *own = own_sink(l->session);
	struct parse_env env = env_of(l->session, own);
	const struct source *src;

	if (f->parsed)
		return;
	f->parsed = true;
	l->nparsed++;
	src = load_source(l, f);
	if (!src)
		return;
	if (!parse_macros(&env, src))
		skip_bad_file(l, own, f);
	library_load_macros(l, src->text);
}

void library_load_macros(struct library *l, const char *text)
{
	for (const char *p = strchr(text, '@'); p; p = strchr(p, '@')) {
		size_t n = strspn(++p, WORD);
		char name[128];
		struct lib_names *files;

		if (n == 0 || n >= sizeof(name))
			continue;
		memcpy(name, p, n);
		name[n] = '\0';
		files = map_get(&l->index[LIB_MACRO], name);
		for (size_t i = 0; files && i < files->n; i++)
			load_macro_file(l, files->v[i]);
	}
}

void library_load_given(struct library *l)
{
	for vec_each (i, &l->files)
		if (l->files.v[i]->macros && !l->files.v[i]->builtin)
			load_macro_file(l, l->files.v[i]);
}

size_t library_find(struct library *l, enum lib_kind kind, const char *name, struct ast_file ***ret)
{
	struct lib_names *files = map_get(&l->index[kind], name);
	VEC(struct ast_file *) found = { 0 };

	for (size_t i = 0; files && i < files->n; i++) {
		struct ast_file *t = library_tree(l, files->v[i]);

		if (t)
			vec_push(l->session->arena, &found, t);
	}
	*ret = found.v;
	return found.n;
}

size_t library_all(struct library *l, struct ast_file ***ret)
{
	VEC(struct ast_file *) all = { 0 };

	for vec_each (i, &l->files) {
		struct ast_file *t = l->files.v[i]->macros ? NULL : library_tree(l, l->files.v[i]);

		if (t)
			vec_push(l->session->arena, &all, t);
	}
	*ret = all.v;
	return all.n;
}

bool library_file(struct library *l, size_t at, const char **ret_path, const struct ast_file **ret_tree)
{
	struct lib_file *f = at < l->files.n ? l->files.v[at] : NULL;

	if (!f)
		return false;
	*ret_tree = f->macros ? NULL : library_tree(l, f);
	*ret_path = f->macros || *ret_tree ? f->path : NULL;
	return true;
}

const char *const *library_names(struct library *l, enum lib_kind kind, size_t *ret_n)
{
	struct map *m = &l->index[kind];
	const char **v = arena_array(l->session->arena, const char *, m->n + 1);

	for (size_t i = 0; i < m->n; i++)
		v[i] = m->entries[i].key;
	*ret_n = m->n;
	return v;
}

bool library_has(const struct library *l, enum lib_kind kind, const char *name) { return map_has(&l->index[kind], name); }
size_t library_count(const struct library *l) { return l->files.n; }
static size_t folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) : 0;
}

size_t library_folder(struct library *l, size_t at, const char **ret_dir, bool *ret_macros, size_t *ret_found, size_t *ret_parsed)
{
	const char *first = at < l->files.n ? l->files.v[at]->path : NULL;
	size_t i, len = first ? folder_len(first) : 0, parsed = 0;

	if (!first)
		return 0;
	for (i = at; i < l->files.n; i++) {
		const char *path = l->files.v[i]->path;

		if (folder_len(path) != len || memcmp(path, first, len) != 0 || l->files.v[i]->macros != l->files.v[at]->macros)
			break;
		parsed += l->files.v[i]->parsed;
	}
	*ret_dir = arena_strndup(l->session->arena, first, len);
	*ret_macros = l->files.v[at]->macros;
	*ret_found = i - at;
	*ret_parsed = parsed;
	return i - at;
}

size_t library_parsed(const struct library *l) { return l->nparsed; }
size_t library_warnings(const struct library *l) { return l->nwarned; }
const char *library_stamp(const struct library *l) { return l->stamp; }

bool library_has_file(const struct library *l, const char *path)
{
	_cleanup_free_ char *real = realpath(path, NULL);

	for vec_each (i, &l->files) {
		_cleanup_free_ char *own = realpath(l->files.v[i]->path, NULL);

		if (real && own && strcmp(real, own) == 0)
			return true;
	}
	return false;
}

struct oserr *library_open(struct session *s, struct library **ret)
{
	struct library *l = arena_make(s->arena, struct library);
	struct oserr *err;

	l->session = s;
	for (size_t i = 0; i < LIB_NKINDS; i++)
		map_init(&l->index[i], s->arena);
	err = path_scan(l);
	if (!err)
		err = index_load(l);
	*ret = l;
	return err;
}
