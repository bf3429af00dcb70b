/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kit's objects. kbuild makes one external module of all the runtime's parts and a stand-in for the script; what it leaves
 * behind is kept: each part's object, the object that modpost wrote (less the version rows, which are made anew for each script),
 * the linker script, objtool, and the commands. A kernel that runs objtool on each object records that behind the object's compile
 * command; one that delays it to the module records it behind the module's link. Nothing else decides which of the two it is.
 */
#define _GNU_SOURCE 1
#include "kit/private.h"

#include "base/fs.h"
#include "base/proc.h"
#include "base/scope.h"
#include "base/term.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

/* what kbuild made of NAME, and the command file beside it */
static char *made(struct builder *b, const char *name, const char *suffix)
{
	return arena_printf(b->arena, "%s/%s%s", b->work, name, suffix);
}

static char *recorded_path(struct builder *b, const char *name, const char *suffix)
{
	return arena_printf(b->arena, "%s/.%s%s", b->work, name, suffix);
}

static struct oserr *write_file(struct builder *b, const char *name, const char *text)
{
	return fs_write_atomic(arena_printf(b->arena, "%s/%s", b->dir, name), text, strlen(text), 0644);
}

/* ---- making ------------------------------------------------------------------------------------------------------------------ */

/* stands for the script while kbuild and modpost look at the module, and shows which command compiles an object of ours */
static struct oserr *write_stand_in(const char *dir)
{
	_cleanup_free_ char *path = fs_join(dir, "stp_script.c");
	static const char text[] =
		"#define STP_MAXSTRINGLEN 512\n#include \"abi.h\"\nconst struct stp_script stp_script = { 0 };\n";

	return path ? fs_write_atomic(path, text, sizeof(text) - 1, 0644) : &oserr_nomem;
}

/* is it the runtime that this kernel's headers refuse, or can nothing be built at all? */
static struct oserr *explain_failure(struct builder *b, const char *output)
{
	_cleanup_free_ char *words = kbuild_complaints(output), *control = NULL, *dir = NULL, *control_words = NULL;
	struct kbuild k = { .build = b->place->build, .compiler = b->compiler };
	struct oserr *err = build_work_dir(b, "control", &dir);
	bool ok;

	if (err)
		return err;
	k.dir = dir;
	err = fs_write_atomic(arena_printf(b->arena, "%s/Kbuild", dir), "obj-m := stp_control.o\n", 23, 0644);
	if (!err) {
		static const char text[] = "#include <linux/module.h>\nMODULE_LICENSE(\"GPL\");\n";

		err = fs_write_atomic(arena_printf(b->arena, "%s/stp_control.c", dir), text, sizeof(text) - 1, 0644);
	}
	if (!err)
		err = kbuild_run(&k, &ok, &control);
	fs_rm_rf(dir);
	if (err)
		return err;
	if (ok)
		return oserr_new(EINVAL, "the runtime does not compile for kernel %s (please report this):\n%s", b->place->release,
				 words);
	control_words = kbuild_complaints(control);
	return oserr_new(EINVAL, "this tool chain cannot build modules for %s: %s", b->place->release, control_words);
}

static struct oserr *make_module(struct builder *b)
{
	struct kbuild k = { .build = b->place->build, .dir = b->work, .compiler = b->compiler };
	_cleanup_free_ char *output = NULL;
	struct oserr *err;
	bool ok;

	err = runtime_write_sources(b->arena, b->runtime, b->work, &b->parts);
	if (!err)
		err = write_stand_in(b->work);
	if (!err)
		err = kbuild_run(&k, &ok, &output);
	if (err)
		return err;
	if (b->verbose >= 3)
		term_say("%s", output);
	return ok ? NULL : explain_failure(b, output);
}

/* ---- commands ---------------------------------------------------------------------------------------------------------------- */

static bool is_objtool(const struct args *l)
{
	return l->n > 1 && text_ends(l->v[0], "/objtool");
}

static const struct args *find_objtool(const struct recorded *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (is_objtool(&r->v[i]))
			return &r->v[i];
	return NULL;
}

