/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What -v says beside the passes' own lines (reference/cli.md 3), on standard error. Each does nothing where -v was not given often enough. */
#ifndef STP_VERBOSE_H
#define STP_VERBOSE_H

struct buf;
struct session;

void verbose_start(struct session *s);	 /* -vv: version, architecture and release, build tree */
void verbose_library(struct session *s); /* -vv: where the tapset was looked for */
/* the file that holds the script's C: made for who wants to read it (-k keeps it) */
void verbose_c_file(struct session *s, struct buf *out);

#endif
