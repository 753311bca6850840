"""Which names of a text are imports, and what they stand for: enough to compare two texts, not a whole resolver."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(slots=True, kw_only=True)
class Scope:
    """What one scope binds; a name that is an import and nothing else has what it stands for."""

    imports: dict[str, str] = field(default_factory=dict)
    #: Bound to something else, or to two different things.
    others: set[str] = field(default_factory=set)
    #: Imported under ``if TYPE_CHECKING:`` alone.
    for_checkers: set[str] = field(default_factory=set)
    #: Modules of ``import a.b``, without ``as``.
    dotted: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    is_class: bool = False

    def bind(self, name: str, target: str, *, is_for_checkers: bool) -> None:
        """Note an import."""
        if self.imports.setdefault(name, target) != target:
            self.others.add(name)
        elif is_for_checkers:
            self.for_checkers.add(name)
        else:
            self.for_checkers.discard(name)

    def target(self, name: str) -> str | None:
        """Give what an import stands for; ``None`` where it is not sure to be one."""
        return None if name in self.others else self.imports.get(name)


def read_scope(body: Iterable[ast.AST], *, package: str, is_class: bool = False) -> Scope:
    """Find what statements bind, but not what functions and classes among them bind inside."""
    scope = Scope(is_class=is_class)
    outside: set[str] = set()
    for node, is_for_checkers in _walk(body, is_for_checkers=False):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name, target in imported(node, package=package):
                scope.bind(name, target, is_for_checkers=is_for_checkers)
            if isinstance(node, ast.Import):
                scope.dotted |= {alias.name for alias in node.names if "." in alias.name and not alias.asname}
        elif isinstance(node, ast.Global | ast.Nonlocal):
            outside |= set(node.names)
        else:
            scope.others |= set(_bound(node))
    scope.others -= outside
    return scope


def imported(node: ast.Import | ast.ImportFrom, *, package: str) -> Iterator[tuple[str, str]]:
    """Give each name that an import binds, and what it stands for; stars and futures bind none."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            root = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (root, root)
        elif alias.name != "*" and node.module != "__future__":
            module = module_of(node, package=package)
            yield alias.asname or alias.name, f"{module}.{alias.name}" if module else alias.name


def module_of(node: ast.ImportFrom, *, package: str) -> str:
    """Give the absolute name of the module that is imported from."""
    parts = package.split(".") if package else []
    above = parts[: len(parts) - (node.level - 1)] if node.level else []
    return ".".join([*above, *([node.module] if node.module else [])])


def is_for_checkers_only(node: ast.AST) -> bool:
    """Whether a statement is ``if TYPE_CHECKING:`` with no other branch."""
    return isinstance(node, ast.If) and not node.orelse and ast.unparse(node.test).endswith("TYPE_CHECKING")


def parameters(arguments: ast.arguments) -> list[ast.arg]:
    """Give all parameters."""
    stars = [each for each in (arguments.vararg, arguments.kwarg) if each]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *stars]


def _walk(body: Iterable[ast.AST], *, is_for_checkers: bool) -> Iterator[tuple[ast.AST, bool]]:
    for node in body:
        yield node, is_for_checkers
        if isinstance(node, Comprehension):
            continue
        if isinstance(node, _SCOPES):
            continue
        below = is_for_checkers or is_for_checkers_only(node)
        yield from _walk(ast.iter_child_nodes(node), is_for_checkers=below)


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case _:
            pass
