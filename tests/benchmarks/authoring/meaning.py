"""Whether two texts are the same answer, however their imports are written.

Two texts are the same when

- Python reads the same in both once every name that is an import is replaced by what it stands for: ``timezone.utc``
  after ``from datetime import timezone`` and ``datetime.timezone.utc`` after ``import datetime`` are one; where imports
  stand, how they are sorted and joined does not count, and neither do quotes, brackets and commas without a meaning;
- the imports that nothing uses, those from ``__future__`` and star imports are the same;
- the comments are the same, in the same order;
- the lines that the change has nothing to do with are the same to the letter.

In an expected text the name ``ANYTHING`` stands for any expression.
"""

from __future__ import annotations

import ast
import difflib
import io
import tokenize
import warnings
from dataclasses import dataclass
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

ANYTHING = "ANYTHING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What of a text is compared."""

    tree: ast.Module
    comments: tuple[str, ...]
    #: Imports that nothing uses, with the names that they bind; futures and stars.
    idle: frozenset[tuple[str, str]]
    #: Modules of ``import a.b``, and the names that are reached through them or a plain ``import a``.
    dotted: frozenset[str]
    reached: frozenset[str]


def difference(*, before: str, expected: str, actual: str, package: str = "") -> str:
    """Say how a text is not what was expected, in one line; empty where it is the same answer."""
    if actual == expected:
        return ""
    try:
        wanted, found = read_meaning(expected, package=package), read_meaning(actual, package=package)
    except (SyntaxError, ValueError) as error:
        return f"it does not compile: {error}"
    if other := _other_meaning(wanted, found):
        return other
    lines = iter(actual.splitlines())
    lost = [line for line in kept_lines(before, expected) if line not in lines]
    return f"a line was written anew: {lost[0].strip()}" if lost else ""


def _other_meaning(wanted: Meaning, found: Meaning) -> str:
    if place := unequal(wanted.tree, found.tree):
        return f"it means something else: {place}"
    if wanted.idle != found.idle:
        return f"unused imports differ: {sorted(wanted.idle ^ found.idle)}"
    if missing := _missing(wanted, found):
        return f"the import of {missing} is missing"
    return "comments differ" if wanted.comments != found.comments else ""


def read_meaning(text: str, *, package: str = "") -> Meaning:
    """Read a text.

    Raises:
        SyntaxError: It is not Python.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(text, "text", "exec", dont_inherit=True)
        tree = ast.parse(text)
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = tuple(token.string for token in tokens if token.type == tokenize.COMMENT)
    resolver = _Resolver(package=package)
    resolved = resolver.resolve(tree)
    return Meaning(
        tree=resolved,
        comments=comments,
        idle=frozenset(resolver.idle),
        dotted=frozenset(resolver.dotted),
        reached=frozenset(resolver.reached),
    )


def unequal(wanted: object, found: object) -> str:
    """Find the first place at which two trees differ; empty where they do not."""
    if isinstance(wanted, ast.Name) and wanted.id == ANYTHING and isinstance(found, ast.expr):
        return ""
    if isinstance(wanted, ast.AST) and isinstance(found, ast.AST):
        if type(wanted) is not type(found):
            return f"{_shown(found)} in the place of {_shown(wanted)}"
        pairs = ((getattr(wanted, name, None), getattr(found, name, None)) for name in wanted._fields if name != "ctx")
        places = (unequal(first, second) for first, second in pairs)
        return next((place or _shown(found) for place in places if place), "")
    if isinstance(wanted, list) and isinstance(found, list):
        places = (unequal(first, second) for first, second in zip(wanted, found, strict=False))
        place = next((place for place in places if place), "")
        return place or ("" if len(wanted) == len(found) else f"{len(found)} parts, and {len(wanted)} expected")
    return "" if (type(wanted), wanted) == (type(found), found) else f"{found!r} in the place of {wanted!r}"


def kept_lines(before: str, expected: str) -> list[str]:
    """Give the lines of the expected text that a change of it has no reason to write anew.

    They stand in the text before, are no import, and no part of a statement of which another line changes.
    """
    old, new = before.splitlines(), expected.splitlines()
    blocks = difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_matching_blocks()
    kept = {number for block in blocks for number in range(block.b + 1, block.b + block.size + 1)}
    for node in ast.walk(ast.parse(expected)):
        if isinstance(node, ast.stmt):
            lines = _own_lines(node)
            if isinstance(node, ast.Import | ast.ImportFrom) or not lines <= kept:
                kept -= lines
    return [new[number - 1] for number in sorted(kept) if new[number - 1].strip()]


def _own_lines(node: ast.stmt) -> set[int]:
    """Give the lines of a statement; of a block those of its head."""
    body = getattr(node, "body", None)
    last = body[0].lineno - 1 if body and body[0].lineno > node.lineno else node.end_lineno or node.lineno
    return set(range(node.lineno, last + 1))


def _shown(node: object) -> str:
    shown = ast.unparse(node) if isinstance(node, ast.AST) and not isinstance(node, ast.Load) else str(node)
    first = shown.strip().partition("\n")[0]
    return f"`{first[:60]}`"


def _missing(wanted: Meaning, found: Meaning) -> str:
    """Give a module that is reached as an attribute of its package, and that nothing imports."""
    for module in sorted(wanted.dotted - found.dotted):
        if any(name == module or name.startswith(f"{module}.") for name in found.reached):
            return module
    return ""


class _Resolver(ast.NodeTransformer):
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
