"""What a transformer does at a node of each class; written when the first is met."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from autotransform.tree.fields import SHAPES
from autotransform.tree.plain import (
    NOTHING_THERE,
    SENTINELS,
    fields_of_concern,
    is_several,
    require_result,
    visit_plainly,
)
from autotransform.tree.reach import BITS
from autotransform.tree.rebuilding import rebuilder, settled

if TYPE_CHECKING:
    from collections.abc import Callable

    import libcst as cst

    from autotransform.tree.fields import ChildField
    from autotransform.tree.interest import Interest
    from autotransform.tree.rebuilding import Rebuild, Run

#: (node, run) -> the same node if nothing below it changed.
Sharing: TypeAlias = "Callable[[Any, Run], Any]"


class FreshTable(dict[type, "Rebuild | None"]):
    """What a transformer does for each class where somebody sees the result: every node is a new one."""

    def __init__(self, interest: Interest) -> None:
        super().__init__(dict.fromkeys(NOTHING_THERE))
        self.interest = interest

    def __missing__(self, kind: type) -> Rebuild | None:
        made = self._made(kind)
        if kind in SHAPES or is_several(kind):  # a class of a script's own would be kept, and its script with it
            self[kind] = made
        return made

    def _made(self, kind: type) -> Rebuild | None:
        if kind not in SHAPES:
            return _transform_plainly
        below = self.below(kind)
        around = handling(self.interest, kind)
        return below if around is None else _fresh_handled(below, around)

    def below(self, kind: type) -> Rebuild | None:
        """Give what rebuilds a node without a word to its own handlers."""
        return _fresh_attributes if self.interest.attributes & BITS[kind] else rebuilder(kind)


def _transform_plainly(node: Any, table: Any, run: Run) -> Any:
    del table
    result = visit_plainly(node, run.visitor)
    if result is not node:
        run.changes += 1
        run.is_odd = isinstance(result, SENTINELS)
    return result


def _fresh_attributes(node: Any, table: Any, run: Run) -> Any:
    del table
    # It visits the children with the visitor itself, and so through this module again.
    return node._visit_and_replace_children(run.visitor)  # noqa: SLF001


#: (node, visitor) -> whether to go down; and (original node, updated node, visitor) -> what is left of it.
Entering: TypeAlias = "Callable[[Any, Any], bool]"
Leaving: TypeAlias = "Callable[[Any, Any, Any], Any]"


def _enter_generic(node: Any, visitor: Any) -> bool:
    return bool(visitor.on_visit(node))


def _leave_generic(node: Any, updated: Any, visitor: Any) -> Any:
    return visitor.on_leave(node, updated)


def handling(interest: Interest, kind: type) -> tuple[Entering | None, Leaving | None] | None:
    """Give how the visitor's own code is called for a class; ``None``: not at all."""
    if interest.generic & BITS[kind]:
        return _enter_generic, _leave_generic
    visit, leave = f"visit_{kind.__name__}", f"leave_{kind.__name__}"
    is_visited, is_left = visit in interest.visits, leave in interest.leaves
    if not is_visited and not is_left:
        return None
    before = interest.around.before if interest.around else None
    after = interest.around.after if interest.around else ""
    entering = _entering(visit, before=before) if is_visited else None
    return entering, _leaving(leave, before=before, after=after) if is_left else None


def _entering(visit: str, *, before: str | None) -> Entering:
    def enter(node: Any, visitor: Any) -> bool:
        if before:
            getattr(visitor, before)(node)
        handler = getattr(visitor, visit, None)
        return handler is None or handler(node) is not False

    return enter


def _leaving(leave: str, *, before: str | None, after: str) -> Leaving:
    def left(node: Any, updated: Any, visitor: Any) -> Any:
        if before:
            getattr(visitor, before)(node)
        handler = getattr(visitor, leave, None)
        result = updated if handler is None else handler(node, updated)
        return getattr(visitor, after)(node, updated, result) if after and result is not updated else result

    return left


