# SPDX-License-Identifier: GPL-2.0-or-later
"""The tests that judge a mutant, in a form that stops at the first failure and does not repeat what a fault cannot have changed. Each judge
is a function (tree, place) → what noticed the fault, or None. The limits of time are those of the unchanged tree, measured first: processor
seconds of each process and, much wider, time on the clock, so that a mutant that hangs is noticed and a busy machine is no fault."""
import glob
import hashlib
import os
import re
import resource
import select
import shlex
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from places import function_at
from reach import Reach
from tree import Host, parse_dump, read, units, write

PATIENT = '-DMAXTRYLOCK=1000000'


class Limits:
    """of one judge: None while the unchanged tree is measured"""

    def __init__(self, cpu=None, wall=None, plain=False):
        self.cpu, self.wall, self.plain = cpu, wall, plain

    def process(self):
        os.setsid()
        if self.cpu is not None:
            most = int(self.cpu + 10)
            resource.setrlimit(resource.RLIMIT_CPU, (most, most))
        if self.plain: # what has no sanitiser needs no more: a mutant that fills the memory is the machine's trouble otherwise
            resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))

    def clock(self):
        return None if self.wall is None else self.wall * 20 + 120


def end_session(pid):
    """the process and all that came of it, wherever they are: each has the mark in the environment that it was started with"""
    mark = b'MUTANT_SESSION=%d\0' % os.getpid()
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    for entry in os.listdir('/proc'):
        try:
            with open('/proc/%s/environ' % entry, 'rb') as f:
                if mark in f.read() + b'\0':
                    os.kill(int(entry), signal.SIGKILL)
        except (OSError, ValueError):
            pass


def tap(tree, limits, command, ignored, env=None):
    """runs a TAP program until its first failure that the unchanged tree has not; (what failed or None, labels that failed, count)"""
    p = subprocess.Popen(command, cwd=tree.dir, env=dict(tree.env, **(env or {})), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, preexec_fn=limits.process)
    end = None if limits.clock() is None else time.monotonic() + limits.clock()
    found, failed, count, rest = None, set(), 0, ''
    while found is None:
        if not select.select([p.stdout], [], [], 1)[0]:
            if p.poll() is not None:
                break # what it has left behind holds its output
            if end and time.monotonic() > end:
                found = 'out of time'
            continue
        piece = os.read(p.stdout.fileno(), 65536).decode(errors='replace')
        if not piece:
            break
        lines = (rest + piece).split('\n')
        rest = lines.pop()
        for line in lines:
            m = re.match(r'(not )?ok \d+ - (.*)', line)
            count += bool(m)
            if m and m.group(1):
                failed.add(m.group(2))
                if ignored is not None and m.group(2) not in ignored:
                    found = m.group(2)
                    break
    end_session(p.pid)
    p.wait()
    p.stdout.close()
    return found, failed, count


