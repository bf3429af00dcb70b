/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of -p1 above expressions: statements, probe points, declarations, files. See ast_print.c. */
#include "syntax/ast_tools.h"

#include <string.h>

static void put_indent(struct buf *out, unsigned indent)
{
	while (indent--)
		buf_puts(out, "  ");
}

static void put_sort_mark(struct buf *out, const struct stmt *s, int column)
{
	if (s->foreach_.sort_dir && s->foreach_.sort_column == column)
		buf_putc(out, s->foreach_.sort_dir > 0 ? '+' : '-');
}

static void print_slice(struct buf *out, const struct stmt *s)
{
	if (!s->foreach_.slice.n)
		return;
	buf_putc(out, '[');
	for (size_t i = 0; i < s->foreach_.slice.n; i++) {
		const struct expr *e = vec_at(&s->foreach_.slice, i);

		buf_puts(out, i ? ", " : "");
		if (e)
			print_expr(out, e);
		else
			buf_putc(out, '*');
	}
	buf_putc(out, ']');
}

static void print_foreach(struct buf *out, const struct stmt *s, unsigned indent)
{
	static const char *const ops[] = { "@count", "@sum", "@min", "@max", "@avg", "@variance" };

	buf_puts(out, "foreach (");
	if (s->foreach_.value) {
		print_expr(out, s->foreach_.value);
		buf_puts(out, " = ");
	}
	buf_putc(out, '[');
	for (size_t i = 0; i < s->foreach_.keys.n; i++) {
		buf_puts(out, i ? ", " : "");
		print_expr(out, vec_at(&s->foreach_.keys, i));
		put_sort_mark(out, s, (int)i + 1);
	}
	buf_puts(out, "] in ");
	print_expr(out, s->foreach_.base);
	print_slice(out, s);
	if (s->foreach_.sort_op_given)
		buf_printf(out, " %s", ops[s->foreach_.sort_op]);
	put_sort_mark(out, s, 0);
	if (s->foreach_.limit) {
		buf_puts(out, " limit ");
		print_expr(out, s->foreach_.limit);
	}
	buf_puts(out, ") ");
	print_stmt(out, s->foreach_.body, indent);
}

static void print_if(struct buf *out, const struct stmt *s, unsigned indent)
{
	buf_puts(out, "if (");
	print_expr(out, s->if_.cond);
	buf_puts(out, ") ");
	print_stmt(out, s->if_.yes, indent);
	buf_putc(out, '\n');
	if (!s->if_.no)
		return;
	put_indent(out, indent);
	buf_puts(out, "else ");
	print_stmt(out, s->if_.no, indent);
	buf_putc(out, '\n');
}

static void print_for(struct buf *out, const struct stmt *s, unsigned indent)
{
	buf_puts(out, "for (");
	if (s->for_.init)
		print_expr(out, s->for_.init);
	buf_puts(out, "; ");
	print_expr(out, s->for_.cond);
	buf_puts(out, "; ");
	if (s->for_.step)
		print_expr(out, s->for_.step);
	buf_puts(out, ") ");
	print_stmt(out, s->for_.body, indent);
}

static void print_try(struct buf *out, const struct stmt *s, unsigned indent)
{
	buf_puts(out, "try {\n");
	put_indent(out, indent);
	print_block(out, s->try_.body, indent);
	buf_putc(out, '\n');
	put_indent(out, indent);
	buf_puts(out, "} catch ");
	if (s->try_.var) {
		buf_putc(out, '(');
		print_expr(out, s->try_.var);
		buf_puts(out, ") ");
	}
	buf_puts(out, "{\n");
	put_indent(out, indent);
	print_block(out, s->try_.handler, indent);
	buf_putc(out, '\n');
	put_indent(out, indent);
	buf_puts(out, "}\n");
}

