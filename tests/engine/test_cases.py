"""What a case is judged by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autotransform.engine.cases import job_of, judge
from autotransform.engine.values import Breach, Changed, Failed, Outcome, Site, Skipped, Unchanged
from autotransform.script import Case

_PATH = "example.py"
_CHANGES = Case(name="it changes", before="x = 1\n", after="y = 1\n")
_STAYS = Case(name="it stays", before="x = 1\n")
_SKIP = Site(line=1, column=1, status="skipped", reason="no")
_RIGHT = Changed(path=_PATH, after=b"y = 1\n")


def breach(kind: str) -> Changed:
    return replace(_RIGHT, breaches=(Breach(line=3, kind=kind, message="it is not kept"),))  # type: ignore[arg-type]


_HOLDS: dict[str, tuple[Case, Outcome]] = {
    "it changed as it should": (_CHANGES, _RIGHT),
    "it stayed as it should": (_STAYS, Unchanged(path=_PATH)),
    "nobody asked how many places were skipped": (_STAYS, Unchanged(path=_PATH, sites=(_SKIP,))),
    "as many were skipped as it says": (replace(_STAYS, skips=1), Unchanged(path=_PATH, sites=(_SKIP,))),
    "a comment was lost, which is told elsewhere": (_CHANGES, breach("comment")),
}


@pytest.mark.parametrize(("case", "outcome"), _HOLDS.values(), ids=_HOLDS)
def test_it_holds(case: Case, outcome: Outcome) -> None:
    assert judge(case, outcome).failure == ""


_FAILS: dict[str, tuple[Case, Outcome, str]] = {
    "nothing changed": (_CHANGES, Unchanged(path=_PATH), "nothing changed"),
    "it changed otherwise": (_CHANGES, replace(_RIGHT, after=b"z = 1\n"), "otherwise than the case says"),
    "it must not change": (_STAYS, _RIGHT, "must not change"),
    "fewer were skipped": (replace(_STAYS, skips=1), Unchanged(path=_PATH), "0 places were reported as skipped"),
    "the script crashed": (_STAYS, Failed(path=_PATH, reason="crash", detail="no"), "the transform failed (crash): no"),
    "the text does not parse": (_STAYS, Skipped(path=_PATH, reason="it does not parse"), "it does not parse"),
    "what came out is no text": (_CHANGES, replace(_RIGHT, after=b"\xff"), "not UTF-8"),
    "a second pass goes on": (_CHANGES, breach("second-pass"), "it is not kept (line 3 of what came out)"),
}


@pytest.mark.parametrize(("case", "outcome", "expected"), _FAILS.values(), ids=_FAILS)
def test_it_fails(case: Case, outcome: Outcome, expected: str) -> None:
    assert expected in judge(case, outcome).failure


def test_a_case_stands_where_it_says() -> None:
    places = [("example.py", "example", ""), ("pkg/mod.pyi", "pkg.mod", "pkg"), ("pkg/__init__.py", "pkg", "pkg")]
    contexts = [job_of(replace(_STAYS, path=path)).context for path, _, _ in places]

    assert [(context.path, context.module, context.package) for context in contexts] == places
