// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Connections to be traced: a dual-stack listener on 6379 and an IPv4 one on 7000; clients of the first over IPv4
 * (127.0.0.1, 10.0.21.5) and IPv6, of the second over IPv4, then as uid 1000, euid 65534, gid 11 over IPv4 again. Each connection
 * is accepted before the next is made. Prints its pid. Static: it runs in a guest that has nothing.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void check(int rc, const char *what)
{
	if (rc >= 0)
		return;
	perror(what);
	exit(1);
}

struct endpoint {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	};
	socklen_t len;
};

static struct endpoint address(int family, const char *text, int port)
{
	struct endpoint a = { .any.sa_family = (sa_family_t)family };

	if (family == AF_INET6) {
		a.in6.sin6_port = htons((uint16_t)port);
		check(inet_pton(family, text, &a.in6.sin6_addr) - 1, text);
		a.len = sizeof(a.in6);
	} else {
		a.in.sin_port = htons((uint16_t)port);
		check(inet_pton(family, text, &a.in.sin_addr) - 1, text);
		a.len = sizeof(a.in);
	}
	return a;
}

static int listener(int family, const char *text, int port)
{
	struct endpoint a = address(family, text, port);
	int s = socket(family, SOCK_STREAM, 0), yes = 1, no = 0;

	check(s, "socket");
	check(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)), "SO_REUSEADDR");
	if (family == AF_INET6)
		check(setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no)), "IPV6_V6ONLY");
	check(bind(s, &a.any, a.len), "bind");
	check(listen(s, 5), "listen");
	return s;
}

static void client(int server, int family, const char *text, int port)
{
	struct endpoint a = address(family, text, port);
	int s = socket(family, SOCK_STREAM, 0), accepted;

	check(s, "socket");
	check(connect(s, &a.any, a.len), "connect");
	check(accepted = accept(server, NULL, NULL), "accept");
	close(accepted);
	close(s);
}

int main(void)
{
	int both = listener(AF_INET6, "::", 6379), four = listener(AF_INET, "0.0.0.0", 7000);

	client(both, AF_INET, "127.0.0.1", 6379);
	client(both, AF_INET, "10.0.21.5", 6379);
	client(both, AF_INET6, "::1", 6379);
	client(four, AF_INET, "10.0.21.5", 7000);
	check(setresgid(11, 12, 12), "setresgid");
	check(setresuid(1000, 65534, 65534), "setresuid");
	client(both, AF_INET, "127.0.0.1", 6379);
	printf("%d\n", (int)getpid());
	return 0;
}
