/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xz, zstd and gzip data, by what the data begin with (liblzma, libzstd, zlib do the work). */
#ifndef STP_BASE_DECOMPRESS_H
#define STP_BASE_DECOMPRESS_H

#include "base/error.h"

#include <stddef.h>

/* data that are not compressed are given as they are; malloc'ed, NUL-terminated */
struct oserr *decompress(const void *data, size_t len, char **ret, size_t *ret_len) STP_MUST_CHECK;
/* to the end of an open file, in pieces: little memory for large data */
struct oserr *decompress_to_fd(const void *data, size_t len, int fd, size_t *ret_len) STP_MUST_CHECK;
struct oserr *read_decompressed(const char *path, char **ret, size_t *ret_len) STP_MUST_CHECK;

#endif
