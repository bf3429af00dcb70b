// SPDX-License-Identifier: GPL-2.0-or-later
/* The text that is being written: lines, and whether a piece of it is complete. */
#include "shell/shell.h"

#include "base/buf.h"

#include <ctype.h>
#include <string.h>

void script_add(struct shell *sh, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		vec_push(sh->arena, &sh->lines, arena_strndup(sh->arena, text, len));
		text += len + (text[len] == '\n');
	}
}

bool script_delete(struct shell *sh, size_t from, size_t to)
{
	if (from < 1 || from > to || to > sh->lines.n)
		return false;
	memmove(&sh->lines.v[from - 1], &sh->lines.v[to], (sh->lines.n - to) * sizeof(*sh->lines.v));
	sh->lines.n -= to - from + 1;
	return true;
}

char *script_join(struct shell *sh)
{
	struct buf b = BUF_INIT;
	char *text;

	for vec_each (i, &sh->lines)
		buf_printf(&b, "%s\n", sh->lines.v[i]);
	text = arena_strdup(sh->arena, b.len ? b.data : "");
	buf_fini(&b);
	return text;
}

/* behind the string, comment or embedded code that begins at p; NULL if it does not end; p itself if there is none */
static const char *skip_quoted(const char *p)
{
	const char *end;

	if (*p == '"') {
		for (p++; *p && *p != '"' && *p != '\n'; p++)
			if (*p == '\\' && p[1])
				p++;
		return *p ? p + 1 : p; /* an open string ends with its line: the parser says so */
	}
	if (strncmp(p, "//", 2) == 0 || (*p == '#' && (p[1] != '#')))
		return p + strcspn(p, "\n");
	if (strncmp(p, "/*", 2) == 0) {
		end = strstr(p + 2, "*/");
		return end ? end + 2 : NULL;
	}
	if (strncmp(p, "%{", 2) == 0) {
		end = strstr(p + 2, "%}");
		return end ? end + 2 : NULL;
	}
	return p;
}

bool script_is_complete(const char *text)
{
	long depth = 0;

	for (const char *p = text; *p;) {
		const char *behind = (*p == '#' && p > text && (p[-1] == '$' || p[-1] == '@')) ? p : skip_quoted(p);

		if (!behind)
			return false;
		if (behind != p) {
			p = behind;
			continue;
		}
		depth += strchr("({[", *p) != NULL;
		depth -= strchr(")}]", *p) != NULL;
		p++;
	}
	return depth <= 0;
}

bool script_has_probe(const struct shell *sh)
{
	for vec_each (i, &sh->lines) {
		const char *p = sh->lines.v[i];

		while ((p = strstr(p, "probe"))) {
			if ((p == sh->lines.v[i] || isspace((unsigned char)p[-1]) || p[-1] == '}') && isspace((unsigned char)p[5]))
				return true;
			p += 5;
		}
	}
	return false;
}
