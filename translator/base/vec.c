/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Growth of the typed vectors of vec.h: capacity doubles, the old block stays the arena's. */
#include "base/vec.h"
#include "base/error.h"

void *vec_grow_(struct arena *a, void *old, size_t item, size_t n, size_t *cap)
{
	size_t want = *cap ? *cap * 2 : 4, bytes;
	void *p;

	if (__builtin_mul_overflow(want, item, &bytes))
		stp_die_nomem();
	p = arena_alloc(a, bytes);
	if (n)
		memcpy(p, old, n * item);
	*cap = want;
	return p;
}
