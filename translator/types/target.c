/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The target kernel's facts, each read when first asked for and kept: vmlinux' types and symbols come from the kit, a module's from
 * its file below the modules directory. A script of timers opens none of them.
 *
 * Module names: '-' (and ',') in a file's name is '_' in the kernel; names are compared, and given, in the kernel's spelling.
 */
#define _GNU_SOURCE 1 /* asprintf */
#include "types/target.h"

#include "arch/arch.h"
#include "base/fs.h"
#include "base/map.h"
#include "base/scope.h"
#include "base/text.h"
#include "base/vec.h"
#include "types/kofile.h"
#include "types/symbols.h"

#include <errno.h>
#include <fnmatch.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

struct module {
	const char *name, *path;
	struct symbols symbols;
	struct types *types;
};

struct target {
	struct target_paths paths;
	struct arena *arena;
	struct symbols symbols;
	struct types *types;
	struct map systems; /* of tracepoints, by name */
	bool systems_read;
	struct map modules; /* struct module by name: all on disk, once listed */
	bool listed;
	struct map similar; /* module:name → target_similar_functions() */
	struct map names;   /* module → struct names: all of its functions, once one was not there */
};

struct target *target_new(const struct target_paths *paths)
{
	struct target *t = calloc(1, sizeof(*t));

	BUG_IF(!t, "out of memory");
	t->paths = *paths;
	t->arena = arena_new();
	map_init(&t->modules, t->arena);
	map_init(&t->systems, t->arena);
	map_init(&t->similar, t->arena);
	map_init(&t->names, t->arena);
	return t;
}

void target_free(struct target *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->modules.n; i++) {
		struct module *m = t->modules.entries[i].value;

		types_close(m->types);
		free(m->symbols.text);
	}
	types_close(t->types);
	free(t->symbols.text);
	arena_free(t->arena);
	free(t);
}

const struct arch *target_arch(const struct target *t)
{
	return arch_find(t->paths.arch);
}

/* ---- vmlinux ----------------------------------------------------------------------------------------------------- */

struct oserr *target_types(struct target *t, struct types **ret)
{
	_cleanup_free_ char *path = NULL;
	struct oserr *e = NULL;

	if (!t->types) {
		path = fs_join(t->paths.kit_dir, "btf");
		e = types_open_btf(path, &t->types);
	}
	if (!e)
		*ret = t->types;
	return e;
}

static struct oserr *load_symbols(struct target *t) STP_MUST_CHECK;
static struct oserr *load_symbols(struct target *t)
{
	_cleanup_free_ char *path = NULL;

	if (t->symbols.text)
		return NULL;
	path = fs_join(t->paths.kit_dir, "symbols");
	return fs_read(path, &t->symbols.text, &t->symbols.len);
}

/* CONFIG_PAHOLE_VERSION ≥ 125: a function of several prototypes is left out of BTF, so what is in it holds for all of that name */
bool target_prototypes_agree(struct target *t)
{
	static const char key[] = "\nCONFIG_PAHOLE_VERSION=";
	_cleanup_free_ char *path = fs_join(t->paths.kit_dir, "config"), *text = NULL;
	struct oserr *e;
	const char *p;
	size_t len;

	e = fs_read(path, &text, &len);
	if (e) {
		oserr_free(e);
		return false;
	}
	p = strstr(text, key);
	return p && atoi(p + sizeof(key) - 1) >= 125;
}

/* the kit's `events`: "SYSTEM NAME" each line */
static void read_systems(struct target *t)
{
	_cleanup_free_ char *path = fs_join(t->paths.kit_dir, "events"), *text = NULL;
	struct oserr *e;
	size_t len;

	t->systems_read = true;
	e = fs_read(path, &text, &len);
	if (e) {
		oserr_free(e);
		return;
	}
	for (char *line = text, *next; *line; line = next) {
		char *space;

		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		space = strchr(line, ' ');
		if (!space)
			continue;
		if (!map_has(&t->systems, space + 1))
			map_set(&t->systems, arena_strdup(t->arena, space + 1), arena_strndup(t->arena, line, space - line));
	}
}

const char *target_tracepoint_system(struct target *t, const char *name)
{
	const char *system;

	if (!t->systems_read)
		read_systems(t);
	system = map_get(&t->systems, name);
	return system || !t->systems.n ? system : "";
}

/* ---- modules ----------------------------------------------------------------------------------------------------- */

static char *kernel_name(struct arena *a, const char *file, size_t n)
{
	char *name = arena_strndup(a, file, n);

	for (char *p = name; *p; p++)
		if (*p == '-' || *p == ',')
			*p = '_';
	return name;
}

/* the name of a module in FILE, NULL if it is none */
static char *module_of_file(struct arena *a, const char *file)
{
	static const char *const suffixes[] = { ".ko", ".ko.xz", ".ko.zst", ".ko.gz" };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		char *name = text_ends(file, suffixes[i]) ? kernel_name(a, file, strlen(file) - strlen(suffixes[i])) : NULL;

		if (name)
			return text_is_name(name, "") ? name : NULL;
	}
	return NULL;
}

static struct module *add_module(struct target *t, const char *name, const char *path)
{
	struct module *m = arena_make(t->arena, struct module);

	m->name = name;
	m->path = arena_strdup(t->arena, path);
	map_set(&t->modules, name, m);
	return m;
}

