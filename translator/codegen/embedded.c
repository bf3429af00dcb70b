// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Embedded C (reference/language.md 17). in: top-level blocks, functions and expressions that the program uses. out: one text:
 * kernel headers, abi.h, helpers, then for each function
 *	struct f_x_args { … };         its arguments and value, strings as terminated char arrays of MAXSTRINGLEN bytes
 *	static void f_x_body(stp_c, THIS)  the user's text between #line marks; `return` leaves the body, the wrapper does the rest
 *	f_x(c, …)                      the wrapper that the script's C calls
 * STAP_… names are macros over THIS, defined before each body and undefined behind it. Where the text mentions them there is CONTEXT, likewise,
 * and a variable c, which is the same; the runtime's own context is stp_c in there.
 */
#include "codegen/embedded.h"

#include "base/text.h"
#include "codegen/function.h"
#include "codegen/gen.h"
#include "codegen/names.h"
#include "codegen/tables.h"
#include "codegen/unit.h"

#include <string.h>

/* ---- #line --------------------------------------------------------------------------------------------------------- */

static unsigned count_lines(const struct buf *b)
{
	unsigned n = 1;

	for (size_t i = 0; i < b->len; i++)
		n += b->data[i] == '\n';
	return n;
}

#define MAX_INDENT 1000 /* bytes; further right columns are not worth their room */

/* OFF's place for a C compiler: a #line mark, and what stands before it in its line as white space, so that columns are the script's too */
static void place(struct gen *g, const struct source *src, size_t off, struct buf *out)
{
	struct source_pos pos;
	size_t start = off;

	source_pos(src, off, &pos);
	buf_printf(out, "#line %u %s\n", pos.line, c_literal(g->arena, src->name, strlen(src->name)));
	while (start > 0 && src->text[start - 1] != '\n' && off - start < MAX_INDENT)
		start--;
	for (; start < off; start++)
		buf_putc(out, src->text[start] == '\t' ? '\t' : ' ');
}

/*
 * The text, and what closes it here: a compiler that finds something missing says so of what comes next, so that CLOSER stands at the
 * script's %}.
 */
static void user_text(struct gen *g, const struct embedded *e, const char *closer, struct buf *out)
{
	const struct span *at = &e->tok->span;
	const char *text = e->tok->text;
	bool whole = at->src && text_starts(at->src->text + at->off, "%{");

	if (whole) {
		place(g, at->src, at->off, out);
		buf_puts(out, "  "); /* %{ */
	} else if (at->src) { /* @const("…"): made of it are pragmas, and the text in parentheses, the first in the quote's place */
		place(g, at->src, at->off + strlen("@const("), out);
		text = strchr(text, '(');
	}
	buf_printf(out, "%s\n", text);
	if (whole && at->len > 4)
		place(g, at->src, at->off + at->len - 2, out);
	buf_printf(out, "%s\n#line %u \"embedded.c\"\n", closer, count_lines(out) + 2);
}

/* ---- functions ----------------------------------------------------------------------------------------------------- */

static bool unmangled(const struct funcdecl *f)
{
	return f->embedded->pragmas & PRAGMA_UNMANGLED;
}

static const char *member(const struct funcdecl *f, const struct vardecl *v)
{
	return unmangled(f) ? v->name : v->cname;
}

static void print_args_struct(const struct gen *g, const struct funcdecl *f, struct buf *out)
{
	buf_printf(out, "struct %s_args {\n", f->cname);
	for vec_each (i, &f->formals) {
		const struct vardecl *v = f->formals.v[i];

		buf_printf(out, "\t%s%s;\n", v->type == VT_STRING ? "char *" : "int64_t ", member(f, v));
	}
	if (embedded_has_context(g, f->embedded))
		buf_puts(out, "\tstruct context __context;\n");
	buf_printf(out, "\t%s__retvalue;\n};\n\n", f->type == VT_STRING ? "char *const " : "int64_t ");
}

static void macro(struct buf *out, struct buf *undo, const char *name, const char *value)
{
	size_t len = strcspn(name, "(");

	buf_printf(out, "#define %s %s\n", name, value);
	buf_printf(undo, "#undef %.*s\n", (int)len, name);
}

