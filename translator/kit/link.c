/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A script's C → a module, without kbuild. Compile (the compiler's own stages, no driver), objtool where the kernel's recorded
 * commands have it, link with the parts that the script reaches, with modpost's object and with version rows for exactly what is
 * imported; then the module's name replaces the placeholder. Every import is looked up first: 6.1 refuses a module with one
 * unversioned symbol, and a name that the kernel does not export is a message, not a failed insmod.
 */
#define _GNU_SOURCE 1
#include "kit/private.h"

#include "base/fs.h"
#include "base/hash.h"
#include "base/proc.h"
#include "base/scope.h"
#include "base/term.h"
#include "base/text.h"
#include "kit/exports.h"

#include <errno.h>
#include <string.h>

struct object {
	const char *path, *name;
	void *data;
	struct elf_file elf;
};

struct linker {
	struct kit *kit;
	const struct link_input *in;
	const char *work_dir; /* absolute: embedded C is compiled from inside the build tree */
	struct arena *arena;
	struct object script, embedded, base; /* embedded.path NULL if there is none */
	struct parts parts;
	struct closure closure;
	const char *versions; /* path of the object with version rows and import_ns */
	const char *ko;
};

static const char *work(struct linker *l, const char *suffix)
{
	return arena_printf(l->arena, "%s/%s%s", l->work_dir, l->in->module_name, suffix);
}

/* ---- running what was recorded ----------------------------------------------------------------------------------------------- */

struct step {
	const char *command, *in, *out, *assembly, *cwd;
	const struct args *more; /* appended */
	const char *what;	 /* for the message: "compile the script" */
	bool of_script;		 /* what it complains of is the user's own text */
};

static struct oserr *step_failed(const struct step *st, const char *output)
{
	_cleanup_free_ char *own = st->of_script ? script_complaints(output) : NULL;

	return oserr_new(EINVAL, "cannot %s:\n%s", st->what, own ? own : output);
}

static struct oserr *run_step(struct linker *l, const struct step *st)
{
	struct subst s[] = { { "@KIT@", l->kit->dir },
			     { "@IN@", st->in ? st->in : "" },
			     { "@OUT@", st->out ? st->out : "" },
			     { "@ASM@", st->assembly ? st->assembly : "" } };
	char *const env[] = { (char *)"SRCARCH=x86", NULL };
	const struct args *recorded;
	struct args all = { 0 };
	struct proc_result r;
	struct oserr *err;

	err = kit_commands(l->kit, &recorded, st->command);
	if (err)
		return err;
	if (!recorded || !recorded->n)
		return oserr_new(EINVAL, "the kit %s has no command \"%s\"", l->kit->dir, st->command);
	for (size_t i = 0; i < recorded->n; i++)
		args_add(l->arena, &all, recorded->v[i]);
	for (size_t i = 0; st->more && i < st->more->n; i++)
		args_add(l->arena, &all, st->more->v[i]);
	err = proc_run(&(struct proc_spec){ .argv = commands_argv(l->arena, &all, s, 4), .env = env, .cwd = st->cwd }, &r);
	if (err)
		return err;
	if (!proc_ok(&r))
		err = step_failed(st, r.out);
	else if (l->in->verbose >= 2 && r.out_len)
		term_say("%s", r.out);
	proc_result_fini(&r);
	return err;
}

static struct oserr *has_command(struct linker *l, const char *name, bool *ret)
{
	const struct args *a;
	struct oserr *err = kit_commands(l->kit, &a, name);

	*ret = !err && a;
	return err;
}

/* ---- compiling --------------------------------------------------------------------------------------------------------------- */

static struct oserr *compile_script(struct linker *l)
{
	struct step st = {
		.in = work(l, ".c"), .out = l->script.path, .assembly = work(l, ".s"), .what = "compile the translated script"
	};
	struct oserr *err = fs_write_atomic(st.in, l->in->c_text, strlen(l->in->c_text), 0644);
	bool staged = false;

	if (!err)
		err = has_command(l, "cc1", &staged);
	if (err)
		return err;
	st.command = staged ? "cc1" : "cc";
	err = run_step(l, &st);
	if (err || !staged)
		return err;
	st.command = "as";
	err = run_step(l, &st);
	unlink(st.assembly);
	return err;
}

