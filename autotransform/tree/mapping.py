"""Mappings from nodes to what is known of them, computed for the nodes that are asked for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
D = TypeVar("D")

#: What `NodeMapping.find` gives for a node of which nothing is known.
MISSING = object()


class NodeMapping(Mapping[cst.CSTNode, T]):
    """What LibCST would give as a dictionary that cannot be changed.

    Whoever goes through all of it finds the same keys in the same order.
    """

    _all: dict[cst.CSTNode, T] | None = None

    @abstractmethod
    def find(self, node: cst.CSTNode) -> object:
        """Give what is known of a node, or `MISSING`."""

    @abstractmethod
    def compute_all(self) -> dict[cst.CSTNode, T]:
        """Give everything, in LibCST's order."""

    @property
    def everything(self) -> dict[cst.CSTNode, T]:
        """All of it, computed once."""
        if self._all is None:
            self._all = self.compute_all()
        return self._all

    def __getitem__(self, node: cst.CSTNode) -> T:
        found = self.find(node)
        if found is MISSING:
            raise KeyError(node)
        return found  # type: ignore[return-value]

    def get(self, node: cst.CSTNode, default: D | None = None) -> T | D | None:  # type: ignore[override]
        """Give what is known of a node, or a default."""
        found = self.find(node)
        return default if found is MISSING else found  # type: ignore[return-value]

    def __contains__(self, node: object) -> bool:
        return self.find(node) is not MISSING  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[cst.CSTNode]:
        return iter(self.everything)

    def __reversed__(self) -> Iterator[cst.CSTNode]:
        return reversed(self.everything)

    def __len__(self) -> int:
        return len(self.everything)

    def __repr__(self) -> str:
        return f"mappingproxy({self.everything!r})"

    def copy(self) -> dict[cst.CSTNode, T]:
        """Give everything as a dictionary of the caller's own."""
        return dict(self.everything)
