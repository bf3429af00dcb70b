// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts for the preprocessor; CONFIG_ values come from the kit, or before there is one from a config file of that release. */
#include "facts.h"

#include "base/fs.h"
#include "base/scope.h"
#include "base/trust.h"
#include "config.h"
#include "kit/kit.h"
#include "session.h"
#include "syntax/diag.h"
#include "syntax/parse.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "CONFIG_x=value" lines → map; quotes are dropped */
static void read_config(struct session *s, char *text)
{
	for (char *line = text, *next; line; line = next) {
		char *eq;
		size_t n;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		eq = strchr(line, '=');
		if (*line == '#' || !eq)
			continue;
		*eq++ = '\0';
		n = strlen(eq);
		if (n >= 2 && eq[0] == '"') {
			eq[n - 1] = '\0';
			eq++;
		}
		map_set(&s->config, arena_strdup(s->arena, line), arena_strdup(s->arena, eq));
	}
}

static void load_config(struct session *s)
{
	const char *dirs[] = {
		s->build_dir ? arena_printf(s->arena, "%s/.config", s->build_dir) : NULL,
		arena_printf(s->arena, "/lib/modules/%s/build/.config", s->release),
		arena_printf(s->arena, "/boot/config-%s", s->release),
		arena_printf(s->arena, "/var/lib/systemtap/kernels/%s/boot/config-%s", s->release, s->release),
		arena_printf(s->arena, "%s/kernels/%s/boot/config-%s", s->data_dir, s->release, s->release),
	};

	map_init(&s->config, s->arena);
	s->config_loaded = true;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		_cleanup_free_ char *text = NULL;
		struct oserr *err;

		if (!dirs[i])
			continue;
		/* -r /DIR is the user's word */
		err = i == 0 ? fs_read(dirs[i], &text, NULL) : read_trusted(dirs[i], &text, NULL);
		if (!err) {
			read_config(s, text);
			return;
		}
		oserr_free(err);
	}
}

static const char *config_value(void *cookie, const char *name)
{
	struct session *s = cookie;
	const char *v;

	if (s->kit)
		return kit_config(s->kit, name);
	if (!s->config_loaded)
		load_config(s);
	v = map_get(&s->config, name);
	return v ? v : "";
}

void facts_init(struct session *s)
{
	struct pp_facts *f = arena_make(s->arena, struct pp_facts);

	f->kernel_vr = s->release;
	f->kernel_v = arena_strndup(s->arena, s->release, strcspn(s->release, "-"));
	f->arch = s->arch;
	f->runtime = "kernel";
	f->privilege = "stapdev";
	f->compat = s->opt.compat ? s->opt.compat : STP_COMPAT_VERSION;
	f->guru = s->opt.guru;
	f->config = config_value;
	f->cookie = s;
	s->facts = f;
}

const struct diag_opts *facts_diag_opts(struct session *s)
{
	struct diag_opts *o = arena_make(s->arena, struct diag_opts);
	const char *colors = getenv("SYSTEMTAP_COLORS"), *when = s->opt.color ? s->opt.color : "auto", *term = getenv("TERM");
	bool on = strcmp(when, "always") == 0 ||
		  (strcmp(when, "auto") == 0 && isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0);

	o->quiet_warnings = s->opt.quiet_warnings || s->opt.listing != LIST_NONE;
	o->werror = s->opt.werror;
	o->verbose = s->opt.verbose[2] > 0;
	o->show_tags = s->opt.diag_tags;
	o->colors = !on ? NULL : colors ? colors : "error=01;31:warning=00;33:source=00;34:caret=01:token=01";
	return o;
}
