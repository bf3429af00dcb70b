/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading .stap_info, and holding "name=value" of the command line against it. The text is not trusted: lines and words are
 * bounded, numbers are checked, a line of a known key that does not fit is an error. All this is done for whoever asks, before it is
 * known whether the module may be loaded: so there are limits, far above what stap writes, and nothing takes more than linear time.
 */
#include "staprun/info.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/uapi/ctl.h"
#include "staprun/msg.h"

#define INFO_WORDS 5
#define INFO_SYMBOLS_MAX 262144 /* a probe on every function of a large kernel wants 100,000 */
#define INFO_GLOBALS_MAX 4096
#define INFO_LINES_MAX (INFO_SYMBOLS_MAX + INFO_GLOBALS_MAX + 256)
#define STRING(x) #x
#define TEXT_OF(x) STRING(x)
#define INFO_STRING_MAX (STP_CTL_MAX - (int)sizeof(struct stp_msg) - INFO_WORD) /* what a GLOBAL message can carry */

struct line {
	char word[INFO_WORDS][INFO_WORD];
	size_t n;
};

/* the next line from *at on; the words beyond INFO_WORDS, and bytes beyond INFO_WORD, are dropped. 0 = no more */
static int next_line(const struct elf_piece *s, size_t *at, struct line *l)
{
	size_t w = 0, i;

	l->n = 0;
	for (i = 0; i < INFO_WORDS; i++)
		l->word[i][0] = 0;
	if (*at >= s->len)
		return 0;
	for (; *at < s->len; (*at)++) {
		char c = (char)s->p[*at];

		if (c == '\n' || c == 0) {
			(*at)++;
			break;
		}
		if (c == ' ' || c == '\t') {
			w = 0;
			continue;
		}
		if (w == 0)
			l->n++;
		if (l->n <= INFO_WORDS && w < INFO_WORD - 1) {
			l->word[l->n - 1][w] = c;
			l->word[l->n - 1][w + 1] = 0;
		}
		w++;
	}
	if (l->n > INFO_WORDS)
		l->n = INFO_WORDS;
	return 1;
}

static int number(const char *text, unsigned long max, unsigned long *ret)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return 0;
	errno = 0;
	*ret = strtoul(text, &end, 10);
	return errno == 0 && *end == 0 && *ret <= max;
}

static char *copy(const char *text)
{
	size_t n = strlen(text) + 1;

	return memcpy(xcalloc(n, 1), text, n);
}

static const char *add_global(struct info *i, const struct line *l)
{
	struct info_global *g;
	unsigned long max = 0;
	int is_long = l->n >= 3 && !strcmp(l->word[2], "long");

	if (l->n < 3 || (!is_long && strcmp(l->word[2], "string") != 0))
		return "has a damaged list of globals";
	if (!is_long && (l->n < 4 || !number(l->word[3], 1 << 24, &max) || max == 0))
		return "has a damaged list of globals";
	if (i->nglobals == INFO_GLOBALS_MAX)
		return "has more than " TEXT_OF(INFO_GLOBALS_MAX) " globals that can be set";
	if (!(i->nglobals & (i->nglobals - 1))) /* 0 or a power of two: full */
		i->globals = xgrow(i->globals, i->nglobals ? 2 * i->nglobals : 1, sizeof(*g));
	g = &i->globals[i->nglobals++];
	g->name = copy(l->word[1]);
	g->type = is_long ? INFO_LONG : INFO_STRING;
	g->max = max;
	g->of_library = l->n >= 5 && !strcmp(l->word[4], "library");
	return NULL;
}

static const char *add_symbol(struct info *i, const struct line *l)
{
	struct info_symbol *s;
	unsigned long request;
	char *p;

	if (l->n < 4 || !number(l->word[1], STP_REQUESTS_MAX - 1, &request))
		return "has a damaged list of symbols";
	if (i->nsymbols == INFO_SYMBOLS_MAX)
		return "asks for more than " TEXT_OF(INFO_SYMBOLS_MAX) " functions";
	if (!(i->nsymbols & (i->nsymbols - 1)))
		i->symbols = xgrow(i->symbols, i->nsymbols ? 2 * i->nsymbols : 1, sizeof(*s));
	s = &i->symbols[i->nsymbols++];
	memset(s, 0, sizeof(*s));
	s->request = (unsigned)request;
	s->module = copy(strcmp(l->word[2], "-") ? l->word[2] : "");
	for (p = s->module; *p; p++)
		if (*p == '-')
			*p = '_'; /* as the kernel spells loaded modules */
	s->name = copy(l->word[3]);
	return NULL;
}

static const char *add_line(struct info *i, const struct line *l)
{
	const char *key = l->word[0];
	unsigned long v;
	char *p;

	if (!strcmp(key, "global"))
		return add_global(i, l);
	if (!strcmp(key, "symbol"))
		return add_symbol(i, l);
	if (!strcmp(key, "release")) {
		memcpy(i->release, l->word[1], INFO_WORD);
	} else if (!strcmp(key, "build_id")) {
		memcpy(i->build_id, l->word[1], INFO_WORD);
		for (p = i->build_id; *p; p++)
			*p = (char)tolower((unsigned char)*p);
	} else if (!strcmp(key, "abi")) {
		if (!number(l->word[1], 1 << 30, &v))
			return "names no version of its interface";
		i->abi = (unsigned)v;
	} else if (!strcmp(key, "controls")) {
		if (!number(l->word[1], 0xffffffff, &v))
			return "has a damaged list of control characters";
		i->controls = (unsigned)v;
	} else if (!strcmp(key, "bulk")) {
		i->bulk = strcmp(l->word[1], "0") != 0;
	}
	return NULL;
}

