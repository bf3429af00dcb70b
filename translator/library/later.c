// SPDX-License-Identifier: GPL-2.0-or-later
/* What SystemTap's library has and ours has not yet. */
#include "library/library.h"

#include <string.h>

static const char *const functions[] = {
#define LATER(name) #name,
#include "library/later.def"
};

bool library_function_not_yet(const char *name)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strcmp(functions[i], name) == 0)
			return true;
	return false;
}
