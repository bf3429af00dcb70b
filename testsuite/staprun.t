#!/bin/sh
# shellcheck disable=SC2034,SC2154,SC2013
# SPDX-License-Identifier: GPL-2.0-or-later
#
# staprun and stapio without a kernel that loads modules: attacks on each MUST rule of staprun/*.c, bad modules, the command line, and
# whole runs against testsuite/staprun/fake.c with programs built for tests (sanitizers, testsuite/staprun/syscalls.c in place of the kernel). The files
# testsuite/staprun/*.sh are sourced; each function check_… in them is one test: status 0 = ok, its output says why not. `staprun.t NAME…`
# runs those only.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
work=$build/staprun-tests
n=0

rm -rf "$work"
mkdir -p "$work" && cd "$work" || exit 1
staprun=$build/staprun/staprun
flags="-std=gnu11 -g -O1 -D_GNU_SOURCE -I$top -Wall -Wextra -fsanitize=address,undefined -fno-sanitize-recover=all"
common="account asker ctl escape fsowner msg options sink"
syscalls=$top/testsuite/staprun/syscalls.c
files() { for f in "$@"; do printf '%s ' "$top/staprun/$f.c"; done; }
# shellcheck disable=SC2046,SC2086
{
	gcc $flags -o t_staprun "$syscalls" $(files $common elf guard identity info kallsyms kernelfs module orphans reader remove remover session sha256 staprun) &&
	gcc $flags -o t_stapio "$syscalls" $(files $common command kernelfs notices outfile output path relay stapio) &&
	gcc $flags -o fake "$top/testsuite/staprun/fake.c" &&
	gcc $flags -DFUZZ_ALONE -o elf_fuzz "$top/testsuite/fuzz/elf_fuzz.c" $(files elf escape info msg sink)
} >build.log 2>&1 || { echo "not ok 1 - the test programs do not compile"; sed 's/^/# /' build.log; echo 1..1; exit 1; }
export SYSTEMTAP_STAPIO="$work/t_stapio" ASAN_OPTIONS=detect_leaks=0 # their processes end by _exit()

# module FILE NAME [line of .stap_info]…: an object that looks like a module of ours for the running kernel
module()
{
	m_file=$1 m_name=$2 m_release=${m_release:-$(uname -r)}
	shift 2
	{
		printf '\t.section .modinfo,"a"\n\t.asciz "license=GPL"\n\t.asciz "name=%s"\n\t.asciz "vermagic=%s SMP mod_unload "\n' \
			"$m_name" "${m_magic:-$m_release}"
		printf '\t.section .gnu.linkonce.this_module,"aw"\n\t.zero 24\n\t.asciz "%s"\n\t.zero 900\n' "$m_name"
		printf '\t.section .stap_info,"a"\n\t.ascii "abi %s\\nrelease %s\\nbulk 0\\n"\n' "${m_abi:-1}" "$m_release"
		for m_line in "$@"; do printf '\t.ascii "%s\\n"\n' "$m_line"; done
	} >module.s
	gcc -c -o "$m_file" module.s
	m_release=''
}

# says ARGS…: the command's output (either stream) holds the text $want, and its status is $status (1)
says()
{
	timeout 20 "$@" >said 2>&1 </dev/null
	got=$?
	[ "$got" = "${status:-1}" ] && grep -qF -- "$want" said && return 0
	echo "'$*' gave status $got and said:"
	cat said
	echo "expected status ${status:-1} and '$want'"
	return 1
}

for file in "$top"/testsuite/staprun/*.sh; do
	# shellcheck disable=SC1090
	. "$file"
done
for file in "$top"/testsuite/staprun/*.sh; do
	for t in $(sed -n 's/^\(check_[A-Za-z0-9_]*\)().*/\1/p' "$file"); do
		[ -z "$*" ] || echo " $* " | grep -q " ${t#check_} " || continue
		n=$((n + 1))
		skip=''
		if "$t" >t.out 2>&1; then
			[ -z "$skip" ] && echo "ok $n - ${t#check_}" || echo "ok $n - ${t#check_} # SKIP $skip"
		else
			echo "not ok $n - ${t#check_}"
			sed 's/^/# /' t.out | head -40
		fi
	done
done
echo "1..$n"
