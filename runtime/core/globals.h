/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What staprun tells the module before START; see session.h for the rest. Process context. */
#ifndef STP_CORE_GLOBALS_H
#define STP_CORE_GLOBALS_H

void stp_globals_exit(void);

#endif
