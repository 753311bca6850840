"""What one module defines and imports, read from its syntax alone."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeGuard

from autotransform.run.bindings import parse_module

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: ``variable`` is a name assigned at module level, ``attribute`` one assigned in a class or to ``self``.
Kind: TypeAlias = Literal["function", "class", "method", "variable", "attribute", "module"]
ParameterKind: TypeAlias = Literal["positional-only", "positional", "keyword-only", "var-positional", "var-keyword"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a function."""

    name: str
    kind: ParameterKind
    has_default: bool = False
    #: Whether the body of the function names it.
    is_used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """Something with a name."""

    #: Qualified: ``package.module.Class.method``.
    name: str
    kind: Kind
    #: The module it stands in, dotted.
    module: str
    #: Relative to the root of the repository; empty for what is installed.
    path: str = ""
    #: 1-based; 0 for a module.
    line: int = 0
    #: Of a function or method, with ``self``; empty otherwise.
    parameters: tuple[Parameter, ...] = ()
    #: As written, without their arguments: ``staticmethod``, ``app.route``.
    decorators: tuple[str, ...] = ()
    #: Of a class, as written; what is not a dotted name is left out.
    bases: tuple[str, ...] = ()

    @property
    def inner(self) -> str:
        """The name inside its module: ``Class.method``."""
        return self.name[len(self.module) + 1 :]

    @property
    def last(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One name that an import binds."""

    #: The name it binds in the module.
    local: str
    #: Absolute: ``package.module.name``, or ``package.module`` for ``import package.module as local``.
    target: str
    #: The module named in the statement, absolute.
    source: str
    #: Whether it stands at module level (below ``if`` and ``try`` too).
    is_top: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleNames:
    """What one module defines and imports."""

    module: str
    path: str
    definitions: tuple[Definition, ...]
    imports: tuple[Import, ...]
    #: Modules it imports everything from, absolute.
    stars: tuple[str, ...] = ()
    #: Strings of ``__all__``, as far as it is written out.
    exported: tuple[str, ...] = ()

    def definition(self, name: str) -> Definition | None:
        """Look up a definition by its qualified name."""
        return next((found for found in self.definitions if found.name == name), None)

    def binding(self, local: str) -> Import | None:
        """Look up the import that binds a name at module level; the last one counts."""
        return next((found for found in reversed(self.imports) if found.local == local and found.is_top), None)


def read_module(content: bytes, *, module: str, package: str, path: str = "") -> ModuleNames | None:
    """Read what a module defines and imports; ``None`` when it does not parse, or might take too long to.

    Args:
        content: The module's source.
        module: Its dotted name.
        package: What its relative imports resolve against.
        path: Where it stands, for the definitions.
    """
    tree = parse_module(content)
    if tree is None:
        return None
    reader = _Reader(module=module, package=package, path=path)
    reader.read_block(tree.body, prefix=module, kind="module")
    imports = [found for node in ast.walk(tree) for found in reader.read_import(node)]
    return ModuleNames(
        module=module,
        path=path,
        definitions=tuple(reader.definitions.values()),
        imports=tuple(imports),
        stars=tuple(reader.stars),
        exported=tuple(reader.exported),
    )


class _Reader:
    def __init__(self, *, module: str, package: str, path: str) -> None:
        self.module, self.package, self.path = module, package, path
        self.definitions: dict[str, Definition] = {}
        self.stars: list[str] = []
        self.exported: list[str] = []
        self._top: set[ast.AST] = set()

    def read_block(self, body: Sequence[ast.stmt], *, prefix: str, kind: Literal["module", "class"]) -> None:
        for node in _statements(body):
            if kind == "module":
                self._top.add(node)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self._read_function(node, prefix=prefix, kind=kind)
            elif isinstance(node, ast.ClassDef):
                self._add(node, node.name, prefix=prefix, kind="class")
                self.read_block(node.body, prefix=f"{prefix}.{node.name}", kind="class")
            else:
                for name in _assigned(node):
                    self._add(node, name, prefix=prefix, kind="variable" if kind == "module" else "attribute")
                    if name == "__all__" and kind == "module":
                        self.exported += _strings(node)

    def _read_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, *, prefix: str, kind: str) -> None:
        self._add(node, node.name, prefix=prefix, kind="function" if kind == "module" else "method")
        if kind == "class":
            for inner in ast.walk(node):
                if _is_set_on_self(inner):
                    self._add(inner, inner.attr, prefix=prefix, kind="attribute")

    def _add(self, node: ast.stmt | ast.expr, name: str, *, prefix: str, kind: Kind) -> None:
        qualified = f"{prefix}.{name}" if prefix else name
        known = self.definitions.get(qualified)
        if known and not any(decorator.endswith("overload") for decorator in known.decorators):
            return
        function = node if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else None
        decorated = node if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else None
        self.definitions[qualified] = Definition(
            name=qualified,
            kind=kind,
            module=self.module,
            path=self.path,
            line=node.lineno,
            parameters=_parameters(function) if function else (),
            decorators=_dotted_names(decorated.decorator_list) if decorated else (),
            bases=_dotted_names(node.bases) if isinstance(node, ast.ClassDef) else (),
        )

    def read_import(self, node: ast.AST) -> Iterator[Import]:
        is_top = node in self._top
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                target = alias.name if alias.asname else root
                yield Import(local=alias.asname or root, target=target, source=alias.name, is_top=is_top)
        elif isinstance(node, ast.ImportFrom):
            source = self._absolute(node)
            for alias in node.names:
                if alias.name == "*":
                    self.stars.append(source)
                else:
                    target = f"{source}.{alias.name}" if source else alias.name
                    yield Import(local=alias.asname or alias.name, target=target, source=source, is_top=is_top)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.package.split(".") if self.package else []
        parts = parts[: len(parts) - node.level + 1]
        return ".".join([*parts, *([node.module] if node.module else [])])


def _is_set_on_self(node: ast.AST) -> TypeGuard[ast.Attribute]:
    if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Store):
        return False
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the statements of a block, and of the ``if``, ``try``, ``with`` and loops in it."""
    for node in body:
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for inner in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, inner, []))
            for handler in getattr(node, "handlers", []):
                yield from _statements(handler.body)


