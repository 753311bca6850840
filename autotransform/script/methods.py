"""Where the methods of a script stand."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TypeAlias

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
#: What has an import added or dropped, of ours and of LibCST's, by the name that its sites bear.
_HELPERS = {
    "need_import": "need_import",
    "add_needed_import": "need_import",
    "drop_import": "drop_import",
    "remove_unused_import": "drop_import",
    "remove_unused_import_by_node": "drop_import",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method of a script's classes, or one of its functions."""

    name: str
    #: Lines of the script's source, 1-based and both included, with its decorators. Of an import helper, the only line
    #: on which the script calls it. 0: it stands in no one place of the script.
    first: int
    last: int
    #: The class in which it stands; empty: a function.
    owner: str = ""
    #: Its docstring, on one line.
    says: str = ""


def find_methods(source: str) -> tuple[Method, ...]:
    """List the methods and functions of a script in order; none where it is not Python."""
    tree = _parse(source)
    return tuple(_method(node, owner=owner) for owner, node in _functions(tree)) if tree else ()


def find_helpers(source: str) -> tuple[Method, ...]:
    """Tell of `need_import` and `drop_import`, where the script calls each in one place, which line that is."""
    tree = _parse(source)
    if tree is None:
        return ()
    lines: dict[str, set[int]] = {"need_import": set(), "drop_import": set()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _HELPERS:
            lines[_HELPERS[node.func.attr]].add(node.lineno)
    calls = [(name, min(found) if len(found) == 1 else 0) for name, found in lines.items()]
    return tuple(Method(name=name, first=line, last=line) for name, line in calls)


def _functions(tree: ast.Module) -> list[tuple[str, _Function]]:
    found: list[tuple[str, _Function]] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found += [(node.name, each) for each in node.body if isinstance(each, _Function)]
        elif isinstance(node, _Function):
            found.append(("", node))
    return found


def _method(node: _Function, *, owner: str) -> Method:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    says = " ".join((ast.get_docstring(node) or "").split())
    return Method(name=node.name, first=first, last=node.end_lineno or first, owner=owner, says=says)


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
