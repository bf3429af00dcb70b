/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pass 1 for the user's part: script file, -e text, -E scripts, what -T and -l/-L stand for. */
#ifndef STP_SCRIPT_H
#define STP_SCRIPT_H

#include <stdbool.h>

struct session;

/* fills s->user_files; false if a file cannot be read (said on stderr); parse errors go to the sink */
bool script_parse(struct session *s);

#endif
