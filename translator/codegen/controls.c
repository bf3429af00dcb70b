// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which control characters does a script's own text contain? stapio lets these pass to a terminal, and shows all others as \ooo: they can
 * only be somebody else's (staprun/escape.h). Looked for in the C that was made: what is there is what can be printed, our literals have
 * every such byte as an escape sequence, and embedded C has them in literals of its own.
 */
#include "codegen/tables.h"

#include <stdlib.h>
#include <string.h>

#define CONTROLS_ALL 1u /* the bit of NUL */
#define ESC 27

/* the character that the escape sequence at p, behind the backslash, stands for; *ret_end is behind it. 256 = none of interest */
static unsigned escaped(const char *p, const char **ret_end)
{
	static const char names[] = "abtnvfr"; /* 7 to 13 */
	const char *name = *p ? strchr(names, *p) : NULL;
	unsigned v = 0, n;

	*ret_end = p + (*p != '\0');
	if (name)
		return 7 + (unsigned)(name - names);
	if (*p == 'e')
		return ESC;
	if (*p == 'x')
		return (unsigned)strtoul(p + 1, (char **)(void *)ret_end, 16);
	for (n = 0; n < 3 && p[n] >= '0' && p[n] <= '7'; n++)
		v = v * 8 + (unsigned)(p[n] - '0');
	if (n)
		*ret_end = p + n;
	return n ? v : 256;
}

/* behind the closing quote */
static const char *literal(const char *p, char quote, unsigned *controls)
{
	while (*p && *p != quote) {
		unsigned c = *p == '\\' ? escaped(p + 1, &p) : (unsigned char)*p++;

		if (c == 0 || c >= ' ' || c == '\n' || c == '\t')
			continue;
		*controls |= 1u << c;
		if (c == ESC && quote == '"' && (!*p || !strchr("[78", *p)))
			*controls |= CONTROLS_ALL; /* a title, or a sequence made of parts: nobody knows which */
	}
	return p + (*p != '\0');
}

/* what %c makes of 27 */
static void number(const char *p, unsigned *controls)
{
	const char *comma = strchr(p, ',');
	unsigned long v = comma ? strtoul(comma + 1, NULL, 10) : 0;

	if (v > 0 && v < ' ' && v != '\n' && v != '\t')
		*controls |= 1u << v;
}

unsigned controls_of(const char *text)
{
	static const char put_char[] = "stp_put_char(";
	unsigned controls = 0;
	const char *end;

	for (const char *p = text; *p;) {
		if (p[0] == '/' && (p[1] == '*' || p[1] == '/')) {
			end = strstr(p + 2, p[1] == '*' ? "*/" : "\n");
			p = end ? end + 1 : p + strlen(p);
		} else if (*p == '"' || *p == '\'') {
			p = literal(p + 1, *p, &controls);
		} else {
			if (!strncmp(p, put_char, sizeof(put_char) - 1))
				number(p, &controls);
			p++;
		}
	}
	return controls;
}
