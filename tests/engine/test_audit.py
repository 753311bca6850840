"""What a script's process says of a changed file counts for nothing where the two texts tell it."""

from __future__ import annotations

import sys

import pytest

from autotransform.engine import Breach, Changed, Failed, FileContext, Job, Skipped, attempt, transform
from autotransform.engine.audit import audit
from autotransform.script import parse

SCRIPT = parse(
    '''"""Probe."""
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

class Probe(VisitorBasedCodemodCommand):
    DESCRIPTION = "Probe."

    def leave_Name(self, original_node, updated_node):
        if updated_node.value == "old":
            return updated_node.with_changes(value="new")
        if updated_node.value == "pick":
            return cst.BinaryOperation(cst.parse_expression("a if b else c"), cst.Add(), cst.Await(cst.Name("d")))
        return updated_node
''',
    name="probe",
)


def job(content: str, *, path: str = "a.py") -> Job:
    return Job(context=FileContext(path=path), content=content.encode())


def claim(after: str, **said: object) -> Changed:
    return Changed(path="a.py", after=after.encode(), **said)  # type: ignore[arg-type]


def test_an_attempt_and_its_audit_are_the_transform() -> None:
    file = job("from m import old\n\nx = old  # why\ny = z\n")
    attempted = attempt(SCRIPT, file)

    assert isinstance(attempted, Changed)
    assert audit(file, attempted) == transform(SCRIPT, file)


def test_claims_are_dropped_but_for_what_two_texts_do_not_tell() -> None:
    again = Breach(line=1, kind="second-pass", message="again")
    lie = Breach(line=9, kind="comment", message="nothing of the kind")
    audited = audit(job("x = 1  # c\n"), claim("x = 1\n", breaches=(again, lie), warnings=("beware",)))

    assert isinstance(audited, Changed)
    assert [breach.kind for breach in audited.breaches] == ["comment", "second-pass"]
    assert audited.breaches[0].message == "a comment is lost: # c"
    assert audited.warnings == ("beware",)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("x = 1\n", "x = (\n", "syntax"),
        ("x = 1\n", "return\n", "compile"),
        ("return\n", "x = (\n", "syntax"),
    ],
)
def test_what_does_not_compile_fails_whatever_is_claimed(before: str, after: str, reason: str) -> None:
    audited = audit(job(before), claim(after))

    assert isinstance(audited, Failed)
    assert audited.reason == reason


@pytest.mark.parametrize(
    ("before", "after"),
    [("return 1\n", "return 2\n"), ("return old\n", "return new\n"), ("a b\n", "a c\n"), ("x = (\n", "y = (\n")],
)
def test_what_never_compiled_is_warned_of_once(before: str, after: str) -> None:
    audited = audit(job(before), claim(after))

    assert isinstance(audited, Changed)
    assert len(audited.warnings) == 1
    assert "does not compile" in audited.warnings[0]


def test_what_is_nested_too_deeply_is_skipped() -> None:
    deep = "x = " + "a + " * 6_000

    assert audit(job(deep + "b\n"), claim(deep + "c\n")) == Skipped(path="a.py", reason="nested too deeply")


def test_of_an_output_that_neither_compiles_nor_means_what_it_says_the_first_is_told() -> None:
    outcome = attempt(SCRIPT, job("x = pick\n"))

    assert isinstance(outcome, Failed)
    assert outcome.reason == "compile"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="strings with fields are tokens of their own since Python 3.12")
def test_an_empty_piece_between_two_fields_of_a_string_says_nothing() -> None:
    audited = audit(job('x = 1  # c\nprint(f"{t:{w}}")\n'), claim('x = 1\nlog(f"{t:{w}}")\n'))

    assert isinstance(audited, Changed)
    assert [breach.kind for breach in audited.breaches] == ["comment", "undefined"]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="quotes may stand in the fields of a string since Python 3.12")
def test_a_backslash_keeps_no_field_of_a_string_shut() -> None:
    audited = audit(job('x = f"\\{a["k"]}"\n'), claim("x = f\"\\{a[\"k']}'\n"))

    assert isinstance(audited, Failed)
    assert audited.reason == "syntax"
