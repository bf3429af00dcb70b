# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2016,SC2034,SC2154
# Whole runs of the programs built for tests, against a module that fake.c plays.

# root_with_fake DIR LINE…: a fresh /proc and /sys, a module file, and a scenario
root_with_fake()
{
	root=$work/root_$1
	shift
	rm -rf "$root"
	mkdir -p "$root/proc" "$root/sys/kernel"
	printf '\004\000\000\000\004\000\000\000\003\000\000\000GNU\000\001\002\003\004' >"$root/sys/kernel/notes"
	printf '%s\n' "$@" >"$root/scenario"
	module fake_module.ko fake_module 'build_id 01020304' 'global n long 0' 'global s string 8' 'symbol 0 - vfs_read' 'symbol 1 - nosuch'
	printf 'ffffffff81000010 t vfs_read\nffffffff81000020 t vfs_read\nffffffff81000030 t other\n' >"$root/proc/kallsyms"
	ln -s /proc/self "$root/proc/self"
	export STP_TEST_PROC_ROOT="$root" STP_TEST_REMOVED="$root/removed"
	unset STP_TEST_LOAD_ERRNO STP_TEST_LOAD_AS
}

start_fake()
{
	rm -rf "$root/ready" "$root/stop" "$root/removed" "$root/prepared" "$root/proc/systemtap" "$root/settings" run.out run.err
	: >run.out
	./fake "$root" "$root/scenario" 2>fake.err &
	fake=$!
	until [ -e "$root/ready" ]; do sleep 0.01; done
}

stop_fake()
{
	touch "$root/stop"
	wait "$fake"
}

# run_fake ARGS…: one run; its status, run.out, run.err, $root/log
run_fake()
{
	start_fake
	timeout 20 ./t_staprun "$@" >run.out 2>run.err
	rc=$?
	stop_fake
	if grep -q Sanitizer run.err; then cat run.err; return 99; fi
	return $rc
}

# expect STATUS OUT ERR: after run_fake; ERR may be part of a line, "" = must be empty
expect()
{
	if [ "$rc" = "$1" ] && [ "$(cat run.out)" = "$2" ] && { [ -n "$3" ] || [ ! -s run.err ]; } && grep -qF -- "$3" run.err; then return 0; fi
	[ "$rc" = "$1" ] && [ "$(cat run.out)" = "$2" ] && [ -z "$3" ] && [ ! -s run.err ] && return 0
	echo "status $rc, expected $1"; echo "output:"; cat run.out; echo "expected: $2"; echo "errors:"; cat run.err; echo "expected: $3"
	return 1
}

before_long() # command
{
	for _ in $(seq 200); do
		"$@" 2>/dev/null && return
		sleep 0.02
	done
	return 1
}

check_what_a_module_is_told()
{
	is_root || return 0
	root_with_fake told 'started 0' 'print 0 0 hello\n' 'request_exit'
	run_fake ./fake_module.ko n=-5 's=a=b c'
	expect 0 hello "" || return 1
	cat >want.log <<-'END'
	GLOBAL n=-5
	GLOBAL s=a=b c
	ADDRESS 0 n 2 first ffffffff81000010
	ADDRESS 0 ffffffff81000010
	ADDRESS 0 ffffffff81000020
	ADDRESS 1 n 0 first 0
	SEALED after 1 address messages
	START 0
	EXIT
	END
	grep -v 'CLOSED\|TZ' "$root/log" | diff want.log - && [ -e "$root/removed" ]
}

# R4: the exit status hangs on no text, and an account that somebody else asked for is not the last word
check_R4_failure_without_a_text()
{
	is_root || return 0
	root_with_fake failure 'started 0' 'print 0 0 hello\n' 'failed' 'request_exit'
	run_fake ./fake_module.ko
	expect 1 hello ""
}

check_R4_account_that_was_not_asked_for()
{
	is_root || return 0
	root_with_fake asked 'started 0' 'counts' 'sleep 200' 'print 0 0 hello\n' 'request_exit'
	run_fake ./fake_module.ko
	expect 0 hello "" && grep -qx EXIT "$root/log"
}

# P1: text symbols of every kind, of the kernel or of the module that is meant; nothing that is no text, and no name that only begins alike
check_symbols_that_are_told()
{
	is_root || return 0
	root_with_fake symbols 'started 0' 'request_exit'
	module fake_module.ko fake_module 'build_id 01020304' 'symbol 0 - vfs_read' 'symbol 1 ext4 vfs_read'
	printf '%s\n' '00000000fffffffa A vfs_read' 'ffffffff81000010 t vfs_read' 'ffffffff81000020 T vfs_read' 'ffffffff81000030 w vfs_read' \
		'ffffffff81000040 W vfs_read' 'ffffffff81000050 d vfs_read' 'ffffffff81000060 b vfs_read' 'ffffffff81000070 t vfs_readv' \
		'ffffffff81000080 t vfs_rea' 'ffffffffc0000010 w vfs_read	[ext4]' 'ffffffffc0000020 d vfs_read	[ext4]' \
		'ffffffffc0000030 t vfs_read	[ext4x]' 'ffffffffc0000040 t vfs_read	[ext]' >"$root/proc/kallsyms"
	run_fake ./fake_module.ko
	expect 0 "" "" || return 1
	printf 'ADDRESS %s\n' '0 n 4 first ffffffff81000010' '0 ffffffff81000010' '0 ffffffff81000020' '0 ffffffff81000030' '0 ffffffff81000040' \
		'1 n 1 first ffffffffc0000010' '1 ffffffffc0000010' >want.log
	grep ADDRESS "$root/log" | diff want.log -
}

