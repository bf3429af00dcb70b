// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tables behind the code: probes in program order, the rows of each family (its provider writes them), the script's description
 * and the text of section .stap_info that staprun reads before loading.
 */
#include "codegen/tables.h"

#include "base/text.h"
#include "codegen/frames.h"
#include "codegen/gen.h"
#include "codegen/unit.h"
#include "kit/kit.h"
#include "probe/provider.h"
#include "runtime/uapi/ctl.h"
#include "session.h"
#include "syntax/ast_tools.h"

#include <stdlib.h>
#include <string.h>

void banner(struct buf *out, const char *title)
{
	size_t used = strlen(title) + 9;

	buf_printf(out, "\n/* ---- %s ", title);
	for (size_t i = used; i < 100; i++)
		buf_putc(out, '-');
	buf_puts(out, " */\n\n");
}

static const char *quoted(struct gen *g, const char *text)
{
	return c_literal(g->arena, text ? text : "", text ? strlen(text) : 0);
}

/* ---- probes -------------------------------------------------------------------------------------------------------- */

static const char *place_of(struct gen *g, const struct token *tok)
{
	struct source_pos pos;

	if (!tok || !tok->span.src)
		return "";
	source_pos(tok->span.src, tok->span.off, &pos);
	return arena_printf(g->arena, "%s:%u:%u", tok->span.src->name, pos.line, pos.col);
}

static const char *function_of(struct gen *g, const struct derived_probe *p)
{
	const char *f = p->provider->text ? p->provider->text(p, g->arena, "$$func") : NULL;

	return f ? f : "";
}

void probes_print(struct gen *g, struct buf *out)
{
	struct buf line = BUF_INIT;

	banner(out, "probe table");
	buf_puts(out, "static const struct stp_probe stp_probes[] = {\n");
	for vec_each (i, &g->prog->probes) {
		const struct derived_probe *p = g->prog->probes.v[i];

		buf_reset(&line);
		buf_printf(&line, "{ %s, %s, %s, %s, %s, %u, %s, %u },", p->cname, quoted(g, p->pp), quoted(g, p->pn),
			   quoted(g, function_of(g, p)), quoted(g, place_of(g, p->tok)), p->index,
			   p->optional ? "STP_P_OPTIONAL" : "0", p->condition_no);
		emit_print_line(out, 1, line.data);
	}
	buf_puts(out, "};\n");
	buf_fini(&line);
}

/* ---- families ------------------------------------------------------------------------------------------------------ */

/* the probes of one family, in program order */
static size_t probes_of(const struct gen *g, const struct provider *pr, struct derived_probe **ret)
{
	size_t n = 0;

	for vec_each (i, &g->prog->probes)
		if (g->prog->probes.v[i]->provider == pr)
			ret[n++] = g->prog->probes.v[i];
	return n;
}

static void family_print(struct gen *g, const struct provider *pr, struct buf *uses, struct buf *out)
{
	struct derived_probe **v = arena_array(g->arena, struct derived_probe *, g->prog->probes.n + 1);
	size_t n = probes_of(g, pr, v);
	struct buf defs = BUF_INIT, rows = BUF_INIT;

	if (n > 0)
		pr->rows(v, n, &defs, &rows);
	if (rows.len) {
		buf_puts(out, defs.data);
		buf_printf(out, "static const struct stp_row_%s %s_rows[] = {\n", pr->family, pr->family);
		for (const char *line = rows.data; *line;) {
			size_t len = strcspn(line, "\n");

			emit_print_line(out, 1, arena_strndup(g->arena, line + strspn(line, "\t "), len - strspn(line, "\t ")));
			line += len + (line[len] == '\n');
		}
		buf_puts(out, "};\n\n");
		buf_printf(uses, "\t{ &stp_family_%s, %s_rows, STP_COUNT(%s_rows) },\n", pr->family, pr->family, pr->family);
	}
	buf_fini(&defs);
	buf_fini(&rows);
}

