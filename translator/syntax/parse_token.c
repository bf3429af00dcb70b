/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all rules share: the lookahead token, expectations, complaints, the depth limit. See parser.h for how errors work. */
#include "syntax/parser.h"
#include "base/intern.h"

#include <string.h>

const struct token *peek(struct parser *p)
{
	if (p->panic)
		return p->eof;
	if (!p->ahead)
		p->ahead = pp_next(&p->pp);
	if (p->ahead->cls == TOK_JUNK && p->ahead->error == PP_REPORTED) {
		p->ahead = NULL;
		p->panic = true;
		return p->eof;
	}
	return p->ahead;
}

const struct token *next(struct parser *p)
{
	const struct token *t = peek(p);

	if (!p->panic && t->cls != TOK_EOF)
		p->ahead = NULL;
	return t;
}

bool peek_op(struct parser *p, const char *op)
{
	return tok_is_op(peek(p), op);
}

bool peek_kw(struct parser *p, const char *word)
{
	const struct token *t = peek(p);

	return t->cls == TOK_KEYWORD && !strcmp(t->text, word);
}

bool begins_declaration(const struct token *t)
{
	if (t->cls == TOK_KEYWORD)
		return !strcmp(t->text, "probe") || !strcmp(t->text, "global") || !strcmp(t->text, "private") ||
		       !strcmp(t->text, "function");
	return t->cls == TOK_EMBEDDED;
}

const struct token *accept_op(struct parser *p, const char *op)
{
	return peek_op(p, op) ? next(p) : NULL;
}

const struct token *accept_kw(struct parser *p, const char *word)
{
	return peek_kw(p, word) ? next(p) : NULL;
}

/* what text processors and web pages make of plain characters */
static const char *plain_character(const char *junk)
{
	static const struct { const char *junk, *plain; } of[] = {
		{ "\u201c", "double quote" }, { "\u201d", "double quote" }, { "\u201e", "double quote" }, { "\u00ab", "double quote" },
		{ "\u00bb", "double quote" }, { "\u2018", "double quote" }, { "\u2019", "double quote" }, { "\u00b4", "double quote" },
		{ "\u2010", "minus sign" },   { "\u2011", "minus sign" },   { "\u2013", "minus sign" },   { "\u2014", "minus sign" },
		{ "\u2212", "minus sign" },   { "\u00d7", "asterisk" },     { "\u00a0", "blank" },	   { "\u202f", "blank" },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (!strcmp(of[i].junk, junk))
			return of[i].plain;
	return NULL;
}

static struct diag_record *report(struct parser *p, enum diag_tag tag, const struct token *tok, bool at_fault, va_list ap)
{
	struct diag_record *rec = diag_v(p->diag, tag, tok, ap);
	const char *plain = tok->cls == TOK_JUNK ? plain_character(tok->text) : NULL;

	rec->at_fault = at_fault;
	if (plain)
		diag_note(p->diag, rec, N_LOOKALIKE, NULL, tok->text, plain);
	p->pp.errors++;
	return rec;
}

/* an error that ends the rule; NULL if another one has ended it before */
static struct diag_record *fail(struct parser *p, enum diag_tag tag, const struct token *tok, bool at_fault, va_list ap)
{
	struct diag_record *rec = p->panic ? NULL : report(p, tag, tok, at_fault, ap);

	p->panic = true;
	return rec;
}

void fail_saw(struct parser *p, enum diag_tag tag, const struct token *tok, ...)
{
	va_list ap;

	va_start(ap, tok);
	fail(p, tag, tok, false, ap);
	va_end(ap);
}

void fail_at(struct parser *p, enum diag_tag tag, const struct token *tok, ...)
{
	va_list ap;

	va_start(ap, tok);
	fail(p, tag, tok, true, ap);
	va_end(ap);
}

void complain(struct parser *p, enum diag_tag tag, const struct token *tok, ...)
{
	va_list ap;

	if (p->panic)
		return;
	va_start(ap, tok);
	report(p, tag, tok, false, ap);
	va_end(ap);
}

/* as fail_saw(), and gives the record for a note */
static struct diag_record *fail_noted(struct parser *p, enum diag_tag tag, const struct token *tok, ...)
{
	struct diag_record *rec;
	va_list ap;

	va_start(ap, tok);
	rec = fail(p, tag, tok, false, ap);
	va_end(ap);
	return rec;
}

void expected(struct parser *p, const char *what)
{
	fail_saw(p, E_EXPECTED, peek(p), what);
}

/* nothing but blanks before it */
static bool is_first_on_line(const struct token *t)
{
	struct source_pos pos;

	source_pos(t->span.src, t->span.off, &pos);
	return strspn(pos.line_text, " \t") >= pos.col - 1;
}

void expected_in_block(struct parser *p, const char *what)
{
	const struct token *saw = peek(p);
	struct diag_record *rec = fail_noted(p, E_EXPECTED, saw, what);
	struct source_pos pos;

	if (!rec || !p->block)
		return;
	if (saw->cls == TOK_KEYWORD && begins_declaration(saw) && !is_first_on_line(saw)) {
		diag_note(p->diag, rec, N_DECLARES_INSIDE, NULL, saw->text);
		return;
	}
	source_pos(p->block->span.src, p->block->span.off, &pos);
	diag_note(p->diag, rec, N_BLOCK_OPEN, NULL, p->block->span.src->name, pos.line, pos.col);
}

void expected_call(struct parser *p)
{
	bool declares = peek(p)->cls == TOK_IDENT;
	struct diag_record *rec = fail_noted(p, E_EXPECTED, peek(p), "'('");

	if (rec && declares)
		diag_note(p->diag, rec, N_NOT_DECLARED, NULL);
}

void expect_op(struct parser *p, const char *op)
{
	char what[8] = "'";

	if (accept_op(p, op))
		return;
	strcat(strcat(what, op), "'");
	expected(p, what);
}

void expect_kw(struct parser *p, const char *word)
{
	char what[24] = "'";

	if (accept_kw(p, word))
		return;
	strcat(strcat(what, word), "'");
	expected(p, what);
}

const struct token *expect_ident(struct parser *p)
{
	if (peek(p)->cls == TOK_IDENT)
		return next(p);
	expected(p, "identifier");
	return NULL;
}

bool enter(struct parser *p)
{
	if (++p->depth <= MAX_NEST)
		return true;
	fail_at(p, E_NESTING, peek(p), MAX_NEST);
	return false;
}

void leave(struct parser *p)
{
	p->depth--;
}

const char *intern(struct parser *p, const char *s)
{
	return intern_str(p->env->names, s);
}
