// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * First look at a body: $variables and @operators become plain expressions, and what they decide at compile time falls away
 * (reference/language.md 11.4): @defined, @probewrite, @const, @enum; branches behind them, before anything in there is looked up.
 *
 * in: a body as parsed. out: no EX_TARGET but autocasts, no EX_DEFINED but those of autocasts, no EX_ENTRY, EX_PROBEWRITE, EX_CONST,
 * EX_ENUM, EX_DEREF. An `if` or ?: or && or || whose condition an @operator decides is replaced by what is left of it. What is behind a
 * condition that literals decide stays, so that its names and types are looked at like all else, unless its $variables cannot be had: then
 * it goes as well, under -u too.
 */
#include "sema/target.h"

#include "base/intern.h"
#include "session.h"
#include "types/plan.h"

#include <string.h>

static void expand_one(struct owner *o, struct stmt **sp);

static struct expr *number_at(struct owner *o, const struct expr *e, int64_t v)
{
	struct expr *n = expr_number(o->sm->a, e->tok, v);

	n->type = VT_LONG;
	return n;
}

static void poison(struct owner *o, struct expr **ep)
{
	*ep = expr_make(o->sm->a, EX_ERROR, (*ep)->tok);
	(*ep)->type = VT_ERROR;
}

/* ---- @defined ------------------------------------------------------------------------------------------------------------------ */

static bool see_autocast(void *cookie, struct expr **ep)
{
	if ((*ep)->kind == EX_TARGET && (*ep)->target.base == TARGET_EXPR)
		*(bool *)cookie = true;
	return true;
}

static bool has_autocast(struct expr **ep)
{
	bool found = false;
	struct ast_visitor v = { .expr = see_autocast, .cookie = &found };

	walk_expr(&v, ep);
	return found;
}

/* where an attempt began, to be undone: its messages, saved values and functions */
struct attempt {
	size_t mark, nsaved, nfns;
};

static struct attempt attempt_begin(struct owner *o)
{
	return (struct attempt){ diag_mark(o->sm->diag), o->work ? o->work->p->saved.n : 0, o->sm->fns.n };
}

static bool attempt_failed(struct owner *o, const struct attempt *t)
{
	return diag_errors_since(o->sm->diag, t->mark);
}

static void attempt_undo(struct owner *o, const struct attempt *t)
{
	diag_drop(o->sm->diag, t->mark);
	if (o->work)
		o->work->p->saved.n = o->work->saved_text.n = t->nsaved;
	o->sm->fns.n = t->nfns;
}

/* tries it out, without traces */
static bool is_defined(struct owner *o, const struct expr *arg)
{
	struct sema *sm = o->sm;
	struct expr *copy = clone_expr(sm->a, arg);
	struct attempt t = attempt_begin(o);
	bool skip = sm->s->opt.skip_badvars, ok;

	sm->s->opt.skip_badvars = false;
	target_expand_expr(o, &copy);
	sm->s->opt.skip_badvars = skip;
	ok = !attempt_failed(o, &t);
	attempt_undo(o, &t);
	return ok;
}

static bool visit_defined(struct owner *o, struct expr **ep)
{
	struct expr *e = *ep;

	if (has_autocast(&e->wrap.arg)) {
		target_expand_expr(o, &e->wrap.arg);
		return false;
	}
	*ep = number_at(o, e, is_defined(o, e->wrap.arg));
	return false;
}

bool target_defined_late(struct owner *o, struct expr **ep, bool final)
{
	struct expr *e = *ep, *arg = e->wrap.arg;
	struct sema *sm = o->sm;
	size_t mark = diag_mark(sm->diag);
	bool known;

	if (arg->kind != EX_TARGET || arg->target.base != TARGET_EXPR) {
		*ep = number_at(o, e, arg->type != VT_ERROR);
		return true;
	}
	known = target_autocast(o, &arg);
	if (!known && !final)
		return false;
	if (!known)
		diag(sm->diag, W_DEFINED_COLLAPSED, e->tok, 0);
	*ep = number_at(o, e, known && !diag_errors_since(sm->diag, mark));
	if (known)
		diag_drop(sm->diag, mark);
	return true;
}

/* ---- @probewrite ----------------------------------------------------------------------------------------------------------------- */

struct write_scan {
	const char *name;
	bool found;
};

static const char *written_name(const struct expr *e)
{
	while (e->kind == EX_INDEX)
		e = e->index.base;
	if (e->kind == EX_VAR)
		return e->var.name;
	return e->kind == EX_TARGET ? e->target.name : NULL;
}

static bool see_write(void *cookie, struct expr **ep)
{
	struct write_scan *ws = cookie;
	const struct expr *e = *ep;
	const char *name = NULL;

	if (e->kind == EX_ASSIGN)
		name = written_name(e->binary.l);
	else if (e->kind == EX_CREMENT)
		name = written_name(e->crement.arg);
	if (name && name == ws->name)
		ws->found = true;
	return true;
}

