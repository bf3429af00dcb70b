# SPDX-License-Identifier: GPL-2.0-or-later
"""What only a kernel can judge: the modules of several mutants are built here, one after the other, then run in one boot, in turn. The guest
stops a mutant at its first test that is not as it should be; short tests come first, and those whose modules have nothing of the fault's part
of the runtime are not run. A mutant that takes the guest with it has been noticed; the others go on in a boot of their own. A test that
fails without a fault is not run: it would stop each of them."""
import glob
import os
import re
import shutil
import subprocess

from judges import end_session, tap
from tree import read, write

PER_BOOT = 8


class Guest:
    def __init__(self, suite, say):
        self.suite, self.tree, self.say = suite, suite.tree, say
        self.home = os.path.join(self.tree.home, 'vm')
        self.jobs, self.ignored, self.seconds = [], None, None
        self.took, self.parts = {}, {} # of each test: seconds, and the parts of the runtime that its modules have (None: not known)
        shutil.rmtree(self.home, ignore_errors=True)
        os.makedirs(self.home)

    def folder(self, name):
        return os.path.join(self.home, name)

    def live(self, name, stage, tests, ignored):
        env = {'LIVE_DIR': self.suite.live, 'LIVE_WORK': 'vm-' + name, 'LIVE_STAGE': stage, 'LIVE_STOP': '' if name == 'clean' else '1', 'ACCOUNT_HITS': '5000',
               'KILL_ROUNDS': '3', 'LIVE_CLEAN_EVERY': '10'}
        if os.path.isdir(self.suite.kit) and stage == 'build':
            env['SYSTEMTAP_DIR'] = self.suite.kit
        return tap(self.tree, self.suite.limits('golden'), [self.tree.path('testsuite/live.t'), *tests], ignored, env)

    def add(self, name, tests):
        """builds what the guest needs, from the tree as it is now; what went wrong or None"""
        self.suite.make_cases()
        if name != 'clean' and self.ignored is None:
            raise RuntimeError('the unchanged tree comes first')
        found, failed, _ = self.live(name, 'build', tests, self.ignored if name != 'clean' else None)
        work = os.path.join(self.tree.build, 'vm-%s-%s' % (name, self.tree.release))
        if found:
            shutil.rmtree(work, ignore_errors=True)
            return 'live, build: ' + found
        if name == 'clean':
            self.ignored = failed
        for program in ('staprun', 'stapio'):
            shutil.copy(os.path.join(self.tree.build, 'staprun', program), work)
        script = read(os.path.join(work, 'guest.sh'))
        script = script.replace('SYSTEMTAP_STAPIO=/vm/stapio PATH=/vm:', 'SYSTEMTAP_STAPIO=$PWD/stapio PATH=$PWD:/vm:')
        write(os.path.join(work, 'guest.sh'), script)
        shutil.rmtree(self.folder(name), ignore_errors=True)
        shutil.move(work, self.folder(name))
        self.jobs.append((name, tests))
        return None

    def learn_parts(self):
        """what each test's modules are linked of"""
        work = self.folder('clean')
        for line in read(os.path.join(work, 'plan')).splitlines():
            kind, name, variant = line.split(' ')
            modules = ['%s_%s' % (name, variant)] if kind == 'stp' else \
                re.findall(r'(?m)^# module: (\S+)\.stp', read(os.path.join(self.suite.live, name + '.sh')))
            known = self.parts.setdefault(name, set() if modules else None)
            for module in modules:
                r = subprocess.run(['readelf', '-sW', os.path.join(work, module + '.ko')], capture_output=True, text=True)
                known.update(re.findall(r'\bFILE\b.* (\w+)\.o$', r.stdout, re.M))

    def learn_times(self, text):
        for m in re.finditer(r'(?ms)^@@begin \w+ (\S+) \S+\n.*?^@@took ([\d.]+) ([\d.]+)$', text):
            self.took[m.group(1)] = self.took.get(m.group(1), 0) + float(m.group(3)) - float(m.group(2))

    def parts_of(self, path):
        """the parts of the runtime that a file is compiled into"""
        found = set()
        for name, file in re.findall(r'(?m)^PART\((\w+), ([\w/.]+)', read(self.tree.path('runtime/parts.def'))):
            text = read(self.tree.path('runtime/' + file)) if file.startswith('parts/') else ''
            if path in ['runtime/' + file] + ['runtime/' + f for f in re.findall(r'(?m)^#include "(\S+\.c)"', text)]:
                found.add(name)
        return found

    def tests(self, path, wanted):
        """of `wanted` (None: all), those that a fault in this file can reach, in the order to run them"""
        own = self.parts_of(path) if path.startswith('runtime/') and path.endswith('.c') else set()
        names = wanted if wanted is not None else [os.path.basename(f) for f in glob.glob(os.path.join(self.suite.live, '*.s[ht]*'))]
        stem = lambda name: name.rsplit('.', 1)[0]
        reached = [n for n in names if not own or self.parts.get(stem(n)) is None or own & self.parts[stem(n)]]
        return sorted(reached, key=lambda n: (self.took.get(stem(n), 0), n))

    def boot(self, names):
        """name → what the guest said of it, None where it did not come that far"""
        turn = ''.join('echo "@@mutant %s"; (cd %s && sh ./guest.sh); echo "@@done %s"; ' % (n, n, n) for n in names)
        command = [self.tree.stap, '--vm=' + self.tree.release, '--vm-dir=' + self.home, '--vm-run', turn]
        for f in ('staprun/staprun', 'staprun/stapio', 'testsuite/live/hits', 'testsuite/live/connect', 'testsuite/live/stuck',
                  'testsuite/live/holdexec'):
            command += ['--vm-file', os.path.join(self.tree.build, f)]
        with open(os.path.join(self.home, 'out'), 'wb') as out:
            p = subprocess.Popen(command, cwd=self.home, env=self.tree.env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL,
                                 preexec_fn=os.setsid)
            try:
                p.wait(timeout=None if self.seconds is None else 300 + 5 * self.seconds * len(names))
            except subprocess.TimeoutExpired:
                end_session(p.pid)
                p.wait()
        text = read(os.path.join(self.home, 'out'))
        said = {}
        for name in names:
            m = re.search(r'(?ms)^@@mutant %s\n(.*?)(^@@done %s$|\Z)' % (name, name), text)
            said[name] = (m.group(1), bool(m.group(2))) if m else None
        return said

    def judged(self, name, tests, text):
        """live.t's verdict on what the guest said"""
        work = os.path.join(self.tree.build, 'vm-%s-%s' % (name, self.tree.release))
        shutil.rmtree(work, ignore_errors=True)
        shutil.move(self.folder(name), work)
        write(os.path.join(work, 'guest.out'), text)
        found, failed, _ = self.live(name, 'judge', tests, self.ignored if name != 'clean' else None)
        shutil.rmtree(work, ignore_errors=True)
        return found, failed

    def first(self):
        """the unchanged tree: what fails there is no judge, and how long it takes"""
        import time
        self.say('measuring the unchanged tree: vm')
        self.add('clean', [])
        self.learn_parts()
        start = time.monotonic()
        text, ended = self.boot(['clean'])['clean'] or ('', False)
        self.seconds = time.monotonic() - start
        if not ended:
            raise SystemExit('the guest does not come to its end with the unchanged tree')
        self.learn_times(text)
        self.ignored |= self.judged('clean', [], text)[1]
        self.jobs = []
        if self.ignored:
            self.say('  fails without a fault, is not looked at: %s' % ', '.join(sorted(self.ignored)))
        for name in {label.split(' ')[0] for label in self.ignored}:
            for path in glob.glob(os.path.join(self.suite.live, name + '.s[ht]*')):
                os.remove(path)

    def run(self):
        """name → what noticed it or None, of all that was added"""
        verdicts, jobs = {}, dict(self.jobs)
        left = [n for n, _ in self.jobs]
        while left:
            batch = left[:PER_BOOT]
            said = self.boot(batch)
            for name in batch:
                if said[name] is None and name != batch[0]:
                    continue # not its turn: the one before took the guest with it
                left.remove(name)
                if said[name] is None:
                    verdicts[name] = 'live: no guest'
                    continue
                text, ended = said[name]
                found = self.judged(name, jobs[name], text)[0]
                if ended and found and found.endswith('the guest did not come to its end'):
                    found = None # it stopped at a test whose failure says nothing
                verdicts[name] = ('live: ' + found) if found else None if ended else 'live: the guest did not come to its end'
        self.jobs = []
        return verdicts