def _assigned(node: ast.stmt) -> Iterator[str]:
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign | ast.AugAssign):
        targets = [node.target]
    for target in targets:
        for inner in ast.walk(target):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner.id


def _strings(node: ast.stmt) -> list[str]:
    return [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[Parameter, ...]:
    arguments = function.args
    used = {node.id for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.Name)}

    def of(each: ast.arg, kind: ParameterKind, *, has_default: bool = False) -> Parameter:
        return Parameter(name=each.arg, kind=kind, has_default=has_default, is_used=each.arg in used)

    positional = [*arguments.posonlyargs, *arguments.args]
    without = len(positional) - len(arguments.defaults)
    only = len(arguments.posonlyargs)
    found = [
        of(each, "positional-only" if index < only else "positional", has_default=index >= without)
        for index, each in enumerate(positional)
    ]
    found += [of(each, "var-positional") for each in (arguments.vararg,) if each]
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    found += [of(each, "keyword-only", has_default=default is not None) for each, default in pairs]
    found += [of(each, "var-keyword") for each in (arguments.kwarg,) if each]
    return tuple(found)


def _dotted_names(nodes: Sequence[ast.expr]) -> tuple[str, ...]:
    return tuple(name for node in nodes if (name := _dotted(node)))


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Call | ast.Subscript):
        return _dotted(node.func if isinstance(node, ast.Call) else node.value)
    if isinstance(node, ast.Attribute) and (value := _dotted(node.value)):
        return f"{value}.{node.attr}"
    return ""
