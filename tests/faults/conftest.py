from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Protocol

import pytest

from autotransform.engine import Changed, Failed, FileContext, Job, Skipped, transform
from autotransform.script import parse

if TYPE_CHECKING:
    from autotransform.engine import Outcome

_HEAD = '''"""A transform under test."""
import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodCommand, VisitorBasedCodemodCommand
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor
from libcst.metadata import PositionProvider

from autotransform.codemod import Transform

class Probe({base}):
    DESCRIPTION = "Probe."
'''


class Run(Protocol):
    def __call__(self, body: str, content: str | bytes, *, path: str = "example.py", base: str = ...) -> Outcome: ...


@pytest.fixture
def run() -> Run:
    """Run the body of a transform's class on a text."""

    def run_body(
        body: str, content: str | bytes, *, path: str = "example.py", base: str = "VisitorBasedCodemodCommand"
    ) -> Outcome:
        source = _HEAD.replace("{base}", base) + textwrap.indent(textwrap.dedent(body), "    ")
        data = content.encode() if isinstance(content, str) else content
        return transform(parse(source, name="probe"), Job(context=FileContext(path=path), content=data))

    return run_body


def caught_by(outcome: Outcome) -> set[str]:
    """Name what caught the outcome; empty when nothing did."""
    match outcome:
        case Changed():
            return {breach.kind for breach in outcome.breaches}
        case Failed():
            return {outcome.reason}
        case Skipped():
            return {"skipped"}
        case _:
            return set()


def becoming(after: str) -> str:
    """Write the body of a transform that makes one text of anything, and the same again of that."""
    return f"""
    def transform_module_impl(self, tree):
        return cst.parse_module({after!r}) if tree.code != {after!r} else tree
    """


def picking(expression: str) -> str:
    """Write the body of a transform that puts something in the place of every call of ``pick``."""
    return f"""
    def leave_Call(self, original_node, updated_node):
        if m.matches(updated_node, m.Call(m.Name("pick"))):
            return {expression}
        return updated_node
    """


def parsed(text: str) -> str:
    """Write an expression that parses another one, as careless transforms do."""
    return f"cst.parse_expression({text!r})"
