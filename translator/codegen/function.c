// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Script functions.
 *	static stp_i64 f_x(struct stp_ctx *c, stp_i64 l_n, struct stp_str a_s)
 *	{
 *		struct f_x_frame *f = stp_frame_push(c, sizeof(*f));
 *		stp_i64 ret = 0, t1;
 *
 *		if (!f)
 *			return 0;
 *		stp_set(c, &f->l_s, a_s);	 only if the function changes its argument
 *		…
 *	out:
 *		stp_frame_pop(c, sizeof(*f));
 *		return ret;
 *	}
 * A string result goes to the caller's slot *ret, which nothing else looks at.
 */
#include "codegen/function.h"

#include "codegen/frames.h"
#include "codegen/lower.h"
#include "codegen/names.h"
#include "codegen/stmt.h"
#include "syntax/ast_tools.h"

#include <string.h>

/* ---- what a body assigns to ---------------------------------------------------------------------------------------- */

struct assigned {
	const struct vardecl *decl;
	bool found;
};

static bool is_var(const struct expr *e, const struct vardecl *v)
{
	return e && e->kind == EX_VAR && e->var.decl == v;
}

static bool visit_expr(void *cookie, struct expr **ep)
{
	struct assigned *a = cookie;

	if ((*ep)->kind == EX_ASSIGN && is_var((*ep)->binary.l, a->decl))
		a->found = true;
	return !a->found;
}

static bool visit_stmt(void *cookie, struct stmt **sp)
{
	struct assigned *a = cookie;
	const struct stmt *s = *sp;

	if (s->kind == ST_TRY)
		a->found |= is_var(s->try_.var, a->decl);
	if (s->kind == ST_DELETE)
		a->found |= is_var(s->expr, a->decl);
	if (s->kind == ST_FOREACH) {
		a->found |= is_var(s->foreach_.value, a->decl);
		for vec_each (i, &s->foreach_.keys)
			a->found |= is_var(s->foreach_.keys.v[i], a->decl);
	}
	return !a->found;
}

static bool is_assigned(const struct block *b, const struct vardecl *v)
{
	struct assigned a = { v, false };
	struct ast_visitor visitor = { .expr = visit_expr, .stmt = visit_stmt, .cookie = &a };

	walk_block(&visitor, (struct block *)b);
	return a.found;
}

/* ---- signature ----------------------------------------------------------------------------------------------------- */

/* a builtin whose declaration names no type gives nothing, whatever the script makes of it */
static enum value_type given_type(const struct funcdecl *f)
{
	return f->embedded && (f->embedded->pragmas & PRAGMA_BUILTIN) && !f->type_declared ? VT_VOID : f->type;
}

static const char *copied_name(struct arena *a, const struct vardecl *v)
{
	return arena_printf(a, "a_%s", v->cname + 2);
}

/* u NULL: the declaration; else the definition, which knows what it uses */
static const char *signature(struct gen *g, const struct funcdecl *f, struct unit *u, bool uses_c)
{
	bool builtin = f->embedded && (f->embedded->pragmas & PRAGMA_BUILTIN);
	const char *name = !builtin ? f->cname : name_of(g, "stp_fn_", f->embedded->builtin ? f->embedded->builtin : f->name), *ret;
	struct buf b = BUF_INIT;

	buf_printf(&b, "%s%s %s(struct stp_ctx *c%s", f->embedded ? "" : "static ", given_type(f) == VT_LONG ? "stp_i64" : "void", name,
		   uses_c ? "" : " STP_UNUSED");
	if (given_type(f) == VT_STRING)
		buf_puts(&b, ", struct stp_slot *ret");
	for vec_each (i, &f->formals) {
		const struct vardecl *v = f->formals.v[i];
		const struct local *l = u ? local_find(u, v) : NULL;
		const char *vname = l && v->type == VT_STRING && !l->is_view ? copied_name(g->arena, v) : v->cname;

		if (v->type != VT_STRING)
			buf_printf(&b, ", stp_i64 %s", vname);
		else if (f->embedded && !builtin)
			buf_printf(&b, ", struct stp_slot *%s", vname);
		else
			buf_printf(&b, ", struct stp_str %s", vname);
		if (l && !l->used && (v->type != VT_STRING || l->is_view))
			buf_puts(&b, " STP_UNUSED");
	}
	buf_putc(&b, ')');
	ret = arena_strdup(g->arena, b.data);
	buf_fini(&b);
	return ret;
}

