/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arena: everything a session creates lives until the session ends; nothing is freed one by one.
 * All functions die on out-of-memory with one message (exit 1). Memory is zeroed.
 */
#ifndef STP_BASE_ARENA_H
#define STP_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* NULL is fine */

void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, alloc_size(2), returns_nonnull));
char *arena_strdup(struct arena *a, const char *s) __attribute__((malloc, returns_nonnull));
char *arena_strndup(struct arena *a, const char *s, size_t n) __attribute__((malloc, returns_nonnull));
void *arena_memdup(struct arena *a, const void *p, size_t n) __attribute__((malloc, returns_nonnull));
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3), malloc, returns_nonnull));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0), malloc, returns_nonnull));
size_t arena_used(const struct arena *a); /* bytes handed out */

#define arena_make(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (n)))

#endif
