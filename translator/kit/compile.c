// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pass 4. The cache decides the module's name when -m does not; a module that the cache cannot hold goes to the current directory when
 * somebody asked for its path (-p4), else it stays in the temporary directory until the run is over.
 */
#include "kit/compile.h"

#include "base/fs.h"
#include "base/scope.h"
#include "kit/cache.h"
#include "kit/kit.h"
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

static struct oserr *build(struct session *s, char **ret_ko)
{
	struct link_input in = {
		.module_name = s->module_name, .c_text = s->c_text, .embedded = s->embedded_text,
		.defines = defines(s), .make_args = make_args(s), .verbose = s->opt.verbose[4],
	};
	struct oserr *err = session_tmpdir(s, &in.work_dir);

	if (err)
		return err;
	return s->opt.kbuild ? kit_build_kbuild(s->kit, &in, ret_ko) : kit_build_module(s->kit, &in, ret_ko);
}

static struct oserr *keep_here(struct session *s, const char *ko)
{
	s->module_path = arena_printf(s->arena, "%s.ko", s->module_name);
	return fs_copy(ko, s->module_path, 0644);
}

/* a cache that cannot take it is said once, and done without */
static void store(struct session *s, struct cache_entry *e, const char *ko)
{
	struct oserr *err = cache_store(s, e, ko);

	if (!err)
		return;
	if (!s->opt.quiet_warnings)
		fprintf(stderr, "WARNING: not cached: %s\n", err->msg);
	oserr_free(err);
	e->usable = false;
}

struct oserr *compile_module(struct session *s)
{
	struct cache_entry e = { 0 };
	_cleanup_free_ char *ko = NULL;
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
	} else {
		err = build(s, &ko);
		if (!err && e.usable)
			store(s, &e, ko);
	}
	if (!err && e.usable)
		s->module_path = arena_strdup(s->arena, e.ko_path);
	else if (!err && (s->opt.module_renamed || s->opt.last_pass == 4))
		err = keep_here(s, ko);
	else if (!err)
		s->module_path = arena_strdup(s->arena, ko);
	cache_entry_fini(&e);
	return err;
}
