// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The target's symbols and modules: which lines a pattern finds, how they are grouped, what is left out; modules made here with gcc.
 * link: translator/types/[a-z]*.c translator/arch/[a-z]*.c translator/base/[a-z]*.c staprun/fsowner.c -lbpf -lelf -lmd -llzma -lzstd -lz
 */
#include "types_test.h"

#include "base/fs.h"
#include "base/scope.h"
#include "types/target.h"

static char dir[] = "/tmp/stp-types-XXXXXX";
static char found[4096];
static int room;

static bool note(void *cookie, const struct target_symbol *s)
{
	size_t n = strlen(found);

	(void)cookie;
	snprintf(found + n, sizeof(found) - n, "%s%s%s/%u%s%s", n ? " " : "", s->name, s->variant, s->count, s->global_ ? "g" : "",
		 s->part ? "p" : "");
	return --room;
}

static const char *functions(struct target *t, const char *module, const char *pattern)
{
	struct oserr *e;

	found[0] = '\0';
	room = 100;
	e = target_functions(t, module, pattern, note, NULL);
	if (e)
		snprintf(found, sizeof(found), "error: %s", e->msg);
	oserr_free(e);
	return found;
}

static void test_symbols(struct target *t)
{
	TEXT(functions(t, NULL, "sock_read"), "sock_read/1g", "a plain name, without .cold and padding");
	TEXT(functions(t, NULL, "twin"), "twin/2", "several of one name");
	TEXT(functions(t, NULL, "partly"), "partly/1 partly.part.0/1", "a variant beside the function");
	TEXT(functions(t, NULL, "split_only"), "split_only.constprop.0.isra.1/1 split_only.isra.0/1", "variants only");
	TEXT(functions(t, NULL, "split_only.isra.0"), "split_only.isra.0/1", "a variant by its own name");
	TEXT(functions(t, NULL, "*.isra.*"), "split_only.constprop.0.isra.1/1 split_only.isra.0/1", "variants by pattern");
	TEXT(functions(t, NULL, "sock_*l*"), "sock_byval/1 sock_close/1g sock_ret_small/1", "wildcards, sorted");
	TEXT(functions(t, NULL, "__pfx_*"), "__pfx_sock_read/1", "padding where it is asked for");
	TEXT(functions(t, NULL, "label*"), "", "labels inside assembly are no functions");
	TEXT(functions(t, NULL, "*"),
	     "copies/2 do_exit/1g init_mutex_lock/1g nobtf/1 partly/1 partly.part.0/1 perf_trace_init/1g same/2 sock_byval/1 sock_close/1g "
	     "sock_many/1g sock_read/1g sock_ret_big/1 sock_ret_small/1 sock_weak/1 split_only.constprop.0.isra.1/1 split_only.isra.0/1 twin/2",
	     "L8: wildcards find functions of the source only");
	TEXT(functions(t, NULL, "__SCT__tp_func_x"), "__SCT__tp_func_x/1g", "L8: what macros make, by its name");
	TEXT(functions(t, NULL, "__traceiter_*"), "__traceiter_x/1g", "L8: or by a pattern of its kind");
	TEXT(functions(t, NULL, "perf_trace*"), "perf_trace_init/1g", "L8: perf_trace_CLASS is made, others of that beginning are not");
	TEXT(functions(t, NULL, "perf_trace_x"), "perf_trace_x/1", "L8: a class by its name");
	TEXT(functions(t, NULL, "__sched_text_start"), "__sched_text_start/1g", "L8: the linker's marks");
	TEXT(functions(t, NULL, "sock_read.cold"), "sock_read.cold/1gp", "L8: a part by its name");
	TEXT(functions(t, NULL, "*.cold"), "sock_read.cold/1gp", "L8: parts by pattern");
	TEXT(functions(t, NULL, "sock_read*"), "sock_read/1g", "L8: and not by another");
	TEXT(functions(t, NULL, "label.E_copy"), "label.E_copy/1p", "L8: a label by its name");
	TEXT(functions(t, NULL, "sock"), "", "a prefix is no name");
	TEXT(functions(t, NULL, "ock_read"), "", "a tail is no name");
	TEXT(functions(t, NULL, "copies"), "copies/2", "the first line of a kind");
	TEXT(functions(t, NULL, "sock_weak"), "sock_weak/1", "the last line");
	TEXT(functions(t, NULL, ""), "", "no name");
	TEXT(functions(t, NULL, "["), "", "half a bracket");
	room = 2;
	found[0] = '\0';
	OK(!target_functions(t, NULL, "s*", note, NULL) && !strcmp(found, "same/2 sock_byval/1"), "a list stops when its reader has enough");
}

static void test_blocklist(void)
{
	const char *why = "";

	OK(target_function_probeable("sock_read", false, &why) && target_function_probeable("sock_read", true, &why), "an ordinary function");
	OK(!target_function_probeable("init_mutex_lock", false, &why) && !strcmp(why, "is blocklisted"), "a lock");
	OK(!target_function_probeable("_raw_spin_unlock_irqrestore", false, &why), "an unlock");
	OK(target_function_probeable("do_exit", false, &why), "do_exit may be entered");
	OK(!target_function_probeable("do_exit", true, &why) && !strcmp(why, "return probe is blocklisted"), "but never returns");
	OK(target_function_probeable("blockdev_open", true, &why) && target_function_probeable("tcp_v4_connect", true, &why), "names that hold parts of listed ones");
}

