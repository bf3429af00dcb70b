#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The kit and the module cache, with the kernels of $STP_KERNELS as stap-prep left them: what is built, what is refused and in which words,
# what works without a cache, two builders at once. Everything happens below a directory of its own; the kernels are linked into it.
# A kit is copied where a test needs one, as building one takes seconds.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
from=${SYSTEMTAP_DIR:-/var/lib/systemtap}
work=$(mktemp -d "$build/kit-XXXXXX") || exit 1
# a runtime of its own makes kits of its own: a kit that root has prepared for all is not found
SYSTEMTAP_RUNTIME=$work-runtime
export SYSTEMTAP_RUNTIME
cp -r "$top/runtime" "$SYSTEMTAP_RUNTIME" && echo "$work" >"$SYSTEMTAP_RUNTIME/made-for" || exit 1
trap 'rm -rf "$work" "$SYSTEMTAP_RUNTIME"' EXIT
trap 'exit 1' HUP INT TERM
n=0
hello='probe begin { println("hello") exit() }'

ok() { n=$((n + 1)); echo "ok $n - $*"; }
not_ok()
{
	n=$((n + 1))
	echo "not ok $n - $*"
	tail -n 15 "$work/err" 2>/dev/null | sed 's/^/# /'
}

# is WHAT CONDITION…: one test
is()
{
	what=$1
	shift
	if "$@"; then ok "$what"; else not_ok "$what"; fi
}

says() { grep -qF -- "$1" "$work/err"; }
# refused WHAT MESSAGE: the last run failed, said so once, and left no module
refused()
{
	if [ "$status" = 1 ] && says "$2" && [ "$(grep -c 'ERROR:\|^error:' "$work/err")" = 1 ] && [ ! -e out.ko ]; then ok "$1"; else not_ok "$1"; fi
}

# fresh NAME: an empty $SYSTEMTAP_DIR, with the kernels
fresh()
{
	SYSTEMTAP_DIR=$work/$1
	export SYSTEMTAP_DIR
	mkdir -p "$SYSTEMTAP_DIR"
	[ ! -d "$from/kernels" ] || ln -sfn "$from/kernels" "$SYSTEMTAP_DIR/kernels"
}

# fresh_with_kit NAME: and a copy of the kit made first
fresh_with_kit()
{
	fresh "$1"
	cp -a "$work/first/kits" "$SYSTEMTAP_DIR/kits"
}

# run ARGUMENT…: stap -r $release; $status, $work/out, $work/err
run()
{
	rm -f out.ko
	"$stap" -r "$release" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
}

module() { run -p4 -m out "$@"; }
built() { [ "$status" = 0 ] && [ -s out.ko ]; }
quiet() { [ ! -s "$work/err" ]; }
# the build tree of $release: where $SYSTEMTAP_DIR has it, where root's stap-prep put it, or installed
tree_of()
{
	for d in "$from/kernels/$release" "/var/lib/systemtap/kernels/$release" ""; do
		d=$d/lib/modules/$release/build
		[ ! -f "$d/Module.symvers" ] || { readlink -f "$d"; return; }
	done
}
kit_of() { readlink -f "$SYSTEMTAP_DIR/kits/by-release/$release"; }

# has_number: out.ko holds 0x5ca1ab1e in its data
has_number() { od -An -v -tx1 out.ko | tr -d ' \n' | grep -q '1eaba15c'; }