static void global_macros(struct gen *g, const struct embedded *e, struct buf *out, struct buf *undo)
{
	for vec_each (i, &e->rvars)
		macro(out, undo, arena_printf(g->arena, "STAP_GLOBAL_GET_%s(...)", e->rvars.v[i]->name),
		      arena_printf(g->arena, "get_%s(stp_c, ##__VA_ARGS__)", e->rvars.v[i]->cname));
	for vec_each (i, &e->wvars)
		macro(out, undo, arena_printf(g->arena, "STAP_GLOBAL_SET_%s(...)", e->wvars.v[i]->name),
		      arena_printf(g->arena, "set_%s(stp_c, __VA_ARGS__)", e->wvars.v[i]->cname));
}

/* Where only its use makes a value of it (x && f()), the text may return nothing: that is 0 or "" */
static void return_macro(const struct funcdecl *f, struct buf *out, struct buf *undo)
{
	if (f->type == VT_STRING && f->type_declared)
		macro(out, undo, "STAP_RETURN(v)", "do { stap_copy(STAP_RETVALUE, (v)); return; } while (0)");
	else if (f->type == VT_STRING)
		macro(out, undo, "STAP_RETURN(...)", "do { __VA_OPT__(stap_copy(STAP_RETVALUE, (__VA_ARGS__));) return; } while (0)");
	else if (f->type == VT_LONG && f->type_declared)
		macro(out, undo, "STAP_RETURN(v)", "do { STAP_RETVALUE = (int64_t)(v); return; } while (0)");
	else if (f->type == VT_LONG)
		macro(out, undo, "STAP_RETURN(...)", "do { __VA_OPT__(STAP_RETVALUE = (int64_t)(__VA_ARGS__);) return; } while (0)");
	else
		macro(out, undo, "STAP_RETURN(...)", "return");
}

static void function_macros(struct gen *g, const struct funcdecl *f, struct buf *out, struct buf *undo)
{
	for vec_each (i, &f->formals)
		macro(out, undo, arena_printf(g->arena, "STAP_ARG_%s", f->formals.v[i]->name),
		      arena_printf(g->arena, "(THIS->%s)", member(f, f->formals.v[i])));
	macro(out, undo, "STAP_RETVALUE", "(THIS->__retvalue)");
	return_macro(f, out, undo);
	if (embedded_has_context(g, f->embedded))
		macro(out, undo, "CONTEXT", "(&THIS->__context)");
	global_macros(g, f->embedded, out, undo);
}

static void print_wrapper(struct gen *g, const struct funcdecl *f, struct buf *out)
{
	const char *proto = function_proto(g, f);

	buf_printf(out, "%s;\n%s\n{\n\tstruct %s_args args = {", proto, proto, f->cname);
	for vec_each (i, &f->formals) {
		const struct vardecl *v = f->formals.v[i];

		buf_printf(out, " .%s = %s%s,", member(f, v), v->cname, v->type == VT_STRING ? "->b" : "");
	}
	buf_printf(out, " .__retvalue = %s };\n\n", f->type == VT_STRING ? "ret->b" : "0");
	if (f->type == VT_STRING)
		buf_puts(out, "\tret->b[0] = 0;\n");
	if (embedded_has_context(g, f->embedded))
		buf_printf(out, "\tif (stap_context(c, &args.__context)) {\n\t\t%s_body(c, &args);\n"
				"\t\tstap_context_done(c, &args.__context);\n\t}\n", f->cname);
	else
		buf_printf(out, "\t%s_body(c, &args);\n", f->cname);
	if (f->type == VT_STRING)
		buf_puts(out, "\tstap_finish(ret);\n");
	else if (f->type == VT_LONG)
		buf_puts(out, "\treturn args.__retvalue;\n");
	buf_puts(out, "}\n\n");
}

static void print_function(struct gen *g, const struct funcdecl *f, struct buf *out)
{
	struct buf undo = BUF_INIT;

	print_args_struct(g, f, out);
	function_macros(g, f, out, &undo);
	buf_printf(out, "static void %s_body(struct stp_ctx *stp_c, struct %s_args *THIS)\n{\n%s\t(void)stp_c, (void)THIS;\n\t{\n", f->cname,
		   f->cname, embedded_has_context(g, f->embedded) ? "\tstruct context *c __maybe_unused = CONTEXT;\n\n" : "");
	user_text(g, f->embedded, "}}", out);
	buf_puts(out, undo.data);
	buf_putc(out, '\n');
	print_wrapper(g, f, out);
	buf_fini(&undo);
}