/* the prelude first, so that the code sees kernel types; #line so that messages name the script where codegen put that */
static struct oserr *compile_embedded(struct linker *l)
{
	struct step st = { .command = "cc-embedded",
			   .in = work(l, "_embedded.c"),
			   .out = l->embedded.path,
			   .cwd = l->kit->place.build,
			   .what = "compile the script's embedded C",
			   .of_script = true };
	struct args more = { 0 };
	struct buf text = BUF_INIT;
	struct oserr *err;

	if (!l->kit->place.build)
		return place_no_headers(&l->kit->place);
	for (const char *const *d = l->in->defines; d && *d; d++)
		args_add(l->arena, &more, arena_printf(l->arena, "-D%s", *d));
	args_add(l->arena, &more, arena_printf(l->arena, "-DKBUILD_BASENAME=\"%s_embedded\"", l->in->module_name));
	args_add(l->arena, &more, arena_printf(l->arena, "-DKBUILD_MODNAME=\"%s\"", l->in->module_name));
	args_add(l->arena, &more, arena_printf(l->arena, "-D__KBUILD_MODNAME=kmod_%s", l->in->module_name));
	st.more = &more;
	buf_puts(&text, "#include \"embedded.h\"\n");
	buf_puts(&text, l->in->embedded);
	err = fs_write_atomic(st.in, text.data, text.len, 0644);
	buf_fini(&text);
	return err ? err : run_step(l, &st);
}

static struct oserr *load(struct object *o)
{
	size_t len;
	char *data;
	struct oserr *err = fs_read(o->path, &data, &len);

	if (err)
		return err;
	o->data = data;
	return elf_open(data, len, o->path, &o->elf);
}

static struct oserr *objtool(struct linker *l, const char *command, const char *file)
{
	struct step st = { .command = command, .out = file, .what = "run objtool" };
	bool wanted;
	struct oserr *err = has_command(l, command, &wanted);

	return err || !wanted ? err : run_step(l, &st);
}

static struct oserr *make_objects(struct linker *l)
{
	struct oserr *err;

	l->script.path = work(l, ".script.o");
	l->script.name = "the translated script";
	err = compile_script(l);
	if (!err)
		err = objtool(l, "objtool-object", l->script.path);
	if (!err)
		err = load(&l->script);
	if (err || !l->in->embedded)
		return err;
	l->embedded.path = work(l, "_embedded.script.o");
	l->embedded.name = "the script's embedded C";
	err = compile_embedded(l);
	if (!err)
		err = objtool(l, "objtool-object", l->embedded.path);
	return err ? err : load(&l->embedded);
}

/* ---- what to link ------------------------------------------------------------------------------------------------------------ */

static struct oserr *load_base(struct linker *l)
{
	size_t len;
	char *data;
	struct oserr *err = manifest_read(&l->kit->manifest, l->kit->dir, "base.mod.o", &data, &len);

	if (err)
		return err;
	l->base.data = data;
	l->base.name = "the module's frame";
	l->base.path = arena_printf(l->arena, "%s/base.mod.o", l->kit->dir);
	return elf_open(data, len, l->base.path, &l->base.elf);
}

static struct oserr *resolve(struct linker *l)
{
	_cleanup_free_ char *index = NULL;
	struct oserr *err = load_base(l);

	if (!err)
		err = manifest_read(&l->kit->manifest, l->kit->dir, "parts.index", &index, NULL);
	if (err)
		return err;
	parts_load(l->arena, index, &l->parts);
	closure_add_object(l->arena, &l->closure, l->script.name, &l->script.elf);
	if (l->embedded.path)
		closure_add_object(l->arena, &l->closure, l->embedded.name, &l->embedded.elf);
	closure_add_object(l->arena, &l->closure, l->base.name, &l->base.elf);
	closure_resolve(&l->parts, &l->closure);
	for (size_t i = 0; !err && i < l->parts.n; i++) {
		_cleanup_free_ char *data = NULL;

		if (l->parts.v[i].linked) /* for its SHA-256 only: ld reads it again */
			err = manifest_read(&l->kit->manifest, l->kit->dir,
					    arena_printf(l->arena, "parts/%s.o", l->parts.v[i].name), &data, NULL);
	}
	return err;
}

