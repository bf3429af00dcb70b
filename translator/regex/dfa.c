// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Program → automaton. A state is the list of the places where the program can be, the preferred one first. With groups each place
 * knows for every tag which remembered position it has: "values", numbered in the order in which the list names them, so that
 * states which differ in their numbers only are one; the moves on the way between two states do the renumbering.
 *
 * in: instructions. out: tables (regex.h). Invariants:
 *  - places are ordered by where their match began, earliest first, as a new one is put at the end with each byte: places with the
 * same value of tag 0 began at the same byte. Once one has matched, those that began later are dropped and no new one begins
 * (leftmost); those that began there or before go on (longest).
 *  - the way that reaches an instruction first is the preferred one; later ones are dropped.
 *  - without groups only whether there is a match counts: places are a set, and a match is the end of it.
 * Value V lies in register V + 1; register 0 breaks circles of moves. All work is counted: no pattern takes longer than
 * REGEX_MAX_WORK.
 */
#include "regex/private.h"

#include <stdlib.h>

#define UNSET REGEX_NO_VALUE
#define NEW REGEX_POS /* the position at hand */
enum { FLAG_MATCHED = 1, FLAG_BEGIN = 2 };

struct task { /* of a closure: go on at pc, or put a tag back */
	unsigned pc;
	uint16_t tag, old;
	bool restore;
};

struct list { /* places: pc, then values of all tags */
	VEC(uint16_t) v;
	unsigned flags;
};

struct build {
	struct arena *a; /* scratch */
	const struct program *p;
	struct regex_dfa *d;
	unsigned width; /* numbers in a list for each place */
	unsigned *seen, stamp;
	uint16_t *tags; /* of the way being followed */
	VEC(struct task) tasks;
	struct list list;
	struct pool states, codes;
	VEC(unsigned) offsets; /* of codes */
	VEC(uint16_t) code;
	VEC(unsigned) next, move_code;
	VEC(unsigned char) samples; /* a byte of each class */
	uint16_t *number;	    /* by old value: the new one */
	size_t work;
	const char *why; /* too large */
};

/* ---- closures ------------------------------------------------------------------------------------------------------ */

static void put_place(struct build *b, unsigned pc)
{
	vec_push(b->a, &b->list.v, (uint16_t)pc);
	for (unsigned i = 0; i + 1 < b->width; i++)
		vec_push(b->a, &b->list.v, is_live(b->p, pc, i) ? b->tags[i] : UNSET);
	b->work += b->width;
}

/* goes on until a byte must be read. at_begin, at_end: what stands around. Gives the tags in b->tags where it stops at a match */
static bool follow(struct build *b, unsigned pc, bool at_begin, bool at_end)
{
	for (;;) {
		const struct inst *i = &b->p->v.v[pc];

		if (b->seen[pc] == b->stamp)
			return false;
		b->seen[pc] = b->stamp;
		b->work++;
		if (i->kind == INST_SPLIT) {
			if (i->y != i->x)
				vec_push(b->a, &b->tasks, ((struct task){ .pc = i->y }));
		} else if (i->kind == INST_TAG) {
			struct task back = { .restore = true, .tag = (uint16_t)i->arg, .old = b->tags[i->arg] };

			vec_push(b->a, &b->tasks, back);
			b->tags[i->arg] = NEW;
		} else if (i->kind == INST_BOL ? !at_begin : i->kind != INST_EOL || !at_end) {
			if (at_end)
				return i->kind == INST_MATCH;
			if (i->kind != INST_BOL)
				put_place(b, pc);
			return false;
		}
		pc = i->x;
	}
}

/* all that can be reached from pc, added to the list. at_end: true as soon as that is a match, whose tags are then in b->tags */
static bool closure(struct build *b, unsigned pc, bool at_begin, bool at_end)
{
	vec_clear(&b->tasks);
	vec_push(b->a, &b->tasks, ((struct task){ .pc = pc }));
	while (b->tasks.n) {
		struct task t = b->tasks.v[--b->tasks.n];

		if (t.restore)
			b->tags[t.tag] = t.old;
		else if (follow(b, t.pc, at_begin, at_end))
			return true;
	}
	return false;
}

