// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Formatted printing: numbers against the C library where it means the same, then what is ours; strings, memory, histograms, records.
 * link: testsuite/unit/hostcore.c runtime/value/*.c runtime/print/*.c
 * flags: -Iruntime -fno-strict-aliasing -fwrapv
 */
#define STP_MAXSTRINGLEN 512
#include "runtime_test.h"

#include "print/print.h"

#define INT64_SPREAD { 0, 1, -1, 9, 10, 99, 100, 101, 12345, -12345, 1234567890123, INT64_MAX, INT64_MIN, -10, 4294967296 }

const struct stp_script stp_script = { .frame_bytes = 64, .tun = { TEST_DEFAULTS, .hist_width = 50, .hist_elision = 2 } };
static struct stp_ctx *c;
static struct stp_slot slot;
static struct stp_out out;

static const char *ended(void)
{
	stp_out_string_end(&out, &slot);
	return slot.b;
}

static const char *num(stp_i64 v, int conv, stp_u32 flags, stp_i64 width, stp_i64 prec)
{
	stp_out_string(c, &out, &slot);
	stp_put_num(&out, v, conv, flags, width, prec);
	return ended();
}

/* every flag, some widths and precisions: as printf() does */
static void test_like_c(void)
{
	static const struct { stp_u32 flag; const char *text; } flags[] = {
		{ 0, "" }, { STP_F_ZERO, "0" }, { STP_F_PLUS, "+" }, { STP_F_SPACE, " " }, { STP_F_MINUS, "-" }, { STP_F_ALT, "#" },
	};
	static const char convs[] = "duoxX";
	static const stp_i64 values[] = INT64_SPREAD, widths[] = { 0, 3, 8, 25 }, precs[] = { -1, 0, 1, 5, 22 };
	unsigned int f, k, v, w, p, bad = 0;
	char fmt[32], want[64];

	for (f = 0; f < STP_COUNT(flags); f++)
		for (k = 0; convs[k]; k++)
			for (v = 0; v < STP_COUNT(values); v++)
				for (w = 0; w < STP_COUNT(widths); w++)
					for (p = 0; p < STP_COUNT(precs); p++) {
						if (flags[f].flag == STP_F_ALT && (!values[v] || convs[k] == 'o'))
							continue;
						sprintf(fmt, "%%%s*%sll%c", flags[f].text, precs[p] < 0 ? "" : ".*", convs[k]);
						if (precs[p] < 0)
							sprintf(want, fmt, (int)widths[w], values[v]);
						else
							sprintf(want, fmt, (int)widths[w], (int)precs[p], values[v]);
						num(values[v], convs[k], flags[f].flag | (precs[p] < 0 ? 0 : STP_F_PREC), widths[w], precs[p]);
						if (strcmp(slot.b, want) && !bad++)
							printf("# %s: \"%s\", want \"%s\"\n", fmt, slot.b, want);
					}
	OK(!bad, "numbers as printf() writes them");
	for (v = 0, bad = 0; v < STP_COUNT(values); v++) {
		stp_out_string(c, &out, &slot);
		stp_put_d(&out, values[v]);
		sprintf(want, "%lld", values[v]);
		bad += strcmp(ended(), want) != 0;
	}
	OK(!bad, "plain %d");
}

