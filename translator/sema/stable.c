// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stable functions (reference/language.md 17, 19): a function without arguments whose C says stable and pure, like pid(), has one value
 * in a run of a handler. Where a body would call it more often than once, the value is kept in a local. Not under -u.
 *	if (pid() == target()) n[pid()]++		becomes		v = pid()
 *								if (v == target()) n[v]++
 *
 * in: typed, pruned bodies. out: the same with such locals. The call goes in front of the first statement that is sure to make it, or
 * that is a loop with it: a handler that leaves early pays no more than before, but for a loop that runs not at all. An assignment to
 * such a local is no action (codegen/actions.c).
 */
#include "sema/sema.h"

#include "base/intern.h"
#include "session.h"

struct hoist {
	struct owner *o;
	struct vardecls *locals;
	struct funcdecl *fn;   /* whose calls are at hand */
	struct vardecl *local; /* that keeps its value, once there is one */
	struct expr *first;
	size_t found;
};

static bool is_stable(const struct expr *e)
{
	const struct funcdecl *f;

	if (e->kind != EX_CALL || e->call.args.n || e->call.callees.n != 1)
		return false;
	f = e->call.callees.v[0];
	return f->embedded && (f->embedded->pragmas & PRAGMA_STABLE) && (f->embedded->pragmas & PRAGMA_PURE) && !f->may_next &&
	       (f->type == VT_LONG || f->type == VT_STRING);
}

/* ---- how often, and whether for sure --------------------------------------------------------------------------------------------
 */

/* what @entry keeps is another run's */
static bool goes_into(const struct expr *e) { return e->kind != EX_SAVED; }

static bool visit_replaced(void *cookie, struct expr **ep)
{
	(void)cookie;
	return goes_into(*ep);
}

static bool count_expr(void *cookie, struct expr **ep)
{
	struct hoist *h = cookie;

	h->found += is_stable(*ep) && (*ep)->call.callees.v[0] == h->fn;
	return goes_into(*ep);
}

/* a loop makes it many times */
static bool count_stmt(void *cookie, struct stmt **sp)
{
	struct hoist *h = cookie;
	struct ast_visitor v = { .expr = count_expr, .cookie = h };
	size_t before = h->found;
	struct stmt *s = *sp;

	if (s->kind != ST_FOR && s->kind != ST_FOREACH)
		return true;
	walk_stmt(&v, &s);
	h->found += h->found - before;
	return false;
}

static size_t calls_of_stmt(struct hoist *h, struct stmt *s)
{
	struct ast_visitor v = { .expr = count_expr, .stmt = count_stmt, .cookie = h };

	h->found = 0;
	walk_stmt(&v, &s);
	return h->found;
}

static bool sure_expr(void *cookie, struct expr **ep)
{
	struct expr *e = *ep;
	struct ast_visitor v = { .expr = sure_expr, .cookie = cookie };

	if (!count_expr(cookie, ep))
		return false;
	if (e->kind == EX_TERNARY) {
		walk_expr(&v, &e->ternary.cond);
		return false;
	}
	if (e->kind == EX_BINARY && (e->binary.op == OP_LAND || e->binary.op == OP_LOR)) {
		walk_expr(&v, &e->binary.l);
		return false;
	}
	return true;
}

static bool is_sure_expr(struct hoist *h, struct expr *e)
{
	struct ast_visitor v = { .expr = sure_expr, .cookie = h };

	h->found = 0;
	if (e)
		walk_expr(&v, &e);
	return h->found > 0;
}

/* of a statement that has calls */
static bool is_sure(struct hoist *h, struct stmt *s)
{
	switch (s->kind) {
	case ST_EXPR:
	case ST_RETURN:
	case ST_DELETE: return is_sure_expr(h, s->expr);
	case ST_IF: return is_sure_expr(h, s->if_.cond);
	case ST_FOR:
	case ST_FOREACH: /* the runtime's own cannot fail, so that nobody notices a call too many */
		return h->fn->embedded->pragmas & PRAGMA_BUILTIN;
	case ST_BLOCK:
		for (size_t i = 0; i < s->block->stmts.n; i++)
			if (calls_of_stmt(h, s->block->stmts.v[i]))
				return is_sure(h, s->block->stmts.v[i]);
		return false;
	case ST_TRY: /* what is inside stays inside */
	case ST_NULL:
	case ST_BREAK:
	case ST_CONTINUE:
	case ST_NEXT: break;
	}
	return false;
}

/* ---- keeping the value ------------------------------------------------------------------------------------------------ */

static const char *free_name(const struct hoist *h)
{
	const char *name = intern_str(h->o->sm->s->names, arena_printf(h->o->sm->a, "__stable_%s_value", h->fn->name));

	for (size_t i = 0; i < h->locals->n; i++) {
		if (h->locals->v[i]->name != name)
			continue;
		name = intern_str(h->o->sm->s->names, arena_printf(h->o->sm->a, "%s_", name));
		i = (size_t)-1;
	}
	return name;
}

static struct vardecl *local_make(struct hoist *h, const struct token *tok)
{
	struct vardecl *v = arena_make(h->o->sm->a, struct vardecl);

	v->name = free_name(h);
	v->tok = v->type_tok = tok;
	v->synthetic = true;
	v->type = h->fn->type;
	v->read = v->written = true;
	vec_push(h->o->sm->a, h->locals, v);
	return v;
}