def _fresh_handled(below: Rebuild | None, handled: tuple[Entering | None, Leaving | None]) -> Rebuild:
    entering, leaving = handled

    def rebuild(node: Any, table: Any, run: Run) -> Any:
        visitor, updated = run.visitor, node
        if (entering is None or entering(node, visitor)) and below is not None:
            updated = below(node, table, run)
        if leaving is None:
            return updated
        result = leaving(node, updated, visitor)
        if result is updated or result is node:
            return result
        run.changes += 1
        if result.__class__ not in SHAPES:
            require_result(node, result)
            run.is_odd = isinstance(result, SENTINELS)
        return result

    return rebuild


class SharingTable(dict[type, "Sharing | None"]):
    """What a transformer does for each class where nobody sees the result: what did not change stays the same node."""

    def __init__(self, fresh: FreshTable) -> None:
        super().__init__(dict.fromkeys(NOTHING_THERE))
        self._fresh = fresh
        self._concerned = fresh.interest.concerned

    def __missing__(self, kind: type) -> Sharing | None:
        made = self._made(kind)
        if kind in SHAPES or is_several(kind):  # a class of a script's own would be kept, and its script with it
            self[kind] = made
        return made

    def _made(self, kind: type) -> Sharing | None:
        interest, fresh = self._fresh.interest, self._fresh
        if kind not in SHAPES:
            return self._each if is_several(kind) else _share_plainly
        bit = BITS[kind]
        handled = handling(interest, kind)
        if (interest.seen | interest.attributes) & bit:
            return _sharing_seen(fresh, fresh.below(kind), handled or (None, None))
        fields = fields_of_concern(kind, self._concerned)
        below = _sharing_fields(self, fields, kind) if fields else None
        return below if handled is None else _sharing_handled(below, handled)

    def _each(self, nodes: Any, run: Run) -> Any:
        results, is_same = [], True
        for node in nodes:
            share = self[node.__class__]
            result = node if share is None else share(node, run)
            is_same = is_same and result is node
            results.append(result)
        return nodes if is_same else results


def _share_plainly(node: Any, run: Run) -> Any:
    return visit_plainly(node, run.visitor)


def _sharing_fields(table: SharingTable, fields: tuple[ChildField, ...], kind: type[cst.CSTNode]) -> Sharing:
    names = SHAPES[kind].names
    found = attrgetter(*(each.name for each in fields))

    def values(node: Any) -> tuple[Any, ...]:
        return (found(node),)

    def share(node: Any, run: Run) -> Any:
        updated: dict[str, Any] | None = None
        for field, child in zip(fields, get(node), strict=True):
            sharing = table[child.__class__]
            if sharing is None:
                continue
            result = sharing(child, run)
            if result is not child:
                updated = updated or {}
                updated[field.name] = settled(field.kind, field.name, node, child, result)
        if updated is None:
            return node
        return kind(**{name: updated[name] if name in updated else getattr(node, name) for name in names})

    get = found if len(fields) > 1 else values
    return share


def _sharing_seen(fresh: FreshTable, below: Rebuild | None, handled: tuple[Entering | None, Leaving | None]) -> Sharing:
    rebuild = _fresh_handled(below, handled)

    def share(node: Any, run: Run) -> Any:
        changes = run.changes
        result = rebuild(node, fresh, run)
        return node if run.changes == changes else result

    return share


def _sharing_handled(below: Sharing | None, handled: tuple[Entering | None, Leaving | None]) -> Sharing:
    entering, leaving = handled

    def share(node: Any, run: Run) -> Any:
        updated = node
        if (entering is None or entering(node, run.visitor)) and below is not None:
            updated = below(node, run)
        if leaving is None:
            return updated
        result = leaving(node, updated, run.visitor)
        if result is not updated:
            run.changes += 1
            require_result(node, result)
        return result

    return share