const char *function_proto(struct gen *g, const struct funcdecl *f)
{
	return signature(g, f, NULL, true);
}

/* ---- parts of a function ------------------------------------------------------------------------------------------- */

static bool is_line(const struct unit *u, size_t from_end, const char *text)
{
	const struct line *l;

	if (u->e.lines.n < from_end)
		return false;
	l = &u->e.lines.v[u->e.lines.n - from_end];
	return l->depth == 1 && strcmp(l->text, text) == 0;
}

/* right before the label it would lead to */
static void drop_last_goto(struct unit *u)
{
	if (is_line(u, 1, "goto out;"))
		u->e.lines.n--;
	else if (is_line(u, 1, "\tgoto out;") && is_line(u, 2, "if (stp_failed(c))"))
		u->e.lines.n -= 2;
}

/* the line without its tabs is this text */
static bool is_text(const struct line *l, const char *text)
{
	return strcmp(l->text + strspn(l->text, "\t"), text) == 0;
}

void unit_replace(struct unit *u, const char *line, const char *by)
{
	for vec_each (i, &u->e.lines) {
		struct line *l = &u->e.lines.v[i];

		if (is_text(l, line))
			l->text = arena_printf(u->arena, "%s%s", *l->text == '\t' ? "\t" : "", by);
	}
}

void unit_print_body(struct unit *u, const char *leave, struct buf *out)
{
	drop_last_goto(u);
	if (leave)
		unit_replace(u, "goto out;", leave);
	emit_print(&u->e, out);
}

bool unit_goes_to(const struct unit *u, const char *label)
{
	const char *text = arena_printf(u->arena, "goto %s;", label);

	for vec_each (i, &u->e.lines)
		if (is_text(&u->e.lines.v[i], text))
			return true;
	return false;
}

void unit_clear_locals(struct unit *u, struct buf *out)
{
	for vec_each (i, &u->locals) {
		const struct local *l = &u->locals.v[i];

		if (strncmp(l->ref, "f->", 3) != 0)
			continue;
		if (l->is_param)
			buf_printf(out, "\tstp_set(c, &%s, %s);\n", l->ref, copied_name(u->arena, l->decl));
		else if (l->decl->type == VT_STRING)
			buf_printf(out, "\tstp_slot_clear(&%s);\n", l->ref);
		else
			buf_printf(out, "\t%s = 0;\n", l->ref);
	}
}

struct cfunc *cfunc_make(struct gen *g, struct unit *u)
{
	struct cfunc *f = arena_make(g->arena, struct cfunc);

	f->frame_bytes = unit_frame_bytes(u);
	f->stack_bytes = unit_stack_bytes(u);
	for vec_each (i, &u->calls)
		vec_push(g->arena, &f->calls, u->calls.v[i]);
	return f;
}

static bool mentions_c(const struct buf *b)
{
	return strstr(b->data, "(c,") || strstr(b->data, "(c)") || strstr(b->data, "c->");
}

/* name: of the function; head: its first line, made from it once the body is known */
static void print_inside(struct unit *u, const char *name, enum value_type type, struct buf *out)
{
	const char *ret = type == VT_LONG ? " 0" : "";
	bool frame;
	struct buf body = BUF_INIT;

	frame = unit_frame_bytes(u) > 0;
	unit_print_body(u, frame || type == VT_LONG ? NULL : "return;", &body);
	if (type == VT_LONG)
		buf_puts(out, "\tstp_i64 ret = 0;\n");
	unit_print_locals(u, name, frame, out);
	if (type == VT_LONG && out->len && out->data[out->len - 2] != '\n')
		buf_putc(out, '\n');
	if (frame)
		buf_printf(out, "\tif (!f)\n\t\treturn%s;\n", ret);
	unit_clear_locals(u, out);
	if (type == VT_STRING)
		buf_puts(out, "\tstp_slot_clear(ret);\n");
	buf_puts(out, body.data);
	if (unit_goes_to(u, "out"))
		buf_puts(out, "out:\n");
	if (frame)
		buf_puts(out, "\tstp_frame_pop(c, sizeof(*f));\n");
	if (type == VT_LONG)
		buf_puts(out, "\treturn ret;\n");
	buf_fini(&body);
}

