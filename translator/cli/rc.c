// SPDX-License-Identifier: GPL-2.0-or-later
/* $SYSTEMTAP_DIR/rc: words as a shell would split them, without commands, before those of the command line. */
#include "cli/check.h"

#include "base/fs.h"
#include "base/scope.h"
#include "base/trust.h"
#include "session.h"

#include <errno.h>
#include <string.h>
#include <wordexp.h>

/* one line at a time: '#' begins a comment line */
static struct oserr *add_line(struct session *s, const char *path, char *line, wordexp_t *words)
{
	int rc;

	(void)s;
	line += strspn(line, " \t");
	if (*line == '#' || *line == '\0')
		return NULL;
	rc = wordexp(line, words, WRDE_NOCMD | (words->we_wordc ? WRDE_APPEND : 0));
	if (rc == WRDE_CMDSUB)
		return oserr_new(0, "ERROR: %s: commands are not run here: %s", path, line);
	return rc ? oserr_new(0, "ERROR: %s: cannot split into words: %s", path, line) : NULL;
}

struct oserr *cli_rc_prepend(struct session *s, int *argc, char ***argv)
{
	_cleanup_free_ char *path = fs_join(s->data_dir, "rc");
	_cleanup_free_ char *text = NULL;
	wordexp_t words = { 0 };
	struct oserr *err;
	char **all;
	size_t n = 0;

	err = read_trusted(path, &text, &(size_t){ 0 });
	if (err && err->code == EPERM) {
		struct oserr *full = oserr_new(0, "ERROR: %s is not read: %s", path, err->msg);

		oserr_free(err);
		return full;
	}
	if (err) {
		oserr_free(err);
		return NULL;
	}
	for (char *line = text, *next; line && !err; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		err = add_line(s, path, line, &words);
	}
	if (!err && words.we_wordc) {
		all = arena_array(s->arena, char *, (size_t)*argc + words.we_wordc + 1);
		all[n++] = (*argv)[0];
		for (size_t i = 0; i < words.we_wordc; i++)
			all[n++] = arena_strdup(s->arena, words.we_wordv[i]);
		for (int i = 1; i < *argc; i++)
			all[n++] = (*argv)[i];
		*argc = (int)n;
		*argv = all;
	}
	if (words.we_wordv)
		wordfree(&words);
	return err;
}
