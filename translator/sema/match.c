// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tree of probe points: patterns of the families, aliases of the files. A point walks down it component by component; where it ends,
 * the family resolves it or the alias is expanded.
 *
 * in: providers[].points and not_yet ("kernel.function(string).return"), aliases of selected files; library aliases come in when a point's
 * first component asks for them. out: calls of derive_build() and alias_expand(); messages of reference/language.md 8.3.
 * Invariant: a node's children are found by name and kind of argument; several families and aliases may end at one node.
 */
#include "sema/sema.h"

#include "base/intern.h"
#include "base/text.h"
#include "library/library.h"
#include "session.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define MAX_COMPONENTS 32 /* of one point, after wildcards and suffixes */

enum arg_kind { ARG_NONE, ARG_STRING, ARG_NUMBER };

struct ending {
	const struct provider *provider;
	const char *pattern;
};

struct mnode {
	const char *name;
	enum arg_kind arg;
	struct mnode *up;
	struct map kids; /* key: see kid_key() */
	VEC(struct ending) ends;
	VEC(struct alias_decl *) aliases;
	bool supported; /* some family's point or an alias lies here or below */
	bool not_yet;   /* a family knows it, and all below it, but cannot do it */
};

struct match {
	struct sema *sm;
	struct mnode *root;
	struct map asked; /* names of aliases whose library files are in: a first component, or two */
};

/* ---- the tree ------------------------------------------------------------------------------------------------------------------ */

static const char *arg_text(enum arg_kind k) { return k == ARG_NONE ? "" : k == ARG_STRING ? "(string)" : "(number)"; }

static struct mnode *node_new(struct arena *a, struct mnode *up, const char *name, enum arg_kind arg)
{
	struct mnode *n = arena_make(a, struct mnode);

	n->name = name;
	n->arg = arg;
	n->up = up;
	map_init(&n->kids, a);
	return n;
}

static struct mnode *node_find(struct arena *a, const struct mnode *n, const char *name, enum arg_kind arg)
{
	return map_get(&n->kids, arg == ARG_NONE ? name : arena_printf(a, "%s%s", name, arg_text(arg)));
}

static struct mnode *node_make(struct match *m, struct mnode *n, const char *name, enum arg_kind arg)
{
	struct arena *a = m->sm->a;
	const char *key = intern_str(m->sm->s->names, arg == ARG_NONE ? name : arena_printf(a, "%s%s", name, arg_text(arg)));
	struct mnode *kid = map_get(&n->kids, key);

	if (!kid) {
		kid = node_new(a, n, intern_str(m->sm->s->names, name), arg);
		map_set(&n->kids, key, kid);
	}
	return kid;
}

/* "kernel.function(string).return": gives the last node */
static struct mnode *add_pattern(struct match *m, const char *pattern, bool supported)
{
	struct mnode *n = m->root;
	const char *p = pattern;

	while (*p) {
		size_t len = strcspn(p, ".(");
		char *name = arena_strndup(m->sm->a, p, len);
		enum arg_kind arg = ARG_NONE;

		p += len;
		if (*p == '(') {
			arg = text_starts(p, "(number)") ? ARG_NUMBER : ARG_STRING;
			p += strcspn(p, ")");
			p += *p == ')';
		}
		p += *p == '.';
		n = node_make(m, n, name, arg);
		n->supported |= supported;
	}
	return n;
}

struct match *match_new(struct sema *sm)
{
	struct match *m = arena_make(sm->a, struct match);

	m->sm = sm;
	m->root = node_new(sm->a, NULL, "", ARG_NONE);
	map_init(&m->asked, sm->a);
	for (size_t i = 0; providers[i]; i++) {
		const struct provider *pr = providers[i];

		for (size_t j = 0; pr->points && pr->points[j]; j++) {
			struct ending end = { pr, pr->points[j] };
			struct mnode *n = add_pattern(m, pr->points[j], true);

			vec_push(sm->a, &n->ends, end);
		}
		for (size_t j = 0; pr->not_yet && pr->not_yet[j]; j++)
			add_pattern(m, pr->not_yet[j], false)->not_yet = true;
	}
	for (const char *const *later = library_not_yet(LIB_ALIAS); *later; later++)
		add_pattern(m, *later, false)->not_yet = true;
	return m;
}