struct cfunc *function_gen(struct gen *g, const struct funcdecl *f, const struct derived_probe *context)
{
	struct unit u;
	struct buf out = BUF_INIT, inside = BUF_INIT;
	struct cfunc *ret;

	unit_init(&u, g);
	u.fn = f;
	u.probe = context;
	for vec_each (i, &f->formals)
		local_add(&u, f->formals.v[i], true, f->formals.v[i]->type == VT_STRING && !is_assigned(f->body, f->formals.v[i]));
	for vec_each (i, &f->locals)
		local_add(&u, f->locals.v[i], false, false);
	actions_charge(&u, actions_of(f->body), ops_of(f->body), f->tok);
	block_gen(&u, f->body);
	print_inside(&u, f->cname, f->type, &inside);
	unit_print_frame(&u, f->cname, &out);
	emit_print_line(&out, 0, signature(g, f, &u, mentions_c(&inside)));
	buf_printf(&out, "{\n%s}\n", inside.data);
	ret = cfunc_make(g, &u);
	ret->name = f->cname;
	ret->text = arena_strdup(g->arena, out.data);
	ret->proto = function_proto(g, f);
	ret->recursive = f->recursive;
	buf_fini(&out);
	buf_fini(&inside);
	unit_fini(&u);
	return ret;
}

/* ---- conditions of probes ------------------------------------------------------------------------------------------ */

struct cfunc *condition_gen(struct gen *g, size_t i)
{
	const char *name = arena_printf(g->arena, "holds_%zu", i + 1);
	struct buf out = BUF_INIT, inside = BUF_INIT;
	struct unit u;
	struct cfunc *ret;

	unit_init(&u, g);
	regex_forget(&u);
	emit(&u.e, "ret = %s;", num_lower(&u, g->prog->conditions.v[i].expr).c);
	print_inside(&u, name, VT_LONG, &inside);
	unit_print_frame(&u, name, &out);
	buf_printf(&out, "static stp_i64 %s(struct stp_ctx *c%s)\n{\n%s}\n", name, mentions_c(&inside) ? "" : " STP_UNUSED", inside.data);
	ret = cfunc_make(g, &u);
	ret->name = name;
	ret->text = arena_strdup(g->arena, out.data);
	buf_fini(&out);
	buf_fini(&inside);
	unit_fini(&u);
	return ret;
}

/* ---- access of embedded C to globals ------------------------------------------------------------------------------- */

/* the values of the key parameters a1, a2 … */
static void key_values(struct unit *u, const struct vardecl *v, struct value *keys)
{
	for (int i = 0; i < v->arity; i++) {
		const char *name = arena_printf(u->arena, "a%d", i + 1);

		keys[i].type = v->key[i] == VT_STRING ? VT_STRING : VT_LONG;
		keys[i].num = num_make(name, true, 0);
		keys[i].text = (struct text){ arena_printf(u->arena, "stp_cstr(%s)", name), 0, NULL, false, NULL };
	}
}

static void accessor_set(struct unit *u, const struct vardecl *v, const struct value *keys)
{
	struct value val = { .type = v->type == VT_STRING ? VT_STRING : VT_LONG, .num = num_make("v", true, 0) };
	struct map_key k;
	const char *n;

	val.text.c = "stp_cstr(v)";
	if (v->arity <= 0) {
		store_var(u, v, &val);
		return;
	}
	k = key_of(u, v, keys, (size_t)v->arity);
	n = node_get(u, &k, v->tok);
	if (v->type == VT_STRING)
		emit(&u->e, "stp_set(c, stp_node_str(%s, %s), %s);", v->cname, n, val.text.c);
	else if (in_cells(v))
		emit(&u->e, "stp_node_assign(%s, %s, v);", v->cname, n);
	else
		emit(&u->e, "*stp_node_long(%s, %s) = v;", v->cname, n);
}

