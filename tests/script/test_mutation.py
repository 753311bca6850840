"""Mutants: what is changed in a script, what is not, and that each is a script that parses."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from autotransform.script.mutation import find_mutants

FOLDER = Path(__file__).parents[2] / "transforms"


def clauses(source: str) -> list[str]:
    return [f"{' or '.join(mutant.subjects)} {mutant.fate}" for mutant in find_mutants(textwrap.dedent(source))]


_CHANGES = {
    "a guard": (
        """
        def leave_Name(self, old, new):
            if self.is_other(old):
                return new
            return old
        """,
        ["the condition of line 3 always holds", "line 3 is removed"],
    ),
    "an early return after something else": (
        """
        def leave_Name(self, old, new):
            if self.is_other(old):
                self.skip(old, "other")
                return new
            return old
        """,
        [
            "the condition of line 3 always holds",
            "the condition of line 3 never holds",
            "line 4 is removed",
            "line 5 is removed",
        ],
    ),
    "a condition of several": (
        "x = a if b and not c else d\n",
        [
            "the condition of line 1 always holds",
            "the condition of line 1 never holds",
            "`b` is dropped from line 1",
            "`not c` is dropped from line 1",
        ],
    ),
    "an elif and an else": (
        """
        if a:
            b = 1
        elif c:
            b = 2
        else:
            b = 3
        """,
        [
            "the condition of line 2 always holds",
            "the condition of line 2 never holds",
            "the condition of line 4 always holds",
            "the condition of line 4 never holds",
        ],
    ),
    "what is no condition is turned round": (
        "def is_it(node):\n    return not node == x\n",
        ["the `not` of line 2 is dropped", "the `==` of line 2 becomes `!=`"],
    ),
    "a membership": (
        "found = name in {'a', 'b'}\n",
        ["the `in` of line 1 becomes `not in`", '"a" is dropped from line 1', '"b" is dropped from line 1'],
    ),
    "a table": (
        "NAMES = {\n    'a': 'b',\n    'c': 'd',\n}\n",
        ['"a" is dropped from line 1', '"c" is dropped from line 1'],
    ),
    "a long table, of which one entry is in a case": (
        """
        CASES = [{"name": "a", "before": "n3 = 1"}]
        NAMES = {"n1": 1, "n2": 2, "n3": 3, "n4": 4, "n5": 5, "n6": 6}
        """,
        ['"n3" is dropped from line 3', '"n1" or "n2" or "n4" or "n5" or "n6" is dropped from line 3'],
    ),
    "data with a part from elsewhere": ("NAMES = [*OTHERS, 'a']\n", ['"a" is dropped from line 1']),
    "several types": (
        "found = isinstance(node, (cst.Name, cst.Attribute))\n",
        ["`cst.Name` is dropped from line 1", "`cst.Attribute` is dropped from line 1"],
    ),
    "a union of three": (
        "found = isinstance(node, A | B | C)\n",
        ["`A` is dropped from line 1", "`B` is dropped from line 1", "`C` is dropped from line 1"],
    ),
    "a matcher": (
        "import libcst.matchers as m\nfound = m.matches(node, m.Call(func=m.Name('f')))\n",
        ["`func=m.Name('f')` is dropped from line 2", '"f" is dropped from line 2'],
    ),
    "a matcher over a method": (
        """
        from libcst import matchers

        class A(Transform):
            @matchers.leave(matchers.Name(value="a") | matchers.Name(value="b"))
            def rename(self, old, new):
                return new
        """,
        [
            "`value='a'` is dropped from line 5",
            "`matchers.Name(value='a')` is dropped from line 5",
            "`matchers.Name(value='b')` is dropped from line 5",
            "`value='b'` is dropped from line 5",
        ],
    ),
    "a comprehension": (
        "found = [each for each in all if each]\n",
        ["`each` is dropped from line 1", "the condition of line 1 never holds"],
    ),
    "a loop never begins, and is not made endless": (
        "while node:\n    node = node.parent\n",
        ["the condition of line 1 never holds"],
    ),
    "a match": (
        """
        match node:
            case A() | B():
                pass
            case C() if node.c:
                pass
        """,
        [
            "`A()` is dropped from line 3",
            "`B()` is dropped from line 3",
            "the case of line 3 never matches",
            "`node.c` is dropped from line 5",
            "the case of line 5 never matches",
        ],
    ),
    "a call whose result nobody takes": (
        "def leave_Name(self, old, new):\n    self.drop_import('a', 'b')\n",
        ["line 2 is removed"],
    ),
    "what keeps a visitor out": ("def visit_Import(self, node):\n    return False\n", ["line 2 is removed"]),
    "targets that the script uses": (
        "TARGETS = ['a.b', 'a.c']\nfound = self.refers_to(node, *TARGETS)\n",
        ['"a.b" is dropped from TARGETS', '"a.c" is dropped from TARGETS'],
    ),
}


@pytest.mark.parametrize(("source", "expected"), _CHANGES.values(), ids=_CHANGES)
def test_one_thing_is_changed_at_a_time(source: str, expected: list[str]) -> None:
    actual = clauses(source)

    assert sorted(expected) == sorted(actual)


_LEFT = {
    "cases, mentions and a description": (
        "MENTIONS = ['a']\nCASES = [{'name': 'a', 'before': 'b'}]\nclass A:\n    DESCRIPTION = ('a', 'b')\n"
    ),
    "targets that the script only declares": "TARGETS = ['a.b', 'a.c']\n",
    "docstrings": '"""Not x == y."""\ndef f():\n    """Do (or not)."""\n',
    "annotations": "def f(a: Literal['a', 'b'], *, b: A | B = None) -> A | None:\n    c: tuple[A | B, ...] = a\n",
    "imports": "if TYPE_CHECKING:\n    from a import b\n",
    "what says nothing that a case could see": (
        "def f(self):\n    assert a and b\n    self.warn('no')\n    raise ValueError(not a)\n"
    ),
    "a text with a condition in it": "text = f'{a and b}'\n",
    "the result of a function": "def f(self, old, new):\n    return new\n",
    "what lets a visitor in": "def visit_Import(self, node):\n    return True\n",
    "a tuple of what is computed": "a, b = left, right\n",
    "a constant condition": "while True:\n    a = 1\n",
    "a wrapper that is nothing without its argument": "import libcst.matchers as m\nx = m.MatchIfTrue(check)\n",
    "a keyword of a function that is no matcher": "x = cst.Call(func=f, args=args)\n",
}


@pytest.mark.parametrize("source", _LEFT.values(), ids=_LEFT)
def test_the_rest_is_left_alone(source: str) -> None:
    assert clauses(source) == []


def test_only_the_place_itself_is_another() -> None:
    source = "# a header\n\n\nif (  # why\n    a\n    and (b, 'ä')  # é\n):\n    ö = 1  # kept\n"
    made = {mutant.fate: mutant.source for mutant in find_mutants(source)}

    assert made["always holds"] == source.replace("a\n    and (b, 'ä')", "(True)")
    assert made["is dropped from line 6"] == source.replace("a\n    and (b, 'ä')", "(a)")
    assert {mutant.line for mutant in find_mutants(source)} == {4, 5, 6}


def test_a_line_is_shown_as_it_stands_and_a_guard_with_what_it_guards() -> None:
    source = "def f(self):\n    if a == 'x':\n        # because\n        return  b\n    self.skip(a,  'no')\n"
    shown = {mutant.line: mutant.code for mutant in find_mutants(source)}

    assert shown == {2: "if a == 'x': return b", 5: "self.skip(a, 'no')"}


@pytest.mark.parametrize("name", ["pytz_utc", "utcnow", "yaml_safe_load"])
def test_every_mutant_of_a_real_transform_parses_and_is_another_program(name: str) -> None:
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    mutants = find_mutants(source)
    programs = {ast.dump(ast.parse(each)) for each in (source, *(mutant.source for mutant in mutants))}

    assert len(programs) == len(mutants) + 1 > 10
    assert mutants == find_mutants(source)
    assert [mutant.line for mutant in mutants] == sorted(mutant.line for mutant in mutants)
