"""The new text of something that is rewritten: an expression with parameters, and what has to be imported for it."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.author.recipes import answers
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autotransform.author.recipes.ground import Ground
    from autotransform.author.recipes.meaning import Meaning

#: What a recipe writes. Anything else binds names of its own, or is text with braces.
_ALLOWED = (
    *(ast.Name, ast.Attribute, ast.Call, ast.keyword, ast.Constant, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare),
    *(ast.IfExp, ast.Tuple, ast.List, ast.Subscript, ast.Slice, ast.Starred, ast.expr_context, ast.operator),
    *(ast.unaryop, ast.boolop, ast.cmpop),
)
#: Expressions of which a part may not be reached.
_PARTIAL = (ast.BoolOp, ast.IfExp, ast.Compare)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A name of the new text that has to be imported."""

    #: What stands for it in the template.
    field: str
    meaning: Meaning

    @property
    def text(self) -> str:
        """How a file says it that imports the name alone."""
        return self.meaning.inner or self.meaning.module

    @property
    def rest(self) -> str:
        """What follows the name that is imported."""
        return self.text[len(self.meaning.first or self.meaning.module) :]

    @property
    def line(self) -> str:
        """The line that imports it."""
        first, module = self.meaning.first, self.meaning.module
        return f"from {module} import {first}" if first else f"import {module}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriting:
    """An expression that takes the place of another."""

    #: With ``{x}`` for each parameter and each name that is imported.
    template: str
    parameters: tuple[str, ...] = ()
    imported: tuple[Imported, ...] = ()
    #: Builtins that it names.
    builtins: tuple[str, ...] = ()
    #: Whether it is a call; what is none cannot be awaited, nor stand alone.
    is_call: bool = False
    #: Whether each parameter is evaluated once, and all in their order.
    is_ordered: bool = True

    def text(self, values: Mapping[str, str]) -> str:
        """Write it down as a case does."""
        return self.template.format(**values, **{each.field: each.text for each in self.imported})

    @property
    def imports(self) -> tuple[str, ...]:
        """The lines that import what it names, as a case writes them."""
        return tuple(dict.fromkeys(each.line for each in self.imported))

    @property
    def has_own(self) -> bool:
        """Whether it names something that a file of the repository defines."""
        return any(each.meaning.definition and each.meaning.first for each in self.imported)

    @property
    def definitions(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """What it names that the repository defines: the names, and the kind of node that defines them."""
        found = [each.meaning for each in self.imported if each.meaning.definition]
        functions = tuple(each.name for each in found if each.kind == "function")
        classes = tuple(each.name for each in found if each.kind == "class")
        return tuple((names, kind) for names, kind in ((functions, "FunctionDef"), (classes, "ClassDef")) if names)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the person should know about how it was read."""
        return tuple(note for each in self.imported for note in each.meaning.notes)


def read_rewriting(text: str, *, parameters: Sequence[str] = (), ground: Ground) -> Rewriting:
    """Read a new text.

    Raises:
        ModelError: It is more than recipes write, or nothing says what one of its names means.
    """
    tree = ast.parse(text, mode="eval").body
    _require_plain(tree, text=text)
    chains = [each for each in _chains(tree) if _root(each) not in parameters]
    found: dict[str, Imported] = {}
    known: set[str] = set()
    pieces: list[tuple[ast.expr, str]] = [
        (node, node.id) for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in parameters
    ]
    for chain in chains:
        root, name = _root(chain), ast.unparse(chain)
        if hasattr(builtins, root):
            known.add(root)
            continue
        if name not in found:
            meaning = ground.find_replacement(name)
            if meaning.is_builtin:
                known.add(meaning.inner)
                continue
            found[name] = Imported(field=f"name_{len(found) + 1}", meaning=meaning)
        pieces.append((chain, found[name].field))
    used = [name for node, name in sorted(pieces, key=lambda piece: _place(piece[0])) if name in parameters]
    return Rewriting(
        template=_template(text, pieces=pieces),
        parameters=tuple(parameters),
        imported=tuple(found.values()),
        builtins=tuple(sorted(known)),
        is_call=isinstance(tree, ast.Call),
        is_ordered=used == list(parameters) and not any(isinstance(each, _PARTIAL) for each in ast.walk(tree)),
    )


def _require_plain(tree: ast.expr, *, text: str) -> None:
    for each in ast.walk(tree):
        is_text = isinstance(each, ast.Constant) and isinstance(each.value, str) and "{" in each.value
        if not isinstance(each, _ALLOWED) or is_text:
            raise ModelError(
                f"`{text}` is more than a recipe writes: it has {type(each).__name__} in it.",
                hint="Put it into a function, and ask for a call of that: replace f(x) by package.module.g(x)",
            )


def _chains(tree: ast.AST) -> list[ast.expr]:
    """List the dotted names of an expression, each as long as it is."""
    if isinstance(tree, ast.Name | ast.Attribute) and _root(tree):
        return [tree]
    return [chain for child in ast.iter_child_nodes(tree) for chain in _chains(child)]


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _place(node: ast.expr) -> int:
    return node.col_offset


def _template(text: str, *, pieces: Sequence[tuple[ast.expr, str]]) -> str:
    content = text.encode()
    for node, field in sorted(pieces, key=lambda piece: _place(piece[0]), reverse=True):
        content = b"%s{%s}%s" % (content[: node.col_offset], field.encode(), content[node.end_col_offset :])
    return content.decode()


def require_other(rewriting: Rewriting, *, names: Sequence[str], text: str) -> None:
    """Refuse a new text that holds what it takes the place of: a second run would rewrite it again.

    Raises:
        ModelError: It does.
    """
    within = [*(each.meaning for each in rewriting.imported)]
    named = {meaning.name for meaning in within} | {f"builtins.{name}" for name in rewriting.builtins}
    for meaning in within:
        if meaning.kind == "module":
            raise answers.is_module(meaning)
    if again := sorted(named & set(names)):
        raise ModelError(
            f"`{text}` holds `{again[0]}` itself, so that every run would rewrite it once more.",
            hint=f"To put a call around it, ask: wrap calls of {again[0].removeprefix('builtins.')} in"
            f" package.function",
        )