test_first()
{
	fresh first
	mask=$(umask)
	umask 0
	run --build-kit
	umask "$mask"
	is "$release: A4: others cannot write a kit, whatever the umask" [ -z "$(find "$SYSTEMTAP_DIR/kits/" ! -type l -perm /022)" ]
	is "$release: a kit is built" [ "$status" = 0 ]
	is "$release: by-release points to it" [ "$(kit_of)" = "$(cat "$work/out")" ]
	kit=$(kit_of)
	symbols=$(wc -l <"$kit/symbols")
	is "$release: text symbols ($symbols)" [ "$symbols" -gt 30000 ]
	for s in vfs_read schedule do_sys_open inet_csk_accept; do
		is "$release: symbol $s" grep -q " $s\$" "$kit/symbols"
	done
	is "$release: start_kernel, init text, is not among them" sh -c "! grep -q ' start_kernel\$' '$kit/symbols'"
	is "$release: exports" grep -q '^0x[0-9a-f]* register_kprobe vmlinux -$' "$kit/exports"
	module -e "$hello"
	is "$release: a module, quietly" built
	is "$release: no second kit, nothing said" quiet
	is "$release: its name" sh -c "grep -aq 'name=out' out.ko && ! grep -aq stp_kit_0123 out.ko"
	is "$release: for that kernel" grep -aq "vermagic=$release " out.ko
	size=$(strip --strip-unneeded -o "$work/stripped" out.ko && stat -c %s "$work/stripped")
	echo "# $release: hello.ko has $size bytes stripped"
	run -p4 -m out.ko -e "$hello"
	is "$release: -m with a suffix says what is cut off" [ "$(cat "$work/err")" = "Truncating module name to 'out'" ]
	is "$release: -m: the name of the file" [ "$(cat "$work/out")" = out.ko -a -s out.ko ]
	run -p2 -v -e 'probe kernel.function("vfs_read") { println($count) }'
	is "$release: -v says which facts served" says "Pass 2: function: 1, sites from the symbol table (no inlined copies), types from BTF."
	module --kbuild -e "$hello"
	is "$release: the same through kbuild" built
	module --kbuild -g -DKIT_T_NUMBER=0x5ca1ab1e -e '%{ static int number = KIT_T_NUMBER; %}
		function f:long() %{ STAP_RETURN(READ_ONCE(number)); %} probe begin { println(f()) exit() }'
	is "$release: embedded C and a macro of -D through kbuild" eval 'built && has_number'
	is "$release: nothing is left behind" [ -z "$(find "$SYSTEMTAP_DIR/kits" -name '.new-*' -o -name '.old-*')" ]
}

test_embedded()
{
	fresh_with_kit embedded
	module -g -e 'function f:long(x:long) %{ STAP_RETURN(STAP_ARG_x + current->pid + ktime_get_real_seconds()); %}
		probe begin { println(f(3)) exit() }'
	is "$release: embedded C with kernel headers and an import of its own" built
	module -g -e 'function f:long() %{ STAP_RETURN(nothing_of_that_name()); %} probe begin { println(f()) exit() }'
	refused "$release: embedded C that does not compile" "<input>:1:34: error: implicit declaration of function 'nothing_of_that_name'"
	module -g -e 'function f:long() %{ STAP_RETVALUE = 1 %} probe begin { println(f()) exit() }'
	refused "$release: L17: a statement without its end" "<input>:1:39: error: expected ';' before '}' token"
	module -g -e 'probe begin { println(@const("NO_SUCH_THING")) exit() }'
	refused "$release: L17: a constant that no header has" "<input>:1:31: error: 'NO_SUCH_THING' undeclared"
	module -g -e 'function f:string() %{ STAP_RETVALUE = "fixed"; %} probe begin { println(f()) exit() }'
	refused "$release: L17: a string that is not copied" "<input>:1:38: error: assignment of read-only member '__retvalue'"
	module -g -e 'function f:string(n:long) %{ STAP_RETURN(STAP_ARG_n); %} probe begin { println(f(5)) exit() }'
	refused "$release: L17: a number in a string's place" "error: passing argument 2 of 'stap_copy' makes pointer from integer without a cast"
	module -g -e 'function f() %{ STAP_PRINTF("%d %s", "x"); %} probe begin { f() exit() }'
	refused "$release: L17: a format with other arguments" "<input>:1:29: error: format '%d' expects argument of type 'int'"
	module -g -e 'probe begin { println(%{ 1 + %}) exit() }'
	refused "$release: L17: an expression that is not whole" "<input>:1:30: error: expected expression before ')' token"
	is "$release: L17: and nothing else is said" [ "$(grep -c 'embedded\.c' "$work/err")" = 0 ]
	module -g -e '%{ int x %} probe begin { println(1) exit() }'
	refused "$release: L17: a declaration without its end" "<input>:1:10: error: expected '=', ',', ';', 'asm' or '__attribute__' before"
	module -g -e '%{ static int f(void) { %} probe begin { println(1) exit() }'
	refused "$release: L17: a function without its end" "a brace or parenthesis of the script's may not be closed"
	module -g -e '%{ extern int stp_not_there(int); %} function f:long() %{ STAP_RETURN(stp_not_there(3)); %}
		probe begin { println(f()) exit() }'
	refused "$release: an import that the kernel does not export" "does not export what the module needs: stp_not_there"
}

