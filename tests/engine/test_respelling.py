"""A statement that is taken as respelled is what parsing it gives, to LibCST and to Python."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import libcst as cst
import pytest

from autotransform.engine import respelling
from autotransform.engine.parsing import parse
from autotransform.engine.printing import Printer
from autotransform.engine.reparsing import reparsed
from autotransform.engine.respelling import find_changes, find_respellings
from autotransform.engine.structure import find_misreading, parse_quietly
from autotransform.tree.walk import descendants

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autotransform.engine.respelling import Respellings


class _Spell(cst.CSTTransformer):
    """Spells leaves otherwise."""

    def __init__(self, spell: Callable[[str], str]) -> None:
        super().__init__()
        self._spell = spell

    def _spelled(self, node: cst.Name | cst.SimpleString | cst.Integer) -> cst.CSTNode:
        value = self._spell(node.value)
        if value == node.value:
            return node
        # A class checks what is written in it, and the rules must hold without.
        clone = node.deep_clone()
        object.__setattr__(clone, "value", value)
        return clone

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:  # noqa: N802
        del original_node
        return cst.ensure_type(self._spelled(updated_node), cst.Name)

    def leave_SimpleString(  # noqa: N802
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.BaseExpression:
        del original_node
        return cst.ensure_type(self._spelled(updated_node), cst.SimpleString)

    def leave_Integer(self, original_node: cst.Integer, updated_node: cst.Integer) -> cst.BaseExpression:  # noqa: N802
        del original_node
        return cst.ensure_type(self._spelled(updated_node), cst.Integer)


def spelled(text: str, spelling: Mapping[str, str]) -> tuple[cst.Module, cst.Module, Respellings]:
    """Give a module as it was, as it is, and what is said of the two."""
    before = parse(text.encode())
    printer = Printer(before)
    printer.text(before)
    after = before.visit(_Spell(lambda value: spelling.get(value, value)))
    return before, after, find_respellings(before, after, printer=printer)


def require_right(before: cst.Module, after: cst.Module, said: Respellings) -> None:
    """Check what was taken over against what the parsers say."""
    text = after.code
    found = reparsed(before, after, respellings=said)

    assert found is not None
    assert found.deep_equals(cst.parse_module(text))
    assert found.code == text
    assert not find_misreading(text.encode(), tree=after)
    known, ours = {id(node) for node in descendants(after)}, [id(node) for node in descendants(found)]
    assert len(ours) == len({*ours})
    assert not {id(found), *map(id, found.body)} & (known - {id(each) for each in descendants(before)})


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        pytest.param("old(1)\n", {"old": "new"}, id="a name"),
        pytest.param("old = 1  # end", {"old": "new", "1": "20"}, id="no line end"),
        pytest.param("# coding: utf-8\nx = 'a'\n", {"'a'": '"b"'}, id="an encoding above"),
        pytest.param("x = rb'a\\n', u'b', '\\x1b'\n", {"rb'a\\n'": 'rb"a"', "'\\x1b'": '"\\x1b"'}, id="prefixes"),
        pytest.param("x = 'a' 'b'\n", {"'a'": '""', "'b'": '"b"'}, id="strings with a blank between them"),
        pytest.param("x = y if'a'else 1or z\n", {"'a'": '"a"', "1": "3"}, id="no blanks at keywords"),
        pytest.param("x = f'{a}' + 'b'\n", {"'b'": '"b"'}, id="beside an f-string"),
        pytest.param("match a:\n  case b.c | {'d': e}: f(e)\n", {"b": "g", "'d'": '"d"', "e": "h"}, id="patterns"),
        pytest.param("class C:\n  'd'\n  def f(self): pass\n  x = old\n", {"old": "o"}, id="in a class"),
        pytest.param("def f():\n  x = 'é'\n  # end\n# more\n", {"'é'": '"é"'}, id="comments at the end"),
        pytest.param("x = (\n  # old\n  old +  # old\n  old)\n", {"old": "older"}, id="a name that comments hold"),
    ],
)
def test_other_spellings_need_no_parser(text: str, spelling: Mapping[str, str]) -> None:
    before, after, said = spelled(text, spelling)

    assert said.is_all
    assert after.code != text
    require_right(before, after, said)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        pytest.param("print(1)\n", "print", "match", id="a word that begins a statement"),
        pytest.param("match (x)\n", "match", "new", id="one no longer"),
        pytest.param("match a:\n  case b: c\n", "b", "_", id="a pattern becomes the wildcard"),
        pytest.param("x = a\n", "a", "None", id="a constant"),
        pytest.param("x = a\n", "a", "not", id="a keyword"),
        pytest.param("x = a\n", "a", "a.b", id="more than a name"),
        pytest.param("x = a\n", "a", "é", id="a letter beyond ASCII"),
        pytest.param("x = a\n", "a", "a\n", id="a line end behind a name"),
        pytest.param("from a import b\n", "a", "__future__", id="what a file says of the parser"),
        pytest.param("from __future__ import b\n", "b", "barry_as_FLUFL", id="a feature that changes an operator"),
        pytest.param("x = 'a'\n", "'a'", "b'a'", id="another prefix"),
        pytest.param("x = 'a'\n", "'a'", "'''a'''", id="triple quotes"),
        pytest.param("x = '''a'''\n", "'''a'''", "'a'", id="triple quotes no longer"),
        pytest.param("x = 'a'\n", "'a'", "'a' 'b'", id="two strings"),
        pytest.param("x = 'a'\n", "'a'", "'a'b'", id="a quote within"),
        pytest.param("x = 'a'\n", "'a'", "'a\\'", id="the quote is escaped"),
        pytest.param("x = 'a'\n", "'a'", "'a\\\n'", id="two lines"),
        pytest.param("x = 'a'\n", "'a'", "'\\x1'", id="an escape that is not complete"),
        pytest.param("x = 'a'\n", "'a'", "'\\N{no such}'", id="a name of no character"),
        pytest.param("x = 'a'\n", "'a'", "'\\U00110000'", id="no character of that number"),
        pytest.param("x = 'a'\n", "'a'", "'\x00'", id="a null character"),
        pytest.param("x = 'a'\n", "'a'", "'\u2028'", id="an end of a line to some"),
        pytest.param("x = b'a'\n", "b'a'", "b'é'", id="bytes beyond ASCII"),
        pytest.param("x = 'b''a'\n", "'b'", '""', id="no blank between two strings"),
        pytest.param("x = f'{b[\"a\"]}'\n", '"a"', "'a'", id="quotes in an f-string"),
        pytest.param("x = f'{b=}'\n", "b", "c", id="a name that an f-string shows"),
        pytest.param("x = 1\n", "1", "0", id="a zero, which letters may follow"),
        pytest.param("x = 1\n", "1", "1.0", id="another kind of number"),
        pytest.param("x = 0x1.real\n", "0x1", "1", id="the point is the number's"),
        pytest.param("x = " + "not " * 200 + "a\n", "a", "b", id="nested more deeply than Python may read"),
    ],
)
def test_what_a_spelling_may_decide_is_left_to_the_parser(text: str, old: str, new: str) -> None:
    assert not spelled(text, {old: new})[2].is_all


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a + b\n", "a - b\n"),
        ("a + b\n", "a+b\n"),
        ("a\n", "'a'\n"),
        ("a(b)\n", "a(b, c)\n"),
        ("a(b, c)\n", "a(b, c,)\n"),
        ("a\n", "(a)\n"),
        ("a  # b\n", "a  # c\n"),
        ("if a: b\n", "if a:\n  b\n"),
        ("a: b\n", "a: b = c\n"),
        ("a = 1.0\n", "a = 2.0\n"),
        ("def a(*, b): ...\n", "def a(*b): ...\n"),
    ],
)
def test_what_is_no_spelling_is_none(old: str, new: str) -> None:
    assert find_changes(cst.parse_module(old), cst.parse_module(new)) is None


def test_what_a_script_makes_for_itself_is_no_spelling() -> None:
    class Text(str):
        __slots__ = ()

    class Mine(cst.Name):
        pass

    for name in (cst.Name(Text("b")), Mine("b"), Mine("a")):
        assert find_changes(cst.Name("a"), name) is None
    assert find_changes(cst.Comment("# a"), cst.Comment(Text("# a"))) is None


def test_a_list_stands_for_a_tuple() -> None:
    old, new = cst.parse_expression("a(b, c)"), cst.parse_expression("a(b, d)")
    assert isinstance(new, cst.Call)

    assert find_changes(old, new.with_changes(args=[*new.args])) == [("c", "d")]


def test_a_node_that_was_changed_where_it_stands_is_seen() -> None:
    before = parse(b"x = a * b, c\n")
    printer = Printer(before)
    printer.text(before)
    product = next(each for each in descendants(before) if isinstance(each, cst.BinaryOperation))
    object.__setattr__(product, "left", cst.parse_expression("a + d"))
    after = before.visit(_Spell(lambda value: "e" if value == "c" else value)).with_changes(header=before.header)
    shared = before.with_changes(body=[_sharing(before.body[0], after.body[0], node=product)])

    assert find_changes(before.body, shared.body) == [("c", "e")]
    assert not find_respellings(before, shared, printer=printer).is_all
    assert find_misreading(shared.bytes, tree=shared, before=before)


def _sharing(old: cst.BaseStatement, new: cst.BaseStatement, *, node: cst.CSTNode) -> cst.BaseStatement:
    del old
    copy = next(each for each in descendants(new) if isinstance(each, type(node)))
    shared = new.deep_replace(copy, node)
    assert isinstance(shared, cst.SimpleStatementLine)
    return shared


def test_one_node_that_a_script_puts_everywhere_becomes_many() -> None:
    class Everywhere(cst.CSTTransformer):
        new = cst.Name("new")

        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802
            del original_node
            return self.new if updated_node.value == "old" else updated_node

    before = parse(b"old = old(old)\nold\n")
    printer = Printer(before)
    printer.text(before)
    after = before.visit(Everywhere())
    said = find_respellings(before, after, printer=printer)

    assert said.is_all
    require_right(before, after, said)


def test_a_node_of_which_a_script_lies_to_the_printer_is_seen() -> None:
    before = parse(b"x = a  # a\n")
    printer = Printer(before)
    printer.text(before)
    comment = next(each for each in descendants(before) if isinstance(each, cst.Comment))
    object.__setattr__(comment, "value", "# b")
    after = before.visit(_Spell(lambda value: "b" if value == "a" else value))

    assert printer.content(after) == b"x = b  # b\n"
    assert not find_respellings(before, after, printer=printer).is_all


def test_what_else_differs_in_a_module_is_seen() -> None:
    before, after, said = spelled("# top\nx = a\ny(a)\n", {"a": "b"})
    printer = Printer(before)

    assert said.is_all
    for other in (
        after.with_changes(header=()),
        after.with_changes(body=after.body[:1]),
        after.with_changes(body=after.body[::-1]),
        after.with_changes(has_trailing_newline=False),
        after.with_changes(default_newline="\r\n"),
        after.with_changes(encoding="latin-1"),
    ):
        assert not find_respellings(before, other, printer=printer).is_all


def test_statements_that_changed_places_are_seen() -> None:
    before = parse(b"x = a\ny = b\nz = c\n")
    printer = Printer(before)
    printer.text(before)
    first, second, third = before.body
    (new,) = parse(b"z = d\n").body
    for body in ((second, first, third), (first, first, third), (second, first, new), (first, second, third, third)):
        said = find_respellings(before, before.with_changes(body=body), printer=printer)

        assert not said.is_all
        assert said.statements == []


@pytest.mark.parametrize(
    ("order", "pairs"),
    [
        pytest.param("abc", "", id="nothing"),
        pytest.param("abx", "cx", id="the last"),
        pytest.param("xbc", "ax", id="the first"),
        pytest.param("xby", "ax cy", id="around one"),
        pytest.param("ac", "", id="one is gone"),
        pytest.param("axybc", "", id="there are more"),
        pytest.param("xyc", "ax by", id="as many"),
        pytest.param("axyc", "", id="two for one"),
        # Without a look at their order, those behind the last that stayed would be paired, some of which stayed, too.
        pytest.param("baxy", "", id="two changed places"),
        pytest.param("aabx", "", id="one stands twice"),
    ],
)
def test_statements_are_paired_between_those_that_stayed(order: str, pairs: str) -> None:
    nodes = dict(zip("abcxy", parse(b"a\nb\nc\nx\ny\n").body, strict=True))
    letters = {id(node): letter for letter, node in nodes.items()}
    found = respelling._replaced([nodes[each] for each in "abc"], [nodes[each] for each in order])

    assert " ".join(letters[id(old)] + letters[id(new)] for old, new in found) == pairs


def test_a_file_in_another_encoding_is_left_to_the_parser() -> None:
    assert not spelled("# coding: latin-1\nx = a\n", {"a": "b"})[2].is_all


def test_carriage_returns_are_not_taken_for_plain_lines() -> None:
    assert not spelled("x = a\r\n", {"a": "b"})[2].is_all


#: Of every kind one, to be put behind one another.
STATEMENTS = """\
alpha = beta = gamma
alpha: beta = 7
alpha += 'a' "b"
alpha.beta[7], *gamma = delta, 'a'
alpha = 'a'"b" + ''
alpha = ('a'  # alpha
  "b")
