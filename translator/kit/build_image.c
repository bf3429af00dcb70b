/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own facts: BTF, symbols, trace events, build-id. Of the running kernel from /sys and /proc, of another out of its
 * vmlinuz. Before they are used, the headers must be those of the same build: the version text must agree and, where there is an
 * image, every export with its CRC.
 */
#define _GNU_SOURCE 1
#include "kit/private.h"

#include "base/fs.h"
#include "base/scope.h"
#include "base/text.h"
#include "kit/image.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

static struct oserr *write_file(struct builder *b, const char *name, const void *data, size_t len)
{
	_cleanup_free_ char *path = fs_join(b->dir, name);

	return path ? fs_write_atomic(path, data, len, 0644) : &oserr_nomem;
}

/* UTS_VERSION of the headers, "#1 SMP … (2026-11-16)"; NULL if they do not say */
static char *headers_version(const struct place *p)
{
	static const char mark[] = "#define UTS_VERSION \"";
	_cleanup_free_ char *path = fs_join(p->build, "include/generated/utsversion.h"), *text = NULL;
	struct oserr *err = path ? fs_read(path, &text, NULL) : NULL;
	char *at;

	if (err) {
		oserr_free(err);
		return NULL;
	}
	at = text ? strstr(text, mark) : NULL;
	return at ? strndup(at + strlen(mark), strcspn(at + strlen(mark), "\"\n")) : NULL;
}

static struct oserr *disagree(const struct place *p, const char *what)
{
	return oserr_new(
		EINVAL,
		"the headers in %s are not of the same build as kernel %s: %s; install the headers of exactly this kernel, or "
		"run \"stap-prep %s\"",
		p->build, p->release, what, p->release);
}

static struct oserr *check_version(const struct place *p, const char *kernel)
{
	_cleanup_free_ char *headers = headers_version(p), *what = NULL;

	if (!headers || strstr(kernel, headers))
		return NULL;
	if (asprintf(&what, "they say \"%s\", the kernel says \"%s\"", headers, kernel) < 0)
		return &oserr_nomem;
	return disagree(p, what);
}

static struct oserr *write_symbols(struct builder *b, struct buf *symbols)
{
	kallsyms_sort(symbols);
	return write_file(b, "symbols", symbols->data, symbols->len);
}

/* ---- the running kernel ------------------------------------------------------------------------------------------------------ */

/* tracefs may be closed to us: then nothing is known of systems, and the file is not there */
static struct oserr *running_events(struct builder *b)
{
	struct oserr *err = NULL;
	struct buf events = BUF_INIT;

	if (events_from_running(&events))
		err = write_file(b, "events", events.data, events.len);
	buf_fini(&events);
	return err;
}

static struct oserr *from_running(struct builder *b)
{
	_cleanup_free_ char *btf = NULL, *kallsyms = NULL;
	struct buf symbols = BUF_INIT;
	struct utsname u;
	struct oserr *err;
	size_t len;

	uname(&u);
	err = check_version(b->place, u.version);
	if (err)
		return err;
	b->build_id = place_running_build_id();
	if (!b->build_id)
		b->build_id = strdup("");
	err = fs_read("/sys/kernel/btf/vmlinux", &btf, &len);
	if (!err)
		err = write_file(b, "btf", btf, len);
	if (!err)
		err = fs_read("/proc/kallsyms", &kallsyms, NULL);
	if (!err)
		err = kallsyms_from_proc(kallsyms, &symbols);
	if (!err)
		err = write_symbols(b, &symbols);
	buf_fini(&symbols);
	return err ? err : running_events(b);
}

/* ---- a kernel image ---------------------------------------------------------------------------------------------------------- */

static struct oserr *check_image(struct builder *b, const struct image *im, const char *symvers)
{
	_cleanup_free_ char *what = NULL;
	struct oserr *err = im->version ? check_version(b->place, im->version) : NULL;
	size_t seen, wrong;

	if (err)
		return err;
	if (im->version && !(text_starts(im->version, b->place->release) && im->version[strlen(b->place->release)] == ' '))
		return oserr_new(EINVAL, "%s holds another kernel: \"%s\"", b->place->image, im->version);
	err = image_check_exports(im, symvers, &seen, &wrong);
	if (err || wrong == 0)
		return err;
	if (asprintf(&what, "%zu of the kernel's %zu exported symbols are missing or different in their Module.symvers", wrong,
		     seen) < 0)
		return &oserr_nomem;
	return disagree(b->place, what);
}

static struct oserr *image_symbols(struct builder *b, const struct image *im)
{
	struct buf symbols = BUF_INIT;
	const unsigned char *rodata;
	struct oserr *err;
	size_t len;

	err = image_section(im, ".rodata", &rodata, &len);
	if (!err)
		err = kallsyms_decode(rodata, len, &symbols);
	if (!err)
		err = write_symbols(b, &symbols);
	buf_fini(&symbols);
	return err;
}

static struct oserr *image_events(struct builder *b, const struct image *im)
{
	struct buf events = BUF_INIT;
	struct oserr *err = events_from_image(im, &events);

	if (!err)
		err = write_file(b, "events", events.data, events.len);
	buf_fini(&events);
	return err;
}

static struct oserr *from_image(struct builder *b, const struct image *im, const char *symvers)
{
	struct oserr *err = check_image(b, im, symvers);
	const unsigned char *btf;
	size_t len;

	if (err)
		return err;
	b->build_id = image_build_id(im);
	if (!b->build_id)
		b->build_id = strdup("");
	err = image_section(im, ".BTF", &btf, &len);
	if (err) {
		oserr_free(err);
		return oserr_new(ENOTSUP, "kernel %s has no BTF (CONFIG_DEBUG_INFO_BTF is off): not supported yet",
				 b->place->release);
	}
	err = write_file(b, "btf", btf, len);
	if (!err)
		err = image_symbols(b, im);
	return err ? err : image_events(b, im);
}

struct oserr *build_image_facts(struct builder *b, const char *symvers)
{
	struct image im;
	struct oserr *err;

	if (b->place->running && fs_exists("/sys/kernel/btf/vmlinux"))
		return from_running(b);
	if (!b->place->image && b->place->refused)
		return oserr_new(EPERM, "the image of kernel %s that is here is not used: %s", b->place->release, b->place->refused);
	if (!b->place->image)
		return oserr_new(ENOENT,
				 "there is no image of kernel %s (boot/vmlinuz-%s): install the package linux-image-%s, or run "
				 "\"stap-prep %s\"",
				 b->place->release, b->place->release, b->place->release, b->place->release);
	err = image_open(b->place->image, &im);
	if (err)
		return err;
	err = from_image(b, &im, symvers);
	image_fini(&im);
	return err;
}
