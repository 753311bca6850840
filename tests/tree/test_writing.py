"""Our own functions write what LibCST writes: of each class, of what scripts make by hand, and of what is wrong."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import random
from typing import TYPE_CHECKING, Any

import libcst as cst
import pytest
from libcst._nodes.internal import CodegenState

from autotransform.engine.invariants import Source
from autotransform.engine.locating import locate
from autotransform.engine.parsing import parse
from autotransform.engine.printing import Printer, fast_writing, written
from autotransform.tree.positions import positions_of
from autotransform.tree.walk import descendants
from autotransform.tree.writers import NOTATION
from autotransform.tree.writers_by_hand import BY_HAND
from autotransform.tree.writing import PLAIN, State, Table, table
from tests.installed import installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCE = '''\
# head
from __future__ import annotations
from .a import (b, c as d,)  # tail
import e, f.g as h; x = 1; del x

@h.i(1)
# between

class C(D, metaclass=E):
    """Text."""
    y: int = 1
    z: str
    async def f(self, a, /, b: int = 1, *c: str, k, l=2, **m) -> None:
        global G
        async with a as b, c: pass
        return await (f"{a!r:>{b}} {c}" "d" 'e')
    def g(*, k): return lambda *a, k=1: (yield)

if a < b and not c in (d,) or e is not f: x = [i for i in y if i if j for k in l]
elif b:
\tx[1:2, ::3, *y] = {**a, "b": -c, **{}}; x += 1
else:
    try:
        raise A(*b, c=d) from e
    except (A, B) as e:
        pass
    finally:
        while True: break
    # foot
for a, in b: continue
else: assert a, b
(  # c

    a := {1, *b}, {c: d for c in d}, {e for e in f}, g if h else i, 1.0, 2j, ...,
)
match a:
    case [B(c, d=1), *_] | {"e": f, **g} if h: ...
'''
ODD = {
    "plain": SOURCE,
    "returns": SOURCE.replace("\n", "\r\n"),
    "form feeds": SOURCE.replace("\n\n", "\n\f\n"),
    "tabs": SOURCE.replace("    ", "\t"),
    "no newline at the end": SOURCE.rstrip("\n"),
    "nothing": "",
    "one statement": "a",
}


def _outcome(given: Callable[..., Any], *values: object) -> Any:
    try:
        return given(*values)
    except Exception as error:  # noqa: BLE001 - whatever is raised is to be the same
        return type(error), str(error)


def _fast(given: Callable[..., Any], *values: object) -> Any:
    with fast_writing():
        assert table() is not PLAIN
        return _outcome(given, *values)


def _code(module: cst.Module) -> str:
    return module.code


@pytest.mark.parametrize("kind", [*NOTATION, *BY_HAND], ids=lambda kind: kind.__name__)
def test_a_function_is_told_what_libcst_tells_the_class(kind: type[cst.CSTNode]) -> None:
    with fast_writing():
        ours = inspect.signature(table()[kind]).parameters
    theirs = inspect.signature(kind._codegen_impl).parameters

    assert {name: each.default for name, each in [*ours.items()][4:]} == {
        name: each.default for name, each in [*theirs.items()][2:]
    }


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_each_token_is_that_of_libcst(text: str) -> None:
    module = parse(text.encode())
    state = CodegenState(module.default_indent, module.default_newline)
    module._codegen(state)

    def tokens() -> list[str]:
        ours = State(default_indent=module.default_indent, default_newline=module.default_newline, table=table())
        ours.write_module(module)
        return ours.module_tokens(module)

    assert _fast(tokens) == state.tokens
    assert "".join(state.tokens) == text or not text


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_each_node_stands_where_libcst_says(text: str) -> None:
    module = parse(text.encode())
    nodes = [*descendants(module)]
    expected = positions_of(module, nodes)
    source = Source(content=text.encode(), module=module, printer=Printer(module))

    assert _fast(locate, source, nodes) == expected
    for node in nodes:
        assert _fast(locate, source, [node]) == {node: expected[node]}


@pytest.mark.parametrize("seed", range(60))
def test_what_is_changed_at_random_is_written_as_libcst_does_or_refused_with_its_words(seed: int) -> None:
    chance = random.Random(seed)
    _compare(parse([*ODD.values()][seed % len(ODD)].encode()), chance=chance)


@pytest.mark.long
def test_real_files_are_written_as_libcst_does_and_what_is_made_of_them() -> None:
    chance = random.Random(0)
    for path in installed()[::60]:
        module = parse(path.read_bytes())
        expected = module.code

        assert _fast(Printer(module).text, module) == expected
        _compare(module, chance=chance)


def _compare(module: cst.Module, *, chance: random.Random) -> None:
    printer = Printer(module)
    assert _fast(printer.text, module) == module.code
    for part in (0.003, 0.03, 0.2):
        with _unchecked():
            changed = _outcome(module.visit, _Changes(chance, part=part))
        if not isinstance(changed, cst.Module):
            continue
        expected = _outcome(_code, changed)
        mixed = changed.with_changes(
            body=[chance.choice(each) for each in zip(module.body, changed.body, strict=False)]
        )

        assert _fast(_code, changed) == expected
        assert _fast(printer.text, changed) == expected
        expected = _outcome(_code, mixed)
        assert _fast(printer.text, mixed) == expected


@contextlib.contextmanager
def _unchecked() -> Iterator[None]:
    """Let nodes be made that LibCST would refuse."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cst.CSTNode, "__post_init__", lambda _: None)
        yield


