// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plans: the steps of paths through structs, pointers, arrays, bit-fields and registers, and what is said when there is none.
 * link: translator/types/btf.c translator/types/type.c translator/types/spell.c translator/types/plan.c translator/types/renamed.c translator/types/convention.c translator/arch/[a-z]*.c translator/base/[a-z]*.c staprun/fsowner.c -lbpf -lmd -llzma -lzstd -lz
 */
#include "types_test.h"

#include "arch/arch.h"
#include "base/scope.h"
#include "types/convention.h"
#include "types/plan.h"
#include "types/renamed.h"

static struct types *types;
static struct arena *arena;

/* "ADD 8 · LOAD 4s · …" */
static const char *steps_of(const struct plan *p)
{
	static char text[1024];
	size_t n = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < p->nsteps; i++) {
		const struct plan_step *s = &p->steps[i];
		const char *sign = s->is_signed ? "s" : "u";

		n += snprintf(text + n, sizeof(text) - n, "%s", i ? " · " : "");
		switch (s->op) {
		case STEP_ADD: n += snprintf(text + n, sizeof(text) - n, "ADD %lld", (long long)s->value); break;
		case STEP_INDEX: n += snprintf(text + n, sizeof(text) - n, "INDEX e%u*%lld", s->n, (long long)s->value); break;
		case STEP_LOAD: n += snprintf(text + n, sizeof(text) - n, "LOAD %u%s", s->size, sign); break;
		case STEP_BITS: n += snprintf(text + n, sizeof(text) - n, "BITS >>%u %u%s", s->shift, s->size, sign); break;
		case STEP_CAST: n += snprintf(text + n, sizeof(text) - n, "CAST %u%s", s->size, sign); break;
		}
	}
	return text;
}

static struct plan *begin(void)
{
	return plan_make(arena, PLAN_ARG, 0, type_pointer_to(types_find(types, "sock")), "$sk");
}

/* member names, [n], [e] (an expression), & at the end (address); separated by blanks */
static struct oserr *walk(struct plan *p, const char *path)
{
	char text[128], *save = NULL;
	struct oserr *e = NULL;
	unsigned expr = 1;

	snprintf(text, sizeof(text), "%s", path);
	for (char *w = strtok_r(text, " ", &save); w && !e; w = strtok_r(NULL, " ", &save)) {
		if (*w == '&')
			return plan_address(p);
		if (!strcmp(w, "[e]"))
			e = plan_index_expr(p, expr++);
		else if (*w == '[')
			e = plan_index(p, strtoll(w + 1, NULL, 0));
		else
			e = plan_member(p, w);
	}
	return e ? e : plan_value(p);
}

static void gives(const char *path, const char *steps)
{
	struct plan *p = begin();
	struct oserr *e = walk(p, path);

	TEXT(e ? e->msg : steps_of(p), steps, path);
	oserr_free(e);
}

static void refuses(const char *path, const char *message)
{
	struct plan *p = begin();
	struct oserr *e = walk(p, path);

	TEXT(e ? e->msg : "no error", message, path);
	oserr_free(e);
}

static void test_paths(void)
{
	gives("c port", "ADD 4 · LOAD 4s");
	gives("c family", "LOAD 4u");
	gives("a", "ADD 8 · LOAD 4s");
	gives("b", "ADD 8 · LOAD 8s");
	gives("next", "ADD 40 · LOAD 8u");
	gives("next next c port", "ADD 40 · LOAD 8u · ADD 40 · LOAD 8u · ADD 4 · LOAD 4s");
	gives("name", "ADD 20");
	gives("name [3]", "ADD 23 · LOAD 1s");
	gives("name [e]", "ADD 20 · INDEX e1*1 · LOAD 1s");
	gives("next [2] c port", "ADD 40 · LOAD 8u · ADD 228 · LOAD 4s");
	gives("next [e] name [e]", "ADD 40 · LOAD 8u · INDEX e1*112 · ADD 20 · INDEX e2*1 · LOAD 1s");
	gives("next [-1] b", "ADD 40 · LOAD 8u · ADD -104 · LOAD 8s");
	gives("text [1]", "ADD 56 · LOAD 8u · ADD 1 · LOAD 1u");
	gives("lo", "ADD 16 · LOAD 1u · BITS >>0 3u");
	gives("mid", "ADD 16 · LOAD 2u · BITS >>3 7u");
	gives("hi", "ADD 16 · LOAD 4u · BITS >>10 22s");
	gives("st", "ADD 96 · LOAD 4s");
	gives("raw", "ADD 80 · LOAD 8u");
	gives("mac [5]", "ADD 93 · LOAD 1u");
	gives("c port &", "ADD 4");
	gives("next &", "ADD 40");
	gives("next next &", "ADD 40 · LOAD 8u · ADD 40");
}

