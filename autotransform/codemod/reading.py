"""What a transform can ask about the file at hand, and how it says what it leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from libcst.codemod import VisitorBasedCodemodCommand
from libcst.metadata import PositionProvider

from autotransform.codemod.members import Members
from autotransform.codemod.names import Names
from autotransform.codemod.texts import mentions

if TYPE_CHECKING:
    import libcst as cst

#: Where in the context skipped places go: anything with ``append``.
SKIPS = "autotransform.skips"


class ReadingCommand(VisitorBasedCodemodCommand):
    """A LibCST command that knows what names stand for: the half of `Transform` that changes nothing."""

    _names: Names | None = None

    _members: tuple[Names, dict[tuple[str, tuple[str, ...]], Members]] | None = None

    def __dir__(self) -> list[str]:
        # LibCST looks here for decorated methods, several times for each file: that cost more than a small file did.
        ours = [each for each in type(self).__mro__ if not each.__module__.startswith("libcst.")]
        return sorted({name for each in ours for name in vars(each)})

    @property
    def names(self) -> Names:
        """The names of the file at hand."""
        if self._names is None or self._names.wrapper is not self.context.wrapper:
            self._names = Names(self.context)
        return self._names

    # What a name stands for

    def qualified(self, node: cst.CSTNode) -> frozenset[str]:
        """Give every dotted name that a node of the original tree may stand for; none where that is unknown.

        Takes a name, an attribute, what a call calls, a definition, or one part of an import. Sees through aliases,
        ``from a import b as c``, relative imports and re-exports; names of the file itself start with its module.

        Example::

            from datetime import datetime as dt

            dt.now()                    # qualified(node.func) == {"datetime.datetime.now"}

        None, too, for what only a star import may bind, for what a pattern or an assignment expression in a
        comprehension binds, and for what was deleted. The names of LibCST alone do not know of these, leave relative
        imports as they are written, and give a type parameter the name of a function beside it.

        Raises:
            ScriptError: It is an updated node, of which nothing is known.
        """
        return self.names.canonicals(self.names.qualified(node))

    def refers_to(self, node: cst.CSTNode, *names: str) -> bool:
        """Whether a node of the original tree stands for one of the dotted names, and for nothing else.

        Example::

            if self.refers_to(original_node.func, "os.getcwd", "os.getcwdb"): ...

        LibCST alone answers for a name that is bound twice as soon as one of the two is meant.
        """
        qualified = self.qualified(node)
        return bool(qualified) and qualified <= self.names.canonicals(names)

    def may_refer_to(self, node: cst.CSTNode, *names: str) -> bool:
        """Whether a node of the original tree could stand for one of the dotted names.

        Example::

            if self.may_refer_to(original_node.func, "os.getcwd"):
                self.skip(original_node, "it may be another getcwd")

        So could a name that is bound twice, or one that a star import of the right module may bind; LibCST alone says
        nothing of star imports.
        """
        possible = self.names.canonicals(self.names.possible(node))
        return bool(possible & self.names.canonicals(names))

    # What was left alone

    def skip(self, node: cst.CSTNode, reason: str) -> None:
        """Say that a place is left as it is, and why; it is listed in the preview.

        Example::

            self.skip(original_node, "the number of arguments is unknown")

        LibCST alone has warnings, without a place.

        Raises:
            ScriptError: It is an updated node: nothing is known of its place.
        """
        self.names.scopes.require_original(node)
        skips = self.context.scratch.get(SKIPS)
        if skips is not None:
            skips.append((node, reason))
            return
        assert self.context.wrapper is not None
        position = self.context.wrapper.resolve(PositionProvider).get(node)
        self.warn(f"line {position.start.line}: {reason}" if position else reason)

    def skip_mention(self, node: cst.SimpleString, *names: str) -> None:
        """Skip a string that holds one of the dotted names, or something inside it.

        Example::

            def visit_SimpleString(self, node):
                self.skip_mention(node, "package.module.name")

        LibCST alone sees a text, where ``package.module.name_of_another`` begins alike.
        """
        if any(name.rpartition(".")[2] in node.value for name in names) and mentions(node.value, names=names):
            self.skip(node, "a string that names it")

    # Members of classes

    def is_member(self, node: cst.Attribute, *names: str) -> bool | None:
        """Whether an attribute of the original tree is one of the methods or attributes of classes; ``None``: unknown.

        Example::

            client = Client()
            client.fetch()              # is_member(node.func, "package.module.Client.fetch") is True

        Whose attribute it is shows where the value is ``self``, ``cls``, ``super()``, the class, a call of it, or a
        variable that is annotated with it or bound to a call of it once. LibCST alone knows of no types.
        """
        self.names.scopes.require_original(node)
        owners = [name.rpartition(".")[0] for name in names if name.rpartition(".")[2] == node.attr.value]
        if not owners:
            return False
        if self._members is None or self._members[0] is not self.names:
            self._members = (self.names, {})
        families, attribute = self._members[1], node.attr.value
        if (attribute, names) not in families:
            families[attribute, names] = Members(self.names, classes=owners, attribute=attribute)
        return families[attribute, names].belongs(node)
