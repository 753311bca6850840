"""What is installed beside us, looked up in its source. Nothing of it is ever imported."""

from __future__ import annotations

import functools
import sys
from importlib.machinery import BuiltinImporter, ModuleSpec, PathFinder
from pathlib import Path
from typing import Literal, TypeAlias

from autotransform.author.recipes.definitions import Definition, ModuleNames, read_module

#: ``unknown``: the module is not here, or not written in Python.
Presence: TypeAlias = Literal["present", "absent", "unknown"]

_DEPTH = 8
#: Modules that have no file of that name: another module puts them in place when it is loaded.
_BOUND_AT_START = frozenset({"os.path"})


@functools.cache
def find_module(name: str) -> ModuleSpec | None:
    """Find an installed module by its dotted name, without importing it or its parents."""
    parent, _, _last = name.rpartition(".")
    if not name or not all(part.isidentifier() for part in name.split(".")):
        return None
    if not parent:
        return BuiltinImporter.find_spec(name) or PathFinder.find_spec(name)
    above = find_module(parent)
    locations = above.submodule_search_locations if above else None
    return PathFinder.find_spec(name, list(locations)) if locations else None


def is_module(name: str) -> bool:
    """Tell whether a dotted name is a module of the standard library or of what is installed."""
    return find_module(name) is not None or name in sys.stdlib_module_names or name in _BOUND_AT_START


@functools.cache
def read_installed(module: str) -> ModuleNames | None:
    """Read the names of an installed module; ``None`` when it is not here or not written in Python."""
    spec = find_module(module)
    if spec is None or not spec.origin or not spec.origin.endswith(".py"):
        return None
    try:
        content = Path(spec.origin).read_bytes()
    except OSError:
        return None
    package = module if spec.submodule_search_locations is not None else module.rpartition(".")[0]
    return read_module(content, module=module, package=package)


def look_up(name: str, *, depth: int = 0) -> tuple[Presence, Definition | None]:
    """Look a dotted name up in what is installed, through re-exports and star imports.

    Returns:
        Whether it is there, and its definition where that is written in Python.
    """
    if depth > _DEPTH:
        return "unknown", None
    if is_module(name):
        return "present", None
    module, inner = _split(name)
    names = read_installed(module) if module else None
    if names is None:
        return "unknown", None
    if found := names.definition(name):
        return "present", found
    first, _, rest = inner.partition(".")
    if bound := names.binding(first):
        target = f"{bound.target}.{rest}" if rest else bound.target
        return look_up(target, depth=depth + 1)
    return _look_up_by_star(names, inner, depth=depth)


def _look_up_by_star(names: ModuleNames, inner: str, *, depth: int) -> tuple[Presence, Definition | None]:
    first, _, rest = inner.partition(".")
    found = [look_up(f"{star}.{inner}", depth=depth + 1) for star in names.stars]
    for presence, definition in found:
        if presence == "present":
            return presence, definition
    if first in names.exported:
        return ("unknown" if rest else "present"), None
    owner = names.definition(f"{names.module}.{first}")
    if rest and owner:
        # A class may inherit the attribute, and a variable may hold anything.
        return "unknown", None
    dynamic = names.definition(f"{names.module}.__getattr__") is not None
    return ("unknown" if dynamic or names.stars else "absent"), None


def _split(name: str) -> tuple[str, str]:
    """Split a dotted name after its longest prefix that is a module."""
    parts = name.split(".")
    for size in range(len(parts) - 1, 0, -1):
        if is_module(".".join(parts[:size])):
            return ".".join(parts[:size]), ".".join(parts[size:])
    return "", name
