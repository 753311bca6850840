"""``autotransform init``: make a repository ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from autotransform.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.cli.session import Session

_TABLE = """
[tool.autotransform]
# transforms = "transforms"        # the folder in which transforms are kept
# exclude = ["vendor/", "*_pb2.py"]
#
# [tool.autotransform.model]       # only for writing transforms; running them needs no model
# name = "the model's name"        # the key comes from OPENAI_API_KEY
# base-url = "http://localhost:8080/v1"
"""
_README = """# Transforms

Each file describes one change, once: the rules in words, the cases that it must satisfy, and the LibCST code that
makes it.

    autotransform list               what there is
    autotransform test               run the cases
    autotransform preview NAME       see what one would do
    autotransform apply NAME         have it as a branch
"""


@click.command("init")
@click.pass_obj
def init_command(session: Session) -> int:
    """Add a folder for transforms, and [tool.autotransform] to pyproject.toml; overwrite nothing."""
    config = session.config()
    readme = session.transforms_folder(config) / "README.md"
    pyproject = session.root / "pyproject.toml"
    for path in (readme, pyproject):
        _require_file_or_nothing(path, root=session.root)
    _add_folder(session, readme)
    _add_table(session, pyproject)
    session.terminal.say()
    session.terminal.say('Next: autotransform new "describe the change"', style="dim")
    return 0


def _require_file_or_nothing(path: Path, *, root: Path) -> None:
    """Refuse to write where a repository may have made a way to somewhere else."""
    for place in (path, *path.parents):
        if place == root:
            break
        if place.is_symlink():
            raise UsageError(
                f"{place.relative_to(root)} is a link, and `init` writes through none.",
                hint="Put a file or a folder in its place; or make what `init` would make yourself.",
            )
    if path.exists() and not path.is_file():
        raise UsageError(f"{path.relative_to(root)} is no file.", hint="Remove it, or give it another name.")


def _add_folder(session: Session, readme: Path) -> None:
    terminal = session.terminal
    if readme.exists():
        terminal.say(f"{readme.relative_to(session.root)} is there already.")
    else:
        readme.parent.mkdir(parents=True, exist_ok=True)
        readme.write_text(_README, encoding="utf-8", newline="\n")
        terminal.result(f"Wrote {readme.relative_to(session.root)}.")


def _add_table(session: Session, pyproject: Path) -> None:
    terminal = session.terminal
    text = pyproject.read_bytes().decode() if pyproject.exists() else ""
    if "tool.autotransform" in text:
        terminal.say("pyproject.toml has [tool.autotransform] already.")
    else:
        newline = "\r\n" if "\r\n" in text else "\n"
        separator = "" if not text or text.endswith("\n") else newline
        table = _TABLE if text else _TABLE.lstrip("\n")
        pyproject.write_bytes((text + separator + table.replace("\n", newline)).encode())
        terminal.result("Added [tool.autotransform] to pyproject.toml.")
