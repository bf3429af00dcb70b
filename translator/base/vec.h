/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Typed vectors whose storage is an arena's: VEC(struct expr *) args; vec_push(arena, &args, e); vec_at(&args, i).
 * Zero-initialised is empty. Growth leaves the old block to the arena.
 */
#ifndef STP_BASE_VEC_H
#define STP_BASE_VEC_H

#include "base/arena.h"

#include <string.h>

#define VEC(type)          \
	struct {           \
		type *v;   \
		size_t n;  \
		size_t cap; \
	}

#define vec_push(arena, vec, item)                                                                              \
	do {                                                                                                    \
		if ((vec)->n == (vec)->cap)                                                                     \
			(vec)->v = vec_grow_((arena), (vec)->v, sizeof(*(vec)->v), (vec)->n, &(vec)->cap);      \
		(vec)->v[(vec)->n++] = (item);                                                                  \
	} while (0)

#define vec_at(vec, i) ((vec)->v[(i)])
#define vec_last(vec) ((vec)->v[(vec)->n - 1])
#define vec_clear(vec) ((void)((vec)->n = 0))
/* for (each(i, &v)) use(v.v[i]); */
#define vec_each(i, vec) (size_t i = 0; i < (vec)->n; i++)

void *vec_grow_(struct arena *a, void *old, size_t item, size_t n, size_t *cap);

#endif