SPACES = (
    cst.SimpleWhitespace(""),
    cst.SimpleWhitespace("\t\f "),
    cst.SimpleWhitespace(" \\\n "),
    cst.ParenthesizedWhitespace(cst.TrailingWhitespace(comment=cst.Comment("# x")), [cst.EmptyLine()], indent=True),
)
MAY_BE_LEFT_OUT = (
    "comma",
    "semicolon",
    "equal",
    "star",
    "star_arg",
    "posonly_ind",
    "second_colon",
    "separator",
    "whitespace_before_as",
    "whitespace_before_from",
    "whitespace_before_indicator",
    "whitespace_after_lambda",
    "whitespace_after_raise",
    "whitespace_after_return",
    "whitespace_after_yield",
)


class _Changes(cst.CSTTransformer):
    """Changes a part of all nodes, and does not care whether anything can stand there."""

    def __init__(self, chance: random.Random, *, part: float) -> None:
        super().__init__()
        self._chance, self._part = chance, part

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Any:
        del original_node
        if isinstance(updated_node, cst.Module) or self._chance.random() > self._part:
            return updated_node
        fields = [each.name for each in dataclasses.fields(updated_node) if each.init]
        names = self._chance.sample(fields, min(len(fields), 2))
        return updated_node.with_changes(**{name: self._other(name, getattr(updated_node, name)) for name in names})

    def _other(self, name: str, value: Any) -> Any:
        choice = self._chance.choice
        if name in MAY_BE_LEFT_OUT:
            return choice([cst.MaybeSentinel.DEFAULT, cst.MaybeSentinel.DEFAULT, value, None])
        if name in {"lpar", "rpar"} and isinstance(value, tuple | list):
            return choice([(), [cst.LeftParen(choice(SPACES))], [cst.RightParen(choice(SPACES))] * 2])
        if name == "newline":
            return cst.Newline(choice([None, "\r\n", "\n"]))
        if isinstance(value, tuple | list):
            return choice([value[1:], (*value, *value[:1]), [*value][::-1], [], [*value, cst.Name("odd")], None])
        if isinstance(value, bool | str):
            return not value if isinstance(value, bool) else f"{value}ü"
        return choice(SPACES) if "whitespace" in name else choice([value, value, value, None])


def test_a_statement_that_moves_inwards_is_indented_anew() -> None:
    module = parse(b"if a:\n    b\n    c\nd\n")
    first = module.body[0]
    assert isinstance(first, cst.If)
    inner = first.with_changes(body=first.body.with_changes(body=[*first.body.body, *module.body]))
    moved = module.with_changes(body=[inner, *first.body.body])
    printer = Printer(module)

    assert _fast(lambda: (printer.text(module), printer.text(moved))) == (module.code, moved.code)


