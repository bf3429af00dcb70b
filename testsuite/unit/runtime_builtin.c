// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The neutral builtins: strings, quoting, memory as text and numbers, dates, error names, addresses.
 * link: testsuite/unit/hostcore.c runtime/value/*.c runtime/print/*.c runtime/builtin/string.c runtime/builtin/quote.c runtime/builtin/conversions.c runtime/builtin/ctime.c runtime/builtin/errno.c runtime/builtin/inet.c runtime/builtin/output.c
 * flags: -Iruntime -fno-strict-aliasing -fwrapv
 */
#define STP_MAXSTRINGLEN 64
#include "runtime_test.h"

#include "builtin/builtin.h"

#include <sys/mman.h>
#include <time.h>

const struct stp_script stp_script = { .frame_bytes = 64, .tun = { TEST_DEFAULTS } };
static struct stp_ctx *c;
static struct stp_slot r;

#define CALL(fn, ...) (stp_fn_##fn(c, &r, ##__VA_ARGS__), r.b)
#define LONG(fn, ...) stp_fn_##fn(c, ##__VA_ARGS__)
#define ADDR(p) ((stp_i64)(size_t)(p))

static void error_is(const char *text, const char *what)
{
	TEXT(c->error == STP_SOFT ? host_error_text(c) : "no error", text, what);
	host_clear_error(c);
}

static void test_strings(void)
{
	OK(LONG(strlen, S("hello")) == 5 && LONG(strlen, S("")) == 0, "strlen");
	OK(LONG(stringat, S("a\xff"), 1) == 255 && LONG(stringat, S("a"), 1) == 0 && LONG(stringat, S("a"), -1) == 0, "stringat");
	OK(LONG(strpos, S("hello"), S("l")) == 2 && LONG(strpos, S("hello"), S("x")) == -1 && LONG(strpos, S("a"), S("ab")) == -1, "strpos");
	OK(LONG(isinstr, S("hello"), S("ell")) && !LONG(isinstr, S("hello"), S("elo")) && LONG(isinstr, S("x"), S("")), "isinstr");
	TEXT(CALL(substr, S("hello"), 1, 3), "ell", "substr");
	TEXT(CALL(substr, S("hello"), 1, 99), "ello", "substr beyond the end");
	TEXT(CALL(substr, S("hello"), 5, 1), "", "substr from the end");
	TEXT(CALL(substr, S("hello"), -1, 3), "", "substr from before the beginning");
	TEXT(CALL(substr, S("hello"), 1, -1), "", "substr of a negative length");
	TEXT(CALL(str_replace, S("a-b-c"), S("-"), S("::")), "a::b::c", "str_replace");
	TEXT(CALL(str_replace, S("aaa"), S("aa"), S("a")), "aa", "str_replace does not look at what it wrote");
	TEXT(CALL(str_replace, S("abc"), S(""), S("x")), "abc", "str_replace of nothing");
	TEXT(CALL(str_replace, S("abc"), S("abc"), S("")), "", "str_replace by nothing");
	OK(strlen(CALL(str_replace, S("xxxxxxxxxx"), S("x"), S("0123456789"))) == 63, "str_replace is cut");
}

static void test_strtol(void)
{
	static const struct { const char *s; stp_i64 base, v; } t[] = {
		{ "12", 10, 12 }, { "-12", 10, -12 }, { "0x1F", 16, 31 }, { "1f", 16, 31 }, { "0x1f", 0, 31 }, { "017", 0, 15 },
		{ "17", 0, 17 }, { "12abc", 10, 12 }, { " 12", 10, 0 }, { "+12", 10, 0 }, { "", 10, 0 }, { "-", 10, 0 }, { "0x", 16, 0 },
		{ "zz", 36, 35 * 36 + 35 }, { "9223372036854775807", 10, INT64_MAX }, { "-9223372036854775808", 10, INT64_MIN },
		{ "18446744073709551615", 10, -1 }, { "101", 2, 5 }, { "89", 8, 0 }, { "0", 0, 0 }, { "0xg", 0, 0 }, { "12", -5, 0 },
	};
	unsigned int i;

	for (i = 0; i < STP_COUNT(t); i++)
		if (LONG(strtol, S(t[i].s), t[i].base) != t[i].v)
			break;
	OK(i == STP_COUNT(t), "strtol");
	if (i < STP_COUNT(t))
		printf("# \"%s\" in base %lld\n", t[i].s, t[i].base);
}

static void test_tokenize(void)
{
	TEXT(CALL(tokenize, S("  one two,three "), S(" ,")), "one", "the first token");
	TEXT(CALL(tokenize, S(""), S(" ,")), "two", "the second");
	TEXT(CALL(tokenize, S(""), S("e")), ",thr", "other delimiters");
	TEXT(CALL(tokenize, S(""), S("e ")), "", "only delimiters are left");
	TEXT(CALL(tokenize, S(""), S("")), "", "at the end");
	TEXT(CALL(tokenize, S("a b"), S("")), "a b", "no delimiters: all of it");
}

