"""Answers of models by what was asked, in a folder that is its user's alone: the same asked again costs nothing.

They are data like every other answer: whoever could write them could say what a model says, and no more.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from autotransform.author.messages import Completion
from autotransform.run.disk import read_plain

FORMAT = 1

#: An answer is at most a million characters, and JSON may write each as twelve bytes.
_LARGEST = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswers:
    """One file for each answer, called after its key."""

    folder: Path

    def find(self, key: str) -> Completion | None:
        """Give an answer; `None` where there is none, or what is kept is broken."""
        if not is_own_folder(self.folder):
            return None
        try:
            told = json.loads(read_plain(str(self._file(key)), largest=_LARGEST))
            text, digest, format_ = told["text"], told["sha256"], told["format"]
            sent, received = int(told["prompt_tokens"]), int(told["completion_tokens"])
        except (OSError, ValueError, LookupError, TypeError, RecursionError, OverflowError):
            return None
        if format_ != FORMAT or not isinstance(text, str) or digest_of_text(text) != digest:
            return None
        return Completion(text=text, prompt_tokens=sent, completion_tokens=received, is_cached=True)

    def keep(self, key: str, completion: Completion) -> None:
        """Keep an answer, in the place of an earlier one.

        Raises:
            OSError: It cannot be kept.
        """
        make_folder(self.folder.parent)
        make_folder(self.folder)
        told = {
            "format": FORMAT,
            "text": completion.text,
            "sha256": digest_of_text(completion.text),
            "prompt_tokens": completion.prompt_tokens,
            "completion_tokens": completion.completion_tokens,
        }
        _replace(self._file(key), json.dumps(told).encode("ascii"))

    def forget(self, key: str) -> None:
        """Have the same asked anew the next time."""
        with contextlib.suppress(OSError):
            self._file(key).unlink()

    def _file(self, key: str) -> Path:
        assert key.isalnum()
        return self.folder / f"{key}.json"


def digest_of_text(text: str) -> str:
    """Give the SHA-256 of a text."""
    # A model's answer may hold half of a surrogate pair, which UTF-8 has no bytes for.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def make_folder(folder: Path) -> None:
    """Make a folder that only the user can look into, if it is not there.

    Raises:
        OSError: It cannot be made, or what is there is a link or somebody else's.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if not is_own_folder(folder):
        raise OSError(0, f"{folder} is a link, no folder, or somebody else's")


def is_own_folder(folder: Path) -> bool:
    """Tell whether a folder is there, is none that a link leads to, and is the user's."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()


def _replace(file: Path, content: bytes) -> None:
    """Write a file that only the user can read, as a whole or not at all."""
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    try:
        with open(descriptor, "wb") as stream:  # noqa: PTH123 - it is a descriptor
            stream.write(content)
        Path(temporary).replace(file)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
