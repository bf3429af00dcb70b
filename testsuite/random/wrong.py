# SPDX-License-Identifier: GPL-2.0-or-later
"""Evaluators with a planted fault: the test shows with them that a disagreement is found and reported."""
from evaluate import Array, Evaluator


class Minus(Evaluator):
    """a - b is one too much."""

    def e_bin(self, op, a, b):
        return super().e_bin(op, a, b) + (op == "-")


class Joined(Evaluator):
    """a . b begins with b."""

    def e_cat(self, a, b):
        return super().e_cat(b, a)


class Reversed(Array):
    def order(self):
        return super().order()[::-1]


class Youngest(Evaluator):
    """foreach begins with the youngest element, which is also the one that is replaced."""

    def __init__(self, program, limit):
        super().__init__(program, limit)
        for g in program.globals:
            if g.keys:
                self.globals[g.name] = Reversed(g.size, g.wraps, g.empty())


class Caught(Evaluator):
    """A caught error has no text."""

    def s_try(self, body, name, handler):
        super().s_try(body, None, handler)


FAULTS = {"minus": Minus, "joined": Joined, "youngest": Youngest, "caught": Caught}
