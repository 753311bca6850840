"""Imports as the names that they bind: the rest of the line is of no interest to whoever adds one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.review.shapes.tokens import Token

#: How far above a line of an import in brackets its first line is looked for.
_LINES_ABOVE = 60
_OPENING = re.compile(r"[ \t]*(from[ \t]+[\w.]+[ \t]+import)[ \t]*\([ \t]*(?:#.*)?[\r\n]*")
_INSIDE = re.compile(r"[ \t]*(?:\w+(?:[ \t]+as[ \t]+\w+)?[ \t]*,?[ \t]*)*+\)?[ \t]*(?:#.*)?[\r\n]*")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Binding:
    """One name that an import binds."""

    #: As it is written, with its dots; empty: a plain ``import``.
    module: str
    name: str
    alias: str = ""

    def __str__(self) -> str:
        start = f"from {self.module} import {self.name}" if self.module else f"import {self.name}"
        return f"{start} as {self.alias}" if self.alias else start

    @property
    def bound(self) -> str:
        """The name under which it is known below."""
        return self.alias or self.name

    @property
    def whole(self) -> str:
        """The dotted name of what is imported."""
        return f"{self.module}.{self.name}" if self.module else self.name


def read_bindings(statement: Sequence[Token]) -> tuple[Binding, ...] | None:
    """Read an import; ``None`` where it is none, or not a whole one, or carries a comment."""
    texts = [text for _, text in statement]
    if texts[:1] == ["import"]:
        return _read_names(texts[1:], module="")
    if texts[:1] != ["from"] or "import" not in texts:
        return None
    at = texts.index("import")
    names = texts[at + 1 :]
    if names[:1] == ["("] and names[-1:] == [")"]:
        names = names[1:-1]
    return _read_names([*names[:-1], *(name for name in names[-1:] if name != ",")], module="".join(texts[1:at]))


def is_within_import(lines: Sequence[str]) -> bool:
    """Tell whether lines could be from within the brackets of an import."""
    return bool(lines) and all(map(_INSIDE.fullmatch, lines))


def complete_import(lines: Sequence[str], *, above: Sequence[str]) -> list[str]:
    """Give lines from within an import in brackets as an import of their own; all others as they are.

    Args:
        lines: As `is_within_import` allows them.
        above: What stands before them, nearest last.
    """
    for line in reversed(above[-_LINES_ABOVE:]):
        if found := _OPENING.fullmatch(line):
            names = " ".join(line.partition("#")[0].strip() for line in lines)
            return [f"{found[1]} ({names.replace(')', '').rstrip(' ,')})\n"]
        if ")" in line.partition("#")[0] or not _INSIDE.fullmatch(line):
            break
    return list(lines)


def pair_bindings(removed: Sequence[Binding], added: Sequence[Binding]) -> list[tuple[Binding | None, Binding | None]]:
    """Say what became of each name: replaced by one that is bound, or imported, alike; removed; or added."""
    left = [binding for binding in dict.fromkeys(removed) if binding not in added]
    come = [binding for binding in dict.fromkeys(added) if binding not in removed]
    pairs: list[tuple[Binding | None, Binding | None]] = []
    bound = {binding.bound: binding for binding in reversed(come)}
    whole = {binding.whole: binding for binding in reversed(come)}
    used: set[Binding] = set()
    for old in left:
        new = bound.get(old.bound) or whole.get(old.whole)
        if new is None or new in used:
            new = None
        else:
            used.add(new)
        pairs.append((old, new))
    return [*pairs, *((None, new) for new in come if new not in used)]


def _read_names(texts: list[str], *, module: str) -> tuple[Binding, ...] | None:
    bindings = []
    for item in " ".join(texts).split(","):
        words = item.split()
        if len(words) not in {1, 3} or (len(words) == 3 and words[1] != "as") or "#" in item:  # noqa: PLR2004
            return None
        bindings.append(Binding(module=module, name=words[0], alias=words[-1] if len(words) > 1 else ""))
    return tuple(bindings)
