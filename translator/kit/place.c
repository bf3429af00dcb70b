/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a kernel's files are. In: -r RELEASE, -r /BUILD/TREE or nothing (the running kernel). Looked at: the installed system, then
 * the trees that stap-prep unpacks ($SYSTEMTAP_DIR/kernels/RELEASE, /var/lib/systemtap/kernels/RELEASE), which have the same shape
 * below them. All must be ours to trust: make, the compiler that .config names and the image are run and read from there. This is so of what
 * an installed kernel's own link leads to, too: it is often left behind dangling, and whoever makes such a path later is not the builder. So
 * is what the tree itself leads to: the Makefile of "make O=TREE" includes that of the source tree, Debian's that of another package. A
 * builder's tree is used if it is named: -r /BUILD/TREE.
 */
#define _GNU_SOURCE 1
#include "kit/private.h"

#include "base/fs.h"
#include "base/scope.h"
#include "base/text.h"
#include "base/trust.h"
#include "kit/elf_file.h"
#include "session.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

void place_fini(struct place *p)
{
	free(p->release);
	free(p->build);
	free(p->image);
	free(p->modules);
	free(p->refused);
	free(p->refused_build);
	memset(p, 0, sizeof(*p));
}

static char *keep_if(bool keep, char *path)
{
	if (keep)
		return path;
	free(path);
	return NULL;
}

static __attribute__((format(printf, 1, 2))) char *existing(const char *fmt, ...)
{
	char *path;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&path, fmt, ap);
	va_end(ap);
	if (n < 0)
		return NULL;
	return keep_if(fs_exists(path), path);
}

/* a build tree is one that make can use: Debian's Makefile includes another, which may have been left behind */
static char *build_tree(const char *root, const char *release)
{
	_cleanup_free_ char *tree = existing("%s/lib/modules/%s/build", root, release);
	_cleanup_free_ char *makefile = tree ? fs_join(tree, "Makefile") : NULL;
	_cleanup_free_ char *config = tree ? fs_join(tree, ".config") : NULL;

	if (!makefile || !config || !fs_exists(makefile) || !fs_exists(config))
		return NULL;
	return realpath(tree, NULL);
}

/* *at is given up, with the reason noted, if there is one */
static void give_up(struct place *p, char **at, struct oserr *err)
{
	if (!err)
		return;
	free(take_ptr(*at));
	if (!p->refused)
		p->refused = strdup(err->msg);
	oserr_free(err);
}

/* the same, if it was found now and others could have written it */
static void distrust(struct place *p, char **at, bool found_now)
{
	give_up(p, at, *at && found_now ? fs_trusted(*at, geteuid()) : NULL);
}

static void look_below(const char *root, struct place *p)
{
	if (!p->build)
		p->build = build_tree(root, p->release);
	if (!p->image)
		p->image = existing("%s/boot/vmlinuz-%s", root, p->release);
	if (!p->image)
		p->image = existing("%s/lib/modules/%s/vmlinuz", root, p->release);
	if (!p->image)
		p->image = existing("%s/usr/lib/modules/%s/vmlinuz", root, p->release);
	if (!p->modules)
		p->modules = existing("%s/lib/modules/%s/modules.dep", root, p->release);
	if (!p->modules)
		p->modules = existing("%s/usr/lib/modules/%s/modules.dep", root, p->release);
	if (p->modules && text_ends(p->modules, "/modules.dep"))
		p->modules[strlen(p->modules) - strlen("/modules.dep")] = '\0';
}

static void distrust_build(struct place *p, bool found_now)
{
	_cleanup_free_ char *was = p->build ? strdup(p->build) : NULL;

	give_up(p, &p->build, was && found_now ? fs_trusted_tree(was, geteuid()) : NULL);
	if (!p->build && was && !p->refused_build)
		p->refused_build = take_ptr(was);
}

static void look_in(const char *root, struct place *p)
{
	bool build = !p->build, image = !p->image, modules = !p->modules;

	look_below(root, p);
	distrust_build(p, build);
	distrust(p, &p->image, image);
	distrust(p, &p->modules, modules);
}

static void look_in_unpacked(const char *root, struct place *p)
{
	char *whole = fs_is_dir(root) ? strdup(root) : NULL;

	distrust(p, &whole, true);
	if (!whole)
		return;
	free(whole);
	look_in(root, p);
}

/* UTS_RELEASE of a build tree: include/config/kernel.release names the source's release on Debian, not the kernel's */
static struct oserr *release_of_tree(const char *tree, char **ret)
{
	static const char mark[] = "#define UTS_RELEASE \"";
	_cleanup_free_ char *path = fs_join(tree, "include/generated/utsrelease.h"), *text = NULL;
	struct oserr *err;
	char *at;

	if (!path)
		return &oserr_nomem;
	err = fs_read(path, &text, NULL);
	if (err) {
		oserr_free(err);
		return oserr_new(ENOENT, "%s is not a kernel build tree: it has no include/generated/utsrelease.h", tree);
	}
	at = strstr(text, mark);
	if (!at)
		return oserr_new(EINVAL, "%s names no release", path);
	at += strlen(mark);
	*ret = strndup(at, strcspn(at, "\"\n"));
	return *ret ? NULL : &oserr_nomem;
}

static struct oserr *set_release(const char *wanted, struct place *p)
{
	struct utsname u;

	if (uname(&u) < 0)
		return oserr_errno(errno, "uname");
	if (wanted && wanted[0] == '/') {
		struct oserr *err = release_of_tree(wanted, &p->release);

		if (err)
			return err;
		p->build = realpath(wanted, NULL);
	} else {
		p->release = strdup(wanted && *wanted ? wanted : u.release);
	}
	if (!p->release)
		return &oserr_nomem;
	if (strchr(p->release, '/') || p->release[0] == '.' || !p->release[0])
		return oserr_new(EINVAL, "\"%s\" is not a kernel release", p->release);
	p->running = strcmp(p->release, u.release) == 0;
	return NULL;
}

struct oserr *place_find(struct session *s, struct place *ret)
{
	_cleanup_free_ char *own = NULL, *system = NULL;
	struct place p = { 0 };
	struct oserr *err = set_release(s->opt.release, &p);

	if (err) {
		place_fini(&p);
		return err;
	}
	if (asprintf(&own, "%s/kernels/%s", s->data_dir, p.release) < 0 ||
	    asprintf(&system, "%s/kernels/%s", KERNELS_SYSTEM_DIR, p.release) < 0) {
		place_fini(&p);
		return &oserr_nomem;
	}
	look_in("", &p);
	look_in_unpacked(own, &p);
	look_in_unpacked(system, &p);
	*ret = p;
	return NULL;
}

struct oserr *place_no_headers(const struct place *p)
{
	if (p->refused_build)
		return oserr_new(EPERM, "the headers of kernel %s that are here are not used: %s; if you trust them, name them: -r %s", p->release,
				 p->refused, p->refused_build);
	if (p->refused)
		return oserr_new(EPERM, "the headers of kernel %s that are here are not used: %s", p->release, p->refused);
	return oserr_new(ENOENT,
			 "the headers of kernel %s are not installed: install the package linux-headers-%s, or run \"stap-prep %s\"; where "
			 "they cannot be had, \"stap --vm\" runs the script on a kernel that can",
			 p->release, p->release, p->release);
}

char *place_running_build_id(void)
{
	_cleanup_free_ char *notes = NULL;
	struct oserr *err;
	size_t len;

	err = fs_read("/sys/kernel/notes", &notes, &len);
	if (err) {
		oserr_free(err);
		return NULL;
	}
	return elf_build_id((unsigned char *)notes, len);
}
