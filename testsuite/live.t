#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Live tests: every script and guest script of testsuite/live, in one boot of each kernel of $STP_KERNELS. `live.t NAME…` runs those only.
#
#   NAME.stp    a script whose output must equal NAME.out (standard output) and NAME.err (standard error; none = must be empty).
#               Comment lines at its top: `# opts: …` for stap, `# args: …` script arguments, `# staprun: …` for staprun (name=value too),
#               `# run: CMD` the workload, started by staprun -c, `# rc: N` the exit status (0). Each is also built with -u, and for the
#               first kernel through kbuild, for others with `# kbuild: yes`; the output must be the same. (In another $LIVE_DIR: those that
#               say `# unopt: yes`, `# kbuild: yes`.)
#   NAME.sh     runs in the guest and prints TAP lines itself. `# module: FILE.stp [stap options]` lines say what to build for it: $modules/FILE.ko
#               from testsuite/live, /examples, /modules or what `# make: COMMAND` lines, run here first, have made ($stap, $release). With `# bare: yes` the guest has nothing of this host: staprun, stapio, the
#               modules, testsuite/live's own programs and busybox.
#
# LIVE_STAGE=build: only what comes before the boot, in build/$LIVE_WORK-RELEASE; =judge: only what comes after it, of the guest.out there.
# LIVE_STOP=1: the guest stops at the first test that does not print what it should.
#
# After every test the guest's log must be clean, and no module, no probe and no process of ours may be left.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
here=${LIVE_DIR:-$top/testsuite/live} # conformance.t makes its own
n=0

# One thread serves the guest's CPUs in turns, a tenth of a second each: who waits for a lock may wait for the other CPU's turn. And in some boots
# the guest's udelay() is next to nothing, so it is the number of tries that counts.
patient=-DMAXTRYLOCK=1000000

ok() { n=$((n + 1)); echo "ok $n - $*"; }
not_ok() { n=$((n + 1)); echo "not ok $n - $*"; }
header() { sed -n "s/^# $1: *//p" "$2" | head -n 1; }

# build NAME FILE OPTIONS…: the module, in the work directory; its words on failure
build_module()
{
	name=$1 file=$2
	shift 2
	eval "$stap" -r "$release" -p4 -m "$name" "$* '$file' $(header args "$file")" >"$name.log" 2>&1 </dev/null
}

# what the guest does for script $1 as module $2, made here: a process that it need not start there
write_command()
{
	run=$(header run "$1")
	[ -z "$run" ] || run="-c '$(printf '%s' "$run" | sed "s/'/'\\\\''/g")'"
	echo "timeout -k 5 120 staprun $(header staprun "$1") $run ./$2.ko $(header globals "$1")" >"$2.cmd"
}

# wants VARIANT FILE
wants()
{
	[ "$(header "$1" "$2")" = yes ] && return
	[ -z "$LIVE_DIR" ] && { [ "$1" = unopt ] || [ "$release" = "${STP_KERNELS%% *}" ]; }
}

find_script()
{
	for d in . "$here" "$top/testsuite/examples" "$here/modules"; do
		[ -f "$d/$1" ] && { echo "$d/$1"; return; }
	done
}

# builds all; the list of what can run is in ./plan, a line "kind name variant"; in ./bare/plan what runs in a guest of its own
build_all()
{
	mkdir -p bare
	: >plan
	: >bare/plan
	for f in "$@"; do
		t=$(basename "$f"); t=${t%.*}
		case $f in
		*.stp)
			opts=$(header opts "$f")
			variants=plain
			wants kbuild "$f" && variants="$variants kbuild"
			wants unopt "$f" && variants="$variants unopt"
			for v in $variants; do
				case $v in plain) extra= ;; kbuild) extra=--kbuild ;; unopt) extra=-u ;; esac
				if build_module "${t}_$v" "$f" "$patient $opts $extra"; then
					echo "stp $t $v" >>plan
					write_command "$f" "${t}_$v"
				else
					not_ok "$t ($v, $release): does not build"
					sed 's/^/# /' "${t}_$v.log"
				fi
			done ;;
		*.sh)
			good=yes
			sed -n 's/^# make: //p' "$f" >make.list
			# shellcheck source=/dev/null
			. ./make.list
			grep '^# module: ' "$f" >modules.list
			while read -r _ _ file opts; do
				build_module "${file%.stp}" "$(find_script "$file")" "$patient $opts" || { good=; sed 's/^/# /' "${file%.stp}.log"; }
			done <modules.list
			list=plan
			[ "$(header bare "$f")" != yes ] || list=bare/plan
			if [ -n "$good" ]; then echo "sh $t -" >>$list; else not_ok "$t ($release): its modules do not build"; fi ;;
		esac
	done
}

