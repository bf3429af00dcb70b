/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of -p1 and, for bodies, of -p2 -v (reference/language.md 21): operands of binary operators in parentheses, one statement
 * a line. Where the reference doubles the backslashes of a literal (formats, delimiters, @cast), so does this; elsewhere literals
 * appear as written.
 */
#include "syntax/ast_tools.h"

#include <string.h>

const char *value_type_name(enum value_type t)
{
	switch (t) {
	case VT_LONG: return "long";
	case VT_STRING: return "string";
	case VT_STATS: return "stats";
	case VT_UNKNOWN:
	case VT_VOID:
	case VT_ERROR: break;
	}
	return "unknown";
}

/* ---- literals ---------------------------------------------------------------------------------------------------- */

/* a dump is ASCII, whatever the script holds: all else as \ooo */
static void put_byte(struct buf *out, char c)
{
	if (c >= ' ' && c <= '~')
		buf_putc(out, c);
	else
		buf_printf(out, "\\%03o", (unsigned char)c);
}

static void quote(struct buf *out, const char *s, bool double_backslash)
{
	buf_putc(out, '"');
	for (; *s; s++) {
		if (*s == '"' || (*s == '\\' && double_backslash))
			buf_putc(out, '\\');
		put_byte(out, *s);
	}
	buf_putc(out, '"');
}

static void quote_plain(struct buf *out, const char *s)
{
	buf_putc(out, '"');
	for (; *s; s++)
		put_byte(out, *s);
	buf_putc(out, '"');
}

/* ---- expressions ------------------------------------------------------------------------------------------------- */

static void print_paren(struct buf *out, const struct expr *e)
{
	buf_putc(out, '(');
	print_expr(out, e);
	buf_putc(out, ')');
}

/* a, b, *: NULL prints as a star */
static void print_list(struct buf *out, struct expr *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_puts(out, ", ");
		if (v[i])
			print_expr(out, v[i]);
		else
			buf_putc(out, '*');
	}
}

static void print_binary(struct buf *out, const struct expr *e)
{
	print_paren(out, e->binary.l);
	buf_printf(out, " %s ", op_info[e->binary.op].text);
	print_paren(out, e->binary.r);
}

/* a chain is one list, however it nests on the left: (a . b . c) */
static void print_concat(struct buf *out, const struct expr *e)
{
	if (e->binary.l->kind == EX_CONCAT)
		print_concat(out, e->binary.l);
	else
		print_expr(out, e->binary.l);
	buf_puts(out, " . ");
	print_expr(out, e->binary.r);
}

static void print_index(struct buf *out, const struct expr *e)
{
	print_expr(out, e->index.base);
	buf_putc(out, '[');
	print_list(out, e->index.idx.v, e->index.idx.n);
	buf_putc(out, ']');
}

static void print_in(struct buf *out, const struct expr *e)
{
	const struct expr *a = e->in.array;

	buf_putc(out, '[');
	print_list(out, a->index.idx.v, a->index.idx.n);
	buf_puts(out, "] in ");
	print_expr(out, a->index.base);
}

static void print_print(struct buf *out, const struct expr *e)
{
	static const char *const names[] = { "print", "printd", "printf", "print_char" };
	const char *literal = e->print.kind == PRINT_PRINTF ? e->print.format : e->print.delim;

	buf_printf(out, "%s%s%s(", e->print.to_string ? "s" : "", names[e->print.kind], e->print.newline ? "ln" : "");
	if (literal)
		quote(out, literal, true);
	if (literal && e->print.args.n)
		buf_puts(out, ", ");
	if (e->print.hist)
		print_expr(out, e->print.hist);
	print_list(out, e->print.args.v, e->print.args.n);
	buf_putc(out, ')');
}

static void print_stat(struct buf *out, const struct expr *e)
{
	static const char *const names[] = { "@count", "@sum", "@min", "@max", "@avg", "@variance" };

	buf_printf(out, "%s(", names[e->stat.op]);
	print_expr(out, e->stat.stat);
	if (e->stat.shift >= 0)
		buf_printf(out, ", %d", e->stat.shift);
	buf_putc(out, ')');
}

static void print_hist(struct buf *out, const struct expr *e)
{
	buf_puts(out, e->hist.kind == HIST_LOG ? "@hist_log(" : "@hist_linear(");
	print_expr(out, e->hist.stat);
	if (e->hist.kind == HIST_LINEAR)
		buf_printf(out, ", %lld, %lld, %lld", (long long)e->hist.start, (long long)e->hist.stop,
			   (long long)e->hist.interval);
	buf_putc(out, ')');
}

static void print_component(struct buf *out, const struct component *c)
{
	switch (c->kind) {
	case COMP_MEMBER: buf_printf(out, "->%s", c->member); break;
	case COMP_INDEX:
		buf_putc(out, '[');
		print_expr(out, c->index);
		buf_putc(out, ']');
		break;
	case COMP_PRETTY: buf_puts(out, "->$"); break;
	case COMP_PRETTY2: buf_puts(out, "->$$"); break;
	}
}

