/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes a kit trustworthy: every file belongs to root or to us, nobody else may write it, and its content is what the builder
 * wrote. Hashing 6 MB on each start would cost more than the rest of stap, so a file whose inode and change time are still those of
 * the moment when it was hashed is not hashed again (nobody but root can set a change time); everything else is. What is linked
 * into a module is always hashed.
 */
#include "kit/manifest.h"

#include "base/fs.h"
#include "base/hash.h"
#include "base/scope.h"
#include "base/text.h"
#include "base/trust.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define MANIFEST "manifest"

void manifest_fini(struct manifest *m)
{
	free(m->text);
	memset(m, 0, sizeof(*m));
}

struct oserr *manifest_load(const char *dir, struct manifest *ret)
{
	_cleanup_free_ char *path = fs_join(dir, MANIFEST);
	struct oserr *err;

	if (!path)
		return &oserr_nomem;
	err = fs_read(path, &ret->text, &ret->len);
	if (err)
		return err;
	for (size_t i = 0; i < ret->len; i++)
		if (ret->text[i] == '\n')
			ret->text[i] = '\0';
	return NULL;
}

/* lines in turn: *at is NULL at first; NULL at the end */
static const char *next_line(const struct manifest *m, const char *at)
{
	const char *next = at ? at + strlen(at) + 1 : m->text;

	return next && next < m->text + m->len ? next : NULL;
}

static const char *value_of(const char *line, const char *key)
{
	size_t n = strlen(key);

	return strncmp(line, key, n) == 0 && line[n] == ' ' ? line + n + 1 : NULL;
}

const char *manifest_get(const struct manifest *m, const char *key)
{
	for (const char *line = NULL; (line = next_line(m, line));) {
		const char *v = value_of(line, key);

		if (v)
			return v;
	}
	return NULL;
}

/* ---- writing ----------------------------------------------------------------------------------------------------------------- */

static long long nanoseconds(const struct timespec *t)
{
	return (long long)t->tv_sec * 1000000000 + t->tv_nsec;
}

static struct oserr *add_file(struct buf *b, const char *dir, const char *name)
{
	_cleanup_free_ char *path = fs_join(dir, name);
	char hex[HASH_HEX];
	struct oserr *err;
	struct stat st;

	if (!path)
		return &oserr_nomem;
	err = hash_file(path, hex);
	if (err)
		return err;
	if (lstat(path, &st) < 0)
		return oserr_errno(errno, "%s", path);
	buf_printf(b, "file %s %lld %llu %lld %s\n", hex, (long long)st.st_size, (unsigned long long)st.st_ino,
		   nanoseconds(&st.st_ctim), name);
	return NULL;
}

/* sub: "" or "parts" */
static struct oserr *add_folder(struct buf *b, const char *dir, const char *sub)
{
	_cleanup_free_ char *full = *sub ? fs_join(dir, sub) : strdup(dir);
	struct oserr *err;
	char **names;

	if (!full)
		return &oserr_nomem;
	err = fs_list(full, NULL, &names, NULL);
	for (size_t i = 0; !err && names[i]; i++) {
		_cleanup_free_ char *name = *sub ? fs_join(sub, names[i]) : strdup(names[i]);
		_cleanup_free_ char *path = name ? fs_join(dir, name) : NULL;

		if (!path)
			err = &oserr_nomem;
		else if (fs_is_dir(path))
			err = add_folder(b, dir, name);
		else if (strcmp(name, MANIFEST) != 0)
			err = add_file(b, dir, name);
	}
	if (!err)
		fs_list_free(names);
	return err;
}

struct oserr *manifest_write(const char *dir, const char *facts)
{
	_cleanup_free_ char *path = fs_join(dir, MANIFEST);
	struct buf b = BUF_INIT;
	struct oserr *err;

	if (!path)
		return &oserr_nomem;
	buf_puts(&b, facts);
	err = add_folder(&b, dir, "");
	if (!err)
		err = fs_write_atomic(path, b.data, b.len, 0644);
	buf_fini(&b);
	return err;
}

void manifest_add_stamp(struct buf *facts, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		buf_printf(facts, "stamp %lld %lld %s\n", (long long)st.st_size, nanoseconds(&st.st_mtim), path);
}

/* ---- checking ---------------------------------------------------------------------------------------------------------------- */

bool manifest_is_fresh(const struct manifest *m)
{
	for (const char *line = NULL; (line = next_line(m, line));) {
		const char *v = value_of(line, "stamp");
		long long size, mtime;
		struct stat st;
		int at;

		if (!v || sscanf(v, "%lld %lld %n", &size, &mtime, &at) < 2)
			continue;
		if (stat(v + at, &st) == 0 && (st.st_size != size || nanoseconds(&st.st_mtim) != mtime))
			return false;
	}
	return true;
}

struct file_row {
	char hex[HASH_HEX];
	long long size, ctime;
	unsigned long long inode;
	const char *name;
};

static bool parse_row(const char *line, struct file_row *ret)
{
	const char *v = value_of(line, "file");
	int at = 0;

	if (!v || sscanf(v, "%64s %lld %llu %lld %n", ret->hex, &ret->size, &ret->inode, &ret->ctime, &at) < 4 || at == 0)
		return false;
	ret->name = v + at;
	return true;
}

static struct oserr *check_file(const char *dir, const struct file_row *r, uid_t uid)
{
	_cleanup_free_ char *path = fs_join(dir, r->name);
	char hex[HASH_HEX];
	struct oserr *err;
	struct stat st;

	if (!path)
		return &oserr_nomem;
	if (lstat(path, &st) < 0)
		return oserr_errno(errno, "%s", path);
	if (!S_ISREG(st.st_mode) || (st.st_uid != 0 && st.st_uid != uid) || (st.st_mode & (S_IWGRP | S_IWOTH)))
		return oserr_new(EPERM, "%s can be written by others", path);
	if (st.st_size == r->size && st.st_ino == r->inode && nanoseconds(&st.st_ctim) == r->ctime)
		return NULL;
	err = hash_file(path, hex);
	if (!err && strcmp(hex, r->hex) != 0)
		err = oserr_new(EIO, "%s is not what was written", path);
	return err;
}

struct oserr *manifest_check(const struct manifest *m, const char *dir, uid_t uid)
{
	struct oserr *err = fs_trusted(dir, uid);
	struct file_row r;

	for (const char *line = NULL; !err && (line = next_line(m, line));)
		if (parse_row(line, &r))
			err = check_file(dir, &r, uid);
	return err;
}

static bool find_row(const struct manifest *m, const char *name, struct file_row *ret)
{
	for (const char *line = NULL; (line = next_line(m, line));)
		if (parse_row(line, ret) && strcmp(ret->name, name) == 0)
			return true;
	return false;
}

struct oserr *manifest_read(const struct manifest *m, const char *dir, const char *name, char **ret, size_t *ret_len)
{
	_cleanup_free_ char *path = fs_join(dir, name), *data = NULL;
	char hex[HASH_HEX];
	struct oserr *err;
	struct file_row r;
	struct hash h;
	size_t len;

	if (!path)
		return &oserr_nomem;
	if (!find_row(m, name, &r))
		return oserr_new(ENOENT, "%s is not part of the kit", path);
	err = fs_read(path, &data, &len);
	if (err)
		return err;
	hash_init(&h);
	hash_add(&h, data, len);
	hash_hex(&h, hex);
	if (strcmp(hex, r.hex) != 0)
		return oserr_new(EIO, "%s is not what was written", path);
	*ret = take_ptr(data);
	if (ret_len)
		*ret_len = len;
	return NULL;
}
