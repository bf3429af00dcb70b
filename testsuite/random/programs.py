# SPDX-License-Identifier: GPL-2.0-or-later
"""programs.py SEED COUNT PER_SCRIPT DIR: writes COUNT programs, PER_SCRIPT to a script, as DIR/rN.stp and what they must print as rN.want.
With PER_SCRIPT 1 a program may end in an error: its text is in rN.error. The program with number S is made from seed S: `programs.py S 1 1 DIR`."""
import sys

from evaluate import Evaluator, TooLong
from generate import Program


def acceptable(seed, prefix, guarded):
    """The program of this seed and what it prints; None if it would run too long for a handler or its output does not fit a record."""
    program = Program(seed, prefix, guarded)
    try:
        out, error = Evaluator(program, 512).run()
    except TooLong:
        return None
    return (program, out, error) if len(out) < 6000 else None


def write(path, data):
    with open(path, "w", encoding="latin-1", newline="") as f:
        f.write(data)


def main():
    seed, count, per_script, where = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    made = script = 0
    while made < count:
        text = want = ""
        error, here = None, 0
        while here < per_script and made < count:
            found = acceptable(seed, "p%d_" % here, per_script > 1)
            seed += 1
            if not found:
                continue
            program, out, error = found
            mark = "== program %d\n" % (seed - 1)
            text += "# program %d\nprobe begin(%d) { print(\"== program %d\\n\") }\n" % (seed - 1, here * 100, seed - 1)
            text += program.text(here * 100)
            want += mark + out
            here, made = here + 1, made + 1
        write("%s/r%d.stp" % (where, script), text)
        write("%s/r%d.want" % (where, script), want)
        if error is not None:
            write("%s/r%d.error" % (where, script), error)
        script += 1
    print(seed)


main()
