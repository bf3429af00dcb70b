/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types from BTF: the kernel's own, or a module's split BTF on top of it.
 *
 * In: the bytes of a .BTF section (libbpf checks their form). Out: nodes of type.h, made when first asked for; a node is shallow
 * until btf_type_load() fills what it refers to, so that one function's arguments cost a dozen nodes and not a hundred thousand.
 *
 * Names are found through a hash table of all named types, made at the first lookup (a few milliseconds for a kernel). Types of one
 * name come in the order of their numbers.
 *
 * Numbers of a module's types go on where the base's end; nodes of the base always belong to the base, whoever asks.
 */
#define _GNU_SOURCE 1 /* asprintf, memfd_create */
#include "types/btf.h"

#include "base/scope.h"
#include "base/text.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define MAX_CHAIN 32 /* qualifiers and typedefs in a row; well-formed BTF has no loops, a damaged file may */

struct types {
	struct arena *arena;
	struct btf *btf;
	struct types *base; /* NULL for vmlinux */
	const char *name;
	unsigned first, end; /* ids that are ours: [first, end) */
	struct type **nodes; /* by id - first */
	unsigned *heads;     /* by hash of the name: the first id, 0 = none; made on demand */
	unsigned *next;	     /* by id - first: the next id of that hash */
	unsigned mask;
	struct type *void_node;
};

/* ---- open and close ---------------------------------------------------------------------------------------------- */

/* libbpf has btf__new_split(), but its shared library does not export it: only the one that reads a file, so give it one */
static struct btf *new_split(const void *data, size_t len, struct btf *base)
{
	_cleanup_fd_ int fd = memfd_create("btf", MFD_CLOEXEC);
	struct btf *btf = NULL;
	char path[64];

	if (fd < 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, data, len) == (ssize_t)len)
		btf = btf__parse_raw_split(path, base);
	return btf;
}

struct oserr *types_from_btf(const void *data, size_t len, const char *name, struct types *base, struct types **ret)
{
	struct types *t;
	struct btf *btf;

	libbpf_set_print(NULL); /* its warnings; our callers get an error */
	if (len > UINT32_MAX)
		return oserr_new(EFBIG, "BTF of %s is too big", name);
	btf = base ? new_split(data, len, base->btf) : btf__new(data, len);
	if (!btf)
		return oserr_errno(errno, "BTF of %s cannot be used", name);
	t = calloc(1, sizeof(*t));
	BUG_IF(!t, "out of memory");
	t->arena = arena_new();
	t->btf = btf;
	t->base = base;
	t->name = arena_strdup(t->arena, name);
	t->first = base ? base->end : 1;
	t->end = btf__type_cnt(btf);
	t->nodes = calloc(t->end - t->first + 1, sizeof(*t->nodes)); /* untouched pages cost nothing */
	BUG_IF(!t->nodes, "out of memory");
	*ret = t;
	return NULL;
}

/* mapped, not read: libbpf makes the one copy that is needed */
struct oserr *types_open_btf(const char *path, struct types **ret)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct oserr *e;
	struct stat st;
	void *data;

	if (fd < 0 || fstat(fd, &st))
		return oserr_errno(errno, "%s", path);
	if (!st.st_size)
		return oserr_new(EINVAL, "%s is empty", path);
	data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (data == MAP_FAILED)
		return oserr_errno(errno, "%s", path);
	e = types_from_btf(data, st.st_size, "kernel", NULL, ret);
	munmap(data, st.st_size);
	return e;
}

void types_close(struct types *t)
{
	if (!t)
		return;
	btf__free(t->btf);
	arena_free(t->arena);
	free(t->nodes);
	free(t->heads);
	free(t->next);
	free(t);
}

const char *types_name(const struct types *t)
{
	return t->name;
}

struct arena *btf_types_arena(struct types *t)
{
	return t->arena;
}

/* ---- nodes ------------------------------------------------------------------------------------------------------- */

static const struct btf_type *raw(const struct types *t, unsigned id)
{
	return btf__type_by_id(t->btf, id);
}

/* Names go into scripts and C. Any user's file may be read as a module: what no compiler calls anything there has no name. */
static const char *str(const struct types *t, unsigned off)
{
	const char *s = btf__str_by_offset(t->btf, off);

	return s && (!t->base || text_is_name(s, " ")) ? s : "";
}

/* through const, volatile, restrict and type tags */
static unsigned skip_qualifiers(const struct types *t, unsigned id)
{
	for (unsigned i = 0; i < MAX_CHAIN; i++) {
		const struct btf_type *bt = raw(t, id);

		if (!bt || !(btf_is_mod(bt) || btf_is_type_tag(bt)))
			return id;
		id = bt->type;
	}
	return 0;
}