static void test_messages(void)
{
	refuses("c prot", "unable to find member 'prot' for struct common (alternatives: port, family)");
	refuses("c", "'struct common' is being accessed instead of a member such as '->family'");
	refuses("c port x", "invalid access '->x' vs. int");
	refuses("c port [1]", "invalid access '[1]' vs. int");
	refuses("c [1]", "invalid access '[1]' for struct common");
	refuses("lo x", "invalid access '->x' vs. unsigned int");
	refuses("f", "'$sk->f' is a floating point number (float), which scripts cannot hold");
	refuses("o x", "struct opaque has no definition in the types of kernel, so '->x' is not known");
	refuses("raw x", "invalid access '->x' vs. void");
	refuses("raw [0]", "invalid access '[0]' vs. void*");
	refuses("fn [0]", "invalid access '[0]' vs. int (*)(struct sock*, ...)");
	refuses("lo &", "cannot take the address of '$sk->lo': it is a bit-field");
	refuses("&", "cannot take the address of '$sk': it is in a register, not in memory");
	refuses("next [0x7fffffffffffffff]", "array index 9223372036854775807 is out of range");
	refuses("nosuch", "unable to find member 'nosuch' for struct sock (alternatives: c, lo, mac, name, next, o, st, a, b, f, fn, hi, mid, raw, text)");
}

static void test_state(void)
{
	struct plan *p = begin(), *q;
	struct oserr *e;

	oserr_free(plan_member(p, "next"));
	e = plan_member(p, "nosuch");
	OK(e && p->nsteps == 1 && !strcmp(p->path, "$sk->next"), "a failed step leaves the plan as it was");
	oserr_free(e);
	q = plan_clone(arena, p);
	OK(!plan_value(q) && q->nsteps == 2 && p->nsteps == 1, "a clone goes its own way");
	e = NULL;
	for (int i = 0; i < 40 && !e; i++)
		e = plan_member(p, "next");
	OK(e && strstr(e->msg, "too many pointers"), "there is an end to it");
	oserr_free(e);
	p = begin();
	OK(!plan_index_expr(p, 4) && p->nexprs == 5, "the plan knows how many expressions it refers to");
	OK(!plan_member(p, "name") && !plan_value(p) && p->type->kind == TYPE_PTR && type_target(p->type)->kind == TYPE_CHAR,
	   "the value of an array is a pointer to its elements");
	p = begin();
	OK(!plan_member(p, "c") && !plan_address(p) && !plan_member(p, "port") && !plan_value(p), "-> on an address that was taken");
	TEXT(steps_of(p), "ADD 4 · LOAD 4s", "is the same as without");
}

static void value_of(const char *type, const char *member, const char *steps)
{
	struct plan *p = plan_make(arena, PLAN_ARG, 1, types_find(types, type), "$x");
	struct oserr *e = member ? plan_member(p, member) : NULL;

	if (!e)
		e = plan_value(p);
	TEXT(e ? e->msg : steps_of(p), steps, type);
	oserr_free(e);
}

static void test_registers(void)
{
	value_of("int", NULL, "CAST 4s");
	value_of("_Bool", NULL, "CAST 1u");
	value_of("size_t", NULL, "");
	value_of("enum state", NULL, "CAST 4s");
	value_of("struct common", "family", "BITS >>0 32u");
	value_of("struct common", "port", "BITS >>32 32s");
	value_of("struct common", NULL, "'struct common' is being accessed instead of a member such as '->family'");
}