static void begin_new(struct build *b, bool at_begin)
{
	for (unsigned i = 0; i + 1 < b->width; i++)
		b->tags[i] = UNSET;
	closure(b, 0, at_begin, false);
}

static bool is_match(const struct build *b, uint16_t pc)
{
	return b->p->v.v[pc].kind == INST_MATCH;
}

/* after a match: what began later is of no interest any more */
static void cut_later(struct build *b)
{
	size_t match = 0, n, to;
	uint16_t start;

	for (n = b->list.v.n; match < n && !is_match(b, b->list.v.v[match]); match += b->width)
		;
	if (match >= n)
		return;
	b->list.flags |= FLAG_MATCHED;
	start = b->list.v.v[match + 1];
	to = match + b->width;
	for (size_t i = to; i < n; i += b->width) {
		if (b->list.v.v[i + 1] != start)
			continue;
		memmove(b->list.v.v + to, b->list.v.v + i, b->width * sizeof(uint16_t));
		to += b->width;
	}
	b->list.v.n = to;
}

/* ---- codes --------------------------------------------------------------------------------------------------------- */

/* where this list of moves or matches begins in the code */
static unsigned code_put(struct build *b, const uint16_t *v, size_t n)
{
	unsigned i;

	if (!n)
		return 0;
	i = pool_add(&b->codes, v, n);
	if (i == b->offsets.n) {
		vec_push(b->a, &b->offsets, (unsigned)b->code.n);
		for (size_t k = 0; k < n; k++)
			vec_push(b->a, &b->code, v[k]);
	}
	b->work += n;
	return b->offsets.v[i];
}

struct move {
	uint16_t to, from;
	bool done;
};
struct moves {
	VEC(struct move) v;
	VEC(uint16_t) code;
};

static bool is_source(const struct moves *m, uint16_t reg)
{
	for vec_each (i, &m->v)
		if (!m->v.v[i].done && m->v.v[i].from == reg)
			return true;
	return false;
}

static bool move_ready(struct build *b, struct moves *m)
{
	bool any = false;

	for vec_each (i, &m->v) {
		struct move *o = &m->v.v[i];

		b->work += m->v.n;
		if (o->done || is_source(m, o->to))
			continue;
		vec_push(b->a, &m->code, o->to);
		vec_push(b->a, &m->code, o->from);
		o->done = any = true;
	}
	return any;
}

/* moves that happen at once → one after the other: first those whose target nobody needs; a circle is opened through register 0 */
static unsigned moves_code(struct build *b, struct moves *m)
{
	bool circle = true;

	if (!m->v.n)
		return 0;
	while (circle) {
		while (move_ready(b, m))
			;
		circle = false;
		for (size_t i = 0; !circle && i < m->v.n; i++) {
			struct move *o = &m->v.v[i];

			if (o->done)
				continue;
			circle = true;
			vec_push(b->a, &m->code, 0);
			vec_push(b->a, &m->code, o->from);
			o->from = 0;
		}
	}
	vec_push(b->a, &m->code, UNSET);
	return code_put(b, m->code.v, m->code.n);
}

static uint16_t reg_of(uint16_t value)
{
	return value == UNSET || value == NEW ? value : (uint16_t)(value + 1);
}

/* begin of the whole, then begin and end of the groups; the whole ends where we are */
static unsigned match_code(struct build *b, const uint16_t *tags)
{
	uint16_t *v = arena_array(b->a, uint16_t, b->p->ntags);
	unsigned n = 0;

	for (unsigned i = 0; i < b->p->ntags; i++)
		if (i != 1)
			v[n++] = reg_of(tags[i]);
	return code_put(b, v, n);
}

