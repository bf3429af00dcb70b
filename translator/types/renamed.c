/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of what the kernel has renamed: which row is about a name, and says so. */
#include "types/renamed.h"

#include "base/text.h"

#include <string.h>

struct renamed {
	const char *structure, *old, *now, *version;
};

#define RENAMED_MEMBER(structure, old, now, version) { structure, old, now, version },
#define RENAMED_FUNCTION(old, now, version)
static const struct renamed members[] = {
#include "types/renamed.def"
};
#undef RENAMED_MEMBER
#undef RENAMED_FUNCTION
#define RENAMED_MEMBER(structure, old, now, version)
#define RENAMED_FUNCTION(old, now, version) { NULL, old, now, version },
static const struct renamed functions[] = {
#include "types/renamed.def"
};
#undef RENAMED_MEMBER
#undef RENAMED_FUNCTION

static const char *say(struct arena *a, const struct renamed *r, const char *name, const char *now)
{
	if (*r->version)
		return arena_printf(a, ": %s is %s since Linux %s", name, now, r->version);
	return arena_printf(a, ": %s is a macro for %s", name, now);
}

const char *renamed_member(struct arena *a, const char *structure, const char *name, bool (*has)(void *cookie, const char *name),
			   void *cookie)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		const struct renamed *r = &members[i];
		const char *first;

		if (strcmp(r->structure, structure) || strcmp(r->old, name))
			continue;
		first = arena_strndup(a, r->now, strcspn(r->now, ".-"));
		if (strchr(r->now, ' ') || has(cookie, first))
			return say(a, r, name, r->now);
	}
	return "";
}

/* what r calls NAME now; NULL if it is not about it */
static const char *name_now(struct arena *a, const struct renamed *r, const char *name)
{
	size_t n = strlen(r->old) - 1;

	if (!text_ends(r->old, "*"))
		return strcmp(r->old, name) ? NULL : r->now;
	if (strncmp(r->old, name, n))
		return NULL;
	return arena_printf(a, "%.*s%s%s", (int)strcspn(r->now, "*"), r->now, name + n, strchr(r->now, '*') + 1);
}

const char *renamed_function(struct arena *a, const char *name, bool (*has)(void *cookie, const char *name), void *cookie)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		const struct renamed *r = &functions[i];
		bool may = *r->old == *name || *r->old == '*'; /* most rows are about other names, and many names are asked for */
		const char *now = may ? name_now(a, r, name) : NULL;

		if (now && has(cookie, now))
			return say(a, r, name, now);
	}
	return "";
}
