/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Macros: @define NAME[(params)] %( body %) and @NAME[(args)]. In: the lexer's tokens. Out: tokens without either.
 * A running expansion is a stream on a stack (struct expansion); nothing here recurses, so nesting costs no stack. Arguments are
 * token lists, expanded when a body names them, with the words in them meaning what they mean where they were written. Endless
 * expansion is cut in two ways: a macro may not appear in its own lexical chain of expansions, and the tokens of one file are
 * counted.
 */
#include "syntax/pp.h"
#include "base/arena.h"
#include "base/intern.h"

#include <string.h>

#define MAX_DEPTH 200
#ifdef STP_SMALL_LIMITS
#define MAX_EXPANDED 10000
#else
#define MAX_EXPANDED 1000000
#endif

bool tok_is_op(const struct token *t, const char *text)
{
	return t->cls == TOK_OP && !strcmp(t->text, text);
}

const struct token *pp_reported(struct pp *pp)
{
	struct token *t = arena_make(pp->arena, struct token);

	t->cls = TOK_JUNK;
	t->error = PP_REPORTED;
	t->text = "";
	t->span.src = pp->lx.src;
	return t;
}

/* the %} that is missing may be there as }% */
static void warn_mistyped_close(struct pp *pp, const struct token *open)
{
	struct token *t = arena_memdup(pp->arena, open, sizeof(*open));
	const char *text = open->span.src->text, *at = strstr(text + open->span.off, "}%");

	while (at && at[2] == '}')
		at = strstr(at + 2, "}%");
	if (!at)
		return;
	t->cls = TOK_EMBEDDED;
	t->span.off = (uint32_t)(at - text);
	t->span.len = 2;
	diag(pp->diag, W_EMBEDDED_CLOSE, t);
}

const struct token *pp_error(struct pp *pp, enum diag_tag tag, const struct token *tok, ...)
{
	if (!pp->muted) {
		struct diag_record *rec;
		va_list ap;

		if (tag == E_EMBEDDED_OPEN)
			warn_mistyped_close(pp, tok);
		va_start(ap, tok);
		rec = diag_v(pp->diag, tag, tok, ap);
		va_end(ap);
		rec->at_fault = tok->cls != TOK_EOF;
		pp->errors++;
	}
	return pp_reported(pp);
}

/* ---- streams ----------------------------------------------------------------------------------------------------- */

static void pop_finished(struct pp *pp)
{
	while (pp->top && pp->top->next == pp->top->n)
		pp->top = pp->top->below;
}

static const struct token *copy_token(struct pp *pp, struct expansion *e)
{
	struct token *t = arena_memdup(pp->arena, e->toks[e->next], sizeof(*t));

	t->origin = e->origin;
	if (!e->next)
		t->adjacent = e->first_adjacent;
	e->next++;
	pp->expanded++;
	return t;
}

/* next token before expansion; *ret_scope: whose parameters it may name */
static const struct token *raw_next(struct pp *pp, struct expansion **ret_scope)
{
	const struct token *t = pp->pushed;

	pop_finished(pp);
	if (pp->top) {
		*ret_scope = pp->top->scope;
		return copy_token(pp, pp->top);
	}
	*ret_scope = NULL;
	pp->pushed = NULL;
	return t ? t : lex_next(&pp->lx);
}

static struct expansion *push_expansion(struct pp *pp, const struct token *site)
{
	struct expansion *e = arena_make(pp->arena, struct expansion);
	struct origin *o = arena_make(pp->arena, struct origin);

	o->kind = ORIGIN_MACRO;
	o->site = site;
	o->what = site->text;
	e->origin = o;
	e->first_adjacent = site->adjacent;
	e->below = pp->top;
	pp->top = e;
	pp->expanded++;
	return e;
}

/* ---- definitions ------------------------------------------------------------------------------------------------- */

static bool is_top_keyword(const struct token *t)
{
	return t->cls == TOK_KEYWORD && (!strcmp(t->text, "probe") || !strcmp(t->text, "global") || !strcmp(t->text, "function") ||
					 !strcmp(t->text, "private"));
}

/* up to the %) that belongs to a %( already read; false at the end of the file */
static bool read_body(struct pp *pp, struct macro *m)
{
	unsigned nested = 0;

	for (;;) {
		const struct token *t = lex_next(&pp->lx);

		if (t->cls == TOK_EOF)
			return false;
		if (tok_is_op(t, "%("))
			nested++;
		else if (tok_is_op(t, "%)") && !nested--)
			return true;
		vec_push(pp->arena, &m->body, t);
	}
}

