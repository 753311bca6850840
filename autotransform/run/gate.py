# ruff: noqa: RUF002 - the lookalike letters are the point
"""The text gate: whether a file may hold one of a script's mentions, without parsing it.

False positives are fine, false negatives are forbidden. Python compares identifiers after NFKC normalisation, so
``𝓹𝔂𝓽𝔃`` is ``pytz`` and a plain search is not enough.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

_COOKIE = re.compile(rb"coding[:=][ \t]*([-\w.]+)")
# Possessive, for a file may be millions of empty lines.
_LEADING_COMMENT = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t\f]*+(?:#[^\r\n]*+)?(?:\r\n|\r|\n|\Z))*+")
_ASCII_LETTER = re.compile(r"(?a:\w)")
_GENERATED = re.compile(rb"@generated\b")

#: Codecs in which every ASCII byte is that character, wherever it stands, and that decode in linear time. Others, such
#: as utf-7 or punycode, can spell an identifier in bytes that do not look like it.
_TRANSPARENT = ("utf-8", "ascii", "iso8859-", "cp125", "koi8-")


def is_candidate(mentions: tuple[str, ...] | None, content: bytes) -> bool:
    """Tell whether a file may hold an identifier of which one of the mentions is a part.

    Args:
        mentions: ASCII fragments of identifiers; ``None`` and an empty tuple let every file pass.
        content: The file.
    """
    if not mentions or any(mention.encode() in content for mention in mentions):
        return True
    cookies = _COOKIE.findall(b"\n".join(content.split(b"\n", 2)[:2]))
    encoding = _transparent(cookies)
    if encoding is None:
        return True
    if content.isascii():
        return False
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return True
    # Letter by letter: `normalize` sorts the marks on a letter, in a time that grows with the square of their number.
    # What is ASCII after it is so after this, too; a letter that takes on a mark there stays plain here.
    plain = {letter: unicodedata.normalize("NFKC", letter) for letter in set(text) if not letter.isascii()}
    table = {ord(letter): normal for letter, normal in plain.items() if _ASCII_LETTER.search(normal)}
    if not table:
        return False
    normal = text.translate(table)
    return any(mention in normal for mention in mentions)


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
