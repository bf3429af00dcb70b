/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lexer: one source's bytes → tokens, with $N and friends replaced by the script's arguments (reference/language.md 1, 2).
 * It reports nothing: what is wrong comes out as a TOK_JUNK token that says so, because text in a false %( … %) must stay silent.
 */
#ifndef STP_SYNTAX_LEX_H
#define STP_SYNTAX_LEX_H

#include "base/buf.h"
#include "syntax/parse.h"

struct lexer {
	const struct parse_env *env;
	const struct source *src;
	size_t off; /* next byte of src */
	/* text of an argument that is being read in place of its $N; NULL: none */
	const char *ins;
	size_t ins_left;
	const struct token *ins_site; /* the $N */
	const struct origin *ins_origin;
	struct buf tmp; /* text of the token being read */
	bool private_is_keyword, hex_escapes;
	bool commented; /* a comment was skipped since this was last cleared */
};

void lex_init(struct lexer *lx, const struct parse_env *env, const struct source *src);
void lex_fini(struct lexer *lx);
const struct token *lex_next(struct lexer *lx); /* never NULL; TOK_EOF again and again at the end */

/* --compatible=V: true if the language is at least `version`; always true in the tapset of this installation */
bool lex_compat(const struct lexer *lx, const char *version);

/* shared by lex.c and args.c */
int lex_peek(const struct lexer *lx, size_t k); /* k bytes ahead, -1 = end */
int lex_get(struct lexer *lx);
struct token *lex_token(struct lexer *lx, enum token_class cls, size_t start, const char *text, size_t len);
struct token *lex_junk(struct lexer *lx, size_t start, unsigned tag);
/* at a '$' or '@' that begins $N @N $# @#: NULL if it does not, or if text was inserted and lexing goes on there (*ret_again) */
struct token *lex_argument(struct lexer *lx, bool *ret_again);

#endif
