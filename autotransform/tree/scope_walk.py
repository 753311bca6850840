"""How to go where LibCST's scope visitor goes, and what it keeps in mind on its way."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import libcst as cst
from libcst.metadata import ExpressionContext, GlobalScope, QualifiedName, Scope
from libcst.metadata.scope_provider import _ASSIGNMENT_LIKE_NODES

from autotransform.tree.scope_order import PARTIAL
from autotransform.tree.skeleton import MANY, PARTS, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from autotransform.tree.accesses import Deferred

Handler: TypeAlias = "Callable[[Any, Any], None]"

_TYPING = ("typing", "typing_extensions")
_COUNTED = frozenset(_ASSIGNMENT_LIKE_NODES)
_DEFAULT = cst.MaybeSentinel.DEFAULT


class Walk:
    """The walk, without what is done at each kind of node.

    Nodes are known by their identity: LibCST's own hash of a node is a call of a Python function.
    """

    #: What to do at a kind of node, its parts included; at any other kind only the parts are visited.
    handlers: ClassVar[Mapping[type[cst.CSTNode], Handler]]

    def __init__(self, module: cst.Module) -> None:
        self.module = module
        #: The scope of each node of the module that the walk has reached.
        self.scopes: dict[int, Scope] = {}
        #: The same for what stands in strings that are annotations.
        self.quoted: dict[int, Scope] = {}
        #: The trees of these strings, by the strings.
        self.modules: dict[int, cst.Module] = {}
        #: Nodes whose children were not all visited, for a reason that does not lie in their kind.
        self.closed: set[int] = set()
        self.deferred: list[Deferred] = []
        #: Whether an import binds a name with dots in it.
        self.has_dotted = False
        self._known = self.scopes
        self._scope: Scope = GlobalScope()
        #: ``None``: a name that LibCST gives no context.
        self._context: ExpressionContext | None = ExpressionContext.LOAD
        self._has_contexts = True
        self._attribute: cst.Attribute | None = None
        self._is_annotation = False
        self._is_hint = False
        self._ignored = 0
        self._string: cst.BaseString | None = None
        #: First names that may stand for something in ``typing``.
        self._typing = set(_TYPING)

    def visits_all(self, node: cst.CSTNode) -> bool:
        """Whether every child of a node that has a scope has one, too."""
        return type(node) not in PARTIAL and id(node) not in self.closed

    # The walk

    def _visit(self, node: cst.CSTNode) -> None:
        kind = type(node)
        handler = self.handlers.get(kind)
        if handler is not None:
            handler(self, node)
        else:
            self._visit_parts(node)
        self._known[id(node)] = self._scope
        if kind in _COUNTED:
            self._scope._assignment_count += 1  # noqa: SLF001 - LibCST's own order of bindings

    def _visit_parts(self, node: cst.CSTNode) -> None:
        fields = PARTS.get(type(node))
        if fields is None:
            self._visit_all(parts(node))
            return
        for name in fields:
            value = getattr(node, name)
            if type(value) in MANY:
                for each in value:
                    self._visit(each)
            elif value is not None and value is not _DEFAULT:
                self._visit(value)

    @contextmanager
    def _inside(self, scope: Scope) -> Iterator[None]:
        outer, self._scope = self._scope, scope
        try:
            yield
        finally:
            self._scope = outer

    def _visit_as(self, context: ExpressionContext, node: cst.CSTNode) -> None:
        outer = self._context
        self._context = context if self._has_contexts else None
        self._visit(node)
        self._context = outer

    def _visit_all(self, nodes: Collection[cst.CSTNode | None]) -> None:
        for each in nodes:
            if each is not None:
                self._visit(each)

    @contextmanager
    def _without_contexts(self) -> Iterator[None]:
        outer = self._context, self._has_contexts
        self._context, self._has_contexts = None, False
        yield
        self._context, self._has_contexts = outer

    def _qualified(self, node: cst.BaseExpression) -> frozenset[str]:
        """Give what LibCST calls a call or name so far, if that can matter: it asks for what is in ``typing``."""
        root = _root(node)
        if root is None:
            return frozenset()
        prefix = self._scope._name_prefix  # noqa: SLF001 - as LibCST's own names do
        if root not in self._typing and not prefix.startswith(_TYPING):
            builtin = self._scope.globals.parent
            if root in builtin._assignments or root not in builtin:  # noqa: SLF001 - only LibCST's own names fill it
                return frozenset()
        found: Collection[QualifiedName] = self._scope.get_qualified_names_for(node)
        return frozenset(each.name for each in found)

    def _note_typing(
        self, node: cst.Import | cst.ImportFrom, *, alias: cst.ImportAlias, local: cst.Name | cst.Attribute
    ) -> None:
        source = node.module if isinstance(node, cst.ImportFrom) else alias.name
        if source is not None and _root(source) in _TYPING:
            root = _root(local)
            assert root is not None
            self._typing.add(root)


def _root(node: cst.CSTNode) -> str | None:
    """Give the first part of what LibCST calls a node: ``a`` for ``a.b().c[0]``, ``None`` as text for ``"".join``."""
    is_attribute = False
    while True:
        if isinstance(node, cst.Name):
            return node.value
        if isinstance(node, cst.Attribute):
            node, is_attribute = node.value, True
        elif isinstance(node, cst.Call):
            node = node.func
        elif isinstance(node, cst.Subscript):
            node = node.value
        else:
            return "None" if is_attribute else None
