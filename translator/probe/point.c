/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Helpers of the families: in, a probe point that matched one of their patterns; out, its parts, and the resolved point that pp()
 * shows.
 */
#include "probe/point.h"

#include "sema/program.h"
#include "session.h"
#include "syntax/ast_tools.h"

#include <string.h>

const struct point_comp *point_find(const struct probe_point *pt, const char *name)
{
	for (size_t i = 0; i < pt->comps.n; i++)
		if (!strcmp(pt->comps.v[i].name, name))
			return &pt->comps.v[i];
	return NULL;
}

int64_t point_number(const struct point_comp *c)
{
	return c->arg->num;
}

const char *point_string(struct arena *a, const struct point_comp *c)
{
	struct buf b = BUF_INIT;
	const char *s;

	literal_decode(&b, c->arg->str);
	s = arena_strndup(a, b.data, b.len);
	buf_fini(&b);
	return s;
}

struct probe_point *point_copy(struct arena *a, const struct probe_point *pt)
{
	struct probe_point *c = arena_make(a, struct probe_point);

	c->tok = pt->tok;
	for (size_t i = 0; i < pt->comps.n; i++)
		vec_push(a, &c->comps, pt->comps.v[i]);
	return c;
}

void point_set_string(struct arena *a, struct probe_point *pt, const char *name, const char *value)
{
	for (size_t i = 0; i < pt->comps.n; i++) {
		struct point_comp *c = &pt->comps.v[i];
		struct buf b = BUF_INIT;

		if (strcmp(c->name, name))
			continue;
		literal_encode(&b, value, strlen(value));
		c->arg = expr_string(a, c->arg->tok, arena_strdup(a, b.data));
		buf_fini(&b);
	}
}

struct derived_probe *point_probe(struct arena *a, const struct provider *pr, const struct probe_point *resolved)
{
	struct derived_probe *p = arena_make(a, struct derived_probe);
	struct buf b = BUF_INIT;

	print_point(&b, resolved);
	p->provider = pr;
	p->point = resolved;
	p->pp = arena_strdup(a, b.data);
	buf_fini(&b);
	return p;
}

bool point_has_target(struct resolve_ctx *rc)
{
	if (!rc->target) {
		rc->session->kit_missed = true;
		diag(rc->diag, E_TARGET_FACT, rc->point->tok, rc->session->kit_error);
	}
	return rc->target;
}

bool point_is_pattern(const char *s)
{
	return strpbrk(s, "*?[") != NULL;
}
