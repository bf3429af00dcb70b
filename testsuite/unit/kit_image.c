/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel images that lie (C4): sections without bytes, names without an end, and 60,000 images with damaged headers. What must hold is that
 * nothing is read outside of the file: it lies in memory of exactly its size, and AddressSanitizer watches.
 * link: translator/kit/image.c translator/kit/events.c translator/kit/elf_file.c translator/kit/kallsyms.c translator/base/*.c staprun/fsowner.c -lmd -llzma -lzstd -lz
 */
#define _GNU_SOURCE 1
#include "testsuite/unit/tap.h"

#include "kit/image.h"

#include "base/fs.h"

#include <lzma.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

static const char symvers[] = "0x00000001\tschedule\tvmlinux\tEXPORT_SYMBOL\t\n";

enum { KSYMTAB = 1, STRINGS, DATA, NOTES, NPARTS = NOTES };
#define ADDRESS(section) ((uint64_t)(section) << 12)

/* one export, "schedule", and one event, "sched sched_switch" */
static void make_image(struct buf *out)
{
	static const char strings[24] = "schedule\0sched_switch";
	const int32_t export[3] = { 0, (int32_t)(ADDRESS(STRINGS) - (ADDRESS(KSYMTAB) + 4)), 0 };
	const uint64_t data[6] = { 0, 0, ADDRESS(DATA) + 32, ADDRESS(DATA) + 40, ADDRESS(DATA) + 48, ADDRESS(STRINGS) + 9 };
	const char sched[8] = "sched";
	const uint32_t note[5] = { 4, 4, 3, 0x00554e47, 0x04030201 };
	struct elf_part parts[NPARTS] = { { "__ksymtab", export, sizeof(export), 4 }, { "__ksymtab_strings", strings, sizeof(strings), 1 } };
	Elf64_Ehdr like = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1 }, .e_shentsize = sizeof(Elf64_Shdr), .e_version = 1 };
	char all[sizeof(data) + sizeof(sched)];
	Elf64_Shdr *sh;

	memcpy(all, data, sizeof(data));
	memcpy(all + sizeof(data), sched, sizeof(sched));
	parts[DATA - 1] = (struct elf_part){ ".data", all, sizeof(all), 8 };
	parts[NOTES - 1] = (struct elf_part){ ".notes", note, sizeof(note), 4 };
	elf_write_object(out, &like, parts, NPARTS);
	sh = (Elf64_Shdr *)(out->data + ((Elf64_Ehdr *)out->data)->e_shoff);
	for (size_t i = 1; i <= NPARTS; i++)
		sh[i].sh_addr = ADDRESS(i);
	sh[NOTES].sh_type = SHT_NOTE;
}

/* everything that is asked of an image; a line of what it answered, "refused" if it is no ELF file. In a static buffer */
static const char *ask(const char *bytes, size_t len)
{
	static char text[512];
	struct image im = { .data = malloc(len), .len = len };
	struct oserr *err;
	size_t seen = 0, wrong = 0, n = 0;
	struct buf events = BUF_INIT, symbols = BUF_INIT;
	const unsigned char *p;
	char *id;

	memcpy(im.data, bytes, len);
	err = elf_open(im.data, len, "it", &im.elf);
	snprintf(text, sizeof(text), "refused");
	if (!err) {
		oserr_free(image_check_exports(&im, symvers, &seen, &wrong));
		oserr_free(events_from_image(&im, &events));
		err = image_section(&im, ".data", &p, &n);
		if (!err)
			err = kallsyms_decode(p, n, &symbols);
		id = image_build_id(&im);
		snprintf(text, sizeof(text), "%zu exports, %zu wrong, events %.*s, id %s", seen, wrong, (int)(events.len ? events.len - 1 : 0),
			 events.len ? events.data : "", id ? id : "-");
		free(id);
	}
	oserr_free(err);
	buf_fini(&events);
	buf_fini(&symbols);
	free(im.data);
	return text;
}

static Elf64_Shdr *section(struct buf *b, size_t i)
{
	return (Elf64_Shdr *)(b->data + ((Elf64_Ehdr *)b->data)->e_shoff) + i;
}

