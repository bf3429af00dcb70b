// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the script does not need (reference/language.md 19): assignments to variables that nobody reads, expressions without effect,
 * statements that cannot be reached, empty statements and probes. In rounds, as one makes the next possible. Not under -u.
 *
 * Before types are inferred, so that nothing dead takes part in that: `b = 1; b = "x"` of a local that nobody reads is no contradiction.
 * What is not reached does take part. Then again when literals have been folded, which shows what is not reached.
 *
 * in: resolved bodies. out: the same without those; warnings for text of the user's own. Invariant: the effects of what is left are
 * those of what was there. A fault or a division by zero in an expression whose value nobody takes is no effect.
 */
#include "sema/uses.h"

#include "regex/regex.h"
#include "session.h"

#include <string.h>

struct prune {
	struct sema *sm;
	bool early; /* types are not known yet */
	bool changed;
	bool unread; /* what went away was the last that read some variable */
};

/* ---- effects -------------------------------------------------------------------------------------------------------------------- */

struct effect {
	const struct sema *sm;
	bool any;     /* of the expression */
	bool outside; /* somebody but the function itself can see it */
};

static void effect_var(void *cookie, struct vardecl *v, unsigned how, struct expr *whole)
{
	struct effect *f = cookie;

	(void)whole;
	if (how & (USE_WRITE | USE_COMMUTE)) {
		f->any = true;
		f->outside |= v->global;
	}
}

static void effect_call(void *cookie, struct expr *call)
{
	struct effect *f = cookie;

	for (size_t i = 0; i < call->call.callees.n; i++)
		if (call->call.callees.v[i]->impure)
			f->any = f->outside = true;
}

static bool writes_memory(const struct expr *e)
{
	const struct expr *l = e->kind == EX_ASSIGN ? e->binary.l : e->kind == EX_CREMENT ? e->crement.arg : NULL;

	return l && l->kind != EX_VAR && l->kind != EX_INDEX;
}

static void effect_expr(void *cookie, struct expr *e)
{
	struct effect *f = cookie;

	if (writes_memory(e) || (e->kind == EX_REGEX && f->sm->prog->uses_regex_groups)) /* matched() tells */
		f->any = f->outside = true;
	if ((e->kind == EX_PRINT && !e->print.to_string) || (e->kind == EX_EMBEDDED && !(e->embedded->pragmas & PRAGMA_PURE)))
		f->any = f->outside = true;
}

static void effect_stmt(void *cookie, struct stmt *s, bool enter)
{
	struct effect *f = cookie;

	if (enter && s->kind == ST_NEXT)
		f->any = f->outside = true;
}

static struct use_walk effect_walk(struct effect *f)
{
	return (struct use_walk){ .var = effect_var, .call = effect_call, .expr = effect_expr, .stmt = effect_stmt, .cookie = f };
}

static bool has_effect(const struct sema *sm, struct expr *e)
{
	struct effect f = { .sm = sm };
	struct use_walk w = effect_walk(&f);

	uses_expr(&w, e, true);
	return f.any;
}

bool effect_shows(const struct sema *sm, struct expr *e)
{
	struct effect f = { .sm = sm };
	struct use_walk w = effect_walk(&f);

	uses_expr(&w, e, true);
	return f.outside;
}

static bool function_has_effect(const struct sema *sm, struct funcdecl *fn)
{
	struct effect f = { .sm = sm };
	struct use_walk w = effect_walk(&f);

	if (fn->embedded)
		return !(fn->embedded->pragmas & PRAGMA_PURE);
	if (fn->body)
		uses_block(&w, fn->body);
	return f.outside;
}

static void find_impure(struct sema *sm)
{
	bool changed;

	for (size_t i = 0; i < sm->functions.n; i++)
		sm->functions.v[i]->impure = false;
	do {
		changed = false;
		for (size_t i = 0; i < sm->functions.n; i++) {
			struct funcdecl *f = sm->functions.v[i];

			if (f->impure || !function_has_effect(sm, f))
				continue;
			f->impure = changed = true;
		}
	} while (changed);
}

/* ---- assignments nobody reads ----------------------------------------------------------------------------------------------------- */

