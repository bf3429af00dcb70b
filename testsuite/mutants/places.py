# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a fault can be planted in a source file: the places inside the bodies of its functions, each with its kind and the text that
replaces what stands there. C and the script language are near enough for one reading; nothing is understood beyond tokens, so some
mutants do not compile: mutants.py draws others for them."""
import re

TOKEN = re.compile(r'''
    (?P<skip>\s+|//[^\n]*|/\*.*?\*/|%\{.*?%\}) |
    (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*') |
    (?P<name>[A-Za-z_$@]\w*) |
    (?P<number>0[xX][0-9a-fA-F]+[uUlL]*|\d[\w.]*) |
    (?P<op><<<|->|\+\+|--|<<=|>>=|<=|>=|==|!=|&&|\|\||\+=|-=|\*=|/=|%=|&=|\|=|\^=|<<|>>|=~|!~|.)''', re.X | re.S)

DECLARES = set('''struct union enum static const unsigned signed int char long short void bool float double size_t ssize_t register
    typedef extern volatile goto return case default if else for while do switch foreach try catch delete probe function global'''.split())
KEEPS = {'return', 'case', 'if', 'else', 'for', 'while', 'do', 'switch', 'default', 'foreach', 'try', 'catch', 'probe', 'function', 'global'}
COMPARE = {'<': ('<=', '>='), '<=': ('<', '>'), '>': ('>=', '<='), '>=': ('>', '<'), '==': ('!=',), '!=': ('==',)}
SYMMETRIC = {'strcmp', 'strncmp', 'memcmp', 'strcasecmp'} # where only equality is asked for
OTHER = {'&&': '||', '||': '&&', '+': '-', '-': '+', '+=': '-=', '-=': '+=', '<<': '>>', '>>': '<<', '|=': '=', '.': None}
UNLOCK = re.compile(r'unlock|release|enable|_put$|give_back|outside|unregister|_pop$|disarm|clear')


class Token:
    __slots__ = ('kind', 'text', 'at', 'end')

    def __init__(self, kind, text, at):
        self.kind, self.text, self.at, self.end = kind, text, at, at + len(text)


class Place:
    """One possible mutant: text[at:end] becomes `new`. The text is there once the place is drawn."""

    def __init__(self, path, kind, at, end, new):
        self.path, self.kind, self.at, self.end, self.new, self.text = path, kind, at, end, new, None

    def key(self):
        return (self.path, self.at, self.end, self.kind, self.new)

    def apply(self, text):
        return text[:self.at] + self.new + text[self.end:]

    def line(self, text):
        return text.count('\n', 0, self.at) + 1

    def lines(self, text):
        """(before, after): the lines that change"""
        first, last = text.rfind('\n', 0, self.at) + 1, text.find('\n', self.end)
        return text[first:last].rstrip(), (text[first:self.at] + self.new + text[self.end:last]).rstrip()


def blank(match):
    return re.sub(r'[^\n]', ' ', match.group())


def tokens(text, script):
    """what the compiler sees: no comments, no preprocessor lines"""
    if script:
        text = re.sub(r'(?m)^\s*#[^\n]*', blank, text)
    else:
        text = re.sub(r'(?m)^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', blank, text)
    return [Token(m.lastgroup, m.group(), m.start()) for m in TOKEN.finditer(text) if m.lastgroup != 'skip']


def bodies(toks, script):
    """(first, last) token of each function's body, braces left out"""
    depth, first, heads = 0, None, {'function', 'probe'}
    for i, t in enumerate(toks):
        if t.text == '{':
            if depth == 0:
                head = i
                while head and toks[head - 1].text not in (';', '}'):
                    head -= 1
                start = any(toks[k].text in heads for k in range(head, i)) if script else \
                    toks[i - 1].text == ')' or (toks[i - 1].kind == 'name' and toks[i - 1].text.isupper())
                first = i + 1 if start else None
            depth += 1
        elif t.text == '}':
            depth -= 1
            if depth == 0 and first is not None:
                yield first, i
                first = None


def function_at(text, at, script):
    """the name of the function whose body holds this place; '' of what is no function, as a table that a macro opens"""
    toks = tokens(text, script)
    for lo, hi in bodies(toks, script):
        if toks[lo - 1].at < at < toks[hi].at:
            depth, k = 0, lo - 2
            while k >= 0 and toks[lo - 2].text == ')':
                depth += (toks[k].text == ')') - (toks[k].text == '(')
                if depth == 0:
                    return toks[k - 1].text if toks[k - 1].kind == 'name' else ''
                k -= 1
    return ''


