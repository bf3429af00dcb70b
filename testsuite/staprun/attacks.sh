# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2016,SC2034,SC2086,SC2154
# Attacks on the MUST rules: I (identity.c), M (module.c), R (reader.c), S (session.c), L (link.h). $nobody runs a command as another user.

nobody="setpriv --reuid=65534 --regid=65534 --clear-groups --"
is_root() { [ "$(id -u)" = 0 ] || { skip="needs root"; return 1; }; }

# a place that other users reach
open_place()
{
	place=$(mktemp -d /tmp/staprun-test.XXXXXX) && chmod 755 "$place"
}

check_I1_closed_descriptors()
{
	module good.ko good 'global n long 0'
	cp good.ko before.ko
	"$staprun" good.ko m=1 <&- >&- 2>&-
	[ $? = 1 ] && cmp good.ko before.ko
}

check_I1_callers_descriptors_are_closed()
{
	is_root || return 0
	root_with_fake fd 'started 0' 'system ls -l /proc/self/fd | grep -c secret.txt; true' 'sleep 200' 'request_exit'
	echo hush >secret.txt
	run_fake ./fake_module.ko 7<secret.txt
	grep -qx 0 run.out || { cat run.out run.err; return 1; }
}

check_I2_not_root()
{
	is_root || return 0
	open_place
	cp "$staprun" "$place/staprun"
	want="The effective user ID of staprun must be set to the root user." says $nobody "$place/staprun" x.ko
	rc=$?
	rm -r "$place"
	return $rc
}

check_I2_setuid_copy_of_another_user_loads_nothing()
{
	is_root || return 0
	open_place
	module "$place/good.ko" good
	chmod 644 "$place/good.ko"
	cp "$staprun" "$place/staprun"
	chmod 4755 "$place/staprun"
	rc=0
	for args in "$place/good.ko" "-R $place/good.ko" "-L $place/good.ko" "-A good" "-d good"; do
		want="You are trying to run systemtap as a normal user." says $nobody "$place/staprun" $args || rc=1
	done
	rm -r "$place"
	return $rc
}

check_I2_setuid_copy_has_no_rights_while_it_parses()
{
	is_root || return 0
	open_place
	cp t_staprun "$place/staprun"
	chmod 4755 "$place/staprun"
	$nobody "$place/staprun" -h >/dev/null 2>&1 # must not be refused for help, and must not keep a saved id
	want="You are trying to run systemtap as a normal user." says $nobody "$place/staprun" x.ko
	rc=$?
	rm -r "$place"
	return $rc
}

check_I3_environment_is_cleaned_for_us_and_whole_for_programs()
{
	is_root || return 0
	root_with_fake env 'started 0' 'system echo $FOO-$LD_LIBRARY_PATH-$SYSTEMTAP_MODULE' 'sleep 200' 'request_exit'
	export FOO=bar LD_LIBRARY_PATH=/nonexistent
	run_fake ./fake_module.ko
	unset FOO LD_LIBRARY_PATH
	grep -qx 'bar-/nonexistent-fake_module' run.out || { cat run.out run.err; return 1; }
}

check_I3_hostile_time_zone()
{
	is_root || return 0
	for tz in /etc/shadow :/etc/shadow ../../../etc/shadow "$(printf '%0300d' 0)"; do
		root_with_fake tz 'started 0' 'request_exit'
		TZ=$tz run_fake ./fake_module.ko || { cat run.err; return 1; }
	done
}

check_M1_not_regular()
{
	is_root || return 0
	mkdir -p dir.ko
	[ -p pipe.ko ] || mkfifo pipe.ko
	want="Couldn't open module './dir.ko'" says "$staprun" ./dir.ko &&
	want="it is not a regular file" says "$staprun" ./pipe.ko &&
	want="it is not a regular file" says "$staprun" /dev/zero &&
	want="No such file or directory" says "$staprun" ./nosuch.ko &&
	want="/systemtap/nosuch.ko': No such file or directory" says "$staprun" nosuch
}

check_M1_too_large()
{
	is_root || return 0
	truncate -s 67108865 huge.ko
	want="larger than 64 MB" says "$staprun" ./huge.ko
	rc=$?
	rm huge.ko
	return $rc
}

