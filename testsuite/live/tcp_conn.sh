# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
# module: tcp_conn.stp
# bare: yes
#
# The example on real connections (connect.c): IPv4 and IPv6 clients of a dual-stack socket, an IPv4 socket, another user, a port that is not
# asked for. On a host that has staprun, stapio, the module and a shell.
ip link set lo up
ip addr add 10.0.21.5/24 dev lo 2>/dev/null

# the columns but TIME, of NAME=VALUE… as staprun's arguments
trace() { staprun -c "connect" -o /tmp/tcp.out "$modules/tcp_conn.ko" "$@" >/tmp/tcp.pid 2>/tmp/tcp.err; }
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
0 0 0 connect $pid 6379 127.0.0.1
0 0 0 connect $pid 6379 10.0.21.5
0 0 0 connect $pid 6379 ::1
65534 1000 11 connect $pid 6379 127.0.0.1
WANT
if [ "$(head -n 1 /tmp/tcp.out)" = "=> Only capture port: 6379" ]; then echo "ok - says which port"; else echo "not ok - says which port"; fi
same "connections to one port, with user, command and address"
trace
pid=$(cat /tmp/tcp.pid)
cat >/tmp/tcp.want <<WANT
EUID UID GID CMD PID PORT IP_SOURCE
0 0 0 connect $pid 6379 127.0.0.1
0 0 0 connect $pid 6379 10.0.21.5
0 0 0 connect $pid 6379 ::1
0 0 0 connect $pid 7000 10.0.21.5
65534 1000 11 connect $pid 6379 127.0.0.1
WANT
same "all connections"
now=$(date +%s)
line=$(sed -n 2p /tmp/tcp.out | cut -c1-24)
then=$(date -d "$line" +%s 2>/dev/null || date -D '%a %b %d %T %Y' -d "$line" +%s)
if [ $((now - then)) -ge 0 ] && [ $((now - then)) -lt 60 ]; then echo "ok - the time is now"; else echo "not ok - the time is $line, not $(date)"; fi
