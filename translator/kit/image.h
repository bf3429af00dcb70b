/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel inside a vmlinuz file, and what can be learnt from it: BTF, build-id, exports with their CRCs, symbols. */
#ifndef STP_KIT_IMAGE_H
#define STP_KIT_IMAGE_H

#include "base/buf.h"
#include "base/error.h"
#include "kit/elf_file.h"

struct image {
	char *data;
	size_t len;
	struct elf_file elf;
	char *version; /* "6.1.0-56-amd64 (…) #1 SMP …" as uname -r and -v have it */
};

/* an x86 bzImage (xz, zstd) or a bare vmlinux */
struct oserr *image_open(const char *path, struct image *ret) STP_MUST_CHECK;
void image_fini(struct image *im);
char *image_build_id(const struct image *im); /* hex, malloc'ed; NULL if it has none */
struct oserr *image_section(const struct image *im, const char *name, const unsigned char **ret, size_t *ret_len) STP_MUST_CHECK;
/*
 * Compares the exports of the image with the text of a Module.symvers: how many of the image's exports are there with another CRC or
 * missing. Kernels without CRCs are compared by name.
 */
struct oserr *image_check_exports(const struct image *im, const char *symvers, size_t *ret_seen, size_t *ret_wrong) STP_MUST_CHECK;

/* kallsyms.c: "TYPE name\n" for every text symbol of the table inside a kernel's read-only data, in the order of addresses */
struct oserr *kallsyms_decode(const unsigned char *rodata, size_t len, struct buf *ret) STP_MUST_CHECK;
/* the same from the text of /proc/kallsyms */
struct oserr *kallsyms_from_proc(const char *text, struct buf *ret) STP_MUST_CHECK;
/* events.c: "SYSTEM NAME\n" for each trace event, of a kernel's image, or of the running kernel (false: it does not tell us) */
struct oserr *events_from_image(const struct image *im, struct buf *ret) STP_MUST_CHECK;
bool events_from_running(struct buf *ret);
/* to the kit's form: sorted by name, init text left out */
void kallsyms_sort(struct buf *symbols);

#endif
