// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What evaluating an expression writes. in: resolved trees and the write sets of functions (sema). out: DEP_ bits. Too much is safe
 * (a copy more), too little is a wrong value.
 */
#include "codegen/lower.h"

#include "syntax/ast_tools.h"

static unsigned effects_of_rw(const struct rwset *rw)
{
	for (size_t i = 0; rw && i < rw->n; i++)
		if (rw->use[i] & (USE_WRITE | USE_COMMUTE))
			return DEP_GLOBALS;
	return 0;
}

unsigned effects_of_function(const struct funcdecl *f)
{
	unsigned eff = effects_of_rw(f->rw);

	if (f->embedded && f->embedded->writes.n)
		eff |= DEP_GLOBALS;
	return eff;
}

static unsigned effects_of_lvalue(const struct expr *e)
{
	if (e->kind == EX_VAR && !e->var.decl->global)
		return DEP_LOCALS;
	return DEP_GLOBALS;
}

static bool visit(void *cookie, struct expr **ep)
{
	unsigned *eff = cookie;
	const struct expr *e = *ep;

	switch (e->kind) {
	case EX_ASSIGN: *eff |= effects_of_lvalue(e->binary.l); break;
	case EX_CREMENT: *eff |= effects_of_lvalue(e->crement.arg); break;
	case EX_CALL:
		for vec_each (i, &e->call.callees)
			*eff |= effects_of_function(e->call.callees.v[i]);
		break;
	case EX_EMBEDDED:
		if (e->embedded->writes.n)
			*eff |= DEP_GLOBALS;
		break;
	default: break;
	}
	return true;
}

unsigned effects_of(const struct expr *e)
{
	unsigned eff = 0;
	struct ast_visitor v = { .expr = visit, .cookie = &eff };
	struct expr *root = (struct expr *)e;

	walk_expr(&v, &root);
	return eff;
}

struct mention {
	const struct vardecl *decl;
	bool found;
};

static bool visit_mention(void *cookie, struct expr **ep)
{
	struct mention *m = cookie;

	if ((*ep)->kind == EX_VAR && (*ep)->var.decl == m->decl)
		m->found = true;
	return !m->found;
}

bool expr_mentions(const struct expr *e, const struct vardecl *v)
{
	struct mention m = { v, false };
	struct ast_visitor visitor = { .expr = visit_mention, .cookie = &m };
	struct expr *root = (struct expr *)e;

	walk_expr(&visitor, &root);
	return m.found;
}

/* Kinds that raise no error by themselves; all others are taken to */
static bool visit_fail(void *cookie, struct expr **ep)
{
	bool *fails = cookie;
	const struct expr *e = *ep;

	switch (e->kind) {
	case EX_NUMBER:
	case EX_STRING:
	case EX_VAR:
	case EX_UNARY:
	case EX_CONCAT:
	case EX_REGEX:
	case EX_TERNARY: break;
	case EX_INDEX: *fails |= e->index.base->kind != EX_VAR; break;
	case EX_IN: /* of a slice: a search that is charged for */
		for vec_each (i, &e->in.array->index.idx)
			*fails |= !e->in.array->index.idx.v[i];
		break;
	case EX_BINARY: *fails |= e->binary.op == OP_DIV || e->binary.op == OP_MOD; break;
	case EX_PRINT:
		*fails |= e->print.hist != NULL;
		for vec_each (i, &e->print.pieces)
			*fails |= e->print.pieces.v[i].conv == FMT_M || e->print.pieces.v[i].conv == FMT_MM;
		break;
	default: *fails = true; break;
	}
	return !*fails;
}

bool expr_may_fail(const struct expr *e)
{
	bool fails = false;
	struct ast_visitor v = { .expr = visit_fail, .cookie = &fails };
	struct expr *root = (struct expr *)e;

	walk_expr(&v, &root);
	return fails;
}
