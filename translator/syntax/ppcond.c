/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conditionals: %( COND %? THEN [ %: ELSE ] %). In: tokens with macros expanded. Out: the tokens of the branches that hold.
 * A malformed conditional is reported once and skipped as a whole. The open ones form a stack of structs, not of calls.
 * Conditions themselves are judged in ppcond_eval.c.
 */
#include "syntax/pp.h"
#include "base/arena.h"

#include <string.h>

static bool is_mark(const struct token *t)
{
	return t->cls == TOK_OP && t->text[0] == '%' && t->text[1] && strchr("(?:)", t->text[1]);
}

/*
 * Skips to the end of a branch, nested conditionals included: to its "%)" or, if `stop_at_else`, "%:". A mark that has no place there is an
 * error, and the whole conditional is skipped. Gives the error, or NULL.
 */
static const struct token *skip_branch(struct pp *pp, const struct token *open, bool stop_at_else, bool *ret_else)
{
	const struct token *t, *bad = NULL;
	enum diag_tag tag = E_PPCOND_ELSE;
	size_t nested = 0;

	*ret_else = false;
	pp->muted++;
	for (;;) {
		t = macro_next(pp);
		if (t->cls == TOK_EOF) {
			pp->muted--;
			return pp_error(pp, E_PPCOND_OPEN, open);
		}
		if (tok_is_op(t, "%("))
			nested++;
		else if (tok_is_op(t, "%)") && !nested--)
			break;
		else if (nested || bad)
			continue;
		else if (tok_is_op(t, "%:") && stop_at_else) {
			*ret_else = true;
			break;
		} else if (tok_is_op(t, "%:") || tok_is_op(t, "%?")) {
			bad = t;
			tag = tok_is_op(t, "%?") ? E_PPCOND_MISSING : E_PPCOND_ELSE;
		}
	}
	pp->muted--;
	return bad ? pp_error(pp, tag, bad) : NULL;
}

static void push_cond(struct pp *pp, const struct token *open, bool in_else)
{
	struct conditional *c = arena_make(pp->arena, struct conditional);

	c->tok = open;
	c->in_else = in_else;
	c->outer = pp->conds;
	pp->conds = c;
}

/* what is left of a conditional whose condition is malformed and was read up to `last`; both branches are lost */
static const struct token *skip_rest(struct pp *pp, const struct token *open, const struct token *last, const struct token *bad)
{
	bool dummy;

	if (last->cls == TOK_EOF || tok_is_op(last, "%)"))
		return bad;
	pp->muted++;
	if (tok_is_op(last, "%("))
		skip_branch(pp, open, false, &dummy);
	skip_branch(pp, open, false, &dummy);
	pp->muted--;
	return bad;
}

const struct token *ppcond_begin(struct pp *pp, const struct token *open)
{
	struct token_list toks = { 0 };
	const struct token *t, *bad;
	bool truth = false, in_else;

	for (t = macro_next(pp); t->cls != TOK_EOF && !is_mark(t); t = macro_next(pp)) {
		if (t->cls == TOK_JUNK && t->error) {
			if (t->error != PP_REPORTED)
				t = pp_error(pp, t->error, t, pp->env->nargs);
			return skip_rest(pp, open, t, t);
		}
		vec_push(pp->arena, &toks, t);
	}
	if (toks.n < 3) {
		bad = pp_error(pp, E_PPCOND_INCOMPLETE, open);
		return skip_rest(pp, open, t, bad);
	}
	bad = ppcond_eval(pp, &toks, open, &truth);
	if (bad)
		return skip_rest(pp, open, t, bad);
	if (!tok_is_op(t, "%?")) {
		bad = pp_error(pp, E_PPCOND_THEN, open);
		return skip_rest(pp, open, t, bad);
	}
	if (truth) {
		push_cond(pp, open, false);
		return NULL;
	}
	bad = skip_branch(pp, open, true, &in_else);
	if (!bad && in_else)
		push_cond(pp, open, true);
	return bad;
}

const struct token *ppcond_mark(struct pp *pp, const struct token *mark)
{
	struct conditional *c = pp->conds;
	bool dummy;

	if (!c || tok_is_op(mark, "%?"))
		return pp_error(pp, E_PPCOND_MISSING, mark);
	pp->conds = c->outer;
	if (tok_is_op(mark, "%)"))
		return NULL;
	if (!c->in_else)
		return skip_branch(pp, c->tok, false, &dummy);
	skip_rest(pp, c->tok, mark, NULL);
	return pp_error(pp, E_PPCOND_ELSE, mark);
}

const struct token *pp_next(struct pp *pp)
{
	for (;;) {
		const struct token *t = macro_next(pp), *bad = NULL;

		if (t->cls == TOK_EOF) {
			const struct conditional *c = pp->conds;

			pp->conds = NULL;
			return c ? pp_error(pp, E_PPCOND_OPEN, c->tok) : t;
		}
		if (is_mark(t)) {
			pp->any_directive = true;
			bad = tok_is_op(t, "%(") ? ppcond_begin(pp, t) : ppcond_mark(pp, t);
			if (bad)
				return bad;
			continue;
		}
		pp->any_token = true;
		if (t->cls == TOK_JUNK && t->error && t->error != PP_REPORTED)
			return pp_error(pp, t->error, t, pp->env->nargs);
		if (t->cls == TOK_EMBEDDED && t->error)
			diag(pp->diag, t->error, t);
		return t;
	}
}

void pp_init(struct pp *pp, const struct parse_env *env, const struct source *src)
{
	memset(pp, 0, sizeof(*pp));
	pp->env = env;
	pp->arena = env->arena;
	pp->diag = env->diag;
	map_init(&pp->macros, env->arena);
	lex_init(&pp->lx, env, src);
}

void pp_fini(struct pp *pp)
{
	lex_fini(&pp->lx);
}
