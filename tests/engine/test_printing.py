"""Trees are written as LibCST writes them, and nodes are placed where LibCST places them."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from autotransform.engine.invariants import read
from autotransform.engine.locating import locate
from autotransform.engine.parsing import parse
from autotransform.engine.printing import Printer, fast_writing
from autotransform.engine.shapes import find_wrong_types
from autotransform.tree.walk import descendants
from tests.installed import installed

CONTENTS = {
    "plain": b"# head\n\nimport a\n\n\ndef f():\n    return (1, a)\n\n\nb = 2  # tail\n# foot\n",
    "empty": b"",
    "a comment": b"# nothing\n",
    "no newline": b"a = 1\nb = 2",
    "no newline behind a comment": b"a = 1\n# b",
    "returns": b"a = 1\r\nif a:\r\n\tb\r\n\r\nc\r\n",
    "latin": b"# coding: latin-1\na = '\xe9'\nb = 1\n",
    "mark": b"\xef\xbb\xbfa = 1\nb = 2\n",
    "decorated": b"a\n@b\n# c\n@d(\n    e)\nclass F(G): pass\n\n\nh = 1; i = 2\n",
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_what_comes_of_a_module_is_written_as_libcst_does(content: bytes) -> None:
    module = cst.parse_module(content)
    line = cst.parse_statement("new = 1\n")
    trees = [
        module,
        module.with_changes(body=[*module.body, line]),
        module.with_changes(body=[line, *module.body]),
        module.with_changes(body=module.body[1:]),
        module.with_changes(body=[*module.body, *module.body]),
        module.with_changes(body=()),
        module.with_changes(header=(), footer=()),
        module.with_changes(has_trailing_newline=not module.has_trailing_newline),
        module.with_changes(default_newline="\r\n", default_indent="  "),
    ]
    expected = [tree.bytes for tree in trees]
    printer = Printer(module)
    with fast_writing():
        written = [printer.content(tree) for tree in trees]

    assert written == expected
    assert [tree.bytes for tree in trees] == expected


@pytest.mark.parametrize("content", [*CONTENTS.values(), *(path.read_bytes() for path in installed()[5::1500])])
def test_nodes_stand_where_libcst_says(content: bytes) -> None:
    source = read(content)
    positions = MetadataWrapper(source.module, unsafe_skip_copy=True).resolve(PositionProvider)
    nodes = [*descendants(source.module)][::7]
    foreign = cst.Name("foreign")

    assert locate(source, [*nodes, foreign]) == {node: positions[node] for node in nodes}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_parser_that_does_not_check_gives_the_same_tree(content: bytes) -> None:
    assert parse(content).deep_equals(cst.parse_module(content))


def test_nodes_check_themselves_again_after_a_parse() -> None:
    parse(b"a\n")

    with pytest.raises(cst.CSTValidationError):
        cst.Name("")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (cst.Assign(targets=[cst.AssignTarget(cst.Name("x"))], value=cst.Pass()), "'value' field"),  # type: ignore[arg-type]
        (cst.Expr(cst.Call(cst.Name("f"), args=[cst.Arg(cst.Name("x"), keyword=cst.Integer("1"))])), "'keyword' field"),  # type: ignore[arg-type]
        (cst.Expr(cst.Tuple([cst.Name("x")])), "'elements' field"),  # type: ignore[list-item]
        (cst.Expr(cst.Name("class")), "the keyword `class`"),
    ],
)
def test_what_cannot_stand_there_is_found_once_its_likes_were_right(wrong: cst.BaseSmallStatement, said: str) -> None:
    before = cst.parse_module("a = f(*x)\nf(y)\n")
    for right in ("b = f(*x)\n", "f(z)\n"):
        new = before.with_changes(body=[*before.body, cst.parse_statement(right)])
        assert find_wrong_types(new, before=before) == ""
    after = before.with_changes(body=[*before.body, cst.SimpleStatementLine([wrong])])

    assert said in find_wrong_types(after, before=before)


@pytest.mark.parametrize(
    ("text", "kind", "field", "value"),
    [
        ("f(*x)", cst.Arg, "star", "+"),
        ("f(x)", cst.Arg, "star", "-"),
        ("f'{x}'", cst.FormattedString, "end", '"+'),
        ("x[*y]", cst.Index, "star", "**"),
    ],
)
def test_of_what_must_be_one_of_a_few_texts_another_is_found(
    text: str, kind: type[cst.CSTNode], field: str, value: str
) -> None:
    before = cst.parse_module("a\n")
    (right, wrong) = (before.with_changes(body=[cst.parse_statement(text)]) for _ in range(2))
    (node,) = (each for each in descendants(wrong) if isinstance(each, kind))
    object.__setattr__(node, field, value)  # as a script may, past what the class checks

    assert find_wrong_types(right, before=before) == ""
    assert f"'{field}' field" in find_wrong_types(wrong, before=before)
