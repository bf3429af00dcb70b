/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose files we execute, compile, link or load. What stap finds by itself, by a default or through the environment, is opened with
 * open_trusted(): the file and all directories on the way to it belong to root or to us, and nobody else may write them. In a file system
 * that a user supplies all is that user's (staprun/fsowner.h). What the user names on the command line is his word, and is opened as it is.
 */
#ifndef STP_BASE_TRUST_H
#define STP_BASE_TRUST_H

#include "base/error.h"

#include <stddef.h>
#include <sys/types.h>

/* FLAGS as for open(2). The descriptor is of the file that was checked: nobody else can have put another in its place. EPERM: not trusted */
struct oserr *open_trusted(const char *path, int flags, int *ret_fd) STP_MUST_CHECK;
struct oserr *read_trusted(const char *path, char **ret, size_t *ret_len) STP_MUST_CHECK; /* as fs_read() */
/* made with MODE if need be, its parents too; trusted afterwards. Nothing is made below a directory that is not */
struct oserr *make_trusted_dir(const char *path, mode_t mode) STP_MUST_CHECK;
/* the rule alone, for user UID; EPERM with the offending component in the message */
struct oserr *fs_trusted(const char *path, uid_t uid) STP_MUST_CHECK;
/* the same for a directory in which we only make files of our own: it may be a sticky one of root's or ours, as /tmp is */
struct oserr *fs_trusted_parent(const char *path, uid_t uid) STP_MUST_CHECK;
/* the same for a kernel's build tree and what a build takes of it: its parts and the files that its Makefile includes may be elsewhere */
struct oserr *fs_trusted_tree(const char *tree, uid_t uid) STP_MUST_CHECK;

#endif
