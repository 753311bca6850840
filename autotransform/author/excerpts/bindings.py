"""What the names of one file stand for, as far as it can be read."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autotransform.engine import FileContext

#: Nodes with names of their own.
Scoped: TypeAlias = (
    ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.Lambda
    | ast.ClassDef
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.GeneratorExp
)
#: Nodes that bind their name, as plain text.
_NAMED = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
    *(ast.ExceptHandler, ast.MatchAs, ast.MatchStar),
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

#: In front of a name that is bound in a function, and of a member of something that cannot be read.
LOCAL, UNKNOWN = "<local>", "?"


@dataclass(slots=True)
class Scope:
    """The names that one block binds."""

    is_class: bool = False
    #: Local name and the qualified name of what is imported.
    imports: dict[str, str] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    #: What is still to be read: seldom is anything asked but ``self``.
    unread: list[ast.stmt] = field(default_factory=list)


class FileNames:
    """The names of one file: ask `resolve` with the blocks around a place."""

    def __init__(self, tree: ast.Module, context: FileContext) -> None:
        self._context = context
        self._module = Scope()
        self._stars: list[str] = []
        self._read(tree.body, scope=self._module)

    def scope(self, node: Scoped) -> Scope:
        """Read what a function, a class or a comprehension binds."""
        scope = Scope(is_class=isinstance(node, ast.ClassDef))
        if isinstance(node, _FUNCTIONS):
            arguments = node.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
            scope.stored.update(each.arg for each in every if each)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            scope.unread = node.body
        elif not isinstance(node, ast.Lambda):
            targets = (inner for each in node.generators for inner in ast.walk(each.target))
            scope.stored.update(inner.id for inner in targets if isinstance(inner, ast.Name))
        return scope

    def resolve(self, name: str, scopes: list[Scope]) -> str:
        """Give the qualified name that a name stands for inside of some blocks, the innermost last."""
        for depth, scope in enumerate(reversed(scopes)):
            if scope.is_class and depth:
                continue  # the names of a class are not seen from its methods
            if name not in scope.stored and scope.unread:
                self._read(scope.unread, scope=scope)
                scope.unread = []
            if name in scope.imports:
                return scope.imports[name]
            if name in scope.stored:
                return f"{LOCAL}.{name}"
        if name in self._module.imports:
            return self._module.imports[name]
        if name in self._module.stored:
            return f"{self._context.module}.{name}" if self._context.module else name
        if hasattr(builtins, name):
            return f"builtins.{name}"
        return f"{self._stars[0]}.{name}" if len(self._stars) == 1 else name

    def source(self, node: ast.ImportFrom) -> str:
        """Give the absolute name of the module of an import."""
        if not node.level:
            return node.module or ""
        parts = self._context.package.split(".") if self._context.package else []
        parts = parts[: max(len(parts) - node.level + 1, 0)]
        return ".".join([*parts, *([node.module] if node.module else [])])

    def _read(self, body: Iterable[ast.stmt], *, scope: Scope) -> None:
        foreign: set[str] = set()
        for node in _own_nodes(body):
            if isinstance(node, ast.Name):
                if not isinstance(node.ctx, ast.Load):
                    scope.stored.add(node.id)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    local = alias.asname or alias.name.partition(".")[0]
                    scope.imports[local] = alias.name if alias.asname else local
            elif isinstance(node, ast.ImportFrom):
                self._read_from(node, scope=scope)
            elif isinstance(node, _NAMED):
                scope.stored.update([node.name] if node.name else [])
            elif isinstance(node, ast.Global | ast.Nonlocal):
                foreign.update(node.names)
        scope.stored -= foreign

    def _read_from(self, node: ast.ImportFrom, *, scope: Scope) -> None:
        source = self.source(node)
        for alias in node.names:
            if alias.name == "*":
                self._stars.append(source)
            else:
                scope.imports[alias.asname or alias.name] = f"{source}.{alias.name}" if source else alias.name


def _own_nodes(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Give the nodes of a block, but not those inside of the functions and classes in it."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(
            node, (ast.Name, ast.Constant, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
        ):
            waiting.extend(ast.iter_child_nodes(node))