void families_print(struct gen *g, struct buf *out)
{
	struct buf uses = BUF_INIT;

	banner(out, "families");
	for (const struct provider *const *pr = providers; *pr; pr++)
		family_print(g, *pr, &uses, out);
	g->has_families = uses.len > 0;
	if (uses.len)
		buf_printf(out, "static const struct stp_family_use stp_families[] = {\n%s};\n", uses.data);
	buf_fini(&uses);
}

/* ---- the script ---------------------------------------------------------------------------------------------------- */

static const char *script_name(struct gen *g)
{
	const char *file = g->s->opt.script_file, *slash;
	char *name;

	if (!file)
		return "<input>";
	slash = strrchr(file, '/');
	name = arena_strdup(g->arena, slash ? slash + 1 : file);
	for (char *p = name; *p; p++)
		if ((unsigned char)*p < ' ') /* .stap_info is lines */
			*p = '?';
	return name;
}

static void print_table(struct buf *out, const char *name, const char *count, const char *array, bool there)
{
	if (there)
		buf_printf(out, "\t.%s = %s,\n\t.%s = STP_COUNT(%s),\n", name, array, count, array);
}

static void add_flag(struct buf *flags, const char *flag)
{
	buf_printf(flags, "%s%s", flags->len ? " | " : "", flag);
}

static void flags_print(struct gen *g, struct buf *out)
{
	struct buf flags = BUF_INIT;
	const char *flag;

	if (g->s->opt.bulk)
		add_flag(&flags, "STP_S_BULK");
	if (g->s->opt.skip_badvars)
		add_flag(&flags, "STP_S_SKIP_BADVARS");
	for (size_t i = 0; (flag = switch_flag(g->s, i)); i++)
		if (*flag)
			add_flag(&flags, flag);
	if (flags.len)
		buf_printf(out, "\t.flags = %s,\n", flags.data);
	buf_fini(&flags);
}

/* -t and -D STP_ALIBI: where each probe comes from */
static bool wants_timing(const struct gen *g)
{
	return g->s->opt.timing || switch_is_on(g->s, "STP_ALIBI");
}

static void origin_print(struct buf *text, const struct derivation *step)
{
	buf_puts(text, " from: ");
	print_point(text, step->point);
}

static void origins_print(struct gen *g, struct buf *out)
{
	buf_puts(out, "static const char *const stp_origins[] = {\n");
	for vec_each (i, &g->prog->probes) {
		const struct derived_probe *p = g->prog->probes.v[i];
		struct buf text = BUF_INIT;

		for vec_each (k, &p->derivation)
			origin_print(&text, &p->derivation.v[k]);
		buf_printf(out, "\t%s,\n", quoted(g, text.len ? text.data : ""));
		buf_fini(&text);
	}
	buf_puts(out, "};\n\n");
}

void script_print(struct gen *g, struct buf *out)
{
	unsigned nmaps = 0;
	bool cells = false;

	for vec_each (i, &g->prog->globals) {
		nmaps += is_map(g->prog->globals.v[i]);
		cells |= in_cells(g->prog->globals.v[i]) && !is_map(g->prog->globals.v[i]);
	}
	banner(out, "script");
	if (wants_timing(g))
		origins_print(g, out);
	buf_printf(out, "const struct stp_script stp_script = {\n\t.abi_version = %d,\n", STP_ABI_VERSION);
	flags_print(g, out);
	buf_printf(out, "\t.name = %s,\n", quoted(g, script_name(g)));
	print_table(out, "globals", "nglobals", "stp_globals", g->prog->globals.n > 0);
	print_table(out, "probes", "nprobes", "stp_probes", true);
	print_table(out, "families", "nfamilies", "stp_families", g->has_families);
	if (nmaps || cells)
		buf_puts(out, "\t.values = &stp_values,\n");
	print_table(out, "conditions", "nconditions", "stp_conditions", g->conditions.n > 0);
	if (g->conditions.n)
		buf_puts(out, "\t.arming = &stp_arming,\n");
	if (wants_timing(g))
		buf_puts(out, "\t.timing = &stp_timing,\n\t.origins = stp_origins,\n");
	if (nmaps)
		buf_printf(out, "\t.nmaps = %u,\n", nmaps);
	if (cells)
		buf_puts(out, "\t.cells_bytes = sizeof(struct g_cells),\n");
	if (g->prog->uses_regex_groups)
		buf_printf(out, "\t.match_words = %u,\n", regexes_words(g));
	buf_printf(out, "\t.frame_bytes = %u,\n\t.nesting = %u,\n\t.stack_bytes = %u,\n\t.tun = {\n", g->frame_bytes, nesting_of(g),
		   g->stack_bytes);
	tunables_print(&g->tun, 2, out);
	buf_puts(out, "\t},\n};\n");
}

