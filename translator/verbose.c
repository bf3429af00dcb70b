// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of -v that no pass has of its own. */
#include "verbose.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/fs.h"
#include "base/term.h"
#include "cli/cli.h"
#include "library/library.h"
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void verbose_start(struct session *s)
{
	const char *home = getenv("HOME"), *own = "/root/.systemtap";
	const char *build = s->build_dir ? s->build_dir : arena_printf(s->arena, "/lib/modules/%s/build", s->release);

	if (s->opt.verbose[1] && geteuid() == 0 && strcmp(s->data_dir, own) == 0 && home && strcmp(home, "/root") != 0)
		term_say("Root's rc file and cache are in %s, not below HOME=%s.\n", own, home);
	if (s->opt.verbose[1] < 2)
		return;
	cli_version(stderr);
	term_say("Session arch: %s release: %s\n", s->arch, s->release);
	if (fs_is_dir(build))
		term_say("Build tree: \"%s\"\n", build);
}

void verbose_library(struct session *s)
{
	size_t n, found, parsed;
	const char *dir;
	bool macros;

	if (s->opt.verbose[1] < 2)
		return;
	for (size_t at = 0; (n = library_folder(s->library, at, &dir, &macros, &found, &parsed)) > 0; at += n)
		term_say("Searched%s: \"%s\", found: %zu, processed: %zu\n", macros ? " for library macro files" : "", dir, found, parsed);
}

void verbose_c_file(struct session *s, struct buf *out)
{
	const char *name = s->opt.module_name ? s->opt.module_name : arena_printf(s->arena, "stap_%d", (int)getpid()), *dir, *path;
	struct oserr *err = session_tmpdir(s, &dir);

	if (!err) {
		path = arena_printf(s->arena, "%s/%s_src.c", dir, name);
		err = fs_write_atomic(path, s->c_text, strlen(s->c_text), 0600);
	}
	if (err)
		buf_printf(out, "%zu bytes", strlen(s->c_text));
	else
		buf_printf(out, "\"%s\"", path);
	oserr_free(err);
}
