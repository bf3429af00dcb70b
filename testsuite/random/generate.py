# SPDX-License-Identifier: GPL-2.0-or-later
"""Random valid programs that end. One seed, one program; names carry a prefix: several programs fit into one script.

What the reference leaves open is not generated: order of a write and a read of one variable within an expression, shifts of two constants,
@variance, the list order after a sorted foreach that has a limit."""
import random

EDGES = [0, 1, -1, 2, 3, -7, 10, 63, 64, 255, 256, 1000003, 2**31, -2**31, 2**32 + 5, 2**62, 2**63 - 1, -2**63, -2**63 + 1]
WORDS = ["", "a", "b", "ab", "abc", "A", "z", "0", "12", "x y", 'q"t', "t\tb", "n\nl", "b\\s", "100%", "long " * 5, "mid-size text"]
LEVEL = {"||": 3, "&&": 4, "|": 5, "^": 6, "&": 7, "<": 9, "<=": 9, ">": 9, ">=": 9, "==": 9, "!=": 9, "<<": 10, ">>": 10, ">>>": 10,
         "+": 12, "-": 12, "*": 13, "/": 13, "%": 13}
STATS = ["count", "sum", "min", "max", "avg"]


class Global:
    """kind: l(ong), s(tring), a(ggregate); keys: kinds of the array's keys, "" for a scalar."""

    def __init__(self, name, kind, keys="", size=None, wraps=False, init=None):
        self.name, self.kind, self.keys, self.size, self.wraps, self.init = name, kind, keys, size, wraps, init

    def empty(self):
        return {"l": 0, "s": "", "a": []}[self.kind]

    def initial(self):
        return self.empty() if self.init is None else self.init

    def text(self):
        init = "" if self.init is None else " = " + (quote(self.init) if self.kind == "s" else str(self.init))
        return "global %s%s%s%s\n" % (self.name, "%" if self.wraps else "", "[%d]" % self.size if self.size else "", init)


class Function:
    def __init__(self, name, kind, params, priority):
        self.name, self.kind, self.params, self.priority, self.body = name, kind, params, priority, []


def quote(s):
    for a, b in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        s = s.replace(a, b)
    return '"' + s + '"'


# --- trees to text, with the parentheses that precedence asks for and no others

def expr(e, least=1):
    level, text = show(e)
    return "(" + text + ")" if level < least else text


def listed(args):
    return ", ".join("*" if a is None else expr(a) for a in args)


def show_format(parts):
    out = ""
    for p in parts:
        if isinstance(p, str):
            out += quote(p)[1:-1].replace("%", "%%")
        else:
            flag, width, prec, conv = p
            out += "%" + (flag or "") + (str(width) if width else "") + ("" if prec is None else ".%d" % prec) + conv
    return '"' + out + '"'


def show(e):  # long: dispatch
    k = e[0]
    if k == "num":
        return (14, "-" + str(-e[1])) if e[1] < 0 else (18, hex(e[1]) if e[1] % 5 == 3 else str(e[1]))
    if k == "str":
        return 18, quote(e[1])
    if k == "var":
        return 18, e[1]
    if k == "idx":
        return 18, "%s[%s]" % (e[1], listed(e[2]))
    if k == "bin":
        n = LEVEL[e[1]]
        return n, "%s %s %s" % (expr(e[2], n), e[1], expr(e[3], n + 1))
    if k == "cat":
        return 11, "%s . %s" % (expr(e[1], 11), expr(e[2], 12))
    if k == "un":
        inner = expr(e[2], 14)
        return 14, e[1] + (" " if inner[0] in (e[1], "~") else "") + inner
    if k == "cond":
        return 2, "%s ? %s : %s" % (expr(e[1], 3), expr(e[2]), expr(e[3], 2))
    if k == "in":
        keys = listed(e[1])
        return 8, "[%s] in %s" % (keys, e[2])
    if k == "asg":
        return 1, "%s %s %s" % (expr(e[2], 16), e[1], expr(e[3]))
    if k == "pre":
        return 15, e[1] + expr(e[2], 16)
    if k == "post":
        return 16, expr(e[2], 17) + e[1]
    if k == "stat":
        return 18, "@%s(%s)" % (e[1], expr(e[2]))
    if k == "call":
        return 18, "%s(%s)" % (e[1], listed(e[2]))
    if k == "sprintf":
        return 18, "sprintf(%s)" % ", ".join([show_format(e[1])] + [expr(a) for a in e[2]])
    return 18, show_print(*e[1:])


