/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Globals, functions, embedded C and its pragma comments (reference/language.md 6, 7, 17). */
#include "syntax/parser.h"
#include "base/text.h"

#include <limits.h>
#include <string.h>

/* ---- embedded C -------------------------------------------------------------------------------------------------- */

/* the next name in a comment that begins with `head` ("pragma:read:" and the like) and ends right behind the name; NULL: no more */
static const char *next_named(struct parser *p, const char **text, const char *head)
{
	const char *name, *end;

	while ((name = strstr(*text, head))) {
		name += strlen(head);
		end = name + strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$");
		*text = end;
		if (end > name && !strncmp(end, " */", 3))
			return intern(p, arena_strndup(p->arena, name, (size_t)(end - name)));
	}
	return NULL;
}

static void read_pragmas(struct parser *p, struct embedded *em)
{
	static const struct {
		const char *text;
		unsigned bit;
	} plain[] = {
		{ "/* pure */", PRAGMA_PURE },
		{ "/* stable */", PRAGMA_STABLE },
		{ "/* unprivileged */", PRAGMA_UNPRIVILEGED },
		{ "/* myproc-unprivileged */", PRAGMA_MYPROC },
		{ "/* guru */", PRAGMA_GURU },
		{ "/* unmangled */", PRAGMA_UNMANGLED },
		{ "/* unmodified-fnargs */", PRAGMA_UNMODIFIED },
		{ "/* string */", PRAGMA_STRING },
		{ "/* pragma:suffix */", PRAGMA_SUFFIX },
		{ "/* pragma:symbols */", PRAGMA_SYMBOLS },
		{ "/* pragma:unwind */", PRAGMA_UNWIND },
		{ "/* pragma:vma */", PRAGMA_VMA },
		{ "/* pragma:lines */", PRAGMA_LINES },
		{ "/* pragma:uprobes */", PRAGMA_UPROBES },
		{ "/* pragma:tagged_dfa */", PRAGMA_DFA },
		{ "/* bpf */", PRAGMA_BPF },
		{ "/* builtin */", PRAGMA_BUILTIN },
	};
	const char *c = em->tok->text, *at, *name;

	if (!strstr(c, "/*"))
		return;
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (strstr(c, plain[i].text))
			em->pragmas |= plain[i].bit;
	at = c;
	em->builtin = next_named(p, &at, "/* builtin:");
	if (em->builtin)
		em->pragmas |= PRAGMA_BUILTIN;
	for (at = c; (name = next_named(p, &at, "/* pragma:read:"));)
		vec_push(p->arena, &em->reads, name);
	for (at = c; (name = next_named(p, &at, "/* pragma:write:"));)
		vec_push(p->arena, &em->writes, name);
}

/* EMBEDDED, t read; allowed in tapset files and with -g. Refused ones are read all the same, so that parsing goes on */
struct embedded *parse_embedded(struct parser *p, const struct token *t)
{
	struct embedded *em = arena_make(p->arena, struct embedded);

	if (!p->src->privileged)
		complain(p, E_EMBEDDED_GURU, t);
	em->tok = t;
	read_pragmas(p, em);
	if (!lex_compat(&p->pp.lx, "1.8")) /* THIS->name was the only way to arguments */
		em->pragmas |= PRAGMA_UNMANGLED;
	return em;
}

/* ---- globals ----------------------------------------------------------------------------------------------------- */

static struct vardecl *make_var(struct parser *p, const struct token *t)
{
	struct vardecl *v = arena_make(p->arena, struct vardecl);

	v->name = t->text;
	v->tok = t;
	v->arity = -1;
	return v;
}

/* "[" number "]" */
static void parse_size(struct parser *p, struct vardecl *v)
{
	const struct token *t = peek(p);
	int64_t n;

	if (!parse_number(p, "number", &n))
		return;
	if (n < 1 || n > INT_MAX) {
		fail_saw(p, E_ARRAY_SIZE, t);
		return;
	}
	v->maxsize = n;
	expect_op(p, "]");
}

static void parse_init(struct parser *p, struct vardecl *v, const struct token *equals)
{
	if (v->maxsize) {
		fail_saw(p, E_GLOBAL_INIT, equals);
		return;
	}
	v->init = parse_literal(p);
	v->type = v->init->kind == EX_STRING ? VT_STRING : VT_LONG;
	v->type_declared = true;
	v->type_tok = v->arity_tok = v->init->tok;
	v->arity = 0;
}

