#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# stap -i: what is typed, from a pipe and on a terminal, and what comes of it.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
# shellcheck source=testsuite/tap.sh
. "$top/testsuite/tap.sh"
work=$(mktemp -d "$build/shell-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
SYSTEMTAP_DIR=$work/data
TMPDIR=$work/tmp
export SYSTEMTAP_DIR TMPDIR
mkdir "$SYSTEMTAP_DIR" "$TMPDIR"

# typed OPTIONS…: the lines on standard input go to stap -i; $status, ./out, ./err
typed()
{
	"$stap" -i "$@" >out 2>err
	status=$?
}

says() { grep -qxF -- "$1" out; }
complains() { grep -qxF -- "ERROR: $1" err; }

typed <<'END'
global n
probe timer.s(1) {
	n++ # }
	if (n == 3) { println("%{ \" }")
	exit() }
}
/* a comment (
goes on */
function f(x) { return x }

list
END
check "a piece of script goes on until it is closed" out_is '  1  global n' '  2  probe timer.s(1) {' '  3  	n++ # }' \
	'  4  	if (n == 3) { println("%{ \" }")' '  5  	exit() }' '  6  }' '  7  /* a comment (' '  8  goes on */' '  9  function f(x) { return x }'
check "and nothing is wrong with it" no_err
check "the end of input ends it well" [ "$status" = 0 ]

typed <<'END'
global n
probe begin { n = "a" + 1 }
list
delete 2
probe begin { n = 1 + 1 println(n) exit() }
list
END
check "what is wrong is said at once" grep -q '^semantic error: type mismatch: expected long but found string: string .a. at <input>:2:19' err
check "once" [ "$(grep -c 'semantic error' err)" = 1 ]
check "lines can be deleted" [ "$(sed -n 4p out)" = '  2  probe begin { n = 1 + 1 println(n) exit() }' ]

typed <<'END'
probe begin { nosuch() }
set auto_analyze no
probe begin { nosuch2() }
delete all
add probe begin { nosuch3() }
delete 0
delete 2
delete 1-2
delete x
set auto_analyze yes
delete 1-1
list
END
check "auto_analyze can be off" [ "$(grep -c 'unresolved function' err)" = 1 ]
check "deleting what is not there" [ "$(grep -cx 'ERROR: the script has lines 1 to 1' err)" = 2 ]
check "deleting what is no line" [ "$(grep -cx 'ERROR: delete wants a line, as 3, lines, as 3-5, or all' err)" = 2 ]
check "nothing is left" [ ! -s out ]

typed -g -v <<'END'
show guru_mode
show verbose
show last_pass
set guru_mode off
set last_pass 7
set guru off
set cmd ls -l /
set target_pid 17
show cmd
show target_pid
show last
set
END
check "options of the command line" [ "$(sed -n '1,3s/ \{1,\}/ /p' out | tr '\n' ' ')" = 'guru_mode yes verbose 1 last_pass 5 ' ]
check "a number out of range" complains 'last_pass is a number from 1 to 5'
check "an option that is not there" complains "no option 'guru' (similar: guru_mode)"
check "one target" says 'cmd is empty now: a script has one target'
check "set alone" complains 'set wants an option and its value; "show" lists them'

typed <<'END'
set verbose 3
set guru_mode on
set timing true
set keep_tmpdir 1
show
set guru_mode off
set timing false
set keep_tmpdir 0
set unoptimized yes
set panic_warnings maybe
set target_pid -1
set last_pass 0
show
END
shown()
{
	printf '%-18s %s\t# %s\n' keep_tmpdir "$1" 'keep the temporary directory (-k)' last_pass 5 'stop after that pass (-p)' verbose 3 'say more (-v)' \
		guru_mode "$1" "embedded C and writing to the kernel's memory (-g)" suppress_warnings no 'no warnings (-w)' \
		panic_warnings no 'warnings are errors (-W)' timing "$1" 'measure handlers (-t)' unoptimized "$2" 'do not optimise (-u)' \
		target_pid 0 'target() (-x); 0: none' cmd '' 'the command to trace (-c)' auto_analyze yes 'passes 1 and 2 after each change'
}
{ shown yes no; shown no yes; } >want
check "show shows all options as they were set" cmp want out
check "a word that is neither yes nor no" [ "$(sed -n 1p err)" = 'ERROR: panic_warnings is yes or no' ]
check "no number below the least" [ "$(sed -n '2,$p' err | tr '\n' '|')" = \
	'ERROR: target_pid is a number from 0 to 2147483647|ERROR: last_pass is a number from 1 to 5|' ]

typed <<'END'
probe begin { println("a") exit() }
set verbose 1
set last_pass 2
run
END
check "set verbose is for all passes" eval '[ "$status" = 0 ] && grep -q "^Pass 1: parsed" err && grep -q "^Pass 2: analyzed" err'

typed <<'END'
set target_pid 17
set cmd ls -l /
show target_pid
show cmd
set cmd
set target_pid 0
show cmd
set k 1
set un 1
set zzzzz 1
show zzzzz
END
check "the other one target" out_is 'target_pid is 0 now: a script has one target' 'target_pid         0' 'cmd                ls -l /' 'cmd                '
check "the beginning of an option's name" err_is "ERROR: no option 'k' (similar: keep_tmpdir)" "ERROR: no option 'un' (similar: unoptimized)" \
	"ERROR: no option 'zzzzz'; \"show\" lists them" "ERROR: no option 'zzzzz'; \"show\" lists them"

typed -g <<'END'
function f() %{
  } /* %{ }
%}
function s() { println("a\"b{", "c\\")
return 0 }
function c() { // {
return 0 }
probe timer.s(@1 +
1) { println($#
) }
list
END
check "embedded code, escapes and arguments are one piece each" out_is '  1  function f() %{' '  2    } /* %{ }' '  3  %}' \
	'  4  function s() { println("a\"b{", "c\\")' '  5  return 0 }' '  6  function c() { // {' '  7  return 0 }' '  8  probe timer.s(@1 +' \
	'  9  1) { println($#' ' 10  ) }'

typed <<'END'
function myprobe () { return nosuch1() }
global probes = nosuch2
# a probe
END
check "without a probe nothing is looked at" no_err
typed <<'END'
function f() { return nosuch1() }probe end { f() }
END
check "with one it is, whatever is before it" eval 'grep -q "unresolved function.*nosuch1" err'

typed <<'END'
load
save
sample nothing
delete 2-1
help
quit
list
END
check "files that are not named, or not there" eval '[ "$(sed -n 1,2p err)" = "ERROR: load wants the name of a file
ERROR: save wants the name of a file" ] && sed -n 3p err | grep -q "^ERROR: .*/nothing.stp: No such file or directory$"'
check "lines of no script" [ "$(sed -n 4p err)" = 'ERROR: the script has lines 1 to 0' ]
check "help lists the commands" [ "$(cut -c1-21 out | sed 's/ *$//; s/   */ = /' | tr '\n' ';')" = \
	"add = TEXT;delete N | N-M | all;edit;help;list;load = FILE;quit;run;sample [NAME];save = FILE;set = OPTION VALUE;show = [OPTION];" ]
check "and what they do" [ "$(cut -c23-30 out | tr '\n' ';')" = \
	'add a li;delete l;change t;this tex;show the;take FIL;leave; s;run the ;list the;write th;change a;show opt;' ]

echo 'probe begin { println("loaded") exit() }' >given.stp
typed <<'END'
load given.stp
load nothing.stp
set last_pass 1
run
save made.stp
save given.stp/made.stp
lst
run
END
check "load and run" grep -q 'println("loaded");' out
check "save" cmp -s given.stp made.stp
check "a file that is not there" grep -q '^ERROR: .*nothing.stp: No such file or directory' err
check "a folder that is none" grep -q '^ERROR: .*given.stp' err
check "a command that is not there" complains "'lst' is no command (similar: list) and does not begin like a script; try \"help\""

printf '\thelp\n  \tlist\n' | "$stap" -i >out 2>err
check "commands behind blanks" eval '[ ! -s err ] && grep -q "^load  *FILE" out'

printf 'set last_pass 2\nprobe begin { x(1) }\nrun\n' | "$stap" -i >out 2>err
status=$?
check "the status of the last run" [ "$status" = 1 ]
printf 'run\n' | "$stap" -i >out 2>err
check "nothing to run" complains 'there is no script yet'
printf 'sample\nsample tcp_conn\nlist\n' | "$stap" -i >out 2>err
check "samples" grep -q '^tcp_conn.stp$' out
check "a sample" grep -q '^ *[0-9]*  global destport' out
printf 'add # one\nedit\nlist\n' | EDITOR="sed -i s/one/two/" "$stap" -i >out 2>err
check "edit" out_is '  1  # two'
printf 'add # one\nedit\nlist\n' | EDITOR=false "$stap" -i >out 2>err
check "an editor that fails" out_is '  1  # one'
check "and says so" complains 'the editor failed: the script is as it was'
for with in '-e x' '-p2' '-l begin'; do
	# shellcheck disable=SC2086
	"$stap" -i $with </dev/null >out 2>err
	status=$?
	check "-i and $with" [ "$status" = 1 -a "$(grep -c '^Cannot specify' err)" = 1 ]
done

# who may read what is saved
umask 022
rm -f saved
printf 'add # one\nsave saved\n' | "$stap" -i >out 2>err
check "A4: what is saved is as the umask says" is "$(stat -c %a saved)" 644
chmod 600 saved
printf 'add # two\nsave saved\n' | "$stap" -i >out 2>err
check "A4: or as it was" is "$(stat -c %a saved) $(cat saved)" '600 # two'

# prompts N: waits until ./out has so many lines with a prompt: what is typed before is thrown away
prompts()
{
	tries=0
	while [ "$(grep -c 'stap> ' out 2>/dev/null)" -lt "$1" ] && [ "$tries" -lt 300 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
}

# on a terminal: prompts, history
{ sleep 0.5; printf 'probe begin {\n'; sleep 0.2; printf '}\nlist\nquit\n'; sleep 0.5; } | script -qec "'$stap' -i" /dev/null >out 2>err
check "prompts" grep -q '^stap> ' out
check "the prompt of what is open" grep -q '    > ' out
check "it works there too" grep -q '  1  probe begin {' out
check "what was not saved" grep -q '^The script was not saved' out
# leaves WHAT SAID LINE…: the lines on a terminal, and quit; whether it then says that the script was not saved
leaves()
{
	what=$1 said=$2
	shift 2
	: >out
	{ i=0; for line in "$@" quit; do i=$((i + 1)); prompts $i; printf '%s\n' "$line"; done; sleep 0.3; } | TERM=dumb script -qec "'$stap' -i" /dev/null >out 2>err
	check "$what" is "$(grep -c '^The script was not saved' out)" "$said"
}
leaves "nothing was written: nothing is said at the end" 0 "show verbose"
leaves "a script that was saved" 0 "add # one" "save kept"
leaves "one that could not be" 1 "add # one" "save kept/none"
leaves "one that was loaded" 0 "load kept"
leaves "and changed" 1 "load kept" "delete 1"
leaves "one that is gone" 0 "add # one" "delete all"
if grep -q 'HAVE_LIBEDIT 1' "$build/config.h"; then
	check "history is kept" grep -q list "$SYSTEMTAP_DIR/history"
	mkdir names names/zdir
	# shellcheck disable=SC2059
	(cd names && : >zplain.stp && : >"$(printf 'zz\033]0;title\007.stp')" && : >"$(printf 'z\302\2332J.stp')")
	{ sleep 0.5; printf 'load names/z\t\t\t'; sleep 0.5; printf '\025load names/zd\t#\n'; sleep 0.2; printf 'quit\n'; sleep 0.5; } | TERM=xterm script -qec "'$stap' -i" /dev/null >out 2>err
	check "file names are completed" grep -q 'zplain.stp' out
	check "folders, to go on behind them" grep -q 'names/zdir/#' "$SYSTEMTAP_DIR/history"
	check "C3: names that drive a terminal are not offered" eval '! grep -q "0;title" out && ! grep -q 2J.stp out'
	: >out
	{ prompts 1; printf 'ad\t# one\n'; prompts 2; printf 'add # never\003'; prompts 3; printf 'show gu\t\n'; prompts 4; printf 'li\t\n'; prompts 5; printf 'priv\t\025quit\n'; sleep 0.5; } | TERM=xterm script -qec "'$stap' -i" /dev/null >out 2>err
	check "commands are completed" grep -q '^add\\040#\\040one$' "$SYSTEMTAP_DIR/history"
	check "so are settings" grep -q '^guru_mode  *no' out
	check "and the words that a script begins with" grep -q 'ate ' out
	check "an interrupt gives up the line, not the script" eval 'grep -q "^  1  # one" out && ! grep -q "^  2  " out'
	if [ "$(id -u)" = 0 ]; then
		mkdir -p keys
		echo 'bind -s "h" "list^M"' >keys/.editrc
		{ sleep 0.5; printf 'add # h\n'; sleep 0.2; printf 'quit\n'; sleep 0.5; } | HOME=$PWD/keys EDITRC=$PWD/keys/.editrc script -qec "'$stap' -i" /dev/null >out 2>err
		check "C6: keys that another user has bound are not root's commands" grep -q 'add # h' out
	fi
fi
check "no temporary directory is left" [ -z "$(ls -A "$TMPDIR")" ]
echo "1..$n"