# P2: the kernel counts seconds west of Greenwich
check_time_zone_that_is_told()
{
	is_root || return 0
	while read -r tz want; do
		root_with_fake zone 'started 0' 'request_exit'
		TZ=$tz run_fake ./fake_module.ko
		expect 0 "" "" && grep TZ "$root/log" >got.log && echo "TZ $want" | diff - got.log || return 1
	done <<-'END'
	UTC0 0 UTC
	EAST-5:30 -19800 EAST
	WEST8 28800 WEST
	END
}

# one symbol of 600 addresses, 69,998 of one, one that is not there
check_R25_seventy_thousand_requests_in_few_messages()
{
	is_root || return 0
	root_with_fake requests 'started 0' 'request_exit'
	awk 'BEGIN {
		for (i = 0; i < 600; i++) printf "%016x t f0\n", 0xffff0000 + i
		for (i = 1; i < 69999; i++) printf "%016x t f%d\n", i * 16, i
	}' >"$root/proc/kallsyms"
	module fake_module.ko fake_module 'build_id 01020304' # the rest of its section follows
	awk 'BEGIN { print "\t.section .stap_info,\"a\""; for (i = 0; i < 70000; i++) printf "\t.ascii \"symbol %d - f%d\\n\"\n", i, i }' >>module.s
	gcc -c -o fake_module.ko module.s
	run_fake ./fake_module.ko
	expect 0 "" "" || return 1
	awk '/^ADDRESS [0-9]+ n/ { n[$2] += $4; if ($4 == 1) first[$2] = $6; else if (!$4) none = none " " $2; else more++ }
		/^bad/ { print; bad = 1 }
		END {
			for (i = 1; i < 69999; i++)
				if (n[i] != 1 || first[i] != sprintf("%x", i * 16)) { print "request", i, n[i], first[i]; exit 1 }
			if (n[0] != 600 || more < 2 || none != " 69999") { print n[0], more, none; exit 1 }
			exit bad
		}' "$root/log" || return 1
	told=$(sed -n 's/^SEALED after \([0-9]*\) .*/\1/p' "$root/log")
	[ "$told" -le 300 ] || { echo "$told messages"; return 1; }
}

check_R9_interrupted_before_the_probes_are_in_place()
{
	is_root || return 0
	rm -f command_ran
	root_with_fake early 'sleep 1500' 'started 0'
	start_fake
	./t_staprun -c "touch $work/command_ran" ./fake_module.ko >run.out 2>run.err </dev/null &
	run=$!
	until grep -q '^START' "$root/log"; do sleep 0.01; done
	kill -INT $run # which hands it on
	wait $run
	rc=$?
	stop_fake
	expect 0 "" "" && grep -q '^EXIT' "$root/log" && [ ! -e command_ran ]
}

check_hidden_addresses_are_not_told()
{
	is_root || return 0
	root_with_fake hidden 'started 0' 'request_exit'
	printf '0000000000000000 t vfs_read\n' >"$root/proc/kallsyms"
	run_fake ./fake_module.ko
	expect 0 "" "" && ! grep ADDRESS "$root/log"
}

check_order_over_cpus()
{
	is_root || return 0
	root_with_fake order 'print 1 1 b' 'print 0 0 a' 'print 0 3 d' 'started 0' 'print 1 2 c' 'print 1 4 e\n' 'request_exit'
	run_fake ./fake_module.ko
	expect 0 abcde ""
}

check_output_file()
{
	is_root || return 0
	root_with_fake file 'started 0' 'print 0 0 hello\n' 'request_exit'
	rm -f out.*
	run_fake -o 'out.%Y' ./fake_module.ko
	expect 0 "" "" && [ "$(cat "out.$(date +%Y)")" = hello ] || return 1
	root_with_fake file 'started 0' 'request_exit'
	run_fake -o ./none/x ./fake_module.ko
	expect 1 "" "Couldn't open output file './none/x'" && [ -e "$root/removed" ]
}

check_C1_only_root_reads_what_root_wrote()
{
	is_root || return 0
	root_with_fake mode 'started 0' 'print 0 0 hello\n' 'request_exit'
	rm -f out.*
	echo old >out.kept
	chmod 640 out.kept
	for args in '-o out.new' '-S 1 -o out.many' '-o out.kept'; do
		# shellcheck disable=SC2086
		(umask 022; run_fake $args ./fake_module.ko; expect 0 "" "") || return 1
	done
	[ "$(stat -c '%n %a' out.new out.many.0 out.kept)" = "$(printf 'out.new 600\nout.many.0 600\nout.kept 640')" ] &&
		[ "$(cat out.new out.many.0 out.kept)" = "$(printf 'hello\nhello\nhello')" ] || { ls -l out.*; return 1; }
}

# names that somebody foresaw: a link to what only root may write, and a file that he can read
check_C1_numbered_files_are_new()
{
	is_root || return 0
	open_place
	chown 65534 "$place"
	rc=0
	for kind in link file hardlink; do
		root_with_fake "foreseen_$kind" 'started 0' 'print 0 0 hello\n' 'request_exit'
		echo precious >victim
		rm -f "$place/log.0"
		case $kind in
		link) ln -s "$work/victim" "$place/log.0" ;;
		file) echo mine >"$place/log.0"; chown 65534 "$place/log.0"; chmod 666 "$place/log.0" ;;
		hardlink) cp victim "$place/victim"; ln "$place/victim" "$place/log.0" ;;
		esac
		run_fake -S 1,3 -o "$place/log" ./fake_module.ko
		expect 0 "" "" && [ "$(cat victim)" = precious ] && [ "$(cat "$place/log.0")" = hello ] &&
			[ "$(stat -c '%u %a %h' "$place/log.0")" = "0 600 1" ] || { echo "$kind"; ls -l "$place"; cat victim; rc=1; break; }
	done
	rm -rf "$place"
	return $rc
}

