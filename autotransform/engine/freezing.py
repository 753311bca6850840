"""Whether a script may change nodes where they stand, which LibCST forbids and Python does not prevent.

Nodes are frozen, so that what was written, parsed or looked at once need not be again where it is the same node still.
A script that gets around that is known by its text: by the words without which Python offers no way. One that hides
those words loses what it changes in a node that stayed, and nothing else.
"""

from __future__ import annotations

import ast
import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autotransform.script import Script

#: What sets an attribute of an object whose class forbids it, or gets at what does: as an attribute or in a string ...
_ATTRIBUTES = frozenset(
    {
        *("__setattr__", "__delattr__", "__dict__", "__class__", "__set__", "__delete__", "__setstate__"),
        *("__getattribute__", "__builtins__", "__subclasses__", "__import__"),
    }
)
#: ... and as a name, or as what is imported.
_NAMES = _ATTRIBUTES | {
    *("builtins", "compile", "delattr", "eval", "exec", "setattr", "vars"),
    *("copyreg", "ctypes", "gc", "import_module", "importlib", "pickle"),
}
#: What makes an object anew where it stands, unless a class asks its own base for it.
_MAKERS = frozenset({"__init__", "__post_init__"})


def may_change_nodes(script: Script) -> bool:
    """Tell whether the text of a script holds a word of those that changing a frozen node takes."""
    return _holds_words(script.source)


@functools.lru_cache(maxsize=64)
def _holds_words(source: str) -> bool:
    try:
        return any(_is_word(node) for node in ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError):
        return True


def _is_word(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name) | ast.alias(name=name) | ast.ImportFrom(module=str(name)):
            return not _NAMES.isdisjoint(name.split("."))
        case ast.Constant(value=str(text)):
            return text in _ATTRIBUTES or text in _MAKERS
        case ast.Attribute(attr=name, value=value):
            is_of_base = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "super"
            return name in _ATTRIBUTES or (name in _MAKERS and not is_of_base)
        case _:
            return False
