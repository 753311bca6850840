"""A fast visit cannot be told from LibCST's own: the same calls, the same trees, the same errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autotransform.tree.visiting import fast_visits
from tests.tree.test_fields import SAMPLE
from tests.tree.visitors import BASES, Journal, instance, make, portrait

if TYPE_CHECKING:
    from libcst import Module

MODULE = cst.parse_module(SAMPLE)
#: Small enough to compare every updated node with everything in it.
SMALL = cst.parse_module(
    "import a\n"
    "\n"
    "def f(x=1, *y): # c\n"
    "    if (a.b(x, k=[y])): pass; del z\n"
    "    return f'{x.y}'\n"
    "class C(a): x: int = 'a' + 'b'\n"
)


def told(module: Module, base: type, *, seed: int, is_deep: bool = False) -> tuple[object, ...]:
    """Give everything that can be told from one visit."""
    journal = Journal(module, seed=seed, is_deep=is_deep)
    visitor = instance(make(base, seed=seed), journal=journal)
    try:
        result: Any = module.visit(visitor)
    except Exception as error:  # noqa: BLE001 - of whatever kind, it must be the same one
        return *journal.entries, type(error), str(error)
    if not isinstance(result, cst.Module):
        return *journal.entries, result if isinstance(result, str) else type(result)
    return *journal.entries, portrait(result, originals=journal.originals), result.code


def is_same(module: Module, base: type, *, seed: int, is_deep: bool = False) -> bool:
    plain = told(module, base, seed=seed, is_deep=is_deep)
    with fast_visits():
        return plain == told(module, base, seed=seed, is_deep=is_deep)


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_whatever_a_visitor_handles_it_sees_the_same_old_and_new_nodes(base: type, seed: int) -> None:
    assert is_same(SMALL, base, seed=seed, is_deep=True)


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_whatever_a_visitor_handles_it_is_called_for_every_kind_of_node_alike(base: type, seed: int) -> None:
    assert is_same(MODULE, base, seed=seed)
