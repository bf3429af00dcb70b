/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STP_STAPRUN_ORPHANS_H
#define STP_STAPRUN_ORPHANS_H

/* kills and reaps every child of the calling process, and what they leave to it, for at most a second */
void orphans_kill(void);

#endif
