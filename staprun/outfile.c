/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FILE, with -S or after the first SIGUSR2 FILE.N. The pattern is expanded anew for every file, so names are kept until their files have
 * to go. With -S all are numbered, so no name comes again, whatever the pattern says of the time.
 */
#include "staprun/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "staprun/msg.h"

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

static int open_path(struct outfile *f)
{
	int fd = open(f->path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);

	if (fd < 0)
		err("Couldn't open output file '%s': %s", f->path, strerror(errno));
	f->room = f->rules->size_mb ? (unsigned long long)f->rules->size_mb << 20 : ULLONG_MAX;
	return fd;
}

/* the file that is written now is among the kept ones, in the place of the one `keep` files before it */
static void remember(struct outfile *f)
{
	char **place, *old;

	if (!f->rules->keep)
		return;
	place = &f->kept[f->number % f->rules->keep];
	old = *place;
	*place = strdup(f->path);
	if (!*place)
		die("Out of memory.");
	if (old)
		unlink(old);
	free(old);
}

int outfile_open(struct outfile *f, const struct outfile_rules *rules)
{
	int fd;

	memset(f, 0, sizeof(*f));
	f->rules = rules;
	if (rules->keep)
		f->kept = xcalloc(rules->keep, sizeof(*f->kept));
	if (make_path(f, rules->size_mb != 0) < 0)
		return -1;
	fd = open_path(f);
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
	fd = open_path(f);
	if (fd >= 0)
		remember(f);
	return fd;
}
