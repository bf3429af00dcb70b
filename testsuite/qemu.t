#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# stap --vm without a boot: what QEMU is told, what the guest is given, and what becomes of its words. A script plays QEMU.
top=${STP_TOP:-$(cd "$(dirname "$0")/.." && pwd)}
build=${STP_BUILD:-$top/build}
stap=${STAP:-$build/stap}
# shellcheck source=testsuite/tap.sh
. "$top/testsuite/tap.sh"
release=${STP_KERNELS%% *}
work=$(mktemp -d "$build/qemu-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

if [ -z "$release" ]; then
	echo "ok 1 - --vm # SKIP no kernel in STP_KERNELS"
	echo "1..1"
	exit
fi

# QEMU: its arguments are kept, the initrd is unpacked, ./guest is run with the guest's ways out as descriptors 20, 21 (errors) and 22 (status)
mkdir bin
cat >bin/qemu-system-x86_64 <<END
#!/bin/bash
[ "\$1" != -help ] || exit 0
cd '$work'
printf '%s\n' "\$@" >argv
rm -rf initrd && mkdir initrd
channel() { sed -n "s,^file\\,id=\$1\\,path=,,p" argv; }
(cd initrd && cpio -idm --quiet <"\$(sed -n '/^-initrd\$/{n;p}' ../argv)")
sed -n 's/^file:\(.*\)/\1/p' argv >console
exec 20>"\$(channel out)" 21>"\$(channel err)" 22>"\$(channel status)"
. ./guest
END
chmod +x bin/qemu-system-x86_64
PATH=$work/bin:$PATH

# vm OPTIONS…: $status, ./out, ./err
vm()
{
	"$stap" --vm="$release" "$@" >out 2>err </dev/null
	status=$?
}

# told ARGUMENT VALUE: the argument stands before the value
told() { awk -v a="$1" -v v="$2" 'last == a && $0 == v { found = 1 } { last = $0 } END { exit !found }' argv; }
not_told() { ! told "$@"; }

# the user that QEMU is to become
user() { sed -n '/^-runas$/{n;p}' argv; }

# root's QEMU becomes somebody who is nobody else by itself, and needs leave to do so
confined()
{
	if [ "$(id -u)" = 0 ]; then
		uid=$(user) && uid=${uid%:*}
		told -sandbox on,elevateprivileges=allow,spawn=deny && told -runas "$uid:$uid" && [ "$uid" -ge 61184 ] && [ "$uid" -le 65519 ] &&
			! getent passwd "$uid" && ! getent group "$uid"
	else
		told -sandbox on,elevateprivileges=deny,spawn=deny && [ -z "$(user)" ]
	fi
}

printf 'echo words >&20; echo more >&21; echo 0 >&22\n' >guest
echo carried >"file,1"
vm --vm-dir=. --vm-run 'echo hello' --vm-file "$work/file,1" --vm-file "$work/guest"
check "what the guest says comes out, on its stream, with its status" eval 'is "$(cat out)" words && is "$(cat err)" more && is "$status" 0'
check "the command is what was asked for" is "$(cat initrd/vm/command)" "echo hello"
check "files are carried under their last name" eval 'is "$(cat initrd/vm/file,1)" carried && cmp -s guest initrd/vm/guest'
check "the directory that is shown is where the command starts" is "$(cat initrd/vm/cwd)" "$work"
check "one thread serves two CPUs" eval 'told -accel tcg,thread=single && told -smp 2 && told -m 1536 && told -cpu max,la57=off && not_told -icount shift=0,sleep=off'
check "nothing of the user's QEMU, no network, the sandbox" \
	eval 'grep -qx -- -nodefaults argv && grep -qx -- -no-user-config argv && told -display none && confined && ! grep -q "netdev\|-nic\|-net" argv'
check "the kernel is that release's" eval 'grep -qx ".*vmlinuz-$release" argv && told -append "console=ttyS0 quiet loglevel=3 oops=panic panic=-1"'
lib=$(dirname "$(dirname "$(sed -n '/^-kernel$/{n;p}' argv)")")/lib/modules/$release
for share in "usr /usr" "modules $lib" "cwd $work"; do
	path=${share#* } share=${share% *}
	check "$share is there to be read" eval 'grep -qx "local,id=$share,path=$path,security_model=none,multidevs=remap,readonly=on" argv &&
		told -device "virtio-9p-pci,fsdev=$share,mount_tag=$share"'
done
check "and no other folder" is "$(grep -c '^local,id=' argv)" 3
for ch in out err status; do
	check "the guest's way for its $ch" eval 'told -device "virtserialport,chardev=$ch,name=stap.$ch" && grep -q "^file,id=$ch,path=/dev/fd/[0-9]*$" argv'
done
check "our way to the guest" eval 'told -device virtserialport,chardev=ctl,name=stap.ctl && grep -q "^socket,id=ctl,fd=[0-9]*$" argv && told -device virtio-serial-pci'
check "the guest's first program, and what it mounts with" eval '[ -x initrd/init ] && [ -x initrd/bin/busybox ] && [ -x initrd/vm/run ] && grep -q "9pnet_virtio.ko" initrd/modules/order && grep -q overlay.ko initrd/modules/order'
check "each module once, and its own needs before it" eval '[ -z "$(sort initrd/modules/order | uniq -d)" ] && [ "$(sed -n "/^9pnet.ko/=" initrd/modules/order)" -lt "$(sed -n "/^9p.ko/=" initrd/modules/order)" ]'
check "modules are as they were, unpacked" eval 'for m in $(cat initrd/modules/order); do [ "$(head -c 4 "initrd/modules/$m" | tail -c 3)" = ELF ] || exit 1; done'
check "users, and who is who, but no secrets" eval '[ -s initrd/etc/passwd ] && [ ! -e initrd/etc/shadow ] && [ ! -e initrd/etc/ssh ]'

printf 'echo 7 >&22\n' >guest
vm --vm-run 'exit 7'
check "the guest's status is stap's, when it is one" is "$status" 7
printf 'head -c 200000 /dev/zero | tr "\\0" x >&20; echo 0 >&22\n' >guest
vm --vm-run true
check "much comes through whole" is "$(wc -c <out)" 200000
printf 'printf "panic: no init\\n" >"$(cat console)"; exit 3\n' >guest
vm --vm-run true
check "a guest that dies: its last words" eval 'is "$status" 1 && grep -qF "the virtual machine ended before the command did (QEMU'"'"'s status 3); its last words:" err && grep -qx "panic: no init" err'
mkdir left
printf 'head -c 3000000 /dev/zero | tr "\\0" x >"$(cat console)"; printf "\\nlast" >"$(cat console)"; du -sb --exclude=initrd left >size; exit 3\n' >guest
TMPDIR=$work/left vm --vm-run true
check "what a guest says on its console fills no disk: its end is kept" eval '[ "$(cut -f 1 size)" -lt 20000 ] && is "$(tail -n 1 err)" last && is "$(wc -c <err)" "$((2000 + $(head -n 1 err | wc -c) + 1))"'
rm -r left
printf 'kill -9 $$\n' >guest
vm --vm-run true
check "one that is killed, and said nothing" eval 'is "$status" 1 && grep -q "(QEMU.s status 137)$" err'

printf 'ls -l /proc/self/fd >fds; ps -o sid= -p $$ >sid; echo $$ >pid; echo 0 >&22\n' >guest
echo "caller's own" >secret
vm --vm-run true 9<secret
check "C5: what stap's caller has open the guest has not" eval '[ -s fds ] && ! grep -q secret fds'
check "C5: keys of the terminal are not QEMU's: ^C ends the script, not the machine" eval '[ "$(tr -d " " <sid)" = "$(cat pid)" ]'
printf 'echo $$ >pid.new; sleep 300 & echo $! >>pid.new; mv pid.new pid; wait\n' >guest
rm -f pid
mkdir -p left
TMPDIR=$work/left "$stap" --vm="$release" --vm-run true >out 2>err </dev/null &
until [ -s pid ]; do sleep 0.05; done
check "who sees to that has another name than stap" [ -z "$(grep -lsx "PPid:.$!" /proc/[0-9]*/status | xargs -r grep -lsx 'Name:.stap')" ]
kill -KILL $!
wait $! 2>/dev/null
# there: processes of QEMU's that are there; none, after some time
there() { for p in $(cat pid); do grep -s '^State:' "/proc/$p/status" | grep -v Z; done | wc -l; }
for i in $(seq 100); do
	[ "$(there)" != 0 ] || break
	sleep 0.1
done
check "KILL of stap ends QEMU" is "$(there)" 0
rm -r left
# the first interrupt is the guest's to know, the second changes nothing, the third ends stap
printf 'ctl=$(sed -n "s/^socket,id=ctl,fd=//p" argv)
kill -INT $PPID; read -t 60 -r word <&$ctl; echo "first $word" >&20
kill -INT $PPID; read -t 0.5 -r word <&$ctl || echo second >&20\necho 0 >&22\n' >guest
vm --vm-run true
check "an interrupt is passed on, once" eval 'out_is "first INT" second && is "$status" 0'
printf 'kill -INT $PPID\nexit 3\n' >guest
vm --vm-run true
check "a guest that ends at an interrupt: nothing is said of its death" eval 'is "$status" 1 && ! err_has "virtual machine ended"'
for sig in QUIT USR1 USR2 ALRM VTALRM IO; do
	mkdir -p left
	printf 'kill -%s $PPID; sleep 0.2; echo 0 >&22\n' $sig >guest
	TMPDIR=$work/left vm --vm-run true
	check "C6: SIG$sig ends stap in order" eval '[ "$status" -lt 128 ] && [ -z "$(ls -A left)" ]'
done

# ---- a terminal ----------------------------------------------------------------------------------------------------------------------------------
# on_terminal STREAM OPTIONS…: STREAM (out, err) of stap is a terminal; what that got, without its carriage returns, is in ./out
on_terminal()
{
	case $1 in out) other='2>err' ;; err) other='>err' ;; esac
	shift
	printf '#!/bin/sh\nexec "%s" --vm="%s" "$@" %s </dev/null\n' "$stap" "$release" "$other" >terminal
	{ echo 'exec sh ./terminal \'; for a; do printf "'%s' " "$a"; done; } >arguments
	script -qec 'sh ./arguments' /dev/null </dev/null | tr -d '\r' >out
}
if command -v script >/dev/null; then
	esc=$(printf '\033') bel=$(printf '\007')
	owns="${esc}[2J${esc}]0;OWN${bel}" shown='\033[2J\033]0;OWN\007'
	# in pieces: a sequence that is whole only with what comes next; an end in the middle of one
	says='printf "\033" >&@; sleep 0.1; printf "[2J\033]0;OWN\007\tä\n\033[3" >&@; echo 0 >&22'
	echo "$says" | sed 's/@/20/g' >guest
	vm --vm-run true
	check "C2: no terminal: every byte" is "$(cat out)" "$(printf '%s\tä\n\033[3' "$owns")"
	on_terminal out --vm-run true
	check "C2: a terminal: control characters are shown" is "$(cat out)" "$(printf '%s\tä\n\\033[3' "$shown")"
	on_terminal out -e 'probe begin { printf("\033[1m") }'
	check "C2: a script that draws: so may the guest, but no more" is "$(cat out)" "$(printf '%s[2J\\033]0;OWN\\007\tä\n\\033[3' "$esc")"
	on_terminal out -e 'probe begin { printf("\033[1m") }'
	check "C2: also when the script's module comes out of the cache" is "$(cat out)" "$(printf '%s[2J\\033]0;OWN\\007\tä\n\\033[3' "$esc")"
	on_terminal out -e 'probe begin { printf("\033]0;mine\007") }'
	check "C2: a script that sets a title: every byte" is "$(cat out)" "$(printf '%s\tä\n\033[3' "$owns")"
	echo "$says" | sed 's/@/21/g' >guest
	on_terminal err --vm-run true
	check "C2: messages as well" is "$(cat out)" "$(printf '%s\tä\n\\033[3' "$shown")"
	on_terminal err --color=always -m vm_script -e 'probe begin { println(1) }'
	check "C2: colours of messages pass when they were asked for" is "$(cat out)" "$(printf '%s[2J\\033]0;OWN\\007\tä\n\\033[3' "$esc")"
	printf 'printf "panic: %%s\n" "%s" >"$(cat console)"; exit 3\n' "$owns" >guest
	vm --vm-run true
	check "C2: last words of a guest" grep -qxF "panic: $shown" err
else
	echo "ok $((n += 1)) - C2: a terminal # SKIP no script(1)"
fi

printf 'echo 0 >&22\n' >guest
if [ "$(id -u)" = 0 ]; then
	sed -i 's/^\[ "$1" != -help ].*/[ "$1" != -help ] || { echo "-run-with [async-teardown=on|off][user=username|uid:gid]"; exit 0; }/' bin/qemu-system-x86_64
	vm --vm-run true
	uid=$(sed -n '/^-run-with$/{n;s/^user=\([0-9]*\):\1$/\1/p}' argv)
	check "a QEMU of another age is told by another option whom it becomes" eval '[ "$uid" -ge 61184 ] && [ "$uid" -le 65519 ] && [ -z "$(user)" ]'
fi
vm --vm-run "echo it's; cd 'a b'"
check "the command comes as it is, with its quotes" is "$(cat initrd/vm/command)" "echo it's; cd 'a b'"
vm --vm-cpus 4 --vm-run true
check "--vm-cpus" told -smp 4
vm --vm-icount --vm-cpus 4 --vm-run true
check "--vm-icount: one CPU, a nanosecond an instruction" \
	eval 'told -accel tcg && told -smp 1 && told -icount shift=0,sleep=off && told -append "console=ttyS0 quiet loglevel=3 oops=panic panic=-1 nokaslr mitigations=off"'
vm --vm-bare --vm-run true
check "--vm-bare: nothing of this host" eval '[ -e initrd/vm/bare ] && ! grep -q "^local,id=" argv && [ ! -s initrd/vm/cwd ] && [ ! -e initrd/etc ]'
vm --vm-run true
check "without --vm-dir no directory is shown" eval '! grep -q "id=cwd" argv && [ ! -s initrd/vm/cwd ]'
mkdir 'a,b'
vm --vm-dir='a,b' --vm-run true
check "a comma in its name is doubled" grep -q "^local,id=cwd,path=$work/a,,b,security" argv

# ---- which kernel --------------------------------------------------------------------------------------------------------------------------------
# kernel RELEASE IMAGE MODULES: one that is unpacked, with these two of its parts below its folder
kernel()
{
	mkdir -p "kernels/kernels/$1/$(dirname "$2")" "kernels/kernels/$1/$(dirname "$3")"
	echo "image of $1" >"kernels/kernels/$1/$2"
	ln -s "$lib" "kernels/kernels/$1/$3"
}
# boots WANT RELEASE IMAGE MODULES
boots()
{
	rm -f argv
	SYSTEMTAP_DIR=$work/kernels "$stap" --vm="$1" --vm-run true >out 2>err </dev/null
	status=$? root=$work/kernels/kernels/$2 image=$3 modules=$4
	check "--vm=$1 is $2, with $3" eval 'ok && is "$(sed -n "/^-kernel\$/{n;p}" argv)" "$root/$image" && grep -q "^local,id=modules,path=$root/$modules,security" argv'
}
mkdir kernels
kernel 6.99.9-a boot/vmlinuz-6.99.9-a lib/modules/6.99.9-a
kernel 6.99.10-a lib/vmlinuz lib/modules/6.99.10-a
mv kernels/kernels/6.99.10-a/lib/vmlinuz kernels/image
rm kernels/kernels/6.99.10-a/lib/modules/6.99.10-a
cp -rs "$lib" kernels/kernels/6.99.10-a/lib/modules/6.99.10-a
mv kernels/image kernels/kernels/6.99.10-a/lib/modules/6.99.10-a/vmlinuz
kernel 6.991.1-b boot/vmlinuz-6.991.1-b usr/lib/modules/6.991.1-b
kernel 6.99.11-a boot/vmlinuz-6.99.11-b lib/modules/6.99.11-a # no image of that name
kernel 6.99.12-a boot/vmlinuz-6.99.12-a lib/modules/6.99.12-b # no modules
kernel 6.98.1 usr/x usr/lib/modules/6.98.1
rm kernels/kernels/6.98.1/usr/lib/modules/6.98.1
cp -rs "$lib" kernels/kernels/6.98.1/usr/lib/modules/6.98.1
mv kernels/kernels/6.98.1/usr/x kernels/kernels/6.98.1/usr/lib/modules/6.98.1/vmlinuz
boots 6.99 6.99.10-a lib/modules/6.99.10-a/vmlinuz lib/modules/6.99.10-a
boots 6.99.9 6.99.9-a boot/vmlinuz-6.99.9-a lib/modules/6.99.9-a
boots 6.99.9-a 6.99.9-a boot/vmlinuz-6.99.9-a lib/modules/6.99.9-a
boots 6.991 6.991.1-b boot/vmlinuz-6.991.1-b usr/lib/modules/6.991.1-b
boots 6.98.1 6.98.1 usr/lib/modules/6.98.1/vmlinuz usr/lib/modules/6.98.1
for want in 6.99.1 6.99.11 6.99.12-a 6.9; do
	SYSTEMTAP_DIR=$work/kernels "$stap" --vm=$want --vm-run true >out 2>err </dev/null
	status=$?
	check "--vm=$want: there is none" eval 'is "$status" 1 && err_has "no kernel $want to boot here; stap-prep $want fetches one"'
done

# by what the module is known
known() { echo "'-H' '$(sha256sum <initrd/vm/vm_script.ko | cut -c 1-64)'"; }

# ---- a script -----------------------------------------------------------------------------------------------------------------------------------
vm -v -w -s 3 -o "it's out" -c 'echo $HOME' -m vm_script -e 'global g = 1 probe begin { println(g) exit() }' -G g=5
check "a script: staprun's command line, for the guest's shell" is "$(tail -n 1 initrd/vm/command)" \
	"exec '/vm/staprun' '-w' '-c' 'echo \$HOME' '-b' '3' '-o' '/vm/output' $(known) '/vm/vm_script.ko' 'g=5'"
check "a script: where stapio is" is "$(head -n 1 initrd/vm/command)" "export SYSTEMTAP_STAPIO=/vm/stapio"
check "a script: its programs and its module" eval 'cmp -s "$build/staprun/staprun" initrd/vm/staprun && cmp -s "$build/staprun/stapio" initrd/vm/stapio &&
	[ -x initrd/vm/staprun ] && [ -x initrd/vm/stapio ] && [ -s initrd/vm/vm_script.ko ] && [ ! -x initrd/vm/vm_script.ko ]'
# says WHAT WORDS OPTIONS…: staprun's words for a script that is run with these options
says()
{
	what=$1 words=$2
	shift 2
	vm -m vm_script "$@" -e 'global g = 1 probe begin { println(g) exit() }'
	check "staprun's words: $what" is "$(sed -n "s/^exec '.vm.staprun' //p" initrd/vm/command)" "${words:+$words }$(known) '/vm/vm_script.ko'"
}
says "none" ""
says "-v is for us, more is for it too" "'-v' '-v'" -vvv
says "-s" "'-b' '12'" -s 12
says "-o" "'-o' '/vm/output'" -o f
says "--color" "'-C' 'always'" --color=always
vm -e 'probe begin { println("from the cache") exit() }'
check "staprun's words: -R for a module out of the cache" grep -q "^exec '/vm/staprun' '-R' '-H' '[0-9a-f]\{64\}' '/vm/stap_[0-9a-f]*_[0-9]*.ko'$" initrd/vm/command

# ---- -o -------------------------------------------------------------------------------------------------------------------------------------------
printf 'printf "a\\nb\\n" >"$(sed -n "s,^file.id=file.path=,,p" argv)"; echo "of the command" >&20; echo 0 >&22\n' >guest
script='probe begin { println("words") exit() }'
mkdir sub
(cd sub && vm -o "o-%Y" -e "$script" && mv out err ..)
check "P4: -o: FILE is here, by strftime, and holds the script's output alone" \
	eval 'is "$(cat "sub/o-$(date +%Y)")" "$(printf "a\nb")" && is "$(cat out)" "of the command" && no_err'
check "P4: what the guest calls it" grep -q "stap.file) .b ln -s /dev/.{p##\*/} /vm/output;;" initrd/vm/run
rm -f argv
failed="Pass 5: run failed.  [man error::pass5]"
vm -o none/there -e "$script"
check "P4: -o: a file that cannot be: said before the machine starts" \
	eval 'is "$status" 1 && err_is "ERROR: Couldn'"'"'t open output file '"'none/there'"': No such file or directory" "$failed" && [ ! -e argv ]'
vm -o /dev/full -e "$script"
check "P4: -o: a disk that is full" eval 'is "$status" 1 && err_is "ERROR: Couldn'"'"'t write to /dev/full: No space left on device" "$failed"'
vm -o f -S 3 -e "$script"
check "P4: -S is refused" eval 'is "$status" 1 && err_has "You can.t specify -S and --vm together: the output comes out of the virtual machine into one file."'
vm -o f --vm-run true
check "P4: so is -o for a command" eval 'is "$status" 1 && err_has "You can.t specify -o and --vm-run together"'

printf 'echo 0 >&22\n' >guest
env PATH=/nowhere "$stap" --vm="$release" --vm-run true >out 2>err </dev/null
status=$?
check "without QEMU it is named" eval 'is "$status" 1 && grep -qF -- "--vm needs QEMU (Debian: qemu-system-x86)" err'
echo "1..$n"
