"""``[tool.autotransform]`` of a pyproject.toml, as one frozen value. Unknown keys are errors.

Whoever wrote the repository wrote this, too: it may slow a run down, but not lead out of the repository, take the
machine, or spend without end.
"""

from __future__ import annotations

import difflib
import math
import posixpath
import re
import tomllib
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from autotransform.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The longest pyproject.toml that is read, in bytes.
LONGEST = 1_000_000

#: A key of so many parts takes ``tomllib`` minutes (its time grows with the square), and means nothing.
_ENDLESS_KEY = re.compile(rb"""(?:\.[ \t]*+(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+){100}""")

#: How many problems are told, and how much of a value.
_PROBLEMS = 20
_SHOWN = 80

#: A pattern becomes a regular expression; the time to match it grows with the length of a path to the power of these.
_PATTERNS = 1000
_STARS_IN_A_NAME = 3
_STARS_FOR_FOLDERS = 3

#: How many entries a table of free names may have.
_ENTRIES = 1000
_PRICE_PARTS = 2

_Value = TypeVar("_Value", bound="Config | ModelConfig")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """``[tool.autotransform.model]``: the language model that writes scripts; never needed to run one."""

    name: str = field(
        default="", metadata={"doc": "Name of the model, as the endpoint calls it. `--model` overrides it."}
    )
    provider: str = field(
        default="",
        metadata={
            "doc": "Who answers: `openai`, `azure`, `openrouter`, `anthropic`, `google`, `ollama`, `vllm` or"
            " `llama.cpp`; it says where the model is and which variable holds the key. Empty: `openai`."
        },
    )
    base_url: str = field(
        default="",
        metadata={
            "doc": "Address of an OpenAI-compatible endpoint; empty: the provider's own. Where only a repository names"
            " it, nothing is sent there, unless it is this machine: `AUTOTRANSFORM_BASE_URL` allows it."
        },
    )
    timeout: float = field(
        default=120.0, metadata={"doc": "Seconds to wait for the next part of an answer.", "most": 86_400}
    )
    attempts: int = field(
        default=3, metadata={"doc": "How often the model may try: one script and its repairs.", "most": 20}
    )
    max_tokens: int = field(
        default=8192, metadata={"doc": "The longest answer to ask for, in tokens.", "most": 1_000_000}
    )
    temperature: float | None = field(
        default=None, metadata={"doc": "Sampling temperature; unset: the endpoint's default."}
    )
    budget_tokens: int = field(
        default=0,
        metadata={
            "doc": "The most tokens, sent and received, that one authoring may use; 0: no cap.",
            "most": 1_000_000_000,
        },
    )
    budget_money: float | None = field(
        default=None,
        metadata={"doc": "The most that one authoring may cost; needs the model's `prices`. Unset: no cap."},
    )
    budget_seconds: float = field(
        default=0.0,
        metadata={"doc": "How long one authoring may wait for the model, in seconds; 0: no cap.", "most": 86_400},
    )
    prices: Mapping[str, tuple[float, float]] = field(
        default_factory=dict,
        metadata={
            "doc": "A table: under the name of a model, what a million tokens sent and a million received cost, in your"
            ' currency: `"NAME" = [1.25, 10.0]`.'
        },
    )
    profiles: Mapping[str, Mapping[str, Any]] = field(
        default_factory=dict,
        metadata={
            "doc": "Tables of these keys, by name: `--profile NAME`, or `AUTOTRANSFORM_PROFILE`, puts one over the"
            " rest."
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """``[tool.autotransform]``."""

    transforms: str = field(
        default="transforms", metadata={"doc": "Folder of the repository in which its transforms are kept."}
    )
    include: tuple[str, ...] = field(
        default=(), metadata={"doc": "Patterns, as in .gitignore: only files that match one are looked at."}
    )
    exclude: tuple[str, ...] = field(
        default=(), metadata={"doc": "Patterns, as in .gitignore: files that match one are never looked at."}
    )
    source_roots: tuple[str, ...] = field(
        default=(), metadata={"doc": "Folders from which Python imports, where they cannot be told from the tree."}
    )
    strict: bool = field(
        default=False,
        metadata={"doc": "Let a file fail that does not keep every guarantee, instead of warning of it."},
    )
    jobs: int = field(default=0, metadata={"doc": "Worker processes; 0: one for each core.", "most": 256})
    timeout: float = field(
        default=60.0, metadata={"doc": "Seconds that a script may take for one file.", "most": 86_400}
    )
    memory: int = field(default=2048, metadata={"doc": "Megabytes that one worker may use.", "most": 1_048_576})
    model: ModelConfig = field(default_factory=ModelConfig, metadata={"doc": "The model that writes scripts."})


def parse_config(text: bytes, *, origin: str) -> Config:
    """Read the configuration from the bytes of a pyproject.toml; without the table, the defaults.

    Args:
        text: The whole file.
        origin: What to call the file in messages.

    Raises:
        ConfigError: With one line for each problem.
    """
    document = load_toml(text, origin=origin)
    table = document.get("tool", {})
    table = table.get("autotransform", {}) if isinstance(table, dict) else {}
    problems: list[str] = []
    config = _read(Config, table, prefix="tool.autotransform", problems=problems)
    problems += _find_misfits(config)
    refuse_problems(problems, origin=origin)
    return config


def refuse_problems(problems: list[str], *, origin: str) -> None:
    """Raise an error with one line for each problem, if there is any.

    Raises:
        ConfigError: There is.
    """
    if problems:
        count = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
        raise ConfigError(
            f"The configuration in {origin} has {count}.",
            details=tuple(problems[:_PROBLEMS]),
            hint="The keys are listed in docs/reference/configuration.md.",
        )


def load_toml(text: bytes, *, origin: str) -> dict[str, Any]:
    """Read TOML that somebody else may have written.

    Raises:
        ConfigError: It is none, or reading it would take too long.
    """
    if len(text) > LONGEST or _ENDLESS_KEY.search(text):
        what = "is too long" if len(text) > LONGEST else "holds a key of more than a hundred parts"
        raise ConfigError(f"{origin} {what}.", hint=f"Mend {origin}.")
    try:
        return tomllib.loads(text.decode())
    except ValueError as error:  # no TOML, no UTF-8, or a number of thousands of digits
        raise ConfigError(f"{origin} is not valid TOML: {error}", hint=f"Mend {origin}.") from None
    except RecursionError:
        raise ConfigError(f"{origin} is nested too deeply.", hint=f"Mend {origin}.") from None


def _find_misfits(config: Config) -> list[str]:
    """Find values of the right kind that must not be all the same."""
    folder = config.transforms
    parts = folder.replace("\\", "/").split("/")
    problems = []
    if ".." in parts or posixpath.isabs("/".join(parts)) or ":" in folder or not folder.isprintable():
        problems.append(f"[tool.autotransform] transforms must be a folder below the root; it is {_shown(folder)}")
    for key, patterns in (("include", config.include), ("exclude", config.exclude)):
        if len(patterns) > _PATTERNS:
            problems.append(f"[tool.autotransform] {key} must have no more than {_PATTERNS} patterns")
        problems += [
            f"[tool.autotransform] {key} has a pattern with more stars than can be matched: {_shown(pattern)}"
            for pattern in patterns
            if _has_too_many_stars(pattern)
        ]
    return problems


def _has_too_many_stars(pattern: str) -> bool:
    names = pattern.split("/")
    crowded = any(len(re.findall(r"\*+", name)) > _STARS_IN_A_NAME for name in names)
    return crowded or names.count("**") > _STARS_FOR_FOLDERS


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # Python writes out no more than so many digits
        return "a number of thousands of digits"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _read(kind: type[_Value], table: object, *, prefix: str, problems: list[str]) -> _Value:
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
        if len(problems) > _PROBLEMS:
            break
        if key not in known:
            problems.append(f"[{prefix}] has no key {_shown(key)}; {_hint_at(key, known=list(known))}")
        elif key == "model":
            model = {"name": value} if isinstance(value, str) else value
            values[key] = _read(ModelConfig, model, prefix=f"{prefix}.model", problems=problems)
        elif key == "profiles":
            values[key] = _read_profiles(kind, value, prefix=prefix, problems=problems)
        else:
            field_ = known[key]
            try:
                convert = _read_prices if key == "prices" else _convert
                default = getattr(kind(), field_.name)
                values[field_.name] = convert(value, default=default, most=field_.metadata.get("most"))
            except ValueError as error:
                problems.append(f"[{prefix}] {key} must be {error}; it is {_shown(value)}")
    return values


def _hint_at(key: object, *, known: list[str]) -> str:
    if key == "key-command":
        return "a repository cannot name a program: set it in a file of your own, ~/.config/autotransform/config.toml"
    near = difflib.get_close_matches(str(key).replace("_", "-"), known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(known)}"


def _read_profiles(kind: type[_Value], table: object, *, prefix: str, problems: list[str]) -> dict[str, dict[str, Any]]:
    if not isinstance(table, dict) or len(table) > _ENTRIES:
        problems.append(f"[{prefix}] profiles must be tables by name, {_ENTRIES} at the most")
        return {}
    profiles = {}
    for name, profile in table.items():
        label = f"{prefix}.profiles.{_shown(name) if not name.isidentifier() else name[:_SHOWN]}"
        if isinstance(profile, dict) and "profiles" in profile:
            problems.append(f"[{label}] must hold no profiles")
        else:
            profiles[name] = read_values(kind, profile, prefix=label, problems=problems)
    return profiles


def _read_prices(value: object, *, default: object, most: object) -> object:
    del default, most
    wanted = 'a table of prices, "NAME" = [INPUT, OUTPUT], neither negative'
    if not isinstance(value, dict) or len(value) > _ENTRIES:
        raise ValueError(wanted)
    prices = {}
    for name, pair in value.items():
        if not isinstance(pair, list) or len(pair) != _PRICE_PARTS:
            raise ValueError(wanted)
        try:
            prices[name] = tuple(_convert(price, default=0.0, most=1_000_000) for price in pair)
        except ValueError:
            raise ValueError(wanted) from None
    return prices


def _convert(value: object, *, default: object, most: int | None) -> object:
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
        return value
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
