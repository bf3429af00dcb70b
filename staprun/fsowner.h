/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose a file is, where a user supplies the file system. By FUSE any user does so (fusermount is setuid root), and then he says what is in
 * it, when, and to whom it belongs: root's name on a file of his is his word. The kernel knows who has mounted it.
 *
 * What stays open: file systems that root mounts for a user, images of his (udisks; below /run/media or /media, always nosuid, but so are many
 * that are root's alone), and those of a server that he owns. Nothing that we look for by ourselves leads there; who names such a place trusts
 * it. overlayfs over a layer of FUSE does not say so, but only root makes one in the name space that root sees.
 */
#ifndef STP_STAPRUN_FSOWNER_H
#define STP_STAPRUN_FSOWNER_H

#include <stdio.h>
#include <sys/stat.h>

#define FSOWNER_UNKNOWN ((uid_t)-1)

/*
 * fstat(), but all that is in a user's file system is his: st_uid says so. 1 if it is in one, 0 = it is not, or root's own; -1 and errno. Where
 * it cannot be found out it belongs to FSOWNER_UNKNOWN
 */
int fsowner_stat(int fd, struct stat *ret);

/* inside, for tests: who has mounted what has the device number, root for all but FUSE; by lines as of /proc/PID/mountinfo */
uid_t fsowner_find(FILE *mountinfo, dev_t dev);

#endif
