"""What a word of a file stands for: a target of the script, something else, or plain text."""

from __future__ import annotations

import builtins
import contextlib
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

import libcst as cst
from libcst._nodes.internal import CodegenState
from libcst.codemod import CodemodContext

from autotransform.codemod.members import Members
from autotransform.codemod.names import REEXPORTS
from autotransform.codemod.reading import ReadingCommand
from autotransform.codemod.scopes import dotted
from autotransform.codemod.texts import mentions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from libcst.metadata import MetadataWrapper

    from autotransform.engine.spots import Spot
    from autotransform.engine.values import FileContext

_Leaf: TypeAlias = cst.Name | cst.SimpleString | cst.FormattedStringText | cst.Comment
_LEAVES = frozenset({cst.Name, cst.SimpleString, cst.FormattedStringText, cst.Comment})
#: With one of these a module may be imported without an import, and be the value of any variable.
_DYNAMIC_IMPORTS = ("import_module", "importorskip", "__import__", "sys.modules")
_NOTHING = contextlib.nullcontext()
_DEFINITIONS = (cst.Import, cst.ImportFrom, cst.ClassDef, cst.FunctionDef)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a word stands for."""

    fate: Literal["elsewhere", "text", "unmatched"]
    why: str
    #: Whether names tell that it is a target, or that it may be one.
    is_target: bool = False
    #: What it stands for, where an import or Python itself says so.
    names: frozenset[str] = frozenset()


class Reader:
    """One tree and the names in it. Everything is computed when the first question needs it."""

    def __init__(self, wrapper: MetadataWrapper, *, context: FileContext, targets: Sequence[str]) -> None:
        self.wrapper = wrapper
        self._targets = tuple(targets)
        self._words = frozenset(target.rpartition(".")[2] for target in targets)
        self.reading = ReadingCommand(
            CodemodContext(
                filename=context.path,
                full_module_name=context.module or None,
                full_package_name=context.package or None,
                scratch={REEXPORTS: dict(context.reexports)},
                wrapper=wrapper,
            )
        )

    def leaf(self, offset: int) -> cst.CSTNode | None:
        """Give the name, string or comment at a place, counted in characters; ``None`` for a keyword."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return None
        start, leaf = self._leaves[index]
        return leaf if offset < start + len(leaf.value) else None

    def standing(self, spot: Spot) -> Standing:
        """Tell what a word stands for."""
        leaf = self.leaf(spot.offset)
        if leaf is None:
            return Standing("elsewhere", "a keyword of Python")
        if isinstance(leaf, cst.Comment):
            return Standing("text", "in a comment")
        if not isinstance(leaf, cst.Name):
            return self._of_string(leaf)
        if leaf.value != spot.word:
            return Standing("elsewhere", "a part of another name")
        try:
            targets = [each for each in self._targets if _last(each) == spot.word]
            return _Meaning(self, leaf, targets=targets)()
        except Exception as error:  # noqa: BLE001 - LibCST's analysis fails on some files, and no script is at fault
            return Standing("unmatched", f"LibCST cannot tell what the names of the file are ({type(error).__name__})")

    def _of_string(self, leaf: cst.CSTNode) -> Standing:
        if not isinstance(leaf, cst.SimpleString):
            return Standing("text", "in a string")
        if leaf.raw_value in self._words:
            return Standing("text", "a string of its own")
        is_mention = mentions(leaf.raw_value, names=self._targets)
        if is_mention and not isinstance(self.reading.names.scopes.parent(leaf), cst.Expr):
            return Standing("unmatched", "a string that names it")
        return Standing("text", "in a string")

    @cached_property
    def may_import_by_name(self) -> bool:
        """Whether the file may import a module without an import."""
        code = self.wrapper.module.code
        return any(way in code for way in _DYNAMIC_IMPORTS)

    @cached_property
    def _leaves(self) -> list[tuple[int, _Leaf]]:
        module = self.wrapper.module
        locator = _Locator(module, words=self._words)
        module._codegen(locator)  # noqa: SLF001 - as LibCST's own positions do, at a quarter of their cost
        return locator.found

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self._leaves]


