/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk from the root to a file: each component is opened before it is looked at, and the next is looked up in what was opened, so that
 * what was checked is what is used. A symbolic link's own owner decides where it points; what it points to is walked to like any path.
 *
 * The caller may use the name, and the kernel then walks as we did. So what it walks otherwise than by texts is refused: the links of /proc lead
 * to a directory or file, of any process and in another mount name space perhaps, and their text is only what that process sees there; and a
 * current directory that is in another name space has no name in ours.
 */
#define _GNU_SOURCE 1
#include "base/trust.h"

#include "base/fs.h"
#include "base/scope.h"
#include "staprun/fsowner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MAX_LINKS 20

struct walk {
	uid_t uid;
	bool as_parent; /* the last component may be sticky, too */
	int flags;	/* for the last component */
	int at;		/* what we have reached; O_PATH but for the end */
	char *shown;	/* its path, for messages */
	char *rest;	/* what is still to be walked; owned */
	bool supplied;	/* at is in a user's file system: whose it is does not hang on what that says */
	unsigned links;
};

static struct oserr *check_rule(const struct walk *w, const struct stat *st, bool last)
{
	if (st->st_uid != 0 && st->st_uid != w->uid && w->supplied)
		return oserr_new(EPERM, st->st_uid == FSOWNER_UNKNOWN ? "%s is on a file system that a user may supply (FUSE)" :
				 "%s is on a file system that user %u supplies (FUSE)", w->shown, (unsigned)st->st_uid);
	if (st->st_uid != 0 && st->st_uid != w->uid)
		return oserr_new(EPERM, "%s belongs to user %u", w->shown, (unsigned)st->st_uid);
	if (S_ISLNK(st->st_mode))
		return NULL;
	/* in a sticky directory others can add names, but not replace ours */
	if ((!last || w->as_parent) && S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX))
		return NULL;
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return oserr_new(EPERM, "%s can be written by others", w->shown);
	return NULL;
}

static int look(struct walk *w, int fd, struct stat *ret)
{
	int supplied = fsowner_stat(fd, ret);

	w->supplied = supplied > 0;
	return supplied < 0 ? -1 : 0;
}

static void move_to(struct walk *w, int fd)
{
	if (w->at >= 0)
		close(w->at);
	w->at = fd;
}

static struct oserr *to_root(struct walk *w)
{
	struct stat st;

