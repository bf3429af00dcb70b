/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mutate SEED RUNS SECONDS DICTIONARY FILE…: a driver for LLVMFuzzerTestOneInput() that needs no clang. Every file is tried as it
 * is, then RUNS mutants, the same ones for the same arguments. An input that takes more than SECONDS of CPU is a failure. The input
 * being tried is in fuzz-input of the working directory, with NULs behind it, so that one that crashed or hung is still there.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_INPUT = 65536, MAX_WORDS = 512, MAX_WORD = 64 };

struct text {
	uint8_t *p;
	size_t n;
};

static struct text *corpus;
static size_t ncorpus;
static char words[MAX_WORDS][MAX_WORD];
static size_t nwords;
static uint64_t state;
static uint8_t *shown; /* the file fuzz-input, mapped */

/* xorshift64*: all that is asked of it is to be the same everywhere */
static size_t pick(size_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return below ? (size_t)((state * 0x2545f4914f6cdd1dull >> 33) % below) : 0;
}

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void load(const char *path)
{
	struct text *t = &corpus[ncorpus++];
	FILE *f = fopen(path, "r");

	if (!f)
		die(path);
	t->p = malloc(MAX_INPUT);
	t->n = 1 + fread(t->p + 1, 1, MAX_INPUT - 1, f);
	t->p[0] = 1; /* the byte that chooses options: guru */
	fclose(f);
}

/* lines of a libFuzzer dictionary: "text", with \" \\ \xNN */
static void load_words(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[256];

	if (!f)
		die(path);
	while (nwords < MAX_WORDS && fgets(line, sizeof(line), f)) {
		char *in = strchr(line, '"'), *end = strrchr(line, '"'), *out = words[nwords];

		if (line[0] == '#' || !in || end <= in)
			continue;
		while (++in < end && out < words[nwords] + MAX_WORD - 1) {
			unsigned byte;

			if (in[0] == '\\' && in[1] == 'x' && sscanf(in + 2, "%2x", &byte) == 1) {
				*out++ = (char)byte;
				in += 3;
			} else {
				*out++ = *in == '\\' ? *++in : *in;
			}
		}
		*out = '\0';
		nwords++;
	}
	fclose(f);
}

/* N bytes of FROM are put in place of CUT bytes at AT */
static void replace(struct text *t, size_t at, size_t cut, const void *from, size_t n)
{
	if (t->n - cut + n > MAX_INPUT)
		return;
	memmove(t->p + at + n, t->p + at + cut, t->n - at - cut);
	memcpy(t->p + at, from, n);
	t->n += n - cut;
}

static void mutate_once(struct text *t)
{
	const struct text *other = &corpus[pick(ncorpus)];
	size_t at = pick(t->n), room = t->n - at, len = pick(room < 64 ? room : 64), from = pick(other->n);
	uint8_t piece[MAX_INPUT];
	const char *word = nwords ? words[pick(nwords)] : " ";

	switch (pick(7)) {
	case 0: t->p[at] ^= (uint8_t)(1u << pick(8)); break;
	case 1: replace(t, at, len, "", 0); break;
	case 2: replace(t, at, 0, word, strlen(word)); break;
	case 3: replace(t, at, len, word, strlen(word)); break;
	case 4: replace(t, at, 0, other->p + from, pick(other->n - from)); break;
	case 5: /* a piece again, many times */
		for (size_t i = pick(40); i-- > 0;) {
			memcpy(piece, t->p + at, len);
			replace(t, at, 0, piece, len);
		}
		break;
	default: t->p[0] = (uint8_t)pick(256);
	}
}

static double cpu(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* an input of exactly its size, so that reading beyond it is seen */
static void try(const struct text *t, double seconds)
{
	uint8_t *copy = malloc(t->n);
	double start = cpu(), took;

	memcpy(copy, t->p, t->n);
	memset(shown, 0, MAX_INPUT);
	memcpy(shown, t->p, t->n);
	LLVMFuzzerTestOneInput(copy, t->n);
	free(copy);
	took = cpu() - start;
	if (took > seconds) {
		fprintf(stderr, "an input of %zu bytes took %.1f s\n", t->n, took);
		exit(3);
	}
}

static void show_inputs(void)
{
	int fd = open("fuzz-input", O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || ftruncate(fd, MAX_INPUT))
		die("fuzz-input");
	shown = mmap(NULL, MAX_INPUT, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shown == MAP_FAILED)
		die("fuzz-input");
	close(fd);
}

int main(int argc, char **argv)
{
	static uint8_t room[MAX_INPUT];
	struct text t = { room, 0 };
	double seconds;

	if (argc < 6)
		return 2;
	state = strtoull(argv[1], NULL, 0) | 1;
	seconds = atof(argv[3]);
	load_words(argv[4]);
	corpus = calloc((size_t)argc, sizeof(*corpus));
	for (int i = 5; i < argc; i++)
		load(argv[i]);
	show_inputs();
	for (size_t i = 0; i < ncorpus; i++)
		try(&corpus[i], seconds);
	for (long runs = atol(argv[2]); runs > 0; runs--) {
		const struct text *seed = &corpus[pick(ncorpus)];

		memcpy(t.p, seed->p, seed->n);
		t.n = seed->n;
		for (size_t i = 1 + pick(6); i-- > 0;)
			mutate_once(&t);
		try(&t, seconds);
	}
	for (size_t i = 0; i < ncorpus; i++)
		free(corpus[i].p);
	free(corpus);
	unlink("fuzz-input");
	return 0;
}
