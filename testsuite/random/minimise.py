# SPDX-License-Identifier: GPL-2.0-or-later
"""minimise.py SEED [-u | FAULT]: takes from the program of this seed what it can while translator (with option -u) and evaluator disagree about it,
then prints it with both outputs. $STAP, $STP_TOP and $STP_KERNELS say what runs it, as for random.t. With a FAULT of wrong.py the disagreement
is that of the wrong evaluator with the right one, and nothing is translated. Exit status 1: they agree from the start."""
import copy
import os
import subprocess
import sys
import tempfile

from evaluate import Evaluator, Unfit
from generate import Program
from programs import alone, limit, put
from script import BLOCKS
from wrong import FAULTS


def statements(body):
    """All of a block's statements, outer ones before theirs."""
    for s in body:
        yield s
        for at in BLOCKS.get(s[0], ()):
            yield from statements(s[at])


def without(body, gone):
    made = []
    for s in body:
        if id(s) in gone:
            continue
        for at in BLOCKS.get(s[0], ()):
            if any(id(x) in gone for x in statements(s[at])):
                s = s[:at] + (without(s[at], gone),) + s[at + 1:]
        made.append(s)
    return made


def reads(where):
    return where == ("begin", 95)


def mentions(tree, names):
    return tree in names if isinstance(tree, str) else isinstance(tree, (tuple, list)) and any(mentions(t, names) for t in tree)


def reported(body, names):
    """The report's statements but those about globals of these names; it may stand in a try."""
    if body and body[0][0] == "try":
        return [(body[0][0], reported(body[0][1], names)) + body[0][2:]]
    return [s for s in body if not mentions(s, names)]


def reduced(program, gone):
    """The program less the globals, functions, probes and statements whose id() is in gone. The report stays, for what is never read is another
    matter: the translator takes its assignments away, or shows it at the end."""
    p = copy.copy(program)
    p.globals = [g for g in p.globals if id(g) not in gone]
    p.macros = [m for m in p.macros if id(m) not in gone]
    names = [g.name for g in program.globals if id(g) in gone]
    p.probes = [(where, reported(body, names) if reads(where) else without(body, gone)) for where, body in p.probes if id(body) not in gone]
    p.functions = [copy.copy(f) for f in p.functions if id(f) not in gone]
    for f in p.functions:
        f.body = without(f.body, gone)
    p.aliases = {order: a[:2] + tuple(without(b, gone) for b in a[2:]) for order, a in p.aliases.items()
                 if any(where == ("begin", order) for where, _ in p.probes)}
    return p


def parts(program):
    probes = [body for where, body in program.probes if not reads(where)]
    made = [id(body) for body in probes] + [id(f) for f in program.functions]
    for body in probes + [f.body for f in program.functions]:
        made += [id(s) for s in statements(body)]
    return made + [id(x) for x in program.globals + program.macros]


def evaluated(evaluator, program, seed):
    """What it prints and its error; None if the program is no test."""
    try:
        e = evaluator(program, limit(seed))
        out, error = e.run()
        return out + e.display(), error
    except (Unfit, AttributeError, KeyError, TypeError, RecursionError):
        return None  # as incomplete as this it has no meaning


def translated(program, seed, options, where):
    """What it prints and says, run as an ordinary program; None if it is not translated."""
    path = where + "/r"
    put(path + ".stp", program.text())
    release = os.environ.get("STP_KERNELS", "").split()[:1]
    command = [os.environ.get("STAP", "stap")] + (["-r"] + release if release else []) + ["-w", "-DMAXSTRINGLEN=%d" % limit(seed), "-p3"]
    with open(path + ".c", "wb") as f:
        if subprocess.run(command + options + [path + ".stp"], stdout=f, stderr=subprocess.DEVNULL, check=False).returncode:
            return None
    environment = dict(os.environ, HOSTRUN_WORK=where, HOSTRUN_CFLAGS="-O0")
    top = os.environ.get("STP_TOP", os.path.join(os.path.dirname(__file__), "../.."))
    got = subprocess.run([top + "/testsuite/hostrun", path + ".c"], stdin=subprocess.DEVNULL, capture_output=True, env=environment, check=False)
    return got.stdout.decode("latin-1"), got.stderr.decode("latin-1") or None


def same(want, got):
    if want[1] is None or got[1] is None:
        return want == got
    return want[0] == got[0] and got[1].startswith("ERROR: %s near " % want[1])


def minimise(program, disagree):
    """Halves of what is left are tried without, then quarters, down to single parts, until no part can go."""
    gone, left = set(), parts(program)
    size = len(left)
    while size:
        at, before = 0, len(left)
        while at < len(left):
            chunk = left[at:at + size]
            if disagree(reduced(program, gone | set(chunk))):
                gone.update(chunk)
                del left[at:at + size]
            else:
                at += size
        if size > 1 or len(left) == before:
            size //= 2
    return reduced(program, gone)


def main():
    seed, how = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    program = Program(seed, "p0_", not alone(seed))
    with tempfile.TemporaryDirectory() as where:
        def outputs(p):
            want = evaluated(Evaluator, p, seed)
            if want is None:
                return None, None
            if how in FAULTS:
                other = evaluated(FAULTS[how], p, seed)
                return want, other and (other[0], other[1] and "ERROR: %s near " % other[1])
            return want, translated(p, seed, [how] if how else [], where)

        def disagree(p):
            want, got = outputs(p)
            return want is not None and got is not None and not same(want, got)
        if not disagree(program):
            return 1
        program = minimise(program, disagree)
        want, got = outputs(program)
    print("%s# --- wanted, error %r\n%s\n# --- got, error %r\n%s\n" % (program.text(), want[1], want[0], got[1], got[0]), end="")
    return 0


sys.exit(main())