check_C1_a_link_of_another_user_is_not_followed()
{
	is_root || return 0
	open_place
	root_with_fake link 'started 0' 'print 0 0 hello\n' 'request_exit'
	echo precious >victim
	ln -s "$work/victim" "$place/log"
	chown -h 65534 "$place/log"
	run_fake -o "$place/log" ./fake_module.ko
	expect 1 "" "ERROR: Couldn't open output file '$place/log': Too many levels of symbolic links" && [ "$(cat victim)" = precious ]
	bad=$?
	chown -h 0 "$place/log"
	run_fake -o "$place/log" ./fake_module.ko
	[ $bad != 0 ] || { expect 0 "" "" && [ "$(cat victim)" = hello ]; } || { echo "root's own link"; bad=1; }
	rm -r "$place"
	return $bad
}

# his directory is another one in the middle of the run
# writes FILE ARGS…: the run's output is in FILE
writes()
{
	w_file=$1
	shift
	run_fake "$@" ./fake_module.ko
	expect 0 "" "" && [ "$(cat "$w_file")" = hello ] && return 0
	echo "staprun $*; $w_file: $(cat "$w_file")"
	return 1
}

# refuses WHY ARGS…: nothing is written
refuses()
{
	w_why=$1
	shift
	run_fake "$@" ./fake_module.ko
	expect 1 "" "ERROR: Couldn't open output file '$place/$w_why" && [ "$(cat secret/precious)" = precious ] && [ "$(echo secret/*)" = secret/precious ] &&
		return 0
	echo "staprun $*"
	ls -l "$place" secret
	return 1
}

# a directory of nobody's, $place; a file of ours that is nobody's business, secret/precious
hostile_place()
{
	root_with_fake "$1" 'started 0' 'print 0 0 hello\n' 'request_exit'
	open_place
	chown 65534 "$place"
	rm -rf secret
	mkdir secret
	echo precious >secret/precious
}

check_C1_no_link_of_another_user_on_the_way()
{
	is_root || return 0
	hostile_place way
	elo="Too many levels of symbolic links"
	ln -s "$work/secret" "$place/theirs" && chown -h 65534 "$place/theirs"
	ln -s "$work/secret/precious" "$place/file" && chown -h 65534 "$place/file"
	ln -s theirs "$place/ours" && ln -s "$place/theirs/new" "$place/new" && ln -s file "$place/last" && ln -s loop "$place/loop"
	refuses "theirs/precious': $elo" -o "$place/theirs/precious" &&
	refuses "theirs/new': $elo" -o "$place/theirs/new" &&
	refuses "theirs/log.0': $elo" -S 1 -o "$place/theirs/log" &&
	refuses "./theirs/../secret/precious': $elo" -o "$place/./theirs/../secret/precious" &&
	refuses "ours/precious': $elo" -o "$place/ours/precious" &&
	refuses "new': $elo" -o "$place/new" &&
	refuses "last': $elo" -o "$place/last" &&
	refuses "loop': $elo" -o "$place/loop"
	rc=$?
	rm -r "$place"
	return $rc
}

check_C1_our_own_links_are_followed()
{
	is_root || return 0
	hostile_place links
	mkdir -p "$place/a/b"
	ln -s a "$place/rel" && ln -s "$place/rel/../rel//b/" "$place/abs" && ln -s abs/log "$place/log" && ln -s ../../log "$place/a/b/back"
	writes "$place/a/b/log" -o "$place/log" && rm "$place/a/b/log" &&
	writes "$place/a/b/log" -o "$place/abs/back" &&
	writes "$place/a/b/log" -o "$place//abs///log" && # and it was emptied before
	writes "$place/a/b/many.0" -S 1 -o "$place/abs/many" &&
	refuses "abs/': No such file or directory" -o "$place/abs/" &&
	refuses "abs': Is a directory" -o "$place/abs"
	rc=$?
	rm -r "$place"
	return $rc
}

check_C1_a_file_that_has_other_names()
{
	is_root || return 0
	hostile_place names
	cp secret/precious "$place/other" && ln "$place/other" "$place/log"
	refuses "log': it has other names too, and others may write in its directory" -o "$place/log" && [ "$(cat "$place/other")" = precious ] &&
		chown 0 "$place" && writes "$place/other" -o "$place/log"
	rc=$?
	rm -r "$place"
	return $rc
}

check_C1_root_writes_into_nothing_of_another_user()
{
	is_root || return 0
	hostile_place theirs
	echo theirs >"$place/log" && mkfifo "$place/pipe" && chown 65534 "$place/log" "$place/pipe"
	cat "$place/pipe" <>"$place/pipe" >piped &
	reader=$!
	why="it belongs to user 65534: remove it, or name another"
	refuses "log': $why" -o "$place/log" && refuses "pipe': $why" -o "$place/pipe" && [ "$(cat "$place/log")" = theirs ]
	bad=$?
	export SUDO_UID=65534 SUDO_COMMAND="/bin/sh x"
	[ $bad = 0 ] && refuses "log': $why" -o "$place/log" || bad=1
	for SUDO_COMMAND in "/usr/bin/staprun -o x" "/usr/bin/stap -o x"; do
		[ $bad = 0 ] && writes "$place/log" -o "$place/log" && writes piped -o "$place/pipe" || bad=1
		: >piped
	done
	SUDO_UID=65533
	[ $bad = 0 ] && refuses "log': $why" -o "$place/log" || bad=1
	unset SUDO_UID SUDO_COMMAND
	kill $reader
	rm -r "$place"
	return $bad
}

