"""What besides script and file decides an outcome: the versions of everything that has a part in it."""

from __future__ import annotations

import functools
import hashlib
import sys
from importlib import metadata
from pathlib import Path

from autotransform import __version__

#: The rooms whose code makes outcomes. A version number does not tell one checkout of ours from another.
_ROOMS = ("codemod", "engine", "run", "script", "tree")
_LIBRARIES = ("libcst", "pyflakes")


@functools.cache
def fingerprint() -> str:
    """Give a text that is another one wherever another outcome may come of the same job."""
    sources = hashlib.blake2b()
    root = Path(__file__).parents[1]
    for room in _ROOMS:
        for file in sorted((root / room).rglob("*.py")):
            sources.update(f"{file.relative_to(root).as_posix()}\0".encode())
            sources.update(file.read_bytes())
    versions = [f"{name} {_version(name)}" for name in _LIBRARIES]
    return "\n".join([sys.version, sys.implementation.name, __version__, *versions, sources.hexdigest()])


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # installed without its metadata: then any may be another one
        return f"unknown, from {sys.path}"
