/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF without libelf. In: whole files in memory. Out: checked views of them, and small relocatable objects that carry data only
 * (version rows, module information). A file that is cut off or lies about its offsets is refused in elf_open().
 */
#include "kit/elf_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool inside(size_t len, uint64_t off, uint64_t size)
{
	return off <= len && size <= len - off;
}

static bool is_table(const struct elf_file *f, size_t i, const char **ret, size_t *ret_len)
{
	const Elf64_Shdr *s;

	if (i >= f->nsections)
		return false;
	s = &f->sections[i];
	if (s->sh_type != SHT_STRTAB || s->sh_size == 0 || f->data[s->sh_offset + s->sh_size - 1] != '\0')
		return false;
	*ret = (const char *)f->data + s->sh_offset;
	*ret_len = s->sh_size;
	return true;
}

static bool check_sections(struct elf_file *f)
{
	for (size_t i = 0; i < f->nsections; i++) {
		const Elf64_Shdr *s = &f->sections[i];

		if (s->sh_type != SHT_NOBITS && s->sh_type != SHT_NULL && !inside(f->len, s->sh_offset, s->sh_size))
			return false;
	}
	for (size_t i = 0; i < f->nsections; i++) {
		const Elf64_Shdr *s = &f->sections[i];

		if (s->sh_type != SHT_SYMTAB)
			continue;
		if (s->sh_offset % 8 || !is_table(f, s->sh_link, &f->strings, &f->strings_len))
			return false;
		f->symbols = (const Elf64_Sym *)(f->data + s->sh_offset);
		f->nsymbols = s->sh_size / sizeof(Elf64_Sym);
	}
	return true;
}

static bool open_checked(struct elf_file *f)
{
	const Elf64_Ehdr *h = (const Elf64_Ehdr *)f->data;

	if (f->len < sizeof(*h) || memcmp(h->e_ident, ELFMAG, SELFMAG) != 0)
		return false;
	if (h->e_ident[EI_CLASS] != ELFCLASS64 ||
	    h->e_ident[EI_DATA] != (__BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB))
		return false;
	if (h->e_shentsize != sizeof(Elf64_Shdr) || h->e_shoff % 8)
		return false;
	if (!inside(f->len, h->e_shoff, (uint64_t)h->e_shnum * sizeof(Elf64_Shdr)))
		return false;
	f->header = h;
	f->sections = (const Elf64_Shdr *)(f->data + h->e_shoff);
	f->nsections = h->e_shnum;
	return check_sections(f) && is_table(f, h->e_shstrndx, &f->names, &f->names_len);
}

struct oserr *elf_open(void *data, size_t len, const char *what, struct elf_file *ret)
{
	struct elf_file f = { .data = data, .len = len };

	if (!open_checked(&f))
		return oserr_new(EINVAL, "%s is not a 64-bit ELF file of this machine's byte order, or is damaged", what);
	*ret = f;
	return NULL;
}

const char *elf_section_name(const struct elf_file *f, const Elf64_Shdr *s)
{
	return s->sh_name < f->names_len ? f->names + s->sh_name : "";
}

const Elf64_Shdr *elf_find(const struct elf_file *f, const char *name)
{
	for (size_t i = 1; i < f->nsections; i++)
		if (f->sections[i].sh_type != SHT_NULL && strcmp(elf_section_name(f, &f->sections[i]), name) == 0)
			return &f->sections[i];
	return NULL;
}

unsigned char *elf_bytes(const struct elf_file *f, const Elf64_Shdr *s)
{
	return f->data + s->sh_offset;
}

const unsigned char *elf_at_address(const struct elf_file *f, uint64_t address, size_t *ret_room)
{
	for (size_t i = 1; i < f->nsections; i++) {
		const Elf64_Shdr *s = &f->sections[i];

		if (!(s->sh_flags & SHF_ALLOC) || s->sh_type == SHT_NOBITS || s->sh_type == SHT_NULL || address < s->sh_addr ||
		    address - s->sh_addr >= s->sh_size)
			continue;
		*ret_room = s->sh_size - (address - s->sh_addr);
		return elf_bytes(f, s) + (address - s->sh_addr);
	}
	return NULL;
}

const char *elf_symbol_name(const struct elf_file *f, const Elf64_Sym *s)
{
	return s->st_name < f->strings_len ? f->strings + s->st_name : "";
}

static char *to_hex(const unsigned char *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *s = malloc(2 * n + 1);

	if (!s)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		s[2 * i] = digits[p[i] >> 4];
		s[2 * i + 1] = digits[p[i] & 15];
	}
	s[2 * n] = '\0';
	return s;
}

char *elf_build_id(const unsigned char *notes, size_t len)
{
	size_t at = 0;

	while (inside(len, at, sizeof(Elf64_Nhdr))) {
		Elf64_Nhdr n;
		size_t name, desc;

		memcpy(&n, notes + at, sizeof(n));
		name = at + sizeof(n);
		desc = name + ((size_t)n.n_namesz + 3) / 4 * 4;
		if (!inside(len, name, n.n_namesz) || !inside(len, desc, n.n_descsz))
			return NULL;
		if (n.n_type == NT_GNU_BUILD_ID && n.n_namesz == 4 && memcmp(notes + name, "GNU", 4) == 0)
			return to_hex(notes + desc, n.n_descsz);
		at = desc + ((size_t)n.n_descsz + 3) / 4 * 4;
	}
	return NULL;
}

/* ---- writing ----------------------------------------------------------------------------------------------------------------- */

static void pad_to(struct buf *b, size_t align)
{
	while (b->len % align)
		buf_putc(b, '\0');
}

void elf_write_object(struct buf *out, const Elf64_Ehdr *like, const struct elf_part *parts, size_t n)
{
	Elf64_Shdr *sh = calloc(n + 2, sizeof(*sh)); /* null, the parts, .shstrtab */
	struct buf names = BUF_INIT;
	Elf64_Ehdr h = *like;
	Elf64_Ehdr *patched;
	size_t start = out->len;

	BUG_IF(!sh, "out of memory");
	h.e_type = ET_REL;
	h.e_entry = h.e_phoff = 0;
	h.e_phnum = h.e_phentsize = 0;
	h.e_ehsize = sizeof(h);
	h.e_shnum = (Elf64_Half)(n + 2);
	h.e_shstrndx = (Elf64_Half)(n + 1);
	buf_add(out, &h, sizeof(h));
	buf_putc(&names, '\0');
	for (size_t i = 0; i <= n; i++) {
		Elf64_Shdr *s = &sh[i + 1];
		bool last = i == n;

		s->sh_name = (Elf64_Word)names.len;
		buf_add(&names, last ? ".shstrtab" : parts[i].name, strlen(last ? ".shstrtab" : parts[i].name) + 1);
		s->sh_type = last ? SHT_STRTAB : SHT_PROGBITS;
		s->sh_flags = last ? 0 : SHF_ALLOC;
		s->sh_addralign = last ? 1 : parts[i].align;
		pad_to(out, s->sh_addralign);
		s->sh_offset = out->len - start;
		s->sh_size = last ? names.len : parts[i].len;
		buf_add(out, last ? names.data : parts[i].data, s->sh_size);
	}
	pad_to(out, 8);
	patched = (Elf64_Ehdr *)(out->data + start);
	patched->e_shoff = out->len - start;
	buf_add(out, sh, (n + 2) * sizeof(*sh));
	buf_fini(&names);
	free(sh);
}