static void print_target(struct buf *out, const struct expr *e)
{
	if (e->target.addressof)
		buf_putc(out, '&');
	switch (e->target.base) {
	case TARGET_CONTEXT: buf_puts(out, e->target.name); break;
	case TARGET_ATVAR:
		buf_puts(out, "@var(");
		quote_plain(out, e->target.name);
		break;
	case TARGET_CAST:
		buf_puts(out, "@cast(");
		print_expr(out, e->target.operand);
		buf_puts(out, ", ");
		quote(out, e->target.cast_type, true);
		break;
	case TARGET_EXPR: print_paren(out, e->target.operand); break;
	}
	if (e->target.base == TARGET_ATVAR || e->target.base == TARGET_CAST) {
		if (*e->target.module) {
			buf_puts(out, ", ");
			quote(out, e->target.module, true);
		}
		buf_putc(out, ')');
	}
	for (size_t i = 0; i < e->target.comps.n; i++)
		print_component(out, &vec_at(&e->target.comps, i));
}

static void print_enumname(struct buf *out, const struct expr *e)
{
	buf_puts(out, "@enumname(");
	print_expr(out, e->at.arg);
	if (e->at.type) {
		buf_puts(out, ", ");
		quote(out, e->at.type, true);
	}
	if (e->at.module) {
		buf_puts(out, ", ");
		quote(out, e->at.module, true);
	}
	buf_putc(out, ')');
}

static void print_call(struct buf *out, const char *name, const struct expr *arg)
{
	buf_puts(out, name);
	print_paren(out, arg);
}

static void print_deref(struct buf *out, const struct expr *e)
{
	if (e->kind == EX_REGISTER) {
		print_call(out, e->deref.user ? "@uregister" : "@kregister", e->deref.arg);
		return;
	}
	buf_printf(out, "@%cderef(%lld, ", e->deref.user ? 'u' : 'k', (long long)e->deref.size);
	print_expr(out, e->deref.arg);
	buf_putc(out, ')');
}

/* a resolved target, as its source names it, with what its plan refers to */
static void print_access(struct buf *out, const struct expr *e)
{
	buf_puts(out, e->access.text ? e->access.text : e->tok->text);
	if (e->access.text || !e->access.args.n)
		return;
	buf_putc(out, '(');
	print_list(out, e->access.args.v, e->access.args.n);
	buf_putc(out, ')');
}

static void print_crement(struct buf *out, const struct expr *e)
{
	if (e->crement.prefix)
		buf_puts(out, op_info[e->crement.op].text);
	print_paren(out, e->crement.arg);
	if (!e->crement.prefix)
		buf_puts(out, op_info[e->crement.op].text);
}

static void print_ternary(struct buf *out, const struct expr *e)
{
	print_paren(out, e->ternary.cond);
	buf_putc(out, '?');
	print_paren(out, e->ternary.yes);
	buf_putc(out, ':');
	print_paren(out, e->ternary.no);
}

static void print_regex(struct buf *out, const struct expr *e)
{
	print_paren(out, e->regex.l);
	buf_puts(out, e->regex.negate ? " !~ " : " =~ ");
	quote(out, e->regex.pattern->text, false);
}

static void print_texted(struct buf *out, const char *name, const char *text)
{
	buf_puts(out, name);
	buf_putc(out, '(');
	quote_plain(out, text);
	buf_putc(out, ')');
}

/* long: dispatch */
void print_expr(struct buf *out, const struct expr *e)
{
	switch (e->kind) {
	case EX_NUMBER: buf_printf(out, "%lld", (long long)e->num); break;
	case EX_STRING: quote(out, e->str, false); break;
	case EX_EMBEDDED: buf_printf(out, "%%{ %s %%}", e->embedded->tok->text); break;
	case EX_CONST: buf_printf(out, "%%{ /* pure */ /* unprivileged */ /* stable */ %s %%}", e->at.text); break;
	case EX_VAR: buf_puts(out, e->var.name); break;
	case EX_INDEX: print_index(out, e); break;
	case EX_CALL:
		buf_printf(out, "%s(", e->call.name);
		print_list(out, e->call.args.v, e->call.args.n);
		buf_putc(out, ')');
		break;
	case EX_UNARY:
		buf_puts(out, op_info[e->unary.op].text);
		print_paren(out, e->unary.arg);
		break;
	case EX_BINARY:
	case EX_ASSIGN: print_binary(out, e); break;
	case EX_CONCAT:
		buf_putc(out, '(');
		print_concat(out, e);
		buf_putc(out, ')');
		break;
	case EX_REGEX: print_regex(out, e); break;
	case EX_IN: print_in(out, e); break;
	case EX_TERNARY: print_ternary(out, e); break;
	case EX_CREMENT: print_crement(out, e); break;
	case EX_PRINT: print_print(out, e); break;
	case EX_STAT: print_stat(out, e); break;
	case EX_HIST: print_hist(out, e); break;
	case EX_TARGET: print_target(out, e); break;
	case EX_DEFINED: print_call(out, "@defined", e->wrap.arg); break;
	case EX_ENTRY: print_call(out, "@entry", e->wrap.arg); break;
	case EX_PROBEWRITE: print_call(out, "@probewrite", e->wrap.arg); break;
	case EX_PERF: print_texted(out, "@perf", e->at.text); break;
	case EX_ENUM: print_texted(out, "@enum", e->at.text); break;
	case EX_ENUMNAME: print_enumname(out, e); break;
	case EX_REGISTER:
	case EX_DEREF: print_deref(out, e); break;
	case EX_ACCESS: print_access(out, e); break;
	case EX_SAVED: print_call(out, "@entry", e->saved.entry); break;
	case EX_ERROR: buf_puts(out, "<error>"); break;
	}
}
