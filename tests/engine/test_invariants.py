"""What failures say, and what marks do; the planted faults are in tests/faults."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import libcst as cst
import pytest

from autotransform.engine import Changed, Failed, Outcome, Unchanged
from autotransform.engine.structure import find_misreading

if TYPE_CHECKING:
    from tests.engine.conftest import RunBody


class ReplacePick(Protocol):
    def __call__(self, expression: str, content: str) -> Outcome: ...


@pytest.mark.parametrize(
    ("expression", "content", "reason", "detail"),
    [
        ("cst.parse_statement('x = 1').body[0]", "y = pick()\n", "structure", "Assign"),
        ("cst.Attribute(cst.Integer('1'), cst.Name('y'))", "x = pick()\n", "syntax", "line 1 of the output"),
        ("cst.Name('class')", "x = pick()\n", "structure", "a name is the keyword `class`"),
        ("cst.Await(cst.Name('a'))", "x = pick()\n", "compile", "outside function"),
        ("cst.parse_expression('g(a=1, a=2)')", "x = pick()\n", "compile", "keyword argument repeated"),
        ("cst.SimpleString('1')", "x = pick()\n", "crash", ""),
    ],
)
def test_an_output_that_is_not_python_is_caught(
    replace_pick: ReplacePick, expression: str, content: str, reason: str, detail: str
) -> None:
    outcome = replace_pick(expression, content)

    assert isinstance(outcome, Failed)
    assert (outcome.reason, detail in outcome.detail) == (reason, True)


def test_an_input_that_does_not_compile_is_made_no_worse_and_warned_about(replace_pick: ReplacePick) -> None:
    outcome = replace_pick("cst.Name('a')", "x = pick()\nreturn __debug__\n")

    assert isinstance(outcome, Changed)
    assert "does not compile on Python" in outcome.warnings[0]


def test_a_mark_keeps_the_transform_from_a_statement(run_body: RunBody) -> None:
    body = """
    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value="new") if updated_node.value == "old" else updated_node
    """
    content = (
        "old = 1  # autotransform: skip\n"
        "old = 2  # autotransform: skip[other]\n"
        "old = 3  # autotransform: skip[other, probe]\n"
        "f(\n    old,  # autotransform: skip\n    old,\n)\n"
        "if old:  # autotransform: skip\n    old\nelse:\n    old\n"
        "# autotransform: skip\nold\n"
        "s = '# autotransform: skip', old\n"
    )
    outcome = run_body(body, content)

    assert isinstance(outcome, Changed)
    lines = outcome.after.decode().split("\n")
    assert [number for number, line in enumerate(lines, 1) if "new" in line] == [2, 13]
    marked = [site.line for site in outcome.sites if site.reason == "marked `# autotransform: skip`"]
    assert marked == [1, 3, 4, 8, 14]


def test_a_script_that_changes_a_marked_statement_all_the_same_fails(run_body: RunBody) -> None:
    body = """
    def leave_Module(self, original_node, updated_node):
        return cst.parse_module(updated_node.code.replace("old", "new"))
    """
    outcome = run_body(body, "old = 1\nold = 2  # autotransform: skip\n")

    assert isinstance(outcome, Failed)
    assert outcome.reason == "guarded"


def test_the_same_script_may_change_what_is_not_marked(run_body: RunBody) -> None:
    body = """
    def leave_Module(self, original_node, updated_node):
        return cst.parse_module(updated_node.code.replace("old", "new"))
    """
    assert isinstance(run_body(body, "old = 1\nx = 2  # autotransform: skip\n"), Changed)


def test_a_node_replaced_by_its_equal_is_no_site(run_body: RunBody) -> None:
    body = """
    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value=updated_node.value)
    """
    assert run_body(body, "x = y\n") == Unchanged(path="example.py")


def test_what_only_annotations_of_libcst_forbid_passes(run_body: RunBody) -> None:
    body = """
    def on_leave(self, original_node, updated_node):
        return updated_node.with_changes(value="new") if isinstance(updated_node, cst.Name) else updated_node
    """
    outcome = run_body(body, "with a as b.c, d as e[f]:\n    pass\n")

    assert isinstance(outcome, Changed), outcome


def test_nesting_that_python_reads_is_no_alarm(run_body: RunBody) -> None:
    body = """
    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value="b")
    """
    outcome = run_body(body, "x = " + "-" * 90 + "a\n")

    assert isinstance(outcome, Changed)


def test_the_comparison_of_trees_gives_no_alarm_on_this_very_suite() -> None:
    content = Path(__file__).read_bytes()

    assert find_misreading(content, tree=cst.parse_module(content)) == ""
