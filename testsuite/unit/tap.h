/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TAP for tests of the translator's parts: OK(condition, "what"), TEXT(have, "want", "what"), skip with a reason, tap_done() for main's return. */
#ifndef STP_TEST_TAP_H
#define STP_TEST_TAP_H

#include <stdio.h>
#include <string.h>

static unsigned int tap_count, tap_failed;

static inline int tap_ok(int good, const char *what, const char *file, int line)
{
	printf("%sok %u - %s\n", good ? "" : "not ", ++tap_count, what);
	if (!good) {
		tap_failed++;
		printf("# at %s:%d\n", file, line);
	}
	fflush(stdout); /* what follows may crash */
	return good;
}

static inline void tap_text(const char *have, const char *want, const char *what, const char *file, int line)
{
	if (!tap_ok(have && !strcmp(have, want), what, file, line))
		printf("# have \"%s\"\n# want \"%s\"\n", have ? have : "(null)", want);
}

static inline void tap_skip(const char *what, const char *why)
{
	printf("ok %u - %s # SKIP %s\n", ++tap_count, what, why);
}

static inline int tap_done(void)
{
	printf("1..%u\n", tap_count);
	return tap_failed ? 1 : 0;
}

#define OK(cond, what) tap_ok(!!(cond), what, __FILE__, __LINE__)
#define TEXT(have, want, what) tap_text(have, want, what, __FILE__, __LINE__)

#endif
