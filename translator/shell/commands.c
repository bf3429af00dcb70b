// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The commands, a row each in the table at the end. What begins like a script is script: it is added to the text, and passes 1 and 2 say at
 * once what they think of it. Every run and every such look is a child of ours.
 */
#include "shell/shell.h"

#include "base/buf.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/scope.h"
#include "base/term.h"
#include "base/text.h"
#include "session.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <sys/stat.h>

void shell_say(const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	term_write(stdout, text.data, text.len);
	buf_fini(&text);
}

void shell_complain(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	va_start(ap, fmt);
	term_say("ERROR: ");
	term_vsay(fmt, ap);
	term_say("\n");
	va_end(ap);
}

/* ---- running the text ---------------------------------------------------------------------------------------------------------- */

/* in the child: does not return */
static void child(struct shell *sh, const char *text, bool look)
{
	struct options *o = &sh->s->opt;
	int null = look ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1, status;

	signal(SIGINT, SIG_DFL);
	if (null >= 0)
		dup2(null, STDOUT_FILENO);
	if (look) {
		o->last_pass = 2;
		o->quiet_warnings = true;
		memset(o->verbose, 0, sizeof(o->verbose));
	}
	o->script_text = text;
	status = sh->translate(sh->s);
	fflush(NULL);
	_exit(status);
}

static int in_child(struct shell *sh, bool look)
{
	pid_t self = getpid();
	const char *text = script_join(sh);
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM); /* a run ends with the shell, even if that is killed */
		if (getppid() != self)
			_exit(1);
		child(sh, text, look);
	}
	if (pid < 0) {
		shell_complain("cannot start a run: %s", strerror(errno));
		return 1;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 1;
	input_interrupted(); /* it was the child's */
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void changed(struct shell *sh)
{
	sh->unsaved = true;
	if (sh->analyze && script_has_probe(sh))
		in_child(sh, true);
}

/* ---- files --------------------------------------------------------------------------------------------------------------------- */

static bool load(struct shell *sh, const char *path)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	struct oserr *err = fs_read(path, &text, &len);

	if (err) {
		shell_complain("%s", err->msg);
		oserr_free(err);
		return false;
	}
	vec_clear(&sh->lines);
	script_add(sh, text);
	return true;
}

static bool save(struct shell *sh, const char *path)
{
	const char *text = script_join(sh);
	mode_t mask = umask(0);
	struct oserr *err;
	struct stat st;

	umask(mask);
	err = fs_write_atomic(path, text, strlen(text), stat(path, &st) == 0 ? st.st_mode & 0777 : 0666 & ~mask);

	if (err)
		shell_complain("%s", err->msg);
	oserr_free(err);
	return !err;
}

/* ---- the commands; each gets the rest of its line, without blanks around it --------------------------------------------------- */

static void do_add(struct shell *sh, char *rest)
{
	script_add(sh, rest);
	changed(sh);
}

static void do_delete(struct shell *sh, char *rest)
{
	char *dash = strchr(rest, '-');
	int64_t from, to;
	bool ok;

	if (strcmp(rest, "all") == 0) {
		vec_clear(&sh->lines);
		sh->unsaved = false;
		return;
	}
	if (dash)
		*dash = '\0';
	ok = text_int(rest, 1, INT32_MAX, &from) && text_int(dash ? dash + 1 : rest, 1, INT32_MAX, &to);
	if (!ok)
		shell_complain("delete wants a line, as 3, lines, as 3-5, or all");
	else if (!script_delete(sh, (size_t)from, (size_t)to))
		shell_complain("the script has lines 1 to %zu", sh->lines.n);
	else
		changed(sh);
}

static void do_edit(struct shell *sh, char *rest)
{
	static char command[] = "exec ${VISUAL:-${EDITOR:-vi}} \"$1\"";
	const char *dir;
	struct oserr *err = session_tmpdir(sh->s, &dir);
	struct proc_result result = { 0 };
	char *path = err ? NULL : arena_printf(sh->arena, "%s/script.stp", dir);
	struct proc_spec spec = {
		.argv = (char *const[]){ "sh", "-c", command, "sh", path, NULL },
		.whole_env = true,
		.inherit_stdin = true,
		.inherit_output = true,
	};

	(void)rest;
	if (!err && save(sh, path))
		err = proc_run(&spec, &result);
	if (err)
		shell_complain("%s", err->msg);
	else if (!proc_ok(&result))
		shell_complain("the editor failed: the script is as it was");
	else if (load(sh, path))
		changed(sh);
	proc_result_fini(&result);
	oserr_free(err);
}

static void do_list(struct shell *sh, char *rest)
{
	(void)rest;
	for vec_each (i, &sh->lines)
		shell_say("%3zu  %s\n", i + 1, sh->lines.v[i]);
}

static void do_load(struct shell *sh, char *rest)
{
	if (!*rest)
		shell_complain("load wants the name of a file");
	else if (load(sh, rest)) {
		changed(sh);
		sh->unsaved = false;
	}
}

