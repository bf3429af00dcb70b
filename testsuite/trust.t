#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Another local user against root who runs stap: what he owns or may write is not executed, compiled, linked or loaded, and root's work goes on
# or stops with one clear message. Each test is one attack of the user `nobody` ($foe: a directory of his); where it is a race, the test wins it.
# testsuite/trust/guest.sh attacks in a virtual machine. `trust.t NAME…` runs those tests only.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
# shellcheck source=testsuite/tap.sh
. "$top/testsuite/tap.sh"
release=${STP_KERNELS%% *}
from=${SYSTEMTAP_DIR:-/var/lib/systemtap}
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups --"
hello='probe begin { println("hello") exit() }'

if [ "$(id -u)" != 0 ]; then
	echo "ok 1 - another user against root # SKIP needs root"
	echo 1..1
	exit
fi
work=$(mktemp -d "$build/trust-XXXXXX") || exit 1
place=$(mktemp -d /tmp/stap-trust-XXXXXX) || exit 1
[ -n "$TRUST_KEEP" ] || trap 'rm -rf "$work" "$place"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$work" "$place"
foe=$place/foe
cd "$work" || exit 1
# caches of our own, as they are to be poisoned
mkdir -p data/kits
cp -a "$from/kits/." data/kits 2>/dev/null
# that kernel, wherever stap-prep found it: $unpacked is empty where it is the machine's own
for unpacked in "$from/kernels/$release" "/var/lib/systemtap/kernels/$release" ""; do
	[ ! -e "$unpacked/lib/modules/$release/build/.config" ] || break
done
mkdir -p data/kernels
[ -z "$unpacked" ] || ln -s "$unpacked" data/kernels/
export SYSTEMTAP_DIR="$work/data"
unset TMPDIR XDG_DATA_DIRS
"$stap" --build-kit -r "$release" >/dev/null 2>&1 </dev/null # no test is to hear of it

# run OPTIONS…: $status, ./out, ./err
run()
{
	"$stap" -r "$release" "$@" >out 2>err </dev/null
	status=$?
}

# stopped MESSAGE: by that one line
stopped() { [ "$status" = 1 ] && [ ! -s out ] && err_is "$1"; }
# warned MESSAGE: that one line, and the work went on
warned() { ok && err_is "$1"; }
# nothing_in DIR
nothing_in() { [ -z "$(find "$1" -mindepth 1)" ]; }
not_cached() { ! find data/cache -name '*.ko' 2>/dev/null | grep -q .; }

# a fresh directory of nobody's
fresh_foe()
{
	rm -rf "$foe"
	mkdir "$foe"
	chown 65534:65534 "$foe"
}

for file in "$top"/testsuite/trust/host*.sh; do
	# shellcheck disable=SC1090
	. "$file"
done
for t in $(sed -n 's/^test_\([A-Za-z0-9_]*\)().*/\1/p' "$top"/testsuite/trust/host*.sh); do
	[ -z "$*" ] || echo " $* " | grep -q " $t " || continue
	fresh_foe
	rm -rf data/cache
	"test_$t"
done

# ---- in a virtual machine -------------------------------------------------------------------------------------------------------------

# ids PID: of its user, a number if all four are the same; 0 if it is gone
ids() { { sed -n 's/^Uid:\t//p' "/proc/$1/status" || echo 0; } 2>/dev/null | tr '\t' '\n' | sort -u; }

# attack_qemu STAP: its QEMU, once it has become what it is to be
attack_qemu()
{
	qemu=none
	until [ "$(ids "$qemu")" != 0 ]; do
		[ -e "/proc/$1" ] || return
		qemu=$(grep -lsx "PPid:.$1" /proc/[0-9]*/status | xargs -r grep -ls '^Name:.qemu' | tr -dc '0-9\n' | head -n 1)
		sleep 0.1
	done
	status=0
	check "root's QEMU is somebody who nobody else is" eval '[ "$(ids "$qemu")" -ge 61184 ] && [ "$(ids "$qemu")" -le 65519 ]'
	check "no process of nobody's may stop it" eval '! $nobody sh -c "kill -0 $qemu" 2>err'
	uid=$(ids "$qemu")
	check "nor read its memory, be it of the same user" eval '! setpriv --reuid=$uid --regid=$uid --clear-groups cat /proc/$qemu/environ 2>err'
}

# what guest.sh needs is made here: hello.ko prints "hello", evil.ko has the same name and prints PWNED
in_guest()
{
	mkdir guest
	run -p4 -m honest -e "$hello" && cp honest.ko guest/hello.ko
	run -p4 -m honest -e 'probe begin { println("PWNED") exit() }' && mv honest.ko guest/evil.ko
	"$stap" -r "$release" -p1 -e "$hello" >/dev/null 2>&1 # the tapset's index: the guest cannot keep one
	cp "$top/testsuite/trust/guest.sh" guest
	echo hush >guest/secret
	chmod 600 guest/secret
	"$stap" --vm="$release" --vm-dir="$top" --vm-run "top='$top' stap='$stap' dir='$work/guest' . '$work/guest/guest.sh'" \
		--vm-file "$build/staprun/staprun" --vm-file "$build/staprun/stapio" >guest.out 2>guest.err </dev/null &
	attack_qemu $!
	wait $!
	while IFS= read -r line; do
		case $line in
		"ok - "*) n=$((n + 1)); echo "ok $n - ${line#ok - }" ;;
		"not ok - "*) n=$((n + 1)); echo "not ok $n - ${line#not ok - }" ;;
		"# "*) echo "$line" ;;
		esac
	done <guest.out
	n=$((n + 1))
	if grep -qx 'the end' guest.out; then echo "ok $n - the guest came to its end"; else
		echo "not ok $n - the guest came to its end"
		tail -n 20 guest.out guest.err | sed 's/^/# /'
	fi
}
[ -n "$*" ] && [ "$*" != guest ] || in_guest
echo "1..$n"
