"""Point imports and uses to where something has moved: a name to another module, or a module to another package."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import libcst as cst
from libcst.metadata import ImportAssignment

from autotransform.codemod.names import alias_of, path_of, text_of
from autotransform.codemod.scopes import dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autotransform.codemod.names import Names

Lines: TypeAlias = "cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine]"


class Mover:
    """The move of one thing, as one file sees it.

    Re-exports are not followed: who imports it from somewhere else than where it is defined goes on doing so.
    """

    def __init__(self, names: Names, *, old: str, new: str, skip: Callable[[cst.CSTNode, str], None]) -> None:
        self.names = names
        self.old = old
        self.new = new
        self.skip = skip

    # Imports

    def imports(self, original: cst.SimpleStatementLine, updated: cst.SimpleStatementLine) -> Lines:
        """Rewrite the imports of one line; what is not moved stays, on a line of its own."""
        if not any(self._concerns(each) for each in original.body):
            return updated
        if len(original.body) > 1:
            self.skip(original, "an import that shares its line with other statements")
            return updated
        (statement,) = original.body
        if isinstance(statement, cst.Import):
            return self._import(statement, updated=updated)
        assert isinstance(statement, cst.ImportFrom)
        return self._import_from(statement, updated=updated)

    def _concerns(self, statement: cst.CSTNode) -> bool:
        if isinstance(statement, cst.Import):
            return any(self._moved(alias.evaluated_name) for alias in statement.names)
        if not isinstance(statement, cst.ImportFrom):
            return False
        moved = self._moved(self.names.module_of(statement))
        if moved and statement.relative and self._is_inside:
            return False  # it moves along
        if moved or self._is_left_behind(statement):
            return True
        return not isinstance(statement.names, cst.ImportStar) and any(self._is_moved(each) for each in statement.names)

    def _moved(self, name: str) -> str:
        """Give the new name of the thing itself or of something inside it; empty for anything else."""
        return self.new + name[len(self.old) :] if f"{name}.".startswith(f"{self.old}.") else ""

    def _is_moved(self, alias: cst.ImportAlias) -> bool:
        return self.names.qualified(alias) == {self.old}

    def _is_left_behind(self, statement: cst.ImportFrom) -> bool:
        """Whether a relative import inside of what moves reaches something that does not move with it."""
        return bool(statement.relative) and self._is_inside

    @property
    def _is_inside(self) -> bool:
        """Whether the file is what moves, or a part of it."""
        return f"{self.names.module}.".startswith(f"{self.old}.")

    def _import(self, statement: cst.Import, *, updated: cst.SimpleStatementLine) -> cst.SimpleStatementLine:
        names: list[cst.ImportAlias] = []
        for alias in statement.names:
            moved = self._moved(alias.evaluated_name)
            if moved and alias.asname is None and self._is_used_otherwise(alias):
                names.append(cst.ImportAlias(name=cst.Name(alias.evaluated_name.partition(".")[0])))
            names.append(alias.with_changes(name=path_of(moved)) if moved else alias)
        return _with(updated, statement.with_changes(names=names))

    def _is_used_otherwise(self, alias: cst.ImportAlias) -> bool:
        """Whether ``import a.b`` is what makes another use of ``a`` possible than that of ``a.b``."""
        root = alias.evaluated_name.partition(".")[0]
        if root == alias.evaluated_name:
            return False
        scope = self.names.scopes.scope(alias)
        variable = self.names.scopes.find(root, scope=scope)
        if variable is None:
            return True
        others = [each for each in variable.assignments if not self._is_import_of(each, alias=alias)]
        return not others and any(each.references for each in variable.assignments)

    @staticmethod
    def _is_import_of(assignment: object, *, alias: cst.ImportAlias) -> bool:
        return isinstance(assignment, ImportAssignment) and alias_of(assignment) is alias

    def _import_from(self, statement: cst.ImportFrom, *, updated: cst.SimpleStatementLine) -> Lines:
        module = self.names.module_of(statement)
        if moved := self._moved(module):
            return _with(updated, self._from(statement, module=moved))
        if isinstance(statement.names, cst.ImportStar):
            return _with(updated, self._from(statement, module=module))
        gone = [alias for alias in statement.names if self._is_moved(alias)]
        if not gone:
            return _with(updated, self._from(statement, module=module))
        new_module, _, name = self.new.rpartition(".")
        if new_module == self.names.module:
            self.skip(statement, "its definition is to stand in this file, so the import goes when it does")
            return updated
        added = self._from(statement, module=new_module).with_changes(
            names=_ended([_named(each, name) for each in gone], like=statement.names[-1])
        )
        kept = [alias for alias in statement.names if alias not in gone]
        if not kept:
            return _with(updated, added)
        plain = [_named(each, name).with_changes(comma=cst.MaybeSentinel.DEFAULT) for each in gone]
        second = cst.SimpleStatementLine(body=[added.with_changes(names=plain, lpar=None, rpar=None)])
        return cst.FlattenSentinel(
            [_with(updated, statement.with_changes(names=_ended(kept, like=statement.names[-1]))), second]
        )

    def _from(self, statement: cst.ImportFrom, *, module: str) -> cst.ImportFrom:
        """Import from another module: relative as before where it is in the same package, else by its whole name."""
        package = self.names.package or ""
        is_near = bool(statement.relative) and len(statement.relative) == 1 and package
        if is_near and module.startswith(f"{package}.") and not self._is_left_behind(statement):
            return statement.with_changes(module=path_of(module[len(package) + 1 :]))
        space = statement.whitespace_after_from
        return statement.with_changes(
            module=path_of(module),
            relative=(),
            whitespace_after_from=space if not space.empty else cst.SimpleWhitespace(" "),
        )

    # Uses

    def reference(
        self, original: cst.Attribute, updated: cst.Attribute, *, need: Callable[..., str], drop: Callable[..., None]
    ) -> cst.BaseExpression:
        """Rewrite what reaches the thing through its module or package."""
        if original.attr.value != self.old.rpartition(".")[2] or self.names.scopes.import_around(original) is not None:
            return updated
        if self.names.qualified(original) != {self.old}:
            if self.old in self.names.possible(original):
                self.skip(original, "it may be reached through something else")
            return updated
        holder = self.old.rpartition(".")[0]
        parts = dotted(original)
        assert parts is not None
        if text_of(original) == self.old and self._is_plain_import(parts[0]):
            if not self._imports_moved(parts[0]):
                drop(holder)
                need(self.new.rpartition(".")[0])
            return path_of(self.new)
        new_holder, _, name = self.new.rpartition(".")
        above, _, leaf = new_holder.rpartition(".")
        local = need(above, leaf) if above else need(leaf) if leaf else ""
        upper, _, lower = holder.rpartition(".")
        drop(upper, lower) if upper else drop(holder)
        return path_of(f"{local}.{name}" if local else need(name))

    def _is_plain_import(self, base: cst.Name) -> bool:
        variable = self.names.scopes.variable(base)
        return variable is not None and all(
            isinstance(each, ImportAssignment) and isinstance(each.node, cst.Import) for each in variable.assignments
        )

    def _imports_moved(self, base: cst.Name) -> bool:
        """Whether one of the imports of a name is of the very thing that moves, and so is rewritten in its place."""
        variable = self.names.scopes.variable(base)
        aliases = (
            [alias_of(each) for each in variable.assignments if isinstance(each, ImportAssignment)] if variable else []
        )
        return any(alias is not None and self._moved(alias.evaluated_name) for alias in aliases)


def _with(line: cst.SimpleStatementLine, statement: cst.BaseSmallStatement) -> cst.SimpleStatementLine:
    return line.with_changes(body=[statement.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])


def _named(alias: cst.ImportAlias, name: str) -> cst.ImportAlias:
    """Import under another name what the file goes on calling by the old one."""
    old = alias.evaluated_name
    if name == old:
        return alias
    return alias.with_changes(name=cst.Name(name), asname=alias.asname or cst.AsName(name=cst.Name(old)))


def _ended(names: Sequence[cst.ImportAlias], *, like: cst.ImportAlias) -> list[cst.ImportAlias]:
    """End what is left of a list as the whole list ended, without the comment that stood there."""
    comma = like.comma
    if isinstance(comma, cst.Comma) and isinstance(comma.whitespace_after, cst.ParenthesizedWhitespace):
        space = comma.whitespace_after.with_changes(first_line=cst.TrailingWhitespace())
        comma = comma.with_changes(whitespace_after=space)
    return [*names[:-1], names[-1].with_changes(comma=comma)]
