"""What a piece needs around it to mean what it means in its file: imports, and what its names were given."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from autotransform.author.cutting.alignment import is_import
from autotransform.author.cutting.rows import names_in, walk_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from autotransform.author.cutting.alignment import Piece
    from autotransform.author.cutting.rows import Block, Row, Source

#: Stands for ``from __future__ import annotations`` among names: it says how annotations are read.
FUTURE = "__future__.annotations"
_LONGEST_BINDING, _MOST_BINDINGS = 3, 3
_WORD = re.compile(r"[^\W\d]\w*")
_Import = ast.Import | ast.ImportFrom

#: Module, with a dot for each level up; name; name in the file.
Imported: TypeAlias = tuple[str, str, str]


# Asked for each place of a file; two versions of one file are looked at together.
@lru_cache(maxsize=4)
def imported_by(source: Source) -> frozenset[Imported]:
    """Give everything that a file imports, wherever it does."""
    return frozenset(
        (_module(node), alias.name, _bound(alias))
        for node in ast.walk(source.tree)
        if isinstance(node, _Import)
        for alias in node.names
    )


def changed_names(before: Source, after: Source) -> frozenset[str]:
    """Find the names that one version imports and the other does not, or from elsewhere."""
    return frozenset(bound for _, _, bound in imported_by(before) ^ imported_by(after))


def wanted_imports(old: ast.Module, new: ast.Module, *, after: Source) -> tuple[frozenset[str], frozenset[str]]:
    """Say which names the small texts before and after import, from the names that they use.

    What only the text before uses is imported afterwards, too, where the file itself keeps an import that nothing
    uses: who made the change does not tidy up. Where other places of the file use it, that cannot be told, and the
    import goes.
    """
    olds, news = _wanted(old), _wanted(new)
    return olds | news, news | (olds - news - _words(after))


@lru_cache(maxsize=4)
def _words(source: Source) -> frozenset[str]:
    """Give every word of a file outside of its imports: who tidies up may take one in a comment for a use."""
    imports = {number for row in walk_rows(source.top) if is_import(row) for number in range(row.line - 1, row.end)}
    rest = "\n".join(line for number, line in enumerate(source.lines) if number not in imports)
    return frozenset(_WORD.findall(rest))


def import_lines(block: Block, *, source: Source, wanted: Collection[str], verbatim: Collection[str]) -> list[str]:
    """Give the imports of a block, less the names that are not wanted.

    Args:
        block: Where to look; not in the blocks in it.
        source: Whose block it is.
        wanted: The names that are to be bound.
        verbatim: Statements that may stand as they do; others are written anew, on one line, where names go.
    """
    lines: list[str] = []
    for row in block.rows:
        if is_import(row):
            lines += _lines(row, source=source, wanted=wanted, verbatim=verbatim)
    return lines


def import_texts(source: Source, *, wanted: Collection[str]) -> frozenset[str]:
    """Give the text of every import statement of a file of which all names are wanted."""
    rows = (row for row in walk_rows(source.top) if is_import(row) and not row.blocks)
    return frozenset(
        "\n".join(source.code_of(row)).strip()
        for row in rows
        if all(_key(node, alias) in wanted for node, alias in _aliases(row))
    )


def binding_rows(piece: Piece, *, names: Collection[str]) -> frozenset[Row]:
    """Find the short assignments above a piece that give its names something whose kind matters."""
    found: dict[str, Row] = {}
    first = piece.first
    levels = [(piece.source.top, False), *((row.blocks[number], _is_class(row)) for row, number in piece.around)]
    inner = [*(row for row, _ in piece.around), first]
    for (block, is_class), below in zip(levels, inner, strict=True):
        if is_class and below is not first:
            continue
        for row in block.rows:
            if row.line < below.line and row.end - row.line < _LONGEST_BINDING:
                found |= {name: row for name in _assigned(row) if name in names}
    return frozenset(sorted(set(found.values()), key=lambda row: row.line)[-_MOST_BINDINGS:])


def _is_class(row: Row) -> bool:
    return isinstance(row.nodes[0], ast.ClassDef)


def _assigned(row: Row) -> list[str]:
    """Name what a row assigns a call, an attribute or another name to."""
    node = row.nodes[0]
    if len(row.nodes) > 1 or not isinstance(node, ast.Assign | ast.AnnAssign):
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    matters = isinstance(node.value, ast.Call | ast.Attribute | ast.Name | ast.Subscript)
    return [target.id for target in targets if isinstance(target, ast.Name)] if matters else []


def _wanted(tree: ast.Module) -> frozenset[str]:
    fields = ("annotation", "returns")
    annotated = any(getattr(node, field, None) is not None for node in ast.walk(tree) for field in fields)
    return names_in([tree]) | ({FUTURE} if annotated else frozenset())


def _lines(row: Row, *, source: Source, wanted: Collection[str], verbatim: Collection[str]) -> Sequence[str]:
    code = source.code_of(row)
    if row.blocks:
        node = row.nodes[0]
        if not isinstance(node, ast.If) or len(row.blocks) > 1:
            return code if any(_key(*each) in wanted for each in _aliases(row)) else ()
        inner = import_lines(row.blocks[0], source=source, wanted=wanted, verbatim=verbatim)
        return [*source.headers_of(row)[0], *inner] if inner else ()
    kept = [(node, [alias for alias in node.names if _key(node, alias) in wanted]) for node in _imports(row)]
    is_whole = all(len(names) == len(node.names) for node, names in kept)
    if is_whole and (len(code) == 1 or "\n".join(code).strip() in verbatim):
        return code
    return [f"{source.indent_of(row)}{_written(node, names)}" for node, names in kept if names]


def conditions(source: Source) -> frozenset[str]:
    """Name what the conditions of conditional imports use: ``TYPE_CHECKING``."""
    tests = [row.nodes[0].test for row in source.top.rows if is_import(row) and isinstance(row.nodes[0], ast.If)]
    return names_in(tests)


def _written(node: _Import, names: list[ast.alias]) -> str:
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import(names=names))
    return ast.unparse(ast.ImportFrom(module=node.module, names=names, level=node.level))


def _imports(row: Row) -> list[_Import]:
    return [node for node in row.nodes if isinstance(node, _Import)]


def _aliases(row: Row) -> list[tuple[_Import, ast.alias]]:
    inner = [node for outer in row.nodes for node in ast.walk(outer)]
    return [(node, alias) for node in inner if isinstance(node, _Import) for alias in node.names]


def _key(node: _Import, alias: ast.alias) -> str:
    """Give the name under which an import is wanted."""
    return f"__future__.{alias.name}" if _module(node) == "__future__" else _bound(alias)


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _module(node: _Import) -> str:
    return "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""
