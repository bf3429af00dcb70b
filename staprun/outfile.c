/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FILE, with -S or after the first SIGUSR2 FILE.N. The pattern is expanded anew for every file, so names are kept until their files have
 * to go. With -S all are numbered, so no name comes again, whatever the pattern says of the time.
 *
 * Others foresee these names, and may write in the directory. So a numbered file is always a new one, made in a directory that stays
 * open while its name stays the same. FILE itself may be there, and be a device, a pipe, a file with an owner and mode of its own: the user
 * named it. But a link that somebody else made is not followed, and what is written to is looked at first: root's trace, which may hold
 * anything, does not go into a file or pipe of another user, who could have made it in advance, and no file is emptied that another user
 * could have given this name. What root makes only root reads.
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

#include "staprun/asker.h"
#include "staprun/fsowner.h"
#include "staprun/msg.h"
#include "staprun/path.h"

#define OUTFILE_FLAGS (O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY)

/* the directory of path, opened when its name is not that of the one before, and the name in it. -1: it cannot be had */
static int directory(struct outfile *f, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) + 1 : 0;
	enum path_hand hand;

	*ret_name = path + n;
	if (f->dir >= 0 && strlen(f->dir_name) == n && !memcmp(f->dir_name, path, n))
		return f->dir;
	if (f->dir >= 0)
		close(f->dir);
	memcpy(f->dir_name, path, n);
	f->dir_name[n] = 0;
	f->dir = path_open(AT_FDCWD, n ? f->dir_name : ".", O_PATH | O_DIRECTORY | O_CLOEXEC, 0, &hand);
	return f->dir;
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
	int fd = dir < 0 ? -1 : openat(dir, name, OUTFILE_FLAGS | O_EXCL, mode());

	if (dir >= 0 && fd < 0 && errno == EEXIST && unlinkat(dir, name, 0) == 0)
		fd = openat(dir, name, OUTFILE_FLAGS | O_EXCL, mode());
	return fd;
}

/* root writes into files and pipes of his own, and of the user who had sudo run us */
static int is_others(const struct stat *st)
{
	if (geteuid() != 0 || st->st_uid == 0 || !(S_ISREG(st->st_mode) || S_ISFIFO(st->st_mode)))
		return 0;
	return st->st_uid != asker("staprun") && st->st_uid != asker("stap");
}

/* 0, or why nothing is written into what was there, by error number or in words */
static int look_at(int fd, enum path_hand hand, char *ret, size_t room)
{
	struct stat st;
	int flags;

	if (fsowner_stat(fd, &st) < 0)
		return errno;
	if (hand < PATH_MADE && is_others(&st)) {
		snprintf(ret, room, "it belongs to user %u: remove it, or name another", st.st_uid);
		return EPERM;
	}
	if (hand == PATH_ANYBODY && S_ISREG(st.st_mode) && st.st_nlink > 1) {
		snprintf(ret, room, "it has other names too, and others may write in its directory: remove it, or name another");
		return EPERM;
	}
	if (S_ISREG(st.st_mode) && st.st_size && ftruncate(fd, 0) < 0)
		return errno;
	flags = fcntl(fd, F_GETFL);
	return flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0 ? errno : 0;
}

/* as it is, if it is there. A pipe that nobody reads is not waited for: no signal would end that */
static int open_named(struct outfile *f, char *ret_why, size_t room)
{
	const char *name;
	enum path_hand hand;
	int dir = directory(f, f->path, &name), error;
	int fd = dir < 0 ? -1 : path_open(dir, name, OUTFILE_FLAGS | O_NONBLOCK, mode(), &hand);

	if (fd < 0 && errno == ENXIO)
		snprintf(ret_why, room, "it is a pipe that nobody reads, or a socket");
	if (fd < 0)
		return -1;
	error = look_at(fd, hand, ret_why, room);
	if (!error)
		return fd;
	close(fd);
	errno = error;
	return -1;
}

static int make_path(struct outfile *f, int numbered)
{
	time_t now = time(NULL);
	size_t n;
	struct tm tm;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* -o's, by whoever runs us */
	n = localtime_r(&now, &tm) ? strftime(f->path, sizeof(f->path), f->rules->pattern, &tm) : 0;
#pragma GCC diagnostic pop
	if (n && numbered)
		n += (size_t)snprintf(f->path + n, sizeof(f->path) - n, ".%lu", f->number);
	if (n && n < sizeof(f->path))
		return 0;
	err("Filename format is invalid or too long.");
	return -1;
}

static int open_path(struct outfile *f, int numbered)
{
	char why[128] = "";
	int fd = numbered ? open_new(f) : open_named(f, why, sizeof(why));

	if (fd < 0)
		err("Couldn't open output file '%s': %s", f->path, *why ? why : strerror(errno));
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
		if (dir >= 0)
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