static void test_numbers(void)
{
	TEXT(num(0, 'x', STP_F_ALT, 0, 0), "0x0", "%#x of 0");
	TEXT(num(0, 'p', 0, 0, 0), "0x0", "%p of 0");
	TEXT(num(-1, 'p', 0, 20, 0), "  0xffffffffffffffff", "%20p");
	TEXT(num(0, 'P', 0, 0, 0), "0x0000000000000000", "%p of 0 before 1.3");
	TEXT(num(255, 'P', 0, 6, 0), "0x00ff", "%6p before 1.3");
	TEXT(num(0, 'P', 0, 1, 0), "0x0", "%1p before 1.3");
	TEXT(num(255, 'X', STP_F_ALT, 0, 0), "0XFF", "%#X");
	TEXT(num(8, 'o', STP_F_ALT, 0, 0), "010", "%#o");
	TEXT(num(0, 'o', STP_F_ALT, 0, 0), "0", "%#o of 0");
	TEXT(num('A', 'c', 0, 0, 0), "A", "%c");
	TEXT(num('A', 'c', 0, 3, 0), "  A", "%3c");
	TEXT(num('A', 'c', STP_F_MINUS, 3, 0), "A  ", "%-3c");
	TEXT(num('\n', 'c', STP_F_ALT, 0, 0), "\\n", "%#c of a newline");
	TEXT(num('\'', 'c', STP_F_ALT, 0, 0), "\\'", "%#c of a quote");
	TEXT(num(1, 'c', STP_F_ALT, 0, 0), "\\001", "%#c of a control character");
	TEXT(num(0, 'c', STP_F_ALT, 0, 0), "\\000", "%#c of 0");
	TEXT(num(0xe4, 'c', STP_F_ALT, 0, 0), "\\344", "%#c beyond ASCII");
	TEXT(num('a', 'c', STP_F_ALT, 0, 0), "a", "%#c of a letter");
	TEXT(num(7, 'd', 0, -5, 0), "7", "a negative width is none");
	OK(strlen(num(7, 'd', 0, INT64_MAX, 0)) == 511 && slot.b[510] == '7', "a huge width fills the string");
	OK(strlen(num(7, 'd', STP_F_PREC, 0, INT64_MAX)) == 511 && slot.b[0] == '0', "so does a huge precision");
	TEXT(num(0x64636261, 'b', STP_F_PREC, 0, 4), "abcd", "%.4b");
	TEXT(num(0x64636261, 'b', 0, 2, 0), "ab", "%2b");
	TEXT(num(0x64636261, 'b', 0, 0, 0), "abcd", "%b: eight bytes, and a string ends at the first NUL");
}

static const char *text(const char *s, stp_u32 flags, stp_i64 width, stp_i64 prec)
{
	stp_out_string(c, &out, &slot);
	stp_put_text(&out, S(s), flags, width, prec);
	return ended();
}

static void test_texts(void)
{
	TEXT(text("abc", 0, 0, 0), "abc", "%s");
	TEXT(text("abc", 0, 5, 0), "  abc", "%5s");
	TEXT(text("abc", STP_F_MINUS, 5, 0), "abc  ", "%-5s");
	TEXT(text("abc", STP_F_PREC, 5, 2), "   ab", "%5.2s");
	TEXT(text("abc", STP_F_PREC, 0, 0), "", "%.0s");
	TEXT(text("abc", STP_F_PREC, 0, -1), "", "a negative precision is 0");
	TEXT(text("abc", STP_F_PREC, 0, 99), "abc", "%.99s");
	stp_out_string(c, &out, &slot);
	stp_put(&out, "ab", 2);
	stp_put_char(&out, 0);
	stp_put(&out, "cd", 2);
	TEXT(ended(), "ab", "a NUL ends a string");
	OK(slot.len == 2, "for its length too");
}

/* what the stream makes of bytes: one file, read back */
static size_t streamed(char *buf, size_t room)
{
	size_t n;

	if (c->out.len)
		stp_out_flush(c);
	fflush(host_output);
	rewind(host_output);
	n = fread(buf, 1, room, host_output);
	rewind(host_output);
	if (ftruncate(fileno(host_output), 0))
		abort();
	return n;
}

