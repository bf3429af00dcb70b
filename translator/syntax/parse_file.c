/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 1 for one source: the top level of a file, recovery after errors, and the .stpm files. In: a source. Out: its tree, without
 * the declarations that could not be read; what is wrong is in the sink.
 */
#include "syntax/parser.h"

#include <string.h>

static void parser_init(struct parser *p, const struct parse_env *env, const struct source *src)
{
	struct token *eof = arena_make(env->arena, struct token);

	memset(p, 0, sizeof(*p));
	p->env = env;
	p->src = src;
	p->arena = env->arena;
	p->diag = env->diag;
	eof->cls = TOK_EOF;
	eof->text = "";
	eof->span.src = src;
	p->eof = eof;
	map_init(&p->globals, env->arena);
	pp_init(&p->pp, env, src);
	p->file = arena_make(env->arena, struct ast_file);
	p->file->src = src;
}

/* EMBEDDED at the top level */
static void parse_embedded_top(struct parser *p)
{
	vec_push(p->arena, &p->file->embeds, parse_embedded(p, next(p)));
}

/* to the next word that begins a declaration; it may be the one at which the error was found */
static void recover(struct parser *p)
{
	p->panic = false;
	p->depth = p->else_ifs = 0;
	p->in_function = false;
	for (;;) {
		const struct token *t = peek(p);

		p->panic = false; /* what is wrong in the text skipped was reported below us */
		if (t->cls == TOK_EOF && t != p->eof)
			return;
		if (begins_declaration(t))
			return;
		p->ahead = NULL;
	}
}

/* one of: probe | global | private | function | EMBEDDED */
static void parse_declaration(struct parser *p)
{
	if (peek_kw(p, "probe"))
		parse_probe(p);
	else if (peek_kw(p, "global"))
		parse_global(p);
	else if (peek_kw(p, "private"))
		parse_private(p);
	else if (peek_kw(p, "function"))
		parse_function(p);
	else if (peek(p)->cls == TOK_EMBEDDED)
		parse_embedded_top(p);
	else
		fail_saw(p, E_TOPLEVEL, peek(p));
}

/* a declaration, and whether it depends on systemtap_v: the last one of its kind is what it made */
static void parse_marked(struct parser *p)
{
	struct ast_file *f = p->file;
	size_t probes = f->probes.n, aliases = f->aliases.n, functions = f->functions.n;

	p->pp.versioned = false;
	parse_declaration(p);
	if (!p->pp.versioned)
		return;
	if (f->probes.n > probes)
		f->probes.v[f->probes.n - 1]->versioned = true;
	if (f->aliases.n > aliases)
		f->aliases.v[f->aliases.n - 1]->versioned = true;
	if (f->functions.n > functions)
		f->functions.v[f->functions.n - 1]->versioned = true;
}

/* file := { declaration } */
static void parse_top(struct parser *p)
{
	for (;;) {
		const struct token *t = peek(p);

		if (p->panic)
			recover(p);
		else if (t->cls == TOK_EOF)
			return;
		else
			parse_marked(p);
	}
}

static void report_empty(struct parser *p)
{
	enum diag_tag tag = p->pp.any_directive ? E_INPUT_EMPTY_PP : E_INPUT_EMPTY;

	diag(p->diag, tag, NULL, p->src->name);
}

struct ast_file *parse_file(const struct parse_env *env, const struct source *src)
{
	struct ast_file *file;
	struct parser p;

	parser_init(&p, env, src);
	parse_top(&p);
	file = p.file;
	if (p.pp.errors) {
		diag(p.diag, N_PARSE_ERRORS, NULL, p.pp.errors, p.pp.errors == 1 ? "" : "s");
	} else if (!p.pp.any_token && src->kind == SOURCE_USER) {
		report_empty(&p);
		file = NULL;
	}
	pp_fini(&p.pp);
	return file;
}

struct ast_file *parse_synthetic(const struct parse_env *env, const char *name, const char *text)
{
	struct source *src = arena_make(env->arena, struct source);
	struct ast_file *file;

	src->name = arena_strdup(env->arena, name);
	src->text = arena_strdup(env->arena, text);
	src->len = strlen(text);
	src->kind = SOURCE_SYNTH;
	file = parse_file(env, src);
	if (!file)
		return NULL;
	for (size_t i = 0; i < file->probes.n; i++)
		vec_at(&file->probes, i)->synthetic = true;
	for (size_t i = 0; i < file->globals.n; i++)
		vec_at(&file->globals, i)->synthetic = true;
	for (size_t i = 0; i < file->functions.n; i++)
		vec_at(&file->functions, i)->synthetic = true;
	return file;
}

bool parse_macros(const struct parse_env *env, const struct source *src)
{
	const struct token *t;
	bool clean;
	struct pp pp;

	pp_init(&pp, env, src);
	pp.library_file = true;
	for (t = pp_next(&pp); t->cls != TOK_EOF; t = pp_next(&pp)) {
		if (t->cls == TOK_JUNK && t->error == PP_REPORTED)
			continue;
		pp_error(&pp, E_MACRO_LIBRARY_TOKEN, t);
		break;
	}
	clean = !pp.errors;
	for (size_t i = 0; clean && i < pp.macros.n; i++)
		map_set(env->macros, pp.macros.entries[i].key, pp.macros.entries[i].value);
	pp_fini(&pp);
	return clean;
}
