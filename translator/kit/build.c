/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building a kit. Before: a place with a build tree and, unless the kernel is the running one, an image. After: a directory with
 * all that kit.h lists, or an error that says what is missing or does not fit; never a kit of parts that disagree. Its identity
 * covers everything that its content depends on.
 */
#define _GNU_SOURCE 1
#include "kit/private.h"

#include "base/fs.h"
#include "base/hash.h"
#include "base/proc.h"
#include "base/scope.h"
#include "base/text.h"
#include "kit/exports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

/* ---- compiler ---------------------------------------------------------------------------------------------------------------- */

static char *config_text(const char *config, const char *name)
{
	_cleanup_free_ char *mark = NULL;
	const char *at;

	if (asprintf(&mark, "\n%s=\"", name) < 0)
		return NULL;
	at = strstr(config, mark);
	return at ? strndup(at + strlen(mark), strcspn(at + strlen(mark), "\"\n")) : NULL;
}

/* "x86_64-linux-gnu-gcc-12 (Debian …) 12.2.0": the first number of the last word */
static int major_version(const char *text)
{
	const char *last = strrchr(text, ' ');

	return last ? atoi(last + 1) : 0;
}

/* a .config names a program of the path, not a file of its writer's */
static bool is_program_name(const char *name)
{
	return name[0] != '-' && name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")] == '\0';
}

/* candidates, best first: as the kernel names it, the same without a triplet, then neighbours by version */
static void compiler_candidates(struct arena *a, const char *named, struct args *ret)
{
	const char *first = arena_strndup(a, named, strcspn(named, " "));
	bool clang = strstr(named, "clang") != NULL;
	const char *base = clang ? "clang" : "gcc";
	const char *plain = strstr(first, base);
	int major = major_version(named);

	if (!is_program_name(first))
		first = plain = NULL;
	if (first)
		args_add(a, ret, first);
	if (plain)
		args_add(a, ret, plain);
	for (int d = 0; major > 0 && d <= 8; d++) {
		args_add(a, ret, arena_printf(a, "%s-%d", base, major + d));
		if (d && major > d)
			args_add(a, ret, arena_printf(a, "%s-%d", base, major - d));
	}
	args_add(a, ret, base);
	args_add(a, ret, "cc");
}

static char *first_line_of(const char *program)
{
	char *const argv[] = { (char *)program, (char *)"--version", NULL };
	struct proc_result r;
	struct oserr *err = proc_run(&(struct proc_spec){ .argv = argv }, &r);
	char *line;

	if (err) {
		oserr_free(err);
		return NULL;
	}
	line = proc_ok(&r) ? strndup(r.out, strcspn(r.out, "\n")) : NULL;
	proc_result_fini(&r);
	return line;
}

static struct oserr *choose_compiler(struct builder *b)
{
	_cleanup_free_ char *named = config_text(b->config, "CONFIG_CC_VERSION_TEXT");
	struct args names = { 0 };

	compiler_candidates(b->arena, named ? named : "gcc", &names);
	for (size_t i = 0; i < names.n; i++) {
		_cleanup_free_ char *path = proc_which(names.v[i]);
		_cleanup_free_ char *text = path ? first_line_of(path) : NULL;

		if (!text)
			continue;
		b->compiler = take_ptr(path);
		b->compiler_text = take_ptr(text);
		return NULL;
	}
	return oserr_new(ENOENT,
			 "this tool chain cannot build modules for %s: no compiler was found (the kernel was built with %s)",
			 b->place->release, named ? named : "an unnamed one");
}

/* ---- identity ---------------------------------------------------------------------------------------------------------------- */

struct oserr *build_key(struct builder *b, const char *symvers, char ret[65])
{
	char runtime[HASH_HEX];
	struct oserr *err = runtime_hash(b->runtime, runtime);
	struct hash h;

	if (err)
		return err;
	hash_init(&h);
	hash_add_str(&h, b->place->release);
	hash_add_str(&h, b->build_id);
	hash_add_str(&h, symvers);
	hash_add_str(&h, b->config);
	hash_add_str(&h, b->compiler_text);
	hash_add_str(&h, b->compiler);
	hash_add_str(&h, b->place->build);
	hash_add_str(&h, runtime);
	hash_hex(&h, ret);
	ret[32] = '\0';
	return NULL;
}