check_C1_a_pipe_that_nobody_reads_does_not_hold_us()
{
	is_root || return 0
	hostile_place unread
	mkfifo "$place/pipe"
	refuses "pipe': it is a pipe that nobody reads, or a socket" -o "$place/pipe" || { rm -r "$place"; return 1; }
	cat "$place/pipe" <>"$place/pipe" >piped & # never at its end: somebody writes
	reader=$!
	writes piped -o "$place/pipe"
	rc=$?
	kill $reader
	rm -r "$place"
	return $rc
}

check_C1_devices_and_descriptors_as_output_files()
{
	is_root || return 0
	hostile_place devices
	ln -s /dev/stdout "$place/out"
	bad=0
	run_fake -o /dev/null ./fake_module.ko
	expect 0 "" "" || bad=1
	for file in /dev/stdout /dev/fd/1 /proc/self/fd/1 "$place/out"; do
		run_fake -o "$file" ./fake_module.ko
		expect 0 hello "" || { echo "$file"; bad=1; }
		mkfifo "$place/pipe" && chown 65534 "$place/pipe" # who gives us the descriptor may own it
		start_fake
		cat "$place/pipe" >piped &
		reader=$!
		timeout 20 ./t_staprun -o "$file" ./fake_module.ko >"$place/pipe" 2>run.err || bad=1
		wait "$reader"
		stop_fake
		[ "$(cat piped)" = hello ] && [ ! -s run.err ] || { echo "$file, a pipe: $(cat piped run.err)"; bad=1; }
		rm "$place/pipe"
	done
	rm -r "$place"
	return $bad
}

check_C1_the_directory_stays_the_same()
{
	is_root || return 0
	root_with_fake swap 'started 0' 'print 0 0 a\n'
	rm -rf logs logs.old secret
	mkdir logs secret
	echo precious >secret/log.2
	start_fake
	timeout 20 ./t_staprun -o logs/log ./fake_module.ko >run.out 2>run.err &
	pid=$!
	before_long grep -q a logs/log
	kill -USR2 "$(pgrep -P "$pid" t_staprun)"
	before_long test -e logs/log.1
	mv logs logs.old && ln -s secret logs
	kill -USR2 "$(pgrep -P "$pid" t_staprun)"
	before_long test -e logs.old/log.2
	kill -INT "$(pgrep -P "$pid" t_staprun)"
	wait "$pid"
	rc=$?
	stop_fake
	expect 0 "" "" && [ "$(cd logs.old && echo *)" = "log log.1 log.2" ] && [ "$(cat secret/log.2)" = precious ]
}

# on_terminal ARGS…: a run whose output is a terminal, in ./run.out as that got it
on_terminal()
{
	start_fake
	script -qec "timeout 20 ./t_staprun $* 2>run.err" /dev/null </dev/null | tr -d '\r' >run.out
	rc=$?
	stop_fake
}

check_C2_no_process_talks_to_the_terminal()
{
	is_root || return 0
	command -v script >/dev/null || { skip="no script(1)"; return 0; }
	esc=$(printf '\033') bel=$(printf '\007')
	name="${esc}]0;OWN${bel}${esc}[2J"
	root_with_fake tty 'started 0' "print 0 0 $name\n" 'print 1 1 ä\n' 'request_exit'
	on_terminal ./fake_module.ko
	expect 0 "$(printf '\\033]0;OWN\\007\\033[2J\nä')" "" || return 1
	run_fake ./fake_module.ko # no terminal: as it is
	expect 0 "$(printf '%s\nä' "$name")" "" || return 1
	module fake_module.ko fake_module 'build_id 01020304' "controls $((1 << 27))"
	on_terminal ./fake_module.ko # the script draws: so may others, but no more than that
	expect 0 "$(printf '\\033]0;OWN\\007%s[2J\nä' "$esc")" "" && [ "$(cat "$root/settings")" = "_stp_controls=$((1 << 27)) " ] || return 1
	module fake_module.ko fake_module 'build_id 01020304' "controls $((1 << 27 | 1))"
	on_terminal ./fake_module.ko
	expect 0 "$(printf '%s\nä' "$name")" ""
}

check_C2_who_attaches_knows_what_the_script_draws()
{
	is_root || return 0
	command -v script >/dev/null || { skip="no script(1)"; return 0; }
	root_with_fake tty_attach 'x'
	mkdir -p "$root/sys/module/fake_module/parameters"
	echo $((1 << 27)) >"$root/sys/module/fake_module/parameters/_stp_controls"
	start_fake
	mv "$root/prepared" "$root/proc/systemtap/fake_module"
	printf '\360\237\251\272\000\000\000\000\014\000\000\000\033[1m\033]0;xyz\n' >"$root/proc/systemtap/fake_module/trace0"
	script -qec 'timeout -s INT 2 ./t_staprun -A fake_module 2>run.err' /dev/null </dev/null >run.out
	stop_fake
	grep -qF "$(printf '\033[1m\\033]0;xyz')" run.out || { od -c run.out; cat run.err; return 1; }
}

check_C2_messages_have_no_control_characters()
{
	is_root || return 0
	esc=$(printf '\033')
	root_with_fake messages 'started 0' "oob ERROR: process ${esc}[2Jx" "oob WARNING: ${esc}]0;OWN" 'request_exit'
	run_fake ./fake_module.ko
	expect 1 "" '' >/dev/null
	[ "$(cat run.err)" = "$(printf 'ERROR: process \\033[2Jx\nWARNING: \\033]0;OWN')" ] || { cat -v run.err; return 1; }
	run_fake -C always ./fake_module.ko
	[ "$(head -n 1 run.err)" = "$(printf '\033[01;31m\033[KERROR:\033[m\033[K process \\033[2Jx')" ] || { cat -v run.err; return 1; }
	want='\033]0;OWN.ko' says "$staprun" "./$(printf '\033')]0;OWN.ko"
}

