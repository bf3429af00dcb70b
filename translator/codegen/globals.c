// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Storage of globals. A scalar is a static variable; one in cells has its base there and a member in struct g_cells, of which the
 * runtime keeps one per (CPU, level); an array is a handle that the runtime fills. stp_globals[] lists them all, numbered as in
 * lock lists.
 */
#include "codegen/tables.h"

#include "codegen/gen.h"
#include "codegen/lower.h"
#include "syntax/ast_tools.h"

static void print_cells(struct gen *g, struct buf *out)
{
	bool open = false;

	for vec_each (i, &g->prog->globals) {
		const struct vardecl *v = g->prog->globals.v[i];

		if (!in_cells(v) || is_map(v))
			continue;
		if (!open)
			buf_puts(out, "struct g_cells { /* one per CPU and level */\n");
		open = true;
		if (v->type == VT_STATS)
			buf_printf(out, "\tSTP_STAT(%s, %u);\n", v->cname, stat_buckets(v));
		else
			buf_printf(out, "\tstp_i64 %s;\n", v->cname);
	}
	if (open)
		buf_puts(out, "};\n\n");
}

static void print_string(struct gen *g, const struct vardecl *v, struct buf *out)
{
	size_t max = (size_t)g->tun.value[TUN_MAXSTRINGLEN] - 1;
	struct buf b = BUF_INIT;

	if (v->init)
		literal_decode(&b, v->init->str);
	if (b.len > max)
		b.len = max;
	buf_printf(out, "static struct stp_slot %s", v->cname);
	if (b.len)
		buf_printf(out, " = { %zu, %s }", b.len, c_literal(g->arena, b.data, b.len));
	buf_puts(out, ";\n");
	buf_fini(&b);
}

static void print_variable(struct gen *g, const struct vardecl *v, struct buf *out)
{
	if (is_map(v)) {
		buf_printf(out, "static struct stp_map *%s;\n", v->cname);
	} else if (v->type == VT_STRING) {
		print_string(g, v, out);
	} else if (v->type == VT_STATS) {
		if (!in_cells(v))
			buf_printf(out, "static STP_STAT(%s, %u);\n", v->cname, stat_buckets(v));
	} else {
		buf_printf(out, "static stp_i64 %s", v->cname);
		if (v->init && v->init->num)
			buf_printf(out, " = %s", c_number(g->arena, v->init->num));
		buf_puts(out, ";\n");
	}
}

static void print_desc(struct gen *g, const struct vardecl *v, struct buf *out)
{
	static const char *const names[] = {
		[STAT_COUNT] = "STP_STAT_COUNT", [STAT_SUM] = "STP_STAT_SUM", [STAT_MIN] = "STP_STAT_MIN",
		[STAT_MAX] = "STP_STAT_MAX",	 [STAT_AVG] = "STP_STAT_AVG", [STAT_VARIANCE] = "STP_STAT_VARIANCE",
	};
	const struct stat_params *s = &v->stat;

	buf_printf(out, "static const struct stp_stat_desc %s = {\n\t.ops = STP_STAT_COUNT", desc_ref(g->arena, v));
	for (int op = STAT_SUM; op < STAT_NOPS; op++)
		if (s->ops & (1u << op))
			buf_printf(out, " | %s", names[op]);
	buf_puts(out, ",\n");
	if (s->hist == HIST_LOG)
		buf_puts(out, "\t.hist = STP_HIST_LOG,\n");
	if (s->hist == HIST_LINEAR)
		buf_printf(out, "\t.hist = STP_HIST_LINEAR,\n\t.start = %s,\n\t.stop = %s,\n\t.interval = %s,\n",
			   c_number(g->arena, s->start), c_number(g->arena, s->stop), c_number(g->arena, s->interval));
	if (s->hist != HIST_NONE)
		buf_printf(out, "\t.buckets = %u,\n", stat_buckets(v));
	if (s->shift > 0)
		buf_printf(out, "\t.shift = %d,\n", s->shift);
	buf_puts(out, "};\n");
}

static const char *type_name(enum value_type t)
{
	return t == VT_STRING ? "STP_STRING" : t == VT_STATS ? "STP_STATS" : "STP_LONG";
}

static void print_flags(const struct vardecl *v, struct buf *out)
{
	const char *sep = ", .flags = ";
	const struct {
		bool on;
		const char *name;
	} flags[] = {
		{ v->storage == STORE_CELLS, "STP_G_CELLS" },	  { v->storage == STORE_QUIET, "STP_G_QUIET" },
		{ v->storage == STORE_FREE, "STP_G_FREE" },	  { v->wrap, "STP_G_WRAP" },
		{ v->private_ || v->synthetic, "STP_G_PRIVATE" },
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!flags[i].on)
			continue;
		buf_printf(out, "%s%s", sep, flags[i].name);
		sep = " | ";
	}
}

static void print_entry(struct gen *g, const struct vardecl *v, struct buf *out)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "{ .name = \"%s\", .type = %s", v->name, type_name(v->type));
	if (is_map(v)) {
		buf_printf(&b, ", .nkeys = %d, .key = { ", v->arity);
		for (int i = 0; i < v->arity; i++)
			buf_printf(&b, "%s%s", i ? ", " : "", type_name(v->key[i]));
		buf_puts(&b, " }");
		if (v->maxsize > 0)
			buf_printf(&b, ", .maxentries = %lld", (long long)v->maxsize);
		if (v->levels)
			buf_printf(&b, ", .levels = %u", v->levels);
	}
	print_flags(v, &b);
	if (is_map(v) || !in_cells(v) || v->type != VT_STATS)
		buf_printf(&b, ", .where = &%s%s", v->cname, v->type == VT_STATS && !is_map(v) ? ".stat" : "");
	if (v->type == VT_STATS)
		buf_printf(&b, ", .stat = &%s", desc_ref(g->arena, v));
	if (in_cells(v) && !is_map(v))
		buf_printf(&b, ", .cell_offset = STP_CELL(%s)", v->cname);
	buf_puts(&b, " },");
	emit_print_line(out, 1, b.data);
	buf_fini(&b);
}

void globals_print(struct gen *g, struct buf *out)
{
	if (g->prog->globals.n == 0)
		return;
	banner(out, "globals");
	print_cells(g, out);
	for vec_each (i, &g->prog->globals)
		if (g->prog->globals.v[i]->type == VT_STATS)
			print_desc(g, g->prog->globals.v[i], out);
	for vec_each (i, &g->prog->globals)
		print_variable(g, g->prog->globals.v[i], out);
	buf_putc(out, '\n');
	buf_puts(out, "static const struct stp_global stp_globals[] = {\n");
	for vec_each (i, &g->prog->globals)
		print_entry(g, g->prog->globals.v[i], out);
	buf_puts(out, "};\n");
}
