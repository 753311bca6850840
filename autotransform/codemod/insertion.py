"""Put new imports into a module, in the style of those that are there."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import libcst as cst

from autotransform.codemod.arguments import commented
from autotransform.codemod.imports import Wanted, is_marked, wanted_of
from autotransform.codemod.listing import without_last_comment
from autotransform.codemod.names import module_of, path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Line = cst.SimpleStatementLine | cst.BaseCompoundStatement

_FUTURE = "__future__"
#: In the order in which they stand.
_SECTIONS = ("future", "standard", "installed", "own", "relative")


def insert(module: cst.Module, imports: Iterable[Wanted], *, package: str | None) -> cst.Module:
    """Import what is not imported yet by the first block of imports of the module.

    A name goes into the list of an import from the same module, where there is one; else it gets a line of its own.
    The block stands after the docstring and before the first other statement.
    """
    body = list(module.body)
    first = _after_docstring(body)
    end = _end_of_imports(body, first=first)
    here = {each for line in body[first:end] for each in _imported(line, package=package)}
    missing = [each for each in sorted(set(imports), key=_order) if each not in here]
    within = range(first + _after_stars(body[first:end]), end)
    left = [each for each in missing if not _merge(each, body=body, within=within, package=package)]
    module = module.with_changes(body=body)
    if left and not first:
        module = _without_own_comment(module)
    for line in _lines(left):
        module = _put(module, line, first=first, package=package)
    return module


def _order(wanted: Wanted) -> tuple[bool, bool, str, str, str]:
    """Modules first, then names; the sort of a list of names comes when they are put in."""
    return (wanted.name is not None, wanted.alias is not None, wanted.module, wanted.name or "", wanted.alias or "")


def _after_docstring(body: Sequence[Line]) -> int:
    if not body or not isinstance(body[0], cst.SimpleStatementLine):
        return 0
    first = body[0].body[0]
    is_text = isinstance(first, cst.Expr) and isinstance(first.value, cst.SimpleString | cst.ConcatenatedString)
    return 1 if is_text and len(body[0].body) == 1 else 0


def _end_of_imports(body: Sequence[Line], *, first: int) -> int:
    end = first
    while end < len(body) and _is_import(body[end]):
        end += 1
    return end


def _is_import(line: Line) -> bool:
    return isinstance(line, cst.SimpleStatementLine) and all(
        isinstance(each, cst.Import | cst.ImportFrom) for each in line.body
    )


def _statements(line: Line) -> Sequence[cst.BaseSmallStatement]:
    return line.body if isinstance(line, cst.SimpleStatementLine) else ()


def _after_stars(block: Sequence[Line]) -> int:
    """Number the first line behind the star imports, which may bind anything anew."""
    is_star = [
        any(isinstance(each, cst.ImportFrom) and isinstance(each.names, cst.ImportStar) for each in _statements(line))
        for line in block
    ]
    return len(block) - is_star[::-1].index(True) if any(is_star) else 0


def _imported(line: Line, *, package: str | None) -> Iterable[Wanted]:
    for statement in _statements(line):
        if isinstance(statement, cst.Import | cst.ImportFrom) and not isinstance(statement.names, cst.ImportStar):
            for alias in statement.names:
                yield wanted_of(alias, statement=statement, package=package)


# Into a list of names


def _merge(wanted: Wanted, *, body: list[Line], within: range, package: str | None) -> bool:
    """Put a name into the first list of names from its module; tell whether there is one."""
    for index in within if wanted.name is not None else ():
        line = body[index]
        assert isinstance(line, cst.SimpleStatementLine)
        for statement in () if is_marked(line) else line.body:
            if not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
                continue
            if module_of(statement, package=package) == wanted.module:
                body[index] = line.with_deep_changes(statement, **_with_name(statement, wanted))
                return True
    return False


def _with_name(statement: cst.ImportFrom, wanted: Wanted) -> dict[str, object]:
    """Give what changes in an import when a name comes in: sorted where the list is, else as the last."""
    assert not isinstance(statement.names, cst.ImportStar)
    assert wanted.name is not None
    listed = list(statement.names)
    new = wanted.as_alias()
    place = _place(new, listed=listed)
    if place < len(listed):
        comma = _separator(statement)
        return {"names": [*listed[:place], new.with_changes(comma=comma), *listed[place:]]}
    last = listed[-1]
    closing = last.comma
    if isinstance(closing, cst.Comma):
        listed[-1] = last.with_changes(comma=commented(_separator(statement), like=closing))
        return {"names": [*listed, new.with_changes(comma=commented(closing, like=None))]}
    comma, end = _separator(statement), statement.rpar.whitespace_before if statement.rpar else None
    if isinstance(end, cst.ParenthesizedWhitespace) and statement.rpar is not None:
        # The comment behind the last name stands before the closing parenthesis: it stays behind that name.
        comma = commented(comma, like=cst.Comma(whitespace_after=end))
        end = end.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
        listed[-1] = last.with_changes(comma=comma)
        return {"names": [*listed, new], "rpar": statement.rpar.with_changes(whitespace_before=end)}
    listed[-1] = last.with_changes(comma=comma)
    return {"names": [*listed, new]}


def _separator(statement: cst.ImportFrom) -> cst.Comma:
    """Take a comma of the list's, so that a list with a name a line stays one."""
    assert not isinstance(statement.names, cst.ImportStar)
    for each in statement.names[:-1]:
        if isinstance(each.comma, cst.Comma):
            return commented(each.comma, like=None).deep_clone()
    space = statement.lpar.whitespace_after if statement.lpar else None
    if isinstance(space, cst.ParenthesizedWhitespace):
        return cst.Comma(whitespace_after=space.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[]))
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _place(new: cst.ImportAlias, *, listed: Sequence[cst.ImportAlias]) -> int:
    for key in (_by_kind, _by_text):
        keys = [key(each) for each in listed]
        if keys == sorted(keys):
            return sum(each <= key(new) for each in keys)
    return len(listed)