check_start_that_fails()
{
	is_root || return 0
	root_with_fake fails 'oob ERROR: no such probe' 'started -22'
	run_fake -c 'sleep 100' ./fake_module.ko
	expect 1 "" "ERROR: no such probe" && [ -e "$root/removed" ] || return 1
	root_with_fake fails2 'started -12'
	run_fake ./fake_module.ko
	expect 1 "" "ERROR: Couldn't start the probes: Cannot allocate memory" && [ -e "$root/removed" ]
}

check_load_that_fails()
{
	is_root || return 0
	for e in '17 File exists' '8 Invalid module format' '1 Operation not permitted' '2 Unknown symbol in module'; do
		root_with_fake load 'started 0'
		export STP_TEST_LOAD_ERRNO="${e%% *}"
		run_fake ./fake_module.ko
		expect 1 "" "ERROR: Couldn't insert module './fake_module.ko': ${e#* }" || return 1
		[ ! -e "$root/removed" ] && [ ! -s "$root/log" ] || { echo "touched the module"; return 1; }
	done
	export STP_TEST_LOAD_ERRNO=17
	run_fake ./fake_module.ko
	expect 1 "" "Rerun with staprun option '-R' to rename this module."
}

check_warnings_once()
{
	is_root || return 0
	root_with_fake warn 'started 0' 'oob WARNING: twice' 'oob WARNING: twice' 'oob WARNING: other' 'oob plain' 'request_exit'
	run_fake ./fake_module.ko
	[ "$(grep -c twice run.err)" = 1 ] && grep -q '^WARNING: other$' run.err && grep -q '^plain' run.err || { cat run.err; return 1; }
	run_fake -v ./fake_module.ko
	[ "$(grep -c twice run.err)" = 2 ] || { cat run.err; return 1; }
	run_fake -w ./fake_module.ko
	! grep WARNING run.err
}

check_errors_make_status_1()
{
	is_root || return 0
	root_with_fake error 'started 0' 'oob ERROR: division by 0 near operator' 'request_exit'
	run_fake ./fake_module.ko
	expect 1 "" "ERROR: division by 0 near operator"
}

check_lost_output_is_accounted()
{
	is_root || return 0
	root_with_fake lost 'started 0' 'print 0 0 a' 'dropped 7' 'print 0 1 b' 'request_exit'
	run_fake ./fake_module.ko
	expect 0 ab "WARNING: There were 7 transport failures. Try stap -s to increase the buffer size from 4." &&
	expect 0 ab "Output: 9 records emitted = 2 delivered + 7 dropped + 0 undelivered." || return 1
	run_fake ./fake_module.ko >/dev/null
	root_with_fake full 'started 0' 'print 0 0 a' 'print 0 1 b' 'request_exit'
	run_fake -o /dev/full ./fake_module.ko
	expect 1 "" "Couldn't write to /dev/full: No space left on device" &&
	expect 1 "" "Output: 2 records emitted = 0 delivered + 0 dropped + 2 undelivered." && [ -e "$root/removed" ]
}

check_reader_goes_away()
{
	is_root || return 0
	root_with_fake pipe 'started 0' 'print 0 0 a\n' 'sleep 300' 'print 0 1 b\n'
	start_fake
	{ timeout 20 ./t_staprun ./fake_module.ko 2>run.err; echo $? >run.rc; } | head -n 1 >run.out
	stop_fake
	rc=$(cat run.rc)
	[ "$(cat run.out)" = a ] && [ "$rc" = 1 ] && [ -e "$root/removed" ] && ! grep ERROR run.err || { cat run.out run.err; return 1; }
}

check_command()
{
	is_root || return 0
	root_with_fake cmd 'print 0 0 probes\n' 'sleep 200' 'started 0'
	run_fake -c "sh -c 'echo command; exit 3'" ./fake_module.ko
	expect 1 "$(printf 'probes\ncommand')" "WARNING: Child process exited with status 3" || return 1
	grep -q 'START target' "$root/log" || return 1
	run_fake -c 'kill -9 $$' ./fake_module.ko
	grep -q 'WARNING: Child process exited with signal 9 (Killed)' run.err && [ "$rc" = 1 ] || { cat run.err; return 1; }
	run_fake -c true ./fake_module.ko
	[ "$rc" = 0 ] && [ ! -s run.err ] || { cat run.err; return 1; }
	run_fake -c /nonexistent/command ./fake_module.ko
	expect 1 "" "Couldn't start command '/nonexistent/command': No such file or directory" && [ -e "$root/removed" ]
}

# what CMD itself says of its pid is what the module gets: quotes, patterns, variables and redirections put no shell around it
check_P5_command_is_target()
{
	is_root || return 0
	root_with_fake target 'sleep 200' 'started 0'
	for cmd in "sh -c 'echo \$\$ >pid; :'" 'sh -c "echo \$\$ >pid; :" run.*' 'A=1 sh -c "echo \$\$ >pid; :" $HOME >/dev/null 2>&1'; do
		rm -f pid
		run_fake -c "$cmd" ./fake_module.ko
		[ "$rc" = 0 ] && grep -qx "START target $(cat pid)" "$root/log" || { echo "$cmd: $(cat pid)"; cat "$root/log" run.err; return 1; }
		: >"$root/log"
	done
}

check_system_command()
{
	is_root || return 0
	root_with_fake system 'started 0' 'print 0 0 first\n' 'system sleep 0.1; echo second' 'request_exit'
	run_fake ./fake_module.ko
	expect 0 "$(printf 'first\nsecond')" ""
}

check_signals_end_a_run()
{
	is_root || return 0
	for sig in INT TERM HUP; do
		root_with_fake sig 'started 0' 'print 0 0 hello\n'
		start_fake
		timeout 20 ./t_staprun ./fake_module.ko >run.out 2>run.err &
		pid=$!
		until grep -q hello run.out; do sleep 0.02; done
		kill -$sig "$(pgrep -P "$pid" t_staprun)"
		wait "$pid"
		rc=$?
		stop_fake
		expect 0 hello "" && [ -e "$root/removed" ] || { echo "SIG$sig"; return 1; }
	done
}

