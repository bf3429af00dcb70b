/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arena, vectors, buffers, maps, interned text and the text helpers of base/.
 * link: translator/base/*.c staprun/fsowner.c -lmd -llzma -lzstd -lz
 */
#define _GNU_SOURCE 1
#include "base/buf.h"
#include "base/error.h"
#include "base/intern.h"
#include "base/map.h"
#include "base/term.h"
#include "base/text.h"
#include "base/vec.h"
#include "testsuite/unit/tap.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static void test_arena(void)
{
	struct arena *a = arena_new();
	char *p[300];
	bool zeroed = true, apart = true, aligned = true;

	for (size_t i = 0; i < 300; i++) {
		size_t n = (i * 7919) % 40000;

		p[i] = arena_alloc(a, n);
		aligned &= (uintptr_t)p[i] % 16 == 0;
		for (size_t j = 0; j < n; j++)
			zeroed &= !p[i][j];
		memset(p[i], (int)i, n);
	}
	for (size_t i = 0; i < 300; i++)
		for (size_t j = 0; j < (i * 7919) % 40000; j++)
			apart &= p[i][j] == (char)i;
	OK(zeroed, "arena: memory is zeroed");
	OK(aligned, "arena: memory is aligned");
	OK(apart, "arena: blocks do not overlap");
	OK(arena_used(a) > 5000000, "arena: counts what it gave");
	TEXT(arena_printf(a, "%s-%d", "x", 5), "x-5", "arena: printf");
	OK(strlen(arena_printf(a, "%*d", 1000, 5)) == 1000, "arena: a long printf");
	TEXT(arena_strndup(a, "abcdef", 3), "abc", "arena: strndup ends the text");
	arena_free(a);
	arena_free(NULL);
}

static void test_vec(void)
{
	struct arena *a = arena_new();
	VEC(int) v = { 0 };
	bool same = true;

	for (int i = 0; i < 1000; i++)
		vec_push(a, &v, i * 3);
	for (size_t i = 0; i < v.n; i++)
		same &= vec_at(&v, i) == (int)i * 3;
	OK(v.n == 1000 && same, "vec: keeps what was pushed");
	OK(vec_last(&v) == 2997, "vec: last");
	vec_clear(&v);
	OK(v.n == 0, "vec: clear");
	arena_free(a);
}

static void test_buf(void)
{
	struct buf b = BUF_INIT;
	char *taken;

	OK(!strcmp(b.data, ""), "buf: empty is a text");
	for (int i = 0; i < 500; i++)
		buf_printf(&b, "%d,", i);
	OK(b.len == 1890 && strlen(b.data) == b.len, "buf: grows under printf");
	buf_printf(&b, "%*s", 5000, "x");
	OK(b.len == 6890 && b.data[6889] == 'x', "buf: one printf larger than the buffer");
	buf_reset(&b);
	OK(!b.len && !strcmp(b.data, ""), "buf: reset");
	buf_quote_c(&b, "a\"b\\c\nd\te?\001\377", 12);
	TEXT(b.data, "\"a\\\"b\\\\c\\nd\\te\\?\\001\\377\"", "buf: a C literal");
	taken = buf_take(&b);
	OK(taken[0] == '"' && !b.len && !strcmp(b.data, ""), "buf: take leaves it empty");
	free(taken);
	taken = buf_take(&b);
	OK(!strcmp(taken, ""), "buf: an empty one can be taken");
	free(taken);
	buf_reset(&b);
	buf_printable(&b, "a\033]0;x\a\tb\r\n\rc\177\n\x9b" "\302\233" "d\303\251\351\\", 23);
	TEXT(b.data, "a\\033]0;x\\007\tb\r\n\\015c\\177\n\\233\\302\\233d\303\251\351\\", "C2: buf: text for a terminal has no control characters, but UTF-8 and Latin-1");
	buf_reset(&b);
	buf_printable(&b, "x\342\200\256y\342\201\251\330\234\302\255\363\240\201\201\342\200\215\327\251\342\200", 23);
	TEXT(b.data, "x\\342\\200\\256y\\342\\201\\251\\330\\234\\302\\255\\363\\240\\201\\201\342\200\215\327\251\342\\200",
	     "bidi: buf: nor characters that turn the direction of writing or are invisible");
	buf_fini(&b);
}

static void test_map(void)
{
	struct arena *a = arena_new();
	struct map m;
	bool found = true, ordered = true;

	map_init(&m, a);
	OK(!map_get(&m, "x") && !map_has(&m, "x"), "map: empty");
	for (long i = 0; i < 5000; i++)
		map_set(&m, arena_printf(a, "key%ld", i), (void *)(i + 1));
	for (long i = 0; i < 5000; i++) {
		found &= map_get(&m, arena_printf(a, "key%ld", i)) == (void *)(i + 1);
		ordered &= m.entries[i].value == (void *)(i + 1);
	}
	OK(found, "map: finds all");
	OK(ordered && m.n == 5000, "map: in order of insertion");
	map_set(&m, "key7", NULL);
	OK(map_has(&m, "key7") && !map_get(&m, "key7") && m.n == 5000, "map: replaces in place, NULL is a value");
	OK(!map_has(&m, "key5000"), "map: absent key");
	arena_free(a);
}