static void test_stream(void)
{
	static char big[20000], back[30000];
	size_t i, bad = 0;

	stp_put_num(&c->out, 0x0102, 'b', 0, 0, 0);
	OK(streamed(back, sizeof(back)) == 8 && !memcmp(back, "\2\1\0\0\0\0\0", 8), "%b");
	stp_put_num(&c->out, 0x41, 'b', STP_F_PREC, 3, 1);
	OK(streamed(back, sizeof(back)) == 3 && !memcmp(back, "\0\0A", 3), "%3.1b is padded with NULs");
	stp_put_num(&c->out, 0x41, 'b', STP_F_PREC, 0, 3);
	OK(streamed(back, sizeof(back)) == 8, "%.3b is eight bytes");
	stp_put_text(&c->out, S("ab"), STP_F_ZERO, 3, 0);
	OK(streamed(back, sizeof(back)) == 4 && !memcmp(back, " ab\0", 4), "%03s appends a NUL");
	stp_put_char(&c->out, 0);
	OK(streamed(back, sizeof(back)) == 1 && !back[0], "%c of 0");
	for (i = 0; i < sizeof(big); i++)
		big[i] = (char)('a' + i % 23);
	stp_put(&c->out, "12345", 5);
	stp_put(&c->out, big, sizeof(big));
	bad = streamed(back, sizeof(back)) != sizeof(big) + 5 || memcmp(back, "12345", 5) || memcmp(back + 5, big, sizeof(big));
	OK(!bad, "more than a record");
	stp_put(&c->out, big, 8000);
	stp_put(&c->out, "a text that does not fit the rest of the record and more than that ...................................................."
			 ".....................................................................................................................", 230);
	OK(c->out.len == 230, "what fits a record is not torn");
	OK(streamed(back, sizeof(back)) == 8230, "nor lost");
	stp_put_fill(&c->out, 'x', 100);
	OK(streamed(back, sizeof(back)) == 100 && back[99] == 'x', "filling");
}

static const char *mem(const void *p, int hex, stp_u32 flags, stp_i64 width, stp_i64 prec)
{
	stp_out_string(c, &out, &slot);
	stp_test_mem(c, (stp_u64)(size_t)p, flags, prec, "here");
	if (stp_failed(c))
		return ended();
	stp_put_mem(c, &out, (stp_u64)(size_t)p, hex, flags, width, prec, "here");
	return ended();
}

static void test_memory(void)
{
	static char data[5000] = "hello\1\377 and more than sixty-four bytes of text, so that it comes in several pieces, one after another";

	TEXT(mem(data, 0, 0, 0, 0), "h", "%m: one byte");
	TEXT(mem(data, 0, STP_F_PREC, 7, 5), "  hello", "%7.5m");
	TEXT(mem(data, 1, STP_F_PREC, 16, 7), "  68656c6c6f01ff", "%16.7M");
	TEXT(mem(data, 1, STP_F_PREC | STP_F_MINUS, 16, 7), "68656c6c6f01ff  ", "%-16.7M");
	OK(strlen(mem(data, 0, STP_F_PREC, 0, 90)) == 90 && !memcmp(slot.b, data, 90), "%.90m");
	TEXT(mem(data, 1, STP_F_PREC, 0, 0), "", "%.0M");
	OK(!c->error, "no error so far");
	mem((void *)16, 1, STP_F_PREC, 0, 4);
	TEXT(host_error_text(c), "read fault [man error::fault] at 0x10", "a bad address");
	OK(c->where && !strcmp(c->where, "here"), "and where");
	host_clear_error(c);
	mem(data, 0, STP_F_PREC, 0, 4097);
	TEXT(host_error_text(c), "4097 is too many bytes for a memory dump", "too many bytes");
	host_clear_error(c);
	mem(data, 0, STP_F_PREC, 0, 4096);
	OK(!c->error, "a page is not too many");
}

static struct stp_stat_desc log2_desc = { .ops = 1, .hist = STP_HIST_LOG, .buckets = 128 };
static struct stp_stat_desc lin_desc = { .ops = 1, .hist = STP_HIST_LINEAR, .start = 0, .stop = 100, .interval = 10, .buckets = 13 };
static STP_STAT(stat, 128);

