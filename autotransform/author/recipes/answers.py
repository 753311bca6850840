"""What to say where a request cannot be carried out as it was put: always with what to type instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autotransform.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from autotransform.author.recipes.definitions import Definition
    from autotransform.author.recipes.meaning import Meaning
    from autotransform.author.recipes.recipe import Recipe

_MANY = 12

#: Names of the standard library that people use without saying where they are from.
WELL_KNOWN = {
    "timezone": "datetime.timezone",
    "timedelta": "datetime.timedelta",
    "UTC": "datetime.UTC",
    "ZoneInfo": "zoneinfo.ZoneInfo",
    "Path": "pathlib.Path",
    "Decimal": "decimal.Decimal",
    "OrderedDict": "collections.OrderedDict",
    "defaultdict": "collections.defaultdict",
    "Counter": "collections.Counter",
    "deque": "collections.deque",
    "namedtuple": "collections.namedtuple",
    "NamedTuple": "typing.NamedTuple",
    "TypedDict": "typing.TypedDict",
    "Protocol": "typing.Protocol",
    "Any": "typing.Any",
    "Optional": "typing.Optional",
    "ABC": "abc.ABC",
    "ABCMeta": "abc.ABCMeta",
    "abstractmethod": "abc.abstractmethod",
    "Enum": "enum.Enum",
    "IntEnum": "enum.IntEnum",
    "StrEnum": "enum.StrEnum",
    "dataclass": "dataclasses.dataclass",
    "partial": "functools.partial",
    "wraps": "functools.wraps",
    "lru_cache": "functools.lru_cache",
    "cache": "functools.cache",
    "cached_property": "functools.cached_property",
    "contextmanager": "contextlib.contextmanager",
    "asynccontextmanager": "contextlib.asynccontextmanager",
    "suppress": "contextlib.suppress",
    "closing": "contextlib.closing",
    "ThreadPoolExecutor": "concurrent.futures.ThreadPoolExecutor",
    "SimpleNamespace": "types.SimpleNamespace",
    "StringIO": "io.StringIO",
    "BytesIO": "io.BytesIO",
    "JSONDecodeError": "json.JSONDecodeError",
    "override": "typing.override",
}


def put_again(request: str, *, name: str, instead: str) -> str:
    """Write a request again with one of its names replaced."""
    return re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.]|\w)", lambda _: instead, request, count=1)


def ambiguous(name: str, *, candidates: Sequence[Meaning], request: str) -> ModelError:
    """Say that a name may be several things, and how to ask for each."""
    lines = [f"{put_again(request, name=name, instead=each.name)}    # {each}" for each in candidates[:_MANY]]
    if len(candidates) > _MANY:
        lines.append(f"… and {len(candidates) - _MANY} more")
    return ModelError(
        f"`{name}` may be {len(candidates)} different things in this repository.",
        details=tuple(lines),
        hint="Ask again with one of the requests above.",
    )


def unknown(name: str, *, kind: str, others: Sequence[Meaning], searched: int) -> ModelError:
    """Say that nothing has a name, and where it was looked for."""
    what = f"a {kind} `{name}`" if kind else f"`{name}`"
    if others:
        return ModelError(
            f"There is no {what.removeprefix('a ')} here, but there is something else of that name.",
            details=tuple(str(other) for other in others[:_MANY]),
            hint=f"Leave out the word for its kind, or name the {kind} in full.",
        )
    return ModelError(
        f"Nothing says what {what} is: it is neither defined nor imported in any of the {searched} Python files of the "
        "repository, and it is neither built in nor found in what is installed.",
        hint="Check the spelling, or give the full dotted name, for example `package.module.name`.",
    )


def bare(name: str, *, request: str) -> ModelError:
    """Say that a new name needs its module."""
    full = put_again(request, name=name, instead=f"package.module.{name}")
    return ModelError(
        f"Nothing says where `{name}` is to be imported from: no file here defines or imports it.",
        hint=f"Give its full dotted name, for example: {full}",
    )


def taken(name: str, *, by: Definition) -> ModelError:
    """Say that a new name is in use."""
    return ModelError(
        f"`{name}` already exists ({by.kind}, {by.path}:{by.line}).",
        hint="Choose another name, or rename or remove the existing one first.",
    )


def not_understood(request: str, *, recipes: Iterable[Recipe]) -> ModelError:
    """Say what the recipes do understand, with an example of each, and how to have a model read the request."""
    return ModelError(
        f"No built-in recipe understands: {request.strip() or '(nothing)'}",
        details=(
            "Built-in recipes understand requests like these:",
            *(f"  {line}" for line in list_forms(recipes, most=1)),
            "`autotransform new --forms` shows every form of each.",
        ),
        hint=(
            "Put the request in one of these forms, or let a language model write the script: set OPENAI_API_KEY (and "
            "OPENAI_BASE_URL for another endpoint than OpenAI's), and name the model with --model NAME or as `name` in "
            "[tool.autotransform.model] of pyproject.toml."
        ),
    )


def list_forms(recipes: Iterable[Recipe], *, most: int | None = None) -> Iterator[str]:
    """List the forms of requests, one example a line, each recipe named once; ``most``: so many of each recipe."""
    named = list(recipes)
    width = max(len(recipe.name) for recipe in named)
    for recipe in named:
        for index, form in enumerate(recipe.forms[:most]):
            yield f"{recipe.name if index == 0 else '':<{width}}  {form.example}"


def same(typed: str, *, name: str) -> ModelError:
    """Say that old and new are one and the same."""
    return ModelError(
        f"There is nothing to replace: `{typed}` is `{name}`, and so is what is to take its place.",
        hint="Check both names; to give something a new name, ask to rename it.",
    )


def is_module(meaning: Meaning) -> ModelError:
    """Say that a module cannot be replaced as a whole."""
    return ModelError(
        f"`{meaning.name}` is a module, and what is in one module need not be in another.",
        hint=f"Ask name by name, for example: replace {meaning.name}.name by other_module.name",
    )


def is_member(meaning: Meaning) -> ModelError:
    """Say that a member of a class is reached through values whose class nobody knows."""
    return ModelError(
        f"`{meaning.name}` is a {meaning.kind}: it is mostly used on values whose class the code does not say.",
        hint=f"To give it another name, ask: rename {meaning.kind} {meaning.name} to new_name",
    )
