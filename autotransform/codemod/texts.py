"""Names in strings and comments: exports, annotations, and mentions that nobody can decide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable

    from libcst.metadata import Scope

    from autotransform.codemod.renaming import Renamer

_CHAIN = re.compile(r"(?<![\w.])[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_TYPE_COMMENT = re.compile(r"#\s*type:(?!\s*ignore\b)\s*")
_EXPORTS = "__all__"
#: Lists of names in the body of a class.
_MEMBERS = frozenset({"__slots__", "__match_args__"})
#: What is called with the name of an attribute in a string.
_DYNAMIC = frozenset(
    {"getattr", "hasattr", "setattr", "delattr", "attrgetter", "methodcaller", "object", "multiple", "import_module"}
)


class Texts:
    """What a renaming does to strings and comments."""

    def __init__(self, renamer: Renamer) -> None:
        self.renamer = renamer
        self.names = renamer.names
        self.scopes = renamer.names.scopes

    def comment(self, original: cst.Comment, updated: cst.Comment) -> cst.Comment:
        """Rename in a type comment; other comments are prose."""
        if not _TYPE_COMMENT.match(original.value):
            return updated
        start = _TYPE_COMMENT.match(original.value)
        assert start is not None
        new = self._renamed(original.value[start.end() :], scope=self.scopes.scope(original))
        return updated.with_changes(value=original.value[: start.end()] + new)

    def string(self, original: cst.SimpleString, updated: cst.SimpleString) -> cst.SimpleString:
        """Rename in a list of exports or in an annotation; list other strings that name the thing."""
        text = original.raw_value
        new = text
        if text in self.renamer.old and (listing := self._listing(original)):
            new = self._listed(original, listing=listing)
        elif self._is_annotation(original):
            if "\\" in text or "'" in text or '"' in text:
                self._mention(original, reason="an annotation that holds strings")
            else:
                new = self._renamed(text, scope=self.scopes.scope(original))
        elif mentions(text, names=self.renamer.written | self.renamer.targets):
            self.renamer.skip(original, "a string that names it")
        elif text in self.renamer.old and self._is_dynamic(original):
            self.renamer.skip(original, "an attribute that is looked up by a string")
        if new == text:
            return updated
        quote = len(original.prefix) + len(original.quote)
        return updated.with_changes(
            value=original.value[:quote] + new + original.value[len(original.value) - len(original.quote) :]
        )

    # Lists of names

    def _listing(self, node: cst.SimpleString) -> str:
        """Name the list of names that a string is part of: ``__all__``, ``__slots__``; else empty."""
        for each in self.scopes.ancestors(node):
            if isinstance(each, cst.Assign):
                return _first_listing([target.target for target in each.targets])
            if isinstance(each, cst.AnnAssign | cst.AugAssign):
                return _first_listing([each.target])
            if isinstance(each, cst.Call):
                return _first_listing([each.func.value]) if isinstance(each.func, cst.Attribute) else ""
            if isinstance(each, cst.BaseStatement | cst.BaseSmallStatement):
                return ""
        return ""

    def _listed(self, node: cst.SimpleString, *, listing: str) -> str:
        scope = self.scopes.scope(node)
        name = node.raw_value
        variable = self.scopes.find(name, scope=scope)
        is_own = self.renamer.is_target(self.names.own(name, scope=scope))
        if listing == _EXPORTS and variable is not None and not variable.is_builtin:
            verdict = self.renamer.verdict(variable)
            if verdict.action == "refuse":
                self.renamer.skip(node, verdict.reason)
            return self.renamer.new if verdict.action == "rename" else name
        if is_own:
            return self.renamer.new
        if listing == _EXPORTS and any(self.renamer.is_target(f"{star}.{name}") for star in self.names.star_modules):
            self.renamer.skip(node, "it may come from a star import")
        return name

    # Annotations

    def _is_annotation(self, node: cst.SimpleString) -> bool:
        scope = self.scopes.scope(node)
        prefixes = {
            ".".join(parts[:length])
            for parts in (chain.split(".") for chain in _CHAIN.findall(node.raw_value))
            for length in range(1, len(parts) + 1)
        }
        return any(access.node is node for prefix in prefixes for access in scope.accesses[prefix])

    def _renamed(self, text: str, *, scope: Scope) -> str:
        return _CHAIN.sub(lambda found: self._renamed_chain(found[0], scope=scope), text)

    def _renamed_chain(self, chain: str, *, scope: Scope) -> str:
        parts = chain.split(".")
        variable = self.scopes.find(parts[0], scope=scope)
        if variable is None:
            return chain
        bases = self.names.of_variable(variable)
        for index in range(1, len(parts)):
            if parts[index] in self.renamer.old:
                reached = [".".join((base, *parts[1 : index + 1])) for base in bases]
                if reached and all(self.renamer.is_target(each) for each in reached):
                    parts[index] = self.renamer.new
        if parts[0] in self.renamer.old and self.renamer.verdict(variable).action == "rename":
            parts[0] = self.renamer.new
        return ".".join(parts)

    # Mentions

    def _mention(self, node: cst.SimpleString, *, reason: str) -> None:
        if any(re.search(rf"\b{re.escape(old)}\b", node.raw_value) for old in self.renamer.old):
            self.renamer.skip(node, reason)

    def _is_dynamic(self, node: cst.SimpleString) -> bool:
        argument = self.scopes.parent(node)
        call = self.scopes.parent(argument) if isinstance(argument, cst.Arg) else None
        if not isinstance(call, cst.Call):
            return False
        called = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
        if not (isinstance(called, cst.Name) and called.value in _DYNAMIC):
            return False
        holder = self.names.qualified(call.args[0].value)
        is_known = bool(holder) and not any("<locals>" in name for name in holder)
        return not is_known or any(self.renamer.is_target(f"{name}.{node.raw_value}") for name in holder)


def _first_listing(targets: list[cst.BaseExpression]) -> str:
    for target in targets:
        if isinstance(target, cst.Name) and (target.value == _EXPORTS or target.value in _MEMBERS):
            return target.value
    return ""


def mentions(text: str, *, names: Iterable[str]) -> bool:
    """Whether a text holds one of some dotted names, whole, or of something inside it."""
    wanted = [name for name in names if "." in name]
    chains = [chain for chain in _CHAIN.findall(text) if "." in chain]
    return any(f"{chain}.".startswith(f"{name}.") for chain in chains for name in wanted)