static void check_duplicate(struct parser *p, const struct vardecl *v)
{
	const struct vardecl *old = map_get(&p->globals, v->name);

	if (old)
		complain(p, old->private_ == v->private_ ? E_GLOBAL_DUPLICATE : E_GLOBAL_PRIVATE, v->tok);
}

/* gdecl := IDENT ["%"] [ "[" number "]" ] [ "=" literal ] */
static void parse_global_decl(struct parser *p, bool private_)
{
	const struct token *t = expect_ident(p), *equals;
	struct vardecl *v;

	if (!t)
		return;
	v = make_var(p, t);
	v->file = p->file;
	v->global = true;
	v->private_ = private_;
	check_duplicate(p, v);
	v->wrap = accept_op(p, "%");
	if (accept_op(p, "["))
		parse_size(p, v);
	equals = accept_op(p, "=");
	if (equals)
		parse_init(p, v, equals);
	if (p->panic)
		return;
	map_set(&p->globals, v->name, v);
	vec_push(p->arena, &p->file->globals, v);
}

static void parse_globals(struct parser *p, bool private_)
{
	do
		parse_global_decl(p, private_);
	while (accept_op(p, ","));
	accept_op(p, ";");
}

/* global := "global" gdecl { "," gdecl } [";"] */
void parse_global(struct parser *p)
{
	next(p);
	parse_globals(p, false);
}

/* ---- functions --------------------------------------------------------------------------------------------------- */

/* arg := IDENT [":" type] */
static void parse_formal(struct parser *p, struct funcdecl *f)
{
	const struct token *t = expect_ident(p);
	struct vardecl *v;

	if (!t)
		return;
	v = make_var(p, t);
	v->arity = 0;
	v->arity_tok = t;
	if (accept_op(p, ":")) {
		v->type_tok = peek(p);
		v->type = parse_type(p);
		v->type_declared = true;
	}
	for (size_t i = 0; i < f->formals.n; i++)
		if (vec_at(&f->formals, i)->name == v->name)
			complain(p, E_PARAM_DUPLICATE, t);
	vec_push(p->arena, &f->formals, v);
}

/* "(" [ arg { "," arg } ] ")" */
static void parse_formals(struct parser *p, struct funcdecl *f)
{
	expect_op(p, "(");
	if (accept_op(p, ")"))
		return;
	do
		parse_formal(p, f);
	while (accept_op(p, ","));
	if (!accept_op(p, ")"))
		expected(p, "',' or ')'");
}

/* [ ":" number ]; without it user functions come before library functions */
static void parse_priority(struct parser *p, struct funcdecl *f)
{
	const struct token *t;

	f->priority = p->src->kind == SOURCE_TAPSET ? 1 : 0;
	if (!accept_op(p, ":"))
		return;
	t = peek(p);
	if (parse_number(p, "literal string or number", &f->priority) && f->priority < 1)
		complain(p, E_PRIORITY, t);
}

static void parse_function_body(struct parser *p, struct funcdecl *f)
{
	if (peek(p)->cls == TOK_EMBEDDED) {
		f->embedded = parse_embedded(p, next(p));
		return;
	}
	p->in_function = true;
	f->body = parse_block(p);
	p->in_function = false;
}

/* fbody := (IDENT | "string" | "long") [":" type] formals [":" number] ( block | EMBEDDED ) */
static void parse_fbody(struct parser *p, bool private_)
{
	struct funcdecl *f = arena_make(p->arena, struct funcdecl);

	if (peek_kw(p, "string") || peek_kw(p, "long"))
		f->tok = next(p);
	else
		f->tok = expect_ident(p);
	if (!f->tok)
		return;
	f->name = f->tok->text;
	f->file = p->file;
	f->private_ = private_;
	if (accept_op(p, ":")) {
		f->type_tok = peek(p);
		f->type = parse_type(p);
		f->type_declared = true;
	}
	parse_formals(p, f);
	parse_priority(p, f);
	parse_function_body(p, f);
	if (!p->panic)
		vec_push(p->arena, &p->file->functions, f);
}

/* function := "function" fbody */
void parse_function(struct parser *p)
{
	next(p);
	parse_fbody(p, false);
}

/* private := "private" ( "function" fbody | ["global"] gdecl { "," gdecl } [";"] ) */
void parse_private(struct parser *p)
{
	next(p);
	if (accept_kw(p, "function")) {
		parse_fbody(p, true);
		return;
	}
	if (!accept_kw(p, "global") && peek(p)->cls != TOK_IDENT) {
		expected(p, "'function' or identifier");
		return;
	}
	parse_globals(p, true);
}