static void test_quote(void)
{
	TEXT(CALL(text_strn, S("a\tb\n\"\\\1\x7f"), 0, 0), "a\\tb\\n\\\"\\\\\\001\\177", "escapes");
	TEXT(CALL(text_strn, S("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"), 0, 0), "gr\\u00fc\\u00df \\u20ac \\U0001f600", "UTF-8");
	TEXT(CALL(text_strn, S("\xc3(\xe2\x82\xff\xc0\x80\xed\xa0\x80"), 0, 0), "\\303(\\342\\202\\377\\300\\200\\355\\240\\200", "what is not UTF-8");
	TEXT(CALL(text_strn, S("abc"), 0, 1), "\"abc\"", "quoted");
	TEXT(CALL(text_strn, S(""), 0, 1), "\"\"", "nothing quoted");
	TEXT(CALL(text_strn, S("abcdefgh"), 10, 1), "\"abcdefgh\"", "just fits");
	TEXT(CALL(text_strn, S("abcdefghi"), 10, 1), "\"abcde\"...", "does not fit");
	TEXT(CALL(text_strn, S("abcd\n\n\n"), 10, 1), "\"abcd\"...", "an escape is not torn");
	TEXT(CALL(text_strn, S("abcdefgh"), 4, 0), "abcd", "unquoted: cut without a mark");
	OK(strlen(CALL(text_strn, S("\1\2\3\4\5\1\2\3\4\5\1\2\3\4\5\1\2\3\4\5"), 0, 1)) == 61, "the room of a string");
}

static char *page; /* the last one before an unmapped one */
static char *at_end(const char *text) { return memcpy(page + 4096 - strlen(text) - 1, text, strlen(text) + 1); }

static void test_memory(void)
{
	char *s = at_end("a text right at the end of a page");

	TEXT(CALL(kernel_string, ADDR(s)), "a text right at the end of a page", "a string before an unmapped page");
	TEXT(CALL(kernel_string_n, ADDR(s), 6), "a text", "of which n bytes");
	TEXT(CALL(user_string_n, ADDR(s), -1), "", "or none");
	memset(page, 'x', 4096);
	OK(strlen(CALL(kernel_string, ADDR(page))) == 63, "as much as a string holds");
	TEXT(CALL(kernel_string_n, ADDR(page + 4093), 3), "xxx", "unterminated, but not read beyond");
	CALL(kernel_string, ADDR(page + 4093));
	OK(r.len == 0, "a fault gives nothing");
	host_clear_error(c);
	CALL(kernel_string, 16);
	error_is("kernel string copy fault at 0x10 [man error::fault]", "and its error");
	CALL(user_string, 0);
	error_is("user string copy fault -14 at 0x0 [man error::fault]", "the user's");
	TEXT(CALL(kernel_string_or, 16, S("<none>")), "<none>", "another text instead");
	TEXT(CALL(user_string_n_or, 16, 5, S("<none>")), "<none>", "for the user's");
	TEXT(CALL(user_string_warn, 16, S("")), "", "a warning instead");
	OK(!c->error, "is no error");
	TEXT(CALL(kernel_string_quoted, ADDR(at_end("say \"hi\"\n"))), "\"say \\\"hi\\\"\\n\"", "quoted");
	TEXT(CALL(kernel_string_quoted, 0), "NULL", "address 0");
	TEXT(CALL(kernel_string_quoted, 0x1234), "0x1234", "a bad address");
	memset(page, 'x', 4096);
	TEXT(CALL(user_string_n_quoted, ADDR(page), 4, 0), "\"xxxx\"...", "longer than n");
	TEXT(CALL(user_string_n_quoted, ADDR(at_end("xxxx")), 4, 0), "\"xxxx\"...", "n bytes without a NUL");
	TEXT(CALL(user_string_n_quoted, ADDR(at_end("xxxx")), 5, 0), "\"xxxx\"", "n bytes with it");
	TEXT(CALL(user_buffer_quoted, ADDR("a\0b"), 3, 0), "\"a\\000b\"", "a buffer goes on behind NULs");
	TEXT(CALL(kernel_buffer_quoted, ADDR("abcdefghijklmnop"), 16, 12), "\"abcdefg\"...", "cut");
	TEXT(CALL(kernel_or_user_string_quoted, ADDR("either")), "\"either\"", "whichever");
	OK(!c->error, "no errors");
}

static void test_utf(void)
{
	static const stp_u16 u16[] = { 'h', 0xe4, 0x20ac, 0xd83d, 0xde00, 0xd800, 'x', 0 };
	static const stp_u32 u32[] = { 'h', 0xe4, 0x1f600, 0x110000, 0 };

	TEXT(CALL(string_utf, ADDR(u16), 2, 0), "h\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbdx", "UTF-16");
	TEXT(CALL(string_utf, ADDR(u32), 4, 1), "h\xc3\xa4\xf0\x9f\x98\x80\xef\xbf\xbd", "UTF-32");
	CALL(string_utf, 8, 2, 0);
	error_is("kernel string copy fault at 0x8 [man error::fault]", "a bad address");
}