/* ---- imports ----------------------------------------------------------------------------------------------------------------- */

struct version_row { /* struct modversion_info */
	unsigned long crc;
	char name[64 - sizeof(unsigned long)];
};

struct imports {
	struct buf rows, info;
	struct map namespaces;
	struct map unknown; /* symbol → who wants it */
};

static void add_import(struct linker *l, struct imports *im, const char *symbol, const char *who)
{
	struct version_row row = { 0 };
	const char *ns;
	struct export e;

	if (!exports_find(l->kit->exports, l->kit->exports_len, symbol, &e)) {
		map_set(&im->unknown, symbol, (void *)who);
		return;
	}
	row.crc = e.crc;
	memcpy(row.name, symbol, strnlen(symbol, sizeof(row.name) - 1));
	buf_add(&im->rows, &row, sizeof(row));
	ns = arena_strndup(l->arena, e.namespace, e.namespace_len);
	if (*ns && !map_has(&im->namespaces, ns)) {
		map_set(&im->namespaces, ns, (void *)ns);
		buf_printf(&im->info, "import_ns=%s", ns);
		buf_putc(&im->info, '\0');
	}
}

static struct oserr *refuse(struct linker *l, const struct imports *im)
{
	struct buf names = BUF_INIT;
	struct oserr *err;

	for (size_t i = 0; i < im->unknown.n; i++)
		buf_printf(&names, "%s%s (wanted by %s)", i ? ", " : "", im->unknown.entries[i].key,
			   (char *)im->unknown.entries[i].value);
	err = oserr_new(ENOENT, "kernel %s does not export what the module needs: %s", kit_release(l->kit), names.data);
	buf_fini(&names);
	return err;
}

static struct oserr *write_versions(struct linker *l, struct imports *im)
{
	struct elf_part parts[2];
	struct buf out = BUF_INIT;
	struct oserr *err;
	size_t n = 0;

	if (strcmp(kit_config(l->kit, "CONFIG_MODVERSIONS"), "y") == 0)
		parts[n++] = (struct elf_part){ "__versions", im->rows.data, im->rows.len, 32 };
	if (im->info.len)
		parts[n++] = (struct elf_part){ ".modinfo", im->info.data, im->info.len, 1 };
	if (n == 0)
		return NULL;
	elf_write_object(&out, l->base.elf.header, parts, n);
	l->versions = work(l, ".versions.o");
	err = fs_write_atomic(l->versions, out.data, out.len, 0644);
	buf_fini(&out);
	return err;
}

static struct oserr *check_imports(struct linker *l)
{
	struct imports im = { .rows = BUF_INIT, .info = BUF_INIT };
	struct oserr *err = kit_exports(l->kit);

	if (err)
		return err;
	map_init(&im.namespaces, l->arena);
	map_init(&im.unknown, l->arena);
	if (strcmp(kit_config(l->kit, "CONFIG_MODVERSIONS"), "y") == 0)
		add_import(l, &im, "module_layout", "the kernel itself");
	for (size_t i = 0; i < l->closure.imports.n; i++) {
		const struct map_entry *e = &l->closure.imports.entries[i];

		if (!map_has(&l->closure.defined, e->key))
			add_import(l, &im, e->key, e->value);
	}
	err = im.unknown.n ? refuse(l, &im) : write_versions(l, &im);
	buf_fini(&im.rows);
	buf_fini(&im.info);
	return err;
}

/* ---- linking ----------------------------------------------------------------------------------------------------------------- */

static void add_parts(struct linker *l, struct args *inputs)
{
	args_add(l->arena, inputs, l->script.path);
	if (l->embedded.path)
		args_add(l->arena, inputs, l->embedded.path);
	for (size_t i = 0; i < l->parts.n; i++)
		if (l->parts.v[i].linked)
			args_add(l->arena, inputs, arena_printf(l->arena, "%s/parts/%s.o", l->kit->dir, l->parts.v[i].name));
}

