"""Rename one thing in one file, wherever a name certainly stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import libcst as cst
from libcst.metadata import ClassScope, ImportAssignment, Scope

from autotransform.codemod.members import Members
from autotransform.codemod.names import alias_of
from autotransform.codemod.scopes import Variable, is_inside
from autotransform.codemod.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from libcst.metadata import BaseAssignment

    from autotransform.codemod.names import Names

Renamed = TypeVar("Renamed", cst.Name, cst.Attribute, cst.ImportAlias, cst.SimpleString, cst.Comment)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one variable of the file."""

    #: ``keep``: an import gives it its old name, ``import new as old``; ``refuse``: nothing can be done.
    action: Literal["rename", "keep", "refuse", "leave"]
    reason: str = ""


_RENAME = Verdict("rename")
_LEAVE = Verdict("leave")


class Renamer:
    """The renaming of one thing in one file.

    A variable of the file is renamed as a whole or not at all, so that its definition and its uses stay together.
    """

    def __init__(
        self, names: Names, *, targets: Iterable[str], to: str, skip: Callable[[cst.CSTNode, str], None]
    ) -> None:
        self.names = names
        self.written = frozenset(targets)
        self.targets = names.canonicals(self.written)
        self.old = frozenset(name.rpartition(".")[2] for name in self.written)
        self.new = to
        self.skip = skip
        self.texts = Texts(self)
        self._verdicts: dict[tuple[Scope, str], Verdict] = {}

    def rename(self, original: Renamed, updated: Renamed) -> Renamed:
        """Give a node its new name, or give it back as it is."""
        return cast("Renamed", self._dispatch(original, updated))

    def _dispatch(self, original: cst.CSTNode, updated: Any) -> cst.CSTNode:
        # Most nodes have nothing to do with it: find out before any metadata is computed.
        found: cst.CSTNode = updated
        if isinstance(original, cst.Name):
            if original.value in self.old:
                found = self._name(original, updated)
        elif isinstance(original, cst.Attribute):
            if original.attr.value in self.old:
                found = self._attribute(original, updated)
        elif isinstance(original, cst.ImportAlias):
            if original.name.value in self.old:
                found = self._alias(original, updated)
        elif isinstance(original, cst.Comment) and any(each in original.value for each in self.old):
            found = self.texts.comment(original, updated)
        elif isinstance(original, cst.SimpleString) and any(each in original.value for each in self.old):
            found = self.texts.string(original, updated)
        return found

    def is_target(self, name: str) -> bool:
        """Whether a dotted name is the thing that is renamed."""
        return self.names.canonical(name) in self.targets

    def _refers(self, node: cst.CSTNode) -> bool:
        found = self.names.qualified(node)
        if found & self._modules and self._is_module(node):
            return False
        return bool(found) and self.names.canonicals(found) <= self.targets

    @cached_property
    def _modules(self) -> frozenset[str]:
        """Names of the target that are names of the module it is in, too."""
        shadowed = {name for name in self.written if any(each.startswith(f"{name}.") for each in self.targets)}
        return self.names.ambiguous | shadowed

    def _is_module(self, node: cst.CSTNode) -> bool:
        """Whether a name that is both is the module here: it is imported from, or something is taken out of it."""
        around = self.names.scopes.parent(node)
        if isinstance(around, cst.Attribute) and around.value is node and around.attr.value in {*self.old, self.new}:
            return True  # the new name: in a file that is renamed already
        is_path = self.names.scopes.import_around(node) is not None and not isinstance(around, cst.AsName)
        return is_path and not isinstance(node, cst.ImportAlias)

    def _may_refer(self, node: cst.CSTNode) -> bool:
        if self.names.qualified(node) & self._modules and self._is_module(node):
            return False
        found = self.names.canonicals(self.names.possible(node))
        loose = {name.lstrip(".") for name in found if name.startswith(".")}
        return bool(found & self.targets) or any(
            f".{target}".endswith(f".{each}") for each in loose for target in self.targets
        )

    # One kind of node after another

    def _name(self, original: cst.Name, updated: cst.Name) -> cst.Name:
        scopes = self.names.scopes
        if scopes.import_around(original) is not None and not scopes.is_variable(original):
            return self._import_path(original, updated)
        if not scopes.is_variable(original):
            return self._label(original, updated)
        variable = scopes.variable(original)
        if variable is None:
            if self._may_refer(original):
                self.skip(original, f"`{original.value}` may stand for something else here")
            return updated
        verdict = self.verdict(variable)
        if verdict.action == "refuse":
            self.skip(original, verdict.reason)
        if verdict.action != "rename":
            return updated
        if self._is_captured(scopes.scope(original), owner=variable.owner):
            self.skip(original, f"`{self.new}` is another variable here")
            return updated
        return updated.with_changes(value=self.new)

    def _import_path(self, original: cst.Name, updated: cst.Name) -> cst.Name:
        """The first part of ``import old.part`` and ``from old import name``."""
        around = self.names.scopes.parent(original)
        if isinstance(around, cst.ImportAlias) or not self._refers(original):
            return updated
        statement = self.names.scopes.import_around(original)
        if isinstance(statement, cst.Import) and not self._binds_alias(original):
            variable = self.names.scopes.find(original.value, scope=self.names.scopes.scope(statement))
            if variable is None or self.verdict(variable).action != "rename":
                self.skip(original, f"`{self.new}` cannot take the place of `{original.value}` in this file")
                return updated
        return updated.with_changes(value=self.new)

    def _binds_alias(self, node: cst.CSTNode) -> bool:
        around = self.names.scopes.ancestors(node)
        return any(isinstance(each, cst.ImportAlias) and each.asname is not None for each in around)

    def _label(self, original: cst.Name, updated: cst.Name) -> cst.Name:
        """Take a name that is no variable: a keyword of a call or of a pattern. Nothing of it is ours here."""
        del original
        return updated

    def _attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.Attribute:
        if self._refers(original):
            return updated.with_changes(attr=updated.attr.with_changes(value=self.new))
        if self._may_refer(original):
            self.skip(original, f"what has the attribute `{original.attr.value}` here may be something else")
        return updated

    def _alias(self, original: cst.ImportAlias, updated: cst.ImportAlias) -> cst.ImportAlias:
        old = str(original.name.value)
        refers = self._refers(original)
        if not refers and self._may_refer(original):
            self.skip(original, "it is not known which module this is imported from")
        renamed = updated.with_changes(name=cst.Name(self.new)) if refers else updated
        if original.asname is not None:
            return renamed
        variable = self.names.scopes.find(old, scope=self.names.scopes.scope(original))
        verdict = self.verdict(variable) if variable else Verdict("keep" if refers else "leave")
        if verdict.action in {"keep", "refuse"} and verdict.reason:
            self.skip(original, verdict.reason)
        if verdict.action == "rename":
            return renamed if refers else updated.with_changes(asname=_as(self.new))
        return renamed.with_changes(asname=_as(old)) if refers else updated

    # One variable after another

    def verdict(self, variable: Variable) -> Verdict:
        """Decide what becomes of a variable."""
        key = (variable.owner, variable.name)
        if key not in self._verdicts:
            self._verdicts[key] = self._decide(variable)
        return self._verdicts[key]

    def _decide(self, variable: Variable) -> Verdict:
        is_own = not variable.is_builtin and self.is_target(self.names.own(variable.name, scope=variable.owner))
        imports = [self._imports_target(each) for each in variable.assignments]
        if not is_own and not any(imports):
            return _LEAVE
        if not is_own and not all(imports):
            return Verdict(
                "keep", f"`{variable.name}` is bound to something else too, so it stays the name in this file"
            )
        reason = self._obstacle(variable, is_own=is_own)
        if not reason:
            return _RENAME
        return Verdict("refuse" if is_own and not all(imports) else "keep", reason)

    def _imports_target(self, assignment: BaseAssignment) -> bool:
        """Whether an import binds the target under its own name."""
        if not isinstance(assignment, ImportAssignment):
            return False
        alias = alias_of(assignment)
        if alias is None or (alias.asname is not None and alias.evaluated_alias != alias.evaluated_name):
            return False
        return self.names.canonicals(self.names.of_assignment(assignment)) <= self.targets

    def _obstacle(self, variable: Variable, *, is_own: bool) -> str:
        """Say why the new name cannot stand where the old one does; empty when it can."""
        owner = variable.owner
        if owner.assignments[self.new]:
            return f"`{self.new}` is bound here already"
        for scope in self.names.scopes.every:
            if not is_inside(scope, owner):
                continue
            uses_new = self.new in scope.accesses and not any(is_inside(each.scope, owner) for each in scope[self.new])
            if uses_new and (scope is owner or not isinstance(owner, ClassScope)):
                return f"`{self.new}` would hide what the name stands for here"
            uses_old = variable.name in scope.accesses and scope[variable.name] & variable.assignments
            if uses_old and not is_own and self._is_captured(scope, owner=owner):
                return f"`{self.new}` is another variable where `{variable.name}` is used"
        return ""

    def _is_captured(self, scope: Scope, *, owner: Scope) -> bool:
        """Whether the new name, used in a scope, would be a variable of a scope inside the owner."""
        return any(each.scope is not owner and is_inside(each.scope, owner) for each in scope[self.new])


