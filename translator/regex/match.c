// SPDX-License-Identifier: GPL-2.0-or-later
/* Running an automaton here, as runtime/value/regex.c and regex_groups.c do there. */
#include "regex/regex.h"

#include <stdlib.h>

static bool test(const struct regex_dfa *d, const char *text, size_t n)
{
	unsigned s = d->start;

	for (size_t i = 0; i < n && s >= d->nfixed; i++)
		s = d->next[s * d->nclasses + d->classes[(unsigned char)text[i]]];
	return d->accepts[s] != 0;
}

static void run_moves(const struct regex_dfa *d, unsigned code, long *regs, size_t pos)
{
	if (!code)
		return;
	for (const uint16_t *c = d->code + code; *c != REGEX_NO_VALUE; c += 2)
		regs[c[0]] = c[1] == REGEX_POS ? (long)pos : regs[c[1]];
}

static long value(uint16_t reg, const long *regs, size_t pos)
{
	return reg == REGEX_NO_VALUE ? -1 : reg == REGEX_POS ? (long)pos : regs[reg];
}

static bool note(const struct regex_dfa *d, unsigned code, const long *regs, size_t pos, long *at)
{
	const uint16_t *c = d->code + code;

	if (!code)
		return false;
	at[0] = value(*c++, regs, pos);
	at[1] = (long)pos;
	for (unsigned i = 2; i < 2 * d->ngroups; i++)
		at[i] = value(*c++, regs, pos);
	return true;
}

bool regex_match(const struct regex_dfa *d, const char *text, size_t n, long *at)
{
	unsigned s = d->start;
	bool found;
	long *regs;
	size_t i;

	if (!d->groups)
		return test(d, text, n);
	regs = calloc(d->nregs + 1u, sizeof(*regs));
	if (!regs)
		abort();
	run_moves(d, d->start_code, regs, 0);
	found = note(d, d->here_code[s], regs, 0, at);
	for (i = 0; i < n && s >= d->nfixed; i++) {
		unsigned cell = s * d->nclasses + d->classes[(unsigned char)text[i]];

		s = d->next[cell];
		run_moves(d, d->move_code[cell], regs, i + 1);
		found |= note(d, d->here_code[s], regs, i + 1, at);
	}
	if (i == n)
		found |= note(d, d->end_code[s], regs, n, at);
	free(regs);
	return found;
}