def test_a_last_line_without_an_end_has_one_where_another_follows() -> None:
    module = parse(b"a\nif b:\n    c")
    turned = module.with_changes(body=module.body[::-1])
    printer = Printer(module)

    assert _fast(lambda: (printer.text(module), printer.text(turned))) == (module.code, turned.code)


def test_commas_that_nobody_wrote_are_those_of_libcst() -> None:
    elements = [cst.Element(cst.Name("a")), cst.Element(cst.Name("b"))]
    shown = [cst.Tuple(elements), cst.Tuple(elements[:1]), cst.List(elements), cst.Set(elements)]
    module = cst.Module([cst.SimpleStatementLine([cst.Expr(each) for each in shown])])

    assert _fast(Printer(module).text, module) == "(a, b); (a,); [a, b]; {a, b}\n" == module.code


@pytest.mark.parametrize(
    ("holder", "inside"),
    [
        (cst.SimpleStatementLine, cst.Pass()),
        (cst.IndentedBlock, cst.SimpleStatementLine([cst.Pass()])),
        (cst.Tuple, cst.Element(cst.Name("a"))),
    ],
)
def test_what_cannot_be_counted_is_refused_with_the_words_of_libcst(holder: type, inside: cst.CSTNode) -> None:
    with _unchecked():
        node = holder({inside: None})
    module = cst.Module([cst.SimpleStatementLine([cst.Expr(node)])] if holder is cst.Tuple else [node])
    expected = _outcome(_code, module)

    assert expected[0] is KeyError
    assert _fast(Printer(module).text, module) == expected


def test_a_statement_that_stayed_is_found_with_what_is_in_it() -> None:
    module = parse(b"if a:\n    b\nc\n")
    nodes = [module.body[0], *descendants(module.body[0])]
    source = Source(content=b"if a:\n    b\nc\n", module=module, printer=Printer(module))
    after = module.with_changes(body=module.body[:1])

    assert _fast(lambda: locate(source, nodes[:1], after=after)) == positions_of(module, nodes[:1])
    assert _fast(lambda: locate(source, nodes, after=after)) == positions_of(module, nodes)


class _Shouted(cst.Name):
    def _codegen_impl(self, state: Any) -> None:
        state.add_token(self.value.upper())


def test_a_class_of_a_script_writes_itself() -> None:
    module = cst.Module([cst.SimpleStatementLine([cst.Expr(cst.Call(_Shouted("a")))])])

    assert _fast(Printer(module).text, module) == "A()\n"
    assert _fast(lambda: written(module.body, default_indent="", default_newline="\n")) == "A()\n"


@pytest.mark.parametrize("kind", [cst.Name, cst.BaseExpression, cst.Call])
def test_what_a_script_sets_on_a_class_is_used(kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    module = parse(b"a(b)\n")
    with fast_writing():
        monkeypatch.setattr(kind, "_codegen", lambda _, state: state.add_token("set"))
        text = Printer(module).text(module)
        monkeypatch.undo()
        again = Printer(module).text(module)

    assert text in {"set(set)\n", "set\n"}
    assert again == "a(b)\n"


def test_how_values_are_written_is_asked_of_a_class_that_a_script_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    module = parse(b"a(b)\n")
    with fast_writing():
        monkeypatch.setattr(cst.Name, "_codegen_impl", lambda self, state: state.add_token(f"_{self.value}"))

        assert Printer(module).text(module) == "_a(_b)\n"


def test_outside_of_its_block_libcst_writes() -> None:
    assert table() is PLAIN
    with fast_writing():
        assert table() is not PLAIN
    assert table() is PLAIN
    assert Table() == PLAIN


@pytest.mark.parametrize("indents", [[], ["  "], ["  ", "\t"]])
def test_a_module_inside_of_something_is_indented_with_it(indents: list[str]) -> None:
    def tokens() -> list[str]:
        state = CodegenState(default_indent="    ", default_newline="\n", provider=None)
        for each in indents:
            state.increase_indent(each)
        module._codegen(state)
        return state.tokens

    module = parse(b"if a:\n    b\n\nc\n")

    assert _fast(tokens) == tokens()
