"""What a file imports, as far as its text tells without being parsed: always enough, here and there too much."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.run.gate import transparent_encoding

if TYPE_CHECKING:
    from collections.abc import Iterable

#: An import of everything.
STAR = re.compile(rb"import[\s\\]*\*")
#: An import from that word on: to the end of the line, and to the end of the parentheses.
_IMPORT = re.compile(rb"import\b((?:[^\n\r(\\]|\\\r\n|\\[\n\r]?)*+(?:\((?:[^)#]|#[^\n\r]*+)*+)?)")
_MODULE = re.compile(rb"[\w.]+")
#: How far before the word it is looked for what is imported from.
_LONGEST_FROM = 200
_WORD = re.compile(rb"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unparsed:
    """A file that may import a target, as far as its words tell, and whose imports nobody had to know so far."""

    module: str
    is_package: bool
    #: Of each import the module behind ``from``, where that is plain to see, and the text behind ``import``; ``None``
    #: where only a parser knows.
    imports: tuple[tuple[bytes, bytes], ...] | None

    def may_import(self, wanted: Wanted) -> bool:
        """Tell whether it may import, or bind by importing, what is wanted."""
        if self.imports is None:
            return True
        for module, text in self.imports:
            words = _WORD.findall(text)
            # Whatever is in doubt goes by its words alone.
            if not module or module.startswith(b".") or b"import" in words:
                found = not wanted.words.isdisjoint(words)
            else:
                found = any(word in wanted.words and module + b"." + word in wanted.names for word in words)
            if found:
                return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What files have to import to be parsed."""

    #: Dotted names.
    names: frozenset[bytes]
    #: The last parts of those.
    words: frozenset[bytes]


def wanted_of(names: Iterable[str]) -> Wanted:
    """Give what to look for where any of some dotted names may be imported."""
    dotted = frozenset(name.encode() for name in names)
    return Wanted(names=dotted, words=frozenset(name.rpartition(b".")[2] for name in dotted))


def imports_in(content: bytes) -> tuple[tuple[bytes, bytes], ...] | None:
    """Give what each ``import`` is from and is of; more than that here and there, and never less.

    ``None``: it may be written in other letters, or takes everything, so that the words say nothing.
    """
    if STAR.search(content) or transparent_encoding(content) is None:
        return None
    imports = tuple((_module_before(content, found.start()), found[1]) for found in _IMPORT.finditer(content))
    return imports if all(text.isascii() for _, text in imports) else None


def _module_before(content: bytes, end: int) -> bytes:
    """Give the module of ``from module import``, where that stands in one line; else nothing."""
    start = max(0, end - _LONGEST_FROM)
    line = content[max(start, content.rfind(b"\n", start, end) + 1) : end]
    parts = line.split()
    is_plain = len(parts) > 1 and parts[-2] == b"from" and line[-1:] in b" \t" and b"\r" not in line
    return parts[-1] if is_plain and _MODULE.fullmatch(parts[-1]) else b""
