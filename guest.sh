export SYSTEMTAP_STAPIO=/vm/stapio
echo 0 >/proc/sys/kernel/printk
cp -r old new loop /tmp; cd /tmp
echo base $(./loop 20000)
for v in old new old new; do /vm/staprun -c "./loop 20000" -o /tmp/o $v/bench_printf.ko; done
