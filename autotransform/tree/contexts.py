"""Whether a name is read, bound or deleted."""

from __future__ import annotations

from typing import TypeAlias

import libcst as cst
from libcst.metadata import ExpressionContext

from autotransform.tree.mapping import MISSING, NodeMapping
from autotransform.tree.skeleton import MANY, parts

#: A field, and the context of what stands in it; ``None``: that of the node itself.
_Fields: TypeAlias = tuple[tuple[str, ExpressionContext | None], ...]

_STORE, _LOAD, _DEL = ExpressionContext.STORE, ExpressionContext.LOAD, ExpressionContext.DEL

#: Where LibCST's visitor goes in the kinds that it knows, in its order. It leaves the type parameters out.
_FIELDS: dict[type[cst.CSTNode], _Fields] = {
    cst.Name: (),
    cst.Attribute: (("value", _LOAD),),
    cst.Subscript: (("value", _LOAD), ("slice", _LOAD)),
    cst.Assign: (("targets", _STORE), ("value", None)),
    cst.AnnAssign: (("target", _STORE), ("annotation", None), ("value", None)),
    cst.AugAssign: (("target", _STORE), ("value", None)),
    cst.NamedExpr: (("target", _STORE), ("value", None)),
    cst.AsName: (("name", _STORE),),
    cst.CompFor: (("target", _STORE), ("iter", None), ("ifs", None), ("inner_for_in", None)),
    cst.For: (("target", _STORE), ("iter", None), ("body", None), ("orelse", None)),
    cst.Del: (("target", _DEL),),
    cst.ClassDef: (("name", _STORE), ("body", None), ("bases", None), ("keywords", None), ("decorators", None)),
    cst.FunctionDef: (("name", _STORE), ("params", None), ("body", None), ("decorators", None), ("returns", None)),
    cst.Param: (("name", _STORE), ("annotation", None), ("default", None)),
}
#: The kinds that have a context.
_NAMED = frozenset({cst.Name, cst.Attribute, cst.Subscript, cst.Tuple, cst.List, cst.StarredElement})


class Contexts(NodeMapping[ExpressionContext]):
    """The context of each name, attribute, subscript, tuple, list and starred element of a module."""

    def __init__(self, module: cst.Module) -> None:
        self._module = module

    def find(self, node: cst.CSTNode) -> object:
        """Give the context of a node, or `MISSING`."""
        return self.everything.get(node, MISSING) if type(node) in _NAMED else MISSING

    def compute_all(self) -> dict[cst.CSTNode, ExpressionContext]:
        """Give all contexts, each before those of the node's children."""
        found: dict[cst.CSTNode, ExpressionContext] = {}

        def visit(node: cst.CSTNode, context: ExpressionContext) -> None:
            kind = type(node)
            if kind in _NAMED:
                found[node] = context
            fields = _FIELDS.get(kind)
            if fields is None:
                for each in parts(node):
                    visit(each, context)
                return
            for name, inner in fields:
                value = getattr(node, name)
                if type(value) in MANY:
                    for each in value:
                        visit(each, inner or context)
                elif value is not None:
                    visit(value, inner or context)

        visit(self._module, _LOAD)
        return found
