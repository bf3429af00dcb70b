// SPDX-License-Identifier: GPL-2.0-or-later
/* What SystemTap's library has and ours has not yet. Its macros are the parser's to know: syntax/later_macros.def. */
#include "library/library.h"

static const char *const functions[] = {
#define LATER(name) #name,
#include "library/later_functions.def"
	NULL
};

#undef LATER
static const char *const aliases[] = {
#define LATER(name) #name,
#include "library/later_aliases.def"
	NULL
};

const char *const *library_not_yet(enum lib_kind kind)
{
	static const char *const none[] = { NULL };

	switch (kind) {
	case LIB_FUNCTION:
		return functions;
	case LIB_ALIAS:
		return aliases;
	case LIB_GLOBAL:
	case LIB_POINT:
	case LIB_MACRO:
		break;
	}
	return none;
}
