#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fuzzing, a little of it: each testsuite/fuzz/*_fuzz.c that says `link: …` is built with AddressSanitizer and UndefinedBehaviorSanitizer and
# a driver that mutates the test scripts, the same way each time (fuzz/mutate.c). $FUZZ_SEED and $FUZZ_RUNS look further; `fuzz.t NAME…` runs
# those only. `link: syntax` has translator/syntax and its containers, `link: regex` the same of translator/regex, `link: passes`
# all of passes 1 to 3.
#
# The long way, with clang: the same command with `clang -fsanitize=fuzzer,address,undefined` and without mutate.c, then
#	NAME_fuzz -dict=testsuite/fuzz/parse.dict -max_len=65536 -timeout=10 -max_total_time=600 FOUND CORPUS
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
bin=$build/fuzz
seed=${FUZZ_SEED:-1}
export ASAN_OPTIONS=detect_leaks="${UNIT_LEAKS:-1}":quarantine_size_mb=16 TMPDIR="$bin"
mkdir -p "$bin"
cd "$top" || exit 1
n=0

# the inputs: every script of the tests and the tapset
scripts() { find "$top/testsuite" "$top/tapset" -name '*.stp' -o -name '*.stpm' | LC_ALL=C sort; }

# the sources that a target needs
sources()
{
	case $1 in
	syntax) ls translator/syntax/*.c translator/base/arena.c translator/base/buf.c translator/base/error.c translator/base/intern.c \
		translator/base/map.c translator/base/text.c translator/base/vec.c ;;
	regex) ls translator/regex/*.c translator/base/arena.c translator/base/error.c translator/base/vec.c ;;
	passes) find translator/arch translator/base translator/codegen translator/kit translator/library translator/probe translator/regex \
		translator/sema translator/syntax translator/types staprun/fsowner.c -name '*.c' 2>/dev/null; echo translator/session.c ;;
	esac
}

# objects are kept: all of them take half a minute
compile()
{
	flags="-std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
	{
		echo "CFLAGS = $flags -Itestsuite -Itranslator -I. -I$build -DSTP_SRCDIR='\"$top\"' -DSTP_BUILDDIR='\"$build\"' \\"
		echo "	-DSTP_PKGDATADIR='\"/nowhere\"' -DSTP_LIBEXECDIR='\"/nowhere\"' -DSTP_BINDIR='\"/nowhere\"' -MMD"
		echo "OBJS = $(sources "$2" | sed "s|^|$bin/|; s|c\$|o|" | tr '\n' ' ') $bin/testsuite/fuzz/$1.o $bin/testsuite/fuzz/mutate.o"
		echo "$bin/$1: \$(OBJS)"
		echo "	gcc $flags -o \$@ \$(OBJS) -lbpf -lelf -lmd -llzma -lzstd -lz"
		echo "$bin/%.o: %.c"
		echo "	@mkdir -p \$(@D)"
		echo "	gcc \$(CFLAGS) -c -o \$@ \$<"
		echo "-include \$(OBJS:.o=.d)"
	} >"$bin/$1.mk"
	make -j2 -s -f "$bin/$1.mk" "$bin/$1" >"$bin/$1.log" 2>&1
}

run_target()
{
	runs=${FUZZ_RUNS:-$(sed -n 's/^.*\bruns: *\([0-9]*\).*/\1/p' "testsuite/fuzz/$1.c")}
	# names of files have no blanks
	# shellcheck disable=SC2046
	(cd "$bin" && exec "./$1" "$seed" "${runs:-2000}" 10 "$top/testsuite/fuzz/parse.dict" $(scripts)) >"$bin/$1.out" 2>&1
}

[ $# -gt 0 ] || set -- $(cd testsuite/fuzz && ls -- *_fuzz.c)
for f in "$@"; do
	name=${f%.c}
	link=$(sed -n 's/^.*\blink: *\([a-z]*\).*/\1/p' "testsuite/fuzz/$name.c" | head -n 1)
	[ -n "$link" ] || continue
	n=$((n + 1))
	if ! compile "$name" "$link"; then
		echo "not ok $n - $name: does not compile"
		head -20 "$bin/$name.log" | sed 's/^/# /'
	elif run_target "$name"; then
		echo "ok $n - $name: seed $seed"
	else
		echo "not ok $n - $name: status $? with the input in $bin/fuzz-input"
		tail -40 "$bin/$name.out" | sed 's/^/# /'
	fi
done
echo "1..$n"
