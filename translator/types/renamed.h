/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel has renamed (renamed.def), for messages. */
#ifndef STP_TYPES_RENAMED_H
#define STP_TYPES_RENAMED_H

#include "base/arena.h"

#include <stdbool.h>

/*
 * ": state is __state since Linux 5.14", or "" if nothing is known. HAS says whether the kernel at hand has that member of the structure, or
 * function
 */
const char *renamed_member(struct arena *a, const char *structure, const char *name, bool (*has)(void *cookie, const char *name),
			   void *cookie);
const char *renamed_function(struct arena *a, const char *name, bool (*has)(void *cookie, const char *name), void *cookie);

#endif
