/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bounded ELF reader of staprun: a well-formed object, then every kind of lie that a header can tell.
 * link: staprun/elf.c
 */
#include "testsuite/unit/tap.h"

#include <elf.h>
#include <stdlib.h>

#include "staprun/elf.h"

static const char names[] = "\0.shstrtab\0.modinfo\0.note";
static const char modinfo[] = "license=GPL\0name=hello\0vermagic=6.1.0 SMP";
static const struct {
	Elf64_Nhdr h;
	char name[4];
	unsigned char id[4];
} note = { { 4, 4, NT_GNU_BUILD_ID }, "GNU", { 0xde, 0xad, 0xbe, 0xef } };

enum { N = 4, AT_NAMES = sizeof(Elf64_Ehdr), AT_INFO = AT_NAMES + 64, AT_NOTE = AT_INFO + 64, AT_TABLE = AT_NOTE + 64, SIZE = AT_TABLE + N * 64 };

static Elf64_Ehdr *ehdr(unsigned char *d) { return (Elf64_Ehdr *)d; }
static Elf64_Shdr *shdr(unsigned char *d, int i) { return (Elf64_Shdr *)(d + AT_TABLE) + i; }

/* exactly as large as it says, so that the address sanitizer sees every step too far */
static unsigned char *sample(void)
{
	unsigned char *d = calloc(SIZE, 1);
	Elf64_Ehdr *h = ehdr(d);

	memcpy(h->e_ident, ELFMAG, SELFMAG);
	h->e_ident[EI_CLASS] = ELFCLASS64;
	h->e_ident[EI_DATA] = ELFDATA2LSB;
	h->e_type = ET_REL;
	h->e_machine = EM_X86_64;
	h->e_shoff = AT_TABLE;
	h->e_shentsize = sizeof(Elf64_Shdr);
	h->e_shnum = N;
	h->e_shstrndx = 1;
	memcpy(d + AT_NAMES, names, sizeof(names));
	memcpy(d + AT_INFO, modinfo, sizeof(modinfo));
	memcpy(d + AT_NOTE, &note, sizeof(note));
	*shdr(d, 1) = (Elf64_Shdr){ .sh_name = 1, .sh_type = SHT_STRTAB, .sh_offset = AT_NAMES, .sh_size = sizeof(names) };
	*shdr(d, 2) = (Elf64_Shdr){ .sh_name = 11, .sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC, .sh_offset = AT_INFO, .sh_size = sizeof(modinfo) };
	*shdr(d, 3) = (Elf64_Shdr){ .sh_name = 20, .sh_type = SHT_NOTE, .sh_flags = SHF_ALLOC, .sh_offset = AT_NOTE, .sh_size = sizeof(note) };
	return d;
}

static void good(void)
{
	unsigned char *d = sample();
	struct elf_image e;
	struct elf_piece p, id;

	OK(!elf_check(&e, d, SIZE), "a well-formed object is taken");
	OK(elf_section(&e, ".modinfo", &p) && p.len == sizeof(modinfo), "a section is found");
	OK(!elf_section(&e, ".modinf", &p), "no section by a part of its name");
	elf_section(&e, ".modinfo", &p);
	TEXT(elf_modinfo(&p, "name"), "hello", "a value of .modinfo");
	TEXT(elf_modinfo(&p, "vermagic"), "6.1.0 SMP", "the last value of .modinfo");
	OK(!elf_modinfo(&p, "nam") && !elf_modinfo(&p, "licens"), "no value by a part of its key");
	p.len--; /* the last text is not ended now */
	OK(!elf_modinfo(&p, "vermagic"), "a text without its end is none");
	OK(elf_section(&e, ".note", &p) && elf_build_id(&p, &id) && id.len == 4 && id.p[0] == 0xde, "the build-id");
	free(d);
}

static void lie(const char *what, void (*change)(unsigned char *), const char *want)
{
	unsigned char *d = sample();
	struct elf_image e;
	const char *why;

	change(d);
	why = elf_check(&e, d, SIZE);
	if (want)
		OK(why && strstr(why, want), what);
	else
		OK(!why, what);
	free(d);
}