static enum type_kind int_kind(const struct types *t, const struct btf_type *bt)
{
	const char *name = str(t, bt->name_off);

	if (btf_int_encoding(bt) & BTF_INT_BOOL)
		return TYPE_BOOL;
	if (bt->size == 1 && (!strcmp(name, "char") || !strcmp(name, "signed char") || !strcmp(name, "unsigned char")))
		return TYPE_CHAR;
	return TYPE_INT;
}

static enum type_kind node_kind(const struct types *t, const struct btf_type *bt)
{
	switch (btf_kind(bt)) {
	case BTF_KIND_INT: return int_kind(t, bt);
	case BTF_KIND_FLOAT: return TYPE_FLOAT;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64: return TYPE_ENUM;
	case BTF_KIND_PTR: return TYPE_PTR;
	case BTF_KIND_ARRAY: return TYPE_ARRAY;
	case BTF_KIND_STRUCT: return TYPE_STRUCT;
	case BTF_KIND_UNION: return TYPE_UNION;
	case BTF_KIND_TYPEDEF: return TYPE_TYPEDEF;
	case BTF_KIND_FWD: return TYPE_FORWARD;
	case BTF_KIND_FUNC:
	case BTF_KIND_FUNC_PROTO: return TYPE_FUNC;
	default: /* VAR, DATASEC, tags: nothing that a value may have */ return TYPE_VOID;
	}
}

static struct type *void_node(struct types *t)
{
	if (!t->void_node) {
		t->void_node = arena_make(t->arena, struct type);
		*t->void_node = (struct type){ .kind = TYPE_VOID, .name = "void", .owner = t, .loaded = true };
	}
	return t->void_node;
}

/* the node of a type, shallow; ids that the file does not have are void */
static struct type *node(struct types *t, unsigned id)
{
	const struct btf_type *bt;
	struct type *n;
	__s64 size;

	id = skip_qualifiers(t, id);
	if (id < t->first && t->base)
		return node(t->base, id);
	if (id < t->first || id >= t->end)
		return void_node(t);
	if (t->nodes[id - t->first])
		return t->nodes[id - t->first];
	bt = raw(t, id);
	n = arena_make(t->arena, struct type);
	n->kind = node_kind(t, bt);
	n->name = str(t, bt->name_off);
	size = n->kind == TYPE_FUNC || n->kind == TYPE_FORWARD ? 0 : btf__resolve_size(t->btf, id);
	n->size = size > 0 ? size : 0;
	n->owner = t;
	n->id = id;
	if (btf_is_int(bt))
		n->is_signed = btf_int_encoding(bt) & BTF_INT_SIGNED;
	else if (btf_is_any_enum(bt))
		n->is_signed = btf_kflag(bt);
	else if (btf_is_fwd(bt))
		n->is_union = btf_kflag(bt);
	t->nodes[id - t->first] = n;
	return n;
}

static void load_members(struct types *t, struct type *n, const struct btf_type *bt)
{
	const struct btf_member *m = btf_members(bt);

	n->nmembers = btf_vlen(bt);
	n->members = arena_array(t->arena, struct member, n->nmembers ? n->nmembers : 1);
	for (size_t i = 0; i < n->nmembers; i++) {
		n->members[i].name = str(t, m[i].name_off);
		n->members[i].type = node(t, m[i].type);
		n->members[i].bit_off = btf_member_bit_offset(bt, i);
		n->members[i].bit_size = btf_member_bitfield_size(bt, i);
	}
}

static void load_params(struct types *t, struct type *n, const struct btf_type *bt)
{
	const struct btf_param *p = btf_params(bt);
	unsigned vlen = btf_vlen(bt);

	n->target = node(t, bt->type);
	if (vlen && !p[vlen - 1].type && !p[vlen - 1].name_off) {
		n->variadic = true;
		vlen--;
	}
	n->nmembers = vlen;
	n->members = arena_array(t->arena, struct member, vlen ? vlen : 1);
	for (unsigned i = 0; i < vlen; i++) {
		n->members[i].name = str(t, p[i].name_off);
		n->members[i].type = node(t, p[i].type);
	}
}

static void load_function(struct types *t, struct type *n, const struct btf_type *bt)
{
	if (btf_is_func(bt))
		bt = raw(t, bt->type);
	if (bt && btf_is_func_proto(bt)) {
		load_params(t, n, bt);
		return;
	}
	n->target = void_node(t);
}

void btf_type_load(struct type *n)
{
	struct types *t = n->owner;
	const struct btf_type *bt;

	if (n->loaded)
		return;
	n->loaded = true;
	bt = raw(t, n->id);
	if (n->kind == TYPE_PTR || n->kind == TYPE_TYPEDEF) {
		n->target = node(t, bt->type);
	} else if (n->kind == TYPE_ARRAY) {
		n->target = node(t, btf_array(bt)->type);
		n->count = btf_array(bt)->nelems;
	} else if (n->kind == TYPE_FUNC) {
		load_function(t, n, bt);
	} else if (n->kind == TYPE_STRUCT || n->kind == TYPE_UNION) {
		load_members(t, n, bt);
	}
}

