"""What can only be done when everything else is: give imports their own names back, and close the gap at the top."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor

from autotransform.codemod.imports import DROPPED, INSERTED, MADE_UP
from autotransform.codemod.insertion import insert
from autotransform.codemod.removal import remove

if TYPE_CHECKING:
    from libcst.codemod import CodemodContext


def settle(after: cst.Module, *, before: cst.Module, context: CodemodContext) -> cst.Module:
    """Put in the imports that a transform needs, take out those that it leaves unused, and tidy up.

    Args:
        after: The module as the transform left it.
        before: The module as it was.
        context: Holds what was asked for.
    """
    inserted, dropped = context.scratch.get(INSERTED, ()), context.scratch.get(DROPPED, ())
    # Who wants to know whether imports came or went looks where LibCST's own helpers say so.
    if inserted:
        context.scratch.setdefault(AddImportsVisitor.CONTEXT_KEY, [])
        after = insert(after, inserted, package=context.full_package_name)
    if dropped:
        context.scratch.setdefault(RemoveImportsVisitor.CONTEXT_KEY, [])
        after = remove(after, dropped, context=context)
    for local, dotted in context.scratch.get(MADE_UP, {}).items():
        own = dotted.rpartition(".")[2]
        if local != own and _is_alias(after, local=local, own=own) and not _is_bound(after, own):
            after = after.visit(_Renaming(local, to=own))
    return _without_gap(after, before=before)


def _is_alias(module: cst.Module, *, local: str, own: str) -> bool:
    found = _Names()
    module.visit(found)
    return (own, local) in found.aliases


def _is_bound(module: cst.Module, name: str) -> bool:
    """Whether a name is in use: by an import that went after the alias was chosen, it no longer is."""
    found = _Names()
    module.visit(found)
    return name in found.names


def _without_gap(after: cst.Module, *, before: cst.Module) -> cst.Module:
    """Remove the empty lines that stood after an import that was the first line of the file."""
    if not after.body or len(before.header) or len(after.header):
        return after
    first = after.body[0]
    lines = list(first.leading_lines)
    while lines and lines[0].comment is None:
        del lines[0]
    if len(lines) == len(first.leading_lines):
        return after
    return after.with_changes(body=[first.with_changes(leading_lines=lines), *after.body[1:]])


class _Names(cst.CSTVisitor):
    """Every name that is used as a variable or bound, and every alias of an import: ``(name, alias)``."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.aliases: set[tuple[str, str]] = set()

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        if isinstance(node.names, cst.ImportStar):
            return False
        for each in node.names:
            if each.evaluated_alias:
                self.aliases.add((each.evaluated_name, each.evaluated_alias))
            self.names.add(each.evaluated_alias or each.evaluated_name)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.names.add(node.value)


class _Renaming(cst.CSTTransformer):
    """Takes an alias off an import, and off what uses it. Nothing else has its name: it was made up."""

    def __init__(self, alias: str, *, to: str) -> None:
        super().__init__()
        self.alias = alias
        self.to = to

    def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
        del original_node
        return updated_node.with_changes(asname=None) if updated_node.evaluated_alias == self.to else updated_node

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value=self.to) if original_node.value == self.alias else updated_node
