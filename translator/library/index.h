/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside library/: the files found, and the index over them. */
#ifndef STP_LIBRARY_INDEX_H
#define STP_LIBRARY_INDEX_H

#include "base/map.h"
#include "base/vec.h"
#include "library/library.h"

#include <sys/stat.h>

#define LIB_NKINDS (LIB_MACRO + 1)

struct lib_file {
	const char *path;
	const char *below; /* path below its directory: the first of that name counts */
	struct stat st;
	bool macros;	   /* .stpm */
	bool builtin;	   /* in the tapset directory of this installation */
	bool broken;	   /* has errors: is left out */
	bool parsed;
	struct ast_file *tree;
	size_t number;	   /* in library.files */
};

struct lib_names {
	struct lib_file **v;
	size_t n, cap;
};

struct library {
	struct session *session;
	VEC(struct lib_file *) files;	 /* search order; .stpm first */
	struct map index[LIB_NKINDS];	 /* name → struct lib_names */
	size_t nparsed, nwarned;	 /* files; those that were warned of */
	bool from_environment;		 /* what is found now was not asked for on the command line: each file must be trusted */
	const char *stamp;
};

/* fills l->files and l->stamp: walks the search path of reference/cli.md 3 */
struct oserr *path_scan(struct library *l) STP_MUST_CHECK;
/* fills l->index from the kept index of this stamp, or makes it by parsing every file, and keeps it if it can */
struct ast_file *library_tree(struct library *l, struct lib_file *f); /* parsed now if it was not; NULL if it has errors */
struct oserr *index_load(struct library *l) STP_MUST_CHECK;

#endif