# what a script's module takes of the kernel and of the command line
test_linked()
{
	fresh_with_kit linked
	module -g -DKIT_T_NUMBER=0x5ca1ab1e -e '%{ static int number = KIT_T_NUMBER; %}
		function f:long() %{ STAP_RETURN(READ_ONCE(number)); %} probe begin { println(f()) exit() }'
	is "$release: a macro of -D in embedded C" eval 'built && has_number'
	module -g -e '%{ extern int crypto_cipher_setkey(void *, const u8 *, unsigned int);
		extern void crypto_cipher_encrypt_one(void *, u8 *, const u8 *); %}
		function f() %{ crypto_cipher_setkey(NULL, NULL, 0); crypto_cipher_encrypt_one(NULL, NULL, NULL); %} probe begin { f() exit() }'
	is "$release: exports of a name space: the module says that it takes them, once" eval 'built &&
		[ "$(tr "\\0" "\\n" <out.ko | grep -ax "import_ns=.*")" = "import_ns=CRYPTO_INTERNAL" ]'
	module -e "$hello"
	is "$release: others are of none" eval 'built && [ -z "$(tr "\\0" "\\n" <out.ko | grep -ax "import_ns=.*")" ]'
	script='%{
#warning "seen by nobody"
%} function f() %{ %} probe begin { f() exit() }'
	module -vv -g -e "$script"
	is "$release: -vv says what a compiler says that succeeds" eval 'built && says "seen by nobody"'
	module -v -g -DTWO=2 -e "$script"
	is "$release: -v does not" eval 'built && ! says "seen by nobody"'
}

# conditions of a tapset file are looked at when there is a kit, those of a script before
test_config()
{
	fresh_with_kit config
	mkdir "$work/config-tapset"
	cat >"$work/config-tapset/a.stp" <<'END'
%( CONFIG_DEFAULT_HOSTNAME == "(none)" && CONFIG_HZ == "250" && CONFIG_DEFAULT == "" && CONFIG_LOCALVERSION == "" && CONFIG_MODULES == "y" %?
function as_said() { return 71 } %: function as_said() { return 72 } %)
END
	sed -i "s/250/$(sed -n 's/^CONFIG_HZ=//p' "$(tree_of)/.config")/" "$work/config-tapset/a.stp"
	run -p3 -I "$work/config-tapset" -e 'probe begin { println(as_said()) exit() }'
	is "$release: the kernel's configuration in a tapset" eval '[ "$status" = 0 ] && grep -q "\"71\\\\n\"\|71" "$work/out" && ! grep -q 72 "$work/out"'
	sed 's/function as_said() { return \([0-9]*\) }/global said\1/' "$work/config-tapset/a.stp" >"$work/config.stp"
	echo 'probe begin { exit() }' >>"$work/config.stp"
	run -p1 "$work/config.stp"
	is "$release: and in a script" eval 'grep -q "^global said71" "$work/out" && ! grep -q "^global said72" "$work/out"'
}

# a folder in which kits cannot be kept; a compiler that fails, as building takes long
test_not_kept()
{
	fresh not-kept
	broken_compiler
	mkdir -p "$SYSTEMTAP_DIR/kits" "$work/once"
	chmod o+w "$SYSTEMTAP_DIR/kits"
	for words in -v -w; do
		TMPDIR=$work/once PATH=$work/bin:$PATH "$stap" -r "$release" -p4 "$words" -e "$hello" >"$work/out" 2>"$work/err" </dev/null
		status=$?
		is "$release: where no kit can be kept one is built for once" eval '[ "$status" = 1 ] && says "building the kit for $release" && says "unrecognized command-line"'
		is "$release: nothing is left of it" [ -z "$(find "$work/once" "$SYSTEMTAP_DIR/kits" -mindepth 1)" ]
		[ "$words" = -v ] || break
		is "$release: and it is said" [ "$(grep -c "^WARNING: the kit is not kept: $SYSTEMTAP_DIR/kits can be written by others$" "$work/err")" = 1 ]
	done
	is "$release: without warnings that is not" eval '! says WARNING'
}

