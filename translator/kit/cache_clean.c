// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeping the cache below its limit: the files cache_mb_limit (256) and cache_clean_interval_s (300, whose time is that of the last
 * cleaning) stand in it for the user to change. What goes first is what is large and has not been used for long: the groups of
 * files with the greatest size times age.
 */
#define _GNU_SOURCE 1
#include "kit/private.h"

#include "base/fs.h"
#include "base/scope.h"
#include "base/text.h"
#include "base/trust.h"
#include "session.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { DEFAULT_MB = 256, DEFAULT_INTERVAL = 300, LEFT_AFTER_S = 3600 };

struct group { /* the files of one entry: all that begin with `stem` */
	char *stem;
	long long bytes, used; /* used: latest access or change, seconds */
};

struct groups {
	struct group *v;
	size_t n, cap;
};

/* the number in DIR/NAME; the file is made if there is none */
static long long limit(const char *dir, const char *name, long long value)
{
	_cleanup_free_ char *path = fs_join(dir, name), *text = NULL;
	struct oserr *err = path ? fs_read(path, &text, NULL) : &oserr_nomem;
	int64_t n;

	if (!err) {
		text[strcspn(text, "\n")] = '\0';
		return text_int(text, 0, INT32_MAX, &n) ? n : value;
	}
	oserr_free(err);
	if (path && asprintf(&text, "%lld\n", value) > 0) {
		err = fs_write_atomic(path, text, strlen(text), 0600);
		oserr_free(err);
	}
	return value;
}

static long long now_seconds(void)
{
	return (long long)time(NULL);
}

/* NAME.XXXXXX: what fs_write_atomic() is writing, or was when it was killed */
static bool is_being_written(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && strlen(dot + 1) == 6 &&
	       strspn(dot + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == 6;
}

static void remove_left(const char *path, const struct stat *st)
{
	if (now_seconds() - st->st_mtime > LEFT_AFTER_S)
		unlink(path);
}

static void add_file(struct arena *a, struct groups *g, const char *path)
{
	size_t n = strlen(path) - strlen(strrchr(path, '/')) + 1;
	struct group *last;
	struct stat st;

	if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	if (is_being_written(path)) {
		remove_left(path, &st);
		return;
	}
	n += strcspn(path + n, ".");
	if (text_ends(path, "_hash.log"))
		n = strlen(path) - strlen("_hash.log");
	last = g->n ? &g->v[g->n - 1] : NULL;
	if (!last || strlen(last->stem) != n ||
	    strncmp(last->stem, path, n) != 0) { /* names come sorted: a group's stand together */
		struct group fresh = { arena_strndup(a, path, n), 0, 0 };

		vec_push(a, g, fresh);
		last = &g->v[g->n - 1];
	}
	last->bytes += st.st_size;
	if (st.st_atime > last->used)
		last->used = st.st_atime;
	if (st.st_mtime > last->used)
		last->used = st.st_mtime;
}

static bool is_folder(const char *name)
{
	return strcmp(name, "seen") == 0 || (strlen(name) == 2 && strspn(name, "0123456789abcdef") == 2);
}

static void each_file(const char *dir, void (*fn)(struct arena *a, struct groups *g, const char *path), struct arena *a,
		      struct groups *g)
{
	struct oserr *err;
	char **folders, **names;

	err = fs_list(dir, is_folder, &folders, NULL);
	if (err) {
		oserr_free(err);
		return;
	}
	for (size_t i = 0; folders[i]; i++) {
		const char *folder = arena_printf(a, "%s/%s", dir, folders[i]);

		err = fs_list(folder, NULL, &names, NULL);
		for (size_t k = 0; !err && names[k]; k++)
			fn(a, g, arena_printf(a, "%s/%s", folder, names[k]));
		if (!err)
			fs_list_free(names);
		oserr_free(err);
	}
	fs_list_free(folders);
}

static int by_weight(const void *x, const void *y)
{
	const struct group *a = x, *b = y;
	long long now = now_seconds();
	double wa = (double)a->bytes * (double)(now - a->used + 1), wb = (double)b->bytes * (double)(now - b->used + 1);

	return (wa < wb) - (wa > wb);
}

static void remove_group(struct arena *a, const struct group *g)
{
	static const char *const suffixes[] = { "", ".c", ".ko", ".ko.sgn", "_hash.log", NULL };

	for (const char *const *s = suffixes; *s; s++)
		unlink(arena_printf(a, "%s%s", g->stem, *s));
}

/* in the cache itself stand no entries, but the library's index is written there */
static void remove_left_in(struct arena *a, const char *dir)
{
	struct oserr *err;
	char **names;
	struct stat st;

	err = fs_list(dir, is_being_written, &names, NULL);
	for (size_t i = 0; !err && names[i]; i++) {
		const char *path = arena_printf(a, "%s/%s", dir, names[i]);

		if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
			remove_left(path, &st);
	}
	if (!err)
		fs_list_free(names);
	oserr_free(err);
}

static void clean(const char *dir, long long max_bytes)
{
	struct arena *a = arena_new();
	struct groups g = { 0 };
	long long total = 0;

	remove_left_in(a, dir);
	each_file(dir, add_file, a, &g);
	for (size_t i = 0; i < g.n; i++)
		total += g.v[i].bytes;
	if (total > max_bytes)
		qsort(g.v, g.n, sizeof(*g.v), by_weight);
	for (size_t i = 0; i < g.n && total > max_bytes; i++) {
		remove_group(a, &g.v[i]);
		total -= g.v[i].bytes;
	}
	arena_free(a);
}

struct oserr *cache_clean(struct session *s)
{
	_cleanup_free_ char *dir = cache_dir(s), *stamp = dir ? fs_join(dir, "cache_clean_interval_s") : NULL;
	struct oserr *err;

	if (!stamp)
		return &oserr_nomem;
	if (!fs_is_dir(dir))
		return NULL;
	err = fs_trusted(dir, geteuid());
	if (err)
		return err;
	clean(dir, limit(dir, "cache_mb_limit", DEFAULT_MB) << 20);
	limit(dir, "cache_clean_interval_s", DEFAULT_INTERVAL);
	utimensat(AT_FDCWD, stamp, NULL, 0);
	return NULL;
}

void cache_clean_if_due(struct session *s)
{
	_cleanup_free_ char *dir = cache_dir(s), *stamp = dir ? fs_join(dir, "cache_clean_interval_s") : NULL;
	struct oserr *err;
	struct stat st;

	if (!stamp)
		return;
	if (stat(stamp, &st) == 0 && now_seconds() - st.st_mtime < limit(dir, "cache_clean_interval_s", DEFAULT_INTERVAL))
		return;
	err = cache_clean(s);
	oserr_free(err);
}
