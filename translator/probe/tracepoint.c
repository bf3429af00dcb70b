/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.trace("NAME") and ("SYSTEM:NAME"): tracepoints of vmlinux, wildcards in both parts.
 *
 * In: a point. Out: a probe for each tracepoint; $name for each parameter of its prototype. What exists, and the prototypes, come
 *from BTF. BTF does not say which system an event belongs to; the kit does, unless the running kernel hid it (target.h). Then
 *SYSTEM is not checked: names of tracepoints are unique in the kernel, so one name is still one tracepoint; but a pattern would be
 *any system's, and is refused.
 *
 * At run time the kernel calls a function of the exact prototype, made here. It puts all arguments into one array, so that handlers
 *are the same for all tracepoints. An argument passed by value as a struct is given by address.
 *
 *	struct task_struct;
 *	static void tp_sched_wakeup(void *data, struct task_struct *a0)
 *	{
 *		stp_u64 args[1];
 *
 *		args[0] = (stp_u64)(unsigned long)a0;
 *		stp_tracepoint_hit(data, args);
 *	}
 */
#include "probe/point.h"

#include "base/map.h"
#include "base/scope.h"
#include "base/text.h"
#include "sema/program.h"
#include "types/target.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SIMILAR 5

extern const struct provider provider_tracepoint;

static const char *const points[] = { "kernel.trace(string)", NULL };
static const char *const not_yet[] = { "kernel.tracepoint(string)", "module(string).tracepoint(string)", NULL };

struct site {
	const char *name, *system; /* system: "" if it is not known */
	struct type *type;
};

struct search {
	struct resolve_ctx *rc;
	struct types *types;
	const char *system, *name; /* patterns; system NULL: any */
	size_t found;
	bool unknown;		      /* a system was asked for, and is not known */
	VEC(const char *) names, all; /* all: as a message shows them */
};