static bool alias_name_ok(struct match *m, const struct probe_point *name)
{
	for (size_t i = 0; i < name->comps.n; i++) {
		const struct point_comp *c = &name->comps.v[i];

		if (c->has_arg) {
			diag(m->sm->diag, E_ALIAS_PARAMETER, c->tok, c->name);
			return false;
		}
		if (strcmp(c->name, "*") == 0) {
			diag(m->sm->diag, E_ALIAS_STAR, c->tok);
			return false;
		}
	}
	return true;
}

void match_add_file(struct match *m, struct ast_file *f)
{
	for (size_t i = 0; i < f->aliases.n; i++) {
		struct alias_decl *al = f->aliases.v[i];

		for (size_t j = 0; j < al->names.n; j++) {
			const struct probe_point *name = al->names.v[j];
			struct mnode *n = m->root;

			if (!alias_name_ok(m, name))
				continue;
			for (size_t k = 0; k < name->comps.n; k++) {
				n = node_make(m, n, name->comps.v[k].name, ARG_NONE);
				n->supported = true;
			}
			vec_push(m->sm->a, &n->aliases, al);
		}
	}
}

/* brings in the library files that define NAME: a first component, or two */
static void ask_library(struct match *m, enum lib_kind kind, const char *name)
{
	struct ast_file **files;
	size_t n;

	if (!m->sm->s->library || map_has(&m->asked, name))
		return;
	map_set(&m->asked, arena_strdup(m->sm->a, name), m);
	n = library_find(m->sm->s->library, kind, name, &files);
	for (size_t i = 0; i < n; i++)
		scope_add_file(m->sm, files[i]);
}

/* asked for each of many thousands of points: nothing stays of a name that has been asked for */
static void ask_library_pair(struct match *m, const char *first, const char *second)
{
	struct buf name = BUF_INIT;

	buf_printf(&name, "%s.%s", first, second);
	ask_library(m, LIB_POINT, name.data);
	buf_fini(&name);
}

static void ask_library_matching(struct match *m, enum lib_kind kind, const char *glob)
{
	const char *const *names;
	size_t n = 0;

	if (!m->sm->s->library)
		return;
	names = library_names(m->sm->s->library, kind, &n);
	for (size_t i = 0; i < n; i++)
		if (fnmatch(glob, names[i], 0) == 0)
			ask_library(m, kind, names[i]);
}

/* What may define PT. With "**" any number of components stand in for what is written */
static void ask_library_for(struct match *m, const struct probe_point *pt)
{
	const char *first = pt->comps.n ? pt->comps.v[0].name : "", *second = pt->comps.n > 1 ? pt->comps.v[1].name : "";

	if (strstr(first, "**") || strstr(second, "**")) {
		ask_library_matching(m, LIB_ALIAS, arena_printf(m->sm->a, "%.*s", (int)(strcspn(first, "*") + 1), first));
		return;
	}
	if (strchr(first, '*') || strchr(second, '*')) {
		ask_library_matching(m, LIB_POINT, arena_printf(m->sm->a, "%s.%s", first, second));
		if (*second)
			ask_library_matching(m, LIB_POINT, arena_printf(m->sm->a, "%s.", first));
		return;
	}
	ask_library_pair(m, first, second);
	ask_library_pair(m, first, ""); /* what follows may be the suffix of an alias */
}

/* ---- messages ------------------------------------------------------------------------------------------------------------------- */