# what the guest does: each test's words between marks
write_guest()
{
	# few rounds and hits here; stress.t asks for many
	echo "tests=0 clean_every=${LIVE_CLEAN_EVERY:-1} stop=$LIVE_STOP" >guest.sh
	echo "export KILL_ROUNDS=${KILL_ROUNDS:-10} KILL_SEED=$KILL_SEED ACCOUNT_HITS=${ACCOUNT_HITS:-50000}" >>guest.sh
	echo "export LEVEL_SECONDS=${LEVEL_SECONDS:-5} PATHS_EACH='$PATHS_EACH'" >>guest.sh
	cat >>guest.sh <<'GUEST'
[ "$(stat -c %u .)" = 0 ] || { cp -r . /tmp/work && cd /tmp/work || exit 1; } # another user's modules are not loaded
export SYSTEMTAP_STAPIO=/vm/stapio PATH=/vm:$PATH modules=$PWD here=/vm
clean()
{
	dmesg >/tmp/dmesg; dmesg -C 2>/dev/null || dmesg -c >/dev/null
	grep -E 'WARNING:|BUG:|Oops|general protection|stack guard|rcu.*stall|refused to|Call Trace' /tmp/dmesg && sed 's/^/LOG /' /tmp/dmesg
	tries=0
	while ls /proc/systemtap/* >/dev/null 2>&1 || pgrep -x 'staprun|stapio' >/dev/null; do
		tries=$((tries + 1)); [ $tries -lt 20 ] || { echo "LEFT: $(ls /proc/systemtap) $(pgrep -l 'stap(run|io)')"; break; }
		sleep 0.1
	done
	lsmod | grep -vE "^($known) " | sed 1d
}
failed() { if [ "$kind" = sh ]; then grep -q '^not ok' /tmp/out; else ! cmp -s /tmp/out "./$t.out"; fi; }
known=$(lsmod | sed 1d | cut -d' ' -f1 | tr '\n' '|')none
mount -t debugfs debug /sys/kernel/debug 2>/dev/null
exec 3>&1 # staprun's descendants may keep their own copies
while read -r kind t v; do
	echo "@@begin $kind $t $v"
	read -r since _ </proc/uptime
	if [ "$kind" = sh ]; then
		timeout -k 5 ${LIVE_TIMEOUT:-900} sh -c ". ./$t.sh; printf '\\n@@done\\n'" "./$t.sh" </dev/null >/tmp/out 2>&1
		rc=$?
		cat /tmp/out
		[ $rc -ne 124 ] || echo "not ok - did not end in time"
		echo "@@rc $rc"
	else
		. "./${t}_$v.cmd" </dev/null >/tmp/out 2>/tmp/err
		rc=$?
		cat /tmp/out; echo "@@err"; cat /tmp/err; echo "@@rc $rc"
	fi
	read -r now _ </proc/uptime
	echo "@@took $since $now"
	echo "@@clean"
	tests=$((tests + 1))
	[ $((tests % clean_every)) != 0 ] || clean
	echo "@@end $t"
	[ -z "$stop" ] || ! failed || break
done <plan
clean >/tmp/left
[ ! -s /tmp/left ] || { echo "@@left"; cat /tmp/left; }
GUEST
}

# lines between two marks of one test
part() { sed -n "/^@@begin $1\$/,/^@@end /p" guest.out | sed -n "/^@@$2/,/^@@$3/p" | sed '1d;$d'; }

judge_common()
{
	part "$1" clean end >got.clean
	if [ -s got.clean ]; then
		not_ok "$2: the guest is not clean afterwards"
		sed 's/^/# /' got.clean | head -60
	fi
	[ ! -s got.clean ]
}

judge_stp()
{
	t=$1 v=$2 label="$1 ($2, $release)" id="stp $1 $2"
	part "$id" begin err >got.out
	part "$id" err rc >got.err
	rc=$(sed -n "/^@@begin $id\$/,/^@@end /s/^@@rc //p" guest.out)
	want=$(header rc "$here/$t.stp")
	[ -f "$here/$t.err" ] && cp "$here/$t.err" want.err || : >want.err
	if [ -n "$UPDATE_GOLDEN" ]; then
		cp got.out "$here/$t.out"
		if [ -s got.err ]; then cp got.err "$here/$t.err"; else rm -f "$here/$t.err"; fi
		cp got.err want.err
	fi
	sed -i "s,$here/,,g; s,$top/tapset/[^ )]*,TAPSET,g" got.err
	if ! cmp -s got.out "$here/$t.out"; then
		not_ok "$label: output"
		diff -u "$here/$t.out" got.out | head -40 | sed 's/^/# /'
		sed 's/^/# err: /' got.err
	elif ! cmp -s got.err want.err; then
		not_ok "$label: standard error"
		diff -u want.err got.err | head -40 | sed 's/^/# /'
	elif [ "$rc" != "${want:-0}" ]; then
		not_ok "$label: exit status '$rc', expected ${want:-0}"
	elif judge_common "$id" "$label"; then
		ok "$label"
	fi
}

judge_sh()
{
	label="$1 ($release)" id="sh $1 -"
	part "$id" begin rc >got.out
	grep -E '^(not )?ok' got.out >got.tap
	[ -s got.tap ] || not_ok "$label: said nothing"
	grep -q '^@@done$' got.out || { not_ok "$label: did not run to its end"; tail -20 got.out | sed 's/^/# /'; }
	while read -r line; do
		case $line in
		ok*) ok "$label: ${line#ok - }" ;;
		*) not_ok "$label: ${line#not ok - }"; grep -vE '^(not )?ok' got.out | tail -20 | sed 's/^/# /' ;;
		esac
	done <got.tap
	grep '^#' got.out
	if judge_common "$id" "$label"; then ok "$label: leaves nothing behind"; fi
}

# boot COMMAND OPTIONS…: what the guest says is added to ./guest.out
boot()
{
	run=$1
	shift
	"$stap" --vm="$release" --vm-run "$run" --vm-file "$build/staprun/staprun" --vm-file "$build/staprun/stapio" \
		--vm-file "$build/testsuite/live/hits" --vm-file "$build/testsuite/live/connect" --vm-file "$build/testsuite/live/stuck" \
		--vm-file "$build/testsuite/live/holdexec" "$@" >>guest.out 2>guest.err </dev/null ||
		{ not_ok "guest of $release failed"; tail -20 guest.err | sed 's/^/# /'; }
}

# what the scripts of ./bare/plan need there
bare_files()
{
	while read -r _ t _; do
		echo "--vm-file $t.sh"
		! grep -q 'modules/tap.sh' "$t.sh" || echo "--vm-file tap.sh"
		sed -n 's/^# module: \([^ ]*\)\.stp.*/--vm-file \1.ko/p' "$t.sh"
	done <bare/plan
}

prepare()
{
	rm -rf "$work"; mkdir -p "$work"; cd "$work" || exit 1
	cp "$here"/*.stp "$here"/*.out "$here"/*.sh "$here"/lib/tap.sh . 2>/dev/null
	build_all "$@"
	write_guest
	cat plan bare/plan >all
	: >guest.out
}

boot_all()
{
	[ ! -s plan ] || boot ". ./guest.sh" --vm-dir="$work"
	# shellcheck disable=SC2046
	[ ! -s bare/plan ] || boot "cd /vm && . ./guest.sh" --vm-bare --vm-file guest.sh --vm-file bare/plan $(bare_files)
}

judge_all()
{
	cd "$work" || exit 1
	if grep -q '^@@left' guest.out; then
		not_ok "$release: the guest is not clean at the end"
		sed -n '/^@@left/,/^@@/p' guest.out | head -60 | sed 's/^/# /'
	fi
	while read -r kind t v; do
		if ! grep -q "^@@end $t\$" guest.out; then
			not_ok "$t ($v, $release): the guest did not come to its end"
			tail -5 guest.out | sed 's/^/# /'
		else
			"judge_$kind" "$t" "$v"
		fi
	done <all
}

run_kernel()
{
	release=$1
	shift
	work=$build/${LIVE_WORK:-live}-$release
	[ "$LIVE_STAGE" = judge ] || prepare "$@"
	[ -n "$LIVE_STAGE" ] || boot_all
	[ "$LIVE_STAGE" = build ] || judge_all
}

[ $# -gt 0 ] || set -- $(cd "$here" && ls -- *.stp *.sh 2>/dev/null)
files=
for f in "$@"; do
	case $f in *.stp | *.sh) ;; *) if [ -f "$here/$f.sh" ]; then f=$f.sh; else f=$f.stp; fi ;; esac
	files="$files $here/$f"
done
for k in $STP_KERNELS; do
	# shellcheck disable=SC2086
	run_kernel "$k" $files
done
echo "1..$n"
