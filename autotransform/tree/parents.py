"""The node around each node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autotransform.tree.mapping import MISSING, NodeMapping
from autotransform.tree.skeleton import INNER, parts
from autotransform.tree.walk import children

if TYPE_CHECKING:
    from collections.abc import Iterable


class Parents(NodeMapping[cst.CSTNode]):
    """The node around each node of a module.

    Found in two steps, as the first question of each kind comes: of what names can stand in, then of whitespace,
    commas and brackets.
    """

    def __init__(self, module: cst.Module) -> None:
        self.module = module
        self._inner: dict[int, cst.CSTNode] | None = None
        self._every: dict[int, cst.CSTNode] | None = None

    def find(self, node: object) -> object:
        """Give the node around a node, or `MISSING`."""
        if node is self.module:
            return MISSING
        if self._inner is None:
            self._inner = inner_parents(self.module)
        found = self._inner.get(id(node))
        if found is not None:
            return found
        if type(node) in INNER:
            return MISSING
        if self._every is None:
            self._every = every_parent([self.module])
        return self._every.get(id(node), MISSING)

    def holds(self, node: object) -> bool:
        """Whether a node is part of the module, or the module itself."""
        return node is self.module or self.find(node) is not MISSING

    def compute_all(self) -> dict[cst.CSTNode, cst.CSTNode]:
        """Give the node around each, children before what is around them."""
        found: dict[cst.CSTNode, cst.CSTNode] = {}

        def collect(node: cst.CSTNode) -> None:
            held = children(node)
            for child in held:
                collect(child)
            for child in held:
                found[child] = node

        collect(self.module)
        return found


def inner_parents(module: cst.Module) -> dict[int, cst.CSTNode]:
    """Find the node around each node of the skeleton, by identity."""
    found: dict[int, cst.CSTNode] = {}
    stack: list[cst.CSTNode] = [module]
    while stack:
        node = stack.pop()
        held = parts(node)
        for each in held:
            found[id(each)] = node
        stack += held
    return found


def every_parent(roots: Iterable[cst.CSTNode]) -> dict[int, cst.CSTNode]:
    """Find the node around each node, whitespace too, by identity."""
    found: dict[int, cst.CSTNode] = {}
    stack = [*roots]
    while stack:
        node = stack.pop()
        held = children(node)
        for each in held:
            found[id(each)] = node
        stack += held
    return found
