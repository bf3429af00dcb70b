/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs started with posix_spawn (glibc makes that a vfork: cheap however much memory we hold), never through a shell. Output is
 * read through one pipe, so stdout and stderr come interleaved as the program wrote them. stdin is /dev/null unless asked
 * otherwise.
 *
 * A program whose output is read has a process group of its own, with all that it starts, so that the handler of a signal can end them: their
 * pipe closes then, and the wait is over.
 */
#define _GNU_SOURCE 1
#include "base/proc.h"

#include "base/buf.h"
#include "base/scope.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static volatile sig_atomic_t stops; /* how often we were asked to */
static volatile sig_atomic_t group; /* of the program that proc_run() waits for; 0 = none */

void proc_stop(void)
{
	stops = stops < 2 ? stops + 1 : 2;
	if (group)
		kill(-group, stops < 2 ? SIGTERM : SIGKILL);
}

static bool same_variable(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return strncmp(a, b, n) == 0 && b[n] == '=';
}

static bool is_allowed(const char *variable)
{
	static const char *const names[] = { "PATH=", "HOME=", "TMPDIR=" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (text_starts(variable, names[i]))
			return true;
	return false;
}

static bool is_replaced(char *const *extra, const char *variable)
{
	for (; extra && *extra; extra++)
		if (same_variable(*extra, variable))
			return true;
	return false;
}

/* what the program gets; the strings are borrowed */
static char **make_environment(const struct proc_spec *spec)
{
	static char locale[] = "LC_ALL=C", roots_home[] = "HOME=/root";
	/* what compilers read there decides what they do, and the environment may have another user's: ccache's and Python's configuration */
	bool own_home = !spec->whole_env && geteuid() == 0 && !is_replaced(spec->env, roots_home);
	size_t n = 0, m = 0, k = 0;
	char **env;

	while (environ[n])
		n++;
	while (spec->env && spec->env[m])
		m++;
	env = calloc(n + m + 3, sizeof(*env));
	if (!env)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if ((spec->whole_env || is_allowed(environ[i])) && !is_replaced(spec->env, environ[i]) && !(own_home && same_variable(environ[i], roots_home)))
			env[k++] = environ[i];
	if (!spec->whole_env && !is_replaced(spec->env, locale))
		env[k++] = locale;
	if (own_home)
		env[k++] = roots_home;
	for (size_t j = 0; j < m; j++)
		env[k++] = spec->env[j];
	return env;
}

static int fill_actions(posix_spawn_file_actions_t *fa, const struct proc_spec *spec, int out)
{
	int rc = 0;

	if (!spec->inherit_stdin)
		rc = posix_spawn_file_actions_addopen(fa, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!rc && out >= 0)
		rc = posix_spawn_file_actions_adddup2(fa, out, STDOUT_FILENO);
	if (!rc && out >= 0)
		rc = posix_spawn_file_actions_adddup2(fa, out, STDERR_FILENO);
	if (!rc && spec->cwd)
		rc = posix_spawn_file_actions_addchdir_np(fa, spec->cwd);
	if (!rc && out >= 0 && !spec->whole_env) /* nor are our caller's descriptors theirs */
		rc = posix_spawn_file_actions_addclosefrom_np(fa, 3);
	return rc;
}

/* group 0: one of its own */
static int fill_attributes(posix_spawnattr_t *at, const struct proc_spec *spec, int out)
{
	int rc = posix_spawnattr_init(at);

	if (!rc && spec->own_session)
		rc = posix_spawnattr_setflags(at, POSIX_SPAWN_SETSID);
	else if (!rc && out >= 0 && !spec->inherit_stdin)
		rc = posix_spawnattr_setflags(at, POSIX_SPAWN_SETPGROUP);
	return rc;
}

/* out < 0: the child keeps our stdout and stderr */
static struct oserr *spawn(const struct proc_spec *spec, int out, pid_t *ret)
{
	_cleanup_free_ char **env = make_environment(spec);
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	int rc;

	if (!env)
		return &oserr_nomem;
	rc = posix_spawn_file_actions_init(&fa);
	if (rc)
		return oserr_errno(rc, "cannot run %s", spec->argv[0]);
	rc = fill_actions(&fa, spec, out);
	if (!rc)
		rc = fill_attributes(&at, spec, out);
	if (!rc) {
		rc = posix_spawnp(ret, spec->argv[0], &fa, &at, spec->argv, env);
		posix_spawnattr_destroy(&at);
	}
	posix_spawn_file_actions_destroy(&fa);
	return rc ? oserr_errno(rc, "cannot run %s", spec->argv[0]) : NULL;
}

/* from the fork to the program: a signal is not lost in a handler of ours */
static void become(const struct proc_spec *spec, char **env, pid_t parent, const sigset_t *before, int tell)
{
	struct sigaction sa;
	int rc;

	prctl(PR_SET_PDEATHSIG, spec->death_signal);
	for (int sig = 1; sig < NSIG; sig++)
		if (sigaction(sig, NULL, &sa) == 0 && sa.sa_handler != SIG_IGN && sa.sa_handler != SIG_DFL)
			signal(sig, SIG_DFL);
	sigprocmask(SIG_SETMASK, before, NULL);
	if (getppid() == parent) /* he was there when the kernel was told */
		execvpe(spec->argv[0], spec->argv, env);
	rc = errno;
	_exit(write(tell, &rc, sizeof(rc)) < 0 ? 126 : 127);
}

/* the child says why; its pipe closes without a word if it became the program */
static bool failed(int from, int *ret_errno)
{
	ssize_t n;

	do
		n = read(from, ret_errno, sizeof(*ret_errno));
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(*ret_errno);
}

/* posix_spawn() cannot ask for a death signal */
static struct oserr *spawn_mortal(const struct proc_spec *spec, pid_t *ret)
{
	_cleanup_free_ char **env = make_environment(spec);
	_cleanup_fd_ int from = -1;
	pid_t self = getpid(), pid;
	sigset_t all, before;
	int fds[2], rc;

	if (!env)
		return &oserr_nomem;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return oserr_errno(errno, "cannot run %s", spec->argv[0]);
	from = fds[0];
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		become(spec, env, self, &before, fds[1]);
	rc = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(fds[1]);
	if (pid < 0)
		return oserr_errno(rc, "cannot run %s", spec->argv[0]);
	if (failed(from, &rc)) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		return oserr_errno(rc, "cannot run %s", spec->argv[0]);
	}
	*ret = pid;
	return NULL;
}

