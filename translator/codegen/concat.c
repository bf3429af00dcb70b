// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strings that are put together: `.` and sprint, in a temporary slot or right where they are going. Each part is copied as soon as
 * it is evaluated, so parts need no temporaries of their own.
 */
#include "codegen/lower.h"

static void append_parts(struct unit *u, const struct expr *e, const char *slot, bool *first)
{
	struct text t;

	if (e->kind == EX_CONCAT) {
		append_parts(u, e->binary.l, slot, first);
		append_parts(u, e->binary.r, slot, first);
		return;
	}
	t = text_lower(u, e);
	emit(&u->e, "%s(c, %s, %s);", *first ? "stp_set" : "stp_append", slot_addr(u, slot), t.c);
	*first = false;
}

bool text_into(struct unit *u, const struct expr *e, const char *slot)
{
	bool first = true;

	if (e->kind == EX_PRINT && e->print.to_string)
		return print_into(u, e, slot);
	if (e->kind != EX_CONCAT)
		return false;
	append_parts(u, e, slot, &first);
	return true;
}

static const struct expr *leftmost(const struct expr *e)
{
	while (e->kind == EX_CONCAT)
		e = e->binary.l;
	return e;
}

/* of a . b . c: b and c */
static bool rest_is_simple(const struct expr *e, const struct vardecl *v)
{
	for (; e->kind == EX_CONCAT; e = e->binary.l)
		if (expr_mentions(e->binary.r, v) || expr_may_fail(e->binary.r))
			return false;
	return true;
}

bool concat_grows(struct unit *u, const struct vardecl *v, const struct expr *e)
{
	const struct expr *first = leftmost(e);
	const struct expr **parts;
	size_t n = 0;

	if (e->kind != EX_CONCAT || first->kind != EX_VAR || first->var.decl != v || !rest_is_simple(e, v))
		return false;
	for (const struct expr *x = e; x->kind == EX_CONCAT; x = x->binary.l)
		n++;
	parts = arena_array(u->arena, const struct expr *, n);
	for (size_t i = n; i > 0; e = e->binary.l)
		parts[--i] = e->binary.r;
	for (size_t i = 0; i < n; i++) {
		bool more = false;

		append_parts(u, parts[i], var_ref(u, v), &more);
	}
	return true;
}

struct text concat_lower(struct unit *u, const struct expr *e)
{
	const char *slot = temp_slot(u);
	struct text t = text_of_slot(u, slot, 0);

	text_into(u, e, slot);
	t.fresh = true;
	return t;
}
