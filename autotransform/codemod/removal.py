"""Take imports out of a module that nothing in it uses, with the comments that are theirs and no others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import ImportAssignment

from autotransform.codemod.imports import Wanted, is_marked, is_type_checking, wanted_of
from autotransform.codemod.listing import without_alias, without_last_comment
from autotransform.codemod.mentioned import mentioned
from autotransform.codemod.names import Names
from autotransform.codemod.scopes import dotted
from autotransform.tree.wrapper import wrapped

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from libcst.codemod import CodemodContext

    Imports = cst.Import | cst.ImportFrom
    Line = cst.SimpleStatementLine | cst.BaseCompoundStatement
    Block = cst.Module | cst.IndentedBlock | cst.SimpleStatementSuite

#: What has these around it may be there for another reason than its name.
_BODIES = (cst.FunctionDef, cst.ClassDef)


def remove(module: cst.Module, gone: Collection[Wanted], *, context: CodemodContext) -> cst.Module:
    """Remove imports, as far as nothing uses them, in each of their places."""
    wrapper = wrapped(module)
    plan = _Plan(Names(replace(context, wrapper=wrapper)), gone=gone)
    if not plan.aliases:
        return module
    after = wrapper.module.visit(_Remover(plan))
    return remove(after, plan.flags, context=context) if plan.blocks else after


class _Plan:
    """What goes: parts of import statements, and ``if TYPE_CHECKING:`` statements that would be left empty."""

    def __init__(self, names: Names, *, gone: Collection[Wanted]) -> None:
        self.names = names
        self.scopes = names.scopes
        imports = (each for each in self.scopes.nodes if isinstance(each, cst.Import | cst.ImportFrom))
        statements = [each for each in imports if aliases_of(each)]
        self._words = mentioned(names)
        self.aliases: set[cst.ImportAlias] = set()
        self.blocks: set[cst.If] = set()
        self._imported: set[Wanted] = set()
        for statement in statements:
            for alias in aliases_of(statement):
                wanted = wanted_of(alias, statement=statement, package=names.package)
                self._imported.add(wanted)
                if wanted in gone and self._may_go(alias, statement=statement):
                    self.aliases.add(alias)
        for block in {self._block(each) for each in statements if self.is_gone(each)}:
            self._settle(block)

    def is_gone(self, statement: cst.CSTNode) -> bool:
        """Whether nothing is left of a statement."""
        aliases = aliases_of(statement)
        return bool(aliases) and all(alias in self.aliases for alias in aliases)

    def _may_go(self, alias: cst.ImportAlias, *, statement: Imports) -> bool:
        if alias.evaluated_alias == alias.evaluated_name or self._is_exported(alias, statement=statement):
            return False
        around = list(self.scopes.ancestors(statement))
        if any(isinstance(each, cst.Try | cst.TryStar) for each in around) or is_marked(around[0]):
            return False
        local = alias.evaluated_alias or alias.evaluated_name
        if local.partition(".")[0] in self._words:
            return False
        parts = local.split(".")
        scope = self.scopes.scope(statement)
        return not any(
            isinstance(each, ImportAssignment) and each.references
            for length in range(1, len(parts) + 1)
            for each in scope[".".join(parts[:length])]
        )

    def _is_exported(self, alias: cst.ImportAlias, *, statement: Imports) -> bool:
        """Whether a package may import it for others: something of its own, with no list of what it exports."""
        if self.names.module != self.names.package or not isinstance(statement, cst.ImportFrom):
            return False
        real = self.names.canonical(wanted_of(alias, statement=statement, package=self.names.package).dotted)
        return real.partition(".")[0] == self.names.module.partition(".")[0] and not self._has_exports

    @property
    def _has_exports(self) -> bool:
        return any(scope.assignments["__all__"] for scope in self.scopes.every)

    def _block(self, statement: cst.CSTNode) -> Block:
        block = next(
            each
            for each in self.scopes.ancestors(statement)
            if isinstance(each, cst.Module | cst.IndentedBlock | cst.SimpleStatementSuite)
        )
        assert isinstance(block, cst.Module | cst.IndentedBlock | cst.SimpleStatementSuite)
        return block

    def _settle(self, block: Block) -> None:
        """Decide about a block that would be left empty: a branch is there for what it imports, so it stays."""
        statements = list(_small_statements(block))
        owner = self.scopes.parent(block)
        if owner is None or isinstance(owner, _BODIES) or not all(self.is_gone(each) for each in statements):
            return
        if isinstance(owner, cst.If) and self._is_whole(owner) and is_type_checking(owner, names=self.names):
            self.blocks.add(owner)
        else:
            self.aliases -= {alias for each in statements for alias in aliases_of(each)}

    @property
    def flags(self) -> frozenset[Wanted]:
        """The imports of what the tests of these ``if`` statements name."""
        parts = (dotted(each.test) for each in self.blocks)
        named = {each[0].value for each in parts if each}
        return frozenset(wanted for wanted in self._imported if wanted.local.partition(".")[0] in named)

    def _is_whole(self, owner: cst.If) -> bool:
        """Whether an ``if`` has no other branch, nor is one."""
        return owner.orelse is None and not isinstance(self.scopes.parent(owner), cst.If)


def aliases_of(statement: cst.CSTNode) -> Sequence[cst.ImportAlias]:
    """List the parts of an import statement; none for a star, or for any other statement."""
    if not isinstance(statement, cst.Import | cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
        return ()
    return statement.names


def _small_statements(block: Block) -> list[cst.CSTNode]:
    if isinstance(block, cst.SimpleStatementSuite):
        return list(block.body)
    return [
        small for line in block.body for small in (line.body if isinstance(line, cst.SimpleStatementLine) else [line])
    ]


class _Remover(cst.CSTTransformer):
    """Does what the plan says. Of a line that goes a mark is left, so that its block can see to what stood above."""

    def __init__(self, plan: _Plan) -> None:
        super().__init__()
        self.plan = plan
        #: LibCST itself would take an empty line away, with all that stands above it.
        self._mark = cst.Pass()

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> cst.Import:
        kept = [each for each in original_node.names if each not in self.plan.aliases]
        if len(kept) in {0, len(original_node.names)}:
            return updated_node
        return updated_node.with_changes(names=[*kept[:-1], kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)])

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:
        aliases = aliases_of(original_node)
        if not aliases or self.plan.is_gone(original_node):
            return updated_node
        for alias in reversed(range(len(aliases))):
            if aliases[alias] in self.plan.aliases:
                updated_node = without_alias(updated_node, alias)
        return updated_node

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        kept = self._kept(original_node.body, updated_node.body)
        if len(kept) == len(original_node.body):
            return updated_node
        return updated_node.with_changes(body=kept or [self._mark])

    def leave_SimpleStatementSuite(
        self, original_node: cst.SimpleStatementSuite, updated_node: cst.SimpleStatementSuite
    ) -> cst.SimpleStatementSuite:
        return updated_node.with_changes(body=self._kept(original_node.body, updated_node.body) or [cst.Pass()])

    def _kept(
        self, original: Sequence[cst.BaseSmallStatement], updated: Sequence[cst.BaseSmallStatement]
    ) -> list[cst.BaseSmallStatement]:
        kept = [after for before, after in zip(original, updated, strict=True) if not self.plan.is_gone(before)]
        if kept and len(kept) != len(original):
            kept[-1] = kept[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
        return kept

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If | cst.SimpleStatementLine:
        if original_node not in self.plan.blocks:
            return updated_node
        return cst.SimpleStatementLine(body=[self._mark], leading_lines=updated_node.leading_lines)

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        del original_node
        body = self._without_marks(updated_node.body)
        return updated_node.with_changes(body=body or [cst.SimpleStatementLine(body=[cst.Pass()])])

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        del original_node
        return updated_node.with_changes(body=self._without_marks(updated_node.body))

    def _without_marks(self, body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
        """Take out the marks; what stood above one and is not about that line alone moves down."""
        kept: list[cst.BaseStatement] = []
        above: list[cst.EmptyLine] = []
        for number, each in enumerate(body):
            if isinstance(each, cst.SimpleStatementLine) and each.body[0] is self._mark:
                after = body[number + 1] if number + 1 < len(body) else None
                above = _joined(above, each.leading_lines)
                if _owns_comment(after):
                    above = list(without_last_comment(above))
                continue
            lines = list(getattr(each, "leading_lines", ()))
            kept.append(each.with_changes(leading_lines=_joined(above, lines)) if above else each)
            above = []
        return kept


def _owns_comment(after: cst.BaseStatement | None) -> bool:
    """Whether the comment above an import is about that one alone, as what follows tells."""
    if not isinstance(after, cst.SimpleStatementLine):
        return True
    is_import = all(isinstance(each, cst.Import | cst.ImportFrom) for each in after.body)
    return bool(after.leading_lines) or not is_import


def _joined(above: Sequence[cst.EmptyLine], lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Put what stands above one line over what stands above the next, with empty lines once only."""
    is_blank = all(each.comment is None for each in above)
    if lines and lines[0].comment is None and is_blank:
        return list(lines)
    return [*above, *lines]