# many_lines: a scenario that prints 400 lines of 240 bytes, $text
many_lines()
{
	text=$(printf '%0239d' 0)
	set --
	i=0
	while [ $i -lt 400 ]; do
		set -- "$@" "print $((i % 2)) $i $text\\n"
		i=$((i + 1))
	done
	root_with_fake "$kind" 'started 0' "$@"
}

# as stap starts it: told by the kernel when stap is killed
check_S11_a_parent_that_is_killed_ends_a_run()
{
	is_root || return 0
	root_with_fake orphaned 'started 0' 'print 0 0 hello\n'
	start_fake
	cat >parent.py <<-'END'
	import subprocess
	subprocess.run(['setpriv', '--pdeathsig', 'TERM', './t_staprun', './fake_module.ko'], stdin=subprocess.DEVNULL)
	END
	python3 parent.py >run.out 2>run.err &
	parent=$!
	before_long grep -q hello run.out
	kill -9 $parent
	wait $parent 2>/dev/null
	before_long test -e "$root/removed"
	rc=$?
	stop_fake
	expect 0 hello "" && grep -qx EXIT "$root/log"
}

# who reads slowly, for longer than three interrupts would need to end everything, gets all
check_one_interrupt_is_one()
{
	is_root || return 0
	kind=slow
	many_lines
	start_fake
	rm -f slow && mkfifo slow
	timeout 60 ./t_staprun ./fake_module.ko >slow 2>run.err &
	pid=$!
	exec 4<slow
	until grep -q START "$root/log"; do sleep 0.02; done
	sleep 0.5
	kill -INT "$(pgrep -P "$pid" t_staprun)"
	{
		for i in 1 2 3 4 5 6; do sleep 0.4; dd bs=8000 count=1 2>/dev/null; done
		cat
	} <&4 >run.out
	exec 4<&-
	wait "$pid"
	rc=$?
	stop_fake
	[ "$rc" = 0 ] && [ ! -s run.err ] && [ "$(sort -u run.out)" = "$text" ] && [ "$(wc -l <run.out)" = 400 ] ||
		{ wc -l run.out; cat run.err; return 1; }
}

check_signal_before_the_start()
{
	is_root || return 0
	root_with_fake early 'started 0' 'print 0 0 hello\n'
	for delay in 0 01 02 03 05 08; do
		start_fake
		./t_staprun ./fake_module.ko >run.out 2>run.err &
		sleep 0.$delay
		kill -TERM $!
		wait $!
		rc=$?
		stop_fake
		[ "$rc" = 0 ] || [ "$rc" = 143 ] || { echo "status $rc after 0.$delay s"; cat run.err; return 1; }
		[ ! -s run.err ] || { cat run.err; return 1; }
	done
}

check_detach()
{
	is_root || return 0
	root_with_fake detach 'print 0 0 kept\n' 'started 0'
	run_fake -L ./fake_module.ko
	[ "$rc" = 0 ] && [ ! -e "$root/removed" ] && grep -q 'To reconnect, type "staprun -A fake_module"' run.err || { cat run.err; return 1; }
	grep -q 'DETACH 1' "$root/log" && ! grep EXIT "$root/log"
}

check_attach()
{
	is_root || return 0
	root_with_fake attach 'x'
	start_fake
	mv "$root/prepared" "$root/proc/systemtap/fake_module"
	timeout 20 ./t_staprun -A fake_module >run.out 2>run.err &
	pid=$!
	until grep -q 'DETACH 0' "$root/log"; do sleep 0.02; done
	kill -INT "$(pgrep -P "$pid" t_staprun)"
	wait "$pid"
	rc=$?
	stop_fake
	! grep START "$root/log" && [ "$rc" = 0 ] && [ -e "$root/removed" ]
}

# in an initramfs without /proc each look for one makes another instance, through which .ctl cannot be opened
check_S16_all_processes_use_one_proc()
{
	is_root || return 0
	root_with_fake instances 'started 0' 'request_exit'
	run_fake ./fake_module.ko
	[ "$rc" = 0 ] && [ "$(grep -c '^/proc$' "$root/filesystems")" = 1 ] || { cat run.err "$root/filesystems"; return 1; }
	root_with_fake instances 'x'
	start_fake
	mv "$root/prepared" "$root/proc/systemtap/fake_module"
	timeout -s INT 2 ./t_staprun -A fake_module >run.out 2>run.err
	stop_fake
	grep -q 'DETACH 0' "$root/log" && [ "$(grep -c '^/proc$' "$root/filesystems")" = 1 ] || { cat run.err "$root/filesystems"; return 1; }
}

# cannot_attach WHY ARGS…: the session goes on
cannot_attach()
{
	root_with_fake unattached 'x'
	start_fake
	mv "$root/prepared" "$root/proc/systemtap/fake_module"
	want=$1
	shift
	says ./t_staprun "$@" -A fake_module
	rc=$?
	stop_fake
	[ "$rc" = 0 ] && [ ! -e "$root/removed" ] && ! grep 'EXIT\|DETACH' "$root/log" && ! grep -i 'removed\|records' said
}

check_S16_who_cannot_attach_leaves_the_session_as_it_is()
{
	is_root || return 0
	cannot_attach "Couldn't open output file './none/x'" -v -o ./none/x &&
	SYSTEMTAP_STAPIO=$work/none cannot_attach "Couldn't execute '$work/none'" -v
}