def closing(toks, i):
    """the token that closes the bracket at i"""
    depth = 0
    for k in range(i, len(toks)):
        if toks[k].text in '([{':
            depth += 1
        elif toks[k].text in ')]}':
            depth -= 1
            if depth == 0:
                return k
    return len(toks) - 1


def operands(before, after):
    return before.kind in ('name', 'number', 'text') and before.text not in KEEPS or before.text in (')', ']')


def operators(path, toks, lo, hi):
    for i in range(lo, hi):
        t, before, after = toks[i], toks[i - 1], toks[i + 1]
        if t.kind == 'op' and t.text in COMPARE and operands(before, after):
            for new in COMPARE[t.text]:
                yield Place(path, 'comparison', t.at, t.end, new)
        elif t.kind == 'op' and OTHER.get(t.text) and operands(before, after):
            yield Place(path, 'operator', t.at, t.end, OTHER[t.text])
        elif t.text == '!' and t.kind == 'op':
            yield Place(path, 'negation', t.at, t.end, '')
        elif t.text in ('true', 'false'):
            yield Place(path, 'constant', t.at, t.end, 'false' if t.text == 'true' else 'true')
        elif t.kind == 'number' and before.text != 'case' and re.fullmatch(r'\d+', t.text):
            yield Place(path, 'constant', t.at, t.end, str(int(t.text, 10 if t.text == '0' or t.text[0] != '0' else 8) + 1))


def conditions(path, text, toks, lo, hi):
    for i in range(lo, hi):
        if toks[i].text in ('if', 'while') and toks[i + 1].text == '(':
            end = closing(toks, i + 1)
            inner = text[toks[i + 1].end:toks[end].at]
            yield Place(path, 'condition', toks[i + 1].end, toks[end].at, '!(%s)' % inner)


def statements(path, toks, lo, hi, script):
    for i in range(lo, hi):
        t, before = toks[i], toks[i - 1]
        starts = before.text in (';', '{', '}', ')', 'else', ':')
        if t.kind != 'name' or not starts or (t.text in DECLARES and t.text != 'goto'):
            continue
        if before.text == ':' and toks[i - 2].text != 'default' and toks[i - 3].text not in ('case', ';', '{', '}'):
            continue # of a conditional expression
        if not script and toks[i + 1].kind == 'name' and t.text != 'goto':
            continue # a declaration
        end = i
        while end < hi and toks[end].text not in (';', '{', '}', ')', ']'):
            end = closing(toks, end) + 1 if toks[end].text in '([' else end + 1
        if end < hi and toks[end].text == ';':
            called = t.text if toks[i + 1].text == '(' else ''
            yield Place(path, 'unlock' if UNLOCK.search(called) else 'statement', t.at, toks[end].at, '')


def asks_equality(toks, i, end):
    """strcmp(a, b) at i: is it compared with 0, or a condition itself?"""
    before, after = toks[i - 1].text, toks[end + 1].text
    return toks[i].text in SYMMETRIC and (after in ('==', '!=') or (before in ('!', '(', '&&', '||') and after in (')', '&&', '||', '?')))


def arguments(path, text, toks, lo, hi):
    for i in range(lo, hi - 1):
        if toks[i].kind != 'name' or toks[i].text in KEEPS or toks[i + 1].text != '(':
            continue
        end, starts = closing(toks, i + 1), [i + 2]
        k = i + 2
        while k < end:
            if toks[k].text == ',':
                starts.append(k + 1)
            k = closing(toks, k) + 1 if toks[k].text in '([{' else k + 1
        parts = [(toks[a].at, toks[b - 2].end) for a, b in zip(starts, starts[1:] + [end + 1])] if len(starts) > 1 else []
        if asks_equality(toks, i, end):
            parts = parts[1:]
        for (a, b), (c, d) in zip(parts, parts[1:]):
            if text[a:b] != text[c:d]:
                yield Place(path, 'arguments', a, d, text[c:d] + text[b:c] + text[a:b])


def places(path, text):
    script = path.endswith('.stp')
    toks = tokens(text, script)
    found = []
    for lo, hi in bodies(toks, script):
        found += operators(path, toks, lo, hi)
        found += conditions(path, text, toks, lo, hi)
        found += statements(path, toks, lo, hi, script)
        found += arguments(path, text, toks, lo, hi)
    return sorted(found, key=Place.key)