static bool visit_probewrite(struct owner *o, struct expr **ep)
{
	struct write_scan ws = { written_name((*ep)->wrap.arg), false };
	struct ast_visitor v = { .expr = see_write, .cookie = &ws };

	if (o->work && o->work->p->user_body && ws.name)
		walk_block(&v, o->work->p->user_body);
	*ep = number_at(o, *ep, ws.found);
	return false;
}

/* ---- the other @operators ---------------------------------------------------------------------------------------------------------- */

static bool visit_enum(struct owner *o, struct expr **ep)
{
	struct types *t = target_kernel_types(o->sm);
	int64_t v;

	if (t && types_enumerator(t, (*ep)->at.text, &v)) {
		*ep = number_at(o, *ep, v);
		return false;
	}
	if (!t)
		target_without_kit(o, (*ep)->tok);
	else
		diag(o->sm->diag, E_ENUM_UNKNOWN, (*ep)->tok, (*ep)->at.text);
	poison(o, ep);
	return false;
}

static bool visit_const(struct owner *o, struct expr **ep)
{
	struct arena *a = o->sm->a;
	struct expr *e = expr_make(a, EX_EMBEDDED, (*ep)->tok);
	struct token *tok = arena_memdup(a, (*ep)->tok, sizeof(*tok));
	struct buf b = BUF_INIT;

	literal_decode(&b, (*ep)->at.text);
	tok->text = intern_str(o->sm->s->names, arena_printf(a, "/* pure */ /* unprivileged */ /* stable */ (%s)", b.data));
	buf_fini(&b);
	e->embedded = arena_make(a, struct embedded);
	e->embedded->tok = tok;
	e->embedded->pragmas = PRAGMA_PURE | PRAGMA_UNPRIVILEGED | PRAGMA_STABLE;
	e->type = VT_LONG;
	*ep = e;
	return false;
}

static bool visit_deref(struct owner *o, struct expr **ep)
{
	struct expr *e = *ep, *access;
	int64_t size = e->deref.size;
	struct plan *p;

	if (size != 1 && size != 2 && size != 4 && size != 8) {
		diag(o->sm->diag, E_DEREF_SIZE, e->tok, (long long)size);
		poison(o, ep);
		return false;
	}
	target_expand_expr(o, &e->deref.arg);
	p = plan_make(o->sm->a, PLAN_EXPR, 0, NULL, e->deref.user ? "@uderef" : "@kderef");
	p->user = e->deref.user;
	p->nexprs = 1;
	p->steps[p->nsteps++] = (struct plan_step){ .op = STEP_LOAD, .size = (unsigned)size };
	access = access_make(o, e->tok, p);
	vec_push(o->sm->a, &access->access.args, e->deref.arg);
	*ep = access;
	return false;
}

static bool visit_register(struct owner *o, struct expr **ep)
{
	struct expr *e = *ep;
	struct plan *p;
	struct oserr *err = plan_register(o->sm->a, o->sm->s->arch, e->deref.arg->num, e->deref.user, &p);

	if (!err) {
		*ep = access_make(o, e->tok, p);
		(*ep)->access.text = arena_printf(o->sm->a, "%s(%lld)", e->tok->text, (long long)e->deref.arg->num);
		return false;
	}
	diag(o->sm->diag, E_TARGET, e->deref.arg->tok, err->msg);
	oserr_free(err);
	poison(o, ep);
	return false;
}

static bool visit_perf(struct owner *o, struct expr **ep)
{
	diag(o->sm->diag, E_PERF_NOT_YET, (*ep)->tok, (*ep)->at.text, (*ep)->at.text);
	poison(o, ep);
	return false;
}

/* ---- branches that are decided -------------------------------------------------------------------------------------------------------- */

bool target_decided(const struct expr *e, int64_t *ret)
{
	return fold_number(e, ret) && e->tok->cls != TOK_NUMBER;
}

/* expands what is never evaluated; false: its $variables cannot be had, and nobody needs to know */
static bool expand_dead(struct owner *o, struct expr **ep, struct stmt **sp)
{
	struct attempt t = attempt_begin(o);

	if (ep)
		target_expand_expr(o, ep);
	else
		expand_one(o, sp);
	if (!attempt_failed(o, &t))
		return true;
	attempt_undo(o, &t);
	return false;
}

static bool visit_ternary(struct owner *o, struct expr **ep)
{
	struct expr *e = *ep, **live, **dead;
	int64_t v;

	target_expand_expr(o, &e->ternary.cond);
	if (!fold_known(e->ternary.cond, &v) || !fold_idle(e->ternary.cond)) {
		target_expand_expr(o, &e->ternary.yes);
		target_expand_expr(o, &e->ternary.no);
		return false;
	}
	live = v ? &e->ternary.yes : &e->ternary.no;
	dead = v ? &e->ternary.no : &e->ternary.yes;
	target_expand_expr(o, live);
	if (target_decided(e->ternary.cond, &v) || !expand_dead(o, dead, NULL))
		*ep = *live;
	return false;
}