check_M2_truncated()
{
	is_root || return 0
	module good.ko good
	size=$(stat -c %s good.ko)
	for len in 1 20 63 64 200 $((size / 2)) $((size - 1)); do
		head -c "$len" good.ko >cut.ko
		want="Module './cut.ko' is" says "$staprun" ./cut.ko || return 1
	done
	: >cut.ko
	want="is empty" says "$staprun" ./cut.ko
}

check_M2_foreign()
{
	is_root || return 0
	cp /bin/true exec.ko
	echo "hello" >text.ko
	: >empty.c && gcc -c -o object.ko empty.c
	module arm.ko arm && printf '\267\000' | dd of=arm.ko bs=1 seek=18 conv=notrunc status=none
	want="is not a kernel module" says "$staprun" ./exec.ko &&
	want="is not a kernel module" says "$staprun" ./text.ko &&
	want="was not made by stap" says "$staprun" ./object.ko &&
	want="is for another kind of processor" says "$staprun" ./arm.ko
}

check_M2_other_abi()
{
	is_root || return 0
	m_abi=2 module abi.ko abi
	want="needs a staprun of another version" says "$staprun" ./abi.ko
}

check_M2_other_release()
{
	is_root || return 0
	m_release=5.4.0-1-amd64 module old.ko old
	want="was built for kernel release 5.4.0-1-amd64, but $(uname -r) is running" says "$staprun" ./old.ko || return 1
	m_magic="$(uname -r)x" module magic.ko magic
	want="version magic" says "$staprun" ./magic.ko
}

check_M2_other_build()
{
	is_root || return 0
	[ -r /sys/kernel/notes ] || { skip="no /sys/kernel/notes"; return 0; }
	module build.ko build 'build_id 00112233445566778899aabbccddeeff00112233'
	want="was built for another build of kernel $(uname -r)" says "$staprun" ./build.ko
}

check_M2_without_sys_and_proc()
{
	is_root || return 0
	unshare -m true 2>/dev/null || { skip="no mount namespaces"; return 0; }
	module build.ko build 'build_id 00112233445566778899aabbccddeeff00112233'
	want="was built for another build" says unshare -m sh -c "mount -t tmpfs none /sys && mount -t tmpfs none /proc && exec '$staprun' ./build.ko"
}

check_M3_settings()
{
	is_root || return 0
	module set.ko set 'global destport long 0' 'global name string 8'
	want="(similar: destport)" says "$staprun" ./set.ko destprot=1 &&
	want="is not a 64-bit number" says "$staprun" ./set.ko destport=http &&
	want="room for 7" says "$staprun" ./set.ko name=12345678 &&
	want="NAME=VALUE" says "$staprun" ./set.ko name
}

check_M4_names()
{
	is_root || return 0
	for name in ../etc a/b . .. '' A a-b a.b "$(printf '%056d' 1)"; do
		want="is not the name of a module" says "$staprun" -d "$name" || return 1
		want="is not the name of a module" says "$staprun" -A "$name" || return 1
	done
	module bad.ko ../x
	want="has no usable name" says "$staprun" ./bad.ko || return 1
	want="is not loaded, or not one of ours" says "$staprun" -d nosuch
}

check_M4_two_names()
{
	is_root || return 0
	module two.ko first
	sed -i 's/name=first/name=other/' two.ko
	want="name it differently" says "$staprun" ./two.ko
}

# edited FILE SED…: the assembler text of the last module, changed
edited()
{
	edited_file=$1
	shift
	sed "$@" module.s >edited.s && ! cmp -s module.s edited.s && gcc -c -o "$edited_file" edited.s
}

check_B2_M6_the_kernel_sees_the_same_name()
{
	is_root || return 0
	module two.ko tick
	# the kernel reads what stands at its offset: tuck, and tick is in the padding; two names in one field; a field that is not padded
	edited two.ko 's/\.zero 24/.zero 24\n\t.asciz "tuck"\n\t.zero 51/' &&
	want="name it differently" says "$staprun" ./two.ko &&
	edited two.ko 's/\.zero 900/.ascii "tuck"\n\t.zero 896/' && want="name it differently" says "$staprun" ./two.ko &&
	edited two.ko 's/\.zero 900/.zero 896\n\t.ascii "tick"/' && want="name it differently" says "$staprun" ./two.ko &&
	edited two.ko 's/\.zero 24/.zero 23\n\t.ascii "s"/' && want="name it differently" says "$staprun" ./two.ko &&
	edited two.ko 's/\.zero 900/.zero 50/' && want="name it differently" says "$staprun" ./two.ko
}

