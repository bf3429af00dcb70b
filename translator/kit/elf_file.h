/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Just enough ELF for linking: 64-bit files of the host's byte order, looked at in memory. elf_open() checks every offset once; what it
 * accepted can be read without further checks.
 */
#ifndef STP_KIT_ELF_FILE_H
#define STP_KIT_ELF_FILE_H

#include "base/buf.h"
#include "base/error.h"

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_file { /* borrows the bytes */
	unsigned char *data;
	size_t len;
	const Elf64_Ehdr *header;
	const Elf64_Shdr *sections;
	size_t nsections;
	const char *names;
	size_t names_len;
	const Elf64_Sym *symbols; /* NULL, 0 if there is no .symtab */
	size_t nsymbols;
	const char *strings;
	size_t strings_len;
};

/* what: named in the error */
struct oserr *elf_open(void *data, size_t len, const char *what, struct elf_file *ret) STP_MUST_CHECK;
const char *elf_section_name(const struct elf_file *f, const Elf64_Shdr *s);
const Elf64_Shdr *elf_find(const struct elf_file *f, const char *name); /* NULL if there is none; never one of type SHT_NULL */
unsigned char *elf_bytes(const struct elf_file *f, const Elf64_Shdr *s); /* s->sh_size of them; not for SHT_NOBITS */
/* where the file keeps the bytes that have this address when it runs, and how many the section has from there; NULL: nowhere */
const unsigned char *elf_at_address(const struct elf_file *f, uint64_t address, size_t *ret_room);
const char *elf_symbol_name(const struct elf_file *f, const Elf64_Sym *s);
/* hex of the GNU build-id in a block of notes, malloc'ed; NULL if there is none */
char *elf_build_id(const unsigned char *notes, size_t len);

struct elf_part { /* a section to be written */
	const char *name;
	const void *data;
	size_t len;
	unsigned align;
};
/* a relocatable object of these allocated sections, for the machine of `like` */
void elf_write_object(struct buf *out, const Elf64_Ehdr *like, const struct elf_part *parts, size_t n);

#endif