static const char *hist(const struct stp_stat_desc *d)
{
	static char text[8192];

	stp_stat_print_hist(c, &c->out, &stat.stat, d, "here");
	text[streamed(text, sizeof(text) - 1)] = 0;
	stp_stat_clear(&stat.stat, d);
	return text;
}

static void add(const struct stp_stat_desc *d, stp_i64 v, unsigned int times)
{
	while (times--)
		stp_stat_add(&stat.stat, d, v);
}

#define DASHES "--------------------------------------------------"
#define B10 "          "
#define B40 B10 B10 B10 B10

static void test_hist_linear(void)
{
	add(&lin_desc, -1, 1);
	add(&lin_desc, 20, 12);
	add(&lin_desc, 25, 1);
	add(&lin_desc, 111, 2);
	TEXT(hist(&lin_desc),
	     "value |" DASHES " count\n"
	     "   <0 |@" B40 B10 " 1\n"
	     "    0 |" B40 B10 "  0\n"
	     "   10 |" B40 B10 "  0\n"
	     "   20 |@@@@@@@@@@@@@" B10 B10 B10 "        13\n"
	     "   30 |" B40 B10 "  0\n"
	     "   40 |" B40 B10 "  0\n"
	     "      ~\n"
	     "   90 |" B40 B10 "  0\n"
	     "  100 |" B40 B10 "  0\n"
	     " >100 |@@" B40 "          2\n\n",
	     "a linear histogram with all it can have");
	add(&lin_desc, 0, 101);
	TEXT(hist(&lin_desc),
	     "value |" DASHES " count\n"
	     "    0 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@                  101\n"
	     "   10 |" B40 B10 "   0\n"
	     "   20 |" B40 B10 "   0\n\n",
	     "scaled; no row below the start");
}

static void test_hist_log(void)
{
	add(&log2_desc, 5, 3);
	TEXT(hist(&log2_desc),
	     "value |" DASHES " count\n"
	     "    1 |" B40 B10 " 0\n"
	     "    2 |" B40 B10 " 0\n"
	     "    4 |@@@" B40 "        3\n"
	     "    8 |" B40 B10 " 0\n"
	     "   16 |" B40 B10 " 0\n\n",
	     "powers of two, two rows on each side");
	add(&log2_desc, 1, 1);
	add(&log2_desc, 1 << 20, 1);
	TEXT(hist(&log2_desc),
	     "  value |" DASHES " count\n"
	     "      0 |" B40 B10 " 0\n"
	     "      1 |@" B40 B10 "1\n"
	     "      2 |" B40 B10 " 0\n"
	     "      4 |" B40 B10 " 0\n"
	     "        ~\n"
	     " 262144 |" B40 B10 " 0\n"
	     " 524288 |" B40 B10 " 0\n"
	     "1048576 |@" B40 B10 "1\n"
	     "2097152 |" B40 B10 " 0\n"
	     "4194304 |" B40 B10 " 0\n\n",
	     "not below 0 without negative values; wide labels");
	add(&log2_desc, -3, 1);
	TEXT(hist(&log2_desc),
	     "value |" DASHES " count\n"
	     "   -8 |" B40 B10 " 0\n"
	     "   -4 |" B40 B10 " 0\n"
	     "   -2 |@" B40 B10 "1\n"
	     "   -1 |" B40 B10 " 0\n"
	     "    0 |" B40 B10 " 0\n\n",
	     "negative values");
	TEXT(hist(&log2_desc), "", "an empty one prints nothing");
	TEXT(host_error_text(c), "empty aggregate", "but is an error");
	host_clear_error(c);
}

int main(void)
{
	host_output = tmpfile();
	host_init();
	c = host_context(0);
	test_like_c();
	test_numbers();
	test_texts();
	test_stream();
	test_memory();
	test_hist_linear();
	test_hist_log();
	host_exit();
	return test_done();
}