static void add_stamps(struct builder *b, struct buf *facts)
{
	static const char *const of_tree[] = { "Module.symvers", ".config", "include/generated/utsrelease.h", NULL };

	for (const char *const *name = of_tree; *name; name++) {
		_cleanup_free_ char *path = fs_join(b->place->build, *name);

		if (path)
			manifest_add_stamp(facts, path);
	}
	manifest_add_stamp(facts, b->compiler);
	if (!b->place->running && b->place->image)
		manifest_add_stamp(facts, b->place->image);
}

static struct oserr *write_manifest(struct builder *b, const char *key)
{
	struct buf facts = BUF_INIT;
	struct utsname u;
	struct oserr *err;
	char stamp[65];

	uname(&u);
	runtime_stamp(b->runtime, stamp);
	buf_printf(&facts, "kit 1\nrelease %s\narch %s\nbuild-id %s\nkey %s\n", b->place->release, u.machine, b->build_id, key);
	buf_printf(&facts, "compiler %s\ncompiler-version %s\n", b->compiler, b->compiler_text);
	buf_printf(&facts, "build %s\nruntime %s %s\n", b->place->build, stamp, b->runtime);
	add_stamps(b, &facts);
	err = manifest_write(b->dir, facts.data);
	buf_fini(&facts);
	return err;
}

/* ---- the steps --------------------------------------------------------------------------------------------------------------- */

static struct oserr *write_file(struct builder *b, const char *name, const void *data, size_t len)
{
	_cleanup_free_ char *path = fs_join(b->dir, name);

	return path ? fs_write_atomic(path, data, len, 0644) : &oserr_nomem;
}

static struct oserr *write_exports(struct builder *b, const char *symvers)
{
	_cleanup_free_ char *copy = strdup(symvers);
	struct buf out = BUF_INIT;
	struct oserr *err;

	if (!copy)
		return &oserr_nomem;
	exports_convert(copy, &out);
	err = write_file(b, "exports", out.data, out.len);
	buf_fini(&out);
	return err;
}

static struct oserr *read_of_tree(struct builder *b, const char *name, char **ret)
{
	_cleanup_free_ char *path = fs_join(b->place->build, name);
	struct oserr *err = path ? fs_read(path, ret, NULL) : &oserr_nomem;

	if (!err || err->code != ENOENT)
		return err;
	oserr_free(err);
	return oserr_new(ENOENT, "the headers of kernel %s in %s are not complete: they lack %s", b->place->release,
			 b->place->build, name);
}

static struct oserr *build_all(struct builder *b, const char *symvers)
{
	struct oserr *err = choose_compiler(b);
	char key[65];

	if (!err)
		err = build_image_facts(b, symvers);
	if (!err)
		err = build_key(b, symvers, key);
	if (!err)
		err = write_exports(b, symvers);
	if (!err)
		err = write_file(b, "config", b->config, strlen(b->config));
	if (!err)
		err = facts_write(b, symvers, b->work);
	if (!err)
		err = build_objects(b);
	if (err)
		return err;
	fs_rm_rf(b->work); /* none of the kit's files */
	return write_manifest(b, key);
}

/* make does not take every name for a directory: what it reads as more than one word, or as something of its own */
static bool is_plain(const char *path)
{
	return path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+@-")] == '\0';
}

struct oserr *build_work_dir(struct builder *b, const char *name, char **ret)
{
	_cleanup_free_ char *dir = fs_join(b->dir, name);
	struct oserr *err;

	if (!dir)
		return &oserr_nomem;
	if (!is_plain(dir))
		return fs_mktemp_dir("stap-kit-", ret);
	err = fs_mkdirs(dir, 0700);
	if (!err)
		*ret = take_ptr(dir);
	return err;
}

struct oserr *build_kit(struct builder *b)
{
	_cleanup_free_ char *symvers = NULL;
	struct oserr *err;

	b->arena = arena_new();
	err = read_of_tree(b, ".config", &b->config);
	if (!err)
		err = read_of_tree(b, "Module.symvers", &symvers);
	if (!err)
		err = build_work_dir(b, "work", &b->work);
	if (!err)
		err = build_all(b, symvers);
	if (b->work)
		fs_rm_rf(b->work);
	free(b->work);
	free(b->config);
	free(b->compiler);
	free(b->compiler_text);
	free(b->build_id);
	arena_free(b->arena);
	return err;
}
