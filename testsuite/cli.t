#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The command line: what options say and refuse, the rc file, the environment, listings, exit statuses. Needs a kernel to translate for.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
# shellcheck source=testsuite/tap.sh
. "$top/testsuite/tap.sh"
release=${STP_KERNELS%% *}
work=$(mktemp -d "$build/cli-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir data
[ -z "$release" ] || "$stap" -r "$release" --build-kit >/dev/null 2>&1 </dev/null # F2: a kit that is built on the way would say so on stderr
hello='probe begin { println("hello") exit() }'

# run OPTIONS…: $status, ./out, ./err; nothing of the caller's is looked at
run()
{
	SYSTEMTAP_DIR=${dir:-$SYSTEMTAP_DIR} "$stap" ${release:+-r "$release"} "$@" >out 2>err </dev/null
	status=$?
}


# refused WHAT MESSAGE OPTIONS…: status 1, the message is a line, nothing on standard output
refused()
{
	what=$1 message=$2
	shift 2
	run "$@"
	check "$what" eval '[ "$status" = 1 ] && [ ! -s out ] && grep -qxF -- "$message" err'
}

run --help
check "--help says what there is, and is content" eval 'ok && no_err && out_has "^Usage: stap" && out_has "^  -l PROBE "'
run -h
check "-h is the same" eval 'ok && out_has "^Usage: stap"'
run -V
check "-V has the version's lines" eval 'ok && out_has "^Systemtap translator/driver (version " && out_has "^tested kernel versions: .* \.\.\. " && out_has "^enabled features:"'

refused "no script" "A script must be specified."
check "… and what else there is" err_has "^Try '-i' for building a script interactively.$"
check "… and where to read" err_has "^Try '--help' for more information"
refused "-p 6" "Invalid pass number (should be 1-5)." -p6 -e "$hello"
refused "--vp of six digits" "Invalid --vp argument: it takes 1 to 5 digits." --vp 123456 -e "$hello"
refused "-r with what no release has" "ERROR: Safety pattern mismatch for -r parameter ('6.1;x' vs. '^[a-z0-9_.+~-]+\$')" -r '6.1;x' -e "$hello"
refused "-s 0" "Invalid buffer size (should be 1-4095)." -s0 -e "$hello"
refused "-T 0" "Invalid timeout interval." -T0 -e "$hello"
refused "-c ''" "Empty CMD string invalid." -c '' -e "$hello"
refused "-c with -x" "You can't specify -c and -x together." -c true -x 1 -e "$hello"
refused "-S without -o" "You have to specify output FILE with '-S' option." -S1 -e "$hello"
refused "a bad -S" "ERROR: Safety pattern mismatch for -S parameter ('1,' vs. '^[0-9]+(,[0-9]+)?\$')" -S1, -o f -e "$hello"
refused "-F with -c" "You can't specify -F and -c together." -F -c true -e "$hello"
refused "two scripts" "Only one script can be given on the command line." -e "$hello" -e "$hello"
refused "-l with a script" "Cannot specify a script with -l/-L/--dump-* switches." -l begin -e "$hello"
refused "-l with -p" "Cannot specify -p with -l/-L/--dump-* switches." -l begin -p2
refused "-l with -L" "ERROR: only one of the -l/-L/--dump-* switches may be specified" -l begin -L end
refused "--dump-functions with -l" "ERROR: only one of the -l/-L/--dump-* switches may be specified" --dump-functions -l begin
refused "-i with a script" "Cannot specify a script with -i." -i -e "$hello"
refused "-i with -p" "Cannot specify -p with -i." -i -p2
refused "a bad -D" "ERROR: Safety pattern mismatch for -D parameter ('A B' vs. '^[a-z_][a-z_0-9]*(=-?[a-z_0-9]+)?\$')" -D 'A B' -e "$hello"
refused "a bad -G" "ERROR: Safety pattern mismatch for -G parameter ('x' vs. '^[a-z_][a-z0-9_]*=[a-z0-9_.-]+\$')" -G x -e "$hello"
refused "a bad -m" "ERROR: Safety pattern mismatch for -m parameter ('a-b' vs. '^[a-z0-9_]+\$')" -m a-b -e "$hello"
refused "a bad --modinfo" "ERROR: Safety pattern mismatch for --modinfo parameter ('1=2' vs. '^[a-z_][a-z0-9_]*=.+\$')" --modinfo 1=2 -e "$hello"
refused "--suppress-time-limits without -g" "ERROR --suppress-time-limits requires guru mode (-g)" --suppress-time-limits -e "$hello"
refused "a future language" "ERROR: systemtap version 5.6 cannot be compatible with future version 99.1" --compatible=99.1 -e "$hello"
refused "another architecture" "ERROR: -a sparc: other architectures than this host's ($(uname -m)) are not supported yet" -a sparc -e "$hello"
refused "--prologue-searching=later" "Invalid argument 'later' for --prologue-searching." --prologue-searching=later -e "$hello"
run --runtime=kernel --privilege=stapdev --privilege stapdev --download-debuginfo=no --prologue-searching=auto --use-server-on-error=no --sysroot=/ -p1 -e "$hello"
check "U6: what is the default anyway may be asked for" eval 'ok && no_err'
refused "U6: the same options, otherwise" "ERROR: option --privilege is not supported yet" --privilege=stapusr -e "$hello"
refused "U6: without a value it asks for more" "ERROR: option --download-debuginfo is not supported yet" --download-debuginfo -e "$hello"
refused "a bad limit" "Unable to convert rlimit-cpu resource limit '1s'." --rlimit-cpu=1s -e "$hello"
refused "an option that is to come, by name" "ERROR: option --dyninst is not supported yet" --dyninst -e "$hello"
refused "an unknown option" "stap: unrecognized option '--no-such'" --no-such -e "$hello"
refused "an unknown letter" "stap: invalid option -- 'Z'" -Z -e "$hello"
refused "an option without its argument" "stap: option requires an argument -- 'e'" -e
refused "a script that is not there" "Input file 'nosuch.stp' is missing." nosuch.stp
refused "a directory as script" "Input file '/' is a directory." /
refused "a tapset file as script" "usage error: tapset file '$top/tapset/string.stp' cannot be run directly as a session script." -p1 "$top/tapset/string.stp"
refused "an example that is none" "ERROR: there is no example 'x.stp'; there are: tcp_conn.stp" --example x.stp

refused "a language that is none" "ERROR: systemtap version 1.x cannot be parsed" --compatible=1.x -e "$hello"
refused "no language" "ERROR: systemtap version  cannot be parsed" --compatible= -e "$hello"
refused "-r without a release" "ERROR: -r needs a kernel release or a directory." -r '' -e "$hello"
refused "a bad -r" "ERROR: Safety pattern mismatch for -r parameter ('6/1' vs. '^[a-z0-9_.+~-]+\$')" -r 6/1 -e "$hello"
refused "--color=red" "Invalid argument 'red' for --color." --color=red -e "$hello"
refused "no name for a module" "Module name cannot be empty." -m '' -e "$hello"
refused "nothing but .ko" "Module name cannot be empty." -m .ko -e "$hello"
refused "a letter that is to come" "ERROR: option -b is not supported yet" -b -e "$hello"
refused "--vm-dir alone" "--vm-dir is for --vm." --vm-dir /tmp -e "$hello"
refused "--vm-run with -o" "You can't specify -o and --vm-run together: it is for a script's output." --vm-run true -o f
refused "-S with --vm" "You can't specify -S and --vm together: the output comes out of the virtual machine into one file." --vm -S1 -o f -e "$hello"
refused "-F with --vm" "You can't specify -F and --vm together: the virtual machine ends with stap." --vm -F -e "$hello"
refused "-x with --vm" "You can't specify -x and --vm together: the process is not in the virtual machine." --vm -x 1 -e "$hello"
refused "-r with --vm" "You can't specify -r and --vm together: --vm=1.2.3 says it all." --vm -r 1.2.3 -e "$hello"
refused "--example without a name" "--example needs the name of an example." --example -e "$hello"
refused "--example of standard input" "--example needs the name of an example." --example -
refused "-i with -l" "Cannot specify -l/-L/--dump-* switches with -i." -i -l begin
refused "an option that has no argument" "stap: option '--unprivileged=1' does not take an argument" --unprivileged=1 -e "$hello"
refused "a long option without its argument" "stap: option '--tmpdir' requires an argument" --tmpdir
run --compatible=5.6 -p1 -e "$hello"
check "this language" eval 'ok && no_err'

# module_named WHAT NAME WORDS ARGUMENT: -m ARGUMENT makes the module NAME and says WORDS
module_named()
{
	run -p4 -m "$4" -e "$hello"
	name=$2 words=$3
	check "$1" eval 'ok && is "$(cat err)" "$words" && out_is "$name.ko" && [ -s "$name.ko" ]'
	rm -f ./*.ko
}
full=a123456789b123456789c123456789d123456789e123456789f1234
module_named "a module's name" abcd '' abcd
module_named "one that is as long as it can be" "$full" '' "$full"
module_named "a longer one is cut" "$full" "Truncating module name to '$full'" "${full}5"
module_named "… behind .ko, too" "$full" "Truncating module name to '$full'" "${full}56.ko"
module_named "it may be the file's" a "Truncating module name to 'a'" a.ko
module_named "or another kind of file's" a_b "Truncating module name to 'a_b'" a_b.so

# limits OPTION…: what stap -i starts has for limits, in ./lims
cat >look <<'END'
#!/bin/sh
sed -n 's/^Max \(cpu time\|file size\|stack size\|core file size\|processes\|address space\)  *\([^ ]*\)  *\([^ ]*\) .*/\1: \2 \3/p' /proc/self/limits >lims
END
chmod +x look
limits()
{
	printf 'edit\n' | VISUAL=./look "$stap" "$@" -i >out 2>err
}
limits -w
mv lims usual
# limited OPTION NAME NUMBER OTHERS…: that one is NUMBER, and OTHERS; the rest is as it was
limited()
{
	limits "--rlimit-$1"
	name=$2 number=$3
	shift 3
	{ sed "s/^$name: .*/$name: $number $number/" usual | sed "${1:-}"; } >want
	check "a limit of $name" cmp want lims
}
limited cpu=0x17 'cpu time' 23
limited fsize=123456789 'file size' 123456789
limited nproc=3210 processes 3210
limited stack=8000000 'stack size' 8000000 's/^core file size: .*/core file size: 0 0/'
limited as=0xc0000000 'address space' 3221225472 's/^core file size: .*/core file size: 0 0/'
refused "a negative limit" "Unable to convert rlimit-fsize resource limit '-1'." --rlimit-fsize=-1 -e "$hello"
refused "no limit" "Unable to convert rlimit-fsize resource limit ''." --rlimit-fsize= -e "$hello"
(ulimit -f 5 && run --rlimit-fsize=999999 -p1 -e "$hello" && echo "$status" >status)
[ "$(id -u)" = 0 ] || check "a limit that we may not raise" eval '[ "$(cat status)" = 1 ] && err_has "^Unable to set --rlimit-fsize=999999: "'

run -P --prologue-searching=never --prologue-searching -p1 -e "$hello"
check "-P and --prologue-searching are taken" eval 'ok && no_err'
run -p1 -e "$hello" -E 'probe end { }'
check "-E adds a script" eval 'ok && out_has "^probe end"'
check "a dump ends with an empty line" [ "$(tail -c 2 out | od -An -c | tr -d ' ')" = '\n\n' ]
printf '%s\n' "$hello" >script
run -p1 script
check "a script in a file" eval 'ok && out_has "^# file script$"'
SYSTEMTAP_DIR=$work/data "$stap" -p1 - <script >out 2>err
status=$?
check "a script on standard input" eval 'ok && out_has "^# file <input>$"'
run -p1 -e 'probe begin { printf("%d %s", $1, @2) }' -- 5 -v
check "arguments, also those that look like options" eval 'ok && out_has "5, \"-v\""'

printf '# a comment\n-v "-D" MAXACTION=7\n' >data/rc
dir=$work/data
run -p1 -e "$hello"
check "the words of the rc file come first" eval 'ok && err_has "^Pass 1: parsed user script and "'
printf -- '-D $(id)\n' >data/rc
run -p1 -e "$hello"
check "it runs no commands" eval '[ "$status" = 1 ] && err_has "commands are not run here"'
rm data/rc
dir=

mkdir -p xdg/systemtap/tapset more
echo 'function from_xdg() { return 1 }' >xdg/systemtap/tapset/a.stp
echo 'function from_i() { return 2 }' >more/b.stp
XDG_DATA_DIRS=$work/nowhere:$work/xdg run -p2 -I more -e 'probe begin { println(from_xdg() + from_i()) }'
check "tapsets of \$XDG_DATA_DIRS and of -I" eval 'ok && no_err && out_has "^from_xdg:long" && out_has "^from_i:long"'
SYSTEMTAP_TAPSET=$work/more run -p2 -e 'probe begin { println(from_i()) exit() }'
check "\$SYSTEMTAP_TAPSET replaces stap's own" eval '[ "$status" = 1 ] && err_has "unresolved function"'
run -p1 --color=always -e 'probe begin {'
check "--color=always" err_has "$(printf '\033\\[01;31m')"
run -p1 --color -e 'probe begin {'
check "--color alone" err_has "$(printf '\033\\[01;31m')"
for when in auto never; do
	run -p1 --color=$when -e 'probe begin {'
	check "--color=$when" eval '[ "$status" = 1 ] && ! err_has "$(printf "\033")"'
done
SYSTEMTAP_COLORS=error=35 run -p1 --color=always -e 'probe begin {'
check "\$SYSTEMTAP_COLORS" err_has "$(printf '\033\\[35m')"
# entry NAME KB DAYS-SINCE-CHANGE DAYS-SINCE-USE: one of the cache
entry()
{
	mkdir -p kept/cache/5a
	head -c $(($2 * 512)) /dev/zero | tee "kept/cache/5a/$1.c" >"kept/cache/5a/$1.ko"
	: >"kept/cache/5a/$1_hash.log"
	touch -m -d "-$3 days" "kept/cache/5a/$1".* "kept/cache/5a/$1"_*
	touch -a -d "-$4 days" "kept/cache/5a/$1".* "kept/cache/5a/$1"_*
}
entry heaviest 900 10 10
entry largest 1500 1 1
entry oldest 100 30 30
entry used 400 60 0
echo 2 >kept/cache/cache_mb_limit
dir=$work/kept
run --clean-cache
ls kept/cache/5a >out
check "K1: --clean-cache: what is large and unused for long goes first, as far as the limit asks" eval 'ok && no_err &&
	out_is largest.c largest.ko largest_hash.log oldest.c oldest.ko oldest_hash.log used.c used.ko used_hash.log'
head -c 4000000 /dev/zero | tee kept/cache/5a/largest.ko.aBcDe1 >kept/cache/5a/used.ko.aBcDe2
: >kept/cache/tapset-0123.aBcDe3
touch -d '-2 hours' kept/cache/5a/largest.ko.aBcDe1 kept/cache/tapset-0123.aBcDe3
run --clean-cache
ls kept/cache/5a kept/cache >out
check "A7: what a killed stap was writing goes after an hour, and counts for nothing" eval 'ok && no_err && ! grep -q "aBcDe[13]" out && grep -q aBcDe2 out &&
	[ "$(grep -c "^largest\|^oldest\|^used" out)" = 10 ]'
rm -r kept/cache/5a
run --clean-cache
check "… and an empty cache is no error" eval 'ok && no_err'
dir=

run -p2 -G nosuch=1 -G unused=2 -G n=3 -e 'global n = 1, unused; probe begin { println(n) }'
check "U2: -G for what the script has not is a warning" eval 'ok && err_has "^WARNING: -G nosuch=1: the script has no global .nosuch. (similar: n)$" && err_has "^WARNING: -G unused=2: the script does not use .unused., there is nothing to set: "'
run -p2 -G n=3 -e 'global n; probe begin { println(n) }'
check "U2: one without a type is no aggregate" eval '! ok && ! err_has aggregate'
run -W -p2 -e 'probe begin { x = 1 }'
check "-W makes warnings errors" eval '[ "$status" = 1 ] && err_has "^Pass 2: analysis failed"'

if [ -z "$release" ]; then
	echo "ok $((n + 1)) - listings # SKIP no kernel in STP_KERNELS"
	echo "1..$((n + 1))"
	exit
fi

# ---- listings and dumps
run -l 'kernel.function("vfs_readl*")'
check "-l: each point once, sorted" eval 'ok && no_err && out_is "kernel.function(\"vfs_readlink\")"'
run -l 'kernel.function("*")'
check "L8: -l: functions of the source only" eval 'ok && [ "$(wc -l <out)" -gt 35000 ] && [ "$(grep -cE "\"(__SC[TK]__|__traceiter_|__bpf_trace_|__probestub_|perf_trace_sched_switch|trace_raw_output_|__pfx_|_stext|__x86_indirect)|\.cold" out)" = 0 ]'
run -l 'kernel.function("__traceiter_sched_switch")'
check "L8: -l: the others by name" out_is 'kernel.function("__traceiter_sched_switch")'
for option in -l -e; do
	case $option in -l) text='kernel.function("*")' ;; *) text='probe kernel.function("[a-c]*") { println(pp()) }' ;; esac
	pass=; [ "$option" = -l ] || pass=-p2
	("$stap" -w -r "$release" $pass $option "$text" 2>err; echo "$?" >status) | head -n 1 >out
	check "command line: $option into a pipe that nobody reads ends quietly" eval '[ "$(wc -l <out)" = 1 ] && [ "$(cat status)" != 0 ] && no_err'
