/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the linker of modules rests on: exports found by name, ELF files that lie, the closure over the runtime's parts.
 * link: translator/kit/exports.c translator/kit/elf_file.c translator/kit/parts.c translator/base/*.c staprun/fsowner.c -lmd -llzma -lzstd -lz
 */
#include "testsuite/unit/tap.h"

#include "base/fs.h"
#include "kit/elf_file.h"
#include "kit/exports.h"
#include "kit/parts.h"

#include <stdlib.h>

static void exports(void)
{
	char symvers[] = "0x00000003\tzeta\tvmlinux\tEXPORT_SYMBOL\t\n0x00000001\talpha\tdrivers/net/x\tEXPORT_SYMBOL_GPL\tNS_X\n"
			 "0x00000002\talpha_more\tvmlinux\tEXPORT_SYMBOL\t\n0xffffffff\tmiddle\tvmlinux\tEXPORT_SYMBOL\n";
	struct buf b = BUF_INIT;
	struct export e;

	exports_convert(symvers, &b);
	TEXT(b.data,
	     "0x00000001 alpha drivers/net/x NS_X\n0x00000002 alpha_more vmlinux -\n0xffffffff middle vmlinux -\n"
	     "0x00000003 zeta vmlinux -\n",
	     "Module.symvers, sorted");
	OK(exports_find(b.data, b.len, "alpha", &e) && e.crc == 1 && e.namespace_len == 4, "the first, with a namespace");
	OK(exports_find(b.data, b.len, "middle", &e) && e.crc == 0xffffffff && e.namespace_len == 0, "one between");
	OK(exports_find(b.data, b.len, "zeta", &e) && e.crc == 3, "the last");
	OK(!exports_find(b.data, b.len, "alph", &e) && !exports_find(b.data, b.len, "alpha_", &e) &&
		   !exports_find(b.data, b.len, "", &e) && !exports_find(b.data, b.len, "zz", &e),
	   "beginnings and strangers are not found");
	OK(!exports_find("", 0, "a", &e) && !exports_find("garbage", 7, "garbage", &e), "no list, a list that is none");
	buf_fini(&b);
}

static Elf64_Ehdr header(void)
{
	Elf64_Ehdr h = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, __BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB,
				      1 },
			 .e_machine = EM_X86_64,
			 .e_version = 1,
			 .e_shentsize = sizeof(Elf64_Shdr) };

	return h;
}

static void written_object(void)
{
	struct elf_part parts[] = { { "__versions", "0123456789abcdef", 16, 32 }, { ".modinfo", "import_ns=X", 12, 1 } };
	Elf64_Ehdr h = header();
	struct buf b = BUF_INIT;
	const Elf64_Shdr *s;
	struct elf_file f;
	struct oserr *err;
	unsigned refused = 0;

	elf_write_object(&b, &h, parts, 2);
	err = elf_open(b.data, b.len, "made", &f);
	OK(!err, "an object written here can be read here");
	s = err ? NULL : elf_find(&f, "__versions");
	OK(s && s->sh_offset % 32 == 0 && s->sh_size == 16 && memcmp(elf_bytes(&f, s), "0123456789abcdef", 16) == 0,
	   "its section, aligned");
	OK(s && !elf_find(&f, ".text"), "a section that is not there");
	for (size_t cut = 0; cut < b.len; cut++) {
		char *copy = malloc(cut + 1);

		memcpy(copy, b.data, cut);
		err = elf_open(copy, cut, "cut", &f);
		refused += err != NULL;
		oserr_free(err);
		free(copy);
	}
	OK(refused == b.len, "every shorter file is refused");
	buf_fini(&b);
}

static void build_ids(void)
{
	static const unsigned char note[] = { 4, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0, 0xab, 0xcd, 0x01, 0 };
	char *id = elf_build_id(note, sizeof(note));

	TEXT(id, "abcd01", "a build-id note");
	free(id);
	OK(!elf_build_id(note, sizeof(note) - 5), "one that is cut off");
	OK(!elf_build_id((const unsigned char *)"", 0), "no notes");
}

static void closure(void)
{
	struct arena *a = arena_new();
	struct parts p;
	struct closure c = { 0 };
	struct elf_file none = { 0 };

	parts_load(a,
		   "P core\nD init_module\nD stp_put\nU printk\nU stp_script\nP map\nD stp_map_get\nU stp_copy\nP string\nD "
		   "stp_copy\nU memcpy\n"
		   "P timer\nD stp_family_timer\nU hrtimer_init\n",
		   &p);
	OK(p.n == 4, "parts of the index");
	closure_add_object(a, &c, "script", &none);
	map_set(&c.defined, "stp_script", (void *)"script");
	map_set(&c.imports, "init_module", (void *)"frame");
	map_set(&c.imports, "stp_map_get", (void *)"script");
	closure_resolve(&p, &c);
	OK(p.v[0].linked && p.v[1].linked && p.v[2].linked, "what is reached, and what that reaches");
	OK(!p.v[3].linked && !map_has(&c.imports, "hrtimer_init"), "what is not reached is not linked");
	OK(map_has(&c.imports, "printk") && map_has(&c.imports, "memcpy"), "imports of the parts");
	TEXT(map_get(&c.imports, "memcpy"), "the runtime's part string", "who wants it");
	arena_free(a);
}

int main(void)
{
	exports();
	written_object();
	build_ids();
	closure();
	return tap_done();
}
