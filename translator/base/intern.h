/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interned text: equal texts have equal pointers. One table per session, storage in its arena. */
#ifndef STP_BASE_INTERN_H
#define STP_BASE_INTERN_H

#include <stddef.h>

struct arena;
struct intern;

struct intern *intern_make(struct arena *a);
const char *intern_str(struct intern *t, const char *s);
const char *intern_strn(struct intern *t, const char *s, size_t n);

#endif
