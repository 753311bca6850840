from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.errors import ModelError

if TYPE_CHECKING:
    from tests.author.recipes.conftest import MakeGround

FILES = {
    "app/__init__.py": "from app.core import load as load, Loader\n__all__ = ['load']\n",
    "app/core.py": """
        import numpy as np
        import pytz
        from datetime import timezone

        LIMIT = 3

        def load(path): ...
        def open(path): ...

        class Loader:
            size = 1

            def __init__(self):
                self.path = ""

            def load(self): ...

            @property
            def name(self): ...

        if LIMIT:
            def later(): ...
    """,
    "app/other.py": """
        from pytz import UTC as Z
        from datetime import datetime
        from app import Loader

        def load(path): ...

        def outer():
            def inner(): ...
    """,
    "app/broken.py": "def load(:\n",
    "src/lib/__init__.py": "from .deep import thing\nfrom .star import *\n",
    "src/lib/deep.py": "def thing(): ...\n",
    "src/lib/star.py": "def starred(): ...\n",
}


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("app.core.load", "", "app.core.load"),
        ("core.load", "", "app.core.load"),
        ("app.load", "", "app.core.load"),
        ("lib.thing", "", "lib.deep.thing"),
        ("lib.starred", "", "lib.star.starred"),
        ("later", "", "app.core.later"),
        ("LIMIT", "", "app.core.LIMIT"),
        ("LIMIT", "variable", "app.core.LIMIT"),
        ("Loader", "class", "app.core.Loader"),
        ("app.Loader", "", "app.core.Loader"),
        ("app.other.Loader.load", "", "app.core.Loader.load"),
        ("Loader.load", "", "app.core.Loader.load"),
        ("load", "method", None),
        ("Loader.size", "attribute", "app.core.Loader.size"),
        ("Loader.path", "", "app.core.Loader.path"),
        ("Loader.name", "attribute", "app.core.Loader.name"),
        ("core", "module", "app.core"),
        ("app.core", "", "app.core"),
        ("timezone.utc", "", "datetime.timezone.utc"),
        ("pytz.UTC", "", "pytz.UTC"),
        ("np.array", "", "numpy.array"),
        ("datetime.datetime.now", "", "datetime.datetime.now"),
        ("ValueError", "", "builtins.ValueError"),
        ("Path", "", "pathlib.Path"),
        ("os.getcwd", "", "os.getcwd"),
    ],
)
def test_name_is_found(ground: MakeGround, name: str, kind: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ModelError):
            ground(FILES).find(name, kind=kind)
    else:
        assert ground(FILES).find(name, kind=kind).name == expected


@pytest.mark.parametrize("name", ["nothing", "app.nothing", "Loader.nothing", "inner", "outer.inner", "json.nothing"])
def test_name_that_nothing_explains_is_refused(ground: MakeGround, name: str) -> None:
    with pytest.raises(ModelError, match=f"`{name}`") as caught:
        ground(FILES).find(name)

    assert caught.value.hint


def test_name_that_may_be_several_things_comes_with_a_request_for_each(ground: MakeGround) -> None:
    with pytest.raises(ModelError, match="2 different things") as caught:
        ground(FILES, request="rename load to read").find("load")

    assert [line.partition("    #")[0] for line in caught.value.details] == [
        "rename app.core.load to read",
        "rename app.other.load to read",
    ]


def test_builtin_that_the_repository_defines_as_well_is_not_guessed(ground: MakeGround) -> None:
    with pytest.raises(ModelError, match="2 different things") as caught:
        ground(FILES, request="add argument mode='r' to open").find("open")

    assert "add argument mode='r' to builtins.open" in caught.value.details[1]


def test_kind_that_does_not_fit_is_refused_with_what_there_is(ground: MakeGround) -> None:
    with pytest.raises(ModelError, match="something else of that name") as caught:
        ground(FILES).find("LIMIT", kind="class")

    assert caught.value.details == ("app.core.LIMIT (variable, app/core.py:5)",)


@pytest.mark.parametrize(
    ("name", "module", "first"),
    [
        ("datetime.timezone.utc", "datetime", "timezone"),
        ("app.errors.MyError", "app.errors", "MyError"),
        ("collections.abc.Mapping", "collections.abc", "Mapping"),
        ("unheard.of.name", "unheard.of", "name"),
        ("unheard.Of.name", "unheard", "Of"),
        ("app.core.Loader", "app.core", "Loader"),
        ("OSError", "builtins", "OSError"),
    ],
)
def test_replacement_is_split_into_module_and_name(ground: MakeGround, name: str, module: str, first: str) -> None:
    meaning = ground(FILES).find_replacement(name)

    assert (meaning.module, meaning.first) == (module, first)


def test_replacement_without_a_module_asks_for_one(ground: MakeGround) -> None:
    with pytest.raises(ModelError, match="is to be imported from") as caught:
        ground(FILES, request="use Unheard instead of load").find_replacement("Unheard")

    assert "use package.module.Unheard instead of load" in caught.value.hint


def test_taken_name_is_refused_and_a_free_one_is_not(ground: MakeGround) -> None:
    stand = ground(FILES)
    stand.require_free("app.core.unheard")

    with pytest.raises(ModelError, match="already exists"):
        stand.require_free("app.load")


def test_how_a_bare_name_was_read_is_said(ground: MakeGround) -> None:
    stand = ground(FILES)

    assert stand.find("later").notes == ("`later` is read as app.core.later (function, app/core.py:22).",)
    assert stand.find("app.core.later").notes == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("os.getcwd", ("getcwd",)),
        ("json.load", ("json",)),
        ("app.core.load", ("load",)),
    ],
)
def test_short_names_are_looked_for_by_their_module(ground: MakeGround, name: str, expected: tuple[str, ...]) -> None:
    stand = ground(FILES)

    assert stand.mentions(stand.find(name)) == expected


def test_short_name_that_a_module_passes_on_is_looked_for_itself(ground: MakeGround) -> None:
    files = {"a.py": "from json import load\n", "b.py": "from a import load\nload(1)\n"}
    stand = ground(files)

    assert stand.mentions(stand.find("json.load")) == ("load",)


@pytest.mark.parametrize("used", ["from pytz import UTC, timezone as tz", "from pytz import UTC, timezone"])
def test_a_new_name_is_not_looked_for_in_the_package_that_is_to_go(ground: MakeGround, used: str) -> None:
    known = ground({"app/clock.py": f"{used}\n"}, request="use timezone.utc instead of pytz.UTC")

    assert known.find_replacement("timezone.utc", leaving="pytz.UTC").name == "datetime.timezone.utc"
    assert known.find_replacement("pytz.utc", leaving="pytz.UTC").name == "pytz.utc"


def test_a_new_name_beside_the_old_one_is_found(ground: MakeGround) -> None:
    known = ground({"app/core.py": "def load(): ...\ndef fetch(): ...\n"}, request="use fetch instead of app.core.load")

    assert known.find_replacement("fetch", leaving="app.core.load").name == "app.core.fetch"