static void magic(unsigned char *d) { d[1] = 'X'; }
static void machine(unsigned char *d) { ehdr(d)->e_machine = EM_AARCH64; }
static void class(unsigned char *d) { d[EI_CLASS] = ELFCLASS32; }
static void executable(unsigned char *d) { ehdr(d)->e_type = ET_EXEC; }
static void no_sections(unsigned char *d) { ehdr(d)->e_shnum = 0; }
static void entsize(unsigned char *d) { ehdr(d)->e_shentsize = 8; }
static void table_far(unsigned char *d) { ehdr(d)->e_shoff = SIZE - 8; }
static void table_wraps(unsigned char *d) { ehdr(d)->e_shoff = -64ull; }
static void many(unsigned char *d) { ehdr(d)->e_shnum = 0xfeff; }
static void strndx(unsigned char *d) { ehdr(d)->e_shstrndx = 9; }
static void names_type(unsigned char *d) { shdr(d, 1)->sh_type = SHT_PROGBITS; }
static void names_open(unsigned char *d) { shdr(d, 1)->sh_size = 5; }
static void names_empty(unsigned char *d) { shdr(d, 1)->sh_size = 0; }
static void name_far(unsigned char *d) { shdr(d, 2)->sh_name = 5000; }
static void section_far(unsigned char *d) { shdr(d, 2)->sh_size = SIZE; }
static void section_wraps(unsigned char *d) { shdr(d, 2)->sh_offset = -8ull; }
static void nobits_far(unsigned char *d) { shdr(d, 2)->sh_type = SHT_NOBITS, shdr(d, 2)->sh_size = ~0ull; }

static void lies(void)
{
	lie("not ELF", magic, "not a kernel module");
	lie("another processor", machine, "processor");
	lie("another class", class, "processor");
	lie("an executable", executable, "not a kernel module");
	lie("no sections", no_sections, "section table");
	lie("section headers of another size", entsize, "section table");
	lie("section table beyond the end", table_far, "truncated");
	lie("section table that wraps around", table_wraps, "truncated");
	lie("more sections than there is file", many, "truncated");
	lie("string table that does not exist", strndx, "section table");
	lie("string table of another type", names_type, "string table");
	lie("string table that does not end in 0", names_open, "string table");
	lie("empty string table", names_empty, "string table");
	lie("name outside the string table", name_far, "string table");
	lie("section beyond the end", section_far, "truncated");
	lie("section that wraps around", section_wraps, "truncated");
	lie("a section without bytes may be of any size", nobits_far, NULL);
}

/* section 3 becomes a second .modinfo, section 2 changes its type or flags */
static void one_section(const char *what, int second, unsigned type, unsigned flags, int want)
{
	unsigned char *d = sample();
	struct elf_image e;
	struct elf_piece p;

	if (second)
		shdr(d, 3)->sh_name = 11;
	shdr(d, 2)->sh_type = type;
	shdr(d, 2)->sh_flags = flags;
	OK(!elf_check(&e, d, SIZE) && elf_section(&e, ".modinfo", &p) == want, what);
	free(d);
}

static void one(void)
{
	one_section("B2: one section", 0, SHT_PROGBITS, SHF_ALLOC, 1);
	one_section("B2: two sections of one name are none", 1, SHT_PROGBITS, SHF_ALLOC, 0);
	one_section("B2: two, of which one has no bytes", 1, SHT_NOBITS, SHF_ALLOC, 0);
	one_section("B2: two, of which one is not kept in memory", 1, SHT_PROGBITS, 0, 0);
	one_section("B2: one without bytes", 0, SHT_NOBITS, SHF_ALLOC, 0);
	one_section("B2: one that is not kept in memory", 0, SHT_PROGBITS, SHF_WRITE, 0);
}

/* every prefix is refused, none is read beyond */
static void prefixes(void)
{
	unsigned char *d = sample();
	size_t n, taken = 0;

	for (n = 0; n < SIZE; n++) {
		unsigned char *p = malloc(n ? n : 1);
		struct elf_image e;

		memcpy(p, d, n);
		taken += !elf_check(&e, p, n);
		free(p);
	}
	OK(taken == 0, "every truncated object is refused");
	free(d);
}

static void notes(void)
{
	unsigned char d[sizeof(note)];
	struct elf_piece p = { d, sizeof(d) }, id;
	size_t n;
	int found = 0;

	memcpy(d, &note, sizeof(d));
	for (n = 0; n < sizeof(d); n++) {
		p.len = n;
		found += elf_build_id(&p, &id);
	}
	OK(found == 0, "a cut note is no note");
	p.len = sizeof(d);
	((Elf64_Nhdr *)d)->n_namesz = 0xffffffff;
	OK(!elf_build_id(&p, &id), "a note with a name of 4 GB");
	memcpy(d, &note, sizeof(d));
	((Elf64_Nhdr *)d)->n_descsz = 0xfffffffd;
	OK(!elf_build_id(&p, &id), "a note with a text of 4 GB");
}

int main(void)
{
	good();
	lies();
	one();
	prefixes();
	notes();
	return tap_done();
}