check_B2_M6_sections_that_the_kernel_sees_otherwise()
{
	is_root || return 0
	module twice.ko twice
	for s in .modinfo .gnu.linkonce.this_module .stap_info; do
		# the reader takes the first, the kernel the first with SHF_ALLOC
		echo other >other.text
		objcopy --add-section .other=other.text twice.ko one.ko
		for flags in readonly alloc,load,readonly,data,contents; do
			objcopy --rename-section .other="$s,$flags" one.ko bad.ko
			want="should have one section $s" says "$staprun" ./bad.ko || return 1
		done
		objcopy --set-section-flags "$s"=readonly twice.ko bad.ko
		want="should have one section $s" says "$staprun" ./bad.ko || return 1
	done
}

check_B2_S2_a_module_that_is_there_already_is_not_touched()
{
	is_root || return 0
	for there in sys/module/fake_module proc/systemtap/fake_module; do
		root_with_fake there 'started 0'
		start_fake
		mkdir -p "$root/$there"
		timeout 20 ./t_staprun ./fake_module.ko >run.out 2>run.err
		rc=$?
		stop_fake
		expect 1 "" "ERROR: Couldn't insert module './fake_module.ko': File exists" &&
		expect 1 "" "Rerun with staprun option '-R' to rename this module." || return 1
		[ ! -e "$root/removed" ] && [ ! -s "$root/log" ] && [ ! -e "$root/settings" ] || { echo "$there: touched"; return 1; }
	done
}

check_B2_S2_a_module_that_comes_under_another_name_is_not_followed()
{
	is_root || return 0
	root_with_fake tuck 'started 0'
	export STP_TEST_LOAD_AS=tuck
	run_fake ./fake_module.ko
	expect 1 "" "ERROR: Module 'fake_module' was loaded, but is not there under this name." && [ "$(wc -l <run.err)" = 1 ] || return 1
	[ ! -e "$root/removed" ] && [ ! -s "$root/log" ] || { echo "touched"; return 1; }
}

# A1: whoever could have written the file has his code in the kernel
check_M5_A1_another_users_module()
{
	is_root || return 0
	root_with_fake foreign 'started 0' 'print 0 0 hello\n' 'request_exit'
	sum=$(sha256sum <fake_module.ko | cut -c 1-64)
	chown 65534 fake_module.ko
	run_fake ./fake_module.ko
	expect 1 "" "ERROR: Module './fake_module.ko' is not loaded: it belongs to user 65534. If you trust what is in it now, say so:" &&
	expect 1 "" "  staprun -H $sum ./fake_module.ko" && [ ! -s "$root/log" ] || return 1
	run_fake -H "$sum" ./fake_module.ko
	expect 0 hello "" || return 1
	export SUDO_UID SUDO_COMMAND
	# believed if it is staprun itself that sudo ran, not what is below something else that it ran
	for SUDO_COMMAND in "/usr/bin/staprun x.ko" /sbin/staprun; do
		SUDO_UID=65534 run_fake ./fake_module.ko
		expect 0 hello "" || { echo "SUDO_COMMAND=$SUDO_COMMAND"; return 1; }
	done
	for SUDO_COMMAND in "" staprun /usr/bin/xstaprun /usr/bin/stap "/bin/bash /usr/bin/staprun" "/bin/sh -c /usr/bin/staprun"; do
		SUDO_UID=65534 run_fake ./fake_module.ko
		expect 1 "" "is not loaded: it belongs to user 65534." || { echo "SUDO_COMMAND=$SUDO_COMMAND"; return 1; }
	done
	unset SUDO_COMMAND
	SUDO_UID=65534 run_fake ./fake_module.ko
	expect 1 "" "is not loaded: it belongs to user 65534." || return 1
	SUDO_COMMAND=/usr/bin/staprun
	for other in 65535 0 "" -1 65534x 4294967295 4295032830 18446744073709617150; do
		SUDO_UID=$other run_fake ./fake_module.ko
		expect 1 "" "is not loaded: it belongs to user 65534." || { echo "SUDO_UID=$other"; return 1; }
	done
	unset SUDO_UID SUDO_COMMAND
	chown 0 fake_module.ko
	chmod 646 fake_module.ko
	run_fake ./fake_module.ko
	expect 1 "" "is not loaded: others may write it." || return 1
	chmod 664 fake_module.ko
	run_fake ./fake_module.ko
	expect 1 "" "is not loaded: others may write it."
}