done
"$stap" -r "$release" -p2 -e "$hello" >/dev/full 2>err
status=$?
check "command line: -p2 onto a full disk is an error" eval '! ok && err_has "^ERROR: cannot write the output: "'
refused "command line: -l without a kit says what is missing" "ERROR: the headers of kernel 6.0.0-nothing are not installed: install the package linux-headers-6.0.0-nothing, or run \"stap-prep 6.0.0-nothing\"; where they cannot be had, \"stap --vm\" runs the script on a kernel that can" -r 6.0.0-nothing -l 'kernel.function("vfs_read")'
run -r 6.0.0-nothing -l 'kernel.trace("sched_switch"), begin'
check "command line: what can be found without one is listed" eval 'ok && out_is begin && err_has "^ERROR: the headers of kernel 6.0.0-nothing are not installed: "'
run -r 6.0.0-nothing -l 'no.such'
check "command line: what no kit would find is silent" eval '! ok && no_err'
run -r 6.0.0-nothing -p2 -e "$hello"
check "U5: an unknown -r is a warning at -p2" eval 'ok && err_has "^WARNING: nothing is known of kernel 6.0.0-nothing: the headers of kernel 6.0.0-nothing are not installed: "'
run -r 6.0.0-nothing -p3 -e "$hello"
check "U5: and at -p3" err_has "^WARNING: nothing is known of kernel 6.0.0-nothing: "
run -r 6.0.0-nothing -w -p2 -e "$hello"
check "U5: not with -w" eval 'ok && no_err'
run -r 6.0.0-nothing -p4 -e "$hello"
check "U5: at -p4 it is an error, once" eval '! ok && [ "$(grep -c "headers of kernel" err)" = 1 ]'
mkdir -p broken/macros
printf '@define fine %%( 1 %%)\n@define bad(x %%( 2 %%)\n' >broken/macros/bad.stpm
run -I broken/macros -p1 -e "$hello"
check "U5: a broken .stpm of -I is warned of at once" eval 'ok && err_has "^WARNING: macro tapset \"broken/macros/bad.stpm\" has errors, and will be skipped$"'
run -I broken/macros -w -p1 -e "$hello"
check "U5: not with -w" eval 'ok && no_err'
run -l 'timer.s($1)' 5
check "P6: -l: script arguments" eval 'ok && out_is "timer.s(5)"'
run -l 'begin($#), $2(7)' 5 end
check "P6: -l: how many there are, words of a probe point" eval 'ok && out_is "begin(2)" "end(7)"'
run -L 'timer.ms($1), $2($#), kernel.function(@3)' 5 end vfs_read
check "P6: -L" eval 'ok && out_is "end(3)" "kernel.function(\"vfs_read\") \$file:struct file* \$buf:char* \$count:size_t \$pos:loff_t*" "timer.ms(5)"'
run -l 'timer.s($2)' 5
check "P6: -l: one that is not there" eval '[ "$status" = 1 ] && err_has "command line argument out of range \[1-1\]"'
run -l begin 5
check "P6: -l: one too many is as silent as other warnings" eval 'ok && no_err && out_is begin'
run --help
check "P6: --help says so" out_has "stap \[options\] -l|-L PROBE \[ARGS\]"
run -L 'kernel.function("vfs_read").return'
check "-L: with variables and types" out_is 'kernel.function("vfs_read").return $return:ssize_t $file:struct file* $buf:char* $count:size_t $pos:loff_t*'
run -l 'no.such'
check "-l: nothing found is 1, and silent" eval '[ "$status" = 1 ] && no_err && [ ! -s out ]'
for pp in 'syscall.*=syscall' 'vfs.read=vfs' 'process.*=process' 'kernel.statement("*@fs/open.c:10")=kernel.statement(...)'; do
	run -L "${pp%=*}"
	check "P9: -L '${pp%=*}': not yet" eval '[ "$status" = 1 ] && [ ! -s out ] && err_is "ERROR: ${pp##*=} probes are not supported yet"'
