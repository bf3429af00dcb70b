// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Regular expressions: each pattern is compiled once, whoever uses it. in: resolved code. out: expr.regex.dfa, or a diagnostic
 * whose caret points into the literal; program.uses_regex_groups: a function that asks for groups can be reached, so all
 * expressions track theirs.
 */
#include "sema/sema.h"

#include "regex/regex.h"

struct compiled {
	const struct regex_dfa *dfa; /* NULL: */
	struct regex_error error;
};

struct regexes {
	struct map by_pattern; /* → struct compiled */
	struct sema *sm;
	size_t work, cells; /* of all patterns so far */
	bool refused;	    /* they are too much, which was said */
};

bool regexes_keep_groups(const struct sema *sm)
{
	for (size_t i = 0; i < sm->functions.n; i++)
		if (sm->functions.v[i]->embedded && (sm->functions.v[i]->embedded->pragmas & PRAGMA_DFA))
			return true;
	return false;
}

static struct compiled *compile(struct regexes *r, const char *pattern)
{
	struct compiled *c = map_get(&r->by_pattern, pattern);

	if (c)
		return c;
	c = arena_make(r->sm->a, struct compiled);
	c->dfa = regex_compile(r->sm->a, pattern, r->sm->prog->uses_regex_groups, &c->error);
	map_set(&r->by_pattern, pattern, c);
	r->work += c->error.work;
	if (c->dfa)
		r->cells += (size_t)c->dfa->nstates * c->dfa->nclasses + c->dfa->ncode;
	return c;
}

/* One pattern is bounded by regex_compile(); thousands of them are not */
static const char *too_much(const struct regexes *r)
{
	enum { MOST_CELLS = 2000000 }; /* of the tables, two bytes each in the module */

	if (r->work > REGEX_SECOND)
		return "the script's patterns together take too long to compile";
	return r->cells > MOST_CELLS ? "the automatons of the script's patterns are too large together" : NULL;
}

static void visit(void *cookie, struct expr **ep)
{
	struct regexes *r = cookie;
	struct expr *e = *ep;
	const struct compiled *c;
	const struct token *at;

	if (e->kind != EX_REGEX)
		return;
	if (r->refused)
		return;
	c = compile(r, e->regex.pattern->text);
	e->regex.dfa = c->dfa;
	at = e->regex.pattern;
	if (too_much(r)) {
		diag(r->sm->diag, E_REGEX_WHOLE, at, too_much(r));
		r->refused = true;
		return;
	}
	if (c->dfa)
		return;
	if (c->error.position < 0)
		diag(r->sm->diag, E_REGEX_WHOLE, at, c->error.msg);
	else
		diag(r->sm->diag, E_REGEX, token_byte(r->sm->a, at, c->error.at), c->error.position, c->error.msg);
}

static void one(struct owner *o, struct block *b, void *cookie)
{
	struct ast_visitor v = { .expr_post = visit, .cookie = cookie };
	struct derived_probe *p = o->fn ? NULL : o->work->p;

	walk_block(&v, b);
	if (p && p->condition)
		walk_expr(&v, &p->condition);
	for (size_t i = 0; p && i < p->saved.n; i++)
		walk_expr(&v, &p->saved.v[i]);
}

void regexes_compile(struct sema *sm)
{
	struct regexes r = { .sm = sm };

	map_init(&r.by_pattern, sm->a);
	sm->prog->uses_regex_groups = regexes_keep_groups(sm);
	each_code(sm, one, &r);
}
