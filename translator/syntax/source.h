/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source is one piece of script text (user file, -e text, tapset file, synthesised code); a span is a range of bytes in one.
 * A token remembers its span and, if macros or $1 put it there, the chain of places that did. Line and column are computed on print.
 */
#ifndef STP_SYNTAX_SOURCE_H
#define STP_SYNTAX_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum source_kind { SOURCE_USER, SOURCE_TAPSET, SOURCE_SYNTH };

struct source {
	const char *name; /* as shown: path, "<input>", "<input1>" */
	const char *text; /* up to the first NUL; len bytes */
	size_t len;
	enum source_kind kind;
	bool privileged; /* embedded C and guru constructs are allowed here (tapset, or -g) */
	/* source_pos()'s own: the start of the line that it found last, so that walking through a file's messages is linear */
	size_t near_off;
	unsigned near_line; /* 0: none yet */
	bool builtin_dir; /* in the tapset directory of this installation: --compatible does not apply */
};

struct span {
	const struct source *src;
	uint32_t off, len;
};

struct source_pos {
	unsigned line, col; /* from 1; a tab is one column */
	const char *line_text;
	size_t line_len;
};

void source_pos(const struct source *s, size_t off, struct source_pos *ret);

/* what a message shows of a line: all of it, or if that is very long, what stands around the bytes [before, before + len) */
struct source_excerpt {
	const char *text;
	size_t len;
	size_t cut;		 /* bytes of the line before text */
	size_t before, mark_len; /* the bytes to be marked, in text */
	bool more;		 /* the line goes on behind it */
};

void source_excerpt(const struct source_pos *pos, size_t len, struct source_excerpt *ret);

enum token_class { TOK_IDENT, TOK_KEYWORD, TOK_OP, TOK_STRING, TOK_NUMBER, TOK_EMBEDDED, TOK_JUNK, TOK_EOF };

enum origin_kind { ORIGIN_MACRO, ORIGIN_ARGUMENT, ORIGIN_SYNTH };

struct origin {
	enum origin_kind kind;
	const struct token *site; /* where it was invoked */
	const char *what;	  /* macro name "@x", "$1", or the synthesised text */
};

struct token {
	enum token_class cls;
	bool adjacent;	/* nothing stands between the previous token and this one: glues the wildcards of probe points */
	bool commented;	/* a comment stands between them */
	uint16_t error; /* enum diag_tag: TOK_JUNK: what is wrong, 0 = a stray byte; TOK_EMBEDDED: a warning, 0 = none */
	const char *text; /* interned. Strings: without quotes, still C-escaped (reference/language.md 1). Embedded: text between %{ %} */
	struct span span;
	const struct origin *origin; /* NULL for plain text */
};

const char *token_class_name(enum token_class cls); /* "identifier", … as in diagnostics */
/* where the user wrote it: the outermost macro invocation or $N, or the token itself */
const struct token *token_outermost(const struct token *t);

struct arena;
/* the byte of a string token's text (C-escaped) at `off`, as a token with the same text: where a caret belongs. T itself if that is not known */
const struct token *token_byte(struct arena *a, const struct token *t, size_t off);

#endif