done
run -l 'kernel.function("*@fs/open.c")'
check "P9: -l: functions by source file" err_is "ERROR: functions by source file ('*@fs/open.c') need debuginfo, which is not supported yet"
run -l 'syscall.open, syscall.close, begin, no.such'
check "P9: -l: beside what there is, and once" eval 'ok && out_is begin && err_is "ERROR: syscall probes are not supported yet"'
run -l 'syscall.open?, begin'
check "P9: -l: not of an optional one" eval 'ok && out_is begin && no_err'
run -vv -l 'syscall.open'
check "P9: -vv -l: once, with its place" eval '[ "$(grep -c "not supported yet" err)" = 1 ] && err_has "^semantic error: syscall probes are not supported yet: identifier .open. at "'
run --diagnostics=json -l 'syscall.open'
check "P9: -l: as an object" err_is '{"severity":"error","message":"syscall probes are not supported yet"}'
run -vv -l 'kernel.nosuch'
check "-vv -l: says why" eval '[ "$status" = 1 ] && err_has "^semantic error: probe point mismatch"'
alias='probe f.one = begin { x = 1; y = "s" } probe f.two = end { x = 2 }'
run -l 'f.*' -E "$alias"
check "-l: aliases by their names" eval 'ok && out_is f.one f.two'
run -L f.one -E "$alias"
check "-L: what an alias sets" eval 'ok && out_is "f.one x:long y:string"'
run -L f.inner -E 'probe f.inner = begin { __nr = 1 _a = "x" }'
check "-L: whatever its name" eval 'ok && out_is "f.inner __nr:long _a:string"'
run -v -E 'probe f.both = end, begin { x = 1 }' -L 'f.both'
check "-v -L: each probe that an alias stands for" eval 'ok && out_has "^begin x:long$" && out_has "^end x:long$" && ! out_has f.both'
run -vv -E 'probe f.both = end, begin { x = 1 }' -L 'f.both'
check "-vv -L: and how it came about" out_has "^begin /\* <- f.both = end, begin <- f.both \*/ x:long$"
run -l begin -E 'probe end {}'
check "-l: probes of -E are not listed" eval 'ok && out_is begin'
run --dump-probe-types
check "F1: --dump-probe-types: what testsuite/cli/probe-types-served lists" eval 'ok && no_err && grep -v "^#" "$top/testsuite/cli/probe-types-served" | cmp out -'
grep -vxFf "$top/testsuite/cli/probe-types" "$top/testsuite/cli/probe-types-served" | grep -v '^#' >out
check "--dump-probe-types: nothing that SystemTap does not have" [ ! -s out ]
run --dump-probe-aliases -E "$alias"
check "--dump-probe-aliases" eval 'ok && out_has "^f\.one = begin$"'
run --dump-probe-aliases -E 'probe _hidden = begin {} probe shown += end, timer.s(1) {}'
check "--dump-probe-aliases: + for epilogues, nothing that begins with _" eval 'out_has "^shown += end, timer.s(1)$" && ! out_has "^_hidden"'
run -v --dump-probe-aliases -E 'probe _hidden = begin {}'
check "-v --dump-probe-aliases: all" out_has '^_hidden = begin$'
run --dump-functions -E 'function f:string (a:long, b) { return "" } private function g() {} function _h() {}'
check "--dump-functions" eval 'ok && out_has "^f:string (a:long, b:unknown)$" && ! out_has "^g:" && ! out_has "^_h:" && out_has "^pid:long () /\* unprivileged \*/$"'
LC_ALL=C sort -c out 2>err
check "--dump-functions: sorted" no_err
run -v --dump-functions
check "-v --dump-functions: more tags" out_has '^pid:long () /\* pure \*/ .*/\* unprivileged \*/$'

