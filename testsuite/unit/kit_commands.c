/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recorded commands: words as the shell would cut them, flags for objects with and without kernel headers, the kit's form and back.
 * link: translator/kit/commands.c translator/base/*.c staprun/fsowner.c -lmd -llzma -lzstd -lz
 */
#include "testsuite/unit/tap.h"

#include "base/buf.h"
#include "kit/commands.h"

#include <stdlib.h>

static const char *joined(struct arena *a, const struct args *l)
{
	const char *text = "";

	for (size_t i = 0; i < l->n; i++)
		text = arena_printf(a, "%s%s%s", text, i ? "|" : "", l->v[i]);
	return text;
}

static void words(struct arena *a)
{
	struct recorded r = { 0 };

	recorded_parse(a, " gcc -DX='\"a b\"' -DY=\"c \\\" d\" e\\ f $$x   ; ./tools/objtool/objtool --orc x.o\n", &r);
	OK(r.n == 2, "a semicolon ends a command");
	TEXT(joined(a, &r.v[0]), "gcc|-DX=\"a b\"|-DY=c \" d|e f|$x", "quotes, backslashes, make's dollars");
	TEXT(joined(a, &r.v[1]), "./tools/objtool/objtool|--orc|x.o", "the second command");
	memset(&r, 0, sizeof(r));
	recorded_parse(a, "a 'not closed", &r);
	OK(r.n == 1 && r.v[0].n == 2, "an open quote ends with the text");
	memset(&r, 0, sizeof(r));
	recorded_parse(a, "", &r);
	OK(r.n == 0, "nothing is no command");
}

static void flags(struct arena *a)
{
	struct recorded r = { 0 };
	struct args script = { 0 }, embedded = { 0 };

	recorded_parse(
		a,
		"gcc-12 -Wp,-MMD,/x/.a.o.d -nostdinc -I/h/include -I ./gen -include /h/kconfig.h -D__KERNEL__ -DMODULE "
		"-fmacro-prefix-map=/h/= -Wall -Werror=vla -std=gnu89 -O2 -mcmodel=kernel -pg -mrecord-mcount -mfentry "
		"-DCC_USING_FENTRY -fpatchable-function-entry=16,16 -fsanitize=kernel-address -fsanitize=kcfi --param x=1 -g "
		"-gdwarf-5 -DKBUILD_BASENAME='\"a\"' -c -o /x/a.o /x/a.c",
		&r);
	flags_for_script(a, &r.v[0], &script);
	TEXT(joined(a, &script),
	     "-nostdinc|-O2|-mcmodel=kernel|-fpatchable-function-entry=16,16|-fsanitize=kcfi|--param|x=1|-std=gnu11|-w|"
	     "-D__KERNEL__|-DMODULE",
	     "without headers, profiling, instrumentation, warnings");
	flags_for_embedded(a, &r.v[0], &embedded);
	TEXT(joined(a, &embedded),
	     "-nostdinc|-I/h/include|-I|./gen|-include|/h/kconfig.h|-D__KERNEL__|-DMODULE|-fmacro-prefix-map=/h/=|-Wall|"
	     "-Werror=vla|-std=gnu89|-O2|-mcmodel=kernel|-fpatchable-function-entry=16,16|-fsanitize=kernel-address|-fsanitize="
	     "kcfi|--param|"
	     "x=1|-Werror=int-conversion|-Werror=format",
	     "with headers: all but profiling, debug information and the file's own names");
	memset(&r, 0, sizeof(r));
	memset(&script, 0, sizeof(script));
	recorded_parse(a, "gcc -fpatchable-function-entry=4,2 -O2", &r);
	flags_for_script(a, &r.v[0], &script);
	OK(!args_has(&script, "-fpatchable-function-entry=4,2"), "trace sites by patchable entries are left out");
}

static void form(struct arena *a)
{
	struct commands l = { 0 }, back = { 0 };
	struct args cc = { 0 };
	char **argv, *text;

	args_add(a, &cc, "gcc");
	args_add(a, &cc, "-I@KIT@/include");
	args_add(a, &cc, "@IN@");
	commands_add(a, &l, "cc", &cc);
	commands_add(a, &l, "empty", &(struct args){ 0 });
	text = commands_text(&l);
	commands_parse(a, text, &back);
	free(text);
	OK(back.n == 2 && commands_get(&back, "empty")->n == 0, "commands survive being written and read");
	OK(!commands_get(&back, "ld"), "one that is not there");
	argv = commands_argv(a, commands_get(&back, "cc"), (struct subst[]){ { "@KIT@", "/k@IN@" }, { "@IN@", "a b.c" } }, 2);
	TEXT(argv[1], "-I/ka b.c/include", "marks are replaced, in order");
	TEXT(argv[2], "a b.c", "a blank in a name stays in one word");
	OK(!argv[3], "the list ends");
}

int main(void)
{
	struct arena *a = arena_new();

	words(a);
	flags(a);
	form(a);
	arena_free(a);
	return tap_done();
}
