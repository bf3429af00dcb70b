// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pass 4. The cache decides the module's name when -m does not. -m, and -p4 without a cache, leave the module in the current directory.
 * That may be anybody's: what pass 5 loads is the one in the cache or in the temporary directory, with the hash of what was made.
 */
#define _GNU_SOURCE 1 /* memmem */
#include "kit/compile.h"

#include "base/fs.h"
#include "base/scope.h"
#include "base/term.h"
#include "kit/cache.h"
#include "kit/elf_file.h"
#include "kit/kit.h"
#include "runtime/uapi/ctl.h"
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const *defines(struct session *s)
{
	const char **v = arena_array(s->arena, const char *, s->opt.defines.n + 1);

	for vec_each (i, &s->opt.defines)
		v[i] = arena_printf(s->arena, "%s=%s", s->opt.defines.v[i].name, s->opt.defines.v[i].value);
	return v;
}

static const char *const *make_args(struct session *s)
{
	const char **v = arena_array(s->arena, const char *, s->opt.make_args.n + 1);

	for vec_each (i, &s->opt.make_args)
		v[i] = s->opt.make_args.v[i];
	return v;
}

static struct oserr *build(struct session *s, struct built_module *ret)
{
	struct link_input in = {
		.module_name = s->module_name, .c_text = s->c_text, .embedded = s->embedded_text,
		.defines = defines(s), .make_args = make_args(s), .verbose = s->opt.verbose[4],
	};
	struct oserr *err = session_tmpdir(s, &in.work_dir);

	if (err)
		return err;
	return s->opt.kbuild ? kit_build_kbuild(s->kit, &in, ret) : kit_build_module(s->kit, &in, ret);
}

/* *ret: where */
static struct oserr *keep_here(struct session *s, const struct built_module *m, const char **ret)
{
	*ret = arena_printf(s->arena, "%s.ko", s->module_name);
	return fs_write_atomic(*ret, m->data, m->len, 0644);
}

/* a cache that cannot take it is said once, and done without */
static void store(struct session *s, struct cache_entry *e, const struct built_module *m)
{
	struct oserr *err = cache_store(s, e, m);

	if (!err)
		return;
	if (!s->opt.quiet_warnings)
		term_say("WARNING: not cached: %s\n", err->msg);
	oserr_free(err);
	e->usable = false;
}

/* built, stored and kept as asked for; the session knows where */
static struct oserr *make_module(struct session *s, struct cache_entry *e)
{
	struct built_module m = { 0 };
	struct oserr *err = build(s, &m);
	const char *path = m.path, *here = NULL;

	if (!err && e->usable)
		store(s, e, &m);
	if (!err && e->usable) /* still */
		path = e->ko_path;
	else if (!err && (s->opt.module_renamed || s->opt.last_pass == 4))
		err = keep_here(s, &m, &here);
	if (here && s->opt.last_pass == 4)
		path = here;
	if (!err) {
		s->module_path = arena_strdup(s->arena, path);
		s->module_sha256 = arena_strdup(s->arena, m.sha256);
	}
	built_module_fini(&m);
	return err;
}

struct oserr *compile_module(struct session *s)
{
	struct cache_entry e = { 0 };
	bool hit = false;
	bool cached = !s->opt.module_renamed && !s->opt.keep && !s->opt.kbuild;
	struct oserr *err = NULL;

	if (cached)
		err = cache_lookup(s, &e, &hit);
	if (err)
		return err;
	s->module_name = arena_strdup(s->arena, s->opt.module_renamed ? s->opt.module_name :
				      e.name ? e.name : arena_printf(s->arena, "stap_%d", (int)getpid()));
	if (hit) {
		s->cached = true;
		s->module_path = arena_strdup(s->arena, e.ko_path);
		s->module_sha256 = arena_strdup(s->arena, e.sha256);
	} else {
		err = make_module(s, &e);
	}
	cache_entry_fini(&e);
	return err;
}

unsigned module_controls(const char *path)
{
	static const char key[] = "\ncontrols ";
	_cleanup_free_ char *data = NULL;
	const Elf64_Shdr *info;
	struct elf_file f;
	size_t len;
	struct oserr *err = fs_read(path, &data, &len);
	const char *at = NULL;

	if (!err)
		err = elf_open(data, len, path, &f);
	info = err ? NULL : elf_find(&f, STP_INFO_SECTION);
	if (info && info->sh_type == SHT_PROGBITS)
		at = memmem(elf_bytes(&f, info), info->sh_size, key, sizeof(key) - 1);
	oserr_free(err);
	return at ? (unsigned)strtoul(at + sizeof(key) - 1, NULL, 10) : 0;
}
