"""Find what a case can be cut from, and choose: of each shape the smallest, the most frequent shapes first."""

from __future__ import annotations

import builtins
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.author.cutting.alignment import Edit, Piece, find_edits, is_import, leaves, piece_of, shortened
from autotransform.author.cutting.assembly import assemble
from autotransform.author.cutting.rows import has_cookie, names_in, read_source
from autotransform.author.cutting.shapes import signature
from autotransform.author.cutting.surroundings import changed_names, imported_by
from autotransform.script import Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from autotransform.author.cutting.alignment import Around
    from autotransform.author.cutting.rows import Block, Row, Source

#: A longer case is none that a person would read.
_MOST_LINES = 40
#: Places of one file that are cut; a file may have been reformatted from top to bottom.
_MOST_EDITS = 400
_BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """A text before, a text after, and what kind of change it shows."""

    shape: str
    path: str
    line: int
    before: str
    after: str

    @property
    def size(self) -> tuple[int, int, int]:
        """Smaller for what is quicker to read; of the same size, what comes first."""
        return self.before.count("\n") + self.after.count("\n"), len(self.before) + len(self.after), self.line


def cut_changes(path: str, before: bytes, after: bytes, *, most: int = 8) -> tuple[Case, ...]:
    """Cut one case for each distinct shape of what differs between two versions of a file.

    A case has the smallest statements that differ with the comments above them, the headers of the classes and
    functions around them, short assignments that their names come from, and the imports that they use. It names no
    encoding and has LF endings, whatever the file has.

    Args:
        path: Where the file stands; the cases say that they stand there, too.
        before: The file as it was.
        after: The file as it became.
        most: How many cases at the most; the most frequent shapes come first.

    Returns:
        Nothing where one of the versions does not parse, or where they differ in no statement.
    """
    return cut_files([(path, before, after)], most=most)


def cut_files(files: Iterable[tuple[str, bytes, bytes]], *, most: int = 12) -> tuple[Case, ...]:
    """Cut one case for each distinct shape of what differs in several files: path, before and after of each."""
    cuts = [cut for path, before, after in files for cut in _file_cuts(path, before, after)]
    return tuple(
        Case(name=f"as in {cut.path}, line {cut.line}", before=cut.before, after=cut.after, path=cut.path)
        for cut in _chosen(cuts, most=most)
    )


def _file_cuts(path: str, before: bytes, after: bytes) -> list[_Cut]:
    old, new = read_source(before), read_source(after)
    if old is None or new is None:
        return []
    edits = find_edits(old, new)[:_MOST_EDITS]
    cuts = list(_cuts(path, edits))
    nodes = [node for edit in edits for node in (*edit.before.nodes, *edit.after.nodes)]
    cuts += _cuts(path, _uses(sorted(changed_names(old, new) - names_in(nodes)), old, new))
    cuts = [cut for cut in cuts if cut.before != cut.after]
    return cuts or [cut for cut in _cuts(path, _bare_imports(old, new)) if cut.before != cut.after]


def cut_unchanged(path: str, source: bytes, lines: Sequence[int], *, most: int = 4) -> tuple[Case, ...]:
    """Cut one case for each distinct shape of the statements at some lines, which must not change.

    Args:
        path: Where the file stands.
        source: The file.
        lines: 1-based; those without a statement are passed over.
        most: How many cases at the most.
    """
    read = read_source(source)
    if read is None:
        return ()
    pieces = {id(piece.first): piece for line in sorted({*lines}) if (piece := _piece_at(read, line))}
    cuts = _cuts(path, [Edit(before=piece, after=piece) for piece in list(pieces.values())[:_MOST_EDITS]])
    return tuple(
        Case(name=f"left alone, as in {path}, line {cut.line}", before=cut.before, path=path)
        for cut in _chosen(list(cuts), most=most)
    )


def _cuts(path: str, edits: Iterable[Edit]) -> Iterator[_Cut]:
    """Cut what can be; what is too long, or would not read as it stands, is left out."""
    for edit in edits:
        # Nothing is put together in vain around what is too long by itself.
        if max(len(edit.before.lines), len(edit.after.lines)) > _MOST_LINES:
            continue
        texts = assemble(edit)
        if texts is None or not all(map(_is_fit, texts)):
            continue
        known = {bound for _, _, bound in imported_by(edit.before.source) | imported_by(edit.after.source)}
        shape = signature(edit.before.nodes, edit.after.nodes, known=known | _BUILTINS)
        yield _Cut(shape=shape, path=path, line=edit.before.first.line, before=texts[0], after=texts[1])


