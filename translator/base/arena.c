/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arena: a list of chunks that only grows. In: sizes. Out: zeroed memory, aligned for any type, that lives until arena_free().
 * Invariant: the newest chunk is first in the list; an allocation larger than a chunk gets one of its own, placed behind the first,
 * so that the room left in the first one is not lost. The chunk size doubles up to a limit: small sessions stay small.
 */
#include "base/arena.h"
#include "base/error.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef STP_SMALL_LIMITS
#define CHUNK_FIRST 64
#define CHUNK_MAX 64
#else
#define CHUNK_FIRST (16 * 1024)
#define CHUNK_MAX (1024 * 1024)
#endif

#define ALIGN 16

struct chunk {
	struct chunk *next;
	size_t size, used;
	_Alignas(ALIGN) char data[];
};

struct arena {
	struct chunk *chunks;
	size_t next_size;
	size_t used;
};

struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (!a)
		stp_die_nomem();
	a->next_size = CHUNK_FIRST;
	return a;
}

void arena_free(struct arena *a)
{
	struct chunk *c, *next;

	if (!a)
		return;
	for (c = a->chunks; c; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

static struct chunk *chunk_new(size_t size)
{
	struct chunk *c;
	size_t total;

	if (__builtin_add_overflow(size, sizeof(*c), &total))
		stp_die_nomem();
	c = calloc(1, total); /* fresh pages come zeroed: cheaper than clearing piece by piece */
	if (!c)
		stp_die_nomem();
	c->size = size;
	return c;
}

static void *alloc_own_chunk(struct arena *a, size_t size)
{
	struct chunk *c = chunk_new(size);

	c->used = size;
	if (a->chunks) {
		c->next = a->chunks->next;
		a->chunks->next = c;
	} else {
		a->chunks = c;
	}
	return c->data;
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct chunk *c = a->chunks;
	void *p;

	if (size > SIZE_MAX - ALIGN)
		stp_die_nomem();
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (!size)
		size = ALIGN;
	a->used += size;
	if (!c || c->size - c->used < size) {
		if (size > a->next_size / 2)
			return alloc_own_chunk(a, size);
		c = chunk_new(a->next_size);
		c->next = a->chunks;
		a->chunks = c;
		if (a->next_size < CHUNK_MAX)
			a->next_size *= 2;
	}
	p = c->data + c->used;
	c->used += size;
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	memcpy(p, s, n); /* the final NUL is there already */
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

void *arena_memdup(struct arena *a, const void *p, size_t n)
{
	void *q = arena_alloc(a, n);

	if (n)
		memcpy(q, p, n);
	return q;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	char small[256], *p;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	BUG_IF(n < 0, "bad format \"%s\"", fmt);
	p = arena_alloc(a, (size_t)n + 1);
	if ((size_t)n < sizeof(small))
		memcpy(p, small, (size_t)n);
	else
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