/* after a malformed head: its body would be taken for a conditional and raise further errors */
static void skip_definition(struct pp *pp, const struct token *t)
{
	struct macro drop = { 0 };

	for (; t->cls != TOK_EOF && !is_top_keyword(t); t = lex_next(&pp->lx)) {
		if (tok_is_op(t, "%(")) {
			read_body(pp, &drop);
			return;
		}
	}
	pp->pushed = t;
}

/* "(" IDENT { "," IDENT } ")" with the "(" read; gives NULL, or the token at which it went wrong */
static const struct token *read_params(struct pp *pp, struct macro *m, const char **ret_expected)
{
	const struct token *t;

	do {
		t = lex_next(&pp->lx);
		*ret_expected = "identifier";
		if (t->cls != TOK_IDENT)
			return t;
		vec_push(pp->arena, &m->params, intern_str(pp->env->names, arena_printf(pp->arena, "@%s", t->text)));
		t = lex_next(&pp->lx);
		*ret_expected = "',' or ')'";
	} while (tok_is_op(t, ","));
	m->has_params = true;
	return tok_is_op(t, ")") ? NULL : t;
}

/* one that could not be read is known by its name: what uses it is given up without another word */
static void record_broken(struct pp *pp, struct macro *m)
{
	m->broken = true;
	if (m->name && !pp->muted && !map_get(&pp->macros, m->name))
		map_set(&pp->macros, m->name, m);
}

static const struct token *record_macro(struct pp *pp, struct macro *m)
{
	const struct macro *old = map_get(&pp->macros, m->name);
	enum diag_tag tag = E_MACRO_REDEFINED;

	if (pp->muted)
		return NULL;
	if (!old && pp->library_file) {
		old = map_get(pp->env->macros, m->name);
		tag = E_MACRO_LIBRARY_DUPLICATE;
	}
	if (old && !old->broken) {
		struct diag_record *rec = diag(pp->diag, tag, m->tok, m->name);

		rec->at_fault = true;
		pp->errors++;
		diag_note(pp->diag, rec, E_MACRO_FIRST, old->tok, m->name);
		rec->cause->at_fault = true;
		return NULL; /* the text behind it is sound */
	}
	if (!strcmp(m->name, "@define"))
		return pp_error(pp, E_MACRO_DEFINE, m->tok);
	if (is_builtin_at(m->name))
		diag(pp->diag, W_MACRO_BUILTIN, m->tok, m->name);
	map_set(&pp->macros, m->name, m);
	return NULL;
}

/* @define NAME [ "(" params ")" ] "%(" body "%)" with the @define read: NULL, or what to hand on after a problem */
static const struct token *define_macro(struct pp *pp)
{
	struct macro *m = arena_make(pp->arena, struct macro);
	const char *expected = "identifier";
	const struct token *t;

	m->tok = t = lex_next(&pp->lx);
	m->library = pp->library_file;
	if (t->cls != TOK_IDENT)
		goto malformed;
	m->name = intern_str(pp->env->names, arena_printf(pp->arena, "@%s", t->text));
	t = lex_next(&pp->lx);
	expected = "'%(' or '('";
	if (tok_is_op(t, "(")) {
		t = read_params(pp, m, &expected);
		if (t)
			goto malformed;
		t = lex_next(&pp->lx);
		expected = "'%('";
	}
	if (!tok_is_op(t, "%("))
		goto malformed;
	if (!read_body(pp, m))
		return pp_error(pp, E_MACRO_OPEN, m->tok);
	return record_macro(pp, m);

malformed:
	if (t->cls == TOK_JUNK && t->error)
		pp->pushed = t; /* says itself what is wrong */
	else
		pp_error(pp, E_EXPECTED, t, expected);
	record_broken(pp, m);
	skip_definition(pp, t);
	return pp_reported(pp);
}

/* ---- invocations ------------------------------------------------------------------------------------------------- */