static void without_bytes(void)
{
	static const char *const want[] = { [KSYMTAB] = "0 exports, 0 wrong, events sched sched_switch, id 01020304",
					    [STRINGS] = "0 exports, 0 wrong, events , id 01020304",
					    [DATA] = "1 exports, 0 wrong, events , id 01020304",
					    [NOTES] = "1 exports, 0 wrong, events sched sched_switch, id -" };
	static const uint64_t far[] = { 1ull << 40, UINT64_MAX - 7, 0 };

	for (size_t i = KSYMTAB; i <= NOTES; i++)
		for (size_t k = 0; k < 3; k++) {
			struct buf b = BUF_INIT;

			make_image(&b);
			section(&b, i)->sh_type = SHT_NULL;
			section(&b, i)->sh_offset = far[k];
			TEXT(ask(b.data, b.len), want[i], "C4: a section of type SHT_NULL has no bytes, wherever it says they are");
			buf_fini(&b);
		}
}

static void without_end(void)
{
	struct buf b = BUF_INIT;

	make_image(&b);
	section(&b, STRINGS)->sh_size = 8;
	TEXT(ask(b.data, b.len), "0 exports, 0 wrong, events , id 01020304", "C4: a name that its section does not end");
	buf_fini(&b);
	/* the last bytes of the file */
	make_image(&b);
	buf_puts(&b, "sche");
	section(&b, STRINGS)->sh_offset = b.len - 4;
	section(&b, STRINGS)->sh_size = 4;
	TEXT(ask(b.data, b.len), "0 exports, 0 wrong, events , id 01020304", "C4: nor the file");
	buf_fini(&b);
}

/* a few bytes of the headers become small, large or odd numbers; the first sections are hit most */
static void damage(unsigned rounds)
{
	static const uint64_t odd[] = { 0, 1, 7, 8, 0x1000, 0x7fffffff, 0xffffffff, 1ull << 40, UINT64_MAX, UINT64_MAX - 7 };
	uint64_t r = 20261130;
	unsigned opened = 0;

	for (unsigned n = 0; n < rounds; n++) {
		struct buf b = BUF_INIT;

		make_image(&b);
		for (unsigned k = 0; k < 1 + n % 3; k++) {
			size_t at, width;

			r = r * 6364136223846793005u + 1442695040888963407u;
			at = (r >> 33) % 8 ? ((Elf64_Ehdr *)b.data)->e_shoff : 0;
			at += (r >> 40) % (at && at < b.len ? b.len - at : sizeof(Elf64_Ehdr));
			width = (size_t)1 << (r >> 20) % 4;
			at -= at % width;
			if (at + width <= b.len)
				memcpy(b.data + at, &odd[(r >> 50) % 10], width);
			if (((Elf64_Ehdr *)b.data)->e_shoff > b.len)
				break;
		}
		opened += strcmp(ask(b.data, b.len), "refused") != 0;
		buf_fini(&b);
	}
	printf("# %u of %u damaged images were looked into\n", opened, rounds);
	OK(opened > rounds / 10, "C4: damaged images, without reading outside of them");
}

/* ---- files ----------------------------------------------------------------------------------------------------------------------- */

/* what image_open() makes of a file with these bytes: its version, its exports, or why not; the file's path is left out. In a static buffer */
static const char *opened(const struct buf *b)
{
	static char text[512];
	char path[] = "/tmp/stap-unit-XXXXXX";
	int fd = mkstemp(path);
	struct image im = { 0 };
	size_t seen = 0, wrong = 0;
	struct oserr *err;
	char *at;

	if (fd < 0 || write(fd, b->data, b->len) != (ssize_t)b->len)
		abort();
	close(fd);
	err = image_open(path, &im);
	if (err) {
		snprintf(text, sizeof(text), "%s", err->msg);
		oserr_free(err);
	} else {
		oserr_free(image_check_exports(&im, symvers, &seen, &wrong));
		snprintf(text, sizeof(text), "%s, %zu exports", im.version ? im.version : "no version", seen);
		image_fini(&im);
	}
	at = strstr(text, path);
	if (at)
		memmove(at, at + strlen(path), strlen(at + strlen(path)) + 1);
	unlink(path);
	return text;
}

enum { SETUP = 2, HEADER = (SETUP + 1) * 512, VERSION = 0x300, BEFORE = 16 };

