/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The script's arguments in its text: $N inserts the raw text, which is lexed in place; @N is a string literal; $# and @# are their
 * number. Inserted text may not name arguments itself. A user script's use of an argument is noted for the "unused" warning; a
 * tapset's is not.
 */
#include "syntax/lex.h"
#include "base/arena.h"

#include <stdio.h>
#include <string.h>

/* an argument as the text of a string token: C-escaped, quotes plain (see source.h) */
static void escape_argument(struct buf *out, const char *arg)
{
	for (; *arg; arg++) {
		unsigned char c = (unsigned char)*arg;

		if (c == '\\')
			buf_puts(out, "\\\\");
		else if (c < ' ' || c >= 0x7f)
			buf_printf(out, "\\%03o", c);
		else
			buf_putc(out, (char)c);
	}
}

static struct token *lex_count(struct lexer *lx, bool quoted, size_t start)
{
	char number[32];

	lex_get(lx);
	lex_get(lx);
	snprintf(number, sizeof(number), "%zu", lx->env->nargs);
	return lex_token(lx, quoted ? TOK_STRING : TOK_NUMBER, start, number, strlen(number));
}

/* digits behind the sign; the value saturates: no command line is that long */
static size_t lex_index(struct lexer *lx)
{
	size_t n = 0;
	int c;

	lex_get(lx);
	while ((c = lex_peek(lx, 0)) >= '0' && c <= '9') {
		lex_get(lx);
		if (n < 100000000)
			n = n * 10 + (size_t)(c - '0');
	}
	return n;
}

static void insert_argument(struct lexer *lx, size_t start, const char *arg)
{
	struct token *site = lex_token(lx, TOK_IDENT, start, lx->src->text + start, lx->off - start);
	struct origin *o = arena_make(lx->env->arena, struct origin);

	o->kind = ORIGIN_ARGUMENT;
	o->site = site;
	o->what = site->text;
	lx->ins = arg;
	lx->ins_left = strlen(arg);
	lx->ins_site = site;
	lx->ins_origin = o;
}

struct token *lex_argument(struct lexer *lx, bool *ret_again)
{
	int sign = lex_peek(lx, 0), c = lex_peek(lx, 1);
	size_t start = lx->off, n;

	*ret_again = false;
	if ((sign != '$' && sign != '@') || (c != '#' && (c < '0' || c > '9')))
		return NULL;
	if (lx->ins_left) {
		lex_get(lx);
		lex_get(lx);
		return lex_junk(lx, start, E_ARG_NESTED);
	}
	if (c == '#')
		return lex_count(lx, sign == '@', start);
	n = lex_index(lx);
	if (n < 1 || n > lx->env->nargs)
		return lex_junk(lx, start, E_ARG_RANGE);
	if (lx->env->args_used && lx->src->kind == SOURCE_USER)
		lx->env->args_used[n - 1] = true;
	if (sign == '$') {
		insert_argument(lx, start, lx->env->args[n - 1]);
		*ret_again = true;
		return NULL;
	}
	buf_reset(&lx->tmp);
	escape_argument(&lx->tmp, lx->env->args[n - 1]);
	return lex_token(lx, TOK_STRING, start, lx->tmp.data, lx->tmp.len);
}
