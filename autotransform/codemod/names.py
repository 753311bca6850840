"""What a name stands for: dotted names, through imports, aliases and re-exports."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import BuiltinAssignment, ImportAssignment, Scope
from libcst.metadata.scope_provider import AnnotationScope

from autotransform.codemod.scopes import Scopes, Variable, dotted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from libcst.codemod import CodemodContext
    from libcst.metadata import BaseAssignment, MetadataWrapper

#: Where in the context the engine leaves the re-exports: a dictionary from other name to real name.
REEXPORTS = "autotransform.reexports"
#: Chains of re-exports longer than this are taken for a cycle.
_LONGEST_CHAIN = 20


class Names:
    """The dotted names of one file.

    A name of the file itself starts with the file's module; where that is not known, with ``<module>``. A relative
    import that cannot be resolved keeps its dots.
    """

    def __init__(self, context: CodemodContext) -> None:
        assert context.wrapper is not None
        self.scopes = Scopes(context.wrapper)
        self.module = context.full_module_name or "<module>"
        self.package = context.full_package_name
        self._reexports: dict[str, str] = dict(context.scratch.get(REEXPORTS) or {})
        #: By the node's ``id``: a script asks of one node whether it is this, or that, or that.
        self._qualified: dict[int, frozenset[str]] = {}

    @property
    def wrapper(self) -> MetadataWrapper:
        """The file that the names are of."""
        return self.scopes.wrapper

    def qualified(self, node: cst.CSTNode) -> frozenset[str]:
        """Give every dotted name that an original node may stand for; none where that is not known."""
        found = self._qualified.get(id(node))
        if found is None:
            self.scopes.require_original(node)  # so it outlives this, and no other node gets its `id`
            found = self._qualified[id(node)] = self._compute_qualified(node)
        return found

    def _compute_qualified(self, node: cst.CSTNode) -> frozenset[str]:
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            return frozenset({self.own(node.name.value, scope=self.scopes.scope(node.name))})
        if isinstance(node, cst.ImportAlias):
            return self._imported(node)
        parts = dotted(node)
        if parts is None:
            return frozenset()
        if self.scopes.import_around(node) is not None and not self._is_alias(node):
            return self._of_import_path(node)
        base, rest = parts
        variable = self.scopes.variable(base)
        if variable is None or (variable.is_builtin and self.star_modules) or self.scopes.is_after_deletion(base):
            return frozenset()
        return frozenset(".".join((name, *rest)) for name in self.of_variable(variable))

    def possible(self, node: cst.CSTNode) -> frozenset[str]:
        """Give what `qualified` gives and, where that is nothing, whatever else the node may stand for.

        That is: what any variable of that name holds, and what a star import may bind.
        """
        certain = self.qualified(node)
        parts = dotted(node)
        if certain or parts is None or not self.scopes.is_variable(parts[0]):
            return certain
        base, rest = parts
        assignments = self.scopes.scope(base)[base.value]
        names = {name for each in assignments for name in self.of_assignment(each)}
        if all(isinstance(each, BuiltinAssignment) for each in assignments):
            names |= {f"{module}.{base.value}" for module in self.star_modules}
        return frozenset(".".join((name, *rest)) for name in names)

    def canonical(self, name: str) -> str:
        """Follow re-exports: the real name of what a dotted name reaches."""
        for _ in range(_LONGEST_CHAIN):
            if name in self.ambiguous:
                return self._reexports[name]
            parts = name.split(".")
            prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
            other = next((each for each in prefixes if each in self._reexports and each not in self.ambiguous), None)
            if other is None:
                return name
            name = self._reexports[other] + name[len(other) :]
        return name

    @cached_property
    def ambiguous(self) -> frozenset[str]:
        """Names that are both a module and what its package takes out of it: ``from .load import load``."""
        return frozenset(other for other, real in self._reexports.items() if real.startswith(f"{other}."))

    def canonicals(self, names: Iterable[str]) -> frozenset[str]:
        """Follow the re-exports of several names."""
        if not self._reexports:
            return frozenset(names)
        return frozenset(self.canonical(name) for name in names)

    def own(self, name: str, *, scope: Scope) -> str:
        """Give the dotted name of a variable that a scope of this file owns."""
        prefix = scope._name_prefix  # noqa: SLF001 - LibCST gives it out only with an assignment at hand
        # LibCST gives a type parameter the name of a variable beside its function.
        inner = "<types>" if isinstance(scope, AnnotationScope) else ""
        return ".".join(part for part in (self.module, prefix, inner, name) if part)

    def of_variable(self, variable: Variable) -> frozenset[str]:
        """Give what a variable may stand for: one name for each thing that is bound to it."""
        return frozenset(name for each in variable.assignments for name in self.of_assignment(each))

    def of_assignment(self, assignment: BaseAssignment) -> frozenset[str]:
        """Give what one binding of a variable makes it stand for."""
        if isinstance(assignment, BuiltinAssignment):
            return frozenset({f"builtins.{assignment.name}"})
        if not isinstance(assignment, ImportAssignment):
            return frozenset({self.own(assignment.name, scope=assignment.scope)})
        alias = alias_of(assignment)
        if alias is None:
            return frozenset()
        if isinstance(assignment.node, cst.Import) and alias.asname is None:
            return frozenset({assignment.name})
        return self._imported(alias, statement=assignment.node)

    def _imported(self, alias: cst.ImportAlias, *, statement: cst.CSTNode | None = None) -> frozenset[str]:
        around = statement or self.scopes.parent(alias)
        name = alias.evaluated_name
        if isinstance(around, cst.ImportFrom):
            module = self.module_of(around)
            name = f"{module}{name}" if module.endswith(".") else f"{module}.{name}"
        return frozenset({name})

    def module_of(self, node: cst.ImportFrom) -> str:
        """Give the absolute name of the module that is imported from; with its dots where it cannot be resolved."""
        return module_of(node, package=self.package)

    def _is_alias(self, node: cst.CSTNode) -> bool:
        return isinstance(self.scopes.parent(node), cst.AsName)

    def _of_import_path(self, node: cst.CSTNode) -> frozenset[str]:
        """Name the module for which ``a.b`` stands in ``import a.b.c`` or ``from a.b.c import d``."""
        statement = self.scopes.import_around(node)
        for each in self.scopes.ancestors(node):
            if isinstance(each, cst.Attribute) and each.attr is node:
                return frozenset()
            if isinstance(each, cst.ImportAlias) and isinstance(statement, cst.ImportFrom):
                return self._imported(each, statement=statement)
        path = text_of(node)
        if isinstance(statement, cst.ImportFrom) and statement.relative:
            whole = text_of(statement.module) if statement.module else ""
            return frozenset({self.module_of(statement).removesuffix(whole) + path})
        return frozenset({path})

    @cached_property
    def star_modules(self) -> tuple[str, ...]:
        """The modules of which everything is imported, sorted."""
        found = (each for each in self.scopes.nodes if isinstance(each, cst.ImportFrom))
        return tuple(sorted({self.module_of(each) for each in found if isinstance(each.names, cst.ImportStar)}))


def alias_of(assignment: ImportAssignment) -> cst.ImportAlias | None:
    """Find the part of an import statement that makes an assignment."""
    assert isinstance(assignment.node, cst.Import | cst.ImportFrom)
    if isinstance(assignment.node.names, cst.ImportStar):
        return None
    for alias in assignment.node.names:
        if assignment.as_name is (alias.asname.name if alias.asname else alias.name):
            return alias
    return None


def module_of(node: cst.ImportFrom, *, package: str | None) -> str:
    """Give the absolute name of the module that a file of a package imports from, or, unresolved, with its dots."""
    path = text_of(node.module) if node.module else ""
    if not node.relative:
        return path
    parts = package.split(".") if package else []
    if len(node.relative) > len(parts):
        return "." * len(node.relative) + path
    base = parts[: len(parts) - len(node.relative) + 1]
    return ".".join([*base, path] if path else base)


def text_of(node: cst.CSTNode) -> str:
    """Write ``a.b.c`` down; empty for anything else."""
    parts = dotted(node)
    return ".".join((parts[0].value, *parts[1])) if parts else ""


def path_of(name: str) -> cst.Name | cst.Attribute:
    """Make the node for ``a.b.c``."""
    first, *rest = name.split(".")
    node: cst.Name | cst.Attribute = cst.Name(first)
    for part in rest:
        node = cst.Attribute(value=node, attr=cst.Name(part))
    return node
