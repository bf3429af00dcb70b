# SPDX-License-Identifier: GPL-2.0-or-later
"""Constructs of the language that need something declared: macros, histograms, aliases, recursion, regular expressions, globals shown at
the end. A mixin of generate.Program; made_KIND returns an expression or statement."""
from script import Function, Global

# what POSIX (leftmost, longest) and Python (first alternative) agree about; every group takes part in each match
PATTERNS = ["a", "^a", "b$", "^$", "a+b?", "[a-c]+", "[^a-z]", "(a)(b)", "(x|y) ?", "([0-9]+)", "^(.)(.*)$", "(ab|z)+", "a{2}", "(m)id-(s[a-z]*)",
            "[[:digit:]]", "%", "(long ){2,}", "\\t", "b.*s", "."]
# conditions of the preprocessor with their truth
FACTS = [("1 < 2", 1), ('arch == "x86_*"', 1), ('arch != "x86_64"', 0), ('runtime == "kernel"', 1), ('kernel_v >= "2.6"', 1),
         ('kernel_v < "2.6.32"', 0), ('kernel_v == "9*"', 0), ('systemtap_v >= "1.0"', 1), ('CONFIG_64BIT == "y"', 1), ('CONFIG_64BIT != "y"', 0),
         ("0x10 == 16", 1), ("7 != 07", 0), ("10 >= 11", 0), ('"abc" < "abd"', 1), ('"a" == "b"', 0), ("guru_mode == 0", 1),
         ('systemtap_privilege == "stapdev"', 1)]
PLAIN = ["", "a", "b c", "12", "long " * 3]


