"""Names that a file uses where LibCST does not look: in type comments, lists of exports, and types in strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from autotransform.codemod.scopes import dotted

if TYPE_CHECKING:
    from autotransform.codemod.names import Names

TYPE_COMMENT = re.compile(r"#\s*type:(?!\s*ignore\b)([^#]*)")
_WORD = re.compile(r"[^\W\d]\w*")
_EXPORTS = "__all__"
#: What takes types between its brackets, wherever it stands; LibCST knows those of `typing`.
_GENERIC = frozenset(f"builtins.{name}" for name in ("dict", "frozenset", "list", "set", "tuple", "type"))
_GENERIC_MODULES = ("collections.", "typing.", "typing_extensions.")
_LITERAL = frozenset({"typing.Literal", "typing_extensions.Literal"})
_ALIAS = frozenset({"typing.TypeAlias", "typing_extensions.TypeAlias"})


def mentioned(names: Names) -> frozenset[str]:
    """Give every word of such a place."""
    found = _Mentions(names)
    names.wrapper.module.visit(found)
    comments = (TYPE_COMMENT.search(comment) for comment in found.comments)
    texts = [*found.texts, *(comment[1] for comment in comments if comment)]
    return frozenset(word for text in texts for word in _WORD.findall(text))


class _Mentions(cst.CSTVisitor):
    def __init__(self, names: Names) -> None:
        super().__init__()
        self.names = names
        self.texts: list[str] = []
        self.comments: list[str] = []
        #: How many places around this node make types or exports of its strings.
        self._depth = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        self._depth += self._holds_names(node)
        if isinstance(node, cst.Subscript) and self._of_subscript(node) & _LITERAL:
            return False
        if isinstance(node, cst.Comment):
            self.comments.append(node.value)
        elif isinstance(node, cst.SimpleString) and self._depth and isinstance(node.evaluated_value, str):
            self.texts.append(node.evaluated_value)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        self._depth -= self._holds_names(original_node)

    def _holds_names(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Subscript):
            return any(name in _GENERIC or name.startswith(_GENERIC_MODULES) for name in self._of_subscript(node))
        if isinstance(node, cst.AnnAssign):
            kind = node.annotation.annotation
            return _is_exports(node.target) or bool(dotted(kind) and self.names.qualified(kind) & _ALIAS)
        if isinstance(node, cst.Assign):
            return any(_is_exports(each.target) for each in node.targets)
        if isinstance(node, cst.AugAssign):
            return _is_exports(node.target)
        return isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and _is_exports(node.func.value)

    def _of_subscript(self, node: cst.Subscript) -> frozenset[str]:
        return self.names.qualified(node.value) if dotted(node.value) else frozenset()


def _is_exports(node: cst.CSTNode) -> bool:
    """Whether a node is ``__all__``, or a tuple with it."""
    if isinstance(node, cst.Tuple):
        return any(_is_exports(each.value) for each in node.elements)
    return isinstance(node, cst.Name) and node.value == _EXPORTS