static void add_objtool(struct builder *b, struct commands *l, const char *name, const struct args *recorded)
{
	struct args out = { 0 };

	args_add(b->arena, &out, "@KIT@/objtool");
	for (size_t i = 1; i + 1 < recorded->n; i++)
		args_add(b->arena, &out, recorded->v[i]);
	args_add(b->arena, &out, "@OUT@");
	commands_add(b->arena, l, name, &out);
}

/* the words of one line of `cc -###`, which quotes each; @IN@ and @OUT@ went in as STP.c and STP.o */
static void add_stage(struct builder *b, struct commands *l, const char *name, const struct args *line, const char *middle)
{
	struct args out = { 0 };

	for (size_t i = 0; i < line->n; i++) {
		const char *w = line->v[i];

		if (strcmp(w, "STP.c") == 0 && i && strcmp(line->v[i - 1], "-dumpbase") != 0)
			w = "@IN@";
		else if (strcmp(w, "STP.o") == 0)
			w = "@OUT@";
		else if (strcmp(w, middle) == 0)
			w = "@ASM@";
		args_add(b->arena, &out, w);
	}
	commands_add(b->arena, l, name, &out);
}

static const char *output_of(const struct args *line)
{
	for (size_t i = 0; i + 1 < line->n; i++)
		if (strcmp(line->v[i], "-o") == 0)
			return line->v[i + 1];
	return NULL;
}

/*
 * The driver's two stages, so that a script does without the driver: it costs as much as compiling. Compilers that do not show two
 * stages are run as a whole.
 */
static struct oserr *add_stages(struct builder *b, struct commands *l, const struct args *cc)
{
	struct recorded lines = { 0 }, stages = { 0 };
	struct proc_result r;
	struct args argv = *cc;
	struct oserr *err;

	argv.v = arena_memdup(b->arena, cc->v, cc->n * sizeof(*cc->v));
	argv.cap = argv.n;
	args_add(b->arena, &argv, "-###");
	err = proc_run(&(struct proc_spec){ .argv = commands_argv(b->arena, &argv,
								  (struct subst[]){ { "@IN@", "STP.c" }, { "@OUT@", "STP.o" } }, 2) },
		       &r);
	if (err)
		return err;
	recorded_parse(b->arena, r.out, &lines);
	proc_result_fini(&r);
	for (size_t i = 0; i < lines.n; i++) {
		const struct args *line = &lines.v[i];

		if (text_ends(line->v[0], "/cc1") || text_ends(line->v[0], "/as") || strcmp(line->v[0], "as") == 0)
			vec_push(b->arena, &stages, *line);
	}
	if (stages.n != 2 || !output_of(&stages.v[0]))
		return NULL;
	add_stage(b, l, "cc1", &stages.v[0], output_of(&stages.v[0]));
	add_stage(b, l, "as", &stages.v[1], output_of(&stages.v[0]));
	return NULL;
}

static struct oserr *add_compile(struct builder *b, struct commands *l, const struct args *recorded)
{
	struct args script = { 0 }, embedded = { 0 };

	args_add(b->arena, &script, b->compiler);
	flags_for_script(b->arena, recorded, &script);
	args_add(b->arena, &script, "-I@KIT@/include");
	args_add(b->arena, &embedded, b->compiler);
	flags_for_embedded(b->arena, recorded, &embedded);
	for (size_t i = embedded.n; i-- > 1;) /* the build's own folders are gone when it is used */
		if (text_starts(embedded.v[i], "-I") &&
		    (strcmp(embedded.v[i] + 2, b->work) == 0 || strcmp(embedded.v[i] + 2, b->runtime) == 0))
			memmove(&embedded.v[i], &embedded.v[i + 1], (--embedded.n - i) * sizeof(*embedded.v));
	args_add(b->arena, &embedded, "-I@KIT@/include");
	for (int i = 0; i < 2; i++) {
		struct args *flags = i ? &embedded : &script;

		args_add(b->arena, flags, "-c");
		args_add(b->arena, flags, "-o");
		args_add(b->arena, flags, "@OUT@");
		args_add(b->arena, flags, "@IN@");
		commands_add(b->arena, l, i ? "cc-embedded" : "cc", flags);
	}
	return add_stages(b, l, &script);
}