/* the local that is assigned to. A global is displayed, or read by who looks at the module from outside: what is written to it stays */
static const struct vardecl *dead_target(const struct expr *e)
{
	const struct vardecl *v = e->binary.l->kind == EX_VAR ? e->binary.l->var.decl : NULL;

	return v && !v->global && !v->read ? v : NULL;
}

static void drop_assignment(void *cookie, struct expr **ep)
{
	struct prune *p = cookie;
	struct expr *e = *ep;
	const struct vardecl *v;

	/* x += 1 has a value of its own, which somebody may take */
	if (e->kind != EX_ASSIGN || e->binary.op != OP_ASSIGN || !(v = dead_target(e)))
		return;
	if (wants_warning(e->tok))
		diag(p->sm->diag, W_ELIDED_ASSIGNMENT, e->tok, v->name);
	*ep = e->binary.r;
	p->changed = true;
}

/* ---- statements ------------------------------------------------------------------------------------------------------------------------ */

static bool is_null(const struct stmt *s) { return !s || s->kind == ST_NULL || (s->kind == ST_BLOCK && s->block->stmts.n == 0); }

static void forget_var(void *cookie, struct vardecl *v, unsigned how, struct expr *whole)
{
	struct prune *p = cookie;

	(void)whole;
	if (usage_reads(v, how) && v->read && --v->read == 0)
		p->unread = true;
}

static void make_null(struct prune *p, struct stmt **sp)
{
	struct use_walk w = { .var = forget_var, .cookie = p };

	uses_stmt(&w, *sp);
	*sp = stmt_make(p->sm->a, ST_NULL, (*sp)->tok);
	p->changed = true;
}

static void prune_expr_stmt(struct prune *p, struct stmt **sp)
{
	struct stmt *s = *sp;
	struct expr *e = s->expr;
	const struct vardecl *v = e->kind == EX_ASSIGN ? dead_target(e) : NULL;

	/* x += 1 by itself has no taker */
	if (v) {
		if (wants_warning(e->tok))
			diag(p->sm->diag, W_ELIDED_ASSIGNMENT, e->tok, v->name);
		s->expr = e = e->binary.r;
		p->changed = true;
	}
	if (has_effect(p->sm, e)) {
		p->changed |= discard_value(p->sm, sp, has_effect);
		return;
	}
	if (wants_warning(s->tok))
		diag(p->sm->diag, W_ELIDED_EXPRESSION, s->tok);
	make_null(p, sp);
}

static void prune_if(struct prune *p, struct stmt **sp)
{
	struct stmt *s = *sp;
	struct expr *not;

	if (!is_null(s->if_.yes)) {
		if (s->if_.no && is_null(s->if_.no))
			s->if_.no = NULL;
		return;
	}
	p->changed = true;
	if (!is_null(s->if_.no)) {
		not = expr_make(p->sm->a, EX_UNARY, s->if_.cond->tok);
		not->unary.op = OP_NOT;
		not->unary.arg = s->if_.cond;
		not->type = VT_LONG;
		s->if_.cond = not;
		s->if_.yes = s->if_.no;
		s->if_.no = NULL;
		return;
	}
	if (!has_effect(p->sm, s->if_.cond)) {
		make_null(p, sp);
		return;
	}
	*sp = stmt_make(p->sm->a, ST_EXPR, s->tok);
	(*sp)->expr = s->if_.cond;
	discard_tell(s->if_.cond, VT_LONG);
}

static bool loop_variables_read(const struct stmt *s)
{
	const struct vardecl *v;

	for (size_t i = 0; i < s->foreach_.keys.n; i++) {
		v = s->foreach_.keys.v[i]->var.decl;
		if (!v || v->read || v->global)
			return true;
	}
	v = s->foreach_.value ? s->foreach_.value->var.decl : NULL;
	return v && (v->read || v->global);
}

