"""A file as rows: its statements with their lines, the comments above them, and the blocks inside them."""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Longer files, and files of more braces, are not read: Python 3.11 takes a time for an f-string that grows with the
#: square of its fields, and this is the parent process.
_LONGEST, _MOST_BRACES = 1_000_000, 10_000
#: Codecs that decode in linear time, and in which plain text is what it looks like.
_CODECS = ("utf-8", "ascii", "iso8859-", "cp125", "koi8-")
#: Comment lines right above a statement that go with it.
_MOST_COMMENTS = 5
_COOKIE = re.compile(r"[ \t\f]*#.*?coding[:=]")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")

_Def = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """What stands indented below a header, or the whole file."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Row:
    """One statement, or several that share a line."""

    nodes: tuple[ast.stmt, ...]
    #: 1-based, of the first decorator or keyword.
    line: int
    #: 1-based; differs from ``line`` where comments stand right above.
    start: int
    #: 1-based, inclusive.
    end: int
    #: In the order of their lines; none where a block stands on the line of its header.
    blocks: tuple[Block, ...] = ()

    @property
    def is_definition(self) -> bool:
        """Whether it defines a function or a class."""
        return isinstance(self.nodes[0], _Def)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """One file that parses, with LF endings and without a byte order mark."""

    lines: tuple[str, ...]
    tree: ast.Module
    top: Block

    def text_of(self, row: Row) -> tuple[str, ...]:
        """Give the lines of a row with the comments above it, as they stand."""
        return self.lines[row.start - 1 : row.end]

    def code_of(self, row: Row) -> tuple[str, ...]:
        """Give the lines of a row without the comments above it."""
        return self.lines[row.line - 1 : row.end]

    def headers_of(self, row: Row) -> tuple[tuple[str, ...], ...]:
        """Give the lines that stand before each block of a row: of ``if`` and ``else``, say."""
        starts = [row.line, *(block.rows[-1].end + 1 for block in row.blocks[:-1])]
        return tuple(
            self.lines[start - 1 : block.rows[0].start - 1] for start, block in zip(starts, row.blocks, strict=True)
        )

    def indent_of(self, row: Row) -> str:
        """Give the white space before a row."""
        line = self.lines[row.line - 1]
        return line[: len(line) - len(line.lstrip())]


def read_source(content: bytes) -> Source | None:
    """Read a file into rows; ``None`` where it is no text, does not parse, or is too large."""
    text = _decode(content)
    tree = None if text is None else parse_quietly(text)
    if text is None or tree is None:
        return None
    lines = tuple(text.split("\n"))
    return Source(lines=lines, tree=tree, top=_block(tree.body, lines=lines, above=_preamble(lines)))


def parse_quietly(text: str) -> ast.Module | None:
    """Parse a text, warnings and all; ``None`` where it is not Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def walk_rows(block: Block) -> Iterator[Row]:
    """Give every row of a block and of the blocks in it, from top to bottom."""
    for row in block.rows:
        yield row
        for inner in row.blocks:
            yield from walk_rows(inner)


def has_cookie(text: str) -> bool:
    """Tell whether one of the first two lines names an encoding: a text that is not a file must not."""
    return any(_COOKIE.match(line) for line in text.split("\n", 2)[:2])


def names_in(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """Find every name that some code uses or binds, those of annotations in quotes among them."""
    found = set()
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(annotation, ast.expr):
                found |= _quoted_names(annotation)
    return frozenset(found)


def _quoted_names(annotation: ast.expr) -> set[str]:
    texts = [each.value for each in ast.walk(annotation) if isinstance(each, ast.Constant)]
    return {name for text in texts if isinstance(text, str) for name in _IDENTIFIER.findall(text)}


def _decode(content: bytes) -> str | None:
    if len(content) > _LONGEST or content.count(b"{") > _MOST_BRACES:
        return None
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        if not codecs.lookup(encoding).name.startswith(_CODECS):
            return None
        text = content.decode(encoding).replace("\r\n", "\n")
    except (SyntaxError, LookupError, UnicodeError):
        return None
    # A lone CR ends a line for Python and for nobody else.
    return None if "\r" in text else text


def _preamble(lines: Sequence[str]) -> int:
    """Count the lines at the top that speak of the file as a whole: ``#!`` and the encoding."""
    return max(
        (number for number, line in enumerate(lines[:2], 1) if line[:2] == "#!" or _COOKIE.match(line)), default=0
    )


def _block(statements: Sequence[ast.stmt], *, lines: Sequence[str], above: int) -> Block:
    """Arrange statements in rows; ``above`` is the last line that belongs to what stands before them."""
    groups: list[list[ast.stmt]] = []
    for statement in statements:
        if groups and _first_line(statement, lines=lines) <= _end(groups[-1]):
            groups[-1].append(statement)
        else:
            groups.append([statement])
    rows = []
    for group in groups:
        rows.append(_row(group, lines=lines, above=above))
        above = rows[-1].end
    return Block(rows=tuple(rows))


def _row(nodes: list[ast.stmt], *, lines: Sequence[str], above: int) -> Row:
    line = start = _first_line(nodes[0], lines=lines)
    while start - 1 > max(above, line - 1 - _MOST_COMMENTS) and lines[start - 2].lstrip().startswith("#"):
        start -= 1
    bodies = list(_bodies(nodes[0], lines=lines)) if len(nodes) == 1 else []
    if any(lines[body[0].lineno - 1][: body[0].col_offset].strip() for body in bodies):
        bodies = []
    headers = [_header_end(body, lines=lines) for body in bodies]
    blocks = [_block(body, lines=lines, above=above) for body, above in zip(bodies, headers, strict=True)]
    return Row(nodes=tuple(nodes), line=line, start=start, end=_end(nodes), blocks=tuple(blocks))


def _header_end(body: Sequence[ast.stmt], *, lines: Sequence[str]) -> int:
    """Give the line above the comments that stand right above a block."""
    line = _first_line(body[0], lines=lines) - 1
    while lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return line


def _bodies(node: ast.stmt, *, lines: Sequence[str]) -> Iterator[list[ast.stmt]]:
    if isinstance(node, ast.Match):
        yield from (case.body for case in node.cases)
        return
    body = getattr(node, "body", [])
    while body:
        yield body
        yield from (handler.body for handler in getattr(node, "handlers", ()))
        orelse: list[ast.stmt] = getattr(node, "orelse", [])
        body = []
        # There may be thousands of `elif`, each an `if` in the one before.
        if isinstance(node, ast.If) and orelse and lines[orelse[0].lineno - 1].lstrip().startswith("elif"):
            node = orelse[0]
            body = getattr(node, "body", [])
        elif orelse:
            yield orelse
    if finalbody := getattr(node, "finalbody", []):
        yield finalbody


def _first_line(node: ast.stmt, *, lines: Sequence[str]) -> int:
    decorators = getattr(node, "decorator_list", ())
    line: int = min([node.lineno, *(each.lineno for each in decorators)])
    # Of `@(` the expression may stand on a line of its own.
    while decorators and line > 1 and not lines[line - 1].lstrip().startswith("@"):
        line -= 1
    return line


def _end(nodes: Sequence[ast.stmt]) -> int:
    return max(node.end_lineno or node.lineno for node in nodes)