const struct macro *macro_find(const struct pp *pp, const char *name, bool with_file)
{
	const struct macro *m = with_file ? map_get(&pp->macros, name) : NULL;

	return m || !pp->env->macros ? m : map_get(pp->env->macros, name);
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* the arguments up to the ")"; NULL, or what to hand on after a problem */
static const struct token *read_arguments(struct pp *pp, const struct token *site, struct expansion *e)
{
	const struct macro *m = e->macro;
	struct expansion *scope, *from;
	const struct token *t;
	unsigned nested = 0;
	size_t i = 0;

	t = raw_next(pp, &e->args_scope);
	if (!tok_is_op(t, "("))
		return pp_error(pp, E_MACRO_PAREN, t, m->name, m->params.n, plural(m->params.n));
	from = pp->top; /* the whole list stands in one stream */
	e->args = arena_array(pp->arena, struct token_list, m->params.n);
	for (;;) {
		if (from && from->next == from->n)
			return pp_error(pp, E_MACRO_CALL_OPEN, site);
		t = raw_next(pp, &scope);
		if (t->cls == TOK_EOF)
			return pp_error(pp, E_MACRO_CALL_OPEN, site);
		if (tok_is_op(t, "(") || tok_is_op(t, "["))
			nested++;
		if (!nested && tok_is_op(t, ")"))
			break;
		if (nested && (tok_is_op(t, ")") || tok_is_op(t, "]")))
			nested--;
		if (nested || !tok_is_op(t, ","))
			vec_push(pp->arena, &e->args[i], t);
		else if (++i == m->params.n)
			return pp_error(pp, E_MACRO_MANY, t, m->name, m->params.n);
	}
	if (i + 1 < m->params.n)
		return pp_error(pp, E_MACRO_FEW, t, m->name, m->params.n);
	return NULL;
}

/* the argument that a word in a body stands for: its stream is opened */
static bool open_argument(struct pp *pp, const struct token *t, struct expansion *scope)
{
	for (size_t i = scope->macro->params.n; i-- > 0;) {
		struct expansion *e;

		if (vec_at(&scope->macro->params, i) != t->text)
			continue;
		e = push_expansion(pp, t);
		e->toks = scope->args[i].v;
		e->n = scope->args[i].n;
		e->scope = scope->args_scope;
		return true;
	}
	return false;
}

static const struct token *open_body(struct pp *pp, const struct macro *m, const struct token *t, struct expansion *scope)
{
	struct expansion body = { .macro = m, .args_scope = scope }, *e;
	const struct token *bad;

	if (m->broken)
		return pp_reported(pp);
	for (const struct expansion *x = scope; x; x = x->args_scope)
		if (x->macro == m)
			return pp_error(pp, E_MACRO_RECURSIVE, t, m->name);
	if (m->has_params && (bad = read_arguments(pp, t, &body)))
		return bad;
	body.depth = body.args_scope ? body.args_scope->depth + 1 : 1;
	if (body.depth > MAX_DEPTH)
		return pp_error(pp, E_MACRO_DEEP, t, m->name, MAX_DEPTH);
	e = push_expansion(pp, t);
	e->macro = m;
	e->toks = m->body.v;
	e->n = m->body.n;
	e->scope = e;
	e->args = body.args;
	e->args_scope = body.args_scope;
	e->depth = body.depth;
	return NULL;
}

/* a @define in an expansion: the rest of the body is its, so it is left out */
static const struct token *refuse_nested(struct pp *pp, const struct token *t)
{
	if (pp->top)
		pp->top->next = pp->top->n;
	return pp_error(pp, E_MACRO_NESTED, t);
}

const struct token *macro_next(struct pp *pp)
{
	for (;;) {
		struct expansion *scope;
		const struct token *t = raw_next(pp, &scope), *bad = NULL;
		const struct macro *m;

		if (pp->expanded > MAX_EXPANDED && pp->top) {
			pp->top = NULL;
			return pp_error(pp, E_MACRO_LARGE, token_outermost(t), MAX_EXPANDED);
		}
		if (t->cls != TOK_OP || t->text[0] != '@' || !t->text[1])
			return t;
		if (!strcmp(t->text, "@define")) {
			pp->any_directive = true;
			bad = t->origin ? refuse_nested(pp, t) : define_macro(pp);
		} else if (!scope || !open_argument(pp, t, scope)) {
			m = macro_find(pp, t->text, !scope || !scope->macro->library);
			if (!m)
				return t;
			bad = open_body(pp, m, t, scope);
		}
		if (bad)
			return bad;
	}
}
