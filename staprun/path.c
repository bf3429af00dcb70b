/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "staprun/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "staprun/fsowner.h"

#define PATH_LINKS 40 /* as many as the kernel follows */

struct walk {
	int flags; /* for the last part */
	mode_t mode;
	enum path_hand hand;
	int dir; /* where we are */
	unsigned links;
	char name[NAME_MAX + 1]; /* the part that is looked up there */
	char left[PATH_MAX];	 /* the parts after it */
};

static int failed(int error)
{
	errno = error;
	return -1;
}

static int is_ours(const struct stat *st)
{
	return st->st_uid == 0 || st->st_uid == geteuid();
}

static int only_we_write(int dir)
{
	struct stat st;

	return fsowner_stat(dir, &st) >= 0 && is_ours(&st) && !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/* who could have made it, or given it this name as one more */
static int is_our_link(const struct walk *w, const struct stat *st)
{
	return S_ISLNK(st->st_mode) && is_ours(st) && (st->st_nlink <= 1 || only_we_write(w->dir));
}

static int take_name(struct walk *w)
{
	const char *from = w->left + strspn(w->left, "/");
	size_t n = strcspn(from, "/");

	if (n > NAME_MAX)
		return failed(ENAMETOOLONG);
	snprintf(w->name, sizeof(w->name), "%.*s", n ? (int)n : 1, n ? from : "."); /* nothing but slashes: the directory itself */
	from += n;
	from += strspn(from, "/");
	memmove(w->left, from, strlen(from) + 1);
	return 0;
}

/* the directory in which `path` begins takes the place of where we are */
static int begin_at(struct walk *w, int from, const char *path)
{
	int dir = openat(from, *path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return -1;
	if (w->dir >= 0)
		close(w->dir);
	w->dir = dir;
	return 0;
}

/* the link says where to go on */
static int go_on(struct walk *w, int link)
{
	char text[PATH_MAX], left[2 * PATH_MAX];
	ssize_t n = readlinkat(link, "", text, sizeof(text) - 1);

	if (n <= 0)
		return n < 0 ? -1 : failed(ENOENT);
	text[n] = 0;
	n = snprintf(left, sizeof(left), "%s%s%s", text, *w->left ? "/" : "", w->left);
	if ((size_t)n >= sizeof(w->left))
		return failed(ENAMETOOLONG);
	memcpy(w->left, left, (size_t)n + 1);
	return *text == '/' ? begin_at(w, w->dir, text) : 0;
}

/* what is not to be opened without following: 0 = go on; a descriptor, if the link is one of /proc, whose text is no path */
static int follow(struct walk *w, int flags, int error)
{
	int link = openat(w->dir, w->name, O_PATH | O_NOFOLLOW | O_CLOEXEC), ret;
	struct statfs fs;
	struct stat st;

	if (link < 0)
		return -1;
	if (fsowner_stat(link, &st) < 0 || fstatfs(link, &fs) < 0)
		ret = -1;
	else if (!S_ISLNK(st.st_mode))
		ret = failed(error);
	else if (!is_our_link(w, &st) || w->links++ >= PATH_LINKS)
		ret = failed(ELOOP);
	else if (fs.f_type != PROC_SUPER_MAGIC)
		ret = go_on(w, link);
	else
		ret = openat(w->dir, w->name, flags);
	if (ret > 0)
		w->hand = PATH_DESCRIPTOR;
	error = errno;
	close(link);
	errno = error;
	return ret;
}

static int open_last(struct walk *w)
{
	int fd = openat(w->dir, w->name, (w->flags & ~O_CREAT) | O_NOFOLLOW);

	w->hand = only_we_write(w->dir) ? PATH_OURS : PATH_ANYBODY;
	if (fd >= 0 || errno != ENOENT || !(w->flags & O_CREAT))
		return fd;
	w->hand = PATH_MADE;
	return openat(w->dir, w->name, w->flags | O_EXCL | O_NOFOLLOW, w->mode);
}

static int open_parts(struct walk *w)
{
	for (;;) {
		int last, fd;

		if (take_name(w) < 0)
			return -1;
		last = !*w->left;
		fd = last ? open_last(w) : openat(w->dir, w->name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 && (errno == ELOOP || errno == ENOTDIR)) {
			fd = follow(w, last ? w->flags & ~O_CREAT : O_PATH | O_DIRECTORY | O_CLOEXEC, errno);
			if (fd == 0)
				continue;
		}
		if (fd < 0 || last)
			return fd;
		close(w->dir);
		w->dir = fd;
	}
}

int path_open(int dir, const char *path, int flags, mode_t mode, enum path_hand *ret_hand)
{
	struct walk w = { .flags = flags, .mode = mode, .dir = -1 };
	int fd, error;

	if (!*path)
		return failed(ENOENT);
	if (strlen(path) >= sizeof(w.left))
		return failed(ENAMETOOLONG);
	strcpy(w.left, path);
	if (begin_at(&w, dir, path) < 0)
		return -1;
	fd = open_parts(&w);
	error = errno;
	close(w.dir);
	errno = error;
	*ret_hand = w.hand;
	return fd;
}
