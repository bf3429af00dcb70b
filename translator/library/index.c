// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Name → files. Made by parsing the whole tapset once, then kept as text in $SYSTEMTAP_DIR/cache/tapset-<stamp>, a line per name:
 * "kind file-number name", and END last, which a change of the form changes; of a file with errors "! file-number name": it is parsed again at once, to say so. The index is
 * believed only if it is ours alone to write; a wrong or missing one is made anew.
 */
#include "library/index.h"

#include "base/buf.h"
#include "base/fs.h"
#include "base/scope.h"
#include "base/text.h"
#include "base/trust.h"
#include "session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char kind_letter[LIB_NKINDS] = { [LIB_FUNCTION] = 'f', [LIB_GLOBAL] = 'g', [LIB_ALIAS] = 'a', [LIB_POINT] = 'p', [LIB_MACRO] = 'm' };

static void add(struct library *l, enum lib_kind kind, const char *name, struct lib_file *f)
{
	struct arena *a = l->session->arena;
	struct lib_names *files = map_get(&l->index[kind], name);

	if (!files) {
		files = arena_make(a, struct lib_names);
		map_set(&l->index[kind], name, files);
	}
	if (files->n == 0 || files->v[files->n - 1] != f)
		vec_push(a, files, f);
}

/* ---- the kept index --------------------------------------------------------------------------------------------------------------------- */

static char *index_path(struct library *l)
{
	return arena_printf(l->session->arena, "%s/cache/tapset-%.32s", l->session->data_dir, l->stamp);
}

#define BROKEN '!'
#define END "end of aliases by two components"

static bool read_line(struct library *l, const char *line)
{
	const char *letter = *line ? memchr(kind_letter, line[0], LIB_NKINDS) : NULL;
	char *end;
	unsigned long n;

	if ((!letter && line[0] != BROKEN) || line[1] != ' ')
		return false;
	n = strtoul(line + 2, &end, 10);
	if (*end != ' ' || n >= l->files.n)
		return false;
	if (!letter)
		l->files.v[n]->broken = true;
	else
		add(l, (enum lib_kind)(letter - kind_letter), end + 1, l->files.v[n]);
	return true;
}

static bool read_kept(struct library *l)
{
	char *path = index_path(l);
	_cleanup_free_ char *raw = NULL;
	char *text = NULL;
	size_t len = 0;
	struct oserr *err = read_trusted(path, &text, &len);

	if (err) {
		oserr_free(err);
		return false;
	}
	raw = text;
	text = arena_memdup(l->session->arena, raw, len + 1);
	for (char *line = text, *next; (next = strchr(line, '\n')); line = next + 1) {
		*next = '\0';
		if (strcmp(line, END) == 0)
			return true;
		if (!read_line(l, line))
			break;
	}
	for (size_t i = 0; i < LIB_NKINDS; i++)
		map_init(&l->index[i], l->session->arena);
	return false;
}

static void keep(struct library *l)
{
	struct buf b = BUF_INIT;
	_cleanup_free_ char *dir = fs_join(l->session->data_dir, "cache");
	struct oserr *err;

	for (size_t k = 0; k < LIB_NKINDS; k++)
		for (size_t i = 0; i < l->index[k].n; i++) {
			const struct lib_names *files = l->index[k].entries[i].value;

			for (size_t j = 0; j < files->n; j++)
				buf_printf(&b, "%c %zu %s\n", kind_letter[k], files->v[j]->number, l->index[k].entries[i].key);
		}
	for vec_each (i, &l->files)
		if (l->files.v[i]->broken)
			buf_printf(&b, "%c %zu %s\n", BROKEN, i, l->files.v[i]->below);
	buf_puts(&b, END "\n");
	err = make_trusted_dir(dir, 0700);
	if (!err)
		err = fs_write_atomic(index_path(l), b.data, b.len, 0600);
	oserr_free(err); /* without it we are only slower */
	buf_fini(&b);
}

/* ---- making it ---------------------------------------------------------------------------------------------------------------------------- */

/* "@define NAME" in a .stpm: a scan of the text will do, conditionals or not; what is not defined after all is not in s->macros */
static void index_macros(struct library *l, struct lib_file *f)
{
	_cleanup_free_ char *text = NULL;
	struct oserr *err = fs_read(f->path, &text, &(size_t){ 0 });

	if (err) {
		oserr_free(err);
		return;
	}
	for (const char *p = strstr(text, "@define"); p; p = strstr(p, "@define")) {
		size_t n;

		p += strlen("@define");
		p += strspn(p, " \t\n");
		n = strcspn(p, " \t\n(%");
		if (n)
			add(l, LIB_MACRO, arena_strndup(l->session->arena, p, n), f);
	}
}

static void add_alias(struct library *l, const struct probe_point *name, struct lib_file *f)
{
	const char *first = name->comps.v[0].name, *second = name->comps.n > 1 ? name->comps.v[1].name : "";

	add(l, LIB_ALIAS, first, f);
	add(l, LIB_POINT, arena_printf(l->session->arena, "%s.%s", first, second), f);
}

static void index_tree(struct library *l, struct lib_file *f, const struct ast_file *t)
{
	for vec_each (i, &t->functions)
		if (!t->functions.v[i]->private_)
			add(l, LIB_FUNCTION, t->functions.v[i]->name, f);
	for vec_each (i, &t->globals)
		if (!t->globals.v[i]->private_)
			add(l, LIB_GLOBAL, t->globals.v[i]->name, f);
	for vec_each (i, &t->aliases)
		for vec_each (j, &t->aliases.v[i]->names)
			add_alias(l, t->aliases.v[i]->names.v[j], f);
}

static void say_broken(struct library *l)
{
	for vec_each (i, &l->files)
		if (l->files.v[i]->broken)
			library_tree(l, l->files.v[i]);
}

struct oserr *index_load(struct library *l)
{
	for vec_each (i, &l->files)
		l->files.v[i]->number = i;
	if (!l->session->opt.disable_cache && read_kept(l)) {
		say_broken(l);
		return NULL;
	}
	for vec_each (i, &l->files)
		if (l->files.v[i]->macros)
			index_macros(l, l->files.v[i]);
	for vec_each (i, &l->files) {
		struct lib_file *f = l->files.v[i];
		const struct ast_file *t = f->macros ? NULL : library_tree(l, f);

		if (t)
			index_tree(l, f, t);
	}
	if (!l->session->opt.disable_cache)
		keep(l);
	return NULL;
}
