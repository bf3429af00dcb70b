/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens what the user named, along a path in which others may have a hand: they foresee a name, or own a directory on the way, and put a
 * link there that leads to a file of ours. A link is followed only if root or ourselves made it, wherever it is on the way. Each part is
 * looked up once, and what is looked at is the descriptor: a name may mean something else at every look. What is in a file system that a user
 * supplies is his, whatever that says (fsowner.h).
 */
#ifndef STP_STAPRUN_PATH_H
#define STP_STAPRUN_PATH_H

#include <sys/types.h>

enum path_hand { /* who could have given the file its name */
	PATH_ANYBODY,
	PATH_OURS,	 /* its directory is root's or our own, and nobody else writes there */
	PATH_MADE,	 /* it was not there: we made it */
	PATH_DESCRIPTOR, /* by a link of /proc: a process of ours has it open */
};

/* path is relative to the directory `dir`. Like openat(), with errno ELOOP for a link of somebody else's */
int path_open(int dir, const char *path, int flags, mode_t mode, enum path_hand *ret_hand);

#endif