/* ---- by name ----------------------------------------------------------------------------------------------------- */

static unsigned hash(const char *s)
{
	unsigned h = 2166136261u; /* FNV-1a */

	while (*s)
		h = (h ^ (unsigned char)*s++) * 16777619u;
	return h ^ h >> 15;
}

static void build_index(struct types *t)
{
	unsigned n = t->end - t->first, size = 64;

	while (size < n)
		size *= 2;
	t->mask = size - 1;
	t->heads = calloc(size, sizeof(*t->heads));
	t->next = calloc(n + 1, sizeof(*t->next));
	BUG_IF(!t->heads || !t->next, "out of memory");
	for (unsigned id = t->end; id-- > t->first;) { /* downwards: chains then ascend */
		const char *name = str(t, raw(t, id)->name_off);
		unsigned *head = &t->heads[hash(name) & t->mask];

		if (!*name)
			continue;
		t->next[id - t->first] = *head;
		*head = id;
	}
}

struct name_scan {
	struct types *t;
	const char *name;
	unsigned id; /* the next one to look at */
};

static void scan_begin(struct name_scan *s, struct types *t, const char *name)
{
	if (!t->heads)
		build_index(t);
	*s = (struct name_scan){ t, name, t->heads[hash(name) & t->mask] };
}

/* ids of this image that carry the name; 0 = no more */
static unsigned scan_next(struct name_scan *s)
{
	while (s->id) {
		unsigned id = s->id;

		s->id = s->t->next[id - s->t->first];
		if (!strcmp(str(s->t, raw(s->t, id)->name_off), s->name))
			return id;
	}
	return 0;
}

/* how much better one kind fits a bare or prefixed name than another; 0 = not at all */
static int fitness(const struct types *t, unsigned id, enum type_kind want, bool bare)
{
	const struct btf_type *bt = raw(t, id);
	enum type_kind k = node_kind(t, bt);

	if (k == TYPE_FORWARD)
		return bare || want == (btf_kflag(bt) ? TYPE_UNION : TYPE_STRUCT) ? 1 : 0;
	if (!bare)
		return k == want ? 2 : 0;
	switch (k) {
	case TYPE_STRUCT: return 6;
	case TYPE_UNION: return 5;
	case TYPE_ENUM: return 4;
	case TYPE_TYPEDEF: return 3;
	case TYPE_INT:
	case TYPE_BOOL:
	case TYPE_CHAR:
	case TYPE_FLOAT: return 2;
	default: return 0;
	}
}

static const char *skip_prefix(const char *name, enum type_kind *ret_kind)
{
	static const struct {
		const char *text;
		enum type_kind kind;
	} prefix[] = {
		{ "struct ", TYPE_STRUCT },
		{ "union ", TYPE_UNION },
		{ "enum ", TYPE_ENUM },
	};

	for (size_t i = 0; i < sizeof(prefix) / sizeof(*prefix); i++) {
		size_t n = strlen(prefix[i].text);

		if (!strncmp(name, prefix[i].text, n)) {
			*ret_kind = prefix[i].kind;
			return name + n;
		}
	}
	return NULL;
}

struct type *types_find(struct types *t, const char *name)
{
	enum type_kind want = TYPE_VOID;
	const char *tag = skip_prefix(name, &want);
	struct type *best = NULL;
	int best_fit = 0;

	for (struct types *i = t; i; i = i->base) {
		struct name_scan s;
		unsigned id;

		scan_begin(&s, i, tag ? tag : name);
		while ((id = scan_next(&s))) {
			int fit = fitness(i, id, want, !tag);

			if (fit > best_fit) {
				best_fit = fit;
				best = node(i, id);
			}
		}
	}
	return best;
}

struct type *btf_type_definition(struct type *fwd)
{
	unsigned kind = fwd->is_union ? BTF_KIND_UNION : BTF_KIND_STRUCT;

	for (struct types *t = fwd->owner; t; t = t->base) {
		struct name_scan s;
		unsigned id;

		scan_begin(&s, t, fwd->name);
		while ((id = scan_next(&s)))
			if (btf_kind(raw(t, id)) == kind)
				return node(t, id);
	}
	return NULL;
}

size_t types_functions(struct types *t, const char *name, struct type **ret, size_t max)
{
	struct name_scan s;
	size_t n = 0;
	unsigned id;

	scan_begin(&s, t, name);
	while (n < max && (id = scan_next(&s))) {
		if (!btf_is_func(raw(t, id)))
			continue;
		ret[n] = node(t, id);
		btf_type_load(ret[n++]);
	}
	return n;
}