class Suite:
    """All judges of one tree; `base` is what the unchanged tree gave."""

    def __init__(self, tree):
        self.tree, self.base, self.host, self.wanted = tree, {}, Host(tree), None
        self.units = units(tree)
        self.reach, self.reached = Reach(tree), {} # judge → the program that marks, and what each of its tests reaches
        self.cases = os.path.join(tree.home, 'cases')
        self.live = os.path.join(tree.home, 'live')
        self.kit = os.path.join(tree.home, 'kit')

    # ---- each judge, once on the unchanged tree ---------------------------------------------------------------------------------------

    def measure(self, name, say):
        if name in self.base or name in ('boot', 'vm', 'kernel'):
            return
        say('measuring the unchanged tree: %s' % name)
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        result = getattr(self, 'first_' + name, lambda: self.first_family(name))()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.base[name] = dict(result or {}, limits=Limits(cpu, time.monotonic() - start, name in ('golden', 'cli', 'shell')))
        if self.base[name].get('ignored'):
            say('  fails without a fault, is not looked at: %s' % ', '.join(sorted(self.base[name]['ignored'])))

    def limits(self, name):
        return self.base[name]['limits'] if name in self.base else Limits()

    def judge(self, name, place):
        return getattr(self, 'judge_' + name, lambda place: self.judge_family(name, place))(place)

    # ---- a family of ./check as it is -------------------------------------------------------------------------------------------------

    def first_family(self, name):
        command = [self.tree.path('testsuite/%s.t' % name)]
        _, failed, count = tap(self.tree, Limits(), command, None)
        if name in ('cli', 'shell'):
            stap = self.marking('stap')
            tap(self.tree, Limits(), command, None, {'STAP': stap.path, 'STP_BUILD': self.reach.build, 'REACH_OUT': os.path.join(self.reach.out, name)})
            self.reached[name] = stap.reached(os.path.join(self.reach.out, name))
        return {'ignored': failed, 'count': count}

    def judge_family(self, name, place):
        base = self.base[name]
        if name in self.reached and not self.concerned('stap', place, [name]):
            return None
        found, _, count = tap(self.tree, base['limits'], [self.tree.path('testsuite/%s.t' % name)], base['ignored'])
        if found is None and count < base['count']:
            found = 'only %d of %d tests ran' % (count, base['count'])
        return found and '%s: %s' % (name, found)

    # ---- what a fault can reach -------------------------------------------------------------------------------------------------------

    def marking(self, what):
        """the program that marks, built when it is first asked for: the tree is unchanged then"""
        if what not in self.reached:
            self.reached[what] = self.reach.stap() if what == 'stap' else self.reach.program(parse_dump(self.tree))
        return self.reached[what]

    def concerned(self, program, place, tests):
        """of these tests, those that the fault's function is in; all, if it is no function of this program"""
        if not place.path.startswith('translator/'):
            return list(tests)
        function = function_at(place.text, place.at, False)
        return [t for t in tests if self.reached[program].concerns(function, self.reached.get(t))]

    # ---- golden tests -----------------------------------------------------------------------------------------------------------------

    def golden(self, name):
        """the tests: parse/ for the judge of that name, all others"""
        folder = self.tree.path('testsuite/golden')
        found = (os.path.relpath(f, folder) for f in glob.glob(folder + '/*/*.stp'))
        return sorted(f for f in found if f.startswith('parse/') == (name == 'parse'))

    def first_golden_of(self, name):
        command = [self.tree.path('testsuite/golden.t'), *self.golden(name)]
        if name == 'parse':
            parse_dump(self.tree).build()
        program = self.marking('parse_dump' if name == 'parse' else 'stap')
        _, failed, _ = tap(self.tree, Limits(), command, None)
        tap(self.tree, Limits(), command, None, {'STAP': program.path, 'PARSE_DUMP': program.path, 'REACH_DIR': self.reach.out})
        for test in self.golden(name):
            self.reached[test] = program.reached(os.path.join(self.reach.out, test.replace('/', ':')))
        return {'ignored': failed}

    def judge_golden_of(self, name, place):
        """the tests of the folder's own area come first"""
        if name == 'parse':
            parse_dump(self.tree).build()
        area = os.path.basename(os.path.dirname(place.path))
        tests = self.concerned('parse_dump' if name == 'parse' else 'stap', place, self.golden(name))
        tests.sort(key=lambda t: (os.path.dirname(t) != area, t))
        base = self.base[name]
        found, _, count = tap(self.tree, base['limits'], [self.tree.path('testsuite/golden.t'), *tests], base['ignored']) if tests else (None, 0, 0)
        if found is None and count < len(tests):
            found = 'only %d of %d tests ran' % (count, len(tests))
        return found and '%s: %s' % (name, found)

    def first_golden(self):
        return self.first_golden_of('golden')

    def first_parse(self):
        return self.first_golden_of('parse')

    def judge_golden(self, place):
        return self.judge_golden_of('golden', place)

    def judge_parse(self, place):
        return self.judge_golden_of('parse', place)

    # ---- unit tests -------------------------------------------------------------------------------------------------------------------

    def run_unit(self, unit, limits):
        p = subprocess.Popen([unit.out], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors='replace',
                             cwd=self.tree.dir, env=self.tree.env, preexec_fn=limits.process)
        try:
            out, _ = p.communicate(timeout=limits.clock())
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            p.communicate()
            return 'out of time'
        for line in out.splitlines():
            if line.startswith('not ok'):
                return line
        plan = re.search(r'^1\.\.(\d+)$', out, re.M)
        if p.returncode or not plan or int(plan.group(1)) != len(re.findall(r'^ok ', out, re.M)):
            return 'status %d' % p.returncode
        return None

    def first_units(self):
        ignored, each = set(), {}
        subprocess.run([self.tree.path('testsuite/unit.t')], env=dict(self.tree.env, UNIT_STAND_INS='1'), stdout=subprocess.DEVNULL)
        for unit in self.units:
            try:
                unit.build()
            except subprocess.CalledProcessError:
                ignored.add(unit.name)
                continue
            start = time.monotonic()
            if self.run_unit(unit, Limits()):
                ignored.add(unit.name)
            each[unit.name] = Limits(time.monotonic() - start, time.monotonic() - start)
        return {'ignored': ignored, 'each': each}

    def judge_units(self, place):
        folder = os.path.dirname(place.path)
        for unit in self.units:
            linked = place.path in unit.files or (place.path.endswith('.h') and any(os.path.dirname(f) == folder for f in unit.files))
            if not linked or unit.name in self.base['units']['ignored']:
                continue
            try:
                unit.build()
            except subprocess.CalledProcessError:
                return 'unit %s: does not compile' % unit.name
            found = self.run_unit(unit, self.base['units']['each'][unit.name])
            if found:
                return 'unit %s: %s' % (unit.name, found)
        return None

    # ---- scripts: their C, and what it does --------------------------------------------------------------------------------------------

    def make_cases(self):
        """the conformance cases, and the live scripts that a batch of mutants runs: cases that need a kernel, and testsuite/live"""
        if os.path.isdir(self.cases):
            return
        made = os.path.join(self.tree.build, 'conformance')
        env = dict(self.tree.env, CONFORMANCE_STAGE='make')
        subprocess.run([self.tree.path('testsuite/conformance.t')], env=dict(env, CONFORMANCE_HOST='1'), check=True, stdout=subprocess.DEVNULL)
        shutil.copytree(made, self.cases)
        subprocess.run([self.tree.path('testsuite/conformance.t')], env=env, check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(self.live, ignore_errors=True)
        shutil.copytree(self.tree.path('testsuite/live'), self.live)
        for path in glob.glob(os.path.join(made, '*.stp')):
            if not os.path.exists(os.path.join(self.cases, os.path.basename(path))):
                for f in glob.glob(path[:-3] + '*'):
                    shutil.copy(f, self.live)
        for path in glob.glob(os.path.join(self.live, '*.stp')) + glob.glob(os.path.join(self.live, '*.sh')):
            text = read(path)
            if re.search(r'^# bare: yes', text, re.M):
                os.remove(path)
            else:
                write(path, re.sub(r'(?m)^# (kbuild|unopt): yes\n', '#\n', text))

    def scripts(self):
        """(what, folder, name, options of stap) of every script whose pass 3 is compared"""
        self.make_cases()
        for what, folder in (('run', self.tree.path('testsuite/run')), ('case', self.cases), ('live', self.live)):
            for path in sorted(glob.glob(os.path.join(folder, '*.stp'))):
                text = read(path)
                opts = shlex.split(''.join(re.findall(r'(?m)^# opts: *(.*)', text)[:1]))
                if what == 'live':
                    yield what, folder, os.path.basename(path), [PATIENT] + opts, shlex.split(''.join(re.findall(r'(?m)^# args: *(.*)', text)[:1]))
                else:
                    yield what, folder, os.path.basename(path), opts, []
                    yield what, folder, os.path.basename(path), ['-u'] + opts, []

    def text(self, script, limits, stap=None, env=None):
        what, folder, name, opts, args = script
        p = subprocess.Popen([stap or self.tree.stap, '-r', self.tree.release, '-w', *opts, '-p3', name, *args], cwd=folder, env=env or self.tree.env,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limits.process)
        try:
            out, err = p.communicate(timeout=limits.clock())
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            p.communicate()
            return -1, b'', b''
        return p.returncode, out, err

    @staticmethod
    def text_key(script):
        return script[0], script[2], '-u' in script[3]

    def marks(self, script):
        """the functions that a script's translation reaches"""
        out = os.path.join(self.reach.out, ':'.join(map(str, self.text_key(script))))
        stap = self.marking('stap')
        self.text(script, Limits(), stap.path, dict(self.tree.env, REACH_OUT=out))
        return stap.reached(out)

    def texts(self, limits, place=None):
        """(key, what came) of every script that the fault can change, in portions: who has seen enough stops"""
        scripts = list(self.scripts())
        if place:
            left = set(self.concerned('stap', place, map(self.text_key, scripts)))
            scripts = [s for s in scripts if self.text_key(s) in left]
        with ThreadPoolExecutor(2) as pool:
            for k in range(0, len(scripts), 40):
                for s, result in zip(scripts[k:k + 40], pool.map(lambda s: self.text(s, limits), scripts[k:k + 40])):
                    yield self.text_key(s), result

    def first_texts(self):
        self.marking('stap')
        scripts = list(self.scripts())
        with ThreadPoolExecutor(2) as pool:
            self.reached.update(zip(map(self.text_key, scripts), pool.map(self.marks, scripts)))
        return {'texts': dict(self.texts(Limits()))}

    def judge_texts(self, place):
        """what no text shows is not run; what shows is run where it is cheap, the rest is left to the guest in self.wanted"""
        base, changed = self.base['texts']['texts'], []
        for key, now in self.texts(Limits(0.5, 10, True), place):
            what, name, unopt = key
            if now[0] != base[key][0] and what != 'live':
                return '%s/%s%s: status %d' % (what, name, ' -u' if unopt else '', now[0])
            if now != base[key]:
                changed.append(key)
        self.wanted = sorted({name for what, name, _ in changed if what == 'live'})
        cheap = sorted({(what, name) for what, name, _ in changed if what != 'live'})
        for what, name in cheap:
            folder = self.cases if what == 'case' else self.tree.path('testsuite/run')
            found, _, count = tap(self.tree, Limits(20, 30), [self.tree.path('testsuite/run.t'), name[:-4]], self.base.get('host', {}).get('ignored', set()), {'RUN_DIR': folder})
            if found or count < 2:
                return '%s/%s' % (what, found or name)
        return None

    def run_program(self, script, exe, limits):
        what, folder, name, _, _ = script
        text = read(os.path.join(folder, name))
        word = lambda w: ''.join(re.findall(r'(?m)^# %s: *(.*)' % w, text)[:1])
        p = subprocess.Popen([exe, '-f', word('rounds') or '0', *word('args').split()], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, preexec_fn=limits.process)
        try:
            out, err = p.communicate(timeout=limits.clock())
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            p.communicate()
            return None
        return p.returncode, out, re.sub(rb'==\d+==|0x[0-9a-f]+', b'', err)

    def programs(self):
        for script in self.scripts():
            if script[0] != 'live' and '-u' not in script[3]:
                status, out, _ = self.base['texts']['texts'][script[0], script[2], False]
                if status == 0:
                    yield script, self.host.program(out)

    def first_host(self):
        """programs whose results are not those of the test, or not the same twice, tell nothing"""
        self.host.build()
        results, ignored = {}, set()
        with ThreadPoolExecutor(2) as pool:
            made = list(pool.map(lambda s: s, self.programs()))
            runs = list(pool.map(lambda m: m[1] and (self.run_program(m[0], m[1], Limits(20, 30)), self.run_program(m[0], m[1], Limits(20, 30))), made))
        for (script, _), run in zip(made, runs):
            path = os.path.join(script[1], script[2][:-4] + '.out')
            want = open(path, 'rb').read() if os.path.exists(path) else b''
            if run and run[0] == run[1] and run[0] and run[0][1] == want:
                results[script[0], script[2]] = run[0]
            else:
                ignored.add(script[2][:-4])
        return {'results': results, 'ignored': ignored}

    def judge_host(self, place):
        if place.path.endswith('.c') and not self.host.links(place.path):
            return None
        self.host.build()
        results = self.base['host']['results']
        with ThreadPoolExecutor(2) as pool:
            todo = [s for s in self.scripts() if s[0] != 'live' and '-u' not in s[3] and (s[0], s[2]) in results]
            for k in range(0, len(todo), 20):
                def one(s):
                    exe = self.host.program(self.base['texts']['texts'][s[0], s[2], False][1])
                    return exe and self.run_program(s, exe, Limits(20, 30))
                for s, run in zip(todo[k:k + 20], pool.map(one, todo[k:k + 20])):
                    if run != results[s[0], s[2]]:
                        return 'host: %s/%s' % (s[0], s[2])
        return None

    def judge_kernel(self, place):
        """does the kernel's own build take it? Its kit serves the guest's modules; a kit that cannot be built has noticed"""
        if os.path.isdir(self.kit):
            return None # it was built when the fault was planted
        data = self.kit
        os.makedirs(data)
        os.symlink(os.path.join(self.tree.data, 'kernels'), os.path.join(data, 'kernels'))
        r = subprocess.run([self.tree.stap, '-r', self.tree.release, '--build-kit'], env=dict(self.tree.env, SYSTEMTAP_DIR=data), capture_output=True)
        return None if r.returncode == 0 else 'the kit is not built'

    def judge_boot(self, place):
        """a guest comes up, and says what it should"""
        p = subprocess.Popen([self.tree.stap, '--vm=' + self.tree.release, '-e', 'probe begin { println("here") exit() }'], env=self.tree.env,
                             cwd=self.tree.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=os.setsid)
        try:
            out, err = p.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            end_session(p.pid)
            return 'boot: out of time'
        return None if (p.returncode, out) == (0, b'here\n') else 'boot: status %d' % p.returncode