def show_print(name, between, args):
    return "%s(%s)" % (name, ", ".join(([] if between is None else [quote(between)]) + [expr(a) for a in args]))


def show_foreach(value, names, name, mark, op, pattern, limit):
    at, sign = mark or (None, "")
    keys = [n + (sign if at == i else "") for i, n in enumerate(names)]
    head = keys[0] if len(keys) == 1 else "[" + ", ".join(keys) + "]"
    tail = name + ("[%s]" % listed(pattern) if pattern else "") + (" @" + op if op else "") + (sign if mark and at is None else "")
    return "foreach (%s%s in %s%s)" % (value + " = " if value else "", head, tail, "" if limit is None else " limit " + expr(limit))


def block(body, indent):
    return "{\n" + "".join(stmt(s, indent + 1) for s in body) + "\t" * indent + "}"


def stmt(s, i):  # long: dispatch
    k, tab = s[0], "\t" * i
    if k == "expr":
        return tab + expr(s[1]) + ";\n"
    if k == "printf":
        return "%sprintf(%s);\n" % (tab, ", ".join([show_format(s[1])] + [expr(a) for a in s[2]]))
    if k == "print":
        return tab + show_print(*s[1:]) + ";\n"
    if k == "agg":
        return "%s%s <<< %s;\n" % (tab, expr(s[1]), expr(s[2]))
    if k == "if":
        return "%sif (%s) %s%s\n" % (tab, expr(s[1]), block(s[2], i), " else " + block(s[3], i) if s[3] else "")
    if k == "for":
        return "%sfor (%s; %s; %s) %s\n" % (tab, expr(s[1]), expr(s[2]), expr(s[3]), block(s[4], i))
    if k == "while":
        return "%swhile (%s) %s\n" % (tab, expr(s[1]), block(s[2], i))
    if k == "foreach":
        return "%s%s %s\n" % (tab, show_foreach(*s[1:8]), block(s[8], i))
    if k == "delete":
        return "%sdelete %s%s;\n" % (tab, s[1], "" if s[2] is None else "[%s]" % listed(s[2]))
    if k == "try":
        return "%stry %s catch%s %s\n" % (tab, block(s[1], i), "(%s)" % s[2] if s[2] else "", block(s[3], i))
    if k == "error":
        return "%serror(%s);\n" % (tab, expr(s[1]))
    return tab + s[1] + ("" if s[2] is None else " " + expr(s[2])) + ";\n"


