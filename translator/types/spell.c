/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types as C text, in two manners: for people (-L, messages: "struct sock*", typedefs by their names) and for the compiler ("struct
 * sock *sk", typedefs by what they stand for, so that it needs no header). Both build C's inside-out declarators in one recursion.
 *
 * Anonymous structs cannot be named in a prototype: behind a pointer they become void, by value a struct of their size.
 */
#include "types/btf.h"

#include "base/buf.h"
#include "base/scope.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 16

enum manner { FOR_PEOPLE, FOR_COMPILER };

static char *declare(struct type *t, const char *inner, enum manner m, unsigned depth);

static const char *tag_word(const struct type *t)
{
	switch (t->kind) {
	case TYPE_STRUCT: return "struct ";
	case TYPE_UNION: return "union ";
	case TYPE_ENUM: return "enum ";
	case TYPE_FORWARD: return t->is_union ? "union " : "struct ";
	default: return "";
	}
}

static void put_anonymous(struct buf *b, const struct type *t, enum manner m)
{
	if (t->kind == TYPE_ENUM)
		buf_puts(b, m == FOR_PEOPLE ? "enum {...}"
			    : t->size == 8  ? (t->is_signed ? "long" : "unsigned long")
			    : t->is_signed  ? "int"
					    : "unsigned int");
	else if (m == FOR_COMPILER)
		buf_printf(b, "struct { unsigned char b[%llu]; }", (unsigned long long)t->size);
	else
		buf_printf(b, "%s{...}", tag_word(t));
}

static void put_base(struct buf *b, const struct type *t, enum manner m)
{
	if (!*t->name && t->kind != TYPE_VOID)
		put_anonymous(b, t, m);
	else
		buf_printf(b, "%s%s", tag_word(t), t->kind == TYPE_VOID ? "void" : t->name);
}

static char *join(struct type *t, const char *inner, enum manner m)
{
	struct buf b = BUF_INIT;

	if (m == FOR_COMPILER && *inner == '*' && !*t->name && t->kind != TYPE_ENUM)
		buf_puts(&b, "void");
	else
		put_base(&b, t, m);
	if (*inner && (m == FOR_COMPILER || *inner == '('))
		buf_putc(&b, ' ');
	buf_puts(&b, inner);
	return buf_take(&b);
}

static char *declare_pointer(struct type *t, const char *inner, enum manner m, unsigned depth)
{
	struct type *to = type_target(t);
	struct type *seen = m == FOR_COMPILER && to->kind == TYPE_TYPEDEF ? type_strip(to) : to;
	bool paren = seen->kind == TYPE_FUNC || seen->kind == TYPE_ARRAY;
	_cleanup_free_ char *text = NULL;
	struct buf b = BUF_INIT;

	buf_printf(&b, paren ? "(*%s)" : "*%s", inner);
	text = buf_take(&b);
	return declare(to, text, m, depth + 1);
}

static char *declare_array(struct type *t, const char *inner, enum manner m, unsigned depth)
{
	_cleanup_free_ char *text = NULL;
	struct buf b = BUF_INIT;

	buf_printf(&b, "%s[%llu]", inner, (unsigned long long)t->count);
	text = buf_take(&b);
	return declare(type_target(t), text, m, depth + 1);
}

static char *declare_function(struct type *t, const char *inner, enum manner m, unsigned depth)
{
	_cleanup_free_ char *text = NULL;
	struct buf b = BUF_INIT;
	struct member *p;
	size_t n = type_members(t, &p);

	buf_printf(&b, "%s(", inner);
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *param = declare(p[i].type, "", m, depth + 1);

		buf_printf(&b, "%s%s", i ? ", " : "", param);
	}
	if (t->variadic)
		buf_puts(&b, n ? ", ..." : "");
	else if (!n)
		buf_puts(&b, "void");
	buf_putc(&b, ')');
	text = buf_take(&b);
	return declare(type_target(t), text, m, depth + 1);
}

static char *declare(struct type *t, const char *inner, enum manner m, unsigned depth)
{
	if (depth > MAX_DEPTH)
		return join(&(struct type){ .kind = TYPE_VOID, .name = "void" }, inner, m);
	if (m == FOR_COMPILER && t->kind == TYPE_TYPEDEF) {
		struct type *to = type_strip(t);

		/* a loop of typedefs in damaged data */
		return to->kind == TYPE_TYPEDEF ? join(&(struct type){ .kind = TYPE_VOID, .name = "void" }, inner, m)
						: declare(to, inner, m, depth + 1);
	}
	switch (t->kind) {
	case TYPE_PTR: return declare_pointer(t, inner, m, depth);
	case TYPE_ARRAY: type_target(t); return declare_array(t, inner, m, depth);
	case TYPE_FUNC: return declare_function(t, inner, m, depth);
	default: return join(t, inner, m);
	}
}

char *type_spell(struct type *t)
{
	return declare(t, "", FOR_PEOPLE, 0);
}

char *type_declare(struct type *t, const char *name)
{
	return declare(t, name, FOR_COMPILER, 0);
}

bool types_same_function(struct type *a, struct type *b)
{
	struct type fa = *a, fb = *b;
	_cleanup_free_ char *ta = NULL, *tb = NULL;

	type_target(a), type_target(b);
	fa = *a, fb = *b;
	fa.name = fb.name = "";
	ta = type_declare(&fa, ""), tb = type_declare(&fb, "");
	return !strcmp(ta, tb);
}

static void each_tag(struct type *t, void (*fn)(void *cookie, struct type *tag), void *cookie, unsigned depth)
{
	struct member *p;
	size_t n;

	if (depth > MAX_DEPTH)
		return;
	if (t->kind == TYPE_TYPEDEF)
		t = type_strip(t);
	if (*tag_word(t)) {
		if (*t->name)
			fn(cookie, t);
	} else if (t->kind == TYPE_PTR || t->kind == TYPE_ARRAY) {
		each_tag(type_target(t), fn, cookie, depth + 1);
	} else if (t->kind == TYPE_FUNC) {
		each_tag(type_target(t), fn, cookie, depth + 1);
		n = type_members(t, &p);
		for (size_t i = 0; i < n; i++)
			each_tag(p[i].type, fn, cookie, depth + 1);
	}
}

void type_each_tag(struct type *t, void (*fn)(void *cookie, struct type *tag), void *cookie)
{
	each_tag(t, fn, cookie, 0);
}