/* a boot header, the version behind it, `payload` BEFORE bytes into what follows the set-up sectors */
static void make_bzimage(struct buf *out, const void *payload, uint32_t len)
{
	char head[HEADER + BEFORE] = { 0 };
	const uint32_t before = BEFORE;

	head[0x1f1] = SETUP;
	memcpy(head + 0x202, "HdrS", 4);
	head[0x20e] = (VERSION - 512) & 0xff;
	head[0x20f] = (VERSION - 512) >> 8;
	memcpy(head + 0x248, &before, 4);
	memcpy(head + 0x24c, &len, 4);
	strcpy(head + VERSION, "6.1.0-test #1");
	buf_init(out);
	buf_add(out, head, sizeof(head));
	buf_add(out, payload, len);
}

static size_t pack(const char *how, const struct buf *in, uint8_t *out, size_t max)
{
	z_stream z = { .next_in = (Bytef *)in->data, .avail_in = (uInt)in->len, .next_out = out, .avail_out = (uInt)max };
	size_t n = 0;

	if (!strcmp(how, "zstd"))
		return ZSTD_compress(out, max, in->data, in->len, 3);
	if (!strcmp(how, "xz")) {
		if (lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, NULL, (const uint8_t *)in->data, in->len, out, &n, max) != LZMA_OK)
			abort();
		return n;
	}
	if (deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK || deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	n = z.total_out;
	deflateEnd(&z);
	return n;
}

static void packed(void)
{
	static const char *const how[] = { "gzip", "xz", "zstd" };
	static const struct { const char bytes[5]; const char *name; } unknown[] = {
		{ "BZh9", "bzip2" }, { "\x02\x21L\x18", "lz4" }, { "\x89LZO", "lzo" }, { "\x5d\0\0\x80", "lzma" }, { "BZ", "unknown" }
	};
	struct buf inner = BUF_INIT, b;
	uint8_t bytes[8192] = { 0 };
	char want[256];

	make_image(&inner);
	TEXT(opened(&inner), "no version, 1 exports", "a bare vmlinux");
	for (size_t i = 0; i < 3; i++) {
		make_bzimage(&b, bytes, (uint32_t)pack(how[i], &inner, bytes, sizeof(bytes)));
		TEXT(opened(&b), "6.1.0-test #1, 1 exports", how[i]);
		b.len--;
		TEXT(opened(&b), "cannot read the kernel in : it is cut off", "… a byte is missing");
		buf_fini(&b);
	}
	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
		memset(bytes, 0, 32);
		memcpy(bytes, unknown[i].bytes, 5);
		make_bzimage(&b, bytes, 32);
		snprintf(want, sizeof(want), "cannot read the kernel in : it is packed with %s, which is not supported yet (xz, zstd and gzip are)", unknown[i].name);
		TEXT(opened(&b), want, unknown[i].name);
		buf_fini(&b);
	}
	make_bzimage(&b, bytes, 15);
	TEXT(opened(&b), "cannot read the kernel in : its payload is too short", "a payload of 15 bytes");
	buf_fini(&b);
	make_bzimage(&b, bytes, 32);
	b.data[0x20f] = 0x7f;
	b.data[0x202] = 'h';
	TEXT(opened(&b), "cannot read the kernel in : it is neither an x86 bzImage nor an ELF file", "no boot header");
	b.len = 0x267;
	b.data[0x202] = 'H';
	TEXT(opened(&b), "cannot read the kernel in : it is neither an x86 bzImage nor an ELF file", "half a boot header");
	buf_fini(&b);
	make_bzimage(&b, bytes, (uint32_t)pack("gzip", &inner, bytes, sizeof(bytes)));
	b.data[0x20f] = 0x7f;
	TEXT(opened(&b), "no version, 1 exports", "a version that lies behind the end");
	buf_fini(&b);
	buf_init(&b);
	buf_add(&b, "\177ELF", 4);
	TEXT(opened(&b), "cannot read the kernel in : it is neither an x86 bzImage nor an ELF file", "four bytes of an ELF file");
	b.len = 0;
	TEXT(opened(&b), "cannot read the kernel in : it is neither an x86 bzImage nor an ELF file", "an empty file");
	buf_fini(&b);
	buf_fini(&inner);
}

int main(void)
{
	struct buf b = BUF_INIT;

	make_image(&b);
	TEXT(ask(b.data, b.len), "1 exports, 0 wrong, events sched sched_switch, id 01020304", "a whole image");
	buf_fini(&b);
	without_bytes();
	without_end();
	packed();
	damage(60000);
	return tap_done();
}
