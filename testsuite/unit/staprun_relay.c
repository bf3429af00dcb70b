/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merging of trace files, and what counts as delivered. Ordinary files stand for the trace files: they grow while they are read.
 * link: staprun/relay.c staprun/output.c staprun/outfile.c staprun/path.c staprun/fsowner.c staprun/asker.c staprun/msg.c staprun/escape.c staprun/sink.c
 * flags: -D_GNU_SOURCE
 */
#include "testsuite/unit/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/uapi/ctl.h"
#include "staprun/msg.h"
#include "staprun/relay.h"

static char top[] = "/tmp/staprun_relay.XXXXXX";
static int dir, lane[3];
static struct relay relay;
static struct output out;
static struct link_page page;

static struct outfile_rules rules = { .pattern = "out" };

static void begin(int attached)
{
	char name[16];
	int i;

	memset(&page, 0, sizeof(page));
	for (i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "trace%d", i * 5); /* 0 5 10: numbers of CPUs have gaps */
		lane[i] = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	}
	relay_open(&relay, dir, attached);
	output_open(&out, &rules, &page);
}

static void end(void)
{
	int i;

	for (i = 0; i < 3; i++)
		close(lane[i]);
	relay_close(&relay);
	close(out.fd);
	for (i = 0; i < (int)rules.keep; i++)
		free(out.file.kept[i]);
	free(out.file.kept);
}

static void put(int l, unsigned seq, const char *text)
{
	struct stp_record r = { .seq = seq, .len = (unsigned)strlen(text) };
	char buf[sizeof(r) + STP_RECORD_MAX];

	memcpy(r.magic, STP_RECORD_MAGIC, sizeof(r.magic));
	memcpy(buf, &r, sizeof(r));
	memcpy(buf + sizeof(r), text, r.len);
	if (write(lane[l], buf, sizeof(r) + r.len) < 0)
		exit(2);
}

static const char *have(void)
{
	static char text[4096];
	int fd = open("out", O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[n > 0 ? n : 0] = 0;
	return text;
}

static void order(void)
{
	begin(0);
	OK(relay.nlanes == 3 && relay.lanes[2].cpu == 10, "every trace file is opened, in the order of CPUs");
	OK(relay_drain(&relay, &out) == RELAY_IDLE, "nothing yet");
	put(0, 0, "a");
	put(1, 1, "b");
	put(0, 2, "c");
	put(2, 3, "d");
	put(2, 4, "e");
	relay_drain(&relay, &out);
	TEXT(have(), "abcde", "merged by number");
	OK(page.delivered == 5 && page.delivered_bytes == 5, "all are delivered");
	put(1, 6, "g");
	OK(relay_drain(&relay, &out) == RELAY_IDLE && relay.gap_since, "a record that is due has not come");
	TEXT(have(), "abcde", "the one after it waits");
	put(0, 5, "f");
	relay_drain(&relay, &out);
	TEXT(have(), "abcdefg", "and follows");
	OK(!relay.gap_since, "no gap any more");
	put(2, 9, "i");
	relay_drain(&relay, &out);
	relay_no_more(&relay);
	relay_drain(&relay, &out);
	TEXT(have(), "abcdefgi", "after the last word nothing is waited for");
	OK(page.delivered == 8, "all that was there is delivered");
	end();
}

static void attached(void)
{
	begin(1);
	put(1, 4294967295u, "y");
	put(0, 0, "z");
	put(0, 4294967294u, "late");
	relay_drain(&relay, &out);
	OK(relay.synced && relay.base == 4294967295u, "attached: begins with the least number there is, also around the end of 32 bits");
	TEXT(have(), "yzlate", "a record that comes late is not lost");
	end();
}

static void damage(void)
{
	struct stp_record huge = { .seq = 1, .len = STP_RECORD_MAX + 1 };

	begin(0);
	put(0, 0, "a");
	if (write(lane[0], "garbage \xf0\x9f\xa9", 11) < 0)
		exit(2);
	put(0, 1, "b");
	memcpy(huge.magic, STP_RECORD_MAGIC, 4);
	if (write(lane[0], &huge, sizeof(huge)) < 0)
		exit(2);
	put(0, 2, "c");
	relay_drain(&relay, &out);
	TEXT(have(), "abc", "bytes that are no record are skipped");
	OK(relay.damaged == 11 + sizeof(huge), "and counted");
	end();
}

static void pieces(void)
{
	struct stp_record r = { .seq = 0, .len = 5 };
	char buf[sizeof(r) + 5];
	size_t i;

	memcpy(r.magic, STP_RECORD_MAGIC, 4);
	memcpy(buf, &r, sizeof(r));
	memcpy(buf + sizeof(r), "12345", 5);
	begin(0);
	for (i = 0; i < sizeof(buf); i++) {
		if (write(lane[1], buf + i, 1) < 0)
			exit(2);
		relay_drain(&relay, &out);
	}
	TEXT(have(), "12345", "a record that comes byte by byte");
	OK(relay.damaged == 0, "is whole");
	end();
}

/* more than any buffer holds, spread unevenly */
static void many(void)
{
	enum { RECORDS = 60000 };
	unsigned i, want = 0, seq;
	FILE *f;
	int good = 1, rounds = 0;

	begin(0);
	for (i = 0; i < RECORDS; i++) {
		char text[64];

		snprintf(text, sizeof(text), "%u %0*u\n", i, (int)(i % 40) + 1, i);
		put((int)(i * 2654435761u >> 28) % 3, i, text);
	}
	while (relay_drain(&relay, &out) == RELAY_MORE)
		rounds++;
	f = fopen("out", "r");
	while (fscanf(f, "%u %*u\n", &seq) == 1)
		good &= seq == want++;
	fclose(f);
	OK(good && want == RECORDS, "60,000 records in order");
	OK(page.delivered == RECORDS, "all counted");
	OK(rounds > 0, "with looks at signals in between");
	end();
}

/* the output is `to` now, which nobody reads; more records than that takes. What it took is delivered, and the rest when it is read from `from` */
static void blocked_at(int from, int to, const char *what, unsigned long long least)
{
	unsigned long long first;
	char drop[65536];
	int i;

	begin(0);
	close(out.fd);
	fcntl(from, F_SETFL, O_NONBLOCK);
	out.fd = to;
	out.sink = sink_of(to);
	for (i = 0; i < 3000; i++)
		put(0, (unsigned)i, "a record of forty bytes, less one or two");
	alarm(20);
	OK(relay_drain(&relay, &out) == RELAY_BLOCKED, what);
	first = page.delivered;
	OK(first > least && first < 3000, "what it took is delivered, no more");
	while (read(from, drop, sizeof(drop)) > 0 && relay_drain(&relay, &out) == RELAY_BLOCKED)
		;
	OK(page.delivered == 3000, "the rest when it is read");
	close(from);
	put(0, 3000, "x");
	OK(relay_drain(&relay, &out) == RELAY_FAILED && out.failed == EPIPE, "without a reader it fails");
	OK(page.delivered == 3000, "and delivers nothing");
	alarm(0);
	end();
}

static void blocked(void)
{
	int p[2], least = 0;

	if (pipe(p) < 0)
		exit(2);
	blocked_at(p[0], p[1], "a pipe that nobody reads does not block us", 1000);
	if (pipe(p) < 0 || fcntl(p[1], F_SETPIPE_SZ, 4096) < 0)
		exit(2);
	blocked_at(p[0], p[1], "S13: nor does one that takes a page", 90);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, p) < 0 || setsockopt(p[1], SOL_SOCKET, SO_SNDBUF, &least, sizeof(least)) < 0)
		exit(2);
	blocked_at(p[0], p[1], "S13: nor does a socket", 10);
}