/* modprobe's order: what lies in updates/ hides what lies elsewhere */
static void add_file(struct target *t, const char *path, const char *file)
{
	char *name = module_of_file(t->arena, file);
	struct module *old = name ? map_get(&t->modules, name) : NULL;

	if (!name)
		return;
	if (!old)
		add_module(t, name, path);
	else if (strstr(path, "/updates/") && !old->types && !old->symbols.text)
		old->path = arena_strdup(t->arena, path);
}

static void list_modules(struct target *t)
{
	char *roots[] = { (char *)(uintptr_t)t->paths.modules_dir, NULL };
	FTSENT *f;
	FTS *fts;

	if (t->listed || !t->paths.modules_dir)
		return;
	t->listed = true;
	fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	if (!fts)
		return;
	while ((f = fts_read(fts)))
		if (f->fts_info == FTS_NSOK || f->fts_info == FTS_F)
			add_file(t, f->fts_path, f->fts_name);
	fts_close(fts);
}

/* by the kernel's name, or by the full path of a file */
static struct oserr *find_module(struct target *t, const char *name, struct module **ret) STP_MUST_CHECK;
static struct oserr *find_module(struct target *t, const char *name, struct module **ret)
{
	list_modules(t);
	*ret = map_get(&t->modules, kernel_name(t->arena, name, strlen(name)));
	return *ret ? NULL : oserr_new(ENOENT, "no module '%s' for kernel %s", name, t->paths.release);
}

struct oserr *target_modules(struct target *t, const char *pattern, bool (*fn)(void *cookie, const char *name), void *cookie)
{
	const char *p;

	if (*pattern == '/') {
		const char *slash = strrchr(pattern, '/') + 1;
		char *name = module_of_file(t->arena, slash);

		if (!name || !fs_exists(pattern))
			return oserr_new(ENOENT, "no module file '%s'", pattern);
		if (!map_has(&t->modules, name))
			add_module(t, name, pattern);
		fn(cookie, name);
		return NULL;
	}
	if (!t->paths.modules_dir)
		return oserr_new(ENOENT, "the modules of kernel %s are not there", t->paths.release);
	list_modules(t);
	p = kernel_name(t->arena, pattern, strlen(pattern));
	for (size_t i = 0; i < t->modules.n; i++)
		if (!fnmatch(p, t->modules.entries[i].key, 0) && !fn(cookie, t->modules.entries[i].key))
			break;
	return NULL;
}

struct oserr *target_module_types(struct target *t, const char *module, struct types **ret)
{
	struct kofile *file = NULL;
	struct types *base = NULL;
	struct module *m = NULL;
	const void *data;
	struct oserr *e;
	size_t len;

	e = find_module(t, module, &m);
	if (!e && !m->types) {
		e = target_types(t, &base);
		if (!e)
			e = kofile_open(m->path, &file);
		if (!e)
			e = kofile_btf(file, &data, &len);
		if (e == &oserr_notfound)
			e = oserr_new(ENOENT, "module '%s' has no BTF", module);
		if (!e)
			e = types_from_btf(data, len, m->name, base, &m->types);
		kofile_close(file);
	}
	if (!e)
		*ret = m->types;
	return e;
}

static struct oserr *module_symbols(struct target *t, const char *module, struct symbols **ret) STP_MUST_CHECK;
static struct oserr *module_symbols(struct target *t, const char *module, struct symbols **ret)
{
	struct kofile *file = NULL;
	struct module *m = NULL;
	struct oserr *e = find_module(t, module, &m);

	if (!e && !m->symbols.text) {
		e = kofile_open(m->path, &file);
		if (!e)
			e = kofile_symbols(file, &m->symbols.text, &m->symbols.len);
		kofile_close(file);
	}
	if (!e)
		*ret = &m->symbols;
	return e;
}

struct oserr *target_functions(struct target *t, const char *module, const char *pattern,
			       bool (*fn)(void *cookie, const struct target_symbol *s), void *cookie)
{
	struct symbols *s = &t->symbols;
	struct oserr *e;

	e = module ? module_symbols(t, module, &s) : load_symbols(t);
	if (!e)
		symbols_match(s, t->arena, pattern, fn, cookie);
	return e;
}

struct names {
	struct arena *arena;
	VEC(const char *) v;
};

static bool note_symbol(void *cookie, const struct target_symbol *sym)
{
	struct names *n = cookie;

	if (!*sym->variant)
		vec_push(n->arena, &n->v, sym->name);
	return true;
}

static const struct names *all_functions(struct target *t, const char *module)
{
	const char *key = module ? module : "";
	struct names *n = map_get(&t->names, key);

	if (!n) {
		n = arena_make(t->arena, struct names);
		n->arena = t->arena;
		oserr_free(target_functions(t, module, "*", note_symbol, n));
		map_set(&t->names, arena_strdup(t->arena, key), n);
	}
	return n;
}

const char *target_similar_functions(struct target *t, const char *module, const char *name)
{
	enum { MOST = 5 };
	const char *key = arena_printf(t->arena, "%s:%s", module ? module : "", name), *known = map_get(&t->similar, key);
	_cleanup_free_ char *text = NULL;
	const struct names *n;

	if (known)
		return known;
	n = all_functions(t, module);
	text = text_similar(name, n->v.v, n->v.n, MOST);
	known = text ? arena_strdup(t->arena, text) : "";
	map_set(&t->similar, key, (void *)known);
	return known;
}