/* without the ";" and newline that end a statement in a block */
void print_stmt(struct buf *out, const struct stmt *s, unsigned indent)
{
	switch (s->kind) {
	case ST_NULL: buf_putc(out, ';'); break;
	case ST_BLOCK: print_block(out, s->block, indent); break;
	case ST_EXPR: print_expr(out, s->expr); break;
	case ST_IF: print_if(out, s, indent); break;
	case ST_FOR: print_for(out, s, indent); break;
	case ST_FOREACH: print_foreach(out, s, indent); break;
	case ST_TRY: print_try(out, s, indent); break;
	case ST_RETURN:
		buf_puts(out, s->expr ? "return " : "return");
		if (s->expr)
			print_expr(out, s->expr);
		break;
	case ST_DELETE:
		buf_puts(out, "delete ");
		print_expr(out, s->expr);
		break;
	case ST_BREAK: buf_puts(out, "break"); break;
	case ST_CONTINUE: buf_puts(out, "continue"); break;
	case ST_NEXT: buf_puts(out, "next"); break;
	}
}

/* { … } without a newline behind it; all lines of the block have the same indent as in the reference's dump */
void print_block(struct buf *out, const struct block *b, unsigned indent)
{
	buf_puts(out, "{\n");
	for (size_t i = 0; i < b->stmts.n; i++) {
		put_indent(out, indent);
		print_stmt(out, vec_at(&b->stmts, i), indent);
		buf_puts(out, ";\n");
	}
	put_indent(out, indent);
	buf_putc(out, '}');
}

void print_point(struct buf *out, const struct probe_point *pp)
{
	for (size_t i = 0; i < pp->comps.n; i++) {
		const struct point_comp *c = &vec_at(&pp->comps, i);

		buf_printf(out, "%s%s", i ? "." : "", c->name);
		if (!c->has_arg)
			continue;
		buf_putc(out, '(');
		print_expr(out, c->arg);
		buf_putc(out, ')');
	}
	if (pp->sufficient)
		buf_putc(out, '!');
	else if (pp->optional)
		buf_putc(out, '?');
	if (!pp->condition)
		return;
	buf_puts(out, " if (");
	print_expr(out, pp->condition);
	buf_putc(out, ')');
}

static void print_points(struct buf *out, struct probe_point *const *v, size_t n, const char *between)
{
	for (size_t i = 0; i < n; i++) {
		buf_puts(out, i ? between : "");
		print_point(out, v[i]);
	}
}

static void print_alias(struct buf *out, const struct alias_decl *al)
{
	buf_puts(out, "probe ");
	print_points(out, al->names.v, al->names.n, " = ");
	buf_puts(out, al->plus ? " += " : " = ");
	print_points(out, al->points.v, al->points.n, ", ");
	print_block(out, al->prologue ? al->prologue : al->epilogue, 0);
	buf_putc(out, '\n');
}

static void print_probe(struct buf *out, const struct probe_decl *p)
{
	buf_puts(out, "probe ");
	print_points(out, p->points.v, p->points.n, ",");
	print_block(out, p->body, 0);
	buf_putc(out, '\n');
}

static void print_global(struct buf *out, const struct vardecl *v)
{
	buf_printf(out, "global %s%s", v->name, v->wrap ? "%" : "");
	if (v->maxsize)
		buf_printf(out, "[%lld]", (long long)v->maxsize);
	if (v->init) {
		buf_puts(out, " = ");
		print_expr(out, v->init);
	}
	buf_putc(out, '\n');
}

static void print_function(struct buf *out, const struct funcdecl *f)
{
	buf_printf(out, "function %s (", f->name);
	for (size_t i = 0; i < f->formals.n; i++)
		buf_printf(out, "%s%s", i ? ", " : "", f->formals.v[i]->name);
	buf_puts(out, ")\n");
	if (f->embedded)
		buf_printf(out, "%%{%s%%}", f->embedded->tok->text);
	else
		print_block(out, f->body, 0);
	buf_putc(out, '\n');
}

void print_file(struct buf *out, const struct ast_file *f)
{
	buf_printf(out, "# file %s\n", f->src->name);
	for (size_t i = 0; i < f->embeds.n; i++)
		buf_printf(out, "%%{%s%%}", vec_at(&f->embeds, i)->tok->text);
	for (size_t i = 0; i < f->globals.n; i++)
		print_global(out, vec_at(&f->globals, i));
	for (size_t i = 0; i < f->aliases.n; i++)
		print_alias(out, vec_at(&f->aliases, i));
	for (size_t i = 0; i < f->probes.n; i++)
		print_probe(out, vec_at(&f->probes, i));
	for (size_t i = 0; i < f->functions.n; i++)
		print_function(out, vec_at(&f->functions, i));
}
