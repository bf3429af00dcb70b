/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions: kernel.function, module("m").function and kprobe.function with .call, .return, .exported and .maxactive(N).
 *
 * In: a point whose strings may hold wildcards. Out: a probe for each text symbol that they match. Sites come from the symbol
 * table, so functions that BTF does not list are probed too (function_vars.c says why they have no variables). For
 * kernel.function("f") the compiler's variants f.part.0, f.isra.1 are sites as well: where f itself exists, or many functions were
 * asked for, they are extra sites. kprobe.function names symbols: a plain name there is that symbol only. Copies inlined into
 * callers are not seen by a symbol table, so .call and a bare point are the same.
 */
#include "probe/function.h"

#include "base/scope.h"
#include "base/text.h"
#include "probe/point.h"
#include "sema/program.h"
#include "types/renamed.h"
#include "types/target.h"

#include <stdlib.h>
#include <string.h>

#define MAX_MAXACTIVE 65535
#define MAX_SIMILAR 5

extern const struct provider provider_function;

#define RETURNS(root) root ".return", root ".return.maxactive(number)"
static const char *const points[] = {
	"kernel.function(string)",
	"kernel.function(string).call",
	"kernel.function(string).exported",
	RETURNS("kernel.function(string)"),
	"module(string).function(string)",
	"module(string).function(string).call",
	"module(string).function(string).exported",
	RETURNS("module(string).function(string)"),
	"kprobe.function(string)",
	"kprobe.function(string).call",
	RETURNS("kprobe.function(string)"),
	"kprobe.module(string).function(string)",
	"kprobe.module(string).function(string).call",
	RETURNS("kprobe.module(string).function(string)"),
	NULL,
};

#define DEBUGINFO(root)                                                                                                            \
	root ".function(number)", root ".function(string).inline", root ".function(string).label(string)",                         \
		root ".function(string).callee(string)", root ".function(string).callees",                                         \
		root ".function(string).callees(number)", root ".statement(number)", root ".statement(string)"
static const char *const not_yet[] = {
	DEBUGINFO("kernel"),
	DEBUGINFO("module(string)"),
	"kprobe.statement(number)",
	"kernel.data(number)",
	"kernel.data(string)",
	"kernel.lsm(string)",
	"process",
	"process(string)",
	"process(number)",
	"perf",
	"procfs",
	"procfs(string)",
	"netfilter",
	"java(string)",
	"java(number)",
	"python3",
	"debuginfod",
	NULL,
};

struct search { /* one point on its way to probes */
	struct resolve_ctx *rc;
	const char *module_pattern, *pattern; /* NULL: vmlinux */
	bool kprobe, is_return, exported;
	int64_t maxactive;
	const char *module;	 /* the one being searched */
	const char *plain_found; /* last function whose own symbol was seen: its variants follow */
	size_t found, blocked, modules;
	const char *blocked_name, *blocked_why;
	struct oserr *failed; /* one of the modules could not be read */
};

static void add_site(struct search *s, const struct target_symbol *sym)
{
	struct arena *a = s->rc->arena;
	struct function_site *site = arena_make(a, struct function_site);
	struct probe_point *pt = point_copy(a, s->rc->point);
	struct derived_probe *p;

	site->target = s->rc->target;
	site->module = s->module;
	site->plain = sym->name;
	site->symbol = *sym->variant ? arena_printf(a, "%s%s", sym->name, sym->variant) : sym->name;
	site->count = sym->count;
	site->variant = *sym->variant;
	site->is_return = s->is_return;
	site->maxactive = s->maxactive;
	point_set_string(a, pt, "function", site->symbol);
	if (s->module)
		point_set_string(a, pt, "module", s->module);
	p = point_probe(a, &provider_function, pt);
	p->site = site;
	if (!s->kprobe)
		p->comment = arena_printf(a, "pc=<%s:%s+0x0>", s->module ? s->module : "kernel", site->symbol);
	if (site->variant && (point_is_pattern(s->pattern) || (s->plain_found && !strcmp(s->plain_found, sym->name))))
		p->extra_site = site->symbol;
	s->found++;
	s->rc->add(s->rc, p);
}

/* false, with what goes behind "function 'x' " */
static bool probeable(const struct search *s, const struct target_symbol *sym, const char **ret_why)
{
	if (s->is_return && sym->part) {
		*ret_why = "is jumped to, not called: it has no return";
		return false;
	}
	return s->module || target_function_probeable(sym->name, s->is_return, ret_why);
}

static bool found_symbol(void *cookie, const struct target_symbol *sym)
{
	struct search *s = cookie;
	const char *why;

	if (s->exported && !sym->global_)
		return true;
	if (s->kprobe && *sym->variant && !point_is_pattern(s->pattern) && !strchr(s->pattern, '.'))
		return true;
	if (!probeable(s, sym, &why)) {
		s->blocked++;
		s->blocked_name = sym->part ? arena_printf(s->rc->arena, "%s%s", sym->name, sym->variant) : sym->name;
		s->blocked_why = why;
		return true;
	}
	if (!*sym->variant)
		s->plain_found = sym->name;
	add_site(s, sym);
	return true;
}

static bool found_module(void *cookie, const char *name)
{
	struct search *s = cookie;
	struct oserr *e;

	s->modules++;
	s->module = name;
	s->plain_found = NULL;
	e = target_functions(s->rc->target, name, s->pattern, found_symbol, s);
	if (e) {
		oserr_free(s->failed);
		s->failed = e;
	}
	return true;
}

