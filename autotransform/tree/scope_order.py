"""The order in which LibCST's visitor comes by the nodes of a file to which it gives scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import libcst as cst

from autotransform.tree.walk import children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from libcst.metadata import Scope

    from autotransform.tree.scopes import Pass

#: A child, and whether the visitor goes into it; one that it does not go into gets a scope all the same.
_Step: TypeAlias = "tuple[cst.CSTNode | None, bool]"


def in_order(found: Pass) -> dict[cst.CSTNode, Scope | None]:
    """Give the scope of each node, marks of layout included, as LibCST's dictionary has them."""
    result: dict[cst.CSTNode, Scope | None] = {}

    def enter(node: cst.CSTNode, scopes: dict[int, Scope]) -> None:
        tree = found.modules.get(id(node))
        if tree is not None:
            enter(tree, found.quoted)
        for child, is_entered in _steps(node, found):
            if child is not None and is_entered:
                # A mark of layout stands in the scope of what it is part of.
                scopes.setdefault(id(child), scopes[id(node)])
                enter(child, scopes)
            elif child is not None:
                result[child] = scopes[id(child)]
        result[node] = scopes[id(node)]

    enter(found.module, found.scopes)
    return result


def _steps(node: cst.CSTNode, found: Pass) -> Iterator[_Step]:
    steps = PARTIAL.get(type(node))
    if steps is not None:
        yield from steps(node)
    elif id(node) not in found.closed:
        yield from ((child, True) for child in children(node))
    elif isinstance(node, cst.Call):
        yield node.func, True
        yield from ((each, True) for each in node.args if id(each) in found.scopes or id(each) in found.quoted)


def _into(*names: str) -> Callable[[Any], Iterator[_Step]]:
    def steps(node: cst.CSTNode) -> Iterator[_Step]:
        return ((getattr(node, name), True) for name in names)

    return steps


def _aliases(node: cst.Import | cst.ImportFrom) -> Iterator[_Step]:
    if not isinstance(node.names, cst.ImportStar):
        yield from ((each, False) for each in node.names)


def _function(node: cst.FunctionDef) -> Iterator[_Step]:
    yield node.name, False
    inside = (node.type_parameters, node.params, node.body, *node.decorators, node.returns)
    yield from ((each, True) for each in inside)


def _class(node: cst.ClassDef) -> Iterator[_Step]:
    yield node.name, False
    inside = (*node.decorators, node.type_parameters, *node.bases, *node.keywords, *node.body.body)
    yield from ((each, True) for each in inside)


def _param(node: cst.Param) -> Iterator[_Step]:
    yield node.name, False
    yield node.default, True
    yield node.annotation, True


def _comprehension(node: cst.BaseSimpleComp | cst.DictComp) -> Iterator[_Step]:
    first = node.for_in
    yield first.iter, True
    yield first, False
    results = (node.key, node.value) if isinstance(node, cst.DictComp) else (node.elt,)
    yield from ((each, True) for each in (first.target, *first.ifs, first.inner_for_in, *results))


#: The kinds of which LibCST's visitor looks at some children alone: nothing is known of the others.
PARTIAL: dict[type[cst.CSTNode], Callable[[Any], Iterator[_Step]]] = {
    cst.Attribute: _into("value"),
    cst.Arg: _into("value"),
    cst.SimpleString: _into(),
    cst.Import: _aliases,
    cst.ImportFrom: _aliases,
    cst.For: _into("target", "iter", "body", "orelse", "asynchronous"),
    cst.Global: _into(),
    cst.Nonlocal: _into(),
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
    cst.Lambda: _into("params", "body"),
    cst.Param: _param,
    cst.TypeAlias: _into("type_parameters", "value"),
    cst.TypeVar: _into("bound"),
    cst.TypeVarTuple: _into(),
    cst.ParamSpec: _into(),
    cst.ListComp: _comprehension,
    cst.SetComp: _comprehension,
    cst.DictComp: _comprehension,
    cst.GeneratorExp: _comprehension,
}
