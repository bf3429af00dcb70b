/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the session calls of lock.c; handlers see abi.h. Process context. */
#ifndef STP_CORE_LOCK_H
#define STP_CORE_LOCK_H

int stp_locks_init(void); /* 0 or -ENOMEM */
void stp_locks_exit(void);

#endif