# ---- what -v says
usage='using [0-9]*virt/[0-9]*res/[0-9]*shr/[0-9]*data kb, in [0-9]*usr/[0-9]*sys/[0-9]*real ms\.$'
run -v -p4 -m cli_said -e 'global a = 1, b function f() { return a } probe begin, end { println(f()) b <<< 1 println(@count(b)) }'
check "-v: pass 1" err_has "^Pass 1: parsed user script and [0-9]* library scripts $usage"
check "-v: pass 2" err_has "^Pass 2: analyzed script: 2 probes, 1 function, 0 embeds, 2 globals $usage"
check "-v: pass 3" err_has "^Pass 3: translated to C into \"/tmp/stap[A-Za-z0-9]*/cli_said_src\.c\" $usage"
check "-v: pass 4" err_has '^Pass 4: compiled C into "cli_said.ko" in [0-9]*usr/[0-9]*sys/[0-9]*real ms\.$'
check "-v: each once" [ "$(grep -c ^Pass err)" = 4 ]
run --vp 01 -p2 -e "$hello"
check "--vp: a digit for each pass" eval 'err_has "^Pass 2: analyzed script: 1 probe, [0-9]* functions\?, .*, 0 globals " && ! err_has "^Pass 1"'
run -vv -p3 -e "$hello"
check "-vv: who, for what, from where" eval 'err_has "^Systemtap translator/driver (version " && err_has "^Session arch: $(uname -m) release: $release$"'
check "-vv: where the tapset was looked for" err_has "^Searched: \"$top/tapset\", found: [0-9]*, processed: [0-9]*$"
check "-vv: and for its macros" err_has "^Searched for library macro files: \"$top/tapset\", found: [0-9]*, processed: [0-9]*$"
made=$(sed -n 's/^Created temporary directory "\(.*\)"$/\1/p' err)
check "-vv: the temporary directory" eval '[ -n "$made" ] && err_has "^Removed temporary directory \"$made\"$" && [ ! -e "$made" ]'
run -k -v -p3 -e "$hello"
made=$(sed -n 's/^Keeping temporary directory "\(.*\)"$/\1/p' err)
check "-k keeps it, with the script's C" eval '[ -n "$made" ] && cmp -s "$made"/stap_*_src.c out'
rm -rf "$made"
"$stap" -r "$release" -p4 -e "$hello" >out 2>err
"$stap" -r "$release" -v -p4 -e "$hello" >out 2>err
status=$?
check "-v: what comes out of the cache" eval 'ok && err_has "^Pass 3: using cached .*/stap_[0-9a-f]*_[0-9]*\.c$" && err_has "^Pass 4: using cached .*\.ko$"'
for pass in 3 4; do
	"$stap" -r "$release" --vp "$(printf 00000 | sed "s,0,1,$pass")" -p4 -e "$hello" >out 2>err
	check "--vp for pass $pass alone: what comes out of the cache" [ "$(sed "s, cached .*,," err)" = "Pass $pass: using" ]
