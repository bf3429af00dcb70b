// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of the user's. On a terminal, where this build has libedit: with history, kept in the data directory, and completion of commands,
 * options, keywords and file names. Else as they come. An interrupt gives up the line, and what was open before it.
 */
#include "shell/shell.h"

#include "base/buf.h"
#include "config.h"
#include "session.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef HAVE_LIBEDIT
#include <editline/readline.h>
#endif

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

bool input_interrupted(void)
{
	bool was = interrupted;

	interrupted = 0;
	return was;
}

static bool on_terminal(void) { return isatty(STDIN_FILENO); }

/* ---- with libedit -------------------------------------------------------------------------------------------------------------- */

#ifdef HAVE_LIBEDIT
enum { HISTORY_MAX = 500 };

static const char *const keywords[] = { "probe", "global", "function", "private", "foreach", "while", "return", "delete", NULL };

/* the i-th word, of the lists from `lists` on, that begins with text; readline frees it */
static char *next_word(const char *const *const *lists, const char *text, int state)
{
	static size_t list, at;

	if (!state)
		list = at = 0;
	for (; lists[list]; list++, at = 0)
		while (lists[list][at]) {
			const char *word = lists[list][at++];

			if (strncmp(word, text, strlen(text)) == 0)
				return strdup(word);
		}
	return NULL;
}

static char *first_word(const char *text, int state)
{
	static const char *const *const lists[] = { shell_commands, keywords, NULL };

	return next_word(lists, text, state);
}

static char *setting_word(const char *text, int state)
{
	static const char *const *const lists[] = { shell_settings, NULL };

	return next_word(lists, text, state);
}

static bool is_shown_as_it_is(const char *name)
{
	struct buf shown = BUF_INIT;
	bool same;

	buf_printable(&shown, name, strlen(name));
	same = !strcmp(shown.data, name);
	buf_fini(&shown);
	return same;
}

static char *with_slash(char *name)
{
	struct stat st;
	char *longer = stat(name, &st) == 0 && S_ISDIR(st.st_mode) ? realloc(name, strlen(name) + 2) : NULL;

	return longer ? strcat(longer, "/") : name;
}

/* libedit writes what it offers to the terminal as it is: names that could drive it are typed by hand */
static char *file_name(const char *text, int state)
{
	char *name;

	while ((name = rl_filename_completion_function(text, state++)) && !is_shown_as_it_is(name))
		free(name);
	return name ? with_slash(name) : NULL;
}

static char **complete(const char *text, int start, int end)
{
	const char *line = rl_line_buffer + strspn(rl_line_buffer, " \t");

	(void)end;
	rl_attempted_completion_over = 1;
	rl_completion_append_character = ' ';
	if (rl_line_buffer + start <= line)
		return rl_completion_matches(text, first_word);
	if (strncmp(line, "set ", 4) == 0 || strncmp(line, "show ", 5) == 0)
		return rl_completion_matches(text, setting_word);
	if (strncmp(line, "load ", 5) != 0 && strncmp(line, "save ", 5) != 0)
		return NULL;
	rl_completion_append_character = '\0'; /* behind a folder goes on what is typed */
	return rl_completion_matches(text, file_name);
}

static char *history_file(struct shell *sh) { return arena_printf(sh->arena, "%s/history", sh->s->data_dir); }

static void editor_open(struct shell *sh)
{
	if (geteuid() == 0) { /* what another user's .editrc binds to a key would be root's command */
		setenv("HOME", "/root", 1);
		unsetenv("EDITRC");
	}
	rl_readline_name = "stap";
	rl_attempted_completion_function = complete;
	using_history();
	stifle_history(HISTORY_MAX);
	read_history(history_file(sh));
}

static char *editor_line(const char *prompt)
{
	char *line = readline(prompt);

	if (line && *line)
		add_history(line);
	return line;
}

static void editor_close(struct shell *sh)
{
	write_history(history_file(sh)); /* not where there is no such directory, and no harm done */
}
#else
static void editor_open(struct shell *sh) { (void)sh; }
static void editor_close(struct shell *sh) { (void)sh; }
static char *editor_line(const char *prompt);
#endif

/* ---- without ------------------------------------------------------------------------------------------------------------------- */

static char *plain_line(const char *prompt)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (on_terminal()) {
		fputs(prompt, stdout);
		fflush(stdout);
	}
	n = getline(&line, &room, stdin);
	if (n < 0) {
		free(line);
		return NULL;
	}
	if (n > 0 && line[n - 1] == '\n')
		line[n - 1] = '\0';
	return line;
}

#ifndef HAVE_LIBEDIT
static char *editor_line(const char *prompt) { return plain_line(prompt); }
#endif

void input_open(struct shell *sh)
{
	struct sigaction sa = { .sa_handler = on_interrupt }; /* no SA_RESTART: reading ends */

	sigaction(SIGINT, &sa, NULL);
	if (on_terminal())
		editor_open(sh);
}

char *input_line(const char *prompt)
{
	char *line = on_terminal() ? editor_line(prompt) : plain_line(prompt);

	if (!line && interrupted) {
		clearerr(stdin);
		putchar('\n');
		return strdup("");
	}
	return line;
}

void input_close(struct shell *sh)
{
	if (on_terminal())
		editor_close(sh);
}
