# SPDX-License-Identifier: GPL-2.0-or-later
"""mutants.py [N] [SEED…]: plants N small faults (60) in the product's code, one at a time, in places that SEED (1) draws, and lets the tests
judge each; then N for the next SEED. Says which were noticed and by what, then the survivors with their place and difference, then the score.

Not counted, and drawn again: what does not compile, what compiles to the same code, and what testsuite/mutants/equivalent lists.
To look for kinds of faults that no test sees, MUTANTS_WHERE=translator/sema,tapset draws in these folders only, and MUTANTS_WITHOUT=vm,kit
leaves out judges that take long: what survives then says less."""
import fnmatch
import glob
import os
import random
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from guest import Guest # noqa: E402
from judges import Suite # noqa: E402
from places import places # noqa: E402
from tree import Tree, code_of, read, write # noqa: E402

# of a hundred draws: no kind shall be rare because its places are
KINDS = {'comparison': 20, 'condition': 16, 'statement': 20, 'constant': 16, 'operator': 9, 'negation': 7, 'arguments': 7, 'unlock': 5}


def say(text):
    print(text, flush=True)


def rows(path):
    return [line.rstrip('\n').split('\t') for line in read(path).splitlines() if line and not line.startswith('#')]


class Mutants:
    def __init__(self, top, build):
        self.tree = Tree(top, build)
        self.here = os.path.join(top, 'testsuite', 'mutants')
        self.map = {r[0]: r[-1].split() for r in rows(os.path.join(self.here, 'families'))}
        self.equivalent = rows(os.path.join(self.here, 'equivalent'))

    # ---- drawing ----------------------------------------------------------------------------------------------------------------------

    def draw(self, seed):
        """places without end, the same ones for the same seed and tree"""
        rng, by_kind = random.Random(seed), {}
        where = tuple(os.environ.get('MUTANTS_WHERE', '').split(','))
        for path in self.tree.product():
            for p in () if not path.startswith(where) else places(path, read(self.tree.path(path))):
                by_kind.setdefault(p.kind, []).append(p)
        seen, kinds = set(), [k for k in KINDS if k in by_kind]
        while True:
            kind = rng.choices(kinds, [KINDS[k] for k in kinds])[0]
            p = rng.choice(by_kind[kind])
            if p.key() not in seen:
                seen.add(p.key())
                yield p

    def judges_of(self, path):
        folder = os.path.dirname(path)
        while folder not in self.map:
            folder = os.path.dirname(folder)
        return [j for j in self.map[folder] if j not in os.environ.get('MUTANTS_WITHOUT', '').split(',')]

    def is_listed(self, place, text):
        line, changed = (part.strip() for part in place.lines(text))
        for path, kind, pattern, _ in self.equivalent:
            before, _, after = pattern.partition(' => ')
            if all(map(fnmatch.fnmatch, (place.path, place.kind, line, changed), (path, kind, before, after or '*'))):
                return True
        return False

    # ---- planting ---------------------------------------------------------------------------------------------------------------------

    def plant(self, place, text):
        """'' or why it is drawn again"""
        shutil.rmtree(os.path.join(self.tree.data, 'cache'), ignore_errors=True)
        shutil.rmtree(self.suite.kit, ignore_errors=True)
        path = self.tree.path(place.path)
        obj = self.tree.object_of(place.path)
        before = code_of(obj) if os.path.exists(obj) else None
        write(path, place.apply(text))
        self.tree.headers_now = self.tree.headers()
        if self.tree.make():
            return 'does not compile'
        if before is not None and code_of(obj) == before:
            return 'compiles to the same code'
        if place.path.startswith('runtime/') and place.path.endswith('.h'):
            return 'does not compile' if self.suite.judge_kernel(place) else ''
        if place.path.startswith('runtime/') and place.path.endswith('.c'):
            return self.plant_host(place, text) if self.suite.host.links(place.path) else self.plant_kernel(place)
        return ''

    def plant_host(self, place, text):
        """a file of the runtime that user space compiles: there the compiler's verdict is cheap"""
        host, path = self.suite.host, self.tree.path(place.path)
        try:
            now = code_of(host.compiled(place.path))
        except subprocess.CalledProcessError:
            return 'does not compile'
        write(path, text)
        before = code_of(host.compiled(place.path))
        write(path, place.apply(text))
        return 'compiles to the same code' if now == before else ''

    def plant_kernel(self, place):
        """a file that only a kernel's kit compiles"""
        if self.suite.judge_kernel(place):
            return 'does not compile'
        part = lambda data: {os.path.basename(p): code_of(p) for p in glob.glob(os.path.join(data, 'kits/by-release/*/parts/*.o'))}
        return 'compiles to the same code' if part(self.suite.kit) == part(self.tree.data) else ''

    def restore(self, place, text):
        write(self.tree.path(place.path), text)
        self.tree.headers_now = self.clean_headers

    # ---- one mutant -------------------------------------------------------------------------------------------------------------------

    def judge(self, place, name):
        """what noticed it; None: nothing; 'vm' as a promise: the guest will say"""
        self.suite.wanted = None
        for judge in self.judges_of(place.path):
            if judge == 'vm':
                tests = self.guest.tests(place.path, self.suite.wanted)
                if not tests:
                    return None # no script of theirs has changed
                found = self.guest.add(name, tests)
                return found or 'vm'
            found = self.suite.judge(judge, place)
            if found:
                return found
        return None

    def prepare(self):
        say('copying and building the tree')
        self.tree.copy()
        wrong = self.tree.make()
        if wrong:
            raise SystemExit(wrong)
        self.tree.kits()
        self.tree.headers_now = self.clean_headers = self.tree.headers()
        for name in ('cases', 'live', 'kit'):
            shutil.rmtree(os.path.join(self.tree.home, name), ignore_errors=True)
        self.suite = Suite(self.tree)
        self.guest = Guest(self.suite, say)

    def measure(self, path):
        """what the judges of this file need to know of the unchanged tree, before the fault is planted"""
        judges = self.judges_of(path)
        for name in ['golden'] + (['texts', 'host'] if 'host' in judges else []) + judges:
            self.suite.measure(name, say)
        if 'vm' in judges and self.guest.ignored is None:
            self.guest.first()

    def run(self, count, seed):
        self.again = {'does not compile': 0, 'compiles to the same code': 0, 'is listed as equivalent': 0}
        done, promised = [], {}
        for place in self.draw(seed):
            if len(done) == count:
                break
            text = place.text = read(self.tree.path(place.path))
            if self.is_listed(place, text):
                self.again['is listed as equivalent'] += 1
                continue
            self.measure(place.path)
            start, why = time.monotonic(), self.plant(place, text)
            if why:
                self.again[why] += 1
            else:
                name = 'm%d' % (len(done) + 1)
                found = self.judge(place, name)
                done.append((place, text, found))
                if found == 'vm':
                    promised[name] = len(done) - 1
                before, after = place.lines(text)
                say('%d of %d: %s:%d %s: %s (%d s)' % (len(done), count, place.path, place.line(text), place.kind,
                    'for the guest' if found == 'vm' else found or 'SURVIVES', time.monotonic() - start))
                say('  -%s\n  +%s' % (before, after))
            self.restore(place, text)
        self.tree.make()
        if promised:
            say('the guest judges %d' % len(promised))
            for name, found in self.guest.run().items():
                k = promised[name]
                done[k] = (*done[k][:2], found)
                say('%d of %d: %s' % (k + 1, count, found or 'SURVIVES'))
        self.report(done, seed)

    def report(self, done, seed):
        survivors = [(p, text) for p, text, found in done if not found]
        say('\nsurvivors:' if survivors else '\nno survivors')
        for p, text in survivors:
            before, after = p.lines(text)
            say('%s:%d %s\n  -%s\n  +%s' % (p.path, p.line(text), p.kind, before, after))
        killed = len(done) - len(survivors)
        again = ', '.join('%d: %s' % (n, why) for why, n in self.again.items() if n)
        say('seed %s: %d of %d killed, %.1f %%%s' % (seed, killed, len(done), 100 * killed / max(1, len(done)), again and ' (drawn again: %s)' % again))


def main(argv):
    mutants = Mutants(os.environ['STP_TOP'], os.environ['STP_BUILD'])
    mutants.prepare()
    for seed in argv[2:] or ['1']:
        mutants.run(int(argv[1]) if argv[1:] else 60, int(seed))


if __name__ == '__main__':
    main(sys.argv)