/* sorting reorders the array, which the next loop sees: not dropped */
static void prune_foreach(struct prune *p, struct stmt **sp)
{
	struct stmt *s = *sp;

	if (p->early || !is_null(s->foreach_.body) || s->foreach_.sort_dir || loop_variables_read(s))
		return;
	for (size_t i = 0; i < s->foreach_.slice.n; i++)
		if (s->foreach_.slice.v[i] && has_effect(p->sm, s->foreach_.slice.v[i]))
			return;
	if (!s->foreach_.limit || !has_effect(p->sm, s->foreach_.limit))
		make_null(p, sp);
}

static void prune_for(struct prune *p, struct stmt *s)
{
	if (s->for_.init && !has_effect(p->sm, s->for_.init))
		s->for_.init = NULL;
	if (s->for_.step && !has_effect(p->sm, s->for_.step))
		s->for_.step = NULL;
}

static bool leaves(const struct stmt *s)
{
	switch (s->kind) {
	case ST_RETURN:
	case ST_BREAK:
	case ST_CONTINUE:
	case ST_NEXT:
		return true;
	case ST_BLOCK:
		return s->block->stmts.n && leaves(vec_last(&s->block->stmts));
	case ST_IF:
		return s->if_.no && leaves(s->if_.yes) && leaves(s->if_.no);
	default:
		return false;
	}
}

/* a = 1; b = a; c = b: each is dead without the next. Backwards, that is one round and not three. */
static void prune_chain(struct prune *p, struct block *b)
{
	p->unread = false;
	for (size_t i = b->stmts.n; i-- > 0;)
		if (b->stmts.v[i]->kind == ST_EXPR)
			prune_expr_stmt(p, &b->stmts.v[i]);
}

static void prune_block(struct prune *p, struct block *b)
{
	size_t n = 0;

	if (p->unread)
		prune_chain(p, b);
	for (size_t i = 0; i < b->stmts.n; i++) {
		struct stmt *s = b->stmts.v[i];

		if (is_null(s))
			continue;
		b->stmts.v[n++] = s;
		if (p->early || !leaves(s))
			continue;
		while (++i < b->stmts.n && is_null(b->stmts.v[i]))
			;
		if (i < b->stmts.n && wants_warning(b->stmts.v[i]->tok))
			diag(p->sm->diag, W_UNREACHED, b->stmts.v[i]->tok);
		break;
	}
	if (n < b->stmts.n)
		p->changed = true;
	b->stmts.n = n;
}

static void post_stmt(void *cookie, struct stmt **sp) /* long: dispatch */
{
	struct prune *p = cookie;
	struct stmt *s = *sp;

	switch (s->kind) {
	case ST_BLOCK:
		prune_block(p, s->block);
		if (s->block->stmts.n == 1)
			*sp = s->block->stmts.v[0];
		break;
	case ST_EXPR:
		prune_expr_stmt(p, sp);
		break;
	case ST_IF:
		prune_if(p, sp);
		break;
	case ST_FOR:
		prune_for(p, s);
		break;
	case ST_FOREACH:
		prune_foreach(p, sp);
		break;
	case ST_TRY:
		prune_block(p, s->try_.body);
		prune_block(p, s->try_.handler);
		if (s->try_.body->stmts.n == 0)
			make_null(p, sp);
		break;
	case ST_NULL:
	case ST_RETURN:
	case ST_DELETE:
	case ST_BREAK:
	case ST_CONTINUE:
	case ST_NEXT:
		break;
	}
}

/* that something calls it, and takes its value perhaps, makes it no more useful */
static void warn_function(struct sema *sm, const struct funcdecl *f)
{
	struct fninfo *info = fn_info(sm, f);

	if (info->warned || !wants_warning(f->tok))
		return;
	info->warned = true;
	diag(sm->diag, W_PURE_FUNCTION, f->tok, f->name);
}

static void one(struct owner *o, struct block *b, void *cookie)
{
	struct prune *p = cookie;
	struct ast_visitor v = { .expr_post = drop_assignment, .stmt_post = post_stmt, .cookie = p };

	walk_block(&v, b);
	prune_block(p, b);
	/* not of what a constant condition left: that is a switch */
	if (p->early && o->fn && !b->stmts.n)
		warn_function(o->sm, o->fn);
}

/* ---- what was used and is no more ---------------------------------------------------------------------------------------------------------- */

