# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2016,SC2034,SC2154
# Attacks that need no kernel to run: trust.t has the words.

# the compiler that the kernel names, in ./bin: it writes what it is given to ./compiler.log, lets nobody try to take the directory it works
# in away, and fails to compile: so no kit is made, and soon
attacked_compiler()
{
	cc=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\([^ "]*\).*/\1/p' "$unpacked/lib/modules/$release/build/.config")
	mkdir -p bin
	cat >"bin/$cc" <<END
#!/bin/sh
case "\$*" in
*--version*) exec $(command -v "$cc") "\$@" ;;
esac
dir=\$(for a; do echo "\$a"; done | sed -n 's,^[^/]*\(/.*/kits/.new-[A-Za-z0-9]*\)/.*,\1,p' | head -n 1)
[ -n "\$dir" ] || exit 1
echo "works in \${dir%/*}, temporary files in \${TMPDIR#"\$dir"/}" >>"$work/compiler.log"
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
	check "A2: a new one is ours alone" eval 'ok && no_err && [ "$(stat -c %u:%a "$place/new")" = 0:700 ] && [ -n "$(ls "$place/new")" ]'
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
	ln -sfn "$work/data/kernels" empty/kernels
	TMPDIR=$foe PATH=$work/bin:$PATH SYSTEMTAP_DIR=$work/empty SYSTEMTAP_RUNTIME=$work/runtime run -p4 -e "$hello"
	check "A3: the kit builder works and keeps temporary files in the kit's own directory" grep -qx "works in $work/empty/kits, temporary files in work" compiler.log
	check "A3: which nobody can take away" eval '! grep -q "taken away" compiler.log && ! grep -qv "^works in $work/empty/kits, temporary files in [a-z]*$" compiler.log'
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
	check "L5: capitals are taken" eval 'ok && no_err'
	TMPDIR= run -p1 -e "$hello"
	check "L5: an empty one is none" eval 'ok && no_err'
	TMPDIR=$work/nosuch run -p1 --tmpdir="$work/given" -e "$hello"
	check "L5: with --tmpdir it does not matter" eval 'ok && no_err'
}

test_A4_SYSTEMTAP_DIR()
{
	echo "-g -E 'probe begin { println(\"PWNED\") } %{ int pwned; %}'" >"$foe/rc"
	chown -R 65534 "$foe"
	SYSTEMTAP_DIR=$foe run -p1 -e "$hello"
	check "A4: SYSTEMTAP_DIR of another user" stopped "ERROR: SYSTEMTAP_DIR=$foe cannot be used: $foe belongs to user 65534"
	SYSTEMTAP_DIR=$foe/sub/deep run -p1 -e "$hello"
	check "A4: … or below one" stopped "ERROR: SYSTEMTAP_DIR=$foe/sub/deep cannot be used: $foe belongs to user 65534"
	SYSTEMTAP_DIR=$foe "$build/stap-prep" --kit 6.1 >out 2>err </dev/null
	status=$?
	check "A4: stap-prep with it" stopped "ERROR: SYSTEMTAP_DIR=$foe cannot be used: $foe belongs to user 65534"
	check "A4: which makes nothing there" [ "$(ls -A "$foe")" = rc ]
	mkdir -p own
	cp -p "$foe/rc" own/rc
	SYSTEMTAP_DIR=$work/own run -p1 -e "$hello"
	check "A4: an rc of another user in a directory of root's" stopped "ERROR: $work/own/rc is not read: $work/own/rc belongs to user 65534"
	mv own/rc own/text
	ln -s "$foe/rc" own/rc
	SYSTEMTAP_DIR=$work/own run -p1 -e "$hello"
	check "A4: a link to one" stopped "ERROR: $work/own/rc is not read: $foe belongs to user 65534"
	rm own/rc
	echo -v >own/rc
	chmod 664 own/rc
	SYSTEMTAP_DIR=$work/own run -p1 -e "$hello"
	check "A4: one that a group may write" stopped "ERROR: $work/own/rc is not read: $work/own/rc can be written by others"
	chmod 644 own/rc
	SYSTEMTAP_DIR=$work/own run -p1 -e "$hello"
	check "A4: root's own rc is read" eval 'ok && grep -q "^Pass 1: parsed" err'
}

test_A4_other_variables()
{
	for v in SYSTEMTAP_RUNTIME SYSTEMTAP_TAPSET SYSTEMTAP_STAPRUN SYSTEMTAP_RELEASE; do
		env "$v=$foe" "$stap" -p1 -e "$hello" >out 2>err </dev/null
		status=$?
		check "A4: $v of another user" stopped "ERROR: $v=$foe cannot be used: $foe belongs to user 65534"
		env "$v=/tmp/stap-late-$$" "$stap" -p1 -e "$hello" >out 2>err </dev/null
		status=$?
		check "A4: $v that another user can make later" stopped "ERROR: $v=/tmp/stap-late-$$ cannot be used: /tmp/stap-late-$$: No such file or directory"
	done
	mkdir -p -m 1777 "$place/late"
	SYSTEMTAP_DIR=$place/late/a/b run -p1 -e "$hello"
	check "A4: SYSTEMTAP_DIR is made before others can" eval 'ok && no_err && [ "$(stat -c %u:%a "$place/late/a" "$place/late/a/b" | uniq)" = 0:755 ]'
}

# prep ARGUMENTS…: of root's stap-prep, for a kernel that is nowhere
prep()
{
	"$build/stap-prep" "$@" >out 2>err </dev/null
	status=$?
}

test_A4_stap_prep()
{
	printf '#!/bin/sh\ntouch %s/ran\n' "$foe" >"$foe/stap"
	chmod 755 "$foe/stap"
	chown 65534 "$foe/stap"
	SYSTEMTAP_STAP=$foe/stap prep --kit 9.9.9
	check "A4: stap-prep with SYSTEMTAP_STAP of another user" stopped "stap-prep: SYSTEMTAP_STAP=$foe/stap cannot be used: $foe belongs to user 65534"
	ln -sfn "$foe/stap" ours-to-foe
	SYSTEMTAP_STAP=$work/ours-to-foe prep --kit 9.9.9
	check "A4: … behind a link of root's" stopped "stap-prep: SYSTEMTAP_STAP=$work/ours-to-foe cannot be used: $foe belongs to user 65534"
	SYSTEMTAP_STAP=$stap prep --kit 9.9.9
	check "A4: root's own is used" stopped 'stap-prep: no kernel 9.9.9 is here; "stap-prep 9.9.9" fetches it'
	printf 'APT::Update::Pre-Invoke { "touch %s/ran"; };\nDir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "/dev/null";\n' "$foe" >"$foe/apt.conf"
	APT_CONFIG=$foe/apt.conf prep 9.9.9
	check "A4: APT_CONFIG in a directory of another user's" stopped "stap-prep: APT_CONFIG=$foe/apt.conf cannot be used: $foe belongs to user 65534"
	APT_CONFIG=/tmp/stap-late-$$ prep 9.9.9
	check "A4: APT_CONFIG that another user can make later" stopped "stap-prep: APT_CONFIG=/tmp/stap-late-$$ cannot be used: it is not there"
	(cd "$foe" && PATH=$build:$PATH bash stap-prep --kit 9.9.9 >/dev/null 2>&1)
	check "A4: nothing of these has run" [ ! -e "$foe/ran" ]
	drawn=$(printf '%s/\033]0;a' "$foe")
	SYSTEMTAP_STAP=$drawn prep --kit 9.9.9
	check "C2: a name does not drive the terminal" stopped "stap-prep: SYSTEMTAP_STAP=$foe/]0;a cannot be used: it is not there"
	SYSTEMTAP_STAP=$(printf '%s/\302\233a\342\200\256\303\251' "$foe") prep --kit 9.9.9
	check "C2: nor does one with C1 controls, or what turns the direction of writing" stopped "stap-prep: SYSTEMTAP_STAP=$foe/??a????? cannot be used: it is not there"
	SYSTEMTAP_DIR=$foe prep --which 9.9.9
	check "A4: kernels of another user are not named" eval '[ "$status" = 1 ] && [ ! -s out ] && grep -q "$foe belongs to user 65534" err'
	printf 'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "/dev/null";\nDir::State::status "/dev/null";\n' >apt.conf
	APT_CONFIG=$work/apt.conf prep 9.9.9
	check "A4: root's own APT_CONFIG is used" eval 'tail -n 1 err | grep -q "^stap-prep: no package of this machine.s sources holds kernel 9.9.9"'
	SYSTEMTAP_DIR="$work/a -o b" prep 9.9.9
	check "A4: a directory that would be apt's options" stopped \
		"stap-prep: \"$work/a -o b/kernels\" cannot be used: a directory for kernels has letters, digits and -._+~ in its name only"
	mkdir -p prep/kernels
	chown 65534 prep/kernels
	SYSTEMTAP_DIR=$work/prep prep 9.9.9
	check "A4: kernels of another user's in a directory of root's" stopped "stap-prep: SYSTEMTAP_DIR=$work/prep/kernels cannot be used: $work/prep/kernels belongs to user 65534"
	check "A4: nothing is made there" nothing_in prep/kernels
	kernel=left/kernels/9.9.9-left
	mkdir -p "$kernel/lib/modules/9.9.9-left" "$foe/build"
	touch "$kernel/lib/modules/9.9.9-left/modules.dep" "$kernel/lib/modules/9.9.9-left/vmlinuz"
	ln -s "$foe/build" "$kernel/lib/modules/9.9.9-left/build"
	touch "$foe/build/Makefile"
	mkfifo "$foe/build/.config"
	chown -R 65534 "$foe/build"
	SYSTEMTAP_DIR=$work/left timeout 60 "$build/stap-prep" 9.9.9-left >out 2>err </dev/null
	status=$?
	check "A4: a build link that was left behind holds nobody up" eval '[ "$status" = 1 ] && grep -q "are not used: $foe belongs to user 65534" err'
	rm -r "$foe/build"
}

# apt downloads as its own user, one of whose processes keeps the file open and writes into it after its sum was taken
test_A4_downloaded()
{
	mkdir -p apt
	sum=$(echo honest | sha256sum | cut -c 1-64)
	cat >apt/apt-cache <<END
#!/bin/sh
for a; do :; done
[ "\$a" != linux-image-9.9.9 ] || printf 'Package: linux-image-9.9.9\nSize: 1\nSHA256: $sum\n'
END
	cat >apt/apt-get <<END
#!/bin/sh
echo honest >x.deb
chown 65534 x.deb
$nobody sh -c 'exec 3>>x.deb; i=0; until [ -e $foe/go ] || [ \$((i += 1)) = 300 ]; do sleep 0.1; done; echo evil >&3; : >$foe/done' >/dev/null 2>&1 &
sleep 0.5
END
	cat >apt/sha256sum <<END
#!/bin/sh
$(command -v sha256sum)
touch $foe/go
i=0
until [ -e $foe/done ] || [ \$((i += 1)) = 300 ]; do sleep 0.1; done
END
	printf '#!/bin/sh\ncat "$2" >>%s/unpacked\nexit 1\n' "$work" >apt/dpkg-deb
	printf '#!/bin/sh\necho amd64\n' >apt/dpkg
	chmod 755 apt/*
	rm -f unpacked
	PATH=$work/apt:$PATH SYSTEMTAP_DIR=$work/downloaded prep 9.9.9
	check "A4: what was checked is what is unpacked" eval '[ -e "$foe/done" ] && [ "$(cat unpacked)" = honest ]'
}

# apt waits for a server: its end does not come by itself
test_S9_killed()
{
	mkdir -p waits killed
	rm -f waits/pid
	printf '#!/bin/sh\n' >waits/apt-cache
	printf '#!/bin/sh\necho amd64\n' >waits/dpkg
	printf '#!/bin/sh\n' >waits/dpkg-deb
	printf '#!/bin/sh\necho $$ >%s/waits/pid.new && mv %s/waits/pid.new %s/waits/pid\nexec sleep 300\n' "$work" "$work" "$work" >waits/apt-get
	chmod 755 waits/*
	PATH=$work/waits:$PATH SYSTEMTAP_DIR=$work/killed "$build/stap-prep" 9.9.9 >out 2>err </dev/null &
	prep=$!
	until [ -e waits/pid ]; do sleep 0.1; done
	left=$(echo killed/kernels/.fetch-*)
	apt=$(cat waits/pid)
	printf '#!/bin/sh\nexit 1\n' >waits/apt-get
	PATH=$work/waits:$PATH SYSTEMTAP_DIR=$work/killed prep 9.9.9
	check "S9: what another stap-prep works with stays" eval '[ -d "$left" ] && [ "$(ls -A killed/kernels | grep -c fetch)" = 1 ]'
	kill -9 $prep
	wait $prep 2>/dev/null
	check "S9: apt ends with a stap-prep that is killed" eval 'for i in $(seq 200); do [ -d /proc/$apt ] || break; sleep 0.1; done; [ ! -d /proc/$apt ]'
	[ ! -d "/proc/$apt" ] || kill "$apt"
	mkdir "$foe/.fetch-it" && ln -s "$foe/.fetch-it" killed/kernels/.fetch-link
	PATH=$work/waits:$PATH SYSTEMTAP_DIR=$work/killed prep 9.9.9
	check "S9: what it has left goes with the next" eval '[ ! -e "$left" ] && [ -d "$foe/.fetch-it" ] && [ "$(ls -A killed/kernels)" = "$(printf ".fetch-link\n.lock")" ]'
	check "S9: the locks are nobody else's to hold" [ "$(stat -c %a killed/kernels/.lock)" = 600 ]
}

# a build tree in $1 for release 9.9.9-x, whose .config names $foe/cc
foreign_tree()
{
	printf '#!/bin/sh\ntouch %s/ran\n' "$foe" >"$foe/cc"
	chmod 755 "$foe/cc"
	mkdir -p "$1/include/generated"
	echo '#define UTS_RELEASE "9.9.9-x"' >"$1/include/generated/utsrelease.h"
	printf '#\nCONFIG_CC_VERSION_TEXT="%s gcc 12.2.0"\n' "$foe/cc" >"$1/.config"
	printf 'all modules:\n\ttouch %s/ran\n' "$foe" >"$1/Makefile"
	printf '0x1\tschedule\tvmlinux\tEXPORT_SYMBOL\t\n' >"$1/Module.symvers"
}

test_A4_kernels()
{
	root=$work/own2/kernels/9.9.9-x
	foreign_tree "$root/lib/modules/9.9.9-x/build"
	mkdir -p "$root/boot"
	: >"$root/boot/vmlinuz-9.9.9-x"
	: >"$root/lib/modules/9.9.9-x/modules.dep"
	chown -R 65534 "$root"
	said="the headers of kernel 9.9.9-x that are here are not used: $root belongs to user 65534"
	SYSTEMTAP_DIR=$work/own2 "$stap" -r 9.9.9-x -p4 -e "$hello" >out 2>err </dev/null
	status=$?
	check "A4: an unpacked kernel of another user" eval '[ "$status" = 1 ] && err_is "ERROR: $said" "Pass 4: compilation failed.  [man error::pass4]"'
	chown 0 "$root"
	SYSTEMTAP_DIR=$work/own2 "$stap" -r 9.9.9-x -p4 -e "$hello" >out 2>err </dev/null
	status=$?
	check "A4: another user's build tree in root's" eval '[ "$status" = 1 ] && grep -q "^ERROR: the headers of kernel 9.9.9-x that are here are not used: .* belongs to user 65534; if you trust them, name them: -r $root/lib/modules/9.9.9-x/build$" err'
	check "A4: nothing of it has run" [ ! -e "$foe/ran" ]
	chown 65534 "$root"
	SYSTEMTAP_DIR=$work/own2 "$stap" --vm=9.9.9 --vm-run true >out 2>err </dev/null
	status=$?
	check "A4: nor is it booted" stopped "ERROR: the kernel 9.9.9 that is here is not booted: $root belongs to user 65534"
}

# a kernel of root's own, but for one part of it: a link to what is another user's
test_S12_kernels()
{
	rel=9.9.9-y
	root=$work/own4/kernels/$rel
	for part in image modules modules.dep 9p.ko; do
		rm -rf own4 qemu
		mkdir -p "$root/boot" "$root/lib/modules/$rel/kernel"
		rm -rf "${foe:?}/it"
		mkdir "$foe/it"
		: >"$root/boot/vmlinuz-$rel"
		dep=$root/lib/modules/$rel/modules.dep
		echo 'kernel/9p.ko:' >"$dep"
		: >"$root/lib/modules/$rel/kernel/9p.ko"
		case $part in
		image) it=$root/boot/vmlinuz-$rel ;;
		modules) it=$root/lib/modules/$rel ;;
		modules.dep) it=$dep ;;
		9p.ko) it=$root/lib/modules/$rel/kernel/9p.ko ;;
		esac
		mv "$it" "$foe/it/$part"
		chown -R 65534 "$foe/it"
		chown 0 "$foe"
		ln -s "$foe/it/$part" "$it"
		own=$SYSTEMTAP_DIR release_was=$release
		SYSTEMTAP_DIR=$work/own4 release=$rel
		vm "$work"
		SYSTEMTAP_DIR=$own release=$release_was
		check "S12: a link of root's to another user's $part: not booted" eval \
			'[ "$status" = 1 ] && [ ! -e qemu ] && grep -q "^ERROR: .*$foe/it belongs to user 65534" err && [ "$(wc -l <err)" = 1 ]'
	done
}

# in_namespace COMMAND…: in a mount namespace whose /lib/modules/9.9.9-x/build is a link to $tree
in_namespace()
{
	mkdir -p over
	tree=$tree over=$work/over unshare -m sh -c '
		mount --make-rprivate / && mount -t tmpfs tmpfs "$over" && mkdir "$over/upper" "$over/work" || exit 77
		lib=$(readlink -f /lib)
		mount -t overlay overlay -o "lowerdir=$lib,upperdir=$over/upper,workdir=$over/work" "$lib" || exit 77
		mkdir -p /lib/modules/9.9.9-x && ln -s "$tree" /lib/modules/9.9.9-x/build || exit 77
		exec "$@"' sh "$@" >out 2>err </dev/null
	status=$?
}

# "make modules_install" writes the link wherever the kernel was built; the builder is gone, and another user makes the path
test_A4_left_behind()
{
	mkdir -m 1777 "$place/sticky"
	tree=$place/sticky/tree
	in_namespace true
	if [ "$status" = 77 ]; then
		n=$((n + 1))
		echo "ok $n - A4: a build tree behind the kernel's own link # SKIP no mount namespace"
		return
	fi
	foreign_tree "$tree"
	echo CONFIG_PLANTED=y >>"$tree/.config"
	chown -R 65534 "$tree"
	in_namespace "$stap" -r 9.9.9-x -p4 -e "$hello"
	check "A4: a build tree of another user's, behind the kernel's own link, is not used" eval '[ "$status" = 1 ] && err_is \
		"ERROR: the headers of kernel 9.9.9-x that are here are not used: $tree belongs to user 65534; if you trust them, name them: -r $tree" \
		"Pass 4: compilation failed.  [man error::pass4]"'
	check "A4: nothing of it has run" [ ! -e "$foe/ran" ]
	in_namespace "$stap" -r 9.9.9-x -p1 -e '%( CONFIG_PLANTED == "y" %? probe planted { } %: probe begin { } %)'
	check "A4: nor is its configuration believed" eval 'ok && grep -q begin out && ! grep -q planted out'
	in_namespace "$stap" -r "$tree" -p1 -e '%( CONFIG_PLANTED == "y" %? probe planted { } %: probe begin { } %)'
	check "A4: but of a tree that was named" eval 'ok && grep -q planted out'
	in_namespace "$stap" -r "$tree" -p4 -e "$hello"
	check "A4: whose headers are used" grep -q '^ERROR: there is no image of kernel 9.9.9-x' err
	chown -R 0 "$tree"
	chmod 775 "$tree"
	in_namespace "$stap" -r 9.9.9-x -p4 -e "$hello"
	check "A4: one that a group may write is not" grep -qF "$tree can be written by others; if you trust them" err
	chmod 755 "$tree"
	in_namespace "$stap" -r 9.9.9-x -p4 -e "$hello"
	check "A4: one of root's is" grep -q '^ERROR: there is no image of kernel 9.9.9-x' err
}

# of_tree [NAME]: root's stap for release $late, which is nowhere else, and whose build tree is $tree
of_tree()
{
	SYSTEMTAP_DIR=$work/own3 "$stap" -r "${1:-$late}" -p4 -e "$hello" >out 2>err </dev/null
	status=$?
}

# in_tree WHAT MESSAGE: it is not used
in_tree()
{
	said=$2
	of_tree
	check "A4: $1" eval '[ "$status" = 1 ] && [ ! -e "$foe/ran" ] && err_is \
		"ERROR: the headers of kernel $late that are here are not used: $said; if you trust them, name them: -r $tree" "Pass 4: compilation failed.  [man error::pass4]"'
}

# a build tree of root's, as that of "make O=", whose source is another user's or has gone
test_A4_source_of_tree()
{
	tree=$work/own3/tree
	late=9${release#?}
	root=$work/own3/kernels/$late
	foreign_tree "$tree"
	echo "#define UTS_RELEASE \"$late\"" >"$tree/include/generated/utsrelease.h"
	mkdir -p "$root/boot" "$root/lib/modules/$late" "$work/own3/linux" "$foe/linux"
	mkdir -m 1777 "$place/gone"
	ln -s "$tree" "$root/lib/modules/$late/build"
	cp "$unpacked/lib/modules/$release/build/.config" "$unpacked/lib/modules/$release/build/Module.symvers" "$tree"
	cp "$unpacked/lib/modules/$release/modules.dep" "$root/lib/modules/$late"
	sed "s/$release (/$late (/" "$unpacked/boot/vmlinuz-$release" >"$root/boot/vmlinuz-$late"
	for dir in "$foe" "$work/own3"; do printf '$(shell touch %s/ran)\nall modules:\n' "$dir" >"$dir/linux/Makefile"; done
	chown -R 65534 "$foe"
	cp "$work/own3/linux/Makefile" "$tree"
	of_tree
	check "A4: a build tree of root's is used" [ -e "$work/own3/ran" ]
	rm -f "$work/own3/ran"
	echo 'include ../linux/Makefile' >"$tree/Makefile"
	of_tree
	check "A4: and one whose source is root's" [ -e "$work/own3/ran" ]
	rm -f "$work/own3/ran"
	SYSTEMTAP_DIR=$work/own3 SYSTEMTAP_RELEASE=$tree "$stap" -p4 -e "$hello" >out 2>err </dev/null
	check "A4: by SYSTEMTAP_RELEASE, too" [ -e "$work/own3/ran" ]

	printf '# made by make\nexport KBUILD_OUTPUT = .\ninclude %s/linux/Makefile\n' "$foe" >"$tree/Makefile"
	in_tree "not one whose Makefile includes another user's" "$foe belongs to user 65534"
	of_tree "$tree"
	check "A4: but if it is named" [ -e "$foe/ran" ]
	rm -f "$foe/ran"
	SYSTEMTAP_DIR=$work/own3 SYSTEMTAP_RELEASE=$tree "$stap" -p4 -e "$hello" >out 2>err </dev/null
	status=$?
	check "A4: not if the environment names it" eval \
		'stopped "ERROR: SYSTEMTAP_RELEASE=$tree cannot be used: $foe belongs to user 65534" && [ ! -e "$foe/ran" ]'
	rm -f "$foe/ran"
	echo "  -include $work/own3/linux/Makefile	$foe/linux/Makefile" >"$tree/Makefile"
	in_tree "nor among others" "$foe belongs to user 65534"
	echo "include $place/gone/linux/Makefile" >"$tree/Makefile"
	in_tree "nor a file that another user can make" "$place/gone/linux: No such file or directory"
	ln -s "$foe/linux" "$work/own3/link"
	echo 'include ../link/Makefile' >"$tree/Makefile"
	in_tree "nor by a link of root's" "$foe belongs to user 65534"
	echo 'include ../../../gone/Makefile' >"$tree/Makefile"
	in_tree "nor what is not there, above the tree" "$tree/../../../gone: No such file or directory"
	cp "$work/own3/linux/Makefile" "$tree"
	for part in .config Module.symvers arch include scripts source tools; do
		[ ! -e "$tree/$part" ] || mv "$tree/$part" "$tree/was"
		ln -s "$foe/linux" "$tree/$part"
		in_tree "nor one whose $part is another user's" "$foe belongs to user 65534"
		rm "$tree/$part"
		[ ! -e "$tree/was" ] || mv "$tree/was" "$tree/$part"
	done
	chown 65534 "$tree/Makefile"
	in_tree "nor one whose Makefile is" "$tree/Makefile belongs to user 65534"
}

test_A4_compiler_name()
{
	foreign_tree "$work/tree"
	"$stap" -r "$work/tree" -p4 -e "$hello" >out 2>err </dev/null
	status=$?
	check "A4: a .config that names a compiler by a path: not run" eval '[ "$status" = 1 ] && [ ! -e "$foe/ran" ]'
	check "A4: but one of the tool chain is" grep -q '^ERROR: there is no image of kernel 9.9.9-x' err
}

# what is in root's environment by way of another user
planted="MAKEFILES=$work/planted.mk KCPPFLAGS=-Dplanted KAFLAGS=-Dplanted KCFLAGS=-Dplanted CPATH=$work/planted C_INCLUDE_PATH=$work/planted
COMPILER_PATH=$work/planted GCC_EXEC_PREFIX=$work/planted/ LIBRARY_PATH=$work/planted GCC_COMPARE_DEBUG=-planted DEPENDENCIES_OUTPUT=$work/planted/ran
HOSTCC=$work/planted/cc1 CROSS_COMPILE=$work/planted/ W=planted MAKEFLAGS=-Iplanted BASH_ENV=$work/planted.mk ENV=$work/planted.mk"

plant()
{
	mkdir -p planted
	for p in cc1 as ld gcc collect2; do
		printf '#!/bin/sh\necho %s >>%s/planted/ran\n' "$p" "$work" >planted/$p
		chmod 755 planted/$p
	done
	echo '#error planted' >planted/abi.h
	# shellcheck disable=SC2016
	echo '$(shell echo make >>'"$work"'/planted/ran)' >planted.mk
	rm -f planted/ran
}

test_C6_environment()
{
	plant
	(
		for v in $planted; do export "${v?}"; done
		run -p4 -g -e 'function f:long() %{ STAP_RETURN(current->pid); %} probe begin { println(f()) exit() }'
		echo "$status" >was
	)
	status=$(cat was)
	check "C6: compiler, assembler and linker take nothing from the environment" eval 'ok && no_err && [ ! -e planted/ran ]'
	(
		for v in $planted; do export "${v?}"; done
		run -p4 --kbuild -m out -e "$hello"
		echo "$status" >was
	)
	status=$(cat was)
	check "C6: nor does make" eval 'ok && no_err && [ ! -e planted/ran ]'
}

test_C6_kit_builder()
{
	plant
	attacked_compiler
	sed -i "s,^exit 1\$,env | grep planted >>$work/compiler.log; exit 1," "bin/$cc"
	mkdir -p empty
	[ -d runtime ] || cp -r "$top/runtime" runtime
	ln -sfn "$work/data/kernels" empty/kernels
	(
		for v in $planted; do export "${v?}"; done
		PATH=$work/bin:$PATH SYSTEMTAP_DIR=$work/empty SYSTEMTAP_RUNTIME=$work/runtime run -p4 -e "$hello"
	)
	check "C6: the kit's builder hands nothing on" eval '[ -s compiler.log ] && ! grep -q planted compiler.log && [ ! -e planted/ran ]'
}

test_C6_HOME()
{
	attacked_compiler
	sed -i "s,^exit 1\$,echo HOME=\"\$HOME\" >>$work/compiler.log; exit 1," "bin/$cc"
	mkdir -p empty
	[ -d runtime ] || cp -r "$top/runtime" runtime
	ln -sfn "$work/data/kernels" empty/kernels
	HOME=$foe PATH=$work/bin:$PATH SYSTEMTAP_DIR=$work/empty SYSTEMTAP_RUNTIME=$work/runtime run -p4 -e "$hello"
	check "C6: root's compilers read no other user's configuration" [ "$(grep ^HOME= compiler.log | sort -u)" = HOME=/root ]
}

# vm DIR OPTIONS…: from there, with a QEMU that only says what it was told: ./qemu
vm()
{
	mkdir -p bin
	printf '#!/bin/sh\n[ "$*" = -help ] || printf "%%s\\n" "$@" >%s/qemu\n' "$work" >bin/qemu-system-x86_64
	chmod 755 bin/qemu-system-x86_64
	rm -f qemu
	(
		cd "$1" || exit 1
		shift
		PATH=$work/bin:$PATH "$stap" --vm="$release" --vm-run true "$@" >"$work/out" 2>"$work/err" </dev/null
		echo $? >"$work/was"
	)
	status=$(cat was)
}
# shares: the directories of this host that the guest would see
shares() {  sed -n 's/^local,.*path=\([^,]*\),.*/\1/p' qemu; }

test_C5_vm()
{
	modules=$unpacked/lib/modules/$release
	for dir in /etc /root / "$work"; do
		vm "$dir"
		check "C5: --vm in $dir shows programs and modules only" eval '[ "$(shares | head -n 1)" = /usr ] && [ "$(shares | wc -l)" = 2 ] && shares | grep -q "/lib/modules/$release$"'
	done
	check "C5: root's QEMU is somebody else" eval 'grep -qx -e "-runas" -e "-run-with" qemu && grep -qxE "(user=)?6[1-5][0-9]{3}:6[1-5][0-9]{3}" qemu'
	mkdir -p shown
	vm / --vm-dir="$work/shown/../shown"
	check "C5: --vm-dir is shown" eval '[ "$(shares | tail -n 1)" = "$work/shown" ] && [ "$(shares | wc -l)" = 3 ]'
	ln -sfn /etc shown/link
	for dir in /etc / /root /etc/default "$work/shown/link"; do
		full=$(readlink -f "$dir") secret=/etc
		[ "$dir" != /root ] || secret=/root
		vm / --vm-dir="$dir"
		check "C5: --vm-dir=$dir is not" eval 'stopped "ERROR: --vm-dir=$full: a virtual machine does not see $secret" && [ ! -e qemu ]'
	done
	mkdir -p home/x
	HOME=$work/home vm / --vm-dir="$work/home"
	check "C5: nor is a home directory" eval 'stopped "ERROR: --vm-dir=$work/home: a virtual machine does not see $work/home" && [ ! -e qemu ]'
	HOME=$work/home/x vm / --vm-dir="$work/home"
	check "C5: nor what holds one" eval 'stopped "ERROR: --vm-dir=$work/home: a virtual machine does not see $work/home/x" && [ ! -e qemu ]'
	HOME=$work/home vm / --vm-dir="$work/home/x"
	check "C5: but a directory in it" [ "$(shares | tail -n 1)" = "$work/home/x" ]
	vm / --vm-dir="$work/nosuch"
	check "C5: one that is not there" stopped "ERROR: --vm-dir=$work/nosuch: No such file or directory"
	"$stap" --vm-dir=. -p1 -e "$hello" >out 2>err
	status=$?
	check "C5: --vm-dir alone" eval '[ "$status" = 1 ] && [ "$(head -n 1 err)" = "--vm-dir is for --vm." ]'
}

test_C7_XDG_DATA_DIRS()
{
	mkdir -p "$foe/systemtap/tapset" xdg/systemtap/tapset
	echo 'function from_foe:long() %{ STAP_RETURN(666); %}' >"$foe/systemtap/tapset/a.stp"
	echo 'function from_root:long() { return 1 }' >xdg/systemtap/tapset/b.stp
	cp "$foe/systemtap/tapset/a.stp" xdg/systemtap/tapset/a.stp
	chown -R 65534 "$foe" xdg/systemtap/tapset/a.stp
	export XDG_DATA_DIRS="$foe:$work/none:$work/xdg"
	run -p2 -e 'probe begin { println(from_root()) exit() }'
	check "C7: XDG_DATA_DIRS: tapsets of another user are left out, each once" eval 'ok && grep -q "^from_root" out && err_is \
		"WARNING: tapset \"$foe/systemtap/tapset\" of XDG_DATA_DIRS is not used: $foe belongs to user 65534" \
		"WARNING: tapset \"$work/xdg/systemtap/tapset/a.stp\" of XDG_DATA_DIRS is not used: $work/xdg/systemtap/tapset/a.stp belongs to user 65534"'
	run -w -p2 -e 'probe begin { println(from_foe()) exit() }'
	check "C7: their functions are not there" eval '[ "$status" = 1 ] && grep -q "unresolved function" err'
	run -w -l begin
	check "C7: a listing does without" eval 'ok && no_err'
	run -p4 -e "$hello # xdg"
	run -p4 -e "$hello # xdg"
	check "C7: it is said each time, also of a script that was seen before" [ "$(grep -c XDG_DATA_DIRS err)" = 2 ]
	unset XDG_DATA_DIRS
}

test_U7_HOME()
{
	mkdir -p "$foe/.systemtap"
	echo '--no-such-option' >"$foe/.systemtap/rc"
	said="Root's rc file and cache are in /root/.systemtap, not below HOME=$foe."
	env -u SYSTEMTAP_DIR HOME="$foe" "$stap" -p1 --disable-cache -e "$hello" >out 2>err </dev/null
	status=$?
	check "U7: root's own files whatever HOME says" eval 'ok && no_err'
	env -u SYSTEMTAP_DIR HOME="$foe" "$stap" -v -p1 --disable-cache -e "$hello" >out 2>err </dev/null
	status=$?
	check "U7: -v says so" eval 'ok && [ "$(grep -cxF "$said" err)" = 1 ]'
	env -u SYSTEMTAP_DIR HOME=/root "$stap" -v -p1 --disable-cache -e "$hello" >out 2>err </dev/null
	check "U7: not when they agree" eval '! grep -q "rc file" err'
}

# The cache finds a script that was seen before by size and time of the library files, which their owner can forge: what was made of the
# attacker's text must not be found when the honest one is back
test_A2_quick_key()
{
	mkdir "$foe/lib"
	echo 'function who:string() { return "attacker" }' >"$foe/lib/a.stp"
	cp -p "$foe/lib/a.stp" was.stp
	chown -R 65534 "$foe"
	script='probe begin { println(who()) exit() }'
	run -p4 -I "$foe/lib" -e "$script"
	attacked=$(cat out)
	check "A2: a tapset of another user that is asked for" eval 'ok && no_err && grep -q attacker "${attacked%.ko}.c"'
	sed 's/attacker/honestly/' was.stp >"$foe/lib/a.stp"
	touch -r was.stp "$foe/lib/a.stp"
	run -p4 -I "$foe/lib" -e "$script"
	made=$(cat out)
	check "A2: changed and dated back: what there is now is compiled" eval 'ok && no_err && [ "$made" != "$attacked" ] && grep -q honestly "${made%.ko}.c"'
	mkdir ours
	cp "$foe/lib/a.stp" ours
	run -p4 -I ours -e "$script"
	run -v -p4 -I ours -e "$script"
	check "A2: one of our own is found at once" grep -q '^Pass 3: using cached' err
}

# what is looked up and what is compiled are one reading: a pipe has its text only once
test_A2_script_is_read_once()
{
	mkfifo pipe
	echo 'probe begin { println("by a pipe") exit() }' >pipe &
	timeout 60 "$stap" -r "$release" -p4 pipe >out 2>err </dev/null
	status=$?
	check "A2: a script is read once" eval 'ok && no_err && grep -q "by a pipe" "$(sed "s/\.ko$/.c/" out)"'
	wait
}

# any user's file may be named as a module: its names are no text of C or of a script, and types that hold themselves come to an end
test_A8_crafted_modules()
{
	python3 -B "$top/testsuite/trust/crafted.py" "$SYSTEMTAP_DIR/kits/by-release/$release/btf" "$foe"
	chown -R 65534 "$foe"
	run -p3 -e "probe module(\"$foe/names.ko\").function(\"*\") { println(@enumname(\$a)) }"
	check "A8: names of functions and enumerators that are text" eval 'ok && grep -q "symbol = .mydrv_f.," out && ! grep -q "evil\|comm" out'
	run -L "module(\"$foe/names.ko\").function(\"*\")"
	check "A8: they are not listed" out_is 'module("names").function("mydrv_f") $a:enum evil'
	run -p2 -e "probe module(\"$foe/array.ko\").function(\"*\") { println(\$a->m[0]) }"
	check "A8: an array of itself comes to an end" eval '[ "$status" = 1 ] && grep -q "^semantic error: " err'
	run -p2 -e "probe module(\"$foe/itself.ko\").function(\"*\") { println(\$a\$\$) }"
	check "A8: a struct that holds itself, too" eval 'ok && grep -q "__pretty_0" out'
	for file in enum5 int3; do
		run -p3 -e "probe module(\"$foe/$file.ko\").function(\"*\") { println(\$\$parms\$\$) println(\$a\$) }"
		check "S8: $file.ko: a number of a size that none has is not known" eval 'ok && grep -q "\"a=?\|\"?\"" out'
		run -p2 -e "probe module(\"$foe/$file.ko\").function(\"*\") { println(\$a) }"
		check "S8: $file.ko: nor does a script have it" eval '[ "$status" = 1 ] && grep -q "more than a script.s number holds" err'
	done
}
