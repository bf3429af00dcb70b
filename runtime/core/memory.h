/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory of the session beside platform.h's stp_alloc() and stp_free(). Process context. */
#ifndef STP_CORE_MEMORY_H
#define STP_CORE_MEMORY_H

#include "platform.h"

void *stp_alloc_near(size_t bytes, int cpu); /* stp_alloc() on that CPU's node */
/* where others allocate for us, and would not be refused: could so much be had now? Lent bytes count, until they are back */
bool stp_memory_is_there(size_t bytes);
bool stp_memory_lend(size_t bytes);
void stp_memory_back(size_t bytes);
void stp_memory_explain(void);		     /* says which limit refused an allocation, if one did */
size_t stp_memory_used(void);		     /* what is allocated now */

#endif