/* ---- states -------------------------------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* numbers the list's values anew; gives the moves that this takes */
static unsigned number_values(struct build *b)
{
	struct moves m = { 0 };
	unsigned n = 0, fresh = UNSET;

	memset(b->number, 0xff, sizeof(*b->number) * (REGEX_MAX_REGS + 1));
	for (size_t i = 0; i < b->list.v.n; i++) {
		uint16_t *v = &b->list.v.v[i], old = *v;
		unsigned *new_one = &fresh, known;

		if (i % b->width == 0 || old == UNSET)
			continue;
		known = old == NEW ? *new_one : b->number[old];
		if (known == UNSET) {
			known = n++;
			if (n >= REGEX_MAX_REGS) {
				b->why = "it would have to remember too many positions";
				return 0;
			}
			if (old == NEW)
				fresh = known;
			else
				b->number[old] = (uint16_t)known;
			if (old != known)
				vec_push(b->a, &m.v, ((struct move){ (uint16_t)(known + 1), reg_of(old), false }));
		}
		*v = (uint16_t)known;
	}
	if (n + 1 > b->d->nregs)
		b->d->nregs = n + 1;
	return moves_code(b, &m);
}

/* the state of b->list; its moves in *code */
static unsigned state_of(struct build *b, unsigned *code)
{
	unsigned width = b->width;

	*code = 0;
	if (b->p->ntags) {
		cut_later(b);
		*code = number_values(b);
	} else {
		for (size_t i = 0; i < b->list.v.n; i++)
			if (is_match(b, b->list.v.v[i])) {
				b->list.v.v[0] = b->list.v.v[i];
				b->list.v.n = 1;
				b->list.flags = FLAG_MATCHED;
			}
		if (b->list.v.n)
			qsort(b->list.v.v, b->list.v.n / width, width * sizeof(uint16_t), by_number);
	}
	vec_push(b->a, &b->list.v, (uint16_t)b->list.flags);
	b->work += b->list.v.n;
	return pool_add(&b->states, b->list.v.v, b->list.v.n);
}

static void list_begin(struct build *b, unsigned flags)
{
	vec_clear(&b->list.v);
	b->list.flags = flags;
	b->stamp++;
}

static void start_state(struct build *b)
{
	bool ends = false;

	list_begin(b, 0);
	begin_new(b, true);
	for (size_t i = 0; i < b->list.v.n; i += b->width)
		ends |= b->p->v.v[b->list.v.v[i]].kind == INST_EOL;
	if (ends) /* "^" behind a "$" still holds there */
		b->list.flags = FLAG_BEGIN;
	b->d->start = state_of(b, &b->d->start_code);
}

static void step(struct build *b, const struct pool_item *state, unsigned byte)
{
	unsigned flags = state->v[state->n - 1] & FLAG_MATCHED, code;

	list_begin(b, flags);
	for (size_t i = 0; i + 1 < state->n; i += b->width) {
		const struct inst *in = &b->p->v.v[state->v[i]];

		b->work++;
		if (in->kind == INST_MATCH && !b->p->ntags)
			put_place(b, state->v[i]);
		if (in->kind != INST_SET || !byteset_has(&b->p->sets.v[in->arg], byte))
			continue;
		for (unsigned k = 0; k + 1 < b->width; k++)
			b->tags[k] = state->v[i + 1 + k];
		closure(b, in->x, false, false);
	}
	if (!flags)
		begin_new(b, false);
	vec_push(b->a, &b->next, state_of(b, &code));
	vec_push(b->a, &b->move_code, code);
}

/* does it match here, does it match if nothing follows, and with which tags? */
static void accept(struct build *b, unsigned s)
{
	const struct pool_item *state = &b->states.items.v[s];
	bool begin = state->v[state->n - 1] & FLAG_BEGIN, ends = false;

	b->stamp++;
	for (size_t i = 0; i + 1 < state->n; i += b->width) {
		memcpy(b->tags, state->v + i + 1, (b->width - 1) * sizeof(uint16_t));
		if (is_match(b, state->v[i])) {
			b->d->accepts[s] |= REGEX_HERE;
			b->d->here_code[s] = b->p->ntags ? match_code(b, b->tags) : 0;
		}
		if (!ends && closure(b, state->v[i], begin, true)) {
			ends = true;
			b->d->accepts[s] |= REGEX_END;
			b->d->end_code[s] = b->p->ntags ? match_code(b, b->tags) : 0;
		}
	}
}

