/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text helpers: the one integer parser, edit distance for suggestions. */
#ifndef STP_BASE_TEXT_H
#define STP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* C integer literal (0x, 0 octal, decimal), whole text, [min, max]; false leaves *ret alone */
bool text_int(const char *s, int64_t min, int64_t max, int64_t *ret);
/* as the language's lexer: base 0, up to 2^64-1, wraps to int64 */
bool text_script_number(const char *s, size_t n, int64_t *ret);
unsigned text_distance(const char *a, const char *b); /* Levenshtein's, but two neighbours that changed places are one */
/*
 * for the order of suggestions, nearest first: what differs in one or two underscores ("state", "__state"), in one or two letters, by one
 * word more or less ("exit_state") or more underscores, in one of its words, and all else; each by distance. What is below TEXT_LIKE is near
 * whatever its distance is
 */
unsigned text_apart(const char *want, const char *name);
#define TEXT_APART 0x10000u /* from one of these to the next */
#define TEXT_LIKE (3 * TEXT_APART)
size_t text_utf8(const char *s, size_t n); /* bytes of the character at s, of n that are left; 0 if it is none */
size_t text_utf8_whole(const char *s, size_t n); /* n less the beginning of a character that goes on behind them */
bool text_is_word(char c); /* may stand in a C identifier */
bool text_is_name(const char *s, const char *also); /* one of these or of ALSO each, and not empty: what tools may make of a name, no text of C */
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);
bool text_release_within(const char *release, const char *first, const char *last); /* 6.12.3 is within 6.1 ... 6.12 */
bool text_among(const char *s, const char *const *list); /* which NULL ends */

/* the COUNT names nearest to WANT, nearest first, "a, b, c" malloc'ed; NULL if none is near */
char *text_similar(const char *want, const char *const *names, size_t n, unsigned count);

#endif
