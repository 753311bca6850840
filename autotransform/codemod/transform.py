"""The base class of transforms: an ordinary LibCST command, with the few things that LibCST alone gets wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.codemod import arguments, build, imports, parameters
from autotransform.codemod.fitting import FittingCommand
from autotransform.codemod.imports import Wanted
from autotransform.codemod.moving import Lines, Mover
from autotransform.codemod.renaming import MemberRenamer, Renamed, Renamer
from autotransform.codemod.settling import settle
from autotransform.tree.interest import keeps_results

if TYPE_CHECKING:
    import libcst as cst

    from autotransform.codemod.names import Names


class Transform(FittingCommand):
    """A transform that knows what names stand for, and says what it left alone.

    Subclasses define ``visit_…`` and ``leave_…`` methods as for any LibCST command, and run under plain
    ``python -m libcst.tool codemod -x`` too. What a ``leave_…`` method puts in the place of an expression gets
    parentheses where its new place needs them.

    Never declare ``METADATA_DEPENDENCIES``: what the helpers need is computed when they need it.
    """

    _renamers: tuple[Names, dict[tuple[type[Renamer], tuple[str, ...], str], Renamer]] | None = None

    # Imports

    def need_import(self, module: str, name: str | None = None, *, alias: str | None = None) -> str:
        """Make sure that something is imported, and give what to call it in this file.

        Example::

            utc = self.need_import("datetime", "timezone")      # "timezone", or what the file calls it
            return self.expression(f"{utc}.utc")

        An import that is in place is used, with its alias; not one that may be missing where the place runs: in a
        function, in a branch, for type checkers, further down. A name that something else in the file has is not
        taken: ``from datetime import timezone as datetime_timezone``. LibCST alone adds the import without a look at
        what has its name, and relies on a star import to bring it.
        """
        return imports.need_import(
            Wanted(module=module, name=name, alias=alias), names=self.names, context=self.context, place=self._place
        )

    def drop_import(self, module: str, name: str | None = None) -> None:
        """Remove an import if nothing uses it after the transform.

        Example::

            self.drop_import("pytz")

        It stays where nothing used it before either (it is there for its effect), where a type comment, a string or
        ``__all__`` names it, where it stands in a ``try``, and where it is all of a branch. LibCST alone removes it in
        most of those places, and with it comments and empty lines that belong to its neighbours.
        """
        imports.drop_import(Wanted(module=module, name=name), names=self.names, context=self.context)

    # New code

    def expression(self, template: str, /, **parts: cst.BaseExpression | str) -> cst.BaseExpression:
        """Parse an expression, with nodes or text in the places of ``{names}``.

        Example::

            self.expression("{value}.total_seconds()", value=updated_node.args[0].value)

        Parts get parentheses where they need them: ``(a + b).total_seconds()``. LibCST alone prints the tree without
        them, and means something else.
        """
        return build.expression(template, parts=parts, config=self.module.config_for_parsing)

    def statement(
        self, template: str, /, *, like: cst.CSTNode | None = None, **parts: cst.BaseExpression | str
    ) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
        """Parse a statement, with nodes or text in the places of ``{names}``.

        Example::

            self.statement("raise {error}", error=updated_node.test, like=updated_node)

        The comments and empty lines before it, and the comment after it, are those of ``like``; LibCST alone drops
        them with the statement that is replaced.
        """
        return build.statement(template, parts=parts, like=like, config=self.module.config_for_parsing)

    def argument(
        self, value: cst.BaseExpression | str, *, keyword: str | None = None, like: cst.Call | None = None
    ) -> cst.Arg:
        """Make an argument, written ``name=value``, to replace one of a call or be put in with `add_argument`.

        Example::

            self.argument("5", keyword="timeout", like=updated_node)

        LibCST alone writes ``timeout = 5``, and a keyword that the call has already a second time.

        Raises:
            ScriptError: The call ``like`` has an argument of that name already.
        """
        return arguments.argument(value, keyword=keyword, like=like, config=self.module.config_for_parsing)

    def add_argument(self, call: cst.Call, argument: cst.Arg, *, position: int | None = None) -> cst.Call:
        """Put an argument into a call, with commas and line breaks as the call has them.

        Example::

            return self.add_argument(updated_node, self.argument("5", keyword="timeout"))

        It goes last, but before ``**options`` (and before ``*values``, when it has no keyword). LibCST alone puts it
        on the line of the argument before, without the comma that the call ends with, and loses that one's comment.

        Raises:
            ScriptError: The call has an argument of that name already.
        """
        return arguments.add_argument(call, argument, position=position)

    def remove_argument(self, call: cst.Call, argument: cst.Arg) -> cst.Call:
        """Take an argument out of a call, with its comma.

        Example::

            return self.remove_argument(updated_node, self.find_argument(updated_node, keyword="timeout"))

        The call keeps its shape: LibCST alone leaves ``f(1, )``, or the closing parenthesis on the wrong line.

        Raises:
            ScriptError: The call has no such argument: it was found in another one.
        """
        return arguments.remove_argument(call, argument)

    def find_argument(
        self, call: cst.Call, *, keyword: str | None = None, position: int | None = None
    ) -> cst.Arg | None:
        """Find the argument of a call that is passed under a keyword, or at a position counted from 0.

        Example::

            timeout = self.find_argument(updated_node, keyword="timeout", position=1)

        ``None`` where there is none; what ``*values`` or ``**options`` may hold is not found, see
        `may_hide_argument`. In LibCST alone ``call.args[1]`` is the second argument also behind ``*values``, and
        whatever its keyword.
        """
        return arguments.find_argument(call, keyword=keyword, position=position)

    def may_hide_argument(self, call: cst.Call) -> bool:
        """Whether ``*values`` or ``**options`` of a call may pass what cannot be seen.

        Example::

            if self.may_hide_argument(updated_node):
                self.skip(original_node, "the number of arguments is unknown")

        LibCST alone gives them as arguments like any other.
        """
        return any(argument.star for argument in call.args)

    # Parameters of definitions

    def has_parameter(self, function: cst.FunctionDef, name: str) -> bool:
        """Whether a function has a parameter of that name.

        Example::

            if not self.has_parameter(updated_node, "timeout"): ...

        LibCST alone keeps them in five fields, of which it is easy to forget some.
        """
        return parameters.has_parameter(function, name)

    def uses_parameter(self, function: cst.FunctionDef, name: str) -> bool:
        """Whether the body of a function of the original tree uses a parameter.

        Example::

            if self.uses_parameter(original_node, "timeout"):
                self.skip(original_node, "the function still uses it")

        A variable of that name in a function inside is another one, an attribute or a keyword is none; LibCST alone
        finds names, not variables.
        """
        self.names.scopes.require_original(function)
        return parameters.uses_parameter(function, name, names=self.names)

    def add_parameter(self, function: cst.FunctionDef, name: str, *, default: str) -> cst.FunctionDef:
        """Add a parameter with a default: the last that can be passed by keyword.

        Example::

            return self.add_parameter(updated_node, "timeout", default="10")

        Comments and line breaks stay with the parameters that they are about. LibCST alone leaves it to the script to
        choose among its five fields, and writes ``timeout = 10``.

        Raises:
            ScriptError: The function has such a parameter already.
        """
        return parameters.add_parameter(function, name, default=default, config=self.module.config_for_parsing)

    def remove_parameter(self, function: cst.FunctionDef, name: str) -> cst.FunctionDef:
        """Remove a parameter, and a bare ``*`` or ``/`` that then parts nothing.

        Example::

            return self.remove_parameter(updated_node, "timeout")

        LibCST alone refuses the ``*`` that is left, and ends the list with the comma of what is gone.
        """
        return parameters.remove_parameter(function, name)

    def make_keyword_only(self, function: cst.FunctionDef, name: str) -> cst.FunctionDef:
        """Move a parameter behind the ``*``; one is put in where there is none.

        Example::

            return self.make_keyword_only(updated_node, "timeout")

        LibCST alone takes the comma and the line break of the old place along.
        """
        return parameters.make_keyword_only(function, name)

    # Renaming

    def rename(self, original_node: Renamed, updated_node: Renamed, *names: str, to: str) -> Renamed:
        """Give a name, attribute, part of an import, string or comment its new name if it stands for one of the names.

        Example::

            def leave_Name(self, original_node, updated_node):
                return self.rename(original_node, updated_node, "package.module.old", to="new")

        The names are other names of one and the same function, class, constant or module. A variable of the file is
        renamed as a whole or not at all: where the new name is taken, an import becomes ``import new as old``. Strings
        are renamed in ``__all__`` and in annotations. What cannot be decided is skipped, with the reason. LibCST alone
        compares spellings: a parameter of the name changes with it, an alias does not.
        """
        return self._renamer(names, to=to).rename(original_node, updated_node)

    def rename_member(self, original_node: Renamed, updated_node: Renamed, *names: str, to: str) -> Renamed:
        """Give a name, attribute or string its new name if it is one of the methods or attributes of classes.

        Example::

            def leave_Attribute(self, original_node, updated_node):
                return self.rename_member(original_node, updated_node, "package.module.Class.old", to="new")

        The names are those of one attribute in a class and in what derives from it; classes of the file at hand
        that derive from one of these are found. Whose attribute it is shows where the value is ``self``, ``cls``,
        ``super()``, the class, a call of it, or a variable that is annotated with it or bound to a call of it once;
        other uses are skipped. LibCST alone cannot tell one ``.old`` from another.
        """
        return self._renamer(names, to=to, kind=MemberRenamer).rename(original_node, updated_node)

    def _renamer(self, names: tuple[str, ...], *, to: str, kind: type[Renamer] = Renamer) -> Renamer:
        if self._renamers is None or self._renamers[0] is not self.names:
            self._renamers = (self.names, {})
        known = self._renamers[1]
        if (kind, names, to) not in known:
            known[kind, names, to] = kind(self.names, targets=names, to=to, skip=self.skip)
        return known[kind, names, to]

    # Moving

    def move_imports(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine, name: str, *, to: str
    ) -> Lines:
        """Rewrite the imports of a line, if they are of what moves; the rest of the line stays as it is.

        Example::

            def leave_SimpleStatementLine(self, original_node, updated_node):
                return self.move_imports(original_node, updated_node, "package.old.name", to="package.new.name")

        ``from package.old import name, other`` becomes two lines. What the file calls it stays. Re-exports are not
        followed: an import from elsewhere goes on working. LibCST alone compares what is written, which a relative
        import writes otherwise.
        """
        return self._mover(name, to=to).imports(original_node, updated_node)

    def move_reference(
        self, original_node: cst.Attribute, updated_node: cst.Attribute, name: str, *, to: str
    ) -> cst.BaseExpression:
        """Rewrite an attribute that reaches what moves through its module, and the import that this needs.

        Example::

            def leave_Attribute(self, original_node, updated_node):
                return self.move_reference(original_node, updated_node, "package.old.name", to="package.new.name")

        LibCST alone changes the spelling and leaves the import behind.
        """
        mover = self._mover(name, to=to)
        return mover.reference(original_node, updated_node, need=self.need_import, drop=self.drop_import)

    def _mover(self, name: str, *, to: str) -> Mover:
        return Mover(self.names, old=name, new=to, skip=self.skip)

    # How LibCST walks the tree

    @keeps_results
    def transform_module(self, tree: cst.Module) -> cst.Module:
        """Transform the module, then its imports, then tidy up what can only be seen at the end."""
        after = super().transform_module(tree)
        is_own = type(self).transform_module_impl is not Transform.transform_module_impl
        if after is tree and is_own:
            return after
        return settle(after, before=tree, context=self.context)