/* ---- classes of bytes ---------------------------------------------------------------------------------------------- */

/* bytes that no set of the program tells apart share a class */
static void classes(struct build *b)
{
	struct regex_dfa *d = b->d;

	d->nclasses = 1;
	for vec_each (i, &b->p->sets) {
		unsigned split[256] = { 0 }, n = d->nclasses;
		bool has_rest[256] = { false };

		for (unsigned c = 0; c < 256; c++)
			has_rest[d->classes[c]] |= !byteset_has(&b->p->sets.v[i], c);
		for (unsigned c = 0; c < 256; c++) {
			unsigned old = d->classes[c];

			if (!byteset_has(&b->p->sets.v[i], c) || !has_rest[old])
				continue;
			if (!split[old])
				split[old] = n++;
			d->classes[c] = (unsigned char)split[old];
		}
		d->nclasses = n;
	}
	for (unsigned k = 0; k < d->nclasses; k++) {
		unsigned c = 0;

		while (d->classes[c] != k)
			c++;
		vec_push(b->a, &b->samples, (unsigned char)c);
	}
}

/* ---- the whole ----------------------------------------------------------------------------------------------------- */

static bool too_large(struct build *b)
{
	size_t cells = b->states.items.n * (b->d->nclasses + 2);

	if (!b->why && (cells > REGEX_MAX_CELLS || b->states.items.n > REGEX_MAX_STATES))
		b->why = "its automaton would have too many states";
	if (!b->why && b->code.n >= UNSET)
		b->why = "it would have to remember too many positions";
	if (!b->why && b->work > REGEX_MAX_WORK)
		b->why = "it would take too long to compile";
	return b->why != NULL;
}

static void copy_tables(struct arena *a, struct build *b)
{
	struct regex_dfa *d = b->d;

	d->nstates = (unsigned)b->states.items.n;
	d->next = arena_array(a, uint16_t, b->next.n);
	for vec_each (i, &b->next)
		d->next[i] = (uint16_t)b->next.v[i];
	d->move_code = arena_memdup(a, b->move_code.v, b->move_code.n * sizeof(unsigned));
	d->accepts = arena_array(a, unsigned char, d->nstates);
	d->here_code = arena_array(a, unsigned, d->nstates);
	d->end_code = arena_array(a, unsigned, d->nstates);
	for (unsigned s = 0; s < d->nstates; s++)
		accept(b, s);
	d->ncode = b->code.n;
	d->code = arena_memdup(a, b->code.v, b->code.n * sizeof(uint16_t));
}

static bool build(struct arena *a, struct build *b)
{
	vec_push(b->a, &b->code, UNSET); /* 0 is no place */
	classes(b);
	start_state(b);
	for (unsigned s = 0; s < b->states.items.n; s++)
		for (unsigned k = 0; k < b->d->nclasses; k++) {
			struct pool_item state = b->states.items.v[s];

			if (too_large(b))
				return false;
			step(b, &state, b->samples.v[k]);
		}
	if (too_large(b))
		return false;
	copy_tables(a, b);
	return !too_large(b);
}

bool regex_determine(struct arena *a, const struct program *p, struct regex_dfa *d, const char **why, size_t *work)
{
	struct arena *scratch = arena_new();
	struct build b = { .a = scratch, .p = p, .d = d, .width = 1 + p->ntags };
	bool fine;

	b.states.arena = b.codes.arena = scratch;
	b.seen = arena_array(scratch, unsigned, p->v.n);
	b.tags = arena_array(scratch, uint16_t, p->ntags + 1);
	b.number = arena_array(scratch, uint16_t, REGEX_MAX_REGS + 1);
	fine = build(a, &b);
	*why = b.why;
	*work = b.work;
	arena_free(scratch);
	return fine;
}
