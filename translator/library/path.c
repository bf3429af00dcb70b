// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The search path of the tapset: for each directory the folders for this kernel version and architecture, most specific first, below linux/
 * and then without. Folders are not recursed into. Library files may hold embedded C whatever the script may: what XDG_DATA_DIRS finds is left
 * out if others could have written it, with a warning. The stamp covers every file's name, size and time, and all facts that conditions ask for.
 */
#include "library/index.h"

#include "base/buf.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/scope.h"
#include "base/term.h"
#include "base/text.h"
#include "base/trust.h"
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_tapset(const char *name) { return name[0] != '.' && text_ends(name, ".stp"); }
static bool is_macros(const char *name) { return name[0] != '.' && text_ends(name, ".stpm"); }

static bool seen(const struct library *l, const struct lib_file *f)
{
	for vec_each (i, &l->files) {
		const struct lib_file *o = l->files.v[i];

		if ((o->st.st_ino == f->st.st_ino && o->st.st_dev == f->st.st_dev) || strcmp(o->below, f->below) == 0)
			return true;
	}
	return false;
}

/* a directory or file of XDG_DATA_DIRS. Both kinds of files are looked for in turn: the second time round it was said */
static bool is_ours(struct library *l, const char *path, bool say)
{
	struct session *s = l->session;
	struct oserr *err = fs_trusted(path, geteuid());

	if (!err)
		return true;
	if (err->code == EPERM) {
		s->warned = true;
		if (say && !s->opt.quiet_warnings && s->opt.listing == LIST_NONE)
			term_say("WARNING: tapset \"%s\" of XDG_DATA_DIRS is not used: %s\n", path, err->msg);
	}
	oserr_free(err);
	return false;
}

static void add_file(struct library *l, const char *dir, const char *sub, const char *name, bool macros)
{
	struct arena *a = l->session->arena;
	struct lib_file *f = arena_make(a, struct lib_file);

	f->path = arena_printf(a, "%s%s/%s", dir, sub, name);
	f->below = arena_printf(a, "%s/%s", sub, name);
	f->macros = macros;
	f->builtin = strcmp(dir, l->session->opt.tapset_dir) == 0;
	if (stat(f->path, &f->st) < 0 || !S_ISREG(f->st.st_mode) || seen(l, f))
		return;
	if (!l->from_environment || is_ours(l, f->path, true))
		vec_push(a, &l->files, f);
}

static void scan_folder(struct library *l, const char *dir, const char *sub, bool macros)
{
	_cleanup_free_ char *path = fs_join(dir, sub + (*sub == '/'));
	char **names;
	size_t n;
	struct oserr *err = fs_list(*sub ? path : dir, macros ? is_macros : is_tapset, &names, &n);

	if (err) {
		oserr_free(err); /* most of these folders do not exist */
		return;
	}
	for (size_t i = 0; i < n; i++)
		add_file(l, dir, sub, names[i], macros);
	fs_list_free(names);
}

/* "6.1.0-56-amd64" → itself, "6.1.0", "6.1" */
static size_t versions(struct session *s, const char *ret[3])
{
	const char *vr = s->release, *v = s->facts->kernel_v;
	const char *dot = strchr(v, '.');
	const char *second = dot ? strchr(dot + 1, '.') : NULL;
	size_t n = 0;

	ret[n++] = vr;
	if (strcmp(v, vr) != 0)
		ret[n++] = v;
	if (second)
		ret[n++] = arena_strndup(s->arena, v, (size_t)(second - v));
	return n;
}

static void scan_dir(struct library *l, const char *dir, bool macros)
{
	static const char *const roots[] = { "/linux", "" };
	struct arena *a = l->session->arena;
	const char *v[3], *arch = l->session->arch;
	size_t nv = versions(l->session, v);

	for (size_t r = 0; r < 2; r++) {
		for (size_t i = 0; i < nv; i++) {
			scan_folder(l, dir, arena_printf(a, "%s/%s/%s", roots[r], v[i], arch), macros);
			scan_folder(l, dir, arena_printf(a, "%s/%s", roots[r], v[i]), macros);
		}
		scan_folder(l, dir, arena_printf(a, "%s/%s", roots[r], arch), macros);
		scan_folder(l, dir, roots[r], macros);
	}
}

static void scan_all(struct library *l, bool macros)
{
	struct session *s = l->session;
	const char *xdg = getenv("XDG_DATA_DIRS");

	scan_dir(l, s->opt.tapset_dir, macros);
	l->from_environment = true;
	for (const char *p = xdg ? xdg : ""; *p;) {
		size_t n = strcspn(p, ":");

		const char *dir = arena_printf(s->arena, "%.*s/systemtap/tapset", (int)n, p);

		if (n && is_ours(l, dir, macros))
			scan_dir(l, dir, macros);
		p += n + (p[n] == ':');
	}
	l->from_environment = false;
	for vec_each (i, &s->opt.include_dirs)
		scan_dir(l, s->opt.include_dirs.v[i], macros);
}

static void make_stamp(struct library *l)
{
	struct session *s = l->session;
	const struct pp_facts *f = s->facts;
	char hex[HASH_HEX];
	struct hash h;

	hash_init(&h);
	hash_add_str(&h, "index with broken files");
	hash_add_str(&h, f->kernel_vr);
	hash_add_str(&h, f->arch);
	hash_add_str(&h, f->runtime);
	hash_add_str(&h, f->privilege);
	hash_add_str(&h, f->compat);
	hash_add_str(&h, f->guru ? "guru" : "");
	for vec_each (i, &l->files) {
		const struct lib_file *e = l->files.v[i];
		struct buf b = BUF_INIT;

		buf_printf(&b, "%s %lld %lld %lld", e->path, (long long)e->st.st_size, (long long)e->st.st_mtim.tv_sec,
			   (long long)e->st.st_mtim.tv_nsec);
		hash_add_str(&h, b.data);
		buf_fini(&b);
	}
	hash_hex(&h, hex);
	l->stamp = arena_strdup(s->arena, hex);
}

struct oserr *path_scan(struct library *l)
{
	if (!fs_is_dir(l->session->opt.tapset_dir))
		return oserr_new(0, "ERROR: the tapset directory %s is missing", l->session->opt.tapset_dir);
	scan_all(l, true);
	scan_all(l, false);
	make_stamp(l);
	return NULL;
}
