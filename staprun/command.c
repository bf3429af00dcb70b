/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command of -c is forked, asks to be traced and so stops at its exec: its pid is known, its image is in place, and none of its
 * instructions has run when the probes start. PTRACE_O_EXITKILL: if stapio is killed meanwhile, it goes too.
 *
 * Called with all signals blocked; programs start with none blocked and nothing ignored.
 */
#include "staprun/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "staprun/clock.h"
#include "staprun/msg.h"

#define COMMAND_TERM_MS 2000 /* between SIGTERM and SIGKILL */

/* ---- how CMD is read ------------------------------------------------------------------------------------------------- */

#define CONTROL_CHARS "|&;()\n"	      /* unquoted: more than one command */
#define EXPANDED_CHARS "<>{}*?[]~#$"  /* unquoted: one command, but a shell must tell its words */
#define DIGITS "0123456789"
#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_" DIGITS

enum needs { NEEDS_NOTHING, NEEDS_EXPANSION, NEEDS_SHELL };

/* no program has that name: what begins with one is the shell's */
static const char *const shell_words[] = { "!",	    ".",    ":",      "break",	"cd",	    "command", "continue", "eval",
					   "exec",  "exit", "export", "read",	"readonly", "return",  "set",	   "shift",
					   "times", "trap", "type",   "ulimit", "umask",    "unset",   "wait" };

static int is_shell_word(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(shell_words) / sizeof(shell_words[0]); i++)
		if (!strcmp(word, shell_words[i]))
			return 1;
	return 0;
}

/* A=… */
static int is_assignment(const char *p)
{
	size_t n = strspn(p, NAME_CHARS);

	return n && p[n] == '=' && !(*p >= '0' && *p <= '9');
}

/* 2>…: assignments may follow it */
static int is_redirection(const char *p)
{
	p += strspn(p, DIGITS);
	return *p == '<' || *p == '>';
}

/* an expansion that may have words, quotes and operators of its own: where it ends only a shell knows */
static int is_nested(const char *p)
{
	if (*p == '$' && p[1] == '{')
		return p[2 + strspn(p + 2, NAME_CHARS)] != '}';
	return *p == '`' || (*p == '$' && (p[1] == '(' || p[1] == '\''));
}

static enum needs byte_needs(const char *p, char quote, char before)
{
	char c = *p;

	if (quote == '\'')
		return NEEDS_NOTHING;
	if (is_nested(p))
		return NEEDS_SHELL;
	if (quote)
		return c == '$' ? NEEDS_EXPANSION : NEEDS_NOTHING;
	if (c == '&' && (before == '>' || before == '<')) /* 2>&1 */
		return NEEDS_EXPANSION;
	if (strchr(CONTROL_CHARS, c))
		return NEEDS_SHELL;
	return strchr(EXPANDED_CHARS, c) ? NEEDS_EXPANSION : NEEDS_NOTHING;
}

/* *p is a backslash that means the next byte; a line's end behind it would be gone */
static int is_escape(const char *p, char quote)
{
	return *p == '\\' && quote != '\'' && p[1] && p[1] != '\n' && (!quote || strchr("\"\\$`", p[1]));
}

/*
 * The end of a word that starts at p (no blank there), written to *out without its quotes; NULL = a quote is not closed. *needs
 * grows to what the word needs.
 */
static const char *one_word(const char *p, char **out, enum needs *needs)
{
	char quote = 0, before = 0, *o = *out;
	enum needs n;

	for (; *p && (quote || !strchr(" \t", *p)); before = *p++) {
		if (!quote && (*p == '\'' || *p == '"')) {
			quote = *p;
		} else if (quote && *p == quote) {
			quote = 0;
		} else if (is_escape(p, quote)) {
			*o++ = *++p;
		} else {
			n = *p == '\\' && quote != '\'' && p[1] == '\n' ? NEEDS_EXPANSION : byte_needs(p, quote, before);
			*needs = n > *needs ? n : *needs;
			*o++ = *p;
		}
	}
	*o++ = 0;
	*out = o;
	return quote ? NULL : p;
}

/* CMD for sh -c; with AT, "exec " there: the shell becomes the command, and so its pid is the one that we know */
static char *shell_text(const char *cmd, const char *at)
{
	size_t before = at ? (size_t)(at - cmd) : 0;
	char *ret = xcalloc(strlen(cmd) + sizeof("exec "), 1), *p = ret;

	if (at)
		p = stpcpy(mempcpy(p, cmd, before), "exec ");
	strcpy(p, cmd + before);
	return ret;
}

