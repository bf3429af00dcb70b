// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls. Numbers and strings go by value: a string argument is a view that stays good for the whole call (a copy, if the callee may
 * write what it looks at), the callee copies it only if it changes it. A string result is written into a fresh slot of the caller.
 *   script function    f_x(c, [&ret,] stp_i64 | struct stp_str …)
 *   builtin            stp_fn_x(…) likewise; where its declaration names no type it gives nothing, and is 0 or "" if the script wants a value
 *   embedded C         f_x(…), strings as struct stp_slot * of the callee's own
 * Overloads that execute `next` set c->next; the caller tries the following one with the same values.
 */
#include "codegen/lower.h"

#include "base/error.h"
#include "codegen/embedded.h"
#include "codegen/names.h"

static bool is_foreign(const struct funcdecl *f)
{
	return f->embedded != NULL;
}

static bool is_builtin(const struct funcdecl *f)
{
	return f->embedded && (f->embedded->pragmas & PRAGMA_BUILTIN);
}

static bool gives_nothing(const struct funcdecl *f)
{
	return is_builtin(f) && !f->type_declared;
}

static const char *callee_name(struct unit *u, const struct funcdecl *f)
{
	if (!is_builtin(f))
		return f->cname;
	return name_of(u->g, "stp_fn_", f->embedded->builtin ? f->embedded->builtin : f->name);
}

static unsigned effects_of_chain(const struct expr *e)
{
	unsigned eff = 0;

	for vec_each (i, &e->call.callees)
		eff |= effects_of_function(e->call.callees.v[i]);
	return eff;
}

static const char *slot_argument(struct unit *u, struct text t, bool reused)
{
	if (!t.fresh || reused)
		t = text_copy(u, t);
	return arena_printf(u->arena, "&%s", t.slot);
}

/* ", a, b" */
static const char *arguments(struct unit *u, const struct funcdecl *f, const struct value *v, size_t n, bool reused)
{
	struct buf b = BUF_INIT;
	const char *ret;

	for (size_t i = 0; i < n; i++) {
		if (v[i].type != VT_STRING)
			buf_printf(&b, ", %s", v[i].num.c);
		else if (is_foreign(f) && !is_builtin(f))
			buf_printf(&b, ", %s", slot_argument(u, v[i].text, reused));
		else
			buf_printf(&b, ", %s", v[i].text.c);
	}
	ret = arena_strdup(u->arena, b.data);
	buf_fini(&b);
	return ret;
}

/* inside: the callee names no place itself */
static void fail_in_call(struct unit *u, const struct funcdecl *f, const struct token *at, const char *cond, bool inside)
{
	emit_open(&u->e, "if (%s)", cond);
	if (inside)
		emit(&u->e, "stp_error_where(c, %s);", where_of(u, f->tok));
	emit(&u->e, "stp_error_caller(c, %s);", where_of(u, at));
	emit(&u->e, "goto %s;", fail_label(u));
	emit_close(&u->e);
}

/* what the runtime knows about a hit as a whole, like pid(), it always knows */
static bool never_fails(const struct funcdecl *f)
{
	return f->embedded && (f->embedded->pragmas & PRAGMA_BUILTIN) && (f->embedded->pragmas & PRAGMA_STABLE);
}

static void call_one(struct unit *u, const struct expr *e, const struct funcdecl *f, const struct value *args, const char *to)
{
	bool nothing = gives_nothing(f), string = f->type == VT_STRING && !nothing;
	const char *text = arguments(u, f, args, e->call.args.n, e->call.callees.n > 1);
	const char *ret = string ? arena_printf(u->arena, ", &%s", to) : "";

	u->g->called[f->index] = true;
	vec_push(u->arena, &u->calls, ((struct call_edge){ f, f->recursive }));
	if (f->recursive)
		fail_in_call(u, f, e->tok, "stp_recurse(c)", true);
	if (nothing && to)
		emit(&u->e, f->type == VT_STRING ? "stp_slot_clear(&%s);" : "%s = 0;", to);
	if (string || nothing || !to)
		emit(&u->e, "%s(c%s%s);", callee_name(u, f), ret, text);
	else
		emit(&u->e, "%s = %s(c%s);", to, callee_name(u, f), text);
	if (f->recursive)
		emit(&u->e, "stp_recurse_end(c);");
	if (!never_fails(f))
		fail_in_call(u, f, e->tok, "stp_failed(c)", is_foreign(f));
}

/*
 *	t1 = f_x(c, 1);
 *	if (STP_UNLIKELY(c->next)) {
 *		c->next = 0;
 *		t1 = f_x_2(c, 1);
 *	}
 */
static void call_chain(struct unit *u, const struct expr *e, const struct value *args, const char *to)
{
	size_t open = 0;

	for vec_each (i, &e->call.callees) {
		const struct funcdecl *f = e->call.callees.v[i];

		call_one(u, e, f, args, to);
		if (!f->may_next)
			break;
		emit_open(&u->e, "if (STP_UNLIKELY(c->next))");
		emit(&u->e, "c->next = 0;");
		open++;
		if (i + 1 == e->call.callees.n) {
			emit(&u->e, "stp_error(c, \"all functions exhausted\", %s);", where_of(u, e->tok));
			emit(&u->e, "goto %s;", fail_label(u));
		}
	}
	while (open-- > 0)
		emit_close(&u->e);
}

struct value call_lower(struct unit *u, const struct expr *e, bool wanted)
{
	struct value *args = arena_array(u->arena, struct value, e->call.args.n + 1), ret = { .type = VT_LONG };
	enum value_type type = e->call.callees.v[0]->type;
	const char *to = NULL;

	values_lower(u, e->call.args.v, e->call.args.n, effects_of_chain(e), args);
	if (type == VT_STRING)
		to = temp_slot(u);
	else if (wanted)
		to = temp_num(u);
	call_chain(u, e, args, to);
	if (type == VT_STRING) {
		ret.type = VT_STRING;
		ret.text = text_of_slot(u, to, 0);
		ret.text.fresh = true;
	} else {
		ret.num = num_make(to ? to : "0", true, 0);
	}
	return ret;
}

/* ---- %{ … %} as an expression -------------------------------------------------------------------------------------- */

static const char *embedded_name(struct unit *u, const struct expr *e)
{
	struct gen *g = u->g;
	struct embedded_expr x = { e->embedded, e->type, NULL };

	for vec_each (i, &g->exprs)
		if (g->exprs.v[i].embedded == e->embedded)
			return g->exprs.v[i].cname;
	x.cname = name_fresh(g, arena_printf(g->arena, "e_%zu", g->exprs.n + 1));
	embedded_check_context(g, e->embedded);
	vec_push(g->arena, &g->exprs, x);
	return x.cname;
}

struct value embedded_lower(struct unit *u, const struct expr *e)
{
	const char *name = embedded_name(u, e), *slot;
	struct value ret = { .type = e->type == VT_STRING ? VT_STRING : VT_LONG };

	if (ret.type == VT_STRING) {
		slot = temp_slot(u);
		emit(&u->e, "%s(c, &%s);", name, slot);
		ret.text = text_of_slot(u, slot, 0);
		ret.text.fresh = true;
	} else {
		ret.num = num_temp(u, arena_printf(u->arena, "%s(c)", name));
	}
	fail_check(u, e->tok);
	return ret;
}
