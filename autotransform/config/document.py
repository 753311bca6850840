"""``[tool.autotransform]`` of a pyproject.toml, read from its bytes. Unknown keys are errors."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from autotransform.config.misfits import find_misfits
from autotransform.config.tables import PROBLEMS, read_table
from autotransform.config.values import Config
from autotransform.errors import ConfigError

#: The longest pyproject.toml that is read, in bytes.
LONGEST = 1_000_000

#: A key of so many parts takes ``tomllib`` minutes (its time grows with the square), and means nothing.
_ENDLESS_KEY = re.compile(rb"""(?:\.[ \t]*+(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+){100}""")


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
    config = read_table(Config, table, prefix="tool.autotransform", problems=problems)
    problems += find_misfits(config)
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
            details=tuple(problems[:PROBLEMS]),
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