check_module_that_vanishes()
{
	is_root || return 0
	root_with_fake gone 'started 0' 'print 0 0 hello\n' 'gone'
	run_fake ./fake_module.ko
	[ "$rc" = 0 ] && [ "$(cat run.out)" = hello ] || { cat run.out run.err; return 1; }
}

check_daemon()
{
	is_root || return 0
	root_with_fake daemon 'started 0' 'print 0 0 hello\n' 'sleep 300' 'request_exit'
	rm -f daemon.out
	start_fake
	pid=$(timeout 20 ./t_staprun -D -o daemon.out ./fake_module.ko 2>run.err)
	rc=$?
	[ "$rc" = 0 ] && [ -d "/proc/$pid" ] || { echo "pid '$pid' status $rc"; cat run.err; stop_fake; return 1; }
	tries=0
	while [ -d "/proc/$pid" ] && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
	stop_fake
	[ "$(cat daemon.out)" = hello ] && [ -e "$root/removed" ] || { cat daemon.out; return 1; }
	root_with_fake daemon2 'oob ERROR: no' 'started -22'
	start_fake
	pid=$(timeout 20 ./t_staprun -D -o daemon.out ./fake_module.ko 2>run.err)
	rc=$?
	stop_fake
	[ "$rc" = 1 ] && [ -z "$pid" ] && grep -q 'ERROR: no' run.err
}

check_rename()
{
	is_root || return 0
	module long_enough_name.ko long_enough_name
	root_with_fake rename 'started 0'
	timeout 20 ./t_staprun -v -R ./long_enough_name.ko >run.out 2>run.err
	grep -qE "^Loading module 'long_enou?g?h?_?n?_[0-9]+'" run.err || { cat run.err; return 1; }
	module x.ko x
	timeout 20 ./t_staprun -v -R ./x.ko >run.out 2>run.err
	grep -q "^WARNING: The name of module 'x' is too short" run.err && grep -q "^Loading module 'x'" run.err || { cat run.err; return 1; }
}

# unread KIND FD ARGS…: t_staprun as $run with what nobody reads as descriptor FD (1: output, 2: messages): a pipe of one page or a socket. What
# comes through it is in ./unread from unread_end on
unread()
{
	cat >unread.py <<-'END'
	import fcntl, os, socket, subprocess, sys
	kind, fds = sys.argv[1:3]
	if kind == 'pipe':
	    r, w = os.pipe()
	    fcntl.fcntl(w, 1031, 4096)
	elif kind == 'socket':
	    a, b = socket.socketpair()
	    b.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 0)
	    r, w = a.detach(), b.detach()
	with open('run.out', 'w') as out, open('run.err', 'w') as err:
	    p = subprocess.Popen(['./t_staprun'] + sys.argv[3:], stdin=subprocess.DEVNULL, stdout=w if '1' in fds else out, stderr=w if '2' in fds else err)
	os.close(w)
	print(p.pid, flush=True)
	sys.stdin.readline() # from now on it is read
	with open('unread', 'wb') as f:
	    while True:
	        data = os.read(r, 65536)
	        if not data:
	            break
	        f.write(data)
	        f.flush()
	sys.exit(p.wait())
	END
	rm -f go unread
	mkfifo go
	: >pid
	python3 unread.py "$@" <go >pid 2>unread.err &
	helper=$!
	exec 7>go
	before_long test -s pid || { cat unread.err; return 1; }
	run=$(cat pid)
}

ended() { ! kill -0 "$run" 2>/dev/null || [ "$(ps -o stat= -p "$run" | cut -c1)" = Z ]; }

# unread_end: the other side is read from now on; $rc
unread_end()
{
	echo >&7
	exec 7>&-
	wait "$helper"
	rc=$?
	stop_fake
}

# a reader with little room that stops: interrupts are heard; one that goes on has all of it after one interrupt
check_S13_a_small_pipe_or_socket_that_nobody_reads()
{
	is_root || return 0
	for kind in pipe socket; do
		many_lines
		start_fake
		unread $kind 1 ./fake_module.ko
		before_long grep -q '^START' "$root/log"
		sleep 0.5
		kill -TERM "$run"
		before_long grep -qx EXIT "$root/log" || { echo "$kind: TERM is not heard"; kill -9 "$run"; unread_end; return 1; }
		unread_end
		[ "$rc" = 0 ] && [ "$(sort -u unread)" = "$text" ] && [ "$(wc -l <unread)" = 400 ] && [ ! -s run.err ] ||
			{ echo "$kind: status $rc"; wc -l unread; cat run.err unread.err; return 1; }
		start_fake
		unread $kind 1 ./fake_module.ko
		before_long grep -q '^START' "$root/log"
		sleep 0.5
		for sig in INT TERM INT; do kill -$sig "$run"; sleep 0.5; done
		before_long ended || { echo "$kind: three interrupts do not end it"; kill -9 "$run"; unread_end; return 1; }
		unread_end
		[ -e "$root/removed" ] && grep -q '^WARNING: Output: 400 records emitted = ' run.err || { echo "$kind:"; cat run.err; return 1; }
	done
}

