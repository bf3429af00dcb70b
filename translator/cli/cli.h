/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line, the rc file and the environment → struct options. */
#ifndef STP_CLI_CLI_H
#define STP_CLI_CLI_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

struct session;

/*
 * Reads $SYSTEMTAP_DIR/rc and argv into s->opt and checks what can be checked without a kernel. The error's text is what the user reads;
 * code EINVAL means that "Try '--help'…" helps.
 */
struct oserr *cli_parse(struct session *s, int argc, char **argv) STP_MUST_CHECK;
void cli_help(FILE *out);
void cli_version(FILE *out);
/* prints PATH without its links, or why it is not to be trusted (base/trust.h): true, false. For stap-prep, so that the rule is in one place */
bool cli_trusted_path(const char *path, FILE *out);

#endif
