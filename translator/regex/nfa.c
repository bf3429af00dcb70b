// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tree → program of a non-deterministic machine: one instruction reads a byte, the others choose or note a position. Repetitions
 *with counts are written out. in: a tree. out: instructions in order; a choice names the preferred way first. Invariant: an
 *instruction that is still open goes on at the next one that is written. e{2,}	e L: e split(L, out)		e?
 *split(e, out) e e*	L: split(e…, out) e goto L	a|b	split(a, b) a goto out b
 */
#include "regex/private.h"

struct maker {
	struct arena *a;
	struct program *p;
	unsigned steps; /* nothing at all can be repeated often, too */
	bool groups, full;
};

static bool emit_node(struct maker *m, const struct node *n);

static unsigned here(const struct maker *m)
{
	return (unsigned)m->p->v.n;
}

/* goes on at the next one; callers change x or y of a choice when they know better */
static unsigned add(struct maker *m, enum inst_kind kind, unsigned arg)
{
	struct inst i = { kind, here(m) + 1, here(m) + 1, arg };

	if (here(m) >= REGEX_MAX_PROGRAM)
		m->full = true;
	else
		vec_push(m->a, &m->p->v, i);
	return (unsigned)m->p->v.n - 1;
}

static struct inst *inst(struct maker *m, unsigned i)
{
	return &m->p->v.v[i];
}

static unsigned set_number(struct maker *m, const struct byteset *s)
{
	for vec_each (i, &m->p->sets)
		if (!memcmp(&m->p->sets.v[i], s, sizeof(*s)))
			return (unsigned)i;
	vec_push(m->a, &m->p->sets, *s);
	return (unsigned)m->p->sets.n - 1;
}

/* a split that goes nowhere else serves as goto: both ways are the same */
static void jump(struct maker *m, unsigned to)
{
	unsigned i = add(m, INST_SPLIT, 0);

	inst(m, i)->x = inst(m, i)->y = to;
}

static bool emit_star(struct maker *m, const struct node *n)
{
	unsigned loop = add(m, INST_SPLIT, 0);

	if (!emit_node(m, n))
		return false;
	jump(m, loop);
	inst(m, loop)->y = here(m);
	return true;
}

/* least times, then as often as is left, each of them only behind the one before: e{1,3} = e(e(e)?)? */
static bool emit_repeat(struct maker *m, const struct node *n)
{
	VEC(unsigned) ways_out = { 0 };

	for (unsigned i = 0; i < n->least; i++)
		if (!emit_node(m, n->l))
			return false;
	if (n->endless)
		return emit_star(m, n->l);
	for (unsigned i = n->least; i < n->most; i++) {
		vec_push(m->a, &ways_out, add(m, INST_SPLIT, 0));
		if (!emit_node(m, n->l))
			return false;
	}
	for vec_each (i, &ways_out)
		inst(m, ways_out.v[i])->y = here(m);
	return !m->full;
}

/* l leans deep: its members are gathered first */
static bool emit_list(struct maker *m, const struct node *n, bool alternatives)
{
	enum node_kind kind = n->kind;
	VEC(const struct node *) parts = { 0 };
	VEC(unsigned) jumps = { 0 };
	bool fine = true;

	for (; n->kind == kind; n = n->l)
		vec_push(m->a, &parts, n->r);
	vec_push(m->a, &parts, n);
	for (size_t i = parts.n; fine && i > 0; i--) {
		unsigned split = alternatives && i > 1 ? add(m, INST_SPLIT, 0) : 0;

		fine = emit_node(m, parts.v[i - 1]);
		if (!fine || !alternatives || i == 1)
			continue;
		vec_push(m->a, &jumps, add(m, INST_SPLIT, 0));
		inst(m, split)->y = here(m);
	}
	for (size_t i = 0; fine && i < jumps.n; i++)
		inst(m, jumps.v[i])->x = inst(m, jumps.v[i])->y = here(m);
	return fine;
}

static bool emit_group(struct maker *m, const struct node *n)
{
	bool tags = m->groups && n->group;

	if (tags)
		add(m, INST_TAG, 2 * n->group);
	if (!emit_node(m, n->l))
		return false;
	if (tags)
		add(m, INST_TAG, 2 * n->group + 1);
	return !m->full;
}

static bool emit_node(struct maker *m, const struct node *n)
{
	m->full |= ++m->steps > 4 * REGEX_MAX_PROGRAM;
	if (m->full)
		return false;
	switch (n->kind) {
	case NODE_EMPTY: break;
	case NODE_SET: add(m, INST_SET, set_number(m, &n->set)); break;
	case NODE_BOL: add(m, INST_BOL, 0); break;
	case NODE_EOL: add(m, INST_EOL, 0); break;
	case NODE_SEQ: return emit_list(m, n, false);
	case NODE_ALT: return emit_list(m, n, true);
	case NODE_GROUP: return emit_group(m, n);
	case NODE_REPEAT: return emit_repeat(m, n);
	}
	return !m->full;
}

/* what an instruction passes on, less the tag that it sets */
static bool spread_live(struct program *p, unsigned i, unsigned from)
{
	const struct inst *in = &p->v.v[i];
	bool changed = false;

	for (unsigned w = 0; w < p->nlive; w++) {
		uint64_t *to = &p->live[i * p->nlive + w], add = p->live[from * p->nlive + w];

		if (in->kind == INST_TAG && in->arg / 64 == w)
			add &= ~(1ull << (in->arg % 64));
		changed |= (add & ~*to) != 0;
		*to |= add;
	}
	return changed;
}

static void find_live(struct arena *a, struct program *p)
{
	unsigned n = (unsigned)p->v.n;
	bool changed = true;

	p->nlive = (p->ntags + 63) / 64;
	p->live = arena_array(a, uint64_t, (size_t)n * p->nlive);
	for (unsigned w = 0; w < p->nlive; w++)
		p->live[(n - 1) * p->nlive + w] = ~0ull; /* the match */
	while (changed) {
		changed = false;
		for (unsigned i = n - 1; i-- > 0;) {
			changed |= spread_live(p, i, p->v.v[i].x);
			if (p->v.v[i].y != p->v.v[i].x)
				changed |= spread_live(p, i, p->v.v[i].y);
		}
	}
}

bool regex_program(struct arena *a, const struct regex_tree *tree, bool groups, struct program *ret)
{
	struct maker m = { .a = a, .p = ret, .groups = groups };

	*ret = (struct program){ .ntags = groups ? 2 * tree->ngroups : 0 };
	if (groups)
		add(&m, INST_TAG, 0);
	if (!emit_node(&m, tree->root))
		return false;
	add(&m, INST_MATCH, 0);
	if (groups && !m.full)
		find_live(a, ret);
	return !m.full;
}
