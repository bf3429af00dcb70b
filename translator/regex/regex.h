/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Regular expressions (reference/language.md 16): the literal of `=~` → tables of a deterministic automaton, which read each byte
 * of the subject once. Knows no tree of scripts.
 *
 * What matches: the text that begins first and, of those, the longest (POSIX). Groups: of all ways to match just that text the one
 * that prefers, from left to right, one more round of a repetition to none and an earlier alternative to a later one. A group in a
 * repetition holds its last round; one that took no part is unset.
 */
#ifndef STP_REGEX_REGEX_H
#define STP_REGEX_REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define REGEX_SECOND 200000000

#define REGEX_NO_VALUE 0xffff /* in `code`: a group that is unset */
#define REGEX_POS 0xfffe      /* in `code`, as source: the position behind the byte just read */

enum { REGEX_HERE = 1 /* what was read matches, whatever follows */, REGEX_END = 2 /* matches if nothing follows */ };

/*
 * The automaton. Without groups a state with REGEX_HERE is final: all its moves lead to itself. States that never change the answer
 *come first: 0 … nfixed - 1. With groups, `move_code` and the like are places in `code`, 0 = nothing to do:
 *	moves	a list of pairs (register, source register or REGEX_POS), done in that order, ended by REGEX_NO_VALUE
 *	matches	a register or REGEX_NO_VALUE for the beginning of the whole, then for beginning and end of each group
 */
struct regex_dfa {
	const char *pattern; /* as it was given */
	bool groups;
	unsigned ngroups; /* the whole counts as one */
	unsigned nstates, nclasses, nfixed, start;
	unsigned char classes[256]; /* byte → class */
	uint16_t *next;		    /* nstates × nclasses */
	unsigned char *accepts;	    /* by state: REGEX_HERE, REGEX_END */
	/* with groups */
	unsigned nregs;
	unsigned start_code;
	unsigned *move_code;		/* as `next` */
	unsigned *here_code, *end_code; /* by state */
	uint16_t *code;
	size_t ncode;
};

struct regex_error {
	const char *msg;
	long position; /* as SystemTap counts it; -1: none */
	size_t at;     /* the byte of the pattern that is to blame */
	size_t work;   /* steps taken, also if all is well: REGEX_SECOND of them are about a second */
};

/*
 * pattern: a literal's text, C-escaped as the lexer leaves it. groups: track sub-matches. Result and error lie in the arena; NULL:
 * *ret says why; ret->work is set either way. Takes bounded time and memory, whatever the pattern.
 */
const struct regex_dfa *regex_compile(struct arena *a, const char *pattern, bool groups, struct regex_error *ret);

/*
 * Does the automaton accept these bytes? With groups, at[2 * i] and at[2 * i + 1] get beginning and end of group i, -1 if unset; at
 * may be NULL only without them. What the runtime does, for folding and tests.
 */
bool regex_match(const struct regex_dfa *d, const char *text, size_t n, long *at);

#endif
