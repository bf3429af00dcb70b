/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From probes to registrations: all probes of one symbol of one image, entry and return, share a row of struct stp_row_function and a "symbol"
 * line of .stap_info, whose number is the row's. The three functions here must agree on the rows, so one makes them for all.
 *
 *	{ .symbol = "vfs_read", .entry = (const stp_u32[]){ 3, 7 }, .nentry = 2, .ret = …, .request = 0, .nsaved = 3,
 *	  .save = (void (*const[])(struct stp_ctx *)){ 0, p4_save } },
 */
#include "probe/function.h"

#include "base/map.h"
#include "base/vec.h"
#include "sema/program.h"

#include <stdlib.h>

struct row {
	const struct function_site *site;
	VEC(struct derived_probe *) entry, ret;
	unsigned values; /* words that the return probes keep from entry to return */
	int64_t maxactive;
};

struct row_table {
	struct arena *arena;
	struct map by_symbol;
	VEC(struct row *) rows;
};

static struct row *row_of(struct row_table *t, const struct derived_probe *p)
{
	const struct function_site *s = p->site;
	const char *key = arena_printf(t->arena, "%s:%s", s->module ? s->module : "", s->symbol);
	struct row *r = map_get(&t->by_symbol, key);

	if (!r) {
		r = arena_make(t->arena, struct row);
		r->site = s;
		map_set(&t->by_symbol, key, r);
		vec_push(t->arena, &t->rows, r);
	}
	return r;
}

static void build(struct row_table *t, struct derived_probe *const *probes, size_t n)
{
	t->arena = arena_new();
	map_init(&t->by_symbol, t->arena);
	for (size_t i = 0; i < n; i++) {
		const struct function_site *s = probes[i]->site;
		struct row *r = row_of(t, probes[i]);

		if (!s->is_return) {
			vec_push(t->arena, &r->entry, probes[i]);
			continue;
		}
		vec_push(t->arena, &r->ret, probes[i]);
		if (s->maxactive > r->maxactive)
			r->maxactive = s->maxactive;
		if (probes[i]->saved.n)
			r->values += probes[i]->saved_words;
	}
}

/* what lies before the values: STP_LOST_WORDS() of the runtime's abi.h */
static unsigned lost_words(const struct row *r)
{
	return r->ret.n > 1 ? (unsigned)(r->ret.n + 63) / 64 : 0;
}

/* the values of several return probes lie one behind the other */
void function_layout(struct derived_probe *const *probes, size_t n)
{
	struct row_table t = { 0 };

	build(&t, probes, n);
	for vec_each (i, &t.rows) {
		const struct row *r = t.rows.v[i];
		unsigned base = lost_words(r);

		for vec_each (k, &r->ret) {
			if (!r->ret.v[k]->saved.n)
				continue;
			r->ret.v[k]->saved_base = base;
			base += r->ret.v[k]->saved_words;
		}
	}
	arena_free(t.arena);
}

static void put_numbers(struct buf *out, const char *name, struct derived_probe *const *p, size_t n)
{
	if (!n)
		return;
	buf_printf(out, ", .%s = (const stp_u32[]){", name);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%u", i ? ", " : " ", p[i]->index);
	buf_printf(out, " }, .n%s = %zu", name, n);
}

/* each return probe's own, for one that fails takes nothing from the others */
static void put_save(struct buf *out, const struct row *r)
{
	if (!r->values)
		return;
	buf_printf(out, ", .nsaved = %u, .save = (void (*const[])(struct stp_ctx *)){", lost_words(r) + r->values);
	for vec_each (i, &r->ret) {
		buf_puts(out, i ? ", " : " ");
		if (r->ret.v[i]->saved.n)
			buf_printf(out, "%s_save", r->ret.v[i]->cname);
		else
			buf_putc(out, '0');
	}
	buf_puts(out, " }");
}

void function_rows(struct derived_probe *const *probes, size_t n, struct buf *defs, struct buf *rows)
{
	struct row_table t = { 0 };

	(void)defs;
	build(&t, probes, n);
	for vec_each (i, &t.rows) {
		const struct row *r = t.rows.v[i];

		buf_printf(rows, "{ .symbol = \"%s\"", r->site->symbol);
		if (r->site->module)
			buf_printf(rows, ", .module = \"%s\"", r->site->module);
		put_numbers(rows, "entry", r->entry.v, r->entry.n);
		put_numbers(rows, "ret", r->ret.v, r->ret.n);
		buf_printf(rows, ", .request = %zu", i);
		put_save(rows, r);
		if (r->maxactive)
			buf_printf(rows, ", .maxactive = %lld", (long long)r->maxactive);
		buf_puts(rows, " },\n");
	}
	arena_free(t.arena);
}

void function_info(struct derived_probe *const *probes, size_t n, struct buf *out)
{
	struct row_table t = { 0 };

	build(&t, probes, n);
	for vec_each (i, &t.rows)
			buf_printf(out, "symbol %zu %s %s\n", i, t.rows.v[i]->site->module ? t.rows.v[i]->site->module : "-",
				   t.rows.v[i]->site->symbol);
	arena_free(t.arena);
}
