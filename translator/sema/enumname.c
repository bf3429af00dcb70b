// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * @enumname(value [, "type" [, "module"]]): the enumerator's name, or the number in decimal where none has it.
 *
 * in: an EX_ENUMNAME whose argument is not yet looked at. out: a call of a function made once for each enumeration,
 *	function __enumname_N:string (a:long) { n = TREE; return n == "" ? sprintf("%d", a) : n }
 * where TREE halves the sorted values: (a < 2 ? (a == 0 ? "X" : a == 1 ? "Y" : "") : (…)).
 */
#include "sema/target.h"

#include "base/intern.h"
#include "base/text.h"
#include "session.h"
#include "syntax/parse.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* by value; of equal ones the one declared first is the first */
static int by_value(const void *a, const void *b)
{
	const struct enumerator *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static size_t sort_values(struct enumerator *v, size_t n)
{
	size_t kept = 0, named = 0;

	for (size_t i = 0; i < n; i++) /* the names become text of the function below */
		if (text_is_name(v[i].name, ""))
			v[named++] = v[i];
	n = named;
	if (n)
		qsort(v, n, sizeof(*v), by_value);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || v[i].value != v[i - 1].value)
			v[kept++] = v[i];
	return kept;
}

static void put_number(struct buf *out, int64_t n)
{
	if (n < 0)
		buf_printf(out, "-%" PRIu64, 0 - (uint64_t)n);
	else
		buf_printf(out, "%" PRIi64, n);
}

static void put_tree(struct buf *out, const struct enumerator *v, size_t n)
{
	if (n == 0) {
		buf_puts(out, "\"\"");
		return;
	}
	if (n == 1) {
		buf_puts(out, "(a == ");
		put_number(out, v->value);
		buf_printf(out, " ? \"%s\" : \"\")", v->name);
		return;
	}
	buf_puts(out, "(a < ");
	put_number(out, v[n / 2].value);
	buf_puts(out, " ? ");
	put_tree(out, v, n / 2);
	buf_puts(out, " : ");
	put_tree(out, v + n / 2, n - n / 2);
	buf_puts(out, ")");
}

static struct funcdecl *function_of(struct sema *sm, struct type *t)
{
	struct parse_env env = { .arena = sm->a, .names = sm->s->names, .diag = sm->diag, .facts = sm->s->facts, .macros = &sm->s->macros };
	struct enumerator *v;
	struct ast_file *f;
	struct buf b = BUF_INIT;
	size_t n = type_enumerators(t, sm->a, &v);

	n = sort_values(v, n);
	buf_printf(&b, "function __enumname_%u:string (a:long) { n = ", sm->nsynth++);
	put_tree(&b, v, n);
	buf_puts(&b, " return n == \"\" ? sprintf(\"%d\", a) : n }");
	f = parse_synthetic(&env, "<enumname>", arena_strdup(sm->a, b.data));
	buf_fini(&b);
	if (!f || f->functions.n != 1)
		return NULL;
	scope_add_function(sm, f->functions.v[0])->context = 0;
	return f->functions.v[0];
}

static struct type *enum_type(struct owner *o, const struct expr *e)
{
	struct type *t = e->at.arg->ctype;

	if (e->at.type) {
		if (!o->sm->s->target) {
			target_without_kit(o, e->tok);
			return NULL;
		}
		t = target_named_type(o, e->tok, e->at.module ? e->at.module : "", e->at.type);
		if (!t) {
			diag(o->sm->diag, E_CAST_TYPE, e->tok, e->at.type, e->at.module && *e->at.module ? e->at.module : "kernel");
			return NULL;
		}
	}
	t = t && t != &type_conflict ? type_strip(t) : NULL;
	if (t && t->kind == TYPE_ENUM)
		return t;
	diag(o->sm->diag, E_ENUMNAME_TYPE, e->tok);
	return NULL;
}

bool enumname_resolve(struct owner *o, struct expr **ep)
{
	struct expr *e = *ep, *call;
	struct type *t;
	char key[32];
	struct funcdecl *f;

	target_expand_expr(o, &e->at.arg);
	t = enum_type(o, e);
	if (!t)
		return false;
	snprintf(key, sizeof(key), "%p", (void *)t);
	f = map_get(&o->sm->enum_names, key);
	if (!f) {
		f = function_of(o->sm, t);
		if (!f)
			return false;
		map_set(&o->sm->enum_names, arena_strdup(o->sm->a, key), f);
	}
	call = expr_make(o->sm->a, EX_CALL, e->tok);
	call->call.name = f->name;
	vec_push(o->sm->a, &call->call.args, e->at.arg);
	vec_push(o->sm->a, &call->call.callees, f);
	call->type = VT_STRING;
	*ep = call;
	return true;
}
