"""Restricted Python: few builtins, an allow-list of imports, and an ear on Python's own audit events.

A gate and an alarm, not a wall: cleverness gets past it. Where the kernel's layers stand it finds out early and says
plainly what a script tried; where they do not it is most of what there is.
"""

from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING, Any

from autotransform.script.policy import BUILTINS, MODULES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What LibCST, the engine and honest scripts make Python report. Everything else is refused: opening, listing,
#: connecting, starting, and whatever a later Python adds.
_HARMLESS = frozenset(
    {
        "array.__new__",
        "builtins.id",
        "compile",
        "exec",
        "object.__getattr__",
        "object.__setattr__",
        "object.__delattr__",
        "sys._getframe",
        "sys._getframemodulename",
        "sys.excepthook",
        "sys.unraisablehook",
        "cpython.run_file",
    }
)


def restricted_builtins() -> dict[str, Any]:
    """Give the builtins of a script's namespace: without files, and without code made of text."""
    kept = {
        name: value
        for name, value in vars(builtins).items()
        if name in BUILTINS or (isinstance(value, type) and issubclass(value, BaseException))
    }
    return kept | {"__build_class__": builtins.__build_class__, "__import__": _import, "__name__": "builtins"}


def refuse_events() -> None:
    """Refuse what Python reports and no transform needs, from now on, in this whole process and for ever."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in _HARMLESS:
        return
    if event == "import":
        raise ImportError(f"a transform cannot import {arguments[0]!r}", name=str(arguments[0]))
    raise PermissionError(f"a transform may not do this: {event}")


def _import(
    name: str,
    globals: Mapping[str, object] | None = None,  # noqa: A002 - the signature of `__import__`
    locals: Mapping[str, object] | None = None,  # noqa: A002
    fromlist: Sequence[str] = (),
    level: int = 0,
) -> object:
    if level or name not in MODULES:
        raise ImportError(f"a transform may not import {name!r}", name=name)
    return builtins.__import__(name, globals, locals, fromlist, level)
