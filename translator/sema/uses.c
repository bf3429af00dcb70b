// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The walk of uses.h. in: resolved bodies. It changes nothing.
 * Order: as evaluated at run time, as far as it is fixed.
 */
#include "sema/uses.h"

static void var_of(const struct use_walk *w, struct expr *e, unsigned how);

static void list(const struct use_walk *w, struct expr **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i])
			uses_expr(w, v[i], true);
}

/* E is what is read or written: a variable or an element */
static void var_of(const struct use_walk *w, struct expr *e, unsigned how)
{
	struct expr *base = e->kind == EX_INDEX ? e->index.base : e;

	if (e->kind == EX_INDEX)
		list(w, e->index.idx.v, e->index.idx.n);
	if (base->kind == EX_VAR) {
		if (base->var.decl)
			w->var(w->cookie, base->var.decl, how, e);
		return;
	}
	uses_expr(w, base, true);
}

static unsigned assign_use(const struct expr *e, bool taken)
{
	switch (e->binary.op) {
	case OP_ASSIGN:
		return USE_WRITE;
	case OP_AGG:
		return USE_COMMUTE;
	case OP_ADD_ASSIGN:
	case OP_SUB_ASSIGN:
		return taken ? USE_READ | USE_WRITE : USE_COMMUTE | USE_UPDATE;
	default:
		return USE_READ | USE_WRITE | (taken ? 0 : USE_UPDATE);
	}
}

static void binary(const struct use_walk *w, struct expr *e, bool taken)
{
	uses_expr(w, e->binary.l, true);
	uses_expr(w, e->binary.r, taken || op_info[e->binary.op].kind != OPK_LOGIC);
}

static void print_args(const struct use_walk *w, struct expr *e)
{
	list(w, e->print.args.v, e->print.args.n);
	if (e->print.hist)
		uses_expr(w, e->print.hist, true);
}

static void call_args(const struct use_walk *w, struct expr *e)
{
	list(w, e->call.args.v, e->call.args.n);
	if (w->call)
		w->call(w->cookie, e);
}

static void embedded(const struct use_walk *w, struct expr *e)
{
	for (size_t i = 0; i < e->embedded->rvars.n; i++)
		w->var(w->cookie, e->embedded->rvars.v[i], USE_READ, e);
	for (size_t i = 0; i < e->embedded->wvars.n; i++)
		w->var(w->cookie, e->embedded->wvars.v[i], USE_WRITE, e);
}

static void target(const struct use_walk *w, struct expr *e)
{
	if (e->target.operand)
		uses_expr(w, e->target.operand, true);
	for (size_t i = 0; i < e->target.comps.n; i++)
		if (e->target.comps.v[i].kind == COMP_INDEX)
			uses_expr(w, e->target.comps.v[i].index, true);
}

void uses_expr(const struct use_walk *w, struct expr *e, bool taken) /* long: dispatch */
{
	if (w->expr)
		w->expr(w->cookie, e);
	switch (e->kind) {
	case EX_VAR:
	case EX_INDEX:
		var_of(w, e, USE_READ);
		break;
	case EX_ASSIGN:
		uses_expr(w, e->binary.r, true);
		var_of(w, e->binary.l, assign_use(e, taken));
		break;
	case EX_CREMENT:
		var_of(w, e->crement.arg, taken ? USE_READ | USE_WRITE : USE_COMMUTE | USE_UPDATE);
		break;
	case EX_CALL:
		call_args(w, e);
		break;
	case EX_UNARY:
		uses_expr(w, e->unary.arg, true);
		break;
	case EX_BINARY:
	case EX_CONCAT:
		binary(w, e, taken);
		break;
	case EX_REGEX:
		uses_expr(w, e->regex.l, true);
		break;
	case EX_IN:
		var_of(w, e->in.array, USE_READ);
		break;
	case EX_TERNARY:
		uses_expr(w, e->ternary.cond, true);
		uses_expr(w, e->ternary.yes, taken);
		uses_expr(w, e->ternary.no, taken);
		break;
	case EX_PRINT:
		print_args(w, e);
		break;
	case EX_STAT:
		var_of(w, e->stat.stat, USE_READ);
		break;
	case EX_HIST:
		var_of(w, e->hist.stat, USE_READ);
		break;
	case EX_ACCESS:
		list(w, e->access.args.v, e->access.args.n);
		break;
	case EX_EMBEDDED:
		embedded(w, e);
		break;
	case EX_TARGET:
		target(w, e);
		break;
	case EX_DEFINED:
		uses_expr(w, e->wrap.arg, true);
		break;
	case EX_NUMBER:
	case EX_STRING:
	case EX_SAVED: /* its entry expression is the probe's, see derived_probe.saved */
	case EX_ENTRY:
	case EX_PROBEWRITE:
	case EX_PERF:
	case EX_CONST:
	case EX_ENUM:
	case EX_ENUMNAME:
	case EX_REGISTER:
	case EX_DEREF:
	case EX_ERROR:
		break;
	}
}

static void loop(const struct use_walk *w, struct stmt *s)
{
	if (s->for_.init)
		uses_expr(w, s->for_.init, false);
	if (s->for_.cond)
		uses_expr(w, s->for_.cond, true);
	uses_stmt(w, s->for_.body);
	if (s->for_.step)
		uses_expr(w, s->for_.step, false);
}

static void each(const struct use_walk *w, struct stmt *s)
{
	if (s->foreach_.limit)
		uses_expr(w, s->foreach_.limit, true);
	list(w, s->foreach_.slice.v, s->foreach_.slice.n);
	var_of(w, s->foreach_.base, s->foreach_.sort_dir ? USE_READ | USE_SORT : USE_READ);
	for (size_t i = 0; i < s->foreach_.keys.n; i++)
		var_of(w, s->foreach_.keys.v[i], USE_WRITE);
	if (s->foreach_.value)
		var_of(w, s->foreach_.value, USE_WRITE);
	uses_stmt(w, s->foreach_.body);
}

static void children(const struct use_walk *w, struct stmt *s) /* long: dispatch */
{
	switch (s->kind) {
	case ST_BLOCK:
		uses_block(w, s->block);
		break;
	case ST_EXPR:
		uses_expr(w, s->expr, false);
		break;
	case ST_IF:
		uses_expr(w, s->if_.cond, true);
		uses_stmt(w, s->if_.yes);
		if (s->if_.no)
			uses_stmt(w, s->if_.no);
		break;
	case ST_FOR:
		loop(w, s);
		break;
	case ST_FOREACH:
		each(w, s);
		break;
	case ST_TRY:
		uses_block(w, s->try_.body);
		if (s->try_.var)
			var_of(w, s->try_.var, USE_WRITE);
		uses_block(w, s->try_.handler);
		break;
	case ST_RETURN:
		if (s->expr)
			uses_expr(w, s->expr, true);
		break;
	case ST_DELETE:
		var_of(w, s->expr, USE_READ | USE_WRITE);
		break;
	case ST_NULL:
	case ST_BREAK:
	case ST_CONTINUE:
	case ST_NEXT:
		break;
	}
}

void uses_stmt(const struct use_walk *w, struct stmt *s)
{
	if (w->stmt)
		w->stmt(w->cookie, s, true);
	children(w, s);
	if (w->stmt)
		w->stmt(w->cookie, s, false);
}

void uses_block(const struct use_walk *w, struct block *b)
{
	for (size_t i = 0; i < b->stmts.n; i++)
		uses_stmt(w, b->stmts.v[i]);
}
