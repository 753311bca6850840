from __future__ import annotations

import textwrap
from typing import Protocol

import pytest

from autotransform.engine import FileContext, Job, Outcome, transform
from autotransform.script import parse

_HEAD = '''"""A transform under test."""
import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodCommand, SkipFile, VisitorBasedCodemodCommand
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor

class Probe(VisitorBasedCodemodCommand):
    DESCRIPTION = "Probe."
'''


class RunBody(Protocol):
    def __call__(
        self,
        body: str,
        content: str | bytes,
        *,
        path: str = "example.py",
        arguments: tuple[tuple[str, str], ...] = (),
    ) -> Outcome: ...


@pytest.fixture
def run_body() -> RunBody:
    """Run the body of a codemod class on a text."""

    def run(
        body: str,
        content: str | bytes,
        *,
        path: str = "example.py",
        arguments: tuple[tuple[str, str], ...] = (),
    ) -> Outcome:
        script = parse(_HEAD + textwrap.indent(textwrap.dedent(body), "    "), name="probe")
        data = content.encode() if isinstance(content, str) else content
        return transform(script, Job(context=FileContext(path=path), content=data), arguments=arguments)

    return run


@pytest.fixture
def replace_pick(run_body: RunBody) -> object:
    """Replace every call of ``pick`` by an expression, in the way that careless codemods do."""

    def run(expression: str, content: str) -> Outcome:
        body = f"""
        def leave_Call(self, original_node, updated_node):
            if m.matches(updated_node, m.Call(m.Name("pick"))):
                return {expression}
            return updated_node
        """
        return run_body(body, content)

    return run
