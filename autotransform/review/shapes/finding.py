"""Shapes: what a run changed, told by kinds of change instead of files.

A signature depends on the change alone: not on the other changes of the run, nor on the version of Python. A decision
about a shape holds for the next run.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from autotransform.review.shapes.import_names import complete_import, is_within_import
from autotransform.review.shapes.passages import Passage, find_passages
from autotransform.review.shapes.placeholders import Normal
from autotransform.review.shapes.statements import read_changes, widen_to_brackets
from autotransform.review.text import decoder_of, encode_path, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from autotransform.review.hunks import FileChange, Hunk

#: Say so in a signature when what counts as the same change becomes something else.
_VERSION = "1"
_DIGITS = 12
#: Bytes of a passage that is read as Python; a longer one is told by its digest.
_LONGEST_PASSAGE = 16_384
#: Characters of a text for people, of what a placeholder stands for, and how many of these are kept.
_LONGEST_TEXT, _LONGEST_EXAMPLE, _MOST_EXAMPLES = 1_000, 80, 5

#: What passages were read as.
Cache: TypeAlias = dict[tuple[str, str, bool], tuple[Normal, ...] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change in one file, as small as it makes sense by itself."""

    path: str
    signature: str
    #: The lines that differ here, with up to three equal ones around; other changes of the file are in none of them,
    #: unless they are on the same lines.
    hunk: Hunk
    normal: Normal


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Changes that are the same change."""

    #: Twelve digits, hexadecimal.
    signature: str
    #: What changes, with placeholders (``A1``: the same on both sides; ``S1``, ``N1``, ``C1``: strings, numbers
    #: and comments); safe to show, empty where something is only added. ``(layout)``: nothing but blanks, line ends
    #: or the order of imported names differs.
    before: str
    after: str
    #: The first in path order.
    example: Change
    #: How many changes are of this shape.
    count: int
    #: The files in which they are, in path order.
    paths: tuple[str, ...]
    #: Of each placeholder, some of what it stands for; safe to show.
    varying: tuple[tuple[str, tuple[str, ...]], ...] = ()


def find_shapes(changes: Sequence[FileChange]) -> tuple[Shape, ...]:
    """Group what changes; rare shapes first, for that is where faults are, and ties by signature."""
    return group_changes(find_changes(changes))


def group_changes(found: Iterable[Change]) -> tuple[Shape, ...]:
    """Group changes in the order of `find_changes`, as `find_shapes` does."""
    groups: dict[str, list[Change]] = {}
    for change in found:
        groups.setdefault(change.signature, []).append(change)
    shapes = [_shape(group) for group in groups.values()]
    return tuple(sorted(shapes, key=lambda shape: (shape.count, shape.signature)))


def find_changes(changes: Iterable[FileChange]) -> Iterator[Change]:
    """Give every single change, by path and line."""
    known: Cache = {}
    for change in sorted(changes, key=lambda change: encode_path(change.path)):
        for _, found in read_passages(change, known=known):
            yield from found


def read_passages(change: FileChange, *, known: Cache | None = None) -> Iterator[tuple[Passage, tuple[Change, ...]]]:
    """Give the passages of a file with the single changes of each, as `find_changes` has them.

    Args:
        change: The file.
        known: What was read of other files; it grows.
    """
    known = {} if known is None else known
    encoding = decoder_of(change.before)
    for passage in find_passages(change):
        yield passage, _changes(passage, path=change.path, encoding=encoding, known=known)


def read_lines(passage: Passage, change: FileChange, *, known: Cache) -> tuple[tuple[str, ...], ...]:
    """Give the signatures of a passage line by line; nothing where as many were not added as removed."""
    if len(passage.removed) != len(passage.added):
        return ()
    encoding = decoder_of(change.before)
    pairs = zip(passage.removed, passage.added, strict=True)
    lines = [replace(passage, removed=(old,), added=(new,)) for old, new in pairs]
    return tuple(tuple(map(_signature, _normals(line, encoding=encoding, known=known))) for line in lines)


def _changes(passage: Passage, *, path: str, encoding: str, known: Cache) -> tuple[Change, ...]:
    return tuple(
        Change(path=path, signature=_signature(normal), hunk=passage.hunk, normal=normal)
        for normal in _normals(passage, encoding=encoding, known=known)
    )


def _normals(passage: Passage, *, encoding: str, known: Cache) -> tuple[Normal, ...]:
    if sum(map(len, passage.removed)) + sum(map(len, passage.added)) > _LONGEST_PASSAGE:
        return _read_long(passage.removed, passage.added, encoding=encoding, known=known)
    texts = []
    for lines, above in zip((passage.removed, passage.added), passage.above, strict=True):
        decoded = _decode_each(lines, encoding=encoding)
        if is_within_import(decoded):
            decoded = complete_import(decoded, above=_decode_each(above, encoding=encoding))
        texts.append("".join(decoded))
    normals = _read_known(texts[0], texts[1], known=known)
    if normals is None:
        # Of the text before on both sides: other passages are changes of their own.
        around = [_decode_each(side, encoding=encoding) for side in (passage.above[0], passage.below)]
        before, after = widen_to_brackets(texts[0], texts[1], above=around[0], below=around[1])
        normals = _read_known(before, after, known=known, is_wide=True)
    return normals or ()


def _read_known(before: str, after: str, *, known: Cache, is_wide: bool = False) -> tuple[Normal, ...] | None:
    """Read a passage, unless the same was read before: most are."""
    key = before, after, is_wide
    if key not in known:
        known[key] = read_changes(before, after, is_wide=is_wide)
    return known[key]


def _read_long(
    removed: tuple[bytes, ...], added: tuple[bytes, ...], *, encoding: str, known: Cache
) -> tuple[Normal, ...]:
    """Take a long passage line by line where lines are replaced one by one, and else as a whole."""
    if len(removed) != len(added):
        return (_coarse(removed, added, encoding=encoding),)
    normals: list[Normal] = []
    for old, new in zip(removed, added, strict=True):
        if len(old) + len(new) > _LONGEST_PASSAGE:
            normals.append(_coarse((old,), (new,), encoding=encoding))
        else:
            texts = _decode_each((old, new), encoding=encoding)
            normals += _read_known(texts[0], texts[1], known=known, is_wide=True) or ()
    return tuple(normals)


def _coarse(removed: tuple[bytes, ...], added: tuple[bytes, ...], *, encoding: str) -> Normal:
    """Tell a passage that is too long to be read by what it begins with, and by its digest."""
    texts = []
    for lines in (removed, added):
        content = b"".join(lines)
        start = _decode(content[:_LONGEST_EXAMPLE].strip(), encoding=encoding)
        digest = hashlib.sha256(content).hexdigest()[:_DIGITS]
        texts.append(f"{start} … ({len(lines)} lines, {digest})" if lines else "")
    return Normal(before=texts[0], after=texts[1])


def _decode_each(lines: Sequence[bytes], *, encoding: str) -> list[str]:
    if len(lines) > 1:  # all at once, where they are text
        try:
            decoded = b"".join(lines).decode(encoding).replace("\0", "\N{REPLACEMENT CHARACTER}").split("\n")
        except UnicodeError:
            return [_decode(line, encoding=encoding) for line in lines]
        return [*(f"{line}\n" for line in decoded[:-1]), *filter(None, decoded[-1:])]
    return [_decode(line, encoding=encoding) for line in lines]


def _decode(content: bytes, *, encoding: str) -> str:
    # A lone surrogate stands for a byte that is no text; NUL is what placeholders are marked with.
    try:
        text = content.decode(encoding)
    except UnicodeError:
        text = content.decode("utf-8", "surrogateescape")
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _signature(normal: Normal) -> str:
    text = f"{_VERSION}\0{normal.before}\0{normal.after}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def _shape(group: list[Change]) -> Shape:
    first = group[0]
    varying: dict[str, dict[str, None]] = {}
    for change in group:
        for placeholder, text in change.normal.varying:
            examples = varying.setdefault(placeholder, {})
            if len(examples) < _MOST_EXAMPLES:
                examples[_shown(text, most=_LONGEST_EXAMPLE)] = None
    return Shape(
        signature=first.signature,
        before=_shown(first.normal.before, most=_LONGEST_TEXT),
        after=_shown(first.normal.after, most=_LONGEST_TEXT),
        example=first,
        count=len(group),
        paths=tuple(dict.fromkeys(change.path for change in group)),
        varying=tuple((placeholder, tuple(examples)) for placeholder, examples in varying.items()),
    )


def _shown(text: str, *, most: int) -> str:
    shown = "\n".join(map(safe_text, text[: most + 1].split("\n")))
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
