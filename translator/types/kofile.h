/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What we read from a kernel module on disk: .ko, .ko.xz, .ko.zst, .ko.gz. */
#ifndef STP_TYPES_KOFILE_H
#define STP_TYPES_KOFILE_H

#include "base/error.h"

#include <stddef.h>

struct kofile; /* an open module, decompressed */

struct oserr *kofile_open(const char *path, struct kofile **ret) STP_MUST_CHECK;
void kofile_close(struct kofile *k);
/* lines "t name\n", "T name\n" of its functions, those of init and exit sections left out; malloc'ed */
struct oserr *kofile_symbols(struct kofile *k, char **ret, size_t *ret_len) STP_MUST_CHECK;
/* bytes of .BTF, borrowed; oserr_notfound if it has none that can be used */
struct oserr *kofile_btf(struct kofile *k, const void **ret, size_t *ret_len) STP_MUST_CHECK;

#endif