check_M5_A1_our_module_in_another_users_folder()
{
	is_root || return 0
	root_with_fake folder 'started 0' 'print 0 0 hello\n' 'request_exit'
	open_place
	cp fake_module.ko "$place"
	chown 65534 "$place"
	run_fake "$place/fake_module.ko"
	expect 0 hello ""
	rc=$?
	rm -r "$place"
	return $rc
}

# the file is swapped between who made it and staprun
check_M5_A1_not_what_was_made()
{
	is_root || return 0
	root_with_fake swapped 'started 0' 'request_exit'
	sum=$(sha256sum <fake_module.ko | cut -c 1-64)
	printf x >>fake_module.ko
	have=$(sha256sum <fake_module.ko | cut -c 1-64)
	run_fake -H "$sum" ./fake_module.ko
	expect 1 "" "Module './fake_module.ko' is not the one that was asked for: its SHA-256 is $have, it should be $sum." && [ ! -s "$root/log" ]
}

check_R1_stapio_is_not_looked_for_by_a_setid_staprun()
{
	is_root || return 0
	open_place
	printf '#!/bin/sh\ntouch %s/owned\n' "$place" >"$place/stapio"
	chmod 755 "$place/stapio"
	cp "$staprun" "$place/staprun"
	chmod 4755 "$place/staprun"
	module "$place/good.ko" good
	SYSTEMTAP_STAPIO=$place/stapio $nobody "$place/staprun" "$place/good.ko" >/dev/null 2>&1
	rc=0
	[ ! -e "$place/owned" ] || rc=1
	rm -r "$place"
	return $rc
}

# a stapio of the user's own making: $1 is what it does with $page, the number of the page's descriptor
hostile_stapio()
{
	printf '#!/bin/sh\npage=${1#-F*,} page=${page%%%%,*}\n%s\n' "$1" >hostile
	chmod 755 hostile
}

check_B1_L1_the_page_cannot_be_truncated()
{
	is_root || return 0
	for size in 0 1 100000; do
		hostile_stapio "truncate -s $size /proc/self/fd/\$page; exit 0"
		root_with_fake page 'started 0'
		SYSTEMTAP_STAPIO=$work/hostile run_fake ./fake_module.ko
		# who is killed by SIGBUS removes nothing
		expect 0 "" "Operation not permitted" && [ "$(wc -l <run.err)" = 1 ] && [ -e "$root/removed" ] ||
			{ echo "truncated to $size"; cat run.err; return 1; }
	done
}

check_B3_S2_who_does_not_get_the_lock_removes_nothing()
{
	is_root || return 0
	root_with_fake locked 'started 0'
	start_fake
	touch "$root/locked"
	timeout 20 ./t_staprun ./fake_module.ko >run.out 2>run.err
	rc=$?
	expect 1 "" "ERROR: Module 'fake_module' is in use by another staprun." && [ "$(wc -l <run.err)" = 1 ] || return 1
	[ ! -e "$root/removed" ] || { echo "removed after loading"; return 1; }
	timeout 20 ./t_staprun -A fake_module >run.out 2>run.err
	rc=$?
	expect 1 "" "ERROR: Module 'fake_module' is in use by another staprun." || return 1
	timeout 20 ./t_staprun -d fake_module >run.out 2>run.err
	rc=$?
	expect 1 "" "ERROR: Module 'fake_module' is in use by another staprun." || return 1
	timeout 20 ./t_staprun -d '*' >run.out 2>run.err
	rc=$?
	expect 0 "" "" || return 1
	stop_fake
	[ ! -e "$root/removed" ] && ! grep -vx CLOSED "$root/log"
}

# the guard is killed while somebody waits for its lock; staprun, which stands in, does not get it
check_B3_S2_nor_does_who_stands_in_for_the_guard()
{
	is_root || return 0
	root_with_fake standin 'started 0' 'print 0 0 hello\n'
	start_fake
	timeout 20 ./t_staprun ./fake_module.ko >run.out 2>run.err &
	pid=$!
	until grep -q hello run.out; do sleep 0.02; done
	touch "$root/locked"
	kill -KILL "$(pgrep -P "$(pgrep -P "$pid" t_staprun)")"
	wait "$pid"
	rc=$?
	stop_fake
	expect 1 hello "ERROR: Module 'fake_module' is in use by another staprun." && [ "$(wc -l <run.err)" = 1 ] && [ ! -e "$root/removed" ]
}

