/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STP_STAPRUN_NOTICES_H
#define STP_STAPRUN_NOTICES_H

#include <stddef.h>

/* prints what the module said out of band: warnings once each (unless -v, not at all with -w), everything else as it comes.
 * controls: of the script (escape.h), for what its log() says to a terminal. 1 = it was an error */
int notice(const char *text, size_t len, unsigned controls);

#endif
