/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SHA-256 (FIPS 180-4) of bytes in memory: to know a module by its contents. */
#ifndef STP_STAPRUN_SHA256_H
#define STP_STAPRUN_SHA256_H

#include <stddef.h>

#define SHA256_HEX 65 /* 64 lower-case digits and a NUL */

void sha256_hex(const void *data, size_t len, char ret[SHA256_HEX]);

#endif
