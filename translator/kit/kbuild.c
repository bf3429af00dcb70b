/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kbuild: make on an external module, the one place where kernel headers are compiled against. What our caller's environment says to make
 * or to the compiler does not concern this build (proc.h): nothing but the kit's key decides what is in it.
 */
#define _GNU_SOURCE 1
#include "kit/private.h"

#include "base/fs.h"
#include "base/proc.h"
#include "base/scope.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

struct oserr *kbuild_run(const struct kbuild *k, bool *ret_ok, char **ret_output)
{
	_cleanup_free_ char *m = NULL, *cc = NULL;
	struct arena *a = arena_new();
	struct proc_result r;
	struct oserr *err;
	struct args argv = { 0 };
	char *env[2] = { NULL };

	args_add(a, &argv, "make");
	args_add(a, &argv, "-C");
	args_add(a, &argv, k->build);
	args_add(a, &argv, arena_printf(a, "M=%s", k->dir));
	args_add(a, &argv, arena_printf(a, "CC=%s", k->compiler));
	args_add(a, &argv, "-j2");
	args_add(a, &argv, "CONFIG_DEBUG_INFO_BTF_MODULES="); /* neither pahole nor vmlinux may be there */
	args_add(a, &argv, "CONFIG_DEBUG_INFO=");
	if (k->keep_going)
		args_add(a, &argv, "-k");
	for (const char *const *arg = k->make_args; arg && *arg; arg++)
		args_add(a, &argv, *arg);
	args_add(a, &argv, "modules");
	args_add(a, &argv, NULL);
	/* compilers that are killed leave their files: with all else that goes */
	env[0] = arena_printf(a, "TMPDIR=%s", k->dir);
	err = proc_run(&(struct proc_spec){ .argv = (char *const *)argv.v, .env = env, .dies_with_us = true }, &r);
	arena_free(a);
	if (err)
		return err;
	*ret_ok = proc_ok(&r);
	*ret_output = r.out;
	return NULL;
}

static bool is_complaint(const char *line, size_t n)
{
	static const char *const marks[] = { "error", "Error", "ERROR", "undefined", "not found", "No such file", "cannot ", "unrecognized", NULL };

	for (const char *const *m = marks; *m; m++)
		if (memmem(line, n, *m, strlen(*m)))
			return true;
	return false;
}

/* "make[1]: *** [Makefile:1: x.o] Error 2": the reason stands elsewhere */
static bool is_consequence(const char *line, size_t n)
{
	return strncmp(line, "make", 4) == 0 && memmem(line, n, "***", 3);
}

char *kbuild_complaints(const char *output)
{
	struct buf b = BUF_INIT;
	unsigned lines = 0;

	for (const char *line = output; *line && lines < 12;) {
		size_t n = strcspn(line, "\n");

		if (is_complaint(line, n) && !is_consequence(line, n)) {
			buf_printf(&b, "%s%.*s", lines ? "\n" : "", (int)n, line);
			lines++;
		}
		line += n + (line[n] == '\n');
	}
	if (lines == 0) /* whatever make said last */
		buf_printf(&b, "%.*s", (int)strcspn(output, "\n"), output);
	return buf_take(&b);
}