# a tree in which the kernel itself was built has its vmlinux; kbuild then makes BTF of each module, by programs that need not be there
test_built_tree()
{
	fresh "built,of,trees" # kbuild takes commas for something of its own
	mkdir "$work/built-tree"
	ln -s "$(tree_of)"/* "$(tree_of)/.config" "$work/built-tree"
	: >"$work/built-tree/vmlinux"
	release_was=$release
	release=$work/built-tree
	cc=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\([^ "]*\).*/\1/p' "$release/.config")
	mkdir -p "$work/edits" "$work/edited"
	printf '#!/bin/sh\necho "function which() { return 2 }" >%s\nexec %s "$@"\n' "$work/edited/which.stp" "$(command -v "$cc")" >"$work/edits/$cc"
	chmod 755 "$work/edits/$cc"
	echo "function which() { return 1 }" >"$work/edited/which.stp"
	path=$PATH
	PATH=$work/edits:$PATH
	run -p4 -v -I "$work/edited" -e 'probe begin { println(which()) exit() }'
	PATH=$path
	is "$release_was: a tree that has its vmlinux" [ "$status" = 0 -a -s "$(cat "$work/out")" ]
	run -p4 -v -I "$work/edited" -e 'probe begin { println(which()) exit() }'
	is "$release_was: a tapset file that was edited while the kit was built: not that module" [ "$status" = 0 -a "$(grep -c 'Pass 4: using cached' "$work/err")" = 0 ]
	release=$release_was
	rm -rf "$work/built-tree"
}

test_refused_trees()
{
	fresh trees
	release_was=$release
	tree=$work/tree
	rm -rf "$tree"
	mkdir "$tree"
	from_tree=$(tree_of)
	if [ -z "$from_tree" ]; then
		not_ok "$release: its build tree is not to be found"
		return
	fi
	cp -a "$from_tree/." "$tree"
	release=$tree
	rm "$tree/Module.symvers"
	module -e "$hello"
	refused "$release_was: headers without Module.symvers" "they lack Module.symvers"
	sed 's/^0x[0-9a-f]*\t\(schedule\|_printk\|printk\)\t/0x12345678\t\1\t/' "$from_tree/Module.symvers" >"$tree/Module.symvers"
	module -e "$hello"
	refused "$release_was: headers of another build, by their exports" "are not of the same build as kernel $release_was"
	sed -i 's/#define UTS_VERSION "[^"]*"/#define UTS_VERSION "#2 SMP somebody"/' "$tree/include/generated/utsversion.h"
	module -e "$hello"
	refused "$release_was: headers of another build, by their version" 'they say "#2 SMP somebody"'
	release=$work
	module -e "$hello"
	refused "a directory that is no build tree" "is not a kernel build tree"
	release=6.0.0-nothing
	module -e "$hello"
	refused "no headers" 'install the package linux-headers-6.0.0-nothing, or run "stap-prep 6.0.0-nothing"'
	release=$release_was
	is "$release: no kit is left of these" [ -z "$(ls "$SYSTEMTAP_DIR/kits/by-release" 2>/dev/null)" ]
}

# a compiler that compiles nothing, in $work/bin
broken_compiler()
{
	mkdir -p "$work/bin"
	cc=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\([^ "]*\).*/\1/p' "$(tree_of)/.config")
	cat >"$work/bin/$cc" <<END
#!/bin/sh
case "\$*" in
*--version*) ;;
*-c*) echo "$cc: error: unrecognized command-line option '-fno-such-thing'" >&2; exit 1 ;;
esac
exec $(command -v "$cc") "\$@"
END
	chmod +x "$work/bin/$cc"
}

test_tool_chain()
{
	fresh tools
	broken_compiler
	path=$PATH
	PATH=$work/bin:$PATH
	module -e "$hello"
	PATH=$path
	refused "$release: a tool chain that cannot build" "this tool chain cannot build modules for $release: $cc: error: unrecognized command-line option"
}

