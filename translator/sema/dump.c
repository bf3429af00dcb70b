// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text of -p2 (reference/language.md 21): embedded code, globals, functions, probes, each section only if there is something in it.
 * Bodies and initial values with -v. in: a finished program.
 */
#include "sema/pass2.h"
#include "sema/sema.h"

#include "base/buf.h"
#include "base/term.h"
#include "session.h"

#include <stdlib.h>

static const char *type_text(enum value_type t) { return t == VT_VOID || t == VT_ERROR ? "unknown" : value_type_name(t); }

static void put_embeds(struct buf *b, const struct program *prog)
{
	if (prog->embeds.n)
		buf_puts(b, "# global embedded code\n");
	for (size_t i = 0; i < prog->embeds.n; i++)
		buf_printf(b, "%%{%s%%}\n", prog->embeds.v[i]->tok->text);
}

static void put_global(struct buf *b, const struct vardecl *v, bool bodies)
{
	buf_puts(b, v->name);
	if (v->wrap)
		buf_putc(b, '%');
	if (v->maxsize)
		buf_printf(b, "[%lld]", (long long)v->maxsize);
	buf_printf(b, ":%s", type_text(v->type));
	for (int i = 0; i < v->arity; i++)
		buf_printf(b, "%s%s", i ? ", " : " [", type_text(v->key[i]));
	if (v->arity > 0)
		buf_putc(b, ']');
	if (bodies && v->init) {
		buf_puts(b, " = ");
		print_expr(b, v->init);
	}
	buf_putc(b, '\n');
}

static void put_locals(struct buf *b, const struct vardecls *l)
{
	if (l->n)
		buf_puts(b, "  # locals\n");
	for (size_t i = 0; i < l->n; i++)
		buf_printf(b, "  %s:%s\n", l->v[i]->name, type_text(l->v[i]->type));
}

static void put_function(struct buf *b, const struct funcdecl *f, bool bodies)
{
	buf_printf(b, "%s:%s (", f->name, type_text(f->type));
	for (size_t i = 0; i < f->formals.n; i++)
		buf_printf(b, "%s%s:%s", i ? ", " : "", f->formals.v[i]->name, type_text(f->formals.v[i]->type));
	buf_puts(b, ")\n");
	put_locals(b, &f->locals);
	if (!bodies)
		return;
	if (f->embedded)
		buf_printf(b, "%%{%s%%}", f->embedded->tok->text);
	else
		print_block(b, f->body, 0);
	buf_putc(b, '\n');
}

static void put_probe(struct buf *b, struct arena *a, const struct derived_probe *p, bool bodies)
{
	buf_puts(b, p->pp);
	if (p->condition) {
		buf_puts(b, " if (");
		print_expr(b, p->condition);
		buf_putc(b, ')');
	}
	if (p->comment)
		buf_printf(b, " /* %s */", p->comment);
	buf_printf(b, " /*%s */\n", derive_chain(a, p));
	put_locals(b, &p->locals);
	if (!bodies)
		return;
	print_block(b, p->body, 0);
	buf_putc(b, '\n');
}

static int by_order(const void *a, const void *b)
{
	const struct derived_probe *x = *(struct derived_probe *const *)a, *y = *(struct derived_probe *const *)b;

	return (x->order > y->order) - (x->order < y->order);
}

static void put_probes(struct buf *b, struct session *s)
{
	const struct program *prog = s->program;
	struct derived_probe **v;

	if (!prog->probes.n)
		return;
	buf_puts(b, "# probes\n");
	v = arena_memdup(s->arena, prog->probes.v, prog->probes.n * sizeof(*v));
	qsort(v, prog->probes.n, sizeof(*v), by_order);
	for (size_t i = 0; i < prog->probes.n; i++)
		put_probe(b, s->arena, v[i], s->opt.verbose[2] > 0);
}

void sema_dump(struct session *s, FILE *out)
{
	const struct program *prog = s->program;
	struct buf b = BUF_INIT;

	put_embeds(&b, prog);
	if (prog->globals.n)
		buf_puts(&b, "# globals\n");
	for (size_t i = 0; i < prog->globals.n; i++)
		put_global(&b, prog->globals.v[i], s->opt.verbose[2] > 0);
	if (prog->functions.n)
		buf_puts(&b, "# functions\n");
	for (size_t i = 0; i < prog->functions.n; i++)
		put_function(&b, prog->functions.v[i], s->opt.verbose[2] > 0);
	put_probes(&b, s);
	term_write(out, b.data, b.len);
	buf_fini(&b);
}
