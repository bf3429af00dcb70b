// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tapset's index: which file defines what, by kind; what is kept of it and when it is believed.
 * link: translator/library/*.c translator/syntax/[a-z]*.c translator/base/[a-z]*.c staprun/fsowner.c -lmd -llzma -lzstd -lz
 */
#define _GNU_SOURCE 1
#include "testsuite/unit/tap.h"

#include "base/arena.h"
#include "base/fs.h"
#include "base/intern.h"
#include "library/library.h"
#include "session.h"
#include "syntax/diag.h"

#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/stp-library-XXXXXX";
static struct session *session;
static struct library *library;

static char *at(const char *name)
{
	static char path[8][512];
	static unsigned int next;
	char *p = path[next++ % 8];

	snprintf(p, sizeof(path[0]), "%s/%s", dir, name);
	return p;
}

static void put(const char *name, const char *text)
{
	char *path = at(name), *slash = strrchr(path, '/');
	FILE *f;

	*slash = 0;
	oserr_free(fs_mkdirs(path, 0755));
	*slash = '/';
	f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f))
		abort();
}

static void begin(void)
{
	static struct pp_facts facts = { .kernel_v = "6.1.0", .kernel_vr = "6.1.0-test", .arch = "x86_64", .runtime = "kernel", .privilege = "stapdev",
					 .compat = "5.6" };
	static const struct diag_opts opts = { 0 };
	struct session *s = session = calloc(1, sizeof(*s));

	s->arena = arena_new();
	s->names = intern_make(s->arena);
	s->diag = diag_new(s->arena, &opts);
	s->facts = &facts;
	s->release = "6.1.0-test";
	s->arch = "x86_64";
	s->data_dir = arena_strdup(s->arena, at("data"));
	s->opt.tapset_dir = arena_strdup(s->arena, at("tapset"));
	vec_push(s->arena, &s->opt.include_dirs, arena_strdup(s->arena, at("own")));
	map_init(&s->macros, s->arena);
	OK(!library_open(s, &library), "it opens");
}

static void end(void)
{
	arena_free(session->arena);
	free(session);
}

/* names of the files that define it, below the directory, each with a blank behind it */
static const char *found(enum lib_kind kind, const char *name)
{
	static char text[512];
	struct ast_file **files;
	size_t n = library_find(library, kind, name, &files);

	*text = 0;
	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ", files[i]->src->name + strlen(dir) + 1);
	return text;
}

static bool is_named(enum lib_kind kind, const char *name)
{
	size_t n;
	const char *const *names = library_names(library, kind, &n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return names[n] != NULL; /* the list ends with NULL */
}

static void by_kind(void)
{
	TEXT(found(LIB_FUNCTION, "fa"), "tapset/a.stp ", "a function");
	TEXT(found(LIB_FUNCTION, "both"), "tapset/a.stp tapset/b.stp ", "of two files");
	TEXT(found(LIB_FUNCTION, "hidden"), "", "a private one is not told");
	TEXT(found(LIB_FUNCTION, "ga"), "", "a global is no function");
	TEXT(found(LIB_GLOBAL, "ga"), "tapset/a.stp ", "a global");
	TEXT(found(LIB_ALIAS, "al"), "tapset/a.stp ", "an alias, by its first component");
	TEXT(found(LIB_ALIAS, "al2"), "tapset/a.stp ", "by each of its names");
	TEXT(found(LIB_ALIAS, "al.one"), "", "and by nothing else");
	TEXT(found(LIB_POINT, "al.one"), "tapset/a.stp ", "or by two");
	TEXT(found(LIB_POINT, "al."), "", "not by one where there are two");
	TEXT(found(LIB_POINT, "al2."), "tapset/a.stp ", "by one where there is one");
	OK(is_named(LIB_FUNCTION, "both") && is_named(LIB_ALIAS, "al") && is_named(LIB_GLOBAL, "ga") && is_named(LIB_MACRO, "mm"), "names of each kind");
	OK(!is_named(LIB_FUNCTION, "al") && !is_named(LIB_MACRO, "ga") && !is_named(LIB_FUNCTION, "bad"), "and of no other");
	library_load_macros(library, "println(@mm)");
	OK(map_get(&session->macros, "@mm") && !map_get(&session->macros, "@other"), "macros that the text names are read, no others");
}

static void by_folder(void)
{
	TEXT(found(LIB_FUNCTION, "of_version"), "tapset/linux/6.1/v.stp ", "the folder of this version comes first");
	TEXT(found(LIB_FUNCTION, "of_arch"), "tapset/x86_64/c.stp ", "that of this architecture, too");
	TEXT(found(LIB_FUNCTION, "later"), "", "that of another version is not looked at");
	TEXT(found(LIB_FUNCTION, "of_own"), "own/own.stp ", "-I is looked at");
	TEXT(found(LIB_FUNCTION, "again"), "", "but for a file whose name was there before");
	TEXT(found(LIB_FUNCTION, "dot"), "", "what begins with a dot is no tapset file");
}

static void kept(void)
{
	char *path;

	end();
	begin();
	OK(library_count(library) == 8 && library_parsed(library) == 1 && library_warnings(library) == 1, "the kept index: only what is broken is parsed");
	by_kind();
	path = at("data/cache/tapset-");
	snprintf(path + strlen(path), 64, "%.32s", library_stamp(library));
	OK(!access(path, R_OK), "it is kept under its stamp");
	OK(!truncate(path, 40), "half of it is lost");
	end();
	begin();
	OK(library_parsed(library) > 1, "then it is made anew");
	by_kind();
}

static void changed(void)
{
	char was[64];

	snprintf(was, sizeof(was), "%s", library_stamp(library));
	end();
	put("tapset/b.stp", "function both:long(x:string) { return 2 }\nfunction fresh() { }\n");
	begin();
	OK(strcmp(was, library_stamp(library)), "a file that changed is another stamp");
	TEXT(found(LIB_FUNCTION, "fresh"), "tapset/b.stp ", "what is new is found");
	end();
}

int main(void)
{
	char clean[64];

	if (!mkdtemp(dir))
		return 1;
	unsetenv("XDG_DATA_DIRS");
	put("tapset/a.stp", "function fa() { }\nfunction both:long(x:long) { return 1 }\nprivate function hidden() { }\nglobal ga\n"
			    "probe al.one = begin { }\nprobe al.two = al2 = end { }\n");
	put("tapset/b.stp", "function both:long(x:string) { return 2 }\n");
	put("tapset/bad.stp", "function bad( {\n");
	put("tapset/linux/6.1/v.stp", "function of_version() { }\n");
	put("tapset/linux/6.12/v.stp", "function later() { }\n");
	put("tapset/x86_64/c.stp", "function of_arch() { }\n");
	put("tapset/m.stpm", "@define mm %( 1 %)\n");
	put("tapset/m2.stpm", "@define other %( 2 %)\n");
	put("tapset/.dot.stp", "function dot() { }\n");
	put("tapset/note.txt", "function dot() { }\n");
	put("own/own.stp", "function of_own() { }\n");
	put("own/a.stp", "function again() { }\n");
	begin();
	OK(library_count(library) == 8 && library_warnings(library) == 1, "one file of eight is left out with a warning");
	by_kind();
	by_folder();
	kept();
	changed();
	snprintf(clean, sizeof(clean), "rm -rf %s", dir);
	return tap_done() | (system(clean) != 0);
}
