// SPDX-License-Identifier: GPL-2.0-or-later
/* The loop: lines are read until what they hold is complete, then executed. */
#include "shell/shell.h"

#include "base/buf.h"
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PROMPT "stap> "
#define PROMPT_OPEN "    > "

/* a command is a line; a piece of script goes on until all that it opens is closed. false at the end of input */
static bool read_piece(struct buf *piece)
{
	char *line = NULL;

	buf_reset(piece);
	do {
		line = input_line(piece->len ? PROMPT_OPEN : PROMPT);
		if (!line)
			return piece->len > 0;
		buf_printf(piece, "%s%s", piece->len ? "\n" : "", line);
		free(line);
		if (input_interrupted())
			buf_reset(piece);
	} while (piece->len && !shell_is_command(piece->data) && !script_is_complete(piece->data));
	return true;
}

int shell_run(struct session *s, int (*translate)(struct session *s))
{
	struct shell sh = { .s = s, .translate = translate, .arena = s->arena, .analyze = true };
	struct buf piece = BUF_INIT;

	input_open(&sh);
	if (isatty(STDIN_FILENO))
		shell_say("A script is built line by line; \"help\" lists the commands, \"run\" runs it.\n");
	while (!sh.done && read_piece(&piece))
		shell_execute(&sh, piece.len ? piece.data : (char[]){ "" });
	if (sh.unsaved && isatty(STDIN_FILENO))
		shell_say("The script was not saved.\n");
	input_close(&sh);
	buf_fini(&piece);
	return sh.status;
}
