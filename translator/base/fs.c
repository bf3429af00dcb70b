/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files and directories: whole-file reads, atomic writes, trees. A name under which others look a file up never shows a part of it:
 * everything is written beside it, synced, and renamed.
 */
#define _GNU_SOURCE 1
#include "base/fs.h"

#include "base/scope.h"
#include "base/trust.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define FS_MOST (1l << 30) /* no file that we read is larger; /dev/zero is */

struct oserr *fs_read_fd(int fd, char **ret, size_t *ret_len)
{
	_cleanup_free_ char *data = NULL;
	size_t len = 0, cap;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return oserr_errno(errno, "cannot read");
	if (st.st_size > FS_MOST)
		return oserr_errno(EFBIG, "cannot read");
	cap = st.st_size > 0 ? (size_t)st.st_size + 1 : 4096; /* files of /proc and /sys say 0 */
	data = malloc(cap);
	if (!data)
		return &oserr_nomem;
	for (;;) {
		ssize_t n;

		if (len > FS_MOST)
			return oserr_errno(EFBIG, "cannot read");
		if (len + 1 >= cap) {
			char *more = realloc(data, cap * 2);

			if (!more)
				return &oserr_nomem;
			data = more;
			cap *= 2;
		}
		n = read(fd, data + len, cap - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return oserr_errno(errno, "cannot read");
		if (n == 0)
			break;
		len += (size_t)n;
	}
	data[len] = '\0';
	*ret = take_ptr(data);
	if (ret_len)
		*ret_len = len;
	return NULL;
}

struct oserr *fs_read(const char *path, char **ret, size_t *ret_len)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct oserr *err;
	int code;

	if (fd < 0)
		return oserr_errno(errno, "%s", path);
	err = fs_read_fd(fd, ret, ret_len);
	if (!err || err == &oserr_nomem)
		return err;
	code = err->code;
	oserr_free(err);
	return oserr_errno(code, "%s", path);
}

static int write_all(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* all of DATA into the new file TMP, on disk when this returns 0 */
static int write_new(const char *tmp, int fd, const void *data, size_t len, mode_t mode)
{
	int rc = fchmod(fd, mode) < 0 ? errno : 0;

	if (!rc)
		rc = write_all(fd, data, len);
	if (!rc && fsync(fd) < 0)
		rc = errno;
	if (close(fd) < 0 && !rc)
		rc = errno;
	if (rc)
		unlink(tmp);
	return rc;
}

struct oserr *fs_write_atomic(const char *path, const void *data, size_t len, mode_t mode)
{
	_cleanup_free_ char *tmp = NULL;
	int fd, rc;

	if (asprintf(&tmp, "%s.XXXXXX", path) < 0)
		return &oserr_nomem;
	fd = mkostemp(tmp, O_CLOEXEC);
	if (fd < 0)
		return oserr_errno(errno, "cannot write %s", path);
	rc = write_new(tmp, fd, data, len, mode);
	if (!rc && rename(tmp, path) < 0) {
		rc = errno;
		unlink(tmp);
	}
	return rc ? oserr_errno(rc, "cannot write %s", path) : NULL;
}

struct oserr *fs_copy(const char *from, const char *to, mode_t mode)
{
	_cleanup_free_ char *data = NULL;
	struct oserr *err;
	size_t len;

	err = fs_read(from, &data, &len);
	if (err)
		return err;
	return fs_write_atomic(to, data, len, mode);
}

struct oserr *fs_mkdirs(const char *path, mode_t mode)
{
	_cleanup_free_ char *p = strdup(path);

	if (!p)
		return &oserr_nomem;
	for (char *s = p + 1; s[-1]; s++) {
		char c = *s;

		if (c != '/' && c != '\0')
			continue;
		*s = '\0';
		if (mkdir(p, mode) < 0 && errno != EEXIST && !fs_is_dir(p))
			return oserr_errno(errno, "cannot make directory %s", p);
		*s = c;
		if (c == '\0')
			break;
	}
	return fs_is_dir(path) ? NULL : oserr_errno(ENOTDIR, "%s", path);
}

struct oserr *fs_mktemp_dir(const char *prefix, char **ret)
{
	const char *dir = getenv("TMPDIR");
	_cleanup_free_ char *p = NULL;
	struct oserr *err;

	if (!dir || !*dir)
		dir = "/tmp";
	if (asprintf(&p, "%s/%sXXXXXX", dir, prefix) < 0)
		return &oserr_nomem;
	if (!mkdtemp(p))
		return oserr_errno(errno, "cannot make a temporary directory in %s", dir);
	err = fs_trusted(p, geteuid());
	if (err) {
		rmdir(p);
		return err;
	}
	*ret = take_ptr(p);
	return NULL;
}

static void rm_entries(int dirfd)
{
	DIR *d = fdopendir(dirfd); /* owns dirfd from here */
	struct dirent *e;

	if (!d) {
		close(dirfd);
		return;
	}
	while ((e = readdir(d))) {
		int sub;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (unlinkat(dirfd, e->d_name, 0) == 0)
			continue;
		sub = openat(dirfd, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub < 0)
			continue;
		rm_entries(sub);
		unlinkat(dirfd, e->d_name, AT_REMOVEDIR);
	}
	closedir(d);
}

void fs_rm_rf(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0) {
		unlink(path);
		return;
	}
	rm_entries(fd);
	rmdir(path);
}

bool fs_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool fs_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

char *fs_join(const char *a, const char *b)
{
	size_t n = strlen(a);
	char *p;

	while (n > 1 && a[n - 1] == '/')
		n--;
	if (asprintf(&p, "%.*s/%s", (int)n, a, b) < 0)
		return NULL;
	return p;
}

/* ---- listing ----------------------------------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
	char **v;
	size_t n, cap;
};

static bool names_add(struct names *l, const char *name)
{
	if (l->n + 1 >= l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		char **v = realloc(l->v, cap * sizeof(*v));

		if (!v)
			return false;
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n] = strdup(name);
	if (!l->v[l->n])
		return false;
	l->v[++l->n] = NULL;
	return true;
}

struct oserr *fs_list(const char *path, bool (*keep)(const char *name), char ***ret, size_t *ret_n)
{
	struct names l = { calloc(1, sizeof(char *)), 0, 1 };
	DIR *d = opendir(path);
	struct dirent *e;

	if (!d || !l.v) {
		int code = errno;

		if (d)
			closedir(d);
		free(l.v);
		return oserr_errno(code, "%s", path);
	}
	while ((e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || (keep && !keep(e->d_name)))
			continue;
		if (!names_add(&l, e->d_name)) {
			closedir(d);
			fs_list_free(l.v);
			return &oserr_nomem;
		}
	}
	closedir(d);
	qsort(l.v, l.n, sizeof(*l.v), by_name);
	*ret = l.v;
	if (ret_n)
		*ret_n = l.n;
	return NULL;
}

void fs_list_free(char **names)
{
	if (!names)
		return;
	for (size_t i = 0; names[i]; i++)
		free(names[i]);
	free(names);
}
