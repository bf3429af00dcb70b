/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Modules on disk, compressed or not. In: a path. Out: its function symbols as text, its BTF.
 * A module is a relocatable file, so symbols are told apart by section: what init and exit sections hold is gone, or not yet there,
 * when a probe could be placed.
 */
#include "types/kofile.h"

#include "base/buf.h"
#include "base/decompress.h"
#include "base/text.h"

#include <errno.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct kofile {
	char *path, *data;
	size_t len;
	Elf *elf;
};

static struct oserr *open_elf(struct kofile *k) STP_MUST_CHECK;
static struct oserr *open_elf(struct kofile *k)
{
	elf_version(EV_CURRENT);
	k->elf = elf_memory(k->data, k->len);
	if (!k->elf || elf_kind(k->elf) != ELF_K_ELF)
		return oserr_new(ENOEXEC, "%s: not an ELF file", k->path);
	return NULL;
}

struct oserr *kofile_open(const char *path, struct kofile **ret)
{
	struct kofile *k = calloc(1, sizeof(*k));
	struct oserr *e;

	BUG_IF(!k, "out of memory");
	k->path = strdup(path);
	BUG_IF(!k->path, "out of memory");
	e = read_decompressed(path, &k->data, &k->len);
	if (!e)
		e = open_elf(k);
	if (e) {
		kofile_close(k);
		return e;
	}
	*ret = k;
	return NULL;
}

void kofile_close(struct kofile *k)
{
	if (!k)
		return;
	elf_end(k->elf);
	free(k->data);
	free(k->path);
	free(k);
}

/* the next section of a type or name after scn; both may be left open (SHT_NULL, NULL) */
static Elf_Scn *find_section(struct kofile *k, unsigned type, const char *name, GElf_Shdr *ret)
{
	Elf_Scn *scn = NULL;
	size_t strings;

	if (elf_getshdrstrndx(k->elf, &strings))
		return NULL;
	while ((scn = elf_nextscn(k->elf, scn))) {
		const char *s;

		if (!gelf_getshdr(scn, ret) || (type != SHT_NULL && ret->sh_type != type))
			continue;
		s = elf_strptr(k->elf, strings, ret->sh_name);
		if (!name || (s && !strcmp(s, name)))
			return scn;
	}
	return NULL;
}

static bool in_lasting_code(struct kofile *k, size_t strings, const GElf_Sym *sym)
{
	Elf_Scn *scn = sym->st_shndx < SHN_LORESERVE ? elf_getscn(k->elf, sym->st_shndx) : NULL;
	const char *name;
	GElf_Shdr h;

	if (!sym->st_shndx || !scn || !gelf_getshdr(scn, &h) || !(h.sh_flags & SHF_EXECINSTR))
		return false;
	name = elf_strptr(k->elf, strings, h.sh_name);
	return name && !text_starts(name, ".init.") && !text_starts(name, ".exit.");
}

struct oserr *kofile_symbols(struct kofile *k, char **ret, size_t *ret_len)
{
	struct buf b = BUF_INIT;
	GElf_Shdr h;
	Elf_Scn *scn = find_section(k, SHT_SYMTAB, NULL, &h);
	Elf_Data *d = scn ? elf_getdata(scn, NULL) : NULL;
	size_t strings, n;

	if (!d || !h.sh_entsize || elf_getshdrstrndx(k->elf, &strings))
		return oserr_new(ENOENT, "%s: has no symbol table", k->path);
	n = h.sh_size / h.sh_entsize;
	for (size_t i = 0; i < n; i++) {
		const char *name;
		GElf_Sym sym;

		if (!gelf_getsym(d, i, &sym) || GELF_ST_TYPE(sym.st_info) != STT_FUNC || !in_lasting_code(k, strings, &sym))
			continue;
		name = elf_strptr(k->elf, h.sh_link, sym.st_name);
		if (name && *name)
			buf_printf(&b, "%c %s\n", GELF_ST_BIND(sym.st_info) == STB_LOCAL ? 't' : 'T', name);
	}
	*ret_len = b.len;
	*ret = buf_take(&b);
	return NULL;
}

struct oserr *kofile_btf(struct kofile *k, const void **ret, size_t *ret_len)
{
	GElf_Shdr h;
	Elf_Scn *scn;
	Elf_Data *d;

	if (find_section(k, SHT_NULL, ".BTF.base", &h)) /* types on a base of its own, which the kernel relocates: not the kit's */
		return &oserr_notfound;
	scn = find_section(k, SHT_NULL, ".BTF", &h);
	d = scn ? elf_rawdata(scn, NULL) : NULL;
	if (!d || !d->d_buf)
		return &oserr_notfound;
	*ret = d->d_buf;
	*ret_len = d->d_size;
	return NULL;
}
