# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2016,SC2034,SC2154
# Links of /proc: they lead into a mount name space of another user's, and their text is a path of root's in ours. trust.t has the words.

# elsewhere: another user's name space, in which $place/elsewhere, here an empty directory of root's, holds what he put there; $inside is its
# process. $stands is a process of root's that stands there
elsewhere()
{
	mkdir -p "$place/elsewhere"
	mkdir -p "$foe/holds/tapset" "$foe/holds/systemtap/tapset"
	printf '#!/bin/sh\necho ran >&2\n' >"$foe/holds/staprun"
	chmod 755 "$foe/holds/staprun"
	echo 'function theirs:string() { return "theirs" }' >"$foe/holds/systemtap/tapset/theirs.stp"
	mkdir -p "$foe/holds/data/kernels"
	chown -R 65534 "$foe"
	mkfifo says
	$nobody unshare -Urm sh -c 'mount --bind "$1/foe/holds" "$1/elsewhere" && echo ready && exec sleep 300' \
		sh "$place" >says 2>unshare.err &
	inside=$!
	read -r said <says
	rm says
	[ "$said" = ready ] || return 1
	(cd "/proc/$inside/root$place/elsewhere" && exec sleep 300 3<.) &
	stands=$!
	until [ "$(readlink "/proc/$stands/fd/3")" ] && [ "$(cat "/proc/$stands/comm")" = sleep ]; do sleep 0.1; done
}

# an apt that knows no package, and writes into ./lists/used where its lists would be
fake_apt()
{
	mkdir -p lists
	printf '#!/bin/sh\nfor a; do case $a in Dir::State::Lists=*) echo "${a#*=}" >>%s/lists/used ;; esac; done\nexit 1\n' "$work" >lists/apt-get
	printf '#!/bin/sh\n' >lists/apt-cache
	printf '#!/bin/sh\necho amd64\n' >lists/dpkg
	chmod 755 lists/*
}

test_A4_links_of_proc()
{
	if ! elsewhere; then
		wait "$inside"
		n=$((n + 1))
		echo "ok $n - A4: links of /proc # SKIP no user name spaces here: $(head -n 1 unshare.err)"
		return
	fi
	check "A4: what the link of /proc says is an empty directory of root's" eval \
		'[ "$(readlink "/proc/$stands/cwd")" = "$place/elsewhere" ] && nothing_in "$place/elsewhere" && [ -x "/proc/$stands/cwd/staprun" ]'
	# so that the old rule would find what it looks for
	mkdir "$place/elsewhere/data" "$place/elsewhere/tapset"
	cp "$foe/holds/staprun" "$place/elsewhere"
	cp -r "$foe/holds/systemtap" "$place/elsewhere"
	says='is a link of /proc, which may lead elsewhere than it says'
	for link in "/proc/$stands/cwd" "/proc/$stands/fd/3"; do
		for v in SYSTEMTAP_DIR SYSTEMTAP_RUNTIME SYSTEMTAP_TAPSET SYSTEMTAP_STAPRUN; do
			file=$link/tapset
			[ "$v" != SYSTEMTAP_STAPRUN ] || file=$link/staprun
			env "$v=$file" "$stap" -p1 -e "$hello" >out 2>err </dev/null
			status=$?
			check "A4: $v by /proc/PID${link#"/proc/$stands"}" stopped "ERROR: $v=$file cannot be used: $link $says"
		done
	done
	link=/proc/$stands/root
	SYSTEMTAP_DIR=$link$work/data run -p1 -e "$hello"
	check "A4: nor by another's root" stopped "ERROR: SYSTEMTAP_DIR=$link$work/data cannot be used: $link $says"
	SYSTEMTAP_DIR=/proc/self/cwd/data run -p1 -e "$hello"
	check "A4: nor by /proc/self" stopped "ERROR: SYSTEMTAP_DIR=/proc/self/cwd/data cannot be used: /proc/self $says"
	ln -sfn "/proc/$stands/cwd" "$work/to-proc"
	SYSTEMTAP_DIR=$work/to-proc/data run -p1 -e "$hello"
	check "A4: nor behind a link of root's" stopped "ERROR: SYSTEMTAP_DIR=$work/to-proc/data cannot be used: /proc/$stands/cwd $says"
	run -p4 --tmpdir="/proc/$stands/cwd/new" -e "$hello"
	check "A4: nor --tmpdir" stopped "ERROR: --tmpdir=/proc/$stands/cwd/new cannot be used: /proc/$stands/cwd $says"
	XDG_DATA_DIRS=/proc/$stands/cwd run -p2 -e 'probe begin { println(theirs()) }'
	check "A4: nor tapset files" eval '[ "$status" = 1 ] && grep -qxF \
		"WARNING: tapset \"/proc/$stands/cwd/systemtap/tapset\" of XDG_DATA_DIRS is not used: /proc/$stands/cwd $says" err'
	(cd "/proc/$stands/cwd" && SYSTEMTAP_STAPRUN=./staprun "$stap" -p1 -e "$hello" >"$work/out" 2>"$work/err" </dev/null)
	status=$?
	check "A4: nor where root stands in that name space" stopped \
		"ERROR: SYSTEMTAP_STAPRUN=./staprun cannot be used: the current directory is in another mount name space"
	(cd "$place" && SYSTEMTAP_STAPRUN=elsewhere/staprun "$stap" -p1 -e "$hello" >"$work/out" 2>"$work/err" </dev/null)
	status=$?
	check "A4: a name from where we are is used" eval 'ok && no_err'
	fake_apt
	mkdir "$place/elsewhere/data/kernels"
	PATH=$work/lists:$PATH SYSTEMTAP_STAP=/bin/true SYSTEMTAP_DIR=/proc/$stands/cwd/data prep 9.9.9
	check "A4: nor by stap-prep, with whatever stap" eval 'stopped "ERROR: SYSTEMTAP_DIR=/proc/$stands/cwd/data cannot be used: /proc/$stands/cwd $says" && [ ! -e lists/used ]'
	ln -sfn "$place/elsewhere" "$work/to-elsewhere"
	PATH=$work/lists:$PATH SYSTEMTAP_STAP=/bin/true SYSTEMTAP_DIR=$work/to-elsewhere/data prep 9.9.9
	check "A4: stap-prep works where it has looked" eval 'grep -q "^$place/elsewhere/data/kernels/.fetch-" lists/used && ! grep -qv "^$place/elsewhere/data/kernels/.fetch-" lists/used'
	ln -s "$work/a b" plain
	mkdir -p "a b/kernels"
	PATH=$work/lists:$PATH SYSTEMTAP_STAP=/bin/true SYSTEMTAP_DIR=$work/plain prep 9.9.9
	check "A4: and not where that would be options" stopped \
		"stap-prep: \"$work/a b/kernels\" cannot be used: a directory for kernels has letters, digits and -._+~ in its name only"
	kill "$inside" "$stands"
	wait "$inside" "$stands" 2>/dev/null
	rm -rf "$place/elsewhere"
}
