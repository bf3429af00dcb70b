/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runtime is one object per part; a script gets those that it reaches through undefined symbols, as from an archive. The index
 * is text: "P name", then "D symbol" for each global definition and "U symbol" for each strong reference (a weak one pulls nothing
 * in).
 */
#include "kit/parts.h"

#include "base/vec.h"

#include <string.h>

enum ref { REF_NONE, REF_DEFINES, REF_WANTS };

static enum ref classify(const Elf64_Sym *s)
{
	unsigned bind = ELF64_ST_BIND(s->st_info);

	if (bind != STB_GLOBAL && bind != STB_WEAK)
		return REF_NONE;
	if (s->st_shndx != SHN_UNDEF)
		return REF_DEFINES;
	return bind == STB_GLOBAL ? REF_WANTS : REF_NONE;
}

void parts_index_object(struct buf *index, const char *name, const struct elf_file *f)
{
	buf_printf(index, "P %s\n", name);
	for (size_t i = 1; i < f->nsymbols; i++) {
		enum ref r = classify(&f->symbols[i]);

		if (r != REF_NONE)
			buf_printf(index, "%c %s\n", r == REF_DEFINES ? 'D' : 'U', elf_symbol_name(f, &f->symbols[i]));
	}
}

/* storage for all parts is taken at once: the maps point into it */
static void count_parts(const char *index, struct parts *p)
{
	size_t n = *index == 'P';

	for (const char *at = index; (at = strstr(at, "\nP ")); at++)
		n++;
	p->v = arena_array(p->arena, struct part, n + 1);
	p->cap = n;
}

void parts_load(struct arena *a, const char *index, struct parts *ret)
{
	char *copy = arena_strdup(a, index);
	struct part *now = NULL;

	memset(ret, 0, sizeof(*ret));
	ret->arena = a;
	map_init(&ret->definer, a);
	count_parts(index, ret);
	for (char *line = copy, *end; (end = strchr(line, '\n')); line = end + 1) {
		const char *name = line + 2;

		*end = '\0';
		if (line[0] == 'P') {
			now = &ret->v[ret->n++];
			now->name = name;
			map_init(&now->defines, a);
			map_init(&now->wants, a);
		} else if (now && line[0] == 'D') {
			map_set(&now->defines, name, now);
			map_set(&ret->definer, name, now);
		} else if (now && line[0] == 'U') {
			map_set(&now->wants, name, now);
		}
	}
}

void closure_add_object(struct arena *a, struct closure *c, const char *name, const struct elf_file *f)
{
	if (!c->defined.arena) {
		map_init(&c->defined, a);
		map_init(&c->imports, a);
	}
	for (size_t i = 1; i < f->nsymbols; i++) {
		const char *symbol = arena_strdup(a, elf_symbol_name(f, &f->symbols[i]));
		enum ref r = classify(&f->symbols[i]);

		if (r == REF_DEFINES)
			map_set(&c->defined, symbol, (void *)name);
		else if (r == REF_WANTS)
			map_set(&c->imports, symbol, (void *)name);
	}
}

static void link_part(struct parts *p, struct closure *c, struct part *part)
{
	part->linked = true;
	for (size_t i = 0; i < part->defines.n; i++)
		map_set(&c->defined, part->defines.entries[i].key, (void *)part->name);
	for (size_t i = 0; i < part->wants.n; i++) {
		const char *symbol = part->wants.entries[i].key;

		if (!map_has(&c->imports, symbol))
			map_set(&c->imports, symbol, (void *)arena_printf(p->arena, "the runtime's part %s", part->name));
	}
}

void closure_resolve(struct parts *p, struct closure *c)
{
	/* grows while it is walked: a part that is linked adds what it wants */
	for (size_t i = 0; i < c->imports.n; i++) {
		const char *symbol = c->imports.entries[i].key;
		struct part *part;

		if (map_has(&c->defined, symbol))
			continue;
		part = map_get(&p->definer, symbol);
		if (part && !part->linked)
			link_part(p, c, part);
	}
}