# what takes the room between stapio's look and its write
check_S13_a_command_that_fills_the_pipe()
{
	is_root || return 0
	kind=filled
	many_lines
	for _ in 1 2 3 4 5; do
		start_fake
		unread pipe 1 -c yes ./fake_module.ko
		before_long grep -q '^START' "$root/log"
		sleep 0.3
		own=$(pgrep -P "$(pgrep -P "$run")" -x stapio)
		grep -q '^flags:.*4001$' "/proc/$own/fdinfo"/* && ! grep -q '^flags:.*4001$' "/proc/$own/fdinfo/1" ||
			{ echo "no descriptor of its own"; kill -9 "$run"; unread_end; return 1; }
		kill -TERM "$run"
		before_long grep -qx EXIT "$root/log" || { echo "TERM is not heard"; kill -9 "$run"; unread_end; return 1; }
		unread_end
		[ "$rc" = 0 ] && grep -q y unread && [ ! -s run.err ] || { echo "status $rc"; cat run.err unread.err; return 1; }
	done
}

# so for messages: the module is removed, and who reads them at last has them all
check_S13_messages_that_nobody_reads()
{
	is_root || return 0
	for kind in pipe socket; do
		line=$(printf '%0400d' 0)
		set --
		i=0
		while [ $i -lt 40 ]; do
			set -- "$@" "oob WARNING: $i $line"
			i=$((i + 1))
		done
		root_with_fake "messages_$kind" 'started 0' "$@" 'print 0 0 hello\n'
		start_fake
		unread $kind 2 ./fake_module.ko
		before_long grep -q hello run.out || { echo "$kind: messages that nobody reads keep back output"; kill -9 "$run"; unread_end; return 1; }
		kill -INT "$run"
		before_long test -e "$root/removed" || { echo "$kind: INT is not heard"; kill -9 "$run"; unread_end; return 1; }
		unread_end
		[ "$rc" = 0 ] && [ "$(grep -c "^WARNING: [0-9]* $line\$" unread)" = 40 ] && [ "$(wc -l <unread)" = 40 ] ||
			{ echo "$kind: status $rc"; cut -c1-20 unread; return 1; }
	done
}

# many_messages N LAST…: a scenario of N different warnings, and what comes behind them
many_messages()
{
	count=$1
	shift
	root_with_fake messages_many 'started 0' 'sleep 200' 'print 0 0 first\n'
	awk -v n="$count" 'BEGIN { for (i = 0; i < n; i++) printf "oob WARNING: %d %0400d\n", i, 0 }' >>"$root/scenario"
	printf '%s\n' "$@" >>"$root/scenario"
}

# the first ones are there in order, the last line says how many others were lost. They are too many for notices.c, which says so
kept_or_told_of() # N
{
	grep -v ' deduplication table full$' unread | awk -v n="$1" '
		/ messages were lost: nobody read those before them.$/ { lost += $2; next }
		$2 != kept { print "line", NR, "is", substr($0, 1, 20); exit bad = 1 }
		{ kept++ }
		END { if (bad || (kept + lost != n && kept + lost != n + 1) || kept < 2000) { print kept + 0, "kept", lost + 0, "lost"; exit 1 } }'
}

check_S13_more_messages_than_a_pipe_takes()
{
	is_root || return 0
	many_messages 2000
	start_fake
	unread pipe 2 ./fake_module.ko
	before_long grep -q first run.out
	kill -INT "$run"
	before_long test -e "$root/removed" || { echo "INT is not heard"; kill -9 "$run"; unread_end; return 1; }
	unread_end
	[ "$rc" = 0 ] && kept_or_told_of 2000 || { echo "status $rc"; return 1; }
}

# more of them than are kept: output and the end of the session are behind them
check_S15_more_messages_than_are_kept()
{
	is_root || return 0
	many_messages 3000 'print 0 1 hello\n' 'request_exit'
	start_fake
	unread pipe 2 ./fake_module.ko
	before_long grep -q hello run.out || { echo "output is kept back"; kill -9 "$run"; unread_end; return 1; }
	before_long test -e "$root/removed" || { echo "exit() is not heard"; kill -9 "$run"; unread_end; return 1; }
	unread_end
	[ "$rc" = 0 ] && kept_or_told_of 3000 && grep -q lost unread || { echo "status $rc"; return 1; }
}

# output has its turn, and so have signals
check_S15_a_flood_of_messages_that_are_read()
{
	is_root || return 0
	many_messages 3000 'note all said' 'request_exit'
	start_fake
	timeout 20 ./t_staprun ./fake_module.ko >run.both 2>&1 &
	run=$!
	before_long grep -q '^START' "$root/log"
	own=$(pgrep -P "$(pgrep -P "$(pgrep -P "$run")")" -x stapio)
	kill -STOP "$own"
	before_long grep -qx 'all said' "$root/log"
	kill -CONT "$own"
	wait "$run"
	rc=$?
	stop_fake
	line=$(grep -nx first run.both | cut -d: -f1)
	[ "$rc" = 0 ] && [ "$(wc -l <run.both)" = 3002 ] && [ "$line" -lt 512 ] || { echo "status $rc, output in line $line of $(wc -l <run.both)"; return 1; }
}

# the guard has words as well: it removes the module all the same
check_S13_the_guard_does_not_wait_for_who_reads_its_messages()
{
	is_root || return 0
	root_with_fake guard_words 'started 0' 'print 0 0 hello\n'
	start_fake
	cat >full.py <<-'END'
	import fcntl, os, subprocess, sys
	r, w = os.pipe()
	fcntl.fcntl(w, 1031, 4096)
	os.write(w, b'x' * 4096)
	with open('run.out', 'w') as out:
	    p = subprocess.Popen(['./t_staprun', './fake_module.ko'], stdin=subprocess.DEVNULL, stdout=out, stderr=w)
	print(p.pid, flush=True)
	sys.stdin.readline()
	END
	rm -f go
	mkfifo go
	: >pid
	python3 full.py <go >pid &
	helper=$!
	exec 7>go
	before_long test -s pid
	run=$(cat pid)
	before_long grep -q hello run.out
	sleep 0.5
	kill -9 "$(pgrep -P "$(pgrep -P "$run")")" # stapio: its end is told of
	before_long test -e "$root/removed"
	rc=$?
	before_long ended || rc=1
	exec 7>&-
	wait $helper
	stop_fake
	[ "$rc" = 0 ] || { echo "the module stays"; kill -9 "$run"; return 1; }
}
