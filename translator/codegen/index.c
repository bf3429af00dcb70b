// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Array elements. A single long key is passed as it is; any other key is packed first, a copy that later evaluation cannot change:
 *	stp_key_begin(&k1.key);
 *	stp_key_long(&k1.key, l_x);
 *	stp_key_str(c, &f->k2.key, stp_view(&f->l_s));
 *	n1 = stp_map_find(g_a, &k1.key);
 * A node is used within the statement only, and not across a call or write that may delete it (operands that look into it have
 *DEP_GLOBALS).
 */
#include "codegen/lower.h"

#include "base/error.h"

static void count_kinds(const struct vardecl *map, struct expr *const *idx, size_t n, unsigned *longs, unsigned *strings)
{
	for (size_t i = 0; i < n; i++) {
		if (!idx[i])
			continue;
		if (map->key[i] == VT_STRING)
			++*strings;
		else
			++*longs;
	}
}

static void pack(struct unit *u, const char *key, const struct value *v, size_t n)
{
	emit(&u->e, "stp_key_begin(&%s.key);", key);
	for (size_t i = 0; i < n; i++) {
		if (v[i].type == VT_STRING)
			emit(&u->e, "stp_key_str(c, &%s.key, %s);", key, v[i].text.c);
		else
			emit(&u->e, "stp_key_long(&%s.key, %s);", key, v[i].num.c);
	}
}

struct map_key key_slice(struct unit *u, const struct vardecl *map, struct expr *const *idx, size_t n)
{
	struct map_key k = { .map = map };
	struct value *v = arena_array(u->arena, struct value, n + 1);
	struct expr **given = arena_array(u->arena, struct expr *, n + 1);
	unsigned longs = 0, strings = 0, ngiven = 0;
	const char *key;

	count_kinds(map, idx, n, &longs, &strings);
	for (size_t i = 0; i < n; i++) {
		if (idx[i])
			given[ngiven++] = idx[i];
		else
			k.any |= 1u << i;
	}
	values_lower(u, given, ngiven, 0, v);
	key = temp_get(u, TEMP_KEY, longs, strings);
	pack(u, key, v, ngiven);
	k.c = arena_printf(u->arena, "&%s.key", key);
	return k;
}

static bool is_one(const struct vardecl *map)
{
	return map->arity == 1 && map->key[0] != VT_STRING;
}

struct map_key key_of(struct unit *u, const struct vardecl *map, const struct value *v, size_t n)
{
	struct map_key k = { .map = map, .one = is_one(map) };
	unsigned strings = 0;
	const char *key;
	struct buf memo = BUF_INIT;

	buf_puts(&memo, map->cname);
	for (size_t i = 0; i < n; i++) {
		buf_printf(&memo, ",%s", v[i].type == VT_STRING ? v[i].text.c : v[i].num.c);
		strings += v[i].type == VT_STRING;
	}
	k.memo = arena_strdup(u->arena, memo.data);
	buf_fini(&memo);
	if (k.one) {
		k.c = v[0].num.c;
		return k;
	}
	key = temp_get(u, TEMP_KEY, (unsigned)n - strings, strings);
	pack(u, key, v, n);
	k.c = arena_printf(u->arena, "&%s.key", key);
	return k;
}

struct map_key key_lower(struct unit *u, const struct expr *e, unsigned after)
{
	const struct vardecl *map = e->index.base->var.decl;
	struct value v[MAX_KEYS];
	size_t n = e->index.idx.n;

	BUG_IF(n > MAX_KEYS, "an array of %zu keys", n);
	values_lower(u, e->index.idx.v, n, is_one(map) ? after : 0, v);
	return key_of(u, map, v, n);
}

const char *node_find(struct unit *u, const struct map_key *k)
{
	const char *n = temp_get(u, TEMP_NODE, 0, 0);

	emit(&u->e, "%s = stp_map_find%s(%s, %s);", n, k->one ? "1" : "", k->map->cname, k->c);
	return n;
}

