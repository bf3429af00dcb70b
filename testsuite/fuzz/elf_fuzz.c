/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzing what staprun reads as root out of a module: the ELF reader, .modinfo, notes, .stap_info and the settings held against it.
 * With libFuzzer:  clang -g -O1 -D_GNU_SOURCE -I. -fsanitize=fuzzer,address,undefined testsuite/fuzz/elf_fuzz.c staprun/elf.c staprun/info.c staprun/msg.c staprun/escape.c staprun/sink.c
 * Without (-DFUZZ_ALONE, any compiler): `elf_fuzz [-n ROUNDS] [-s SEED] FILE` changes bytes of FILE at random and gives each result a try.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "staprun/elf.h"
#include "staprun/info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void use_info(const struct elf_piece *s)
{
	static const char *const settings[] = { "a=1", "n=-5", "name=text", "destport=x", "=", "nothing" };
	char text[300];
	struct info i;
	size_t k;

	if (!info_parse(&i, s))
		for (k = 0; k < sizeof(settings) / sizeof(*settings); k++)
			info_check_setting(&i, settings[k], text, sizeof(text));
	info_free(&i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	unsigned char *copy = malloc(len ? len : 1); /* of exactly that size: the sanitizer sees one byte too far */
	struct elf_piece p, id;
	struct elf_image e;

	memcpy(copy, data, len);
	if (!elf_check(&e, copy, len)) {
		if (elf_section(&e, ".modinfo", &p)) {
			elf_modinfo(&p, "name");
			elf_modinfo(&p, "vermagic");
		}
		if (elf_section(&e, ".note.gnu.build-id", &p))
			elf_build_id(&p, &id);
		if (elf_section(&e, ".stap_info", &p))
			use_info(&p);
		elf_section(&e, ".gnu.linkonce.this_module", &p);
	}
	p = (struct elf_piece){ copy, len }; /* also as bare sections */
	elf_build_id(&p, &id);
	elf_modinfo(&p, "name");
	use_info(&p);
	free(copy);
	return 0;
}

#ifdef FUZZ_ALONE
#include <unistd.h>

static uint64_t fuzz_state;

static uint64_t random64(void)
{
	fuzz_state ^= fuzz_state << 13;
	fuzz_state ^= fuzz_state >> 7;
	fuzz_state ^= fuzz_state << 17;
	return fuzz_state;
}

/* header and section table are hit most often: the middle of a module is only code */
static void spoil(uint8_t *d, size_t len, size_t table)
{
	static const uint64_t values[] = { 0, 1, 0xff, 0x7fffffff, 0xffffffff, 0x8000000000000000, ~0ull, ~0ull - 7 };
	unsigned n = 1 + random64() % 4;

	while (n--) {
		size_t at = random64() % len;
		uint64_t v = random64() % 3 ? values[random64() % 8] : random64() % (2 * len);
		size_t bytes = 1u << random64() % 4;

		if (random64() % 4 == 0)
			at = random64() % 64;
		else if (random64() % 3 && table < len)
			at = table + random64() % (len - table);
		memcpy(d + at, &v, bytes < len - at ? bytes : len - at);
	}
}

int main(int argc, char **argv)
{
	unsigned long rounds = 100000;
	static uint8_t original[1 << 20], copy[1 << 20];
	uint64_t table = 0;
	size_t len;
	FILE *f;
	int c;

	fuzz_state = 88172645463325252ull;
	while ((c = getopt(argc, argv, "n:s:")) != -1) {
		if (c == 'n')
			rounds = strtoul(optarg, NULL, 0);
		else if (c == 's')
			fuzz_state = strtoull(optarg, NULL, 0) | 1;
		else
			return 2;
	}
	f = optind < argc ? fopen(argv[optind], "rb") : NULL;
	len = f ? fread(original, 1, sizeof(original), f) : 0;
	if (len < 64)
		return 2;
	fclose(f);
	memcpy(&table, original + 40, sizeof(table)); /* e_shoff */
	while (rounds--) {
		size_t n = random64() % 4 ? len : random64() % len + 1;

		memcpy(copy, original, n);
		spoil(copy, n, table);
		LLVMFuzzerTestOneInput(copy, n);
	}
	puts("fuzz: no findings");
	return 0;
}
#endif
