/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small kernel in BTF, made with libbpf, for tests of types/ and probe/; and a kit directory around it. What is in it stands beside
 * each line; tests know the names.
 */
#ifndef STP_TEST_TYPES_TEST_H
#define STP_TEST_TYPES_TEST_H

#include "tap.h"
#include "types/type.h"

#include <bpf/btf.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct test_btf {
	struct btf *b;
	int vptr, chr, uchr, boolean, s32, u32, u64, s64, size_t_, sock, sock_ptr, opaque_ptr;
};

static inline void test_btf_ints(struct test_btf *t)
{
	t->vptr = btf__add_ptr(t->b, 0);
	t->chr = btf__add_int(t->b, "char", 1, BTF_INT_SIGNED);
	t->uchr = btf__add_int(t->b, "unsigned char", 1, 0);
	t->boolean = btf__add_int(t->b, "_Bool", 1, BTF_INT_BOOL);
	t->s32 = btf__add_int(t->b, "int", 4, BTF_INT_SIGNED);
	t->u32 = btf__add_int(t->b, "unsigned int", 4, 0);
	t->u64 = btf__add_int(t->b, "long unsigned int", 8, 0);
	t->s64 = btf__add_int(t->b, "long int", 8, BTF_INT_SIGNED);
	t->size_t_ = btf__add_typedef(t->b, "size_t", t->u64);
}

/* struct sock { struct common c; union { int a; long b; }; unsigned lo:3, mid:7; signed hi:22; char name[16]; struct sock *next;
 *		  struct opaque *o; unsigned char *text; float f; int (*fn)(struct sock *, ...); void *raw; u8 mac[6]; enum state st; } */
static inline void test_btf_sock(struct test_btf *t)
{
	int common, anon, name, fn, proto, u8, mac, state, fl, text, common_const;

	btf__add_fwd(t->b, "sock", BTF_FWD_STRUCT);
	common = btf__add_struct(t->b, "common", 8);
	btf__add_field(t->b, "family", t->u32, 0, 0);
	btf__add_field(t->b, "port", t->s32, 32, 0);
	common_const = btf__add_const(t->b, common);
	anon = btf__add_union(t->b, "", 8);
	btf__add_field(t->b, "a", t->s32, 0, 0);
	btf__add_field(t->b, "b", t->s64, 0, 0);
	name = btf__add_array(t->b, t->u32, t->chr, 16);
	fl = btf__add_float(t->b, "float", 4);
	text = btf__add_ptr(t->b, t->uchr);
	u8 = btf__add_typedef(t->b, "u8", t->uchr);
	mac = btf__add_array(t->b, t->u32, u8, 6);
	state = btf__add_enum(t->b, "state", 4);
	btf__add_enum_value(t->b, "ST_OPEN", 1);
	btf__add_enum_value(t->b, "ST_ERR", -1);
	btf__add_enum64(t->b, "wide", 8, false);
	btf__add_enum64_value(t->b, "WIDE_TOP", 0x8000000000000001ull);
	t->opaque_ptr = btf__add_ptr(t->b, btf__add_fwd(t->b, "opaque", BTF_FWD_STRUCT));
	t->sock_ptr = btf__type_cnt(t->b);
	t->sock = t->sock_ptr + 3;
	btf__add_ptr(t->b, t->sock);
	proto = btf__add_func_proto(t->b, t->s32);
	btf__add_func_param(t->b, "", t->sock_ptr);
	btf__add_func_param(t->b, "", 0);
	fn = btf__add_ptr(t->b, proto);
	btf__add_struct(t->b, "sock", 112);
	btf__add_field(t->b, "c", common_const, 0, 0);
	btf__add_field(t->b, "", anon, 64, 0);
	btf__add_field(t->b, "lo", t->u32, 128, 3);
	btf__add_field(t->b, "mid", t->u32, 131, 7);
	btf__add_field(t->b, "hi", t->s32, 138, 22);
	btf__add_field(t->b, "name", name, 160, 0);
	btf__add_field(t->b, "next", t->sock_ptr, 320, 0);
	btf__add_field(t->b, "o", t->opaque_ptr, 384, 0);
	btf__add_field(t->b, "text", text, 448, 0);
	btf__add_field(t->b, "f", fl, 512, 0);
	btf__add_field(t->b, "fn", fn, 576, 0);
	btf__add_field(t->b, "raw", t->vptr, 640, 0);
	btf__add_field(t->b, "mac", mac, 704, 0);
	btf__add_field(t->b, "st", state, 768, 0);
}

