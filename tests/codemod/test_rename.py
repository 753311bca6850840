# ruff: noqa: N802 - LibCST names its visitor methods
"""Renaming in one file: what changes, what must not, and what is listed as undecided."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from autotransform.codemod import Transform

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    import libcst as cst

    Apply: TypeAlias = Callable[..., Any]


class RenameOld(Transform):
    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return self.rename(original_node, updated_node, "pkg.mod.old", "pkg.old", to="new")

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        return self.rename(original_node, updated_node, "pkg.mod.old", "pkg.old", to="new")

    def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
        return self.rename(original_node, updated_node, "pkg.mod.old", "pkg.old", to="new")

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        return self.rename(original_node, updated_node, "pkg.mod.old", "pkg.old", to="new")

    def leave_Comment(self, original_node: cst.Comment, updated_node: cst.Comment) -> cst.Comment:
        return self.rename(original_node, updated_node, "pkg.mod.old", "pkg.old", to="new")


#: name, text before, text after, number of places that are listed as undecided; the file is pkg/here.py
CHANGES = [
    ("an import", "from pkg.mod import old\nold()", "from pkg.mod import new\nnew()", 0),
    ("a relative import", "from .mod import old\nold()", "from .mod import new\nnew()", 0),
    ("an alias stays", "from .mod import old as o\no()", "from .mod import new as o\no()", 0),
    ("an alias to itself", "from .mod import old as old", "from .mod import new as new", 0),
    (
        "an import in a function",
        "def f():\n    from .mod import old\n    old",
        "def f():\n    from .mod import new\n    new",
        0,
    ),
    ("what is deleted and bound anew", "from .mod import old\ndel old\nold", "from .mod import new\ndel new\nnew", 0),
    ("another name of the package", "from pkg import old\nold", "from pkg import new\nnew", 0),
    ("through the module", "import pkg.mod\npkg.mod.old()", "import pkg.mod\npkg.mod.new()", 0),
    (
        "through an alias of the module",
        "from . import mod as m\nm.old = m.old",
        "from . import mod as m\nm.new = m.new",
        0,
    ),
    ("exports", "from .mod import old\n__all__ = ('old', 'x')", "from .mod import new\n__all__ = ('new', 'x')", 0),
    (
        "exports that are added",
        "from .mod import old\n__all__ += ['old']",
        "from .mod import new\n__all__ += ['new']",
        0,
    ),
    (
        "exports that are appended",
        "from .mod import old\n__all__.append('old')",
        "from .mod import new\n__all__.append('new')",
        0,
    ),
    ("an annotation in a string", "from .mod import old\nx: 'list[old]'", "from .mod import new\nx: 'list[new]'", 0),
    ("a dotted annotation in a string", "from . import mod\nx: 'mod.old'", "from . import mod\nx: 'mod.new'", 0),
    (
        "a type comment",
        "from .mod import old\nx = []  # type: list[old]",
        "from .mod import new\nx = []  # type: list[new]",
        0,
    ),
    ("a format string", "from .mod import old\nf'{old}'", "from .mod import new\nf'{new}'", 0),
    ("a deletion", "from .mod import old\ndel old", "from .mod import new\ndel new", 0),
    ("the new name is taken", "from .mod import old\nnew = old", "from .mod import new as old\nnew = old", 1),
    (
        "the new name is a parameter where it is used",
        "from .mod import old\ndef f(new):\n    old(new)",
        "from .mod import new as old\ndef f(new):\n    old(new)",
        1,
    ),
    (
        "the old name is bound twice",
        "try:\n    from .mod import old\nexcept E:\n    old = None\nold()",
        "try:\n    from .mod import new as old\nexcept E:\n    old = None\nold()",
        1,
    ),
    (
        "a re-bound alias keeps exports",
        "from .mod import old\nold = 1\n__all__ = ['old']",
        "from .mod import new as old\nold = 1\n__all__ = ['old']",
        1,
    ),
]

#: The same, in pkg/mod.py itself.
AT_HOME = [
    ("a function that calls itself", "def old(): return old()", "def new(): return new()", 0),
    (
        "a class in its own method",
        "class old:\n    def f(self): return old()",
        "class new:\n    def f(self): return new()",
        0,
    ),
    (
        "a constant and global",
        "old = 1\ndef f():\n    global old\n    old += 1",
        "new = 1\ndef f():\n    global new\n    new += 1",
        0,
    ),
    (
        "a fallback",
        "try:\n    from fast import old\nexcept E:\n    def old(): ...",
        "try:\n    from fast import old as new\nexcept E:\n    def new(): ...",
        0,
    ),
    ("a name that is made out of an alias", "from fast import x as old", "from fast import x as new", 0),
    (
        "the value of a class attribute",
        "def old(): ...\nclass C:\n    old = old",
        "def new(): ...\nclass C:\n    old = new",
        0,
    ),
    (
        "a keyword and a parameter",
        "def old(old=1): return old\nold(old=2)",
        "def new(old=1): return old\nnew(old=2)",
        0,
    ),
    (
        "a place where the new name is a parameter",
        "def old(): ...\ndef f(new): old(new)",
        "def new(): ...\ndef f(new): old(new)",
        1,
    ),
    ("loops, with, except", "for old in x: old\nwith y as old: pass", "for new in x: new\nwith y as new: pass", 0),
    (
        "the default of a function with a type parameter of its name",
        "def old(): ...\n@old\ndef f[old](x=old, y: old = old): return old",
        "def new(): ...\n@new\ndef f[old](x=new, y: old = new): return old",
        0,
    ),
]

#: name, text, number of places that are listed; the file is pkg/here.py
UNCHANGED = [
    ("a parameter", "def f(old): return old", 0),
    ("a lambda's parameter", "lambda old: old", 0),
    ("a type parameter", "def f[old](x: old) -> old: return old", 0),
    ("the parameter of a type alias", "type X[old] = list[old]", 0),
    ("a comprehension", "[old for old in x]", 0),
    ("a name of another module", "from other import old\nold()", 0),
    ("an attribute of another module", "import other\nother.old", 0),
    ("an attribute of a variable", "def f(x): return x.old", 0),
    ("a method", "class C:\n    def old(self): return self.old", 0),
    ("a keyword", "f(old=1)", 0),
    ("a capture", "match x:\n    case {'a': old}: pass", 0),
    ("another name made to look the same", "from .mod import x as old\nold()", 0),
    ("exports of another thing", "from other import old\n__all__ = ['old']", 0),
    ("a word in prose", "'''the old way'''\n# old\nx = 'old'", 0),
    ("a name with the old one in it", "from .mod import older, cold", 0),
    ("a string for an attribute of another module", "import other\ngetattr(other, 'old')", 0),
    ("a string with the whole name", "x = 'pkg.mod.old'", 1),
    ("a string with something in it", "patch('pkg.mod.old.attribute')", 1),
    ("a string for an attribute", "def f(x): return getattr(x, 'old')", 1),
    ("a star import", "from .mod import *\nold()", 1),
    ("exports of a star import", "from .mod import *\n__all__ = ['old']", 1),
    ("a module that is bound twice", "try:\n    from . import mod\nexcept E:\n    import mod\nmod.old", 1),
    ("a name that a pattern may bind", "from .mod import x\ndef f(y):\n    match y:\n        case old: old", 0),
]


def _check(apply: Apply, before: str, after: str, *, skips: int, module: str = "pkg.here") -> None:
    applied = apply(RenameOld, before, module=module)
    again = apply(RenameOld, applied.code, module=module)

    assert applied.code == after
    assert len(applied.skips) == skips, applied.skips
    assert again.code == after


@pytest.mark.parametrize(("before", "after", "skips"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_renamed(apply: Apply, before: str, after: str, skips: int) -> None:
    _check(apply, before, after, skips=skips)


@pytest.mark.parametrize(("before", "after", "skips"), [row[1:] for row in AT_HOME], ids=[row[0] for row in AT_HOME])
def test_renamed_at_home(apply: Apply, before: str, after: str, skips: int) -> None:
    _check(apply, before, after, skips=skips, module="pkg.mod")


@pytest.mark.parametrize(("text", "skips"), [row[1:] for row in UNCHANGED], ids=[row[0] for row in UNCHANGED])
def test_left_alone(apply: Apply, text: str, skips: int) -> None:
    _check(apply, text, text, skips=skips)


@pytest.mark.parametrize("taken", ["new = 1", "print(new)"])
def test_a_definition_stays_where_the_new_name_is_in_use(apply: Apply, taken: str) -> None:
    text = f"def old(): ...\n{taken}\n"
    applied = apply(RenameOld, text, module="pkg.mod")

    assert applied.code == text
    assert [code for code, _ in applied.skips] == ["old"]


def test_a_builtin_that_the_new_name_would_hide_keeps_an_import_under_its_old_name(apply: Apply) -> None:
    class ToOpen(Transform):
        def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
            return self.rename(original_node, updated_node, "m.load", to="open")

    assert apply(ToOpen, "from m import load\nopen(load)").code == "from m import open as load\nopen(load)"
    assert apply(ToOpen, "from m import load\n").code == "from m import open\n"


def test_reexports_by_a_module_are_followed(apply: Apply) -> None:
    applied = apply(RenameOld, "from pkg.other import old\nold", reexports={"pkg.other.old": "pkg.mod.old"})

    assert applied.code == "from pkg.other import new\nnew"


def test_an_import_that_cannot_be_resolved_is_listed(apply: Apply) -> None:
    applied = apply(RenameOld, "from .mod import old\nold", module=None, package=None)

    assert applied.code == "from .mod import old\nold"
    assert applied.skips == [("old", "it is not known which module this is imported from")]


def test_a_function_with_the_name_of_its_module(apply: Apply) -> None:
    class Load(Transform):
        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
            return self.rename(original_node, updated_node, "pkg.load.load", "pkg.load", to="read")

        def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
            return self.rename(original_node, updated_node, "pkg.load.load", "pkg.load", to="read")

        def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
            return self.rename(original_node, updated_node, "pkg.load.load", "pkg.load", to="read")

    before = "import pkg.load\nfrom pkg.load import load\nfrom pkg import load as l\npkg.load.load(load)\n"
    after = "import pkg.load\nfrom pkg.load import read\nfrom pkg import read as l\npkg.load.read(read)\n"

    assert apply(Load, before).code == after
    assert apply(Load, after).code == after


class RenameMember(Transform):
    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return self.rename_member(original_node, updated_node, "pkg.mod.C.old", to="new")

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        return self.rename_member(original_node, updated_node, "pkg.mod.C.old", to="new")

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        return self.rename_member(original_node, updated_node, "pkg.mod.C.old", to="new")


MEMBER_CHANGES = [
    ("self", "class C:\n    def old(self): self.old()", "class C:\n    def new(self): self.new()", 0),
    (
        "a first parameter by another name",
        "class C:\n    def f(this): this.old",
        "class C:\n    def f(this): this.new",
        0,
    ),
    (
        "cls",
        "class C:\n    @classmethod\n    def f(cls): cls.old",
        "class C:\n    @classmethod\n    def f(cls): cls.new",
        0,
    ),
    (
        "self in a function in a method",
        "class C:\n    def f(self):\n        lambda: self.old",
        "class C:\n    def f(self):\n        lambda: self.new",
        0,
    ),
    (
        "a property",
        "class C:\n    @property\n    def old(self): ...\n    @old.setter\n    def old(self, old): ...",
        "class C:\n    @property\n    def new(self): ...\n    @new.setter\n    def new(self, old): ...",
        0,
    ),
    (
        "an attribute and slots",
        "class C:\n    __slots__ = ('old',)\n    old: int = 1",
        "class C:\n    __slots__ = ('new',)\n    new: int = 1",
        0,
    ),
    (
        "a derived class",
        "class D(C):\n    def old(self): super().old()\nclass C: ...",
        "class D(C):\n    def new(self): super().new()\nclass C: ...",
        0,
    ),
    (
        "an imported base",
        "from pkg.mod import C\nclass D(C):\n    def f(self): self.old",
        "from pkg.mod import C\nclass D(C):\n    def f(self): self.new",
        0,
    ),
    ("the class", "from pkg import mod\nmod.C.old", "from pkg import mod\nmod.C.new", 0),
    ("a call of the class", "from pkg.mod import C\nC(1).old()", "from pkg.mod import C\nC(1).new()", 0),
    ("a variable", "from pkg.mod import C\nc = C()\nc.old", "from pkg.mod import C\nc = C()\nc.new", 0),
    (
        "a variable of a variable",
        "from pkg.mod import C\nc = C()\nd = c\nd.old",
        "from pkg.mod import C\nc = C()\nd = c\nd.new",
        0,
    ),
    (
        "annotations",
        "from pkg.mod import C\ndef f(a: C, b: 'C', c: C | None):\n    a.old, b.old, c.old",
        "from pkg.mod import C\ndef f(a: C, b: 'C', c: C | None):\n    a.new, b.new, c.new",
        0,
    ),
    (
        "optional",
        "from typing import Optional as O\nfrom pkg.mod import C\nx: O[C] = y\nx.old",
        "from typing import Optional as O\nfrom pkg.mod import C\nx: O[C] = y\nx.new",
        0,
    ),
    (
        "a pattern",
        "from pkg.mod import C\nmatch x:\n    case C(old=1): pass",
        "from pkg.mod import C\nmatch x:\n    case C(new=1): pass",
        0,
    ),
]

MEMBER_UNCHANGED = [
    ("an unrelated class", "class E:\n    def old(self): self.old\nE().old\nE.old", 0),
    ("a derived class of an unrelated one", "class E:\n    old = 1\nclass F(E):\n    def f(self): self.old", 0),
    ("literals", "''.old, [].old, {}.old, (1).old", 0),
    ("a module", "import other\nother.old", 0),
    ("a variable, a parameter, a keyword", "old = 1\ndef f(old): g(old=old)", 0),
    ("an annotation with a builtin", "def f(x: str): x.old", 0),
    ("a static method's first parameter", "class C:\n    @staticmethod\n    def f(x): x.old", 1),
    ("a parameter", "def f(x): x.old", 1),
    ("a variable that is bound twice", "from pkg.mod import C\nc = C()\nc = d\nc.old", 1),
    ("what a call returns", "f().old", 1),
    ("an attribute of self", "class C:\n    def f(self): self.x.old", 1),
    ("a mixin", "class M:\n    def f(self): self.old", 1),
    ("super of the class itself", "class C(Unknown):\n    def f(self): super().old", 1),
    ("a string", "def f(x): getattr(x, 'old')", 1),
    ("a keyword of the class", "from pkg.mod import C\nC(old=1)", 1),
]


@pytest.mark.parametrize(
    ("before", "after", "skips"), [row[1:] for row in MEMBER_CHANGES], ids=[row[0] for row in MEMBER_CHANGES]
)
def test_member_renamed(apply: Apply, before: str, after: str, skips: int) -> None:
    applied = apply(RenameMember, before, module="pkg.mod")

    assert applied.code == after
    assert len(applied.skips) == skips, applied.skips


@pytest.mark.parametrize(
    ("text", "skips"), [row[1:] for row in MEMBER_UNCHANGED], ids=[row[0] for row in MEMBER_UNCHANGED]
)
def test_member_left_alone(apply: Apply, text: str, skips: int) -> None:
    applied = apply(RenameMember, text, module="pkg.mod")

    assert applied.code == text
    assert len(applied.skips) == skips, applied.skips


def test_formatting_around_a_name_survives(apply: Apply) -> None:
    before = textwrap.dedent("""
        from pkg.mod import (
            a,  # one
            old,  # two
        )
        x = pkg . old
    """)
    applied = apply(RenameOld, before)

    assert applied.code == before.lstrip("\n").replace("    old,", "    new,")
