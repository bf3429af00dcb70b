// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -l and -L (reference/cli.md 4): the points that a pattern stands for, each once, sorted by bytes; with -L the variables that a handler
 * would have there: what alias prologues set, then the context's. -v -L: each probe of its own, as resolved.
 *
 * in: the program of `probe PATTERN {}`, derived and typed but not pruned; only probes of synthesised text are listed, not those of -E.
 */
#include "sema/pass2.h"
#include "sema/sema.h"

#include "base/buf.h"
#include "base/term.h"
#include "session.h"
#include "types/type.h"

#include <stdlib.h>
#include <string.h>

struct names { const char **v; size_t n, cap; };

struct entry {
	const char *name;
	struct names vars; /* "name:type", common to all probes of this name */
	const struct derived_probe *p;
};

struct entries { struct entry *v; size_t n, cap; };

/* an alias is listed by its own name, anything else as resolved */
static const char *shown_name(const struct derived_probe *p)
{
	return p->derivation.n > 1 ? p->pn : p->pp;
}

static void add_locals(struct arena *a, const struct derived_probe *p, struct names *ret)
{
	for (size_t i = 0; i < p->locals.n; i++) {
		const struct vardecl *v = p->locals.v[i];

		if (!v->synthetic && (v->type == VT_LONG || v->type == VT_STRING))
			vec_push(a, ret, arena_printf(a, "%s:%s", v->name, value_type_name(v->type)));
	}
}

static void add_context(struct arena *a, const struct derived_probe *p, struct names *ret)
{
	struct variables vars = { 0 };

	if (!p->provider->variables)
		return;
	p->provider->variables(p, a, false, &vars);
	for (size_t i = 0; i < vars.n; i++) {
		char *type = vars.v[i].type ? type_spell(vars.v[i].type) : NULL;

		vec_push(a, ret, arena_printf(a, "%s:%s", vars.v[i].name, type ? type : "unknown"));
		free(type);
	}
}

static bool has_name(const struct names *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i], name) == 0)
			return true;
	return false;
}

static void keep_common(struct names *l, const struct names *other)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (has_name(other, l->v[i]))
			l->v[n++] = l->v[i];
	l->n = n;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static struct entry entry_of(struct session *s, const struct derived_probe *p)
{
	struct entry e = { shown_name(p), { 0 }, p };

	if (s->opt.listing == LIST_VARS) {
		add_locals(s->arena, p, &e.vars);
		add_context(s->arena, p, &e.vars);
	}
	return e;
}

static void collect(struct session *s, struct entries *ret)
{
	for (size_t i = 0; i < s->program->probes.n; i++) {
		const struct derived_probe *p = s->program->probes.v[i];

		if (p->tok->span.src->kind == SOURCE_SYNTH)
			vec_push(s->arena, ret, entry_of(s, p));
	}
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_name);
}

static void merge(struct entries *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (n && strcmp(l->v[n - 1].name, l->v[i].name) == 0)
			keep_common(&l->v[n - 1].vars, &l->v[i].vars);
		else
			l->v[n++] = l->v[i];
	}
	l->n = n;
}

size_t sema_list(struct session *s, FILE *out)
{
	bool apart = s->opt.listing == LIST_VARS && s->opt.verbose[2] > 0;
	struct entries l = { 0 };
	struct buf b = BUF_INIT;

	collect(s, &l);
	if (!apart)
		merge(&l);
	for (size_t i = 0; i < l.n; i++) {
		const struct derived_probe *p = l.v[i].p;

		buf_puts(&b, apart ? p->pp : l.v[i].name);
		if (apart && p->comment)
			buf_printf(&b, " /* %s */", p->comment);
		if (apart && s->opt.verbose[2] > 1)
			buf_printf(&b, " /*%s */", derive_chain(s->arena, p));
		for (size_t j = 0; j < l.v[i].vars.n; j++)
			buf_printf(&b, " %s", l.v[i].vars.v[j]);
		buf_putc(&b, '\n');
	}
	term_write(out, b.data, b.len);
	buf_fini(&b);
	return l.n;
}