# the root of init, in which the program lies at its own path
root_of_init()
{
	init=$root/init
	rm -rf "$init" "$root/proc/1"
	mkdir -p "$root/proc/1/ns" "$init$1" && chmod -R 755 "$init" && ln "$1/t_staprun" "$init$1/t_staprun"
	ln -s "$init" "$root/proc/1/root" && ln -s 'pid:[4026531836]' "$root/proc/1/ns/pid"
}

# given PATH: what the module's parameters were, "" = none
given()
{
	run_fake -b 5 "$work/fake_module.ko"
	[ "$rc" = 0 ] && [ "$(cat "$root/settings")" = "_stp_bufsize=5 $1" ] || { echo "$2: '$(cat "$root/settings")'"; cat run.err; return 1; }
}

check_A5_S5_the_kernel_gets_no_path_that_means_something_else_to_init()
{
	is_root || return 0
	root_with_fake remover 'started 0' 'request_exit'
	root_of_init "$work"
	given "_stp_remover=$work/t_staprun" "this very program" || return 1
	chmod o+w "$init"; given "" "root that others may write" || return 1
	chmod 755 "$init"; chmod g+w "$init$work"; given "" "folder that a group may write" || return 1
	chmod 755 "$init$work"; chown 65534 "$(dirname "$init$work")"; given "" "another user's folder" || return 1
	chown 0 "$(dirname "$init$work")"; given "_stp_remover=$work/t_staprun" "all mended" || return 1
	mv "$init$work" "$init/elsewhere"; given "" "no such folder" || return 1
	ln -s "$init/elsewhere" "$init$work"; given "" "folder that is a link" || return 1
	root_of_init "$work"
	cp t_staprun copy; mv copy "$init$work/t_staprun"; given "" "another file" || return 1
	root_of_init "$work"
	ln -sf "$work/t_staprun" "$init$work/t_staprun"; given "" "a link" || return 1
	root_of_init "$work"
	chmod g+w t_staprun; given "" "program that a group may write"; rc=$?
	chmod 755 t_staprun; [ "$rc" = 0 ] || return 1
	ln -sf 'pid:[4026532000]' "$root/proc/1/ns/pid"; given "" "init of a container" || return 1
	rm -r "$root/proc/1"; given "" "no process 1 to be seen"
}

check_A5_S5_no_path_adds_parameters()
{
	is_root || return 0
	for blank in ' ' "$(printf '\t')" "$(printf '\na')" "$(printf '\v')" '"' "'" '\' '='; do
		root_with_fake blank 'started 0' 'request_exit'
		folder=$work/x${blank}_stp_bufsize=9
		mkdir -p "$folder" && cp t_staprun "$folder"
		root_of_init "$folder"
		start_fake
		timeout 20 "$folder/t_staprun" "$work/fake_module.ko" >run.out 2>run.err
		rc=$?
		stop_fake
		rm -r "$folder"
		expect 0 "" "" && [ -z "$(cat "$root/settings")" ] || { echo "'$blank': $(cat "$root/settings")"; return 1; }
	done
}

check_A5_what_was_left_alone_is_removed_by_the_next_run()
{
	is_root || return 0
	root_with_fake sweep 'started 0' 'request_exit'
	mkdir -p "$root/sys/module/old/parameters" "$root/sys/module/kept/parameters"
	for answer in Y N; do
		echo $answer >"$root/sys/module/old/parameters/_stp_abandoned"
		echo N >"$root/sys/module/kept/parameters/_stp_abandoned"
		start_fake
		mkdir "$root/proc/systemtap/old" "$root/proc/systemtap/kept"
		: >"$root/unloaded"
		timeout 20 ./t_staprun ./fake_module.ko >run.out 2>run.err
		rc=$?
		stop_fake
		expect 0 "" "" || return 1
		case $answer in Y) want="old fake_module" ;; N) want=fake_module ;; esac
		[ "$(echo $(cat "$root/unloaded"))" = "$want" ] || { echo "removed: $(cat "$root/unloaded")"; return 1; }
	done
}

