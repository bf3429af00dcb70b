/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses of the text symbols that a module asked for, in one pass over /proc/kallsyms: about 10 MB of lines "ADDRESS TYPE NAME\t[MODULE]".
 * The requests are sorted by a hash of the name, then by name and module: a line costs one scan of its name and a binary search, whatever
 * somebody has thought up as names. Symbols of modules follow the kernel's own, so when no module is asked for, reading ends at the first
 * of them: the second half of the file is never made.
 */
#include "staprun/kallsyms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "staprun/msg.h"

#define KALLSYMS_CHUNK (64 * 1024)

/* a request; equal ones lie side by side, and the first of them collects the addresses for all */
struct wanted {
	unsigned hash;
	struct info_symbol *symbol;
};

struct table {
	struct wanted *wanted; /* by hash, name, module */
	size_t n;
	int modules;	 /* some request names a module */
	int any_address; /* a line had one that is not 0 */
};

struct text {
	const char *p;
	size_t len;
};

static unsigned hash(struct text t)
{
	unsigned h = 2166136261u;

	while (t.len--)
		h = (h ^ (unsigned char)*t.p++) * 16777619u;
	return h;
}

static int compare_text(const char *a, struct text b)
{
	int order = strncmp(a, b.p, b.len);

	return order ? order : a[b.len] != 0;
}

static int compare(const struct wanted *w, unsigned hash, struct text name, struct text module)
{
	int order;

	if (w->hash != hash)
		return w->hash < hash ? -1 : 1;
	order = compare_text(w->symbol->name, name);
	return order ? order : compare_text(w->symbol->module, module);
}

static struct text text_of(const char *s)
{
	return (struct text){ s, strlen(s) };
}

static int by_key(const void *a, const void *b)
{
	const struct wanted *w = b;

	return compare(a, w->hash, text_of(w->symbol->name), text_of(w->symbol->module));
}

static void table_make(struct table *t, struct info *i)
{
	size_t k;

	memset(t, 0, sizeof(*t));
	t->n = i->nsymbols;
	t->wanted = xcalloc(t->n, sizeof(*t->wanted));
	for (k = 0; k < t->n; k++) {
		t->wanted[k] = (struct wanted){ hash(text_of(i->symbols[k].name)), &i->symbols[k] };
		if (*i->symbols[k].module)
			t->modules = 1;
	}
	qsort(t->wanted, t->n, sizeof(*t->wanted), by_key);
}

/* the first of the requests for that symbol; NULL = nobody wants it */
static struct info_symbol *table_find(const struct table *t, struct text name, struct text module)
{
	unsigned h = hash(name);
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&t->wanted[middle], h, name, module) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < t->n && compare(&t->wanted[low], h, name, module) == 0 ? t->wanted[low].symbol : NULL;
}

/* what the first of equal requests got is all the others' too */
static void table_share(const struct table *t)
{
	size_t k;

	for (k = 1; k < t->n; k++) {
		const struct info_symbol *before = t->wanted[k - 1].symbol;
		struct info_symbol *s = t->wanted[k].symbol;

		if (by_key(&t->wanted[k - 1], &t->wanted[k]) != 0)
			continue;
		s->addr = before->addr;
		s->naddr = before->naddr;
		s->shared = 1;
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
	struct info_symbol *s;
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
	s = table_find(t, (struct text){ name, (size_t)(name_end - name) }, (struct text){ mod, (size_t)(mod_end - mod) });
	if (s)
		add_address(s, addr);
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
	table_share(&t);
	free(t.wanted);
	if (rc < 0)
		return KALLSYMS_FAILED;
	if (t.any_address)
		return KALLSYMS_OK;
	for (k = 0; k < i->nsymbols; k++)
		i->symbols[k].naddr = 0;
	return KALLSYMS_HIDDEN;
}
