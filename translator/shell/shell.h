/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stap -i: a script is typed, looked at, changed and run, again and again. The script's text, with its globals, stays between runs; each run
 * is a child process, so that whatever ends a run leaves the text alone.
 */
#ifndef STP_SHELL_SHELL_H
#define STP_SHELL_SHELL_H

#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>

struct session;

struct shell {
	struct session *s;		   /* options as given; a run's child changes its own copy */
	int (*translate)(struct session *s); /* all passes; gives the exit status */
	struct arena *arena;
	VEC(const char *) lines;	   /* the script */
	bool analyze;			   /* passes 1 and 2 after each change */
	bool unsaved, done;
	int status;			   /* of the last run */
};

/* reads commands from standard input until quit or its end; the exit status is the last run's */
int shell_run(struct session *s, int (*translate)(struct session *s));

/* ---- commands.c ---- */
void shell_execute(struct shell *sh, char *line); /* one command, or a piece of script that is complete */
bool shell_is_command(const char *line);
extern const char *const shell_commands[];	  /* NULL-terminated */
void shell_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void shell_complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ---- script.c ---- */
void script_add(struct shell *sh, const char *text); /* a line for each of text's */
bool script_delete(struct shell *sh, size_t from, size_t to); /* lines from 1 */
char *script_join(struct shell *sh);		     /* the arena's; each line ends in a newline */
bool script_is_complete(const char *text);	     /* no brace, parenthesis, comment or embedded code is open */
bool script_has_probe(const struct shell *sh);

/* ---- settings.c ---- */
void settings_show(struct shell *sh, const char *name); /* NULL: all */
void settings_set(struct shell *sh, const char *name, const char *value);
extern const char *const shell_settings[];		/* NULL-terminated */

/* ---- input.c ---- */
void input_open(struct shell *sh);
char *input_line(const char *prompt); /* malloc'ed, without newline; NULL at the end; "" after an interrupt */
bool input_interrupted(void);	      /* since the last call */
void input_close(struct shell *sh);

#endif
