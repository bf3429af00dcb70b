// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types from BTF: lookup, members, spelling, prototypes, tracepoints, modules on top, damaged data. With a kit at hand also a
 * real kernel's.
 * link: translator/types/btf.c translator/types/type.c translator/types/spell.c translator/base/[a-z]*.c staprun/fsowner.c -lbpf -lmd -llzma -lzstd -lz
 */
#include "types_test.h"

#include "base/arena.h"
#include "base/scope.h"

static void spelled(struct type *t, const char *people, const char *compiler, const char *what)
{
	_cleanup_free_ char *p = type_spell(t), *c = type_declare(t, "x");

	TEXT(p, people, what);
	TEXT(c, compiler, what);
}

static struct member *members_of(struct type *t)
{
	struct member *m;

	type_members(t, &m);
	return m;
}

static void test_find(struct types *t)
{
	struct type *s = types_find(t, "sock");
	int64_t v = 0;

	OK(s && s->kind == TYPE_STRUCT && s->size == 112, "a bare name finds the struct, not its forward");
	OK(types_find(t, "struct sock") == s, "so does the tagged name");
	OK(!types_find(t, "union sock"), "a union of that name does not exist");
	OK(types_find(t, "size_t")->kind == TYPE_TYPEDEF, "typedef by name");
	OK(types_find(t, "enum state")->kind == TYPE_ENUM, "enum by name");
	OK(types_find(t, "struct opaque")->kind == TYPE_FORWARD, "a forward is better than nothing");
	OK(!types_find(t, "soc") && !types_find(t, "ock") && !types_find(t, ""), "parts of names are no names");
	OK(types_find(t, "unsigned int")->kind == TYPE_INT, "base types by name");
	OK(types_enumerator(t, "ST_ERR", &v) && v == -1, "a negative enumerator");
	OK(types_enumerator(t, "WIDE_TOP", &v) && v == (int64_t)0x8000000000000001ull, "a 64-bit enumerator");
	OK(!types_enumerator(t, "sock", &v), "a struct is no enumerator");
}

static void test_members(struct types *t)
{
	struct type *s = types_find(t, "sock");
	struct member m = { 0 }, *all;
	uint64_t off = 0;

	OK(type_members(s, &all) == 14, "members in order");
	OK(type_member(s, "b", &m, &off) && off == 64 && m.type->is_signed, "through an anonymous union");
	OK(type_member(s, "hi", &m, &off) && off == 138 && m.bit_size == 22, "a bit-field");
	OK(type_member(s, "c", &m, &off) && m.type->kind == TYPE_STRUCT, "const is dropped");
	OK(!type_member(s, "", &m, &off) && !type_member(s, "family", &m, &off), "members of named members are not ours");
	OK(type_strip(type_target(members_of(s)[6].type)) == s, "a pointer to a forward reaches the definition");
	OK(type_member(s, "name", &m, &off) && type_is_string_pointer(m.type) && m.type->size == 16, "char[] is text");
	OK(type_member(s, "text", &m, &off) && type_is_string_pointer(m.type), "unsigned char * is text");
	OK(type_member(s, "mac", &m, &off) && !type_is_string_pointer(m.type), "u8[] is not");
	OK(type_member(s, "next", &m, &off) && !type_is_string_pointer(m.type), "a struct pointer is not");
}

static struct type *member_type(struct types *t, const char *name)
{
	struct member m = { 0 };
	uint64_t off;

	return type_member(types_find(t, "sock"), name, &m, &off) ? m.type : NULL;
}

static void test_spelling(struct types *t)
{
	spelled(member_type(t, "next"), "struct sock*", "struct sock *x", "pointer to struct");
	spelled(member_type(t, "name"), "char[16]", "char x[16]", "array");
	spelled(member_type(t, "fn"), "int (*)(struct sock*, ...)", "int (*x)(struct sock *, ...)", "pointer to function");
	spelled(member_type(t, "raw"), "void*", "void *x", "pointer to void");
	spelled(member_type(t, "mac"), "u8[6]", "unsigned char x[6]", "typedefs: named for people, resolved for the compiler");
	spelled(member_type(t, "st"), "enum state", "enum state x", "enum");
	spelled(types_find(t, "size_t"), "size_t", "long unsigned int x", "typedef");
	spelled(type_pointer_to(member_type(t, "name")), "char (*)[16]", "char (*x)[16]", "pointer to array");
	spelled(types_find(t, "sock")->members[1].type, "union {...}", "struct { unsigned char b[8]; } x", "anonymous union");
	spelled(type_pointer_to(types_find(t, "sock")->members[1].type), "union {...}*", "void *x", "pointer to anonymous union");
}