/* ld … -o X inputs: its flags, with our output, script and inputs */
static void add_link(struct builder *b, struct commands *l, const char *name, const struct args *recorded, const char *lds)
{
	_cleanup_free_ char *ld = proc_which(recorded->v[0]);
	struct args out = { 0 };

	args_add(b->arena, &out, ld ? arena_strdup(b->arena, ld) : recorded->v[0]);
	for (size_t i = 1; i < recorded->n; i++) {
		const char *w = recorded->v[i];
		bool value = i + 1 < recorded->n && (strcmp(w, "-m") == 0 || strcmp(w, "-z") == 0);

		if (strcmp(w, "-o") == 0 || strcmp(w, "-T") == 0)
			i++;
		else if (w[0] == '-')
			args_add(b->arena, &out, w);
		if (value)
			args_add(b->arena, &out, recorded->v[++i]);
	}
	args_add(b->arena, &out, "-T");
	args_add(b->arena, &out, lds);
	args_add(b->arena, &out, "-o");
	args_add(b->arena, &out, "@OUT@");
	commands_add(b->arena, l, name, &out);
}

static const char *linker_script(const struct args *ld)
{
	for (size_t i = 0; i + 1 < ld->n; i++)
		if (strcmp(ld->v[i], "-T") == 0)
			return ld->v[i + 1];
	return NULL;
}

/* the script's functions are moved to .kprobes.text by the linker: no attribute on each of them */
#define TO_KPROBES " .kprobes.text 0 : { *.script.o(.text .text.*) *(.kprobes.text) }\n"

static struct oserr *write_scripts(struct builder *b, const char *lds, bool objtool_on_link)
{
	const char *path = lds[0] == '/' ? lds : arena_printf(b->arena, "%s/%s", b->place->build, lds);
	_cleanup_free_ char *text = NULL;
	struct oserr *err = fs_read(path, &text, NULL);
	char *brace;

	if (err)
		return err;
	if (objtool_on_link) {
		err = write_file(b, "module.lds", text);
		return err ? err : write_file(b, "script.lds", "SECTIONS {\n" TO_KPROBES "}\n");
	}
	brace = strchr(text, '{');
	if (!brace)
		return oserr_new(EINVAL, "%s is not a linker script", path);
	return write_file(b, "module.lds",
			  arena_printf(b->arena, "%.*s\n%s%s", (int)(brace + 1 - text), text, TO_KPROBES, brace + 1));
}

static struct oserr *record_commands(struct builder *b)
{
	struct recorded object = { 0 }, module = { 0 }, final = { 0 };
	const struct args *per_object, *per_link;
	_cleanup_free_ char *text = NULL;
	struct commands l = { 0 };
	struct oserr *err;

	err = recorded_read(b->arena, recorded_path(b, "stp_script", ".o.cmd"), &object);
	if (!err)
		err = recorded_read(b->arena, recorded_path(b, KIT_PLACEHOLDER, ".o.cmd"), &module);
	if (!err)
		err = recorded_read(b->arena, recorded_path(b, KIT_PLACEHOLDER, ".ko.cmd"), &final);
	if (err)
		return err;
	if (!object.n || !module.n || !final.n || !linker_script(&final.v[0]))
		return oserr_new(EINVAL, "kbuild of %s records its commands in a form that is not known", b->place->release);
	per_object = find_objtool(&object);
	per_link = find_objtool(&module);
	err = add_compile(b, &l, &object.v[0]);
	if (err)
		return err;
	if (per_object)
		add_objtool(b, &l, "objtool-object", per_object);
	if (per_link) {
		add_link(b, &l, "ld-first", &module.v[0], "@KIT@/script.lds");
		add_objtool(b, &l, "objtool-link", per_link);
	}
	add_link(b, &l, "ld", &final.v[0], "@KIT@/module.lds");
	err = write_scripts(b, linker_script(&final.v[0]), per_link != NULL);
	text = commands_text(&l);
	return err ? err : write_file(b, "commands", text);
}

/* ---- objects ----------------------------------------------------------------------------------------------------------------- */

