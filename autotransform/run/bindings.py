"""The names that a module binds by importing them, read without running it."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autotransform.engine.values import FileContext

#: This is parsed in a process that nobody ends after a while. Python 3.11 takes minutes for a text with 100,000 fields.
_LONGEST = 1_000_000
_MOST_BRACES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One name bound by one import at the top of a module."""

    #: The name in the importing module; empty for a star import.
    name: str
    #: The qualified name of what is imported; for a star import the module.
    source: str

    @property
    def is_star(self) -> bool:
        """Whether it takes everything along."""
        return not self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleNames:
    """What a module imports, and what it gives to a star import."""

    module: str
    #: Whether it is the ``__init__`` of a package.
    is_package: bool
    bindings: tuple[Binding, ...]
    #: Its ``__all__``; ``None`` where there is none or it is not written out.
    exported: frozenset[str] | None
    #: What it imports anywhere, functions included: modules, names in modules; of a star import ``module.*``.
    imported: frozenset[str]


def parse_module(content: bytes) -> ast.Module | None:
    """Parse a file of a repository in this very process; ``None`` when it cannot be, or it might take too long."""
    if len(content) > _LONGEST or content.count(b"{") > _MOST_BRACES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def read_names(content: bytes, *, context: FileContext) -> ModuleNames | None:
    """Read the imports at the module level of a file; ``None`` when it does not parse, or might take too long to."""
    tree = parse_module(content)
    if tree is None:
        return None
    bound: dict[str, list[Binding]] = {}
    for statement, certain in _statements(tree.body, certain=True):
        if certain:
            for name in _rebound(statement):
                bound.pop(name, None)
        for binding in _imports(statement, package=context.package):
            bound.setdefault(binding.name, []).append(binding)
    bindings = tuple(binding for each in bound.values() for binding in each)
    return ModuleNames(
        module=context.module,
        is_package=context.module == context.package,
        bindings=bindings,
        exported=_exported(tree),
        imported=frozenset(_imported(tree.body, package=context.package)),
    )


def _statements(body: Iterable[ast.stmt], *, certain: bool) -> Iterator[tuple[ast.stmt, bool]]:
    """Give the statements of a module's level, and whether each runs in any case."""
    for statement in body:
        yield statement, certain
        if isinstance(statement, ast.If):
            yield from _statements([*statement.body, *statement.orelse], certain=False)
        elif isinstance(statement, (ast.Try, ast.TryStar)):
            handled = [inner for handler in statement.handlers for inner in handler.body]
            yield from _statements([*statement.body, *handled, *statement.orelse], certain=False)
            yield from _statements(statement.finalbody, certain=certain)
        elif isinstance(statement, ast.With):
            yield from _statements(statement.body, certain=False)


def _imports(statement: ast.stmt, *, package: str) -> Iterator[Binding]:
    if isinstance(statement, ast.Import):
        yield from (
            Binding(name=alias.asname, source=alias.name) for alias in statement.names if alias.asname is not None
        )
    elif isinstance(statement, ast.ImportFrom):
        source = _absolute(statement, package=package)
        for alias in statement.names if source else ():
            if alias.name == "*":
                yield Binding(name="", source=source)
            else:
                yield Binding(name=alias.asname or alias.name, source=f"{source}.{alias.name}")


def _imported(body: Iterable[ast.stmt], *, package: str) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            source = _absolute(statement, package=package)
            yield from (f"{source}.{alias.name}" for alias in statement.names)
        else:
            inner = [getattr(statement, name, ()) for name in ("body", "orelse", "finalbody")]
            inner += [branch.body for name in ("handlers", "cases") for branch in getattr(statement, name, ())]
            for each in inner:
                yield from _imported(each, package=package)


def _absolute(statement: ast.ImportFrom, *, package: str) -> str:
    """Resolve ``from ..mod import``; empty when it leads out of everything."""
    if not statement.level:
        return statement.module or ""
    parts = package.split(".") if package else []
    climbed = statement.level - 1
    if climbed >= len(parts):
        return ""
    return ".".join([*parts[: len(parts) - climbed], *([statement.module] if statement.module else [])])


def _rebound(statement: ast.stmt) -> Iterator[str]:
    """Give the names that a statement binds anew, or deletes."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in statement.names if alias.name != "*")
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Assign, ast.Delete)):
        for target in statement.targets:
            yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name) and _is_stored(node))
    elif (
        isinstance(statement, ast.AnnAssign) and statement.value is not None and isinstance(statement.target, ast.Name)
    ):
        yield statement.target.id


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, (ast.Store, ast.Del))


def _exported(tree: ast.Module) -> frozenset[str] | None:
    names: frozenset[str] | None = None
    for statement, _ in _statements(tree.body, certain=True):
        value, adds = _value_of_all(statement)
        if value is None:
            continue
        listed = _strings(value)
        if listed is None or (adds and names is None):
            return None
        names = listed | names if adds and names is not None else listed
    return names


def _value_of_all(statement: ast.stmt) -> tuple[ast.expr | None, bool]:
    """Give what a statement puts into ``__all__``, and whether it adds to it."""
    if isinstance(statement, ast.Assign) and any(_is_all(target) for target in statement.targets):
        return statement.value, False
    if isinstance(statement, ast.AnnAssign) and _is_all(statement.target):
        return statement.value, False
    if isinstance(statement, ast.AugAssign) and _is_all(statement.target):
        return statement.value, True
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        function = statement.value.func
        if isinstance(function, ast.Attribute) and _is_all(function.value) and statement.value.args:
            first = statement.value.args[0]
            return (ast.List(elts=[first]) if function.attr == "append" else first), True
    return None, False


def _is_all(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__all__"


def _strings(node: ast.expr) -> frozenset[str] | None:
    if not isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return None
    values = [element.value for element in node.elts if isinstance(element, ast.Constant)]
    strings = frozenset(value for value in values if isinstance(value, str))
    return strings if len(values) == len(node.elts) == len([v for v in values if isinstance(v, str)]) else None