/* struct header { u8 ihl:4, version:4, all:8, tos; char sign:2; bool on:1; } */
static inline void test_btf_header(struct test_btf *t)
{
	int u8 = btf__find_by_name_kind(t->b, "u8", BTF_KIND_TYPEDEF);

	btf__add_struct(t->b, "header", 4);
	btf__add_field(t->b, "ihl", u8, 0, 4);
	btf__add_field(t->b, "version", u8, 4, 4);
	btf__add_field(t->b, "all", u8, 8, 8);
	btf__add_field(t->b, "tos", u8, 16, 0);
	btf__add_field(t->b, "sign", t->chr, 24, 2);
	btf__add_field(t->b, "on", t->boolean, 26, 1);
}

static inline int test_btf_param_type(struct test_btf *t, char c)
{
	switch (c) {
	case 'b': return t->boolean;
	case 'c': return t->chr;
	case 'i': return t->s32;
	case 'u': return t->u32;
	case 'l': return t->u64;
	case 'z': return t->size_t_;
	case 's': return t->sock_ptr;
	case 'o': return t->opaque_ptr;
	case 'p': return t->vptr;
	case 'S': return t->sock; /* by value: too big for registers */
	case 'P': return btf__find_by_name_kind(t->b, "common", BTF_KIND_STRUCT); /* by value: fits one */
	case 'Q': return btf__find_by_name_kind(t->b, "holds_packed", BTF_KIND_STRUCT); /* by value: its first member's own are not aligned */
	case 'E': return btf__find_by_name_kind(t->b, "state", BTF_KIND_ENUM);
	default: return 0;
	}
}

/* a prototype: result and parameters by letter, names one by one ("" = none) */
static inline int test_btf_proto(struct test_btf *t, const char *letters, const char *const *names)
{
	int id = btf__add_func_proto(t->b, test_btf_param_type(t, letters[0]));

	for (size_t i = 1; letters[i]; i++)
		btf__add_func_param(t->b, names ? names[i - 1] : "", test_btf_param_type(t, letters[i]));
	return id;
}

static inline void test_btf_func(struct test_btf *t, const char *name, const char *letters, const char *const *names)
{
	btf__add_func(t->b, name, BTF_FUNC_STATIC, test_btf_proto(t, letters, names));
}

#define N(...) ((const char *const[]){ __VA_ARGS__ })

static inline void test_btf_trace(struct test_btf *t, const char *name, const char *letters)
{
	char text[128];

	snprintf(text, sizeof(text), "btf_trace_%s", name);
	btf__add_typedef(t->b, text, btf__add_ptr(t->b, test_btf_proto(t, letters, NULL)));
}

static inline void test_btf_packed(struct test_btf *t)
{
	int inner = btf__add_struct(t->b, "packed", 8);

	btf__add_field(t->b, "c", t->uchr, 0, 0);
	btf__add_field(t->b, "n", t->u32, 8, 0);
	btf__add_struct(t->b, "holds_packed", 8);
	btf__add_field(t->b, "first", inner, 0, 0);
	test_btf_func(t, "takes_packed", "iQi", N("q", "after"));
	/* struct wide_bits { u64 lo:3, all:61; packed: u64 :4, cross:32, over:61; long neg:33 } */
	btf__add_struct(t->b, "wide_bits", 32);
	btf__add_field(t->b, "lo", t->u64, 0, 3);
	btf__add_field(t->b, "all", t->u64, 3, 61);
	btf__add_field(t->b, "cross", t->u64, 108, 32);
	btf__add_field(t->b, "over", t->u64, 140, 61);
	btf__add_field(t->b, "neg", t->s64, 203, 33);
}

