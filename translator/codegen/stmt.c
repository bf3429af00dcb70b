// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statements. in: resolved bodies. out: one group of C statements each, behind a comment with the script's text. What can fail
 * jumps to the label of the innermost try (fail_label) or to `out`, where the function gives back what it holds.
 */
#include "codegen/stmt.h"

#include "base/error.h"
#include "codegen/function.h"
#include "codegen/lower.h"

#include <string.h>

void merge_begin(struct unit *u, const struct expr *e)
{
	vec_clear(&u->merged);
	u->merge_ok = e && effects_of(e) == 0;
}

static void gen_branch(struct unit *u, const struct stmt *s)
{
	if (s)
		stmt_gen(u, s);
}

static void gen_if(struct unit *u, const struct stmt *s)
{
	size_t mark = temps_mark(u);

	emit_open(&u->e, "if (%s)", cond_lower(u, s->if_.cond));
	temps_release(u, mark);
	gen_branch(u, s->if_.yes);
	if (s->if_.no && s->if_.no->kind != ST_NULL) {
		emit_else(&u->e);
		gen_branch(u, s->if_.no);
	}
	emit_close(&u->e);
}

static void gen_return(struct unit *u, const struct stmt *s)
{
	BUG_IF(!u->fn, "return outside of a function");
	if (s->expr && u->fn->type == VT_STRING) {
		if (!text_into(u, s->expr, "*ret")) /* nobody looks at *ret but the caller, when all is done */
			emit(&u->e, "stp_set(c, ret, %s);", text_lower(u, s->expr).c);
	} else if (s->expr && u->fn->type == VT_LONG) {
		emit(&u->e, "ret = %s;", num_lower(u, s->expr).c);
	} else if (s->expr) {
		effect_lower(u, s->expr);
	}
	emit(&u->e, "goto %s;", out_label(u));
}

static void gen_next(struct unit *u)
{
	if (u->fn)
		emit(&u->e, "c->next = 1;");
	emit(&u->e, "goto %s;", out_label(u));
}

static void gen_continue(struct unit *u)
{
	BUG_IF(!u->loop, "continue outside of a loop");
	if (!u->loop->next) {
		emit(&u->e, "continue;");
		return;
	}
	u->loop->next_used = true;
	emit(&u->e, "goto %s;", u->loop->next);
}

/*
 *	… body, errors go to catch_1
 *	goto caught_2;
 * catch_1:
 *	if (!stp_catch(c, &f->l_msg))
 *		goto out;
 *	… handler
 * caught_2:;
 */
static void gen_try(struct unit *u, const struct stmt *s)
{
	const char *outer = u->fail, *label = new_label(u, "catch"), *end = new_label(u, "caught");
	bool *outer_used = u->fail_used, used = false;
	const struct expr *var = s->try_.var;

	u->fail = label;
	u->fail_used = &used;
	block_gen(u, s->try_.body);
	u->fail = outer;
	u->fail_used = outer_used;
	if (!used)
		return; /* nothing in there can fail */
	emit(&u->e, "goto %s;", end);
	emit_label(&u->e, label);
	emit(&u->e, "if (!stp_catch(c, %s%s))", var ? "&" : "0", var ? var_ref(u, var->var.decl) : "");
	emit(&u->e, "\tgoto %s;", fail_label(u));
	actions_charge(u, 1 + actions_of(s->try_.handler), ops_of(s->try_.handler), s->try_.handler->tok);
	block_gen(u, s->try_.handler);
	emit_label_end(&u->e, end);
}

static const struct expr *head_of(const struct stmt *s)
{
	switch (s->kind) {
	case ST_EXPR:
	case ST_RETURN:
	case ST_DELETE: return s->expr;
	case ST_IF: return s->if_.cond;
	default: return NULL;
	}
}

/* long: dispatch */
static void one_gen(struct unit *u, const struct stmt *s)
{
	size_t mark = temps_mark(u);

	if (s->kind == ST_NULL)
		return;
	if (s->kind == ST_BLOCK) {
		block_gen(u, s->block);
		return;
	}
	merge_begin(u, head_of(s));
	stmt_comment(u, s);
	switch (s->kind) {
	case ST_NULL:
	case ST_BLOCK: break;
	case ST_EXPR: effect_lower(u, s->expr); break;
	case ST_IF: gen_if(u, s); break;
	case ST_FOR: for_gen(u, s); break;
	case ST_FOREACH: foreach_gen(u, s); break;
	case ST_TRY: gen_try(u, s); break;
	case ST_RETURN: gen_return(u, s); break;
	case ST_DELETE: delete_lower(u, s->expr); break;
	case ST_BREAK: emit(&u->e, "break;"); break;
	case ST_CONTINUE: gen_continue(u); break;
	case ST_NEXT: gen_next(u); break;
	}
	temps_release(u, mark);
	merge_begin(u, NULL);
}

void stmt_gen(struct unit *u, const struct stmt *s)
{
	if (u->needs && s == u->probe->span.first)
		handler_take(u);
	one_gen(u, s);
	if (u->needs && s == u->probe->span.last)
		handler_give_back(u);
}

void block_gen(struct unit *u, const struct block *b)
{
	for vec_each (i, &b->stmts)
		stmt_gen(u, b->stmts.v[i]);
}
