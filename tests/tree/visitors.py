# ruff: noqa: N802 - LibCST names its visitor methods
"""Visitors of every make, and what can be told from one visit by them."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst import matchers as m
from libcst.codemod import CodemodContext, ContextAwareVisitor, VisitorBasedCodemodCommand

from autotransform.codemod.transform import Transform
from autotransform.tree.fields import SHAPES
from autotransform.tree.reach import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TRANSFORMERS = (cst.CSTTransformer, m.MatcherDecoratableTransformer, VisitorBasedCodemodCommand, Transform)
VISITORS = (cst.CSTVisitor, m.MatcherDecoratableVisitor, ContextAwareVisitor)
BASES = (*TRANSFORMERS, *VISITORS)
#: What handlers are made for, the commonest most often.
COMMON = (
    *("Name", "Call", "Attribute", "Arg", "FunctionDef", "ClassDef", "If", "Assign", "SimpleStatementLine", "Expr"),
    *("Import", "ImportFrom", "SimpleString", "Comment", "Param", "IndentedBlock", "Return", "Module", "Comma"),
    *("SimpleWhitespace", "EmptyLine", "Element", "BinaryOperation", "FormattedStringExpression", "Annotation"),
)


def portrait(value: Any, *, originals: dict[int, int]) -> Any:
    """Say what a tree is made of, and which of its nodes are those of the original tree."""
    if isinstance(value, cst.CSTNode):
        own = tuple(portrait(getattr(value, each.name), originals=originals) for each in dataclasses.fields(value))
        return type(value).__name__, originals.get(id(value)), own
    if isinstance(value, tuple | list):
        return type(value).__name__, *(portrait(each, originals=originals) for each in value)
    return value


class Journal:
    """What a visitor was told, and what it does: the same in each run from the same seed."""

    def __init__(self, module: cst.Module, *, seed: int, is_deep: bool = False) -> None:
        self._random = random.Random(seed)
        self.originals: dict[int, int] = {}
        for number, node in enumerate(_all(module)):
            self.originals[id(node)] = number
        self._is_deep = is_deep
        self.entries: list[object] = []

    def note(self, name: str, *nodes: cst.CSTNode) -> None:
        """Write down a call."""
        self.entries.append((name, *(self._told(node) for node in nodes)))

    def _told(self, node: cst.CSTNode) -> object:
        if self._is_deep:
            return portrait(node, originals=self.originals)
        return type(node).__name__, self.originals.get(id(node))

    def choose(self, *choices: tuple[int, str]) -> str:
        """Give one of the choices, by weight."""
        names = [name for _, name in choices]
        return self._random.choices(names, weights=[weight for weight, _ in choices])[0]


def _all(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _all(child)


def _visit(name: str) -> Callable[[Any, Any], Any]:
    def visit(self: Any, node: cst.CSTNode) -> Any:
        self.journal.note(name, node)
        answer = self.journal.choose((80, "down"), (4, "stop"), (4, "true"), (1, "again"), (1, "helper"))
        if answer == "again" and node.children:
            self.journal.note("again", _first(node.children[0].visit(self)))
            return False
        if answer == "helper":
            self.journal.note("helper", _first(node.visit(_Helper())))
        return {"stop": False, "true": True}.get(answer)

    return visit


def _first(result: Any) -> cst.CSTNode:
    if isinstance(result, cst.CSTNode):
        return result
    nodes = [] if isinstance(result, cst.RemovalSentinel) else list(result)
    return nodes[0] if nodes else cst.Pass()


class _Helper(cst.CSTTransformer):
    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value="helped") if len(original_node.value) % 5 == 0 else updated_node


def _leave_read(name: str) -> Callable[[Any, Any], None]:
    def leave(self: Any, original_node: cst.CSTNode) -> None:
        self.journal.note(name, original_node)

    return leave


def _leave(name: str) -> Callable[[Any, Any, Any], Any]:
    def leave(self: Any, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Any:
        self.journal.note(name, original_node, updated_node)
        answer = self.journal.choose(
            (600, "same"),
            (60, "original"),
            (60, "copy"),
            (60, "change"),
            (6, "remove"),
            (6, "flatten"),
            (2, "empty"),
            (1, "wrong"),
            (1, "raise"),
        )
        return _answered(answer, original_node, updated_node)

    return leave


def _answered(answer: str, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Any:
    if answer == "raise":
        message = f"no {type(original_node).__name__}"
        raise RuntimeError(message)
    answers: dict[str, Callable[[], Any]] = {
        "original": lambda: original_node,
        "copy": updated_node.deep_clone,
        "change": lambda: _changed(updated_node),
        "remove": cst.RemoveFromParent,
        "flatten": lambda: cst.FlattenSentinel([updated_node, updated_node.deep_clone()]),
        "empty": lambda: cst.FlattenSentinel([]),
        "wrong": lambda: "text",
    }
    return answers.get(answer, lambda: updated_node)()


def _changed(node: Any) -> cst.CSTNode:
    if isinstance(node, cst.Name):
        changed: cst.CSTNode = node.with_changes(value="changed")
    elif isinstance(node, cst.BaseExpression):
        changed = cst.Name("changed", lpar=node.lpar, rpar=node.rpar)
    elif isinstance(node, cst.IndentedBlock | cst.SimpleStatementLine):
        changed = node.with_changes(body=node.body[:1])
    else:
        changed = node.with_changes()
    return changed


def _attribute(name: str) -> Callable[[Any, Any], None]:
    def attribute(self: Any, node: cst.CSTNode) -> None:
        self.journal.note(name, node)

    return attribute


def _generic(base: type, name: str) -> Callable[..., Any]:
    def hook(self: Any, *told: Any) -> Any:
        self.journal.note(name, told[0])
        return getattr(base, name)(self, *told)

    return hook


def make(base: type, *, seed: int) -> type:
    """Make a class with handlers of many sorts, always the same from one seed."""
    chosen = random.Random(seed)
    is_transformer = issubclass(base, cst.CSTTransformer)
    leave = _leave if is_transformer else _leave_read
    names: dict[str, Any] = {}
    for kind in chosen.sample(COMMON, k=chosen.choice([0, 1, 1, 2, 3, 6])):
        for prefix, maker in (("visit", _visit), ("leave", leave)):
            if chosen.random() < 0.7:
                names[f"{prefix}_{kind}"] = maker(f"{prefix}_{kind}")
        fields = SHAPES[BY_NAME[kind]].children
        if fields and chosen.random() < 0.15:
            name = f"{chosen.choice(['visit', 'leave'])}_{kind}_{chosen.choice(fields).name}"
            names[name] = _attribute(name)
    if chosen.random() < 0.1:
        name = chosen.choice(["on_visit", "on_leave", "on_visit_attribute", "on_leave_attribute"])
        names[name] = _generic(base, name)
    if hasattr(base, "_matchers"):
        _decorate(names, chosen, is_transformer=is_transformer)
    return type("Made", (base,), names)


def _decorate(names: dict[str, Any], chosen: random.Random, *, is_transformer: bool) -> None:
    conditions = (m.FunctionDef(), m.OneOf(m.If(), m.ClassDef()), m.Call(func=m.Name()), m.TypeOf(m.Try, m.Assign)())
    for name in sorted(names):
        if not name.startswith("on_") and chosen.random() < 0.1:
            decorator = chosen.choice([m.call_if_inside, m.call_if_not_inside])
            names[name] = decorator(chosen.choice(conditions))(names[name])
    if chosen.random() < 0.3:
        matcher = chosen.choice((m.Name(), m.Call(), m.OneOf(m.Attribute(), m.SimpleString()), m.AllOf(m.Name())))
        names["decorated_visit"] = m.visit(matcher)(_unannotated(_attribute("decorated visit")))
    if chosen.random() < 0.3:
        matcher = chosen.choice((m.Name(), m.Call(), m.OneOf(m.Attribute(), m.SimpleString())))
        made = (_leave if is_transformer else _leave_read)("decorated leave")
        names["decorated_leave"] = m.leave(matcher)(_unannotated(made))


def _unannotated(method: Callable[..., Any]) -> Callable[..., Any]:
    # LibCST holds a decorated method to its annotations.
    method.__annotations__ = {}
    return method


def instance(made: type, *, journal: Journal) -> Any:
    """Make one visitor that writes into a journal."""
    is_aware = issubclass(made, VisitorBasedCodemodCommand | ContextAwareVisitor)
    visitor = made(CodemodContext()) if is_aware else made()
    visitor.journal = journal
    return visitor
