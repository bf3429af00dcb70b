/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What staprun, its guard and stapio say on stderr. Names and texts in it are others' making: control characters are shown as \ooo, on a
 * terminal and in a log that somebody looks at on one.
 */
#ifndef STP_STAPRUN_MSG_H
#define STP_STAPRUN_MSG_H

#include <stdarg.h>
#include <stddef.h>

struct msg_settings {
	int verbose;	 /* -v, repeated */
	int no_warnings; /* -w */
	enum msg_colour { MSG_COLOUR_AUTO, MSG_COLOUR_NEVER, MSG_COLOUR_ALWAYS } colour; /* -C; auto: on a terminal */
	int patience_ms; /* for so long a message waits until it can be written; 0: for ever. Whoever blocks signals must not */
};
extern struct msg_settings msg;

#define MSG_PRINTF __attribute__((format(printf, 1, 2)))

void err(const char *fmt, ...) MSG_PRINTF;  /* "ERROR: …\n" */
void warn(const char *fmt, ...) MSG_PRINTF; /* "WARNING: …\n", not with -w */
void say(const char *fmt, ...) MSG_PRINTF;  /* as it is */
void dbg(const char *fmt, ...) MSG_PRINTF;  /* with -v only */
void die(const char *fmt, ...) MSG_PRINTF __attribute__((noreturn)); /* err() and exit status 1 */

/* text that begins with "ERROR:" or "WARNING:", its first word in colour on a terminal; a newline is added if it lacks one */
void msg_prefixed(const char *text, size_t len);

/* text of the script's own making: what it does not want itself is escaped on a terminal only (escape.h) */
void msg_plain(const char *text, size_t len, unsigned controls);

/*
 * From now on no message waits: what cannot be written at once is kept, and written by msg_flush(). What has no room is lost, and counted.
 * die() waits for what was kept, for a moment.
 */
void msg_keep(void);
int msg_waits_for(void); /* the descriptor that is to take what is kept; -1 = nothing is */
void msg_flush(void); /* what can be written now */

void *xcalloc(size_t n, size_t size); /* dies on lack of memory */
void *xgrow(void *p, size_t n, size_t size);

#endif
