// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One C function under construction: temporaries, locals, the ways out. in: requests of lower_*.c and stmt.c. out: declarations and
 * frame of what was asked for. Invariant: a temporary is busy from its request to the end of the statement that asked
 * (temps_release).
 */
#include "codegen/unit.h"

#include "base/error.h"
#include "codegen/names.h"
#include "syntax/ast_tools.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const prefix[] = {
	[TEMP_NUM] = "t",   [TEMP_SLOT] = "s", [TEMP_KEY] = "k", [TEMP_NODE] = "n", [TEMP_LONGP] = "v",
	[TEMP_STATP] = "q", [TEMP_ITER] = "i", [TEMP_OUT] = "o", [TEMP_STAT] = "m", [TEMP_VIEW] = "w",
};

void unit_init(struct unit *u, struct gen *g)
{
	memset(u, 0, sizeof(*u));
	u->g = g;
	u->arena = arena_new();
	u->e.arena = u->arena;
	u->e.depth = 1;
	u->leave = u->fail = "out";
	u->fail_used = &u->out_used;
}

void unit_fini(struct unit *u)
{
	arena_free(u->arena);
}

/* ---- temporaries --------------------------------------------------------------------------------------------------- */

/* Does it lie in the frame, as f->NAME? */
static bool framed(const struct unit *u, enum temp_kind kind, unsigned a, unsigned b)
{
	switch (kind) {
	case TEMP_SLOT: return true;
	case TEMP_KEY: return b > 0;
	case TEMP_STAT: return a > 0;
	case TEMP_NUM: return u->g->numbers_in_frames;
	default: return false;
	}
}

const char *temp_get(struct unit *u, enum temp_kind kind, unsigned a, unsigned b)
{
	struct temp t = { kind, a, b, true, NULL, NULL };

	for vec_each (i, &u->temps) {
		struct temp *old = &u->temps.v[i];

		if (old->busy || old->kind != kind || old->a != a || old->b != b)
			continue;
		old->busy = true;
		vec_push(u->arena, &u->busy, i);
		return old->ref;
	}
	t.name = arena_printf(u->arena, "%s%u", prefix[kind], ++u->numbers[kind]);
	t.ref = framed(u, kind, a, b) ? arena_printf(u->arena, "f->%s", t.name) : t.name;
	vec_push(u->arena, &u->busy, u->temps.n);
	vec_push(u->arena, &u->temps, t);
	return t.ref;
}

const char *temp_num(struct unit *u)
{
	return temp_get(u, TEMP_NUM, 0, 0);
}

const char *temp_slot(struct unit *u)
{
	return temp_get(u, TEMP_SLOT, 0, 0);
}

size_t temps_mark(const struct unit *u)
{
	return u->busy.n;
}

void temps_release(struct unit *u, size_t mark)
{
	while (u->busy.n > mark)
		u->temps.v[u->busy.v[--u->busy.n]].busy = false;
}

/* ---- locals -------------------------------------------------------------------------------------------------------- */

void local_add(struct unit *u, const struct vardecl *v, bool is_param, bool is_view)
{
	struct local l = { v, v->cname, is_param, is_view, false };

	if (v->type == VT_STRING ? !is_view : u->g->numbers_in_frames && !is_param)
		l.ref = arena_printf(u->arena, "f->%s", v->cname);
	vec_push(u->arena, &u->locals, l);
}

struct local *local_find(struct unit *u, const struct vardecl *v)
{
	for vec_each (i, &u->locals)
		if (u->locals.v[i].decl == v)
			return &u->locals.v[i];
	stp_bug(__FILE__, __LINE__, "local variable '%s' is not declared here", v->name);
}

/* ---- failing ------------------------------------------------------------------------------------------------------- */

const char *where_of(struct unit *u, const struct token *tok)
{
	char *text = diag_where(tok);
	const char *ret = c_literal(u->arena, text, strlen(text));

	free(text);
	return ret;
}

const char *fail_label(struct unit *u)
{
	*u->fail_used = true;
	return u->fail;
}

const char *out_label(struct unit *u)
{
	u->out_used = true;
	return u->leave;
}

/*
 *	if (COND) {
 *		stp_error_where(c, "operator '/' at x.stp:1:2");
 *		goto out;
 *	}
 */
