/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal: progress of long work, a line per step, and texts of others; always on stderr. */
#ifndef STP_BASE_TERM_H
#define STP_BASE_TERM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

bool term_is_tty(int fd);
/* "label… " begins a step; term_done() ends it with the time it took, or with "why" when that is not NULL */
void term_step(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void term_done(const char *why);
/* as fprintf(stderr); what scripts, names and programs have put into it cannot drive the terminal: see buf_printable() */
void term_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void term_vsay(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));
/* what is asked for, for a program or for eyes: as it is, but a terminal gets it as from term_say() */
void term_write(FILE *out, const char *text, size_t len);

#endif
