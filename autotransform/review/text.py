"""Text that is safe to show.

Nothing that a file or a script holds may move a cursor, hide a character or reorder a line.
"""

from __future__ import annotations

import io
import re
import sys
import tokenize

#: How C and git write these in a quoted name.
_NAMED = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}
_SURROGATES = re.compile("[\ud800-\udfff]")
#: What counts as printable, and nobody sees: letters that are blank, and marks that change nothing.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\uffa0\U0001d159\U000e0100-\U000e01ef]"
)


def safe_text(text: str) -> str:
    r"""Show what does not print, or prints as something else, as ``<U+001B>``.

    Covers control characters, escapes, bidirectional overrides, zero-width characters, odd spaces, letters that nobody
    sees and lone surrogates. A tab stays. The form differs from Python's own escapes on purpose: source code is full of
    a literal ``\x1b``.
    """
    if _is_seen(text):
        return text
    return "".join(char if _is_seen(char) or char == "\t" else f"<U+{ord(char):04X}>" for char in text)


def encode_path(path: str) -> bytes:
    """Give the bytes that git holds for a path: the reverse of ``os.fsdecode``."""
    return path.encode(sys.getfilesystemencoding(), "surrogateescape")


def quote_path(path: bytes) -> bytes:
    """Write a path as git does: plain where it can be, else quoted.

    With ``core.quotePath`` on, git's default: what is not ASCII stands in octal.
    """
    if all(map(_is_plain, path)):
        return path
    return b'"' + "".join(map(_quoted_byte, path)).encode() + b'"'


def show_path(path: str) -> str:
    """Write a path for a person: as it is, or quoted where a character does not print."""
    if _is_seen(path) and '"' not in path and "\\" not in path:
        return path
    return '"' + "".join(map(_quoted_char, path)) + '"'


def decoder_of(content: bytes) -> str:
    """Name the encoding in which to show a file: its cookie's, or ``utf-8``."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        b" ".decode(encoding)
    except (SyntaxError, LookupError, UnicodeError):
        return "utf-8"
    return "utf-8" if encoding == "utf-8-sig" else encoding


def show_bytes(line: bytes, *, encoding: str) -> str:
    """Decode for the eye; bytes that are no text show as ``<FF>``.

    What does not print shows as ``safe_text`` has it.
    """
    try:
        return safe_text(line.decode(encoding))
    except UnicodeError:
        decoded = line.decode("utf-8", "surrogateescape")
    return "".join(
        f"<{ord(char) - 0xDC00:02X}>" if "\udc80" <= char <= "\udcff" else safe_text(char) for char in decoded
    )


def portable_text(text: str) -> str:
    """Replace lone surrogates, which many JSON readers refuse, by U+FFFD."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def _is_seen(text: str) -> bool:
    return text.isprintable() and (text.isascii() or _BLANK.search(text) is None)


def _is_plain(byte: int) -> bool:
    return ord(" ") <= byte <= ord("~") and byte not in _NAMED


def _quoted_byte(byte: int) -> str:
    if byte in _NAMED:
        return "\\" + _NAMED[byte]
    return chr(byte) if _is_plain(byte) else f"\\{byte:03o}"


def _quoted_char(char: str) -> str:
    if _is_seen(char) and ord(char) not in _NAMED:
        return char
    stands_for_byte = "\udc80" <= char <= "\udcff"
    return "".join(map(_quoted_byte, encode_path(char) if stands_for_byte else char.encode("utf-8", "surrogatepass")))
