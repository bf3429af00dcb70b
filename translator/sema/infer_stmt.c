// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Inference through statements (see types.c): conditions and limits are longs, loop variables share types with the array's keys and value,
 * a function's returns share its type. An `if` whose @defined was decided is replaced by what is left of it.
 */
#include "sema/infer.h"

static void statement(struct infer *I, struct stmt **sp);

void infer_block(struct infer *I, struct block *b)
{
	for (size_t i = 0; i < b->stmts.n; i++)
		statement(I, &b->stmts.v[I->backwards ? b->stmts.n - 1 - i : i]);
}

static void if_statement(struct infer *I, struct stmt **sp)
{
	struct stmt *s = *sp;
	int64_t n;

	infer(I, &s->if_.cond, VT_LONG);
	if (target_decided(s->if_.cond, &n) && I->autocasts) {
		*sp = n ? s->if_.yes : s->if_.no;
		if (!*sp)
			*sp = stmt_make(I->sm->a, ST_NULL, s->tok);
		infer_changed(I);
		statement(I, sp);
		return;
	}
	statement(I, &s->if_.yes);
	if (s->if_.no)
		statement(I, &s->if_.no);
}

/* the loop variable E shall have what is in the aggregates of BASE */
static void raw_stats(struct infer *I, struct expr *e, struct expr *base)
{
	if (e->type != VT_ERROR)
		diag(I->sm->diag, E_STAT_RVALUE, base->tok, "array");
	if (e->kind == EX_VAR && e->var.decl && !e->var.decl->global)
		e->var.decl->type = VT_ERROR;
	infer_poison(I, e);
}

/* a loop variable takes its type from an array's key or value, or the other way round */
static void loop_variable(struct infer *I, struct expr **ep, struct expr *base, int column)
{
	struct vardecl *array = base->var.decl;
	enum value_type *t = column < 0 ? &array->type : &array->key[column], got;

	if (*t == VT_STATS) {
		raw_stats(I, *ep, base);
		return;
	}
	got = infer(I, ep, *t);
	if (*t != VT_UNKNOWN || got == VT_UNKNOWN || got == VT_ERROR)
		return;
	if (column >= 0) {
		infer_set_key(I, array, (size_t)column, got, (*ep)->tok);
		return;
	}
	array->type = got;
	array->type_tok = (*ep)->tok;
	infer_changed(I);
}

static void foreach(struct infer *I, struct stmt *s)
{
	struct expr *base = s->foreach_.base;
	struct vardecl *a = base->kind == EX_VAR ? base->var.decl : NULL;

	if (base->kind != EX_VAR)
		infer(I, &s->foreach_.base, VT_UNKNOWN);
	else if (a && base->type != VT_ERROR && s->foreach_.sort_op_given)
		infer_decl(I, base, a, VT_STATS);
	else if (a && base->type != VT_ERROR)
		infer_set(I, base, a->type);
	for (size_t i = 0; i < s->foreach_.keys.n && i < MAX_KEYS; i++) {
		if (a)
			loop_variable(I, &s->foreach_.keys.v[i], base, (int)i);
		else
			infer(I, &s->foreach_.keys.v[i], VT_LONG);
	}
	if (s->foreach_.value && a)
		loop_variable(I, &s->foreach_.value, base, -1);
	else if (s->foreach_.value)
		infer(I, &s->foreach_.value, VT_LONG);
	for (size_t i = 0; i < s->foreach_.slice.n && i < MAX_KEYS; i++) {
		if (s->foreach_.slice.v[i] && a)
			infer_key(I, a, i, &s->foreach_.slice.v[i]);
		else if (s->foreach_.slice.v[i])
			infer(I, &s->foreach_.slice.v[i], VT_LONG);
	}
	if (s->foreach_.limit)
		infer(I, &s->foreach_.limit, VT_LONG);
	statement(I, &s->foreach_.body);
}

static void return_value(struct infer *I, struct stmt *s)
{
	struct funcdecl *f = I->o->fn;
	enum value_type t;

	if (!s->expr || !f)
		return;
	t = infer_given(I, &s->expr, f->type, infer_first_of_function(f));
	infer_flow(I, &f->ctype, s->expr->ctype);
	if (f->type != VT_UNKNOWN || t == VT_UNKNOWN || t == VT_ERROR)
		return;
	if (t == VT_STATS) {
		infer_raw_stat(I, s->expr);
		return;
	}
	f->type = t;
	f->type_tok = s->expr->tok;
	infer_changed(I);
}

static void delete_operand(struct infer *I, struct stmt *s)
{
	if (s->expr->kind == EX_INDEX)
		infer(I, &s->expr, VT_UNKNOWN);
	else if (s->expr->kind == EX_VAR && s->expr->var.decl)
		infer_set(I, s->expr, s->expr->var.decl->type);
}

static void statement(struct infer *I, struct stmt **sp) /* long: dispatch */
{
	struct stmt *s = *sp;

	switch (s->kind) {
	case ST_BLOCK:
		infer_block(I, s->block);
		break;
	case ST_EXPR:
		infer(I, &s->expr, VT_UNKNOWN);
		break;
	case ST_IF:
		if_statement(I, sp);
		break;
	case ST_FOR:
		if (s->for_.init)
			infer(I, &s->for_.init, VT_UNKNOWN);
		if (s->for_.cond)
			infer(I, &s->for_.cond, VT_LONG);
		if (s->for_.step)
			infer(I, &s->for_.step, VT_UNKNOWN);
		statement(I, &s->for_.body);
		break;
	case ST_FOREACH:
		foreach(I, s);
		break;
	case ST_TRY:
		infer_block(I, s->try_.body);
		if (s->try_.var)
			infer(I, &s->try_.var, VT_STRING);
		infer_block(I, s->try_.handler);
		break;
	case ST_RETURN:
		return_value(I, s);
		break;
	case ST_DELETE:
		delete_operand(I, s);
		break;
	case ST_NULL:
	case ST_BREAK:
	case ST_CONTINUE:
	case ST_NEXT:
		break;
	}
}
