"""Notice which method of a script changed or declined which node."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeAlias

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from libcst.codemod import Codemod

#: (node, name of the method)
Change: TypeAlias = tuple[cst.CSTNode, str]
#: (node, reason, name of the method)
Skip: TypeAlias = tuple[cst.CSTNode, str, str]


class Recorder:
    """What one instance of a transform decided, in the order in which it decided.

    Nested calls count for the outermost method of the script's class: a helper visitor that a ``leave_Call`` starts
    works on behalf of ``leave_Call``.
    """

    def __init__(self, command: Codemod) -> None:
        self.changes: list[Change] = []
        self.skips: list[Skip] = []
        self._active: list[tuple[str, cst.CSTNode]] = []
        # LibCST keeps one list for a command, its helpers and every pass.
        self._warnings: list[str] = command.context.warnings
        self._warned: dict[int, tuple[cst.CSTNode, str]] = {}
        for name in _overridden(type(command)):
            setattr(command, name, self._wrap(getattr(command, name), name=name))
        for attribute in ("_extra_leave_funcs", "_extra_visit_funcs"):
            decorated = getattr(command, attribute, {})
            for matcher, functions in list(decorated.items()):
                decorated[matcher] = [self._wrap(each, name=each.__name__) for each in functions]

    def append(self, skip: tuple[cst.CSTNode, str]) -> None:
        """Take one skip in; `Transform.skip` calls this."""
        node, reason = skip
        self.skips.append((node, reason, self._active[0][0] if self._active else "transform_module_impl"))

    def warnings(self) -> Iterator[tuple[str, cst.CSTNode | None, str]]:
        """Give what was warned of, with the node on which the outermost method was at work, and its name."""
        for index, text in enumerate(self._warnings):
            node, by = self._warned.get(index, (None, ""))
            yield str(text), node, by

    def _wrap(self, method: Callable[..., Any], *, name: str) -> Callable[..., Any]:
        active, warnings = self._active, self._warnings

        # `wraps` carries over the attributes in which LibCST's decorators keep their matchers.
        @functools.wraps(method)
        def recorded(original_node: cst.CSTNode, *updated: cst.CSTNode) -> Any:
            known, is_outermost = len(warnings), not active
            active.append((name, original_node))
            try:
                result = method(original_node, *updated)
            finally:
                active.pop()
            if is_outermost and len(warnings) > known:
                self._warned |= dict.fromkeys(range(known, len(warnings)), (original_node, name))
            if updated and result is not updated[0] and _differs(result, updated[0]):
                by, node = (name, original_node) if is_outermost else active[0]
                self.changes.append((node, by))
            return result

        return recorded


def _overridden(command: type[Codemod]) -> list[str]:
    """Name the ``visit_X`` and ``leave_X`` methods that do not come from LibCST itself."""
    names = set[str]()
    for owner in command.__mro__:
        if not owner.__module__.startswith("libcst."):
            names.update(vars(owner))
    return sorted(name for name in names if _is_handler(name) and not _is_stock(command, name))


def _is_handler(name: str) -> bool:
    kind, _, node = name.partition("_")
    return kind in {"visit", "leave"} and isinstance(getattr(cst, node, None), type)


def _is_stock(command: type[Codemod], name: str) -> bool:
    owner = next(each for each in command.__mro__ if name in each.__dict__)
    return owner.__module__.startswith("libcst.")


def _differs(result: object, updated: cst.CSTNode) -> bool:
    if result is updated or result is None:
        return False
    return not (isinstance(result, cst.CSTNode) and updated.deep_equals(result))
