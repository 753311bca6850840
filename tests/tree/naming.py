"""What LibCST and what our wrapper know of the names of one file, as plain values that can be compared."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst._metadata_dependent import LazyValue
from libcst.metadata import (
    ByteSpanPositionProvider,
    ExpressionContextProvider,
    MetadataWrapper,
    ParentNodeProvider,
    PositionProvider,
    QualifiedNameProvider,
    ScopeProvider,
    WhitespaceInclusivePositionProvider,
)

from autotransform.tree.wrapper import Wrapper

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from libcst.metadata import Access, BaseAssignment, ProviderT, Scope

PROVIDERS: tuple[ProviderT, ...] = (
    ScopeProvider,
    QualifiedNameProvider,
    ParentNodeProvider,
    ExpressionContextProvider,
    PositionProvider,
    WhitespaceInclusivePositionProvider,
    ByteSpanPositionProvider,
)
Fact = tuple[Any, ...]


class Comparison:
    """What LibCST says of one file, to be held against what our wrapper says of it."""

    def __init__(self, source: bytes, *, providers: Sequence[ProviderT] = PROVIDERS) -> None:
        self._module = cst.parse_module(source)
        self._nodes = _nodes(self._module)
        self._providers = providers
        self._stock = self._facts(MetadataWrapper(self._module, unsafe_skip_copy=True))

    def _facts(self, wrapper: MetadataWrapper) -> Counter[Fact]:
        return Counter(_facts(wrapper, nodes=self._nodes, providers=self._providers))

    def differences(self) -> list[Fact]:
        """List what LibCST says and our wrapper does not, and the other way round; the first ones of each."""
        ours = self._facts(Wrapper(self._module))
        only_stock = [("stock", *fact) for fact in self._stock - ours]
        return [*only_stock[:5], *[("ours", *fact) for fact in ours - self._stock][:5]]


def differences(source: bytes) -> list[Fact]:
    """List where our wrapper and LibCST differ."""
    return Comparison(source).differences()


def _nodes(module: cst.Module) -> list[cst.CSTNode]:
    found: list[cst.CSTNode] = []
    stack: list[cst.CSTNode] = [module]
    while stack:
        node = stack.pop()
        found.append(node)
        stack += reversed(node.children)
    return found


def _facts(wrapper: MetadataWrapper, *, nodes: Sequence[cst.CSTNode], providers: Sequence[ProviderT]) -> Iterator[Fact]:
    try:
        known = wrapper.resolve_many(providers)
    except Exception as error:  # noqa: BLE001 - LibCST cannot analyse each file: it is to be the same error
        yield ("error", type(error), str(error))
        return
    facts = _Facts(nodes)
    for provider, mapping in known.items():
        for number, node in enumerate(nodes):
            if node in mapping:
                yield (provider.__name__, number, facts.value(mapping[node]))
        yield (provider.__name__, "in order", tuple(map(facts.at, mapping)))
    yield from facts.of_scopes()


class _Facts:
    def __init__(self, nodes: Sequence[cst.CSTNode]) -> None:
        self.numbers = {id(node): number for number, node in enumerate(nodes)}
        self.scopes: dict[int, Scope] = {}

    def at(self, node: cst.CSTNode | None) -> Fact:
        """Number a node; one that stands in a string has no number."""
        if node is None:
            return ()
        number = self.numbers.get(id(node))
        return (type(node).__name__, cst.Module(body=[]).code_for_node(node)) if number is None else (number,)

    def value(self, value: Any) -> object:
        """Write down what is known of a node."""
        if isinstance(value, LazyValue):
            return ("lazy", self.value(value()))
        if isinstance(value, set):
            return frozenset(value)
        if isinstance(value, cst.CSTNode):
            return self.at(value)
        return self.scope(value) if hasattr(value, "accesses") else value

    def scope(self, scope: Scope) -> Fact:
        """Write down which scope it is."""
        if id(scope) not in self.scopes:
            self.scopes[id(scope)] = scope
            self.scope(scope.parent)
            self.scope(scope.globals)
        node = self.at(getattr(scope, "node", None))
        return (type(scope).__name__, node, getattr(scope, "name", None), scope._name_prefix, scope._assignment_count)

    def of_scopes(self) -> Iterator[Fact]:
        """Write down what each scope holds."""
        for scope in list(self.scopes.values()):
            which = self.scope(scope)
            yield (which, "in", self.scope(scope.parent), self.scope(scope.globals))
            yield (which, "binds", *scope._assignments)
            yield (which, "uses", *scope._accesses_by_name)
            yield (which, "uses at", frozenset(map(self.at, scope._accesses_by_node)))
            for each in scope.assignments:
                yield (which, self.assignment(each), self.all(map(self.access, each.references)))
            for use in scope.accesses:
                yield (which, self.access(use), self.all(map(self.assignment, use.referents)))

    @staticmethod
    def all(facts: Iterator[Fact]) -> frozenset[tuple[Fact, int]]:
        """Write down facts in no order."""
        return frozenset(Counter(facts).items())

    def assignment(self, each: BaseAssignment) -> Fact:
        """Write down a binding."""
        nodes = (getattr(each, "node", None), getattr(each, "as_name", None))
        return (type(each).__name__, each.name, self.scope(each.scope), each._index, *map(self.at, nodes))

    def access(self, each: Access) -> Fact:
        """Write down a use."""
        return (self.at(each.node), self.scope(each.scope), each.is_annotation, each.is_type_hint, each._index)
