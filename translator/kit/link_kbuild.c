/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --kbuild: runtime and script through kbuild as one external module. Slow, and with nothing of ours between source and .ko: what
 * the kit's way makes must behave the same. The module has all parts, since kbuild does not choose.
 */
#define _GNU_SOURCE 1
#include "kit/private.h"

#include "base/fs.h"
#include "base/proc.h"
#include "base/scope.h"

#include <errno.h>
#include <string.h>

static struct oserr *put(struct arena *a, const char *dir, const char *name, const char *text)
{
	return fs_write_atomic(arena_printf(a, "%s/%s", dir, name), text, strlen(text), 0644);
}

/* the Kbuild of the parts builds a module of the placeholder's name: the same list under the script's */
static struct oserr *write_kbuild(struct arena *a, const char *dir, const struct link_input *in, const char *const *parts)
{
	struct buf b = BUF_INIT;
	struct oserr *err;
	const char *kbuild = arena_printf(a, "%s/Kbuild", dir);
	_cleanup_free_ char *text = NULL;
	const char *flags;

	err = fs_read(kbuild, &text, NULL);
	if (err)
		return err;
	flags = strstr(text, "\nccflags-y");
	buf_printf(&b, "obj-m := %s.o\n%s-y := stp_script.o%s", in->module_name, in->module_name,
		   in->embedded ? " stp_embedded.o" : "");
	for (const char *const *p = parts; *p; p++)
		buf_printf(&b, " part_%s.o", *p);
	buf_puts(&b, flags ? flags : "\n");
	for (const char *const *d = in->defines; in->embedded && d && *d; d++)
		buf_printf(&b, "CFLAGS_stp_embedded.o += -D%s\n", *d);
	err = put(a, dir, "Kbuild", b.data);
	buf_fini(&b);
	return err;
}

static struct oserr *write_sources(struct arena *a, struct kit *k, const char *dir, const struct link_input *in)
{
	const char *const *parts;
	_cleanup_free_ char *facts = NULL;
	struct oserr *err;
	size_t len;

	err = runtime_write_sources(a, k->runtime, dir, &parts);
	if (!err)
		err = write_kbuild(a, dir, in, parts);
	if (!err)
		err = manifest_read(&k->manifest, k->dir, "include/stp_facts.h", &facts, &len);
	if (!err)
		err = put(a, dir, "stp_facts.h", facts);
	if (!err)
		err = put(a, dir, "stp_script.c", in->c_text);
	if (!err && in->embedded)
		err = put(a, dir, "stp_embedded.c", arena_printf(a, "#include \"embedded.h\"\n%s", in->embedded));
	return err;
}

static struct oserr *strip(const char *from, const char *to)
{
	const char *argv[] = { "objcopy", "--strip-debug", from, to, NULL };
	struct proc_result r;
	struct oserr *err = proc_run(&(struct proc_spec){ .argv = (char *const *)argv }, &r);

	if (err)
		return err;
	if (!proc_ok(&r))
		err = oserr_new(EINVAL, "objcopy %s: %s", from, r.out);
	proc_result_fini(&r);
	return err;
}

struct oserr *kit_build_kbuild(struct kit *k, const struct link_input *in, struct built_module *ret)
{
	_cleanup_free_ char *work = realpath(in->work_dir, NULL), *output = NULL;
	struct arena *a = arena_new();
	char *dir = arena_printf(a, "%s/kbuild", work ? work : "");
	struct kbuild run = { .build = k->place.build,
			      .dir = dir,
			      .compiler = kit_fact(k, "compiler"),
			      .make_args = in->make_args };
	struct oserr *err = work ? fs_mkdirs(dir, 0700) : oserr_errno(errno, "%s", in->work_dir);
	const char *ko = arena_printf(a, "%s/%s.ko", work ? work : "", in->module_name);
	bool ok = false;
	char *data;
	size_t len;

	if (!err && !k->place.build)
		err = place_no_headers(&k->place);
	if (!err)
		err = write_sources(a, k, dir, in);
	if (!err)
		err = kbuild_run(&run, &ok, &output);
	if (!err && !ok) {
		_cleanup_free_ char *words = kbuild_complaints(output);

		err = oserr_new(EINVAL, "kbuild failed:\n%s", words);
	}
	if (!err)
		err = strip(arena_printf(a, "%s/%s.ko", dir, in->module_name), ko);
	if (!err)
		err = fs_read(ko, &data, &len);
	if (!err)
		err = built_module_init(ko, data, len, ret);
	arena_free(a);
	return err;
}
