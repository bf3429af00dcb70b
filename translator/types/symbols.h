/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text symbols of one image, as lines "T name\n" (the kit's `symbols` file, or made from a module's .symtab). Serves
 * target_functions().
 */
#ifndef STP_TYPES_SYMBOLS_H
#define STP_TYPES_SYMBOLS_H

#include "base/arena.h"
#include "types/target.h"

struct symbols {
	char *text; /* malloc'ed, NUL-terminated */
	size_t len;
	unsigned walks;		 /* searches for wildcards so far */
	unsigned searches;	 /* for plain names, so far */
	struct symbol_list *all; /* after some of either: what * finds, sorted; NULL before */
	struct map *classes;	 /* of trace events, once they are asked for */
};

/* what is no function of the source (made.c): its kind, by how NAME begins; and whether wildcards of a pattern of kind WANTED leave it out */
struct made;
const struct made *symbols_made(const char *name);
bool symbols_hide(struct symbols *s, struct arena *a, const char *name, const struct made *wanted);

/* as target_functions(); names are put into the arena */
void symbols_match(struct symbols *s, struct arena *a, const char *pattern,
		   bool (*fn)(void *cookie, const struct target_symbol *sym), void *cookie);

#endif