/* ---- expressions --------------------------------------------------------------------------------------------------- */

const char *embedded_expr_proto(struct gen *g, unsigned long i)
{
	const struct embedded_expr *x = &g->exprs.v[i];

	return arena_printf(g->arena,
			    x->type == VT_STRING ? "void %s(struct stp_ctx *c, struct stp_slot *ret)"
						 : "stp_i64 %s(struct stp_ctx *c)",
			    x->cname);
}

/* the text in a function of its own, which the STAP_… names may leave */
static void print_expr_body(struct gen *g, const struct embedded_expr *x, struct buf *out)
{
	struct buf undo = BUF_INIT;
	bool is_text = x->type == VT_STRING, context = embedded_has_context(g, x->embedded);

	global_macros(g, x->embedded, out, &undo);
	if (context)
		macro(out, &undo, "CONTEXT", "stp_context");
	buf_printf(out, "static void %s_body(struct stp_ctx *stp_c, %s%s *ret)\n{\n%s\t(void)stp_c;\n\t%s(\n", x->cname,
		   context ? "struct context *stp_context, " : "", is_text ? "struct stp_slot" : "int64_t",
		   context ? "\tstruct context *c __maybe_unused = stp_context;\n\n" : "",
		   is_text ? "stap_copy(ret->b, " : "*ret = (int64_t)");
	user_text(g, x->embedded, is_text ? "));}" : ");}", out);
	buf_printf(out, "%s\n", undo.data);
	buf_fini(&undo);
}

static void print_expr_function(struct gen *g, size_t i, struct buf *out)
{
	const struct embedded_expr *x = &g->exprs.v[i];
	const char *proto = embedded_expr_proto(g, i);
	bool is_text = x->type == VT_STRING, context = embedded_has_context(g, x->embedded);

	print_expr_body(g, x, out);
	buf_printf(out, "%s;\n%s\n{\n", proto, proto);
	if (context)
		buf_printf(out, "\tstruct context context;\n%s", is_text ? "\n" : "");
	buf_puts(out, is_text ? "\tret->b[0] = 0;\n" : "\tint64_t value = 0;\n\n");
	if (context)
		buf_printf(out, "\tif (stap_context(c, &context)) {\n\t\t%s_body(c, &context, %s);\n"
				"\t\tstap_context_done(c, &context);\n\t}\n", x->cname, is_text ? "ret" : "&value");
	else
		buf_printf(out, "\t%s_body(c, %s);\n", x->cname, is_text ? "ret" : "&value");
	buf_puts(out, is_text ? "\tstap_finish(ret);\n}\n\n" : "\treturn value;\n}\n\n");
}

/* ---- the whole ----------------------------------------------------------------------------------------------------- */

static bool in_second_text(const struct gen *g, const struct funcdecl *f)
{
	return f->embedded && !(f->embedded->pragmas & PRAGMA_BUILTIN) && g->called[f->index];
}

static bool any(const struct gen *g)
{
	for vec_each (i, &g->prog->functions)
		if (in_second_text(g, g->prog->functions.v[i]))
			return true;
	return g->prog->embeds.n > 0 || g->exprs.n > 0;
}

static void print_top(struct gen *g, bool suffix, struct buf *out)
{
	for vec_each (i, &g->prog->embeds)
		if (!!(g->prog->embeds.v[i]->pragmas & PRAGMA_SUFFIX) == suffix)
			user_text(g, g->prog->embeds.v[i], "_Static_assert(1, \"\");", out);
}

bool embedded_print(struct gen *g, struct buf *out)
{
	if (!any(g))
		return false;
	buf_printf(out, "/* Embedded C of a script, made by stap */\n#define STP_MAXSTRINGLEN %lld\n",
		   (long long)g->tun.value[TUN_MAXSTRINGLEN]);
	buf_puts(out, embedded_prelude);
	for vec_each (i, &g->accessors)
		buf_printf(out, "%s;\n", g->accessors.v[i]->proto);
	banner(out, "top level");
	print_top(g, false, out);
	banner(out, "functions");
	for vec_each (i, &g->prog->functions)
		if (in_second_text(g, g->prog->functions.v[i]))
			print_function(g, g->prog->functions.v[i], out);
	for (size_t i = 0; i < g->exprs.n; i++)
		print_expr_function(g, i, out);
	print_top(g, true, out);
	return true;
}
