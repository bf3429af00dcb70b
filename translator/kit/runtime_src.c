/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runtime as source: its parts (runtime/parts.def, rows "PART(name, file.c[, flag])"), its identity, and the sources of an external
 * module that kbuild compiles from them. Each part is one object; the wrapper only names the file, so that messages point into the
 * runtime.
 */
#define _GNU_SOURCE 1
#include "kit/private.h"

#include "base/fs.h"
#include "base/hash.h"
#include "base/scope.h"
#include "base/text.h"
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *runtime_dir(const struct session *s)
{
	return realpath(s->opt.runtime_dir, NULL);
}

/* ---- identity ---------------------------------------------------------------------------------------------------------------- */

struct tree_walk {
	struct hash hash;
	bool contents; /* hash what is in the files, not only their size and time */
	struct oserr *err;
};

static bool is_source(const char *name)
{
	return name[0] != '.' && (!strchr(name, '.') || text_ends(name, ".c") || text_ends(name, ".h") || text_ends(name, ".def") ||
				  text_ends(name, ".S"));
}

static void walk_file(struct tree_walk *w, const char *path, const char *name, const struct stat *st)
{
	char hex[HASH_HEX];

	hash_add_str(&w->hash, name);
	if (!w->contents) {
		hash_add(&w->hash, &st->st_size, sizeof(st->st_size));
		hash_add(&w->hash, &st->st_mtim.tv_sec, sizeof(st->st_mtim.tv_sec));
		hash_add(&w->hash, &st->st_mtim.tv_nsec, sizeof(st->st_mtim.tv_nsec));
		return;
	}
	w->err = hash_file(path, hex);
	if (!w->err)
		hash_add_str(&w->hash, hex);
}

static void walk_tree(struct tree_walk *w, const char *dir, unsigned depth)
{
	char **names;

	w->err = fs_list(dir, is_source, &names, NULL);
	if (w->err)
		return;
	for (size_t i = 0; !w->err && names[i]; i++) {
		_cleanup_free_ char *path = fs_join(dir, names[i]);
		struct stat st;

		if (!path || stat(path, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < 4)
			walk_tree(w, path, depth + 1);
		else if (S_ISREG(st.st_mode))
			walk_file(w, path, names[i], &st);
	}
	fs_list_free(names);
}

void runtime_stamp(const char *dir, char ret[65])
{
	struct tree_walk w = { .contents = false };

	hash_init(&w.hash);
	walk_tree(&w, dir, 0);
	oserr_free(w.err);
	hash_hex(&w.hash, ret);
}

struct oserr *runtime_hash(const char *dir, char ret[65])
{
	struct tree_walk w = { .contents = true };

	hash_init(&w.hash);
	walk_tree(&w, dir, 0);
	hash_hex(&w.hash, ret);
	return w.err;
}

/* ---- sources ----------------------------------------------------------------------------------------------------------------- */

struct part_row {
	const char *name, *file, *flag; /* flag: NULL = none */
};
struct part_rows {
	struct part_row *v;
	size_t n, cap;
};

static const char *word(struct arena *a, const char **p, const char *end)
{
	const char *start;

	*p += strspn(*p, " \t,(");
	start = *p;
	*p += strcspn(*p, " \t,)\n");
	return *p > start && *p <= end ? arena_strndup(a, start, (size_t)(*p - start)) : NULL;
}

static struct oserr *read_parts(struct arena *a, const char *runtime, struct part_rows *ret)
{
	_cleanup_free_ char *path = fs_join(runtime, "parts.def"), *text = NULL;
	struct oserr *err = path ? fs_read(path, &text, NULL) : &oserr_nomem;

	if (err)
		return err;
	for (const char *line = text; line; line = strchr(line, '\n')) {
		const char *end, *p;
		struct part_row row;

		line += *line == '\n';
		end = strchrnul(line, '\n');
		if (!text_starts(line, "PART("))
			continue;
		p = line + strlen("PART");
		row.name = word(a, &p, end);
		row.file = word(a, &p, end);
		row.flag = word(a, &p, end);
		if (!row.name || !row.file)
			return oserr_new(EINVAL, "%s: a row without name or file: %.*s", path, (int)(end - line), line);
		vec_push(a, ret, row);
	}
	return ret->n ? NULL : oserr_new(EINVAL, "%s lists no parts", path);
}

static struct oserr *write_text(const char *dir, const char *name, const char *text)
{
	_cleanup_free_ char *path = fs_join(dir, name);

	return path ? fs_write_atomic(path, text, strlen(text), 0644) : &oserr_nomem;
}

/*
 * The runtime is compiled without profiling calls, like the scripts: what serves a probe must not be one. ccflags-remove-y takes
 * whole words, so it needs the list that kbuild itself uses.
 */
static struct oserr *write_kbuild(struct arena *a, const char *runtime, const char *dir, const struct part_rows *rows)
{
	struct buf b = BUF_INIT;
	struct oserr *err;

	buf_printf(&b, "obj-m := %s.o\n%s-y := stp_script.o", KIT_PLACEHOLDER, KIT_PLACEHOLDER);
	for (size_t i = 0; i < rows->n; i++)
		buf_printf(&b, " part_%s.o", rows->v[i].name);
	buf_printf(&b, "\nccflags-y := -I%s -I%s\nccflags-remove-y := $(CC_FLAGS_FTRACE)\n", dir, runtime);
	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i].flag)
			buf_printf(&b, "CFLAGS_part_%s.o := %s\n", rows->v[i].name, rows->v[i].flag);
	err = write_text(dir, "Kbuild", b.data);
	buf_fini(&b);
	for (size_t i = 0; !err && i < rows->n; i++)
		err = write_text(dir, arena_printf(a, "part_%s.c", rows->v[i].name),
				 arena_printf(a, "#include \"%s\"\n", rows->v[i].file));
	return err;
}

struct oserr *runtime_write_sources(struct arena *a, const char *runtime, const char *dir, const char *const **ret)
{
	struct part_rows rows = { 0 };
	struct oserr *err = read_parts(a, runtime, &rows);
	const char **names;

	if (!err)
		err = write_kbuild(a, runtime, dir, &rows);
	if (err)
		return err;
	names = arena_array(a, const char *, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		names[i] = rows.v[i].name;
	*ret = names;
	return NULL;
}