static void test_intern(void)
{
	struct arena *a = arena_new();
	struct intern *t = intern_make(a);
	const char *first[3000];
	bool same = true;

	for (int i = 0; i < 3000; i++)
		first[i] = intern_str(t, arena_printf(a, "name%d", i));
	for (int i = 0; i < 3000; i++)
		same &= intern_str(t, arena_printf(a, "name%d", i)) == first[i] && (!i || first[i] != first[i - 1]);
	OK(same, "intern: equal texts, equal pointers");
	OK(intern_strn(t, "name12", 5) == intern_str(t, "name1"), "intern: by length");
	OK(*intern_strn(t, "", 0) == '\0', "intern: the empty text");
	arena_free(a);
}

static void test_numbers(void)
{
	int64_t v = 77;

	OK(text_int("0x7fffffffffffffff", INT64_MIN, INT64_MAX, &v) && v == INT64_MAX, "int: largest");
	OK(text_int("-9223372036854775808", INT64_MIN, INT64_MAX, &v) && v == INT64_MIN, "int: smallest");
	OK(text_int("017", 0, 20, &v) && v == 15, "int: octal");
	v = 77;
	OK(!text_int("9223372036854775808", INT64_MIN, INT64_MAX, &v) && v == 77, "int: too large");
	OK(!text_int("5", 6, 7, &v) && !text_int("8", 6, 7, &v) && v == 77, "int: bounds");
	OK(!text_int("", 0, 9, &v) && !text_int("-", -9, 9, &v) && !text_int("5 ", 0, 9, &v) && !text_int("0x", 0, 9, &v) &&
		   !text_int("08", 0, 9, &v) && !text_int("+-5", -9, 9, &v),
	   "int: malformed");
	OK(text_script_number("18446744073709551615", 20, &v) && v == -1, "script number: wraps");
	OK(!text_script_number("18446744073709551616", 20, &v) && !text_script_number("0b11", 4, &v), "script number: malformed");
}

static unsigned far(const char *a, const char *b)
{
	unsigned d = text_distance(a, b);

	return d == text_distance(b, a) ? d : 9999;
}

/* of names without a letter in common, of these lengths; at one place in the middle of each, `same` of them */
static unsigned far_long(size_t na, size_t nb, size_t same)
{
	char *a = malloc(na + 1), *b = malloc(nb + 1); /* their ends are watched */
	unsigned d;

	memset(a, 'a', na);
	memset(b, 'b', nb);
	memset(a + na / 2, 'c', same);
	memset(b + nb / 2, 'c', same);
	a[na] = b[nb] = 0;
	d = far(a, b);
	free(a);
	free(b);
	return d;
}

static void test_distance(void)
{
	static const size_t lengths[] = { 1, 2, 62, 63, 64, 65, 127, 128, 200 };
	unsigned good = 0, n = sizeof(lengths) / sizeof(lengths[0]);

	OK(far("", "") == 0 && far("same", "same") == 0 && far("", "abc") == 3 && far("ab", "abcab") == 3, "distance: nothing, beginnings and ends");
	OK(far("kitten", "sitting") == 3 && far("abcdef", "azced") == 3, "distance: letters changed, added, gone");
	OK(far("abcd", "abdc") == 1 && far("ab", "ba") == 1 && far("xaby", "zbaw") == 3 && far("abc", "cba") == 2, "distance: two that changed places are one slip");
	OK(far("ca", "abc") == 3, "distance: but not with another between them");
	for (unsigned i = 0; i < n; i++)
		for (unsigned k = 0; k < n; k++) {
			size_t most = lengths[i] > lengths[k] ? lengths[i] : lengths[k];

			good += far_long(lengths[i], lengths[k], 0) == most;
		}
	OK(good == n * n, "distance: names of any length, nothing in common");
	OK(far_long(64, 64, 10) == 54 && far_long(150, 150, 20) == 130 && far_long(63, 63, 1) == 62, "distance: and with something");
}

