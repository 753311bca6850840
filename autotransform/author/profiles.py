"""Which model a person means: the repository's configuration, a file of the person's own, and a chosen profile.

Of these, only the person's own file may name a program that prints the key, and only what the person says may lead a
key, or code, to another machine.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autotransform.config import LONGEST, ModelConfig, load_toml, read_values, refuse_problems
from autotransform.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = ("autotransform", "config.toml")
_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH

#: The keys that say where the model is.
_PLACE = ("provider", "base_url")
_CAPS = ("budget_tokens", "budget_money", "budget_seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnModelConfig(ModelConfig):
    """The keys of a person's own file; and what all files come to."""

    key_command: str = field(
        default="",
        metadata={
            "doc": "A command that prints the key, as its first line; no shell reads it. `AUTOTRANSFORM_KEY_COMMAND`"
            " overrides it."
        },
    )
    #: Whether the person, and not only a repository, says where the model is.
    is_own_place: bool = False


def resolve_profile(config: ModelConfig, name: str | None, *, environment: Mapping[str, str]) -> OwnModelConfig:
    """Put a person's own file, and the profile that was chosen, over what a repository says.

    The later wins: the repository, the own file, the profile. A profile of the own file hides one of the repository
    that has the same name. The lowest cap of the repository and the person counts.

    Args:
        config: Of the repository.
        name: Of the profile; ``None``: the one in AUTOTRANSFORM_PROFILE, or none.
        environment: Where the person's file and the profile's name are looked for.

    Raises:
        ConfigError: The person's own file does not hold.
        UsageError: There is no such profile.
    """
    own = read_own_file(environment)
    model = OwnModelConfig(**{each.name: getattr(config, each.name) for each in fields(ModelConfig)})
    model = _put_over(model, own, is_own=True)
    chosen = name if name is not None else environment.get("AUTOTRANSFORM_PROFILE", "").strip()
    if chosen:
        of_person: Mapping[str, Any] = own.get("profiles", {})
        is_own = chosen in of_person
        if not is_own and chosen not in config.profiles:
            raise _unknown(chosen, known=sorted({*of_person, *config.profiles}))
        profile = of_person[chosen] if is_own else config.profiles[chosen]
        model = _put_over(model, profile, is_own=is_own)
        own = {**own, **profile} if is_own else own
    return _keep_what_is_the_persons(model, own=own)


def _put_over(model: OwnModelConfig, values: Mapping[str, Any], *, is_own: bool) -> OwnModelConfig:
    """Put what one table says over the rest; who says where the model is says it as a whole."""
    place = {key: values[key] for key in _PLACE if key in values}
    if place:
        before = {key: getattr(model, key) for key in _PLACE}
        is_moved = any(before.values()) and {**before, **place} != before
        # The name and the key of the one are not those of the other.
        model = replace(model, key_command="", is_own_place=is_own, name="" if is_moved else model.name)
        if "base_url" not in place:
            model = replace(model, base_url="")
    return replace(model, **{key: value for key, value in values.items() if key != "profiles"})


def _keep_what_is_the_persons(model: OwnModelConfig, *, own: Mapping[str, Any]) -> OwnModelConfig:
    """Let no profile of a repository raise the person's caps, or say other prices."""
    caps = {}
    for key in _CAPS:
        cap, said = own.get(key), getattr(model, key)
        if cap and (not said or said > cap):
            caps[key] = cap
    return replace(model, prices={**model.prices, **own.get("prices", {})}, **caps)


def read_own_file(environment: Mapping[str, str]) -> dict[str, Any]:
    """Read the person's own file: what its ``[model]`` says, by field; nothing where there is none.

    Raises:
        ConfigError: It does not hold, or others could have written it.
    """
    path = own_file(environment)
    if path is None:
        return {}
    try:
        with path.open("rb") as file:
            _require_own(path, os.fstat(file.fileno()))
            text = file.read(LONGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}.", hint=f"Mend {path}.") from error
    document = load_toml(text, origin=str(path))
    problems = [f"there is no table [{key[:80]}]; [model] is the one that counts" for key in document if key != "model"]
    values = read_values(OwnModelConfig, document.get("model", {}), prefix="model", problems=problems)
    refuse_problems(problems, origin=str(path))
    return values


def own_file(environment: Mapping[str, str]) -> Path | None:
    """Give the path of the person's own file, whether it is there or not; ``None``: nobody knows their home."""
    given = Path(environment.get("XDG_CONFIG_HOME", ""))
    home = Path(environment.get("HOME", ""))
    # The standard has everything that is relative ignored: it could lead into a repository.
    folder = given if given.is_absolute() else home / ".config" if home.is_absolute() else None
    return folder.joinpath(*_FILE) if folder else None


def _require_own(path: Path, status: os.stat_result) -> None:
    """Make sure that nobody else names the program that is run; a link is the person's own affair."""
    if not stat.S_ISREG(status.st_mode):
        raise ConfigError(f"{path} is no plain file.", hint=f"Look at it, then: rm {path}")
    if status.st_uid not in {os.geteuid(), 0}:
        raise ConfigError(f"{path} belongs to somebody else.", hint=f"Look at it, then: rm {path}")
    if status.st_mode & _BY_OTHERS:
        raise ConfigError(f"Others can write to {path}.", hint=f"See that nobody did, then: chmod go-w {path}")


def _unknown(name: str, *, known: list[str]) -> UsageError:
    listed = ", ".join(known[:20]) or "none"
    return UsageError(
        f"There is no profile {name[:80]!r}.",
        hint=f"The profiles are: {listed}. One is a table [tool.autotransform.model.profiles.NAME] in pyproject.toml.",
    )