done
"$stap" -r "$release" -v -p4 -e "$hello" >out 2>err
status=$?
check "U4: -v: and passes 1 and 2, as for one that does not" eval 'err_has "^Pass 1: parsed user script and [0-9]* library scripts using [0-9]*virt/[0-9]*res/[0-9]*shr/[0-9]*data kb, in [0-9]*usr/[0-9]*sys/[0-9]*real ms\.$" && err_has "^Pass 2: analyzed script: 1 probe, [0-9]* functions\?, 0 embeds, 0 globals using .* ms\.$" && [ "$(grep -c ^Pass err)" = 4 ]'

run -g -p4 -e '%{ int f( %} probe begin { exit() }'
check "a failed pass 4: is it a kernel that we know?" eval '[ "$status" = 1 ] && err_has "^Kernel version [0-9.]*[^ ]* is within tested range 6\.1 \.\.\. 6\.12$" && err_has "^Pass 4: compilation failed\."'
mkdir -p from/here
echo "$hello" >from/here/named.stp
run -p3 from/here/named.stp
check "the C says which script it was made from" out_has '^/\* Made by stap from named\.stp\.'
run -v -p2 -e 'global y probe begin { println(y) }'
check "-v: what a pass did, also when it fails" \
	[ "$(sed -n 's/^\(Pass [0-9]: [a-z]* [a-z]*\).*/\1/p' err | tr '\n' ,)" = "Pass 1: parsed user,Pass 2: analyzed script,Pass 2: analysis failed," ]
