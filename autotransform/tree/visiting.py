"""Make LibCST's visits fast for a while: the same calls of handlers, the same results, without the work between."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import libcst as cst

from autotransform.tree.cloning import deep_clone
from autotransform.tree.interest import Interest, Profile, interest, profile
from autotransform.tree.plain import require_result
from autotransform.tree.reading import ReadingTable
from autotransform.tree.rebuilding import Giver, Run
from autotransform.tree.stock import SHORTCUTS
from autotransform.tree.transforming import FreshTable, SharingTable
from autotransform.tree.walk import children

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How many kinds of visitors are remembered with what was written for them.
_LIMIT = 128


@dataclass(slots=True)
class _Tables:
    reading: ReadingTable
    fresh: FreshTable
    sharing: SharingTable


_tables: dict[Interest, _Tables] = {}


def _tables_for(wanted: Interest) -> _Tables:
    if wanted not in _tables:
        if len(_tables) >= _LIMIT:
            _tables.clear()
        fresh = FreshTable(wanted)
        _tables[wanted] = _Tables(reading=ReadingTable(wanted), fresh=fresh, sharing=SharingTable(fresh))
    return _tables[wanted]


class _Visit(Run):
    """A visit under way; of a visitor of which nothing is known, there are no tables."""

    __slots__ = ("around", "is_reading", "tables")

    def __init__(self, visitor: Any, *, wanted: Interest | None) -> None:
        super().__init__(visitor)
        self.tables = None if wanted is None else _tables_for(wanted)
        self.is_reading = wanted is not None and wanted.kind == "visitor"
        self.around = wanted.around.before if wanted and wanted.around else None


@dataclass(slots=True)
class _State:
    depth: int = 0
    profiles: dict[type, Profile] = field(default_factory=dict)
    #: Visits under way, by the identity of their visitors, which they keep alive.
    visits: dict[int, _Visit] = field(default_factory=dict)
    #: Transformers of which nobody but the engine sees what a visit of a module gives.
    private: list[object] = field(default_factory=list)


_state = _State()


def _profile(kind: type) -> Profile:
    known = _state.profiles.get(kind)
    if known is None:
        known = _state.profiles[kind] = profile(kind)
    return known


def _visit(self: cst.CSTNode, visitor: Any) -> Any:
    """Visit a node and what is below it, as LibCST does; stands in for its own method."""
    visit = _state.visits.get(id(visitor))
    if visit is None:
        return _begin(self, visitor)
    tables = visit.tables
    if tables is None:
        # The plain way, in no more frames than LibCST needs.
        updated = self._visit_and_replace_children(visitor) if visitor.on_visit(self) else self
        if isinstance(visitor, cst.CSTVisitor):
            visitor.on_leave(self)
            return self
        updated = visitor.on_leave(self, updated)
        require_result(self, updated)
        return updated
    if visit.is_reading:
        read = tables.reading[self.__class__]
        if read is not None:
            read(self, visitor)
        return self
    rebuild = tables.fresh[self.__class__]
    updated = self if rebuild is None else rebuild(self, tables.fresh, visit)
    if visit.around:
        getattr(visitor, visit.around)(self)
    return updated


def _begin(node: cst.CSTNode, visitor: Any) -> Any:
    if isinstance(visitor, Giver):
        return visitor.on_leave(node, node)
    known = _profile(type(visitor))
    visit = _state.visits[id(visitor)] = _Visit(visitor, wanted=interest(visitor, known))
    try:
        if visit.tables is None or not _is_private(node, visitor, known=known):
            return _visit(node, visitor)
        share = visit.tables.sharing[node.__class__]
        return node if share is None else share(node, visit)
    finally:
        del _state.visits[id(visitor)]


def _is_private(node: cst.CSTNode, visitor: Any, *, known: Profile) -> bool:
    return (
        known.is_private
        and isinstance(node, cst.Module)
        and any(each is visitor for each in _state.private)
        and not _state.visits.keys() - {id(visitor)}
    )


@contextlib.contextmanager
def fast_visits() -> Iterator[None]:
    """Make every visit fast until the end of the block; may be nested.

    For visitors and transformers alike: the same methods are called with the same nodes in the same order, and the
    tree that comes back is equal to the one that LibCST would give, down to which nodes are new ones. Visitors of which
    nothing can be known beforehand go LibCST's own way.

    An inner block puts right what was put in the place of ours meanwhile, and forgets the classes of its visitors.
    Whoever runs many keeps a block around them: Python forgets what it knows of every class of nodes at each change.
    """
    _state.depth += 1
    try:
        with _in_place() if _state.depth == 1 else contextlib.nullcontext():
            _put_right()
            yield
    finally:
        _state.depth -= 1
        _state.profiles.clear()


@contextlib.contextmanager
def _in_place() -> Iterator[None]:
    """Put ours in the place of LibCST's."""
    plain = [(where, name, getattr(where, name)) for where, name, _ in IN_PLACE]
    for where, name, ours in IN_PLACE:
        setattr(where, name, ours)
    try:
        yield
    finally:
        for where, name, original in plain:
            setattr(where, name, original)


def _put_right() -> None:
    for where, name, ours in IN_PLACE:
        if vars(where).get(name) is not ours:
            setattr(where, name, ours)


#: Where LibCST has what this module replaces, under which name, and what by.
IN_PLACE = (
    *SHORTCUTS,
    (cst.CSTNode, "visit", _visit),
    (cst.CSTNode, "children", property(children)),
    (cst.CSTNode, "deep_clone", deep_clone),
)


@contextlib.contextmanager
def private_results(transformer: object) -> Iterator[None]:
    """Let the tree that a transformer makes of a module share with the original what did not change.

    Inside `fast_visits`, for a transformer whose results only the caller sees: a command that does not override
    ``transform_module`` or ``transform_module_impl``. Its handlers still see new nodes only. A module of which nothing
    changed comes back as the very same object.
    """
    _state.private.append(transformer)
    try:
        yield
    finally:
        _state.private.pop()
