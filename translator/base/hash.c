/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256 over memory and files, on top of libmd. Strings are hashed with their NUL: two lists of strings that read the same when
 * run together still differ in their hash.
 */
#include "base/hash.h"

#include "base/scope.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

void hash_init(struct hash *h)
{
	SHA256Init(&h->ctx);
}

void hash_add(struct hash *h, const void *p, size_t n)
{
	SHA256Update(&h->ctx, p, n);
}

void hash_add_str(struct hash *h, const char *s)
{
	hash_add(h, s, strlen(s) + 1);
}

void hash_hex(struct hash *h, char ret[HASH_HEX])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t raw[SHA256_DIGEST_LENGTH];

	SHA256Final(raw, &h->ctx);
	for (size_t i = 0; i < sizeof(raw); i++) {
		ret[2 * i] = digits[raw[i] >> 4];
		ret[2 * i + 1] = digits[raw[i] & 15];
	}
	ret[2 * sizeof(raw)] = '\0';
}

struct oserr *hash_fd(int fd, char ret[HASH_HEX])
{
	char block[65536];
	struct hash h;

	hash_init(&h);
	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return oserr_errno(errno, "cannot read");
		if (n == 0)
			break;
		hash_add(&h, block, (size_t)n);
	}
	hash_hex(&h, ret);
	return NULL;
}

struct oserr *hash_file(const char *path, char ret[HASH_HEX])
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? oserr_errno(errno, "%s", path) : hash_fd(fd, ret);
}
