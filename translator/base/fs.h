/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files and directories. Results given are malloc'ed. */
#ifndef STP_BASE_FS_H
#define STP_BASE_FS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct oserr *fs_read(const char *path, char **ret, size_t *ret_len) STP_MUST_CHECK; /* gives NUL-terminated data */
struct oserr *fs_read_fd(int fd, char **ret, size_t *ret_len) STP_MUST_CHECK;
/* under a temporary name beside PATH, fsync, rename */
struct oserr *fs_write_atomic(const char *path, const void *data, size_t len, mode_t mode) STP_MUST_CHECK;
struct oserr *fs_copy(const char *from, const char *to, mode_t mode) STP_MUST_CHECK; /* atomic as above */
struct oserr *fs_mkdirs(const char *path, mode_t mode) STP_MUST_CHECK;		       /* mkdir -p */
struct oserr *fs_mktemp_dir(const char *prefix, char **ret) STP_MUST_CHECK;		       /* in $TMPDIR or /tmp; trusted */
void fs_rm_rf(const char *path);						       /* best effort, never follows links */
bool fs_exists(const char *path);
bool fs_is_dir(const char *path);
char *fs_join(const char *a, const char *b); /* a/b, malloc'ed */

/* sorted names of PATH's entries for which keep() says yes; NULL keep = all. names is a malloc'ed array of malloc'ed text, NULL-terminated */
struct oserr *fs_list(const char *path, bool (*keep)(const char *name), char ***ret, size_t *ret_n) STP_MUST_CHECK;
void fs_list_free(char **names);

#endif
