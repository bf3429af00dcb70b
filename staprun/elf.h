/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel module in memory: its sections, and nothing else of ELF. Every offset is checked before it is used. */
#ifndef STP_STAPRUN_ELF_H
#define STP_STAPRUN_ELF_H

#include <stddef.h>
#include <stdint.h>

struct elf_image { /* borrows the bytes */
	unsigned char *data;
	size_t len;
	/* within data, set by elf_check */
	size_t sections; /* offset of the section table */
	size_t nsections;
	size_t names, names_len; /* section names: the last byte is NUL */
};

struct elf_piece {
	unsigned char *p;
	size_t len;
};

/* NULL, or what is wrong with it: "is truncated" … completes a sentence that begins with the file's name */
const char *elf_check(struct elf_image *e, unsigned char *data, size_t len);
/*
 * The only section of that name, which the kernel keeps in memory; 0 = none, or several, or it has no bytes in the file. Of several,
 * some kernels take the first and some the first that is kept: nobody is to see another one than we do
 */
int elf_section(const struct elf_image *e, const char *name, struct elf_piece *ret);
/* the value of KEY in a section of NUL-terminated "KEY=value" texts; NULL = none. Good as long as the image is */
const char *elf_modinfo(const struct elf_piece *s, const char *key);
/* a GNU build-id note in the bytes of a notes section, or of /sys/kernel/notes; 0 = none */
int elf_build_id(const struct elf_piece *notes, struct elf_piece *ret);

#endif