static void test_numbers(void)
{
	static const stp_u64 v = 0xfedcba9876543210ull;

	OK(LONG(kernel_number, ADDR(&v), 8) == (stp_i64)v && LONG(kernel_number, ADDR(&v), -8) == (stp_i64)v, "eight bytes");
	OK(LONG(kernel_number, ADDR(&v) + 4, 4) == 0xfedcba98 && LONG(kernel_number, ADDR(&v) + 4, -4) == (int)0xfedcba98, "four");
	OK(LONG(user_number, ADDR(&v) + 6, 2) == 0xfedc && LONG(user_number_error, ADDR(&v) + 7, -1, S("x")) == -2, "two and one");
	OK(LONG(user_number, 16, 4) == 0 && LONG(user_number_warn, 16, 4, S("int")) == 0 && !c->error, "a bad address is 0");
	OK(LONG(user_number_error, 16, 4, S("int")) == 0, "or 0");
	error_is("user int copy fault 0x10 [man error::fault]", "and an error");
	LONG(kernel_number, 16, 4);
	OK(c->error == STP_SOFT, "the kernel's too");
	host_clear_error(c);
}

static void test_ctime(void)
{
	stp_i64 t, bad = 0;
	char want[40];
	struct tm tm;
	time_t tt;

	TEXT(CALL(ctime, 0), "Thu Jan  1 00:00:00 1970", "the epoch");
	TEXT(CALL(ctime, -1), "Wed Dec 31 23:59:59 1969", "before it");
	TEXT(CALL(ctime, 951782400), "Tue Feb 29 00:00:00 2000", "a leap day");
	for (t = -80000000000ll; t < 253000000000ll; t += 86399 * 1013) {
		tt = t;
		gmtime_r(&tt, &tm);
		asctime_r(&tm, want);
		want[strlen(want) - 1] = 0;
		if (strcmp(CALL(ctime, t), want) && !bad++)
			printf("# %lld: \"%s\", want \"%s\"\n", t, r.b, want);
	}
	OK(!bad, "as asctime() for ten thousand years");
	TEXT(CALL(ctime, INT64_MAX), "far far in the future...", "too late");
	TEXT(CALL(ctime, INT64_MIN), "a long, long time ago...", "too early");
}

static const char *ip6(const char *hex)
{
	stp_u8 p[16];
	unsigned int i, v;

	for (i = 0; i < 16; i++) {
		sscanf(hex + 2 * i, "%2x", &v);
		p[i] = (stp_u8)v;
	}
	return CALL(ip6_ntop, ADDR(p));
}

static void test_inet(void)
{
	static const stp_u8 ip[] = { 10, 0, 21, 5 };
	stp_u32 v;

	memcpy(&v, ip, 4);
	TEXT(CALL(ip_ntop, v), "10.0.21.5", "ip_ntop");
	TEXT(CALL(ip_ntop, -1), "255.255.255.255", "of what was sign-extended");
	TEXT(ip6("00000000000000000000000000000001"), "::1", "IPv6: the loopback");
	TEXT(ip6("00000000000000000000000000000000"), "::", "any");
	TEXT(ip6("20010db8000000000001000000000001"), "2001:db8::1:0:0:1", "the first of two runs");
	TEXT(ip6("20010db8000100000000000000000001"), "2001:db8:1::1", "the longer run");
	TEXT(ip6("20010db8000000010001000100010001"), "2001:db8:0:1:1:1:1:1", "a single zero stays");
	TEXT(ip6("fe800000000000000000000000000000"), "fe80::", "zeros at the end");
	TEXT(ip6("00000000000000000000ffff0a001505"), "::ffff:10.0.21.5", "an IPv4-mapped one");
	CALL(ip6_ntop, 16);
	error_is("read fault [man error::fault] at 0x10", "a bad address");
	OK(LONG(bswap16, 0x1234) == 0x3412 && LONG(bswap32, 0x12345678) == 0x78563412, "byte order");
	OK(LONG(bswap64, 0x0102030405060708) == 0x0807060504030201 && LONG(bswap32, -1) == 0xffffffff, "and more");
}

static void test_errno(void)
{
	TEXT(CALL(errno_str, 2), "ENOENT", "errno_str");
	TEXT(CALL(errno_str, -2), "ENOENT", "of a negative number");
	TEXT(CALL(errno_str, 0), "", "of 0");
	TEXT(CALL(errno_str, 3333), "E#3333", "of nothing known");
	TEXT(CALL(errno_str, INT64_MIN), "E#9223372036854775808", "of the least number");
	TEXT(CALL(errno_str, 512), "ERESTARTSYS", "of the kernel's own");
	TEXT(CALL(errno_str, 133), "EHWPOISON", "of the last before these");
}

int main(void)
{
	host_init();
	c = host_context(0);
	page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED || munmap(page + 4096, 4096))
		return 99;
	test_strings();
	test_strtol();
	test_tokenize();
	test_quote();
	test_memory();
	test_utf();
	test_numbers();
	test_ctime();
	test_inet();
	test_errno();
	host_exit();
	return test_done();
}
