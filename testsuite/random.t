#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Random valid programs (testsuite/random, Python 3): the output of each must be what an evaluator written from the reference alone says.
# RANDOM_PROGRAMS (40) programs from RANDOM_SEED (1) on, RANDOM_PACK of them (20; 5 if they are many) to a script: translated, run by hostrun with
# and without -u, then all of them as modules in one boot of the first of $STP_KERNELS, whose log must stay clean. RANDOM_WHERE: "user", "vm" or
# (default) both. More than 250 are done in batches of that many, a boot for each; what has passed is deleted.
# A program that fails is named by its seed S in the difference (== program S); alone: RANDOM_SEED=S RANDOM_PROGRAMS=1 testsuite/random.t;
# what of it is needed to fail: python3 testsuite/random/minimise.py S [-u]. Evaluators with planted faults show that a difference is found.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
release=${STP_KERNELS%% *}
count=${RANDOM_PROGRAMS:-40} seed=${RANDOM_SEED:-1}
where=${RANDOM_WHERE:-user vm}
if [ "$count" -gt 100 ]; then pack=5; else pack=20; fi
pack=${RANDOM_PACK:-$pack}
n=0 bad=0

ok() { n=$((n + 1)); echo "ok $n - $*"; }
not_ok() { n=$((n + 1)) bad=$((bad + 1)); echo "not ok $n - $*"; }

# expected NAME: are NAME.err and the exit status in NAME.status what NAME.error wants?
expected()
{
	if [ -f "$1.error" ]; then
		[ "$status" = 1 ] && cmp -s -n "$(wc -c <"$1.error")" "$1.error" "$1.err" && [ "$(grep -c ERROR: "$1.err")" = 1 ]
	else
		[ "$status" = 0 ] && [ ! -s "$1.err" ]
	fi
}

# compare NAME LABEL: NAME.got against NAME.want, NAME.err and NAME.status against NAME.error
compare()
{
	status=$(cat "$1.status")
	if cmp -s "$1.want" "$1.got" && expected "$1"; then
		ok "$1 $2"
		return
	fi
	not_ok "$1 $2"
	diff -a -U1000000 "$1.want" "$1.got" | awk '/^.== program/ { mark = $0 } /^[-+]/ { if (mark != "") print mark; mark = ""; print }' | head -n 20 | sed 's/^/# /'
	[ ! -f "$1.error" ] || sed "s/^/# exit status $status, wanted 1 and: /" "$1.error" | head -n 3
	head -n 10 "$1.err" | sed 's/^/# err: /'
}

in_user_space()
{
	# shellcheck disable=SC2046
	"$stap" -r "$release" -w ${2:+"$2"} $(cat "$1.opts") -p3 "$1.stp" >"$1.c" 2>"$1.err" && "$top/testsuite/hostrun" "$1.c" >"$1.got" 2>"$1.err" </dev/null
	echo $? >"$1.status"
	compare "$1" "in user space${2:+ $2}"
}

# Would a disagreement be seen? What the scripts of this batch printed is compared with what an evaluator says that has a fault.
planted()
{
	for fault in minus joined youngest caught; do
		rm -rf wrong
		mkdir wrong
		python3 -B "$top/testsuite/random/programs.py" "$1" "$2" "$pack" wrong "$fault" >/dev/null
		cp r*.got r*.err r*.status wrong
		# shellcheck disable=SC2030
		(cd wrong && for s in r*.stp; do compare "${s%.stp}" "$fault"; done) >wrong.out
		if grep -q '^not ok' wrong.out && grep -q '^#  == program' wrong.out; then
			ok "a planted fault is found: $fault"
		else
			not_ok "a planted fault is not found: $fault"
		fi
	done
}

# minimise.py with the same faults: of the first program that shows it, what is left is little
minimised()
{
	mkdir -p "$build/random-min" && cd "$build/random-min" || exit 1
	for fault in minus joined youngest caught; do
		for s in $(seq 60); do
			python3 -B "$top/testsuite/random/minimise.py" "$s" "$fault" >min.out && break
		done
		if [ -s min.out ] && [ "$(wc -l <min.out)" -le 40 ]; then
			ok "minimise.py $s $fault"
		else
			not_ok "minimise.py $s $fault"
			sed 's/^/# /' min.out
		fi
	done
}

