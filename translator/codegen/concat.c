// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strings that are put together: `.` and sprint, in a temporary slot or right where they are going. Each part is copied as soon as it is
 * evaluated, so parts need no temporaries of their own.
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

struct text concat_lower(struct unit *u, const struct expr *e)
{
	const char *slot = temp_slot(u);
	struct text t = text_of_slot(u, slot, 0);

	text_into(u, e, slot);
	t.fresh = true;
	return t;
}
