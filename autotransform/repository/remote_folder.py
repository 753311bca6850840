"""A folder of git's own that leads to a repository's objects and refs, and has a configuration of ours."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.repository.process import Git

_LINKED = ("objects", "refs", "packed-refs", "shallow", "reftable")
#: Of the repository's configuration, what says how its objects and refs are stored, and as which words.
_STORAGE = {
    "extensions.objectformat": re.compile(r"sha1|sha256"),
    "extensions.refstorage": re.compile(r"files|reftable"),
    "core.sharedrepository": re.compile(r"\w+"),
}
_OWN = (
    ("core.bare", "true"),
    # In this folder git knows neither HEAD nor index of the repository, and would take what only they hold for garbage.
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("push.recurseSubmodules", "no"),
    ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "300"),
)


def fill_folder(folder: Path, *, git: Git, common_dir: Path, remote: str, url: str, push_url: str) -> None:
    """Make a folder one that git can work in for one remote.

    Args:
        folder: Empty.
        git: Of the repository.
        common_dir: Of the repository.
        remote: What the remote is called there.
        url: Where git reads.
        push_url: Where it writes.
    """
    for name in _LINKED:
        if name != "reftable" or (common_dir / name).exists():
            (folder / name).symlink_to(common_dir / name)
    (folder / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
    settings = [
        *_OWN,
        *_storage(git, remote=remote),
        (f"remote.{remote}.url", url),
        # With one of these, git does not look for what the person has it push to instead (pushInsteadOf).
        *([(f"remote.{remote}.pushurl", push_url)] if push_url != url else []),
    ]
    # Written by hand: what stands in an address would be an argument of `git config`.
    (folder / "config").write_bytes(b"".join(_setting(key, value) for key, value in settings))


def _storage(git: Git, *, remote: str) -> list[tuple[str, str]]:
    """Give what git must know of how objects and refs are stored."""
    found = [("core.repositoryformatversion", "1")]
    for key, known in _STORAGE.items():
        value = git.ask("config", "--local", key).text
        if known.fullmatch(value):
            found.append((key, value))
    answer = git.ask("config", "--local", "--get-regexp", r"^(remote\..*\.promisor|extensions\.partialclone)$")
    if answer.output:
        # What a partial clone lacks is no loss.
        found += [("extensions.partialclone", remote), (f"remote.{remote}.promisor", "true")]
    return found


def _setting(key: str, value: str) -> bytes:
    """Write one setting as git reads it."""
    section, _, rest = key.partition(".")
    subsection, _, name = rest.rpartition(".")
    header = f'{section} "{subsection}"' if subsection else section
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return os.fsencode(f'[{header}]\n\t{name} = "{quoted}"\n')
