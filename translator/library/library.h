/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which tapset file defines what. The index of a tapset directory is kept beside the cache (name → files, by kind), stamped with size and
 * mtime of each file and with the facts that %( … %) conditions asked, so that `hello world` parses no tapset file that it does not need.
 */
#ifndef STP_LIBRARY_LIBRARY_H
#define STP_LIBRARY_LIBRARY_H

#include "base/error.h"
#include "syntax/parse.h"

struct session;
struct library;

/* aliases twice: by their first component, and by the first two, "syscall.open" ("all." has one); six families have thousands of them */
enum lib_kind { LIB_FUNCTION, LIB_GLOBAL, LIB_ALIAS, LIB_POINT, LIB_MACRO };

/* scans the search path of reference/cli.md 3 (tapset dir, XDG, -I; each with its kernel-version and arch folders), reads or makes the index */
struct oserr *library_open(struct session *s, struct library **ret) STP_MUST_CHECK;
/* the files that define `name`, parsed now if they were not; n of them in *ret (borrowed). Errors in them are warnings and skip the file */
size_t library_find(struct library *l, enum lib_kind kind, const char *name, struct ast_file ***ret);
/* all files, parsed: --dump-functions, --dump-probe-aliases, wildcards over aliases, suggestions */
size_t library_all(struct library *l, struct ast_file ***ret);
/*
 * File number AT, parsed: false = there is none. *ret_tree is NULL for a file of macros, *ret_path for one with errors, which is skipped
 */
bool library_file(struct library *l, size_t at, const char **ret_path, const struct ast_file **ret_tree);
/* names known, for "similar:" (borrowed, NULL-terminated) without parsing */
const char *const *library_names(struct library *l, enum lib_kind kind, size_t *ret_n);
bool library_has(const struct library *l, enum lib_kind kind, const char *name); /* the same of one name */
/* parses the .stpm files whose macros TEXT may use (it holds "@name"), and those that these use, into s->macros */
void library_load_macros(struct library *l, const char *text);
/* those of the user's own directories: a mistake in one is told at once, not when its first macro is used */
void library_load_given(struct library *l);
/* what SystemTap's library has and ours not yet: functions, and the first components of aliases; NULL at the end */
const char *const *library_not_yet(enum lib_kind kind);
/* PATH is one of the library's files */
bool library_has_file(const struct library *l, const char *path);
size_t library_count(const struct library *l);	/* files on the path ("N library scripts") */
/*
 * The run of files (of macros, or all others) from number `at` on that lie in one directory, for -v: how many there are, and how many of
 * them were parsed. The value is where the next run begins, less `at`; 0 = no more
 */
size_t library_folder(struct library *l, size_t at, const char **ret_dir, bool *ret_macros, size_t *ret_found, size_t *ret_parsed);
size_t library_parsed(const struct library *l);
size_t library_warnings(const struct library *l); /* files that were left out with a warning */
const char *library_stamp(const struct library *l); /* changes when any file does */

#endif
