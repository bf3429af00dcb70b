# SPDX-License-Identifier: GPL-2.0-or-later
"""programs.py SEED COUNT PACK DIR [FAULT]: writes COUNT programs as DIR/rN.stp with what they must print as rN.want, PACK to a script;
says the seed after the last one. A program is made from its seed S: `programs.py S 1 1 DIR`. Each tenth has a script for itself, may end in an error and has its own
MAXSTRINGLEN: rN.opts are options of stap, rN.error how standard error begins. FAULT: what they must print is that of an evaluator of wrong.py."""
import sys

from evaluate import Evaluator, Unfit
from generate import Program
from wrong import FAULTS


def alone(seed):
    return seed % 10 == 0


def limit(seed):
    return (512, 512, 64, 100, 33)[seed // 10 % 5] if alone(seed) else 512


def result(evaluator, program, seed):
    e = evaluator(program, limit(seed))
    out, error = e.run()
    return program, out, e.display(), error


def acceptable(seed, prefix, wrong):
    """The program of this seed, what it prints, what is shown at the end, and its error; None if it is no test or its
    output does not fit a record."""
    program = Program(seed, prefix, not alone(seed))
    try:
        found = result(Evaluator, program, seed)
    except Unfit:
        return None
    if len(found[1]) >= 6000:
        return None
    try:
        return result(wrong, program, seed) if wrong else found
    except Unfit:
        return found


class Script:
    """Programs that make one script."""

    def __init__(self):
        self.text = self.want = self.shown = ""
        self.n, self.seed, self.error = 0, 0, None

    def add(self, seed, found):
        program, out, shown, self.error = found
        mark = "== program %d\n" % seed
        self.text += "# program %d\nprobe begin(%d) { print(\"== program %d\\n\") }\n" % (seed, self.n * 100, seed) + program.text(self.n * 100)
        self.want += mark + out
        self.shown += shown
        self.n, self.seed = self.n + 1, seed

    def write(self, path):
        put(path + ".stp", self.text)
        put(path + ".want", self.want + self.shown)
        put(path + ".opts", "-DMAXSTRINGLEN=%d" % limit(self.seed) if limit(self.seed) != 512 else "")
        if self.error is not None:
            put(path + ".error", "ERROR: %s near " % self.error)


def put(path, data):
    with open(path, "w", encoding="latin-1", newline="") as f:
        f.write(data)


def main():
    seed, count, pack, where = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    wrong = FAULTS[sys.argv[5]] if len(sys.argv) > 5 else None
    made = written = 0
    shared = Script()
    while made < count:
        script = Script() if alone(seed) else shared
        found = acceptable(seed, "p%d_" % script.n, wrong)
        if found:
            script.add(seed, found)
            made += 1
        seed += 1
        if script.n == (1 if script is not shared else pack) or made == count and script.n:
            script.write("%s/r%d" % (where, written))
            written += 1
            shared = Script() if script is shared else shared
    if shared.n:
        shared.write("%s/r%d" % (where, written))
    print(seed)


if __name__ == "__main__":
    main()