static struct oserr *link_objects(struct linker *l)
{
	struct step first = { .command = "ld-first", .out = work(l, ".parts.o"), .what = "link the module" };
	struct step last = { .command = "ld", .out = l->ko, .what = "link the module" };
	const char *common = arena_printf(l->arena, "%s/module-common.o", l->kit->dir);
	struct args objects = { 0 }, inputs = { 0 };
	bool twice;
	struct oserr *err = has_command(l, "ld-first", &twice);

	if (err)
		return err;
	add_parts(l, &objects);
	if (twice) {
		first.more = &objects;
		err = run_step(l, &first);
		if (!err)
			err = objtool(l, "objtool-link", first.out);
		args_add(l->arena, &inputs, first.out);
	} else {
		inputs = objects;
	}
	if (err)
		return err;
	args_add(l->arena, &inputs, l->base.path);
	if (fs_exists(common))
		args_add(l->arena, &inputs, common);
	if (l->versions)
		args_add(l->arena, &inputs, l->versions);
	last.more = &inputs;
	return run_step(l, &last);
}

/* ---- the name ---------------------------------------------------------------------------------------------------------------- */

/* at every place in the section where the placeholder stands: the name, then NULs */
static unsigned rename_in(struct elf_file *f, const char *section, const char *name)
{
	const Elf64_Shdr *s = elf_find(f, section);
	const size_t n = sizeof(KIT_PLACEHOLDER) - 1;
	unsigned done = 0;
	unsigned char *p;

	if (!s || s->sh_type == SHT_NOBITS)
		return 0;
	p = elf_bytes(f, s);
	for (size_t i = 0; i + n <= s->sh_size; i++) {
		if (memcmp(p + i, KIT_PLACEHOLDER, n) != 0)
			continue;
		memset(p + i, 0, n);
		memcpy(p + i, name, strlen(name));
		done++;
	}
	return done;
}

void built_module_fini(struct built_module *m)
{
	free(m->path);
	free(m->data);
	memset(m, 0, sizeof(*m));
}

struct oserr *built_module_init(const char *path, char *data, size_t len, struct built_module *ret)
{
	struct hash h;

	ret->data = data;
	ret->len = len;
	ret->path = strdup(path);
	hash_init(&h);
	hash_add(&h, data, len);
	hash_hex(&h, ret->sha256);
	return ret->path ? NULL : &oserr_nomem;
}

static struct oserr *set_name(struct linker *l, struct built_module *ret)
{
	struct object o = { .path = l->ko };
	struct oserr *err = load(&o);

	if (!err && (rename_in(&o.elf, ".gnu.linkonce.this_module", l->in->module_name) != 1 ||
		     rename_in(&o.elf, ".modinfo", l->in->module_name) == 0))
		err = oserr_new(EINVAL, "the kit %s does not name its module as expected", l->kit->dir);
	if (!err)
		err = fs_write_atomic(l->ko, o.data, o.elf.len, 0644);
	if (!err)
		return built_module_init(l->ko, o.data, o.elf.len, ret);
	free(o.data);
	return err;
}

struct oserr *kit_build_module(struct kit *k, const struct link_input *in, struct built_module *ret)
{
	_cleanup_free_ char *dir = realpath(in->work_dir, NULL);
	struct linker l = { .kit = k, .in = in, .work_dir = dir, .arena = arena_new() };
	struct oserr *err;

	if (!dir)
		err = oserr_errno(errno, "%s", in->work_dir);
	else if (strlen(in->module_name) >= sizeof(KIT_PLACEHOLDER))
		err = oserr_new(EINVAL, "the module name \"%s\" is longer than %zu", in->module_name, sizeof(KIT_PLACEHOLDER) - 1);
	else
		err = make_objects(&l);
	l.ko = work(&l, ".ko");
	if (!err)
		err = resolve(&l);
	if (!err)
		err = check_imports(&l);
	if (!err)
		err = link_objects(&l);
	if (!err)
		err = set_name(&l, ret);
	free(l.script.data);
	free(l.embedded.data);
	free(l.base.data);
	arena_free(l.arena);
	return err;
}
