"""Which files may be shown to a model: none that came from elsewhere, none that git ignores."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.run.disk import read_below, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from autotransform.run import Selection

#: Folders that hold copies of what others wrote.
_VENDORED = frozenset(
    """
    vendor vendors vendored _vendor _vendored _vendored_packages third_party third-party thirdparty 3rdparty 3rd_party
    extern externals _external node_modules bower_components site-packages dist-packages .venv venv .tox .nox .eggs
    __pypackages__
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_LARGEST_RULES = 100_000
_MOST_RULES = 2_000


@dataclass(frozen=True, slots=True)
class _Rule:
    folder: str
    pattern: re.Pattern[str]
    holds: bool


def may_leave(selection: Selection) -> Callable[[str], bool]:
    """Give a test for whether the file of a path may be shown to a model.

    Not so: folders of vendored code; what ``.gitattributes`` calls
    ``linguist-vendored``; and where no git says what is tracked, what a ``.gitignore`` leaves out.
    """
    rules = tuple(_vendored_rules(selection))
    ignored = tuple(_ignore_rules(selection))

    def test(path: str) -> bool:
        if is_vendored(path):
            return False
        return not _decided(rules, path) and not any(_decided(ignored, each) for each in _with_folders(path))

    return test


def is_vendored(path: str) -> bool:
    """Tell whether a path leads through a folder that holds what others wrote."""
    return any(folder.lower() in _VENDORED for folder in path.split("/")[:-1])


def read_project_file(selection: Selection, path: str) -> str:
    """Read a small file of the tree that is read; empty where there is none, or it is no plain file of the tree."""
    content: bytes | OSError | None = None
    repository = selection.repository
    if repository is None:
        content = read_below(selection.root, path, largest=_LARGEST_RULES)
    else:
        entries = repository.tree(selection.base) if selection.kind == "tree" else repository.index()
        found = next((each for each in entries if each.path == path and each.mode.startswith("100")), None)
        if found and selection.kind == "disk":
            content = read_below(selection.root, path, largest=_LARGEST_RULES)
        elif found:
            content = next(repository.read_many([found.oid]))
    is_small = isinstance(content, bytes) and len(content) <= _LARGEST_RULES
    return content.decode("utf-8", "replace") if is_small and isinstance(content, bytes) else ""


def _vendored_rules(selection: Selection) -> Iterator[_Rule]:
    for path in _named(selection, ".gitattributes"):
        folder = path.rpartition("/")[0]
        for line in read_project_file(selection, path).splitlines()[:_MOST_RULES]:
            pattern, *values = line.split() or [""]
            for value in values:
                name, _, setting = value.partition("=")
                if name.lstrip("-!") == "linguist-vendored" and not pattern.startswith(("#", "!")):
                    holds = not name.startswith(("-", "!")) and setting != "false"
                    yield from _rule(folder, pattern, holds=holds)


def _ignore_rules(selection: Selection) -> Iterator[_Rule]:
    if selection.repository is not None:
        return  # only what is tracked is read
    for path in _named(selection, ".gitignore"):
        for line in read_project_file(selection, path).splitlines()[:_MOST_RULES]:
            pattern = line.rstrip()
            if pattern and not pattern.startswith("#"):
                negated = pattern.startswith("!")
                yield from _rule(path.rpartition("/")[0], pattern.removeprefix("!").rstrip("/"), holds=not negated)


def _named(selection: Selection, name: str) -> list[str]:
    """Find the files of a name in the tree that is read, the outermost first."""
    repository = selection.repository
    paths: Iterable[str]
    if repository is None:
        paths = walk(selection.root)
    else:
        entries = repository.tree(selection.base) if selection.kind == "tree" else repository.index()
        paths = (entry.path for entry in entries)
    found = (path for path in paths if path.rpartition("/")[2] == name)
    return sorted(found, key=lambda path: (path.count("/"), path))


def _rule(folder: str, pattern: str, *, holds: bool) -> Iterator[_Rule]:
    is_anchored = "/" in pattern
    body = _translated(pattern.lstrip("/"))
    prefix = "" if is_anchored else r"(?:[^/]++/)*+"
    try:
        yield _Rule(folder, re.compile(prefix + body), holds)
    except re.error:
        return


def _translated(pattern: str) -> str:
    """Write a pattern of git's as a regular expression for a whole path."""
    pieces = re.split(r"(\*\*/|/\*\*|\*|\?)", pattern)
    # Never two wildcards in a row: their time grows with the power of their number.
    known = {"**/": r"(?:[^/]++/)*", "/**": r"/.+", "*": r"[^/]*", "?": r"[^/]"}
    kept = [
        piece for number, piece in enumerate(pieces) if piece and not (piece == "*" == "".join(pieces[:number])[-1:])
    ]
    if sum(piece in known for piece in kept) > 6:  # noqa: PLR2004 - no pattern that people write
        return r"(?!)"
    return "".join(known.get(piece, re.escape(piece)) for piece in kept)


def _decided(rules: tuple[_Rule, ...], path: str) -> bool:
    """Tell what the last rule says that fits."""
    decided = False
    for rule in rules:
        inner = path[len(rule.folder) + 1 :] if rule.folder else path
        if (not rule.folder or path.startswith(f"{rule.folder}/")) and rule.pattern.fullmatch(inner):
            decided = rule.holds
    return decided


def _with_folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: size + 1]) for size in range(len(parts))]
