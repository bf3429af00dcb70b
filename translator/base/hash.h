/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SHA-256 in one breath or in pieces (libmd does the work). Text form: 64 lower-case hex digits. */
#ifndef STP_BASE_HASH_H
#define STP_BASE_HASH_H

#include "base/error.h"

#include <sha2.h>
#include <stddef.h>

#define HASH_HEX 65 /* with the NUL */

struct hash {
	SHA2_CTX ctx;
};

void hash_init(struct hash *h);
void hash_add(struct hash *h, const void *p, size_t n);
void hash_add_str(struct hash *h, const char *s); /* with its NUL, so that parts cannot run together */
void hash_hex(struct hash *h, char ret[HASH_HEX]);
struct oserr *hash_fd(int fd, char ret[HASH_HEX]) STP_MUST_CHECK; /* from where it stands to its end */
struct oserr *hash_file(const char *path, char ret[HASH_HEX]) STP_MUST_CHECK;

#endif