const char *node_get(struct unit *u, const struct map_key *k, const struct token *where)
{
	const char *n = temp_get(u, TEMP_NODE, 0, 0);

	emit(&u->e, "%s = stp_map_get%s(c, %s, %s);", n, k->one ? "1" : "", k->map->cname, k->c);
	fail_if(u, arena_printf(u->arena, "STP_UNLIKELY(!%s)", n), where);
	return n;
}

const char *cell_get(struct unit *u, const struct map_key *k, const struct token *where, bool stat)
{
	const char *v = temp_get(u, stat ? TEMP_STATP : TEMP_LONGP, 0, 0);

	emit(&u->e, "%s = stp_map_cell%s(c, %s, %s);", v, k->one ? "1" : "", k->map->cname, k->c);
	fail_if(u, arena_printf(u->arena, "STP_UNLIKELY(!%s)", v), where);
	return v;
}

struct value node_value(struct unit *u, const struct vardecl *map, const char *node, bool may_be_null)
{
	const char *missing = map->type == VT_STRING ? "STP_LIT(\"\")" : "0", *c;
	struct value v = { .type = map->type == VT_STRING ? VT_STRING : VT_LONG };

	if (map->type == VT_STRING)
		c = arena_printf(u->arena, "stp_view(stp_node_str(%s, %s))", map->cname, node);
	else if (in_cells(map))
		c = arena_printf(u->arena, "stp_node_sum(c, %s, %s)", map->cname, node);
	else
		c = arena_printf(u->arena, "*stp_node_long(%s, %s)", map->cname, node);
	if (may_be_null)
		c = arena_printf(u->arena, map->type == VT_STRING ? "(%s ? %s : %s)" : "%s ? %s : %s", node, c, missing);
	if (map->type == VT_STRING)
		v.text = (struct text){ c, DEP_GLOBALS, NULL, false, NULL };
	else
		v.num = num_temp(u, c);
	return v;
}

struct value index_read(struct unit *u, const struct expr *e)
{
	struct map_key k;

	if (e->index.base->kind == EX_HIST)
		return (struct value){ .type = VT_LONG, .num = bucket_lower(u, e->index.base, e->index.idx.v[0], e->tok) };
	k = key_lower(u, e, 0);
	return node_value(u, k.map, node_find(u, &k), true);
}

static bool has_any(const struct expr *e)
{
	for vec_each (i, &e->index.idx)
		if (!e->index.idx.v[i])
			return true;
	return false;
}

struct num in_lower(struct unit *u, const struct expr *e)
{
	const struct expr *a = e->in.array;
	struct map_key k;
	struct num n;

	if (a->index.base->kind == EX_HIST)
		return bucket_lower(u, a->index.base, a->index.idx.v[0], e->tok);
	if (has_any(a)) {
		k = key_slice(u, a->index.base->var.decl, a->index.idx.v, a->index.idx.n);
		n = num_temp(u, arena_printf(u->arena, "stp_map_in_slice(c, %s, %s, %#x)", k.map->cname, k.c, k.any));
		fail_check_quiet(u);
		return n;
	}
	k = key_lower(u, a, 0);
	return num_temp(u, arena_printf(u->arena, "stp_map_find%s(%s, %s) != 0", k.one ? "1" : "", k.map->cname, k.c));
}

void delete_lower(struct unit *u, const struct expr *e)
{
	const struct vardecl *map;
	struct map_key k;

	if (e->kind == EX_VAR && !is_map(e->var.decl)) {
		clear_var(u, e->var.decl);
		return;
	}
	if (e->kind == EX_VAR) {
		emit(&u->e, "stp_map_clear(c, %s);", e->var.decl->cname);
		fail_check_quiet(u);
		return;
	}
	map = e->index.base->var.decl;
	if (is_one(map) && e->index.idx.v[0]) {
		k = key_lower(u, e, 0);
		emit(&u->e, "stp_map_delete1(c, %s, %s);", map->cname, k.c);
		return;
	}
	k = key_slice(u, map, e->index.idx.v, e->index.idx.n);
	if (k.any) {
		emit(&u->e, "stp_map_delete_slice(c, %s, %s, %#x);", map->cname, k.c, k.any);
		fail_check_quiet(u);
	} else {
		emit(&u->e, "stp_map_delete(c, %s, %s);", map->cname, k.c);
	}
}
