# SPDX-License-Identifier: GPL-2.0-or-later
"""What a script means, from the language reference alone: a walk over the generator's trees. It shares nothing with the translator.

Expressions and statements are tuples whose first element names the kind; the methods e_KIND and s_KIND say what each holds.
Numbers are Python integers within 64 bits, strings are str of Latin-1 characters, an aggregate is the list of its values."""

MIN = -1 << 63


class ScriptError(Exception):
    """A run-time error that try/catch of the script sees."""


class TooLong(Exception):
    """The program does more than a handler's budget surely allows; it is no test."""


class Jump(Exception):
    def __init__(self, kind, value=None):
        super().__init__(kind)
        self.kind, self.value = kind, value


def wrap(n):
    return ((n - MIN) & ((1 << 64) - 1)) + MIN


def divide(a, b):
    if b == 0:
        raise ScriptError("division by 0")
    q = abs(a) // abs(b)
    return wrap(q if (a < 0) == (b < 0) else -q)


def logical_right(a, b):
    return wrap((a & ((1 << 64) - 1)) >> (b & 63))


ARITH = {
    "+": lambda a, b: wrap(a + b), "-": lambda a, b: wrap(a - b), "*": lambda a, b: wrap(a * b),
    "/": divide, "%": lambda a, b: wrap(a - divide(a, b) * b),
    "&": lambda a, b: a & b, "|": lambda a, b: a | b, "^": lambda a, b: a ^ b,
    "<<": lambda a, b: wrap(a << (b & 63)), ">>": lambda a, b: a >> (b & 63), ">>>": logical_right,
    "<": lambda a, b: int(a < b), "<=": lambda a, b: int(a <= b), ">": lambda a, b: int(a > b),
    ">=": lambda a, b: int(a >= b), "==": lambda a, b: int(a == b), "!=": lambda a, b: int(a != b),
}


def digits(value, conv):
    if conv in "di":
        return ("-" if value < 0 else ""), str(abs(value))
    return "", format(value & ((1 << 64) - 1), {"u": "d", "p": "x"}.get(conv, conv))


def format_one(spec, value):
    """One conversion (flag, width, precision, letter), as C's printf does it."""
    flag, width, prec, conv = spec
    width = width or 0
    if conv == "s":
        text = value if prec is None else value[:prec]
    elif conv == "c":
        text = chr(value & 255)
    else:
        sign, text = digits(value, conv)
        if prec is not None:
            text = text.rjust(prec, "0")
        if not sign and flag in ("+", " ") and conv in "di":
            sign = flag
        if flag == "#" and conv in "xX" or conv == "p":
            sign = "0X" if conv == "X" else "0x"
        if flag == "0" and prec is None:
            text = text.rjust(width - len(sign), "0")
        text = sign + text
    return text.ljust(width) if flag == "-" else text.rjust(width)


class Array:
    """size: declared number of elements or None; wraps: the oldest element makes place for a new one."""

    def __init__(self, size, wraps, empty):
        self.size, self.wraps, self.empty, self.items = size, wraps, empty, {}

    def read(self, key):
        return self.items.get(key, self.empty)

    def write(self, key, value):
        if key not in self.items and len(self.items) >= (self.size or 2048):
            if not self.wraps:
                limit = "size limit (%d)" % self.size if self.size else "MAXMAPENTRIES"
                raise ScriptError("Array overflow, check " + limit)
            del self.items[next(iter(self.items))]
        self.items[key] = value


def matches(key, pattern):
    return all(p is None or p == k for k, p in zip(key, pattern))


def extract(op, values):
    if op == "count":
        return len(values)
    if op == "sum":
        return wrap(sum(values))
    if not values:
        raise ScriptError("empty aggregate")
    return {"min": min, "max": max, "avg": lambda v: divide(wrap(sum(v)), len(v))}[op](values)


