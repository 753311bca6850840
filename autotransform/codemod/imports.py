"""Which imports a change needs and which it leaves unused; `insertion` and `removal` then see to them."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import GlobalScope, ImportAssignment

from autotransform.codemod.mentioned import mentioned
from autotransform.codemod.names import alias_of, module_of, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from libcst.codemod import CodemodContext

    from autotransform.codemod.names import Names

#: Where in the context we keep what was asked for already: local name -> what it stands for.
_NEEDED = "autotransform.needed-imports"
#: Likewise, what each request for an import got: a file has many uses of one import.
_ANSWERED = "autotransform.answered-imports"
_ASKED_TO_DROP = "autotransform.asked-to-drop"
#: What is to be put in, and what is to go where nothing uses it any more.
INSERTED = "autotransform.inserted-imports"
DROPPED = "autotransform.dropped-imports"
#: Of these, the local names that we made up because the own one was taken.
MADE_UP = "autotransform.made-up-names"
#: What a person marks to be left alone.
_MARK = re.compile(r"#\s*autotransform:\s*skip\b")


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
        if self.name is None:
            return self.module
        return f"{self.module}{self.name}" if self.module.endswith(".") else f"{self.module}.{self.name}"

    @property
    def local(self) -> str:
        """What code calls it: ``a.b`` after ``import a.b``."""
        return self.alias or self.name or self.module

    def as_alias(self) -> cst.ImportAlias:
        """Write it as a part of an import."""
        asname = cst.AsName(name=cst.Name(self.alias)) if self.alias else None
        return cst.ImportAlias(name=path_of(self.name or self.module), asname=asname)


def wanted_of(alias: cst.ImportAlias, *, statement: cst.Import | cst.ImportFrom, package: str | None) -> Wanted:
    """Say what a part of an import statement imports."""
    name, local = alias.evaluated_name, alias.evaluated_alias
    if isinstance(statement, cst.Import):
        return Wanted(module=name, alias=local)
    return Wanted(module=module_of(statement, package=package), name=name, alias=local)


def need_import(wanted: Wanted, *, names: Names, context: CodemodContext, place: cst.CSTNode | None) -> str:
    """Make sure that something is imported at the top of the file; give what the file calls it.

    The place is where it is to be used; ``None`` where that is not known.
    """
    answered: dict[tuple[Wanted, int | None], str] = context.scratch.setdefault(_ANSWERED, {})
    when = _when(place, names=names) if place is not None else None
    if (wanted, when) not in answered:
        answered[wanted, when] = _need_import(wanted, names=names, context=context, when=when)
    return answered[wanted, when]


def _need_import(wanted: Wanted, *, names: Names, context: CodemodContext, when: int | None) -> str:
    if wanted.name is not None and wanted.module == names.module and wanted.alias is None:
        return wanted.name  # it is at home here, and no module imports itself
    needed: dict[str, str] = context.scratch.setdefault(_NEEDED, {})
    for local in _in_place(wanted, names=names, when=when):
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
            context.scratch.setdefault(INSERTED, []).append(replace(wanted, alias=alias))
            return local
    raise AssertionError  # pragma: no cover - the candidates never end


def drop_import(wanted: Wanted, *, names: Names, context: CodemodContext) -> None:
    """Have every import of something removed that the transform leaves unused."""
    asked: set[Wanted] = context.scratch.setdefault(_ASKED_TO_DROP, set())
    if wanted in asked:
        return
    asked.add(wanted)
    uses: dict[Wanted, bool] = {}
    for local, each in _imports(names):
        brought = _brought(each, wanted=wanted, names=names)
        if brought is not None:
            # What nothing used before either is there for its effect.
            is_used = bool(each.references) or local.partition(".")[0] in mentioned(names)
            uses[brought] = uses.get(brought, True) and is_used
    dropped: set[Wanted] = context.scratch.setdefault(DROPPED, set())
    dropped |= {each for each, is_used in uses.items() if is_used}


def _in_place(wanted: Wanted, *, names: Names, when: int | None) -> list[str]:
    """List the local names of what is imported already, for the whole module; its own name first."""
    found = {
        local
        for local, each in _imports(names)
        if isinstance(each.scope, GlobalScope)
        and names.of_assignment(each) == {wanted.dotted}
        and not names.scopes.is_deleted(local.partition(".")[0], scope=each.scope)
        and is_certain(each, names=names)
        and (when is None or _position(each.node, names=names) < when)
    }
    return sorted(found, key=lambda local: (local != wanted.local, local))


def _when(place: cst.CSTNode, *, names: Names) -> int | None:
    """Number the statement of the module that a place is part of; ``None`` for what runs later, in a function."""
    around = (place, *names.scopes.ancestors(place))
    if any(isinstance(each, cst.FunctionDef | cst.Lambda) for each in around):
        return None
    return _position(place, names=names)


def _position(node: cst.CSTNode, *, names: Names) -> int:
    around = (node, *names.scopes.ancestors(node))
    return next((names.scopes.positions[each] for each in around if each in names.scopes.positions), 0)


def is_certain(assignment: ImportAssignment, *, names: Names) -> bool:
    """Whether an import is made whenever the module is loaded, or another one in its stead: not in one branch alone."""
    same = assignment.scope.assignments[assignment.name]
    places = {
        around for each in same if isinstance(each, ImportAssignment) for around in names.scopes.ancestors(each.node)
    }
    for each in names.scopes.ancestors(assignment.node):
        if isinstance(each, cst.If) and (is_type_checking(each, names=names) or not _always_binds(each, places)):
            return False
        if isinstance(each, cst.Try | cst.TryStar):
            if not all(_always_binds(branch, places) for branch in (each.body, *each.handlers)):
                return False
        elif isinstance(each, cst.BaseCompoundStatement) and not isinstance(each, cst.If):
            return False
    return True


def _always_binds(branch: cst.CSTNode | None, places: set[cst.CSTNode]) -> bool:
    """Whether a branch holds an import of the name, as told by what stands around those; or is never left."""
    if isinstance(branch, cst.If):
        return all(_always_binds(each, places) for each in (branch.body, branch.orelse))
    return branch is not None and (branch in places or _raises(branch))


def _raises(branch: cst.CSTNode) -> bool:
    body = branch.body if isinstance(branch, cst.Else | cst.ExceptHandler | cst.ExceptStarHandler) else branch
    last = body.body[-1] if isinstance(body, cst.IndentedBlock | cst.SimpleStatementSuite) and body.body else None
    return isinstance(last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last, cst.Raise)


def _imports(names: Names) -> Iterator[tuple[str, ImportAssignment]]:
    for scope in names.scopes.every:
        for each in scope.assignments:
            if isinstance(each, ImportAssignment):
                yield each.name, each


def _brought(assignment: ImportAssignment, *, wanted: Wanted, names: Names) -> Wanted | None:
    """Say what an import is of, if it brings the wanted thing: as it is wanted, or from where it is re-exported."""
    alias = alias_of(assignment)
    if alias is None:
        return None
    assert isinstance(assignment.node, cst.Import | cst.ImportFrom)
    brought = wanted_of(alias, statement=assignment.node, package=names.package)
    if names.of_assignment(assignment) != {brought.dotted}:
        return None  # `import a.b` binds `a`, too
    is_same = brought.dotted == wanted.dotted and (brought.name is None) == (wanted.name is None)
    if is_same or brought.name is None or brought.dotted == wanted.dotted:
        return brought if is_same else None
    return brought if names.canonical(brought.dotted) == names.canonical(wanted.dotted) else None


def is_type_checking(node: cst.If, *, names: Names) -> bool:
    """Whether a branch is for type checkers only."""
    return any(name.endswith("TYPE_CHECKING") for name in names.qualified(node.test))


def is_marked(line: cst.CSTNode) -> bool:
    """Whether a person has marked a line to be left alone."""
    return bool(_MARK.search(cst.Module(body=[]).code_for_node(line)))


def _is_shadowed(local: str, *, wanted: Wanted, names: Names) -> bool:
    """Whether a function or class binds the name of an import to something else."""
    base = local.partition(".")[0]
    return any(
        not isinstance(scope, GlobalScope) and names.of_assignment(each) != {_base(wanted, local=local)}
        for scope in names.scopes.every
        for each in scope.assignments[base]
    )


def _is_taken(local: str, *, wanted: Wanted, names: Names) -> bool:
    """Whether a name means something else anywhere in the file, be it a builtin or what a star import may bring."""
    base = local.partition(".")[0]
    if _is_shadowed(local, wanted=wanted, names=names):
        return True
    for scope in names.scopes.every:
        is_used = base in scope.assignments or base in scope.accesses
        used = scope[base] if is_used else ()
        if is_used and not used and names.star_modules:
            return True
        if names.scopes.is_deleted(base, scope=scope):
            return True
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
