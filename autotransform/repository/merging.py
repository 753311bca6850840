"""Merge three versions of a text, as git merges them; no repository is asked, and no file of anybody is touched."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from autotransform.errors import RepositoryError
from autotransform.repository.objects import LARGEST
from autotransform.repository.process import Git

#: What git ends with when it could not merge at all; the number of conflicts is less than that.
_NO_MERGE = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of a merge."""

    #: With markers around what both sides changed.
    text: str
    #: How many such places there are; 127 stands for as many or more.
    conflicts: int

    @property
    def is_clean(self) -> bool:
        """Whether both sides are wholly in it."""
        return not self.conflicts


def merge(base: str, ours: str, theirs: str, *, labels: tuple[str, str] = ("ours", "theirs")) -> Merged:
    """Merge what two sides made of one text.

    Args:
        base: What both began with.
        ours: What the one made of it.
        theirs: What the other made of it.
        labels: What the markers of conflicts call the two sides.

    Raises:
        RepositoryError: Git cannot merge them: one is no text, or too large; or there is no git.
    """
    contents = [text.encode("utf-8", "surrogateescape") for text in (ours, base, theirs)]
    if max(map(len, contents)) > LARGEST:
        raise RepositoryError(f"A text of more than {LARGEST:,} bytes is not merged.")
    shown = [" ".join(label.split()) or "?" for label in (labels[0], "base", labels[1])]
    with tempfile.TemporaryDirectory(prefix="autotransform-") as folder:
        files = [Path(folder) / name for name in ("ours", "base", "theirs")]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        named = [part for label in shown for part in ("-L", label)]
        # Without a repository git reads no settings here, and conflicts have the form that everybody knows.
        environment = {"GIT_CEILING_DIRECTORIES": str(Path(folder).resolve().parent)}
        git = Git(directory=Path(folder))
        answer = git.ask("merge-file", "-p", *named, *(file.name for file in files), environment=environment)
    if answer.status >= _NO_MERGE or answer.status < 0:
        raise RepositoryError(f"Git cannot merge the texts: {answer.error or 'it did not say why'}")
    return Merged(text=answer.output.decode("utf-8", "surrogateescape"), conflicts=answer.status)
