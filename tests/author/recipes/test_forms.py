from __future__ import annotations

import pytest

from autotransform.author import Request
from autotransform.author.recipes import RECIPES, BuiltInAuthor, Form
from autotransform.author.recipes.forms import check_identifier, check_name
from autotransform.author.recipes.shelf import CATALOGUE
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
    ("use the exception Y instead of the exception X", "replace an exception", {"old": "X", "new": "Y"}),
    ("replace calls of X by Y", "replace a call", {"old": "X", "new": "Y"}),
    ("change all calls to a.X() into calls to b.Y()", "replace a call", {"old": "a.X", "new": "b.Y"}),
    ("call Y instead of X", "replace a call", {"old": "X", "new": "Y"}),
    ("use X instead of Y", "replace a name", {"old": "Y", "new": "X"}),
    ("use `timezone.utc` instead of `pytz.UTC`.", "replace a name", {"old": "pytz.UTC", "new": "timezone.utc"}),
    ("Replace all uses of X with Y!", "replace a name", {"old": "X", "new": "Y"}),
    ("replace constant a.B by a.C", "replace a name", {"kind": "constant", "old": "a.B", "new": "a.C"}),
    ("switch from X to Y", "replace a name", {"old": "X", "new": "Y"}),
    ("  USE   X   INSTEAD\nOF   Y ", "replace a name", {"old": "Y", "new": "X"}),
    ("replace a.f() by b.g()", "replace a name", {"old": "a.f", "new": "b.g"}),
    ("use b.g() instead of a.f()", "replace a name", {"old": "a.f", "new": "b.g"}),
    ("call g() instead of f()", "replace a call", {"old": "f", "new": "g"}),
    ("replace module a by b.c", "replace a module", {"old": "a", "new": "b.c"}),
    ("Use the package `b` instead of the package `a`.", "replace a module", {"old": "a", "new": "b"}),
    ("import b instead of a", "replace a module", {"old": "a", "new": "b"}),
    ("replace all imports of a with imports of b", "replace a module", {"old": "a", "new": "b"}),
    ("switch from the library a to b", "replace a module", {"old": "a", "new": "b"}),
    ("import X from b.c instead of a", "take a name from another module", {"name": "X", "old": "a", "new": "b.c"}),
    ("import X from b rather than from a", "take a name from another module", {"name": "X", "old": "a", "new": "b"}),
    ("wrap calls of f in g", "wrap calls", {"callee": "f", "new": "g"}),
    ("wrap every call to a.f() with b.g()", "wrap calls", {"callee": "a.f", "new": "b.g"}),
    ("wrap all f calls in g", "wrap calls", {"callee": "f", "new": "g"}),
    ("put g() around all calls of f", "wrap calls", {"callee": "f", "new": "g"}),
    ("remove all calls of a.f", "remove calls", {"callee": "a.f"}),
    ("delete print calls", "remove calls", {"callee": "print"}),
    ("Drop all `print` statements!", "remove calls", {"callee": "print"}),
    ("strip every call to the method A.f everywhere", "remove calls", {"kind": "method", "callee": "A.f"}),
    ("don't call gc.collect", "remove calls", {"callee": "gc.collect"}),
    ("await calls of f", "await calls", {"callee": "f"}),
    ("await a.f()", "await calls", {"callee": "a.f"}),
    ("add the missing await before calls of A.f", "await calls", {"callee": "A.f"}),
    ("stop awaiting a.f()", "stop awaiting calls", {"callee": "a.f"}),
    ("no longer await calls of the method A.f", "stop awaiting calls", {"callee": "A.f"}),
    ("remove await from calls of f", "stop awaiting calls", {"callee": "f"}),
    ("turn f(x) into x.g()", "rewrite a call", {"old": "f(x)", "new": "x.g()"}),
    ("replace all calls of a.f(x, y) by b.g(y, key=x)", "rewrite a call", {"old": "a.f(x, y)"}),
    ("use `x.exists(...)` instead of `os.path.exists(x, ...)`", "rewrite a call", {"new": "x.exists(...)"}),
    ("write x + 1 instead of inc(x)", "rewrite a call", {"old": "inc(x)", "new": "x + 1"}),
    ("use f(x) instead of g(x)", "rewrite a call", {"old": "g(x)", "new": "f(x)"}),
    ("replace six.text_type(x) by x", "rewrite a call", {"old": "six.text_type(x)", "new": "x"}),
    ("unwrap f", "unwrap a call", {"callee": "f"}),
    ("unwrap all calls to a.f()", "unwrap a call", {"callee": "a.f"}),
    ("remove the wrapper a.f, keep its argument", "unwrap a call", {"callee": "a.f"}),
    ("drop calls of a.f but keep the first argument", "unwrap a call", {"callee": "a.f"}),
    ("replace calls of a.f by their arguments", "unwrap a call", {"callee": "a.f"}),
    ("replace a.f() by a.F", "replace a call by a value", {"old": "a.f", "new": "a.F"}),
    ("replace calls of a.f() with None", "replace a call by a value", {"old": "a.f", "new": "None"}),
    ("replace calls of a.f by the value 3", "replace a call by a value", {"old": "a.f", "new": "3"}),
    ("use the constant a.F instead of calling a.f()", "replace a call by a value", {"old": "a.f", "new": "a.F"}),
    ("call a.now() instead of a.NOW", "replace a name by a value", {"old": "a.NOW", "new": "a.now()"}),
    ("use a.now(tz=None) rather than a.NOW", "replace a name by a value", {"new": "a.now(tz=None)"}),
    ("replace constant a.B by 30", "replace a name by a value", {"kind": "constant", "old": "a.B", "new": "30"}),
    ("inline a.B as -1.5", "replace a name by a value", {"old": "a.B", "new": "-1.5"}),
    ("replace a.B by `'text'`", "replace a name by a value", {"old": "a.B", "new": "'text'"}),
    ("change timeout of requests.get from 5 to 10", "set an argument", {"old": "5", "new": "10"}),
    ("set timeout=10 in calls of requests.get", "set an argument", {"new_binding": "timeout=10"}),
    ("Set the argument `timeout` to `f('a to b')` for all calls of get", "set an argument", {"new": "f('a to b')"}),
    ("change the value of strict in f to False", "set an argument", {"argument": "strict", "new": "False"}),
    ("replace verify=False with verify=True in calls of get", "set an argument", {"old_binding": "verify=False"}),
    ("call f with x=1 instead of x=2", "set an argument", {"new_binding": "x=1", "old_binding": "x=2"}),
    ("pass all arguments of f by keyword", "pass all arguments by keyword", {"callee": "f"}),
    ("call a.f with keyword arguments only", "pass all arguments by keyword", {"callee": "a.f"}),
    ("use named arguments in calls to f", "pass all arguments by keyword", {"callee": "f"}),
    ("add decorator @a.b to functions decorated with @c.d", "add a decorator", {"new": "a.b", "marker": "c.d"}),
    ("put the decorator `@b(1)` on all methods with @d", "add a decorator", {"call": "(1)", "marker": "d"}),
    ("add decorator @b below every @d", "add a decorator", {"below": "below", "marker": "d"}),
    ("decorate the function a.f with @b", "add a decorator", {"target": "a.f", "new": "b"}),
    ("add base class a.B to subclasses of c.D", "add a base class", {"new": "a.B", "base": "c.D"}),
    ("add the mixin B to all classes that inherit from D", "add a base class", {"new": "B", "base": "D"}),
    ("make class A inherit from B", "add a base class", {"new": "B", "target": "A"}),
    ("remove base class object", "remove a base class", {"old": "object"}),
    ("drop redundant base classes object", "remove a base class", {"old": "object"}),
    ("stop inheriting from `object`.", "remove a base class", {"old": "object"}),
    ("use is None instead of == None", "compare with None by is", {}),
    ("use `is None` and `is not None` instead of `== None` and `!= None`", "compare with None by is", {}),
    ("compare with None by identity rather than ==", "compare with None by is", {}),
    ("use isinstance instead of type(x) == T", "use isinstance", {}),
    ("use isinstance() instead of comparing types", "use isinstance", {}),
    ("replace type(x) == T by isinstance(x, T)", "use isinstance", {}),
    ("replace bare except by except Exception", "name what a bare except catches", {"new": "Exception"}),
    ("change every `except:` into `except A.B:`", "name what a bare except catches", {"new": "A.B"}),
    ("get rid of bare excepts", "name what a bare except catches", {}),
    ("use X | None instead of Optional[X]", "a transform of the catalogue", {}),
    ("use list instead of typing.List", "a transform of the catalogue", {}),
    ("Use `unittest.mock` instead of `mock`.", "a transform of the catalogue", {}),
    ("stop using six", "a transform of the catalogue", {}),
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
    "use f(x) instead of something better",
    "turn f(x) into a method",
    "replace f(x) by x in tests",
    "replace f(x) by",
    "replace f(1) by g(1)",
    "wrap f",
    "wrap calls of f",
    "wrap long lines",
    "remove calls",
    "remove calls of f in tests",
    "remove unused functions",
    "remove print statements that are left over",
    "await f everywhere but in tests",
    "make f async and await it",
    "set timeout in calls of f",
    "change timeout of f from 5",
    "set timeout of f to ten seconds",
    "pass all arguments",
    "use keyword arguments everywhere",
    "swap the first two arguments of app.f",
    "add decorator to f",
    "add a decorator that logs to every function",
    "add a base class",
    "remove base class",
    "remove the class object",
    "use is instead of == everywhere",
    "use isinstance",
    "use isinstance instead of hasattr checks",
    "replace except by except Exception",
    "replace bare raise by raise error",
    "import b",
    "import b and c instead of a",
    "use built-in functions",
    "use X | Y instead of ifs",
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
def test_example_of_a_form_is_of_that_form_and_of_no_other_recipe(form: Form) -> None:
    readers = [recipe for recipe in RECIPES if recipe.read(form.example)]
    first = readers[0]

    assert form in first.forms
    assert form.read(f"Please {form.example}.")
    # The catalogue has single requests that are also of a more general form, which does less for them.
    assert first is CATALOGUE or readers == [first]


def test_no_recipe_steals_what_another_is_for() -> None:
    read = [
        (next(each for each in RECIPES if each.read(form.example)), recipe, form)
        for recipe in RECIPES
        for form in recipe.forms
    ]
    stolen = [(form.example, reader.name, recipe.name) for reader, recipe, form in read if reader is not recipe]

    assert stolen == []


def test_there_are_many_recipes_and_each_has_its_name() -> None:
    names = [recipe.name for recipe in RECIPES]

    assert len(names) >= 26
    assert len(set(names)) == len(names)
    assert all(len(recipe.forms) >= 2 for recipe in RECIPES if recipe.name != "move")


def test_request_of_many_words_costs_no_time() -> None:
    long = "replace a.f(x) by " + "x + " * 20_000 + "x"

    assert not BuiltInAuthor().understands(Request(text=long))
    assert not BuiltInAuthor().understands(Request(text="add argument a=" + " in" * 300 + "!?"))
    assert not BuiltInAuthor().understands(Request(text="set a to " + "to in " * 150 + "!?"))


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
