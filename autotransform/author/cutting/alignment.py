"""What differs between two versions of a file: the smallest rows that do, each with what stands around it."""

from __future__ import annotations

import ast
import difflib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from autotransform.author.cutting.rows import Block, Row, Source

#: The rows around a place, outermost first, each with the number of the block that leads on.
Around: TypeAlias = "tuple[tuple[Row, int], ...]"

#: A statement whose header changed is shown whole up to so many lines; past that, of its blocks only what changed.
_WHOLE = 12
#: A row that only fills a block, and one that shows where something was added, have no more lines than this.
_FILLER, _ANCHOR = 2, 6
#: How many pairs of equal rows are looked at in one block: texts made of one line a thousand times are given up.
_MOST_PAIRS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some lines of one version, and where they stand."""

    source: Source
    around: Around
    #: The first row of the piece decides which rows stand before it.
    first: Row
    lines: tuple[str, ...]
    #: What the lines stand for.
    nodes: tuple[ast.stmt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change: a piece before and the same piece after."""

    before: Piece
    after: Piece


def find_edits(before: Source, after: Source) -> tuple[Edit, ...]:
    """Find what differs besides imports, from top to bottom; nothing where that would take too long."""
    try:
        return tuple(_Finder(before, after).in_blocks((before.top, ()), (after.top, ())))
    except RecursionError:
        return ()


def piece_of(source: Source, row: Row, *, around: Around) -> Piece:
    """Take a row as it stands."""
    return Piece(source=source, around=around, first=row, lines=source.text_of(row), nodes=row.nodes)


def leaves(block: Block, *, around: Around = ()) -> Iterator[tuple[Row, Around]]:
    """Give every row without blocks, with what stands around it, from top to bottom."""
    for row in block.rows:
        if not row.blocks:
            yield row, around
        for number, inner in enumerate(row.blocks):
            yield from leaves(inner, around=(*around, (row, number)))


def prune(source: Source, row: Row, kept: Mapping[int, Sequence[str]]) -> tuple[str, ...]:
    """Give the headers of a row, and of each block the lines that are kept; ``pass`` where there are none."""
    lines: list[str] = []
    for number, (header, block) in enumerate(zip(source.headers_of(row), row.blocks, strict=True)):
        lines += header
        lines += kept.get(number) or [f"{source.indent_of(block.rows[0])}pass"]
    return tuple(lines)


def shortened(source: Source, row: Row) -> tuple[str, ...]:
    """Give a row whole, or its headers with what fills each block, where it is long."""
    if not row.blocks or row.end - row.line < _WHOLE:
        return source.text_of(row)
    return prune(source, row, {number: _filler(source, block) for number, block in enumerate(row.blocks)})


def is_import(row: Row) -> bool:
    """Whether a row does nothing but import: also below ``if TYPE_CHECKING`` and in a ``try``."""
    if not row.blocks:
        return all(isinstance(node, ast.Import | ast.ImportFrom) for node in row.nodes)
    if not isinstance(row.nodes[0], ast.If | ast.Try):
        return False
    inner = [each for block in row.blocks for each in block.rows]
    simple = (ast.Import, ast.ImportFrom, ast.Assign, ast.Pass)
    return any(map(is_import, inner)) and all(
        is_import(each) or (not each.blocks and all(isinstance(node, simple) for node in each.nodes)) for each in inner
    )