class _Locator(CodegenState):
    """Writes a tree, and notes where the names, strings and comments stand that hold one of some words."""

    def __init__(self, module: cst.Module, *, words: frozenset[str]) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.found: list[tuple[int, _Leaf]] = []
        self._words = words
        self._open: list[_Leaf] = []
        self._offset = 0

    def before_codegen(self, node: cst.CSTNode) -> None:
        if type(node) in _LEAVES:
            self._open.append(node)  # type: ignore[arg-type]

    def after_codegen(self, node: cst.CSTNode) -> None:
        if self._open and self._open[-1] is node:
            self._open.pop()

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, **around: cst.CSTNode | None
    ) -> AbstractContextManager[None]:
        # LibCST's own makes a generator for each statement, which costs more than all of the rest.
        del node, around
        return _NOTHING

    def add_indent_tokens(self) -> None:
        self._offset += sum(map(len, self.indent_tokens))

    def add_token(self, value: str) -> None:
        if self._open and value is self._open[-1].value and any(word in value for word in self._words):
            self.found.append((self._offset, self._open[-1]))
        self._offset += len(value)


class _Meaning:
    """What one name stands for."""

    def __init__(self, reader: Reader, name: cst.Name, *, targets: Sequence[str]) -> None:
        self.reader = reader
        self.reading = reader.reading
        self.names = reader.reading.names
        self.scopes = reader.reading.names.scopes
        self.name = name
        self.written = targets
        self.targets = self.names.canonicals(targets)
        self.parent = self.scopes.parent(name)

    def __call__(self) -> Standing:
        """Tell what it stands for."""
        if isinstance(self.parent, cst.Arg) and self.parent.keyword is self.name:
            return self._of_keyword(self.parent)
        if isinstance(self.parent, cst.MatchKeywordElement) and self.parent.key is self.name:
            return Standing("elsewhere", "a keyword of a pattern")
        node = self._whole()
        found = self.names.qualified(node)
        if found & self.names.ambiguous and self._is_path():
            return Standing("elsewhere", "the module of that name")
        real = self.names.canonicals(found)
        if real & self.targets:
            return self._of_target(real)
        if isinstance(node, cst.Attribute) and not self.scopes.import_around(node):
            return self._of_attribute(node, real)
        return self._of_binding(node, real) if real else self._of_unbound(node)

    def _whole(self) -> cst.CSTNode:
        """Give the node of which something is known: of ``a.b`` for ``b``, of a definition for its name."""
        parent = self.parent
        if isinstance(parent, cst.Attribute) and parent.attr is self.name:
            return parent
        if isinstance(parent, cst.ImportAlias | cst.FunctionDef | cst.ClassDef) and parent.name is self.name:
            return parent
        return self.name

    def _is_path(self) -> bool:
        """Whether it is a part of the module path of an import, or something is taken out of it."""
        if isinstance(self.parent, cst.Attribute) and self.parent.value is self.name:
            return True
        is_in_import = self.scopes.import_around(self.name) is not None
        return is_in_import and not isinstance(self.parent, cst.ImportAlias | cst.AsName)

    def _of_target(self, real: frozenset[str]) -> Standing:
        named = _listed(real & self.targets)
        if real <= self.targets:
            return Standing("unmatched", f"stands for {named} still", is_target=True)
        return Standing("unmatched", f"may stand for {named}, or for something else", is_target=True)

    def _of_keyword(self, argument: cst.Arg) -> Standing:
        call = self.scopes.parent(argument)
        owners = self.names.canonicals(target.rpartition(".")[0] for target in self.written)
        if isinstance(call, cst.Call) and self.names.canonicals(self.names.qualified(call.func)) & owners:
            return Standing("unmatched", "a keyword of its class")
        return Standing("elsewhere", "a keyword of a call")

    # Attributes

    def _of_attribute(self, node: cst.Attribute, real: frozenset[str]) -> Standing:
        belongs = self.reading.is_member(node, *self.written)
        if belongs:
            return Standing("unmatched", f"stands for {_listed(self.targets)} still", is_target=True)
        if self.names.canonicals(self.names.possible(node)) & self.targets:
            return Standing("unmatched", f"may stand for {_listed(self.targets)}", is_target=True)
        if belongs is None and any(_is_class(target.rpartition(".")[0]) for target in self.written):
            return Standing("unmatched", "an attribute of an unknown value")
        if real and (belongs is False or self._is_defined(node)):
            return self._of_binding(node, real)
        return self._of_value(node, is_known=belongs is False)

    def _of_value(self, node: cst.Attribute, *, is_known: bool) -> Standing:
        """Tell what an attribute is of which only the value may be known."""
        if is_known:
            return Standing("elsewhere", "an attribute of something else")
        if self._may_be_module(node.value):
            return Standing("unmatched", "an attribute of what may be its module")
        return Standing("elsewhere", "an attribute of a value, not of a module")

    def _is_defined(self, node: cst.Attribute) -> bool:
        """Whether the first name is an import, a definition or a builtin, and no variable that holds anything."""
        parts = dotted(node)
        variable = self.scopes.variable(parts[0]) if parts else None
        if variable is None:
            return False
        bound = (getattr(each, "node", None) for each in variable.assignments)
        return variable.is_builtin or all(isinstance(each, _DEFINITIONS) for each in bound)

    def _may_be_module(self, value: cst.BaseExpression) -> bool:
        """Whether a value may be the module of a target all the same: by its name, or as modules come as values."""
        last = value.attr if isinstance(value, cst.Attribute) else value
        if isinstance(last, cst.Name) and last.value in {_last(each.rpartition(".")[0]) for each in self.written}:
            return True
        return self.reader.may_import_by_name

    # Variables

    def _of_binding(self, node: cst.CSTNode, real: frozenset[str]) -> Standing:
        loose = {name.lstrip(".") for name in real if name.startswith(".")}
        if any(f".{target}".endswith(f".{name}") for name in loose for target in self.targets):
            return Standing("unmatched", "it is not known which module it is imported from")
        if all("<locals>" in name or "<comprehension>" in name for name in real):
            of = "an attribute of " if isinstance(node, cst.Attribute) else ""
            return Standing("elsewhere", f"{of}a local variable")
        owners = {name.rpartition(".")[0] for name in real}
        if not isinstance(node, cst.Attribute) and owners & self._family():
            return Standing("unmatched", "defined in a class that derives from its own")
        is_own = any(name.startswith(f"{self.names.module}.") for name in real)
        return Standing("elsewhere", f"stands for {_listed(real)}", names=frozenset() if is_own else real)

    def _family(self) -> frozenset[str]:
        classes = [owner for target in self.written if _is_class(owner := target.rpartition(".")[0])]
        return Members(self.names, classes=classes, attribute=self.name.value).family if classes else frozenset()

    def _of_unbound(self, node: cst.CSTNode) -> Standing:
        possible = self.names.canonicals(self.names.possible(node))
        if possible & self.targets:
            return Standing("unmatched", f"may stand for {_listed(possible & self.targets)}", is_target=True)
        if self.names.star_modules:
            return Standing("unmatched", "a star import may bind it")
        return Standing("unmatched", "it cannot be told what binds it")


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _is_class(name: str) -> bool:
    """Whether a dotted name looks like a class, not like a module: ``pkg.Client``, ``datetime.datetime``, ``str``."""
    holder, _, last = name.rpartition(".")
    known = getattr(builtins, last, None) if holder in {"", "builtins"} else None
    return last[:1].isupper() or last == _last(holder) or isinstance(known, type)


def _listed(names: frozenset[str]) -> str:
    return " or ".join(f"`{name}`" for name in sorted(names))
