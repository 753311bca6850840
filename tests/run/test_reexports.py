# ruff: noqa: RUF001 - the lookalike letters are the point
"""Other names of a target: which imports make one, and which do not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.run import imported_words
from autotransform.run.bindings import read_names
from autotransform.run.contexts import file_contexts
from autotransform.run.reexports import find_reexports

if TYPE_CHECKING:
    from autotransform.engine.values import FileContext
    from autotransform.run.bindings import ModuleNames

_NAME = "pkg.mod.Name"
_METHOD = "pkg.mod.Name.method"
#: A member is reached through its class, so the class goes by its other name, too.
_OWNED = [("pkg.Name", _NAME), ("pkg.Name.method", _METHOD)]

#: What the tree holds besides ``pkg/mod.py``; targets; the other names.
_Tree = dict[str, str]
_MAKES: dict[str, tuple[_Tree, tuple[str, ...], list[tuple[str, str]]]] = {
    "from": ({"pkg/__init__.py": "from pkg.mod import Name"}, (_NAME,), [("pkg.Name", _NAME)]),
    "relative": ({"pkg/__init__.py": "from .mod import Name"}, (_NAME,), [("pkg.Name", _NAME)]),
    "relative, two up": ({"pkg/a/b.py": "from ..mod import Name"}, (_NAME,), [("pkg.a.b.Name", _NAME)]),
    "relative in a package": ({"pkg/a/__init__.py": "from ..mod import Name"}, (_NAME,), [("pkg.a.Name", _NAME)]),
    "as": ({"pkg/__init__.py": "from .mod import Name as Other"}, (_NAME,), [("pkg.Other", _NAME)]),
    "both": (
        {"pkg/__init__.py": "from .mod import Name, Name as Other"},
        (_NAME,),
        [("pkg.Name", _NAME), ("pkg.Other", _NAME)],
    ),
    "a member": ({"pkg/__init__.py": "from .mod import Name"}, (_METHOD,), _OWNED),
    "a member of another name": (
        {"pkg/__init__.py": "from .mod import Name as N"},
        (_METHOD,),
        [("pkg.N", _NAME), ("pkg.N.method", _METHOD)],
    ),
    "try": (
        {"pkg/__init__.py": "try:\n from .mod import Name\nexcept ImportError:\n Name = None"},
        (_NAME,),
        [("pkg.Name", _NAME)],
    ),
    "if": (
        {"pkg/__init__.py": "import sys\nif sys.flags:\n pass\nelse:\n from .mod import Name"},
        (_NAME,),
        [("pkg.Name", _NAME)],
    ),
    "with": (
        {"pkg/__init__.py": "import warnings\nwith warnings.catch_warnings():\n from .mod import Name"},
        (_NAME,),
        [("pkg.Name", _NAME)],
    ),
    "through two modules": (
        {"pkg/__init__.py": "from .api import Name", "pkg/api.py": "from .mod import Name"},
        (_NAME,),
        [("pkg.Name", _NAME), ("pkg.api.Name", _NAME)],
    ),
    "through two names": (
        {"pkg/__init__.py": "from .api import Other as Third", "pkg/api.py": "from .mod import Name as Other"},
        (_NAME,),
        [("pkg.Third", _NAME), ("pkg.api.Other", _NAME)],
    ),
    "star": ({"pkg/__init__.py": "from .mod import *"}, (_NAME,), [("pkg.Name", _NAME)]),
    "star of a star": (
        {"pkg/__init__.py": "from .api import *", "pkg/api.py": "from .mod import *"},
        (_NAME,),
        [("pkg.Name", _NAME), ("pkg.api.Name", _NAME)],
    ),
    "star that lists it": (
        {"pkg/__init__.py": "from .mod import *", "pkg/mod.py": "__all__ = ['_x']\n_x = 1"},
        ("pkg.mod._x",),
        [("pkg._x", "pkg.mod._x")],
    ),
    "star with a member": ({"pkg/__init__.py": "from .mod import *"}, (_METHOD,), _OWNED),
    "star that lists it piece by piece": (
        {"pkg/__init__.py": "from .mod import *", "pkg/mod.py": "__all__ = []\n__all__ += ('Name',)\nclass Name: ..."},
        (_NAME,),
        [("pkg.Name", _NAME)],
    ),
    "star that appends it": (
        {"pkg/__init__.py": "from .mod import *", "pkg/mod.py": "__all__ = []\n__all__.append('Name')"},
        (_NAME,),
        [("pkg.Name", _NAME)],
    ),
    "star whose list is computed": (
        {"pkg/__init__.py": "from .mod import *", "pkg/mod.py": "__all__ = [*names()]"},
        (_NAME,),
        [("pkg.Name", _NAME)],
    ),
    "module as": ({"app.py": "import pkg.mod as m"}, (_NAME,), [("app.m.Name", _NAME)]),
    "package as": ({"app.py": "import os, pkg as p"}, (_NAME,), [("app.p.mod.Name", _NAME)]),
    "module from its package": ({"app.py": "from pkg import mod"}, (_NAME,), [("app.mod.Name", _NAME)]),
    "module from its package as": ({"app.py": "from pkg import mod as m"}, (_NAME,), [("app.m.Name", _NAME)]),
    "a name from elsewhere": ({"compat.py": "from pytz import UTC"}, ("pytz.UTC",), [("compat.UTC", "pytz.UTC")]),
    "a module from elsewhere": ({"compat.py": "import pytz as tz"}, ("pytz.UTC",), [("compat.tz.UTC", "pytz.UTC")]),
    "a module that is itself the target": ({"app.py": "from pkg import mod"}, ("pkg.mod",), [("app.mod", "pkg.mod")]),
    "two targets, one name": (
        {"app.py": "try:\n from a import N\nexcept ImportError:\n from b import N"},
        ("a.N", "b.N"),
        [("app.N", "a.N"), ("app.N", "b.N")],
    ),
    "a target that is another's other name": (
        {"pkg/__init__.py": "from .mod import Name", "app.py": "from pkg import Name"},
        (_NAME, "pkg.Name"),
        [("app.Name", "pkg.Name")],
    ),
    "imported again": (
        {"app.py": "from other import Name\nfrom pkg.mod import Name"},
        (_NAME,),
        [("app.Name", _NAME)],
    ),
    "only declared again": (
        {"app.py": "from pkg.mod import Name\nName: type"},
        (_NAME,),
        [("app.Name", _NAME)],
    ),
    "in letters that only look different": ({"app.py": "from pkg.mod import 𝓝ame"}, (_NAME,), [("app.Name", _NAME)]),
}

_MAKES_NONE: dict[str, tuple[_Tree, tuple[str, ...]]] = {
    "nobody imports it": ({"app.py": "x = 1"}, (_NAME,)),
    "another name": ({"app.py": "from pkg.mod import Names"}, (_NAME,)),
    "another module": ({"app.py": "from pkg.mod2 import Name"}, (_NAME,)),
    "the same name of the package's own": ({"app.py": "from pkg import Name"}, (_NAME,)),
    "a relative import of another package": ({"app/__init__.py": "from .mod import Name"}, (_NAME,)),
    "a relative import out of everything": ({"app.py": "from .pkg.mod import Name"}, (_NAME,)),
    "in a function": ({"app.py": "def f():\n from pkg.mod import Name"}, (_NAME,)),
    "in a class": ({"app.py": "class C:\n from pkg.mod import Name"}, (_NAME,)),
    "plain import": ({"app.py": "import pkg.mod"}, (_NAME,)),
    "defined again": ({"app.py": "from pkg.mod import Name\nclass Name(Name): ..."}, (_NAME,)),
    "assigned again": ({"app.py": "from pkg.mod import Name\nName = wrap(Name)"}, (_NAME,)),
    "annotated and assigned again": ({"app.py": "from pkg.mod import Name\nName: type = int"}, (_NAME,)),
    "unpacked again": ({"app.py": "from pkg.mod import Name\na, (Name, b) = c"}, (_NAME,)),
    "deleted": ({"app.py": "from pkg.mod import Name\ndel Name"}, (_NAME,)),
    "imported from elsewhere": ({"app.py": "from pkg.mod import Name\nfrom other import Name"}, (_NAME,)),
    "star that does not list it": (
        {"pkg/__init__.py": "from .mod import *", "pkg/mod.py": "__all__ = ['Other']\nclass Name: ..."},
        (_NAME,),
    ),
    "star of an underscore": ({"pkg/__init__.py": "from .mod import *"}, ("pkg.mod._name",)),
    "star of a package does not take its modules": ({"app.py": "from pkg import *"}, (_NAME,)),
    "star of another module": ({"app.py": "from other import *"}, (_NAME,)),
    "a text": ({"app.py": "'from pkg.mod import Name'"}, (_NAME,)),
    "what does not parse": ({"app.py": "from pkg.mod import Name\n("}, (_NAME,)),
    "a file without a module": ({"my-app.py": "from pkg.mod import Name"}, (_NAME,)),
    "no targets": ({"app.py": "from pkg.mod import Name"}, ()),
}


def _find(
    tree: _Tree, targets: tuple[str, ...], *, knows_modules: bool = True, is_used: bool = True
) -> list[tuple[str, str]]:
    files = {"pkg/__init__.py": "", "pkg/mod.py": "class Name:\n def method(self): ..."} | tree
    if is_used:
        imported = {context.module for context in file_contexts(files).values()} - {""}
        used = " ".join(part for name in (*targets, "Other Third N z T") for part in name.split("."))
        files["user.py"] = f"import {', '.join(sorted(imported))}  # {used}"
    contexts = file_contexts(files)
    modules = {context.module for context in contexts.values()} if knows_modules else set()
    sources = [(contexts[path], content.encode()) for path, content in files.items()]
    return [*find_reexports(targets, lambda: sources, modules=modules)]


@pytest.mark.parametrize(("tree", "targets", "names"), _MAKES.values(), ids=_MAKES)
def test_another_name_is_found(tree: _Tree, targets: tuple[str, ...], names: list[tuple[str, str]]) -> None:
    assert _find(tree, targets) == names


@pytest.mark.parametrize(("tree", "targets"), _MAKES_NONE.values(), ids=_MAKES_NONE)
def test_what_is_no_other_name_is_none(tree: _Tree, targets: tuple[str, ...]) -> None:
    assert _find(tree, targets) == []


def test_the_modules_of_the_tree_need_not_be_known() -> None:
    tree, targets, names = _MAKES["through two names"]

    assert _find(tree, targets, knows_modules=False) == names


def test_imports_in_a_circle_come_to_an_end() -> None:
    tree = {
        "pkg/__init__.py": "from .mod import *\nfrom .api import *\nimport pkg as p",
        "pkg/api.py": "from . import *\nimport pkg as q\nimport pkg.api as r",
    }
    names = _find(tree, (_NAME,))

    assert {("pkg.Name", _NAME), ("pkg.api.Name", _NAME), ("pkg.api.q.Name", _NAME)} <= {*names}
    assert len(names) < 30


def test_only_files_that_may_import_a_target_are_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def note(content: bytes, *, context: FileContext) -> ModuleNames | None:
        parsed.append(context.path)
        return read_names(content, context=context)

    monkeypatch.setattr("autotransform.run.reexports.read_names", note)
    files = {
        "pkg/sub/lib.py": "class Target:\n def method(self): ...",
        "a.py": "import pkg",
        "b.py": "from pkg.sub.lib import Target as T",
        "c.py": "import pkg.sub\npkg.sub.method()",
        "d.py": "from b import T",
    }

    found = _find(files, ("pkg.sub.lib.Target.method",), is_used=False)

    assert found == [("b.T", "pkg.sub.lib.Target"), ("b.T.method", "pkg.sub.lib.Target.method")]
    assert parsed == ["b.py", "d.py"]


_USED = {
    "of a package": {"lib/__init__.py": "from pkg.mod import Name"},
    "of a package inside": {"lib/__init__.py": "", "lib/sub/__init__.py": "from pkg.mod import Name"},
    "listed": {"lib.py": "from pkg.mod import Name\n__all__ = ['Name']"},
    "imported": {"lib.py": "from pkg.mod import Name", "app.py": "from lib import Name"},
    "imported as something else": {"lib.py": "from pkg.mod import Name", "app.py": "from lib import Name as N"},
    "imported with everything": {"lib.py": "from pkg.mod import Name", "app.py": "from lib import *"},
    "imported with its module": {"lib.py": "from pkg.mod import Name", "app.py": "import lib\nlib.Name"},
    "imported in a function": {
        "lib.py": "from pkg.mod import Name",
        "app.py": "class C:\n def f():\n  try: ...\n  except E:\n   import lib\n   lib.Name",
    },
    "imported for types": {
        "lib.py": "from pkg.mod import Name",
        "app.py": "import typing as t\nif t.TYPE_CHECKING:\n from lib import Name",
    },
    "reached through its package": {
        "pkg/lib.py": "from pkg.mod import Name",
        "app.py": "import pkg\npkg . lib. Name",
    },
    "imported in a match": {
        "lib.py": "from pkg.mod import Name",
        "app.py": "match x:\n case 1:\n  import lib as l\n  l.Name",
    },
}  # fmt: skip


@pytest.mark.parametrize("tree", _USED.values(), ids=_USED)
def test_another_name_that_somebody_may_use_is_kept(tree: _Tree) -> None:
    assert any(
        alias in {"lib.Name", "lib.sub.Name", "pkg.lib.Name"} for alias, _ in _find(tree, (_NAME,), is_used=False)
    )


def test_modules_that_merely_use_a_target_give_it_no_names() -> None:
    tree = {f"app{number}.py": "from pkg.mod import Name\nimport pkg.mod as m\nName().x\nm.Name" for number in range(9)}
    tree["user.py"] = "from app1 import x\nimport app\nfrom pkg.mod import Name as N"

    assert _find(tree, (_NAME,), is_used=False) == []


@pytest.mark.parametrize("target", ["asyncio.events.get_running_loop", "asyncio.futures.Future"])
def test_the_files_that_are_not_parsed_would_add_nothing(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(asyncio.__file__).parents[1]
    files = [*(root / "asyncio").glob("*.py"), *root.glob("_*.py")]
    contents = {file.relative_to(root).as_posix(): file.read_bytes() for file in sorted(files)}
    contexts = file_contexts(contents)

    def find() -> tuple[tuple[str, str], ...]:
        pairs = [(contexts[path], content) for path, content in contents.items()]
        return find_reexports((target,), lambda: pairs, modules=contexts.modules())

    found = find()
    monkeypatch.setattr(imported_words.Unparsed, "may_import", lambda *_: True)

    assert find() == found
    assert found


@pytest.mark.parametrize(
    "text",
    [
        *(
            "import name",
            "import a.name as b",
            "from a import name",
            "from a import x, name as y",
            "from a import(name)",
        ),
        *("from a import (\n  x,  # )\n  name,\n)", "from a import \\\n  name", "from a import \\\r\n  x, \\\r\n name"),
        *(
            "import x; import name",
            "if x: import name",
            "from a import (x, # (\r\n name)",
            "from.import name",
            "import\tname",
        ),
        *(
            "import x, \\\r name",
            "from a import ( \\\n name)",
            "def f():\n  '''import ('''\n  import name\n",
            "from a import *",
        ),
        *(
            "import ｎame",
            "# coding: utf-7\nimport x",
            "import x as name",
            "from . import name",
            "from b import x; from a import name",
        ),
        *('"from b import ("\nfrom a import name', "from b . c import name", "from b \\\n import name"),
    ],
)
def test_every_import_of_a_name_is_noticed(text: str) -> None:
    imports = imported_words.imports_in(text.encode())
    held = imported_words.Unparsed(module="m", is_package=False, imports=imports)

    assert held.may_import(imported_words.wanted_of(["a.name", "name"]))


@pytest.mark.parametrize(
    "text",
    [
        "from name import x",
        "from b import name, x",
        "from b import (\n    name,\n)",
        "\n\nx  # encoding=1",
        "import x\nname = 1",
        "import x  \\\n, y\nname",
        "x = name",
    ],
)
def test_what_imports_something_else_is_not_parsed(text: str) -> None:
    imports = imported_words.imports_in(text.encode())

    held = imported_words.Unparsed(module="m", is_package=False, imports=imports)

    assert not held.may_import(imported_words.wanted_of(["a.name"]))


def test_many_imports_that_never_end_take_no_time() -> None:
    content = b"import (" * 200_000 + b"import \\\n" * 200_000

    assert imported_words.imports_in(content) is not None
