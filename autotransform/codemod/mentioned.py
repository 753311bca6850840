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

    def visit_Comment(self, node: cst.Comment) -> None:
        self.comments.append(node.value)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        if self._depth and isinstance(node.evaluated_value, str):
            self.texts.append(node.evaluated_value)

    def visit_Subscript(self, node: cst.Subscript) -> bool:
        self._depth += self._is_generic(node)
        return not self._of_subscript(node) & _LITERAL

    def leave_Subscript(self, original_node: cst.Subscript) -> None:
        self._depth -= self._is_generic(original_node)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._depth += self._is_alias(node)

    def leave_AnnAssign(self, original_node: cst.AnnAssign) -> None:
        self._depth -= self._is_alias(original_node)

    def visit_Assign(self, node: cst.Assign) -> None:
        self._depth += any(_is_exports(each.target) for each in node.targets)

    def leave_Assign(self, original_node: cst.Assign) -> None:
        self._depth -= any(_is_exports(each.target) for each in original_node.targets)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._depth += _is_exports(node.target)

    def leave_AugAssign(self, original_node: cst.AugAssign) -> None:
        self._depth -= _is_exports(original_node.target)

    def visit_Call(self, node: cst.Call) -> None:
        self._depth += _is_call_of_exports(node)

    def leave_Call(self, original_node: cst.Call) -> None:
        self._depth -= _is_call_of_exports(original_node)

    def _is_generic(self, node: cst.Subscript) -> bool:
        return any(name in _GENERIC or name.startswith(_GENERIC_MODULES) for name in self._of_subscript(node))

    def _is_alias(self, node: cst.AnnAssign) -> bool:
        kind = node.annotation.annotation
        return _is_exports(node.target) or bool(dotted(kind) and self.names.qualified(kind) & _ALIAS)

    def _of_subscript(self, node: cst.Subscript) -> frozenset[str]:
        return self.names.qualified(node.value) if dotted(node.value) else frozenset()


def _is_call_of_exports(node: cst.Call) -> bool:
    """Whether it is one of a method of ``__all__``."""
    return isinstance(node.func, cst.Attribute) and _is_exports(node.func.value)


def _is_exports(node: cst.CSTNode) -> bool:
    """Whether a node is ``__all__``, or a tuple with it."""
    if isinstance(node, cst.Tuple):
        return any(_is_exports(each.value) for each in node.elements)
    return isinstance(node, cst.Name) and node.value == _EXPORTS
