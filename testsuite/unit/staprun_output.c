/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stapio writes to: a pipe, a socket, a terminal, a file; how much fits; what is delivered, and what waits.
 * link: staprun/output.c staprun/outfile.c staprun/path.c staprun/fsowner.c staprun/asker.c staprun/msg.c staprun/escape.c staprun/sink.c
 * flags: -D_GNU_SOURCE
 */
#include "testsuite/unit/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "staprun/output.h"

static struct output out;
static struct link_page page;
static const struct outfile_rules stdout_rules;
static int said; /* the tests' own standard output */

/* output goes to fd, which is closed here, in the place of standard output */
static void begin(int fd)
{
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	close(fd);
	memset(&page, 0, sizeof(page));
	output_open(&out, &stdout_rules, &page);
}

static void end(void)
{
	if (out.fd != STDOUT_FILENO)
		close(out.fd);
	dup2(said, STDOUT_FILENO);
}

static const char *taken(int fd)
{
	static char text[256];
	ssize_t n = read(fd, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = 0;
	return text;
}

static int closed(int fd)
{
	return fcntl(fd, F_GETFD) < 0 && errno == EBADF;
}

static void pipes(void)
{
	int fds[2], own, flags, own_flags, added;
	unsigned long long once;
	static char much[OUTPUT_ROOM];
	FILE *f;

	if (pipe2(fds, O_CLOEXEC))
		abort();
	begin(fds[1]);
	own = out.fd;
	flags = fcntl(STDOUT_FILENO, F_GETFL);
	own_flags = fcntl(own, F_GETFL);
	added = output_add(&out, "ab", 2) && output_add(&out, "c\033d", 3);
	added = added && output_flush(&out) == 1;
	end();
	OK(own != STDOUT_FILENO && (own_flags & O_NONBLOCK) && !(flags & O_NONBLOCK), "a pipe: a descriptor of our own, which does not wait");
	OK(added && page.delivered == 2 && page.delivered_bytes == 5, "two records are delivered");
	TEXT(taken(fds[0]), "abc\033d", "as they are");

	close(fds[0]);
	if (pipe2(fds, O_CLOEXEC))
		abort();
	fcntl(fds[1], F_SETPIPE_SZ, 4096);
	begin(dup(fds[1]));
	memset(much, 'x', sizeof(much));
	output_add(&out, much, 4096);
	output_add(&out, much, 1);
	output_add(&out, much, 4095);
	added = output_flush(&out);
	once = page.delivered;
	f = tmpfile();
	own = out.fd;
	dup2(fileno(f), STDOUT_FILENO);
	output_is_another(&out);
	flags = out.fd == STDOUT_FILENO && out.sink == SINK_FILE && closed(own);
	own_flags = output_flush(&out);
	end();
	OK(added == 0 && once == 1, "a pipe of a page takes a page");
	OK(flags, "standard output is another file: ours is closed, and a file is written as it is");
	OK(own_flags == 1 && page.delivered == 3 && page.delivered_bytes == 8192 && lseek(fileno(f), 0, SEEK_END) == 4096, "the rest goes there");
	fclose(f);
	close(fds[0]);
	close(fds[1]);
}

/* by one call: into an empty pipe what it has room for, behind that a page at a time */
static void empty_pipe(void)
{
	static char much[OUTPUT_ROOM];
	int fds[2], size, read_only;

	if (pipe2(fds, O_CLOEXEC))
		abort();
	size = fcntl(fds[1], F_SETPIPE_SZ, 32768);
	OK(sink_write(fds[1], SINK_PIPE, much, 20000) == 20000, "an empty pipe takes all for which it has room");
	OK(sink_write(fds[1], SINK_PIPE, much, 9000) == 4096, "another a page");
	OK(sink_write(fds[1], SINK_PIPE, much, 100) == 100, "or less");
	OK(sink_of(fds[0]) == SINK_PIPE && read(fds[0], much, sizeof(much)) == 24196, "all that is there is read");
	OK(size == 32768 && sink_write(fds[1], SINK_PIPE, much, 40000) == 32768, "no more than its size");
	OK(sink_write(fds[1], SINK_PIPE, much, 1) == 0, "a full one takes nothing, and nobody waits");
	read_only = open("/dev/null", O_RDONLY | O_CLOEXEC);
	OK(sink_write(read_only, SINK_FILE, much, 1) == -1 && errno == EBADF, "what cannot be written fails");
	OK(sink_of(read_only) == SINK_FILE && sink_own(read_only) == -1 && sink_own(999) == -1, "what is no pipe is not opened again");
	close(read_only);
	close(fds[0]);
	close(fds[1]);
}

static void sockets(void)
{
	static char much[OUTPUT_ROOM];
	int fds[2], first, then, room = 4096;
	unsigned long long got = 0, before;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		abort();
	setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	begin(fds[1]);
	for (int i = 0; i < 64; i++)
		output_add(&out, much, 1024);
	first = output_flush(&out);
	before = page.delivered;
	for (then = first; then == 0; then = output_flush(&out))
		got += (unsigned long long)recv(fds[0], much, sizeof(much), MSG_DONTWAIT);
	got += (unsigned long long)recv(fds[0], much, sizeof(much), MSG_DONTWAIT);
	output_add(&out, "more", 4);
	close(fds[0]);
	signal(SIGPIPE, SIG_IGN);
	room = output_flush(&out) == -1 && out.failed == EPIPE;
	end();
	OK(out.sink == SINK_SOCKET && out.fd == STDOUT_FILENO, "a socket is written by the descriptor that is there");
	OK(first == 0 && before < 64, "that takes no more is not waited for");
	OK(then == 1 && page.delivered == 64 && got == 65536, "and goes on when it was read");
	OK(room, "it fails when nobody is there");
}

static void terminal(unsigned controls, const char *want, const char *what)
{
	struct termios raw;
	int master, slave, added;

	if (openpty(&master, &slave, NULL, NULL, NULL) || tcgetattr(slave, &raw))
		abort();
	cfmakeraw(&raw);
	tcsetattr(slave, TCSANOW, &raw);
	begin(slave);
	page.controls = controls;
	added = output_add(&out, "a\033]0;b\r", 7) && output_add(&out, "\342\200", 2);
	output_end(&out);
	added = added && output_flush(&out) == 1;
	end();
	TEXT(taken(master), want, what);
	OK(added && out.sink == SINK_TERMINAL && page.delivered == 2, "all is delivered");
	close(master);
}

static void rooms(void)
{
	static char much[OUTPUT_ROOM + 1];
	int fit, all = 1;

	memset(much, 'x', sizeof(much));
	begin(open("/dev/null", O_WRONLY | O_CLOEXEC));
	fit = !output_add(&out, much, OUTPUT_ROOM + 1) && output_add(&out, much, OUTPUT_ROOM - 1) && output_add(&out, "y", 1) && !output_add(&out, "z", 1);
	fit = fit && output_flush(&out) == 1 && output_add(&out, much, OUTPUT_ROOM) && output_flush(&out) == 1;
	OK(dup2(said, STDOUT_FILENO) == STDOUT_FILENO && fit, "as many bytes as there is room for");
	OK(page.delivered == 3 && page.delivered_bytes == 2 * OUTPUT_ROOM, "three records");
	begin(open("/dev/null", O_WRONLY | O_CLOEXEC));
	for (int i = 0; i < OUTPUT_RECORDS; i++)
		all &= output_add(&out, "x", 1);
	fit = all && !output_add(&out, "x", 1) && output_flush(&out) == 1 && output_add(&out, "", 0) && output_flush(&out) == 1;
	end();
	OK(fit && page.delivered == OUTPUT_RECORDS, "as many records; what has no bytes is written without a word");
}

int main(void)
{
	said = dup(STDOUT_FILENO);
	pipes();
	empty_pipe();
	sockets();
	terminal(0, "a\\033]0;b\\015\342\\200", "a terminal: no control character comes through");
	terminal(1u << 13, "a\\033]0;b\r\342\\200", "but those of the script");
	terminal(ESCAPE_ALL, "a\033]0;b\r\342\200", "or all");
	rooms();
	return tap_done();
}
