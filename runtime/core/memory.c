/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of the session. Process context, before the first probe: nothing is allocated later. All of it is counted against STP_MAXMEMORY
 * and against a quarter of the machine, so that a script with huge arrays is refused instead of driving the machine out of memory.
 */
#include "core/memory.h"

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

static size_t memory_used;

static bool memory_allows(size_t bytes)
{
	size_t most = (size_t)totalram_pages() / 4 << PAGE_SHIFT, sum;

	if (stp_script.tun.maxmemory && (stp_u64)stp_script.tun.maxmemory < most >> 10)
		most = (size_t)stp_script.tun.maxmemory << 10;
	return !__builtin_add_overflow(memory_used, bytes, &sum) && sum <= most;
}

void *stp_alloc(size_t bytes)
{
	void *p;

	if (!memory_allows(bytes))
		return NULL;
	p = bytes <= PAGE_SIZE ? kzalloc(bytes, GFP_KERNEL) : __vmalloc(bytes, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	if (p)
		memory_used += bytes;
	return p;
}

void *stp_alloc_near(size_t bytes, int cpu)
{
	void *p;

	if (!memory_allows(bytes))
		return NULL;
	p = vzalloc_node(bytes, cpu_to_node(cpu));
	if (p)
		memory_used += bytes;
	return p;
}

void stp_free(void *p)
{
	kvfree(p);
}

size_t stp_memory_used(void)
{
	return memory_used;
}
