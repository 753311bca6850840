"""Parse what a transform made of a module by parsing only the statements that it changed.

A statement that is the very node of the tree before is taken over, with all that is below it. Between such statements,
at the top and in the bodies of classes and functions of which nothing but the body differs, what is new is written down
and parsed by itself, between two lines of ours that show where it begins and ends. What LibCST attaches to a statement
depends on nothing else than its own lines and whether the lines behind it are indented less; wherever there is more to
it (the first statement gives its comments to the module, comments at the end of a block belong to whoever is indented
like them, the first indentation of a file is its default), the answer is ``None`` and the whole is parsed.

Where all that differs is how tokens are spelled, nothing is parsed (see `respelling`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from autotransform.engine.parsing import parse
from autotransform.engine.printing import written
from autotransform.engine.respelling import HOLDERS, NONE, bodies_that_differ
from autotransform.tree.cloning import deep_clone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autotransform.engine.respelling import Respellings

_Statement: TypeAlias = cst.BaseStatement
_MARK = "pass"


class _NotSure(Exception):  # noqa: N818 - a way out, not an error
    """The whole has to be parsed."""


def reparsed(before: cst.Module, after: cst.Module, *, respellings: Respellings = NONE) -> cst.Module | None:
    """Give the module that parsing the text of ``after`` gives; ``None`` where only parsing it can tell.

    Args:
        before: As LibCST parsed it.
        after: What was made of it; what stayed the same is the same node.
        respellings: What differs between the two in spelling alone.
    """
    if respellings.is_all:
        return before.with_changes(body=[*map(_respelled, before.body, after.body)])
    if not before.body or not after.body or not _is_same_frame(before, after, respellings=respellings):
        return None
    parser = _Parser(before, respellings=respellings)
    try:
        body = parser.body(before.body, after.body, indents=())
    except (_NotSure, cst.ParserSyntaxError):
        return None
    first, last = body[0], body[-1]
    is_end_new = last is not before.body[-1] and not respellings.holds(before.body[-1], after.body[-1])
    if getattr(first, "leading_lines", ()) or (is_end_new and (before.footer or not before.has_trailing_newline)):
        return None
    module = before.with_changes(body=body)
    return module if _first_indent(body, default=before.default_indent) in {None, before.default_indent} else None


def _respelled(old: _Statement, new: _Statement) -> _Statement:
    """Give what parsing makes of a statement that is respelled: nodes that no script has seen, as far as it differs."""
    if new is old:
        return old
    bodies = bodies_that_differ(old, new)
    if bodies is None or not isinstance(old, HOLDERS):
        return deep_clone(new)  # type: ignore[no-any-return]
    return old.with_changes(body=old.body.with_changes(body=[*map(_respelled, *bodies)]))


class _Parser:
    """Parses statements as parts of a module."""

    def __init__(self, module: cst.Module, *, respellings: Respellings) -> None:
        self._holds = respellings.holds
        self._indent, self._newline = module.default_indent, module.default_newline

    def body(
        self, old: Sequence[_Statement], new: Sequence[_Statement], *, indents: tuple[str, ...]
    ) -> list[_Statement]:
        """Give what parsing makes of the statements of one block.

        Raises:
            _NotSure: That cannot be told.
        """
        places = {id(statement): place for place, statement in enumerate(old)}
        kept = [places[id(each)] for each in new if id(each) in places]
        if sorted(set(kept)) != kept:  # one stands twice, or they changed places
            raise _NotSure
        found: list[_Statement] = []
        start, waiting = 0, list[_Statement]()
        for statement in [*new, None]:
            place = len(old) if statement is None else places.get(id(statement))
            if place is None:
                assert statement is not None
                waiting.append(statement)
                continue
            same = len(waiting) == place - start and all(map(self._holds, old[start:place], waiting))
            if not same:
                _require_plain_comments([*waiting, *([] if statement is None else [statement])])
            found += self._gap(old[start:place], waiting, indents=indents, is_last=statement is None)
            start, waiting = place + 1, []
            if statement is not None:
                found.append(statement)
        if id(new[-1]) in places and new[-1] is not old[-1]:
            self._written(new[-1:], indents=indents, is_last=True)
        return found

    def _gap(
        self, old: Sequence[_Statement], new: Sequence[_Statement], *, indents: tuple[str, ...], is_last: bool
    ) -> list[_Statement]:
        """Parse the statements between two that stayed; where there are as many as before, look into each."""
        if len(old) != len(new):
            return self._parsed(new, indents=indents, is_last=is_last)
        if all(map(self._holds, old, new)):
            return [*map(_respelled, old, new)]
        found: list[_Statement] = []
        waiting: list[_Statement] = []
        for one, other in zip(old, new, strict=True):
            is_respelled = self._holds(one, other)
            inside = _respelled(one, other) if is_respelled else self._inside(one, other, indents=indents)
            if inside is None:
                waiting.append(other)
            else:
                found += [*self._parsed(waiting, indents=indents), inside]
                waiting = []
        return found + self._parsed(waiting, indents=indents, is_last=is_last)

    def _inside(self, old: _Statement, new: _Statement, *, indents: tuple[str, ...]) -> _Statement | None:
        """Parse what differs in the body of a class or function; ``None`` where more differs than that."""
        if not (isinstance(old, HOLDERS) and isinstance(new, HOLDERS)):
            return None
        was, becomes = old.body, new.body
        if not (isinstance(was, cst.IndentedBlock) and isinstance(becomes, cst.IndentedBlock) and becomes.body):
            return None
        if not old.with_changes(body=_EMPTY).deep_equals(new.with_changes(body=_EMPTY)):
            return None
        if not was.with_changes(body=()).deep_equals(becomes.with_changes(body=())):
            return None
        if was.footer and becomes.body[-1] is not was.body[-1] and not self._holds(was.body[-1], becomes.body[-1]):
            return None
        inner = (*indents, self._indent if was.indent is None else was.indent)
        return old.with_changes(body=was.with_changes(body=self.body(was.body, becomes.body, indents=inner)))

    def _parsed(
        self, statements: Sequence[_Statement], *, indents: tuple[str, ...], is_last: bool = False
    ) -> list[_Statement]:
        """Parse some statements that stand behind one another."""
        if not statements:
            return []
        text = self._written(statements, indents=indents, is_last=is_last)
        # The first indented line is what makes the default of a module.
        lines = [f"if 1:{self._newline}{self._indent}{_MARK}{self._newline}"]
        lines += [f"{''.join(indents[:depth])}if 1:{self._newline}" for depth in range(len(indents))]
        mark = f"{''.join(indents)}{_MARK}{self._newline}"
        block: Sequence[cst.CSTNode] = parse("".join([*lines, mark, text, mark]).encode()).body[1:]
        for _ in indents:
            holder = block[0]
            if len(block) != 1 or not isinstance(holder, cst.If) or not isinstance(holder.body, cst.IndentedBlock):
                raise _NotSure
            block = holder.body.body
        first, *found, last = block
        if not (found and _is_mark(first) and _is_mark(last)):
            raise _NotSure
        return [each for each in found if isinstance(each, cst.SimpleStatementLine | cst.BaseCompoundStatement)]

    def _written(self, statements: Sequence[_Statement], *, indents: tuple[str, ...], is_last: bool) -> str:
        text = written(statements, default_indent=self._indent, default_newline=self._newline, indents=indents)
        if not text.endswith(("\n", "\r")) or (is_last and _ends_openly(text)):
            raise _NotSure
        return text


_EMPTY = cst.IndentedBlock(body=())


def _require_plain_comments(statements: Iterable[_Statement]) -> None:
    """Make sure that no line above a statement stands deeper than it: that may belong to a block before it.

    Raises:
        _NotSure: One does.
    """
    for statement in statements:
        for line in getattr(statement, "leading_lines", ()):
            if line.whitespace.value or (line.comment is not None and not line.indent):
                raise _NotSure


def _is_same_frame(before: cst.Module, after: cst.Module, *, respellings: Respellings) -> bool:
    """Whether nothing but the statements can differ; encodings are read from the first two lines."""
    if type(after) is not cst.Module or before.encoding != "utf-8":
        return False
    is_first_new = before.body[0] is not after.body[0] and not respellings.holds(before.body[0], after.body[0])
    if is_first_new and len(before.header) < _COOKIE_LINES:
        return False
    return before.with_changes(body=()).deep_equals(after.with_changes(body=()))


#: Of a file: in these its encoding may be named.
_COOKIE_LINES = 2


def _is_mark(node: cst.CSTNode) -> bool:
    """Whether a statement is a line of ours, and nothing was taken for a part of it."""
    return (
        isinstance(node, cst.SimpleStatementLine)
        and not node.leading_lines
        and len(node.body) == 1
        and isinstance(node.body[0], cst.Pass)
        and isinstance(node.body[0].semicolon, cst.MaybeSentinel)
        and node.trailing_whitespace.comment is None
        and not node.trailing_whitespace.whitespace.value
    )


def _ends_openly(text: str) -> bool:
    """Whether the last line is empty or a comment, which may belong to whatever is around a statement."""
    last = text.rstrip("\r\n") if text.endswith(("\n", "\r")) else text
    line = last.replace("\r", "\n").rpartition("\n")[2].strip()
    return not line or line.startswith("#") or text != last + text[len(last) :][:2]


def _first_indent(body: Sequence[cst.CSTNode], *, default: str) -> str | None:
    """Give the indentation of the first block; ``None`` where there is none."""
    for statement in body:
        block = _first_block(statement)
        if block is not None:
            return default if block.indent is None else block.indent
    return None


def _first_block(node: cst.CSTNode) -> cst.IndentedBlock | None:
    body = getattr(node, "body", None)
    if isinstance(body, cst.IndentedBlock):
        return body
    for name in ("orelse", "finalbody", "handlers", "cases"):
        parts = getattr(node, name, None)
        for part in parts if isinstance(parts, list | tuple) else (parts,):
            found = _first_block(part) if isinstance(part, cst.CSTNode) else None
            if found is not None:
                return found
    return None