class MemberRenamer(Renamer):
    """The renaming of one method or attribute of a family of classes."""

    def __init__(
        self, names: Names, *, targets: Iterable[str], to: str, skip: Callable[[cst.CSTNode, str], None]
    ) -> None:
        owners = {target.rpartition(".")[0] for target in targets}
        attribute = next(target.rpartition(".")[2] for target in targets)
        self.members = Members(names, classes=owners, attribute=attribute)
        family = {f"{each}.{attribute}" for each in self.members.family}
        super().__init__(names, targets={*targets, *family}, to=to, skip=skip)

    def _attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.Attribute:
        belongs = self._refers(original) or self.members.belongs(original)
        if belongs is None:
            self.skip(original, "the type of the value is unknown")
        return updated.with_changes(attr=updated.attr.with_changes(value=self.new)) if belongs else updated

    def _label(self, original: cst.Name, updated: cst.Name) -> cst.Name:
        scopes = self.names.scopes
        around = scopes.parent(original)
        beyond = scopes.parent(around) if around else None
        if isinstance(beyond, cst.MatchClass):
            is_ours = self.members.is_class(beyond.cls)
            if is_ours is None:
                self.skip(original, "the class of the pattern is unknown")
            return updated.with_changes(value=self.new) if is_ours else updated
        if isinstance(around, cst.Arg) and isinstance(beyond, cst.Call) and self.members.is_class(beyond.func):
            self.skip(original, "a keyword of the class itself: whether it sets this attribute is unknown")
        return updated


def _as(name: str) -> cst.AsName:
    return cst.AsName(name=cst.Name(name))
