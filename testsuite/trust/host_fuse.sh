# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2016,SC2034,SC2154
# A file system that a user supplies (FUSE): he says that root owns what is in it, and what it holds at any moment. trust.t has the words.

# supply DIR UID [TYPE]: DIR's files, as root's, at $place/supplied
supply()
{
	mkdir -p "$place/supplied"
	[ -x ./fuse ] || gcc -O1 -o fuse "$top/testsuite/trust/fuse.c" || return 1
	mkfifo says
	./fuse "$1" "$place/supplied" "$2" ${3:+"$3"} >says 2>fuse.err &
	server=$!
	read -r said <says
	rm says
	[ "$said" = mounted ]
}

taken_away()
{
	umount -l "$place/supplied"
	wait "$server"
}

# skipped WHAT: there is no FUSE here
skipped()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP no FUSE here: $(head -n 1 fuse.err)"
}

test_A6_supplied()
{
	by="$place/supplied is on a file system that user 65534 supplies (FUSE)"
	mkdir -p theirs/systemtap/tapset theirs/build
	cp -a data theirs/
	cp "$build/staprun/staprun" "$build/stap" theirs/
	echo 'function theirs:string() { return "theirs" }' >theirs/systemtap/tapset/theirs.stp
	run -p4 -m theirs -e "$hello" && mv theirs.ko theirs/
	if ! supply "$work/theirs" 65534; then
		skipped "A6: a file system that a user supplies"
		return
	fi
	check "A6: it says that all is root's" [ "$(stat -c %u:%A "$place/supplied" "$place/supplied/theirs.ko" | tr '\n' ,)" = "0:drwxr-xr-x,0:-rw-r--r--," ]
	SYSTEMTAP_DIR=$place/supplied/data run -p4 -e "$hello"
	check "A6: kits and caches in it are not used" stopped "ERROR: SYSTEMTAP_DIR=$place/supplied/data cannot be used: $by"
	TMPDIR=$place/supplied run -p4 -e "$hello"
	check "A6: nor is TMPDIR" warned "WARNING: TMPDIR=$place/supplied is not used but /tmp: $by"
	run -p4 --tmpdir="$place/supplied" -e "$hello"
	check "A6: nor --tmpdir" stopped "ERROR: --tmpdir=$place/supplied cannot be used: $by"
	XDG_DATA_DIRS=$place/supplied run -p2 -e 'probe begin { println(theirs()) }'
	check "A6: nor tapset files" grep -qxF "WARNING: tapset \"$place/supplied/systemtap/tapset\" of XDG_DATA_DIRS is not used: $by" err
	ln -s "$place/supplied/data" link
	SYSTEMTAP_DIR=$work/link run -p4 -e "$hello"
	check "A6: nor through a link of ours" stopped "ERROR: SYSTEMTAP_DIR=$work/link cannot be used: $by"
	run -p1 -I "$place/supplied/systemtap/tapset" -e 'probe begin { println(theirs()) }'
	check "A6: what is named is read" eval 'ok && no_err'
	"$build/staprun/staprun" "$place/supplied/theirs.ko" >out 2>err
	status=$?
	check "A6: no module is loaded from it" eval '[ "$status" = 1 ] && [ ! -s out ] &&
		grep -qxF "ERROR: Module '"'\$place/supplied/theirs.ko'"' is not loaded: it is on a file system that user 65534 supplies (FUSE). If you trust what is in it now, say so:" err'
	"$build/staprun/staprun" -H "$(sha256sum <theirs/theirs.ko | cut -c 1-64)" "$place/supplied/theirs.ko" >out 2>err
	status=$?
	check "A6: unless its contents are named" eval '! grep -q "is not loaded: it" err'
	SYSTEMTAP_STAP=$place/supplied/stap prep --kit 9.9.9
	check "A6: stap-prep runs no stap out of it" stopped "stap-prep: SYSTEMTAP_STAP=$place/supplied/stap cannot be used: $by"
	taken_away
	supply "$work/theirs" 65534 fuse.x,user_id=0,y
	check "A6: a type that seems to be root's option" is "$(findmnt -n -o FSTYPE "$place/supplied")" fuse.x,user_id=0,y
	SYSTEMTAP_STAP=$place/supplied/stap prep --kit 9.9.9
	check "A6: is none to stap-prep" stopped "stap-prep: SYSTEMTAP_STAP=$place/supplied/stap cannot be used: $by"
	SYSTEMTAP_DIR=$place/supplied/data run -p4 -e "$hello"
	check "A6: nor to stap" stopped "ERROR: SYSTEMTAP_DIR=$place/supplied/data cannot be used: $by"
	taken_away
	supply "$work/theirs" 0
	SYSTEMTAP_DIR=$place/supplied/data run -p2 -e "$hello"
	check "A6: one of root's own is used" ok
	printf '#!/bin/sh\necho ran >&2; exit 1\n' >theirs/stap
	SYSTEMTAP_STAP=$place/supplied/stap prep --kit 9.9.9
	check "A6: by stap-prep, too" grep -qx ran err
	chown 65534 theirs/data
	SYSTEMTAP_DIR=$place/supplied/data run -p2 -e "$hello"
	check "A6: and there each file is whose it is" stopped "ERROR: SYSTEMTAP_DIR=$place/supplied/data cannot be used: $place/supplied/data belongs to user 65534"
	taken_away
}