struct oserr *proc_spawn(const struct proc_spec *spec, pid_t *ret)
{
	return spec->death_signal ? spawn_mortal(spec, ret) : spawn(spec, -1, ret);
}

/* its number may be another's once it is reaped: no signal goes to it from then on */
static int wait_for(pid_t pid, int *status)
{
	siginfo_t info;

	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0)
		if (errno != EINTR)
			break;
	group = 0;
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return errno;
	return 0;
}

static void read_all(int fd, struct buf *out)
{
	char block[16384];

	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		buf_add(out, block, (size_t)n);
	}
}

static struct oserr *interrupted(void)
{
	return oserr_new(EINTR, "interrupted");
}

struct oserr *proc_run(const struct proc_spec *spec, struct proc_result *ret)
{
	_cleanup_fd_ int from = -1, to = -1;
	struct proc_keeper keeper = { .fd = -1 };
	struct buf out = BUF_INIT;
	struct oserr *err;
	int fds[2], rc, status = 0;
	pid_t pid;

	if (stops)
		return interrupted();
	if (!spec->inherit_output) {
		if (pipe2(fds, O_CLOEXEC) < 0)
			return oserr_errno(errno, "cannot run %s", spec->argv[0]);
		from = fds[0];
		to = fds[1];
	}
	err = spawn(spec, to, &pid);
	if (err)
		return err;
	if (spec->dies_with_us)
		proc_keeper_start(&keeper, pid);
	if (to >= 0) {
		if (!spec->inherit_stdin)
			group = pid;
		if (stops && group) /* while it was being started */
			kill(-pid, SIGTERM);
		close(take_fd(to));
		read_all(from, &out);
	}
	rc = wait_for(pid, &status);
	proc_keeper_end(&keeper);
	if (rc) {
		buf_fini(&out);
		return oserr_errno(rc, "waiting for %s", spec->argv[0]);
	}
	if (stops) {
		buf_fini(&out);
		return interrupted();
	}
	ret->status = status;
	ret->out_len = out.len;
	ret->out = buf_take(&out);
	return NULL;
}

void proc_result_fini(struct proc_result *r)
{
	free(r->out);
	r->out = NULL;
	r->out_len = 0;
}

bool proc_ok(const struct proc_result *r)
{
	return WIFEXITED(r->status) && WEXITSTATUS(r->status) == 0;
}

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *proc_which(const char *name)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/'))
		return is_program(name) ? strdup(name) : NULL;
	if (!path)
		path = "/usr/local/bin:/usr/bin:/bin";
	for (;;) {
		size_t n = strcspn(path, ":");
		_cleanup_free_ char *full = NULL;

		if (asprintf(&full, "%.*s/%s", n ? (int)n : 1, n ? path : ".", name) < 0)
			return NULL;
		if (is_program(full))
			return take_ptr(full);
		if (path[n] == '\0')
			return NULL;
		path += n + 1;
	}
}