void fail_if(struct unit *u, const char *cond, const struct token *where)
{
	emit_open(&u->e, "if (%s)", cond);
	emit(&u->e, "stp_error_where(c, %s);", where_of(u, where));
	emit(&u->e, "goto %s;", fail_label(u));
	emit_close(&u->e);
}

void fail_check(struct unit *u, const struct token *where)
{
	fail_if(u, "stp_failed(c)", where);
}

void fail_check_quiet(struct unit *u)
{
	emit(&u->e, "if (stp_failed(c))");
	emit(&u->e, "\tgoto %s;", fail_label(u));
}

const char *new_label(struct unit *u, const char *stem)
{
	return arena_printf(u->arena, "%s_%u", stem, ++u->nlabels);
}

/* ---- text ---------------------------------------------------------------------------------------------------------- */

const char *c_number(struct arena *a, int64_t v)
{
	if (v == INT64_MIN)
		return "(-9223372036854775807LL - 1)";
	if (v < -INT32_MAX || v > INT32_MAX)
		return arena_printf(a, v < 0 ? "(%" PRId64 "LL)" : "%" PRId64 "LL", v);
	return arena_printf(a, v < 0 ? "(%" PRId64 ")" : "%" PRId64, v);
}

const char *c_literal(struct arena *a, const char *raw, size_t n)
{
	struct buf b = BUF_INIT;
	const char *ret;

	buf_putc(&b, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)raw[i];

		if (c == '\n')
			buf_puts(&b, "\\n");
		else if (c == '\t')
			buf_puts(&b, "\\t");
		else if (c == '"' || c == '\\' || (c == '?' && i > 0 && raw[i - 1] == '?')) /* "??" begins a trigraph */
			buf_printf(&b, "\\%c", c);
		else if (c < ' ' || c > '~')
			buf_printf(&b, "\\%03o", c);
		else
			buf_putc(&b, (char)c);
	}
	buf_putc(&b, '"');
	ret = arena_strdup(a, b.data);
	buf_fini(&b);
	return ret;
}

const char *c_lit(struct unit *u, const char *escaped, size_t max)
{
	struct buf b = BUF_INIT;
	const char *ret;

	literal_decode(&b, escaped);
	ret = c_literal(u->arena, b.data, b.len > max ? max : b.len);
	buf_fini(&b);
	return arena_printf(u->arena, "STP_LIT(%s)", ret);
}

/* ---- the whole ----------------------------------------------------------------------------------------------------- */

static unsigned up(unsigned n, unsigned to)
{
	return (n + to - 1) / to * to;
}

static unsigned key_bytes(const struct unit *u, const struct temp *t)
{
	unsigned room = (unsigned)u->g->tun.value[TUN_MAXSTRINGLEN];

	return 8 + 8 * t->a + t->b * up(room + 4, 8); /* STP_KEY_ROOM */
}

static unsigned stat_bytes(const struct temp *t)
{
	return 6 * 8 + 8 * t->a; /* STP_STAT_BYTES */
}

static unsigned slot_bytes(const struct unit *u)
{
	return up((unsigned)u->g->tun.value[TUN_MAXSTRINGLEN] + 4, 4);
}

static bool local_framed(const struct local *l)
{
	return strncmp(l->ref, "f->", 3) == 0;
}

static bool temp_framed(const struct temp *t)
{
	return strncmp(t->ref, "f->", 3) == 0;
}

static unsigned temp_bytes(const struct unit *u, const struct temp *t)
{
	switch (t->kind) {
	case TEMP_SLOT: return slot_bytes(u);
	case TEMP_KEY: return key_bytes(u, t);
	case TEMP_STAT: return stat_bytes(t);
	case TEMP_ITER:
	case TEMP_OUT: return 32;
	case TEMP_VIEW: return 16;
	default: return 8;
	}
}

/* members in the order of unit_print_frame: what C makes of them on a machine with 8-byte alignment of 8-byte integers */
unsigned unit_frame_bytes(const struct unit *u)
{
	unsigned n = 0;

	for vec_each (i, &u->locals)
		if (local_framed(&u->locals.v[i]))
			n = u->locals.v[i].decl->type == VT_STRING ? n + slot_bytes(u) : up(n, 8) + 8;
	for vec_each (i, &u->temps) {
		const struct temp *t = &u->temps.v[i];

		if (temp_framed(t))
			n = (t->kind == TEMP_SLOT ? n : up(n, 8)) + temp_bytes(u, t);
	}
	return up(n, 8);
}