static void test_functions(struct types *t)
{
	struct type *f[4];
	struct member *p;

	OK(types_functions(t, "sock_read", f, 4) == 1 && f[0]->kind == TYPE_FUNC, "a function by name");
	TEXT(f[0]->name, "sock_read", "its name");
	OK(type_members(f[0], &p) == 4 && !strcmp(p[2].name, "len") && p[2].type->size == 8, "its parameters");
	spelled(f[0], "size_t (struct sock*, void*, long unsigned int, _Bool)", "long unsigned int x(struct sock *, void *, long unsigned int, _Bool)", "its type");
	OK(types_functions(t, "sock", f, 4) == 0, "a struct is no function");
	OK(types_functions(t, "twin", f, 4) == 2 && !types_same_function(f[0], f[1]), "two of one name that differ");
	OK(types_functions(t, "same", f, 4) == 2 && types_same_function(f[0], f[1]), "two of one name that differ in parameter names only");
	OK(types_functions(t, "same", f, 1) == 1, "no more than there is room for");
}

static bool count(void *cookie, const char *name)
{
	(void)name;
	return ++*(int *)cookie < 100;
}

static bool one(void *cookie, const char *name)
{
	(void)name;
	++*(int *)cookie;
	return false;
}

static void note_tag(void *cookie, struct type *tag)
{
	strcat(cookie, tag->name);
	strcat(cookie, " ");
}

static void test_tracepoints(struct types *t)
{
	struct type *f = types_tracepoint(t, "sock_switch"), *g = types_tracepoint(t, "sock_unnamed");
	char tags[64] = "";
	struct member *p;
	int n = 0;

	OK(f && type_members(f, &p) == 4, "a tracepoint's prototype, without the data pointer");
	TEXT(p[1].name, "prev", "parameter names come from the function that calls the probes");
	spelled(f, "void (_Bool, struct sock*, int, enum state)", "void x(_Bool, struct sock *, int, enum state)", "its type");
	type_each_tag(f, note_tag, tags);
	TEXT(tags, "sock state ", "structs and enums that its text speaks of");
	OK(g && type_members(g, &p) == 2 && !*p[0].name, "without that function there are no names");
	OK(types_tracepoint(t, "sock_bare") && type_members(types_tracepoint(t, "sock_bare"), &p) == 0, "no parameters");
	OK(!types_tracepoint(t, "sock_read") && !types_tracepoint(t, ""), "a function is no tracepoint");
	types_each_tracepoint(t, count, &n);
	OK(n == 3, "list of tracepoints");
	n = 0;
	types_each_function(t, one, &n);
	OK(n == 1, "a list stops when its reader has enough");
}

static void test_module(struct types *base, struct test_btf *k)
{
	struct btf *b = btf__new_empty_split(k->b);
	int priv = btf__add_struct(b, "opaque", 16);
	struct arena *types_arena = arena_new();
	struct types *t = NULL;
	struct type *f[2], *s;
	struct enumerator *e;
	const void *p;
	__u32 n;

	btf__add_field(b, "sk", k->sock_ptr, 0, 0);
	btf__add_field(b, "extra", k->u64, 64, 0);
	btf__add_field(b, "a\"b", k->u64, 64, 0);
	btf__add_func_proto(b, k->s32);
	btf__add_func_param(b, "o", k->opaque_ptr);
	btf__add_func(b, "mod_open", BTF_FUNC_STATIC, priv + 1);
	btf__add_enum(b, "evil", 4);
	btf__add_enum_value(b, "x\" : \"\") panic(\"y", 0);
	btf__add_enum_value(b, "GOOD_1", 1);
	p = btf__raw_data(b, &n);
	OK(!types_from_btf(p, n, "mod", base, &t), "a module's types on top of the kernel's");
	TEXT(types_name(t), "mod", "its name");
	OK(types_functions(t, "mod_open", f, 2) == 1, "its function");
	OK(types_functions(t, "sock_read", f + 1, 1) == 0, "the kernel's functions are not its own");
	s = type_strip(type_target(members_of(f[0])[0].type));
	OK(s->kind == TYPE_FORWARD, "a forward of the kernel stays one there");
	s = types_find(t, "opaque");
	OK(s->kind == TYPE_STRUCT && s->size == 16, "a definition in the module wins over a forward of the kernel");
	OK(type_strip(type_target(members_of(s)[0].type)) == types_find(base, "sock"), "nodes of the kernel are the kernel's own");
	OK(types_find(t, "sock") == types_find(base, "sock"), "names of the kernel are found through the module");
	OK(types_tracepoint(t, "sock_switch"), "so are its tracepoints");
	TEXT(members_of(s)[1].name, "extra", "A8: a name");
	TEXT(members_of(s)[2].name, "", "A8: what no compiler gives a member is no name of it");
	OK(type_enumerators(types_find(t, "evil"), types_arena, &e) == 2 && !*e[0].name && !strcmp(e[1].name, "GOOD_1"), "A8: nor of an enumerator");
	types_close(t);
	arena_free(types_arena);
	btf__free(b);
}