static const char *similar_variables(struct sema *sm, const struct vardecl *v, const struct vardecls *others)
{
	VEC(const char *) names = { 0 };

	for (size_t i = 0; others && i < others->n; i++)
		if (others->v[i] != v)
			vec_push(sm->a, &names, others->v[i]->name);
	for (size_t i = 0; i < sm->globals.n; i++)
		if (sm->globals.v[i] != v)
			vec_push(sm->a, &names, sm->globals.v[i]->name);
	return similar_text(sm, v->name, names.v, names.n);
}

/* $NAME is there, and was meant */
static const char *forgotten_dollar(struct sema *sm, const struct derived_probe *p, const char *name)
{
	struct variables v = { 0 };

	if (p && p->provider->variables)
		p->provider->variables(p, sm->a, false, &v);
	for (size_t i = 0; i < v.n; i++)
		if (!strcmp(v.v[i].name + 1, name))
			return arena_printf(sm->a, " (similar: %s)", v.v[i].name);
	return NULL;
}

/* p: whose local it is; NULL: a function's, or a global */
static void warn_never_assigned(struct sema *sm, const struct vardecl *v, const struct vardecls *others, const struct derived_probe *p)
{
	enum diag_tag tag = v->global ? W_NEVER_ASSIGNED_GLOBAL : W_NEVER_ASSIGNED_LOCAL;
	const char *text;

	if (!v->read || v->written || v->synthetic || !wants_warning(v->tok))
		return;
	text = similar_known(sm, tag, v->name);
	if (!v->global && function_exists(sm, v->name))
		text = arena_printf(sm->a, " (it is a function: %s())", v->name);
	if (!text)
		text = forgotten_dollar(sm, p, v->name);
	diag(sm->diag, tag, v->tok, v->name, text ? text : similar_variables(sm, v, others));
}

static bool given_by_option(const struct sema *sm, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < sm->s->opt.globals.n; i++)
		if (strncmp(sm->s->opt.globals.v[i], name, n) == 0 && sm->s->opt.globals.v[i][n] == '=')
			return true;
	return false;
}

/* nothing but its uses tells what it is: they find 0. But arrays say what the indices of their elements are, where these are written */
static void settle_unassigned(struct sema *sm, const struct vardecls *l, const struct derived_probe *p)
{
	for (size_t i = 0; i < l->n; i++) {
		struct vardecl *v = l->v[i];

		if (!sm->s->opt.unoptimized)
			warn_never_assigned(sm, v, l, p);
		if (v->read && !v->written && !v->indexes_written && v->type == VT_UNKNOWN)
			v->type = VT_LONG;
	}
}

void prune_unassigned(struct sema *sm)
{
	usage_collect(sm);
	for (size_t i = 0; i < sm->globals.n; i++) {
		const struct vardecl *v = sm->globals.v[i];

		if (!sm->s->opt.unoptimized && !v->init && !given_by_option(sm, v->name))
			warn_never_assigned(sm, v, NULL, NULL);
	}
	for (size_t i = 0; i < sm->works.n; i++)
		settle_unassigned(sm, &sm->works.v[i]->p->locals, sm->works.v[i]->p);
	for (size_t i = 0; i < sm->functions.n; i++)
		settle_unassigned(sm, &sm->functions.v[i]->locals, NULL);
}

void prune_unused(struct sema *sm, bool early)
{
	struct prune p = { .sm = sm, .early = early };

	do {
		p.changed = false;
		usage_live(sm);
		usage_collect(sm);
		find_impure(sm);
		each_code(sm, one, &p);
	} while (p.changed);
}

void prune_empty_probes(struct sema *sm)
{
	const struct token *said = NULL;

	for (size_t i = 0; i < sm->works.n; i++) {
		struct work *w = sm->works.v[i];

		if (w->dropped || w->p->body->stmts.n)
			continue;
		w->dropped = true;
		if (w->p->tok != said && wants_warning(w->p->tok))
			diag(sm->diag, W_ELIDED_PROBE, w->p->tok, w->p->pp);
		said = w->p->tok;
	}
}