/* an upper bound: every local and temporary in memory, the saved registers, the return address, arguments on the stack */
unsigned unit_stack_bytes(const struct unit *u)
{
	unsigned n = 112;

	for vec_each (i, &u->locals)
		if (!local_framed(&u->locals.v[i]))
			n += u->locals.v[i].is_view ? 16 : 8;
	for vec_each (i, &u->temps)
		if (!temp_framed(&u->temps.v[i]))
			n += temp_bytes(u, &u->temps.v[i]);
	return up(n, 16);
}

static void print_member(const struct temp *t, struct buf *out)
{
	switch (t->kind) {
	case TEMP_SLOT: buf_printf(out, "\tstruct stp_slot %s;\n", t->name); break;
	case TEMP_KEY: buf_printf(out, "\tSTP_KEY(%s, %u, %u);\n", t->name, t->a, t->b); break;
	case TEMP_STAT: buf_printf(out, "\tSTP_STAT(%s, %u);\n", t->name, t->a); break;
	default: buf_printf(out, "\tstp_i64 %s;\n", t->name); break;
	}
}

void unit_print_frame(const struct unit *u, const char *name, struct buf *out)
{
	unsigned bytes = unit_frame_bytes(u);

	if (bytes == 0)
		return;
	buf_printf(out, "struct %s_frame {\n", name);
	for vec_each (i, &u->locals) {
		const struct local *l = &u->locals.v[i];

		if (local_framed(l))
			buf_printf(out, "\t%s %s;\n", l->decl->type == VT_STRING ? "struct stp_slot" : "stp_i64", l->decl->cname);
	}
	for vec_each (i, &u->temps)
		if (temp_framed(&u->temps.v[i]))
			print_member(&u->temps.v[i], out);
	buf_printf(out,
		   "} __attribute__((aligned(8)));\n_Static_assert(sizeof(struct %s_frame) == %u, \"frames are added up by the "
		   "translator\");\n\n",
		   name, bytes);
}

static const char *const c_type[] = {
	[TEMP_NUM] = "stp_i64 ",
	[TEMP_NODE] = "struct stp_node *",
	[TEMP_LONGP] = "stp_i64 *",
	[TEMP_STATP] = "struct stp_stat *",
	[TEMP_ITER] = "struct stp_iter ",
	[TEMP_OUT] = "struct stp_out ",
	[TEMP_VIEW] = "struct stp_str ",
	[TEMP_SLOT] = "",
	[TEMP_KEY] = "",
	[TEMP_STAT] = "",
};

/* all C locals of one kind in one declaration */
static void print_kind(const struct unit *u, enum temp_kind kind, struct buf *out)
{
	struct buf line = BUF_INIT;
	const char *type = c_type[kind];

	for vec_each (i, &u->temps) {
		const struct temp *t = &u->temps.v[i];

		if (t->kind != kind || temp_framed(t))
			continue;
		if (kind == TEMP_KEY || kind == TEMP_STAT) {
			print_member(t, out);
			continue;
		}
		if (line.len)
			buf_printf(&line, ", %s%s", strchr(type, '*') ? "*" : "", t->name);
		else
			buf_printf(&line, "%s%s", type, t->name);
	}
	if (line.len) {
		buf_putc(&line, ';');
		emit_print_line(out, 1, line.data);
	}
	buf_fini(&line);
}

void unit_print_locals(struct unit *u, const char *name, bool pushed_here, struct buf *out)
{
	size_t before = out->len;

	if (u->cells_used)
		buf_puts(out, "\tstruct g_cells *cells = c->cells;\n");
	if (unit_frame_bytes(u) > 0 && pushed_here)
		buf_printf(out, "\tstruct %s_frame *f = stp_frame_push(c, sizeof(*f));\n", name);
	else if (unit_frame_bytes(u) > 0)
		buf_printf(out, "\tstruct %s_frame *f;\n", name);
	for vec_each (i, &u->locals) {
		const struct local *l = &u->locals.v[i];

		if (!l->is_param && !local_framed(l))
			buf_printf(out, "\tstp_i64 %s%s = 0;\n", l->ref, l->used ? "" : " STP_UNUSED");
	}
	for (int k = 0; k < TEMP_KINDS; k++)
		print_kind(u, (enum temp_kind)k, out);
	if (out->len > before)
		buf_putc(out, '\n');
}