static void test_similar(void)
{
	static const char *const names[] = { "strlen", "strlenx", "substr", "print_stack", "pid", "strlen" };
	static const char *const members[] = { "stats", "staty", "exit_state", "__state", "exit_my_state", "state_x_y" };
	static const char *const functions[] = { "xtcpv4conect", "tcp_v4_contact", "tcp_v4_connect", "tcp_v6_conect", "udp_v4_get_port" };
	static const char *const words[] = { "c_b", "a", "b", "_a__b", "x_a_b", "a_c" };
	static const char *const wakers[] = { "__wake_up", "wake_up", "_wake_up_all", "wake_idle_proces", "wake_upproces", "wake_up_process" };
	static const char *const lengths[] = { "skb_len", "dev", "___len", "length_of_it" };
	char *s = text_similar("strlne", names, 6, 2);

	OK(text_distance("kitten", "sitting") == 3 && !text_distance("", "") && text_distance("", "abc") == 3, "distance");
	OK(text_distance("sendmgs", "sendmsg") == 1 && text_distance("ab", "ba") == 1 && text_distance("abc", "ca") == 3,
	   "L9: distance: two that changed places");
	OK(text_distance("counter_12_of_all", "counter_21_of_all") == 1 && text_distance("abcabc", "abc") == 3 && text_distance("aab", "aba") == 1,
	   "L15: distance: what both begin and end with");
	TEXT(s, "strlen, strlenx", "similar: nearest first, none twice");
	free(s);
	s = text_similar("state", members, 6, 9);
	TEXT(s, "__state, stats, staty, exit_state", "L9: similar: an underscore, then a letter, then a word more");
	free(s);
	s = text_similar("tcp_v4_conect", functions, 5, 9);
	TEXT(s, "tcp_v4_connect, tcp_v6_conect, tcp_v4_contact, xtcpv4conect", "L9: similar: one other word before the same letters");
	free(s);
	s = text_similar("a_b", words, 6, 9);
	TEXT(s, "_a__b, a_c, c_b, a, b, x_a_b", "L9: similar: words at either end");
	free(s);
	s = text_similar("wake_up_proces", wakers, 6, 9);
	TEXT(s, "wake_upproces, wake_up_process, wake_up, __wake_up, wake_idle_proces, _wake_up_all",
	     "L9: similar: one letter or two before a word less, and that before another word");
	free(s);
	s = text_similar("len", lengths, 4, 9);
	TEXT(s, "___len, skb_len, dev", "L9: similar: two letters of three are no slip; three underscores are a word");
	free(s);
	OK(!text_similar("zzzzzz", names, 6, 5) && !text_similar("x", names, 0, 5), "similar: none near");
	OK(text_release_within("6.1", "6.1", "6.12") && text_release_within("6.1.0", "6.1", "6.12") && text_release_within("6.2.9", "6.1", "6.12") &&
	   text_release_within("6.12", "6.1", "6.12") && text_release_within("6.12.117+deb12", "6.1", "6.12"), "releases within a range");
	OK(!text_release_within("5.10.0", "6.1", "6.12") && !text_release_within("6.0.19", "6.1", "6.12") && !text_release_within("6.13", "6.1", "6.12") &&
	   !text_release_within("6.120.1", "6.1", "6.12") && !text_release_within("7.0", "6.1", "6.12"), "and outside");
	OK(text_starts("abc", "ab") && !text_starts("a", "ab") && text_ends("abc", "bc") && !text_ends("c", "bc"), "starts, ends");
}

static void test_errors(void)
{
	struct oserr *e = oserr_errno(ENOENT, "cannot open \"%s\"", "x");

	OK(e->code == ENOENT, "oserr: errno");
	TEXT(e->msg, "cannot open \"x\": No such file or directory", "oserr: the text of errno");
	oserr_free(e);
	e = oserr_new(0, "text %d", 5);
	OK(!e->code && !strcmp(e->msg, "text 5"), "oserr: without errno");
	oserr_free(e);
	oserr_free(NULL);
	oserr_free(&oserr_nomem);
	oserr_free(&oserr_notfound);
}

/* text cut at each length: how much of it is whole */
static void test_utf8(void)
{
	static const struct { const char *text, *whole; } row[] = {
		{ "ab", "012" }, { "\303\251", "002" }, { "a\342\202\254b", "011145" }, { "\360\237\230\200", "00004" }, { "\200\200\200\200\200", "012345" },
	};
	char have[16];

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		size_t n = strlen(row[i].text);

		for (size_t k = 0; k <= n; k++)
			have[k] = (char)('0' + text_utf8_whole(row[i].text, k));
		have[n + 1] = '\0';
		TEXT(have, row[i].whole, "utf8: a text is cut between characters");
	}
}

/* what a step says on stderr, with its end: NULL is a step that went well */
static const char *step(const char *why)
{
	static char text[256];
	FILE *f = tmpfile();
	int before = dup(2);
	size_t n;

	fflush(stderr);
	dup2(fileno(f), 2);
	term_step("building %s", "it\033");
	term_done(why);
	term_done("not open");
	fflush(stderr);
	dup2(before, 2);
	close(before);
	rewind(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static void test_step(void)
{
	double seconds = -1;
	char end = 0;

	TEXT(step("failed"), "building it\\033... failed\n", "term: a step that fails says why");
	OK(sscanf(step(NULL), "building it\\033... done in %lf s%c", &seconds, &end) == 2 && end == '\n', "term: a step ends with its time");
	OK(seconds >= 0 && seconds < 600, "term: which is what it took");
}

int main(void)
{
	test_arena();
	test_vec();
	test_buf();
	test_map();
	test_intern();
	test_numbers();
	test_distance();
	test_similar();
	test_errors();
	test_utf8();
	test_step();
	return tap_done();
}