/* ---- .stap_info ---------------------------------------------------------------------------------------------------- */

static void info_lines(struct gen *g, unsigned controls, struct buf *text)
{
	struct derived_probe **v = arena_array(g->arena, struct derived_probe *, g->prog->probes.n + 1);
	size_t n;

	buf_printf(text, "abi %d\nrelease %s\nbuild_id %s\nbulk %d\nscript %s\n", STP_ABI_VERSION,
		   g->s->kit	   ? kit_release(g->s->kit)
		   : g->s->release ? g->s->release
				   : "",
		   g->s->kit && !g->tun.value[TUN_STP_NO_BUILDID_CHECK] ? kit_build_id(g->s->kit) : "", g->s->opt.bulk, script_name(g));
	if (controls)
		buf_printf(text, "controls %u\n", controls);
	for vec_each (i, &g->prog->globals) {
		const struct vardecl *d = g->prog->globals.v[i];

		if (is_map(d) || d->private_ || d->synthetic || (d->type != VT_LONG && d->type != VT_STRING))
			continue;
		buf_printf(text, "global %s %s %lld%s\n", d->name, d->type == VT_STRING ? "string" : "long",
			   d->type == VT_STRING ? (long long)g->tun.value[TUN_MAXSTRINGLEN] - 1 : 0,
			   d->file && d->file->src->builtin_dir ? " library" : "");
	}
	for (const struct provider *const *pr = providers; *pr; pr++) {
		n = probes_of(g, *pr, v);
		if (n > 0 && (*pr)->info)
			(*pr)->info(v, n, text);
	}
}

/* --modinfo: the kernel reads strings that follow each other, each with its NUL */
static void modinfo_lines(struct gen *g, struct buf *out)
{
	for vec_each (i, &g->s->opt.modinfos) {
		const char *text = g->s->opt.modinfos.v[i];

		buf_printf(out, "static const char stp_modinfo_%zu[] __attribute__((section(\".modinfo\"), used, aligned(1))) = %s;\n", i,
			   c_literal(g->arena, text, strlen(text)));
	}
}

void info_print(struct gen *g, struct buf *out)
{
	struct buf text = BUF_INIT;
	size_t indent;

	info_lines(g, controls_of(out->data) | (g->s->embedded_text ? controls_of(g->s->embedded_text) : 0), &text);
	banner(out, "module info");
	indent = out->len;
	buf_printf(out, "static const char stp_info[] __attribute__((section(\"%s\"), used)) = ", STP_INFO_SECTION);
	indent = out->len - indent;
	for (const char *line = text.data; *line;) {
		size_t len = strcspn(line, "\n") + 1;

		buf_printf(out, "%s%s\n", c_literal(g->arena, line, len), line[len] ? "" : ";");
		line += len;
		for (size_t col = 0; *line && col < indent; col += indent - col >= 8 ? 8 : 1)
			buf_putc(out, indent - col >= 8 ? '\t' : ' ');
	}
	buf_fini(&text);
	modinfo_lines(g, out);
}
