/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Format strings: "%" [flag] [width | "*"] ["." (prec | "*")] ["l"] conv, exactly zero or one flag. In: the C-escaped text of a
 * literal. Out: pieces in e->print.pieces, literal text between the conversions still escaped. "%%" is literal text.
 */
#include "syntax/parser.h"
#include "base/buf.h"

#include <string.h>

#define MAX_FIELD 1000000 /* far beyond any output buffer, to which the runtime clamps */

struct format {
	struct parser *p;
	const struct token *tok;
	const char *text, *at;
	struct expr *e;
	struct buf literal;
	size_t literal_off;
};

static void flush_literal(struct format *f)
{
	struct fmt_piece piece = { .conv = FMT_LITERAL, .off = f->literal_off };

	if (!f->literal.len)
		return;
	piece.literal = intern(f->p, f->literal.data);
	vec_push(f->p->arena, &f->e->print.pieces, piece);
	buf_reset(&f->literal);
}

static bool find_conv(char c, enum fmt_conv *ret)
{
	static const char letters[] = "diuoxXpcsbmM";
	static const enum fmt_conv convs[] = {
		FMT_D, FMT_D, FMT_U, FMT_O, FMT_X, FMT_XX, FMT_P, FMT_C, FMT_S, FMT_B, FMT_M, FMT_MM
	};
	const char *at = c ? strchr(letters, c) : NULL;

	if (at)
		*ret = convs[at - letters];
	return at != NULL;
}

/* "*", digits or nothing */
static enum fmt_arg parse_field(struct format *f, unsigned *ret)
{
	enum fmt_arg kind = FMT_NONE;

	if (*f->at == '*') {
		f->at++;
		return FMT_DYNAMIC;
	}
	for (*ret = 0; *f->at >= '0' && *f->at <= '9'; f->at++) {
		kind = FMT_STATIC;
		if (*ret < MAX_FIELD)
			*ret = *ret * 10 + (unsigned)(*f->at - '0');
	}
	return kind;
}

/* behind a "%" that is not followed by another one */
static void parse_conversion(struct format *f)
{
	struct fmt_piece piece = { .off = (size_t)(f->at - f->text) - 1 };

	if (*f->at && strchr("0+- #", *f->at))
		piece.flag = *f->at++;
	piece.width_kind = parse_field(f, &piece.width);
	if (*f->at == '.') {
		f->at++;
		piece.prec_kind = parse_field(f, &piece.prec);
		if (piece.prec_kind == FMT_NONE)
			piece.prec_kind = FMT_STATIC; /* "%.s" is "%.0s" */
	}
	if (*f->at == 'l')
		f->at++;
	if (!*f->at) {
		fail_at(f->p, E_FORMAT_INCOMPLETE, f->tok);
	} else if (!find_conv(*f->at, &piece.conv)) {
		fail_at(f->p, E_FORMAT_CONVERSION, f->tok);
	} else {
		f->at++;
		if (piece.conv == FMT_P && !lex_compat(&f->p->pp.lx, "1.3"))
			piece.conv = FMT_P_OLD;
		vec_push(f->p->arena, &f->e->print.pieces, piece);
	}
}

void parse_format(struct parser *p, const struct token *t, struct expr *e)
{
	struct format f = { .p = p, .tok = t, .text = t->text, .at = t->text, .e = e };

	buf_init(&f.literal);
	while (*f.at && !p->panic) {
		char c = *f.at++;

		if (c == '%' && *f.at != '%') {
			flush_literal(&f);
			parse_conversion(&f);
			continue;
		}
		if (!f.literal.len)
			f.literal_off = (size_t)(f.at - f.text) - 1;
		buf_putc(&f.literal, c);
		f.at += c == '%';
	}
	flush_literal(&f);
	buf_fini(&f.literal);
}
