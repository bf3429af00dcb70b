/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzing regular expressions: the first line of the input is a pattern as the lexer leaves it, the rest a subject. Both automatons must
 * agree whether it matches, and groups must lie inside the match. No input may take long or leak. -DREGEX_MAX_WORK=400000 makes rounds short.
 * With libFuzzer:  clang -g -O1 -D_GNU_SOURCE -Itranslator -fsanitize=fuzzer,address,undefined testsuite/fuzz/regex_fuzz.c translator/regex/[a-z]*.c \
 *			translator/base/arena.c translator/base/vec.c translator/base/error.c
 * Without (-DFUZZ_ALONE, any compiler): `regex_fuzz [-t SECONDS] [-s SEED]` makes patterns at random and spoils them.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "regex/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_groups(const struct regex_dfa *d, const char *text, size_t n, bool matches)
{
	long *at = calloc(2u * d->ngroups, sizeof(*at));

	if (!at || regex_match(d, text, n, at) != matches)
		abort();
	for (unsigned i = 0; matches && i < d->ngroups; i++) {
		long from = at[2 * i], to = at[2 * i + 1];

		if (from < 0 ? i == 0 || to >= 0 : from > to || from < at[0] || to > at[1])
			abort();
	}
	free(at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	size_t n = 0;
	char *pattern, *text;
	struct arena *a = arena_new();
	struct regex_error e;
	const struct regex_dfa *test, *tagged;
	clock_t began = clock();

	while (n < len && data[n] && data[n] != '\n')
		n++;
	pattern = arena_strndup(a, (const char *)data, n);
	n += n < len;
	text = malloc(len - n + 1); /* of exactly that size */
	memcpy(text, data + n, len - n);
	test = regex_compile(a, pattern, false, &e);
	if (!test && (!e.msg || e.position > (long)strlen(pattern) + 1 || (*pattern && e.at >= strlen(pattern))))
		abort();
	tagged = regex_compile(a, pattern, true, &e);
	if (test && tagged)
		check_groups(tagged, text, len - n, regex_match(test, text, len - n, NULL));
	if (clock() - began > 20 * CLOCKS_PER_SEC) /* a second without sanitizers and coverage */
		abort();
	free(text);
	arena_free(a);
	return 0;
}

#ifdef FUZZ_ALONE
#include <unistd.h>

static uint64_t fuzz_state;

static unsigned below(unsigned n)
{
	fuzz_state ^= fuzz_state << 13;
	fuzz_state ^= fuzz_state >> 7;
	fuzz_state ^= fuzz_state << 17;
	return (unsigned)((fuzz_state >> 11) % n);
}

static const char *const pieces[] = {
	"a", "b", "c", ".", "(", ")", "(?:", "|", "*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}", "{300}", "{32767}", "{", "}", ",", "[", "]", "[^",
	"[a-c]", "[[:alpha:]]", "[:", ":]", "-", "^", "$", "\\\\", "\\n", "\\x41", "\\101", "\\", "\\x", "(a|b)*", "(a|ab)(c|bcd)", "\xff", "()", "(a", "b)",
};

/* of a random length, sometimes deep; then a subject */
static size_t make_input(char *out, size_t room)
{
	unsigned count = 1 + below(below(20) ? 12 : 400);
	size_t n = 0, len;

	if (below(100) == 0) {
		n = below((unsigned)room / 2);
		memset(out, "([*"[below(3)], n);
	}
	while (count--) {
		const char *p = pieces[below(sizeof(pieces) / sizeof(*pieces))];

		len = strlen(p);
		if (n + len + 64 > room)
			break;
		memcpy(out + n, p, len);
		n += len;
	}
	out[n++] = '\n';
	for (count = below(40); count; count--)
		out[n++] = "abcdABC-]\xff"[below(10)];
	return n;
}

int main(int argc, char **argv)
{
	static char input[65536];
	unsigned long rounds = 0;
	time_t until = time(NULL) + 10;
	int c;

	fuzz_state = 88172645463325252ull;
	while ((c = getopt(argc, argv, "t:s:")) != -1) {
		if (c == 't')
			until = time(NULL) + atol(optarg);
		else if (c == 's')
			fuzz_state = strtoull(optarg, NULL, 0) | 1;
		else
			return 2;
	}
	for (; time(NULL) < until; rounds++)
		LLVMFuzzerTestOneInput((uint8_t *)input, make_input(input, sizeof(input)));
	printf("fuzz: %lu inputs, no findings\n", rounds);
	return 0;
}
#endif