"$stap" -r "$release" -v -p2 -e "$hello" >out 2>&1
check "-v -p2: the session, then what the pass did" [ "$(tail -n 1 out | cut -c 1-24)" = "Pass 2: analyzed script:" ]

# ---- what -p1 prints
run -p1 -e "$hello"
check "-p1: the user's files" eval 'ok && out_has "^# parse tree dump$" && [ "$(grep -c "^# file " out)" = 1 ]'
mkdir -p lib
echo 'function good() { return 1 }' >lib/good.stp
echo '@define seven %( 7 %)' >lib/seven.stpm
echo 'function bad( { }' >lib/bad.stp
run -v -I lib -p1 -e "$hello"
check "-v -p1: the library's as well" eval 'ok && out_has "^# file lib/seven.stpm$" && out_has "^# file lib/good.stp$" && out_has "^function good ()$"'
check "… but for those with errors" eval '! out_has "bad.stp" && err_has "^WARNING: tapset \"lib/bad.stp\" has errors, and will be skipped$"'

# the file is not needed, and what is in it was found before: a look at the kept index
for again in first second; do
	run -I lib -p2 -e 'probe begin { println(good()) exit() }'
	check "L5: a broken tapset file is warned of, $again time" eval 'ok && err_has "^WARNING: tapset \"lib/bad.stp\" has errors, and will be skipped$"'
	run -W -I lib -p2 -e 'probe begin { println(good()) exit() }'
	check "L5: -W makes that a failure of pass 1, $again time" eval '[ "$status" = 1 ] && [ ! -s out ] &&
		[ "$(tail -n 2 err)" = "WARNING: tapset \"lib/bad.stp\" has errors, and will be skipped
Pass 1: parse failed.  [man error::pass1]" ]'
	run -w -W -I lib -p2 -e 'probe begin { println(good()) exit() }'
	check "L5: -w -W: not warned, no failure, $again time" eval 'ok && no_err'
	touch -d "1 hour ago" lib/bad.stp # a new index
done
run -W -I lib --disable-cache -p2 -e 'probe begin { println(good()) exit() }'
check "L5: … without a cache" eval '[ "$status" = 1 ] && err_has "^Pass 1: parse failed"'
mv lib/bad.stp lib/bad
run -W -I lib -p2 -e 'probe begin { println(good()) exit() }'
check "L5: … no more when it is gone" eval 'ok && no_err'
mv lib/bad lib/bad.stp

# ---- messages that are alike
run -p2 -e 'probe begin { x = nofn() y = nofn() z = nofn() }'
check "similar errors are counted at the end" [ "$(tail -n 3 err | tr '\n' ,)" = \
	"Pass 2: analysis failed.  [man error::pass2],Number of similar error messages suppressed: 2.,Rerun with -v to see them.," ]
"$stap" -r "$release" -p2 -e 'probe begin { x = 1 x = 2 println(3) }' >out 2>&1
check "similar warnings, too" [ "$(tail -n 2 out | tr '\n' ,)" = "Number of similar warning messages suppressed: 2.,Rerun with -v to see them.," ]

# ---- options that show in the module
run -p4 -m cli_modinfo --modinfo note="it's so" -e "$hello"
check "--modinfo reaches the module" eval 'ok && out_is cli_modinfo.ko && [ "$(modinfo -F note ./cli_modinfo.ko)" = "it'"'"'s so" ]'
run -p4 -m cli_make -B no-such-flag= -e "$hello"
check "-B reaches make" eval 'ok && out_is cli_make.ko'
run -p4 -m cli_make -B --no-such-option -e "$hello"
check "and what make says of it reaches the user" eval '[ "$status" = 1 ] && err_has "unrecognized option"'
run -p2 --example tcp_conn.stp
check "--example" ok

# ---- what makes another module ------------------------------------------------------------------------------------------------------------
# kept WHAT OPTIONS…: the module in the cache; one of an earlier run with other options must not serve
: >modules
kept() { what=$1; shift; run -p4 "$@"; printf '%s %s\n' "$(cat out)" "$what" >>modules; }
said='global g = 1, dead probe begin { unused = 1 + 2 printf("%d %s %d", g, @1, target()) } probe never { println(execname()) }'
kept plain -e "$said" a
kept -u -u -e "$said" a
kept -t -t -e "$said" a
kept -T -T 5 -e "$said" a
kept "-T, another" -T 6 -e "$said" a
kept -D -DMAXACTION=7 -e "$said" a
kept "-D, another value" -DMAXACTION=8 -e "$said" a
kept "-D, another name" -DMAXNESTING=8 -e "$said" a
kept -E -E 'probe end { println(1) }' -e "$said" a
kept "-E, another" -E 'probe end { println(2) }' -e "$said" a
kept argument -e "$said" b
kept --modinfo --modinfo=a=b -e "$said" a
kept "--modinfo, another" --modinfo=a=c -e "$said" a
kept --suppress-handler-errors --suppress-handler-errors -e "$said" a
kept --suppress-time-limits -g --suppress-time-limits -e "$said" a
mkdir -p over/linux other
sed 's/execname/execname/' "$top/tapset/linux/context.stp" >over/linux/context.stp
echo 'function only_here() { return 3 }' >over/x.stp
echo 'function only_here() { return 4 }' >other/x.stp
kept -I -I over -e 'probe begin { println(only_here()) }'
kept "-I, another" -I other -e 'probe begin { println(only_here()) }'
echo 'function only_here() { return 55 }' >other/x.stp
kept "-I, another text" -I other -e 'probe begin { println(only_here()) }'
mkdir -p data1/systemtap/tapset data2/systemtap/tapset
echo 'function of_xdg() { return 1 }' >data1/systemtap/tapset/a.stp
echo 'function of_xdg() { return 2 }' >data2/systemtap/tapset/a.stp
XDG_DATA_DIRS=$work/data1 kept XDG_DATA_DIRS -e 'probe begin { println(of_xdg()) }'
XDG_DATA_DIRS=$work/none:$work/data2 kept "XDG_DATA_DIRS, another" -e 'probe begin { println(of_xdg()) }'
printf 'probe begin { println(10) }\n' >file.stp
kept "a file" file.stp
printf 'probe begin { println(11) }\n' >file.stp
kept "a file, another text" file.stp
cut -d' ' -f1 modules | sort | uniq -d >out
check "the cache: $(wc -l <modules) different modules" eval '[ ! -s out ] && [ "$(grep -c "^/.*/cache/../stap_[0-9a-f]*_[0-9]*.ko " modules)" = "$(wc -l <modules)" ]'
run -v -p4 -e "$said" a
check "the cache: what was there is found again" eval 'err_has "^Pass 4: using cached" && grep -qx "$(cat out) plain" modules'
run -p2 -W -e 'probe begin { z = 1 }'
run -p4 -e 'probe begin { zz = 1 println(5) }'
check "the cache: -W after the same script without" eval 'ok && { run -p4 -W -e "probe begin { zz = 1 println(5) }"; [ "$status" = 1 ]; }'

# ---- when the cache is cleaned ------------------------------------------------------------------------------------------------------------
ln -s "$SYSTEMTAP_DIR/kits" kept/kits
ln -s "$SYSTEMTAP_DIR/kernels" kept/kernels
echo 0 >kept/cache/cache_mb_limit
echo 300 >kept/cache/cache_clean_interval_s
touch -d "-200 seconds" kept/cache/cache_clean_interval_s
entry old 100 30 30
dir=$work/kept
run -p4 -e 'probe begin { println("one") exit() }'
check "a cache that was cleaned 200 s ago is left alone" eval 'ok && [ -e kept/cache/5a/old.ko ]'
touch -d "-400 seconds" kept/cache/cache_clean_interval_s
run -p4 -e 'probe begin { println("two") exit() }'
check "one that was 400 s ago is cleaned" eval 'ok && [ ! -e kept/cache/5a/old.ko ] && [ ! -e kept/cache/5a/old_hash.log ]'
check "… which is noted" [ $(($(date +%s) - $(stat -c %Y kept/cache/cache_clean_interval_s))) -lt 200 ]
entry old 100 30 30
run -p4 -e 'probe begin { println("three") exit() }'
check "… and is not done again at once" eval 'ok && [ -e kept/cache/5a/old.ko ]'
rm kept/cache/cache_mb_limit kept/cache/cache_clean_interval_s
run -p4 -e 'probe begin { println("four") exit() }'
check "its files are made" [ "$(cat kept/cache/cache_mb_limit kept/cache/cache_clean_interval_s | tr '\n' ,)" = 256,300, ]
dir=

# ---- what others wrote does not speak to the terminal -----------------------------------------------------------------------------------------
name=$(printf 'n\033]0;NAME\a.stp')
printf 'probe\tbegin { x = "\303\251\033[2J" \033]0;TITLE\a }\r\n' >"$name"
run -p1 "$name"
head -n 4 err >out
check "C2: control characters of a script and its name are shown as \\ooo, carets below them" out_is "parse error: expected statement" \
	"        saw: junk '\\x1b' at n\\033]0;NAME\\007.stp:1:28" \
	'     source: probe	begin { x = "é\033[2J" \033]0;TITLE\007 }' \
	'                  	                       ^^^^'
run -p1 "$name.none"
check "C2: nor does an error hand them on" err_has '^Input file .n\\033]0;NAME\\007.stp.none. is missing.$'

# says WHAT TEXT: it is said, and no control character
says()
{
	words=$2
	check "C2: $1" eval 'grep -qF -- "$words" err && ! tr -d "\n\t" <err | LC_ALL=C grep -q "[[:cntrl:]]"'
}
# a file of aliases has probes of its own: they come with an alias that was used, not with one that led nowhere
mkdir -p chosen
printf 'probe made.no = kernel.function("no_such_function") ? { }\nprobe end { println(1) }\n' >chosen/no.stp
printf 'probe made.yes = timer.s(1) { }\nprobe begin { println(2) }\n' >chosen/yes.stp
run -p2 -I chosen -e 'probe made.no ?, made.yes { println(1) }'
check "the library: probes of a file come with what was found in it" eval 'ok && grep -q "^begin" out && ! grep -q "^end" out'
printf 'probe single = timer { }\n' >chosen/single.stp
run -p2 -I chosen -e 'probe single.s(5) { println(1) }'
check "the library: an alias of one component takes a suffix" eval 'ok && grep -q "^timer.s(5)" out'
rm -r chosen
# a library of the size that SystemTap's has: 600 files, ten aliases each
mkdir -p large
awk 'BEGIN {
	for (i = 0; i < 600; i++) {
		name = i ? "call" i : "open"
		file = "large/" name ".stp"
		for (r = 0; r < 2; r++) {
			n = name (r ? ".return" : "")
			printf "probe made.%s = dw_made.%s !, nd_made.%s !, tp_made.%s { v = 1 }\n", n, n, n, n >file
			printf "probe dw_made.%s = never { name = \"%s\" }\nprobe tp_made.%s = never ? { v = 2 }\n", n, name, n >file
			printf "probe nd_made.%s = nd1_made.%s !, nd2_made.%s ! { retval = 2 }\nprobe nd2_made.%s = never { name = \"%s\" }\n", n, n, n, n, name >file
		}
		close(file)
	}
}'
run -p2 -I large -e 'probe made.open, made.call17.return { println(name) }'
check "the library: of 600 files, those that define a point are found" eval 'ok && grep -q "never /\* <- dw_made.open = never" out'
run -l 'made.call59*'
check "the library: a pattern finds points of all files" eval '[ "$status" = 1 ] && [ ! -s out ]'
run -I large -l 'made.call59*'
check "the library: … and says each" [ "$(wc -l <out)" = 11 ]
run -p2 -I large -e 'probe made.opne { }'
check "the library: what is misspelt is near to what other files define" err_has "(similar: open"
run -p2 -I large -e 'probe nd2_made { }'
check "the library: and what goes on behind a first component is told" err_has "probe point truncated (follow: call1 call10 call100"
rm -r large

