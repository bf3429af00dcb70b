/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmlinuz → the ELF vmlinux inside it. The boot header of an x86 bzImage says where the payload lies: one compressed stream, then
 * four bytes of its own; behind the ELF file in it stand relocations. Nothing of the image is trusted: sizes are bounded, offsets
 * are checked.
 */
#define _GNU_SOURCE 1
#include "kit/image.h"

#include "base/decompress.h"
#include "base/fs.h"
#include "base/map.h"
#include "base/scope.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	BOOT_SECTS = 0x1f1,
	BOOT_MAGIC = 0x202,
	BOOT_VERSION = 0x20e,
	BOOT_PAYLOAD = 0x248,
	BOOT_PAYLOAD_LEN = 0x24c,
	BOOT_END = 0x268
};

static uint32_t get32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static const char *packer_name(const char *in)
{
	if (memcmp(in, "BZh", 3) == 0)
		return "bzip2";
	if (memcmp(in, "\x02\x21", 2) == 0)
		return "lz4";
	if (memcmp(in, "\x89LZO", 4) == 0)
		return "lzo";
	return memcmp(in, "\x5d\0\0", 3) == 0 ? "lzma" : "unknown";
}

static bool is_known(const char *in)
{
	return memcmp(in,
		      "\xfd"
		      "7zXZ",
		      6) == 0 ||
	       memcmp(in, "\x28\xb5\x2f\xfd", 4) == 0 || memcmp(in, "\x1f\x8b", 2) == 0;
}

/* only what is looked at comes into memory */
static struct oserr *map_file(int fd, size_t len, struct image *im)
{
	void *p = len ? mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0) : MAP_FAILED;

	if (p == MAP_FAILED)
		return oserr_errno(len ? errno : EINVAL, "cannot map it");
	im->data = p;
	im->len = len;
	return NULL;
}

/* into a temporary file without a name: the kernel is 60 MB, of which we read 20 */
static struct oserr *unpack(const char *in, size_t n, struct image *im)
{
	_cleanup_fclose_ FILE *tmp = NULL;
	struct oserr *err;
	size_t len = 0;

	if (n < 16)
		return oserr_new(EINVAL, "its payload is too short");
	if (!is_known(in))
		return oserr_new(ENOTSUP, "it is packed with %s, which is not supported yet (xz, zstd and gzip are)",
				 packer_name(in));
	tmp = tmpfile();
	if (!tmp)
		return oserr_errno(errno, "cannot make a temporary file");
	err = decompress_to_fd(in, n, fileno(tmp), &len);
	return err ? err : map_file(fileno(tmp), len, im);
}

static struct oserr *unpack_bzimage(const char *file, size_t len, struct image *im)
{
	size_t at, size, version;

	if (len < BOOT_END || memcmp(file + BOOT_MAGIC, "HdrS", 4) != 0)
		return oserr_new(EINVAL, "it is neither an x86 bzImage nor an ELF file");
	at = ((size_t)(unsigned char)file[BOOT_SECTS] + 1) * 512 + get32(file + BOOT_PAYLOAD);
	size = get32(file + BOOT_PAYLOAD_LEN);
	version = ((size_t)(unsigned char)file[BOOT_VERSION] | (size_t)(unsigned char)file[BOOT_VERSION + 1] << 8) + 512;
	if (at > len || size > len - at)
		return oserr_new(EINVAL, "it is cut off");
	if (version < len)
		im->version = strndup(file + version, len - version < 512 ? len - version : 512);
	return unpack(file + at, size, im);
}

static struct oserr *open_image(const char *path, struct image *im)
{
	struct oserr *err;
	char *file;
	size_t len;

	err = fs_read(path, &file, &len);
	if (err)
		return err;
	if (len > SELFMAG && memcmp(file, ELFMAG, SELFMAG) == 0) {
		_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);

		err = fd < 0 ? oserr_errno(errno, "cannot open it") : map_file(fd, len, im);
	} else {
		err = unpack_bzimage(file, len, im);
	}
	free(file);
	if (err) {
		struct oserr *full = oserr_new(err->code, "cannot read the kernel in %s: %s", path, err->msg);

		oserr_free(err);
		return full;
	}
	return elf_open(im->data, im->len, path, &im->elf);
}

struct oserr *image_open(const char *path, struct image *ret)
{
	struct image im = { 0 };
	struct oserr *err = open_image(path, &im);

