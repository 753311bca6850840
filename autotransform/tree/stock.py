"""Tell what LibCST gives every visitor from what a class brings itself.

LibCST reflects over the six hundred methods of a class each time that one of its instances is made, and finds nothing:
that costs more than a small file does.
"""

from __future__ import annotations

import abc
import inspect
import typing
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst import matchers as m
from libcst import metadata
from libcst._typed_visitor import CSTTypedBaseFunctions, CSTTypedTransformerFunctions, CSTTypedVisitorFunctions
from libcst.codemod import (
    Codemod,
    CodemodCommand,
    ContextAwareTransformer,
    ContextAwareVisitor,
    VisitorBasedCodemodCommand,
)
from libcst.matchers import _decorators, _visitors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

#: Classes without handlers, and with nothing in their hooks but the call of handlers.
STOCK: frozenset[type] = frozenset(
    {
        object,
        abc.ABC,
        typing.Generic,
        cst.MetadataDependent,
        CSTTypedBaseFunctions,
        CSTTypedTransformerFunctions,
        CSTTypedVisitorFunctions,
        cst.CSTTransformer,
        cst.CSTVisitor,
        cst.BatchableCSTVisitor,
        metadata.BaseMetadataProvider,
        metadata.VisitorMetadataProvider,
        metadata.BatchableMetadataProvider,
        m.MatcherDecoratableTransformer,
        m.MatcherDecoratableVisitor,
        Codemod,
        CodemodCommand,
        ContextAwareTransformer,
        ContextAwareVisitor,
        VisitorBasedCodemodCommand,
    }
)


def own_names(kind: type) -> Iterator[tuple[str, Any]]:
    """Give each name that a class or one of its bases defines, with what it defines; LibCST's own bases apart."""
    for each in kind.__mro__:
        if each not in STOCK:
            yield from vars(each).items()


def _attributes(thing: object) -> Iterator[Any]:
    """Give what `dir` would name and is no property, in its order, without what is LibCST's own."""
    kind = type(thing)
    if kind.__dir__ is not object.__dir__:
        names = dir(thing)
    else:
        names = sorted({name for name, _ in own_names(kind)} | getattr(thing, "__dict__", {}).keys())
    for name in names:
        if not isinstance(getattr(kind, name, None), property):
            yield getattr(thing, name)


def gathered_matchers(visitor: object) -> dict[m.BaseMatcherNode, cst.CSTNode | None]:
    """Give every matcher in or outside of which some handler is to be called."""
    found: dict[m.BaseMatcherNode, cst.CSTNode | None] = {}
    for each in _attributes(visitor):
        for attribute in (_decorators.VISIT_POSITIVE_MATCHER_ATTR, _decorators.VISIT_NEGATIVE_MATCHER_ATTR):
            found |= dict.fromkeys(getattr(each, attribute, ()))
    return found


def _gathered(visitor: object, attribute: str, *, decorator: str) -> dict[m.BaseMatcherNode, Sequence[Any]]:
    found: dict[m.BaseMatcherNode, Sequence[Any]] = {}
    for each in _attributes(visitor):
        if not inspect.ismethod(each):
            continue
        matchers = getattr(each, attribute, ())
        if matchers:
            _visitors._assert_not_concrete(decorator, each)  # noqa: SLF001 - its message is LibCST's
        for matcher in matchers:
            found[matcher] = (*found.get(matcher, ()), each)
    return found


def gathered_visits(visitor: object) -> dict[m.BaseMatcherNode, Sequence[Any]]:
    """Give the methods that are decorated with ``visit``, by their matchers."""
    return _gathered(visitor, _decorators.CONSTRUCTED_VISIT_MATCHER_ATTR, decorator="visit")


def gathered_leaves(visitor: object) -> dict[m.BaseMatcherNode, Sequence[Any]]:
    """Give the methods that are decorated with ``leave``, by their matchers."""
    return _gathered(visitor, _decorators.CONSTRUCTED_LEAVE_MATCHER_ATTR, decorator="leave")


def batch_visitors(visitor: cst.BatchableCSTVisitor) -> Mapping[str, Callable[[cst.CSTNode], None]]:
    """Give the handlers of a visitor that is run in a batch."""
    names = sorted({name for name, _ in own_names(type(visitor))} | vars(visitor).keys())
    found = {}
    for name in names:
        method = getattr(visitor, name, None)
        if (
            inspect.ismethod(method)
            and method.__name__.startswith(("visit_", "leave_"))
            and not getattr(method, "_is_no_op", False)
        ):
            found[name] = method
    return found


#: Where LibCST looks for its own functions, and what stands in for them.
SHORTCUTS: tuple[tuple[Any, str, Any], ...] = (
    (_visitors, "_gather_matchers", gathered_matchers),
    (_visitors, "_gather_constructed_visit_funcs", gathered_visits),
    (_visitors, "_gather_constructed_leave_funcs", gathered_leaves),
    (cst.BatchableCSTVisitor, "get_visitors", batch_visitors),
)