static void test_damage(const void *good, __u32 n)
{
	char *bad = malloc(n);
	unsigned opened = 0;

	for (unsigned i = 0; i < n; i += 3) {
		struct types *t = NULL;
		struct oserr *e;

		memcpy(bad, good, n);
		bad[i] ^= 0x41;
		e = types_from_btf(bad, n, "bad", NULL, &t);
		if (!e) {
			struct type *f[4], *s = types_find(t, "sock");
			int count_ = 0;

			opened++;
			free(s ? type_declare(s, "x") : NULL);
			for (size_t k = 0, m = types_functions(t, "sock_read", f, 4); k < m; k++)
				free(type_declare(f[k], "x"));
			types_each_tracepoint(t, count, &count_);
			s = types_tracepoint(t, "sock_switch");
			free(s ? type_declare(s, "x") : NULL);
			types_close(t);
		}
		oserr_free(e);
	}
	OK(opened > 0 && opened < n, "one damaged byte: refused or survived");
	for (unsigned i = 0; i < n; i += 7) {
		struct types *t = NULL;
		struct oserr *e = types_from_btf(good, i, "short", NULL, &t);

		if (!e)
			types_close(t);
		opened += !e;
		oserr_free(e);
	}
	free(bad);
}

static void test_loop(void)
{
	struct btf *b = btf__new_empty();
	struct types *t = NULL;
	struct type *a;
	const void *p;
	__u32 n;

	btf__add_typedef(b, "a", 2);
	btf__add_typedef(b, "b", 1);
	btf__add_ptr(b, 3);
	btf__add_struct(b, "self", 8);
	btf__add_field(b, "", 4, 0, 0);
	p = btf__raw_data(b, &n);
	OK(!types_from_btf(p, n, "loops", NULL, &t), "BTF with loops opens");
	a = types_find(t, "a");
	free(type_spell(a));
	free(type_declare(a, "x"));
	OK(type_strip(a), "a typedef of itself ends");
	OK(!type_member(types_find(t, "self"), "nosuch", &(struct member){ 0 }, &(uint64_t){ 0 }), "a struct in itself ends");
	types_close(t);
	btf__free(b);
}

static void test_real(void)
{
	const char *kit = test_real_kit();
	char path[600];
	struct types *t = NULL;
	struct type *f[8];
	struct oserr *e;
	struct member *p;
	int n = 0;

	if (!kit) {
		tap_skip("a real kernel's BTF", "there is no kit of the first of STP_KERNELS");
		return;
	}
	snprintf(path, sizeof(path), "%s/btf", kit);
	e = types_open_btf(path, &t);
	OK(!e, "a real kernel's BTF opens");
	OK(types_functions(t, "vfs_read", f, 8) == 1 && type_members(f[0], &p) == 4, "vfs_read has four parameters");
	OK(types_find(t, "task_struct")->size > 1000, "task_struct");
	OK(types_tracepoint(t, "sched_switch") && !strcmp(types_tracepoint(t, "sched_switch")->members[2].name, "next"), "sched_switch's names");
	types_each_tracepoint(t, count, &n);
	OK(n == 100, "it has tracepoints");
	types_close(t);
	oserr_free(e);
}

static void add_kind(struct btf *b, unsigned i)
{
	switch (i) {
	case 0: btf__add_fwd(b, "k", BTF_FWD_STRUCT); break;
	case 1: btf__add_int(b, "k", 4, 0); break;
	case 2: btf__add_typedef(b, "k", 1); break;
	case 3: btf__add_enum(b, "k", 4); break;
	case 4: btf__add_union(b, "k", 4); break;
	default: btf__add_struct(b, "k", 4); break;
	}
}

/* one name for things of several kinds: the later of this list is meant, whichever stands first */
static void test_choice(void)
{
	static const enum type_kind kinds[] = { TYPE_FORWARD, TYPE_INT, TYPE_TYPEDEF, TYPE_ENUM, TYPE_UNION, TYPE_STRUCT };

	for (unsigned i = 0; i < 6; i++) {
		for (unsigned down = 0; down < 2; down++) {
			struct btf *b = btf__new_empty();
			struct types *t = NULL;
			const void *p;
			__u32 n;

			btf__add_int(b, "int", 4, 0);
			for (unsigned j = 0; j <= i; j++)
				add_kind(b, down ? i - j : j);
			p = btf__raw_data(b, &n);
			OK(!types_from_btf(p, n, "kernel", NULL, &t) && types_find(t, "k")->kind == kinds[i], "one name, several kinds");
			types_close(t);
			btf__free(b);
		}
	}
}

int main(void)
{
	struct types *t = NULL;
	struct test_btf k;
	struct oserr *e;
	void *p;
	__u32 n;

	p = (void *)(uintptr_t)test_btf_kernel(&k, &n);
	p = memcpy(malloc(n), p, n); /* libbpf's own does not outlive the next addition */
	OK(!types_from_btf(p, n, "kernel", NULL, &t), "synthesised BTF opens");
	test_find(t);
	test_members(t);
	test_spelling(t);
	test_functions(t);
	test_tracepoints(t);
	test_module(t, &k);
	types_close(t);
	test_damage(p, n);
	test_loop();
	test_choice();
	e = types_open_btf("/nonexistent/btf", &t);
	TEXT(e ? e->msg : "", "/nonexistent/btf: No such file or directory", "a missing file is an error");
	oserr_free(e);
	e = types_open_btf("/dev/null", &t);
	TEXT(e ? e->msg : "", "/dev/null is empty", "an empty file too");
	oserr_free(e);
	btf__free(k.b);
	free(p);
	test_real();
	return tap_done();
}
