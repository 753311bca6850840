"""The file of a repository that says what nobody wants of a transform: where it stands, its bytes, and writing it.

It is read where a run reads its files, so a run on a commit depends on that commit. What it means is for `shared`.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from typing import TYPE_CHECKING

from autotransform.errors import ConfigError, UsageError
from autotransform.run.disk import read_below

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.repository import Repository
    from autotransform.run import Selection

#: Beside the template of our commits' messages.
_FOLDER = ".autotransform/decisions"
#: As large as what a person looks at in a review ever gets, and more.
LARGEST = 8_000_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")


def path_of(name: str) -> str:
    """Give the path of the file of a transform; empty where it has a name that no file of ours bears."""
    return f"{_FOLDER}/{name}.json" if _NAME.fullmatch(name) else ""


def describe_place(selection: Selection, name: str) -> str:
    """Say where the file of a transform was read."""
    where = {"tree": f" at {selection.base[:10]}", "index": " in the index", "disk": ""}
    return path_of(name) + where[selection.kind]


def find_content(selection: Selection, name: str) -> bytes | None:
    """Read the file of a transform where the files of a run are read; ``None``: there is none.

    Raises:
        ConfigError: It is no plain file, or too large.
        RepositoryError: It cannot be read.
    """
    repository = selection.repository
    if selection.kind == "disk" or repository is None:
        return find_on_disk(selection.root, name)
    return _find_in_git(repository, name, commit=selection.base if selection.kind == "tree" else None)


def is_committed(repository: Repository, name: str, *, commit: str) -> bool:
    """Tell whether a commit holds a file of a transform."""
    return bool(commit and path_of(name)) and repository.list_files(commit).holds(path_of(name))


def find_on_disk(root: Path, name: str) -> bytes | None:
    """Read the file of a transform below a folder, through no link; ``None``: there is none.

    Raises:
        ConfigError: It cannot be read, or is too large.
    """
    path = path_of(name)
    content = read_below(root, path, largest=LARGEST) if path else None
    if isinstance(content, (FileNotFoundError, NotADirectoryError)):
        return None
    if isinstance(content, OSError):
        raise ConfigError(
            f"{path} says what is refused, and cannot be read: {content.strerror or content}.",
            hint="Mend it, or take it away.",
        )
    return content


def write_content(root: Path, name: str, content: bytes) -> None:
    """Write the file of a transform below a folder; as a whole or not at all.

    Raises:
        UsageError: It cannot be written, or a link stands in the way.
    """
    folder = root
    for part in _FOLDER.split("/"):
        folder /= part
        if folder.is_symlink():
            raise UsageError(f"{folder.relative_to(root)} is a link: nothing is written there.")
    temporary = folder / f".new-{secrets.token_hex(8)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(content)
        temporary.replace(root / path_of(name))
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        why = error.strerror or os.fspath(temporary)
        raise UsageError(f"{path_of(name)} cannot be written: {why}.") from error


def _find_in_git(repository: Repository, name: str, *, commit: str | None) -> bytes | None:
    path = path_of(name)
    listing = repository.list_files(commit)
    if not path or not listing.holds(path):
        return None
    found = [oid for at, _, oid in listing.find_regular(path) if at == path]
    content = repository.read(found[0]) if found else None
    if content is None or len(content) > LARGEST:
        why = "it is no plain file" if content is None else f"it has more than {LARGEST} bytes"
        raise ConfigError(f"{path} says what is refused, and cannot be used: {why}.", hint="Mend it, or take it away.")
    return content
