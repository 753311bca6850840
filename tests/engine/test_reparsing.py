"""A module that is parsed in part is the module that is parsed as a whole, or the whole is asked for."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst
import pytest

from autotransform.engine import reparsing
from autotransform.engine.parsing import parse
from autotransform.engine.printing import Printer, fast_writing
from autotransform.engine.reparsing import reparsed
from autotransform.engine.respelling import NONE, find_respellings
from autotransform.engine.structure import find_misreading
from autotransform.tree.walk import descendants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autotransform.engine.respelling import Respellings

_Edit: TypeAlias = "Callable[[list[cst.BaseStatement]], list[cst.BaseStatement]]"

STATEMENT = cst.parse_statement("z = 1  # z\n")
COMPOUND = cst.parse_statement("if z:\n  z\n")


def check(before: cst.Module, after: cst.Module) -> bool:
    """Whether it was sure; where it was, what it gives is what LibCST gives, whatever is known of spellings."""
    known = respellings(before, after)
    is_sure = False
    for said in (NONE, known):
        found = reparsed(before, after, respellings=said)
        if found is None:
            assert not is_sure
            continue
        is_sure = is_sure or said is NONE
        nodes = [id(node) for node in descendants(found)]

        assert found.deep_equals(cst.parse_module(after.bytes))
        assert found.code == after.code
        assert len(nodes) == len({*nodes})
    if known.statements:
        assert not find_misreading(after.bytes, tree=after, before=before, respellings=known)
        assert not find_misreading(after.bytes, tree=after)
    return is_sure


def respellings(before: cst.Module, after: cst.Module) -> Respellings:
    with fast_writing():
        printer = Printer(before)
        printer.text(before)
        return find_respellings(before, after, printer=printer)


def edited(text: str, edit: _Edit) -> bool:
    before = cst.parse_module(text)
    return check(before, before.with_changes(body=edit([*before.body])))


def renamed(statement: cst.BaseStatement) -> cst.BaseStatement:
    changed = statement.visit(_Rename())
    assert isinstance(changed, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    return changed


class _Rename(cst.CSTTransformer):
    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802
        del original_node
        return updated_node.with_changes(value="new") if updated_node.value == "old" else updated_node


TEXT = '''# top

"""Text."""
import os

# about f
def f(old):
    return old  # end


class C(B):
    """Text."""

    # about a
    a = old

    def g(self):
        return old
        # at the end of g
    # at the end of C

x = old
'''


@pytest.mark.parametrize("place", range(5))
def test_one_statement_changes_and_the_others_stay(place: int) -> None:
    def edit(body: list[cst.BaseStatement]) -> list[cst.BaseStatement]:
        return [*body[:place], renamed(body[place]), *body[place + 1 :]]

    assert edited(TEXT, edit)


@pytest.mark.parametrize("place", range(1, 4))
@pytest.mark.parametrize("new", [STATEMENT, COMPOUND], ids=["simple", "compound"])
def test_a_statement_is_put_in_and_another_taken_out(place: int, new: cst.BaseStatement) -> None:
    assert edited(TEXT, lambda body: [*body[:place], new, *body[place:]])
    assert edited(TEXT, lambda body: [*body[:place], *body[place + 1 :]])


def test_only_the_body_of_a_class_is_looked_into() -> None:
    before = cst.parse_module(TEXT)
    holder = before.body[3]
    assert isinstance(holder, cst.ClassDef)
    inner = [*holder.body.body]
    inner[1] = cst.ensure_type(inner[1], cst.SimpleStatementLine).visit(_Rename())
    changed = holder.with_changes(body=holder.body.with_changes(body=inner))
    after = before.with_changes(body=[*before.body[:3], changed, *before.body[4:]])
    found = reparsed(before, after)

    assert check(before, after)
    assert found is not None
    kept = cst.ensure_type(found.body[3], cst.ClassDef).body.body
    assert kept[0] is inner[0]
    assert kept[2] is inner[2]


@pytest.mark.parametrize("new", [STATEMENT, COMPOUND], ids=["simple", "compound"])
def test_only_what_is_more_than_respelled_is_parsed(new: cst.BaseStatement, monkeypatch: pytest.MonkeyPatch) -> None:
    before = cst.parse_module(TEXT)
    holder = cst.ensure_type(before.body[3], cst.ClassDef)
    inner = [holder.body.body[0], new, renamed(cst.ensure_type(holder.body.body[2], cst.FunctionDef))]
    changed = holder.with_changes(body=holder.body.with_changes(body=inner))
    after = before.with_changes(
        body=[before.body[0], renamed(before.body[1]), renamed(before.body[2]), changed, renamed(before.body[4])]
    )
    said = respellings(before, after)

    assert check(before, after)
    assert not said.is_all
    assert sorted(map(id, said.statements)) == sorted(map(id, [*after.body[1:3], inner[2], after.body[4]]))
    texts: list[bytes] = []

    def noted(content: bytes) -> cst.Module:
        texts.append(content)
        return parse(content)

    monkeypatch.setattr(reparsing, "parse", noted)
    reparsed(before, after, respellings=said)

    assert len(texts) == 1
    assert b"old" not in texts[0]
    assert b"new" not in texts[0]


def test_a_comment_at_the_end_of_a_class_goes_over_to_what_stands_there_now() -> None:
    text = "# a\n# b\nw = 0\nclass C:\n  x = 1\n      # deep\ny = 2\n"

    assert edited(text, lambda body: [body[0], _ending(body[1]), body[2]])


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        pytest.param("# top\nx = 1\ny = 2\n", lambda body: body[1:], id="the module gets the first one's comments"),
        pytest.param("x = 1\n# c\ny = 2\n", lambda body: body[1:], id="comments of what becomes the first"),
        pytest.param("# a\n# b\nx = 1\n# c\ny = 2\n", lambda body: body[1:], id="the same behind a long header"),
        pytest.param("x = 1\ny = 2", lambda body: [body[0], STATEMENT], id="no line end"),
        pytest.param("w\nx = 1\n    # c\ny = 2\n", lambda body: [body[0], COMPOUND, body[2]], id="a deeper comment"),
        pytest.param("if w:\n    v\nx = 1\n    # c\ny\n", lambda body: [body[0], body[2]], id="one left alone"),
        pytest.param("x = 1\ny = 2\n", lambda body: [body[0], _commented(indent=True)], id="a comment ends the file"),
        pytest.param(
            "x = 1\ny = 2\n", lambda body: [body[0], _commented(indent=False), body[1]], id="a comment of the next one"
        ),
        pytest.param("x = 1\ny = 2\n# end\n", lambda body: [body[0], COMPOUND], id="comments at the end"),
        pytest.param("x = 1\ny = 2\n", lambda body: [*body, body[0]], id="one node twice"),
        pytest.param("x = 1\ny = 2\n", lambda body: body[::-1], id="places changed"),
        pytest.param("x = 1\nif y:\n  z\n", lambda body: [body[0], *_indented(), body[1]], id="another indentation"),
        pytest.param("x = 1\ny = 2\n", lambda _: [], id="nothing left"),
        pytest.param("x = 1\ny = 2\n", lambda body: [body[0], _broken(), body[1]], id="not what it says"),
        pytest.param("x = 1\ny = 2\n", lambda body: [_cookie(), *body], id="an encoding is named"),
    ],
)
def test_where_it_cannot_be_sure_the_whole_is_asked_for(text: str, edit: _Edit) -> None:
    before = cst.parse_module(text)

    assert reparsed(before, before.with_changes(body=edit([*before.body]))) is None


def _indented() -> Sequence[cst.BaseStatement]:
    block = cst.IndentedBlock(indent="      ", body=[STATEMENT])
    return [cst.If(test=cst.Name("a"), body=block)]


def _commented(*, indent: bool) -> cst.BaseStatement:
    line = cst.EmptyLine(indent=indent, comment=cst.Comment("# c"))
    return cst.If(test=cst.Name("a"), body=cst.IndentedBlock(body=[STATEMENT], footer=[line]))


def _ending(statement: cst.BaseStatement) -> cst.BaseStatement:
    holder = cst.ensure_type(statement, cst.ClassDef)
    inner = cst.If(test=cst.Name("a"), body=cst.IndentedBlock(body=[STATEMENT]))
    return holder.with_changes(body=holder.body.with_changes(body=[inner]))


def _broken() -> cst.BaseStatement:
    target = cst.AssignTarget(cst.Integer("1"))  # type: ignore[arg-type]  # it takes no value
    return cst.SimpleStatementLine(body=[cst.Assign(targets=[target], value=cst.Name("a"))])


def _cookie() -> cst.BaseStatement:
    comment = cst.EmptyLine(comment=cst.Comment("# coding: latin-1"))
    return cst.SimpleStatementLine(leading_lines=[comment], body=[cst.Pass()])


class _Nasty(cst.CSTTransformer):
    """Changes names, statements, comments and blocks at random."""

    def __init__(self, *, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802
        del original_node
        is_hit = self._chance.random() < 0.02
        return updated_node.with_changes(value=f"{updated_node.value}x") if is_hit else updated_node

    def leave_SimpleStatementLine(  # noqa: N802
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement] | cst.RemovalSentinel:
        del original_node
        if self._chance.random() > 0.02:
            return updated_node
        comment = cst.EmptyLine(comment=cst.Comment("# new"))
        trailing = cst.TrailingWhitespace(whitespace=cst.SimpleWhitespace("  "), comment=cst.Comment("# new"))
        return self._chance.choice(
            [
                cst.RemovalSentinel.REMOVE,
                cst.FlattenSentinel([updated_node, STATEMENT.deep_clone()]),
                updated_node.with_changes(leading_lines=[]),
                updated_node.with_changes(leading_lines=[comment, *updated_node.leading_lines]),
                updated_node.with_changes(trailing_whitespace=trailing),
                COMPOUND.deep_clone(),
                cst.If(test=cst.Name("q"), body=cst.IndentedBlock(body=[updated_node], footer=[comment])),
            ]
        )


def _with_kept(old: Sequence[cst.BaseStatement], new: Sequence[cst.BaseStatement]) -> Iterator[cst.BaseStatement]:
    """Put the nodes of before in the places of those that are equal, as a visit of ours leaves them."""
    start = 0
    for statement in new:
        same = next((place for place in range(start, len(old)) if old[place].deep_equals(statement)), None)
        if same is None:
            counterpart = old[start] if start < len(old) else None
            yield _with_kept_inside(counterpart, statement)
        else:
            start = same + 1
            yield old[same]


def _with_kept_inside(old: cst.BaseStatement | None, new: cst.BaseStatement) -> cst.BaseStatement:
    for kind in (cst.ClassDef, cst.FunctionDef):
        if isinstance(old, kind) and isinstance(new, kind):
            was, becomes = old.body, new.body
            if isinstance(was, cst.IndentedBlock) and isinstance(becomes, cst.IndentedBlock):
                return new.with_changes(body=becomes.with_changes(body=[*_with_kept(was.body, becomes.body)]))
    return new


def _sources() -> list[Path]:
    folder = Path(sysconfig.get_path("stdlib"))
    files = [file for file in sorted(folder.glob("*.py")) if file.stat().st_size < 12_000]
    return files[::6]


def test_nasty_edits_of_real_files() -> None:
    sure = unsure = 0
    for number, file in enumerate(_sources()):
        content = file.read_bytes()
        before = parse(content)
        if before.bytes != content:
            continue
        visited = before.visit(_Nasty(chance=random.Random(number)))
        after = visited.with_changes(body=[*_with_kept(before.body, visited.body)])
        if after.code != before.code:
            is_sure = check(before, after)
            sure, unsure = sure + is_sure, unsure + (not is_sure)

    assert sure > 4 * unsure
    assert sure