in_guest()
{
	: >plan
	export STAP="$stap" release
	# shellcheck disable=SC2016
	for s in r*.stp; do echo "${s%.stp}"; done |
		xargs -P "$(nproc)" -I NAME sh -c '"$STAP" -r "$release" -w $(cat NAME.opts) -p4 -m NAME NAME.stp >NAME.err 2>&1 </dev/null'
	for s in r*.stp; do
		s=${s%.stp}
		if [ -f "$s.ko" ]; then echo "$s" >>plan; else not_ok "$s does not build"; fi
	done
	cat >guest.sh <<'GUEST'
[ "$(stat -c %u .)" = 0 ] || { cp -r . /tmp/work && cd /tmp/work || exit 1; } # another user's modules are not loaded
export SYSTEMTAP_STAPIO=/vm/stapio
mount -t debugfs debug /sys/kernel/debug 2>/dev/null
dmesg -c >/dev/null
modules=$(lsmod)
while read -r s; do
	echo "@@begin $s"
	# stops at its end of begin probes: nothing else keeps it
	timeout -k 5 60 staprun -c true "./$s.ko" </dev/null 2>/tmp/err
	printf '\n@@err %s %s\n' "$s" "$?" # its last line may have no end
	cat /tmp/err
	echo "@@end $s"
done <plan
echo "@@begin log"
dmesg | grep -E 'WARNING:|BUG:|Oops|general protection|stack guard|rcu.*stall|Call Trace'
[ "$modules" = "$(lsmod)" ] || lsmod
ls /proc/systemtap/* 2>/dev/null
echo "@@end log"
GUEST
	"$stap" --vm="$release" --vm-dir="$work" --vm-run "PATH=/vm:\$PATH && . ./guest.sh" --vm-file "$build/staprun/staprun" \
		--vm-file "$build/staprun/stapio" >guest.out 2>guest.err </dev/null
	while read -r s; do
		sed -n "/^@@begin $s\$/,/^@@err $s /p" guest.out | sed '1d;$d' | head -c -1 >"$s.got"
		sed -n "/^@@err $s /,/^@@end $s\$/p" guest.out | sed '1d;$d' >"$s.err"
		sed -n "s/^@@err $s //p" guest.out >"$s.status"
		compare "$s" "on $release"
	done <plan
	if ! grep -q '^@@end log$' guest.out; then
		not_ok "the guest did not come to its end"
	elif [ -n "$(sed -n '/^@@begin log$/,/^@@end log$/p' guest.out | sed '1d;$d' | tee log)" ]; then
		not_ok "the guest is not clean afterwards"
		head -n 40 log | sed 's/^/# /'
	else
		ok "nothing in the guest's log, nothing left"
	fi
}

# batch COUNT: from $seed on, which becomes that of the next
batch()
{
	work=$build/random-$seed
	before=$bad
	rm -rf "$work"
	mkdir -p "$work/host"
	cd "$work" || exit 1
	# many large scripts: ASan is for testsuite/run.t, here the compiler has to be quick
	export HOSTRUN_WORK="$work/host" HOSTRUN_CFLAGS="${HOSTRUN_CFLAGS--O0}"
	echo "# $1 programs from seed $seed"
	from=$seed
	seed=$(python3 -B "$top/testsuite/random/programs.py" "$seed" "$1" "$pack" .) || { not_ok "no programs"; exit 1; }
	for w in $where; do
		if [ "$w" = vm ]; then
			in_guest
		else
			for s in r*.stp; do
				in_user_space "${s%.stp}" ""
				in_user_space "${s%.stp}" -u
			done
			[ "$1" -lt 40 ] || [ "$from" != "${RANDOM_SEED:-1}" ] || planted "$from" "$1"
		fi
	done
	[ "$bad" -gt "$before" ] || [ "$count" -le 250 ] || rm -rf "$work"
}

case $where in *user*) minimised ;; esac
for rest in $(seq "$count" -250 1); do
	batch $((rest > 250 ? 250 : rest))
done
echo "1..$n"