class _Finder:
    """Walks two versions side by side."""

    def __init__(self, before: Source, after: Source) -> None:
        self._before = before
        self._after = after

    def in_blocks(self, old: tuple[Block, Around], new: tuple[Block, Around]) -> Iterator[Edit]:
        """Find the edits of one block."""
        olds = [row for row in old[0].rows if not is_import(row)]
        news = [row for row in new[0].rows if not is_import(row)]
        keys, new_keys = self._keys(self._before, olds), self._keys(self._after, news)
        for start, end, new_start, new_end in _regions(keys, new_keys):
            for some, others in _paired(olds[start:end], news[new_start:new_end]):
                if len(some) == len(others) == 1:
                    yield from self._in_pair((some[0], old[1]), (others[0], new[1]))
                elif some and others:
                    yield self._edit((some, old[1]), (others, new[1]))
                elif anchors := self._anchors(
                    olds[:start][-1:] + olds[end:][:1], dict(zip(new_keys, news, strict=True))
                ):
                    # Nothing shows where nothing is: the row above, or the one below, stands for the place.
                    row, other = anchors
                    yield self._edit((_in_order([row, *some]), old[1]), (_in_order([other, *others]), new[1]))

    def _anchors(self, near: list[Row], news: Mapping[str, Row]) -> tuple[Row, Row] | None:
        """Find a short row among some, and the same row in the version after."""
        for row, key in zip(near, self._keys(self._before, near), strict=True):
            if row.end - row.line < _ANCHOR and key in news:
                return row, news[key]
        return None

    def _in_pair(self, old: tuple[Row, Around], new: tuple[Row, Around]) -> Iterator[Edit]:
        """Go into two rows as far as their headers are the same."""
        (row, around), (other, new_around) = old, new
        alike = type(row.nodes[0]) is type(other.nodes[0]) and len(row.blocks) == len(other.blocks)
        if not alike or not row.blocks:
            yield self._edit(([row], around), ([other], new_around))
        elif self._before.headers_of(row) == self._after.headers_of(other):
            for number, (block, new_block) in enumerate(zip(row.blocks, other.blocks, strict=True)):
                yield from self.in_blocks(
                    (block, (*around, (row, number))), (new_block, (*new_around, (other, number)))
                )
        elif max(row.end - row.line, other.end - other.line) < _WHOLE:
            yield self._edit(([row], around), ([other], new_around))
        else:
            kept, new_kept = self._kept(row, other)
            yield Edit(
                before=_piece(self._before, [row], around=around, lines=prune(self._before, row, kept)),
                after=_piece(self._after, [other], around=new_around, lines=prune(self._after, other, new_kept)),
            )

    def _kept(self, row: Row, other: Row) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
        """Choose what is shown of the blocks of two long rows: what changed, or one row that fills the block."""
        kept: dict[int, list[str]] = {}
        new_kept: dict[int, list[str]] = {}
        for number, (block, new_block) in enumerate(zip(row.blocks, other.blocks, strict=True)):
            keys, new_keys = self._keys(self._before, block.rows), self._keys(self._after, new_block.rows)
            kept[number], new_kept[number] = [], []
            for start, end, new_start, new_end in _regions(keys, new_keys):
                kept[number] += _lines_of(self._before, block.rows[start:end])
                new_kept[number] += _lines_of(self._after, new_block.rows[new_start:new_end])
            if not kept[number] and not new_kept[number]:
                kept[number] += _filler(self._before, block)
                new_kept[number] += _filler(self._after, new_block)
        return kept, new_kept

    def _edit(self, old: tuple[list[Row], Around], new: tuple[list[Row], Around]) -> Edit:
        return Edit(
            before=_piece(self._before, old[0], around=old[1], lines=_lines_of(self._before, old[0])),
            after=_piece(self._after, new[0], around=new[1], lines=_lines_of(self._after, new[0])),
        )

    def _keys(self, source: Source, rows: Sequence[Row]) -> list[str]:
        """Give the text of each row, as it is where nothing stands before it."""
        return ["\n".join(line.removeprefix(source.indent_of(row)) for line in source.text_of(row)) for row in rows]


def _regions(keys: Sequence[str], new_keys: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Find where two lists differ: start and end here, start and end there."""
    counts = Counter(new_keys)
    if sum(counts[key] for key in keys) > _MOST_PAIRS:
        return
    matcher = difflib.SequenceMatcher(None, keys, new_keys, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield start, end, new_start, new_end


def _paired(olds: list[Row], news: list[Row]) -> Iterator[tuple[list[Row], list[Row]]]:
    """Say which rows became which: definitions by their names, as many as there were one by one, else all together."""
    names = {name: number for number, name in enumerate(_names(news))}
    start = new_start = 0
    for end, name in enumerate(_names(olds)):
        new_end = names.get(name, -1) if olds[end].is_definition else -1
        if new_end >= new_start:
            yield from _in_gap(olds[start:end], news[new_start:new_end])
            yield [olds[end]], [news[new_end]]
            start, new_start = end + 1, new_end + 1
    yield from _in_gap(olds[start:], news[new_start:])


def _in_gap(olds: list[Row], news: list[Row]) -> Iterator[tuple[list[Row], list[Row]]]:
    if len(olds) == len(news):
        yield from (([row], [other]) for row, other in zip(olds, news, strict=True))
    else:
        yield olds, news


def _names(rows: list[Row]) -> list[tuple[str, int]]:
    """Name each row; those of the same name, as overloads are, by their number, too."""
    counts: Counter[str] = Counter()
    names = []
    for row in rows:
        name = getattr(row.nodes[0], "name", "")
        names.append((name, counts[name]))
        counts[name] += 1
    return names


def _piece(source: Source, rows: list[Row], *, around: Around, lines: tuple[str, ...]) -> Piece:
    nodes = tuple(node for row in rows for node in row.nodes)
    return Piece(source=source, around=around, first=rows[0], lines=lines, nodes=nodes)


def _in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.line)


def _lines_of(source: Source, rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(line for row in rows for line in source.text_of(row))


def _filler(source: Source, block: Block) -> tuple[str, ...]:
    first = block.rows[0]
    is_short = not first.blocks and first.end - first.line < _FILLER
    return source.code_of(first) if is_short else ()
