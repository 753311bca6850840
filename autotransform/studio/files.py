"""The texts that the page keeps: the script's own file, and a draft of it in git's own folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.errors import ScriptError
from autotransform.run.disk import read_plain
from autotransform.run.lookup import is_within
from autotransform.script import digest_of
from autotransform.studio.faults import PageError
from autotransform.studio.values import LONGEST_SCRIPT

if TYPE_CHECKING:
    from autotransform.studio.values import Subject

_FORMAT = 1
_LARGEST = 8 * LONGEST_SCRIPT
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was typed and not saved."""

    source: str
    #: Digest of the file's text that it was made from; empty: there was no file.
    digest: str


class ScriptFile:
    """The one file that the page writes.

    Args:
        subject: Which.
        root: What it must not lead out of, where it only seems to be below it.
    """

    def __init__(self, subject: Subject, *, root: Path) -> None:
        self._subject = subject
        self._root = root

    def read(self) -> str | None:
        """Give its text, with LF endings; ``None`` where there is no file.

        Raises:
            ScriptError: It cannot be read, or is no text.
        """
        content = self._content()
        if content is None:
            return None
        try:
            return content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise ScriptError(f"{self._subject.path} is not UTF-8.", hint="Mend it in an editor first.") from error

    def write(self, source: str, *, digest: str) -> str:
        """Write a text in one step, with the line ends that the file had; gives its digest.

        Raises:
            PageError: 409, where the file is no longer the one of this digest; nothing is written.
            ScriptError: It cannot be written.
        """
        require_same(digest, theirs := self.read())
        before = self._content() or b""
        text = source.replace("\n", "\r\n") if b"\r\n" in before else source
        content = (_MARK if before.startswith(_MARK) else b"") + text.encode()
        if theirs != source:
            try:
                self._subject.file.parent.mkdir(parents=True, exist_ok=True)
                replace_file(self._subject.file, content)
            except OSError as error:
                raise ScriptError(f"{self._subject.path} cannot be written: {error.strerror or error}.") from error
        return digest_of(source)

    def _content(self) -> bytes | None:
        file = self._subject.file
        if file.absolute().is_relative_to(self._root) and not is_within(file, self._root):
            raise ScriptError(f"{self._subject.path} is a link that leads out of the repository.")
        try:
            return read_plain(str(file), largest=_LARGEST)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ScriptError(f"{self._subject.path} cannot be read: {error.strerror or error}.") from error


class Drafts:
    """The draft of one transform, which outlasts the page and the server."""

    def __init__(self, folder: Path, *, subject: Subject) -> None:
        whole = hashlib.sha256(os.fsencode(subject.path)).hexdigest()[:12]
        self._file = folder / f"{subject.name}-{whole}.json"

    def read(self) -> Draft | None:
        """Give what was kept; ``None`` where nothing was, or what is there is not ours."""
        try:
            told = json.loads(read_plain(str(self._file), largest=_LARGEST))
            if told["format"] == _FORMAT and isinstance(told["source"], str) and isinstance(told["digest"], str):
                return Draft(source=told["source"], digest=told["digest"])
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            pass
        return None

    def keep(self, draft: Draft) -> None:
        """Write it down, as a whole or not at all.

        Raises:
            ScriptError: It cannot be.
        """
        content = json.dumps({"format": _FORMAT, "digest": draft.digest, "source": draft.source}).encode()
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(self._file, content, mode=0o600)
        except OSError as error:
            raise ScriptError(f"The draft cannot be kept: {error.strerror or error}.") from error

    def drop(self) -> None:
        """Forget it: what it held stands in the file."""
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)


def require_same(digest: str, theirs: str | None) -> None:
    """Refuse to go on from a text that is not the file's any more.

    Raises:
        PageError: 409, with the text that stands there now.
    """
    now = "" if theirs is None else digest_of(theirs)
    if digest == now:
        return
    raise PageError(
        "The file was changed meanwhile; nothing was overwritten.",
        status=409,
        hint="Take its text, or keep yours: then save again.",
        facts={"source": theirs or "", "digest": now},
    )


def replace_file(file: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Put a file in the place of another in one step; it may be used as the other might, or else as ``mode`` says.

    Raises:
        OSError: It cannot be written; the other is as it was.
    """
    target = Path(os.path.realpath(file))
    fresh = target.with_name(f".{target.stem}-{secrets.token_hex(8)}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            shutil.copymode(target, fresh)
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