static void do_quit(struct shell *sh, char *rest)
{
	(void)rest;
	sh->done = true;
}

static void do_run(struct shell *sh, char *rest)
{
	(void)rest;
	if (!sh->lines.n)
		shell_complain("there is no script yet");
	else
		sh->status = in_child(sh, false);
}

static bool is_script(const char *name) { return text_ends(name, ".stp"); }

static void do_sample(struct shell *sh, char *rest)
{
	const char *dir = session_examples(sh->s);
	char **names = NULL;
	size_t n = 0;
	struct oserr *err;

	if (*rest) {
		do_load(sh, arena_printf(sh->arena, "%s/%s%s", dir, rest, is_script(rest) ? "" : ".stp"));
		return;
	}
	err = fs_list(dir, is_script, &names, &n);
	if (err) {
		shell_complain("%s", err->msg);
		oserr_free(err);
		return;
	}
	for (size_t i = 0; i < n; i++)
		shell_say("%s\n", names[i]);
	fs_list_free(names);
}

static void do_save(struct shell *sh, char *rest)
{
	if (!*rest)
		shell_complain("save wants the name of a file");
	else if (save(sh, rest))
		sh->unsaved = false;
}

static void do_set(struct shell *sh, char *rest)
{
	char *value = rest + strcspn(rest, " \t");

	if (!*rest) {
		shell_complain("set wants an option and its value; \"show\" lists them");
		return;
	}
	if (*value)
		*value++ = '\0';
	settings_set(sh, rest, value + strspn(value, " \t"));
}

static void do_show(struct shell *sh, char *rest)
{
	settings_show(sh, *rest ? rest : NULL);
}

static void do_help(struct shell *sh, char *rest);

static const struct command {
	const char *name, *args, *help;
	void (*run)(struct shell *sh, char *rest);
} commands[] = {
	{ "add", "TEXT", "add a line to the script; text that begins like a script needs no add", do_add },
	{ "delete", "N | N-M | all", "delete lines", do_delete },
	{ "edit", "", "change the script with $VISUAL or $EDITOR", do_edit },
	{ "help", "", "this text", do_help },
	{ "list", "", "show the script, with line numbers", do_list },
	{ "load", "FILE", "take FILE for the script", do_load },
	{ "quit", "", "leave; so does the end of input", do_quit },
	{ "run", "", "run the script; ^C ends the run", do_run },
	{ "sample", "[NAME]", "list the examples that are installed, or load one", do_sample },
	{ "save", "FILE", "write the script into FILE", do_save },
	{ "set", "OPTION VALUE", "change an option", do_set },
	{ "show", "[OPTION]", "show options", do_show },
};
#define NCOMMANDS (sizeof(commands) / sizeof(commands[0]))

const char *const shell_commands[] = { "add", "delete", "edit", "help", "list", "load", "quit", "run", "sample", "save", "set", "show", NULL };

static void do_help(struct shell *sh, char *rest)
{
	(void)sh;
	(void)rest;
	for (size_t i = 0; i < NCOMMANDS; i++)
		shell_say("%-7s%-15s%s\n", commands[i].name, commands[i].args, commands[i].help);
}

/* ---- which is it? -------------------------------------------------------------------------------------------------------------- */

static const struct command *command_of(const char *line)
{
	size_t len = strcspn(line, " \t");

	for (size_t i = 0; i < NCOMMANDS; i++)
		if (strncmp(line, commands[i].name, len) == 0 && !commands[i].name[len])
			return &commands[i];
	return NULL;
}

bool shell_is_command(const char *line)
{
	return command_of(line + strspn(line, " \t")) != NULL;
}

static bool begins_like_script(const char *line)
{
	static const char *const words[] = { "probe", "global", "function", "private" };
	static const char *const signs[] = { "%{", "%(", "@define", "//", "/*", "#" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text_starts(line, words[i]) && !isalnum((unsigned char)line[strlen(words[i])]) && line[strlen(words[i])] != '_')
			return true;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (text_starts(line, signs[i]))
			return true;
	return false;
}

void shell_execute(struct shell *sh, char *line)
{
	const struct command *c;
	char *end = line + strlen(line);

	line += strspn(line, " \t\n");
	while (end > line && isspace((unsigned char)end[-1]))
		*--end = '\0';
	if (!*line)
		return;
	c = command_of(line);
	if (c) {
		line += strlen(c->name);
		c->run(sh, line + strspn(line, " \t"));
	} else if (begins_like_script(line)) {
		do_add(sh, line);
	} else {
		_cleanup_free_ char *similar = text_similar(line, shell_commands, NCOMMANDS, 1);

		shell_complain("'%.*s' is no command%s%s%s and does not begin like a script; try \"help\"", (int)strcspn(line, " \t\n"), line,
			       similar ? " (similar: " : "", similar ? similar : "", similar ? ")" : "");
	}
}