test_trust()
{
	fresh_with_kit trust
	kit=$(kit_of)
	chmod g+w "$kit/parts/core.o"
	module -e "$hello"
	refused "$release: a kit of which the group may write a file" "parts/core.o can be written by others"
	chmod g-w "$kit/parts/core.o"
	chmod o+w "$SYSTEMTAP_DIR/kits"
	module -e "$hello"
	refused "$release: kits in a folder that all may write" "kits can be written by others"
	chmod o-w "$SYSTEMTAP_DIR/kits"
	module -e "$hello"
	is "$release: a copy of a kit is as good" quiet
	printf x | dd of="$kit/parts/core.o" bs=1 seek=500 conv=notrunc 2>/dev/null
	module -e "$hello"
	is "$release: a damaged kit is built again" built
	is "$release: and says so" says "building the kit for $release"
	[ "$(id -u)" = 0 ] || return
	chown 1 "$(kit_of)/base.mod.o"
	module -e "$hello"
	refused "$release: a kit with another user's file" "base.mod.o can be written by others"
}

# old_kit NAME HOURS: a kit, as far as its name and its age go
old_kit() { mkdir -p "$SYSTEMTAP_DIR/kits/$1/parts" && touch -d "-$2 hours" "$SYSTEMTAP_DIR/kits/$1"; }

# a make that says who it is and does not end; it minds no TERM if there is a file "deaf"
endless_make()
{
	mkdir -p "$work/bin" "$work/tmp"
	cat >"$work/bin/make" <<END
#!/bin/sh
[ ! -e '$work/deaf' ] || trap '' TERM
sleep 300 &
echo \$\$ \$! >'$work/pids.new'
mv '$work/pids.new' '$work/pids'
wait
[ ! -e '$work/deaf' ] || sleep 300
END
	chmod +x "$work/bin/make"
	rm -f "$work/pids"
}

# begin_build ARGUMENTS…: stap, until its make runs; its number is $building
begin_build()
{
	rm -f "$work/pids"
	TMPDIR=$work/tmp PATH=$work/bin:$PATH "$stap" -r "$release" "$@" >"$work/out" 2>"$work/err" </dev/null &
	building=$!
	until [ -e "$work/pids" ]; do sleep 0.05; done
}

# alive: how many of make's processes are there; those that nobody has waited for yet are not
alive() { for p in $(cat "$work/pids"); do grep -s '^State:' "/proc/$p/status" | grep -v Z; done | wc -l; }
# gone: soon
gone()
{
	for i in $(seq 100); do
		[ "$(alive)" != 0 ] || return 0
		sleep 0.1
	done
	return 1
}
# left: what is in the directories, but for what stays
left() { (cd "$work" && find tmp "${SYSTEMTAP_DIR##*/}/kits" -mindepth 1 ! -name by-release ! -name .lock); }

# a build that is ended
test_interrupted()
{
	fresh interrupted
	endless_make
	begin_build --build-kit
	kill -TERM "$building"
	wait "$building"
	status=$?
	is "$release: TERM ends a kit's build: status 1" [ "$status" = 1 ]
	is "$release: TERM: make and what it started are gone" [ "$(alive)" = 0 ]
	is "$release: TERM: nothing is left" [ -z "$(left)" ]
	is "$release: TERM: nothing is said of it" [ "$(cat "$work/out" "$work/err")" = "building the kit for $release (once per kernel)... failed" ]
	begin_build -p2 -e 'probe kernel.function("vfs_read") { exit() }'
	kill -HUP "$building"
	wait "$building"
	status=$?
	is "$release: HUP while pass 2 has a kit built: the same" [ "$status.$(alive).$(left)" = 1.0. ]
	is "$release: HUP: the passes say nothing of it" [ "$(cat "$work/out" "$work/err")" = "building the kit for $release (once per kernel)... failed" ]
	: >"$work/deaf"
	begin_build --build-kit
	kill -TERM "$building"
	sleep 0.2
	is "$release: TERM: a make that does not mind it is waited for" [ "$(alive)" != 0 ]
	kill -TERM "$building"
	wait "$building"
	status=$?
	is "$release: TERM: till the second, which is make's KILL" eval '[ "$status" = 1 ] && gone && [ -z "$(left)" ]'
	rm "$work/deaf"
	begin_build --build-kit
	kill -KILL "$building"
	wait "$building" 2>/dev/null
	is "$release: KILL of stap ends make" gone
	is "$release: KILL: nothing is left in TMPDIR" [ -z "$(ls -A "$work/tmp")" ]
	is "$release: KILL: what is left is the builder's directory" [ "$(find "$SYSTEMTAP_DIR/kits" -maxdepth 1 -name '.new-*' | wc -l)" = 1 ]
	begin_build --build-kit
	is "$release: KILL: the next build takes that away" [ "$(find "$SYSTEMTAP_DIR/kits" -maxdepth 1 -name '.new-*' | wc -l)" = 1 ]
	kill -TERM "$building"
	wait "$building"
	is "$release: KILL: and nothing is left then" [ -z "$(left)" ]
}