	move_to(w, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
	free(w->shown);
	w->shown = strdup("/");
	if (!w->shown)
		return &oserr_nomem;
	if (w->at < 0 || look(w, w->at, &st) < 0)
		return oserr_errno(errno, "/");
	return check_rule(w, &st, w->rest[strspn(w->rest, "/")] == '\0');
}

/* those that are texts, /proc/self and /proc/mounts, too: nothing of ours is behind them */
static bool is_of_proc(int link)
{
	struct statfs fs;

	return fstatfs(link, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* the link's text takes the place of its name */
static struct oserr *follow(struct walk *w, int link, const char *old_shown)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(link, "", target, sizeof(target) - 1);
	char *rest;

	if (n < 0)
		return oserr_errno(errno, "%s", w->shown);
	if (is_of_proc(link))
		return oserr_new(EPERM, "%s is a link of /proc, which may lead elsewhere than it says", w->shown);
	target[n] = '\0';
	if (++w->links > MAX_LINKS)
		return oserr_errno(ELOOP, "%s", w->shown);
	if (asprintf(&rest, "%s/%s", target, w->rest) < 0)
		return &oserr_nomem;
	free(w->rest);
	w->rest = rest;
	if (target[0] == '/')
		return to_root(w);
	free(w->shown);
	w->shown = strdup(old_shown);
	return w->shown ? NULL : &oserr_nomem;
}

/* opened for use through the directory in which it was checked: only we, root and its owner could have changed the name meanwhile */
static struct oserr *open_last(struct walk *w, const char *name, const struct stat *checked)
{
	int fd = openat(w->at, name, w->flags | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return oserr_errno(errno, "%s", w->shown);
	if (fstat(fd, &st) < 0 || st.st_dev != checked->st_dev || st.st_ino != checked->st_ino) {
		close(fd);
		return oserr_new(EPERM, "%s is being replaced", w->shown);
	}
	move_to(w, fd);
	return NULL;
}

static struct oserr *step(struct walk *w, const char *name, bool last)
{
	_cleanup_fd_ int fd = openat(w->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	_cleanup_free_ char *before = w->shown;
	struct oserr *err;
	struct stat st;

	if (asprintf(&w->shown, "%s%s%s", before, strcmp(before, "/") == 0 ? "" : "/", name) < 0) {
		w->shown = NULL;
		return &oserr_nomem;
	}
	if (fd < 0 || look(w, fd, &st) < 0)
		return oserr_errno(errno, "%s", w->shown);
	err = check_rule(w, &st, last);
	if (err)
		return err;
	if (S_ISLNK(st.st_mode))
		return follow(w, fd, before);
	if (last && !(w->flags & O_PATH))
		return open_last(w, name, &st);
	move_to(w, take_fd(fd));
	return NULL;
}

static struct oserr *walk_all(struct walk *w)
{
	struct oserr *err = to_root(w);

	while (!err) {
		char *start = w->rest + strspn(w->rest, "/"), *end = strchrnul(start, '/');
		_cleanup_free_ char *name = strndup(start, (size_t)(end - start));
		bool last = end[strspn(end, "/")] == '\0';

		if (!name)
			return &oserr_nomem;
		if (!*name)
			return NULL;
		memmove(w->rest, end, strlen(end) + 1);
		err = step(w, name, last);
	}
	return err;
}

/* PATH from the root on. The kernel's own word: where the current directory is not below our root, getcwd() would find it some other name */
static struct oserr *from_root(const char *path, char **ret)
{
	char cwd[PATH_MAX];

	if (!*path)
		return oserr_errno(ENOENT, "an empty path");
	if (path[0] != '/') {
		if (syscall(SYS_getcwd, cwd, sizeof(cwd)) < 0)
			return oserr_errno(errno, "current directory");
		if (cwd[0] != '/')
			return oserr_new(EPERM, "the current directory is in another mount name space");
	}
	*ret = path[0] == '/' ? strdup(path) : fs_join(cwd, path);
	return *ret ? NULL : &oserr_nomem;
}

static struct oserr *walk(struct walk *w, const char *path, int *ret_fd)
{
	struct oserr *err = from_root(path, &w->rest);

	w->at = -1;
	if (!err)
		err = walk_all(w);
	free(w->rest);
	free(w->shown);
	if (!err && ret_fd)
		*ret_fd = take_fd(w->at);
	move_to(w, -1);
	return err;
}

struct oserr *open_trusted(const char *path, int flags, int *ret_fd)
{
	return walk(&(struct walk){ .uid = geteuid(), .flags = flags }, path, ret_fd);
}

struct oserr *fs_trusted(const char *path, uid_t uid)
{
	return walk(&(struct walk){ .uid = uid, .flags = O_PATH }, path, NULL);
}

struct oserr *fs_trusted_parent(const char *path, uid_t uid)
{
	return walk(&(struct walk){ .uid = uid, .flags = O_PATH, .as_parent = true }, path, NULL);
}

struct oserr *read_trusted(const char *path, char **ret, size_t *ret_len)
{
	_cleanup_fd_ int fd = -1;
	struct oserr *err = open_trusted(path, O_RDONLY | O_NOCTTY | O_NONBLOCK, &fd);

	return err ? err : fs_read_fd(fd, ret, ret_len);
}

struct oserr *make_trusted_dir(const char *path, mode_t mode)
{
	struct oserr *err = fs_trusted(path, geteuid());

	if (!err || err->code != ENOENT)
		return err;
	oserr_free(err);
	err = fs_mkdirs(path, mode);
	return err ? err : fs_trusted(path, geteuid());
}
