// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The structured emitter. in: lines of C without indentation. out: text in kernel style (tabs, 132 columns, labels at the margin).
 * Invariant: depth counts the blocks that are open; whoever opens one closes it (checked at print).
 */
#include "codegen/emit.h"

#include "base/error.h"

#include <string.h>

static void add(struct emit *e, unsigned depth, const char *text)
{
	vec_push(e->arena, &e->lines, ((struct line){ depth, text }));
}

void emit(struct emit *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(e, e->depth, arena_vprintf(e->arena, fmt, ap));
	va_end(ap);
}

void emit_open(struct emit *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(e, e->depth, arena_printf(e->arena, "%s {", arena_vprintf(e->arena, fmt, ap)));
	va_end(ap);
	e->depth++;
}

void emit_else(struct emit *e)
{
	BUG_IF(e->depth == 0, "else outside of a block");
	add(e, e->depth - 1, "} else {");
}

void emit_close(struct emit *e)
{
	BUG_IF(e->depth == 0, "a block too many is closed");
	e->depth--;
	add(e, e->depth, "}");
}

void emit_label(struct emit *e, const char *name)
{
	add(e, 0, arena_printf(e->arena, "%s:", name));
}

void emit_label_end(struct emit *e, const char *name)
{
	add(e, 0, arena_printf(e->arena, "%s:;", name));
}

void emit_comment(struct emit *e, const char *text)
{
	struct buf b = BUF_INIT;

	for (const char *p = text; *p; p++) {
		buf_putc(&b, *p);
		if ((p[0] == '*' && p[1] == '/') || (p[0] == '/' && p[1] == '*'))
			buf_putc(&b, ' ');
	}
	emit(e, "/* %s */", b.data);
	buf_fini(&b);
}

size_t emit_mark(const struct emit *e)
{
	return e->lines.n;
}

void emit_truncate(struct emit *e, size_t mark, unsigned depth)
{
	e->lines.n = mark;
	e->depth = depth;
}

/* ---- printing ------------------------------------------------------------------------------------------------------ */

static unsigned advance(unsigned col, char c)
{
	return c == '\t' ? col / 8 * 8 + 8 : col + 1;
}

/* where a line that begins at column START may be broken: after the last comma that fits, outside of literals. 0: nowhere */
struct cut {
	size_t at;	 /* bytes of this line */
	unsigned indent; /* column where the next one begins */
};

static const char *skip_literal(const char *p)
{
	char quote = *p++;

	while (*p && *p != quote)
		p += *p == '\\' && p[1] ? 2 : 1;
	return p;
}

static struct cut find_cut(const char *text, unsigned start, unsigned outer)
{
	unsigned col = start, opens[32], n = 0;
	struct cut best = { 0, 0 };

	for (const char *p = text; *p; p++) {
		const char *from = p;

		if (*p == '"' || *p == '\'')
			p = skip_literal(p);
		col = advance(col + (unsigned)(p - from), *p);
		if (!*p || (col > EMIT_WIDTH && best.at))
			break;
		if ((*p == '(' || *p == '{') && n < 32)
			opens[n++] = col + (p[0] == '{' && p[1] == ' '); /* behind the blank */
		else if ((*p == ')' || *p == '}') && n > 0)
			n--;
		else if (*p == ',' && p[1] == ' ')
			best = (struct cut){ (size_t)(p + 1 - text), n ? opens[n - 1] : outer };
	}
	return best;
}

static void put_indent(struct buf *out, unsigned col)
{
	for (; col >= 8; col -= 8)
		buf_putc(out, '\t');
	for (; col > 0; col--)
		buf_putc(out, ' ');
}

void emit_print_line(struct buf *out, unsigned depth, const char *text)
{
	enum { DEEPEST = 12 }; /* deeper ones begin there too: else a thousand nested blocks of a line each were a million tabs */
	unsigned start = (depth < DEEPEST ? depth : DEEPEST) * 8, outer = start + 8;

	if (*text)
		put_indent(out, start);
	while (start + strlen(text) > EMIT_WIDTH && strncmp(text, "/*", 2) != 0) {
		struct cut cut = find_cut(text, start, outer);

		if (!cut.at || !text[cut.at])
			break;
		buf_add(out, text, cut.at);
		buf_putc(out, '\n');
		put_indent(out, cut.indent);
		text += cut.at + strspn(text + cut.at, " ");
		/* the parentheses that are open stay open: further lines align with the same column */
		outer = start = cut.indent;
	}
	buf_puts(out, text);
	buf_putc(out, '\n');
}

void emit_print(const struct emit *e, struct buf *out)
{
	BUG_IF(e->depth != 1, "%u blocks are open at the end of a function", e->depth);
	for vec_each (i, &e->lines)
		emit_print_line(out, e->lines.v[i].depth, e->lines.v[i].text);
}
