// SPDX-License-Identifier: GPL-2.0-or-later
/* The way of a pattern through regex/: text → tree → program → automaton. */
#include "regex/private.h"

static void fail(struct arena *a, struct regex_error *ret, const char *why)
{
	ret->msg = arena_printf(a, "%s", why);
	ret->position = -1;
}

const struct regex_dfa *regex_compile(struct arena *a, const char *pattern, bool groups, struct regex_error *ret)
{
	struct regex_dfa *d = arena_make(a, struct regex_dfa);
	struct regex_tree tree;
	struct program program;
	const char *why;

	*ret = (struct regex_error){ .position = -1 };
	if (!regex_parse(a, pattern, &tree, ret))
		return NULL;
	d->pattern = pattern;
	d->groups = groups;
	d->ngroups = tree.ngroups;
	if (!regex_program(a, &tree, groups, &program)) {
		fail(a, ret, "with its repetitions written out it is too long");
		return NULL;
	}
	if (!regex_determine(a, &program, d, &why, &ret->work)) {
		fail(a, ret, why);
		return NULL;
	}
	regex_minimise(a, d);
	return d;
}