static inline void test_btf_functions(struct test_btf *t)
{
	test_btf_func(t, "sock_read", "zsplb", N("sk", "buf", "len", "block"));
	test_btf_func(t, "sock_close", "vs", N("sk"));
	test_btf_func(t, "sock_many", "iiiiiiiii", N("a", "b", "c", "d", "e", "f", "g", "h"));
	test_btf_func(t, "sock_byval", "iSPi", N("big", "small", "after"));
	test_btf_func(t, "sock_ret_big", "Si", N("x"));
	test_btf_func(t, "sock_ret_small", "Pi", N("x"));
	test_btf_packed(t);
	test_btf_func(t, "twin", "is", N("sk"));
	test_btf_func(t, "twin", "il", N("n"));
	test_btf_func(t, "same", "iu", N("a"));
	test_btf_func(t, "same", "iu", N("b"));
	test_btf_func(t, "copies", "iu", N("a"));
	test_btf_func(t, "split_only", "iu", N("a"));
	test_btf_func(t, "partly", "is", N("sk"));
	test_btf_func(t, "init_mutex_lock", "vp", N("lock"));
	test_btf_func(t, "__traceiter_sock_switch", "ipbsiE", N("__data", "preempt", "prev", "state", "how"));
	test_btf_trace(t, "sock_switch", "vpbsiE");
	test_btf_trace(t, "sock_unnamed", "vpsP");
	test_btf_trace(t, "sock_bare", "vp");
}

/* gives the bytes of the kernel's BTF; *t stays open for a module's */
static inline const void *test_btf_kernel(struct test_btf *t, __u32 *ret_len)
{
	t->b = btf__new_empty();
	test_btf_ints(t);
	test_btf_sock(t);
	test_btf_header(t);
	test_btf_functions(t);
	return btf__raw_data(t->b, ret_len);
}

static inline void test_write(const char *dir, const char *name, const void *p, size_t n)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (!f || fwrite(p, 1, n, f) != n || fclose(f))
		exit(2);
}

static const char test_symbol_lines[] =
	"T sock_close\nT sock_many\nT sock_read\nt copies\nt copies\nt partly\nt partly.part.0\nt split_only.isra.0\nt split_only.constprop.0.isra.1\n"
	"t twin\nt twin\nt same\nt same\nT sock_read.cold\nt sock_byval\nt sock_ret_big\nt sock_ret_small\nt __pfx_sock_read\nt nobtf\n"
	"T __SCT__tp_func_x\nT __traceiter_x\nt __probestub_x\nt __bpf_trace_x\nt trace_event_raw_event_x\nt perf_trace_x\n"
	"T perf_trace_init\nT __sched_text_start\nT _stext\n"
	"T init_mutex_lock\nt label.E_copy\nT do_exit\nw sock_weak\n";

/* DIR/kit: the kernel above, its symbols, its config (agree: a BTF that vouches for all functions of one name) */
static inline void test_kit(const char *dir, int agree)
{
	const char *config = agree ? "# x\nCONFIG_PAHOLE_VERSION=125\n" : "# x\nCONFIG_PAHOLE_VERSION=124\n";
	struct test_btf t;
	const void *p;
	__u32 n;

	mkdir(dir, 0700);
	p = test_btf_kernel(&t, &n);
	test_write(dir, "btf", p, n);
	test_write(dir, "symbols", test_symbol_lines, strlen(test_symbol_lines));
	test_write(dir, "config", config, strlen(config));
	btf__free(t.b);
}

/* the kit of the first of $STP_KERNELS, where a test of that kernel has left one; NULL: none. For the tests that want a real kernel too */
static inline const char *test_real_kit(void)
{
	const char *kernels = getenv("STP_KERNELS"), *own = getenv("SYSTEMTAP_DIR");
	static char path[512];
	int n = kernels ? strcspn(kernels, " ") : 0;

	if (!n)
		return NULL;
	snprintf(path, sizeof(path), "/var/cache/systemtap/kits/by-release/%.*s", n, kernels);
	if (access(path, R_OK) && own)
		snprintf(path, sizeof(path), "%s/kits/by-release/%.*s", own, n, kernels);
	return access(path, R_OK) ? NULL : path;
}

#endif
