"""Put in the place of every imported name what it stands for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from tests.benchmarks.authoring.scopes import (
    Comprehension,
    Function,
    Scope,
    imported,
    is_for_checkers_only,
    module_of,
    parameters,
    read_scope,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


class Resolver(ast.NodeTransformer):
    """Replaces imported names by what they stand for, and takes their imports out."""

    def __init__(self, *, package: str) -> None:
        self.idle: set[tuple[str, str]] = set()
        self.dotted: set[str] = set()
        self.reached: set[str] = set()
        self._package = package
        self._scopes: list[Scope] = []
        self._resolved: dict[int, bool] = {}
        self._alive: list[ast.AST] = []
        self._annotations = 0
        self._is_lazy = False

    def resolve(self, tree: ast.Module) -> ast.Module:
        """Do it all."""
        futures = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
        self._is_lazy = any(alias.name == "annotations" for node in futures for alias in node.names)
        self._scopes.append(read_scope(tree.body, package=self._package))
        tree.body = self._block(tree.body)
        self._leave()
        return tree

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        return self._import(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return self._import(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not isinstance(node.ctx, ast.Load):
            return node
        for scope in reversed(self._scopes):
            if scope.is_class and scope is not self._scopes[-1]:
                continue
            if node.id in scope.others or node.id in scope.imports:
                target = scope.target(node.id)
                return node if target is None else self._stand_in(node, target, scope=scope)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        node.value = self.visit(node.value)
        if id(node.value) not in self._resolved or not isinstance(node.value, ast.Name):
            return node
        is_plain = self._resolved[id(node.value)]
        return self._new(f"{node.value.id}.{node.attr}", node.ctx, is_plain=is_plain)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        for name in ("decorator_list", "bases", "keywords"):
            setattr(node, name, [self.visit(each) for each in getattr(node, name)])
        self._scopes.append(read_scope(node.body, package=self._package, is_class=True))
        node.body = self._block(node.body)
        self._leave()
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.target = self.visit(node.target)
        node.annotation = self._annotation(node.annotation)
        node.value = self.visit(node.value) if node.value else None
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, Comprehension):
            targets = [generator.target for generator in node.generators]
            self._scopes.append(read_scope(targets, package=self._package))
            super().generic_visit(node)
            self._scopes.pop()
            return node
        for name, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                setattr(node, name, self._block(value))
        return super().generic_visit(node) if not _has_blocks(node) else self._visit_rest(node)

    def _visit_rest(self, node: ast.AST) -> ast.AST:
        """Visit what of a compound statement is no block; the blocks are done."""
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.AST):
                setattr(node, name, self.visit(value))
            elif isinstance(value, list) and value and not isinstance(value[0], ast.stmt):
                setattr(node, name, [self.visit(each) if isinstance(each, ast.AST) else each for each in value])
        return node

    def _block(self, body: Iterable[ast.stmt]) -> list[ast.stmt]:
        done = [cast("ast.stmt | None", self.visit(each)) for each in body]
        left = [each for each in done if each is not None and not _is_empty(each)]
        return left or [ast.Pass()]

    def _import(self, node: ast.Import | ast.ImportFrom) -> ast.AST | None:
        scope = self._scopes[-1]
        if isinstance(node, ast.ImportFrom) and (node.module == "__future__" or node.names[0].name == "*"):
            module = module_of(node, package=self._package)
            self.idle |= {(alias.name if alias.name != "*" else "*", module) for alias in node.names}
            return None
        bound = list(imported(node, package=self._package))
        node.names = [alias for alias, (name, _) in zip(node.names, bound, strict=True) if scope.target(name) is None]
        return node if node.names else None

    def _function(self, node: Function) -> ast.AST:
        arguments = node.args
        arguments.defaults = [self.visit(each) for each in arguments.defaults]
        arguments.kw_defaults = [self.visit(each) if each else None for each in arguments.kw_defaults]
        for each in parameters(arguments):
            each.annotation = self._annotation(each.annotation) if each.annotation else None
        body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else [*node.body]
        if not isinstance(node, ast.Lambda):
            node.decorator_list = [self.visit(each) for each in node.decorator_list]
            node.returns = self._annotation(node.returns) if node.returns else None
        self._scopes.append(read_scope([*parameters(arguments), *body], package=self._package))
        if isinstance(node, ast.Lambda):
            node.body = self.visit(node.body)
        else:
            node.body = self._block(node.body)
        self._leave()
        return node

    def _annotation(self, node: ast.expr) -> ast.expr:
        self._annotations += 1
        done = self.visit(node)
        self._annotations -= 1
        return cast("ast.expr", done)

    def _stand_in(self, node: ast.Name, target: str, *, scope: Scope) -> ast.Name:
        scope.used.add(node.id)
        is_late = node.id in scope.for_checkers and not (self._annotations and self._is_lazy)
        return self._new(f"?{target}" if is_late else target, node.ctx, is_plain=target == node.id)

    def _new(self, name: str, ctx: ast.expr_context, *, is_plain: bool) -> ast.Name:
        made = ast.Name(id=name, ctx=ctx)
        self._alive.append(made)  # so that no other node gets its id
        self._resolved[id(made)] = is_plain
        if is_plain:
            self.reached.add(name)
        return made

    def _leave(self) -> None:
        """Close a scope: note the imports that nothing used."""
        scope = self._scopes.pop()
        for name, target in sorted(scope.imports.items()):
            modules = sorted(each for each in scope.dotted if each.partition(".")[0] == name)
            if name not in scope.used and scope.target(name) is not None:
                self.idle |= {(name, each) for each in modules or [target]}
        self.dotted |= scope.dotted


def _has_blocks(node: ast.AST) -> bool:
    values = (value for _, value in ast.iter_fields(node))
    return any(isinstance(value, list) and value and isinstance(value[0], ast.stmt) for value in values)


def _is_empty(node: ast.stmt) -> bool:
    """Whether all that stood under ``if TYPE_CHECKING:`` was imports, which are out."""
    return isinstance(node, ast.If) and is_for_checkers_only(node) and isinstance(node.body[0], ast.Pass)
