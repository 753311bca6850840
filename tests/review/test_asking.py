"""Questions about a change, and where the answers lead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.engine import Run
from autotransform.review import FileChange, explain
from autotransform.review.asking import Round, begin
from autotransform.review.decisions import Decisions, refuse
from autotransform.script import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

BEFORE = b"import pytz\n\nx = pytz.UTC\n\n\ny = f(pytz.UTC)\n\n\nz = old()\n"
AFTER = b"import zone\n\nx = zone.UTC\n\n\ny = f(zone.UTC)\n\n\nz = new()\n"
CHANGES = tuple(FileChange(path=path, before=BEFORE, after=AFTER) for path in ("a.py", "b.py"))


def started(
    *,
    changes: Sequence[FileChange] = CHANGES,
    refused: Decisions | None = None,
    accepted: Decisions | None = None,
) -> Round:
    script = parse(
        "from autotransform.codemod import Transform\n\n\nclass Nothing(Transform):\n    pass\n", name="nothing"
    )
    run = Run(script=script, base="", selected=0, gated=0, outcomes=())
    return begin(explain(run, changes), refused=refused or Decisions(), accepted=accepted or Decisions())


def asked(at: Round) -> list[tuple[str, int]]:
    return [(question.family.before, len(question.changes)) for question in at.pending]


def test_rare_shapes_come_first_and_imports_last() -> None:
    moved = FileChange(path="c.py", before=b"from a import b\n", after=b"from c import b\n")

    assert asked(started(changes=[*CHANGES, moved])) == [("old", 2), ("pytz.A1", 4), ("from a import A1", 1)]


def test_an_import_that_goes_follows_what_needs_it_and_is_asked_about_where_nothing_does() -> None:
    alone = FileChange(path="c.py", before=b"import pytz\n", after=b"")
    future = FileChange(path="d.py", before=b"old()\n", after=b"from __future__ import x\nnew()\n")

    assert [each.change.path for each in started(changes=[*CHANGES, alone]).pending[-1].changes] == ["c.py"]
    assert started(changes=[*CHANGES, alone]).pending[-1].decisions.shapes == frozenset()
    assert asked(started(changes=[future]))[-1] == ("", 1)  # nothing tells whether that is needed


def test_all_answered_no_gives_the_text_before_but_for_imports_and_all_yes_the_one_after() -> None:
    before = BEFORE.replace(b"import pytz", b"import zone")
    at_no = at_yes = started()
    while at_no.pending:
        at_no, at_yes = at_no.answer(is_yes=False), at_yes.answer(is_yes=True)

    assert [each.after for each in refuse(CHANGES, at_no.refused)] == [before, before]
    assert (at_no.accepted, at_yes.refused) == (Decisions(), Decisions())
    assert [each.after for each in refuse(CHANGES, at_yes.refused)] == [AFTER, AFTER]


def test_file_by_file_a_no_is_about_that_file_alone() -> None:
    at = started().divide("file")
    shape = at.pending[0].family.shapes[0].shape
    assert [question.paths for question in at.pending[:2]] == [("a.py",), ("b.py",)]

    at = at.answer(is_yes=False).answer(is_yes=True)
    left = refuse(CHANGES, at.refused)

    assert shape.signature not in at.refused.shapes
    assert (left[0].after != AFTER, left[1].after) == (True, AFTER)


def test_hunk_by_hunk_a_no_is_about_that_place_alone() -> None:
    at = started()
    while len(at.pending[0].changes) < 3:
        at = at.answer(is_yes=True)
    at = at.divide("change")
    first = at.pending[0].changes[0]

    after = refuse(CHANGES, at.answer(is_yes=False).refused)

    assert [question.scope for question in at.pending[:4]] == ["change"] * 4
    assert at.answer(is_yes=False).refused == Decisions(changes=frozenset({first.key}))
    assert sum(each.after != AFTER for each in after) == 1


def test_what_was_answered_is_not_asked_again_nor_what_is_left_of_it_forgotten() -> None:
    whole = started()
    signature, key = whole.pending[0].family.shapes[0].shape.signature, whole.pending[1].changes[0].key

    at = started(refused=Decisions(shapes=frozenset({signature})), accepted=Decisions(changes=frozenset({key})))

    assert asked(at) == [(whole.pending[1].family.before, len(whole.pending[1].changes) - 1), *asked(whole)[2:]]
    assert at.answer(is_yes=False).refused.shapes == {signature}  # of the rest of a shape, each change by itself
    assert started(accepted=Decisions(files=frozenset({"a.py", "b.py"}))).pending == ()


def test_yes_to_the_rest_leaves_what_was_refused() -> None:
    at = started().answer(is_yes=False).accept_rest()

    assert at.pending == ()
    assert len(at.refused.shapes) == 1
    assert len(at.accepted.shapes) == len(asked(started())) - 1


def test_one_place_cannot_be_divided() -> None:
    at = started().divide("change")

    assert at.divide("file") == at
    assert at.divide("change") == at


def test_shapes_that_are_told_as_one_are_answered_as_one_or_one_by_one() -> None:
    names = [f"name{number}" for number in range(9)]
    changes = [FileChange(path=f"{name}.py", before=f"{name}.go()\n".encode(), after=b"go()\n") for name in names]
    at = started(changes=changes)
    assert [(question.scope, len(question.changes)) for question in at.pending] == [("family", 9)]

    no = at.answer(is_yes=False).refused
    assert len(no.shapes) == 9
    assert refuse(changes, no) == tuple(replace(each, after=each.before) for each in changes)

    one_by_one = at.divide("shape")
    assert [(question.scope, question.number, len(question.changes)) for question in one_by_one.pending] == [
        ("shape", 1, 1)
    ] * 9
    assert len(one_by_one.answer(is_yes=False).refused.shapes) == 1
    left = started(changes=changes, refused=one_by_one.answer(is_yes=False).refused)
    assert [len(question.changes) for question in left.pending] == [8]
    assert left.answer(is_yes=False).refused == no