folder=$(printf 'f\033[2J\302\2331m') shown='f\033[2J\302\2331m'
mkdir "$folder" "$folder/cache"
echo "probe never.begins = begin {}" >"$folder/alias.stp"
run -vv -p4 -k --tmpdir "$work/$folder/tmp" -I "$work/$folder" -e "$hello"
says "the temporary directory's name" "Keeping temporary directory \"$work/$shown/tmp\""
says "a tapset folder's" "Searched: \"$work/$shown\", found: 1, processed: 1"
says "the C file's" "translated to C into \"$work/$shown/tmp/"
dir=$work/$folder
cp -a "$SYSTEMTAP_DIR/kits" "$dir/"
[ ! -e "$SYSTEMTAP_DIR/kernels" ] || ln -s "$SYSTEMTAP_DIR/kernels" "$dir/"
chmod o+w "$dir/cache"
run -p4 -e "$hello"
says "a cache's that is not used" "WARNING: the cache is not used: $work/$shown/cache can be written by others"
chmod o-w "$dir/cache"
run -p4 -e "$hello"
run -vp4 -e "$hello"
says "a cached module's" "Pass 4: using cached $work/$shown/cache/"
check "C2: what is asked for is as it is" eval 'grep -qF "$work/$folder/cache/" out'
if command -v script >/dev/null; then
	export SYSTEMTAP_DIR_OF_TEST="$dir"
	script -qec "SYSTEMTAP_DIR=\"\$SYSTEMTAP_DIR_OF_TEST\" '$stap' ${release:+-r '$release'} -p4 -e '$hello'" /dev/null </dev/null | tr -d '\r' >err
	says "but not on a terminal" "$work/$shown/cache/"