static const char *similar_kids(struct match *m, const struct mnode *n, const char *want)
{
	const char *known = similar_known(m->sm, E_POINT_MISMATCH, want);
	VEC(const char *) names = { 0 };

	if (known)
		return known;
	for (size_t i = 0; i < n->kids.n; i++) {
		const struct mnode *kid = n->kids.entries[i].value;

		if (kid->supported)
			vec_push(m->sm->a, &names, kid->name);
	}
	if (n == m->root && m->sm->s->library) {
		size_t nlib = 0;
		const char *const *lib = library_names(m->sm->s->library, LIB_ALIAS, &nlib);

		for (size_t i = 0; i < nlib; i++)
			vec_push(m->sm->a, &names, lib[i]);
	}
	return nearest_text(m->sm, want, names.v, names.n);
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static void report_truncated(struct match *m, const struct mnode *n, const struct token *tok)
{
	const char **names = arena_array(m->sm->a, const char *, n->kids.n + 1);
	struct buf b = BUF_INIT;
	size_t count = 0;

	for (size_t i = 0; i < n->kids.n; i++) {
		const struct mnode *kid = n->kids.entries[i].value;

		if (kid->supported)
			names[count++] = arena_printf(m->sm->a, "%s%s", kid->name, arg_text(kid->arg));
	}
	qsort(names, count, sizeof(*names), by_text);
	for (size_t i = 0; i < count; i++)
		buf_printf(&b, " %s", names[i]);
	diag(m->sm->diag, E_POINT_TRUNCATED, tok, b.data);
	buf_fini(&b);
}

/* names as little as is unsupported: "process(...)" when nothing below process("…") works */
static void report_not_yet(struct match *m, const struct mnode *at, const struct token *tok)
{
	const struct mnode *path[MAX_COMPONENTS];
	struct buf b = BUF_INIT;
	size_t n = 0;

	for (; at->up && n < MAX_COMPONENTS; at = at->up)
		path[n++] = at;
	while (n-- > 0) {
		buf_printf(&b, "%s%s%s", b.len ? "." : "", path[n]->name, path[n]->arg == ARG_STRING ? "(...)" : arg_text(path[n]->arg));
		if (!path[n]->supported)
			break;
	}
	diag(m->sm->diag, E_POINT_NOT_YET, tok, b.data);
	buf_fini(&b);
}

/* ---- walking ---------------------------------------------------------------------------------------------------------------------- */

struct walk {
	struct match *m;
	struct derive *d;
};

static bool visit(struct walk *w, struct mnode *n, const struct probe_point *pt, size_t at);

static enum arg_kind comp_arg(const struct point_comp *c)
{
	return !c->has_arg ? ARG_NONE : c->arg->kind == EX_STRING ? ARG_STRING : ARG_NUMBER;
}

static bool build_here(struct walk *w, struct mnode *n, const struct probe_point *pt)
{
	bool ok = true;

	if (n->ends.n == 0 && n->aliases.n == 0) {
		const struct token *tok = pt->comps.n ? vec_last(&pt->comps).tok : pt->tok;

		if (n->not_yet) {
			report_not_yet(w->m, n, tok);
			return false;
		}
		ask_library(w->m, LIB_ALIAS, pt->comps.n ? pt->comps.v[0].name : "");
		report_truncated(w->m, n, tok);
		return false;
	}
	if (n->aliases.n)
		ok = alias_expand(w->m, w->d, n->aliases.v, n->aliases.n, pt, pt->comps.n);
	for (size_t i = 0; i < n->ends.n; i++)
		ok &= derive_build(w->d, n->ends.v[i].provider, n->ends.v[i].pattern, pt);
	return ok;
}

/* n is, or is below, what a family knows and cannot do: that is said */
static bool below_not_yet(struct walk *w, const struct mnode *n, const struct token *tok)
{
	for (; n; n = n->up)
		if (n->not_yet) {
			report_not_yet(w->m, n, tok);
			return true;
		}
	return false;
}

static bool no_such_component(struct walk *w, struct mnode *n, const struct probe_point *pt, size_t at)
{
	const struct point_comp *c = &pt->comps.v[at];

	if (below_not_yet(w, n, c->tok))
		return false;
	ask_library(w->m, LIB_ALIAS, pt->comps.v[0].name);
	diag(w->m->sm->diag, E_POINT_MISMATCH, c->tok, similar_kids(w->m, n, c->name));
	return false;
}

/* pt with component AT replaced by NAME and, if rest is not NULL, a component REST without argument after it */
static struct probe_point *with_component(struct walk *w, const struct probe_point *pt, size_t at, const char *name, const char *rest)
{
	struct arena *a = w->m->sm->a;
	struct probe_point *q = arena_make(a, struct probe_point);

	*q = *pt;
	memset(&q->comps, 0, sizeof(q->comps));
	for (size_t i = 0; i < pt->comps.n; i++) {
		struct point_comp c = pt->comps.v[i];

		if (i == at && rest) {
			struct point_comp first = { .tok = c.tok, .name = intern_str(w->m->sm->s->names, name) };

			vec_push(a, &q->comps, first);
			c.name = intern_str(w->m->sm->s->names, rest);
		} else if (i == at) {
			c.name = intern_str(w->m->sm->s->names, name);
		}
		vec_push(a, &q->comps, c);
	}
	return q;
}

static int by_name(const void *a, const void *b)
{
	const struct mnode *x = *(struct mnode *const *)a, *y = *(struct mnode *const *)b;

	return strcmp(x->name, y->name);
}

/* tries each child that GLOB fits; gives how many led to probes. What goes wrong in one of them is nobody's business */
static size_t visit_glob(struct walk *w, struct mnode *n, const struct probe_point *pt, size_t at, const char *glob)
{
	struct mnode **kids = arena_array(w->m->sm->a, struct mnode *, n->kids.n + 1);
	enum arg_kind arg = comp_arg(&pt->comps.v[at]);
	size_t found = 0, nkids = 0;

	for (size_t i = 0; i < n->kids.n; i++) {
		struct mnode *kid = n->kids.entries[i].value;

		if (kid->arg == arg && (kid->name[0] != '_' || glob[0] == '_') && fnmatch(glob, kid->name, 0) == 0)
			kids[nkids++] = kid;
	}
	qsort(kids, nkids, sizeof(*kids), by_name);
	for (size_t i = 0; i < nkids; i++) {
		struct derive d = *w->d;
		struct walk sub = { w->m, &d };
		size_t mark = diag_mark(w->m->sm->diag), before = w->m->sm->works.n;
		struct probe_point *q = with_component(w, pt, at, kids[i]->name, NULL);

		d.point = q;
		if (!visit(&sub, kids[i], q, at + 1))
			diag_drop(w->m->sm->diag, mark);
		found += w->m->sm->works.n > before;
	}
	return found;
}

static size_t visit_wild(struct walk *w, struct mnode *n, const struct probe_point *pt, size_t at, const char *name)
{
	struct arena *a = w->m->sm->a;
	const char *stars = strstr(name, "**");
	size_t found, len;
	const char *head;

	if (!stars)
		return visit_glob(w, n, pt, at, name);
	/* foo**bar: foo*bar, and foo*.**bar one level down */
	len = (size_t)(stars - name);
	head = arena_printf(a, "%.*s*", (int)len, name);
	found = visit_glob(w, n, pt, at, arena_printf(a, "%s%s", head, stars + 2));
	if (pt->comps.n >= MAX_COMPONENTS)
		return found;
	for (size_t i = 0; i < n->kids.n; i++) {
		struct mnode *kid = n->kids.entries[i].value;
		struct derive d = *w->d;
		struct walk sub = { w->m, &d };
		struct probe_point *q;

		if (kid->arg != ARG_NONE || kid->kids.n == 0 || (kid->name[0] == '_' && name[0] != '_') || fnmatch(head, kid->name, 0))
			continue;
		q = with_component(w, pt, at, kid->name, arena_printf(a, "**%s", stars + 2));
		d.point = q;
		found += visit_wild(&sub, kid, q, at + 1, q->comps.v[at + 1].name);
	}
	return found;
}

static bool visit(struct walk *w, struct mnode *n, const struct probe_point *pt, size_t at)
{
	const struct point_comp *c;
	struct mnode *kid;

	if (at == pt->comps.n)
		return build_here(w, n, pt);
	c = &pt->comps.v[at];
	if (strchr(c->name, '*')) {
		if (visit_wild(w, n, pt, at, c->name) > 0)
			return true;
		if (below_not_yet(w, n, c->tok))
			return false;
		ask_library(w->m, LIB_ALIAS, pt->comps.v[0].name);
		diag(w->m->sm->diag, E_POINT_NO_WILDCARD, c->tok, similar_kids(w->m, n, c->name));
		return false;
	}
	kid = node_find(w->m->sm->a, n, c->name, comp_arg(c));
	if (!kid && at == 0) { /* "syscall", or "syscall.nosuch": its files have not been asked for */
		ask_library(w->m, LIB_ALIAS, c->name);
		kid = node_find(w->m->sm->a, n, c->name, comp_arg(c));
	}
	if (kid)
		return visit(w, kid, pt, at + 1);
	if (n->aliases.n && version_allows(w->m->sm, pt->tok, "2.0"))
		return alias_expand(w->m, w->d, n->aliases.v, n->aliases.n, pt, at);
	return no_such_component(w, n, pt, at);
}

bool match_find(struct match *m, struct derive *d, const struct probe_point *pt)
{
	struct walk w = { m, d };

	if (pt->comps.n > MAX_COMPONENTS) {
		diag(m->sm->diag, E_POINT_TOO_LONG, pt->tok, MAX_COMPONENTS);
		return false;
	}
	ask_library_for(m, pt);
	return visit(&w, m->root, pt, 0);
}
