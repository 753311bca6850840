"""``[tool.autotransform]`` of a pyproject.toml, as one frozen value. Unknown keys are errors."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from autotransform.errors import ConfigError

_Value = TypeVar("_Value", bound="Config | ModelConfig")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """``[tool.autotransform.model]``: the language model that writes scripts; never needed to run one."""

    name: str = field(
        default="", metadata={"doc": "Name of the model, as the endpoint calls it. `--model` overrides it."}
    )
    base_url: str = field(
        default="",
        metadata={
            "doc": "Address of an OpenAI-compatible endpoint. `OPENAI_BASE_URL` overrides it; empty: OpenAI's own."
        },
    )
    timeout: float = field(default=120.0, metadata={"doc": "Seconds to wait for the next part of an answer."})
    attempts: int = field(default=3, metadata={"doc": "How often the model may try: one script and its repairs."})
    max_tokens: int = field(default=8192, metadata={"doc": "The longest answer to ask for, in tokens."})
    temperature: float | None = field(
        default=None, metadata={"doc": "Sampling temperature; unset: the endpoint's default."}
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
    jobs: int = field(default=0, metadata={"doc": "Worker processes; 0: one for each core."})
    timeout: float = field(default=60.0, metadata={"doc": "Seconds that a script may take for one file."})
    memory: int = field(default=2048, metadata={"doc": "Megabytes that one worker may use."})
    model: ModelConfig = field(default_factory=ModelConfig, metadata={"doc": "The model that writes scripts."})


def parse_config(text: bytes, *, origin: str) -> Config:
    """Read the configuration from the bytes of a pyproject.toml; without the table, the defaults.

    Args:
        text: The whole file.
        origin: What to call the file in messages.

    Raises:
        ConfigError: With one line for each problem.
    """
    try:
        document = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{origin} is not valid TOML: {error}", hint=f"Mend {origin}.") from None
    table = document.get("tool", {})
    table = table.get("autotransform", {}) if isinstance(table, dict) else {}
    problems: list[str] = []
    config = _read(Config, table, prefix="tool.autotransform", problems=problems)
    if problems:
        count = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
        raise ConfigError(
            f"The configuration in {origin} has {count}.",
            details=tuple(problems),
            hint="The keys are listed in docs/reference/configuration.md.",
        )
    return config


def _read(kind: type[_Value], table: object, *, prefix: str, problems: list[str]) -> _Value:
    if not isinstance(table, dict):
        problems.append(f"[{prefix}] must be a table")
        return kind()
    known = {each.name.replace("_", "-"): each for each in fields(kind)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            near = difflib.get_close_matches(str(key).replace("_", "-"), known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(known)}"
            problems.append(f"[{prefix}] has no key {key!r}; {hint}")
        elif key == "model":
            model = {"name": value} if isinstance(value, str) else value
            values[key] = _read(ModelConfig, model, prefix=f"{prefix}.model", problems=problems)
        else:
            name = known[key].name
            try:
                values[name] = _convert(value, default=getattr(kind(), name))
            except ValueError as error:
                problems.append(f"[{prefix}] {key} must be {error}; it is {value!r}")
    return kind(**values)


def _convert(value: object, *, default: object) -> object:
    """Check a value against the kind of its default; the ValueError names what is wanted."""
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ValueError("true or false")  # noqa: TRY004 - every misfit is one kind of error here
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError("a list of strings")
        return tuple(value)
    if isinstance(default, str):
        if not isinstance(value, str):
            raise ValueError("a string")  # noqa: TRY004 - every misfit is one kind of error here
        return value
    if isinstance(default, float) or default is None:
        if not is_number or float(str(value)) < 0:
            raise ValueError("a number that is not negative")
        return float(str(value))
    if not is_number or not isinstance(value, int) or value < 0:
        raise ValueError("a whole number that is not negative")
    return value
