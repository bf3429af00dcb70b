# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What ./demo and ./check do first, on a machine that may have nothing: packages, build, kernels. One line a step. Sourced with $top set.

build=$top/build
log=$build/setup.log

packages="gcc make autoconf automake pkg-config libelf-dev libdw-dev libbpf-dev liblzma-dev libzstd-dev zlib1g-dev
libc6-dev binutils xz-utils kmod cpio busybox-static qemu-system-x86 universal-ctags procps gcc-12 libmd-dev libedit-dev libjson-c-dev python3"

say() { printf '%s\n' "== $*"; }

die()
{
	printf '%s\n' "$0: $*" >&2
	exit 1
}

# installed NAME: dpkg knows it as installed
installed() { dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^ii'; }

# need_packages NAME…: installs the missing ones as root, says what to install otherwise
need_packages()
{
	missing=
	for p in "$@"; do
		installed "$p" || missing="$missing $p"
	done
	[ -n "$missing" ] || return 0
	[ "$(id -u)" = 0 ] || die "please install:$missing"
	say "installing packages:$missing"
	mkdir -p "$build"
	# shellcheck disable=SC2086
	{ apt-get install -yq --no-install-recommends $missing ||
		{ apt-get update -q && apt-get install -yq --no-install-recommends $missing; }; } >"$log" 2>&1 </dev/null ||
		{ tail -20 "$log" >&2; die "the packages could not be installed (log: $log)"; }
}

# step TEXT COMMAND…: says TEXT, runs COMMAND quietly; its words are shown if it fails
step()
{
	say "$1"
	shift
	mkdir -p "$build"
	"$@" >"$log" 2>&1 </dev/null || { tail -40 "$log" >&2; die "failed: $* (log: $log)"; }
}

build_stap()
{
	need_packages $packages
	[ -x "$top/configure" ] && [ "$top/configure" -nt "$top/configure.ac" ] || step "preparing the build" autoreconf -i "$top"
	mkdir -p "$build"
	cd "$build" || exit 1
	[ -f Makefile ] || step "configuring" "$top/configure" -q --enable-werror CFLAGS="-O2 -g"
	step "building stap" make -s -j"$(nproc)"
	cd "$top" || exit 1
	stap=$build/stap
}

# prepare_kernel PREFIX: unpacked kernel, headers and kit for it; $release says which it is
prepare_kernel()
{
	# what compiles for that kernel is the kernel's business: stap-prep names it
	"$build/stap-prep" "$1" </dev/null || die "kernel $1 could not be prepared"
	release=$("$build/stap-prep" --which "$1") || die "kernel $1 is not there"
}
