/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words that lock.c works on. The session allocates them, so that core does without lock.c; handlers see abi.h. */
#ifndef STP_CORE_LOCK_H
#define STP_CORE_LOCK_H

#include "platform.h"

#include <linux/cache.h>

struct stp_lock_word { /* any context */
	atomic_t users; /* readers; -1 = a writer */
	stp_u32 closed; /* exclusive: commutative handlers wait */
} ____cacheline_aligned_in_smp;

extern struct stp_lock_word *stp_lock_words; /* by global; NULL before START */

#endif
