/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses of the text symbols that a module asked for, in one pass over /proc/kallsyms: about 10 MB of lines "ADDRESS TYPE NAME\t[MODULE]".
 * The wanted names sit in a hash table; a line costs one scan of its name. Symbols of modules follow the kernel's own, so when no
 * module is asked for, reading ends at the first of them: the second half of the file is never made.
 */
#include "staprun/kallsyms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "staprun/msg.h"

#define KALLSYMS_CHUNK (64 * 1024)
#define KALLSYMS_NONE 0xffffffffu

struct table {
	unsigned *slot; /* index into symbols, KALLSYMS_NONE = free; linear probing */
	unsigned mask;
	struct info *info;
	int modules;	 /* some request names a module */
	int any_address; /* a line had one that is not 0 */
};

static unsigned hash(const char *p, size_t n)
{
	unsigned h = 2166136261u;

	while (n--)
		h = (h ^ (unsigned char)*p++) * 16777619u;
	return h;
}

static void table_make(struct table *t, struct info *i)
{
	unsigned size = 16;
	size_t k;

	memset(t, 0, sizeof(*t));
	t->info = i;
	while (size < 2 * i->nsymbols)
		size *= 2;
	t->mask = size - 1;
	t->slot = xcalloc(size, sizeof(*t->slot));
	memset(t->slot, 0xff, size * sizeof(*t->slot));
	for (k = 0; k < i->nsymbols; k++) {
		unsigned at = hash(i->symbols[k].name, strlen(i->symbols[k].name)) & t->mask;

		while (t->slot[at] != KALLSYMS_NONE)
			at = (at + 1) & t->mask;
		t->slot[at] = (unsigned)k;
		if (*i->symbols[k].module)
			t->modules = 1;
	}
}

static void add_address(struct info_symbol *s, unsigned long long addr)
{
	if (!(s->naddr & (s->naddr - 1)))
		s->addr = xgrow(s->addr, s->naddr ? 2 * s->naddr : 1, sizeof(*s->addr));
	s->addr[s->naddr++] = addr;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* the text [p, end) of one line. 0 = no line after this one can matter */
static int take_line(struct table *t, const char *p, const char *end)
{
	unsigned long long addr = 0;
	const char *name, *name_end, *mod, *mod_end;
	unsigned at;
	char type;

	for (; p < end && hex_digit(*p) >= 0; p++)
		addr = addr << 4 | (unsigned)hex_digit(*p);
	if (end - p < 4 || *p != ' ' || p[2] != ' ')
		return 1; /* not a symbol */
	type = p[1];
	name = p + 3;
	name_end = memchr(name, '\t', (size_t)(end - name));
	mod = mod_end = name_end = name_end ? name_end : end;
	if (mod < end) { /* "\t[name]" */
		if (!t->modules)
			return 0;
		mod += 2;
		mod_end = end - 1;
		if (mod > mod_end)
			return 1;
	}
	if (addr)
		t->any_address = 1;
	if (type != 't' && type != 'T' && type != 'w' && type != 'W')
		return 1;
	for (at = hash(name, (size_t)(name_end - name)) & t->mask; t->slot[at] != KALLSYMS_NONE; at = (at + 1) & t->mask) {
		struct info_symbol *s = &t->info->symbols[t->slot[at]];

		if (strlen(s->name) == (size_t)(name_end - name) && !memcmp(s->name, name, (size_t)(name_end - name)) &&
		    strlen(s->module) == (size_t)(mod_end - mod) && !memcmp(s->module, mod, (size_t)(mod_end - mod)))
			add_address(s, addr);
	}
	return 1;
}

static int take_file(struct table *t, int fd)
{
	char *buf = xcalloc(KALLSYMS_CHUNK, 1);
	size_t have = 0;
	int go_on = 1;
	ssize_t n = 0;

	while (go_on) {
		char *p = buf, *nl;

		n = read(fd, buf + have, KALLSYMS_CHUNK - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		have += (size_t)n;
		while (go_on && (nl = memchr(p, '\n', have - (size_t)(p - buf)))) {
			go_on = take_line(t, p, nl);
			p = nl + 1;
		}
		have -= (size_t)(p - buf);
		memmove(buf, p, have);
		if (have == KALLSYMS_CHUNK)
			have = 0; /* no symbol's line is as long as that */
	}
	free(buf);
	return n < 0 ? -1 : 0;
}

enum kallsyms_result kallsyms_resolve(struct info *i, int fd)
{
	struct table t;
	size_t k;
	int rc;

	table_make(&t, i);
	rc = take_file(&t, fd);
	free(t.slot);
	if (rc < 0)
		return KALLSYMS_FAILED;
	if (t.any_address)
		return KALLSYMS_OK;
	for (k = 0; k < i->nsymbols; k++)
		i->symbols[k].naddr = 0;
	return KALLSYMS_HIDDEN;
}
