/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of the runtime's objects a script needs: an index of what each part defines and wants, and the closure over it. */
#ifndef STP_KIT_PARTS_H
#define STP_KIT_PARTS_H

#include "base/arena.h"
#include "base/map.h"
#include "kit/elf_file.h"

struct part {
	const char *name; /* parts/NAME.o */
	struct map defines, wants;
	bool linked;
};

struct parts {
	struct arena *arena;
	struct part *v;
	size_t n, cap;
	struct map definer; /* symbol → struct part */
};

/* kit build: appends the rows of an object to the text of the index */
void parts_index_object(struct buf *index, const char *name, const struct elf_file *f);
void parts_load(struct arena *a, const char *index, struct parts *ret);

struct closure {
	struct map defined;   /* by the script's objects and everything linked */
	struct map imports;   /* symbol → who wants it (text) */
};
/* adds an object that is linked anyway */
void closure_add_object(struct arena *a, struct closure *c, const char *name, const struct elf_file *f);
/* marks the parts that are needed; what no part defines ends in c->imports */
void closure_resolve(struct parts *p, struct closure *c);

#endif
