/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel's build tree leads out of itself. The Makefile of "make O=TREE" includes that of the source tree, wherever that was, and that of
 * Debian's headers includes one of another package; scripts and tools are links there. make, and the programs that it runs, are taken from these.
 */
#define _GNU_SOURCE 1
#include "base/fs.h"
#include "base/scope.h"
#include "base/trust.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

/* NAME of TREE, or /NAME. What is not there others can make, unless it would be in the tree itself */
static struct oserr *check_part(const char *tree, const char *name, uid_t uid)
{
	_cleanup_free_ char *path = name[0] == '/' ? strdup(name) : fs_join(tree, name);
	bool inside = name[0] != '/' && !strstr(name, "..");
	struct stat st;

	if (!path)
		return &oserr_nomem;
	if (inside && lstat(path, &st) < 0 && errno == ENOENT)
		return NULL;
	return fs_trusted(path, uid);
}

/* a line of its Makefile: the files that it includes by their names; those with $ in them are of the tree, or of what it includes */
static struct oserr *check_line(const char *tree, char *line, uid_t uid)
{
	static const char blanks[] = " \t\r";
	char *left, *word = strtok_r(line, blanks, &left);
	struct oserr *err = NULL;

	if (!word || (strcmp(word, "include") != 0 && strcmp(word, "-include") != 0 && strcmp(word, "sinclude") != 0))
		return NULL;
	while (!err && (word = strtok_r(NULL, blanks, &left)) && word[0] != '#')
		if (!strchr(word, '$'))
			err = check_part(tree, word, uid);
	return err;
}

/* parts: all that a build takes of it and that may lead out of it; source: "make O=" makes that link */
struct oserr *fs_trusted_tree(const char *tree, uid_t uid)
{
	static const char *const parts[] = { ".", ".config", "Module.symvers", "arch", "include", "scripts", "source", "tools" };
	_cleanup_free_ char *path = fs_join(tree, "Makefile"), *text = NULL;
	struct oserr *err = NULL;
	char *rest;

	for (size_t i = 0; !err && i < sizeof(parts) / sizeof(parts[0]); i++)
		err = check_part(tree, parts[i], uid);
	if (!err)
		err = path ? fs_trusted(path, uid) : &oserr_nomem;
	if (!err)
		err = fs_read(path, &text, NULL);
	rest = text;
	for (char *line; !err && (line = strsep(&rest, "\n"));)
		err = check_line(tree, line, uid);
	return err;
}