alpha = beta if'a'else'b'if gamma else''
alpha = [beta for gamma in delta if gamma in'a' for beta in gamma]
alpha = {'a': beta, **gamma, r'b': {1, 7}, 7: -1}
alpha = {beta: 'a' for beta, gamma in delta if not gamma}
alpha = (beta for gamma in delta)
alpha = lambda beta, /, gamma=7, *delta, x, **y: x
alpha = beta(gamma, *delta, x=7, **y)(1)['a':7, ...]
alpha = (beta := 7) + -gamma ** ~delta @ x // 1
alpha = beta < gamma == delta is not x not in y and not alpha or'a'
alpha = f'{beta}' 'a' f"{gamma!r:>{delta}}"
alpha = b'a' rb'\\d' b"b"
alpha = 1 .real, 7 if 1or 7 else 7
assert alpha, 'a'
del alpha, beta[7], gamma.delta
import alpha.beta as gamma, delta
from alpha.beta import gamma, delta as x
from .alpha import (beta, gamma as delta,)
raise alpha from beta
global_ = alpha; beta = gamma;
'a'
if alpha: beta; gamma
elif delta: 'a'
else: 7
while alpha:
    if beta: break
    continue
else:
    pass
for alpha, beta in gamma: delta
with alpha as beta, gamma('a'): x
try:
    alpha
