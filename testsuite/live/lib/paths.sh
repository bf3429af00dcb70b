# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# make_paths STAP RELEASE: makes path_all.stp and path_each.stp, whose probes stand on every function that lies on the way of a message or record
# from a handler to its reader: wake-ups, irq_work, timers, relay, poll and read of /proc, console. The list is the kernel's own symbol table.
path_patterns="__wake_up* wake_up_* try_to_wake_up ttwu_* default_wake_function autoremove_wake_function ep_autoremove_wake_function pollwake
	ep_poll_callback swake_up* complete complete_all irq_work_* __irq_work_* hrtimer_* __hrtimer_* enqueue_hrtimer tick_sched_* tick_program_event
	tick_nohz_handler tick_do_* update_process_times mod_timer* add_timer* del_timer* timer_delete* __run_timer* call_timer_fn process_timeout
	schedule_timeout* enqueue_timer relay_* proc_reg_read* proc_reg_poll do_sys_poll do_poll* __pollwait vprintk* console_* up down_trylock"

make_paths()
{
	points=
	for p in $path_patterns; do
		points="$points${points:+, }kernel.function(\"$p\") ?"
	done
	"$1" -r "$2" -w -p2 -e "probe $points { next }" | sed -n 's/^\(kernel\.function("[^@"]*\).*/\1")/p' | sort -u >path.list
	cat >path_common <<'STP'
global mode = 1, hits, last
function act() { hits++; if (mode == 1) warn("x"); else if (mode == 2) error("x"); else if (mode == 3) println("x"); else exit() }
probe end { printf("%d functions, some hit: %d\n", last, hits > 0) }
probe error { printf("failed, some hit: %d\n", hits > 0) }
STP
	{
		cat path_common
		sed 's/.*/probe & { act() }/' path.list
		echo "probe timer.s(2) { last = $(wc -l <path.list); exit() }"
	} >path_all.stp
	{
		cat path_common
		echo 'global which, seen, waited'
		awk '{ printf "probe %s if (which == %d) { act() }\n", $0, NR }' path.list
		cat <<STP
probe timer.ms(20)
{
	if (which && hits == seen && ++waited < 10)
		next # nobody has called it: a moment more
	seen = hits
	waited = 0
	if (which == $(wc -l <path.list)) {
		last = which
		exit()
	} else
		which++
}
STP
	} >path_each.stp
}