	if (err)
		image_fini(&im);
	else
		*ret = im;
	return err;
}

void image_fini(struct image *im)
{
	if (im->data)
		munmap(im->data, im->len);
	free(im->version);
	memset(im, 0, sizeof(*im));
}

struct oserr *image_section(const struct image *im, const char *name, const unsigned char **ret, size_t *ret_len)
{
	const Elf64_Shdr *s = elf_find(&im->elf, name);

	if (!s || s->sh_type == SHT_NOBITS)
		return oserr_new(ENOENT, "the kernel image has no section %s", name);
	*ret = elf_bytes(&im->elf, s);
	*ret_len = s->sh_size;
	return NULL;
}

char *image_build_id(const struct image *im)
{
	const Elf64_Shdr *s = elf_find(&im->elf, ".notes");

	return s && s->sh_type == SHT_NOTE ? elf_build_id(elf_bytes(&im->elf, s), s->sh_size) : NULL;
}

/* ---- exports ----------------------------------------------------------------------------------------------------------------- */

struct exports { /* one of __ksymtab, __ksymtab_gpl */
	const Elf64_Shdr *entries, *crcs;
};

/* struct kernel_symbol with relative references: value, name, namespace; each counts from its own address */
struct entry {
	int32_t value, name, namespace;
};

/* the text at an address, which its section must end; NULL if there is none */
static const char *text_at(const struct image *im, uint64_t addr)
{
	size_t room;
	const char *text = (const char *)elf_at_address(&im->elf, addr, &room);

	return text && memchr(text, '\0', room) ? text : NULL;
}

/* the line of NAME in Module.symvers begins with its CRC */
static void symvers_index(char *text, struct map *crcs)
{
	for (char *line = text; *line;) {
		char *next = strchrnul(line, '\n');
		char *name = memchr(line, '\t', (size_t)(next - line));
		char *end = name ? memchr(name + 1, '\t', (size_t)(next - name - 1)) : NULL;
		bool more = *next != '\0';

		if (end && strncmp(end + 1, "vmlinux\t", 8) == 0) {
			*name++ = *end = '\0';
			map_set(crcs, name, line);
		}
		line = next + more;
	}
}

static void compare_exports(const struct image *im, const struct exports *e, const struct map *crcs, size_t *seen, size_t *wrong)
{
	const unsigned char *entries = elf_bytes(&im->elf, e->entries);
	size_t n = e->entries->sh_size / sizeof(struct entry);
	bool have_crcs = e->crcs && e->crcs->sh_type != SHT_NOBITS && e->crcs->sh_size == n * 4;

	for (size_t i = 0; i < n; i++) {
		uint64_t field = e->entries->sh_addr + i * sizeof(struct entry) + offsetof(struct entry, name);
		const char *name, *crc;
		struct entry x;

		memcpy(&x, entries + i * sizeof(x), sizeof(x));
		name = text_at(im, field + (uint64_t)(int64_t)x.name);
		if (!name)
			continue;
		(*seen)++;
		crc = map_get(crcs, name);
		if (!crc)
			(*wrong)++;
		else if (have_crcs && strtoul(crc, NULL, 16) != get32((const char *)elf_bytes(&im->elf, e->crcs) + 4 * i))
			(*wrong)++;
	}
}

struct oserr *image_check_exports(const struct image *im, const char *symvers, size_t *ret_seen, size_t *ret_wrong)
{
	struct arena *a = arena_new();
	const char *kinds[] = { "", "_gpl" };
	size_t seen = 0, wrong = 0;
	struct map crcs;

	map_init(&crcs, a);
	symvers_index(arena_strdup(a, symvers), &crcs);
	for (size_t k = 0; k < 2; k++) {
		const char *entries = arena_printf(a, "__ksymtab%s", kinds[k]);
		struct exports e = { elf_find(&im->elf, entries), elf_find(&im->elf, arena_printf(a, "__kcrctab%s", kinds[k])) };

		if (e.entries && e.entries->sh_type == SHT_PROGBITS)
			compare_exports(im, &e, &crcs, &seen, &wrong);
	}
	arena_free(a);
	if (seen == 0)
		return oserr_new(EINVAL, "the kernel image lists no exported symbols");
	*ret_seen = seen;
	*ret_wrong = wrong;
	return NULL;
}
