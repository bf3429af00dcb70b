# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers, formats and aggregates as the language reference defines them."""

MIN = -1 << 63


class ScriptError(Exception):
    """A run-time error that try/catch of the script sees."""


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


def binary(width, prec, value):
    """%b: the value's bytes, lowest first; NULs before them up to the width."""
    size = prec if prec in (1, 2, 4, 8) else width if prec is None and width in (1, 2, 4, 8) else 8
    return (value & ((1 << 64) - 1)).to_bytes(8, "little")[:size].decode("latin-1").rjust(width, "\0")


def escaped(c):
    """%#c: what cannot be printed, as a C escape."""
    known = {"\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "'": "'", "\\": "\\"}
    if c in known:
        return "\\" + known[c]
    return c if " " <= c <= "~" else "\\%03o" % ord(c)


def format_one(spec, value):
    """One conversion (flag, width, precision, letter), as C's printf does it."""
    flag, width, prec, conv = spec
    width = width or 0
    if conv in "mM":  # those that are generated cannot be read
        raise ScriptError("%d is too many bytes for a memory dump" % prec if prec > 4096 else "read fault [man error::fault] at 0x%x" % value)
    if conv == "b":
        return binary(width, prec, value)
    if conv == "s":
        text = value if prec is None else value[:prec]
    elif conv == "c":
        text = escaped(chr(value & 255)) if flag == "#" else chr(value & 255)
    else:
        sign, text = digits(value, conv)
        if prec is not None:
            text = text.rjust(prec, "0") if prec or value else ""
        if not sign and flag in ("+", " ") and conv in "di":
            sign = flag
        if flag == "#" and conv == "o":
            sign = "0"
        if flag == "#" and conv in "xX" or conv == "p":
            sign = "0X" if conv == "X" else "0x"
        if flag == "0" and prec is None:
            text = text.rjust(width - len(sign), "0")
        text = sign + text
    return text.ljust(width) if flag == "-" else text.rjust(width)


def extract(op, values):
    if op == "count":
        return len(values)
    if op == "sum":
        return wrap(sum(values))
    if not values:
        raise ScriptError("empty aggregate")
    return {"min": min, "max": max, "avg": lambda v: divide(wrap(sum(v)), len(v))}[op](values)


def variance(values):
    """Of the sample, by Welford's algorithm in integers, about the average; the caller has at least two values."""
    mean = m2 = 0
    for n, v in enumerate(values, 1):
        delta = wrap(v - mean)
        mean = wrap(mean + divide(delta, n))
        m2 = wrap(m2 + delta * (v - mean))
    n = len(values)
    off = wrap(mean - divide(wrap(sum(values)), n))
    return divide(wrap(n * off * off + (n - 1) * divide(m2, n - 1)), n - 1)


# --- histograms; a shape is ("log",) or ("linear", start, stop, interval)

def buckets(shape, values):
    if shape[0] == "log":
        counts = [0] * 128
        for v in values:
            counts[64 + v.bit_length() if v >= 0 else 64 - abs(v).bit_length()] += 1
        return counts
    start, stop, interval = shape[1:]
    counts = [0] * ((stop - start) // interval + 3)
    for v in values:
        at = 0 if v < start else len(counts) - 1 if v >= stop + interval else (v - start) // interval + 1
        counts[at] += 1
    return counts


def label(shape, i):
    if shape[0] == "log":
        return "0" if i == 64 else str(1 << (i - 65)) if i > 64 else str(MIN >> i)
    start, stop, interval = shape[1:]
    last = (stop - start) // interval + 2
    return "<%d" % start if i == 0 else ">%d" % (start + (last - 2) * interval) if i == last else str(start + (i - 1) * interval)


def histogram(shape, values):
    """What print(@hist_...) writes."""
    if not values:
        raise ScriptError("empty aggregate")
    counts = buckets(shape, values)
    used = [i for i, n in enumerate(counts) if n]
    low, high = max(used[0] - 2, 0), min(used[-1] + 2, len(counts) - 1)
    if shape[0] == "log" and used[0] >= 64:
        low = max(low, 64)
    if shape[0] == "linear":
        low, high = max(low, 0 if counts[0] else 1), min(high, len(counts) - (1 if counts[-1] else 2))
    rows = range(low, high + 1)
    width = max([5] + [len(label(shape, i)) for i in rows])
    scale = max(1, -(-max(counts) // 50))
    columns = max(len(str(n)) for n in counts)
    out = "%*s |%s count\n" % (width, "value", "-" * 50)
    skipping = False
    for i in rows:
        near = counts[max(i - 2, 0):i + 3]
        if any(near):
            out += "%*s |%-50s %*d\n" % (width, label(shape, i), "@" * (counts[i] // scale), columns, counts[i])
        elif not skipping:
            out += "%*s ~\n" % (width, "")
        skipping = not any(near)
    return out + "\n"