const char *info_parse(struct info *ret, const struct elf_piece *section)
{
	size_t at = 0, lines = 0;
	struct line l;

	memset(ret, 0, sizeof(*ret));
	while (next_line(section, &at, &l)) {
		if (++lines > INFO_LINES_MAX)
			return "says more about itself than a module can have to say";
		const char *why = l.n ? add_line(ret, &l) : NULL;

		if (why)
			return why;
	}
	return NULL;
}

void info_free(struct info *i)
{
	size_t k;

	for (k = 0; k < i->nglobals; k++)
		free(i->globals[k].name);
	for (k = 0; k < i->nsymbols; k++) {
		free(i->symbols[k].module);
		free(i->symbols[k].name);
		if (!i->symbols[k].shared)
			free(i->symbols[k].addr);
	}
	free(i->globals);
	free(i->symbols);
	memset(i, 0, sizeof(*i));
}

/* edit distance of two names, at most INFO_WORD long each */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[INFO_WORD + 1];
	size_t n = strlen(b), i, j;

	for (j = 0; j <= n; j++)
		row[j] = (unsigned)j;
	for (i = 0; a[i]; i++) {
		unsigned diagonal = row[0], best;

		row[0] = (unsigned)i + 1;
		for (j = 0; j < n; j++) {
			best = diagonal + (a[i] != b[j]);
			diagonal = row[j + 1];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j + 1] + 1 < best)
				best = row[j + 1] + 1;
			row[j + 1] = best;
		}
	}
	return row[n];
}

static int is_similar(const char *a, const char *b, size_t limit)
{
	size_t n = strlen(a), m = strlen(b);

	return (n > m ? n - m : m - n) <= limit && distance(a, b) <= limit;
}

static const char *unknown_global(const struct info *i, const char *name, char *text, size_t room)
{
	size_t limit = strlen(name) / 3 + 1, told = 0, k, n;
	const char *lead = " (similar: ";

	n = (size_t)snprintf(text, room, "Unknown global '%s': the module has no scalar global of that name", name);
	for (k = 0; k < i->nglobals; k++)
		told += !i->globals[k].of_library;
	if (told == 0) {
		snprintf(text, room, "Unknown global '%s': the module has no globals that can be set.", name);
		return text;
	}
	for (k = 0; k < i->nglobals && n < room; k++) {
		if (i->globals[k].of_library || (!is_similar(i->globals[k].name, name, limit) && !strstr(i->globals[k].name, name)))
			continue;
		n += (size_t)snprintf(text + n, room - n, "%s%s", lead, i->globals[k].name);
		lead = ", ";
	}
	if (*lead == ',') {
		if (n < room)
			snprintf(text + n, room - n, ").");
		return text;
	}
	for (k = 0, lead = "; it has: "; k < i->nglobals && n < room; k++) {
		if (i->globals[k].of_library)
			continue;
		n += (size_t)snprintf(text + n, room - n, "%s%s", lead, i->globals[k].name);
		lead = ", ";
	}
	if (n < room)
		snprintf(text + n, room - n, ".");
	return text;
}

/* decimal, 0x hex or 0 octal, with a sign; 64 bits, also as an unsigned number */
static int is_long(const char *value)
{
	char *end;
	int negative = *value == '-';

	if (!isdigit((unsigned char)value[*value == '-' || *value == '+']))
		return 0;
	errno = 0;
	if (negative)
		strtoll(value, &end, 0);
	else
		strtoull(value, &end, 0);
	return errno == 0 && *end == 0;
}

const char *info_check_setting(const struct info *i, const char *setting, char *text, size_t room)
{
	const struct info_global *g = NULL;
	const char *eq = strchr(setting, '=');
	char name[INFO_WORD];
	size_t k, max;

	if (!eq || eq == setting || (size_t)(eq - setting) >= sizeof(name)) {
		snprintf(text, room, "Bad module option '%.80s': it should read NAME=VALUE.", setting);
		return text;
	}
	memcpy(name, setting, (size_t)(eq - setting));
	name[eq - setting] = 0;
	for (k = 0; k < i->nglobals && !g; k++)
		if (!strcmp(i->globals[k].name, name))
			g = &i->globals[k];
	if (!g)
		return unknown_global(i, name, text, room);
	if (g->type == INFO_LONG) {
		if (is_long(eq + 1))
			return NULL;
		snprintf(text, room, "Bad value for global '%s': '%s' is not a 64-bit number.", name, eq + 1);
		return text;
	}
	max = g->max - 1 < INFO_STRING_MAX ? g->max - 1 : INFO_STRING_MAX;
	if (strlen(eq + 1) <= max)
		return NULL;
	snprintf(text, room, "Bad value for global '%s': a text of %zu bytes, but there is room for %zu.", name, strlen(eq + 1), max);
	return text;
}