static struct enumerator enumerator_at(const struct types *t, const struct btf_type *bt, unsigned i)
{
	struct enumerator ret = { .order = i };

	if (btf_is_enum64(bt)) {
		ret.name = str(t, btf_enum64(bt)[i].name_off);
		ret.value = (int64_t)btf_enum64_value(&btf_enum64(bt)[i]);
	} else {
		ret.name = str(t, btf_enum(bt)[i].name_off);
		ret.value = btf_kflag(bt) ? btf_enum(bt)[i].val : (int64_t)(uint32_t)btf_enum(bt)[i].val;
	}
	return ret;
}

static bool enum_value(const struct types *t, const struct btf_type *bt, const char *name, int64_t *ret)
{
	for (unsigned i = 0; i < btf_vlen(bt); i++) {
		struct enumerator e = enumerator_at(t, bt, i);

		if (strcmp(e.name, name))
			continue;
		*ret = e.value;
		return true;
	}
	return false;
}

size_t type_enumerators(struct type *t, struct arena *a, struct enumerator **ret)
{
	const struct btf_type *bt = t->kind == TYPE_ENUM ? raw(t->owner, t->id) : NULL;
	size_t n = bt && btf_is_any_enum(bt) ? btf_vlen(bt) : 0;

	*ret = arena_array(a, struct enumerator, n + 1);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = enumerator_at(t->owner, bt, (unsigned)i);
	return n;
}

bool types_enumerator(struct types *t, const char *name, int64_t *ret)
{
	for (; t; t = t->base)
		for (unsigned id = t->first; id < t->end; id++)
			if (btf_is_any_enum(raw(t, id)) && enum_value(t, raw(t, id), name, ret))
				return true;
	return false;
}

/* ---- tracepoints and lists --------------------------------------------------------------------------------------- */

#define TRACE_PREFIX "btf_trace_"

/* the prototype behind typedef void (*btf_trace_NAME)(void *__data, …) */
static struct type *trace_prototype(struct types *t, unsigned id)
{
	struct type *n = node(t, id);

	for (unsigned i = 0; i < MAX_CHAIN && (n->kind == TYPE_TYPEDEF || n->kind == TYPE_PTR); i++)
		n = type_target(n);
	if (n->kind != TYPE_FUNC)
		return NULL;
	btf_type_load(n);
	return n->nmembers ? n : NULL;
}

/* The typedef names no parameters, but the function that calls the probes does: int __traceiter_NAME(void *__data, …) */
static void name_parameters(struct types *t, const char *name, struct type *proto)
{
	_cleanup_free_ char *caller = NULL;
	struct type *f;

	if (asprintf(&caller, "__traceiter_%s", name) < 0)
		BUG_IF(true, "out of memory");
	if (!types_functions(t, caller, &f, 1) || f->nmembers != proto->nmembers + 1)
		return;
	for (size_t i = 0; i < proto->nmembers; i++)
		if (!*proto->members[i].name)
			proto->members[i].name = f->members[i + 1].name;
}

struct type *types_tracepoint(struct types *t, const char *name)
{
	_cleanup_free_ char *full = NULL;
	struct type *proto = NULL, *ret;
	struct name_scan s;
	unsigned id;

	if (asprintf(&full, TRACE_PREFIX "%s", name) < 0)
		BUG_IF(true, "out of memory");
	scan_begin(&s, t, full);
	while (!proto && (id = scan_next(&s)))
		if (btf_is_typedef(raw(t, id)))
			proto = trace_prototype(t, id);
	if (!proto)
		return t->base ? types_tracepoint(t->base, name) : NULL;
	ret = arena_make(t->arena, struct type);
	*ret = *proto;
	ret->name = arena_strdup(t->arena, name);
	ret->members = arena_memdup(t->arena, proto->members, proto->nmembers * sizeof(*proto->members));
	ret->members++;
	ret->nmembers--;
	name_parameters(t, name, ret);
	return ret;
}

void types_each_function(struct types *t, bool (*fn)(void *cookie, const char *name), void *cookie)
{
	for (unsigned id = t->first; id < t->end; id++)
		if (btf_is_func(raw(t, id)) && !fn(cookie, str(t, raw(t, id)->name_off)))
			return;
}

void types_each_tracepoint(struct types *t, bool (*fn)(void *cookie, const char *name), void *cookie)
{
	size_t n = strlen(TRACE_PREFIX);

	for (unsigned id = t->first; id < t->end; id++) {
		const struct btf_type *bt = raw(t, id);
		const char *name;

		if (!btf_is_typedef(bt))
			continue;
		name = str(t, bt->name_off);
		if (!strncmp(name, TRACE_PREFIX, n) && !fn(cookie, name + n))
			return;
	}
}