static bool found_name(void *cookie, const char *name)
{
	struct search *s = cookie;
	const char *system = s->system ? target_tracepoint_system(s->rc->target, name) : NULL;

	vec_push(s->rc->arena, &s->all, system && *system ? arena_printf(s->rc->arena, "%s:%s", system, name) : name);
	if (!fnmatch(s->name, name, 0))
		vec_push(s->rc->arena, &s->names, name);
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_site(struct search *s, const char *name)
{
	struct arena *a = s->rc->arena;
	const char *system = target_tracepoint_system(s->rc->target, name);
	struct type *type = types_tracepoint(s->types, name);
	struct site *site;
	struct probe_point *pt;
	struct derived_probe *p;

	if (!type || (s->system && system && fnmatch(s->system, system, 0)))
		return;
	if (s->system && !system && point_is_pattern(s->name)) {
		s->unknown = true;
		return;
	}
	site = arena_make(a, struct site);
	*site = (struct site){ .name = name, .system = system ? system : "", .type = type };
	pt = point_copy(a, s->rc->point);
	point_set_string(a, pt, "trace", *site->system ? arena_printf(a, "%s:%s", system, name) : name);
	p = point_probe(a, &provider_tracepoint, pt);
	p->site = site;
	s->found++;
	s->rc->add(s->rc, p);
}

static void report_no_match(struct search *s)
{
	const struct point_comp *c = point_find(s->rc->point, "trace");
	_cleanup_free_ char *text = NULL;
	const char *similar = "";

	if (diag_suggests(s->rc->diag, E_NO_TRACEPOINT))
		text = text_similar(point_string(s->rc->arena, c), s->all.v, s->all.n, MAX_SIMILAR);
	if (text)
		similar = arena_printf(s->rc->arena, " (similar tracepoints: %s)", text);
	if (s->unknown)
		similar = ": this kernel's kit does not say which tracepoints belong to a system";
	diag(s->rc->diag, E_NO_TRACEPOINT, c->arg->tok, similar);
}

static void resolve(struct resolve_ctx *rc)
{
	const struct point_comp *c = point_find(rc->point, "trace");
	const char *pattern = point_string(rc->arena, c), *colon = strchr(pattern, ':');
	struct search s = { .rc = rc, .name = colon ? colon + 1 : pattern };
	struct oserr *e;

	if (!point_has_target(rc))
		return;
	if (colon)
		s.system = arena_strndup(rc->arena, pattern, colon - pattern);
	e = target_types(rc->target, &s.types);
	if (e) {
		diag(rc->diag, E_TARGET_FACT, c->arg->tok, e->msg);
		oserr_free(e);
		return;
	}
	types_each_tracepoint(s.types, found_name, &s);
	if (s.names.n)
		qsort(s.names.v, s.names.n, sizeof(*s.names.v), by_text);
	for vec_each (i, &s.names)
		add_site(&s, s.names.v[i]);
	if (!s.found)
		report_no_match(&s);
}

/* ---- variables --------------------------------------------------------------------------------------------------- */

static bool is_aggregate(struct type *t)
{
	t = type_strip(t);
	return t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
}

/* $prev; $arg2 where BTF has no name for it */
static const char *parameter_name(struct arena *a, const struct member *m, size_t i)
{
	return *m->name ? arena_printf(a, "$%s", m->name) : arena_printf(a, "$arg%zu", i + 1);
}

static void variables(const struct derived_probe *p, struct arena *a, bool parms_only, struct variables *ret)
{
	const struct site *s = p->site;
	struct member *m;
	size_t n = type_members(s->type, &m);

	(void)parms_only;
	for (size_t i = 0; i < n; i++) {
		struct variable v = { .name = parameter_name(a, &m[i], i), .type = m[i].type };

		vec_push(a, ret, v);
	}
}

static struct oserr *no_such(const struct derived_probe *p, struct arena *a, const char *name)
{
	struct buf b = BUF_INIT;
	struct variables v = { 0 };
	struct oserr *e;

	variables(p, a, true, &v);
	if (name[1] == '$')
		buf_puts(&b, ", $$vars, $$parms, $$name, $$system");
	for (size_t i = 0; i < v.n; i++)
		buf_printf(&b, ", %s", v.v[i].name);
	e = oserr_new(ENOENT, "unable to find tracepoint variable '%s'%s%s%s", name, b.len ? " (alternatives: " : "", b.len ? b.data + 2 : "", b.len ? ")" : "");
	buf_fini(&b);
	return e;
}

static struct oserr *target(const struct derived_probe *p, struct arena *a, const char *name, bool entry, struct plan **ret)
{
	const struct site *s = p->site;
	struct member *m;
	size_t n = type_members(s->type, &m);

	(void)entry;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(parameter_name(a, &m[i], i), name))
			continue;
		*ret = plan_make(a, PLAN_TRACE_ARG, i, m[i].type, arena_strdup(a, name));
		(*ret)->is_address = is_aggregate(m[i].type);
		return NULL;
	}
	return no_such(p, a, name);
}

static const char *text(const struct derived_probe *p, struct arena *a, const char *name)
{
	const struct site *s = p->site;

	(void)a;
	if (!strcmp(name, "$$name"))
		return s->name;
	return strcmp(name, "$$system") ? NULL : s->system;
}

/* ---- the C text -------------------------------------------------------------------------------------------------- */

struct emit {
	struct arena *arena;
	struct map tags, callbacks;
	struct buf *defs;
};

static const char *tag_text(struct arena *a, const struct type *t)
{
	bool is_union = t->kind == TYPE_UNION || t->is_union;

	return arena_printf(a, "%s %s", t->kind == TYPE_ENUM ? "enum" : is_union ? "union" : "struct", t->name);
}

