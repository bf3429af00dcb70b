/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of regex/ share: pattern → tree (parse.c) → program (nfa.c) → automaton (dfa.c, minimise.c). Nobody else includes
 * this. */
#ifndef STP_REGEX_PRIVATE_H
#define STP_REGEX_PRIVATE_H

#include "base/vec.h"
#include "regex/regex.h"

#define REGEX_MAX_DEPTH 250	/* of parentheses */
#define REGEX_MAX_HEIGHT 600	/* of the tree, from where one thing is repeated again */
#define REGEX_MAX_COUNT 32767	/* in braces */
#define REGEX_MAX_PROGRAM 20000 /* instructions */
#define REGEX_MAX_CELLS 65535	/* of the runtime's tables */
#define REGEX_MAX_STATES 4000
#define REGEX_MAX_REGS 500
#ifndef REGEX_MAX_WORK
#define REGEX_MAX_WORK 40000000 /* steps of the construction: see REGEX_SECOND */
#endif

struct byteset { /* a set of bytes */
	uint64_t w[4];
};
static inline void byteset_add(struct byteset *s, unsigned c)
{
	s->w[c >> 6] |= 1ull << (c & 63);
}
static inline bool byteset_has(const struct byteset *s, unsigned c)
{
	return s->w[c >> 6] >> (c & 63) & 1;
}

/* ---- parse.c ------------------------------------------------------------------------------------------------------- */

enum node_kind { NODE_EMPTY, NODE_SET, NODE_BOL, NODE_EOL, NODE_SEQ, NODE_ALT, NODE_GROUP, NODE_REPEAT };

struct node {
	enum node_kind kind;
	struct byteset set;   /* SET */
	struct node *l, *r;   /* SEQ, ALT; GROUP and REPEAT: l */
	unsigned height;      /* calls that walk it: a list is as high as its highest member */
	unsigned group;	      /* GROUP: its number, from 1; 0: (?: ) */
	unsigned least, most; /* REPEAT; most 0 with `endless` */
	bool endless;
};

struct regex_tree {
	struct node *root;
	unsigned ngroups; /* the whole counts as one */
};
bool regex_parse(struct arena *a, const char *pattern, struct regex_tree *tree, struct regex_error *ret);

/* ---- nfa.c --------------------------------------------------------------------------------------------------------- */

enum inst_kind { INST_SET, INST_SPLIT /* x is preferred to y */, INST_TAG, INST_BOL, INST_EOL, INST_MATCH };

struct inst {
	enum inst_kind kind;
	unsigned x, y; /* where to go on */
	unsigned arg;  /* SET: of `sets`; TAG: 2 * group, + 1 for its end */
};

struct program { /* begins at instruction 0 */
	VEC(struct inst) v;
	VEC(struct byteset) sets;
	unsigned ntags; /* 2 * ngroups; 0: no TAG inside */
	unsigned nlive; /* words of 64 tags … */
	uint64_t *live; /* … by instruction: tags whose value may still be asked for; others are set anew on every way to a match */
};
static inline bool is_live(const struct program *p, unsigned inst, unsigned tag)
{
	return p->live[inst * p->nlive + tag / 64] >> (tag % 64) & 1;
}
/* false: too large */
bool regex_program(struct arena *a, const struct regex_tree *tree, bool groups, struct program *ret);

/* ---- pool.c: sequences of numbers, each kept once ------------------------------------------------------------------ */

struct pool_item {
	const uint16_t *v;
	size_t n;
	unsigned hash;
};
struct pool {
	struct arena *arena;
	VEC(struct pool_item) items;
	unsigned *slots; /* number + 1, 0 = free */
	size_t nslots;
};
unsigned pool_add(struct pool *p, const uint16_t *v, size_t n); /* its number, from 0 in the order of first use */

/* ---- dfa.c, minimise.c --------------------------------------------------------------------------------------------- */

/* false: too large, *why says in which way. *work: the steps it took, either way */
bool regex_determine(struct arena *a, const struct program *p, struct regex_dfa *d, const char **why, size_t *work);
/* merges states that cannot be told apart (without groups, and if there are not too many), numbers those that nothing changes
 * first */
void regex_minimise(struct arena *a, struct regex_dfa *d);
/* gives each state the number to[state] */
void regex_renumber(struct arena *a, struct regex_dfa *d, const unsigned *to, unsigned n);

#endif
