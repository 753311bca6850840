"""What a script changes in a node where it stands is written as stock LibCST would write it, or refused as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.engine import Changed, Failed
from autotransform.engine.freezing import may_change_nodes
from autotransform.script import parse

if TYPE_CHECKING:
    from tests.engine.conftest import RunBody

BELOW_A_FUNCTION = """
def transform_module_impl(self, tree):
    function = tree.body[0]
    if function.name.value == "g":
        return tree
    object.__setattr__(function.body.body[0].body[0], "value", cst.Name("b"))
    return tree.with_changes(body=[function.with_changes(name=cst.Name("g"))])
"""
NOTHING_ELSE = """
def transform_module_impl(self, tree):
    object.__setattr__(tree.body[0].body[0], "value", cst.Name("b"))
    return tree
"""
REGROUPED = """
def transform_module_impl(self, tree):
    assign = tree.body[0].body[0]
    if assign.targets[0].target.value == "y":
        return tree
    whole, product = assign.value, assign.value.right
    inner = whole.with_changes(right=product.left)
    object.__setattr__(whole, "left", inner)
    object.__setattr__(whole, "right", product.right)
    object.__setattr__(whole, "operator", product.operator)
    target = assign.targets[0].with_changes(target=cst.Name("y"))
    line = tree.body[0].with_changes(body=[assign.with_changes(targets=[target])])
    return tree.with_changes(body=[line, *tree.body[1:]])
"""


def test_a_statement_in_a_changed_one_is_written_as_it_is_now(run_body: RunBody) -> None:
    outcome = run_body(BELOW_A_FUNCTION, "def f():\n    a\n    b\n")

    assert isinstance(outcome, Changed)
    assert outcome.after == b"def g():\n    b\n    b\n"


def test_a_module_that_is_given_back_is_written_as_it_is_now(run_body: RunBody) -> None:
    outcome = run_body(NOTHING_ELSE, "a\n")

    assert isinstance(outcome, Changed)
    assert outcome.after == b"b\n"


def test_other_groups_of_the_same_tokens_are_no_respelling(run_body: RunBody) -> None:
    outcome = run_body(REGROUPED, "x = a + b * c\nprint(a)\n")

    assert isinstance(outcome, Failed)
    assert outcome.reason == "structure"


@pytest.mark.parametrize(
    ("line", "is_word"),
    [
        ('object.__setattr__(node, "value", new)', True),
        ('setattr(node, "value", new)', True),
        ('getattr(object, "__setattr__")(node, "value", new)', True),
        ("cst.Name.__init__(node, new)", True),
        ("cst.Name.value.__set__(node, new)", True),
        ("import ctypes", True),
        ("from importlib import import_module", True),
        ("super().__init__(context)", False),
        ('re.compile("a")', False),
        ("node.with_changes(value=new)", False),
        ('"the word setattr in a text"', False),
    ],
)
def test_the_words_without_which_there_is_no_way(line: str, *, is_word: bool) -> None:
    body = f"import re\n\nclass Probe(Codemod):\n    def f(self, node, new, context):\n        {line}\n"
    script = parse(f'"""Probe."""\nfrom libcst.codemod import Codemod\n{body}', name="probe")

    assert may_change_nodes(script) is is_word
