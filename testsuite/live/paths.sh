# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154,SC2181
# make: . "$here/lib/paths.sh"; make_paths "$stap" "$release"; wc -l <path.list >path.count
# module: path_all.stp -DSTP_NO_OVERLOAD
# module: path_each.stp -DSTP_NO_OVERLOAD -DMAXERRORS=100000000 -DSTP_ON_THE_FLY_INTERVAL=10000000
#
# Handlers on the way that their own messages and records take: they say what they like, and the machine goes on and the script ends. All functions
# at once, on two CPUs and on one; under ./check stress also one after the other, with each kind of message that $PATHS_EACH names.
t=/tmp/paths
mkdir -p $t
evidence="$t/out $t/err"
# shellcheck source=testsuite/live/lib/tap.sh
. "$modules/tap.sh"
count=$(cat "$modules/path.count")

run() # module, mode
{
	(while :; do echo x | cat; done >/dev/null) &
	load=$!
	staprun "$modules/$1.ko" "mode=$2" >$t/out 2>$t/err
	rc=$?
	kill $load
	grep -vE '^WARNING: (x|too many pending .*|Number of errors: .*|There were .*|Output: .*|Skipped due to missed .*)$|^ERROR: (x|too many pending)' \
		$t/err >$t/rest
}
# status, last line
ends() { [ "$rc" = "$1" ] && [ "$(tail -n 1 $t/out)" = "$2" ] && [ ! -s $t/rest ]; }

all()
{
	run path_all 1
	ends 0 "$count functions, some hit: 1"
	good "R1: warn() on all $count functions at once, $cpus"
	run path_all 2
	ends 1 "failed, some hit: 1"
	good "R1: error() on all at once, $cpus"
	run path_all 3
	ends 0 "$count functions, some hit: 1" && [ "$(sed '$d' $t/out | sort -u)" = x ]
	good "R1: print on all at once, $cpus"
	run path_all 4
	ends 0 "0 functions, some hit: 1"
	good "R1: exit() on all at once, $cpus"
}

each()
{
	for mode in $PATHS_EACH; do
		run path_each "$mode"
		ends $((mode == 2)) "$count functions, some hit: 1"
		good "R1: $(echo "warn() error() print" | cut -d' ' -f"$mode") on one after the other, $cpus"
	done
}

cpus="two CPUs"
all
each
echo 0 >/sys/devices/system/cpu/cpu1/online
cpus="one CPU"
all
each
echo 1 >/sys/devices/system/cpu/cpu1/online
