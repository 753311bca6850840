"""The oddities of names inside one another, put together by chance: as with LibCST all the same."""

from __future__ import annotations

import random
import textwrap
from typing import TYPE_CHECKING

import libcst as cst
import pytest
from libcst.metadata import ExpressionContextProvider, QualifiedNameProvider, ScopeProvider

from tests.tree.naming import Comparison
from tests.tree.test_names import ODDITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEEPEST = 4
HEADS = (
    *("class C(a):", "class typing:", "class D[T](a, k=x):", "def f(a, b=x, *c: 'T'):", "def g[T](x: T = a):"),
    *("async def a(x: 'C', y=(z := 1)):", "for a in b:", "if (a := b):", "with a as x:", "while x:"),
)
LINES = (
    *("global x, a", "nonlocal a, b", "nonlocal x", "del a, x", "import a.b", "import typing", "import typing as t, a"),
    *("from typing import cast as c, List", "from a import b as x", "from .typing import cast as c"),
)
EXPRESSIONS = (
    *("[x for x in {}]", "lambda a, b={}: {}", "print({})", "({} if {} else x)", "a.b.c({})", "x[{}]", "(y := {})"),
    *("c('T', {})", "List[{}]", "typing.cast('x', {})", "await_({}).b.c", "'T'", "a", "a.b", "[{} for y in x if y]"),
)


class _Writer:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.statements = _statements()

    def expression(self, depth: int = 0) -> str:
        """Write an expression."""
        if depth > _DEEPEST:
            return self.chance.choice(("a", "b", "x.y", "'C'", "print"))
        template = self.chance.choice(EXPRESSIONS)
        return template.format(*(self.expression(depth + 1) for _ in range(template.count("{}"))))

    def block(self, depth: int = 0) -> str:
        """Write some statements."""
        return "\n".join(self.statement(depth) for _ in range(self.chance.randint(1, 4)))

    def statement(self, depth: int) -> str:
        """Write a statement, and whatever is in it."""
        kind = self.chance.randrange(6)
        if kind <= 1 and depth < _DEEPEST:
            return f"{self.chance.choice(HEADS)}\n{textwrap.indent(self.block(depth + 1), '    ')}"
        if kind == 2:
            return self.chance.choice(self.statements).strip("\n")
        if kind == 3:
            return self.chance.choice(LINES)
        target = self.chance.choice(("a: {} = ", "x, (a.b, *b[{}]) = ", ""))
        return target.format(self.expression()) + self.expression()


def _statements() -> Sequence[str]:
    modules = [cst.parse_module(textwrap.dedent(code)) for code in ODDITIES.values()]
    return [module.code_for_node(statement) for module in modules for statement in module.body]


def _programs(seeds: range) -> list[str]:
    written = (f"{_Writer(random.Random(seed)).block()}\n" for seed in seeds)
    return [code for code in written if len(code) < 2_500 and _parses(code)]


def _parses(code: str) -> bool:
    try:
        cst.parse_module(code)
    except cst.ParserSyntaxError:
        return False
    return True


def _check(code: str) -> None:
    providers = (ScopeProvider, QualifiedNameProvider, ExpressionContextProvider)

    assert Comparison(code.encode(), providers=providers).differences() == [], code


def test_what_chance_puts_together_is_as_with_libcst() -> None:
    for code in _programs(range(12)):
        _check(code)


@pytest.mark.long
@pytest.mark.timeout(0)
def test_much_of_what_chance_puts_together_is_as_with_libcst() -> None:
    for code in _programs(range(12, 2_000)):
        _check(code)
