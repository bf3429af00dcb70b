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
	TEXT(why ? why : "", want ? want : "", what);
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

static void name_end(unsigned char *d) { shdr(d, 2)->sh_name = sizeof(names) - 1; }
static void name_behind(unsigned char *d) { shdr(d, 2)->sh_name = sizeof(names); }
static void section_end(unsigned char *d) { shdr(d, 2)->sh_size = SIZE - AT_INFO; }
static void section_behind(unsigned char *d) { shdr(d, 2)->sh_size = SIZE - AT_INFO + 1; }
static void null_far(unsigned char *d) { shdr(d, 0)->sh_offset = shdr(d, 0)->sh_size = ~0ull; }
static void one_more(unsigned char *d) { ehdr(d)->e_shnum = N + 1; }
static void last_names(unsigned char *d) { ehdr(d)->e_shstrndx = N - 1; }
static void endian(unsigned char *d) { d[EI_DATA] = ELFDATA2MSB; }

static void lies(void)
{
	lie("not ELF", magic, "is not a kernel module");
	lie("another processor", machine, "is for another kind of processor");
	lie("another class", class, "is for another kind of processor");
	lie("an executable", executable, "is not a kernel module (no relocatable object)");
	lie("no sections", no_sections, "is damaged: it has no usable section table");
	lie("section headers of another size", entsize, "is damaged: it has no usable section table");
	lie("section table beyond the end", table_far, "is truncated: its section table ends beyond the file");
	lie("section table that wraps around", table_wraps, "is truncated: its section table ends beyond the file");
	lie("more sections than there is file", many, "is truncated: its section table ends beyond the file");
	lie("string table that does not exist", strndx, "is damaged: it has no usable section table");
	lie("string table of another type", names_type, "is damaged: its section names are no string table");
	lie("string table that does not end in 0", names_open, "is damaged: its section names are no string table");
	lie("empty string table", names_empty, "is damaged: its section names are no string table");
	lie("name outside the string table", name_far, "is damaged: a section's name lies outside the string table");
	lie("section beyond the end", section_far, "is truncated: a section ends beyond the file");
	lie("section that wraps around", section_wraps, "is truncated: a section ends beyond the file");
	lie("a name at the end of the string table", name_end, NULL);
	lie("one behind it", name_behind, "is damaged: a section's name lies outside the string table");
	lie("a section that ends with the file", section_end, NULL);
	lie("one byte more", section_behind, "is truncated: a section ends beyond the file");
	lie("an entry that is none may say anything", null_far, NULL);
	lie("a table that ends one entry beyond the file", one_more, "is truncated: its section table ends beyond the file");
	lie("the last section as string table", last_names, "is damaged: its section names are no string table");
	lie("a section of the other endianness", endian, "is for another kind of processor");
	lie("a section without bytes may be of any size", nobits_far, NULL);
}

static const char *of_length(size_t n)
{
	unsigned char *d = sample(), *copy = malloc(n + 1);
	struct elf_image e;
	const char *why;

	memcpy(copy, d, n);
	why = elf_check(&e, copy, n);
	free(copy);
	free(d);
	return why;
}

static void short_ones(void)
{
	TEXT(of_length(0), "is empty", "nothing");
	TEXT(of_length(SELFMAG - 1), "is not a kernel module", "a part of the mark");
	TEXT(of_length(SELFMAG), "is truncated: it ends within the ELF header", "the mark alone");
	TEXT(of_length(sizeof(Elf64_Ehdr) - 1), "is truncated: it ends within the ELF header", "a header without its last byte");
	TEXT(of_length(sizeof(Elf64_Ehdr)), "is truncated: its section table ends beyond the file", "a header alone");
}

/* three notes: one of another's, one of another kind, the build-id; names and texts of lengths that are padded */
static void several_notes(void)
{
	unsigned char d[128] = { 0 };
	static const Elf64_Nhdr other = { 6, 3, NT_GNU_BUILD_ID }, kind = { 4, 1, NT_GNU_BUILD_ID + 1 }, last = { 4, 5, NT_GNU_BUILD_ID };
	struct elf_piece p = { d, 0 }, id = { NULL, 0 };
	size_t at = 0;

	memcpy(d, &other, sizeof(other));
	memcpy(d + 12, "Linux\0\0\0abc", 12);
	memcpy(d + 24, &kind, sizeof(kind));
	memcpy(d + 36, "GNU\0x\0\0\0", 8);
	at = 44;
	OK((p.len = at) && !elf_build_id(&p, &id), "notes of others and of other kinds are none");
	memcpy(d + at, &last, sizeof(last));
	memcpy(d + at + 12, "GNU\0build", 9);
	p.len = at + 21; /* no padding behind the last */
	OK(elf_build_id(&p, &id) && id.len == 5 && !memcmp(id.p, "build", 5), "the build-id behind them");
	((Elf64_Nhdr *)(d + at))->n_descsz = 0;
	OK(!elf_build_id(&p, &id), "one without bytes is none");
	((Elf64_Nhdr *)(d + at))->n_descsz = 5;
	d[at + 14] = 'X';
	OK(!elf_build_id(&p, &id), "nor is that of another whose name is as long");
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
	short_ones();
	several_notes();
	one();
	prefixes();
	notes();
	return tap_done();
}
