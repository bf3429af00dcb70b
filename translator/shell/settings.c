// SPDX-License-Identifier: GPL-2.0-or-later
/* set and show: a row each in settings.def. What the command line said is where they begin. */
#include "shell/shell.h"

#include "base/text.h"
#include "session.h"

#include <stdlib.h>
#include <string.h>

const char *const shell_settings[] = {
#define SETTING(name, kind, field, least, greatest, what) #name,
#include "shell/settings.def"
#undef SETTING
	NULL,
};

/* ---- one setting of each kind -------------------------------------------------------------------------------------------------- */

static bool yes_or_no(const char *value, bool *ret)
{
	static const char *const words[][2] = { { "no", "yes" }, { "off", "on" }, { "0", "1" }, { "false", "true" } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (int yes = 0; yes < 2; yes++)
			if (strcmp(value, words[i][yes]) == 0) {
				*ret = yes;
				return true;
			}
	return false;
}

#define SHOW_YES(field) shell_say("%s", (field) ? "yes" : "no")
#define SHOW_NUMBER(field) shell_say("%lld", (long long)(field))
#define SHOW_TEXT(field) shell_say("%s", (field) ? (field) : "")

#define SET_YES(field, least, greatest)                                    \
	do {                                                               \
		bool yes;                                                  \
                                                                           \
		if (!yes_or_no(value, &yes))                               \
			return shell_complain("%s is yes or no", name);    \
		(field) = yes;                                             \
	} while (0)
#define SET_NUMBER(field, least, greatest)                                                                              \
	do {                                                                                                            \
		int64_t n;                                                                                              \
                                                                                                                        \
		if (!text_int(value, least, greatest, &n))                                                              \
			return shell_complain("%s is a number from %lld to %lld", name, (long long)(least), (long long)(greatest)); \
		(field) = n;                                                                                            \
	} while (0)
#define SET_TEXT(field, least, greatest) (field) = *value ? arena_strdup(sh->arena, value) : NULL

/* ---- all of them ------------------------------------------------------------------------------------------------------------------ */

static void after_set(struct shell *sh, const char *name)
{
	struct options *o = &sh->s->opt;

	if (strcmp(name, "verbose") == 0)
		for (size_t i = 2; i < sizeof(o->verbose) / sizeof(o->verbose[0]); i++)
			o->verbose[i] = o->verbose[1];
	if (strcmp(name, "cmd") == 0 && o->cmd && o->target_pid) {
		o->target_pid = 0;
		shell_say("target_pid is 0 now: a script has one target\n");
	}
	if (strcmp(name, "target_pid") == 0 && o->cmd && o->target_pid) {
		o->cmd = NULL;
		shell_say("cmd is empty now: a script has one target\n");
	}
}

static void unknown(const char *name)
{
	size_t n = sizeof(shell_settings) / sizeof(shell_settings[0]) - 1;
	char *similar = text_similar(name, shell_settings, n, 3);

	for (size_t i = 0; i < n && !similar && *name; i++)
		if (text_starts(shell_settings[i], name))
			similar = strdup(shell_settings[i]);
	shell_complain("no option '%s'%s%s%s", name, similar ? " (similar: " : "; \"show\" lists them", similar ? similar : "", similar ? ")" : "");
	free(similar);
}

void settings_set(struct shell *sh, const char *name, const char *value)
{
#define SETTING(n, kind, field, least, greatest, what)       \
	if (strcmp(name, #n) == 0) {                         \
		SET_##kind(sh->field, least, greatest);      \
		after_set(sh, name);                         \
		return;                                      \
	}
#include "shell/settings.def"
#undef SETTING
	unknown(name);
}

void settings_show(struct shell *sh, const char *name)
{
	bool found = false;

#define SETTING(n, kind, field, least, greatest, what)                       \
	if (!name || strcmp(name, #n) == 0) {                                \
		shell_say("%-18s ", #n);                                     \
		SHOW_##kind(sh->field);                                      \
		shell_say(name ? "\n" : "\t# " what "\n");                   \
		found = true;                                                \
	}
#include "shell/settings.def"
#undef SETTING
	if (!found)
		unknown(name);
}
