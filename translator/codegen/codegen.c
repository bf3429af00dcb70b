// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pass 3, as a list: check, names, layout of saved values, handlers, the functions they call, sizes, duplicates, and the text in its fixed
 * order: header · constants · globals · regular expressions · prototypes · functions · probe bodies · probe table · families · script ·
 * module info.
 */
#include "codegen/codegen.h"

#include "base/error.h"
#include "codegen/check.h"
#include "codegen/embedded.h"
#include "codegen/frames.h"
#include "codegen/function.h"
#include "codegen/merge.h"
#include "codegen/names.h"
#include "codegen/tables.h"
#include "probe/provider.h"
#include "session.h"
#include "syntax/ast_tools.h"

#include <string.h>

/* ---- code ---------------------------------------------------------------------------------------------------------- */

struct context_walk {
	struct gen *g;
	const struct derived_probe *probe;
};

static bool visit_call(void *cookie, struct expr **ep)
{
	struct context_walk *w = cookie;
	const struct expr *e = *ep;
	struct ast_visitor v = { .expr = visit_call, .cookie = w };

	if (e->kind != EX_CALL)
		return true;
	for vec_each (i, &e->call.callees) {
		const struct funcdecl *f = e->call.callees.v[i];

		if (!f->body || w->g->context[f->index] == w->probe)
			continue;
		w->g->context[f->index] = w->probe;
		walk_block(&v, f->body);
	}
	return true;
}

static bool visit_saved(void *cookie, struct expr **ep)
{
	if ((*ep)->kind == EX_SAVED)
		*(bool *)cookie = true;
	return true;
}

/* a function that reads saved values is the clone of one probe: which? */
static void find_contexts(struct gen *g)
{
	bool any = false;
	struct ast_visitor saved = { .expr = visit_saved, .cookie = &any };

	for vec_each (i, &g->prog->functions)
		if (g->prog->functions.v[i]->body)
			walk_block(&saved, g->prog->functions.v[i]->body);
	for (size_t i = 0; any && i < g->prog->probes.n; i++) {
		struct context_walk w = { g, g->prog->probes.v[i] };
		struct ast_visitor v = { .expr = visit_call, .cookie = &w };

		if (w.probe->saved.n)
			walk_block(&v, w.probe->body);
	}
}

/* -D STP_ALIBI: probes are hit and counted, and do nothing */
static void empty_handlers(struct gen *g)
{
	vec_clear(&g->prog->conditions);
	for vec_each (i, &g->prog->probes) {
		struct derived_probe *p = g->prog->probes.v[i];

		vec_clear(&p->body->stmts);
		vec_clear(&p->locals);
		vec_clear(&p->locks);
		vec_clear(&p->saved);
		vec_clear(&p->rechecks);
		p->condition_no = 0;
		p->span = (struct lock_span){ 0 };
		p->commutes = false;
	}
}

/* words of c->saved: one for a number, a struct stp_slot for a text */
static void lay_saved(struct gen *g, struct derived_probe *p)
{
	unsigned *at = arena_array(g->arena, unsigned, p->saved.n + 1);
	unsigned text = (unsigned)(sizeof(uint32_t) + (size_t)g->tun.value[TUN_MAXSTRINGLEN] + 7) / 8;

	p->saved_words = 0;
	for vec_each (i, &p->saved) {
		at[i] = p->saved_words;
		p->saved_words += p->saved.v[i]->type == VT_STRING ? text : 1;
	}
	p->saved_at = at;
}

/* the kernel's limit for what a kretprobe keeps for each call */
enum { SAVED_BYTES = 4096 };

static bool saved_fits(struct gen *g)
{
	for vec_each (i, &g->prog->probes) {
		const struct derived_probe *p = g->prog->probes.v[i];
		unsigned bytes = 8 * (p->saved_base + p->saved_words);

		if (p->saved_words && bytes > SAVED_BYTES) {
			diag(g->diag, E_ENTRY_SPACE, p->tok, p->pp, bytes, SAVED_BYTES);
			return false;
		}
	}
	return true;
}

