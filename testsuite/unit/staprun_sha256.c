/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * staprun's SHA-256 beside libmd's, at every length around a block's end; and two vectors of FIPS 180-4.
 * link: staprun/sha256.c translator/base/hash.c translator/base/error.c -lmd
 */
#define _GNU_SOURCE 1
#include "testsuite/unit/tap.h"

#include "base/hash.h"
#include "staprun/sha256.h"

#include <stdlib.h>

int main(void)
{
	char ours[SHA256_HEX], theirs[HASH_HEX];
	unsigned char *data = malloc(1000);
	size_t len, wrong = 0;

	sha256_hex("abc", 3, ours);
	TEXT(ours, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "abc");
	sha256_hex("", 0, ours);
	TEXT(ours, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "nothing");
	for (len = 0; len < 1000; len++)
		data[len] = (unsigned char)(len * 7 + len / 256);
	for (len = 0; len <= 1000; len++) {
		struct hash h;

		hash_init(&h);
		hash_add(&h, data, len);
		hash_hex(&h, theirs);
		sha256_hex(data, len, ours);
		wrong += strcmp(ours, theirs) != 0;
	}
	OK(wrong == 0, "1001 lengths");
	free(data);
	return tap_done();
}