test_builders()
{
	fresh builders
	old=0123456789abcdef0123456789abcde
	mkdir -p "$SYSTEMTAP_DIR/kits/by-release"
	ln -s "../${old}c" "$SYSTEMTAP_DIR/kits/by-release/other"
	old_kit "${old}a" 3
	old_kit "${old}b" 0
	old_kit "${old}c" 3
	old_kit "${old}" 3
	old_kit .old-17 0
	old_kit .new-abcdef 0
	ln -s "../${old}c" "$SYSTEMTAP_DIR/kits/by-release/.other.17"
	[ "$(id -u)" != 0 ] || { old_kit .new-theirs 9 && chown 1 "$SYSTEMTAP_DIR/kits/.new-theirs"; }
	for i in 1 2; do
		(mkdir -p "$work/b$i" && cd "$work/b$i" && "$stap" -r "$release" -p4 -m out -e "$hello" >said 2>err </dev/null) &
	done
	wait
	cat "$work/b1/err" "$work/b2/err" >"$work/err"
	is "$release: two builders at once: two modules" [ -s "$work/b1/out.ko" -a -s "$work/b2/out.ko" ]
	is "$release: kits that nothing points to go after an hour" [ "$(cd "$SYSTEMTAP_DIR/kits" && echo $old*)" = "$old ${old}b ${old}c" ]
	rm -r "$SYSTEMTAP_DIR/kits/$old"*
	is "$release: what builders left that were killed goes" [ ! -e "$SYSTEMTAP_DIR/kits/.old-17" -a ! -e "$SYSTEMTAP_DIR/kits/.new-abcdef" -a \
		! -L "$SYSTEMTAP_DIR/kits/by-release/.other.17" ]
	[ "$(id -u)" != 0 ] || is "$release: another user's does not" [ -d "$SYSTEMTAP_DIR/kits/.new-theirs" ]
	is "$release: one kit" [ "$(find "$SYSTEMTAP_DIR/kits" -maxdepth 1 -type d -name '[0-9a-f]*[0-9a-f]' ! -name by-release | wc -l)" = 1 ]
	is "$release: built once" [ "$(grep -c 'building the kit' "$work/err")" = 1 ]
	# an editor's file beside a source is none; a source is
	echo '#error' >"$SYSTEMTAP_RUNTIME/value/.map.c.swp"
	module -e "$hello"
	is "$release: what is no source of the runtime is no other kit" quiet
	rm "$SYSTEMTAP_RUNTIME/value/.map.c.swp"
	cp -p "$SYSTEMTAP_RUNTIME/value/map.c" map.c
	echo '#error' >>"$SYSTEMTAP_RUNTIME/value/map.c"
	module -e "$hello"
	cp -p map.c "$SYSTEMTAP_RUNTIME/value/map.c"
	is "$release: a source that changed is another kit" says "building the kit for $release"
}

# a kit that its inputs have outgrown: another is begun. The tree is the kernel's own, so it is the kit that tells of another time
test_outgrown()
{
	fresh_with_kit outgrown
	broken_compiler
	manifest=$(kit_of)/manifest
	cp -p "$manifest" "$work/manifest"
	for f in .config Module.symvers utsrelease.h "$cc"; do
		is "$release: K3: the kit remembers $f" [ "$(grep -c "^stamp [0-9]* [0-9]* .*/$f\$" "$manifest")" = 1 ]
		for change in '\1 1\3' '1 \2\3'; do
			sed "s,^stamp \([0-9]*\) \([0-9]*\)\( .*/$f\)\$,stamp $change," "$work/manifest" >"$manifest"
			path=$PATH
			PATH=$work/bin:$PATH
			module -e "$hello"
			PATH=$path
			refused "$release: K3: a kit whose $f has changed is built again" "this tool chain cannot build modules for $release"
		done
	done
	cp "$work/manifest" "$manifest"
	module -e "$hello"
	is "$release: and with all as it was it serves" quiet
}