/* the right side, never evaluated, is put as a number: the left one may do something */
static bool visit_logic(struct owner *o, struct expr **ep)
{
	struct expr *e = *ep;
	bool is_and = e->binary.op == OP_LAND;
	int64_t l, r;

	target_expand_expr(o, &e->binary.l);
	if (fold_known(e->binary.l, &l) && (l != 0) != is_and) {
		if (target_decided(e->binary.l, &l))
			*ep = number_at(o, e, !is_and);
		else if (!expand_dead(o, &e->binary.r, NULL))
			e->binary.r = number_at(o, e->binary.r, !is_and);
		return false;
	}
	target_expand_expr(o, &e->binary.r);
	if (target_decided(e->binary.l, &l) && target_decided(e->binary.r, &r))
		*ep = number_at(o, e, is_and ? l && r : l || r);
	return false;
}

static bool visit_not(struct owner *o, struct expr **ep)
{
	int64_t v;

	target_expand_expr(o, &(*ep)->unary.arg);
	if (target_decided((*ep)->unary.arg, &v))
		*ep = number_at(o, *ep, !v);
	return false;
}

static bool expand_expr(void *cookie, struct expr **ep) /* long: dispatch */
{
	struct owner *o = cookie;
	struct expr *e = *ep;

	switch (e->kind) {
	case EX_TARGET:
	case EX_ENTRY:
		return target_visit(o, ep);
	case EX_DEFINED:
		return visit_defined(o, ep);
	case EX_PROBEWRITE:
		return visit_probewrite(o, ep);
	case EX_ENUM:
		return visit_enum(o, ep);
	case EX_CONST:
		return visit_const(o, ep);
	case EX_DEREF:
		return visit_deref(o, ep);
	case EX_TERNARY:
		return visit_ternary(o, ep);
	case EX_ASSIGN:
		return target_write(o, e);
	case EX_CREMENT:
		return target_write(o, e);
	case EX_UNARY:
		return e->unary.op == OP_NOT ? visit_not(o, ep) : true;
	case EX_BINARY:
		return op_info[e->binary.op].kind == OPK_LOGIC ? visit_logic(o, ep) : true;
	case EX_PERF:
		return visit_perf(o, ep);
	case EX_ENUMNAME:
		if (!enumname_resolve(o, ep))
			poison(o, ep);
		return false;
	case EX_REGISTER:
		return visit_register(o, ep);
	case EX_SAVED:
	case EX_ACCESS:
	case EX_ERROR:
		return false; /* done already */
	default:
		return true;
	}
}

static bool expand_if(struct owner *o, struct stmt **sp)
{
	struct stmt *s = *sp, **live, **dead;
	int64_t n;

	target_expand_expr(o, &s->if_.cond);
	if (!fold_known(s->if_.cond, &n)) {
		expand_one(o, &s->if_.yes);
		if (s->if_.no)
			expand_one(o, &s->if_.no);
		return false;
	}
	live = n ? &s->if_.yes : &s->if_.no;
	dead = n ? &s->if_.no : &s->if_.yes;
	if (*live)
		expand_one(o, live);
	if (target_decided(s->if_.cond, &n))
		*sp = *live ? *live : stmt_make(o->sm->a, ST_NULL, s->tok);
	else if (*dead && !expand_dead(o, NULL, dead))
		*dead = stmt_make(o->sm->a, ST_NULL, s->tok);
	return false;
}

/* a loop that is never entered */
static bool expand_loop(struct owner *o, struct stmt **sp)
{
	struct stmt *s = *sp;
	int64_t n;

	if (!s->for_.cond)
		return true;
	target_expand_expr(o, &s->for_.cond);
	if (!fold_known(s->for_.cond, &n) || n)
		return true;
	if (s->for_.init)
		target_expand_expr(o, &s->for_.init);
	if (s->for_.step && !expand_dead(o, &s->for_.step, NULL))
		s->for_.step = NULL;
	if (!expand_dead(o, NULL, &s->for_.body))
		s->for_.body = stmt_make(o->sm->a, ST_NULL, s->tok);
	return false;
}

static bool expand_stmt(void *cookie, struct stmt **sp)
{
	switch ((*sp)->kind) {
	case ST_IF:
		return expand_if(cookie, sp);
	case ST_FOR:
		return expand_loop(cookie, sp);
	default:
		return true;
	}
}

static void expand_one(struct owner *o, struct stmt **sp)
{
	struct ast_visitor v = { .expr = expand_expr, .stmt = expand_stmt, .cookie = o };

	walk_stmt(&v, sp);
}

void target_expand_expr(struct owner *o, struct expr **ep)
{
	struct ast_visitor v = { .expr = expand_expr, .stmt = expand_stmt, .cookie = o };

	walk_expr(&v, ep);
}

void target_expand_block(struct owner *o, struct block *b)
{
	struct ast_visitor v = { .expr = expand_expr, .stmt = expand_stmt, .cookie = o };

	walk_block(&v, b);
}
