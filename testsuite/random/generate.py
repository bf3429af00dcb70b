# SPDX-License-Identifier: GPL-2.0-or-later
"""Random valid programs that end. One seed, one program; names carry a prefix: several programs fit into one script.

What the reference leaves open is not generated: order of a write and a read of one variable within an expression, shifts of two constants. What is
open only when it runs (order of equal weights in a sort, order after a sort with a limit) the evaluator finds: such a program is not used."""
import random

from features import Features
from script import LEVEL, Function, Global, block, expr

EDGES = [0, 1, -1, 2, 3, -7, 10, 63, 64, 255, 256, 1000003, 2**31, -2**31, 2**32 + 5, 2**62, 2**63 - 1, -2**63, -2**63 + 1]
WORDS = ["", "a", "b", "ab", "abc", "A", "z", "0", "12", "x y", 'q"t', "t\tb", "n\nl", "b\\s", "100%", "long " * 5, "mid-size text"]
STATS = ["count", "sum", "min", "max", "avg"]


class Program(Features):
    """guarded: every probe catches its errors, so that the program can share a script with others."""

    def __init__(self, seed, prefix="", guarded=True):
        self.r, self.p, self.guarded = random.Random(seed), prefix, guarded
        self.globals, self.functions, self.probes = [], [], []
        self.macros, self.aliases, self.unread = [], {}, []
        self.most = self.r.choice([2, 4, 8])
        self.looping, self.loops, self.depth, self.fn = [], 0, 0, None
        self.make()

    def overloads(self, name):
        return sorted((f for f in self.functions if f.name == name), key=lambda f: f.priority or 0)

    def text(self, first=0):
        out = "".join("@define %s%s %%( (%s) %%)\n" % (n, "(%s)" % ", ".join(ps) if ps else "", expr(b)) for n, ps, b in self.macros)
        out += "".join(g.text() for g in self.globals)
        for f in self.functions:
            params = ", ".join("%s:%s" % (n, "string" if k == "s" else "long") for n, k in f.params)
            out += "function %s:%s(%s)%s %s\n" % (f.name, "string" if f.kind == "s" else "long", params,
                                                 ":%d" % f.priority if f.priority else "", block(f.body, 0))
        for (kind, order), body in self.probes:
            if kind == "begin" and order in self.aliases:
                out += self.alias_text(first + order, *self.aliases[order])
                continue
            out += "probe %s%s %s\n" % (kind, "" if kind == "error" else "(%d)" % (first + order), block(body, 0))
        return out

    @staticmethod
    def alias_text(order, name, form, before, inside, after):
        parts = block(before, 0) + ", " + block(after, 0) if form == "=," else block(before or after, 0)
        return "probe %s %s begin(%d) %s\nprobe %s %s\n" % (name, form.rstrip(","), order, parts, name, block(inside, 0))

    # --- declarations

    def make(self):
        r, p = self.r, self.p
        for i in range(3):
            self.globals.append(Global(p + "g%d" % i, "l", init=r.choice([None] + EDGES)))
            self.globals.append(Global(p + "t%d" % i, "s", init=r.choice([None] + WORDS)))
        for i in range(4):
            keys = "".join(r.choice("ls") for _ in range(r.choice([1, 1, 2, 2, 3, 5, 9])))
            size = r.choice([None, 1, 2, 3, 5, 40])
            self.globals.append(Global(p + "m%d" % i, "llsa"[i], keys, size, bool(size) and r.random() < 0.4))
        self.globals.append(Global(p + "st", "a"))
        for g in self.globals:
            g.word = r.choice(["global"] * 4 + ["private"])
        self.declare_features()
        for i in range(r.randint(1, 3)):
            self.function(i)
        orders = sorted(r.sample(range(1, 90), r.randint(1, 3)))
        r.shuffle(orders)
        for o in orders:
            body = self.handler()
            self.probes.append((("begin", o), self.alias(o, body) if r.random() < 0.3 else body))
        self.probes.append((("begin", 95), self.guard(self.report())))
        if self.unread:
            self.probes.append((("begin", 94), self.write_unread()))
        if not self.guarded:
            self.probes.append((("end", 1), self.handler()))
            self.probes.append((("error", 0), [("print", "println", None, [("str", "error probe")])]))

    def function(self, i):
        r = self.r
        kind, params = r.choice("ls"), [(self.p + "a%d" % n, r.choice("ls")) for n in range(r.randint(0, 3))]
        chain = r.choice([1, 1, 2, 3])
        made = []
        for n in range(chain):
            self.fn = Function(self.p + "f%d" % i, kind, params, chain - n if r.random() < 0.5 and chain > 1 else None)
            self.fn.body = self.start() + self.body(r.randint(1, max(1, self.most // 2)))
            if n < chain - 1 or r.random() < 0.1:
                self.fn.body.append(("if", self.long(1), [("jump", "next", None)], []))
            self.fn.body.append(("jump", "return", self.of(kind, 2)))
            made.append(self.fn)
        self.functions += made
        self.fn = None

    def handler(self):
        return self.guard(self.start() + self.body(self.r.randint(self.most // 2, self.most + 2)))

    def guard(self, body):
        if not self.guarded:
            return body
        return [("try", body, self.p + "e", [("print", "println", None, [("str", "caught "), ("var", self.p + "e", "s")])])]

    def start(self):
        """Locals get their types; what a function is given has one already."""
        body = [("expr", ("asg", "=", ("var", "l%d" % i, "l"), ("num", self.r.choice(EDGES)))) for i in range(3)]
        body += [("expr", ("asg", "=", ("var", "s%d" % i, "s"), ("str", self.r.choice(WORDS)))) for i in range(2)]
        # each is read somewhere: the error in an assignment that nobody reads goes away with it
        names = [("l%d" % i, "l") for i in range(3)] + [("s%d" % i, "s") for i in range(2)] + (self.fn.params if self.fn else [])
        never = ("bin", "<", ("var", "l0", "l"), ("var", "l0", "l"))
        return body + [("if", never, [("print", "println", None, [("var",) + n for n in names])], [])]

    def report(self):
        """Every global, so that each is read and has its type."""
        body = []
        for g in self.globals:
            if g.unread:
                continue
            if g.keys:
                names = ["%s%d" % (k, i) for i, k in enumerate(g.keys)]
                shown = ("stat", "sum", self.element(g, names)) if g.kind == "a" else self.element(g, names)
                parts = [g.name] + sum(([" ", (None, None, None, "s" if k == "s" else "d")] for k in g.keys + g.kind), []) + ["\n"]
                body.append(("foreach", None, ["k" + n for n in names], g.name, None, None, None, None, [
                    ("printf", parts, [("var", "k" + n, n[0]) for n in names] + [shown])]))
            elif g.kind == "a":
                body.append(("print", "println", None, [("stat", op, ("var", g.name, "a")) for op in ("count", "sum")]))
            else:
                body.append(("printf", [g.name, "=", (None, None, None, "s" if g.kind == "s" else "d"), "\n"], [("var", g.name, g.kind)]))
        return body

    @staticmethod
    def element(g, names):
        return ("idx", g.name, [("var", "k" + n, n[0]) for n in names], g.kind)

    # --- expressions; `deep` bounds their depth

    def scalars(self, kind):
        names = [g.name for g in self.globals if g.kind == kind and not g.keys and not g.unread] + ["ls"[kind == "s"] + str(i) for i in range(2)]
        return names + ([n for n, k in self.fn.params if k == kind] if self.fn else [])

    def var(self, kind):
        return ("var", self.r.choice(self.scalars(kind)), kind)

    def array(self, kinds, writing=False):
        found = [g for g in self.globals if g.keys and g.kind in kinds and g.name.startswith(self.p + "m")]
        found = [g for g in found if not (writing and g.name in self.looping)]
        return self.r.choice(found) if found else None

    def some_keys(self, g):
        return [("num", self.r.choice([0, 1, 2, -1])) if k == "l" and self.r.random() < 0.7 else
                ("str", self.r.choice(WORDS[:6])) if k == "s" and self.r.random() < 0.8 else self.var(k) for k in g.keys]

    def pattern(self, g):
        return [None if self.r.random() < 0.5 else k for k in self.some_keys(g)]

    def target(self, kind):
        g = self.array(kind, writing=True) if self.r.random() < 0.4 else None
        return ("idx", g.name, self.some_keys(g), kind) if g else self.var(kind)

    def of(self, kind, deep):
        return self.long(deep) if kind == "l" else self.string(deep)

    def call(self, kind):
        found = [f for f in self.functions if f.kind == kind and not f.name.endswith("_deep")]
        if not found or self.looping or self.fn and self.r.random() < 0.6:
            return None
        f = self.r.choice(found)
        return ("call", f.name, [self.of(k, 0) for _, k in f.params], kind)

    def long(self, deep):
        r = self.r
        if deep <= 0:
            return ("num", r.choice(EDGES)) if r.random() < 0.4 else self.var("l")
        pick = r.randrange(15)
        if pick == 12:
            return self.made_macro() if r.random() < 0.5 else self.made_choice()
        if pick == 13:
            return self.made_match()
        if pick == 14:
            return self.made_deep("l") if not self.looping and not self.fn else self.made_macro()
        if pick < 5:
            op = r.choice(list(LEVEL))
            if op in ("<<", ">>", ">>>"):
                return ("bin", op, ("post", "++", ("var", "l2", "l")), self.long(0))
            return ("bin", op, self.long(deep - 1), self.long(deep - 1))
        if pick == 5:
            return ("un", r.choice("-+!~"), self.long(deep - 1))
        if pick == 6:
            return ("cond", self.long(deep - 1), self.long(deep - 1), self.long(deep - 1))
        if pick == 7:
            return ("bin", r.choice(["<", "<=", ">", ">=", "==", "!="]), self.string(deep - 1), self.string(deep - 1))
        if pick == 8:
            g = self.array("lsa")
            return ("in", self.pattern(g), g.name)
        if pick == 9:
            g = self.array("l")
            return ("idx", g.name, self.some_keys(g), "l")
        if pick == 10:
            g = self.array("a")
            what = ("idx", g.name, self.some_keys(g), "a") if r.random() < 0.5 else ("var", self.p + "st", "a")
            return ("stat", r.choice(STATS), what)
        return self.call("l") or self.long(deep - 1)

    def string(self, deep):
        r = self.r
        if deep <= 0:
            return ("str", r.choice(WORDS)) if r.random() < 0.5 else self.var("s")
        pick = r.randrange(8)
        if pick == 7:
            return self.made_deep("s") if not self.looping and not self.fn else self.string(0)
        if pick < 2:
            return ("cat", self.string(deep - 1), self.string(deep - 1))
        if pick == 2:
            return ("cond", self.long(deep - 1), self.string(deep - 1), self.string(deep - 1))
        if pick == 3:
            return ("sprintf",) + self.format()
        if pick == 4:
            g = self.array("s")
            return ("idx", g.name, self.some_keys(g), "s")
        if pick == 5:
            return ("sprint", r.choice(["sprint", "sprintln"]), None, [self.of(r.choice("ls"), deep - 1)])
        return self.call("s") or self.string(deep - 1)

    def format(self):
        r, parts, args = self.r, [], []
        for _ in range(r.randint(1, 4)):
            conv = r.choice("ddiuoxXpssc")
            flags = {"d": "+-0 ", "i": "+-0 ", "x": "-0#", "X": "-0#", "s": "-"}.get(conv, "-0")
            flag = r.choice([None, None] + list(flags)) if conv != "p" else None
            parts += [r.choice([" ", "|", "=", "%", "\t"]), (flag, r.choice([None, 3, 12, 25]), r.choice([None, None, None, 2, 7]), conv)]
            if conv == "p":
                parts[-1] = (None, parts[-1][1], None, "p")
            if conv in "uo":
                parts[-1] = parts[-1][:2] + (None, conv)
            if conv == "c":
                parts[-1] = (r.choice([None, "-", "#"]), parts[-1][1], None, "c")
                args.append(("num", r.choice([65, 9, 10, 39, 92, 126, 200, 255])))
                continue
            args.append(self.of("s" if conv == "s" else "l", 1))
        return parts, args

    # --- statements

    def body(self, n):
        return [self.statement() for _ in range(n)]

    def inner(self):
        self.depth += 1
        made = self.body(self.r.randint(1, 3))
        self.depth -= 1
        return made

    def statement(self):
        r = self.r
        kinds = ["asg", "asg", "cat", "crement", "agg", "print", "print", "printf", "printf", "delete",
                 "hist", "fill", "variance", "matched", "raw", "stars", "fault", "char"]
        if self.depth < 3:
            kinds += ["if", "if", "for", "while", "foreach", "foreach", "try", "try", "error", "choose", "forever"]
        return getattr(self, "make_" + r.choice(kinds))()

    def make_asg(self):
        op = self.r.choice(["=", "=", "=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "<<=", ">>="])
        t = self.target("l")
        if op == "=":
            return ("expr", ("asg", op, t, self.long(3)))
        return ("expr", ("asg", op, t, self.long(0)))

    def make_cat(self):
        t = self.target("s")
        return ("expr", ("asg", "=", t, self.string(3)) if self.r.random() < 0.6 else ("asg", ".=", t, self.string(0)))

    def make_crement(self):
        return ("expr", (self.r.choice(["pre", "post"]), self.r.choice(["++", "--"]), self.target("l")))

    def make_agg(self):
        g = self.array("a", writing=True) if self.r.random() < 0.6 else None
        return ("agg", ("idx", g.name, self.some_keys(g), "a") if g else ("var", self.p + "st", "a"), self.long(1))

    def make_print(self):
        name = self.r.choice(["print", "println", "println", "printd", "printdln"])
        args = [self.of(self.r.choice("ls"), 2) for _ in range(self.r.randint(2, 4))]
        return ("print", name, self.r.choice([",", " - ", ""]) if "d" in name[5:] else None, args)

    def make_printf(self):
        parts, args = self.format()
        return ("printf", parts + ["\n"], args)

    def make_delete(self):
        g = self.array("lsa", writing=True)
        if not g or self.r.random() < 0.2:
            return ("delete", self.r.choice(self.scalars("l")[:3] + self.scalars("s")[:3] + [self.p + "st"]), None)
        return ("delete", g.name, self.r.choice([None, self.some_keys(g), self.some_keys(g), self.pattern(g)]))

    def make_if(self):
        # an `if` with nothing left to do goes away, and with it what its condition would fail with
        cond, body = self.long(2), self.inner()
        if not any(s[0] in ("print", "printf") for s in body):
            body.insert(0, ("print", "print", None, [("str", "")]))
        return ("if", cond, body, self.inner() if self.r.random() < 0.5 else [])

    def counter(self):
        self.loops += 1
        return ("var", "i%d" % self.loops, "l")

    def leave(self):
        kind = self.r.choice(["break", "continue", "next" if not self.fn else "break"])
        return [("if", self.long(1), [("jump", kind, None)], [])] if self.r.random() < 0.4 else []

    def make_for(self):
        i = self.counter()
        cond = ("bin", "<", i, ("num", self.r.randint(1, 5)))
        return ("for", ("asg", "=", i, ("num", 0)), cond, ("post", "++", i), self.leave() + self.inner())

    def make_while(self):
        i = self.counter()
        return ("while", ("bin", "<", ("pre", "++", i), ("num", self.r.randint(1, 4))), self.leave() + self.inner())

    def make_foreach(self):
        g, r = self.array("lsa", writing=True), self.r
        if not g:
            return self.make_print()
        self.loops += 1
        names = ["k%d_%d%s" % (self.loops, i, k) for i, k in enumerate(g.keys)]
        mark = op = limit = None
        value = "v%d" % self.loops if g.kind != "a" and r.random() < 0.5 else None
        if r.random() < 0.5:
            mark = (r.choice([r.randrange(len(g.keys)), None, "value" if value else None]), r.choice("+-"))
            if g.kind == "a" and mark[0] is None and r.random() < 0.7:
                op = r.choice(STATS)
        if r.random() < 0.3:
            limit = ("num", r.choice([0, 1, 2, 9]))
        pattern = self.pattern(g) if r.random() < 0.25 else None
        self.looping.append(g.name)
        shown = [("var", n, n[-1]) for n in names] + ([("var", value, g.kind)] if value else [])
        body = [("print", "println", None, [("str", "key ")] + shown)] + self.leave() + self.inner()
        self.looping.pop()
        return ("foreach", value, names, g.name, mark, op, pattern, limit, body)

    def make_try(self):
        return ("try", self.inner(), self.r.choice([None, "s1"]), self.inner())

    def make_error(self):
        return ("if", self.long(1), [("error", self.string(1))], [])
