// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's initrd: busybox, the modules that reach the host's files (with what modules.dep says they need, uncompressed), an /etc without
 * secrets (none for a bare guest), the caller's files under /vm.
 */
#include "run/vm.h"

#include "base/arena.h"
#include "base/fs.h"
#include "base/scope.h"
#include "base/text.h"
#include "base/trust.h"
#include "base/vec.h"
#include "run/cpio.h"
#include "base/decompress.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const wanted[] = { "virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay" };

/* of /etc, what programs of the host need to find their libraries, names and time; nothing that is secret anywhere */
static const char *const etc_files[] = {
	"passwd", "group", "nsswitch.conf", "hosts", "services", "protocols", "ld.so.cache", "ld.so.conf", "localtime", "timezone",
	"profile", "bash.bashrc", "os-release", "debian_version",
};

struct initrd {
	struct arena *a;
	const struct vm_spec *spec;
	struct buf *out;
	char *dep;		 /* modules.dep */
	VEC(const char *) loaded; /* paths below the modules directory, in load order */
};

/* the line of modules.dep whose module is NAME ('-' and '_' are the same): "path: dep dep"; NULL if it is built in */
static char *dep_line(struct initrd *r, const char *name)
{
	size_t n = strlen(name);

	for (const char *line = r->dep; *line;) {
		size_t len = strcspn(line, "\n"), path = strcspn(line, ":");
		const char *base = memrchr(line, '/', path);

		base = base ? base + 1 : line;
		if (path < len && strncmp(base, name, n) == 0 && base[n] == '.')
			return arena_strndup(r->a, line, len);
		line += len + (line[len] == '\n');
	}
	return NULL;
}

static void want_path(struct initrd *r, const char *path)
{
	for vec_each (i, &r->loaded)
		if (strcmp(r->loaded.v[i], path) == 0)
			return;
	vec_push(r->a, &r->loaded, path);
}

/* dependencies stand nearest first: the last one loads first */
static void want_module(struct initrd *r, const char *name)
{
	char *line = dep_line(r, name), *deps, *space;

	if (!line)
		return;
	deps = strchr(line, ':');
	*deps++ = '\0';
	while ((space = strrchr(deps, ' '))) {
		*space++ = '\0';
		if (*space)
			want_path(r, space);
	}
	want_path(r, line);
}

static struct oserr *add_modules(struct initrd *r)
{
	struct buf order = BUF_INIT;
	struct oserr *err = NULL;

	cpio_dir(r->out, "modules");
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		want_module(r, wanted[i]);
	for (size_t i = 0; i < r->loaded.n && !err; i++) {
		const char *path = r->loaded.v[i], *base = strrchr(path, '/');
		_cleanup_free_ char *data = NULL;
		char *name = arena_strdup(r->a, base ? base + 1 : path);
		char *ko = strstr(name, ".ko"), *full = arena_printf(r->a, "%s/%s", r->spec->kernel.modules, path);
		size_t len = 0;

		err = fs_trusted(full, geteuid());
		if (!err)
			err = read_decompressed(full, &data, &len);
		if (err)
			break;
		if (ko)
			ko[3] = '\0';
		cpio_file(r->out, arena_printf(r->a, "modules/%s", name), 0644, data, len);
		buf_printf(&order, "%s\n", name);
	}
	cpio_file(r->out, "modules/order", 0644, order.data, order.len);
	buf_fini(&order);
	return err;
}

static struct oserr *add_host_file(struct initrd *r, const char *name, const char *path, unsigned mode)
{
	_cleanup_free_ char *data = NULL;
	size_t len = 0;
	struct oserr *err = fs_read(path, &data, &len);

	if (!err)
		cpio_file(r->out, name, mode, data, len);
	return err;
}

/* /etc/alternatives: links into /usr */
static void add_alternatives(struct initrd *r)
{
	char **names, target[PATH_MAX];
	size_t n;
	struct oserr *err = fs_list("/etc/alternatives", NULL, &names, &n);

	if (err) {
		oserr_free(err);
		return;
	}
	cpio_dir(r->out, "etc/alternatives");
	for (size_t i = 0; i < n; i++) {
		ssize_t len = readlink(arena_printf(r->a, "/etc/alternatives/%s", names[i]), target, sizeof(target) - 1);

		if (len <= 0)
			continue;
		target[len] = '\0';
		cpio_link(r->out, arena_printf(r->a, "etc/alternatives/%s", names[i]), target);
	}
	fs_list_free(names);
}

static void add_etc(struct initrd *r)
{
	cpio_dir(r->out, "etc");
	for (size_t i = 0; i < sizeof(etc_files) / sizeof(etc_files[0]); i++)
		oserr_free(add_host_file(r, arena_printf(r->a, "etc/%s", etc_files[i]), arena_printf(r->a, "/etc/%s", etc_files[i]), 0644));
	add_alternatives(r);
}

static struct oserr *add_carried(struct initrd *r)
{
	const struct vm_spec *s = r->spec;
	struct oserr *err = NULL;

	cpio_dir(r->out, "vm");
	cpio_file(r->out, "vm/run", 0755, vm_guest_run, strlen(vm_guest_run));
	cpio_file(r->out, "vm/command", 0755, s->command, strlen(s->command));
	if (s->bare)
		cpio_file(r->out, "vm/bare", 0644, "", 0);
	cpio_file(r->out, "vm/cwd", 0644, s->cwd ? s->cwd : "", s->cwd ? strlen(s->cwd) : 0);
	for (size_t i = 0; i < s->nfiles && !err; i++) {
		const struct vm_file *f = &s->files[i];
		const char *name = arena_printf(r->a, "vm/%s", f->name);

		if (f->text)
			cpio_file(r->out, name, f->mode, f->text, strlen(f->text));
		else
			err = add_host_file(r, name, f->path, f->mode);
	}
	return err;
}

static struct oserr *find_busybox(const char **ret)
{
	static const char *const places[] = { "/bin/busybox", "/usr/bin/busybox", "/sbin/busybox.static" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], X_OK) == 0) {
			*ret = places[i];
			return NULL;
		}
	return oserr_new(0, "--vm needs busybox, linked statically (Debian: busybox-static)");
}

struct oserr *vm_initrd(struct arena *a, const struct vm_spec *spec, struct buf *out)
{
	struct initrd r = { .a = a, .spec = spec, .out = out };
	_cleanup_free_ char *dep = NULL;
	const char *busybox = NULL;
	struct oserr *err = find_busybox(&busybox);

	if (!err)
		err = fs_read(arena_printf(a, "%s/modules.dep", spec->kernel.modules), &dep, &(size_t){ 0 });
	if (err)
		return err;
	r.dep = dep;
	cpio_dir(out, "bin");
	err = add_host_file(&r, "bin/busybox", busybox, 0755);
	cpio_file(out, "init", 0755, vm_guest_init, strlen(vm_guest_init));
	if (!spec->bare)
		add_etc(&r);
	if (!err)
		err = add_modules(&r);
	if (!err)
		err = add_carried(&r);
	cpio_end(out);
	return err;
}