static void layout(struct gen *g)
{
	struct derived_probe **v = arena_array(g->arena, struct derived_probe *, g->prog->probes.n + 1);

	for vec_each (i, &g->prog->probes)
		lay_saved(g, g->prog->probes.v[i]);
	for (const struct provider *const *pr = providers; *pr; pr++) {
		size_t n = 0;

		for vec_each (i, &g->prog->probes)
			if (g->prog->probes.v[i]->provider == *pr)
				v[n++] = g->prog->probes.v[i];
		if (n > 0 && (*pr)->layout)
			(*pr)->layout(v, n);
	}
}

static void add_accessors(struct gen *g, bool *get, bool *set)
{
	for vec_each (i, &g->prog->globals) {
		if (get[i])
			vec_push(g->arena, &g->accessors, accessor_gen(g, g->prog->globals.v[i], false));
		if (set[i])
			vec_push(g->arena, &g->accessors, accessor_gen(g, g->prog->globals.v[i], true));
	}
}

static void collect_accessors(struct gen *g)
{
	bool *get = arena_array(g->arena, bool, g->prog->globals.n + 1), *set = arena_array(g->arena, bool, g->prog->globals.n + 1);
	VEC(const struct embedded *) all = { 0 };

	for vec_each (i, &g->prog->functions)
		if (g->called[i] && g->prog->functions.v[i]->embedded)
			vec_push(g->arena, &all, g->prog->functions.v[i]->embedded);
	for vec_each (i, &g->exprs)
		vec_push(g->arena, &all, g->exprs.v[i].embedded);
	for vec_each (i, &all) {
		for vec_each (k, &all.v[i]->rvars)
			get[all.v[i]->rvars.v[k]->index] = true;
		for vec_each (k, &all.v[i]->wvars)
			set[all.v[i]->wvars.v[k]->index] = true;
	}
	add_accessors(g, get, set);
}

/* handlers first: they say which functions are called, and those which others */
static void generate(struct gen *g)
{
	size_t nf = g->prog->functions.n;
	bool again = true;

	map_init(&g->taken, g->arena);
	map_init(&g->bodies, g->arena);
	vec_clear(&g->handlers);
	vec_clear(&g->accessors);
	g->functions = arena_array(g->arena, struct cfunc *, nf + 1);
	g->called = arena_array(g->arena, bool, nf + 1);
	names_assign(g);
	vec_clear(&g->conditions);
	for vec_each (i, &g->prog->conditions)
		vec_push(g->arena, &g->conditions, condition_gen(g, i));
	for vec_each (i, &g->prog->probes)
		handler_gen(g, g->prog->probes.v[i]);
	while (again) {
		again = false;
		for (size_t i = 0; i < nf; i++) {
			const struct funcdecl *f = g->prog->functions.v[i];

			if (!g->called[i] || g->functions[i] || !f->body)
				continue;
			g->functions[i] = function_gen(g, f, g->context[i]);
			again = true;
		}
	}
	collect_accessors(g);
	frames_compute(g);
}

/* ---- text ---------------------------------------------------------------------------------------------------------- */

static void print_header(struct gen *g, struct buf *out)
{
	const struct options *o = &g->s->opt;
	const char *file = o->script_file, *slash = file ? strrchr(file, '/') : NULL;
	struct buf line = BUF_INIT;
	struct emit e = { .arena = g->arena };

	buf_printf(&line, "Made by stap from %s.", file ? slash ? slash + 1 : file : "<input>");
	if (o->guru)
		buf_puts(&line, " -g");
	if (o->unoptimized)
		buf_puts(&line, " -u");
	for vec_each (i, &o->defines)
		buf_printf(&line, " -D %s=%s", o->defines.v[i].name, o->defines.v[i].value);
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.data[i] < ' ')
			line.data[i] = ' ';
	emit_comment(&e, line.data);
	emit_print_line(out, 0, e.lines.v[0].text);
	buf_fini(&line);
}

