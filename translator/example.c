// SPDX-License-Identifier: GPL-2.0-or-later
/* --example: the script's name is that of a file below examples/, wherever it lies there; of two with one name neither is meant. */
#include "example.h"

#include "base/buf.h"
#include "base/fs.h"
#include "base/scope.h"
#include "base/text.h"
#include "session.h"

#include <string.h>

#define MAX_DEPTH 5

struct search {
	struct arena *arena;
	const char *name;
	const char *found;
	unsigned n;
	struct buf others; /* what else there is */
};

static bool visible(const char *name) { return name[0] != '.'; }

static struct oserr *search_in(struct search *se, const char *dir, unsigned depth)
{
	struct oserr *err;
	char **names;

	err = fs_list(dir, visible, &names, NULL);
	if (err)
		return err;
	for (size_t i = 0; names[i] && !err; i++) {
		const char *path = arena_printf(se->arena, "%s/%s", dir, names[i]);

		if (fs_is_dir(path)) {
			err = depth < MAX_DEPTH ? search_in(se, path, depth + 1) : NULL;
		} else if (strcmp(names[i], se->name) == 0) {
			se->found = path;
			se->n++;
		} else if (text_ends(names[i], ".stp")) {
			buf_printf(&se->others, "%s%s", se->others.len ? ", " : "", names[i]);
		}
	}
	fs_list_free(names);
	return err;
}

struct oserr *example_find(struct session *s)
{
	struct search se = { .arena = s->arena, .name = s->opt.script_file, .others = BUF_INIT };
	struct oserr *err = search_in(&se, session_examples(s), 0);

	if (!err && se.n == 0)
		err = oserr_new(0, "ERROR: there is no example '%s'; there are: %s", se.name, se.others.len ? se.others.data : "none");
	else if (!err && se.n > 1)
		err = oserr_new(0, "ERROR: there are %u examples '%s'", se.n, se.name);
	if (!err)
		s->opt.script_file = se.found;
	buf_fini(&se.others);
	return err;
}
