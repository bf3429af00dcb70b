# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts of a random program and their text: what generate.py makes, evaluate.py walks over and minimise.py takes away from."""

LEVEL = {"||": 3, "&&": 4, "|": 5, "^": 6, "&": 7, "<": 9, "<=": 9, ">": 9, ">=": 9, "==": 9, "!=": 9, "<<": 10, ">>": 10, ">>>": 10,
         "+": 12, "-": 12, "*": 13, "/": 13, "%": 13}

# where a statement of that kind holds blocks
BLOCKS = {"if": (2, 3), "for": (4,), "while": (2,), "foreach": (8,), "try": (1, 3), "block": (1,), "choose": (3, 4), "buckets": (6,), "forever": (1,)}


class Global:
    """kind: l(ong), s(tring), a(ggregate); keys: kinds of the array's keys, "" for a scalar."""

    def __init__(self, name, kind, keys="", size=None, wraps=False, init=None):
        self.name, self.kind, self.keys, self.size, self.wraps, self.init = name, kind, keys, size, wraps, init
        self.word, self.unread = "global", False

    def empty(self):
        return {"l": 0, "s": "", "a": []}[self.kind]

    def initial(self):
        return self.empty() if self.init is None else self.init

    def text(self):
        init = "" if self.init is None else " = " + (quote(self.init) if self.kind == "s" else str(self.init))
        return "%s %s%s%s%s\n" % (self.word, self.name, "%" if self.wraps else "", "[%d]" % self.size if self.size else "", init)


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
            out += "%" + (flag or "") + (str(width) if width else "") + ("" if prec is None else ".%s" % prec) + conv
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
    if k == "macro":
        return 18, "@" + e[1] + ("(%s)" % listed(e[2]) if e[2] else "")
    if k == "param":
        return 18, "(@%s)" % e[1]
    if k == "choice":
        return 18, "%%( %s %%? (%s) %%: (%s) %%)" % (e[1], expr(e[3]), expr(e[4]))
    if k == "match":
        return 8.5, '%s %s "%s"' % (expr(e[2], 10), e[1], e[3])
    if k == "group":
        return 18, "matched(%d)" % e[1]
    if k == "groups":
        return 18, "ngroups()"
    if k == "variance":
        return 18, "@variance(%s)" % e[1]
    if k == "bucket":
        return 18, "%s[%s]" % (show_hist(e[1], e[2]), expr(e[3]))
    if k == "hist":
        return 18, "sprint(%s)" % show_hist(e[1], e[2])
    if k == "has":
        return 8, "[%s] in %s" % (expr(e[3]), show_hist(e[1], e[2]))
    if k == "sprintf":
        return 18, "sprintf(%s)" % ", ".join([show_format(e[1])] + [expr(a) for a in e[2]])
    return 18, show_print(*e[1:])


def show_hist(shape, target):
    return "@hist_%s(%s)" % (shape[0], ", ".join([expr(target)] + [str(n) for n in shape[1:]]))


def show_print(name, between, args):
    return "%s(%s)" % (name, ", ".join(([] if between is None else [quote(between)]) + [expr(a) for a in args]))


def show_foreach(value, names, name, mark, op, pattern, limit):
    at, sign = mark or (None, "")
    keys = [n + (sign if at == i else "") for i, n in enumerate(names)]
    head = keys[0] if len(keys) == 1 else "[" + ", ".join(keys) + "]"
    if at == "value":
        value += sign
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
    if k == "block":
        return tab + block(s[1], i) + "\n"
    if k == "char":
        return "%sprint_char(%s);\n" % (tab, expr(s[1]))
    if k == "forever":
        return "%swhile (1) %s\n" % (tab, block(s[1], i))
    if k == "choose":
        then, otherwise = ("".join(stmt(x, i + 1) for x in body) for body in s[3:])
        return "%s%%( %s %%?\n%s%s%%:\n%s%s%%)\n" % (tab, s[1], then, tab, otherwise, tab)
    if k == "hist":
        return "%sprint(%s);\n" % (tab, show_hist(s[1], s[2]))
    if k == "buckets":
        _, shape, target, value, name, limit, body = s
        return "%sforeach (%s%s in %s%s) %s\n" % (tab, value + " = " if value else "", name, show_hist(shape, target),
                                                 "" if limit is None else " limit %d" % limit, block(body, i))
    if k == "delete":
        return "%sdelete %s%s;\n" % (tab, s[1], "" if s[2] is None else "[%s]" % listed(s[2]))
    if k == "try":
        return "%stry %s catch%s %s\n" % (tab, block(s[1], i), "(%s)" % s[2] if s[2] else "", block(s[3], i))
    if k == "error":
        return "%serror(%s);\n" % (tab, expr(s[1]))
    return tab + s[1] + ("" if s[2] is None else " " + expr(s[2])) + ";\n"