static void print_constants(struct gen *g, struct buf *out)
{
	banner(out, "constants");
	buf_printf(out, "#define STP_MAXSTRINGLEN %lld\n#include \"abi.h\"\n\n", (long long)g->tun.value[TUN_MAXSTRINGLEN]);
	buf_puts(out, "/* what a script compares, tests or negates is as it was written */\n"
		      "#pragma GCC diagnostic ignored \"-Wtautological-compare\"\n"
		      "#pragma GCC diagnostic ignored \"-Wbool-compare\"\n"
		      "#pragma GCC diagnostic ignored \"-Wbool-operation\"\n"
		      "#pragma GCC diagnostic ignored \"-Wint-in-bool-context\"\n");
}

static void print_prototypes(struct gen *g, struct buf *out)
{
	size_t start = out->len, empty;
	struct buf line = BUF_INIT;

	banner(out, "prototypes");
	empty = out->len;
	for vec_each (i, &g->prog->functions) {
		if (!g->called[i])
			continue;
		buf_reset(&line);
		buf_printf(&line, "%s;", function_proto(g, g->prog->functions.v[i]));
		emit_print_line(out, 0, line.data);
	}
	for (size_t i = 0; i < g->exprs.n; i++)
		buf_printf(out, "%s;\n", embedded_expr_proto(g, i));
	for vec_each (i, &g->accessors)
		buf_printf(out, "%s;\n", g->accessors.v[i]->proto);
	if (out->len == empty)
		out->data[out->len = start] = '\0';
	buf_fini(&line);
}

static void conditions_print(struct gen *g, struct buf *out)
{
	if (!g->conditions.n)
		return;
	banner(out, "conditions");
	for vec_each (i, &g->conditions)
		buf_printf(out, "%s\n", g->conditions.v[i]->text);
	buf_puts(out, "static struct stp_condition stp_conditions[] = {\n");
	for vec_each (i, &g->conditions)
		buf_printf(out, "\t{ %s, 0, 0, 0 },\n", g->conditions.v[i]->name);
	buf_puts(out, "};\n");
}

static void print_functions(struct gen *g, struct buf *out)
{
	bool first = true;

	for vec_each (i, &g->prog->functions) {
		if (!g->functions[i])
			continue;
		if (first)
			banner(out, "functions");
		buf_printf(out, "%s%s", first ? "" : "\n", g->functions[i]->text);
		first = false;
	}
	for vec_each (i, &g->accessors) {
		if (first)
			banner(out, "functions");
		buf_printf(out, "%s%s", first ? "" : "\n", g->accessors.v[i]->text);
		first = false;
	}
	conditions_print(g, out);
	banner(out, "probe bodies");
	for vec_each (i, &g->handlers)
		buf_printf(out, "%s%s", i ? "\n" : "", g->handlers.v[i]->text);
}

static char *print_all(struct gen *g)
{
	struct buf out = BUF_INIT;
	char *ret;

	print_header(g, &out);
	print_constants(g, &out);
	globals_print(g, &out);
	regexes_print(g, &out);
	print_prototypes(g, &out);
	print_functions(g, &out);
	probes_print(g, &out);
	families_print(g, &out);
	script_print(g, &out);
	info_print(g, &out);
	ret = arena_strdup(g->arena, out.data);
	buf_fini(&out);
	return ret;
}

bool codegen_run(struct session *s)
{
	struct gen g = { .s = s, .arena = s->arena, .diag = s->diag, .prog = s->program };
	struct buf embedded = BUF_INIT;

	if (!tunables_read(s, &g.tun) || !program_check(&g))
		return false;
	for vec_each (i, &g.prog->functions)
		BUG_IF(g.prog->functions.v[i]->index != i, "functions are not numbered in their order");
	if (switch_is_on(s, "STP_ALIBI"))
		empty_handlers(&g);
	g.context = arena_array(g.arena, const struct derived_probe *, g.prog->functions.n + 1);
	find_contexts(&g);
	layout(&g);
	if (!saved_fits(&g))
		return false;
	generate(&g);
	if (g.stack_bytes > STACK_LIMIT) {
		g.numbers_in_frames = true;
		generate(&g);
	}
	merge_same(&g);
	s->embedded_text = embedded_print(&g, &embedded) ? arena_strdup(s->arena, embedded.data) : NULL;
	s->c_text = print_all(&g);
	buf_fini(&embedded);
	return true;
}
