"""How a project writes its code: Python version, length of lines, quotes, indentation."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

from autotransform.author.excerpts.leaving import read_project_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autotransform.run import Selection

#: What a version may look like; anything else is no version, and not passed on.
_VERSION = re.compile(r"(?:[<>=!~^]{0,3} ?\d{1,2}(?:\.(?:\d{1,3}|\*)){0,3}(?:, ?)?){1,5}")
_TARGET = re.compile(r"py\d{2,3}")
_LENGTH = range(40, 401)
_SETUP_PY = re.compile(r"python_requires\s{0,9}=\s{0,9}[\"']([^\"'\n]{1,60})[\"']")

#: Of blocks at the left margin: what stands deeper is indented several times.
_BLOCK = re.compile(rb"^[a-z][^\n]{0,200}:[ \t]*\r?\n([ \t]{1,16})\S", re.MULTILINE)
_QUOTED = re.compile(rb"(?<![\w\"'\\])(\"|')(?!\1)[^\"'\\\n]{1,60}\1")
#: Of each file; the first lines are like the others.
_SAMPLE = 20_000
#: So many times as often as the other kind of quotes is a style.
_CLEARLY = 4
_ENOUGH = 10


class Habits:
    """What is counted while files are read."""

    def __init__(self) -> None:
        self._quotes: Counter[bytes] = Counter()
        self._indents: Counter[bytes] = Counter()

    def note(self, content: bytes) -> None:
        """Count a file in."""
        self._quotes.update(_QUOTED.findall(content[:_SAMPLE]))
        self._indents.update(_BLOCK.findall(content[:_SAMPLE])[:_ENOUGH])

    def told(self) -> Iterator[str]:
        """Tell what is clear from the counts."""
        double, single = self._quotes[b'"'], self._quotes[b"'"]
        if double + single >= _ENOUGH and not 1 / _CLEARLY < (double + 1) / (single + 1) < _CLEARLY:
            yield f"{'double' if double > single else 'single'} quotes"
        common = [indent for indent, _ in self._indents.most_common(1)]
        if common and common[0] != b" " * 4:
            yield "indented by tabs" if b"\t" in common[0] else f"indented by {len(common[0])} spaces"


def find_conventions(selection: Selection) -> tuple[str, ...]:
    """Read the conventions in the project files at the top of the tree; as data, and nothing but numbers of them."""
    pyproject = _toml(read_project_file(selection, "pyproject.toml"))
    ruff = _toml(read_project_file(selection, "ruff.toml")) or _toml(read_project_file(selection, ".ruff.toml"))
    setup = _ini(read_project_file(selection, "setup.cfg"))
    flake8 = _ini(read_project_file(selection, ".flake8"))
    tool = pyproject.get("tool", {})
    requires = [
        _at(pyproject, "project", "requires-python"),
        _at(tool, "poetry", "dependencies", "python"),
        _at(setup, "options", "python_requires"),
        *_SETUP_PY.findall(read_project_file(selection, "setup.py"))[:1],
    ]
    targets = [_at(ruff, "target-version"), _at(tool, "ruff", "target-version"), _at(tool, "black", "target-version")]
    lengths = [
        _at(ruff, "line-length"),
        _at(tool, "ruff", "line-length"),
        _at(tool, "black", "line-length"),
        _at(setup, "flake8", "max-line-length"),
        _at(flake8, "flake8", "max-line-length"),
        _at(setup, "pycodestyle", "max-line-length"),
    ]
    found = [f"Python {version}" for version in _versions(requires)][:1]
    found = found or [f"Python {target}" for target in _targets(targets)][:1]
    return tuple(found + [f"lines up to {length} characters" for length in _numbers(lengths)][:1])


def _versions(values: Iterable[object]) -> Iterator[str]:
    return (value.strip() for value in values if isinstance(value, str) and _VERSION.fullmatch(value.strip()))


def _targets(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        each = min(map(str, value), default="") if isinstance(value, list) else str(value)
        if _TARGET.fullmatch(each):
            yield each


def _numbers(values: Iterable[object]) -> Iterator[int]:
    for value in values:
        text = str(value) if isinstance(value, int | str) else ""
        if text.isascii() and text.isdigit() and len(text) <= len("400") and int(text) in _LENGTH:
            yield int(text)


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):  # a syntax error is a ValueError; so is a number of thousands of digits
        return {}


def _ini(text: str) -> dict[str, Any]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return {section: dict(parser.items(section)) for section in parser.sections()}


def _at(table: Any, *keys: str) -> object:
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table