class Features:
    def declare_features(self):
        r, p = self.r, self.p
        self.shapes = [("log",), ("linear",) + r.choice([(0, 10, 1), (-20, 100, 7), (0, 1000, 50), (5, 6, 1), (-2**40, 2**40, 2**36)])]
        self.globals += [Global(p + "h0", "a"), Global(p + "h1", "a"), Global(p + "h2", "a", "l"), Global(p + "vs", "a")]
        for i in range(2):
            params = ["x", "y"][:r.randint(0, 2)]
            leaves = [("param", n) for n in params] + [("num", r.choice([3, -2, 10**6, 2**63 - 1])), self.constant()]
            body = r.choice(leaves)
            for _ in range(3):
                body = ("bin", r.choice(["+", "-", "*", "&", "|", "^", "<", "==", "&&", "||"]), body, r.choice(leaves))
            self.macros.append((p + "M%d" % i, params, body))
        self.deep("l")
        self.deep("s")
        if self.guarded and r.random() < 0.3:
            self.declare_unread()

    def constant(self):
        return ("choice",) + self.fact() + (("num", 5), ("num", -8))

    def fact(self):
        """A condition of the preprocessor and its truth."""
        r, (text, truth) = self.r, self.r.choice(FACTS)
        if r.random() < 0.3:
            other, also = r.choice(FACTS)
            if r.random() < 0.5:
                return text + " && " + other, truth and also
            return text + " || " + other, truth or also
        return text, truth

    def deep(self, kind):
        """A function that calls itself, by its first argument's value."""
        p = self.p
        n, x = ("var", p + "n", "l"), ("var", p + "x", kind)
        name = p + "r" + kind + "_deep"
        again = ("call", name, [("bin", "-", n, ("num", 1)), x], kind)
        f = Function(name, kind, [(p + "n", "l"), (p + "x", kind)], None)
        if kind == "l":
            back = ("bin", self.r.choice("+-*^"), again, ("bin", "*", n, ("num", 3)))
        else:
            back = ("cat", again, ("sprint", "sprint", None, [n]))
        f.body = [("if", ("bin", "<=", n, ("num", 0)), [("jump", "return", x)], []), ("jump", "return", back)]
        self.functions.append(f)

    def declare_unread(self):
        r, p = self.r, self.p
        made = [Global(p + "d0", "l", init=r.choice([None, 7])), Global(p + "d1", "s", init=r.choice([None] + PLAIN)),
                Global(p + "d2", "l", r.choice(["l", "s", "ls"])), Global(p + "d3", "s", "s"), Global(p + "d4", "a"), Global(p + "d5", "a", r.choice("ls"))]
        for g in made:
            g.unread = True
        self.unread = made
        self.globals += made

    def write_unread(self):
        """One write of each of the globals that nobody reads."""
        r, body = self.r, []
        for g in self.unread:
            for _ in range(r.randint(1, 3)):
                keys = [("num", r.choice([0, 1, 2, -1])) if k == "l" else ("str", r.choice(PLAIN)) for k in g.keys]
                target = ("idx", g.name, keys, g.kind) if g.keys else ("var", g.name, g.kind)
                if g.kind == "a":
                    body.append(("agg", target, ("num", r.choice([1, 5, -3, 2**40]))))
                else:
                    value = ("num", r.choice([0, 1, -5, 2**62])) if g.kind == "l" else ("str", r.choice(PLAIN))
                    body.append(("expr", ("asg", "=", target, value)))
        return body

    def alias(self, order, body):
        """A begin probe by way of an alias, whose prologue and epilogue share its locals."""
        name, al = "%sal%d" % (self.p, order), ("var", "al", "l")
        before = [("expr", ("asg", "=", al, ("num", self.r.choice([1, 2, -9])))), ("print", "println", None, [("str", "before")])]
        if self.r.random() < 0.2:
            before.append(("if", ("bin", "==", al, ("num", 2)), [("jump", "next", None)], []))
        inside = [("expr", ("asg", "+=", al, ("num", 5)))] + body
        after = [("print", "println", None, [("str", "after "), al])]
        form = self.r.choice(["=", "=,", "+="])
        if form == "=":
            after = []
        elif form == "+=":
            before = []
        self.aliases[order] = (name, form, before, inside, after)
        return before + inside + after

    # --- expressions

    def made_macro(self):
        name, params, body = self.r.choice(self.macros)
        args = [self.long(0) for _ in params]
        given = dict(zip(params, args))

        def fill(e):
            return given[e[1]] if e[0] == "param" else tuple(fill(x) if isinstance(x, tuple) else x for x in e)
        return ("macro", name, args, fill(body))

    def made_choice(self):
        return ("choice",) + self.fact() + (self.long(1), self.long(0))

    def made_match(self):
        return ("match", self.r.choice(["=~", "=~", "!~"]), self.string(1), self.r.choice(PATTERNS))

    def made_deep(self, kind):
        return ("call", self.p + "r" + kind + "_deep", [("num", self.r.choice([0, 1, 3, 6, 80])), self.of(kind, 0)], kind)

    # --- statements

    def histogram(self):
        i = self.r.randrange(2)
        return self.shapes[i], ("var", self.p + "h%d" % i, "a")

    def make_hist(self):
        r, (shape, target) = self.r, self.histogram()
        if r.random() < 0.2:
            return ("hist", self.shapes[0], ("idx", self.p + "h2", [self.long(0)], "a"))
        body = [("agg", target, self.long(1)) for _ in range(r.randint(1, 3))]
        pick = r.randrange(4)
        if pick == 0:
            body.append(("hist", shape, target))
        elif pick == 1:
            at = r.choice([("num", r.choice([0, 1, 63, 64, 65, 70, 127, 128])), self.long(0)])
            body.append(("print", "println", None, [("bucket", shape, target, at)]))
        elif pick == 2:
            body.append(("print", "print", None, [("hist", shape, target)]))
        else:
            body.append(self.over_buckets(shape, target))
        return ("block", body)

    def over_buckets(self, shape, target):
        self.loops += 1
        name, value = "k%d" % self.loops, "v%d" % self.loops
        shown = [("var", name, "l"), ("str", ":"), ("var", value, "l"), ("str", " ")]
        body = [("if", ("var", value, "l"), [("print", "print", None, shown)], [])]
        return ("buckets", shape, target, value, name, self.r.choice([None, 1, 66]), body)

    def make_fill(self):
        return ("agg", ("idx", self.p + "h2", [("num", self.r.choice([0, 1, -1]))], "a"), self.long(1))

    def make_variance(self):
        vs, r = self.p + "vs", self.r
        values = [("num", r.choice([0, 1, -3, 8, 100, 5000])) for _ in range(r.randint(2, 5))]
        return ("block", [("delete", vs, None)] + [("agg", ("var", vs, "a"), v) for v in values] +
                [("print", "println", None, [("str", "variance "), ("variance", vs)])])

    def make_choose(self):
        return ("choose",) + self.fact() + (self.inner(), self.inner())

    def make_matched(self):
        pattern = self.r.choice(PATTERNS)
        groups = pattern.count("(")
        shown = [("groups",)] + sum(([("str", "|"), ("group", n)] for n in range(groups + 1)), [])
        return ("if", ("match", "=~", self.string(1), pattern), [("print", "println", None, shown)], [])

    def make_raw(self):
        """Conversions that only printf, not sprintf, can hold: they may write NULs."""
        r, parts, args = self.r, [], []
        for _ in range(r.randint(1, 3)):
            conv = r.choice("bc")
            flag, prec = (r.choice([None, "-", "#"]), None) if conv == "c" else (None, r.choice([None, 1, 2, 4, 8]))
            parts += ["|", (flag, r.choice([None, 2, 5, 8]), prec, conv)]
            args.append(self.long(1))
        return ("printf", parts + ["|\n"], args)

    def make_char(self):
        return ("char", ("bin", "+", ("num", 65), ("bin", "&", self.long(1), ("num", 31))))

    def make_fault(self):
        """A dump of memory that cannot be read, or of too much of it."""
        if self.depth == 0 and self.r.random() < 0.7:
            return self.make_char()
        parts, address = self.r.choice([([(None, None, 4, "M")], 0), ([(None, None, 2, "m")], 0), ([(None, None, 4097, "M")], 1), ([(None, None, 5000, "m")], 0)])
        return ("printf", parts, [("num", address)])

    def make_stars(self):
        """Widths and precisions from arguments."""
        r, parts, args = self.r, [], []
        for _ in range(r.randint(1, 3)):
            conv = r.choice("dxs")
            width, prec = r.choice([("*", None), ("*", 3), (9, "*"), ("*", "*")])
            parts += ["|", (r.choice([None, "-"]), width, prec, conv)]
            args += [("num", r.choice([0, 1, 4, 20])) for n in (width, prec) if n == "*"] + [self.of("s" if conv == "s" else "l", 1)]
        return ("printf", parts + ["|\n"], args)

    def make_forever(self):
        """Ends the handler: only where no other program shares the script."""
        if self.guarded or self.r.random() < 0.9:
            return self.make_raw()
        return ("if", self.long(1), [("forever", [("expr", ("post", "++", ("var", "l1", "l")))])], [])
