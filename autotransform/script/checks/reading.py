"""A script as the checks see it: what its names stand for, its classes, and what is known of its values."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autotransform.script.checks import api
from autotransform.script.checks.inference import infer
from autotransform.script.checks.kinds import NOTHING, Known
from autotransform.script.checks.methods import Method, read_method

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What LibCST walks a tree with.
_VISITORS = ("libcst.BatchableCSTVisitor", "libcst.CSTTransformer", "libcst.CSTVisitor", "libcst.BaseMetadataProvider")


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """A class of the script."""

    node: ast.ClassDef
    #: Itself and the classes of the script that it derives from.
    family: tuple[ast.ClassDef, ...]
    #: The classes of LibCST and ours that it derives from.
    bases: tuple[type, ...]
    #: Whether all that it derives from is known.
    is_known: bool
    #: Its own methods.
    methods: tuple[Method, ...]
    #: Its own methods and those that it takes from other classes of the script.
    all_methods: tuple[Method, ...]

    def derives_from(self, dotted: str) -> bool:
        """Whether it derives from a class of LibCST or ours."""
        wanted = api.lookup(dotted)
        return isinstance(wanted, type) and any(issubclass(base, wanted) for base in self.bases)

    @property
    def is_transformer(self) -> bool:
        """Whether its ``leave_…`` methods give what to put in the place of a node."""
        return self.derives_from("libcst.CSTTransformer")

    @property
    def is_visitor(self) -> bool:
        """Whether LibCST calls its ``visit_…`` and ``leave_…`` methods at all."""
        return any(self.derives_from(each) for each in _VISITORS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the checks ask."""

    tree: ast.Module
    #: Every node of it, from the outside in.
    nodes: tuple[ast.AST, ...]
    #: Local name -> what is imported under it.
    imports: dict[str, str]
    parents: dict[ast.AST, ast.AST]
    classes: tuple[Class, ...]
    values: dict[ast.expr, Known]

    def api(self, node: ast.expr) -> Any | None:
        """Give what an expression stands for in LibCST; ``None`` where it is none of that."""
        return api_of(node, imports=self.imports)

    def known(self, node: ast.expr) -> Known:
        """Tell what is known of an expression."""
        return self.values.get(node, NOTHING)

    def calls(self) -> Iterator[ast.Call]:
        """Walk over the calls of the script."""
        return (node for node in self.nodes if isinstance(node, ast.Call))

    def visitors(self) -> Iterator[Class]:
        """Walk over the classes whose visitor methods LibCST calls."""
        return (each for each in self.classes if each.is_visitor)

    def leaves(self) -> Iterator[tuple[Class, Method]]:
        """Walk over the methods that give what to put in the place of a node."""
        for each in self.classes:
            if each.is_transformer:
                yield from ((each, method) for method in each.methods if method.replaces)

    def class_of(self, node: ast.AST) -> Class | None:
        """Give the class in which a node stands; ``None`` outside of all."""
        around = self.around(node, kind=ast.ClassDef)
        return next((each for each in self.classes if each.node is around), None)

    def around(self, node: ast.AST, *, kind: type[ast.AST] | tuple[type[ast.AST], ...]) -> ast.AST | None:
        """Give the innermost node of a kind around another."""
        return next(self.all_around(node, kind=kind), None)

    def all_around(self, node: ast.AST, *, kind: type[ast.AST] | tuple[type[ast.AST], ...]) -> Iterator[ast.AST]:
        """Walk over the nodes of a kind around another, the innermost first."""
        while (node := self.parents.get(node, self.tree)) is not self.tree:
            if isinstance(node, kind):
                yield node


def read(tree: ast.Module) -> Reading:
    """Read a script."""
    nodes = tuple(ast.walk(tree))
    parents = {child: node for node in nodes for child in ast.iter_child_nodes(node)}
    imports = read_imports(tree)
    classes = tuple(_read_classes(tree, imports=imports))
    walking = {member for each in classes if each.is_visitor for member in each.family}
    values = infer(
        tree,
        methods={method.node: method for each in classes if each.node in walking for method in each.methods},
        resolve=lambda node: api_of(node, imports=imports),
    )
    return Reading(tree=tree, nodes=nodes, imports=imports, parents=parents, classes=classes, values=values)


def read_imports(tree: ast.Module) -> dict[str, str]:
    """Tell what each imported name stands for; names that are bound to anything else as well are left out."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        for name, stands_for in _bindings(node):
            found.setdefault(name, set()).add(stands_for)
    return {name: next(iter(each)) for name, each in found.items() if len(each) == 1 and "" not in each}


def _bindings(node: ast.AST) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Import():
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        case ast.ImportFrom(level=0, module=str(module)):
            yield from ((alias.asname or alias.name, f"{module}.{alias.name}") for alias in node.names)
        case ast.Name(ctx=ast.Store() | ast.Del(), id=name) | ast.arg(arg=name):
            yield name, ""
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
            yield name, ""
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name, ""
        case _:
            pass


def api_of(node: ast.expr, *, imports: dict[str, str]) -> Any | None:
    """Give what an expression stands for in LibCST; ``None`` where it is none of that."""
    dotted = dotted_name(node, imports=imports)
    return api.lookup(dotted) if dotted else None


def dotted_name(node: ast.expr, *, imports: dict[str, str]) -> str:
    """Give the dotted name that an expression stands for through the imports; empty where it is none."""
    if isinstance(node, ast.Name):
        return imports.get(node.id, "")
    if isinstance(node, ast.Attribute):
        value = dotted_name(node.value, imports=imports)
        return f"{value}.{node.attr}" if value else ""
    if isinstance(node, ast.Subscript):  # a generic class: Base[T]
        return dotted_name(node.value, imports=imports)
    return ""


def _read_classes(tree: ast.Module, *, imports: dict[str, str]) -> Iterator[Class]:
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    by_name = {node.name: node for node in nodes}
    for node in nodes:
        family = _family(node, by_name=by_name)
        outside = [
            base
            for each in family
            for base in each.bases
            if not (isinstance(base, ast.Name) and by_name.get(base.id) in family)
        ]
        found = [api_of(base, imports=imports) for base in outside]
        methods = {each: tuple(_read_methods(each, imports=imports)) for each in family}
        inherited = {method.node.name: method for each in reversed(family) for method in methods[each]}
        yield Class(
            node=node,
            family=tuple(family),
            bases=tuple(base for base in found if isinstance(base, type)),
            is_known=all(isinstance(base, type) for base in found),
            methods=methods[node],
            all_methods=tuple(inherited.values()),
        )


def _family(node: ast.ClassDef, *, by_name: dict[str, ast.ClassDef]) -> list[ast.ClassDef]:
    """Give a class and those of the script that it derives from, each once, itself first."""
    family = [node]
    for each in family:
        bases = [by_name.get(base.id) for base in each.bases if isinstance(base, ast.Name)]
        family += [base for base in bases if base is not None and base not in family]
    return family


def _read_methods(node: ast.ClassDef, *, imports: dict[str, str]) -> Iterator[Method]:
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef):
            yield read_method(statement, resolve=lambda each: api_of(each, imports=imports))
