// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of generated C. in: script names (any byte that an identifier or probe point may hold). out: C identifiers, unique in their
 * scope. Invariant: every generated name has a prefix with '_' behind it, so it cannot meet a keyword, a name of abi.h, or c, f,
 * ret and tN.
 */
#include "codegen/names.h"

#include "codegen/gen.h"

#include <ctype.h>
#include <string.h>

#define NAME_MAX_POINT 48

/* letters, digits and single underscores, at most max bytes */
static void clean(struct buf *out, const char *raw, size_t max)
{
	for (const char *p = raw; *p && out->len < max; p++) {
		if (isalnum((unsigned char)*p) && (unsigned char)*p < 128)
			buf_putc(out, *p);
		else if (out->len && out->data[out->len - 1] != '_')
			buf_putc(out, '_');
	}
}

const char *name_of(struct gen *g, const char *prefix, const char *name)
{
	struct buf b = BUF_INIT;
	const char *ret;

	buf_puts(&b, prefix);
	for (const char *p = name; *p; p++)
		buf_putc(&b, isalnum((unsigned char)*p) ? *p : '_');
	ret = arena_strdup(g->arena, b.data);
	buf_fini(&b);
	return ret;
}

static const char *unique(struct gen *g, struct map *taken, const char *want)
{
	const char *name = want;

	for (unsigned n = 2; map_has(taken, name); n++)
		name = arena_printf(g->arena, "%s_%u", want, n);
	map_set(taken, name, (void *)name);
	return name;
}

const char *name_fresh(struct gen *g, const char *name)
{
	return unique(g, &g->taken, name);
}

void names_locals(struct gen *g, const struct vardecls *a, const struct vardecls *b)
{
	struct map taken;

	map_init(&taken, g->arena);
	for (size_t i = 0; a && i < a->n; i++)
		a->v[i]->cname = unique(g, &taken, name_of(g, "l_", a->v[i]->name));
	for (size_t i = 0; b && i < b->n; i++)
		b->v[i]->cname = unique(g, &taken, name_of(g, "l_", b->v[i]->name));
}

void names_assign(struct gen *g)
{
	for vec_each (i, &g->prog->globals) {
		struct vardecl *v = g->prog->globals.v[i];

		v->cname = name_fresh(g, name_of(g, "g_", v->name));
	}
	for vec_each (i, &g->prog->functions) {
		struct funcdecl *f = g->prog->functions.v[i];

		f->cname = name_fresh(g, name_of(g, "f_", f->name));
		names_locals(g, &f->formals, &f->locals);
	}
}

const char *name_probe(struct gen *g, const struct derived_probe *p)
{
	struct buf b = BUF_INIT;
	const char *ret;

	for vec_each (i, &p->point->comps) {
		const struct point_comp *c = &p->point->comps.v[i];

		if (b.len)
			clean(&b, "_", NAME_MAX_POINT);
		clean(&b, c->name, NAME_MAX_POINT);
		if (c->has_arg && c->arg->kind == EX_STRING) {
			clean(&b, "_", NAME_MAX_POINT);
			clean(&b, c->arg->str, NAME_MAX_POINT);
		}
	}
	while (b.len && b.data[b.len - 1] == '_')
		b.data[--b.len] = '\0';
	ret = name_fresh(g, arena_printf(g->arena, "p%u_%s", p->index + 1, b.data));
	buf_fini(&b);
	return ret;
}