class Program:
    """guarded: every probe catches its errors, so that the program can share a script with others."""

    def __init__(self, seed, prefix="", guarded=True):
        self.r, self.p, self.guarded = random.Random(seed), prefix, guarded
        self.globals, self.functions, self.probes = [], [], []
        self.looping, self.loops, self.depth, self.fn = [], 0, 0, None
        self.make()

    def overloads(self, name):
        return sorted((f for f in self.functions if f.name == name), key=lambda f: f.priority or 0)

    def text(self, first=0):
        out = "".join(g.text() for g in self.globals)
        for f in self.functions:
            params = ", ".join("%s:%s" % (n, "string" if k == "s" else "long") for n, k in f.params)
            out += "function %s:%s(%s)%s %s\n" % (f.name, "string" if f.kind == "s" else "long", params,
                                                 ":%d" % f.priority if f.priority else "", block(f.body, 0))
        for (kind, order), body in self.probes:
            out += "probe %s%s %s\n" % (kind, "" if kind == "error" else "(%d)" % (first + order), block(body, 0))
        return out

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
        for i in range(r.randint(1, 3)):
            self.function(i)
        orders = sorted(r.sample(range(1, 90), r.randint(1, 3)))
        r.shuffle(orders)
        for o in orders:
            self.probes.append((("begin", o), self.handler()))
        self.probes.append((("begin", 95), self.guard(self.report())))
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
            self.fn.body = self.start() + self.body(r.randint(1, 4))
            if n < chain - 1 or r.random() < 0.1:
                self.fn.body.append(("if", self.long(1), [("jump", "next", None)], []))
            self.fn.body.append(("jump", "return", self.of(kind, 2)))
            made.append(self.fn)
        self.functions += made
        self.fn = None

    def handler(self):
        return self.guard(self.start() + self.body(self.r.randint(4, 10)))

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
        names = [g.name for g in self.globals if g.kind == kind and not g.keys] + ["ls"[kind == "s"] + str(i) for i in range(2)]
        return names + ([n for n, k in self.fn.params if k == kind] if self.fn else [])

    def var(self, kind):
        return ("var", self.r.choice(self.scalars(kind)), kind)

    def array(self, kinds, writing=False):
        found = [g for g in self.globals if g.keys and g.kind in kinds and not (writing and g.name in self.looping)]
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
        found = [f for f in self.functions if f.kind == kind]
        if not found or self.looping or self.fn and self.r.random() < 0.6:
            return None
        f = self.r.choice(found)
        return ("call", f.name, [self.of(k, 0) for _, k in f.params], kind)

    def long(self, deep):
        r = self.r
        if deep <= 0:
            return ("num", r.choice(EDGES)) if r.random() < 0.4 else self.var("l")
        pick = r.randrange(12)
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
        pick = r.randrange(7)
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
            conv = r.choice("ddiuoxXpss")
            flags = {"d": "+-0 ", "i": "+-0 ", "x": "-0#", "X": "-0#", "s": "-"}.get(conv, "-0")
            flag = r.choice([None, None] + list(flags)) if conv != "p" else None
            parts += [r.choice([" ", "|", "=", "%", "\t"]), (flag, r.choice([None, 3, 12, 25]), r.choice([None, None, None, 2, 7]), conv)]
            if conv == "p":
                parts[-1] = (None, parts[-1][1], None, "p")
            if conv == "u" or conv == "o":
                parts[-1] = parts[-1][:2] + (None, conv)
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
        kinds = ["asg", "asg", "cat", "crement", "agg", "print", "print", "printf", "printf", "delete"]
        if self.depth < 3:
            kinds += ["if", "if", "for", "while", "foreach", "foreach", "try", "try", "error"]
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
            return ("delete", self.r.choice(self.scalars("l")[:3]), None)
        return ("delete", g.name, self.r.choice([None, self.some_keys(g), self.some_keys(g), self.pattern(g)]))

    def make_if(self):
        return ("if", self.long(2), self.inner(), self.inner() if self.r.random() < 0.5 else [])

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
        if len(g.keys) == 1 and not g.wraps and r.random() < 0.5:
            mark = (0, r.choice("+-"))
        elif r.random() < 0.4:
            limit = ("num", r.choice([0, 1, 2, 9]))
        pattern = self.pattern(g) if r.random() < 0.25 else None
        value = "v%d" % self.loops if g.kind != "a" and r.random() < 0.5 else None
        self.looping.append(g.name)
        shown = [("var", n, n[-1]) for n in names] + ([("var", value, g.kind)] if value else [])
        body = [("print", "println", None, [("str", "key ")] + shown)] + self.leave() + self.inner()
        self.looping.pop()
        return ("foreach", value, names, g.name, mark, op, pattern, limit, body)

    def make_try(self):
        return ("try", self.inner(), self.r.choice([None, "s1"]), self.inner())

    def make_error(self):
        return ("if", self.long(1), [("error", self.string(1))], [])
