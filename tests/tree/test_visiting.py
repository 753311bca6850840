"""A fast visit cannot be told from LibCST's own: the same calls, the same trees, the same errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libcst.codemod import VisitorBasedCodemodCommand

from autotransform.codemod.transform import Transform
from autotransform.engine.depth import deep_recursion
from autotransform.tree.visiting import fast_visits, private_results
from tests.installed import installed
from tests.tree.test_fields import SAMPLE, parsed
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


def told(module: Module, base: type, *, seed: int, is_deep: bool = False, is_private: bool = False) -> list[object]:
    """Give everything that can be told from one visit; of one that is private not how new the result is."""
    journal = Journal(module, seed=seed, is_deep=is_deep)
    visitor = instance(make(base, seed=seed), journal=journal)
    try:
        with private_results(visitor if is_private else None):
            result: Any = module.visit(visitor)
    except Exception as error:  # noqa: BLE001 - of whatever kind, it must be the same one
        return [*journal.entries, type(error), str(error)]
    if not isinstance(result, cst.Module):
        return [*journal.entries, result if isinstance(result, str) else type(result)]
    made = None if is_private else portrait(result, originals=journal.originals)
    return [*journal.entries, made, result.code]


def is_same(module: Module, base: type, *, seed: int, is_deep: bool = False, is_private: bool = False) -> bool:
    plain = told(module, base, seed=seed, is_deep=is_deep, is_private=is_private)
    with fast_visits():
        return plain == told(module, base, seed=seed, is_deep=is_deep, is_private=is_private)


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_whatever_a_visitor_handles_it_sees_the_same_old_and_new_nodes(base: type, seed: int) -> None:
    assert is_same(SMALL, base, seed=seed, is_deep=True)


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_whatever_a_visitor_handles_it_is_called_for_every_kind_of_node_alike(base: type, seed: int) -> None:
    assert is_same(MODULE, base, seed=seed)


@pytest.mark.parametrize("base", [VisitorBasedCodemodCommand, Transform])
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_whatever_a_command_handles_it_sees_new_nodes_though_its_result_shares_old_ones(base: type, seed: int) -> None:
    assert is_same(SMALL, base, seed=seed, is_deep=True, is_private=True)


@pytest.mark.long
def test_no_installed_file_shows_a_difference() -> None:
    different = []
    with deep_recursion():
        for seed, path in enumerate(installed()):
            module, base = parsed(path), BASES[seed % len(BASES)]
            if module and not is_same(module, base, seed=seed, is_private=seed % 2 == 0):
                different.append((path, base, seed))

    assert different == []
