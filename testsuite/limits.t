#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Scripts that no one writes: each is refused with a message, or done, in 10 s of CPU and 1 GiB of address space, and never by a crash. They
# need no kernel, so -r names none. Then some that are only large: how long they take. `limits.t NAME…` runs those only.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
work=$build/limits
only=" $* "
rm -rf "$work"
mkdir -p "$work"
cd "$work" || exit 1
echo 0 >count

# try NAME PASS MESSAGE: the script is on standard input; with no MESSAGE it must be done
try()
{
	[ "$only" = "  " ] || case $only in *" $1 "*) ;; *) cat >/dev/null; return ;; esac
	n=$(($(cat count) + 1)) # each runs behind a pipe, in a shell of its own
	echo "$n" >count
	cat >"$1.stp"
	# shellcheck disable=SC3045 # dash and busybox have both
	(ulimit -t 10 && ulimit -v 1048576 && exec "$stap" -r none -g -w "-p$2" "$1.stp") >out 2>err </dev/null
	status=$?
	if [ -z "$3" ] && [ "$status" -eq 0 ] && [ -s out ]; then
		echo "ok $n - $1: done"
	elif [ -n "$3" ] && [ "$status" -eq 1 ] && grep -qF "$3" err; then
		echo "ok $n - $1: refused"
	else
		echo "not ok $n - $1: status $status instead of ${3:-success}"
		head -c 500 err | sed 's/^/# /'
		echo
	fi
	rm -f "$1.stp" out err
}

# text COUNT TEXT: that often; each COUNT TEXT: with the number, from 0, for every %d in it and one more for %e
text() { awk -v n="$1" -v t="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", t }'; }
each()
{
	awk -v n="$1" -v t="$2" 'BEGIN {
		m = split(t, part, "%")
		for (i = 0; i < n; i++) {
			printf "%s", part[1]
			for (j = 2; j <= m; j++) {
				c = substr(part[j], 1, 1)
				printf "%s%s", c == "d" ? i : c == "e" ? i + 1 : "%" c, substr(part[j], 2)
			}
			print ""
		}
	}'
}

# ---- depth ---------------------------------------------------------------------------------------------------------------------------------

{ printf 'probe begin { x = '; text 100000 '('; printf 1; text 100000 ')'; echo ' println(x) }'; } |
	try parentheses 2 "nested too deeply"
{ printf 'probe begin { x = '; text 1000000 '- '; echo '1 println(x) }'; } | try minuses 2 "nested too deeply"
{ printf 'probe begin { x = 1'; text 200000 ' + 1'; echo ' println(x) }'; } | try sum 2 "nested too deeply"
{ printf 'probe begin { x = '; text 100000 '1 ? 2 : '; echo '3 println(x) }'; } | try ternaries 2 "nested too deeply"
{ printf 'probe begin '; text 100000 '{'; text 100000 '}'; } | try blocks 2 "nested too deeply"
{ echo 'probe begin { if (1) println(0)'; each 100000 'else if (x == %d) println(%d)'; echo '}'; } | try else-ifs 2 "nested too deeply"
{ text 100000 '%( 1 == 1 %? '; echo 'probe begin { println(1) }'; text 100000 ' %)'; } | try conditionals 3
{ each 20000 'function f%d(x) { return f%e(x) }'; echo 'function f20000(x) { return x } probe begin { println(f0("a")) }'; } | try calls 2
{ printf 'probe begin { '; each 20000 'x%d = x%e'; echo 'x20000 = 1 println(x0) }'; } | try types 3
{ printf 'probe '; text 3000 '{a, '; printf 'begin'; text 3000 '}'; echo ' { }'; } | try nested-braces 2 "nested too deeply"

{ printf 'probe begin { x = y'; text 240 ' < y'; echo ' println(x) }'; } | try comparisons 3
{ printf 'probe begin { '; each 200 'x%d ='; echo '1 println(x0) }'; } | try assignments 3
{ printf 'probe begin { x = 1'; text 240 ' ? @choose_defined($nothing, y)'; text 240 ' : y'; echo ' println(x) }'; } | try unknown-ternaries 3

# ---- size ----------------------------------------------------------------------------------------------------------------------------------

{ printf 'probe begin { println("'; text 10485760 'a'; echo '") }'; } | try string 3
{ printf 'probe begin { '; text 10485760 'x'; echo ' = 1 }'; } | try name 2 "no probes found"
{ printf 'probe begin { println('; text 10485760 '1'; echo ') }'; } | try number 2 "number invalid or out of range"
{ printf '/*'; text 20000000 'x'; } | try comment 2 "is empty"
{ printf '%%{'; text 10485760 'x'; echo '%} probe begin { println(1) }'; } | try embedded 3
text 1000000 "$(printf '\001')" | try junk 2 "expected 'probe'"
{ printf 'probe begin { '; text 300000 'x++ '; echo 'println(x) }'; } | try statements 3
{ printf 'probe begin { printf("'; text 20000 '%d'; printf '"'; text 20000 ',1'; echo ') }'; } | try values 2 "too many arguments to print (20000)"
{ printf 'global a probe begin { a[1'; text 20000 ',1'; echo '] = 1 println(a[1]) }'; } | try keys 2 "has more than 9 indices"

