#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The tests' own programs: what should fail does. Each is given a test that is wrong in a way that passed once.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
work=$(mktemp -d "$build/self-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir -p top/testsuite/unit top/testsuite/lib top/tapset/linux top/runtime build scripts
n=0

# says WHAT LINE: out has that line
says()
{
	n=$((n + 1))
	if grep -qxF -- "$2" out; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		sed 's/^/# /' out | head -20
	fi
}

# run FAMILY NAME…, in the trees made here
run() { f=$1; shift; STP_TOP=$work/top STP_BUILD=$work/build STP_KERNELS='' "$top/testsuite/$f.t" "$@" >out 2>&1 </dev/null; }

cat >top/testsuite/unit/dies.c <<END
/*
 * link: -lm
 */
#include <stdio.h>
int main(void)
{
	puts("ok 1 - one");
	return 0; /* it meant to run another */
}
END
sed 's/return 0.*/puts("ok 2 - two\\n1..2"); return 0;/' top/testsuite/unit/dies.c >top/testsuite/unit/lives.c
run unit dies
says "F5: a unit test that ends without a plan" "not ok 2 - dies: ran 1 tests of a number that it did not say"
run unit lives
says "F5: one that has it" "ok 2 - lives: - two"

echo 'probe begin { print("x") println(1 / 0) }' >scripts/loud.stp
printf x >scripts/loud.out
sed -i '1i# rc: 1' scripts/loud.stp
STP_KERNELS='' RUN_DIR=$work/scripts HOSTRUN_CFLAGS=-O0 "$top/testsuite/run.t" loud >out 2>&1 </dev/null
says "F6: errors without an .err" "not ok 1 - loud"
cp "$build/run/loud.err" scripts
STP_KERNELS='' RUN_DIR=$work/scripts HOSTRUN_CFLAGS=-O0 "$top/testsuite/run.t" loud >out 2>&1 </dev/null
says "F6: errors with it" "ok 1 - loud"

: >top/tapset/nothing.stp
run tapset
says "F7: a tapset file in which nothing is found" "not ok 1 - nothing.stp"
says "F7: a tapset without functions" "not ok 3 - F7: 0 functions were called of 0"

# guest WORDS: what the guest said of the shell test `dies`
guest()
{
	mkdir -p build/self-none
	echo "sh dies -" >build/self-none/all
	printf '%b' "$1" >build/self-none/guest.out
	STP_KERNELS=none STP_BUILD=$work/build LIVE_WORK=self LIVE_STAGE=judge "$top/testsuite/live.t" >out 2>&1 </dev/null
}
guest '@@begin sh dies -\nok - one\ncd: nowhere\n@@rc 1\n@@clean\n@@end dies\n'
says "F5: a guest script that dies after its first ok" "not ok 1 - dies (none): did not run to its end"
guest '@@begin sh dies -\nok - one\n\n@@done\n@@rc 0\n@@clean\n@@end dies\n'
says "F5: one that does not" "ok 2 - dies (none): leaves nothing behind"
guest '@@begin sh dies -\nok - one\n'
says "a guest that dies" "not ok 1 - dies (-, none): the guest did not come to its end"

mkdir -p check/testsuite
printf 'echo "ok 1 - one"\n' >check/testsuite/silent.t
printf 'echo "ok 1 - one"; echo "1..2"\n' >check/testsuite/short.t
cat >check/testsuite/setup.sh <<END
build=$work
build_stap() { :; }
say() { :; }
END
chmod +x check/testsuite/*.t
cp "$top/check" check/check
./check/check silent short >out 2>&1
says "F5: a family without a plan" "  not ok - testsuite/silent.t ran 1 tests of a number that it did not say"
says "F5: a family that ran fewer" "  not ok - testsuite/short.t ran 1 tests of 2"
echo "1..$n"
