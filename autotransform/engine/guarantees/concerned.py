"""Which names a change concerns: those of which a statement that differs says something else than it said before.

Of any other name both texts say the same, in the same order and in the same blocks.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from autotransform.engine.alignment import opcodes
from autotransform.engine.guarantees.passages import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autotransform.engine.guarantees.passages import Passages

_Fact: TypeAlias = tuple[str, str]

#: Bodies with more statements than this are compared with difflib's own heuristic, which is linear.
_MANY = 4000

_KEYWORDS = frozenset(keyword.kwlist)
_WORD = re.compile(r"[^\W\d]\w*")
#: What has blocks, and of which the rest is a header.
BLOCKS = ("body", "handlers", "orelse", "finalbody")
OPEN = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.For, ast.AsyncFor, ast.While),
    *(ast.With, ast.AsyncWith, ast.Try, ast.TryStar),
)
#: Of these only what they read counts, and in no order.
_READING = (ast.Expr, ast.Return, ast.Assert, ast.Raise)
#: What makes names mean something else inside an expression.
_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr)
_DEFINITION = re.compile(rb"\b(?:def|class)\b")


class Concerned:
    """What differs between two texts, by the names that it may concern."""

    def __init__(self, passages: Passages, *, has_types: bool) -> None:
        #: Every name of which something else is said, and perhaps more.
        self.names: set[str] = set()
        #: Whether a docstring may be lost.
        self.has_docstrings = False
        self._passages = passages
        self._has_types = has_types
        old, new = passages.old, passages.tree.body[passages.first : passages.last]
        if passages.first == 0:
            rest = passages.tree.body[passages.last :]
            self._compare_docstrings([*old, *rest], [*new, *rest])
        self._compare(old, new)

    def _compare_docstrings(self, old: Sequence[ast.stmt], new: Sequence[ast.stmt]) -> None:
        if _is_documented(old) and not _is_documented(new):
            self.has_docstrings = True

    def _compare(self, old: Sequence[ast.stmt], new: Sequence[ast.stmt]) -> None:
        before, after = self._passages.before, self._passages.after
        old_keys, new_keys = [lines_of(each, before) for each in old], [lines_of(each, after) for each in new]
        for kind, first, last, new_first, new_last in opcodes(old_keys, new_keys, many=_MANY):
            if kind == "equal":
                continue
            if last - first == new_last - new_first:
                for one, other in zip(old[first:last], new[new_first:new_last], strict=True):
                    self._pair(one, other)
            else:
                self._add(*(line for key in (*old_keys[first:last], *new_keys[new_first:new_last]) for line in key))

    def _add(self, *lines: bytes) -> None:
        """Take in every word of a text, of which it may define something."""
        text = b"\n".join(lines)
        self.has_docstrings = self.has_docstrings or _DEFINITION.search(text) is not None
        self.names |= {*_WORD.findall(text.decode(errors="replace"))} - _KEYWORDS

    def _pair(self, old: ast.stmt, new: ast.stmt) -> None:
        if type(old) is not type(new) or (isinstance(old, OPEN) and not _are_alike(old, new)):
            self._add(*lines_of(old, self._passages.before), *lines_of(new, self._passages.after))
        elif isinstance(old, OPEN):
            self._compare_headers(old, new)
            is_definition = isinstance(old, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            for one, other in zip(blocks_of(old), blocks_of(new), strict=True):
                if is_definition:
                    self._compare_docstrings(one, other)
                self._compare(one, other)
        elif _takes_from_the_same(old, new):
            self.names |= _taken(old) ^ _taken(new)
        elif isinstance(old, _READING) or _sets_the_same(old, new):
            self._compare_facts(old, new)
        else:
            self._add(*lines_of(old, self._passages.before), *lines_of(new, self._passages.after))

    def _compare_facts(self, old: ast.stmt, new: ast.stmt) -> None:
        one, other = self._facts([old]), self._facts([new])
        has_scopes = _has_scopes(old) or _has_scopes(new)
        different = (*one, *other) if has_scopes else (*(one - other), *(other - one))
        self.names.update(name for _, name in different)

    def _compare_headers(self, old: ast.stmt, new: ast.stmt) -> None:
        one, other = _header(old), _header(new)
        if [*map(ast.dump, one)] == [*map(ast.dump, other)]:
            return
        self.names.update(name for _, name in (*self._facts(one), *self._facts(other)))
        for node in (*one, *other):
            for each in ast.walk(node):
                if isinstance(each, ast.Constant) and isinstance(each.value, str):  # it may be a type
                    self.names.update(_WORD.findall(each.value))
        self.names.add(getattr(old, "name", ""))

    def _facts(self, nodes: Sequence[ast.AST]) -> Counter[_Fact]:
        """Count what is said of names."""
        facts: Counter[_Fact] = Counter()
        for each in (each for node in nodes for each in ast.walk(node)):
            match each:
                case ast.Name(id=name, ctx=context):
                    facts[type(context).__name__, name] += 1
                case ast.arg(arg=name):
                    facts["arg", name] += 1
                case ast.Constant(value=str(text)) if self._has_types:
                    facts.update(("text", name) for name in _WORD.findall(text))
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    facts.update(("declared", name) for name in names)
                case ast.MatchMapping(rest=str(name)):
                    facts["bound", name] += 1
                case _:  # type parameters, patterns, definitions, what an import takes
                    bound = getattr(each, "name", None)
                    if isinstance(bound, str):
                        facts["bound", bound] += 1
        return facts


def _is_documented(body: Sequence[ast.stmt]) -> bool:
    first = body[0] if body else None
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def _are_alike(old: ast.stmt, new: ast.stmt) -> bool:
    """Whether two compound statements of a kind have the same name and catch the same."""
    return getattr(old, "name", "") == getattr(new, "name", "") and _caught(old) == _caught(new)


def _caught(statement: ast.stmt) -> list[tuple[str, str | None]]:
    handlers = getattr(statement, "handlers", [])
    return [("" if each.type is None else ast.dump(each.type), each.name) for each in handlers]


def blocks_of(statement: ast.AST) -> list[list[ast.stmt]]:
    """Give each block of a compound statement, in a fixed order."""
    blocks = []
    for name in BLOCKS:
        part = getattr(statement, name, [])
        blocks += [each.body for each in part] if name == "handlers" else [part]
    return blocks


def _header(statement: ast.stmt) -> list[ast.AST]:
    return [
        node
        for name, value in ast.iter_fields(statement)
        if name not in BLOCKS
        for node in (value if isinstance(value, list) else [value])
        if isinstance(node, ast.AST)
    ]


def _sets_the_same(old: ast.stmt, new: ast.stmt) -> bool:
    """Whether both set the same single names, items or attributes."""
    return (
        isinstance(old, ast.Assign)
        and isinstance(new, ast.Assign)
        and not any(isinstance(target, ast.Tuple | ast.List | ast.Starred) for target in old.targets)
        and [*map(ast.dump, old.targets)] == [*map(ast.dump, new.targets)]
        and "__all__" not in _set_names(old)
    )


def _takes_from_the_same(old: ast.stmt, new: ast.stmt) -> bool:
    """Whether both import from one module, which has nothing to say about other names."""
    return (
        isinstance(old, ast.ImportFrom)
        and isinstance(new, ast.ImportFrom)
        and (old.level, old.module) == (new.level, new.module)
        and not (old.module or "").startswith(("__future__", "typing"))
        # One name that stands for two things, or for another one than before, is looked at with all words.
        and len(_taken(old)) == len(old.names)
        and len(_taken(new)) == len(new.names)
        and not {each.name for each in (*old.names, *new.names) if each.asname}
    )


def _taken(statement: ast.stmt) -> set[str]:
    return {each.name for each in statement.names} if isinstance(statement, ast.ImportFrom) else set()


def _set_names(statement: ast.Assign) -> Iterator[str]:
    return (target.id for target in statement.targets if isinstance(target, ast.Name))


def _has_scopes(statement: ast.stmt) -> bool:
    return any(isinstance(each, _SCOPES) for each in ast.walk(statement))