def _by_kind(alias: cst.ImportAlias) -> tuple[object, ...]:
    """Sort as isort does: CONSTANTS, then Classes, then the others."""
    name = alias.evaluated_name
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return (kind, *_by_text(alias))


def _by_text(alias: cst.ImportAlias) -> tuple[object, ...]:
    numbered = [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in _parts(alias.evaluated_name)]
    return (numbered, alias.evaluated_alias or "")


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"(\d+)", name.lower()) if part]


# Onto a line of its own


def _lines(imports: Sequence[Wanted]) -> list[cst.SimpleStatementLine]:
    """Write one line for each module, and one for each list of names."""
    modules = sorted({each.module for each in imports if each.name is not None})
    lines: list[cst.BaseSmallStatement] = [cst.Import(names=[each.as_alias()]) for each in imports if each.name is None]
    for module in modules:
        names = [each.as_alias() for each in imports if each.name is not None and each.module == module]
        lines.append(cst.ImportFrom(module=path_of(module), names=sorted(names, key=_by_kind)))
    return [cst.SimpleStatementLine(body=[each]) for each in lines]


def _put(module: cst.Module, line: cst.SimpleStatementLine, *, first: int, package: str | None) -> cst.Module:
    """Insert a line in its section, with an empty line to other sections where the file has those."""
    body = list(module.body)
    end = _end_of_imports(body, first=first)
    block = body[first:end]
    is_parted = _is_parted(block, package=package)
    place = first + _line_place(line, block=block, package=package)
    before = body[place - 1] if place else None
    after = body[place] if place < len(body) else None
    section = _section(line, package=package)
    if before is not None and (place == first or (is_parted and _section(before, package=package) != section)):
        line = line.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    if after is not None and (place == end or (is_parted and _section(after, package=package) != section)):
        body[place] = _parted(after)
    elif after is not None and _section(after, package=package) == section:
        line, body[place] = _with_gap_of(after, line=line)
    return module.with_changes(body=[*body[:place], line, *body[place:]])