class Evaluator:
    def __init__(self, program, limit):
        self.program, self.maxlen, self.steps, self.out = program, limit - 1, 0, []
        self.globals = {}
        for g in program.globals:
            self.globals[g.name] = Array(g.size, g.wraps, g.empty()) if g.keys else g.initial()
        self.frames = [{}]

    def run(self):
        """Output and the text of the error that ended the program (None if none did)."""
        error = None
        for kind in ("begin", "end"):
            for _, body in sorted((p for p in self.program.probes if p[0][0] == kind), key=lambda p: p[0][1]):
                error = self.handler(body)
                if error:
                    break
            if error:
                break
        if error:
            for where, body in self.program.probes:
                if where[0] == "error":
                    self.handler(body)
        return "".join(self.out), error

    def handler(self, body):
        self.frames, self.steps = [{}], 0
        try:
            self.block(body)
        except ScriptError as e:
            return str(e)
        except Jump:
            pass
        return None

    def cut(self, value):
        return value[:self.maxlen] if isinstance(value, str) else value

    # --- expressions

    def value(self, e):
        return getattr(self, "e_" + e[0])(*e[1:])

    def e_num(self, n):
        return n

    def e_str(self, s):
        return self.cut(s)

    def e_var(self, name, kind):
        if name in self.globals:
            return self.globals[name]
        return self.frames[-1].get(name, "" if kind == "s" else 0)

    def keys(self, keys):
        return tuple(None if k is None else self.cut(self.value(k)) for k in keys)

    def e_idx(self, name, keys, _kind):
        return self.globals[name].read(self.keys(keys))

    def e_bin(self, op, a, b):
        if op in ("&&", "||"):
            left = self.value(a) != 0
            return int(left if left == (op == "||") else self.value(b) != 0)
        left = self.value(a)
        return ARITH[op](left, self.value(b))

    def e_cat(self, a, b):
        left = self.value(a)
        return self.cut(left + self.value(b))

    def e_un(self, op, a):
        v = self.value(a)
        return {"-": wrap(-v), "+": v, "!": int(v == 0), "~": ~v}[op]

    def e_cond(self, c, a, b):
        return self.value(a if self.value(c) else b)

    def e_in(self, keys, name):
        pattern = self.keys(keys)
        return int(any(matches(k, pattern) for k in self.globals[name].items))

    def store(self, target, keys, value):
        value = self.cut(value)
        if target[0] == "idx":
            self.globals[target[1]].write(keys, value)
        elif target[1] in self.globals:
            self.globals[target[1]] = value
        else:
            self.frames[-1][target[1]] = value
        return value

    def place(self, target):
        if target[0] == "idx":
            keys = self.keys(target[2])
            return keys, self.globals[target[1]].read(keys)
        return None, self.value(target)

    def e_asg(self, op, target, e):
        keys, old = self.place(target)
        new = self.value(e)
        if op == ".=":
            new = old + new
        elif op != "=":
            new = ARITH[op[:-1]](old, new)
        return self.store(target, keys, new)

    def e_pre(self, op, target):
        keys, old = self.place(target)
        return self.store(target, keys, wrap(old + (1 if op == "++" else -1)))

    def e_post(self, op, target):
        keys, old = self.place(target)
        self.store(target, keys, wrap(old + (1 if op == "++" else -1)))
        return old

    def e_stat(self, op, target):
        return extract(op, self.value(target))

    def e_call(self, name, args, _kind):
        values = [self.cut(self.value(a)) for a in args]
        if len(self.frames) > 12:
            raise TooLong()
        for f in self.program.overloads(name):
            self.frames.append(dict(zip((p for p, _ in f.params), values)))
            try:
                self.block(f.body)
            except Jump as j:
                if j.kind == "next":
                    continue
                return self.cut(j.value)
            finally:
                self.frames.pop()
            return "" if f.kind == "s" else 0
        raise ScriptError("all functions exhausted")

    def text(self, parts, args):
        values = [self.value(a) for a in args]
        return "".join(p if isinstance(p, str) else format_one(p, values.pop(0)) for p in parts)

    def e_sprintf(self, parts, args):
        return self.cut(self.text(parts, args))

    def joined(self, args, between):
        return between.join(v if isinstance(v, str) else str(v) for v in [self.value(a) for a in args])

    def e_sprint(self, name, between, args):
        return self.cut(self.joined(args, between or "") + ("\n" if name.endswith("ln") else ""))

    # --- statements

    def block(self, body):
        for s in body:
            self.steps += 1
            if self.steps > 1500:
                raise TooLong()
            getattr(self, "s_" + s[0])(*s[1:])

    def s_expr(self, e):
        self.value(e)

    def s_printf(self, parts, args):
        self.out.append(self.text(parts, args))

    def s_print(self, name, between, args):
        self.out.append(self.joined(args, between or "") + ("\n" if name.endswith("ln") else ""))

    def s_agg(self, target, e):
        keys = self.keys(target[2]) if target[0] == "idx" else None
        value = self.value(e)
        if keys is None:
            self.globals[target[1]] = self.globals[target[1]] + [value]
        else:
            array = self.globals[target[1]]
            array.write(keys, array.read(keys) + [value])

    def s_if(self, c, a, b):
        self.block(a if self.value(c) else b)

    def again(self, body):
        """One round of a loop; false once it is to end."""
        self.steps += 1
        try:
            self.block(body)
        except Jump as j:
            if j.kind not in ("break", "continue"):
                raise
            return j.kind == "continue"
        return True

    def s_for(self, init, cond, step, body):
        self.value(init)
        while self.value(cond) and self.again(body):
            self.value(step)

    def s_while(self, cond, body):
        while self.value(cond) and self.again(body):
            pass

    def s_foreach(self, value, names, name, mark, op, pattern, limit, body):
        array = self.globals[name]
        pattern = self.keys(pattern) if pattern else None
        limit = None if limit is None else self.value(limit)
        if mark:
            self.sort(array, mark, op)
        for n, (key, v) in enumerate(list(array.items.items())):
            if limit is not None and n >= limit:
                break
            if pattern and not matches(key, pattern):
                continue
            self.frames[-1].update(zip(names, key))
            if value:
                self.frames[-1][value] = v
            if not self.again(body):
                break

    @staticmethod
    def sort(array, mark, op):
        at, sign = mark

        def weight(item):
            return item[0][at] if at is not None else extract(op, item[1]) if op else item[1]
        ordered = sorted(array.items.items(), key=weight, reverse=sign == "-")
        array.items = dict(ordered)

    def s_delete(self, name, keys):
        if keys is None:
            old = self.globals[name]
            if isinstance(old, Array):
                old.items.clear()
            else:
                self.globals[name] = type(old)()
            return
        pattern, items = self.keys(keys), self.globals[name].items
        for key in [k for k in items if matches(k, pattern)]:
            del items[key]

    def s_try(self, body, name, handler):
        depth = len(self.frames)
        try:
            self.block(body)
        except ScriptError as e:
            del self.frames[depth:]
            if name:
                self.frames[-1][name] = self.cut(str(e))
            self.block(handler)

    def s_error(self, e):
        raise ScriptError(self.value(e))

    def s_jump(self, kind, e):
        raise Jump(kind, None if e is None else self.value(e))
