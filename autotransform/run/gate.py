# ruff: noqa: RUF002 - the lookalike letters are the point
"""The text gate: whether a file may hold one of a script's mentions, without parsing it.

False positives are fine, false negatives are forbidden. Python compares identifiers after NFKC normalisation, so
``𝓹𝔂𝓽𝔃`` is ``pytz`` and a plain search is not enough.
"""

from __future__ import annotations

import codecs
import functools
import re
import unicodedata

_COOKIE = re.compile(rb"coding[:=][ \t]*([-\w.]+)")
# Possessive, for a file may be millions of empty lines.
_LEADING_COMMENT = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t\f]*+(?:#[^\r\n]*+)?(?:\r\n|\r|\n|\Z))*+")
_ASCII_LETTER = re.compile(r"(?a:\w)")
_ASCII_BYTES = bytes(range(128))
_GENERATED = re.compile(rb"@generated\b")

#: Codecs in which every ASCII byte is that character, wherever it stands, and that decode in linear time. Others, such
#: as utf-7 or punycode, can spell an identifier in bytes that do not look like it.
_TRANSPARENT = ("utf-8", "ascii", "iso8859-", "cp125", "koi8-")


class Gate:
    """Tells of one file after the other whether it may hold what a script mentions.

    Args:
        mentions: Fragments of ASCII identifiers. One of them must stand in a file; of an entry that holds several, with
            blanks between them, all must. ``None`` and an empty tuple let every file pass.
    """

    def __init__(self, mentions: tuple[str, ...] | None) -> None:
        self._entries = tuple(tuple(mention.split()) for mention in mentions or ())
        self._single = tuple(entry[0].encode() for entry in self._entries if len(entry) == 1)
        self._several = tuple(
            tuple(fragment.encode() for fragment in entry) for entry in self._entries if len(entry) != 1
        )
        self._letters = frozenset("".join(fragment for entry in self._entries for fragment in entry))

    def admits(self, content: bytes) -> bool:
        """Tell whether a file may hold an identifier of which one of the mentions is a part."""
        if not self._entries:
            return True
        for needle in self._single:
            if needle in content:
                return True
        for needles in self._several:
            if all(needle in content for needle in needles):
                return True
        encoding = transparent_encoding(content)
        if encoding is None:
            return True
        return not content.isascii() and self._holds_disguised(content, encoding=encoding)

    def _holds_disguised(self, content: bytes, *, encoding: str) -> bool:
        """Tell whether a mention stands there in other letters that Python reads as those."""
        try:
            text = content.decode(encoding)
            # Each byte of another letter is none of ASCII, in each of the transparent encodings.
            others = set(content.translate(None, _ASCII_BYTES).decode(encoding))
        except UnicodeDecodeError:
            return True
        # Letter by letter: `normalize` sorts the marks on a letter, in a time that grows with the square of their
        # number. What is ASCII after it is so after this, too; a letter that takes on a mark there stays plain here.
        table = {ord(letter): normal for letter in others if not self._letters.isdisjoint(normal := _plain(letter))}
        if not table:  # whatever is not in the text as it is, takes at least one letter of a mention
            return False
        normal = text.translate(table)
        return any(all(fragment in normal for fragment in entry) for entry in self._entries)


def is_candidate(mentions: tuple[str, ...] | None, content: bytes) -> bool:
    """Tell whether a file may hold an identifier of which one of the mentions is a part; see `Gate`."""
    return _gate(mentions).admits(content)


@functools.lru_cache(maxsize=64)
def _gate(mentions: tuple[str, ...] | None) -> Gate:
    return Gate(mentions)


@functools.lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    """Give what Python reads for a letter, where that is, or holds, one of ASCII; else nothing."""
    normal = unicodedata.normalize("NFKC", letter)
    return normal if _ASCII_LETTER.search(normal) else ""


def transparent_encoding(content: bytes) -> str | None:
    """Give the encoding of a file in which every byte of ASCII is that letter; ``None`` where it may be another one."""
    # The end of the second line; of a file without one, the end of the file.
    end = content.find(b"\n", content.find(b"\n") + 1)
    head = content if end < 0 else content[:end]
    return _transparent(_COOKIE.findall(head)) if b"coding" in head else "utf-8"


def is_generated(content: bytes) -> bool:
    """Tell whether the comment at the top of a file says ``@generated``."""
    return b"@generated" in content and bool(_GENERATED.search(_leading_comment(content)))


def is_transform(content: bytes) -> bool:
    """Tell whether a file is a script of ours: its leading comment holds our header."""
    if b"[tool.autotransform]" not in content:
        return False
    is_open = False
    for line in _leading_comment(content).removeprefix(codecs.BOM_UTF8).split(b"\n"):
        text = line.rstrip(b" \t\r")
        if is_open and text == b"# [tool.autotransform]":
            return True
        is_open = text == b"# /// script" or (is_open and line.startswith(b"#"))
    return False


def _leading_comment(content: bytes) -> bytes:
    found = _LEADING_COMMENT.match(content)
    return found.group() if found else b""


def _transparent(cookies: list[bytes]) -> str | None:
    """Give the codec that the cookies name, when plain text can be trusted under it; else ``None``."""
    if not cookies:
        return "utf-8"
    try:
        names = {codecs.lookup(cookie.decode("ascii")).name for cookie in cookies}
    except (LookupError, ValueError):
        return None
    # Two cookies: which one Python would believe is not worth knowing.
    name = names.pop()
    return name if not names and name.startswith(_TRANSPARENT) else None