/* without debug information, and without the sections named */
static struct oserr *keep_object(struct builder *b, const char *from, const char *to, const char *less)
{
	const char *argv[10] = { "objcopy", "--strip-debug", "-R", ".comment" };
	size_t n = 4;
	struct proc_result r;
	struct oserr *err;

	if (less) {
		argv[n++] = "-R";
		argv[n++] = less;
	}
	argv[n++] = from;
	argv[n++] = arena_printf(b->arena, "%s/%s", b->dir, to);
	err = proc_run(&(struct proc_spec){ .argv = (char *const *)argv }, &r);
	if (err)
		return err;
	if (!proc_ok(&r))
		err = oserr_new(EINVAL, "objcopy %s: %s", from, r.out);
	proc_result_fini(&r);
	return err;
}

static struct oserr *index_part(struct builder *b, const char *name, struct buf *index)
{
	const char *path = arena_printf(b->arena, "%s/parts/%s.o", b->dir, name);
	_cleanup_free_ char *data = NULL;
	struct elf_file f;
	struct oserr *err;
	size_t len;

	err = fs_read(path, &data, &len);
	if (!err)
		err = elf_open(data, len, path, &f);
	if (!err)
		parts_index_object(index, name, &f);
	return err;
}

static struct oserr *keep_parts(struct builder *b)
{
	struct oserr *err = fs_mkdirs(arena_printf(b->arena, "%s/parts", b->dir), 0755);
	struct buf index = BUF_INIT;

	for (const char *const *p = b->parts; !err && *p; p++) {
		err = keep_object(b, made(b, arena_printf(b->arena, "part_%s", *p), ".o"), arena_printf(b->arena, "parts/%s.o", *p),
				  NULL);
		if (!err)
			err = index_part(b, *p, &index);
	}
	if (!err)
		err = write_file(b, "parts.index", index.data);
	buf_fini(&index);
	return err;
}

/* with the name of the source tree's architecture Debian's objtool is a front for several; the one for this machine is kept */
static struct oserr *keep_objtool(struct builder *b)
{
	const char *tool = arena_printf(b->arena, "%s/tools/objtool/objtool", b->place->build);
	const char *real = arena_printf(b->arena, "%s.real-x86", tool);

	if (fs_exists(real))
		tool = real;
	return fs_exists(tool) ? fs_copy(tool, arena_printf(b->arena, "%s/objtool", b->dir), 0755) : NULL;
}

static struct oserr *keep_includes(struct builder *b)
{
	struct oserr *err = fs_mkdirs(arena_printf(b->arena, "%s/include/uapi", b->dir), 0755);
	const char *uapi = arena_printf(b->arena, "%s/uapi", b->runtime);
	char **names = NULL;

	for (int i = 0; !err && i < 2; i++) {
		const char *name = i ? "embedded.h" : "abi.h";

		err = fs_copy(arena_printf(b->arena, "%s/%s", b->runtime, name),
			      arena_printf(b->arena, "%s/include/%s", b->dir, name), 0644);
	}
	if (!err)
		err = fs_copy(arena_printf(b->arena, "%s/stp_facts.h", b->work),
			      arena_printf(b->arena, "%s/include/stp_facts.h", b->dir), 0644);
	if (!err)
		err = fs_list(uapi, NULL, &names, NULL);
	for (size_t i = 0; !err && names[i]; i++)
		err = fs_copy(arena_printf(b->arena, "%s/%s", uapi, names[i]),
			      arena_printf(b->arena, "%s/include/uapi/%s", b->dir, names[i]), 0644);
	fs_list_free(names);
	return err;
}

struct oserr *build_objects(struct builder *b)
{
	struct oserr *err = make_module(b);
	const char *common;

	if (!err)
		err = record_commands(b);
	if (!err)
		err = keep_parts(b);
	if (!err)
		err = keep_object(b, made(b, KIT_PLACEHOLDER, ".mod.o"), "base.mod.o", "__versions");
	if (!err)
		err = keep_objtool(b);
	if (!err)
		err = keep_includes(b);
	if (err)
		return err;
	common = arena_printf(b->arena, "%s/.module-common.o", b->work);
	return fs_exists(common) ? keep_object(b, common, "module-common.o", NULL) : NULL;
}
