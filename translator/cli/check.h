/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between cli.c and its helpers: what the whole command line must obey, the environment, and the rc file. */
#ifndef STP_CLI_CHECK_H
#define STP_CLI_CHECK_H

#include "base/error.h"

struct options;
struct session;

struct oserr *cli_check(struct session *s) STP_MUST_CHECK;
/* refuses what does not match the reference's pattern, in its words */
struct oserr *cli_pattern(const char *what, const char *arg, const char *pattern) STP_MUST_CHECK;
/* files and directories that variables name must be trusted */
struct oserr *cli_check_environment(void) STP_MUST_CHECK;
/* --tmpdir and TMPDIR: refused, or TMPDIR is forgotten with a warning, or made absolute */
struct oserr *cli_check_tmpdir(const struct options *o) STP_MUST_CHECK;
/* puts the words of $SYSTEMTAP_DIR/rc before those of argv; new arrays live in the session's arena */
struct oserr *cli_rc_prepend(struct session *s, int *argc, char ***argv) STP_MUST_CHECK;

#endif
