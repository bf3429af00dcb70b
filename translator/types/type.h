/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One graph of C types, whatever told us: BTF now, DWARF later. Nodes are made lazily and live in the arena of their `struct
 * types`. Qualifiers are dropped; typedefs are kept (type_strip() looks through them). Sizes and offsets are bytes, bit-fields say
 * bits.
 */
#ifndef STP_TYPES_TYPE_H
#define STP_TYPES_TYPE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum type_kind {
	TYPE_VOID,
	TYPE_INT,
	TYPE_BOOL,
	TYPE_CHAR,
	TYPE_FLOAT,
	TYPE_ENUM,
	TYPE_PTR,
	TYPE_ARRAY,
	TYPE_STRUCT,
	TYPE_UNION,
	TYPE_TYPEDEF,
	TYPE_FUNC,
	TYPE_FORWARD
};

struct member {
	const char *name; /* "" = anonymous struct/union */
	struct type *type;
	uint64_t bit_off;  /* from the start of the struct */
	unsigned bit_size; /* 0 = not a bit-field */
};

struct type {
	enum type_kind kind;
	const char *name;    /* "" if it has none; without "struct " */
	uint64_t size;	     /* bytes */
	bool is_signed;	     /* INT, CHAR, ENUM */
	bool is_union;	     /* FORWARD */
	bool variadic;	     /* FUNC */
	struct type *target; /* PTR, ARRAY (element), TYPEDEF, FUNC (return) */
	uint64_t count;	     /* ARRAY */
	struct types *owner;
	unsigned id;		/* the owner's number for it */
	bool loaded;		/* members/target/params are filled: use the accessors below */
	struct member *members; /* STRUCT UNION: in order; FUNC: parameters */
	size_t nmembers;
};

struct types; /* facts about one image: the kernel, or one module on top of it. Readers of one base may not run in parallel */

/* BTF data of vmlinux (file in the kit). Owns its arena. */
struct oserr *types_open_btf(const char *path, struct types **ret) STP_MUST_CHECK;
/* a module's split BTF on top of base */
/* the same from memory, which is copied; base may be NULL */
struct oserr *types_from_btf(const void *data, size_t len, const char *name, struct types *base, struct types **ret) STP_MUST_CHECK;
void types_close(struct types *t);	       /* NULL is fine; close modules before their base */
const char *types_name(const struct types *t); /* "kernel", or the module */

/*
 * "struct x", "union x", "enum x", or a bare name: struct, union, enum, typedef, in this order; struct of this name before
 * forwards. NULL if none
 */
struct type *types_find(struct types *t, const char *name);
/* function prototypes of that name (several: static functions in several files that differ). n = 0 if BTF has none */
size_t types_functions(struct types *t, const char *name, struct type **ret, size_t max);
/* tracepoint NAME's btf_trace_NAME prototype without the leading void *__data; NULL if none */
struct type *types_tracepoint(struct types *t, const char *name);
/* calls fn for each name; stops when it returns false */
void types_each_function(struct types *t, bool (*fn)(void *cookie, const char *name), void *cookie);
void types_each_tracepoint(struct types *t, bool (*fn)(void *cookie, const char *name), void *cookie);
struct enumerator {
	const char *name;
	int64_t value;
	size_t order; /* as declared */
};
struct arena;
/* of a TYPE_ENUM, in order, in a fresh array of A; 0 for anything else */
size_t type_enumerators(struct type *t, struct arena *a, struct enumerator **ret);
bool types_enumerator(struct types *t, const char *name, int64_t *ret);
bool types_same_function(struct type *a, struct type *b); /* as far as a caller can tell: spelled the same, parameter names aside */

struct type *type_strip(struct type *t);  /* through typedefs, and from a forward to its definition if the image has one; loads */
struct type *type_target(struct type *t); /* pointee/element/aliased, loaded */
size_t type_members(struct type *t, struct member **ret);
/* member by name, anonymous members searched; *ret_bit_off from the start of t */
bool type_member(struct type *t, const char *name, struct member *ret, uint64_t *ret_bit_off);
/* C spelling for -L and messages: "struct sock*", "unsigned int", "char[16]"; malloc'ed */
char *type_spell(struct type *t);
/*
 * C spelling of a declaration `T name` that compiles without headers: structs as "struct x", typedefs by what they stand for,
 * function pointers spelled out. The prototypes of tracepoint callbacks come from here (CFI kernels want the exact C type).
 * malloc'ed.
 */
char *type_declare(struct type *t, const char *name);
bool type_is_string_pointer(struct type *t);  /* (unsigned) char * or [], spelled so: u8 * is memory, not text */
struct type *type_pointer_to(struct type *t); /* what & and @cast need */
/* structs, unions and enums by name that type_declare()'s text speaks of: fn gets each, with duplicates */
void type_each_tag(struct type *t, void (*fn)(void *cookie, struct type *tag), void *cookie);

#endif