# A4's kind: root executes what a variable names, or what lies beside a staprun that was copied to where others may write
check_R2_A4_another_users_stapio()
{
	is_root || return 0
	root_with_fake stapio 'started 0' 'request_exit'
	open_place
	printf '#!/bin/sh\ntouch %s/owned\n' "$work" >"$place/stapio"
	cp t_staprun "$place/staprun"
	chmod 755 "$place/stapio" "$place/staprun"
	chown 65534 "$place/stapio"
	rm -f owned
	SYSTEMTAP_STAPIO=$place/stapio run_fake ./fake_module.ko
	expect 1 "" "ERROR: Couldn't execute '$place/stapio': it belongs to user 65534." && [ ! -e owned ] && [ -e "$root/removed" ] || return 1
	start_fake
	env -u SYSTEMTAP_STAPIO timeout 20 "$place/staprun" ./fake_module.ko >run.out 2>run.err
	rc=$?
	stop_fake
	expect 1 "" "ERROR: Couldn't execute '$place/stapio': it belongs to user 65534." && [ ! -e owned ] || return 1
	chown 0 "$place/stapio"
	chmod 775 "$place/stapio"
	SYSTEMTAP_STAPIO=$place/stapio run_fake ./fake_module.ko
	expect 1 "" "ERROR: Couldn't execute '$place/stapio': others may write it." && [ ! -e owned ]
	rc=$?
	rm -r "$place"
	return $rc
}

# the file is written to between the check and the load: staprun reads a list of symbols that does not come before
check_S1_the_checked_copy_is_loaded()
{
	is_root || return 0
	root_with_fake copy 'started 0' 'request_exit'
	rm "$root/proc/kallsyms" && mkfifo "$root/proc/kallsyms"
	cp fake_module.ko checked.ko
	start_fake
	timeout 20 ./t_staprun ./fake_module.ko >run.out 2>run.err &
	pid=$!
	{ # opened for writing when staprun has opened it for reading
		printf 'other' | dd of=fake_module.ko bs=1 seek=100 conv=notrunc status=none
		mv fake_module.ko swapped.ko
		echo 'ffffffff81000010 t vfs_read'
	} >"$root/proc/kallsyms"
	wait "$pid"
	rc=$?
	stop_fake
	expect 0 "" "" && cmp checked.ko "$root/loaded"
}

check_S3_root_has_said_all_when_the_users_process_begins()
{
	is_root || return 0
	root_with_fake sealed 'started 0'
	hostile_stapio "i=0; until grep -q SEALED '$root/log'; do i=\$((i + 1)); [ \$i -lt 100 ] || exit 3; sleep 0.02; done; exit 0"
	SYSTEMTAP_STAPIO=$work/hostile run_fake ./fake_module.ko n=1
	expect 0 "" "" || return 1
	[ "$(sed '/SEALED/q' "$root/log" | cut -d ' ' -f 1 | uniq | tr '\n' ' ')" = 'GLOBAL ADDRESS TZ SEALED ' ] || { cat "$root/log"; return 1; }
}

check_S4_the_page_names_nothing()
{
	is_root || return 0
	for byte in 377 101 001; do
		root_with_fake names 'started 0'
		# all but `detached`, which only keeps the module
		hostile_stapio "{ printf '\\$byte%.0s' \$(seq 8); printf '\\000\\000\\000\\000'; printf '\\$byte%.0s' \$(seq 28); } |
			dd of=/proc/self/fd/\$page conv=notrunc status=none; exit 0"
		sleep 20 &
		bystander=$!
		SYSTEMTAP_STAPIO=$work/hostile run_fake ./fake_module.ko
		kill $bystander || { echo "somebody else was killed"; return 1; }
		expect 0 "" "" && [ "$(cat "$root/unloaded")" = fake_module ] || { echo "\\$byte: $(cat "$root/unloaded")"; return 1; }
	done
}

check_elf_reader_survives_noise()
{
	module seed.ko seed 'global a long 0' 'global name string 9' 'build_id 0011'
	./elf_fuzz -n "${FUZZ_ROUNDS:-100000}" seed.ko
}

check_static_small_and_without_name_service()
{
	for p in "$staprun" "$build/staprun/stapio"; do
		readelf -l "$p" | grep -q INTERP && { echo "$p is not static"; return 1; }
		strip -o stripped "$p"
		[ "$(stat -c %s stripped)" -le 1048576 ] || { echo "$p: $(stat -c %s stripped) bytes"; return 1; }
		# any of getpwnam, getgrnam, getaddrinfo … brings this text with it
		grep -qa nsswitch.conf "$p" && { echo "$p: name service"; return 1; }
	done
	return 0
}
