"""Which files a repository calls generated (the attribute ``linguist-generated``)."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.repository.objects import read_blobs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autotransform.repository.objects import Listing
    from autotransform.repository.process import Git

_ATTRIBUTE = "linguist-generated"
_NAME = ".gitattributes"
#: What ``git check-attr`` says of a path that is not generated.
_NOT_GENERATED = {b"unspecified", b"unset", b"false"}


def names_generated(git: Git, listing: Listing) -> bool:
    """Whether any attributes file that is listed speaks of generated files; cheap where there is none."""
    # Git follows no symlink here, nor do we.
    named = listing.find_regular(_NAME)
    oids = [oid for path, _, oid in named if path.rpartition("/")[2] == _NAME]
    # What is too large to look at may speak of them.
    return any(isinstance(content, OSError) or _ATTRIBUTE.encode() in content for content in read_blobs(git, oids))


def find_generated(
    git: Git, paths: Sequence[str], *, commit: str | None, environment: Mapping[str, str]
) -> frozenset[str]:
    """Find which of the paths are marked generated, in a commit or (``None``) in the index.

    ``git check-attr`` learned to read a commit in 2.40 only; an index of our own serves every version, bare or not.
    """
    if commit is None:
        return _check(git, paths, environment=environment)
    with tempfile.TemporaryDirectory(prefix="autotransform-") as folder:
        temporary = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        git.run("read-tree", commit, environment=temporary)
        return _check(git, paths, environment=temporary)


def _check(git: Git, paths: Sequence[str], *, environment: Mapping[str, str]) -> frozenset[str]:
    feed = b"".join(os.fsencode(path) + b"\0" for path in paths)
    arguments = ("check-attr", "--cached", "--stdin", "-z", _ATTRIBUTE)
    fields = git.run(*arguments, feed=feed, environment=environment).split(b"\0")
    values = zip(fields[0::3], fields[2::3], strict=False)
    return frozenset(os.fsdecode(path) for path, value in values if value not in _NOT_GENERATED)