cached() { says "Pass 4: using cached"; }

module_of_tapsets()
{
	SYSTEMTAP_TAPSET=$work/own XDG_DATA_DIRS=$work/xdg run -p4 -v -I "$work/more" -e 'probe begin { println(which()) }'
}

# a function of a tapset file that changes makes another module, wherever the file lies
test_cache_sees_tapsets()
{
	mkdir -p "$work/xdg/systemtap/tapset/linux" "$work/more/linux"
	cp -rL "$top/tapset" "$work/own"
	for dir in own own/linux xdg/systemtap/tapset xdg/systemtap/tapset/linux more more/linux; do
		for value in 1 2; do
			echo "function which() { return 9$value }" >"$work/$dir/which.stp"
			touch -d @1700000000 "$work/$dir/which.stp"
			module_of_tapsets
			is "$release: $dir: another module for another function, $value" [ "$status" = 0 -a "$(grep -c 'using cached' "$work/err")" = 0 ]
		done
		module_of_tapsets
		is "$release: $dir: the same for the same" cached
		rm "$work/$dir/which.stp"
	done
}

test_cache()
{
	fresh_with_kit cache
	run -p4 -v -e "$hello"
	ko=$(cat "$work/out")
	is "$release: a module in the cache" [ "${ko#"$SYSTEMTAP_DIR"/cache/}" != "$ko" -a -s "$ko" ]
	run -p4 -v -e "$hello"
	is "$release: found again" cached
	is "$release: without a pass" [ "$(grep -c 'Pass [1-4]: using cached' "$work/err")" = "$(grep -c 'Pass [34]:' "$work/err")" ]
	run -p4 -v -e "$hello # another text"
	is "$release: found by its C under another text" cached
	run -p4 -v -DMAXACTION=7 -e "$hello"
	is "$release: another option is another module" sh -c "! grep -q cached '$work/err'"
	test_cache_sees_tapsets
	printf x | dd of="$ko" bs=1 seek=900 conv=notrunc 2>/dev/null
	run -p4 -v -e "$hello"
	is "$release: a damaged module is made again" [ "$status" = 0 ]
	is "$release: and not taken" sh -c "! grep -q cached '$work/err'"
	chmod g+w "$SYSTEMTAP_DIR/cache"
	run -p4 -e "$hello"
	is "$release: a cache that others may write is not used" says "the cache is not used"
	is "$release: the module is in the current directory" [ -s "$(cat "$work/out")" ]
	rm -f stap_*.ko
	chmod g-w "$SYSTEMTAP_DIR/cache"
	echo 0 >"$SYSTEMTAP_DIR/cache/cache_mb_limit"
	run --clean-cache
	is "$release: --clean-cache keeps to the limit" [ ! -e "$ko" ]
}

test_no_room()
{
	fresh_with_kit room
	if [ "$(id -u)" = 0 ]; then
		: >"$SYSTEMTAP_DIR/cache" # a file: root may write everywhere else
		run -p4 -e "$hello"
		is "$release: no cache can be made: works without" [ "$status" = 0 -a -s "$(cat "$work/out")" ]
		rm -f "$SYSTEMTAP_DIR/cache" stap_*.ko
		mkdir -p "$SYSTEMTAP_DIR/cache"
		if mount -t tmpfs -o size=64k none "$SYSTEMTAP_DIR/cache" 2>/dev/null; then
			run -p4 -e "$hello"
			is "$release: a full disk: works without a cache" [ "$status" = 0 -a -s "$(cat "$work/out")" ]
			is "$release: and says why" says "No space left on device"
			umount "$SYSTEMTAP_DIR/cache"
		else
			n=$((n + 1))
			echo "ok $n - $release: a full disk # SKIP nothing can be mounted here"
		fi
		rm -f stap_*.ko
	fi
}

cd "$work" || exit 1
for release in ${STP_KERNELS:?names of prepared kernels}; do
	rm -rf "$work/first"
	test_first
	test_embedded
	test_linked
	test_config
	test_not_kept
	test_trust
	test_cache
	test_no_room
	test_tool_chain
	test_outgrown
	test_interrupted
	test_built_tree
	test_refused_trees
	test_builders
	rm -rf "${work:?}"/*
done
echo "1..$n"
