/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module without a kernel: `fake ROOT SCENARIO` makes ROOT/prepared with .ctl (a sequenced-packet socket) and trace0, trace1 (pipes) for staprun
 * and stapio built with syscalls.c, which moves it to ROOT/proc/systemtap, follows the protocol of uapi/ctl.h, and writes what it is told
 * into ROOT/log. At START it carries out the lines of SCENARIO:
 *   print CPU SEQ TEXT    a record ("\n" in TEXT is a line's end)     bytes CPU TEXT   bytes that are no record
 *   oob TEXT              system TEXT        request_exit             dropped N        so many records were lost
 *   failed                the account will say so                    counts            it is sent unasked
 *   started RESULT        the answer to START (none given: none sent)  sleep MS        gone   closes everything
 *   note TEXT             a line of the log
 * It ends when ROOT/stop appears or after a minute.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/uapi/ctl.h"

#define CLIENTS 8

static int fake_client[CLIENTS], fake_nclients, fake_listen, fake_trace[2];
static struct stp_msg_counts fake_counts;
static const char *fake_scenario;
static FILE *fake_log;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(fake_log, fmt, ap);
	va_end(ap);
	fflush(fake_log);
}

static void make_files(const char *root)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = STP_CTL_NAME };
	char path[4096];
	int i;

	if (chdir(root) < 0)
		die(root);
	fake_log = fopen("log", "w");
	mkdir("proc", 0755);
	mkdir("proc/systemtap", 0755);
	mkdir("prepared", 0755);
	if (chdir("prepared") < 0)
		die("prepared");
	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "trace%d", i);
		unlink(path);
		if (mkfifo(path, 0600) < 0 || (fake_trace[i] = open(path, O_RDWR | O_NONBLOCK)) < 0)
			die(path);
	}
	unlink(STP_CTL_NAME);
	fake_listen = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	if (bind(fake_listen, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fake_listen, CLIENTS) < 0)
		die("bind");
	if (chdir(root) < 0)
		die(root);
}

static unsigned fake_addresses;

/* one struct behind the other */
static void note_addresses(const char *p, size_t len)
{
	const struct stp_msg_address *a;

	fake_addresses++;
	for (; len >= sizeof(*a); len -= sizeof(*a) + a->n * sizeof(a->addr[0]), p += sizeof(*a) + a->n * sizeof(a->addr[0])) {
		a = (const void *)p;
		if (len - sizeof(*a) < a->n * sizeof(a->addr[0]))
			break;
		note("ADDRESS %u n %u first %llx\n", a->request, a->n, a->n ? a->addr[0] : 0);
		for (unsigned i = 0; i < a->n; i++)
			note("ADDRESS %u %llx\n", a->request, a->addr[i]);
	}
	if (len)
		note("bad ADDRESS\n");
}

static void tell(int to, unsigned type, const void *body, size_t len)
{
	char buf[STP_CTL_MAX];
	struct stp_msg h = { type, (unsigned)len };

	memcpy(buf, &h, sizeof(h));
	if (len)
		memcpy(buf + sizeof(h), body, len);
	if (send(to, buf, sizeof(h) + len, MSG_NOSIGNAL) < 0)
		note("send: %s\n", strerror(errno));
}

static void print_record(const char *args)
{
	char text[256], *nl;
	struct {
		struct stp_record r;
		char text[256];
	} rec;
	int cpu;

	if (sscanf(args, "%d %u %255[^\n]", &cpu, &rec.r.seq, text) != 3)
		die("bad print");
	while ((nl = strstr(text, "\\n"))) {
		*nl = '\n';
		memmove(nl + 1, nl + 2, strlen(nl + 1));
	}
	memcpy(rec.r.magic, STP_RECORD_MAGIC, 4);
	rec.r.len = (unsigned)strlen(text);
	memcpy(rec.text, text, rec.r.len);
	if (write(fake_trace[cpu], &rec, sizeof(rec.r) + rec.r.len) < 0)
		die("print");
	fake_counts.emitted++;
}