def _is_fit(text: str) -> bool:
    return text.count("\n") <= _MOST_LINES and not has_cookie(text)


def _chosen(cuts: Sequence[_Cut], *, most: int) -> list[_Cut]:
    """Choose the smallest of each shape, the most frequent shapes first."""
    shapes: dict[str, list[_Cut]] = defaultdict(list)
    for cut in cuts:
        shapes[cut.shape].append(cut)
    best = {shape: min(alike, key=lambda cut: cut.size) for shape, alike in shapes.items()}
    ordered = sorted(shapes, key=lambda shape: (-len(shapes[shape]), (best[shape].path, best[shape].line)))
    chosen: list[_Cut] = []
    seen: set[tuple[str, str | int]] = set()
    for cut in (best[shape] for shape in ordered):
        # Two imports may be shown by the same use, and two cases cannot have one name.
        keys: set[tuple[str, str | int]] = {(cut.before, cut.after), (cut.path, cut.line)}
        if len(chosen) < most and seen.isdisjoint(keys):
            chosen.append(cut)
        seen |= keys
    return chosen


def _uses(names: Sequence[str], old: Source, new: Source) -> Iterator[Edit]:
    """Give a place for each name that is imported otherwise now; where there is none, the imports themselves."""
    places = {_place(new, row, around): (row, around) for row, around in leaves(new.top)}
    is_bare = False
    for name in names:
        used = [
            (row, around)
            for row, around in leaves(old.top)
            if not is_import(row) and name in names_in(row.nodes) and _place(old, row, around) in places
        ]
        if used:
            row, around = min(used, key=lambda each: (*_size(old, each[0]), each[0].line))
            other, new_around = places[_place(old, row, around)]
            yield Edit(before=piece_of(old, row, around=around), after=piece_of(new, other, around=new_around))
        is_bare = is_bare or not used
    if is_bare:
        yield from _bare_imports(old, new)


def _size(source: Source, row: Row) -> tuple[int, int]:
    lines = source.text_of(row)
    return len(lines), sum(map(len, lines))


def _bare_imports(old: Source, new: Source) -> Iterator[Edit]:
    """Show the import statements at the top that are not the same, with a short row where one side has none."""
    texts = [{source.text_of(row) for row in source.top.rows if is_import(row)} for source in (old, new)]
    rows, others = (
        [row for row in source.top.rows if is_import(row) and source.text_of(row) not in theirs]
        for source, theirs in ((old, texts[1]), (new, texts[0]))
    )
    if bool(rows) != bool(others):
        shared = {new.code_of(row): row for row in new.top.rows if row.end == row.line}
        bound = changed_names(old, new)
        free = (row for row in old.top.rows if not is_import(row) and not bound & names_in(row.nodes))
        anchor = next((row for row in free if old.code_of(row) in shared), None)
        if anchor is None:
            return
        rows, others = [*rows, anchor], [*others, shared[old.code_of(anchor)]]
    if rows:
        yield Edit(before=_joined(old, rows), after=_joined(new, others))


def _joined(source: Source, rows: list[Row]) -> Piece:
    lines = tuple(line for row in rows for line in source.code_of(row))
    return Piece(
        source=source, around=(), first=rows[0], lines=lines, nodes=tuple(each for row in rows for each in row.nodes)
    )


def _place(source: Source, row: Row, around: Around) -> tuple[object, ...]:
    return source.code_of(row), tuple(type(outer.nodes[0]) for outer, _ in around)


def _piece_at(source: Source, line: int) -> Piece | None:
    """Find the innermost statement at a line; of one with blocks, only the header is at its line."""
    block: Block | None = source.top
    around: Around = ()
    while block is not None:
        row = next((row for row in block.rows if row.start <= line <= row.end), None)
        if row is None:
            return None
        numbers = [
            number for number, inner in enumerate(row.blocks) if inner.rows[0].start <= line <= inner.rows[-1].end
        ]
        if not numbers:
            piece = piece_of(source, row, around=around)
            return replace(piece, lines=shortened(source, row))
        around = (*around, (row, numbers[0]))
        block = row.blocks[numbers[0]]
    return None