def _is_parted(block: Sequence[Line], *, package: str | None) -> bool:
    """Whether empty lines part the sections of a block; also where there is but one."""
    sections = [_section(each, package=package) for each in block]
    return sections == sorted(sections) and all(
        bool(line.leading_lines)
        for line, section, before in zip(block[1:], sections[1:], sections, strict=False)
        if section != before and before != _SECTIONS.index("future")
    )


def _line_place(line: cst.SimpleStatementLine, *, block: Sequence[Line], package: str | None) -> int:
    """Find where a line goes in the block of imports: sorted where those are, else at the end."""
    sections = [_section(each, package=package) for each in block]
    section = _section(line, package=package)
    if sections != sorted(sections):
        return 0 if section == _SECTIONS.index("future") else len(block)
    stars = _after_stars(block) if section != _SECTIONS.index("future") else 0
    start = sum(each < section for each in sections)
    members = block[start : start + sections.count(section)]
    keys = [_by_module(each, package=package) for each in members]
    if keys != sorted(keys):
        return max(stars, start + len(members))
    place = sum(each <= _by_module(line, package=package) for each in keys)
    is_headed = bool(members) and any(each.comment is not None for each in members[0].leading_lines)
    return max(stars, start + max(place, int(is_headed)))


def _section(line: Line, *, package: str | None) -> int:
    """Number the section of an import line, as import sorters part them."""
    statement = _statement(line)
    if isinstance(statement, cst.ImportFrom) and statement.relative:
        return _SECTIONS.index("relative")
    name = _module(statement, package=package).partition(".")[0]
    if name == _FUTURE:
        return _SECTIONS.index("future")
    if name in sys.stdlib_module_names:
        return _SECTIONS.index("standard")
    return _SECTIONS.index("own" if package and name == package.partition(".")[0] else "installed")


def _statement(line: Line) -> cst.CSTNode:
    return line.body[0] if isinstance(line, cst.SimpleStatementLine) else line


def _module(statement: cst.CSTNode, *, package: str | None) -> str:
    if isinstance(statement, cst.ImportFrom):
        return module_of(statement, package=package)
    return statement.names[0].evaluated_name if isinstance(statement, cst.Import) else ""


def _by_module(line: Line, *, package: str | None) -> tuple[bool, str]:
    statement = _statement(line)
    return isinstance(statement, cst.ImportFrom), _module(statement, package=package).lower()


def _with_gap_of(after: Line, *, line: cst.SimpleStatementLine) -> tuple[cst.SimpleStatementLine, Line]:
    """Have a line that comes first in its section take the empty lines above the section."""
    gap = [each for each in after.leading_lines if each.comment is None]
    if len(gap) != len(after.leading_lines):
        return line, after
    return line.with_changes(leading_lines=gap or line.leading_lines), after.with_changes(leading_lines=[])


def _without_own_comment(module: cst.Module) -> cst.Module:
    """Give the first statement its comment, which LibCST holds for a part of the header.

    It is its own if it stands right above it, with an empty line between it and the header.
    """
    header = list(module.header)
    start = len(without_last_comment(header))
    if not module.body or start in {0, len(header)} or all(line.comment is None for line in header[:start]):
        return module
    first = module.body[0]
    first = first.with_changes(leading_lines=[*header[start:], *first.leading_lines])
    return module.with_changes(header=header[:start], body=[first, *module.body[1:]])


def _parted(line: Line) -> Line:
    """Put an empty line before a statement, where there is none."""
    lines = list(line.leading_lines)
    if lines and lines[0].comment is None:
        return line
    return line.with_changes(leading_lines=[cst.EmptyLine(indent=False), *lines])
