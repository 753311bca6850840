"""What LibCST knows of the scope of each node, and what names it has for it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from libcst._metadata_dependent import LazyValue
from libcst.metadata import QualifiedName, Scope

from autotransform.tree.mapping import MISSING, NodeMapping
from autotransform.tree.parents import every_parent
from autotransform.tree.scope_order import in_order
from autotransform.tree.scopes import Pass
from autotransform.tree.walk import children

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import libcst as cst

    from autotransform.tree.parents import Parents

LazyNames: TypeAlias = "LazyValue[Collection[QualifiedName]]"


class Scopes(NodeMapping["Scope | None"]):
    """The scope of each node that LibCST gives one."""

    def __init__(self, module: cst.Module, *, parents: Parents) -> None:
        self._parents = parents
        self._pass = Pass(module)
        self._pass.run()

    def find(self, node: cst.CSTNode) -> object:
        """Give the scope of a node, or `MISSING`."""
        of_module, of_quoted = self._pass.scopes, self._pass.quoted
        found = of_module.get(id(node)) or of_quoted.get(id(node))
        if found is not None:
            return found
        # A mark of layout stands in the scope of what it is part of, if LibCST's visitor has come by.
        around = self._around(node)
        while around is not None:
            found = of_module.get(id(around)) or of_quoted.get(id(around))
            if found is not None:
                return found if self._pass.visits_all(around) else MISSING
            around = self._around(around)
        return MISSING

    @cached_property
    def distinct(self) -> tuple[Scope, ...]:
        """Every scope, each once, in an order that is the same for each run."""
        every = [*self._pass.scopes.values(), *self._pass.quoted.values()]
        return tuple(dict.fromkeys(every))

    def of_module(self, node: cst.CSTNode) -> object:
        """Give the scope of a node that is part of the module itself, not of a string in it, or `MISSING`."""
        found = self._pass.scopes.get(id(node))
        if found is not None:
            return found
        return self.find(node) if self._parents.holds(node) else MISSING

    def _around(self, node: cst.CSTNode) -> cst.CSTNode | None:
        return self._parents.get(node) or self._quoted_parents.get(id(node))

    @cached_property
    def _quoted_parents(self) -> Mapping[int, cst.CSTNode]:
        return every_parent(self._pass.modules.values())

    def compute_all(self) -> dict[cst.CSTNode, Scope | None]:
        """Give all scopes in the order in which LibCST's visitor leaves the nodes."""
        return in_order(self._pass)


class Names(NodeMapping["LazyNames | set[QualifiedName]"]):
    """The qualified names of each node, computed when they are asked for."""

    def __init__(self, module: cst.Module, *, scopes: Scopes, parents: Parents) -> None:
        self._module = module
        self._scopes = scopes
        self._parents = parents
        self._found: dict[int, LazyNames | set[QualifiedName]] = {}

    def find(self, node: cst.CSTNode) -> object:
        """Give the names of a node, as LibCST's lazy value, or `MISSING`."""
        found = self._found.get(id(node))
        if found is not None:
            return found
        scope = self._scopes.of_module(node)
        if scope is MISSING:
            if not self._parents.holds(node):
                return MISSING
            found = set()
        else:
            assert isinstance(scope, Scope)
            found = _lazily(scope, node)
        self._found[id(node)] = found
        return found

    def compute_all(self) -> dict[cst.CSTNode, LazyNames | set[QualifiedName]]:
        """Give the names of all nodes, each before its children."""
        found: dict[cst.CSTNode, LazyNames | set[QualifiedName]] = {}
        stack: list[cst.CSTNode] = [self._module]
        while stack:
            node = stack.pop()
            found[node] = self[node]
            stack += reversed(children(node))
        return found


def _lazily(scope: Scope, node: cst.CSTNode) -> LazyNames:
    return LazyValue(lambda: scope.get_qualified_names_for(node))
