/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of the runtime in user space: TAP, a script of their own, strings and keys in one line. Include after STP_MAXSTRINGLEN. */
#ifndef STP_TEST_RUNTIME_TEST_H
#define STP_TEST_RUNTIME_TEST_H

#include "hostcore.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

static unsigned int test_count, test_failed;

static inline void test_ok(int good, const char *what, const char *file, int line)
{
	test_count++;
	if (good) {
		printf("ok %u - %s\n", test_count, what);
		return;
	}
	test_failed++;
	printf("not ok %u - %s\n# at %s:%d\n", test_count, what, file, line);
}

static inline void test_text(const char *have, const char *want, const char *what, const char *file, int line)
{
	test_ok(!strcmp(have, want), what, file, line);
	if (strcmp(have, want))
		printf("# have \"%s\"\n# want \"%s\"\n", have, want);
}

static inline int test_done(void)
{
	printf("1..%u\n", test_count);
	return test_failed ? 1 : 0;
}

#define OK(cond, what) test_ok(!!(cond), what, __FILE__, __LINE__)
#define TEXT(have, want, what) test_text(have, want, what, __FILE__, __LINE__)

static inline struct stp_str S(const char *text) { return (struct stp_str){ text, (stp_u32)strlen(text) }; }

/* the tunables' defaults, for the initialiser of stp_script.tun */
#define TEST_DEFAULTS                        \
	.maxstringlen = STP_MAXSTRINGLEN,    \
	.maxaction = 1000,                   \
	.maxtrylock = 100,                   \
	.interruptible = 1

#endif
