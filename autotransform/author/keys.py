"""A key from a program that a person named: a password manager's, say. What it prints is never shown nor written."""

from __future__ import annotations

import os
import selectors
import shlex
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.author.profiles import OwnModelConfig
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.config import ModelConfig

VARIABLE = "AUTOTRANSFORM_KEY_COMMAND"

#: Somebody may have to unlock something.
_SECONDS = 60.0
#: A key is much shorter; a manager may print notes below it.
_LARGEST = 1 << 16


def find_key_command(config: ModelConfig, *, environment: Mapping[str, str]) -> str:
    """Give the command that prints the key; empty where the person named none. A repository cannot."""
    own = config.key_command if isinstance(config, OwnModelConfig) else ""
    return environment.get(VARIABLE, "").strip() or own.strip()


def run_key_command(command: str, *, seconds: float = _SECONDS) -> str:
    """Run a command, with no shell, and give the first line that it prints.

    Raises:
        ModelError: It cannot be run, fails, prints nothing, or takes too long; what it printed is not in the message.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        raise _failed("it cannot be read as a command: a quote is missing, or it is empty")
    home = Path(os.environ.get("HOME", "/"))
    try:
        process = subprocess.Popen(
            words,
            # Not where we are: there, a repository's own programs could be found.
            cwd=home if home.is_dir() else "/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it names no program"
        raise _failed(f"it cannot be started ({why})") from None
    with process:
        try:
            output = _read(process, deadline=time.monotonic() + seconds)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise _failed(f"it ended with status {process.returncode}")
    lines = output.decode("utf-8", "replace").splitlines()
    if not lines or not lines[0].strip():
        raise _failed("it printed nothing in its first line")
    return lines[0].strip()


def _read(process: subprocess.Popen[bytes], *, deadline: float) -> bytes:
    """Read what a program prints until it closes its output, which it must in time."""
    assert process.stdout is not None
    output = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while len(output) <= _LARGEST:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise _failed("it did not end in time")
            part = os.read(process.stdout.fileno(), 1 << 12)
            if not part:
                try:
                    process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    raise _failed("it did not end in time") from None
                return output
            output += part
    raise _failed(f"it printed more than {_LARGEST:,} bytes")


def _failed(why: str) -> ModelError:
    return ModelError(
        f"Your key command gave no key: {why}.",
        hint=f"Run it by hand and see what it prints; it is {VARIABLE}, or `key-command` in your own config.toml.",
    )
