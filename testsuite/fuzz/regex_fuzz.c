/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzing regular expressions, built and run by testsuite/fuzz.t. Patterns are the literals behind `=~` and `!~` of a script, or, where there
 * are none, the first line; all that follows a pattern is its subject. Both automatons must agree whether it matches, groups must lie inside
 * the match, errors inside the pattern. With clang, -DREGEX_MAX_WORK=400000 makes rounds short. link: regex, runs: 3000
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "regex/regex.h"

#define MOST_PATTERNS 8 /* of one script */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_groups(const struct regex_dfa *d, const char *text, size_t n, bool matches)
{
	long *at = calloc(2u * d->ngroups, sizeof(*at));

	BUG_IF(!at || regex_match(d, text, n, at) != matches, "with groups the answer is another");
	for (unsigned i = 0; matches && i < d->ngroups; i++) {
		long from = at[2 * i], to = at[2 * i + 1];

		BUG_IF(from < 0 ? i == 0 || to >= 0 : from > to || from < at[0] || to > at[1], "group %u is outside", i);
	}
	free(at);
}

static void check_error(const char *pattern, const struct regex_error *e)
{
	size_t n = strlen(pattern);

	BUG_IF(!e->msg || e->position > (long)n + 1 || (n && e->at >= n), "an error outside of the pattern");
}

static void check(const char *pattern, const char *subject, size_t n)
{
	struct arena *a = arena_new();
	char *text = malloc(n + 1); /* no more than that: the sanitizer sees one byte too far */
	struct regex_error e;
	const struct regex_dfa *test = regex_compile(a, pattern, false, &e), *tagged;

	memcpy(text, subject, n);
	if (!test)
		check_error(pattern, &e);
	tagged = regex_compile(a, pattern, true, &e);
	if (!tagged)
		check_error(pattern, &e);
	if (test && tagged)
		check_groups(tagged, text, n, regex_match(test, text, n, NULL));
	free(text);
	arena_free(a);
}

static void check_up_to(char *pattern, char *end, char stop)
{
	char *p = pattern;

	while (p < end && *p && *p != stop)
		p++;
	*p = '\0';
	check(pattern, p < end ? p + 1 : p, p < end ? (size_t)(end - p - 1) : 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *copy = malloc(len + 1), *at = copy, *end = copy + len;
	unsigned n = 0;

	memcpy(copy, data, len);
	*end = '\0';
	while (n < MOST_PATTERNS && (at = memmem(at, (size_t)(end - at), "~ \"", 3)) != NULL) {
		char *whole = malloc((size_t)(end - at) + 1);

		at += 3;
		memcpy(whole, at, (size_t)(end - at) + 1);
		check_up_to(whole, whole + (end - at), '"');
		free(whole);
		n++;
	}
	if (!n)
		check_up_to(copy, end, '\n');
	free(copy);
	return 0;
}