static void act(int to, char *line)
{
	char *args = line + strcspn(line, " \n");
	int result;

	line[strcspn(line, "\n")] = 0;
	if (*args)
		*args++ = 0;
	if (!strcmp(line, "print")) {
		print_record(args);
		tell(to, STP_OOB, NULL, 0); /* wakes the reader, as a socket cannot announce */
	} else if (!strcmp(line, "bytes")) {
		if (write(fake_trace[*args - '0'], args + 2, strlen(args + 2)) < 0)
			die("bytes");
	} else if (!strcmp(line, "oob")) {
		tell(to, STP_OOB, args, strlen(args));
	} else if (!strcmp(line, "system")) {
		tell(to, STP_SYSTEM, args, strlen(args));
	} else if (!strcmp(line, "failed")) {
		fake_counts.failed = 1;
	} else if (!strcmp(line, "counts")) {
		tell(to, STP_COUNTS, &fake_counts, sizeof(fake_counts));
	} else if (!strcmp(line, "request_exit")) {
		tell(to, STP_REQUEST_EXIT, NULL, 0);
	} else if (!strcmp(line, "dropped")) {
		fake_counts.dropped += (unsigned)atoi(args);
		fake_counts.emitted += (unsigned)atoi(args);
	} else if (!strcmp(line, "started")) {
		result = atoi(args);
		fake_counts.started = result == 0;
		tell(to, STP_STARTED, &result, sizeof(result));
	} else if (!strcmp(line, "sleep")) {
		usleep(1000 * (unsigned)atoi(args));
	} else if (!strcmp(line, "note")) {
		note("%s\n", args);
	} else if (!strcmp(line, "gone")) {
		exit(0);
	}
}

static void play(int to)
{
	FILE *f = fopen(fake_scenario, "r");
	char line[512];

	if (!f)
		die(fake_scenario);
	while (fgets(line, sizeof(line), f))
		act(to, line);
	fclose(f);
}

static int hear(int from)
{
	struct {
		struct stp_msg h;
		char body[STP_CTL_MAX + 1];
	} m;
	ssize_t n = recv(from, &m, STP_CTL_MAX, 0);
	struct stp_msg_tz *tz = (void *)m.body;
	long long target;

	if (n <= 0)
		return 0;
	if ((size_t)n < sizeof(m.h) || m.h.len != (size_t)n - sizeof(m.h)) {
		note("bad message\n");
		return 1;
	}
	m.body[m.h.len] = 0;
	switch (m.h.type) {
	case STP_GLOBAL: note("GLOBAL %s=%s\n", m.body, m.body + strlen(m.body) + 1); break;
	case STP_ADDRESS: note_addresses(m.body, m.h.len); break;
	case STP_TZ: note("TZ %lld %s\n", (long long)tz->gmtoff, tz->name); break;
	case STP_SEALED: note("SEALED after %u address messages\n", fake_addresses); break;
	case STP_DETACH: note("DETACH %d\n", *(int *)m.body); break;
	case STP_START:
		memcpy(&target, m.body, sizeof(target));
		note(target ? "START target %lld\n" : "START %lld\n", target);
		play(from);
		break;
	case STP_EXIT:
		note("EXIT\n");
		fake_counts.buffer_mb = 4;
		tell(from, STP_COUNTS, &fake_counts, sizeof(fake_counts));
		break;
	}
	return 1;
}

/* what we say waits in the socket, however much it is */
static int next_client(void)
{
	int room = 16 << 20, ret = accept(fake_listen, NULL, NULL);

	setsockopt(ret, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	return ret;
}

static void serve(void)
{
	struct pollfd p[CLIENTS + 1];
	int i, n = fake_nclients;

	p[0] = (struct pollfd){ .fd = fake_listen, .events = POLLIN };
	for (i = 0; i < n; i++)
		p[i + 1] = (struct pollfd){ .fd = fake_client[i], .events = POLLIN };
	poll(p, (nfds_t)n + 1, 50);
	for (i = 0; i < n && !p[i + 1].revents; i++)
		; /* the first client's messages come first: it is the guard, and what it says was sent before the others began */
	if (i < n && !hear(fake_client[i])) {
		close(fake_client[i]);
		fake_client[i] = -1;
		note("CLOSED\n");
	}
	if (p[0].revents && fake_nclients < CLIENTS)
		fake_client[fake_nclients++] = next_client();
}

int main(int argc, char **argv)
{
	int rounds;

	if (argc != 3)
		return 2;
	fake_scenario = argv[2];
	make_files(argv[1]);
	if (creat("ready", 0600) < 0)
		die("ready");
	for (rounds = 0; rounds < 1000 && access("stop", F_OK) < 0; rounds++)
		serve();
	return 0;
}