static void accessor_get(struct unit *u, const struct vardecl *v, const struct value *keys)
{
	struct map_key k;
	const char *n;

	if (v->arity <= 0) {
		emit(&u->e, v->type == VT_STRING ? "ret = %s.b;" : "ret = %s;", v->type == VT_STRING ? v->cname : var_num(u, v).c);
		return;
	}
	k = key_of(u, v, keys, (size_t)v->arity);
	n = node_find(u, &k);
	if (v->type == VT_STRING)
		emit(&u->e, "ret = %s ? stp_node_str(%s, %s)->b : \"\";", n, v->cname, n);
	else
		emit(&u->e, "ret = %s;", node_value(u, v, n, true).num.c);
}

static const char *accessor_proto(struct gen *g, const char *name, const struct vardecl *v, bool set, bool uses_c)
{
	const char *type = v->type == VT_STRING ? "const char *" : "stp_i64 ", *ret;
	struct buf b = BUF_INIT;

	buf_printf(&b, "%s%s(struct stp_ctx *c%s", set ? "void " : type, name, uses_c ? "" : " STP_UNUSED");
	for (int i = 0; i < v->arity; i++)
		buf_printf(&b, ", %sa%d", v->key[i] == VT_STRING ? "const char *" : "stp_i64 ", i + 1);
	if (set)
		buf_printf(&b, ", %sv", type);
	buf_putc(&b, ')');
	ret = arena_strdup(g->arena, b.data);
	buf_fini(&b);
	return ret;
}

/* all but the first line */
static void accessor_inside(struct unit *u, const struct vardecl *v, const char *name, bool set, struct buf *out)
{
	const char *ret = set ? "" : " ret";
	struct buf body = BUF_INIT;
	bool frame = unit_frame_bytes(u) > 0;

	unit_print_body(u, NULL, &body);
	if (!set)
		buf_puts(out, v->type == VT_STRING ? "\tconst char *ret = \"\";\n" : "\tstp_i64 ret = 0;\n");
	unit_print_locals(u, name, true, out);
	if (!set && out->data[out->len - 2] != '\n')
		buf_putc(out, '\n');
	if (frame)
		buf_printf(out, "\tif (!f)\n\t\treturn%s;\n", ret);
	buf_puts(out, body.data);
	if (unit_goes_to(u, "out"))
		buf_puts(out, "out:\n");
	if (frame)
		buf_puts(out, "\tstp_frame_pop(c, sizeof(*f));\n");
	buf_printf(out, "\treturn%s;\n", ret);
	buf_fini(&body);
}

struct cfunc *accessor_gen(struct gen *g, const struct vardecl *v, bool set)
{
	const char *name = name_of(g, set ? "set_" : "get_", v->cname);
	struct value keys[MAX_KEYS];
	struct buf out = BUF_INIT, inside = BUF_INIT;
	struct unit u;
	struct cfunc *ret;

	unit_init(&u, g);
	key_values(&u, v, keys);
	if (set)
		accessor_set(&u, v, keys);
	else
		accessor_get(&u, v, keys);
	accessor_inside(&u, v, name, set, &inside);
	unit_print_frame(&u, name, &out);
	buf_printf(&out, "%s\n{\n%s}\n", accessor_proto(g, name, v, set, mentions_c(&inside)), inside.data);
	ret = cfunc_make(g, &u);
	ret->name = name;
	ret->proto = accessor_proto(g, name, v, set, true);
	ret->text = arena_strdup(g->arena, out.data);
	buf_fini(&out);
	buf_fini(&inside);
	unit_fini(&u);
	return ret;
}
