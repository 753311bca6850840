"""What the parser makes by the short way is what it makes by LibCST's own, to the last field."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING

import libcst as cst
import pytest

from autotransform.engine import attempt
from autotransform.engine.parsing import parse
from autotransform.engine.values import Changed, FileContext, Job
from autotransform.script import parse as parse_script
from autotransform.tree.fields import NODES
from autotransform.tree.making import _is_plain
from autotransform.tree.visiting import IN_PLACE, fast_visits
from autotransform.tree.walk import descendants
from autotransform.tree.writing import fast_writing
from tests.installed import installed
from tests.tree.test_fields import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Of a class of which Python has kept where its attributes lie.
_IS_REMEMBERED = 1 << 19

_SCRIPT = """
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

class Longer(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write b for a."

    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value="b") if updated_node.value == "a" else updated_node
"""


def _made(how: Callable[[bytes], cst.Module], file: Path) -> str:
    try:
        return repr(how(file.read_bytes()))
    except (cst.ParserSyntaxError, SyntaxError, ValueError, LookupError) as error:
        return repr(error)


def test_nearly_every_class_is_made_the_short_way() -> None:
    others = [kind.__name__ for kind in NODES if not _is_plain(kind)]

    assert others == ["BaseValueToken", "ImportStar"]


def test_every_field_is_what_libcst_gives_it() -> None:
    content = SAMPLE.encode()

    assert repr(cst.parse_module(content)) == repr(parse(content))


def test_every_node_is_of_its_own_class_and_stands_once() -> None:
    nodes = [*descendants(parse(SAMPLE.encode()))]

    assert {type(node) for node in nodes} <= {*NODES}
    assert len({id(node) for node in nodes}) == len(nodes)


@pytest.mark.long
def test_no_installed_file_shows_a_difference() -> None:
    for file in installed()[::200]:
        assert _made(cst.parse_module, file) == _made(parse, file), file


def test_a_node_that_the_parser_made_is_guarded_like_any_other() -> None:
    name = cst.ensure_type(next(node for node in descendants(parse(b"a\n")) if isinstance(node, cst.Name)), cst.Name)
    with pytest.raises(dataclasses.FrozenInstanceError):
        name.value = "b"  # type: ignore[misc]
    with pytest.raises(cst.CSTValidationError):
        name.with_changes(value="")

    assert name.value == "a"


def test_libcst_is_itself_after_what_does_not_parse() -> None:
    with pytest.raises(cst.ParserSyntaxError, match="at 1:"):
        parse(b"a b\n")

    assert sys.modules["libcst"] is cst


def _attempt() -> object:
    return attempt(parse_script(_SCRIPT, name="longer"), Job(context=FileContext(path="a.py"), content=b"a = 1\n"))


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python tells no longer what it remembers")
def test_python_forgets_nothing_of_a_class_from_one_file_to_the_next() -> None:
    with fast_visits(), fast_writing():
        outcome = _attempt()
        is_known = [hasattr(cst.TypeAlias, "visit"), bool(cst.TypeAlias.__flags__ & _IS_REMEMBERED)]
        again = _attempt()
        is_still_known = bool(cst.TypeAlias.__flags__ & _IS_REMEMBERED)

    assert isinstance(outcome, Changed)
    assert outcome == again
    assert is_known == [True, True]
    assert is_still_known


def test_what_a_script_put_in_the_place_of_ours_is_gone_for_the_next_file() -> None:
    def visit(self: cst.CSTNode, visitor: object) -> cst.CSTNode:
        del visitor
        return self

    plain = [getattr(where, name) for where, name, _ in IN_PLACE]
    with fast_visits():
        cst.CSTNode.visit = visit  # type: ignore[method-assign, assignment]
        outcome = _attempt()

    assert isinstance(outcome, Changed)
    assert plain == [getattr(where, name) for where, name, _ in IN_PLACE]
