/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between cli.c and its two helpers: what the whole command line must obey, and the rc file. */
#ifndef STP_CLI_CHECK_H
#define STP_CLI_CHECK_H

#include "base/error.h"

struct session;

struct oserr *cli_check(struct session *s) STP_MUST_CHECK;
/* puts the words of $SYSTEMTAP_DIR/rc before those of argv; new arrays live in the session's arena */
struct oserr *cli_rc_prepend(struct session *s, int *argc, char ***argv) STP_MUST_CHECK;

#endif
