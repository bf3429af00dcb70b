# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
# module: tcp_conn.stp
#
# The example on real connections: IPv4 and IPv6 clients of a dual-stack socket, an IPv4 socket, another user, a port that is not asked for.
ip link set lo up
ip addr add 10.0.21.5/24 dev lo 2>/dev/null

cat >/tmp/tcp.pl <<'PERL'
use Socket;
sub listener {
	my ($family, $address) = @_;
	socket(my $s, $family, SOCK_STREAM, 0) or die "socket: $!";
	setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
	setsockopt($s, 41, 26, 0) if $family == AF_INET6;	# IPV6_V6ONLY
	bind($s, $address) or die "bind: $!";
	listen($s, 5) or die "listen: $!";
	return $s;
}
sub client {
	my ($listener, $family, $address) = @_;
	socket(my $s, $family, SOCK_STREAM, 0) or die "socket: $!";
	connect($s, $address) or die "connect: $!";
	accept(my $a, $listener) or die "accept: $!";
}
my $both = listener(AF_INET6, pack_sockaddr_in6(6379, Socket::IN6ADDR_ANY));
my $four = listener(AF_INET, pack_sockaddr_in(7000, INADDR_ANY));
client($both, AF_INET, pack_sockaddr_in(6379, inet_aton("127.0.0.1")));
client($both, AF_INET, pack_sockaddr_in(6379, inet_aton("10.0.21.5")));
client($both, AF_INET6, pack_sockaddr_in6(6379, Socket::IN6ADDR_LOOPBACK));
client($four, AF_INET, pack_sockaddr_in(7000, inet_aton("10.0.21.5")));
$) = 12; $( = 11; $< = 1000; $> = 65534;
client($both, AF_INET, pack_sockaddr_in(6379, inet_aton("127.0.0.1")));
print "$$\n";
PERL

# the columns but TIME, of NAME=VALUE… as staprun's arguments
trace() { staprun -c "perl /tmp/tcp.pl" -o /tmp/tcp.out "$modules/tcp_conn.ko" "$@" >/tmp/tcp.pid 2>/tmp/tcp.err; }
columns() { grep -v '^=>' /tmp/tcp.out | sed 's/^.\{29\}//' | tr -s ' ' | sed 's/^ //'; }

same()
{
	columns >/tmp/tcp.got
	if diff /tmp/tcp.want /tmp/tcp.got >/tmp/tcp.diff && [ ! -s /tmp/tcp.err ]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		sed 's/^/# /' /tmp/tcp.diff /tmp/tcp.err
	fi
}

trace destport=6379
pid=$(cat /tmp/tcp.pid)
cat >/tmp/tcp.want <<WANT
EUID UID GID CMD PID PORT IP_SOURCE
0 0 0 perl $pid 6379 127.0.0.1
0 0 0 perl $pid 6379 10.0.21.5
0 0 0 perl $pid 6379 ::1
65534 1000 11 perl $pid 6379 127.0.0.1
WANT
if [ "$(head -n 1 /tmp/tcp.out)" = "=> Only capture port: 6379" ]; then echo "ok - says which port"; else echo "not ok - says which port"; fi
same "connections to one port, with user, command and address"
trace
pid=$(cat /tmp/tcp.pid)
cat >/tmp/tcp.want <<WANT
EUID UID GID CMD PID PORT IP_SOURCE
0 0 0 perl $pid 6379 127.0.0.1
0 0 0 perl $pid 6379 10.0.21.5
0 0 0 perl $pid 6379 ::1
0 0 0 perl $pid 7000 10.0.21.5
65534 1000 11 perl $pid 6379 127.0.0.1
WANT
same "all connections"
now=$(date +%s)
line=$(sed -n 2p /tmp/tcp.out | cut -c1-24)
then=$(date -d "$line" +%s 2>/dev/null || date -D '%a %b %d %T %Y' -d "$line" +%s)
if [ $((now - then)) -ge 0 ] && [ $((now - then)) -lt 60 ]; then echo "ok - the time is now"; else echo "not ok - the time is $line, not $(date)"; fi
