"""Tables of TOML, checked against the fields of a class, with a sentence for each fault.

Whoever wrote the repository wrote these, too: they may slow a run down, but not lead out of the repository, take the
machine, or spend without end.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from autotransform.config.values import Config, ModelConfig, PullRequestConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

#: How many problems are told, and how much of a value.
PROBLEMS = 20
_SHOWN = 80

#: How many entries a table of free names may have.
_ENTRIES = 1000
_PRICE_PARTS = 2

#: Keys that somebody may look for here, and where they are.
_PROGRAMS = {
    "key-command": "set it in a file of your own, ~/.config/autotransform/config.toml",
    "verify": "give it on the command line, with --verify",
}

_Value = TypeVar("_Value", bound="Config | ModelConfig | PullRequestConfig")


def shown(value: object) -> str:
    """Write a value out for a message, as far as that is sensible."""
    try:
        text = repr(value)
    except ValueError:  # Python writes out no more than so many digits
        return "a number of thousands of digits"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def read_table(kind: type[_Value], table: object, *, prefix: str, problems: list[str]) -> _Value:
    """Make a value of what a table says, with the defaults for the rest; as `read_values`."""
    return kind(**read_values(kind, table, prefix=prefix, problems=problems))


def read_values(kind: type[_Value], table: object, *, prefix: str, problems: list[str]) -> dict[str, Any]:
    """Check a table against the fields of a class, and give the values that stand in it, by field.

    Args:
        kind: The class.
        table: What TOML holds.
        prefix: What to call the table in messages.
        problems: Where to add a line for each fault; what is at fault is left out.
    """
    if not isinstance(table, dict):
        problems.append(f"[{prefix}] must be a table")
        return {}
    known = {each.name.replace("_", "-"): each for each in fields(kind) if "doc" in each.metadata}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if len(problems) > PROBLEMS:
            break
        if key not in known:
            problems.append(f"[{prefix}] has no key {shown(key)}; {_hint_at(key, known=list(known))}")
        elif isinstance(default := getattr(kind(), known[key].name), ModelConfig | PullRequestConfig):
            below = {"name": value} if key == "model" and isinstance(value, str) else value
            values[known[key].name] = read_table(type(default), below, prefix=f"{prefix}.{key}", problems=problems)
        elif key == "profiles":
            values[key] = _read_profiles(kind, value, prefix=prefix, problems=problems)
        else:
            field_ = known[key]
            try:
                convert = _read_prices if key == "prices" else _convert
                values[field_.name] = convert(value, default=default, limits=field_.metadata)
            except ValueError as error:
                problems.append(f"[{prefix}] {key} must be {error}; it is {shown(value)}")
    return values


def _hint_at(key: object, *, known: list[str]) -> str:
    if key in _PROGRAMS:
        return f"a repository cannot name a program: {_PROGRAMS[str(key)]}"
    near = difflib.get_close_matches(str(key).replace("_", "-"), known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(known)}"


def _read_profiles(kind: type[_Value], table: object, *, prefix: str, problems: list[str]) -> dict[str, dict[str, Any]]:
    if not isinstance(table, dict) or len(table) > _ENTRIES:
        problems.append(f"[{prefix}] profiles must be tables by name, {_ENTRIES} at the most")
        return {}
    profiles = {}
    for name, profile in table.items():
        label = f"{prefix}.profiles.{shown(name) if not name.isidentifier() else name[:_SHOWN]}"
        if isinstance(profile, dict) and "profiles" in profile:
            problems.append(f"[{label}] must hold no profiles")
        else:
            profiles[name] = read_values(kind, profile, prefix=label, problems=problems)
    return profiles


def _read_prices(value: object, *, default: object, limits: Mapping[str, Any]) -> object:
    del default, limits
    wanted = 'a table of prices, "NAME" = [INPUT, OUTPUT], neither negative'
    if not isinstance(value, dict) or len(value) > _ENTRIES:
        raise ValueError(wanted)
    prices = {}
    for name, pair in value.items():
        if not isinstance(pair, list) or len(pair) != _PRICE_PARTS:
            raise ValueError(wanted)
        try:
            prices[name] = tuple(_convert(price, default=0.0, limits={"most": 1_000_000}) for price in pair)
        except ValueError:
            raise ValueError(wanted) from None
    return prices


def _convert(value: object, *, default: object, limits: Mapping[str, Any]) -> object:
    """Check a value against the kind of its default; the ValueError names what is wanted."""
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ValueError("true or false")  # noqa: TRY004 - every misfit is one kind of error here
        return value
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError("a list of strings")
        return tuple(value)
    if isinstance(default, str):
        if not isinstance(value, str):
            raise ValueError("a string")  # noqa: TRY004 - every misfit is one kind of error here
        if value not in limits.get("choices", (value,)):
            raise ValueError(f"one of {', '.join(filter(None, limits['choices']))}")
        return value
    return _convert_number(value, default=default, most=limits.get("most"))


def _convert_number(value: object, *, default: object, most: int | None) -> object:
    # Neither infinite nor not a number, which TOML knows both.
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf
    if isinstance(default, float) or default is None:
        wanted, is_proper = "a number that is not negative", is_number
    else:
        wanted, is_proper = "a whole number that is not negative", isinstance(value, int) and is_number
    if not is_proper or float(str(value)) < 0:
        raise ValueError(wanted)
    if most is not None and float(str(value)) > most:
        raise ValueError(f"at most {most:,}")
    return value if isinstance(default, int) else float(str(value))