except (beta, gamma) as delta: x
except y: raise
else: pass
finally:
    'a'
@alpha.beta('a')
def gamma(delta: 'x', /, y=7, *, x: 1 = 'a', **alpha) -> 'beta':
    "a"
    global x1; nonlocal_ = 7
    return delta
@alpha
class Alpha(beta, gamma=delta):
    'a'
    alpha = 7

    async def beta(self):
        async with gamma as delta: await x
        async for x in y: yield 'a'
        return (await x) + 7
match alpha:
    case beta.gamma | 'a' | -1 if delta: x
    case {'a': y, **alpha} | [beta, *gamma] | (x, y): 7
    case Alpha(beta, gamma=delta) as x: y
    case y: 'a'
print_ = match_ = alpha
type_ (alpha)
"""
NAMES: list[str] = [
    *"xrbf_é",
    "alpha",
    "beta",
    "rb",
    "a_1",
    "_x",
    "__debug__",
    "match",
    "case",
    "type",
    "print",
    "not",
    "None",
]
STRINGS: list[str] = [
    *("'a'", '"a"', "''", '""', "'it\"s'", '"it\'s"', "'\\''", '"\\""', "'#'", '"{a}"', "'é€'"),
    *("'\\n'", "'\\\\'", "'\\x41'", "'\\N{dash}'", "'\\N{EM DASH}'", "'\\ud800'", "'\\d'"),
]
INTEGERS: list[str] = ["1", "7", "42", "900", "0", "00", "0x1", "1_0"]


def test_random_spellings_of_every_kind_of_statement() -> None:
    chance = random.Random(6)
    statements = [*map(_code, cst.parse_module(STATEMENTS).body)]
    taken = sum(_is_right(chance, statements) for _ in range(200))

    assert taken > 30


def _code(statement: cst.SimpleStatementLine | cst.BaseCompoundStatement) -> str:
    return cst.Module([statement]).code


def _is_right(chance: random.Random, statements: list[str]) -> bool:
    """Spell some leaves of some statements otherwise; whether that was taken over."""
    text = "".join(chance.choices(statements, k=2))
    share = chance.random() / 4

    def spell(value: str) -> str:
        if chance.random() > share:
            return value
        if value[-1] in {"'", '"'}:
            prefix = value[: min(value.find(quote) for quote in "'\"" if quote in value)]
            return prefix + chance.choice(STRINGS)
        return chance.choice(INTEGERS if value.isdigit() else NAMES)

    before = parse(text.encode())
    printer = Printer(before)
    printer.text(before)
    after = before.visit(_Spell(spell))
    said = find_respellings(before, after, printer=printer)
    if said.is_all:
        parse_quietly(after.bytes)
        require_right(before, after, said)
    return said.is_all and after.code != text


@pytest.mark.parametrize(
    ("rule", "fault", "text", "spelling"),
    [
        pytest.param("_SPECIAL", frozenset(), "match a:\n  case b: c\n", ("b", "_"), id="special words"),
        pytest.param("_NAME", re.compile(r"(?s).+"), "x = a\n", ("a", "a.b"), id="names"),
        pytest.param("_INTEGER", re.compile(r".+"), "x = 0x1.real\n", ("0x1", "1"), id="integers"),
        pytest.param("_STRING", re.compile(r"(?s).+"), "x = 'a'\n", ("'a'", "'a' 'b'"), id="strings"),
        pytest.param("_prefix", lambda _: "", "x = 'a'\n", ("'a'", "b'a'"), id="prefixes"),
        pytest.param("_is_fixed", lambda _: False, "x = 'b''a'\n", ("'b'", '""'), id="strings side by side"),
        pytest.param("_DEEPEST", 999, "x = " + "not " * 200 + "a\n", ("a", "b"), id="depth"),
    ],
)
def test_each_rule_is_what_refuses(
    rule: str, fault: object, text: str, spelling: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(respelling, rule, fault)

    assert spelled(text, dict([spelling]))[2].is_all
