"""What besides script and file decides an outcome: the versions of everything that has a part in it."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import sys
from pathlib import Path

from autotransform import __version__

#: The rooms whose code makes outcomes. A version number does not tell one checkout of ours from another.
_ROOMS = ("codemod", "engine", "run", "script", "tree")
#: Of each library the file that holds its version; asking for its metadata takes longer than all of this.
_LIBRARIES = {"libcst": "_version.py", "pyflakes": "__init__.py"}


@functools.cache
def fingerprint() -> str:
    """Give a text that is another one wherever another outcome may come of the same job."""
    read = hashlib.blake2b()
    root = Path(__file__).parents[1]
    ours = [file for room in _ROOMS for file in sorted((root / room).rglob("*.py"))]
    for file in (*ours, *_of_libraries()):
        read.update(f"{file.parent.name}/{file.name}\0".encode())
        read.update(file.read_bytes())
    return f"{sys.version}\n{sys.implementation.name}\n{__version__}\n{read.hexdigest()}"


def _of_libraries() -> list[Path]:
    specs = {name: importlib.util.find_spec(name) for name in _LIBRARIES}
    folders = {name: (spec.submodule_search_locations or [""])[0] if spec else "" for name, spec in specs.items()}
    return [Path(folder) / _LIBRARIES[name] for name, folder in folders.items()]
