#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# R7: the oldest kernel that the runtime is written for: its kit builds, and what each family does there. Not part of ./check, which has no
# sources for it: `./check oldest`. stap-prep fetches the kernel from Debian 11's security suite, through a private apt directory with the
# mirror of this machine's own sources.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
work=$build/oldest
version=5.10 suite=bullseye-security
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"

skip() { echo "ok 1 - R7: $version # SKIP $*"; echo 1..1; exit 0; }

release=$("$build/stap-prep" --which $version 2>/dev/null)
if [ -z "$release" ]; then
	mirror=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null |
		sed -n 's,^\(URIs:\|deb\) *\(http[^ ]*debian-security\)/* *\( .*\)\{0,1\}$,\2,p' | head -n 1)
	[ -n "$mirror" ] || skip "no mirror of debian-security in this machine's sources"
	echo "deb $mirror $suite main" >"$work/sources.list"
	cat >"$work/apt.conf" <<-END
		Dir::Etc::sourcelist "$work/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::State::Lists "$work/lists";
		Dir::State::status "/dev/null";
		Dir::Cache "$work/cache";
	END
	export APT_CONFIG="$work/apt.conf"
	apt-get -q update >"$work/apt.log" 2>&1 || skip "$suite cannot be read from $mirror"
	"$build/stap-prep" $version >"$work/prep.log" 2>&1
	release=$("$build/stap-prep" --which $version 2>/dev/null)
	[ -n "$release" ] || skip "stap-prep could not fetch it: $(tail -n 1 "$work/prep.log")"
fi
if ! "$stap" -r "$release" --build-kit >"$work/kit.log" 2>&1; then
	echo "not ok 1 - R7: the runtime builds for $release"
	sed 's/^/# /' "$work/kit.log" | tail -n 20
	echo 1..1
	exit 1
fi
echo "ok 1 - R7: the runtime builds for $release"
STP_KERNELS=$release LIVE_WORK=oldest-live "$top/testsuite/live.t" begin_end count_hits count_hits_kprobe return_value tracepoint timers conditions |
	awk '/^(not )?ok [0-9]/ { n++; sub(/ok [0-9]+ - /, "ok " n + 1 " - R7: ") } /^1\.\.[0-9]+$/ { print "1.." n + 1; next } { print }'