char **command_words(const char *cmd, char **shell)
{
	size_t n = strlen(cmd), words = 0;
	const char *p, *program = NULL; /* behind the assignments */
	enum needs needs = NEEDS_NOTHING;
	/* at most every second byte begins a word */
	char **ret = xcalloc((n / 2 + 2) * sizeof(*ret) + n + 2, 1), *text = (char *)(ret + n / 2 + 2), *name = NULL;

	for (p = cmd + strspn(cmd, " \t"); p && *p; p = p ? p + strspn(p, " \t") : NULL) {
		if (!program && !is_assignment(p)) {
			program = p;
			name = text;
		}
		ret[words++] = text;
		p = one_word(p, &text, &needs);
	}
	if (!p || !program || is_redirection(program) || is_shell_word(name))
		needs = NEEDS_SHELL;
	else if (needs == NEEDS_NOTHING && name != ret[0]) /* A=B cmd */
		needs = NEEDS_EXPANSION;
	if (needs == NEEDS_NOTHING)
		return ret;
	*shell = shell_text(cmd, needs == NEEDS_EXPANSION ? program : NULL);
	free(ret);
	return NULL;
}

/* ---- it runs ----------------------------------------------------------------------------------------------------------- */

static void ordinary_signals(void)
{
	sigset_t none;

	signal(SIGPIPE, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void exec_command(const char *cmd, int tell) __attribute__((noreturn));
static void exec_command(const char *cmd, int tell)
{
	char *shell, **words = command_words(cmd, &shell);
	int e;

	ordinary_signals();
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0) {
		if (words)
			execvp(words[0], words);
		else
			execl("/bin/sh", "sh", "-c", shell, (char *)NULL);
	}
	e = errno;
	if (write(tell, &e, sizeof(e)) < 0)
		_exit(126);
	_exit(127);
}

int command_start(struct command *c, const char *cmd)
{
	int tell[2], e, status;
	pid_t pid;

	if (pipe2(tell, O_CLOEXEC) < 0 || (pid = fork()) < 0) {
		err("Couldn't start command '%s': %s", cmd, strerror(errno));
		return -1;
	}
	if (pid == 0)
		exec_command(cmd, tell[1]);
	close(tell[1]);
	if (read(tell[0], &e, sizeof(e)) == (ssize_t)sizeof(e)) { /* else: closed by the exec */
		close(tell[0]);
		waitpid(pid, &status, 0);
		err("Couldn't start command '%s': %s", cmd, strerror(e));
		return -1;
	}
	close(tell[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFSTOPPED(status)) {
		err("Couldn't start command '%s': it was killed at once.", cmd);
		return -1;
	}
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_EXITKILL);
	c->pid = pid;
	c->held = 1;
	return 0;
}

void command_release(struct command *c)
{
	if (c->pid && c->held && ptrace(PTRACE_DETACH, c->pid, NULL, (void *)(long)c->stop_signal) < 0)
		dbg("Couldn't let the command run: %s\n", strerror(errno));
	c->held = 0;
}

void command_system(struct command *c, const char *text)
{
	pid_t pid = fork();

	if (pid < 0) {
		warn("Couldn't run '%s': %s", text, strerror(errno));
		return;
	}
	if (pid == 0) {
		ordinary_signals();
		execl("/bin/sh", "sh", "-c", text, (char *)NULL);
		_exit(127);
	}
	c->nsystem++;
}

static void command_ended(struct command *c, int status)
{
	c->pid = 0;
	c->held = 0;
	c->over = 1;
	if (WIFSIGNALED(status))
		warn("Child process exited with signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		warn("Child process exited with status %d", WEXITSTATUS(status));
	c->failed = status != 0;
}

void command_reap(struct command *c)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (WIFSTOPPED(status))
			c->stop_signal = WSTOPSIG(status);
		else if (pid == c->pid)
			command_ended(c, status);
		else if (c->nsystem)
			c->nsystem--;
	}
}

void command_finish(struct command *c, const volatile int *interrupted)
{
	long long end = now_ms() + COMMAND_TERM_MS;
	struct timespec tick = { 0, 100000000 };
	pid_t cmd = c->pid;
	sigset_t none;
	int status;

	sigemptyset(&none);
	if (cmd && c->held)
		kill(cmd, SIGKILL);
	else if (cmd)
		kill(cmd, SIGTERM);
	while (c->pid || (c->nsystem && !*interrupted)) {
		if (c->pid && waitpid(cmd, &status, WNOHANG) == cmd)
			c->pid = 0; /* our doing: nothing to report */
		command_reap(c);
		if (!c->pid && (!c->nsystem || *interrupted))
			break;
		if (c->pid && now_ms() >= end)
			kill(cmd, SIGKILL);
		ppoll(NULL, 0, &tick, &none); /* SIGCHLD ends it early */
	}
}
