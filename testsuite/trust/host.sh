# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2016,SC2034,SC2154
# Attacks that need no kernel to run: trust.t has the words.

# the compiler that the kernel names, in ./bin: it writes what it is given to ./compiler.log, lets nobody try to take the directory it works
# in away, and fails to compile: so no kit is made, and soon
attacked_compiler()
{
	cc=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\([^ "]*\).*/\1/p' "data/kernels/$release/lib/modules/$release/build/.config")
	mkdir -p bin
	cat >"bin/$cc" <<END
#!/bin/sh
case "\$*" in
*--version*) exec $(command -v "$cc") "\$@" ;;
esac
dir=\$(for a; do echo "\$a"; done | sed -n 's,^[^/]*\(/.*/stap-kit-[A-Za-z0-9]*\)/.*,\1,p' | head -n 1)
[ -n "\$dir" ] || exit 1
echo "works in \${dir%/*}, temporary files in \${TMPDIR:-/tmp}" >>"$work/compiler.log"
if $nobody mv "\$dir" "\$dir.gone" 2>/dev/null; then echo "taken away" >>"$work/compiler.log"; fi
exit 1
END
	chmod 755 "bin/$cc"
	: >compiler.log
}

test_A2_tmpdir_option()
{
	run -p4 --tmpdir="$foe" -e "$hello"
	check "A2: --tmpdir of another user" stopped "ERROR: --tmpdir=$foe cannot be used: $foe belongs to user 65534"
	check "A2: nothing is written there, and nothing cached" eval 'nothing_in "$foe" && not_cached'
	run -p4 --tmpdir="$foe/new" -e "$hello"
	check "A2: below a directory of another user" stopped "ERROR: --tmpdir=$foe/new cannot be used: $foe belongs to user 65534"
	check "A2: nothing is made there" nothing_in "$foe"
	run -p4 --tmpdir=/tmp -e "$hello"
	check "A2: where all may write" stopped "ERROR: --tmpdir=/tmp cannot be used: /tmp can be written by others"
	mkdir -m 775 group
	run -p4 --tmpdir=group -e "$hello"
	check "A2: where the group may write" stopped "ERROR: --tmpdir=group cannot be used: $work/group can be written by others"
	run -p4 --tmpdir="$place/new" -e "$hello"
	check "A2: a new one is ours alone" eval 'ok && quiet && [ "$(stat -c %u:%a "$place/new")" = 0:700 ] && [ -n "$(ls "$place/new")" ]'
}

test_A3_TMPDIR()
{
	before=$(stat -c %y "$foe")
	TMPDIR=$foe run -p4 -e "$hello"
	check "A3: TMPDIR of another user is done without" warned "WARNING: TMPDIR=$foe is not used but /tmp: $foe belongs to user 65534"
	check "A3: nothing was written there" [ "$(stat -c %y "$foe")" = "$before" ]
	TMPDIR=$foe run -w -vv -p3 -e "$hello # once more"
	check "A3: … but in /tmp" grep -q '^Created temporary directory "/tmp/stap' err
	mkdir -m 1777 sticky
	TMPDIR=sticky run -vv -p3 -e "$hello"
	check "A3: a sticky one of root's is used, by its whole name" grep -q "^Created temporary directory \"$work/sticky/stap" err
	mkdir -m 777 open
	TMPDIR=$work/open run -p2 -e "$hello"
	check "A3: where others may replace what is ours" grep -qx "WARNING: TMPDIR=$work/open is not used but /tmp: $work/open can be written by others" err
}

test_A3_kit_builder()
{
	attacked_compiler
	mkdir -p empty
	[ -d runtime ] || cp -r "$top/runtime" runtime # no kit of it is anywhere
	ln -sfn "$from/kernels" empty/kernels
	TMPDIR=$foe PATH=$work/bin:$PATH SYSTEMTAP_DIR=$work/empty SYSTEMTAP_RUNTIME=$work/runtime run -p4 -e "$hello"
	check "A3: the kit builder works and keeps temporary files in /tmp" grep -qx 'works in /tmp, temporary files in /tmp' compiler.log
	check "A3: which nobody can take away" eval '! grep -q "taken away" compiler.log && ! grep -qv "^works in /tmp, temporary files in /tmp$" compiler.log'
	check "A3: a failure there is one message" eval '[ "$status" = 1 ] && [ "$(grep -c "ERROR:" err)" = 1 ]'
}

test_L5_TMPDIR()
{
	for opts in "-p1" "-p4" "-l begin"; do
		script='-e probe'
		[ "$opts" != "-l begin" ] || script=
		# shellcheck disable=SC2086
		TMPDIR="/tmp/a b" run $opts ${script:+-e "$hello"}
		check "L5: TMPDIR with a blank is refused at once ($opts)" stopped \
			"ERROR: Safety pattern mismatch for TMPDIR ('/tmp/a b' vs. '^[-/._0-9a-z]+\$')"
	done
	TMPDIR=/dev/null run -p1 -e "$hello"
	check "L5: TMPDIR that is no directory" stopped "ERROR: cannot make a temporary directory in TMPDIR=/dev/null: Not a directory"
	TMPDIR=$work/nosuch run -p1 -e "$hello"
	check "L5: TMPDIR that is not there" stopped "ERROR: cannot make a temporary directory in TMPDIR=$work/nosuch: No such file or directory"
	mkdir UPPER
	TMPDIR=$work/UPPER run -p1 -e "$hello"
	check "L5: capitals are taken" eval 'ok && quiet'
	TMPDIR= run -p1 -e "$hello"
	check "L5: an empty one is none" eval 'ok && quiet'
	TMPDIR=$work/nosuch run -p1 --tmpdir="$work/given" -e "$hello"
	check "L5: with --tmpdir it does not matter" eval 'ok && quiet'
}
