# SPDX-License-Identifier: GPL-2.0-or-later
"""What a script means, from the language reference alone: a walk over the generator's trees. It shares nothing with the translator.

Expressions and statements are tuples whose first element names the kind; the methods e_KIND and s_KIND say what each holds.
Numbers are Python integers within 64 bits, strings are str of Latin-1 characters, an aggregate is the list of its values."""

import re
import sys

from values import ARITH, ScriptError, buckets, extract, format_one, histogram, variance, wrap

sys.setrecursionlimit(10000)  # scripts that call themselves up to MAXNESTING


class Unfit(Exception):
    """The program is no test: the reference leaves open what it does, or it does more than a handler's budget surely allows."""


class Fatal(Exception):
    """A run-time error that ends the handler whatever try/catch there is."""


class Jump(Exception):
    def __init__(self, kind, value=None):
        super().__init__(kind)
        self.kind, self.value = kind, value


class Array:
    """size: declared number of elements or None; wraps: the oldest element makes place for a new one."""

    def __init__(self, size, wraps, empty):
        self.size, self.wraps, self.empty, self.items = size, wraps, empty, {}
        self.ordered = True

    def read(self, key):
        return self.items.get(key, self.empty)

    def write(self, key, value):
        if key not in self.items and len(self.items) >= (self.size or 2048):
            if not self.wraps:
                limit = "size limit (%d)" % self.size if self.size else "MAXMAPENTRIES"
                raise ScriptError("Array overflow, check " + limit)
            del self.items[self.order()[0][0]]
        self.items[key] = value


    def order(self):
        """Elements, oldest first; unknown after a sort that stopped at a limit."""
        if not self.ordered and len(self.items) > 1:
            raise Unfit()
        return list(self.items.items())

    def sort(self, mark, op, limit):
        at, sign = mark

        def weight(item):
            if isinstance(at, int):
                return item[0][at]
            return extract("count" if op in (None, "variance") else op, item[1]) if isinstance(item[1], list) else item[1]
        weights = [weight(i) for i in self.items.items()]
        if len(set(weights)) < len(weights):
            raise Unfit()
        self.items = dict(sorted(self.items.items(), key=weight, reverse=sign == "-"))
        self.ordered = limit is None


def matches(key, pattern):
    return all(p is None or p == k for k, p in zip(key, pattern))


class Evaluator:
    def __init__(self, program, limit):
        self.program, self.maxlen, self.steps, self.out = program, limit - 1, 0, []
        self.globals = {}
        for g in program.globals:
            self.globals[g.name] = Array(g.size, g.wraps, g.empty()) if g.keys else g.initial()
        self.frames, self.match = [{}], None

    def run(self):
        """Output and the text of the error that ended the program (None if none did)."""
        error = self.in_order("begin")
        if error is None:
            error = self.in_order("end")
        if error is not None:
            self.in_order("error")
        return "".join(self.out), error

    def in_order(self, kind):
        """The probes of this kind, up to the one that raises an error: its text."""
        for _, body in sorted((p for p in self.program.probes if p[0][0] == kind), key=lambda p: p[0][1]):
            error = self.handler(body)
            if error is not None:
                return error
        return None

    def handler(self, body):
        self.frames, self.steps = [{}], 0
        try:
            self.block(body)
        except (ScriptError, Fatal) as e:
            return self.cut(str(e))
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
        if len(self.frames) > 50:
            raise ScriptError("MAXNESTING exceeded")
        if len(self.frames) > 12 and not name.endswith("_deep"):
            raise Unfit()
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
        values, out = [self.value(a) for a in args], ""
        for p in parts:
            if not isinstance(p, str):
                width, prec = [values.pop(0) if n == "*" else n for n in p[1:3]]
                p = format_one((p[0], width, prec, p[3]), values.pop(0))
            out += p
        return out

    def e_sprintf(self, parts, args):
        return self.cut(self.text(parts, args))

    def joined(self, args, between):
        return between.join(v if isinstance(v, str) else str(v) for v in [self.value(a) for a in args])

    def e_sprint(self, name, between, args):
        return self.cut(self.joined(args, between or "") + ("\n" if name.endswith("ln") else ""))

    def e_macro(self, _name, _args, meaning):
        return self.value(meaning)

    def e_choice(self, _condition, truth, a, b):
        return self.value(a if truth else b)

    def e_match(self, op, e, pattern):
        # Python's $ also matches before a newline at the end
        pattern = pattern.replace("[[:digit:]]", "[0-9]").replace("$", r"\Z")
        self.match = re.search(pattern, self.value(e), re.S)
        return int((self.match is not None) == (op == "=~"))

    def e_group(self, n):
        return self.cut(self.match.group(n) or "")

    def e_groups(self):
        return self.match.re.groups + 1

    def e_variance(self, name):
        return variance(self.globals[name])

    def e_bucket(self, shape, target, e):
        counts, at = buckets(shape, self.value(target)), self.value(e)
        if not 0 <= at < len(counts):
            raise ScriptError("histogram index out of range")
        return counts[at]

    def e_has(self, shape, target, e):
        counts, at = buckets(shape, self.value(target)), self.value(e)
        return counts[at] if 0 <= at < len(counts) else 0

    def e_hist(self, shape, target):
        return self.cut(histogram(shape, self.value(target)))

    # --- statements

    def block(self, body):
        for s in body:
            self.steps += 1
            if self.steps > 1500:
                raise Unfit()
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
            array.sort(mark, op, limit)
            elements = list(array.items.items())
        else:
            elements = array.order()
        for n, (key, v) in enumerate(elements):
            if limit is not None and n >= limit:
                break
            if pattern and not matches(key, pattern):
                continue
            self.frames[-1].update(zip(names, key))
            if value:
                self.frames[-1][value] = v
            if not self.again(body):
                break

    def s_delete(self, name, keys):
        if keys is None:
            old = self.globals[name]
            if isinstance(old, Array):
                old.items.clear()
                old.ordered = True
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

    def s_block(self, body):
        self.block(body)

    def s_choose(self, _condition, truth, a, b):
        self.block(a if truth else b)

    def s_hist(self, shape, target):
        self.out.append(histogram(shape, self.value(target)))

    def s_buckets(self, shape, target, value, name, limit, body):
        for n, count in enumerate(buckets(shape, self.value(target))):
            if limit is not None and n >= limit:
                break
            self.frames[-1][name] = n
            if value:
                self.frames[-1][value] = count
            if not self.again(body):
                break

    def s_char(self, e):
        self.out.append(chr(self.value(e) & 255))

    def s_forever(self, _body):
        raise Fatal("MAXACTION exceeded")

    # --- what is shown at the end

    def shown(self, value):
        return '"%s"' % value if isinstance(value, str) else str(value)

    def statistics(self, values):
        if not values:
            return " @count=0x0"
        return "".join(" @%s=%d" % (op, extract(op, values)) for op in ("count", "min", "max", "sum", "avg"))

    def display(self):
        """The globals that the program writes and never reads."""
        out = ""
        for g in self.program.globals:
            value = self.globals[g.name]
            if not g.unread:
                continue
            if not g.keys:
                out += g.name + (self.statistics(value) if g.kind == "a" else "=" + self.shown(value)) + "\n"
                continue
            value.sort((None, "-"), "count", None)
            for key, v in value.items.items():
                out += "%s[%s]%s\n" % (g.name, ",".join(self.shown(k) for k in key),
                                       self.statistics(v) if g.kind == "a" else "=" + self.shown(v))
        return out
