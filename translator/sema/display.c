// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic display (reference/language.md 6): a global of the script that is written but never read is printed at the end, by an `end`
 * probe whose text is made here, once the variable's types are known. They are shown in the order of their declarations.
 */
#define _GNU_SOURCE 1 /* strverscmp */

#include "sema/sema.h"

#include "session.h"
#include "syntax/parse.h"
#include "types/type.h"

#include <string.h>

/* before 1.4 all numbers but keys are hexadecimal */
static bool hexadecimal(const struct sema *sm)
{
	return strverscmp(sm->s->facts->compat, "1.4") < 0;
}

static const char *value_format(const struct sema *sm, const struct vardecl *v)
{
	if (v->type == VT_STRING)
		return "\\\"%#s\\\"";
	if (hexadecimal(sm))
		return "%#x";
	if (v->ctype && v->ctype != &type_conflict && type_strip(v->ctype)->kind == TYPE_PTR)
		return "%#x";
	return "%d";
}

static void put_keys(struct buf *b, const struct vardecl *v)
{
	for (int i = 0; i < v->arity; i++)
		buf_printf(b, "%s__idx%d", i ? ", " : "", i);
}

/* name[%#d,"%#s"] */
static void put_name(struct buf *b, const struct vardecl *v)
{
	buf_puts(b, v->name);
	for (int i = 0; i < v->arity; i++)
		buf_printf(b, "%c%s", i ? ',' : '[', v->key[i] == VT_STRING ? "\\\"%#s\\\"" : "%#d");
	if (v->arity > 0)
		buf_putc(b, ']');
}

static void put_stat_print(struct buf *b, const struct vardecl *v, bool hex)
{
	static const char *const ops[] = { "count", "min", "max", "sum", "avg" };

	buf_puts(b, "printf(\"");
	put_name(b, v);
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		buf_printf(b, " @%s=%s", ops[i], hex ? "%#x" : "%#d");
	buf_puts(b, "\\n\"");
	for (int i = 0; i < v->arity; i++)
		buf_printf(b, ", __idx%d", i);
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		buf_printf(b, ", @%s(%s", ops[i], v->name);
		if (v->arity > 0) {
			buf_putc(b, '[');
			put_keys(b, v);
			buf_putc(b, ']');
		}
		buf_putc(b, ')');
	}
	buf_puts(b, ")");
}

static void put_stat(struct buf *b, const struct vardecl *v, bool hex)
{
	if (v->arity > 0) {
		buf_puts(b, "foreach ([");
		put_keys(b, v);
		buf_printf(b, "] in %s-) ", v->name);
	} else {
		buf_printf(b, "if (@count(%s) == 0) printf(\"%s @count=0x0\\n\") else ", v->name, v->name);
	}
	put_stat_print(b, v, hex);
}

static void put_value(struct buf *b, const struct vardecl *v, const char *format)
{
	if (v->arity > 0) {
		buf_puts(b, "foreach (__val = [");
		put_keys(b, v);
		buf_printf(b, "] in %s-) ", v->name);
	}
	buf_puts(b, "printf(\"");
	put_name(b, v);
	buf_printf(b, "=%s\\n\", ", format);
	if (v->arity > 0) {
		put_keys(b, v);
		buf_puts(b, ", __val)");
	} else {
		buf_printf(b, "%s)", v->name);
	}
}

static bool wants_display(const struct sema *sm, const struct vardecl *v)
{
	if (!v->written || v->read || v->synthetic || !scope_is_user_file(sm, v->file))
		return false;
	for (int i = 0; i < v->arity; i++)
		if (v->key[i] != VT_LONG && v->key[i] != VT_STRING)
			return false;
	return v->type == VT_LONG || v->type == VT_STRING || v->type == VT_STATS;
}

static void display(struct sema *sm, struct vardecl *v)
{
	struct parse_env env = { .arena = sm->a, .names = sm->s->names, .diag = sm->diag, .facts = sm->s->facts, .macros = &sm->s->macros };
	struct ast_file *f;
	struct buf b = BUF_INIT;

	buf_puts(&b, "probe end { ");
	if (v->type == VT_STATS)
		put_stat(&b, v, hexadecimal(sm));
	else
		put_value(&b, v, value_format(sm, v));
	buf_puts(&b, " }");
	f = parse_synthetic(&env, "<display>", arena_strdup(sm->a, b.data));
	buf_fini(&b);
	if (!f)
		return;
	sm->nderived = 0; /* there are no more of these than globals */
	for (size_t i = 0; i < f->probes.n; i++)
		derive_decl(sm, f->probes.v[i], v->file, true);
}

void display_globals(struct sema *sm)
{
	size_t before = sm->works.n;

	usage_collect(sm);
	for (size_t i = 0; i < sm->s->user_files.n; i++)
		for (size_t k = 0; k < sm->s->user_files.v[i]->globals.n; k++)
			if (wants_display(sm, sm->s->user_files.v[i]->globals.v[k]))
				display(sm, sm->s->user_files.v[i]->globals.v[k]);
	if (sm->works.n == before)
		return;
	resolve_all(sm);
	types_infer(sm);
}
