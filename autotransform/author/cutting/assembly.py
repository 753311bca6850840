"""Put a small text together: a piece, the definitions around it, and the imports that it needs."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.author.cutting.alignment import Edit, Piece, prune
from autotransform.author.cutting.rows import names_in, parse_quietly
from autotransform.author.cutting.surroundings import (
    binding_rows,
    conditions,
    import_lines,
    import_texts,
    wanted_imports,
)

if TYPE_CHECKING:
    from autotransform.author.cutting.rows import Block, Row

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Loop = ast.For | ast.AsyncFor | ast.While


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """A piece and what is added to it."""

    piece: Piece
    #: For each row around it, from the outermost, whether its header stays.
    headers: tuple[bool, ...]
    bindings: frozenset[Row] = frozenset()
    wanted: frozenset[str] = frozenset()
    verbatim: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """The whole small text; imports at the top, as style guides have it."""
        source, lines = self.piece.source, list(self.piece.lines)
        for (row, number), stays in zip(reversed(self.piece.around), reversed(self.headers), strict=True):
            block = row.blocks[number]
            lines = [*self._imports(block), *self._bindings(block), *lines]
            if stays:
                lines = list(prune(source, row, {number: lines}))
            else:
                inner, outer = source.indent_of(block.rows[0]), source.indent_of(row)
                lines = [outer + line.removeprefix(inner) for line in lines]
        is_definition = any(self.headers) or any(isinstance(node, _Definition) for node in self.piece.nodes)
        sections = [self._imports(source.top), self._bindings(source.top) + ([] if is_definition else lines)]
        sections += [lines] if is_definition else []
        gap = "\n\n\n" if is_definition else "\n\n"
        text = gap.join("\n".join(section) for section in sections if section)
        return "".join(f"{line}\n" if line.strip() else "\n" for line in text.split("\n"))

    @property
    def tree(self) -> ast.Module | None:
        """What the text stands for; ``None`` where it is no Python."""
        return parse_quietly(self.text)

    def _imports(self, block: Block) -> list[str]:
        source = self.piece.source
        lines = import_lines(block, source=source, wanted=self.wanted, verbatim=self.verbatim)
        if any(line.startswith("if ") for line in lines):
            wanted = self.wanted | conditions(source)
            lines = import_lines(block, source=source, wanted=wanted, verbatim=self.verbatim)
        return lines

    def _bindings(self, block: Block) -> list[str]:
        rows = [row for row in block.rows if row in self.bindings]
        return [line for row in rows for line in self.piece.source.code_of(row)]


def assemble(edit: Edit) -> tuple[str, str] | None:
    """Write the small texts before and after; ``None`` where one of them is no Python."""
    if len(edit.before.around) != len(edit.after.around):
        return None
    headers = _headers(edit)
    sides = [_Side(piece=piece, headers=headers) for piece in (edit.before, edit.after)]
    names = names_in([tree for side in sides if (tree := side.tree)])
    sides = [replace(side, bindings=binding_rows(side.piece, names=names)) for side in sides]
    old, new = (side.tree for side in sides)
    if old is None or new is None:
        return None
    both = wanted_imports(old, new, after=edit.after.source)
    texts = [import_texts(side.piece.source, wanted=wanted) for side, wanted in zip(sides, both, strict=True)]
    verbatim = texts[0] & texts[1]
    sides = [replace(side, wanted=wanted, verbatim=verbatim) for side, wanted in zip(sides, both, strict=True)]
    if any(side.tree is None for side in sides):
        return None
    return sides[0].text, sides[1].text


def _headers(edit: Edit) -> tuple[bool, ...]:
    """Say which of the rows around a piece stay: definitions, and what cannot be taken from around it."""
    nodes = [
        node
        for outer in (*edit.before.nodes, *edit.after.nodes)
        for node in ast.walk(outer)
        if not isinstance(node, ast.expr_context)
    ]
    is_in_loop = any(isinstance(node, ast.Break | ast.Continue) for node in nodes)
    # The lines of a string must stay where they are.
    is_fixed = any(isinstance(node, ast.Constant | ast.JoinedStr) and node.lineno != node.end_lineno for node in nodes)
    stays = []
    for level, (row, _) in enumerate(edit.before.around):
        node = row.nodes[0]
        fixed = is_fixed or not all(_is_indented(piece, level=level) for piece in (edit.before, edit.after))
        stays.append(isinstance(node, _Definition) or fixed or (is_in_loop and isinstance(node, _Loop)))
    return tuple(stays)


def _is_indented(piece: Piece, *, level: int) -> bool:
    row, number = piece.around[level]
    indent = piece.source.indent_of(row.blocks[number].rows[0])
    return all(line.startswith(indent) for line in piece.lines if line.strip())