# ---- number --------------------------------------------------------------------------------------------------------------------------------

{ echo 'global n'; text 50000 'probe begin { n++ } '; echo 'probe end { println(n) }'; } | try probes 3
{ each 1000 'function f(a:long) { if (a == %d) return %d; next }'; echo 'probe begin { println(f(3)) }'; } | try overloads 3
{ each 500000 'global g%d'; echo 'probe begin { println(g1) g1 = 2 }'; } | try globals 2
{ each 50000 'global g%d'; printf 'probe begin { '; each 50000 'g%d++'; echo ' }'; } | try shown-globals 2
{ printf 'probe begin { '; each 50000 'x%d = %d println(x%d)'; echo ' }'; } | try locals 2
{ each 10000 'probe z.a%d = begin { x = 1 }'; echo 'probe z.* { println(x) }'; } | try aliases 2
text 50000 'probe begin { + } ' | try mistakes 2 "50000 parse errors"
{ printf 'probe begin { '; each 20000 'f%d()'; echo ' }'; } | try unresolved 2 "unresolved function f0"

{ printf 'probe begin { '; each 1200 'if ("a" =~ "(.*)a(.*)b(.*)c(.*)d%d") println(matched(1))'; echo '}'; } |
	try patterns 2 "together"
{ printf 'probe begin { '; each 1800 'println("a" =~ "(a|b)*a(a|b){20}%d")'; echo '}'; } | try hard-patterns 2 "take too long to compile"

# ---- growth --------------------------------------------------------------------------------------------------------------------------------

echo '@define a %( @a @a %) probe begin { @a }' | try macro-itself 2 "invokes itself"
echo '@define a(x) %( @b(@x @x) %) @define b(x) %( @a(@x @x) %) probe begin { @a(1) }' | try macro-mutual 2 "invokes itself"
{ echo '@define a0 %( 1 %)'; each 60 '@define a%e %( @a%d + @a%d %)'; echo 'probe begin { x = @a60 println(x) }'; } |
	try macro-doubling 2 "nested too deeply"
{ echo '@define m(a) %( [ @a ] %)'; printf 'probe begin { x = '; text 5000 '@m('; printf 1; text 5000 ')'; echo ' }'; } |
	try macro-arguments 2 "macros expand to more than 1000000 tokens"
{ printf 'probe '; text 20 '{begin,end,error,never}.'; echo 'x { }'; } | try braces 2 "more than 10000 probe points"
{ each 20 'probe a%d = a%e, a%e, a%e { x%d = 1 }'; echo 'probe a20 = begin { } probe a0 { println(1) }'; } |
	try alias-product 2 "the script grows too large"
{ each 500 'function f(a:long) { if (a == %d) return %d; next }'; printf 'probe begin { '; text 500 'println(f(3)) '; echo '}'; } |
	try overload-calls 2 "more than 200000 overloads"
{ printf 'probe begin'; text 5000 ',begin'; printf ' { '; text 5000 'x++ '; echo 'println(x) }'; } | try handler-copies 2 "more than 512 MiB"
{ printf 'global x probe a = begin { '; text 7000 'x++ '; echo '}'; text 1500 'probe a { println(x) } '; } | try alias-copies 2 "more than 512 MiB"
{ printf 'global n probe begin'; text 250 ',begin'; printf ' { '; text 4000 'n++ '; echo 'println(n) }'; } | try many-statements 3
{ echo 'probe a = b { } probe b = a { } probe a { println(1) }'; } | try alias-itself 2 "recursive loop in alias expansion"
{ each 1000 'probe z.a%d = begin { x = 1 }'; echo 'probe **.**.**.**.** { println(1) }'; } | try stars 2 "while resolving probe point"
{ printf 'probe '; text 2000 '*a'; echo ' { println(1) }'; } | try star-letters 2 "while resolving probe point"
# ---- speed, for scripts that somebody does write -------------------------------------------------------------------------------------------

# verdict TEXT COMMAND…: the command's success is the test's
verdict()
{
	text=$1
	shift
	n=$(($(cat count) + 1))
	echo "$n" >count
	if "$@"; then echo "ok $n - $text"; else echo "not ok $n - $text"; fi
}

# within BUDGET TEXT COMMAND…: in yardsticks of the same run (bench/cpu.c), the median of five
within()
{
	budget=$1 text=$2
	shift 2
	got=$(./cpu 5 "$@")
	verdict "$text: ${got##* } yardsticks, budget $budget (${got%% *} CPU seconds)" \
		awk -v got="${got##* }" -v most="$budget" 'BEGIN { exit !(got != "" && got <= most) }'
}

# parses N SCRIPT: that many library files, no more
parses() { "$stap" -r none -w -vv -p2 -e "$2" 2>&1 >/dev/null | grep -q "^Pass 2: $1 library scripts\\? needed"; }