static void full(void)
{
	begin(0);
	close(out.fd);
	out.fd = open("/dev/full", O_WRONLY);
	put(0, 0, "x");
	OK(relay_drain(&relay, &out) == RELAY_FAILED && out.failed == ENOSPC, "a full disk fails");
	OK(relay_drain(&relay, &out) == RELAY_FAILED, "and stays failed");
	end();
	msg.no_warnings = 1;
}

static long long size_of(const char *name)
{
	struct stat st;

	return stat(name, &st) < 0 ? -1 : (long long)st.st_size;
}

/* a record's text, 1 KiB each */
static void put_kib(unsigned from, unsigned n)
{
	static char text[1025];

	memset(text, 'x', 1024);
	for (unsigned i = 0; i < n; i++)
		put(0, from + i, text);
	while (relay_drain(&relay, &out) == RELAY_MORE)
		;
}

static void rotated(void)
{
	rules = (struct outfile_rules){ .pattern = "o%%", .size_mb = 1, .keep = 2 };
	begin(0);
	put_kib(0, 1000);
	OK(size_of("o%.0") == 1000 * 1024 && size_of("o%.1") < 0, "-S: the first file has a number");
	put_kib(1000, 2500);
	OK(page.delivered == 3500 && out.file.number == 3, "-S: 3.4 MiB make four files");
	OK(size_of("o%.0") < 0 && size_of("o%.1") < 0, "-S: the oldest ones are gone");
	OK(size_of("o%.2") > 900 * 1024 && size_of("o%.2") <= 1024 * 1024 && size_of("o%.2") % 1024 == 0, "-S: files end with a record");
	OK(output_switch(&out) == 0 && size_of("o%.4") == 0 && size_of("o%.2") < 0, "the next file by hand");
	mkdir("o%.5", 0700);
	msg.no_warnings = 1;
	OK(output_switch(&out) < 0, "a file that cannot be opened");
	put_kib(3500, 1);
	OK(page.delivered == 3501 && size_of("o%.4") == 1024, "… the old one goes on");
	rmdir("o%.5");
	unlink("o%.3");
	unlink("o%.4");
	end();
	rules = (struct outfile_rules){ .pattern = "out", .keep = 0 };
	begin(0);
	put_kib(0, 2);
	OK(output_switch(&out) == 0 && size_of("out") == 2048 && size_of("out.1") == 0, "without -S: FILE, then FILE.1");
	unlink("out.1");
	end();
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(top) || chdir(top) < 0)
		return 2;
	dir = open(".", O_RDONLY | O_DIRECTORY);
	order();
	attached();
	damage();
	pieces();
	many();
	blocked();
	full();
	rotated();
	unlink("out");
	unlink("trace0");
	unlink("trace5");
	unlink("trace10");
	rmdir(top);
	return tap_done();
}