/* ---- messages ---------------------------------------------------------------------------------------------------- */

struct names {
	struct arena *arena;
	VEC(const char *) v;
};

static bool note_module(void *cookie, const char *name)
{
	struct names *n = cookie;

	vec_push(n->arena, &n->v, name);
	return true;
}

static const char *similar(struct arena *a, const char *what, const char *names)
{
	return *names ? arena_printf(a, " (similar %s: %s)", what, names) : "";
}

static bool note_found(void *cookie, const struct target_symbol *sym)
{
	*(bool *)cookie |= !*sym->variant;
	return false;
}

static bool has_function(void *cookie, const char *name)
{
	bool found = false;

	oserr_free(target_functions(cookie, NULL, name, note_found, &found));
	return found;
}

/* nothing is left to be probed: says what could have been meant, but for thousands of mistakes and for points that may be missing */
static void report_no_match(struct search *s)
{
	struct resolve_ctx *rc = s->rc;
	const struct token *tok = point_find(rc->point, "function")->arg->tok;
	struct names n = { .arena = rc->arena };
	_cleanup_free_ char *near = NULL;
	const char *text = "", *now = "";

	if (s->module_pattern && !s->modules) {
		if (diag_suggests(rc->diag, E_NO_MODULE)) {
			oserr_free(target_modules(rc->target, "*", note_module, &n));
			near = text_similar(s->module_pattern, n.v.v, n.v.n, MAX_SIMILAR);
		}
		text = similar(rc->arena, "modules", near ? near : "");
		diag(rc->diag, E_NO_MODULE, point_find(rc->point, "module")->arg->tok, s->module_pattern, text);
		return;
	}
	if (s->blocked) {
		diag(rc->diag, E_ALL_BLOCKLISTED, tok, s->blocked_name, s->blocked_why);
		return;
	}
	if (!s->module && !point_is_pattern(s->pattern))
		now = renamed_function(rc->arena, s->pattern, has_function, rc->target);
	if (!rc->point->optional && diag_suggests(rc->diag, E_NO_FUNCTION))
		text = similar(rc->arena, "functions", target_similar_functions(rc->target, s->module, s->pattern));
	diag(rc->diag, E_NO_FUNCTION, tok, now, text);
}

static void report_blocked(struct search *s)
{
	const struct token *tok = point_find(s->rc->point, "function")->arg->tok;

	if (s->blocked == 1)
		diag(s->rc->diag, W_BLOCKLISTED, tok, s->blocked_name, s->blocked_why);
	else if (s->blocked)
		diag(s->rc->diag, W_BLOCKLISTED_MANY, tok, s->blocked, s->pattern, s->blocked_name);
}

/* "f@file.c:12" wants line tables; what is left must be a name */
static bool check_pattern(struct search *s)
{
	const struct token *tok = point_find(s->rc->point, "function")->arg->tok;

	if (!*s->pattern || strpbrk(s->pattern, " \t\n"))
		diag(s->rc->diag, E_FUNCTION_SPEC, tok, s->pattern);
	else if (strchr(s->pattern, '@'))
		diag(s->rc->diag, E_FUNCTION_SOURCE, tok, s->pattern);
	else
		return true;
	return false;
}

static bool check_maxactive(struct search *s, const struct point_comp *c)
{
	s->maxactive = c ? point_number(c) : 0;
	if (s->maxactive >= 0 && s->maxactive <= MAX_MAXACTIVE)
		return true;
	diag(s->rc->diag, E_MAXACTIVE, c->arg->tok, MAX_MAXACTIVE);
	return false;
}

/* ---- the provider's functions ------------------------------------------------------------------------------------ */

static void resolve(struct resolve_ctx *rc)
{
	const struct point_comp *module = point_find(rc->point, "module");
	struct search s = {
		.rc = rc,
		.module_pattern = module ? point_string(rc->arena, module) : NULL,
		.pattern = point_string(rc->arena, point_find(rc->point, "function")),
		.kprobe = !strcmp(rc->point->comps.v[0].name, "kprobe"),
		.is_return = point_find(rc->point, "return"),
		.exported = point_find(rc->point, "exported"),
	};
	struct oserr *failed;

	if (!point_has_target(rc) || !check_pattern(&s) || !check_maxactive(&s, point_find(rc->point, "maxactive")))
		return;
	if (module)
		failed = target_modules(rc->target, s.module_pattern, found_module, &s);
	else
		failed = target_functions(rc->target, NULL, s.pattern, found_symbol, &s);
	if (s.found)
		report_blocked(&s);
	if (!failed)
		failed = take_ptr(s.failed);
	if (failed && !s.found)
		diag(rc->diag, E_TARGET_FACT, rc->point->tok, failed->msg);
	else if (!s.found)
		report_no_match(&s);
	oserr_free(failed);
	oserr_free(s.failed);
}

static const char *text(const struct derived_probe *p, struct arena *a, const char *name)
{
	const struct function_site *site = p->site;

	(void)a;
	return strcmp(name, "$$func") ? NULL : site->symbol;
}

static bool is_return(const struct derived_probe *p)
{
	return ((const struct function_site *)p->site)->is_return;
}

const struct provider provider_function = {
	.family = "function",
	.points = points,
	.not_yet = not_yet,
	.sources = "sites from the symbol table (no inlined copies), types from BTF",
	.resolve = resolve,
	.target = function_target,
	.variables = function_variables,
	.text = text,
	.is_return = is_return,
	.layout = function_layout,
	.rows = function_rows,
	.info = function_info,
};
