/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kit's manifest: text lines "key value". "file SHA256 SIZE INODE CTIME NAME" for every file of the kit, "stamp PATH SIZE MTIME" for
 * every file that the kit was made from, and facts (release, arch, build-id …).
 */
#ifndef STP_KIT_MANIFEST_H
#define STP_KIT_MANIFEST_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <sys/types.h>

struct manifest { char *text; /* lines, each NUL-terminated */ size_t len; };

struct oserr *manifest_load(const char *dir, struct manifest *ret) STP_MUST_CHECK;
void manifest_fini(struct manifest *m);
const char *manifest_get(const struct manifest *m, const char *key); /* first value, borrowed; NULL if absent */

/* writes DIR/manifest: the facts given and a row for each file below DIR (one level of folders) */
struct oserr *manifest_write(const char *dir, const char *facts) STP_MUST_CHECK;
/* a "stamp" line for PATH, as it is now; nothing if it does not exist */
void manifest_add_stamp(struct buf *facts, const char *path);
bool manifest_is_fresh(const struct manifest *m); /* every stamp still fits; files that are gone do not count */

/*
 * All files are there and are what was written: by size, inode and change time, and by SHA-256 where those differ (a kit that was
 * copied). `uid`: whose files are trusted beside root's.
 */
struct oserr *manifest_check(const struct manifest *m, const char *dir, uid_t uid) STP_MUST_CHECK;
/* reads DIR/NAME, compares it with its SHA-256 */
struct oserr *manifest_read(const struct manifest *m, const char *dir, const char *name, char **ret, size_t *ret_len) STP_MUST_CHECK;

#endif
