// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory of the session: what is counted, what is refused, and how the kernel is asked.
 * kernel: runtime/core/memory.c
 * link: testsuite/unit/kernel.c
 */
#include "testsuite/unit/kernel_test.h"

#include "core/memory.h"

const struct stp_script stp_script = { .tun = { .maxmemory = 100 } }; /* KB */
static char said[200];
void stp_say_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(said, sizeof(said), fmt, args);
	va_end(args);
}

static bool gentle(void) /* no other program is killed, nothing is said, and all is zero */
{
	return kernel_gfp == (GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN | __GFP_ZERO);
}

static void counted(void)
{
	void *small = stp_alloc(100), *large, *near;

	OK(small && stp_memory_used() == 100 && gentle(), "R30: what is allocated is counted");
	OK((uintptr_t)small % 64 == 0, "R30: and begins with a cache line");
	large = stp_alloc(50000);
	OK(large && stp_memory_used() == 50100 && gentle() && kernel_node == -1, "R30: more than a page, too");
	near = stp_alloc_near(5000, 0);
	OK(near && stp_memory_used() == 55100 && gentle() && kernel_node == -1, "R30: for this CPU");
	stp_free(near);
	near = stp_alloc_near(5000, 1);
	OK(near && stp_memory_used() == 55100 && gentle() && kernel_node == 1, "R30: and another's, as gently");
	stp_free(large);
	OK(stp_memory_used() == 5100, "R30: what is freed is given back");
	stp_free(NULL);
	stp_free(small);
	stp_free(near);
	OK(stp_memory_used() == 0, "R30: to the last byte");
}

static void refused(void)
{
	void *p = stp_alloc(100 << 10);

	kernel_available = 2;
	kernel_gfp = 0;
	OK(!stp_alloc(2 * PAGE_SIZE) && !stp_memory_is_there(2 * PAGE_SIZE) && !kernel_gfp, "OOM: what is not free is not asked for");
	OK(stp_memory_is_there(PAGE_SIZE) && !kernel_gfp, "OOM: a page is there without a trial");
	kernel_available = 1000000;

	OK(p && !stp_alloc(1) && !stp_alloc_near(1, 1), "R30: up to STP_MAXMEMORY");
	stp_free(p);
	OK(!stp_alloc(SIZE_MAX) && !stp_alloc_near(SIZE_MAX - 64, 1), "R30: what no number holds is too much");
	p = stp_alloc(100 << 10);
	OK(p, "R30: what was given back can be used again");
	stp_free(p);
	stp_memory_explain();
	OK(strstr(said, "STP_MAXMEMORY allows 100 KB"), "R30: the limit is told");
	OK(stp_memory_lend(60 << 10) && !stp_memory_lend(41 << 10) && !stp_alloc(41 << 10), "R30: what is lent counts");
	stp_memory_back(60 << 10);
	OK(stp_memory_used() == 0, "R30: until it is back");
	kernel_available = 0;
	OK(!stp_memory_lend(PAGE_SIZE) && stp_memory_used() == 0, "OOM: what is not there is not lent");
	kernel_available = 1000000;
	kernel_full = true;
	OK(!stp_alloc(10) && !stp_alloc_near(10000, 0) && !stp_alloc_near(10000, 1) && stp_memory_used() == 0, "R30: what the kernel has not is not counted");
	kernel_full = false;
}

int main(void)
{
	kernel_init();
	counted();
	refused();
	return tap_done();
}
