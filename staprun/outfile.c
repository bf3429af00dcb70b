/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FILE, with -S or after the first SIGUSR2 FILE.N. The pattern is expanded anew for every file, so names are kept until their files have
 * to go. With -S all are numbered, so no name comes again, whatever the pattern says of the time.
 *
 * Others foresee these names, and may write in the directory. So a numbered file is always a new one, made in a directory that stays
 * open while its name stays the same. FILE itself may be what it likes, a device, a pipe, a file with an owner and mode of its own: the user
 * named it. Only a link that somebody else made is not followed. What root makes only root reads: a trace may hold anything.
 */
#include "staprun/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "staprun/msg.h"

#define OUTFILE_FLAGS (O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY)

/* the directory of path, opened when its name is not that of the one before, and the name in it. AT_FDCWD: it cannot be had */
static int directory(struct outfile *f, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) + 1 : 0;

	*ret_name = path + n;
	if (f->dir >= 0 && strlen(f->dir_name) == n && !memcmp(f->dir_name, path, n))
		return f->dir;
	if (f->dir >= 0)
		close(f->dir);
	memcpy(f->dir_name, path, n);
	f->dir_name[n] = 0;
	f->dir = open(n ? f->dir_name : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (f->dir >= 0)
		return f->dir;
	*ret_name = path;
	return AT_FDCWD;
}

static mode_t mode(void)
{
	return geteuid() == 0 ? 0600 : 0666;
}

/* a file that was not there before: what has its name has to go */
static int open_new(struct outfile *f)
{
	const char *name;
	int dir = directory(f, f->path, &name);
	int fd = openat(dir, name, OUTFILE_FLAGS | O_EXCL, mode());

	if (fd < 0 && errno == EEXIST && unlinkat(dir, name, 0) == 0)
		fd = openat(dir, name, OUTFILE_FLAGS | O_EXCL, mode());
	return fd;
}

/* a symbolic link that is neither root's nor ours */
static int is_others_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode) && st.st_uid != 0 && st.st_uid != geteuid();
}

/* as it is, if it is there */
static int open_named(struct outfile *f)
{
	const char *name;
	int dir = directory(f, f->path, &name);
	int fd = openat(dir, name, OUTFILE_FLAGS | O_TRUNC | O_NOFOLLOW, mode());

	if (fd < 0 && errno == ELOOP && !is_others_link(f->path))
		fd = open(f->path, OUTFILE_FLAGS | O_TRUNC, mode());
	return fd;
}

static int make_path(struct outfile *f, int numbered)
{
	time_t now = time(NULL);
	size_t n;
	struct tm tm;

	n = localtime_r(&now, &tm) ? strftime(f->path, sizeof(f->path), f->rules->pattern, &tm) : 0;
	if (n && numbered)
		n += (size_t)snprintf(f->path + n, sizeof(f->path) - n, ".%lu", f->number);
	if (n && n < sizeof(f->path))
		return 0;
	err("Filename format is invalid or too long.");
	return -1;
}

static int open_path(struct outfile *f, int numbered)
{
	int fd = numbered ? open_new(f) : open_named(f);

	if (fd < 0)
		err("Couldn't open output file '%s': %s", f->path, strerror(errno));
	f->room = f->rules->size_mb ? (unsigned long long)f->rules->size_mb << 20 : ULLONG_MAX;
	return fd;
}

/* the file that is written now is among the kept ones, in the place of the one `keep` files before it */
static void remember(struct outfile *f)
{
	const char *name;
	char **place, *old;
	int dir;

	if (!f->rules->keep)
		return;
	place = &f->kept[f->number % f->rules->keep];
	old = *place;
	*place = strdup(f->path);
	if (!*place)
		die("Out of memory.");
	if (old) {
		dir = directory(f, old, &name);
		unlinkat(dir, name, 0);
	}
	free(old);
}

int outfile_open(struct outfile *f, const struct outfile_rules *rules)
{
	int fd;

	memset(f, 0, sizeof(*f));
	f->rules = rules;
	f->dir = -1;
	if (rules->keep)
		f->kept = xcalloc(rules->keep, sizeof(*f->kept));
	if (make_path(f, rules->size_mb != 0) < 0)
		return -1;
	fd = open_path(f, rules->size_mb != 0);
	if (fd >= 0)
		remember(f);
	return fd;
}

int outfile_next(struct outfile *f)
{
	int fd;

	f->number++;
	if (make_path(f, 1) < 0)
		return -1;
	fd = open_path(f, 1);
	if (fd >= 0)
		remember(f);
	return fd;
}
