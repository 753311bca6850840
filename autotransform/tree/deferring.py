"""Modules of LibCST that are read when they are imported, and executed when somebody first asks for what they define.

`libcst.matchers` defines a class for each class of nodes, and takes longer than all the rest of LibCST; few scripts
want one of them. Whoever asks such a module for a name, or for all that it holds, gets what it always gives: it is
executed then, from memory. For a process with one thread, from which others are forked that may read no files.
"""

from __future__ import annotations

import sys
import types
from importlib import import_module
from importlib.abc import InspectLoader, Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

MATCHERS = "libcst.matchers"
#: That one, whatever takes its classes while it is executed, and what would import those.
_DEFERRED = frozenset({MATCHERS, "libcst.codemod.visitors", "libcst.codemod.visitors._apply_type_annotations"})
_COMMANDS = "libcst.codemod.commands."


class _Deferred(types.ModuleType):
    """A module that is not executed yet."""

    def __getattribute__(self, name: str) -> Any:
        known = super().__getattribute__("__dict__")
        if name in known:  # what it is to the import system, and modules in it
            return known[name]
        if name == "__class__":  # so `isinstance` asks for nothing
            return _Deferred
        _execute(self)
        return getattr(self, name)


class _DeferringLoader(Loader):
    """Reads a module, and leaves it at that."""

    def __init__(self, loader: InspectLoader) -> None:
        self._loader = loader

    def exec_module(self, module: types.ModuleType) -> None:
        code = self._loader.get_code(module.__name__)
        assert code is not None  # it is none of those that are written in C
        _codes[module.__name__] = code
        _fill_in(module, code=code)
        module.__class__ = _Deferred


class _Finder(MetaPathFinder):
    """Finds the modules that are deferred where they always are."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _DEFERRED and not fullname.startswith(_COMMANDS):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, InspectLoader):
            spec.loader = _DeferringLoader(spec.loader)
        return spec


#: Of each module that is not executed yet.
_codes: dict[str, types.CodeType] = {}


def defer() -> None:
    """Defer them from now on: to be called before anything imports LibCST's codemods, which import them all."""
    sys.meta_path.insert(0, _Finder())


def execute_deferred(name: str) -> None:
    """Execute a module now, unless that is done."""
    vars(import_module(name))


def _execute(module: types.ModuleType) -> None:
    name = module.__name__
    module.__class__ = types.ModuleType
    try:
        exec(_codes[name], vars(module))  # noqa: S102 - as importing does
    except BaseException:
        module.__class__ = _Deferred  # whoever asks next is told the same
        raise
    del _codes[name]


def _fill_in(module: types.ModuleType, *, code: types.CodeType) -> None:
    """Give what a package will only take from modules in it: LibCST's codemods, and ours, are made of that."""
    named = {each for constant in code.co_consts if isinstance(constant, tuple) for each in constant}
    for name in code.co_names:
        if name.startswith(f"{module.__name__}."):
            part = import_module(name)
            known = {} if type(part) is _Deferred else vars(part)
            for each in named & known.keys():
                setattr(module, each, known[each])
