"""A module with what is known of its nodes, computed fast, or when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

from autotransform.tree.contexts import Contexts
from autotransform.tree.parents import Parents
from autotransform.tree.positions import Positions, Spans
from autotransform.tree.scoping import Names, Scopes
from autotransform.tree.walk import descendants

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import libcst as cst
    from libcst.metadata import ProviderT


class Wrapper(MetadataWrapper):
    """A module and its metadata. It never copies the module: no node may stand in it twice.

    Gives what LibCST gives; a provider that is not known here is LibCST's affair, also if it builds on one that is.
    Scopes are computed at once, so that what LibCST cannot analyse fails where it fails with LibCST.
    """

    def __init__(self, module: cst.Module, *, cache: Mapping[ProviderT, object] | None = None) -> None:
        super().__init__(module, unsafe_skip_copy=True, cache=cache or {})
        self.parents = Parents(module)

    def resolve_many(self, providers: Collection[ProviderT]) -> Mapping[ProviderT, Mapping[cst.CSTNode, object]]:
        """Give what each provider knows of the nodes."""
        for provider in _with_dependencies(providers):
            if provider in _OURS and provider not in self._metadata:
                self._metadata[provider] = _OURS[provider](self)
        return super().resolve_many(providers)

    def forget(self) -> None:
        """Let go of all that is known. Scopes hold each other and the tree, and would stay until somebody looks."""
        scopes = self._metadata.get(ScopeProvider)
        if isinstance(scopes, Scopes):
            for scope in scopes.distinct:
                vars(scope).clear()
        self._metadata.clear()


def wrapped(module: cst.Module) -> Wrapper:
    """Wrap a module that may hold a node twice: then, as the two could not be told apart, a copy of it."""
    seen: set[int] = set()
    for count, node in enumerate(descendants(module), start=1):
        seen.add(id(node))
        if len(seen) != count:
            return Wrapper(module.deep_clone())
    return Wrapper(module)


def _with_dependencies(providers: Collection[ProviderT]) -> Collection[ProviderT]:
    found: dict[ProviderT, None] = {}
    waiting = [*providers]
    while waiting:
        provider = waiting.pop()
        if provider not in found:
            found[provider] = None
            waiting += provider.METADATA_DEPENDENCIES
    return found


def _scopes(wrapper: Wrapper) -> Scopes:
    return Scopes(wrapper.module, parents=wrapper.parents)


def _names(wrapper: Wrapper) -> Names:
    scopes = wrapper.resolve(ScopeProvider)
    assert isinstance(scopes, Scopes)
    return Names(wrapper.module, scopes=scopes, parents=wrapper.parents)


def _spans(wrapper: Wrapper) -> Spans:
    positions = wrapper.resolve(PositionProvider)
    assert isinstance(positions, Positions)
    return Spans(positions)


_OURS: Mapping[ProviderT, Callable[[Wrapper], Mapping[cst.CSTNode, object]]] = {
    ScopeProvider: _scopes,
    QualifiedNameProvider: _names,
    ParentNodeProvider: lambda wrapper: wrapper.parents,
    ExpressionContextProvider: lambda wrapper: Contexts(wrapper.module),
    PositionProvider: lambda wrapper: Positions(wrapper.module),
    WhitespaceInclusivePositionProvider: lambda wrapper: Positions(wrapper.module, with_whitespace=True),
    ByteSpanPositionProvider: _spans,
}
