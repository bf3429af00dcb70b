#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# `make install` under a prefix, and with DESTDIR: everything is there, and what is there works without the build tree.
# The tree is one that somebody configured by hand: from a directory of his own, with --enable-werror.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
work=$build/install-test
prefix=$work/prefix
release=${STP_KERNELS%% *}
n=0

check()
{
	text=$1
	shift
	n=$((n + 1))
	if "$@" >"$work/out" 2>&1 </dev/null; then
		echo "ok $n - $text"
	else
		echo "not ok $n - $text"
		tail -20 "$work/out" | sed 's/^/# /'
	fi
}

# has DIR: the files of an installation below it
has()
{
	for f in bin/stap bin/stap-prep bin/staprun libexec/stap/stapio share/stap/runtime/abi.h share/stap/tapset/linux/context.stp \
		share/stap/examples/tcp_conn.stp share/man/man1/stap.1 share/man/man8/staprun.8 share/man/man8/stap-prep.8; do
		[ -s "$1/$f" ] || { echo "missing: $f"; return 1; }
	done
	[ "$(stat -c %a "$1/bin/staprun")" = 755 ] || { echo "staprun has mode $(stat -c %a "$1/bin/staprun")"; return 1; }
}

# the stap that lies where it was built
finds_tapset()
{
	SYSTEMTAP_DIR=$work/data ./stap -r none -vv -p2 -e 'probe begin { println(1) }' 2>&1 | grep -F "Searched: \"$(realpath "$top")/tapset\", found: "
}

hello()
{
	[ "$(SYSTEMTAP_DIR=$work/data "$prefix/bin/stap" -p4 -r "$release" -m hello -e 'probe begin { println(execname()) exit() }')" = hello.ko ] && [ -s hello.ko ]
}

rm -rf "$work"
mkdir -p "$work/obj"
cd "$work/obj" || exit 1
check "configure --prefix, by a relative name" "$(realpath --relative-to=. "$top/configure")" -q --prefix="$prefix" --enable-werror CFLAGS=-O0
check "F9: make, warnings are errors" make -s -j2
check "F3: its tapset is named by its plain path" finds_tapset
check "make install" make -s install
check "make install has everything" has "$prefix"
check "make install DESTDIR" make -s install DESTDIR="$work/dest"
check "DESTDIR has everything" has "$work/dest$prefix"
# without the trees that it was built from, as far as a test may go: the build tree is gone
cd "$work" && rm -rf obj
check "the installed stap builds a module" hello
check "the installed stap lists probe points" "$prefix/bin/stap" -r "$release" -l 'kernel.function("vfs_read")'
echo "1..$n"
