// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The action budget (reference/language.md 20): each statement costs one. A function or handler is charged at its start for all
 * that is not in a loop, an iteration at its start, a catch when it is entered. A handler without loops and calls that cannot use
 * up the budget is not charged at all.
 *
 * A statement may be as long as the script likes. Where interrupts are off its length counts too: what a run has more than OPS_FREE
 * operations a statement is long work (stp_long() in abi.h).
 */
#include "codegen/stmt.h"

#include "syntax/ast_tools.h"

/* what pass 2 put in for speed is nothing that the script does */
static bool is_ours(const struct expr *e)
{
	return e->kind == EX_ASSIGN && e->binary.l->kind == EX_VAR && e->binary.l->var.decl->synthetic && !e->binary.l->var.decl->global;
}

unsigned actions_of_stmt(const struct stmt *s)
{
	if (!s)
		return 0;
	switch (s->kind) {
	case ST_NULL: return 0;
	case ST_BLOCK: return actions_of(s->block);
	case ST_IF: return 1 + actions_of_stmt(s->if_.yes) + actions_of_stmt(s->if_.no);
	case ST_TRY: return actions_of(s->try_.body);
	case ST_EXPR: return is_ours(s->expr) ? 0 : 1;
	default: return 1;
	}
}

unsigned actions_of(const struct block *b)
{
	unsigned n = 0;

	for vec_each (i, &b->stmts)
		n += actions_of_stmt(b->stmts.v[i]);
	return n;
}

static bool visit_stmt(void *cookie, struct stmt **sp)
{
	if ((*sp)->kind == ST_FOR || (*sp)->kind == ST_FOREACH)
		*(bool *)cookie = true;
	return true;
}

static bool visit_expr(void *cookie, struct expr **ep)
{
	const struct expr *e = *ep;

	if (e->kind == EX_CALL)
		for vec_each (i, &e->call.callees)
			if (e->call.callees.v[i]->body)
				*(bool *)cookie = true;
	return true;
}

bool block_has_loop_or_call(const struct block *b)
{
	bool found = false;
	struct ast_visitor v = { .expr = visit_expr, .stmt = visit_stmt, .cookie = &found };

	walk_block(&v, (struct block *)b);
	return found;
}

/* ---- operations ---------------------------------------------------------------------------------------------------- */

static bool count_op(void *cookie, struct expr **ep)
{
	unsigned *n = cookie;
	const struct expr *e = *ep;

	switch (e->kind) {
	case EX_INDEX:
	case EX_CALL:
	case EX_EMBEDDED:
	case EX_CONCAT:
	case EX_REGEX:
	case EX_IN:
	case EX_STAT:
	case EX_ACCESS: ++*n; break;
	case EX_PRINT: *n += 1 + (unsigned)e->print.args.n; break;
	case EX_BINARY:
	case EX_ASSIGN: *n += e->binary.l->type == VT_STRING; break;
	default: break;
	}
	return true;
}

/* loops charge for themselves */
static bool count_no_loop(void *cookie, struct stmt **sp)
{
	(void)cookie;
	return (*sp)->kind != ST_FOR && (*sp)->kind != ST_FOREACH;
}

unsigned ops_of_stmt(const struct stmt *s)
{
	unsigned n = 0;
	struct ast_visitor v = { .expr = count_op, .stmt = count_no_loop, .cookie = &n };
	struct stmt *root = (struct stmt *)s;

	if (s)
		walk_stmt(&v, &root);
	return n;
}

unsigned ops_of_expr(const struct expr *e)
{
	unsigned n = 0;
	struct ast_visitor v = { .expr = count_op, .cookie = &n };
	struct expr *root = (struct expr *)e;

	if (e)
		walk_expr(&v, &root);
	return n;
}

unsigned ops_of(const struct block *b)
{
	unsigned n = 0;

	for vec_each (i, &b->stmts)
		n += ops_of_stmt(b->stmts.v[i]);
	return n;
}

static const char *charge_text(const struct unit *u, unsigned n, unsigned ops)
{
	unsigned units = ops / OPS_FREE;

	if (units <= n)
		return arena_printf(u->arena, "stp_act(c, %u)", n);
	return arena_printf(u->arena, "stp_act(c, %u) || stp_long(c, %u)", n, units - n);
}

void actions_charge(struct unit *u, unsigned n, unsigned ops, const struct token *where)
{
	const char *charge = charge_text(u, n, ops);

	if (u->g->tun.value[TUN_STAP_SUPPRESS_TIME_LIMITS_ENABLE] || n == 0)
		return;
	if (!where) {
		emit(&u->e, "if (%s)", charge);
		emit(&u->e, "\tgoto %s;", out_label(u));
		return;
	}
	emit_open(&u->e, "if (%s)", charge);
	emit(&u->e, "stp_error_where(c, %s);", where_of(u, where));
	emit(&u->e, "goto %s;", out_label(u)); /* never caught */
	emit_close(&u->e);
}
