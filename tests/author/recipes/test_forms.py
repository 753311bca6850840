from __future__ import annotations

import pytest

from autotransform.author import Request
from autotransform.author.recipes import RECIPES, BuiltInAuthor, Form
from autotransform.author.recipes.forms import check_identifier, check_name
from autotransform.errors import ModelError, UsageError

UNDERSTOOD = [
    ("rename function a.b to c", "rename", {"kind": "function", "old": "a.b", "new": "c"}),
    ("Rename `a.b()` to `c`.", "rename", {"old": "a.b", "new": "c"}),
    ("please rename the class A as 'B'", "rename", {"kind": "class", "old": "A", "new": "B"}),
    ("move a.b.name to a.c", "move", {"old": "a.b.name", "new": "a.c"}),
    ("rename argument x of f to y", "rename an argument", {"argument": "x", "callee": "f", "new": "y"}),
    (
        "rename the parameter x in calls of a.f() into y",
        "rename an argument",
        {"argument": "x", "callee": "a.f", "new": "y"},
    ),
    ("pass y instead of x to the method C.f", "rename an argument", {"argument": "x", "callee": "C.f", "new": "y"}),
    (
        "add argument timeout=10 to requests.get",
        "add an argument",
        {"argument": "timeout=10", "callee": "requests.get"},
    ),
    (
        "add the keyword argument `mode = f('a to b', 1)` to all calls of `open()`",
        "add an argument",
        {"argument": "mode = f('a to b', 1)", "callee": "open"},
    ),
    ("pass encoding='utf-8' to open", "add an argument", {"argument": "encoding='utf-8'", "callee": "open"}),
    ("call run with check=True", "add an argument", {"argument": "check=True", "callee": "run"}),
    ("remove argument x of f", "remove an argument", {"argument": "x", "callee": "f"}),
    ("drop the option x from calls of f (position 2)", "remove an argument", {"argument": "x", "position": "2"}),
    ("stop passing loop to asyncio.sleep", "remove an argument", {"argument": "loop", "callee": "asyncio.sleep"}),
    ("make argument x of f keyword-only", "make an argument keyword-only", {"argument": "x", "callee": "f"}),
    ("pass x to f by keyword", "make an argument keyword-only", {"argument": "x", "callee": "f"}),
    ("replace decorator @x by @y", "replace a decorator", {"old": "x", "new": "y"}),
    ("replace the x decorator with @a.y(size=None)", "replace a decorator", {"new": "a.y", "call": "(size=None)"}),
    ("use decorator @y instead of @x", "replace a decorator", {"old": "x", "new": "y"}),
    ("remove decorator @x", "remove a decorator", {"old": "x"}),
    ("strip all @x.y decorators", "remove a decorator", {"old": "x.y"}),
    ("replace base class X by Y", "replace a base class", {"old": "X", "new": "Y"}),
    ("inherit from Y instead of X", "replace a base class", {"old": "X", "new": "Y"}),
    ("catch X instead of Y", "catch another exception", {"old": "Y", "new": "X"}),
    ("replace except X by except Y", "catch another exception", {"old": "X", "new": "Y"}),
    ("replace exception X by Y", "replace an exception", {"old": "X", "new": "Y"}),
    ("replace calls of X by Y", "replace a call", {"old": "X", "new": "Y"}),
    ("change all calls to a.X() into calls to b.Y()", "replace a call", {"old": "a.X", "new": "b.Y"}),
    ("call Y instead of X", "replace a call", {"old": "X", "new": "Y"}),
    ("use X instead of Y", "replace a name", {"old": "Y", "new": "X"}),
    ("use `timezone.utc` instead of `pytz.UTC`.", "replace a name", {"old": "pytz.UTC", "new": "timezone.utc"}),
    ("Replace all uses of X with Y!", "replace a name", {"old": "X", "new": "Y"}),
    ("replace constant a.B by a.C", "replace a name", {"kind": "constant", "old": "a.B", "new": "a.C"}),
    ("switch from X to Y", "replace a name", {"old": "X", "new": "Y"}),
    ("  USE   X   INSTEAD\nOF   Y ", "replace a name", {"old": "Y", "new": "X"}),
]

#: Requests that hold the words of a form and ask for something else.
NOT_UNDERSTOOD = [
    "",
    "   ",
    "make it faster",
    "make x a keyword",
    "rename a to",
    "rename to b",
    "rename a b to c",
    "rename a to b and c to d",
    "rename a.b to c everywhere but in tests",
    "rename every function that starts with a to b",
    "use X",
    "use X instead of",
    "use X instead of Y in tests",
    "use f(x) instead of g(x)",
    "use pathlib instead of os.path wherever it is possible",
    "replace X",
    "replace X Y",
    "replace `X by Y`",
    "replace 'X\" by Y",
    "replace x + 1 by x + 2",
    "replace print statements by logging",
    "add argument timeout to requests.get",
    "add argument 1=2 to requests.get",
    "add timeout",
    "remove argument of f",
    "remove argument x",
    "remove f",
    "remove decorator",
    "make f async",
    "make argument x of f required",
    "catch X",
    "catch every exception instead of X",
    "move a.b",
    "don't use X instead of Y",
]


@pytest.mark.parametrize(("text", "name", "values"), UNDERSTOOD)
def test_request_is_read_by_the_recipe_for_it(text: str, name: str, values: dict[str, str]) -> None:
    read = [(recipe, recipe.read(text)) for recipe in RECIPES]
    recipe, parsed = next(((recipe, parsed) for recipe, parsed in read if parsed), (None, None))

    assert (recipe.name if recipe else None) == name
    assert values.items() <= (parsed.values if parsed else {}).items()


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_request_is_not_taken_for_another(text: str) -> None:
    assert not BuiltInAuthor().understands(Request(text=text))


@pytest.mark.parametrize("form", [form for recipe in RECIPES for form in recipe.forms], ids=lambda form: form.example)
def test_example_of_a_form_is_of_that_form(form: Form) -> None:
    first = next(recipe for recipe in RECIPES if recipe.read(form.example))

    assert form in first.forms
    assert form.read(f"Please {form.example}.")


@pytest.mark.parametrize("name", ["class", "a b", "1a", "a-b", ""])
def test_no_name_in_python_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="cannot be a name"):
        check_identifier(name, what="a name")


@pytest.mark.parametrize("name", ["Use_utc", "_a", "1a", "a-b", "a.b", "", "class", "ä"])
def test_name_of_a_transform_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        check_name(name)


def test_plain_names_are_taken() -> None:
    check_identifier("größe", what="a name")
    check_name("use_utc_2")