static struct expr *local_expr(struct hoist *h, const struct token *tok)
{
	struct expr *e = expr_make(h->o->sm->a, EX_VAR, tok);

	e->var.name = h->local->name;
	e->var.decl = h->local;
	e->type = h->local->type;
	return e;
}

static void replace_call(void *cookie, struct expr **ep)
{
	struct hoist *h = cookie;

	if (is_stable(*ep) && (*ep)->call.callees.v[0] == h->fn) {
		struct expr *e = local_expr(h, (*ep)->tok);

		e->ctype = (*ep)->ctype;
		*ep = e;
	}
}

static bool find_call(void *cookie, struct expr **ep)
{
	struct hoist *h = cookie;

	if (!h->first && is_stable(*ep) && (*ep)->call.callees.v[0] == h->fn)
		h->first = *ep;
	return !h->first && goes_into(*ep);
}

static struct stmt *assignment(struct hoist *h, struct expr *call)
{
	struct stmt *s = stmt_make(h->o->sm->a, ST_EXPR, call->tok);

	s->expr = expr_make(h->o->sm->a, EX_ASSIGN, call->tok);
	s->expr->binary.op = OP_ASSIGN;
	s->expr->binary.l = local_expr(h, call->tok);
	s->expr->binary.r = call;
	s->expr->type = h->local->type;
	return s;
}

/* the value is taken in front of b's statement `at`; it and those behind it use the local */
static void keep_from(struct hoist *h, struct block *b, size_t at)
{
	struct ast_visitor find = { .expr = find_call, .cookie = h };
	struct ast_visitor replace = { .expr = visit_replaced, .expr_post = replace_call, .cookie = h };
	struct stmt *set;

	h->first = NULL;
	walk_stmt(&find, &b->stmts.v[at]);
	if (!h->local)
		h->local = local_make(h, h->first->tok);
	set = assignment(h, h->first);
	for (size_t i = at; i < b->stmts.n; i++)
		walk_stmt(&replace, &b->stmts.v[i]);
	vec_push(h->o->sm->a, &b->stmts, set);
	for (size_t i = b->stmts.n - 1; i > at; i--)
		b->stmts.v[i] = b->stmts.v[i - 1];
	b->stmts.v[at] = set;
}

/* ---- where ------------------------------------------------------------------------------------------------------------ */

static void hoist_block(struct hoist *h, struct block *b);

static void hoist_branch(struct hoist *h, struct stmt **sp)
{
	struct block *b;

	if (!*sp)
		return;
	if ((*sp)->kind == ST_BLOCK) {
		hoist_block(h, (*sp)->block);
		return;
	}
	b = arena_make(h->o->sm->a, struct block);
	b->tok = (*sp)->tok;
	vec_push(h->o->sm->a, &b->stmts, *sp);
	hoist_block(h, b);
	if (b->stmts.n == 1)
		return;
	*sp = stmt_make(h->o->sm->a, ST_BLOCK, b->tok);
	(*sp)->block = b;
}

static void hoist_inside(struct hoist *h, struct stmt *s)
{
	switch (s->kind) {
	case ST_BLOCK: hoist_block(h, s->block); break;
	case ST_IF:
		hoist_branch(h, &s->if_.yes);
		hoist_branch(h, &s->if_.no);
		break;
	case ST_FOR: hoist_branch(h, &s->for_.body); break;
	case ST_FOREACH: hoist_branch(h, &s->foreach_.body); break;
	case ST_TRY:
		hoist_block(h, s->try_.body);
		hoist_block(h, s->try_.handler);
		break;
	case ST_EXPR:
	case ST_RETURN:
	case ST_DELETE:
	case ST_NULL:
	case ST_BREAK:
	case ST_CONTINUE:
	case ST_NEXT: break;
	}
}

static void hoist_block(struct hoist *h, struct block *b)
{
	size_t left = 0, here;

	for (size_t i = 0; i < b->stmts.n; i++)
		left += calls_of_stmt(h, b->stmts.v[i]);
	for (size_t i = 0; left > 1 && i < b->stmts.n; i++, left -= here) {
		here = calls_of_stmt(h, b->stmts.v[i]);
		if (!here)
			continue;
		if (is_sure(h, b->stmts.v[i])) {
			keep_from(h, b, i);
			return;
		}
		if (here > 1)
			hoist_inside(h, b->stmts.v[i]);
	}
}

struct callees_seen {
	struct arena *a;
	VEC(struct funcdecl *) v;
};

static bool list_expr(void *cookie, struct expr **ep)
{
	struct callees_seen *seen = cookie;

	if (!is_stable(*ep))
		return goes_into(*ep);
	for (size_t i = 0; i < seen->v.n; i++)
		if (seen->v.v[i] == (*ep)->call.callees.v[0])
			return true;
	vec_push(seen->a, &seen->v, (*ep)->call.callees.v[0]);
	return true;
}

static void one(struct owner *o, struct block *b, void *cookie)
{
	struct callees_seen seen = { .a = o->sm->a };
	struct ast_visitor v = { .expr = list_expr, .cookie = &seen };
	struct hoist h = { .o = o, .locals = o->fn ? &o->fn->locals : &o->work->p->locals };

	(void)cookie;
	walk_block(&v, b);
	for (size_t i = 0; i < seen.v.n; i++) {
		h.fn = seen.v.v[i];
		h.local = NULL;
		hoist_block(&h, b);
	}
}

void stable_hoist(struct sema *sm)
{
	each_code(sm, one, NULL);
}
