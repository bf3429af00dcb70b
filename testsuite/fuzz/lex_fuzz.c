/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzing the lexer alone, built and run by testsuite/fuzz.t. The first byte chooses options; text behind a byte \x01 is an
 * argument. Besides not crashing: tokens come in the order of the source, each inside it and none empty; a literal's escapes decode
 * to no more bytes than they were written with. link: syntax, runs: 8000
 */
#include "base/buf.h"
#include "base/error.h"
#include "base/intern.h"
#include "syntax/ast_tools.h"
#include "syntax/lex.h"
#include "syntax/parse.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_place(const struct source *src, const struct token *t, const struct token *last)
{
	struct source_pos pos;

	BUG_IF(t->span.src != src || t->span.off > src->len || t->span.len > src->len - t->span.off,
	       "a place outside of its source");
	BUG_IF(t->span.len == 0 && t->cls != TOK_EOF, "an empty %s", token_class_name(t->cls));
	/* those of one argument share the place of its $N */
	BUG_IF(last && !(last->origin && t->span.off == last->span.off) && t->span.off < last->span.off + last->span.len,
	       "a step backwards");
	source_pos(src, t->span.off, &pos);
	BUG_IF(pos.col < 1 || pos.col > pos.line_len + 1, "column %u of %zu", pos.col, pos.line_len);
}

static void check_text(const struct token *t)
{
	struct buf text = BUF_INIT;

	if (t->cls == TOK_STRING) {
		literal_decode(&text, t->text);
		BUG_IF(text.len > strlen(t->text), "decoded %zu bytes of %zu", text.len, strlen(t->text));
	}
	buf_fini(&text);
}

static void lex(struct arena *a, unsigned opts, const char *text, char *const *args, size_t nargs)
{
	struct pp_facts facts = { .compat = opts & 1 ? "2.2" : "5.6" };
	struct source src = { .name = "fuzz.stp", .text = text, .len = strlen(text) };
	bool used[8] = { false };
	struct parse_env env = {
		.arena = a, .names = intern_make(a), .facts = &facts, .args = args, .nargs = nargs, .args_used = used
	};
	const struct token *t = NULL, *last;
	struct lexer lx;

	lex_init(&lx, &env, &src);
	do {
		last = t;
		t = lex_next(&lx);
		check_place(&src, t, last);
		check_text(t);
	} while (t->cls != TOK_EOF);
	lex_fini(&lx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text, *args[8], *at;
	struct arena *a;
	size_t nargs = 0;

	if (!size)
		return 0;
	a = arena_new();
	text = arena_strndup(a, (const char *)data + 1, size - 1);
	for (at = strchr(text, 1); at && nargs < 8; at = strchr(at, 1)) {
		*at++ = '\0';
		args[nargs++] = at;
	}
	lex(a, data[0], text, args, nargs);
	arena_free(a);
	return 0;
}
