/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes → tokens. In: a source (read up to its first NUL) and the script's arguments. Out: tokens whose text is interned, whose
 * span is the place in the source; tokens out of an argument have the place of its $N. A token may begin in an inserted argument
 * and end in the source behind it ($1abc), never the other way round.
 */
#define _GNU_SOURCE 1 /* strverscmp */
#include "syntax/lex.h"
#include "base/arena.h"
#include "base/intern.h"
#include "base/text.h"

#include <string.h>

/* isalpha() and friends in the C locale, whatever the caller's */
static bool is_alpha(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool is_space(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_word(int c)
{
	return is_alpha(c) || is_digit(c) || c == '_' || c == '$';
}

static bool is_punct(int c)
{
	return c > ' ' && c < 0x7f && !is_alpha(c) && !is_digit(c);
}

bool lex_compat(const struct lexer *lx, const char *version)
{
	return lx->src->builtin_dir || strverscmp(lx->env->facts->compat, version) >= 0;
}

void lex_init(struct lexer *lx, const struct parse_env *env, const struct source *src)
{
	memset(lx, 0, sizeof(*lx));
	lx->env = env;
	lx->src = src;
	if (src->len >= 3 && !memcmp(src->text, "\xef\xbb\xbf", 3))
		lx->off = 3; /* a byte order mark, as some editors write it */
	buf_init(&lx->tmp);
	lx->private_is_keyword = lex_compat(lx, "3.0");
	lx->hex_escapes = lex_compat(lx, "2.3");
}

void lex_fini(struct lexer *lx)
{
	buf_fini(&lx->tmp);
}

int lex_peek(const struct lexer *lx, size_t k)
{
	if (k < lx->ins_left)
		return (unsigned char)lx->ins[k];
	k += lx->off - lx->ins_left;
	if (k >= lx->src->len || !lx->src->text[k])
		return -1;
	return (unsigned char)lx->src->text[k];
}

int lex_get(struct lexer *lx)
{
	int c = lex_peek(lx, 0);

	if (c < 0)
		return c;
	if (lx->ins_left) {
		lx->ins++;
		lx->ins_left--;
	} else {
		lx->off++;
	}
	return c;
}

/* start: lx->off where the token began; meaningless if it began in an argument, which ins_site tells then */
struct token *lex_token(struct lexer *lx, enum token_class cls, size_t start, const char *text, size_t len)
{
	struct token *t = arena_make(lx->env->arena, struct token);

	t->cls = cls;
	t->text = intern_strn(lx->env->names, text, len);
	if (lx->ins_site) {
		t->span = lx->ins_site->span;
		t->origin = lx->ins_origin;
	} else {
		t->span = (struct span){ lx->src, (uint32_t)start, (uint32_t)(lx->off - start) };
	}
	return t;
}

struct token *lex_junk(struct lexer *lx, size_t start, unsigned tag)
{
	struct token *t = lex_token(lx, TOK_JUNK, start, "", 0);

	t->error = (uint16_t)tag;
	return t;
}

static bool is_keyword(const struct lexer *lx, const char *s, size_t n)
{
	static const char *const words[] = {
		"probe",  "global", "private", "function", "if",       "else", "for",	 "foreach", "in",  "limit",
		"return", "delete", "while",   "break",	   "continue", "next", "string", "long",    "try", "catch",
	};

	if (n < 2 || n > 8)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (words[i][0] == s[0] && strlen(words[i]) == n && !memcmp(words[i], s, n))
			return s[0] != 'p' || s[2] != 'i' || lx->private_is_keyword;
	return false;
}

static void skip_line(struct lexer *lx)
{
	int c;

	do
		c = lex_get(lx);
	while (c >= 0 && c != '\n');
}

static void skip_block_comment(struct lexer *lx)
{
	int c = lex_get(lx);

	lex_get(lx); /* the '*' */
	while ((c = lex_get(lx)) >= 0) {
		if (c == '*' && lex_peek(lx, 0) == '/') {
			lex_get(lx);
			return;
		}
	}
}

/* white space and comments; true if there were any */
static bool skip_blank(struct lexer *lx)
{
	bool any = false;

	for (;; any = true) {
		int c = lex_peek(lx, 0);

		if (is_space(c)) {
			lex_get(lx);
			continue;
		}
		if (c == '#' || (c == '/' && lex_peek(lx, 1) == '/'))
			skip_line(lx);
		else if (c == '/' && lex_peek(lx, 1) == '*')
			skip_block_comment(lx);
		else
			return any;
		lx->commented = true;
	}
}

/* identifiers, keywords, and '@' words, which are operators */
static struct token *lex_word(struct lexer *lx)
{
	enum token_class cls = lex_peek(lx, 0) == '@' ? TOK_OP : TOK_IDENT;
	size_t start = lx->off;

	do
		buf_putc(&lx->tmp, (char)lex_get(lx));
	while (is_word(lex_peek(lx, 0)));
	if (cls == TOK_IDENT && is_keyword(lx, lx->tmp.data, lx->tmp.len))
		cls = TOK_KEYWORD;
	return lex_token(lx, cls, start, lx->tmp.data, lx->tmp.len);
}

static struct token *lex_number(struct lexer *lx)
{
	size_t start = lx->off;

	while (is_digit(lex_peek(lx, 0)) || is_alpha(lex_peek(lx, 0)))
		buf_putc(&lx->tmp, (char)lex_get(lx));
	return lex_token(lx, TOK_NUMBER, start, lx->tmp.data, lx->tmp.len);
}

/* behind a backslash: both characters stay for C escapes, otherwise the second one alone */
static void lex_escape(struct lexer *lx)
{
	int c = lex_peek(lx, 0);

	if (c < 0 || c == '\n')
		return; /* the caller finds the string unfinished */
	lex_get(lx);
	if (strchr("abtnvfr\\01234567", c) || (c == 'x' && lx->hex_escapes))
		buf_putc(&lx->tmp, '\\');
	buf_putc(&lx->tmp, (char)c);
}

static struct token *lex_string(struct lexer *lx)
{
	size_t start = lx->off;

	lex_get(lx);
	for (;;) {
		int c = lex_get(lx);

		if (c < 0 || c == '\n') {
			if (!lx->ins_site)
				lx->off = c < 0 ? lx->off : lx->off - 1;
			return lex_junk(lx, start, E_STRING_OPEN);
		}
		if (c == '"')
			return lex_token(lx, TOK_STRING, start, lx->tmp.data, lx->tmp.len);
		if (c == '\\')
			lex_escape(lx);
		else
			buf_putc(&lx->tmp, (char)c);
	}
}

/* %{ … %}: the text between. An inner }% is remembered for the warning about a mistyped %} */
static struct token *lex_embedded(struct lexer *lx)
{
	size_t start = lx->off;
	struct token *t;
	bool typo = false;
	int c;

	lex_get(lx);
	lex_get(lx);
	while ((c = lex_get(lx)) >= 0) {
		if (c == '%' && lex_peek(lx, 0) == '}') {
			lex_get(lx);
			t = lex_token(lx, TOK_EMBEDDED, start, lx->tmp.data, lx->tmp.len);
			t->error = typo ? W_EMBEDDED_CLOSE : 0;
			return t;
		}
		typo |= c == '}' && lex_peek(lx, 0) == '%' && lex_peek(lx, 1) != '}';
		buf_putc(&lx->tmp, (char)c);
	}
	t = lex_junk(lx, start, E_EMBEDDED_OPEN);
	if (t->span.len > 2)
		t->span.len = 2; /* the %{ */
	return t;
}

static struct token *lex_operator(struct lexer *lx)
{
	static const char ops3[][4] = { "<<<", ">>>", "<<=", ">>=" };
	static const char ops2[][3] = { "==", "!=", "<=", ">=", "=~", "!~", "+=", "-=", "*=", "/=", "%=", "&=", "^=",
					"|=", ".=", "&&", "||", "++", "--", "->", "<<", ">>", "%(", "%?", "%:", "%)" };
	char s[4] = { (char)lex_peek(lx, 0), 0, 0, 0 };
	size_t start = lx->off, n = 1;
	int c1 = lex_peek(lx, 1), c2 = lex_peek(lx, 2);

	s[1] = c1 < 0 ? '\0' : (char)c1;
	s[2] = c2 < 0 ? '\0' : (char)c2;
	for (size_t i = 0; i < sizeof(ops2) / sizeof(*ops2) && n < 2; i++)
		if (!memcmp(ops2[i], s, 2))
			n = 2;
	for (size_t i = 0; i < sizeof(ops3) / sizeof(*ops3) && n < 3; i++)
		if (!memcmp(ops3[i], s, 3))
			n = 3;
	for (size_t i = 0; i < n; i++)
		lex_get(lx);
	return lex_token(lx, TOK_OP, start, s, n);
}

/* a byte, or a character of several, that begins nothing */
static struct token *lex_stray(struct lexer *lx)
{
	size_t start = lx->off, n = text_utf8(lx->src->text + start, lx->src->len - start);

	if (n < 2)
		buf_printf(&lx->tmp, "\\x%02x", (unsigned)lex_get(lx));
	for (size_t i = 0; n > 1 && i < n; i++)
		buf_putc(&lx->tmp, (char)lex_get(lx));
	return lex_token(lx, TOK_JUNK, start, lx->tmp.data, lx->tmp.len);
}

static struct token *lex_one(struct lexer *lx)
{
	int c = lex_peek(lx, 0);

	buf_reset(&lx->tmp);
	if (c < 0)
		return lex_token(lx, TOK_EOF, lx->off, "", 0);
	if (is_alpha(c) || c == '_' || c == '$' || c == '@')
		return lex_word(lx);
	if (is_digit(c))
		return lex_number(lx);
	if (c == '"')
		return lex_string(lx);
	if (c == '%' && lex_peek(lx, 1) == '{')
		return lex_embedded(lx);
	return is_punct(c) ? lex_operator(lx) : lex_stray(lx);
}

const struct token *lex_next(struct lexer *lx)
{
	bool apart = false, again = false;
	struct token *t;

	lx->commented = false;
	do {
		if (!lx->ins_left)
			lx->ins_site = NULL;
		apart |= skip_blank(lx);
		if (!lx->ins_left)
			lx->ins_site = NULL;
		t = lex_argument(lx, &again);
	} while (again);
	if (!t)
		t = lex_one(lx);
	t->adjacent = !apart;
	t->commented = lx->commented;
	return t;
}
