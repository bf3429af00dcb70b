/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's exports: Module.symvers → the kit's file "exports" ("crc name module namespace" sorted by name; "-" for no namespace). */
#ifndef STP_KIT_EXPORTS_H
#define STP_KIT_EXPORTS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct export {
	unsigned long crc;
	const char *name, *module, *namespace; /* not terminated: lengths follow */
	size_t name_len, module_len, namespace_len;
};

/* symvers is consumed (its line ends are overwritten) */
void exports_convert(char *symvers, struct buf *ret);
bool exports_find(const char *text, size_t len, const char *name, struct export *ret);

#endif
