/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of C under construction, each with its depth: blocks are opened and closed, never indented by hand. Lines can be taken back
 * or wrapped into a block afterwards, so that `a && b` becomes an if only when evaluating b takes statements.
 */
#ifndef STP_CODEGEN_EMIT_H
#define STP_CODEGEN_EMIT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

#define EMIT_WIDTH 132

struct line {
	unsigned depth;
	const char *text;
};

struct emit {
	struct arena *arena; /* of the texts */
	VEC(struct line) lines;
	unsigned depth;
};

void emit(struct emit *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void emit_open(struct emit *e, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* "if (x)": " {" is added */
void emit_else(struct emit *e);
void emit_close(struct emit *e);
void emit_label(struct emit *e, const char *name);
void emit_label_end(struct emit *e, const char *name); /* before the end of a block */
/* one comment line; comment marks inside the text are defused */
void emit_comment(struct emit *e, const char *text);

/* the lines since MARK (a former emit_mark) are dropped */
size_t emit_mark(const struct emit *e);
void emit_truncate(struct emit *e, size_t mark, unsigned depth);

void emit_print(const struct emit *e, struct buf *out);
/* one line of C at this depth; broken at commas when it is too long */
void emit_print_line(struct buf *out, unsigned depth, const char *text);

#endif
