// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a C compiler says of a script's embedded C. It sees one text, of which parts are the script's and bear the script's name (#line); what
 * stands around them is ours, and what it says of that follows from a mistake in the script, or is a warning that nobody can do something
 * about. In: its output, messages of one line or more, "FILE:LINE:COL: error: …" and indented lines. Out: those that name another file.
 */
#define _GNU_SOURCE 1 /* memmem */
#include "kit/private.h"

#include "base/buf.h"

#include <string.h>

/* "FILE:12", of n bytes: that many are FILE; 0 = the line does not begin with a place */
static size_t place_len(const char *line, size_t n)
{
	for (size_t i = 1; i + 1 < n; i++)
		if (line[i] == ':' && line[i + 1] >= '0' && line[i + 1] <= '9')
			return i;
	return 0;
}

/* "embedded.c" of #line, and the file itself */
static bool is_ours(const char *file, size_t n)
{
	static const char own[] = "embedded.c";
	size_t len = sizeof(own) - 1;

	return n >= len && memcmp(file + n - len, own, len) == 0 && (n == len || file[n - len - 1] == '_');
}

static bool has(const char *line, size_t n, const char *text)
{
	return memmem(line, n, text, strlen(text)) != NULL;
}

char *script_complaints(const char *output)
{
	struct buf out = BUF_INIT;
	bool kept = false, any = false, uses = false; /* uses: the error is in a macro of ours, which the script has used */
	size_t n;

	for (const char *p = output; *p; p += n) {
		size_t file;

		n = strcspn(p, "\n");
		n += p[n] == '\n';
		file = *p == ' ' ? 0 : place_len(p, n);
		if (*p != ' ')
			kept = file && !is_ours(p, file);
		any |= kept && has(p, n, " error: ");
		uses |= kept && has(p, n, " note: in expansion of macro ");
		if (kept)
			buf_add(&out, p, n);
	}
	if (any)
		return buf_take(&out);
	buf_reset(&out);
	buf_puts(&out, output);
	if (!uses)
		buf_puts(&out, "This is said of the C around it: a brace or parenthesis of the script's may not be closed.\n");
	return buf_take(&out);
}