static const char module_text[] =
	"__attribute__((section(\".init.text\"))) int my_init(void) { return 0; }\n"
	"__attribute__((section(\".exit.text\"))) int my_exit(void) { return 0; }\n"
	"__attribute__((noinline)) static int my_local(int a) { __asm__ volatile(\"\"); return a; }\n"
	"int my_global(int a) { return my_local(a) + 1; }\n"
	"int my_data = 3; extern int other(void); int my_caller(void) { return other(); }\n";

static bool make_module(const char *path, const char *then)
{
	char command[1024];

	snprintf(command, sizeof(command), "cd %s && printf '%%s' '%s' >m.c && gcc -O1 -c -x c -o '%s' m.c && rm m.c%s%s", dir, module_text, path,
		 *then ? " && " : "", then);
	return system(command) == 0;
}

static bool note_name(void *cookie, const char *name)
{
	size_t n = strlen(found);

	(void)cookie;
	snprintf(found + n, sizeof(found) - n, "%s%s", n ? " " : "", name);
	return true;
}

static const char *modules(struct target *t, const char *pattern)
{
	struct oserr *e;

	found[0] = '\0';
	e = target_modules(t, pattern, note_name, NULL);
	if (e)
		snprintf(found, sizeof(found), "error: %s", e->msg);
	oserr_free(e);
	return found;
}

static void test_modules(struct target *t)
{
	_cleanup_free_ char *full = fs_join(dir, "own-mod.ko"), *broken = fs_join(dir, "broken.ko"), *odd = fs_join(dir, "my\"}}, {{.ko");
	struct types *types;
	struct oserr *e;

	OK(make_module("modules/kernel/fs/my-fs.ko", ""), "a module");
	OK(make_module("modules/kernel/my_gz.ko", "gzip modules/kernel/my_gz.ko"), "a compressed module");
	OK(make_module("modules/kernel/my_xz.ko", "xz modules/kernel/my_xz.ko"), "another");
	OK(make_module("own-mod.ko", "objcopy --redefine-sym my_caller=\"my_}}; int evil; char c[] = {{\" own-mod.ko"), "a module elsewhere");
	OK(make_module("my\"}}, {{.ko", ""), "one whose name no module has");
	TEXT(modules(t, "my-fs"), "my_fs", "by its file's name, given in the kernel's spelling");
	TEXT(modules(t, "my_fs"), "my_fs", "by the kernel's name");
	OK(strstr(modules(t, "my*"), "my_fs") && strstr(found, "my_gz") && strstr(found, "my_xz") && !strstr(found, "notes"), "by wildcard; other files are no modules");
	TEXT(modules(t, "nosuch"), "", "none");
	TEXT(modules(t, full), "own_mod", "by full path");
	OK(strstr(modules(t, "/nonexistent/x.ko"), "error: no module file"), "a path that does not exist");
	TEXT(functions(t, "my_fs", "my_*"), "my_caller/1g my_global/1g my_local/1", "its functions, without init and exit code, data and imports");
	TEXT(functions(t, "my_gz", "my_global"), "my_global/1g", "gzip");
	TEXT(functions(t, "my_xz", "my_global"), "my_global/1g", "xz");
	TEXT(functions(t, "own_mod", "my_global"), "my_global/1g", "the one elsewhere");
	TEXT(functions(t, "own_mod", "my_*"), "my_global/1g my_local/1", "A8: what no compiler calls a function is none");
	OK(strstr(modules(t, odd), "error: no module file"), "A8: nor is that a module");
	OK(strstr(functions(t, "nosuch", "x"), "error: no module 'nosuch'"), "functions of no module");
	e = target_module_types(t, "my_fs", &types);
	OK(e && strstr(e->msg, "has no BTF"), "a module without BTF says so");
	oserr_free(e);
	test_write(dir, "broken.ko", "\177ELF....", 8);
	TEXT(modules(t, broken), "broken", "a damaged module");
	OK(strstr(functions(t, "broken", "x"), "error: "), "is an error, not a crash");
}

int main(void)
{
	_cleanup_free_ char *kit = NULL, *mods = NULL, *kernel = NULL, *fs = NULL, *notes = NULL;
	struct target_paths paths = { .release = "6.1.0-test", .arch = "x86_64" };
	struct target *t, *bare;
	struct types *types = NULL, *again = NULL;
	struct oserr *e;

	if (!mkdtemp(dir))
		return 2;
	kit = fs_join(dir, "kit"), mods = fs_join(dir, "modules"), kernel = fs_join(mods, "kernel"), fs = fs_join(kernel, "fs");
	test_kit(kit, 0);
	mkdir(mods, 0700), mkdir(kernel, 0700), mkdir(fs, 0700);
	test_write(mods, "my_notes.txt", "x", 1);
	notes = fs_join(dir, "kit-agree");
	paths.kit_dir = kit, paths.modules_dir = mods;
	t = target_new(&paths);
	test_symbols(t);
	test_blocklist();
	test_modules(t);
	OK(!target_types(t, &types) && types_find(types, "sock") && !target_types(t, &again) && again == types, "the kernel's types, once");
	OK(!target_prototypes_agree(t), "BTF of an old pahole may hold the wrong prototype");
	target_free(t);
	test_kit(notes, 1);
	paths.kit_dir = notes, paths.modules_dir = NULL;
	t = target_new(&paths);
	OK(target_prototypes_agree(t), "that of a new one does not");
	OK(strstr(modules(t, "ext4"), "error: the modules of kernel 6.1.0-test are not there"), "no modules directory");
	target_free(t);
	paths.kit_dir = "/nonexistent";
	bare = target_new(&paths);
	e = target_types(bare, &types);
	OK(e, "no kit: an error");
	oserr_free(e);
	OK(strstr(functions(bare, NULL, "x"), "error: "), "no symbols: an error");
	target_free(bare);
	fs_rm_rf(dir);
	return tap_done();
}
