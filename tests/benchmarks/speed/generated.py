"""A small repository that is the same each time, to try the benchmark itself on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.speed.sources import commit

if TYPE_CHECKING:
    from pathlib import Path

#: How many files; and one in so many of them has the name that is looked for.
_FILES, _ONE_IN = 24, 4
_CORE = 'class Thing:\n    """A thing."""\n\n    name = "thing"\n'
_USER = """from package.core import Thing
from package import core


def make_{number}(name: str) -> Thing:
    # what it is called
    thing = core.Thing()
    thing.Thing = name or "number {number}"
    return Thing(Thing=thing)
"""
_OTHER = """import os


def work_{number}(path="here", *, size: int = {number}):
    text = f"{{path}} has {{size}}"
    if os.path.exists(path) and "x" in text:
        return {{"it's": text, "size": size}}
    return [each for each in "a\\nb" if each != "a"]
"""


def generate(folder: Path) -> Path:
    """Make the repository, unless it is there."""
    if not folder.exists():
        package = folder / "package"
        package.mkdir(parents=True)
        (package / "__init__.py").write_bytes(b"")
        (package / "core.py").write_text(_CORE, encoding="utf-8")
        for number in range(_FILES):
            text = _OTHER if number % _ONE_IN else _USER
            (package / f"part_{number:02}.py").write_text(text.format(number=number), encoding="utf-8")
        commit(folder)
    return folder
