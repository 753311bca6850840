"""Imports that come and go with a change: over LibCST's visitors, mending where they collide or take too much."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor
from libcst.metadata import GlobalScope, ImportAssignment

from autotransform.codemod.names import alias_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from libcst.codemod import CodemodContext

    from autotransform.codemod.names import Names

#: Where in the context we keep what was asked for already: local name -> what it stands for.
_NEEDED = "autotransform.needed-imports"
#: Likewise, what each request for an import got, and what was asked to go: a file has many uses of one import.
_ANSWERED = "autotransform.answered-imports"
_DROPPED = "autotransform.dropped-imports"
#: Of these, the local names that we made up because the own one was taken.
MADE_UP = "autotransform.made-up-names"
_TYPE_COMMENT = re.compile(r"#\s*type:(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be imported, or no longer."""

    module: str
    #: ``None``: the module itself.
    name: str | None = None
    alias: str | None = None

    @property
    def dotted(self) -> str:
        """What it stands for."""
        return self.module if self.name is None else f"{self.module}.{self.name}"

    @property
    def local(self) -> str:
        """What code calls it: ``a.b`` after ``import a.b``."""
        return self.alias or self.name or self.module


def need_import(wanted: Wanted, *, names: Names, context: CodemodContext) -> str:
    """Make sure that something is imported at the top of the file; give what the file calls it."""
    answered: dict[Wanted, str] = context.scratch.setdefault(_ANSWERED, {})
    if wanted not in answered:
        answered[wanted] = _need_import(wanted, names=names, context=context)
    return answered[wanted]


def _need_import(wanted: Wanted, *, names: Names, context: CodemodContext) -> str:
    if wanted.name is not None and wanted.module == names.module and wanted.alias is None:
        return wanted.name  # it is at home here, and no module imports itself
    needed: dict[str, str] = context.scratch.setdefault(_NEEDED, {})
    for local in _in_place(wanted, names=names):
        if wanted.alias in {None, local} and not _is_shadowed(local, wanted=wanted, names=names):
            return local
    for local in _candidates(wanted):
        if needed.get(local) == wanted.dotted:
            return local
        if local not in needed and not _is_taken(local, wanted=wanted, names=names):
            needed[local] = wanted.dotted
            alias = None if local == (wanted.name or wanted.module) else local
            if alias is not None and wanted.alias is None:
                context.scratch.setdefault(MADE_UP, {})[local] = wanted.dotted
            AddImportsVisitor.add_needed_import(context, wanted.module, wanted.name, alias)
            return local
    raise AssertionError  # pragma: no cover - the candidates never end


def drop_import(wanted: Wanted, *, names: Names, context: CodemodContext) -> None:
    """Have every import of something removed that the transform leaves unused."""
    dropped: set[Wanted] = context.scratch.setdefault(_DROPPED, set())
    if wanted in dropped:
        return
    dropped.add(wanted)
    found = [(local, each) for local, each in _imports(names) if _brings(each, wanted=wanted, names=names)]
    for local in sorted({local for local, _ in found}):
        if all(_may_go(each, names=names) for name, each in found if name == local):
            alias = None if local == (wanted.name or wanted.module) else local
            RemoveImportsVisitor.remove_unused_import(context, wanted.module, wanted.name, alias)


def _in_place(wanted: Wanted, *, names: Names) -> list[str]:
    """List the local names of what is imported already, for the whole module; its own name first."""
    found = {
        local
        for local, each in _imports(names)
        if isinstance(each.scope, GlobalScope)
        and names.of_assignment(each) == {wanted.dotted}
        and not _is_for_type_checking(each, names=names)
    }
    return sorted(found, key=lambda local: (local != wanted.local, local))


def _imports(names: Names) -> Iterator[tuple[str, ImportAssignment]]:
    for scope in names.scopes.every:
        for each in scope.assignments:
            if isinstance(each, ImportAssignment):
                yield each.name, each


def _brings(assignment: ImportAssignment, *, wanted: Wanted, names: Names) -> bool:
    alias = alias_of(assignment)
    if alias is None or names.of_assignment(assignment) != {wanted.dotted}:
        return False
    return isinstance(assignment.node, cst.Import) == (wanted.name is None)


def _may_go(assignment: ImportAssignment, *, names: Names) -> bool:
    """Whether an import is there for its name: something used it, and no place that only a person understands."""
    if not assignment.references:
        return False
    if any(isinstance(each, cst.Try | cst.TryStar) for each in names.scopes.ancestors(assignment.node)):
        return False
    word = re.compile(rf"\b{re.escape(assignment.name)}\b")
    return not any(word.search(comment) for comment in _TYPE_COMMENT.findall(names.wrapper.module.code))


def _is_for_type_checking(assignment: ImportAssignment, *, names: Names) -> bool:
    for each in names.scopes.ancestors(assignment.node):
        if isinstance(each, cst.If) and any(name.endswith("TYPE_CHECKING") for name in names.qualified(each.test)):
            return True
    return False


def _is_shadowed(local: str, *, wanted: Wanted, names: Names) -> bool:
    """Whether a function or class binds the name of an import to something else."""
    base = local.partition(".")[0]
    return any(
        not isinstance(scope, GlobalScope) and names.of_assignment(each) != {_base(wanted, local=local)}
        for scope in names.scopes.every
        for each in scope.assignments[base]
    )


def _is_taken(local: str, *, wanted: Wanted, names: Names) -> bool:
    """Whether a name means something else anywhere in the file, be it a builtin."""
    base = local.partition(".")[0]
    if _is_shadowed(local, wanted=wanted, names=names):
        return True
    for scope in names.scopes.every:
        used = scope[base] if base in scope.assignments or base in scope.accesses else ()
        if any(names.of_assignment(each) != {_base(wanted, local=local)} for each in used):
            return True
    return False


def _base(wanted: Wanted, *, local: str) -> str:
    """Name what the first part of a local name stands for."""
    return wanted.dotted.partition(".")[0] if "." in local else wanted.dotted


def _candidates(wanted: Wanted) -> Iterator[str]:
    yield wanted.local
    last = wanted.module.rpartition(".")[2]
    other = f"{last}_module" if wanted.name is None else f"{last}_{wanted.name}"
    yield other
    for number in itertools.count(2):
        yield f"{other}_{number}"