static void bits_of(const char *member, const char *steps)
{
	struct plan *p = plan_make(arena, PLAN_ARG, 1, type_pointer_to(types_find(types, "struct wide_bits")), "$x");
	struct oserr *e = plan_member(p, member);

	if (!e)
		e = plan_value(p);
	TEXT(e ? e->msg : steps_of(p), steps, member);
	oserr_free(e);
}

static void test_wide_bits(void)
{
	bits_of("lo", "LOAD 1u · BITS >>0 3u");
	bits_of("all", "LOAD 8u · BITS >>3 61u");
	bits_of("cross", "ADD 13 · LOAD 8u · BITS >>4 32u");
	bits_of("over", "'$x->over' is a bit-field across more than 8 bytes");
	bits_of("neg", "ADD 24 · LOAD 8u · BITS >>11 33s");
}

static const char *place(const char *function, size_t i)
{
	static char text[128];
	struct type *f = NULL;
	unsigned arg = 0;
	struct oserr *e;

	if (types_functions(types, function, &f, 1) != 1)
		return "no such function";
	e = convention_argument(&arch_x86_64, f, i, &arg);
	snprintf(text, sizeof(text), "%u%s%s", arg, e ? " " : "", e ? e->msg : "");
	oserr_free(e);
	return text;
}

static const char *returned(const char *function)
{
	static char text[128];
	struct type *f = NULL;
	struct oserr *e;

	if (types_functions(types, function, &f, 1) != 1)
		return "no such function";
	e = convention_return(&arch_x86_64, f);
	snprintf(text, sizeof(text), "%s", e ? e->msg : "register");
	oserr_free(e);
	return text;
}

static void test_convention(void)
{
	TEXT(place("sock_read", 3), "3", "integers in order");
	TEXT(place("sock_many", 5), "5", "the sixth is the last in a register");
	TEXT(place("sock_many", 6), "0 it is argument 7, passed on the stack", "the seventh is not");
	TEXT(place("sock_byval", 0), "0 it is passed by value, in memory", "a big struct takes no register");
	TEXT(place("sock_byval", 1), "0", "a small one takes the first");
	TEXT(place("sock_byval", 2), "1", "the next argument the second");
	TEXT(place("takes_packed", 0), "0 it is passed by value, in memory", "one whose first member holds what is not aligned takes none");
	TEXT(place("takes_packed", 1), "0", "and leaves the first to what follows");
	TEXT(place("sock_ret_big", 0), "1", "a big result takes the first register for its address");
	TEXT(place("sock_ret_small", 0), "0", "a small one does not");
	TEXT(returned("sock_read"), "register", "a number is returned");
	TEXT(returned("sock_close"), "the function returns nothing", "void");
	TEXT(returned("sock_ret_big"), "it is returned by value, in memory", "a big struct");
	TEXT(returned("sock_ret_small"), "register", "a small struct");
}

static bool is_it(void *cookie, const char *name)
{
	return !strcmp(cookie, name);
}

/* a kernel that has one function */
static void renamed(const char *name, const char *has, const char *want)
{
	TEXT(renamed_function(arena, name, is_it, (void *)(uintptr_t)has), want, "L9: what the kernel has renamed");
}

static void test_renamed(void)
{
	renamed("do_fork", "_do_fork", ": do_fork is _do_fork since Linux 4.2");
	renamed("do_fork", "kernel_clone", ": do_fork is kernel_clone since Linux 5.10");
	renamed("sys_open", "__x64_sys_open", ": sys_open is __x64_sys_open since Linux 4.17");
	renamed("kmalloc", "kmalloc_noprof", ": kmalloc is kmalloc_noprof since Linux 6.10");
	renamed("do_forks", "kernel_clone", "");
	renamed("scheduler_tick", "scheduler_ticks", "");
}

int main(void)
{
	struct test_btf k;
	const void *p;
	__u32 n;

	p = test_btf_kernel(&k, &n);
	OK(!types_from_btf(p, n, "kernel", NULL, &types), "synthesised BTF opens");
	arena = arena_new();
	test_paths();
	test_messages();
	test_state();
	test_registers();
	test_wide_bits();
	test_convention();
	test_renamed();
	arena_free(arena);
	types_close(types);
	btf__free(k.b);
	return tap_done();
}
