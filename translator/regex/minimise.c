// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The automaton made smaller: states that cannot be told apart become one, by refining a partition until it stays (Moore). in: the
 * automaton of dfa.c. out: the same language; states that nothing changes (a match without groups, or no match any more) come
 * first, so that the runtime stops there with one comparison.
 */
#include "regex/private.h"

#define MAX_MINIMISED 500 /* states: refining is quadratic at worst */

void regex_renumber(struct arena *a, struct regex_dfa *d, const unsigned *to, unsigned n)
{
	uint16_t *next = arena_array(a, uint16_t, (size_t)n * d->nclasses);
	unsigned *moves = arena_array(a, unsigned, (size_t)n * d->nclasses);
	unsigned *here = arena_array(a, unsigned, n), *end = arena_array(a, unsigned, n);
	unsigned char *accepts = arena_array(a, unsigned char, n);

	for (unsigned s = 0; s < d->nstates; s++) {
		unsigned t = to[s];

		for (unsigned k = 0; k < d->nclasses; k++) {
			next[t * d->nclasses + k] = (uint16_t)to[d->next[s * d->nclasses + k]];
			moves[t * d->nclasses + k] = d->move_code[s * d->nclasses + k];
		}
		accepts[t] = d->accepts[s];
		here[t] = d->here_code[s];
		end[t] = d->end_code[s];
	}
	d->next = next;
	d->move_code = moves;
	d->here_code = here;
	d->end_code = end;
	d->accepts = accepts;
	d->start = to[d->start];
	d->nstates = n;
}

/* by state: its part of the partition so far → the parts of it and of where it leads */
static unsigned refine(struct arena *a, const struct regex_dfa *d, unsigned *part)
{
	struct pool pool = { .arena = a };
	uint16_t *v = arena_array(a, uint16_t, d->nclasses + 1);
	unsigned *fresh = arena_array(a, unsigned, d->nstates);

	for (unsigned s = 0; s < d->nstates; s++) {
		v[0] = (uint16_t)part[s];
		for (unsigned k = 0; k < d->nclasses; k++)
			v[k + 1] = (uint16_t)part[d->next[s * d->nclasses + k]];
		fresh[s] = pool_add(&pool, v, d->nclasses + 1);
	}
	memcpy(part, fresh, d->nstates * sizeof(*part));
	return (unsigned)pool.items.n;
}

static void merge(struct arena *a, struct regex_dfa *d)
{
	struct arena *scratch = arena_new();
	unsigned *part = arena_array(scratch, unsigned, d->nstates), n = 0, before;

	for (unsigned s = 0; s < d->nstates; s++)
		part[s] = d->accepts[s];
	do {
		before = n;
		n = refine(scratch, d, part);
	} while (n != before);
	regex_renumber(a, d, part, n);
	arena_free(scratch);
}

/* nothing that follows leads away, and nothing is to be noted */
static bool is_fixed(const struct regex_dfa *d, unsigned s)
{
	for (unsigned k = 0; k < d->nclasses; k++)
		if (d->next[s * d->nclasses + k] != s || d->move_code[s * d->nclasses + k])
			return false;
	return !d->groups || !d->accepts[s];
}

void regex_minimise(struct arena *a, struct regex_dfa *d)
{
	unsigned *to, n = 0;

	if (!d->groups && d->nstates <= MAX_MINIMISED)
		merge(a, d);
	to = arena_array(a, unsigned, d->nstates);
	for (int fixed = 1; fixed >= 0; fixed--) {
		for (unsigned s = 0; s < d->nstates; s++)
			if (is_fixed(d, s) == fixed)
				to[s] = n++;
		if (fixed)
			d->nfixed = n;
	}
	regex_renumber(a, d, to, n);
}