/* "struct x;", and for enums, which C does not let one forward, one of the same size */
static void put_tag(void *cookie, struct type *t)
{
	struct emit *e = cookie;
	const char *tag = tag_text(e->arena, t);

	if (map_has(&e->tags, tag))
		return;
	map_set(&e->tags, tag, e);
	if (t->kind != TYPE_ENUM)
		buf_printf(e->defs, "%s;\n", tag);
	else
		buf_printf(e->defs, "%s { stp_enum_%s = %s };\n", tag, t->name,
			   t->size == 8	  ? "0x100000000LL"
			   : t->is_signed ? "-1"
					  : "0");
}

/* a struct that is passed by value needs a body: words of its size. Gives its tag */
static const char *put_body(struct emit *e, struct type *t)
{
	const char *tag =
		*t->name ? tag_text(e->arena, t) : arena_printf(e->arena, "struct stp_bytes_%llu", (unsigned long long)t->size);
	unsigned word = t->size % 8 == 0 ? 8 : t->size % 4 == 0 ? 4 : t->size % 2 == 0 ? 2 : 1;
	const char *key = arena_printf(e->arena, "%s {", tag);

	if (!map_has(&e->tags, key)) {
		map_set(&e->tags, key, e);
		map_set(&e->tags, tag, e);
		buf_printf(e->defs, "%s { stp_u%u w[%llu]; };\n", tag, 8 * word, (unsigned long long)t->size / word);
	}
	return tag;
}

static void put_pack(struct buf *b, struct type *t, size_t i)
{
	t = type_strip(t);
	if (t->kind == TYPE_PTR)
		buf_printf(b, "\targs[%zu] = (stp_u64)(unsigned long)a%zu;\n", i, i);
	else if (is_aggregate(t))
		buf_printf(b, "\targs[%zu] = (stp_u64)(unsigned long)&a%zu;\n", i, i);
	else
		buf_printf(b, "\targs[%zu] = (stp_u64)%sa%zu;\n", i, t->is_signed ? "(stp_i64)" : "", i);
}

static void put_callback(struct emit *e, const struct site *s)
{
	struct buf head = BUF_INIT, body = BUF_INIT;
	struct member *m;
	size_t n = type_members(s->type, &m);

	type_each_tag(s->type, put_tag, e);
	for (size_t i = 0; i < n; i++) {
		const char *name = arena_printf(e->arena, "a%zu", i);
		_cleanup_free_ char *decl = is_aggregate(m[i].type) ? NULL : type_declare(m[i].type, name);

		if (decl)
			buf_printf(&head, ", %s", decl);
		else
			buf_printf(&head, ", %s %s", put_body(e, type_strip(m[i].type)), name);
		put_pack(&body, m[i].type, i);
	}
	buf_printf(e->defs, "static void tp_%s(void *data%s)\n{\n", s->name, head.data);
	if (n)
		buf_printf(e->defs, "\tstp_u64 args[%zu];\n\n%s\tstp_tracepoint_hit(data, args);\n}\n\n", n, body.data);
	else
		buf_puts(e->defs, "\tstp_tracepoint_hit(data, (const stp_u64 *)0);\n}\n\n");
	buf_fini(&head);
	buf_fini(&body);
}

static void rows(struct derived_probe *const *probes, size_t n, struct buf *defs, struct buf *out)
{
	struct emit e = { .arena = arena_new(), .defs = defs };

	map_init(&e.tags, e.arena);
	map_init(&e.callbacks, e.arena);
	for (size_t i = 0; i < n; i++) {
		const struct site *s = probes[i]->site;

		if (!map_has(&e.callbacks, s->name))
			put_callback(&e, s);
		map_set(&e.callbacks, s->name, &e);
		buf_printf(out, "{ .name = \"%s\", .callback = (void *)tp_%s, .probe = %u },\n", s->name, s->name,
			   probes[i]->index);
	}
	arena_free(e.arena);
}

const struct provider provider_tracepoint = {
	.family = "tracepoint",
	.points = points,
	.not_yet = not_yet,
	.sources = "sites and types from BTF",
	.resolve = resolve,
	.target = target,
	.variables = variables,
	.text = text,
	.rows = rows,
};