if [ "$only" = "  " ]; then
	gcc -O2 -o cpu "$top/testsuite/bench/cpu.c"
	{
		each 1000 'global n%d
probe timer.s(%e) {
	// what a script of this size is made of
	if (n%d > 10 && pid() != %d) {
		a[pid(), execname()] += n%d++ * 2
		println(a[pid(), execname()], " of ", execname() . ":")
	}
	foreach ([p, e] in a-)
		s <<< a[p, e]
}'
		echo 'global a, s'
	} >ten-thousand.stp
	{
		echo 'global s, n'
		"$stap" -r none --dump-functions | awk -F '[ :(]' '!seen[$1 FS gsub(/,/, ",")]++ {
			args = $0; sub(/^[^(]*\(/, "", args); sub(/\).*/, "", args)
			m = args == "" ? 0 : split(args, a, ","); call = ""
			for (i = 1; i <= m; i++) call = call (i > 1 ? ", " : "") (a[i] ~ /:string/ ? "s" : "n")
			print "probe begin { " $1 "(" call ") }" }'
	} >whole-tapset.stp
	verdict "a script of $(wc -l <ten-thousand.stp) lines is sound" "$stap" -r none -w -p2 ten-thousand.stp >out
	tail -n 1 out
	within 1 "-p1 of a script of ten thousand lines" "$stap" -r none -p1 ten-thousand.stp
	{ echo 'probe begin { a0 = 1'; each 5600 'a%e = a%d'; echo 'println(1) }'; } >dead-chain.stp
	within 1 "-p2 of $(wc -c <dead-chain.stp) bytes where each assignment is for the next only" "$stap" -r none -w -p2 dead-chain.stp
	{ echo 'probe begin {'; each 4000 'println(counter_%d_of_all)'; echo '}'; } >unassigned.stp
	within 10 "L15: -p2 of 4,000 names that are never assigned" sh -c "'$stap' -r none -p2 unassigned.stp 2>err"
	verdict "L15: all are told, and for the first hundred what is similar" \
		test "$(grep -c 'never-assigned' err) $(grep -c '(similar: counter_' err)" = "4000 100"
	{ echo 'probe begin {'; each 3000 'count_%d_of_all()'; echo '}'; each 3000 'function count_%d_all() { }'; } >uncalled.stp
	"$stap" -r none -p2 uncalled.stp >out 2>err
	verdict "L15: 3,000 functions that are not there: the same" \
		test "$(grep -c 'unresolved function' err) $(grep -c '(similar: count_' err)" = "3000 100"
	perl -e 'srand 1; sub name { join "", sort { rand() <=> 0.5 } split //, "abcdefghij" x 100 }
		print "function ", name(), "() { }\n" for 1 .. 100; print "probe begin {\n"; print name(), "()\n" for 1 .. 100; print "}\n"' >anagrams.stp
	within 10 "L15: -p2 of 100 names that are anagrams of 100 others, of 1,000 letters" sh -c "'$stap' -r none -p2 anagrams.stp 2>err; [ \$? = 1 ]"
	if [ -n "$STP_KERNELS" ]; then
		kernel=${STP_KERNELS%% *}
		"$stap" -r "$kernel" --build-kit >/dev/null 2>&1 </dev/null # F2: not within what is timed
		{ echo 'probe kernel.function("vfs_read") {'; each 3900 'println($$parms$$)'; echo '}'; } >pretty.stp
		each 35 'probe a = kernel.function("vfs_read") { x = 1 } probe b = a { y = x } probe b { println(y) }' >aliases.stp
		within 30 "-p2 of $(wc -c <aliases.stp) bytes of aliases, 43,000 points" "$stap" -r "$kernel" -w -p2 aliases.stp
		each 300 'probe a = kernel.function("nosuch") { x = 1 } probe a.return { println(x) }' >mistakes.stp
		within 4 "-p2 of $(wc -c <mistakes.stp) bytes of aliases with a mistake" sh -c "'$stap' -r '$kernel' -w -p2 mistakes.stp 2>err; [ \$? = 1 ] && grep -q 'kernel.*function' err"
		each 1200 'probe kernel.function("no_such_thing_%d") { }' >unknown.stp
		within 20 "L15: -p2 of 1,200 functions that the kernel has not" sh -c "'$stap' -r '$kernel' -p2 unknown.stp 2>err; [ \$? = 1 ] && grep -q 'kernel.*function' err"
		within 10 "-p3 of $(wc -c <pretty.stp) bytes of \$\$parms\$\$" "$stap" -r "$kernel" -w -p3 pretty.stp
		verdict "$(grep -c '^probe' whole-tapset.stp) functions of the tapset are sound" \
			"$stap" -r "$kernel" -g -w -u -p2 whole-tapset.stp >out
		tail -n 1 out
		within 1 "-p2 with every function of the tapset called" "$stap" -r "$kernel" -g -w -u -p2 whole-tapset.stp
	else
		n=$(($(cat count) + 1))
		echo "$n" >count
		echo "ok $n - -p2 with every function of the tapset called # SKIP no kernel in STP_KERNELS"
	fi
	verdict "hello parses no library script" parses 0 'probe begin { println("hello") }'
	verdict "pid() parses one" parses 1 'probe begin { println(pid()) }'
fi
echo "1..$(cat count)"
