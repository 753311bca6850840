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
_LEADING_COMMENT = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|\Z))*")
_GENERATED = re.compile(rb"@generated\b")
_SCRIPT_BLOCK = re.compile(rb"(?m)^# /// script[ \t]*\r?\n(?:#[^\n]*\n)*?# \[tool\.autotransform\][ \t]*\r?$")

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
    normal = unicodedata.normalize("NFKC", text)
    return any(mention in normal for mention in mentions)


def is_generated(content: bytes) -> bool:
    """Tell whether the comment at the top of a file says ``@generated``."""
    return b"@generated" in content and bool(_GENERATED.search(_leading_comment(content)))


def is_transform(content: bytes) -> bool:
    """Tell whether a file is a script of ours: its leading comment holds our header."""
    return b"[tool.autotransform]" in content and bool(_SCRIPT_BLOCK.search(_leading_comment(content)))


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
