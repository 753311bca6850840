"""Answer a request by a transform of the catalogue that does just that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes.forms import Form, Parsed
from autotransform.author.recipes.recipe import Plan, Recipe
from autotransform.errors import ModelError
from autotransform.run.lookup import find_catalogue
from autotransform.script import parse

if TYPE_CHECKING:
    from autotransform.author.recipes.ground import Ground

_INSTEAD = "(instead of|rather than|in place of|not|over)"
_USE = "(use|write|take|prefer)"
_REPLACE = "(replace|change|convert|turn|swap) [all|every|the]"
_BY = "(by|with|into|to)"
_CAPITALS = "List|Dict|Set|Tuple|FrozenSet|Type"
_GENERICS = f"({_CAPITALS}|{'|'.join(f'typing.{each}' for each in _CAPITALS.split('|'))})"
_BUILTINS = "(list|dict|set|tuple|frozenset|type)"
_OPTIONAL = "(Optional|typing.Optional|Optional\\[X\\]|typing.Optional\\[X\\]|Optional\\[T\\]|Union\\[X, None\\])"
_UNION = "(Union|typing.Union|Union\\[X, Y\\]|typing.Union\\[X, Y\\]|Union\\[A, B\\])"
_OR_NONE = "(X \\| None|T \\| None|\\| None|x \\| None)"
_OR = "(X \\| Y|A \\| B|\\||unions with \\||the \\| operator)"

#: Transforms of the catalogue, and how people ask for what each does.
SHELF: dict[str, tuple[Form, ...]] = {
    "typing_builtins": (
        Form(
            pattern=f"{_USE} {_BUILTINS} [and {_BUILTINS}] {_INSTEAD} {_GENERICS} [and {_GENERICS}]",
            example="use list instead of typing.List",
        ),
        Form(pattern=f"{_REPLACE} {_GENERICS} {_BY} {_BUILTINS}", example="replace typing.Dict by dict"),
        Form(
            pattern=f"{_USE} (builtin generics|built-in generics|PEP 585|PEP 585 generics|PEP 585 annotations)"
            f" [{_INSTEAD} (typing|those of typing|typing generics)]",
            example="use built-in generics instead of those of typing",
        ),
    ),
    "typing_unions": (
        Form(
            pattern=f"{_USE} ({_OR_NONE}|{_OR}) {_INSTEAD} ({_OPTIONAL}|{_UNION}) [and ({_OPTIONAL}|{_UNION})]",
            example="use X | None instead of Optional[X]",
        ),
        Form(
            pattern=f"{_REPLACE} ({_OPTIONAL}|{_UNION}) {_BY} ({_OR_NONE}|{_OR})",
            example="replace Union[X, Y] by X | Y",
        ),
        Form(
            pattern=f"{_USE} (PEP 604|PEP 604 unions|PEP 604 annotations|PEP 604 syntax|the new union syntax)",
            example="use PEP 604 unions",
        ),
    ),
    "unittest_mock": (
        Form(
            pattern=f"(use|import) [the] [module] unittest.mock {_INSTEAD} [the] [module|package|library] mock",
            example="use unittest.mock instead of mock",
        ),
        Form(
            pattern=f"{_REPLACE} [the] [imports of] [module|package|library] mock {_BY} [the] [module] unittest.mock",
            example="replace the package mock by unittest.mock",
        ),
    ),
    "super_arguments": (
        Form(
            pattern=f"(use|call|write) super\\(\\) {_INSTEAD} (super\\(Class, self\\)|super\\(A, self\\)|"
            f"super\\(cls, self\\))",
            example="use super() instead of super(Class, self)",
        ),
        Form(
            pattern="(use|call|write) (super|super\\(\\)) without [its|the] arguments",
            example="call super() without arguments",
        ),
        Form(
            pattern="(remove|drop|delete) [the|all] arguments (of|from) [calls of|calls to] (super|super\\(\\))",
            example="remove the arguments of super()",
        ),
    ),
    "six_builtins": (
        Form(
            pattern="(remove|drop|stop using|get rid of|no longer use) [all|the] [uses of] six",
            example="stop using six",
        ),
        Form(
            pattern=f"{_REPLACE} [uses of] six {_BY} (builtins|what Python 3 has|Python 3|plain Python 3|the"
            f" standard library)",
            example="replace six by what Python 3 has",
        ),
    ),
    "utcnow": (
        Form(
            pattern="(stop using|get rid of|no longer use|replace|avoid) [the] [deprecated] [calls of] (utcnow|"
            "utcnow\\(\\)|datetime.utcnow|"
            "datetime.utcnow\\(\\)|datetime.datetime.utcnow|datetime.datetime.utcnow\\(\\))",
            example="stop using datetime.utcnow()",
        ),
    ),
    "logger_warn": (
        Form(
            pattern=f"{_USE} (logger.warning|log.warning|logger.warning\\(\\)) {_INSTEAD} (logger.warn|log.warn|"
            f"logger.warn\\(\\))",
            example="use logger.warning instead of logger.warn",
        ),
        Form(
            pattern=f"{_REPLACE} (logger.warn|log.warn) {_BY} (logger.warning|log.warning)",
            example="replace logger.warn by logger.warning",
        ),
    ),
    "assert_aliases": (
        Form(
            pattern=f"{_USE} (assertEqual|self.assertEqual) {_INSTEAD} (assertEquals|self.assertEquals|"
            f"failUnlessEqual)",
            example="use assertEqual instead of assertEquals",
        ),
        Form(
            pattern=f"{_REPLACE} (assertEquals|self.assertEquals) {_BY} (assertEqual|self.assertEqual)",
            example="replace assertEquals by assertEqual",
        ),
        Form(
            pattern=f"{_REPLACE} (deprecated|old|removed) (unittest aliases|aliases of unittest|names of"
            f" unittest methods|assert aliases)",
            example="replace the deprecated unittest aliases",
        ),
    ),
    "pytest_asserts": (
        Form(
            pattern=f"{_USE} (plain|bare|pytest) (assert|asserts|assert statements) {_INSTEAD}"
            f" (self.assertEqual|unittest assertions|"
            "the methods of unittest|assertEqual)",
            example="use plain asserts instead of self.assertEqual",
        ),
        Form(
            pattern=f"{_REPLACE} (unittest assertions|unittest asserts|self.assertEqual) {_BY} (plain asserts|"
            f"pytest asserts|assert|"
            "assert statements|plain assert statements|pytest)",
            example="convert unittest assertions into plain asserts",
        ),
    ),
    "collections_abc": (
        Form(
            pattern=f"(import|take|use) [the] (abstract base classes|ABCs|abstract collections) from"
            f" collections.abc [{_INSTEAD} [from] collections]",
            example="import abstract base classes from collections.abc",
        ),
    ),
    "yaml_safe_load": (
        Form(
            pattern=f"(use|call) yaml.safe_load {_INSTEAD} yaml.load", example="use yaml.safe_load instead of yaml.load"
        ),
        Form(
            pattern=f"{_REPLACE} [calls of] yaml.load {_BY} yaml.safe_load",
            example="replace yaml.load by yaml.safe_load",
        ),
    ),
    "yield_fixture": (
        Form(
            pattern=f"(use|call) (pytest.fixture|@pytest.fixture) {_INSTEAD} (pytest.yield_fixture|"
            f"@pytest.yield_fixture)",
            example="use pytest.fixture instead of pytest.yield_fixture",
        ),
    ),
    "requests_timeout": (
        Form(
            pattern="(pass|add|give|set) (a timeout|timeouts) (to|for|in|on) [all|every] (requests|requests"
            " calls|calls of requests|"
            "calls to requests|uses of requests)",
            example="pass a timeout to all calls of requests",
        ),
    ),
    "numpy_aliases": (
        Form(
            pattern=f"{_REPLACE} [removed|deprecated|old] (numpy|NumPy|np) aliases",
            example="replace removed NumPy aliases",
        ),
        Form(
            pattern=f"{_USE} (int|float|bool|object|str) {_INSTEAD} (np.int|np.float|np.bool|np.object|np.str|"
            f"numpy.int|numpy.float|"
            "numpy.bool|numpy.object|numpy.str)",
            example="use int instead of np.int",
        ),
    ),
    "os_error_aliases": (
        Form(
            pattern=f"{_USE} OSError {_INSTEAD} [all] its (aliases|old names)",
            example="use OSError instead of its aliases",
        ),
        Form(
            pattern=f"{_REPLACE} [old|deprecated] (aliases|names) of OSError [{_BY} OSError]",
            example="replace the old names of OSError",
        ),
    ),
    "find_executable": (
        Form(
            pattern=f"(use|call) shutil.which {_INSTEAD} (distutils.spawn.find_executable|find_executable)",
            example="use shutil.which instead of distutils.spawn.find_executable",
        ),
    ),
    "django_translation": (
        Form(
            pattern=f"(use|call) (gettext|gettext_lazy|django.utils.translation.gettext) {_INSTEAD} (ugettext|"
            f"ugettext_lazy|"
            "django.utils.translation.ugettext)",
            example="use gettext instead of ugettext",
        ),
    ),
}


def plan_shelved(parsed: Parsed, ground: Ground) -> Plan:
    """Take a transform of the catalogue.

    Raises:
        ModelError: The catalogue is not installed.
    """
    del ground
    name = next(name for name, forms in SHELF.items() if any(form.read(parsed.text) for form in forms))
    folder = find_catalogue()
    if folder is None or not (folder / f"{name}.py").is_file():
        raise ModelError(
            f"The catalogue's transform `{name}` is not installed here.",
            hint="Install autotransform again, or name the change another way.",
        )
    source = (folder / f"{name}.py").read_text(encoding="utf-8")
    summary = parse(source, name=name).summary
    return Plan(source=source, name=name, notes=(f"This is the catalogue's `{name}`: {summary}",))


CATALOGUE = Recipe(
    name="a transform of the catalogue",
    forms=tuple(form for forms in SHELF.values() for form in forms),
    plan=plan_shelved,
)
