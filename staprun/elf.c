/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bounded ELF reader. In: bytes that anybody may have written. Out: pieces of those bytes, never beyond them.
 * elf_check() looks at the whole section table once; afterwards each section lies within the image and each name ends in it.
 * Headers are copied out before use: the table need not be aligned.
 */
#include "staprun/elf.h"

#include <elf.h>
#include <string.h>

#if __SIZEOF_POINTER__ == 8
typedef Elf64_Ehdr elf_ehdr;
typedef Elf64_Shdr elf_shdr;
#define ELF_CLASS ELFCLASS64
#else
typedef Elf32_Ehdr elf_ehdr;
typedef Elf32_Shdr elf_shdr;
#define ELF_CLASS ELFCLASS32
#endif
typedef Elf64_Nhdr elf_nhdr; /* the same in both classes */

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ELF_DATA ELFDATA2LSB
#else
#define ELF_DATA ELFDATA2MSB
#endif

#if defined(__x86_64__)
#define ELF_MACHINE EM_X86_64
#elif defined(__i386__)
#define ELF_MACHINE EM_386
#elif defined(__aarch64__)
#define ELF_MACHINE EM_AARCH64
#elif defined(__powerpc64__)
#define ELF_MACHINE EM_PPC64
#elif defined(__s390x__)
#define ELF_MACHINE EM_S390
#elif defined(__riscv)
#define ELF_MACHINE EM_RISCV
#else
#error "which e_machine have this processor's kernel modules?"
#endif

static int within(size_t offset, size_t len, size_t total)
{
	return offset <= total && len <= total - offset;
}

static void shdr_at(const struct elf_image *e, size_t i, elf_shdr *ret)
{
	memcpy(ret, e->data + e->sections + i * sizeof(*ret), sizeof(*ret));
}

static const char *check_sections(struct elf_image *e, size_t strndx)
{
	elf_shdr s;
	size_t i;

	for (i = 0; i < e->nsections; i++) {
		shdr_at(e, i, &s);
		if (s.sh_type != SHT_NOBITS && s.sh_type != SHT_NULL && !within(s.sh_offset, s.sh_size, e->len))
			return "is truncated: a section ends beyond the file";
	}
	shdr_at(e, strndx, &s);
	if (s.sh_type != SHT_STRTAB || s.sh_size == 0 || e->data[s.sh_offset + s.sh_size - 1] != 0)
		return "is damaged: its section names are no string table";
	e->names = s.sh_offset;
	e->names_len = s.sh_size;
	for (i = 0; i < e->nsections; i++) {
		shdr_at(e, i, &s);
		if (s.sh_name >= e->names_len)
			return "is damaged: a section's name lies outside the string table";
	}
	return NULL;
}

const char *elf_check(struct elf_image *e, unsigned char *data, size_t len)
{
	elf_ehdr h;

	memset(e, 0, sizeof(*e));
	e->data = data;
	e->len = len;
	if (len == 0)
		return "is empty";
	if (len < SELFMAG || memcmp(data, ELFMAG, SELFMAG) != 0)
		return "is not a kernel module";
	if (len < sizeof(h))
		return "is truncated: it ends within the ELF header";
	memcpy(&h, data, sizeof(h));
	if (h.e_ident[EI_CLASS] != ELF_CLASS || h.e_ident[EI_DATA] != ELF_DATA || h.e_machine != ELF_MACHINE)
		return "is for another kind of processor";
	if (h.e_type != ET_REL)
		return "is not a kernel module (no relocatable object)";
	if (h.e_shentsize != sizeof(elf_shdr) || h.e_shnum == 0 || h.e_shstrndx >= h.e_shnum)
		return "is damaged: it has no usable section table";
	if (!within(h.e_shoff, (size_t)h.e_shnum * sizeof(elf_shdr), len))
		return "is truncated: its section table ends beyond the file";
	e->sections = h.e_shoff;
	e->nsections = h.e_shnum;
	return check_sections(e, h.e_shstrndx);
}

int elf_section(const struct elf_image *e, const char *name, struct elf_piece *ret)
{
	elf_shdr s, found = { 0 };
	size_t i, n = 0;

	for (i = 0; i < e->nsections; i++) {
		shdr_at(e, i, &s);
		if (strcmp((const char *)e->data + e->names + s.sh_name, name) != 0)
			continue;
		found = s;
		n++;
	}
	if (n != 1 || found.sh_type == SHT_NULL || found.sh_type == SHT_NOBITS || !(found.sh_flags & SHF_ALLOC))
		return 0;
	ret->p = e->data + found.sh_offset;
	ret->len = found.sh_size;
	return 1;
}

const char *elf_modinfo(const struct elf_piece *s, const char *key)
{
	size_t n = strlen(key), at = 0;

	while (at < s->len) {
		const char *p = (const char *)s->p + at;
		const char *end = memchr(p, 0, s->len - at);

		if (!end)
			return NULL;
		if ((size_t)(end - p) > n && !memcmp(p, key, n) && p[n] == '=')
			return p + n + 1;
		at += (size_t)(end - p) + 1;
	}
	return NULL;
}

int elf_build_id(const struct elf_piece *notes, struct elf_piece *ret)
{
	size_t at = 0;

	while (within(at, sizeof(elf_nhdr), notes->len)) {
		size_t name, desc, next;
		elf_nhdr n;

		memcpy(&n, notes->p + at, sizeof(n));
		name = at + sizeof(n);
		desc = name + (((size_t)n.n_namesz + 3) & ~(size_t)3);
		next = desc + (((size_t)n.n_descsz + 3) & ~(size_t)3);
		if (!within(name, n.n_namesz, notes->len) || !within(desc, n.n_descsz, notes->len))
			return 0;
		if (n.n_type == NT_GNU_BUILD_ID && n.n_namesz == 4 && !memcmp(notes->p + name, "GNU", 4) && n.n_descsz > 0) {
			ret->p = notes->p + desc;
			ret->len = n.n_descsz;
			return 1;
		}
		at = next;
	}
	return 0;
}
