/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of the session. Process context, before the first probe, or before a CPU comes up: nobody allocates in a handler. All of it is counted
 * against STP_MAXMEMORY and against a quarter of the machine, so that a script with huge arrays is refused instead of driving the machine out of memory.
 * How much it is stands before each block, for stp_free() to give it back.
 */
#include "core/memory.h"

#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

/* a script that is too large for what is free fails, not another program of this machine's */
#define MEMORY_GFP (GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

#define MEMORY_TRIAL (1 << 20) /* bytes that are worth one */
#define MEMORY_HEAD 64 /* bytes before a block: a cache line, as blocks begin with one */

static atomic_long_t memory_used;
static size_t memory_wanted; /* what would have been used with what was refused; 0: nothing was */

/* the tighter of the two limits */
static size_t memory_limit(void)
{
	size_t most = (size_t)totalram_pages() / 4 << PAGE_SHIFT;

	if (stp_script.tun.maxmemory && (stp_u64)stp_script.tun.maxmemory < most >> 10)
		return (size_t)stp_script.tun.maxmemory << 10;
	return most;
}

/* Without taking anything from anybody. A trial alone would not do: while it holds what there is, others find none, and are killed for it. */
static bool memory_is_free(size_t bytes)
{
	return (long)(bytes >> PAGE_SHIFT) < si_mem_available();
}

/* counts them if they may be used */
static bool memory_take(size_t bytes)
{
	size_t sum;

	if (__builtin_add_overflow((size_t)atomic_long_read(&memory_used), bytes, &sum))
		sum = SIZE_MAX;
	if (sum > memory_limit()) {
		memory_wanted = sum;
		return false;
	}
	if (!memory_is_free(bytes))
		return false;
	atomic_long_add(bytes, &memory_used);
	return true;
}

void stp_memory_explain(void)
{
	size_t most = memory_limit();

	if (!memory_wanted)
		return;
	stp_say_error("at least %zu KB of memory are needed, and %s allows %zu KB", (memory_wanted + 1023) >> 10,
		      most >> 10 == (stp_u64)stp_script.tun.maxmemory ? "STP_MAXMEMORY" : "a quarter of this machine's", most >> 10);
}

/* the block behind this head, or NULL if there is no head */
static void *memory_begin(size_t *head, size_t bytes)
{
	if (!head) {
		atomic_long_sub(bytes, &memory_used);
		return NULL;
	}
	*head = bytes;
	return (char *)head + MEMORY_HEAD;
}

void *stp_alloc(size_t bytes)
{
	size_t all = bytes + MEMORY_HEAD;

	if (!memory_take(bytes))
		return NULL;
	return memory_begin(all <= PAGE_SIZE ? kzalloc(all, MEMORY_GFP) : __vmalloc(all, MEMORY_GFP | __GFP_ZERO), bytes);
}

/* What takes both a node and flags is kvmalloc_node() alone, which tries kmalloc() first, with its sizes of powers of two: so only where it must. */
void *stp_alloc_near(size_t bytes, int cpu)
{
	int node = cpu_to_node(cpu);

	if (node == numa_node_id())
		return stp_alloc(bytes);
	if (!memory_take(bytes))
		return NULL;
	return memory_begin(kvmalloc_node(bytes + MEMORY_HEAD, MEMORY_GFP | __GFP_ZERO, node), bytes);
}

/* The kernel would kill programs for what others ask with GFP_KERNEL. A moment's trial, of what is said to be free, finds whether it really is. */
bool stp_memory_is_there(size_t bytes)
{
	void *p;

	if (!memory_is_free(bytes))
		return false;
	if (bytes < MEMORY_TRIAL)
		return true;
	p = __vmalloc(bytes, MEMORY_GFP);
	vfree(p);
	return p;
}

bool stp_memory_lend(size_t bytes)
{
	if (!memory_take(bytes))
		return false;
	if (stp_memory_is_there(bytes))
		return true;
	stp_memory_back(bytes);
	return false;
}

void stp_memory_back(size_t bytes)
{
	atomic_long_sub(bytes, &memory_used);
}

void stp_free(void *p)
{
	size_t *head = p ? (size_t *)((char *)p - MEMORY_HEAD) : NULL;

	if (!head)
		return;
	atomic_long_sub(*head, &memory_used);
	kvfree(head);
}

size_t stp_memory_used(void)
{
	return atomic_long_read(&memory_used);
}