fi
dir=
run --diagnostics=json -p1 -e "$(printf 'probe \177\302\233 x')"
says "nor does JSON hold one" '\u007f\u009b x'
run --diagnostics=json -p1 -e "$(printf 'probe \342\200\256\363\240\201\201\303\251 x')"
says "bidi: in JSON such characters are as JSON writes them" '"source":"probe \u202e\udb40\udc41é x"'

# ---- what is too large is not read -----------------------------------------------------------------------------------------------------------
truncate -s 5G large.stp
run -p1 large.stp
check "C3: a file too large to be a script" eval '[ "$status" = 1 ] && [ "$(head -n 1 err)" = "large.stp: File too large" ]'
rm large.stp

# ---- where the tapset is looked for: the most specific folder first --------------------------------------------------------------------------
arch=$(uname -m)
v3=${release%%-*} v2=${v3%.*}
for d in "linux/$release/$arch" "linux/$release" "linux/$v3/$arch" "linux/$v3" "linux/$v2/$arch" "linux/$v2" "linux/$arch" linux \
	"$release/$arch" "$release" "$v3/$arch" "$v3" "$v2/$arch" "$v2" "$arch" .; do
	mkdir -p "places/$d"
	echo "$d"
done >folders
# one file: the first folder that has it; found in turn, as the more specific ones go
while read -r d; do printf 'function where() { return "at:%s:" }\n' "$d" >"places/$d/where.stp"; done <folders
: >got
while read -r d; do
	run -p3 -I places -e 'probe begin { println(where()) }'
	sed -n 's/.*[(]"at:\(.*\):.*/\1/p;s/.* "at:\(.*\):.*/\1/p' out | head -n 1 >>got
	rm "places/$d/where.stp"
done <folders
cp got out
check "tapset folders, in their order" cmp folders out
echo "1..$n"
