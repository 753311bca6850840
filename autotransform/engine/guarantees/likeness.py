"""Two texts that are alike, token by token, but for how strings are quoted and what some names are.

Found by cutting both at their strings and comments, which takes a twentieth of what parsing them does. That the cuts
are where Python makes them follows from two things. One text is known to parse, and outside of strings and comments a
quote or a hash can only begin one, whose end no prefix changes. And the pieces of both are paired: what stands between
two of them is the same but for whole names, so that Python's tokenizer comes to each piece in the same state.
"""

from __future__ import annotations

import keyword
import re
import sys
import unicodedata
from typing import TYPE_CHECKING

from autotransform.engine.guarantees.passages import is_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: A comment, or a string without its prefix. One that does not end goes on up to where Python would give up, so that
#: no text is gone over twice.
_PIECE = (
    rb'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:"""|\\?\Z)'
    rb"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:'''|\\?\Z)"
    rb'|"[^"\\\n]*(?:\\.[^"\\\n]*)*(?:"|\\?\Z|(?=\n))'
    rb"|'[^'\\\n]*(?:\\.[^'\\\n]*)*(?:'|\\?\Z|(?=\n))"
    rb"|\#[^\n]*"
)
#: A string with fields of which it is plain where it ends: since Python 3.12 other strings may stand in a field.
_FIELDS = (
    rb"(?<![\w\x80-\xff])(?:[fFtT][rR]?|[rR][fFtT])(?:"
    rb"\"\"\"(?:[^\"\\{}]++|\"(?!\"\")|\\(?![{}]).|\{\{|\}\}|\{(?!\{)%(double)b\})*\"\"\""
    rb"|'''(?:[^'\\{}]++|'(?!'')|\\(?![{}]).|\{\{|\}\}|\{(?!\{)%(single)b\})*'''"
    rb"|\"(?!\"\")(?:[^\"\\\n{}]++|\\(?![{}]).|\{\{|\}\}|\{(?!\{)%(double)b\})*\""
    rb"|'(?!'')(?:[^'\\\n{}]++|\\(?![{}]).|\{\{|\}\}|\{(?!\{)%(single)b\})*'"
    rb"|['\"])"
) % {
    b"double": rb"[^\"'\\\n{}\#]*(?:(?:'[^\"'\\\n{}]*'|\{[^\"'\\\n{}\#]*\})[^\"'\\\n{}\#]*)*",
    b"single": rb"[^\"'\\\n{}\#]*(?:(?:\"[^\"'\\\n{}]*\"|\{[^\"'\\\n{}\#]*\})[^\"'\\\n{}\#]*)*",
}
HAS_OPEN_FIELDS = sys.version_info >= (3, 12)
_CUT = re.compile(_FIELDS + b"|" + _PIECE if HAS_OPEN_FIELDS else _PIECE, re.DOTALL)
#: What is left of a string with fields of which it is not plain where it ends.
_UNSURE = re.compile(rb"(?i:[ftr]{1,2})['\"]")
_STRING = re.compile(
    rb'"""(?P<a>[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*)"""'
    rb"|'''(?P<b>[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*)'''"
    rb'|"(?P<c>[^"\\\n]*(?:\\.[^"\\\n]*)*)"'
    rb"|'(?P<d>[^'\\\n]*(?:\\.[^'\\\n]*)*)'",
    re.DOTALL,
)
#: More names than this are looked for one by one for too long.
_MOST = 50
_WORD = re.compile(rb"([\w\x80-\xff]+)")
_RESERVED = frozenset(map(str.encode, (*keyword.kwlist, *keyword.softkwlist)))


def renaming(before: bytes, after: bytes) -> Mapping[str, str] | None:
    """Tell what the names of one text are in another that is alike; none where they are not, or not for certain.

    All other tokens are the same, and stand on the same lines in the same order, except that the quotes around a string
    may be others. Of each name that is told none is left in the code after, and none of those after was anywhere
    before; no two have become one. So Python's trees are the same but for these names and for columns.

    Args:
        before: Any text.
        after: One that Python parses, or of which it is only asked whether it does: it does if the other one does.
    """
    if not (is_plain(before) and is_plain(after)):
        return None
    olds, news = _CUT.findall(before), _CUT.findall(after)
    if len(olds) != len(news) or not all(map(_says_the_same, olds, news)):
        return None
    if HAS_OPEN_FIELDS and any(map(_UNSURE.fullmatch, {*olds, *news})):
        return None
    between = _CUT.split(after)
    names = _renamed(_CUT.split(before), between)
    if names is None or len(names) > _MOST or (names and not _is_whole(names, before, between, news)):
        return None
    return {old.decode(): new.decode() for old, new in names.items()}


def _says_the_same(old: bytes, new: bytes) -> bool:
    """Whether two pieces are one, or strings that hold the same between other quotes.

    They say the same with whatever prefix, as long as it is one for both.
    """
    if old == new:
        return True
    one, other = _STRING.fullmatch(old), _STRING.fullmatch(new)
    return one is not None and other is not None and one[one.lastgroup or 0] == other[other.lastgroup or 0]


def _renamed(olds: Sequence[bytes], news: Sequence[bytes]) -> dict[bytes, bytes] | None:
    """Pair the names that differ; none where more than a name does."""
    names: dict[bytes, bytes] = {}
    for old, new in zip(olds, news, strict=True):
        if old != new:
            one, other = _WORD.split(old), _WORD.split(new)
            if one[::2] != other[::2]:
                return None
            for index in range(1, len(one), 2):
                if one[index] != other[index]:
                    name = other[index]
                    if not _is_name(one, index) or not _is_name(other, index):
                        return None
                    if names.setdefault(one[index], name) != name:
                        return None
    return names


def _is_name(parts: Sequence[bytes], index: int) -> bool:
    """Whether a word is a name that says nothing by itself: no keyword, and no part of a string or of a number."""
    word, is_last = parts[index], index == len(parts) - 2
    if not word.isascii() or not word.decode().isidentifier() or word in _RESERVED or word.startswith(b"__"):
        return False
    if is_last and not parts[-1]:  # the prefix of a string
        return False
    return not (parts[index - 1] == b"." and parts[index - 2][:1].isdigit())


def _is_whole(names: Mapping[bytes, bytes], before: bytes, between: Sequence[bytes], pieces: Sequence[bytes]) -> bool:
    """Whether nothing has the old names any more, and nothing had the new ones, even in letters that look otherwise."""
    if len({*names.values()}) < len(names):
        return False
    if any(each in before for each in names.values()) and _find(names.values()).search(before):
        return False
    old, either = _find(names), _find({*names, *names.values()})
    if any(not each.isascii() or old.search(each) for each in between):
        return False
    return not any(b"{" in each and either.search(_normal(each)) for each in pieces)


def _normal(piece: bytes) -> bytes:
    """Spell the names in the fields of a string as Python reads them."""
    return piece if piece.isascii() else unicodedata.normalize("NFKC", piece.decode(errors="replace")).encode()


def _find(names: Iterable[bytes]) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![\w\x80-\xff])(?:%b)(?![\w\x80-\xff])" % b"|".join(sorted(names)))
